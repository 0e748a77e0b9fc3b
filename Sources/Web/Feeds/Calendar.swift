// Dates as iCalendar (RFC 5545): all that a filter leaves, and one alone. Protocols/http-api.md §6.

import Catalogue
import EventLog
import Events
import Views

extension OpenData {
  private static let calendarType = "text/calendar; charset=utf-8"
  /// How far back a subscribed calendar goes: a year, as people look things up.
  private static let daysBack = 366

  /// Every date of the filter. What was withdrawn stays, as cancelled.
  func calendar(_ filter: OpenFilter) throws -> OpenOutput {
    let today = BerlinTime.local(moment).day
    let first = Day(daysSince1970: today.daysSince1970 - OpenData.daysBack)
    let rows = try rows(filter, order: .oldestFirst, from: first.iso)
    var text = CalendarText()
    let words = filter.words(region)
    text.begin(
      name: words.isEmpty ? "Termine \(region.title)" : "Termine \(region.title): \(words)",
      source: absolute("/kalender.ics" + filter.address))
    for row in rows { try append(row, to: &text) }
    // With each day one may fall out of the year.
    let midnight = BerlinTime.moment(
      of: LocalTime(day: Day(daysSince1970: today.daysSince1970 + 1), minute: nil))
    return OpenOutput(
      bytes: text.end(), type: OpenData.calendarType,
      changesAt: min(nextChange(of: rows) ?? midnight, midnight))
  }

  /// One date, for "add to calendar"; nil where there is none. It is there by its address when it
  /// has expired, too.
  func calendar(of id: ItemID) throws -> OpenOutput? {
    guard let state = try reads.state(id), state.kind == .date else { return nil }
    let record = try CalendarRecord(state, id: id) { try reads.history(id) }
    var text = CalendarText()
    text.begin(name: nil, source: nil)
    let isGone = state.isWithdrawn || state.isHidden
    guard let event = CalendarEvent(record, isGone: isGone, data: self) else { return nil }
    event.append(to: &text)
    return OpenOutput(
      bytes: text.end(), type: OpenData.calendarType,
      fields: [.init(name: "Content-Disposition", value: "inline; filename=\"\(id).ics\"")])
  }

  private func append(_ row: ItemRow, to text: inout CalendarText) throws {
    let standing = standing(of: row)
    guard standing != .absent, let state = try reads.state(row.id) else { return }
    let record = try CalendarRecord(state, id: row.id) { try reads.history(row.id) }
    CalendarEvent(record, isGone: standing == .gone, data: self)?.append(to: &text)
  }
}

/// What a calendar tells of a date, out of its folded state.
struct CalendarRecord {
  let id: ItemID
  let state: ItemState

  /// RFC 5545 §3.8.7.4: grows with every change that somebody has to know who has the date in a
  /// calendar, and with no other. It is the sum over all lines of the last event that wrote one of
  /// `telling`: so all nodes with these events agree, and it never falls.
  let sequence: UInt64

  /// When, where, what, and whether at all.
  private static let telling: Set<String> = [
    "title", "when", "recurrence", "venue", "onlineLink", "schedule", "state", "kreis/hidden",
  ]

  /// - Parameter history: the item's events; asked for where it has more than one.
  init(_ state: ItemState, id: ItemID, history: () throws -> [LoggedEvent]) rethrows {
    self.state = state
    self.id = id
    let dots = Set(state.registers.flatMap { $0.survivors.map(\.dot) })
    if dots.count == 1, let only = dots.first, state.watermark == VectorClock([only]) {
      sequence = only.seq
      return
    }
    var lines = VectorClock()
    for logged in try history() where logged.verdict == .applied {
      let names = logged.event.fields.map(\.name)
      if names.contains(where: CalendarRecord.telling.contains) { lines.include(logged.event.dot) }
    }
    sequence = lines.entries.reduce(0) { $0 + $1.seq }
  }

  var created: Timestamp { state.created ?? Timestamp(milliseconds: 0) }

  /// The time of the youngest value.
  var changed: Timestamp {
    state.registers.flatMap { $0.survivors.map(\.time) }.max() ?? created
  }
}

/// One VEVENT.
struct CalendarEvent {
  private let record: CalendarRecord
  private let start: LocalTime
  private let end: LocalTime?
  private let isGone: Bool
  private let data: OpenData

  /// Nil where it is not known when the date takes place: an event without DTSTART is none.
  init?(_ record: CalendarRecord, isGone: Bool, data: OpenData) {
    guard let when = record.state.when, let start = LocalTime(when["start"]?.text) else {
      return nil
    }
    self.record = record
    self.start = start
    end = LocalTime(when["end"]?.text)
    self.isGone = isGone
    self.data = data
  }

  private var state: ItemState { record.state }

