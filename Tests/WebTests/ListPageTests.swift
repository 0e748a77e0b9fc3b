// Lists and calendars: filters, order, series, months, and what a news before its time shows.

import Events
import Testing
import Views

@testable import Web

@Suite struct ListPageTests {
  private static let series = ItemID("marl-reihe0001")!  // Valid by construction.

  /// The catalogue with a series of five Thursdays from 7 September 2023; the clock of the stage
  /// stands at the 13th.
  private func stage() throws -> Stage {
    let stage = try Seed.stage()
    try stage.write(
      "marl", "date.created", ListPageTests.series,
      [
        "title": "Lotsen helfen", "fieldsOfAction": ["leben"], "keywords": ["Lotsen"],
        "when": [
          "allDay": false, "start": "2023-09-07T10:00", "end": "2023-09-07T12:00",
          "zone": "Europe/Berlin",
        ],
        "recurrence": "FREQ=WEEKLY;BYDAY=TH;COUNT=5",
      ])
    return stage
  }

  private func count(_ text: String, in body: String) -> Int { body.ranges(of: text).count }

  @Test func aSeriesStandsInTheListOnEachOfItsComingDays() throws {
    let body = try stage().get("/termine").body
    #expect(count("Lotsen helfen", in: body) == 4)
    for day in ["14. September", "21. September", "28. September", "5. Oktober"] {
      #expect(body.contains("Donnerstag, \(day) 2023, 10 bis 12 Uhr"), "\(day)")
    }
    #expect(!body.contains("Donnerstag, 7. September"))
    let camp = try #require(body.firstRange(of: "Open Government BarCamp"))
    let before = try #require(body.firstRange(of: "21. September"))
    let after = try #require(body.firstRange(of: "28. September"))
    #expect(before.lowerBound < camp.lowerBound && camp.lowerBound < after.lowerBound)
  }

  @Test func aMonthShowsEachDayOfASeriesAndNoOther() throws {
    let stage = try stage()
    let september = try stage.get("/termine?monat=2023-09")
    #expect(september.status == 200)
    #expect(september.body.contains("<caption class=\"hidden\">Termine im September 2023"))
    #expect(count("Lotsen helfen", in: september.body) == 4)
    #expect(september.body.contains("aria-current=\"date\""))
    #expect(september.body.contains("/termine?monat=2023-10"))
    let october = try stage.get("/termine?monat=2023-10")
    #expect(count("Lotsen helfen", in: october.body) == 1)
    #expect(october.body.contains("Digitale Sprechstunde"))
    let empty = try stage.get("/termine?monat=2023-12")
    #expect(empty.body.contains("In diesem Monat ist nichts eingetragen"))
  }

  @Test(arguments: ["2023-13", "x", "9999-01", "0000-00", "2023-9"])
  func aMonthThatIsNoneShowsTheList(_ month: String) throws {
    let page = try stage().get("/termine?monat=\(month)")
    #expect(page.status == 200 && !page.body.contains("<table"))
  }

  @Test func aMonthKeepsTheFilters() throws {
    let body = try stage().get("/termine?monat=2023-09&ort=kreis").body
    #expect(!body.contains("Lotsen helfen") && body.contains("Open Government BarCamp"))
    #expect(body.contains("/termine?ort=kreis&amp;monat=2023-10"))
  }

  @Test func aCancelledDateIsStruckInTheMonthAndStaysThere() throws {
    let stage = try stage()
    try stage.write("kreis", "date.cancelled", Seed.camp, ["schedule": ["state": "cancelled"]])
    let body = try stage.get("/termine?monat=2023-09").body
    #expect(body.contains("<s>Open Government BarCamp smartVEST</s>"))
    #expect(body.contains("<small>Abgesagt</small>"))
  }

  @Test func aRescheduledDateTellsItsOldTimeInTheList() throws {
    let stage = try stage()
    try stage.write(
      "kreis", "date.rescheduled", Seed.camp,
      [
        "schedule": ["state": "rescheduled", "oldStart": "2023-09-26T10:00"],
        "when": [
          "allDay": false, "start": "2023-10-17T10:00", "end": "2023-10-17T16:00",
          "zone": "Europe/Berlin",
        ],
      ])
    let body = try stage.get("/termine").body
    #expect(body.contains("Dienstag, 17. Oktober 2023, 10 bis 16 Uhr"))
    #expect(body.contains("bisher <s>Dienstag, 26. September 2023, 10 Uhr</s>"))
  }

