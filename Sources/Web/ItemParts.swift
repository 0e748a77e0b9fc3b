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

  /// The colour of the first field of action.
  private func hue(_ fields: [String]) -> HTML? {
    fields.first.flatMap { FieldOfAction(rawValue: $0) }.map { " class=\"hue-\($0.rawValue)\"" }
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
    <li\(hue(row.fieldsOfAction))><div class="tags">\(tags(row.fieldsOfAction))</div>
    <h3><a href="\(Address.item(row.id, kind: row.kind))">\(ItemParts.title(row.title))</a></h3>
    <p>\(row.summary)</p>
    <div class="meta">\(statusBadge(row.status))<span>\(publishers(row))</span>\
    \(conflictBadge(row.hasConflict))</div></li>

    """
  }

  /// One line of a list; of a date that is part of a series, or of any day of it, on that day.
  func row(_ one: Occurrence) -> HTML { row(one.row, on: one) }

  /// One line of a list, as the item itself states its time.
  func row(_ row: ItemRow, on one: Occurrence? = nil) -> HTML {
    let when = row.kind == "date" ? row.start : row.released
    let time = one?.start ?? LocalTime(when) ?? BerlinTime.local(row.createdAt)
    let hasDay = row.kind != "date" || LocalTime(row.start) != nil
    let series: HTML? = row.recurrence == nil ? nil : "<span>Reihe</span>"
    return """
      <li class="\(row.scheduleState ?? "plain-day")">\(hasDay ? leaf(time.day) : openLeaf)<div>
      <h3><a href="\(Address.item(row.id, kind: row.kind))">\(heading(row))</a></h3>
      <div class="meta">\(scheduleBadge(row.scheduleState))\(line(row, time, one))\
      \(series)\(conflictBadge(row.hasConflict))</div>
      <p>\(row.summary)</p></div></li>

      """
  }

  private func heading(_ row: ItemRow) -> HTML {
    row.scheduleState == "cancelled"
      ? "<s>\(ItemParts.title(row.title))</s>" : "\(ItemParts.title(row.title))"
  }

  private func line(_ row: ItemRow, _ time: LocalTime, _ one: Occurrence?) -> HTML {
    guard row.kind == "date" else {
      return "<span>\(publishers(row))</span><span>\(time.day.long)</span>"
    }
    let span = one.map { self.span($0) } ?? when(row)
    let isOff = ["postponed", "cancelled"].contains(row.scheduleState)
    let old: HTML? =
      row.scheduleState == "rescheduled"
      ? LocalTime(row.oldStart).map { "<span>bisher <s>\($0.span(to: nil))</s></span>" } : nil
    let shown: HTML = isOff ? "<span><s>\(span)</s></span>" : "<span>\(span)</span>"
    return "\(shown)\(old)<span>\(publishers(row))</span>"
  }

  /// From when to when a date takes place.
  func when(_ row: ItemRow) -> String {
    span(Occurrence(row: row, start: LocalTime(row.start), end: LocalTime(row.end)))
  }

  private func span(_ one: Occurrence) -> String {
    guard let start = one.start else { return "Zeit steht noch nicht fest" }
    if one.row.allDay {
      let end = one.end.map { LocalTime(day: $0.day, minute: nil) }
      return LocalTime(day: start.day, minute: nil).span(to: end)
    }
    return start.span(to: one.end)
  }

  private var openLeaf: HTML { "<div class=\"leaf\" aria-hidden=\"true\"><b>?</b></div>" }

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
    guard last > 1 || state.page > 1 else { return nil }
    return pager(state, hasMore: state.page < last, last: last)
  }

  /// The same for a list of which only the next page is known.
  func pager(_ state: ListState, hasMore: Bool, last: Int? = nil) -> HTML? {
    guard hasMore || state.page > 1 else { return nil }
    let before: HTML? =
      state.page > 1
      ? "<a rel=\"prev\" href=\"\(state.address { $0.page = state.page - 1 })\">← Zurück</a>" : nil
    let after: HTML? =
      hasMore
      ? "<a rel=\"next\" href=\"\(state.address { $0.page = state.page + 1 })\">Weiter →</a>" : nil
    let all: HTML? = last.map { " von \($0)" }
    return """
      <nav class="pages" aria-label="Seiten">\(before)<span>Seite \(state.page)\(all)</span>\
      \(after)</nav>
      """
  }
}