  func append(to text: inout CalendarText) {
    text.line("BEGIN", "VEVENT")
    text.line("UID", OpenData.uuid(record.id))
    text.line("DTSTAMP", CalendarText.moment(record.changed))
    text.line("LAST-MODIFIED", CalendarText.moment(record.changed))
    text.line("CREATED", CalendarText.moment(record.created))
    text.line("SEQUENCE", String(record.sequence))
    text.line("STATUS", status)
    appendTime(to: &text)
    text.text("SUMMARY", summary)
    text.line("URL", data.absolute(Address.item(record.id, kind: "date")))
    if !isGone { appendDetails(to: &text) }
    text.line("TRANSP", "TRANSPARENT")
    text.line("END", "VEVENT")
  }

  // MARK: - Whether it takes place

  private var schedule: String? { state.schedule?["state"]?.text }

  /// True if the date was moved and says where to.
  private var hasNewTime: Bool {
    LocalTime(state.schedule?["oldStart"]?.text).map { $0 != start } ?? false
  }

  /// A date that was put off without a new time must not stay in anybody's calendar.
  private var status: String {
    if isGone || schedule == "cancelled" { return "CANCELLED" }
    if schedule == "postponed" { return hasNewTime ? "TENTATIVE" : "CANCELLED" }
    return "CONFIRMED"
  }

  private var summary: String {
    if isGone { return "Termin zurückgezogen" }
    let title = ItemParts.title(state.title)
    return Texts.schedule(schedule).map { "\($0): \(title)" } ?? title
  }

  // MARK: - When

  private func appendTime(to text: inout CalendarText) {
    text.line("DTSTART" + CalendarText.kind(start), CalendarText.local(start))
    if let end {
      if start.minute == nil {
        // RFC 5545 §3.6.1: the end is the first day that does not belong to it.
        let next = LocalTime(
          day: Day(daysSince1970: end.day.daysSince1970 + 1), minute: nil)
        text.line("DTEND" + CalendarText.kind(next), CalendarText.local(next))
      } else if end > start {
        text.line("DTEND" + CalendarText.kind(end), CalendarText.local(end))
      }
    }
    if let rule = state.text("recurrence") {
      text.line("RRULE", CalendarText.rule(rule, from: start))
    }
  }

  // MARK: - What and where

  private func appendDetails(to text: inout CalendarText) {
    text.text("DESCRIPTION", description)
    let venue = state.venue
    let town = [venue?["postcode"]?.text, venue?["town"]?.text].compactMap(\.self)
      .joined(separator: " ")
    let place = [venue?["name"]?.text, venue?["street"]?.text, town].compactMap(\.self)
      .filter { !$0.isEmpty }.joined(separator: ", ")
    if !place.isEmpty { text.text("LOCATION", place) }
    if let latitude = venue?["lat"]?.number, let longitude = venue?["lon"]?.number {
      text.line(
        "GEO", CalendarText.degrees(latitude) + ";" + CalendarText.degrees(longitude))
    }
    let categories = state.fieldsOfAction.map(Texts.field) + state.keywords
    if !categories.isEmpty {
      text.line(
        "CATEGORIES", categories.map(CalendarText.escaped).joined(separator: ","))
    }
    if let contact = state.value("contact") {
      let parts = ["function", "person", "email", "phone"].compactMap { contact[$0]?.text }
      text.text("CONTACT", parts.joined(separator: ", "))
    }
  }

  private var description: String {
    var parts: [String] = []
    switch schedule {
    case "cancelled": parts.append("Dieser Termin ist abgesagt.")
    case "postponed" where !hasNewTime:
      parts.append("Dieser Termin ist verschoben. Ein neuer Tag steht noch nicht fest.")
    case "postponed", "rescheduled":
      let old = LocalTime(state.schedule?["oldStart"]?.text).map { $0.span(to: nil) }
      parts.append("Dieser Termin hat eine neue Zeit." + (old.map { " Bisher: \($0)." } ?? ""))
    default: break
    }
    if let note = state.text("correctionNote") { parts.append("Berichtigt: \(note)") }
    if let summary = state.summary { parts.append(summary) }
    if let body = state.text("body") { parts.append(body) }
    let programme = (state.value("programme")?.elements ?? []).map { entry in
      let time = [entry["from"]?.text, entry["to"]?.text].compactMap(\.self)
        .joined(separator: "–")
      return "\(time) \(entry["title"]?.text ?? "")"
    }
    if !programme.isEmpty { parts.append(programme.joined(separator: "\n")) }
    for (label, address) in [
      ("Online", state.text("onlineLink")),
      ("Anmeldung", state.value("registration")?["url"]?.text),
      ("Mehr", data.absolute(Address.item(record.id, kind: "date"))),
    ] {
      if let address { parts.append("\(label): \(address)") }
    }
    return parts.joined(separator: "\n\n")
  }
}