  @Test func keywordsFilterAndAreCounted() throws {
    let stage = try stage()
    let all = try stage.get("/projekte").body
    #expect(
      all.contains("/projekte?schlagwort=B%C3%BCcherei\">Bücherei <span class=\"n\">1</span>"))
    let one = try stage.get("/projekte?schlagwort=B%C3%BCcherei").body
    #expect(one.contains("Onleihe im Verbund") && !one.contains("Abfall-App"))
    #expect(one.contains("<a href=\"/projekte\"># Bücherei"))
  }

  @Test func projectsAreSortedAsTheAddressSays() throws {
    let stage = try stage()
    let byTitle = try stage.get("/projekte").body
    let first = try #require(byTitle.firstRange(of: "Abfall-App"))
    let second = try #require(byTitle.firstRange(of: "Serviceportal Emscher"))
    #expect(first.lowerBound < second.lowerBound)
    try stage.write("marl", "project.revised", Seed.waste, ["title": "ZZZ"])
    let changed = try stage.get("/projekte?sortierung=neu").body
    let moved = try #require(changed.firstRange(of: "ZZZ"))
    let other = try #require(changed.firstRange(of: "Serviceportal Emscher"))
    #expect(moved.lowerBound < other.lowerBound)
  }

  @Test func aListOfManyDatesHasPagesWithoutGapOrRepetition() throws {
    let stage = try Stage()
    let numbers = (1...30).map { $0 < 10 ? "0\($0)" : "\($0)" }
    for number in numbers {
      try stage.write(
        "marl", "date.created", ItemID("marl-viele00\(number)")!,  // Valid by construction.
        [
          "title": .string("Termin \(number)."),
          "when": [
            "allDay": true, "start": .string("2023-10-\(number)"), "zone": "Europe/Berlin",
          ],
        ])
    }
    let first = try stage.get("/termine").body
    let second = try stage.get("/termine?seite=2").body
    for (index, number) in numbers.enumerated() {
      #expect(count("Termin \(number).", in: first) == (index < 24 ? 1 : 0), "\(number)")
      #expect(count("Termin \(number).", in: second) == (index < 24 ? 0 : 1), "\(number)")
    }
    #expect(first.contains("/termine?seite=2") && !second.contains("seite=3"))
  }

  // http-10
  @Test func aNewsBeforeItsTimeIsNowhere() throws {
    let stage = try Seed.stage()
    let early = ItemID("marl-frueh0001")!  // Valid by construction.
    try stage.write(
      "marl", "news.created", early,
      ["title": "Sperrfrist", "released": "2023-09-13T12:01", "keywords": ["Geheimwort"]])
    let never = try stage.get("/aktuelles/marl-niemals01")
    let page = try stage.get("/aktuelles/\(early)")
    #expect(page.status == 404 && page.body == never.body)
    let known = try stage.get("/api/v1/items/\(early)")
    #expect(known.status == 404 && !known.body.contains("Sperrfrist"))
    #expect(try stage.get("/aktuelles/\(early)/schema.jsonld").status == 404)
    for target in ["/", "/aktuelles", "/staedte/marl", "/suche?q=Sperrfrist"] {
      let body = try stage.get(target).body
      #expect(!body.contains(">Sperrfrist<") && !body.contains("Geheimwort"), "\(target)")
    }
    try stage.write(
      "marl", "item.withdrawn", early, ["state": "withdrawn", "stateReason": "Zu früh."])
    #expect(try stage.get("/aktuelles/\(early)").status == 404)
  }
}

@Suite struct ItemPageTests {
  @Test func theHistoryHoldsNoNotesBetweenPublishers() throws {
    let stage = try Seed.stage()
    try stage.write("kreis", "item.annotated", Seed.onleihe, ["kreis/featured": true])
    let body = try stage.get("/projekte/\(Seed.onleihe)").body
    #expect(body.contains("Projekt angelegt") && body.contains("Beteiligung geändert"))
    #expect(!body.contains("eingeladen") && !body.contains("Vom Kreis ergänzt"))
  }

