// The calendar of dates. Protocols/http-api.md §6; RFC 5545.

import Events
import Testing

@testable import Web

@Suite struct FeedCalendarTests {
  /// The unfolded lines of the event of an item.
  private func event(_ id: ItemID, _ text: String) -> [String] {
    let lines = text.replacing("\r\n ", with: "").split(separator: "\r\n").map(String.init)
    let events = lines.split { $0 == "BEGIN:VEVENT" }.dropFirst()
    return events.first { $0.contains("UID:\(OpenData.uuid(id))") }.map(Array.init) ?? []
  }

  private func value(_ name: String, _ event: [String]) -> String? {
    event.first { $0.hasPrefix(name + ":") || $0.hasPrefix(name + ";") }
      .map { String($0.dropFirst(name.count)) }
  }

  private let when: FieldValue = [
    "allDay": false, "start": "2023-10-12T17:30", "zone": "Europe/Berlin",
  ]

  // http-61
  @Test func everyDateIsAnEventInTheZoneOfTheRegion() throws {
    let stage = try Seed.stage()
    let reply = try stage.get("/kalender.ics")
    #expect(reply["Content-Type"] == "text/calendar; charset=utf-8")
    #expect(reply["Access-Control-Allow-Origin"] == "*")
    let camp = event(Seed.camp, reply.body)
    #expect(value("DTSTART", camp) == ";TZID=Europe/Berlin:20230926T100000")
    #expect(value("DTEND", camp) == ";TZID=Europe/Berlin:20230926T160000")
    #expect(value("STATUS", camp) == ":CONFIRMED")
    #expect(value("SUMMARY", camp) == ":Open Government BarCamp smartVEST")
    let place = ":Schwarzkaue\\, Zeche Schlägel & Eisen\\, Glückauf-Ring 35-37\\, 45699 Herten"
    #expect(value("LOCATION", camp) == place)
    #expect(reply.body.contains("TZID:Europe/Berlin\r\n"))
    #expect(!event(Seed.talk, reply.body).isEmpty)
    #expect(!reply.body.contains("Abfall-App"), "a project is no event")
  }

  // http-61
  @Test func theFiltersAreThoseOfTheList() throws {
    let stage = try Seed.stage()
    let text = try stage.body("/kalender.ics?ort=herten")
    #expect(event(Seed.camp, text).isEmpty && !event(Seed.talk, text).isEmpty)
    let field = try stage.body("/kalender.ics?feld=verwaltung")
    #expect(!event(Seed.camp, field).isEmpty && event(Seed.talk, field).isEmpty)
    #expect(try stage.body("/kalender.ics?schlagwort=nichts").contains("VEVENT") == false)
  }

  // http-62
  @Test func whatWasCancelledPostponedOrWithdrawnStaysAsCancelledWithAHigherSequence() throws {
    let stage = try Seed.stage()
    for (type, fields, name) in [
      ("date.cancelled", ["schedule": ["state": "cancelled"]], "Abgesagt: Digitale Sprechstunde"),
      (
        "date.postponed", ["schedule": ["state": "postponed"]],
        "Verschoben: Digitale Sprechstunde"
      ),
      ("item.withdrawn", ["state": "withdrawn"], "Termin zurückgezogen"),
    ] as [(String, KeyValuePairs<String, FieldValue>, String)] {
      let before = event(Seed.talk, try stage.body("/kalender.ics"))
      try stage.write("herten", type, Seed.talk, fields)
      let after = event(Seed.talk, try stage.body("/kalender.ics"))
      #expect(value("STATUS", after) == ":CANCELLED")
      #expect(value("SUMMARY", after) == ":" + name)
      let numbers = [before, after].compactMap { value("SEQUENCE", $0)?.dropFirst() }
        .compactMap { Int($0) }
      #expect(numbers.count == 2 && numbers[0] < numbers[1])
      #expect(value("DTSTART", after) == value("DTSTART", before))
    }
    #expect(!(try stage.body("/kalender.ics").contains("Sprechstunde")))
    #expect(try stage.body("/termine/\(Seed.talk)/kalender.ics").contains("STATUS:CANCELLED"))
  }

  // http-61
  @Test func onlyWhatACalendarHasToKnowRaisesTheSequence() throws {
    let stage = try Seed.stage()
    func sequence() throws -> Int? {
      let talk = event(Seed.talk, try stage.body("/kalender.ics"))
      return value("SEQUENCE", talk).flatMap { Int($0.dropFirst()) }
    }
    var last = try #require(try sequence())
    for (type, fields) in [
      ("date.revised", ["summary": "Mit Kaffee."]), ("date.revised", ["keywords": ["Hilfe"]]),
      ("item.expired", ["expires": "2030-01-01T00:00:00.000Z"]),
    ] as [(String, KeyValuePairs<String, FieldValue>)] {
      try stage.write("herten", type, Seed.talk, fields)
      #expect(try sequence() == last, "\(fields)")
    }
    for (type, fields) in [
      ("date.revised", ["title": "Sprechstunde"]),
      ("date.revised", ["venue": ["name": "Glashaus"]]),
      ("date.rescheduled", ["when": when]),
      ("date.cancelled", ["schedule": ["state": "cancelled"]]),
    ] as [(String, KeyValuePairs<String, FieldValue>)] {
      try stage.write("herten", type, Seed.talk, fields)
      let now = try #require(try sequence())
      #expect(now > last, "\(fields)")
      last = now
    }
  }

