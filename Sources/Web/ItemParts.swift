// The pieces that several pages show of an item: tags, badges, cards, rows.

import Events
import Views

/// Builds the pieces for one region.
struct ItemParts: Sendable {
  let region: Region

  /// The text of a title; an erased one has to be named somehow.
  static func title(_ text: String?) -> String {
    guard let text, !text.isEmpty else { return "Ohne Titel" }
    return text
  }

  func tags(_ fields: [String]) -> [HTML] {
    fields.map { code in
      guard let field = FieldOfAction(rawValue: code) else {
        return "<span class=\"tag\">\(code)</span>"
      }
      return """
        <a class="tag hue-\(field.rawValue)" href="/felder/\(field.rawValue)">\
        \(Texts.field(code))</a>
        """
    }
  }

  func statusBadge(_ code: String?) -> HTML? {
    guard let code else { return nil }
    let known = ProjectStatus(rawValue: code)?.rawValue ?? "other"
    return "<span class=\"badge \(known)\">\(Texts.status(code))</span>"
  }

  func scheduleBadge(_ code: String?) -> HTML? {
    guard let code, let word = Texts.schedule(code) else { return nil }
    return "<span class=\"badge \(code)\">\(word)</span>"
  }

  func conflictBadge(_ hasConflict: Bool) -> HTML? {
    hasConflict ? "<span class=\"badge open\">\(Texts.inConflict)</span>" : nil
  }

  /// Lead and participants: "Marl", "Marl und 3 weitere".
  func publishers(_ row: ItemRow) -> String {
    let others = row.sites.count { $0 != row.lead }
    return switch others {
    case 0: region.label(row.lead)
    case 1: "\(region.label(row.lead)) und eine weitere"
    default: "\(region.label(row.lead)) und \(others) weitere"
    }
  }

  func card(_ row: ItemRow) -> HTML {
    """
    <li><div class="tags">\(tags(row.fieldsOfAction))</div>
    <h3><a href="\(Address.item(row.id, kind: row.kind))">\(ItemParts.title(row.title))</a></h3>
    <p>\(row.summary)</p>
    <div class="meta">\(statusBadge(row.status))<span>\(publishers(row))</span>\
    \(conflictBadge(row.hasConflict))</div></li>

    """
  }

  func row(_ row: ItemRow) -> HTML {
    let when = row.kind == "date" ? row.start : row.released
    let time = LocalTime(when) ?? BerlinTime.local(row.createdAt)
    return """
      <li>\(leaf(time.day))<div>
      <h3><a href="\(Address.item(row.id, kind: row.kind))">\(heading(row))</a></h3>
      <div class="meta">\(scheduleBadge(row.scheduleState))\(line(row, time))\
      \(conflictBadge(row.hasConflict))</div>
      <p>\(row.summary)</p></div></li>

      """
  }

  private func heading(_ row: ItemRow) -> HTML {
    row.scheduleState == "cancelled"
      ? "<span class=\"struck\">\(ItemParts.title(row.title))</span>"
      : "\(ItemParts.title(row.title))"
  }

  private func line(_ row: ItemRow, _ time: LocalTime) -> HTML {
    guard row.kind == "date" else {
      return "<span>\(publishers(row))</span><span>\(time.day.long)</span>"
    }
    let span = when(row)
    return row.scheduleState == "postponed"
      ? "<span class=\"struck\">\(span)</span><span>\(publishers(row))</span>"
      : "<span>\(span)</span><span>\(publishers(row))</span>"
  }

  /// From when to when a date takes place.
  func when(_ row: ItemRow) -> String {
    guard let start = LocalTime(row.start) else { return "Zeit steht noch nicht fest" }
    if row.allDay {
      let end = LocalTime(row.end).map { LocalTime(day: $0.day, minute: nil) }
      return LocalTime(day: start.day, minute: nil).span(to: end)
    }
    return start.span(to: LocalTime(row.end))
  }

  private func leaf(_ day: Day) -> HTML {
    """
    <div class="leaf" aria-hidden="true">\(Day.shortMonthNames[day.month - 1])\
    <b>\(day.day)</b>\(day.year)</div>
    """
  }

  /// A hit of a search, with the found words marked.
  func hit(_ hit: SearchPage.Hit) -> HTML {
    let row = hit.row
    return """
      <li class="plain"><div class="meta"><span class="badge">\(Texts.kind(row.kind))</span>\
      \(statusBadge(row.status))\(scheduleBadge(row.scheduleState))\
      <span>\(publishers(row))</span></div>
      <h3><a href="\(Address.item(row.id, kind: row.kind))">\(marked(hit.title))</a></h3>
      <p>\(marked(hit.snippet))</p></li>

      """
  }

  private func marked(_ parts: [SnippetPart]) -> [HTML] {
    parts.map { $0.isMatch ? "<mark>\($0.text)</mark>" : "\($0.text)" }
  }

  /// Links to the pages around this one; nothing where all fits on one.
  func pager(_ state: ListState, total: Int) -> HTML? {
    let last = max(1, (total + ListState.pageRows - 1) / ListState.pageRows)
    guard last > 1 else { return nil }
    let before: HTML? =
      state.page > 1
      ? "<a rel=\"prev\" href=\"\(state.address { $0.page = state.page - 1 })\">← Zurück</a>" : nil
    let after: HTML? =
      state.page < last
      ? "<a rel=\"next\" href=\"\(state.address { $0.page = state.page + 1 })\">Weiter →</a>" : nil
    return """
      <nav class="pages" aria-label="Seiten">\(before)<span>Seite \(state.page) von \(last)</span>\
      \(after)</nav>
      """
  }
}
