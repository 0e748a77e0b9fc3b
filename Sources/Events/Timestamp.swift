// A moment as events state it: UTC, milliseconds. Protocols/event.md §2.4.

/// Milliseconds since 1970-01-01T00:00:00Z. For people, never for causality.
package struct Timestamp: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// Milliseconds since the epoch, from year 1970 to 9999.
  package let milliseconds: Int64

  /// 9999-12-31T23:59:59.999Z: the text has four digits for the year.
  package static let maximumMilliseconds: Int64 = 253_402_300_799_999

  /// A moment, clamped to the years that the text can state.
  package init(milliseconds: Int64) {
    self.milliseconds = min(max(milliseconds, 0), Timestamp.maximumMilliseconds)
  }

  /// Reads exactly `YYYY-MM-DDThh:mm:ss.mmmZ`; nil for anything else, also for days that no
  /// calendar has.
  package init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count == Timestamp.textBytes else { return nil }
    self.init(utf8: bytes.span, at: 0)
  }

  static let textBytes = 24

  init?(utf8 bytes: Span<UInt8>, at start: Int) {
    guard start + Timestamp.textBytes <= bytes.count else { return nil }
    func number(_ offset: Int, _ digits: Int) -> Int64? {
      var value: Int64 = 0
      for index in 0..<digits {
        let byte = bytes[start + offset + index]
        guard (0x30...0x39).contains(byte) else { return nil }
        value = value * 10 + Int64(byte - 0x30)
      }
      return value
    }
    func holds(_ byte: UInt8, _ offset: Int) -> Bool { bytes[start + offset] == byte }
    guard holds(0x2d, 4), holds(0x2d, 7), holds(0x54, 10), holds(0x3a, 13), holds(0x3a, 16),
      holds(0x2e, 19), holds(0x5a, 23),
      let year = number(0, 4), let month = number(5, 2), let day = number(8, 2),
      let hour = number(11, 2), let minute = number(14, 2), let second = number(17, 2),
      let fraction = number(20, 3), year >= 1970, (1...12).contains(month),
      day >= 1, day <= Timestamp.days(in: month, of: year), hour < 24, minute < 60, second < 60
    else { return nil }
    let seconds =
      Timestamp.daysSinceEpoch(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second
    milliseconds = seconds * 1_000 + fraction
  }

  package var description: String {
    var text: [UInt8] = []
    append(to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  func append(to output: inout [UInt8]) {
    func digits(_ value: Int64, _ count: Int) {
      var divisor: Int64 = 1
      for _ in 1..<count { divisor *= 10 }
      while divisor > 0 {
        output.append(0x30 + UInt8(value / divisor % 10))
        divisor /= 10
      }
    }
    let date = Timestamp.civil(milliseconds / 86_400_000)
    let time = milliseconds % 86_400_000
    digits(date.year, 4)
    output.append(0x2d)
    digits(date.month, 2)
    output.append(0x2d)
    digits(date.day, 2)
    output.append(0x54)
    digits(time / 3_600_000, 2)
    output.append(0x3a)
    digits(time / 60_000 % 60, 2)
    output.append(0x3a)
    digits(time / 1_000 % 60, 2)
    output.append(0x2e)
    digits(time % 1_000, 3)
    output.append(0x5a)
  }

  package static func < (a: Timestamp, b: Timestamp) -> Bool { a.milliseconds < b.milliseconds }

  /// The moment `count` milliseconds later, clamped to the years that the text can state.
  package func advanced(milliseconds count: Int64) -> Timestamp {
    let (sum, overflows) = milliseconds.addingReportingOverflow(count)
    return Timestamp(milliseconds: overflows ? (count < 0 ? .min : .max) : sum)
  }

  private static func days(in month: Int64, of year: Int64) -> Int64 {
    switch month {
    case 2:
      year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  // The calendar counted from 1 March, so that the leap day is a year's last: an era has 400
  // years and 146,097 days.
  private static func daysSinceEpoch(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let y = month <= 2 ? year - 1 : year
    let era = y / 400
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let z = days + 719_468
    let era = z / 146_097
    let dayOfEra = z - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * shifted + 2) / 5 + 1)
  }
}
