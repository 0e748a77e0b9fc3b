// The wall clock of the region: moments as local texts, by which rows are compared with now.
// Protocols/views.md §3. The rule is written out because lists need it at every query.

package import Events

/// Central European time as it is kept since 1996: one hour ahead of UTC, two from the last Sunday
/// of March, 01:00 UTC, to the last Sunday of October, 01:00 UTC (directive 2000/84/EC).
package enum BerlinTime {
  /// `2026-03-01T12:00`: the local minute of a moment.
  package static func minute(of moment: Timestamp) -> String {
    let hours: Int64 = isSummer(moment) ? 2 : 1
    return String(moment.advanced(milliseconds: hours * 3_600_000).description.prefix(16))
  }

  /// True in summer time.
  static func isSummer(_ moment: Timestamp) -> Bool {
    // A year's text has four digits.
    let year = Int64(moment.description.prefix(4))!
    return moment >= lastSunday(of: 3, in: year) && moment < lastSunday(of: 10, in: year)
  }

  /// 01:00 UTC on the last Sunday of a month of 31 days.
  private static func lastSunday(of month: Int64, in year: Int64) -> Timestamp {
    let text = "\(year)-\(month < 10 ? "0" : "")\(month)-31T01:00:00.000Z"
    // Both months have a 31st.
    let last = Timestamp(text)!
    // 1970-01-01 was a Thursday: day 3 was the first Sunday.
    let day = last.milliseconds / 86_400_000
    return last.advanced(milliseconds: -((day - 3) % 7) * 86_400_000)
  }
}