  // http-62
  @Test func aMovedDateHasItsNewTime() throws {
    let stage = try Seed.stage()
    try stage.write(
      "herten", "date.rescheduled", Seed.talk,
      [
        "when": when,
        "schedule": ["state": "rescheduled", "oldStart": "2023-10-05T17:30"],
      ])
    let talk = event(Seed.talk, try stage.body("/kalender.ics"))
    #expect(value("DTSTART", talk) == ";TZID=Europe/Berlin:20231012T173000")
    #expect(value("STATUS", talk) == ":CONFIRMED")
    #expect(value("SUMMARY", talk) == ":Neuer Termin: Digitale Sprechstunde")
    try stage.write(
      "herten", "date.postponed", Seed.talk,
      ["schedule": ["state": "postponed", "oldStart": "2023-10-05T17:30"]])
    let put = event(Seed.talk, try stage.body("/kalender.ics"))
    #expect(value("STATUS", put) == ":TENTATIVE", "the new time is told")
  }

  // http-63
  @Test(arguments: [
    ("FREQ=WEEKLY;BYDAY=1TH,FR", "FREQ=WEEKLY;BYDAY=TH,FR"),
    ("FREQ=MONTHLY;BYDAY=2TH;COUNT=3", "FREQ=MONTHLY;BYDAY=2TH;COUNT=3"),
    ("FREQ=DAILY;UNTIL=20231224", "FREQ=DAILY;UNTIL=20231224T225959Z"),
    ("FREQ=DAILY;UNTIL=20240701", "FREQ=DAILY;UNTIL=20240701T215959Z"),
    ("FREQ=YEARLY;BYDAY=-1SU", "FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10"),
  ])
  func aRuleIsWrittenAsTheStandardReadsIt(_ rule: String, _ expected: String) throws {
    let stage = try Seed.stage()
    try stage.write("herten", "date.revised", Seed.talk, ["recurrence": .string(rule)])
    #expect(
      value("RRULE", event(Seed.talk, try stage.body("/kalender.ics"))) == ":" + expected)
  }

  // http-63
  @Test func daysWithoutTimesEndBeforeTheNextDay() throws {
    let stage = try Seed.stage()
    try Nasty.write(on: stage)
    let date = event(Nasty.date, try stage.body("/kalender.ics"))
    #expect(value("DTSTART", date) == ";VALUE=DATE:20231230")
    #expect(value("DTEND", date) == ";VALUE=DATE:20240102")
    #expect(value("GEO", date) == ":-0.000005;7.123456")
  }

  // http-64
  @Test func linesAreFoldedBetweenCharactersAndReadBackWhole() throws {
    let stage = try Seed.stage()
    try Nasty.write(on: stage)
    let reply = try stage.get("/kalender.ics")
    for line in reply.body.utf8.split(separator: 0x0a) {
      #expect(line.count <= 76 && line.last == 0x0d, "75 octets and a return")
      #expect(String(validating: line, as: UTF8.self) != nil)
    }
    let summary = try #require(value("SUMMARY", event(Nasty.date, reply.body)))
    var read = ""
    var isEscaped = false
    for scalar in summary.unicodeScalars.dropFirst() {
      if !isEscaped, scalar == "\\" {
        isEscaped = true
        continue
      }
      read.unicodeScalars.append(isEscaped && scalar == "n" ? "\n" : scalar)
      isEscaped = false
    }
    #expect(Array(read.utf8) == Array(Nasty.title.utf8))
  }

  // http-65
  @Test func whatHasExpiredOrWasMergedIsNoEvent() throws {
    let stage = try Seed.stage()
    try stage.write(
      "herten", "item.expired", Seed.talk, ["expires": "2023-09-13T10:30:00.000Z"])
    let reply = try stage.get("/kalender.ics")
    #expect(!event(Seed.talk, reply.body).isEmpty, "not yet")
    #expect(reply["Cache-Control"] == "public, max-age=60")
    try stage.write(
      "herten", "item.expired", Seed.talk, ["expires": "2023-09-13T10:00:20.000Z"])
    #expect(try stage.get("/kalender.ics")["Cache-Control"] == "public, max-age=20")
    try stage.write(
      "herten", "item.expired", Seed.talk, ["expires": "2023-09-13T09:00:00.000Z"])
    #expect(event(Seed.talk, try stage.body("/kalender.ics")).isEmpty)
  }
}
