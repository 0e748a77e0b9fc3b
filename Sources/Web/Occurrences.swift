// Dates in the order of their days, a series once for each of its days: what the list of dates and
// the calendar of a month show.

import Events
import Views

/// One day on which a date takes place.
struct Occurrence: Sendable, Equatable {
  /// The date.
  let row: ItemRow
  /// When it begins; nil where that is not known yet.
  let start: LocalTime?
  /// When it ends.
  let end: LocalTime?
}

extension Occurrence {
  /// The days of a date that count from `from` and before `until`. A single date counts as it is,
  /// also while it lasts; a series counts on those of its days that lie between.
  static func all(of row: ItemRow, from: Day, until: Day) -> [Occurrence] {
    let start = LocalTime(row.start)
    let end = LocalTime(row.end)
    guard let rule = row.recurrence, let text = row.start, let start else {
      return [Occurrence(row: row, start: start, end: end)]
    }
    let length = end.map { max(0, $0.day.daysSince1970 - start.day.daysSince1970) } ?? 0
    let days = Recurrence(rule).days(
      from: text, since: from.advanced(days: -length).iso, before: until.iso
    ).compactMap { Day($0) }
    return days.filter { $0 < until && $0.advanced(days: length) >= from }.map { day in
      Occurrence(
        row: row, start: LocalTime(day: day, minute: start.minute),
        end: end.map { LocalTime(day: day.advanced(days: length), minute: $0.minute) })
    }
  }

  /// How many days a list looks ahead: series without an end would fill it for ever.
  static let daysAhead = 400

  /// How many dates one page or month reads.
  static let maximumRows = 1_000
  /// Rows of the first read where few days are wanted; enough for most pages.
  private static let firstRows = 40

  /// Reads rows that ascend by their start until `wanted` of their days are known for certain:
  /// nothing that begins later can stand before them.
  ///
  /// - Returns: at least `wanted` days in their order if there are as many, and the first answer.
  static func ascending(
    _ query: ItemQuery, from: Day, until: Day, wanted: Int,
    read: (ItemQuery) throws -> ItemPage
  ) rethrows -> (days: [Occurrence], first: ItemPage) {
    var query = query
    query.offset = 0
    query.limit = min(ItemQuery.maximumLimit, max(wanted, firstRows))
    let first = try read(query)
    query.wantsCounts = false
    var found: [Occurrence] = []
    var page = first
    var rows = 0
    while true {
      rows += page.rows.count
      found += page.rows.flatMap { all(of: $0, from: from, until: until) }
      guard let next = page.next, let last = LocalTime(page.rows.last?.start) else { break }
      if found.count(where: { $0.start.map { $0 < last } ?? true }) >= wanted { break }
      if rows >= maximumRows { break }
      query.cursor = next
      query.limit = ItemQuery.maximumLimit
      page = try read(query)
    }
    found.sort { Occurrence.key($0) < Occurrence.key($1) }
    return (found, first)
  }

  private static func key(_ one: Occurrence) -> (Int, Int, String) {
    (
      one.start?.day.daysSince1970 ?? Int.max, one.start?.minute ?? -1, one.row.id.description
    )
  }
}
