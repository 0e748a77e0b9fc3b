// What lists show, to whom and when.

import Catalogue
import Events
import Testing
import Views

@Suite struct Lists {
  private func titles(_ page: ItemPage) -> [String] { page.rows.map(\.title) }

  @Test func newsStandWithTheLatestFirst() throws {
    let hub = try Hub()
    try hub.news("herten-aaaaaaaa", "Alt", released: "2026-01-01")
    try hub.news("herten-bbbbbbbb", "Neu", released: "2026-01-03T10:00")
    try hub.news("marl-cccccccc", "Mitte", at: marl, released: "2026-01-02")
    #expect(try titles(hub.page()) == ["Neu", "Mitte", "Alt"])
    #expect(try titles(hub.page { $0.order = .oldestFirst }) == ["Alt", "Mitte", "Neu"])
  }

  @Test func aRowShowsWhatItsEditorsWrote() throws {
    let hub = try Hub()
    try hub.project(
      "herten-aaaaaaaa", "Pegel im Netz", status: "planned",
      [
        .init("summary", "Messwerte für alle"), .init("fieldsOfAction", ["klima", "leben"]),
        .init("keywords", ["Sensoren", "Hochwasser"]), .init("period", ["from": "2024-01-01"]),
      ])
    let row = try #require(try hub.views.row(item("herten-aaaaaaaa")))
    #expect(row.kind == "project")
    #expect(row.lead == herten)
    #expect(row.status == "planned")
    #expect(row.fieldsOfAction == ["klima", "leben"])
    #expect(row.keywords == ["Sensoren", "Hochwasser"])
    #expect(row.day == "2024-01-01")
    #expect(row.sites == [herten])
    #expect(row.createdAt == hub.now && row.changedAt == hub.now)
    #expect(row.isPublic && !row.hasConflict)
  }

