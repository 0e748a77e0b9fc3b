// iCalendar (RFC 5545): events become dates. Protocols/import.md §4.

import Catalogue
import Events
import Foundation

struct CalendarReader {
  let address: String?

  func read(_ text: String) throws(ImportError) -> SourceContent {
    var content = SourceContent(format: .ics)
    var open: [String] = []
    var event: [CalendarLine] = []
    var sawCalendar = false
    for line in CalendarLine.lines(of: text) {
      switch line.name {
      case "BEGIN":
        open.append(line.value.uppercased())
        guard open.count <= ImportLimits.calendarDepth else {
          throw .tooDeep(format: "iCalendar", limit: ImportLimits.calendarDepth)
        }
        sawCalendar = sawCalendar || open == ["VCALENDAR"]
        if open == ["VCALENDAR", "VEVENT"] { event = [] }
      case "END":
        guard open.last == line.value.uppercased() else {
          throw .malformed(
            format: "iCalendar", line: line.number, what: "END:\(line.value) closes nothing")
        }
        if open == ["VCALENDAR", "VEVENT"] { try take(event, into: &content) }
        open.removeLast()
      default:
        // Alarms and the rules of zones stand deeper; the zone's name says enough.
        if open == ["VCALENDAR", "VEVENT"] { event.append(line) }
      }
    }
    guard sawCalendar else {
      throw .malformed(format: "iCalendar", line: 1, what: "no BEGIN:VCALENDAR")
    }
    // What is cut off must not look like a calendar from which the rest was taken away.
    guard open.isEmpty else {
      throw .malformed(format: "iCalendar", line: 1, what: "END:\(open[0]) is missing")
    }
    return content
  }

  private func take(
    _ lines: [CalendarLine], into content: inout SourceContent
  ) throws(ImportError) {
    let event = CalendarSource(lines, address: address)
    let id = SourceText.line(event.text("UID") ?? "")
    func skip(_ reason: String) {
      content.skipped.append(SkippedEntry(id: id.isEmpty ? nil : id, reason: reason))
    }
    guard content.entries.count + content.skipped.count < ImportLimits.entries else {
      throw .tooManyEntries(limit: ImportLimits.entries)
    }
    if let visibility = event.text("CLASS")?.uppercased(), visibility != "PUBLIC" {
      // Known, so that a date which was made private is taken back. Protocols/import.md §4.
      content.notes.append("\(id) is \(visibility.lowercased()) and was left out")
      return
    }
    if event["RECURRENCE-ID"] != nil {
      content.notes.append(
        "\(id): the change of one day of a series is not taken over (RECURRENCE-ID)")
      return
    }
    guard !id.isEmpty else { return skip("an event without UID") }
    guard let when = event.when else { return skip("DTSTART is missing or cannot be read") }
    try content.add(event.entry(id: id, when: when))
  }
}

/// One VEVENT and what it means here.
struct CalendarSource {
  private let lines: [CalendarLine]
  private let base: URL?

  init(_ lines: [CalendarLine], address: String?) {
    self.lines = lines
    base = address.flatMap { URL(string: $0) }
  }

  subscript(name: String) -> CalendarLine? { lines.first { $0.name == name } }

  func text(_ name: String) -> String? {
    self[name].map(\.text).flatMap { $0.isEmpty ? nil : $0 }
  }

  func entry(id: String, when: FieldValue) -> SourceEntry {
    var entry = SourceEntry(id: id, kind: .date, fields: ["language": "de", "when": when])
    entry.revision = self["SEQUENCE"].flatMap { Int($0.value) } ?? 0
    let html = lines.first {
      $0.name == "X-ALT-DESC" && $0.parameters["FMTTYPE"]?.lowercased() == "text/html"
    }
    EntryText(
      title: text("SUMMARY") ?? "", summary: text("DESCRIPTION") ?? "", body: html?.text ?? "",
      base: base
    ).write(to: &entry)
    if self["DTSTART"]?.parameters["TZID"].map({ SourceClock.zone(named: $0) == nil }) ?? false {
      entry.notes.append("its zone is unknown; the time is taken as that of the region")
    }
    if text("STATUS")?.uppercased() == "CANCELLED" {
      entry.fields["schedule"] = ["state": "cancelled"]
    }
    repeats(&entry, start: when["start"]?.text ?? "")
    place(&entry)
    let keywords = EntryText.keywords(lines.filter { $0.name == "CATEGORIES" }.flatMap(\.texts))
    if !keywords.isEmpty { entry.fields["keywords"] = .array(keywords) }
    if let name = self["ORGANIZER"]?.parameters["CN"].map(SourceText.line), !name.isEmpty,
      !name.contains("@")
    {
      entry.fields["organiser"] = .string(name)
    }
    if let link = HTMLText.link(self["URL"]?.value, base) {
      entry.fields["link/quelle"] = [
        "kind": "other", "label": "Zum Termin", "url": .string(link),
      ]
    }
    return entry
  }

