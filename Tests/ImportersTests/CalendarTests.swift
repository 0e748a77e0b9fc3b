// iCalendar: times, series, places and what is left out.

import Catalogue
import Events
import Testing

@testable import Importers

@Suite struct CalendarTests {
  private func entry(_ lines: String) throws -> SourceEntry {
    try #require(try read(Samples.calendar("UID:1\nSUMMARY:Fest\n" + lines)).entries.first)
  }

  // import-14
  @Test func anEventBecomesADate() throws {
    let entry = try entry(
      """
      DTSTART;TZID=Europe/Berlin:20231005T173000
      DTEND;TZID=Europe/Berlin:20231005T190000
      LOCATION:Altes Rathaus\\, Markt 1\\, 45768 Marl
      GEO:51.6543;7.09
      DESCRIPTION:Erste Zeile\\nzweite\\; mit [Link](javascript:x)
      CATEGORIES:Leben,Beratung\\, offen
      ORGANIZER;CN="Amt: Digitales":mailto:amt@stadt.example
      URL:https://www.au.example/fest
      """)
    #expect(entry.id == "1" && entry.kind == .date && entry.notes.isEmpty)
    #expect(
      entry.fields["when"] == [
        "allDay": false, "start": "2023-10-05T17:30", "end": "2023-10-05T19:00",
        "zone": "Europe/Berlin",
      ])
    #expect(
      entry.fields["venue"] == [
        "name": "Altes Rathaus", "street": "Markt 1", "postcode": "45768", "town": "Marl",
        "lat": 51_654_300, "lon": 7_090_000,
      ])
    #expect(
      entry.fields["summary"] == "Erste Zeile zweite; mit [Link] (javascript:x)")
    #expect(entry.fields["body"] == "Erste Zeile\nzweite; mit [Link] (javascript:x)")
    #expect(entry.fields["keywords"] == ["Leben", "Beratung, offen"])
    #expect(entry.fields["organiser"] == "Amt: Digitales")
    #expect(entry.fields["link/quelle"]?["url"] == "https://www.au.example/fest")
  }

  // import-15
  @Test(
    arguments: [
      ("DTSTART:20231005T173000Z", "2023-10-05T19:30", nil, false),
      ("DTSTART:20231205T173000Z", "2023-12-05T18:30", nil, false),
      ("DTSTART:20231005T173000", "2023-10-05T17:30", nil, false),
      ("DTSTART;TZID=America/New_York:20231005T120000", "2023-10-05T18:00", nil, false),
      ("DTSTART;TZID=W. Europe Standard Time:20231005T120000", "2023-10-05T12:00", nil, false),
      ("DTSTART;TZID=/x.example/Europe/Berlin:20231005T120000", "2023-10-05T12:00", nil, false),
      ("DTSTART;VALUE=DATE:20231005\nDTEND;VALUE=DATE:20231006", "2023-10-05", nil, true),
      ("DTSTART;VALUE=DATE:20231005\nDTEND;VALUE=DATE:20231008", "2023-10-05", "2023-10-07", true),
      ("DTSTART;VALUE=DATE:20231231\nDURATION:P2D", "2023-12-31", "2024-01-01", true),
      ("DTSTART:20231005T173000\nDURATION:PT1H30M", "2023-10-05T17:30", "2023-10-05T19:00", false),
      ("DTSTART:20231005T173000\nDTEND:20231005T170000", "2023-10-05T17:30", nil, false),
    ] as [(String, String, String?, Bool)])
  func timesAreThoseOfTheRegion(lines: String, start: String, end: String?, allDay: Bool) throws {
    let when = try #require(try entry(lines).fields["when"])
    #expect(when["start"]?.text == start && when["end"]?.text == end)
    #expect(when["allDay"] == .bool(allDay))
  }

  @Test func anUnknownZoneIsTakenAsTheRegionsWithANote() throws {
    let entry = try entry("DTSTART;TZID=Mond:20231005T120000")
    #expect(entry.fields["when"]?["start"] == "2023-10-05T12:00" && entry.notes.count == 1)
  }

  // import-16
  @Test(
    arguments: [
      ("FREQ=WEEKLY;BYDAY=TH;UNTIL=20231221T165959Z", "FREQ=WEEKLY;BYDAY=TH;UNTIL=20231221"),
      ("BYDAY=1TH;FREQ=MONTHLY;INTERVAL=1;WKST=MO", "FREQ=MONTHLY;BYDAY=1TH"),
      ("FREQ=DAILY;COUNT=3", "FREQ=DAILY;COUNT=3"),
      ("FREQ=MONTHLY;BYMONTHDAY=5", "FREQ=MONTHLY"),
      ("FREQ=YEARLY;BYMONTH=10;BYDAY=1TH", "FREQ=YEARLY;BYDAY=1TH"),
      ("FREQ=WEEKLY;UNTIL=20231231T230000Z", "FREQ=WEEKLY;UNTIL=20240101"),
      ("FREQ=MONTHLY;BYMONTHDAY=31", nil), ("FREQ=YEARLY;BYDAY=1TH", nil),
      ("FREQ=WEEKLY;BYDAY=1TH", nil), ("FREQ=MONTHLY;BYDAY=TH;BYSETPOS=1", nil),
      ("FREQ=HOURLY", nil), ("FREQ=DAILY;COUNT=5000", nil), ("INTERVAL=2", nil),
      ("FREQ=DAILY;COUNT=2;UNTIL=20231231", nil), ("FREQ=WEEKLY;WKST=SU;INTERVAL=2", nil),
    ] as [(String, String?)])
  func aSeriesIsTakenOverOrNoted(rule: String, recurrence: String?) throws {
    let entry = try entry("DTSTART:20231005T173000\nRRULE:\(rule)")
    #expect(entry.fields["recurrence"]?.text == recurrence)
    #expect(entry.notes.isEmpty == (recurrence != nil), "\(entry.notes)")
  }

  // import-16
  @Test func whatASeriesLosesIsNoted() throws {
    let entry = try entry(
      "DTSTART:20231005T173000\nRRULE:FREQ=DAILY\nEXDATE:20231006T173000\nRDATE:20231106T173000")
    #expect(entry.notes.count == 2 && entry.notes[0].contains("EXDATE"))
    let change = "UID:1\nRECURRENCE-ID:20231006T173000\nSUMMARY:x\nDTSTART:20231006T180000"
    let content = try read(
      Samples.calendar("UID:1\nSUMMARY:Fest\nDTSTART:20231005T173000", change))
    #expect(content.entries.map(\.title) == ["Fest"] && content.notes.count == 1)
  }

  // import-17
  @Test func whatIsCancelledSaysSo() throws {
    let entry = try entry("DTSTART:20231005T173000\nSTATUS:CANCELLED")
    #expect(entry.fields["schedule"] == ["state": "cancelled"])
  }

  // import-17
  @Test func theHighestRevisionCounts() throws {
    let content = try read(
      Samples.calendar(
        "UID:1\nSEQUENCE:2\nSUMMARY:neu\nDTSTART:20231005T180000",
        "UID:1\nSEQUENCE:1\nSUMMARY:alt\nDTSTART:20231005T170000",
        "UID:1\nSEQUENCE:3\nSUMMARY:neuer\nDTSTART:20231005T190000"))
    #expect(content.entries.map(\.title) == ["neuer"] && content.skipped.isEmpty)
  }

  // import-18
  @Test func whatIsPrivateIsNotTaken() throws {
    let content = try read(
      Samples.calendar("UID:1\nCLASS:PRIVATE\nSUMMARY:geheim\nDTSTART:20231005T173000"))
    #expect(content.entries.isEmpty && content.skipped.isEmpty && content.notes.count == 1)
    #expect(!content.notes[0].contains("geheim"))
  }

  @Test func foldedLinesAreJoinedAlsoWithinALetter() throws {
    let text = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20231005T173000\r\n"
    let bytes =
      Array((text + "SUMMARY:M").utf8) + [0xc3] + Array("\r\n ".utf8) + [0xbc]
      + Array("ll \r\n\tweg\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n".utf8)
    #expect(try SourceReader().read(bytes).entries.first?.title == "Müll weg")
  }

  // import-3
  @Test(arguments: [
    "BEGIN:VEVENT\r\nEND:VEVENT", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n",
    "BEGIN:VCALENDAR\r\nEND:VEVENT\r\nEND:VCALENDAR", "Hallo", "",
    String(repeating: "BEGIN:X\r\n", count: 20),
  ])
  func whatIsNoWholeCalendarIsRefused(text: String) {
    #expect(throws: ImportError.self) { try read(text, format: .ics) }
  }

  // import-4
  @Test func anEventWithoutTimeOrUIDIsSkipped() throws {
    let content = try read(
      Samples.calendar(
        "UID:1\nSUMMARY:x", "SUMMARY:y\nDTSTART:20231005", "UID:3\nSUMMARY:z\nDTSTART:20231340"))
    #expect(content.entries.isEmpty && content.skipped.map(\.id) == ["1", nil, "3"])
  }

  @Test func alarmsAndZonesAreNoEvents() throws {
    let text = """
      UID:1
      SUMMARY:Fest
      DTSTART:20231005T173000
      BEGIN:VALARM
      SUMMARY:Wecker
      DTSTART:20200101T000000
      END:VALARM
      """
    let content = try read(Samples.calendar(text))
    #expect(content.entries.map(\.title) == ["Fest"])
  }
}