  @Test func aListIsFilteredBySiteFieldStatusAndKeyword() throws {
    let hub = try Hub()
    try hub.project(
      "herten-aaaaaaaa", "A", [.init("fieldsOfAction", ["klima"]), .init("keywords", ["Bäume"])])
    try hub.project("marl-bbbbbbbb", "B", at: marl, [.init("fieldsOfAction", ["klima", "leben"])])
    try hub.project("marl-cccccccc", "C", at: marl, status: "done")
    #expect(try titles(hub.page { $0.site = marl }).sorted() == ["B", "C"])
    #expect(try titles(hub.page { $0.fieldOfAction = "klima" }).sorted() == ["A", "B"])
    #expect(try titles(hub.page { $0.status = "done" }) == ["C"])
    #expect(try titles(hub.page { $0.keyword = "baeume" }) == ["A"])
    #expect(
      try titles(
        hub.page {
          $0.site = marl
          $0.fieldOfAction = "klima"
        }) == ["B"])
  }

  @Test func aParticipantsListHasTheSharedProjectOnce() throws {
    let hub = try Hub()
    try hub.admit(herten, marl)
    let id = item("herten-aaaaaaaa")
    try hub.project("herten-aaaaaaaa", "Onleihe")
    try hub.tell(herten, "item.invited", id, [.init("invited/marl", true)])
    #expect(try hub.page { $0.site = marl }.total == 0)
    try hub.tell(marl, "item.joined", id, [.init("participant/marl", ["status": "running"])])
    #expect(try titles(hub.page { $0.site = marl }) == ["Onleihe"])
    #expect(try hub.page().total == 1)
  }

  @Test func eachFilterIsCountedWithTheOthersApplied() throws {
    let hub = try Hub()
    try hub.project("herten-aaaaaaaa", "A", [.init("fieldsOfAction", ["klima"])])
    try hub.project("marl-bbbbbbbb", "B", at: marl, [.init("fieldsOfAction", ["klima", "leben"])])
    try hub.project("marl-cccccccc", "C", at: marl, status: "done")
    try hub.news("marl-dddddddd", "D", at: marl)
    let page = try hub.page {
      $0.kinds = ["project"]
      $0.site = marl
      $0.status = "running"
    }
    #expect(page.total == 1)
    #expect(
      page.counts.sites == [.init(value: "herten", count: 1), .init(value: "marl", count: 1)])
    #expect(
      page.counts.statuses == [.init(value: "done", count: 1), .init(value: "running", count: 1)])
    #expect(
      page.counts.fieldsOfAction == [
        .init(value: "klima", count: 1), .init(value: "leben", count: 1),
      ])
    #expect(page.counts.kinds == [.init(value: "project", count: 1)])
  }

  // view-5
  @Test func hiddenWithdrawnAndMergedItemsAreOnlyForEditors() throws {
    let hub = try Hub()
    for name in ["aaaaaaaa", "bbbbbbbb", "cccccccc", "dddddddd"] {
      try hub.news("herten-\(name)", name)
    }
    try hub.tell(
      kreis, "item.annotated", item("herten-aaaaaaaa"),
      [.init("kreis/hidden", true), .init("kreis/hiddenReason", "Prüfung")])
    try hub.tell(
      herten, "item.withdrawn", item("herten-bbbbbbbb"), [.init("state", "withdrawn")])
    try hub.tell(
      herten, "item.merged", item("herten-cccccccc"), [.init("mergedInto", "herten-dddddddd")])
    #expect(try titles(hub.page()) == ["dddddddd"])
    #expect(try hub.page().counts.sites == [.init(value: "herten", count: 1)])
    #expect(try hub.page { $0.audience = .editors }.total == 4)
    #expect(try hub.views.row(item("herten-bbbbbbbb"))?.state == "withdrawn")
    #expect(try hub.views.target(of: item("herten-cccccccc")) == item("herten-dddddddd"))
  }

  // view-5
  @Test func whatIsReleasedLaterIsNeitherListedNorCountedNorFound() throws {
    let hub = try Hub()
    try hub.news("herten-aaaaaaaa", "Sperrfrist", released: "2026-03-01T13:01")
    // 13:00 in the region.
    #expect(try hub.page().rows.isEmpty)
    #expect(try hub.page().total == 0)
    #expect(try hub.page { $0.text = "Sperrfrist" }.total == 0)
    let later = moment("2026-03-01T12:01")
    #expect(try titles(hub.page(at: later)) == ["Sperrfrist"])
    #expect(try hub.page({ $0.text = "Sperrfrist" }, at: later).total == 1)
  }

  // view-5
  @Test func whatHasExpiredIsNotListedButFound() throws {
    let hub = try Hub()
    try hub.news(
      "herten-aaaaaaaa", "Abgelaufen", [.init("expires", "2026-03-01T12:00:00.000Z")])
    #expect(try hub.page(at: moment("2026-03-01T11:59")).total == 1)
    #expect(try hub.page().total == 0)
    #expect(try hub.page { $0.text = "abgelaufen" }.total == 1)
  }

  @Test func upcomingDatesAreThoseThatAreNotOver() throws {
    let hub = try Hub()
    try hub.date("herten-aaaaaaaa", "Vorbei", start: "2026-03-01T10:00", end: "2026-03-01T13:00")
    try hub.date("herten-bbbbbbbb", "Läuft", start: "2026-02-01T10:00", end: "2026-03-02T10:00")
    try hub.date("herten-cccccccc", "Heute", start: "2026-03-01", end: nil)
    try hub.date("herten-dddddddd", "Offen", start: "2026-03-01T09:00", end: nil)
    try hub.date("herten-eeeeeeee", "Morgen", start: "2026-03-02T08:00", end: nil)
    let page = try hub.page {
      $0.kinds = ["date"]
      $0.from = BerlinTime.minute(of: noon)
      $0.order = .oldestFirst
    }
    #expect(titles(page) == ["Läuft", "Heute", "Offen", "Morgen"])
    let march = try hub.page {
      $0.kinds = ["date"]
      $0.from = "2026-03-01"
      $0.until = "2026-03-02"
    }
    #expect(march.total == 4)
  }

  @Test func aSeriesIsUpcomingUntilItsLastDate() throws {
    let hub = try Hub()
    try hub.date(
      "herten-aaaaaaaa", "Kurs", start: "2026-02-05T10:00", end: "2026-02-05T12:00",
      [.init("recurrence", "FREQ=WEEKLY;BYDAY=TH;COUNT=5")])
    func total(_ from: String) throws -> Int {
      try hub.page {
        $0.kinds = ["date"]
        $0.from = from
      }.total
    }
    #expect(try total("2026-03-05T12:00") == 1)
    #expect(try total("2026-03-06") == 0)
    #expect(try hub.page { $0.kinds = ["date"] }.rows[0].recurrence != nil)
  }

  // view-6
  @Test func pagesFollowEachOtherWithoutGapOrRepetition() throws {
    let hub = try Hub()
    for index in 0..<7 {
      try hub.news("herten-aaaaaaa\(index)", "N\(index % 3)", released: "2026-01-0\(index / 2 + 1)")
    }
    for order in [ItemQuery.Order.newestFirst, .oldestFirst, .changedFirst, .title] {
      var found: [ItemID] = []
      var cursor: String?
      repeat {
        let page = try hub.page {
          $0.limit = 2
          $0.order = order
          $0.cursor = cursor
        }
        #expect(page.total == 7)
        found += page.rows.map(\.id)
        cursor = page.next
      } while cursor != nil && found.count <= 7
      let whole = try hub.page {
        $0.limit = 200
        $0.order = order
      }
      #expect(found == whole.rows.map(\.id), "\(order)")
    }
  }

  @Test(arguments: ["", "x", "~", "2026-01-01~", "2026-01-01~nowhere"])
  func aCursorThatNoPageGaveIsRefused(_ cursor: String) throws {
    let hub = try Hub()
    #expect(throws: ViewError.badCursor) { _ = try hub.page { $0.cursor = cursor } }
  }

  @Test func titlesStandInGermanOrder() throws {
    let hub = try Hub()
    for (index, title) in ["Zoo", "Äpfel", "Apfelbaum", "äpfel 2", "Oper"].enumerated() {
      try hub.news("herten-aaaaaaa\(index)", title)
    }
    let page = try hub.page { $0.order = .title }
    #expect(titles(page) == ["Äpfel", "äpfel 2", "Apfelbaum", "Oper", "Zoo"])
  }

  @Test func conflictsStandInTheInboxOfWhoWroteAndWhoLeads() throws {
    let hub = try Hub()
    try hub.admit(herten, marl)
    let id = item("herten-aaaaaaaa")
    try hub.project("herten-aaaaaaaa", "Onleihe")
    try hub.tell(herten, "item.invited", id, [.init("invited/marl", true)])
    try hub.tell(marl, "item.joined", id, [.init("participant/marl", ["status": "running"])])
    let screen = try hub.views.state(id)?.screen
    try hub.tell(marl, "project.revised", id, [.init("cost", "10")], seeing: screen)
    try hub.tell(herten, "project.revised", id, [.init("cost", "20")], seeing: screen)
    let rows = try hub.views.conflicts(of: marl)
    #expect(rows.map(\.field) == ["cost"])
    #expect(rows.first?.sites == [herten, marl])
    #expect(try hub.views.conflicts(of: herten) == rows)
    #expect(try hub.views.conflicts() == rows)
    #expect(try hub.views.conflicts(of: kreis).isEmpty)
    #expect(try hub.views.row(id)?.hasConflict == true)
    // Who wrote another field of the item is concerned, too.
    try hub.tell(kreis, "item.annotated", id, [.init("kreis/featured", true)])
    #expect(try hub.views.conflicts(of: kreis) == rows)
    try hub.tell(herten, "conflict.settled", id, [.init("cost", "30")])
    #expect(try hub.views.conflicts().isEmpty)
  }

  @Test func theMembershipIsKept() throws {
    let hub = try Hub()
    try hub.admit(herten, marl)
    #expect(try hub.views.membership().members.map(\.site) == [herten, marl])
  }
}

