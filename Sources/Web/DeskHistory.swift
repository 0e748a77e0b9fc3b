// The history of one item for its editors: who changed what, when and why, when the Kreis received
// it, and every value beside the one that it replaced. Protocols/merge.md §2.

import Catalogue
import Desk
import EventLog
import Events
import HTTP

extension DeskSite {
  /// Events of one page; each shows its values.
  static let historyRows = 20

  /// `/desk/items/:id/history`, the latest first.
  func historyPage(_ request: Request, _ frame: DeskFrame) throws -> Response? {
    guard let (id, state, kind) = try item(request) else { return nil }
    let title = ItemParts.title(state.title)
    let history = try reads.history(id)
    var list = ListState(path: "/desk/items/\(id)/history")
    list.page = max(1, request.query("seite").flatMap { Int($0) } ?? 1)
    let rows = DeskSite.historyRows
    let shown = Array(history.reversed().dropFirst(min(list.page - 1, history.count) * rows))
    var view = HistoryView(
      values: DeskValues(region: region, kind: kind), author: author(_:of:), history: history)
    let entries = shown.prefix(rows).map { view.entry($0) }
    return frame.response(
      "Verlauf: \(title)",
      """
      <p class="crumbs"><a href="/desk">Meine Einträge</a> › \
      <a href="/desk/items/\(id.description)">\(title)</a></p>
      <h1>Verlauf</h1>
      <p class="lead">Jede Änderung mit den Fassungen davor und danach: \
      <del>entfernt</del>, <ins>hinzugefügt</ins>.</p>
      <ol class="changes" reversed>
      \(entries)</ol>
      \(parts.pager(list, hasMore: shown.count > rows))
      """)
  }
}

/// Makes the entries of one page.
private struct HistoryView {
  let values: DeskValues
  let author: (_ pseudonym: String?, _ site: SiteID) -> String
  let history: [LoggedEvent]
  /// What the page may still spend on comparing texts.
  var steps = TextDiff.usualSteps
  private var pasts: [String: FieldPast] = [:]

  init(
    values: DeskValues, author: @escaping (_ pseudonym: String?, _ site: SiteID) -> String,
    history: [LoggedEvent]
  ) {
    self.values = values
    self.author = author
    self.history = history
  }

  private var region: Region { values.region }

  mutating func entry(_ logged: LoggedEvent) -> HTML {
    let event = logged.event
    let at = event.reissues?.at ?? event.at
    let by = author(event.by, event.dot.site)
    let released: HTML? = event.released.map {
      "<span>freigegeben: \(author($0, event.dot.site))</span>"
    }
    var fields: [HTML] = []
    for written in values.ordered(event.fields, by: \.name) {
      fields.append(field(written, of: event))
    }
    return """
      <li><article class="side"><h2>\(Texts.event(event.type))</h2>
      <div class="meta"><b>\(region.label(event.dot.site))</b><span>\(by)</span>\(released)\
      <span><time datetime="\(at.description)">\(BerlinTime.stamp(at))</time></span>\
      <span>\(standing(logged))</span></div>
      \(fields)</article></li>

      """
  }

  private func standing(_ logged: LoggedEvent) -> HTML {
    let received: HTML =
      logged.receipt.map { "beim Kreis angekommen: \(BerlinTime.stamp($0.received))" }
      ?? "<span class=\"badge open\">wartet auf Übertragung</span>"
    switch logged.verdict {
    case .applied: return received
    case .parked:
      return "\(received) <span class=\"badge open\">wartet auf eine neuere Version</span>"
    case .void(let reason):
      return """
        \(received) <span class="badge stopped">ohne Wirkung</span> \
        <small>\(DeskSite.words(for: reason))</small>
        """
    }
  }

  private mutating func field(_ field: Event.Field, of event: Event) -> HTML {
    let name = field.name
    let past = pasts[name] ?? FieldPast(name, in: history)
    pasts[name] = past
    let head: HTML = "<h3>\(values.name(name))</h3>\(source(event, past))"
    guard !field.isErased else {
      return "\(head)<p><i>Aus Gründen des Datenschutzes gelöscht</i></p>"
    }
    let new = values.text(event.value(name), field: name)
    let before = past.replaced(by: event).first { $0.value(name) != nil }
    guard let before else { return "\(head)\(DeskValues.whole(new))" }
    let old = values.text(before.value(name), field: name)
    return "\(head)\(DeskValues.changes(from: old, to: new, steps: &steps))"
  }

  /// Which values a write replaced, and which its author did not know of.
  private func source(_ event: Event, _ past: FieldPast) -> HTML? {
    let replaced = past.replaced(by: event)
    let unknown = past.unknown(to: event)
    let over: HTML? =
      replaced.isEmpty ? nil : "Ersetzt: \(replaced.map(told).joined(separator: "; ")). "
    let beside: HTML? =
      unknown.isEmpty
      ? nil : "Geschrieben, ohne davon zu wissen: \(unknown.map(told).joined(separator: "; "))."
    if over == nil && beside == nil { return nil }
    return "<p><small>\(over)\(beside)</small></p>"
  }

  private func told(_ event: Event) -> String {
    "\(region.label(event.dot.site)), \(BerlinTime.stamp(event.reissues?.at ?? event.at))"
  }
}
