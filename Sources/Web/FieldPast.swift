// What came before a value of a field: the values that it replaced, those that its writer did not
// know, and what two writers both had seen. Protocols/merge.md §2.

import EventLog
import Events

/// The writes of one field of an item.
struct FieldPast {
  let field: String
  /// The events that wrote it and have effect, in causal order.
  private let writes: [Event]

  /// Writes that one search looks back at: a field that is written more often is searched in its
  /// younger part only.
  private static let reach = 200
  /// Values that are named; more are no news.
  private static let named = 8

  /// - Parameter history: the item's events in causal order.
  init(_ field: String, in history: [LoggedEvent]) {
    self.field = field
    writes = history.filter { logged in
      logged.verdict == .applied && logged.event.fields.contains { $0.name == field }
    }.map(\.event)
  }

  /// The latest write that everybody had seen who wrote one of the events; nil where there is none.
  ///
  /// The order is causal, so no other write that all had seen can have replaced it.
  func ancestor(of dots: [Dot]) -> Event? {
    let sides = writes.filter { dots.contains($0.dot) }
    guard sides.count == dots.count else { return nil }
    return writes.last { write in sides.allSatisfy { $0.context.contains(write.dot) } }
  }

  /// The writes that an event replaced, the latest first.
  func replaced(by event: Event) -> [Event] {
    latest(before: event) { event.context.contains($0) }
  }

  /// The writes before an event that its writer did not know, and that stood then.
  func unknown(to event: Event) -> [Event] {
    latest(before: event) { !event.context.contains($0) }
  }

  /// Of the writes before an event that fit, those that no other of them replaced.
  private func latest(before event: Event, _ fits: (Dot) -> Bool) -> [Event] {
    let end = writes.firstIndex { $0.dot == event.dot } ?? writes.count
    var found: [Event] = []
    var later: [Event] = []
    for write in writes[..<end].suffix(FieldPast.reach).reversed() {
      if fits(write.dot), !later.contains(where: { $0.context.contains(write.dot) }) {
        found.append(write)
        if found.count == FieldPast.named { break }
      }
      later.append(write)
    }
    return found
  }
}
