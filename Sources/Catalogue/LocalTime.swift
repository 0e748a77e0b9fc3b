// Dates and times of the region's wall clocks, and rules by which they repeat.
// Protocols/catalogue-fields.md.

import Events

/// `2023-09-26`, `2023-09-26T10:00` and `10:00`.
enum LocalTime {
  /// A day that the calendar has.
  static func isDate(_ text: String) -> Bool {
    text.utf8.count == 10 && Timestamp(text + "T00:00:00.000Z") != nil
  }

  /// A minute of such a day. Whether the clocks skip it is known only with the zone's rules.
  static func isMinute(_ text: String) -> Bool {
    text.utf8.count == 16 && Timestamp(text + ":00.000Z") != nil
  }

  /// A minute of any day.
  static func isClockTime(_ text: String) -> Bool {
    text.utf8.count == 5 && Timestamp("2000-01-01T" + text + ":00.000Z") != nil
  }
}

/// The part of RFC 5545 §3.3.10 that dates use: FREQ first, then at most one each of INTERVAL,
/// BYDAY and either COUNT or UNTIL.
enum RecurrenceRule {
  /// A weekly course runs for years; nobody plans beyond this.
  static let maximumCount = 999
  static let maximumInterval = 99

  static func isValid(_ text: String) -> Bool {
    // Strings are equal by canonical equivalence: a Kelvin sign would pass as a K.
    guard text.utf8.allSatisfy({ $0 < 0x80 }) else { return false }
    var names: [Substring] = []
    for part in text.split(separator: ";", omittingEmptySubsequences: false) {
      let halves = part.split(separator: "=", omittingEmptySubsequences: false)
      guard halves.count == 2, !names.contains(halves[0]) else { return false }
      guard names.isEmpty == (halves[0] == "FREQ") else { return false }
      guard isValid(halves[1], for: halves[0]) else { return false }
      names.append(halves[0])
    }
    return !(names.contains("COUNT") && names.contains("UNTIL"))
  }

  private static func isValid(_ value: Substring, for name: Substring) -> Bool {
    switch name {
    case "FREQ": ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"].contains(value)
    case "INTERVAL": isNumber(value, upTo: maximumInterval)
    case "COUNT": isNumber(value, upTo: maximumCount)
    case "UNTIL": isDay(value)
    case "BYDAY":
      value.split(separator: ",", omittingEmptySubsequences: false).allSatisfy(isWeekday)
    default: false
    }
  }

  private static func isNumber(_ text: Substring, upTo limit: Int) -> Bool {
    guard let number = Int(text) else { return false }
    return (1...limit).contains(number) && String(number) == text
  }

  /// `20240630`
  private static func isDay(_ text: Substring) -> Bool {
    guard text.utf8.count == 8 else { return false }
    let digits = Array(text.utf8)
    let parts = [digits[0..<4], digits[4..<6], digits[6..<8]]
    return LocalTime.isDate(
      parts.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "-"))
  }

  /// `TH`, and `1TH` to `5TH` or `-1TH` within a month.
  private static func isWeekday(_ text: Substring) -> Bool {
    guard ["MO", "TU", "WE", "TH", "FR", "SA", "SU"].contains(text.suffix(2)) else { return false }
    return ["", "1", "2", "3", "4", "5", "-1"].contains(text.dropLast(2))
  }
}