  // MARK: - When

  /// The value of `when`; nil where there is no start.
  var when: FieldValue? {
    guard let line = self["DTSTART"], let start = CalendarSource.time(line) else { return nil }
    let isAllDay = !start.contains("T")
    var end: String?
    if let line = self["DTEND"], let told = CalendarSource.time(line) {
      guard told.contains("T") != isAllDay else { return nil }
      // RFC 5545 §3.6.1: the end of whole days is the first day that does not belong to them.
      end = isAllDay ? SourceClock.day(told, plus: -1) : told
    } else if let length = self["DURATION"]?.value {
      end = CalendarSource.end(of: start, after: length)
    }
    var members: [(String, FieldValue)] = [
      ("allDay", .bool(isAllDay)), ("start", .string(start)), ("zone", "Europe/Berlin"),
    ]
    if let end, end > start { members.append(("end", .string(end))) }
    return .object(sorting: members)
  }

  /// `20230926`, `20230926T100000`, with `Z` or in the zone of the parameter, as a local text.
  private static func time(_ line: CalendarLine) -> String? {
    guard
      let match = line.value.wholeMatch(
        of: /(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})\d{2}(Z?))?/)
    else { return nil }
    let day = "\(match.1)-\(match.2)-\(match.3)"
    guard let hour = match.4, let minute = match.5 else {
      return SourceClock.day(day, plus: 0)
    }
    let local = "\(day)T\(hour):\(minute)"
    if match.6 == "Z" {
      return Timestamp(local + ":00.000Z").map { SourceClock.minute(of: $0) }
    }
    // VTIMEZONE is not read: the names are those of the world's list of zones.
    let zone = line.parameters["TZID"].flatMap { SourceClock.zone(named: $0) }
    guard let zone, zone != SourceClock.zone else {
      return Timestamp(local + ":00.000Z") == nil ? nil : local
    }
    return SourceClock.local(local, from: zone)
  }

  /// The end of a date that lasts `PT1H30M` or `P2D`.
  private static func end(of start: String, after length: String) -> String? {
    guard
      let match = length.wholeMatch(
        of: /\+?P(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:\d{1,6}S)?)?/)
    else { return nil }
    func number(_ text: Substring?) -> Int64 { text.flatMap { Int64($0) } ?? 0 }
    let days = number(match.1) * 7 + number(match.2)
    guard start.contains("T") else { return SourceClock.day(start, plus: days - 1) }
    let minutes = days * 1_440 + number(match.3) * 60 + number(match.4)
    return Timestamp(start + ":00.000Z").map {
      String($0.advanced(milliseconds: minutes * 60_000).description.prefix(16))
    }
  }

  private func repeats(_ entry: inout SourceEntry, start: String) {
    if self["EXDATE"] != nil { entry.notes.append("days taken out of the series stay (EXDATE)") }
    if self["RDATE"] != nil { entry.notes.append("days added to the series are missing (RDATE)") }
    guard let rule = self["RRULE"]?.value else { return }
    if let recurrence = CalendarRule.recurrence(rule, start: start),
      FieldRules.accept(.string(recurrence), in: "recurrence", of: .date)
    {
      entry.fields["recurrence"] = .string(recurrence)
    } else {
      entry.notes.append("the rule of the series is not taken over: \(rule.prefix(100))")
    }
  }

  // MARK: - Where

  private func place(_ entry: inout SourceEntry) {
    guard let location = text("LOCATION").map({ SourceText.line($0) }), !location.isEmpty else {
      return
    }
    if location.hasPrefix("https://"), let link = HTMLText.link(location, nil) {
      entry.fields["onlineLink"] = .string(link)
      return
    }
    var venue = CalendarSource.venue(location)
    if let geo = self["GEO"]?.value.split(separator: ";"), geo.count == 2,
      let lat = CalendarSource.microDegrees(geo[0]), let lon = CalendarSource.microDegrees(geo[1])
    {
      venue += [("lat", .integer(lat)), ("lon", .integer(lon))]
    }
    entry.fields["venue"] = .object(sorting: venue)
  }

  /// `Name, Street 1, 45768 Town` in its parts; anything else is the name.
  static func venue(_ location: String) -> [(String, FieldValue)] {
    let parts = location.split(separator: ",").map {
      $0.split(separator: " ").joined(separator: " ")
    }
    .filter { !$0.isEmpty }
    guard (2...3).contains(parts.count), let last = parts.last,
      let match = last.wholeMatch(of: /(\d{5}) (\D+)/)
    else { return [("name", .string(location))] }
    var venue: [(String, FieldValue)] = [
      ("name", .string(parts[0])), ("postcode", .string(String(match.1))),
      ("town", .string(String(match.2))),
    ]
    if parts.count == 3 { venue.append(("street", .string(parts[1]))) }
    return venue
  }

  /// `51.6543` in millionths, without a detour over floating point.
  static func microDegrees(_ text: Substring) -> Int64? {
    let word = SourceText.line(String(text)).replacing(",", with: ".")
    guard let match = word.wholeMatch(of: /([+\-]?)(\d{1,3})(?:\.(\d{1,15}))?/) else { return nil }
    let digits = String((match.3 ?? "").prefix(6))
    let fraction = digits + String(repeating: "0", count: 6 - digits.count)
    guard let whole = Int64(match.2), let part = Int64(fraction) else { return nil }
    return (match.1 == "-" ? -1 : 1) * (whole * 1_000_000 + part)
  }
}