@Suite struct RegionalTime {
  @Test(arguments: [
    ("2026-03-29T00:59", "2026-03-29T01:59"), ("2026-03-29T01:00", "2026-03-29T03:00"),
    ("2026-10-25T00:59", "2026-10-25T02:59"), ("2026-10-25T01:00", "2026-10-25T02:00"),
    ("2026-12-31T23:30", "2027-01-01T00:30"), ("2024-03-31T01:00", "2024-03-31T03:00"),
  ])
  func theClocksChangeOnTheLastSundaysOfMarchAndOctober(_ utc: String, _ local: String) {
    #expect(BerlinTime.minute(of: moment(utc)) == local)
  }

  @Test(arguments: [
    ("FREQ=DAILY;COUNT=3", "2026-02-05", ["2026-02-05", "2026-02-06", "2026-02-07"]),
    ("FREQ=WEEKLY;INTERVAL=2;COUNT=2", "2026-02-05T10:00", ["2026-02-05", "2026-02-19"]),
    (
      "FREQ=WEEKLY;BYDAY=TU,TH;UNTIL=20260212", "2026-02-05",
      ["2026-02-05", "2026-02-10", "2026-02-12"]
    ),
    ("FREQ=MONTHLY;BYDAY=1TH;COUNT=3", "2026-02-05", ["2026-02-05", "2026-03-05", "2026-04-02"]),
    ("FREQ=MONTHLY;BYDAY=-1FR;COUNT=2", "2026-02-27", ["2026-02-27", "2026-03-27"]),
    ("FREQ=MONTHLY;COUNT=2", "2026-01-31", ["2026-01-31", "2026-03-31"]),
    ("FREQ=YEARLY;COUNT=2", "2026-02-05", ["2026-02-05", "2027-02-05"]),
    ("FREQ=SECONDLY", "2026-02-05", ["2026-02-05"]),
  ])
  func aSeriesHasTheDaysOfItsRule(_ rule: String, _ start: String, _ days: [String]) {
    #expect(Recurrence(rule).days(from: start) == days)
  }

