// The days of a series: the part of RFC 5545 §3.3.10 that dates of the catalogue use.

import Events

/// A plain recurrence rule: FREQ (DAILY, WEEKLY, MONTHLY, YEARLY), INTERVAL, COUNT, UNTIL, BYDAY.
package struct Recurrence: Sendable, Equatable {
  private enum Frequency: String {
    case daily = "DAILY"
    case weekly = "WEEKLY"
    case monthly = "MONTHLY"
    case yearly = "YEARLY"
  }

  /// `TH`, `2TH`, `-1FR`.
  private struct Weekday: Equatable {
    /// The how-manieth of the month, from its end if negative; 0 is every.
    let ordinal: Int
    /// Monday is 0.
    let day: Int64

    static let names = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]

    init?(_ text: Substring) {
      guard let day = Weekday.names.firstIndex(of: String(text.suffix(2))) else { return nil }
      self.day = Int64(day)
      ordinal = Int(text.dropLast(2)) ?? 0
    }
  }

  private var frequency: Frequency?
  private var interval: Int64 = 1
  /// Nil where the series has no COUNT.
  private var count: Int?
  private var until = Recurrence.endless
  private var weekdays: [Weekday] = []
  private var isEndless = true

  /// So many dates of a series are told at a time: one a day for three years.
  package static let maximumDates = 1_100
  /// A date is looked for so many days ahead: thirty years, which no rule with a gap outlasts.
  private static let maximumDays: Int64 = 11_000
  /// The last day of a series without an end.
  package static let endless = "9999-12-31"

  /// Reads a rule. One that is not understood stands for a single date.
  package init(_ rule: String) {
    for part in rule.split(separator: ";") {
      let pair = part.split(separator: "=", maxSplits: 1)
      guard pair.count == 2 else { continue }
      switch pair[0] {
      case "FREQ": frequency = Frequency(rawValue: String(pair[1]))
      case "INTERVAL": interval = Int64(max(1, Int32(pair[1]) ?? 1))
      case "COUNT":
        count = min(max(1, Int(pair[1]) ?? 1), Recurrence.maximumDates)
        isEndless = false
      case "UNTIL":
        let digits = pair[1].prefix(8)
        until = "\(digits.prefix(4))-\(digits.dropFirst(4).prefix(2))-\(digits.suffix(2))"
        isEndless = false
      case "BYDAY": weekdays = pair[1].split(separator: ",").compactMap(Weekday.init)
      default: continue
      }
    }
  }

  /// The last day of the series that begins at the local day or minute `start`.
  package func lastDay(from start: String) -> String {
    guard frequency != nil else { return String(start.prefix(10)) }
    if isEndless { return Recurrence.endless }
    if count != nil { return days(from: start).last ?? String(start.prefix(10)) }
    let firstDay = String(start.prefix(10))
    guard let first = Recurrence.number(of: firstDay), var day = Recurrence.number(of: until)
    else { return firstDay }
    let earliest = max(first, day - Recurrence.maximumDays)
    while day > earliest {
      let text = Recurrence.text(of: day)
      if fits(day, text, first: first, firstDay) { return text }
      day -= 1
    }
    return firstDay
  }

  /// The days of the series that begins at the local day or minute `start`: those from the local
  /// day `earliest` on and before `limit`, up to `maximumDates` of them.
  package func days(
    from start: String, since earliest: String = "", before limit: String = endless
  ) -> [String] {
    let firstDay = String(start.prefix(10))
    guard frequency != nil, let first = Recurrence.number(of: firstDay) else { return [firstDay] }
    // RFC 5545 §3.8.5.3: the start counts as the first, whether or not it fits the rule.
    var days = firstDay >= earliest ? [firstDay] : []
    // Only a COUNT has to be counted from the start.
    let begin =
      count == nil ? max(first + 1, Recurrence.number(of: earliest) ?? first + 1) : first + 1
    var day = begin
    var number = 1
    while number < count ?? .max, days.count < Recurrence.maximumDates,
      day < begin + Recurrence.maximumDays
    {
      let text = Recurrence.text(of: day)
      if text > until || text >= limit { break }
      if fits(day, text, first: first, firstDay) {
        number += 1
        if text >= earliest { days.append(text) }
      }
      day += 1
    }
    return days
  }

  /// Whether a day behind the first is one of the rule's.
  private func fits(_ day: Int64, _ text: String, first: Int64, _ firstDay: String) -> Bool {
    func months() -> Int64 { Month(text).number - Month(firstDay).number }
    func isDayOfMonth() -> Bool {
      weekdays.isEmpty ? text.suffix(2) == firstDay.suffix(2) : isInMonth(day, text)
    }
    switch frequency {
    case .daily: return (day - first) % interval == 0 && isWeekday(day)
    case .weekly:
      return (Recurrence.week(of: day) - Recurrence.week(of: first)) % interval == 0
        && (weekdays.isEmpty ? (day - first) % 7 == 0 : isWeekday(day))
    case .monthly: return months() % interval == 0 && isDayOfMonth()
    case .yearly: return months() % (12 * interval) == 0 && isDayOfMonth()
    case nil: return false
    }
  }

  private func isWeekday(_ day: Int64) -> Bool {
    weekdays.isEmpty || weekdays.contains { $0.day == Recurrence.weekday(of: day) }
  }

  /// The how-manieth weekday of its month it is, counted from both ends.
  private func isInMonth(_ day: Int64, _ text: String) -> Bool {
    guard let dayOfMonth = Int(text.suffix(2)) else { return false }
    let fromStart = (dayOfMonth - 1) / 7 + 1
    var fromEnd = -1
    while Month(Recurrence.text(of: day + Int64(-fromEnd) * 7)) == Month(text) { fromEnd -= 1 }
    return weekdays.contains { weekday in
      weekday.day == Recurrence.weekday(of: day)
        && (weekday.ordinal == 0 || weekday.ordinal == fromStart || weekday.ordinal == fromEnd)
    }
  }

  private struct Month: Equatable {
    let number: Int64

    /// Of a text that begins with a day.
    init(_ day: String) {
      number = (Int64(day.prefix(4)) ?? 0) * 12 + (Int64(day.dropFirst(5).prefix(2)) ?? 0)
    }
  }

  // MARK: - Days as numbers

  private static let millisecondsPerDay: Int64 = 86_400_000

  private static func number(of day: String) -> Int64? {
    Timestamp(day + "T00:00:00.000Z").map { $0.milliseconds / millisecondsPerDay }
  }

  private static func text(of day: Int64) -> String {
    String(Timestamp(milliseconds: day * millisecondsPerDay).description.prefix(10))
  }

  /// 1970-01-01 was a Thursday.
  private static func weekday(of day: Int64) -> Int64 { (day + 3) % 7 }

  /// Weeks begin on Monday.
  private static func week(of day: Int64) -> Int64 { (day + 3) / 7 }
}