  @Test func theHistoryShowsWhatBecameOfTheStatus() throws {
    let stage = try Seed.stage()
    try stage.write("marl", "project.revised", Seed.waste, ["status": "done"])
    let body = try stage.get("/projekte/\(Seed.waste)").body
    #expect(body.contains("Überarbeitet</b> · Marl <span class=\"badge done\">Abgeschlossen"))
    #expect(body.contains("Projekt angelegt</b> · Marl <span class=\"badge running\">Läuft"))
  }

  @Test func aDecisionIsCitedWithItsPlace() throws {
    let body = try Seed.stage().get("/projekte/\(Seed.waste)").body
    #expect(body.contains("<h2>Beschlüsse</h2>") && body.contains("<cite><a class=\"out\""))
    #expect(!body.contains("<h2>Links</h2>"), "a decision stands once")
  }

  @Test func whatHasExpiredIsFoundByLinkAndSearchWithANote() throws {
    let stage = try Seed.stage()
    try stage.write(
      "marl", "project.revised", Seed.waste, ["expires": "2023-09-12T00:00:00.000Z"])
    let page = try stage.get("/projekte/\(Seed.waste)")
    #expect(page.status == 200)
    #expect(page.body.contains("seit dem 12. September 2023 nicht mehr aktuell"))
    #expect(try stage.get("/suche?q=Sperrm%C3%BCll").body.contains("/projekte/\(Seed.waste)"))
    for list in ["/", "/projekte", "/staedte/marl", "/felder/klima"] {
      #expect(try !stage.get(list).body.contains("Abfall-App"), "\(list)")
    }
  }

  @Test func aSeriesNamesItsComingDays() throws {
    let stage = try Seed.stage()
    try stage.write(
      "herten", "date.revised", Seed.talk, ["recurrence": "FREQ=WEEKLY;BYDAY=TH;COUNT=3"])
    let body = try stage.get("/termine/\(Seed.talk)").body
    for day in ["5. Oktober 2023", "12. Oktober 2023", "19. Oktober 2023"] {
      #expect(body.contains("<li>Donnerstag, \(day)</li>"), "\(day)")
    }
    #expect(!body.contains("<li>Donnerstag, 26. Oktober"))
    try stage.write("herten", "date.cancelled", Seed.talk, ["schedule": ["state": "cancelled"]])
    #expect(
      try stage.get("/termine/\(Seed.talk)").body.contains("<s>Donnerstag, 12. Oktober 2023</s>"))
  }

  @Test func theStartPagePlotsProjectsByFieldAndStatusInWordsToo() throws {
    let body = try Seed.stage().get("/").body
    #expect(body.contains("<rect class=\"running\""))
    #expect(
      body.contains("<a href=\"/projekte?feld=klima&amp;stand=running\">Läuft <b>1</b></a>"))
  }
}

@Suite struct NoticePageTests {
  @Test func keywordsAreCountedOverTheWholeList() throws {
    let stage = try Seed.stage()
    for number in 0..<ItemQuery.maximumLimit + 3 {
      let id = try #require(ItemID("marl-reihe\(1_000 + number)"))
      try stage.write(
        "marl", "project.created", id,
        ["title": .string("Nummer \(number)"), "keywords": ["Zählwort"]])
    }
    let page = try stage.get("/projekte")
    #expect(page.body.contains("Zählwort <span class=\"n\">\(ItemQuery.maximumLimit + 3)</span>"))
    let chosen = try stage.get("/projekte?schlagwort=App")
    #expect(chosen.body.contains("Zählwort <span class=\"n\">\(ItemQuery.maximumLimit + 3)</span>"))
  }

  @Test(arguments: NoticePage.allCases)
  func aTextThatIsMissingSaysSo(_ notice: NoticePage) throws {
    let page = try Seed.stage().get(notice.path)
    #expect(page.status == 200)
    #expect(page.body.contains("<h1>\(notice.title)</h1>") && page.body.contains("Platzhalter."))
    #expect(page.body.contains("href=\"/leichte-sprache\""), "the footer leads there")
  }

  @Test func theOperatorsTextAndAddressAreShown() throws {
    let stage = try Seed.stage()
    stage.region.notices = .init(
      accessibility: "Geprüft am **1. Juli**.", feedback: "barrierefrei@kreis.example")
    let page = try stage.get("/barrierefreiheit")
    #expect(page.body.contains("<strong>1. Juli</strong>"))
    #expect(page.body.contains("mailto:barrierefrei@kreis.example"))
    #expect(!page.body.contains("Platzhalter."))
  }
}
