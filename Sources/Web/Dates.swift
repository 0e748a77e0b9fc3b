// Dates as people of the region write them: German words, the clock of Europe/Berlin.

import Events

/// A day of the calendar with German names.
struct Day: Sendable, Equatable, Comparable {
  let year: Int
  let month: Int
  let day: Int

  static let monthNames = [
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September",
    "Oktober", "November", "Dezember",
  ]
  static let shortMonthNames = [
    "Jan", "Feb", "März", "Apr", "Mai", "Juni", "Juli", "Aug", "Sep", "Okt", "Nov", "Dez",
  ]
  static let weekdayNames = [
    "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag",
  ]

  /// Reads `YYYY-MM-DD` at the start of a text; nil for anything else and for days that no
  /// calendar has.
  init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8.prefix(10))
    guard bytes.count == 10, bytes[4] == 0x2d, bytes[7] == 0x2d,
      let year = decimal(bytes[0..<4]), let month = decimal(bytes[5..<7]),
      let day = decimal(bytes[8..<10]), (1...12).contains(month), day >= 1,
      day <= Day.length(ofMonth: month, in: year)
    else { return nil }
    self.init(year: year, month: month, day: day)
  }

  init(year: Int, month: Int, day: Int) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// The day `count` days after 1970-01-01, by the arithmetic of the proleptic Gregorian calendar.
  init(daysSince1970 count: Int) {
    let shifted = count + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let ofEra = shifted - era * 146_097
    let yearOfEra = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365
    let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * ofYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    self.init(year: year, month: month, day: ofYear - (153 * shiftedMonth + 2) / 5 + 1)
  }

  /// Days since 1970-01-01; the inverse of `init(daysSince1970:)`.
  var daysSince1970: Int {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
    let ofEraYear = shiftedYear - era * 400
    let ofYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + ofEraYear * 365 + ofEraYear / 4 - ofEraYear / 100 + ofYear - 719_468
  }

  /// 0 for Monday to 6 for Sunday; 1970-01-01 was a Thursday.
  var weekday: Int { ((daysSince1970 % 7) + 10) % 7 }

  static func length(ofMonth month: Int, in year: Int) -> Int {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return switch month {
    case 4, 6, 9, 11: 30
    case 2: isLeap ? 29 : 28
    default: 31
    }
  }

  static func < (a: Day, b: Day) -> Bool { a.daysSince1970 < b.daysSince1970 }

  /// So many days later.
  func advanced(days: Int) -> Day { Day(daysSince1970: daysSince1970 + days) }

  /// The first day of this month, of the next and of the one before.
  var firstOfMonth: Day { Day(year: year, month: month, day: 1) }
  var nextMonth: Day {
    month == 12 ? Day(year: year + 1, month: 1, day: 1) : Day(year: year, month: month + 1, day: 1)
  }
  var previousMonth: Day {
    month == 1 ? Day(year: year - 1, month: 12, day: 1) : Day(year: year, month: month - 1, day: 1)
  }

  /// `2023-09-26`.
  var iso: String { "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))" }
  /// `26. September 2023`.
  var long: String { "\(day). \(Day.monthNames[month - 1]) \(year)" }
  /// `Dienstag, 26. September 2023`.
  var full: String { "\(Day.weekdayNames[weekday]), \(long)" }
  /// `26.09.2023`.
  var short: String { "\(padded(day, 2)).\(padded(month, 2)).\(year)" }
}

/// A local date, or a local date with a minute, as the fields hold them.
struct LocalTime: Sendable, Equatable, Comparable {
  let day: Day
  /// Minutes since midnight; nil for a whole day.
  let minute: Int?

  /// Reads `2023-09-26` or `2023-09-26T10:00`; nil for anything else.
  init?(_ text: String?) {
    guard let text, let day = Day(text) else { return nil }
    self.day = day
    let bytes = Array(text.utf8)
    if bytes.count == 10 {
      minute = nil
      return
    }
    guard bytes.count == 16, bytes[10] == UInt8(ascii: "T"), bytes[13] == UInt8(ascii: ":"),
      let hour = decimal(bytes[11..<13]), let part = decimal(bytes[14..<16]), hour < 24, part < 60
    else { return nil }
    minute = hour * 60 + part
  }

  init(day: Day, minute: Int?) {
    self.day = day
    self.minute = minute
  }

  static func < (a: LocalTime, b: LocalTime) -> Bool {
    (a.day.daysSince1970, a.minute ?? -1) < (b.day.daysSince1970, b.minute ?? -1)
  }

  /// `10.30 Uhr`, `10 Uhr`; nil for a whole day.
  var clock: String? { minute.map { "\(LocalTime.clock($0)) Uhr" } }

  static func clock(_ minute: Int) -> String {
    minute % 60 == 0 ? "\(minute / 60)" : "\(minute / 60).\(padded(minute % 60, 2))"
  }

  /// `Dienstag, 26. September 2023, 10 bis 16 Uhr`: from this moment to an optional end.
  func span(to end: LocalTime?) -> String {
    guard let end, end != self else { return clock.map { "\(day.full), \($0)" } ?? day.full }
    if end.day == day {
      guard let from = minute, let to = end.minute else { return day.full }
      return "\(day.full), \(LocalTime.clock(from)) bis \(LocalTime.clock(to)) Uhr"
    }
    let first = clock.map { "\(day.full), \($0)" } ?? day.full
    let last = end.clock.map { "\(end.day.full), \($0)" } ?? end.day.full
    return "\(first) bis \(last)"
  }

  /// The text that the fields hold.
  var iso: String {
    minute.map { "\(day.iso)T\(padded($0 / 60, 2)):\(padded($0 % 60, 2))" } ?? day.iso
  }
}

/// The clock of Europe/Berlin, by the rule that has held since 1996: an hour ahead of UTC, two from
/// the last Sunday of March to the last Sunday of October, changing at 01:00 UTC
/// (directive 2000/84/EC).
enum BerlinTime {
  private static let dayMilliseconds: Int64 = 86_400_000

  /// The local date and minute of a moment.
  static func local(_ moment: Timestamp) -> LocalTime {
    let shifted = moment.milliseconds + (isSummer(moment) ? 7_200_000 : 3_600_000)
    let minute = Int(shifted % dayMilliseconds / 60_000)
    return LocalTime(day: Day(daysSince1970: Int(shifted / dayMilliseconds)), minute: minute)
  }

  private static func isSummer(_ moment: Timestamp) -> Bool {
    let year = Day(daysSince1970: Int(moment.milliseconds / dayMilliseconds)).year
    return (change(year, month: 3)..<change(year, month: 10)).contains(moment.milliseconds)
  }

  private static func change(_ year: Int, month: Int) -> Int64 {
    let last = Day(year: year, month: month, day: 31)
    let sunday = last.daysSince1970 - (last.weekday + 1) % 7
    return Int64(sunday) * dayMilliseconds + 3_600_000
  }

  /// `26.09.2023, 10.05 Uhr`.
  static func stamp(_ moment: Timestamp) -> String {
    let time = local(moment)
    return "\(time.day.short), \(time.clock ?? "")"
  }
}

/// The number that a run of decimal digits states.
private func decimal(_ digits: ArraySlice<UInt8>) -> Int? {
  var value = 0
  for digit in digits {
    guard (0x30...0x39).contains(digit) else { return nil }
    value = value * 10 + Int(digit - 0x30)
  }
  return value
}

private func padded(_ number: Int, _ width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