  @Test func anEndlessSeriesGoesOnInEachWindow() {
    let daily = Recurrence("FREQ=DAILY")
    let days = daily.days(from: "2016-01-01T10:00", since: "2036-02-28", before: "2036-03-02")
    #expect(days == ["2036-02-28", "2036-02-29", "2036-03-01"])
    #expect(daily.days(from: "2016-01-01", since: "2015-12-30", before: "2016-01-03").count == 2)
    // Every second Monday keeps its rhythm from the start.
    let weekly = Recurrence("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO")
    #expect(
      weekly.days(from: "2016-01-04", since: "2026-11-02", before: "2026-12-01")
        == ["2026-11-09", "2026-11-23"])
    // A COUNT is counted from the start, whatever the window is.
    let counted = Recurrence("FREQ=DAILY;COUNT=3")
    #expect(counted.days(from: "2026-01-01", since: "2026-01-03") == ["2026-01-03"])
    #expect(counted.days(from: "2026-01-01", since: "2026-02-01") == [])
    #expect(Recurrence("FREQ=DAILY;UNTIL=20301231").lastDay(from: "2020-01-01") == "2030-12-31")
  }

  @Test func aSeriesWithoutAnEndIsFollowedUpToADay() {
    let rule = Recurrence("FREQ=WEEKLY;BYDAY=TH")
    let days = rule.days(from: "2026-02-05T10:00", before: "2026-02-26")
    #expect(days == ["2026-02-05", "2026-02-12", "2026-02-19"])
    #expect(rule.lastDay(from: "2026-02-05T10:00") == Recurrence.endless)
  }
}
