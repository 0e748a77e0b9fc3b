// What happened in the catalogue as CloudEvents 1.0: who, what kind of change, which item and which
// fields, but nothing of what they say. Protocols/http-api.md §6.

import Catalogue
import EventLog
import Events

/// Some changes in the hub's order, and how far they reach.
struct ChangeBatch: Sendable {
  /// Each with its position.
  private(set) var events: [(position: UInt64, value: FieldValue)] = []
  /// The position of the last receipt that was looked at; what is told begins behind it.
  let last: UInt64

  /// Receipts that are looked at for one batch; a whole month of them without a public one would
  /// be a fault.
  private static let maximumReceipts: UInt64 = 10_000

  /// The changes after a position: the first of them that are told, looked for in steps of `limit`.
  ///
  /// - Parameter source: what the events name as their source.
  init(
    _ reads: CatalogueReads, after position: UInt64, limit: Int, source: String,
    at moment: Timestamp
  ) throws {
    // The views may be behind the log; a client that is told of a change finds it.
    let end = try reads.standing().position
    var last = position
    // An empty batch means the end to a client, so what is told to nobody is passed over here.
    while events.isEmpty, last < end, last - position < ChangeBatch.maximumReceipts {
      let before = last
      for logged in try reads.changes(before, limit) {
        guard let receipt = logged.receipt, receipt.position <= end else { break }
        last = receipt.position
        guard receipt.verdict == .applied, let item = logged.event.item,
          let state = try reads.state(item), let kind = state.kind,
          !state.isUnreleased(at: moment)
        else { continue }
        events.append(
          (receipt.position, ChangeBatch.value(logged.event, item, kind, receipt, source)))
      }
      if last == before { break }
    }
    self.last = last
  }

  var isEmpty: Bool { events.isEmpty }

  /// CloudEvents §3.1; `sequence` is of the extension of that name.
  private static func value(
    _ event: Event, _ item: ItemID, _ kind: ItemKind, _ receipt: Receipt, _ source: String
  ) -> FieldValue {
    let path = Address.item(item, kind: kind.rawValue)
    return .object(sorting: [
      ("specversion", "1.0"), ("id", .string(event.dot.description)),
      ("source", .string(source)), ("type", .string("vesthub.\(event.type)")),
      ("subject", .string(item.description)), ("time", .string(receipt.received.description)),
      ("sequence", .string(sequence(receipt.position))), ("datacontenttype", "application/json"),
      (
        "data",
        .object(sorting: [
          ("item", .string(item.description)), ("kind", .string(kind.rawValue)),
          ("site", .string(event.dot.site.description)), ("page", .string(path)),
          ("fields", .array(event.fields.map { .string($0.name) })),
        ])
      ),
    ])
  }

  /// A position as text that ascends as the positions do.
  static func sequence(_ position: UInt64) -> String {
    let digits = String(position)
    return String(repeating: "0", count: max(0, 16 - digits.count)) + digits
  }

  /// JSON batch format of CloudEvents.
  var batch: FieldValue { .array(events.map(\.value)) }

  /// The stream: each event with its position as the id to resume after.
  var serverSentEvents: [UInt8] {
    var bytes: [UInt8] = []
    for event in events {
      // Canonical JSON has no line breaks outside of escapes.
      bytes += "id: \(event.position)\ndata: \(event.value.canonicalText)\n\n".utf8
    }
    return bytes
  }
}
