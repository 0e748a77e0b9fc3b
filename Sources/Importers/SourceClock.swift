// The times of sources as the region's clocks show them. Protocols/import.md §2.

import Events
import Foundation

/// Dates of RFC 822 and RFC 3339, zones of calendars, and the local texts that fields hold.
enum SourceClock {
  /// The zone of the region.
  static let zone: TimeZone = TimeZone(identifier: "Europe/Berlin") ?? .gmt

  /// `2023-09-12T10:00`: the local minute of a moment.
  static func minute(of moment: Timestamp) -> String { minute(of: moment, in: zone) }

  private static func minute(of moment: Timestamp, in zone: TimeZone) -> String {
    let date = Date(timeIntervalSince1970: Double(moment.milliseconds) / 1_000)
    let offset = Int64(zone.secondsFromGMT(for: date)) * 1_000
    return String(moment.advanced(milliseconds: offset).description.prefix(16))
  }

  /// A date of RFC 822 (RSS) or RFC 3339 (Atom) as a local minute, or as a day where it names
  /// midnight: systems that keep days only write that.
  static func local(_ text: String) -> String? {
    let trimmed = SourceText.line(text)
    guard let time = moment3339(trimmed) ?? moment822(trimmed) else { return nil }
    let local = minute(of: time)
    return local.hasSuffix("T00:00") ? String(local.prefix(10)) : local
  }

  /// `2023-09-12T10:00:00+02:00`, also with a fraction, `Z`, a space for the T, or a day alone.
  static func moment3339(_ text: String) -> Timestamp? {
    guard
      let match = text.wholeMatch(
        of:
          /(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}:\d{2})(?::(\d{2})(?:\.\d+)?)?\s?(Z|z|[+\-]\d{2}:?\d{2})?)?/
      )
    else { return nil }
    guard let clock = match.2 else { return utc("\(match.1)T00:00", in: zone) }
    let second = match.3.map(String.init) ?? "00"
    guard let base = Timestamp("\(match.1)T\(clock):\(second).000Z") else { return nil }
    guard let zoneName = match.4 else { return utc("\(match.1)T\(clock)", in: zone) }
    guard let offset = offsetSeconds(String(zoneName)) else { return nil }
    return base.advanced(milliseconds: -Int64(offset) * 1_000)
  }

  private static let months = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
  ]

  /// `Tue, 12 Sep 2023 10:00:00 +0200`; the day of the week and the seconds may be missing.
  static func moment822(_ text: String) -> Timestamp? {
    guard
      let match = text.wholeMatch(
        of:
          /(?:[A-Za-z]+,?\s)?(\d{1,2})\s([A-Za-z]{3})[a-z]*\s(\d{4}|\d{2})\s(\d{2}):(\d{2})(?::(\d{2}))?(?:\s(\S+))?/
      ),
      let month = months.firstIndex(of: match.2.lowercased())
    else { return nil }
    // RFC 5322 §4.3: two digits below 50 are of this century.
    let year = match.3.count == 4 ? String(match.3) : (match.3 < "50" ? "20" : "19") + match.3
    let day = "\(year)-\(two(month + 1))-\(match.1.count == 1 ? "0" : "")\(match.1)"
    guard
      let base = Timestamp("\(day)T\(match.4):\(match.5):\(match.6.map(String.init) ?? "00").000Z"),
      let offset = offsetSeconds(match.7.map(String.init) ?? "GMT")
    else { return nil }
    return base.advanced(milliseconds: -Int64(offset) * 1_000)
  }

  private static func offsetSeconds(_ name: String) -> Int? {
    if let match = name.wholeMatch(of: /([+\-])(\d{2}):?(\d{2})/) {
      guard let hours = Int(match.2), let minutes = Int(match.3) else { return nil }
      return (match.1 == "-" ? -1 : 1) * (hours * 3_600 + minutes * 60)
    }
    switch name.uppercased() {
    case "Z", "GMT", "UT", "UTC": return 0
    case "CET", "MEZ": return 3_600
    case "CEST", "MESZ": return 7_200
    case "EST": return -5 * 3_600
    case "EDT": return -4 * 3_600
    default: return nil
    }
  }

  /// The moment at which the clocks of a zone show a minute. In the hour that is skipped in March
  /// the later side counts, in the one that comes twice in October the first.
  static func utc(_ minute: String, in zone: TimeZone) -> Timestamp? {
    guard let naive = Timestamp(minute + ":00.000Z") else { return nil }
    let date = Date(timeIntervalSince1970: Double(naive.milliseconds) / 1_000)
    let guess = Int64(zone.secondsFromGMT(for: date))
    let first = naive.advanced(milliseconds: -guess * 1_000)
    let again = Int64(
      zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(first.milliseconds) / 1_000)))
    return naive.advanced(milliseconds: -again * 1_000)
  }

  /// A minute of another zone's clocks as the region's clocks show it.
  static func local(_ minute: String, from other: TimeZone) -> String? {
    utc(minute, in: other).map { SourceClock.minute(of: $0) }
  }

  /// The zone that a calendar names; nil if nobody knows it.
  static func zone(named name: String) -> TimeZone? {
    let known = [
      "w. europe standard time": "Europe/Berlin", "central europe standard time": "Europe/Berlin",
      "romance standard time": "Europe/Paris", "cet": "Europe/Berlin", "mez": "Europe/Berlin",
      "gmt standard time": "Europe/London", "utc": "UTC", "gmt": "UTC",
    ]
    if let identifier = known[name.lowercased()] { return TimeZone(identifier: identifier) }
    // Some programs put a prefix before the name: `/freeassociation.sourceforge.net/Europe/Berlin`.
    let tail = name.split(separator: "/").suffix(2).joined(separator: "/")
    return TimeZone(identifier: name) ?? TimeZone(identifier: tail)
  }

  /// The day before or after a day by so many days.
  static func day(_ day: String, plus count: Int64) -> String? {
    Timestamp(day + "T00:00:00.000Z").map {
      String($0.advanced(milliseconds: count * 86_400_000).description.prefix(10))
    }
  }

  static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