/// Rules of series in the words of the catalogue.
enum CalendarRule {
  /// The rule in the catalogue's order; nil where it means something that the catalogue cannot say.
  static func recurrence(_ rule: String, start: String) -> String? {
    var parts: [String: String] = [:]
    for part in rule.uppercased().split(separator: ";") {
      let halves = part.split(separator: "=", maxSplits: 1)
      guard halves.count == 2, parts[String(halves[0])] == nil else { return nil }
      parts[String(halves[0])] = String(halves[1])
    }
    guard let frequency = parts.removeValue(forKey: "FREQ") else { return nil }
    var result = ["FREQ=\(frequency)"]
    if let interval = parts.removeValue(forKey: "INTERVAL"), interval != "1" {
      result.append("INTERVAL=\(interval)")
    }
    if let days = parts.removeValue(forKey: "BYDAY") {
      // RFC 5545 §3.3.10: a number before a day means something in months and years only.
      let isNumbered = days.contains { $0.isNumber }
      guard !isNumbered || frequency == "MONTHLY" || frequency == "YEARLY" else { return nil }
      result.append("BYDAY=\(days)")
    }
    if let count = parts.removeValue(forKey: "COUNT") { result.append("COUNT=\(count)") }
    if let until = parts.removeValue(forKey: "UNTIL") {
      guard let day = last(until) else { return nil }
      result.append("UNTIL=\(day)")
    }
    let hasDays = result.contains { $0.hasPrefix("BYDAY=") }
    let (month, day) = (start.dropFirst(5).prefix(2), start.dropFirst(8).prefix(2))
    // These say no more than the start does.
    if parts["WKST"] == "MO" { parts["WKST"] = nil }
    if let told = parts["BYMONTH"], frequency == "YEARLY", Int(told) == Int(month) {
      parts["BYMONTH"] = nil
    } else if frequency == "YEARLY", hasDays {
      // Without the month the number would count within the whole year.
      return nil
    }
    if let told = parts["BYMONTHDAY"], !hasDays, Int(told) == Int(day),
      frequency == "MONTHLY" || frequency == "YEARLY"
    {
      parts["BYMONTHDAY"] = nil
    }
    return parts.isEmpty ? result.joined(separator: ";") : nil
  }

  /// The local day of an `UNTIL`.
  private static func last(_ until: String) -> String? {
    guard let match = until.wholeMatch(of: /(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})\d{2}(Z?))?/)
    else { return nil }
    guard let hour = match.4, let minute = match.5, match.6 == "Z" else {
      return "\(match.1)\(match.2)\(match.3)"
    }
    let text = "\(match.1)-\(match.2)-\(match.3)T\(hour):\(minute):00.000Z"
    return Timestamp(text).map {
      String(SourceClock.minute(of: $0).prefix(10)).replacing("-", with: "")
    }
  }
}
