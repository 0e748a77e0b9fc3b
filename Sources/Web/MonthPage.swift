// The calendar of a month: a table of weeks, which style makes a list of days on phones.

import Events
import Views

extension PublicPages {
  /// Entries of one day; the others are one link away. Thirty-one full days stay below 40 KB.
  private static let entriesOfDay = 4

  /// The dates of one month.
  func calendar(_ state: ListState, at moment: Timestamp) throws -> Page {
    let today = BerlinTime.local(moment).day
    let first = (state.month ?? today).firstOfMonth
    let (days, page) = try Occurrence.ascending(
      state.query(today: today), from: first, until: first.nextMonth, wanted: Int.max
    ) { try reads.items($0, moment) }
    var byDay: [[Occurrence]] = Array(repeating: [], count: 32)
    for one in days {
      // What began before this month stands on its first day.
      guard let start = one.start, start.day < first.nextMonth else { continue }
      byDay[start.day < first ? 1 : start.day.day].append(one)
    }
    let cells = weeks(of: first).map { week -> HTML in
      let days: [HTML] = week.map { day in
        day.map { cell($0, byDay[$0.day], isToday: $0 == today, state) } ?? "<td></td>\n"
      }
      return "<tr>\(days)</tr>\n"
    }
    let heads: [HTML] = Day.weekdayNames.map {
      "<th scope=\"col\"><abbr title=\"\($0)\">\(String($0.prefix(2)))</abbr></th>"
    }
    let name = "\(Day.monthNames[first.month - 1]) \(first.year)"
    let table: HTML = """
      \(around(state, first, name))
      \(days.isEmpty ? "<p class=\"meta\">In diesem Monat ist nichts eingetragen.</p>" : nil)
      <table class="month"><caption class="hidden">Termine im \(name)</caption>
      <thead><tr>\(heads)</tr></thead>
      <tbody>
      \(cells)</tbody></table>
      """
    return try listPage(state, page, at: moment, entries: table, pager: nil)
  }

  /// The weeks of a month, Monday first; nil where a day belongs to another month.
  private func weeks(of first: Day) -> [[Day?]] {
    let count = Day.length(ofMonth: first.month, in: first.year)
    var cells: [Day?] = Array(repeating: nil, count: first.weekday)
    cells += (0..<count).map { first.advanced(days: $0) }
    cells += Array(repeating: nil, count: (7 - cells.count % 7) % 7)
    return stride(from: 0, to: cells.count, by: 7).map { Array(cells[$0..<($0 + 7)]) }
  }

  private func cell(
    _ day: Day, _ all: [Occurrence], isToday: Bool, _ state: ListState
  ) -> HTML {
    let entries: [HTML] = all.prefix(PublicPages.entriesOfDay).map { one in
      let isOff = ["cancelled", "postponed"].contains(one.row.scheduleState)
      let title: HTML =
        isOff
        ? "<s>\(ItemParts.title(one.row.title))</s>" : "\(ItemParts.title(one.row.title))"
      let time: HTML? = one.row.allDay ? nil : one.start?.clock.map { "<small>\($0)</small> " }
      let end: HTML? = one.end.flatMap {
        $0.day > day
          ? "<br><small>bis \($0.day.short)</small>" : nil
      }
      let word: HTML? = Texts.schedule(one.row.scheduleState).map { "<br><small>\($0)</small>" }
      return """
        <li class="\(one.row.scheduleState ?? "scheduled")">\(time)\
        <a href="\(Address.item(one.row.id, kind: "date"))">\(title)</a>\(end)\(word)</li>

        """
    }
    let rest = all.count - entries.count
    let more: HTML? =
      rest > 0
      ? """
      <li><a rel="nofollow" href="\(state.address { ($0.month, $0.from) = (nil, day) })">\
      \(rest) weitere</a></li>
      """ : nil
    let list: HTML? = entries.isEmpty ? nil : "<ul>\n\(entries)\(more)</ul>"
    let kind: HTML? = entries.isEmpty ? " class=\"free\"" : nil
    let mark: HTML? = isToday ? " aria-current=\"date\"" : nil
    let month = Day.monthNames[day.month - 1]
    return """
      <td\(kind)\(mark)><p><span class="far">\(Day.weekdayNames[day.weekday]), </span>\(day.day).\
      <span class="far"> \(month)</span></p>\(list)</td>

      """
  }

  /// The months before and after, and the name of this one.
  private func around(_ state: ListState, _ first: Day, _ name: String) -> HTML {
    func link(_ month: Day, _ before: HTML, _ after: HTML, _ rel: HTML) -> HTML? {
      guard ListState.years.contains(month.year) else { return nil }
      let title = "\(Day.monthNames[month.month - 1]) \(month.year)"
      return """
        <a rel="\(rel) nofollow" href="\(state.address { $0.month = month })">\(before)\
        <span class="hidden">Monat: </span>\(title)\(after)</a>
        """
    }
    return """
      <nav class="around" aria-label="Monat">\(link(first.previousMonth, "← ", "", "prev"))\
      <h2>\(name)</h2>\(link(first.nextMonth, "", " →", "next"))</nav>
      """
  }
}
