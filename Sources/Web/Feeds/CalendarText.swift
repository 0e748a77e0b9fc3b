// The text of iCalendar: folded lines, escaped values, the time zone of the region, rules of
// recurrence. RFC 5545 §3.1, §3.3.11, §3.6.5, §3.3.10.

import Events

/// Writes one calendar.
struct CalendarText {
  private var bytes: [UInt8] = []

  /// RFC 5545 §3.1: octets of a line without its end.
  private static let maximumOctets = 75

  // MARK: - Frame

  mutating func begin(name: String?, source: String?) {
    line("BEGIN", "VCALENDAR")
    line("VERSION", "2.0")
    line("PRODID", "-//VestHub//VestHub 1//DE")
    line("CALSCALE", "GREGORIAN")
    if let name {
      text("NAME", name)
      // What most programs read instead of RFC 7986's NAME.
      text("X-WR-CALNAME", name)
    }
    if let source {
      line("SOURCE;VALUE=URI", source)
      line("REFRESH-INTERVAL;VALUE=DURATION", "PT1H")
      line("X-PUBLISHED-TTL", "PT1H")
    }
    for (name, value) in CalendarText.zone { line(name, value) }
  }

  mutating func end() -> [UInt8] {
    line("END", "VCALENDAR")
    return bytes
  }

  /// Europe/Berlin as it has been kept since 1996.
  private static let zone: [(String, String)] = [
    ("BEGIN", "VTIMEZONE"), ("TZID", "Europe/Berlin"),
    ("BEGIN", "DAYLIGHT"), ("DTSTART", "19960331T020000"),
    ("RRULE", "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU"), ("TZOFFSETFROM", "+0100"),
    ("TZOFFSETTO", "+0200"), ("TZNAME", "CEST"), ("END", "DAYLIGHT"),
    ("BEGIN", "STANDARD"), ("DTSTART", "19961027T030000"),
    ("RRULE", "FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU"), ("TZOFFSETFROM", "+0200"),
    ("TZOFFSETTO", "+0100"), ("TZNAME", "CET"), ("END", "STANDARD"),
    ("END", "VTIMEZONE"),
  ]

  // MARK: - Lines

  /// A property whose value is a text.
  mutating func text(_ name: String, _ value: String) { line(name, CalendarText.escaped(value)) }

  /// A property whose value is written already. Folded between characters, never inside one.
  mutating func line(_ name: String, _ value: String) {
    let content = Array((name + ":" + value).utf8)
    var start = 0
    var room = CalendarText.maximumOctets
    while content.count - start > room {
      var cut = start + room
      // 10xxxxxx continues a character of UTF-8.
      while content[cut] & 0xc0 == 0x80 { cut -= 1 }
      bytes += content[start..<cut]
      bytes += "\r\n ".utf8
      start = cut
      room = CalendarText.maximumOctets - 1
    }
    bytes += content[start...]
    bytes += "\r\n".utf8
  }

  /// RFC 5545 §3.3.11. Controls but the tab cannot stand in a text and are left out.
  static func escaped(_ value: String) -> String {
    var output = ""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\\", ";", ",":
        output += "\\"
        output.unicodeScalars.append(scalar)
      case "\n": output += "\\n"
      case "\t": output.unicodeScalars.append(scalar)
      default:
        if scalar.value >= 0x20 && scalar.value != 0x7f { output.unicodeScalars.append(scalar) }
      }
    }
    return output
  }

  // MARK: - Values

  /// `;VALUE=DATE` or `;TZID=Europe/Berlin`.
  static func kind(_ time: LocalTime) -> String {
    time.minute == nil ? ";VALUE=DATE" : ";TZID=Europe/Berlin"
  }

  /// `20230926` or `20230926T100000`.
  static func local(_ time: LocalTime) -> String {
    let digits = time.iso.filter { $0 != "-" && $0 != ":" }
    return time.minute == nil ? digits : digits + "00"
  }

  /// `20230912T081000Z`.
  static func moment(_ moment: Timestamp) -> String {
    moment.description.prefix(19).filter { $0 != "-" && $0 != ":" } + "Z"
  }

  /// Micro-degrees as RFC 5545 §3.8.1.6 wants them: six decimals.
  static func degrees(_ micro: Int64) -> String {
    let digits = String(abs(micro) % 1_000_000)
    let zeros = String(repeating: "0", count: 6 - digits.count)
    return "\(micro < 0 ? "-" : "")\(abs(micro) / 1_000_000).\(zeros)\(digits)"
  }

  /// A rule of the catalogue in the words of RFC 5545, which differ in three places.
  static func rule(_ rule: String, from start: LocalTime) -> String {
    let parts = rule.split(separator: ";").map(String.init)
    let isByMonth = parts.contains { $0 == "FREQ=MONTHLY" || $0 == "FREQ=YEARLY" }
    let mended = parts.map { part -> String in
      if part.hasPrefix("UNTIL="), start.minute != nil, let day = lastDay(part) {
        // With a time of day the end is a moment in UTC: that of the day's last second.
        let last = BerlinTime.moment(of: LocalTime(day: day, minute: 1_439))
        return "UNTIL=" + moment(last.advanced(milliseconds: 59_000))
      }
      if part.hasPrefix("BYDAY="), !isByMonth {
        // The how-manieth of a month means nothing within a week.
        let days = part.dropFirst("BYDAY=".count).split(separator: ",").map { $0.suffix(2) }
        return "BYDAY=" + days.joined(separator: ",")
      }
      return part
    }
    // Without the month it would be the how-manieth of the year.
    let isYearlyByDay =
      parts.contains("FREQ=YEARLY") && parts.contains { $0.hasPrefix("BYDAY=") }
    return (mended + (isYearlyByDay ? ["BYMONTH=\(start.day.month)"] : []))
      .joined(separator: ";")
  }

  /// The day of `UNTIL=20261231`.
  private static func lastDay(_ part: String) -> Day? {
    let digits = part.dropFirst("UNTIL=".count)
    let text = [
      digits.prefix(4), digits.dropFirst(4).prefix(2), digits.dropFirst(6),
    ].joined(separator: "-")
    return Day(text)
  }
}
