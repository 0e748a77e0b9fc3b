// Drafts as editors use them: two windows, a stale text, the way to a release.

import Catalogue
import Desk
import EventLog
import Events
import HTTP
import Testing

@testable import Web

@Suite struct DraftTests {
  // MARK: - Typing

  // desk-1
  @Test func whatIsTypedIsKeptAndFoundAgain() throws {
    let stage = try Seed.stage()
    let target = try stage.begin("/desk/new/news")
    let saved = try stage.type(target, ["f.title.v": "Neue Öffnungszeiten"], then: "save")
    #expect(saved.status == 303 && saved["Location"] == "\(target)?ok=1")
    #expect(try stage.desk(target).body.contains("value=\"Neue Öffnungszeiten\""))
    #expect(try stage.desk("/desk").body.contains("Neue Öffnungszeiten"))
    for path in ["/", "/aktuelles", "/suche?q=%C3%96ffnungszeiten", "/api/v1/items"] {
      #expect(
        try !stage.get(path).body.contains("Neue Öffnungszeiten"), "a draft leaks nowhere: \(path)")
    }
  }

  // desk-2
  @Test func aHouseHasOneDraftOfAnItem() throws {
    let stage = try Seed.stage()
    let edit = "/desk/items/\(Seed.waste)/edit"
    #expect(try stage.begin(edit) == stage.begin(edit))
  }

  @Test func twoWindowsInDifferentFieldsAreMerged() throws {
    let stage = try Seed.stage()
    let target = try stage.begin("/desk/items/\(Seed.waste)/edit")
    let (one, two) = (try stage.desk(target), try stage.desk(target))
    _ = try stage.post(target, one.form(["f.title.v": "Titel A"]) + [("do", "save")])
    _ = try stage.post(target, two.form(["f.cost.v": "1 Euro"]) + [("do", "save")])
    let draft = try stage.drafts()[0]
    #expect(draft.inputs["f.title.v"] == ["Titel A"] && draft.inputs["f.cost.v"] == ["1 Euro"])
    #expect(draft.others.isEmpty)
  }

  // desk-6, desk-7
  @Test func twoWindowsInOneFieldKeepBothTexts() throws {
    let stage = try Seed.stage()
    let target = try stage.begin("/desk/items/\(Seed.waste)/edit")
    let (one, two) = (try stage.desk(target), try stage.desk(target))
    _ = try stage.post(target, one.form(["f.title.v": "Titel A"]) + [("do", "save")])
    _ = try stage.post(target, two.form(["f.title.v": "Titel B"]) + [("do", "save")])
    let page = try stage.desk(target)
    #expect(page.body.contains("value=\"Titel B\"") && page.body.contains("Titel A"))
    let early = try stage.type(target, [:])
    #expect(early.status == 422 && early.body.contains("zwei Fenster"))
    _ = try stage.type(target, [:], then: "take-0")
    #expect(try stage.drafts()[0].inputs["f.title.v"] == ["Titel A"])
    #expect(try stage.type(target, [:]).status == 303)
    #expect(try stage.state(Seed.waste).title == "Titel A")
  }

  @Test func windowsThatTypeInTurnKeepOneVersionEach() throws {
    let stage = try Seed.stage()
    let target = try stage.begin("/desk/items/\(Seed.waste)/edit")
    let (one, two) = (try stage.desk(target), try stage.desk(target))
    for round in 1...3 {
      _ = try stage.post(target, one.form(["f.title.v": "A\(round)"]) + [("do", "save")])
      _ = try stage.post(target, two.form(["f.title.v": "B\(round)"]) + [("do", "save")])
    }
    let draft = try stage.drafts()[0]
    #expect(draft.inputs["f.title.v"] == ["B3"])
    #expect(draft.others.map { $0.inputs["f.title.v"] } == [["A3"]])
  }

  // desk-8
  @Test func theScriptOfThePageSavesAndLearnsWhatItShows() throws {
    let stage = try Seed.stage()
    let target = try stage.begin("/desk/items/\(Seed.waste)/edit")
    let page = try stage.desk(target)
    let first = try stage.post("\(target)/autosave", page.form(["f.title.v": "Titel A"]))
    #expect(first.status == 200)
    let answer = try FieldValue(canonical: Array(first.body.utf8))
    let shown = try #require(answer["shown"]?.text)
    let next = page.form(["f.title.v": "Titel AB", "shown": shown])
    #expect(try stage.post("\(target)/autosave", next).status == 200)
    #expect(try stage.drafts()[0].others.isEmpty, "the window met itself")
    #expect(try stage.post("/desk/drafts/0000000000000000/autosave", next).status == 404)
    #expect(try stage.post("\(target)/autosave", next, cookie: nil).status == 403)
  }

  @Test func aDraftIsThrownAway() throws {
    let stage = try Seed.stage()
    let target = try stage.begin("/desk/items/\(Seed.waste)/edit")
    let token = try stage.desk(target).hidden("token")
    let answer = try stage.post("\(target)/discard", [("token", token)])
    #expect(answer["Location"] == "/desk/items/\(Seed.waste)")
    #expect(try stage.desk(target).status == 404)
  }

  // MARK: - What changes elsewhere

  // http-34, desk-3, desk-4
  @Test func aDraftThatOutlivesAnotherEditNeverOverwritesIt() throws {
    let stage = try Seed.stage()
    let target = try stage.begin("/desk/items/\(Seed.waste)/edit")
    _ = try stage.type(target, ["f.title.v": "Titel B"], then: "save")
    try stage.write(
      "marl", "project.revised", Seed.waste, ["title": "Titel A", "cost": "1 Euro"])
    #expect(try stage.desk(target).body.contains("Der Eintrag wurde inzwischen geändert"))
    #expect(try stage.type(target, [:]).status == 303)
    let state = try stage.state(Seed.waste)
    #expect(state.survivors("title").compactMap(\.value?.text).sorted() == ["Titel A", "Titel B"])
    #expect(state.text("cost") == "1 Euro", "an untouched field is left alone")
  }

  // desk-5
  @Test func aDraftTakesTheNewStandAndKeepsWhatWasTyped() throws {
    let stage = try Seed.stage()
    let target = try stage.begin("/desk/items/\(Seed.waste)/edit")
    _ = try stage.type(target, ["f.title.v": "Titel B"], then: "save")
    try stage.write(
      "marl", "project.revised", Seed.waste, ["title": "Titel A", "cost": "1 Euro"])
    let page = try stage.desk(target)
    let screen = [("token", page.hidden("token")), ("context", page.hidden("context"))]
    #expect(try stage.post("\(target)/rebase", screen).status == 303)
    let draft = try stage.drafts()[0]
    #expect(draft.inputs["f.title.v"] == ["Titel B"] && draft.inputs["f.cost.v"] == ["1 Euro"])
    #expect(try stage.type(target, [:]).status == 303)
    #expect(try stage.state(Seed.waste).survivors("title").count == 1, "it had seen the other")
  }

  // MARK: - Release

  @Test func thePreviewShowsThePageAsItWillBe() throws {
    let stage = try Seed.stage()
    let target = try stage.begin("/desk/new/news")
    let saved = try stage.type(
      target, ["f.title.v": "Vorab", "f.body.v": "## Kopf\n\nEin **Wort**."], then: "preview")
    #expect(saved["Location"] == "\(target)/preview")
    let preview = try stage.desk("\(target)/preview")
    #expect(preview.body.contains("<strong>Wort</strong>") && preview.body.contains("Kopf</h"))
    #expect(preview.body.contains("Jetzt veröffentlichen"))
    let answer = try stage.post("\(target)/release", preview.form([:]).filter { $0.0 != "day" })
    #expect(answer.status == 303)
    #expect(try stage.get("/aktuelles").body.contains("Vorab"))
    let again = try stage.post("\(target)/release", preview.form([:]).filter { $0.0 != "day" })
    #expect(again.status == 303, "a second click")
    #expect(try stage.get("/api/v1/items?q=Vorab").body.contains("\"total\":1"))
  }

  // desk-9
  @Test func whatWasNotLookedAtIsNotReleased() throws {
    let stage = try Seed.stage()
    let target = try stage.begin("/desk/new/news")
    _ = try stage.type(target, ["f.title.v": "Eins"], then: "save")
    let preview = try stage.desk("\(target)/preview")
    _ = try stage.type(target, ["f.title.v": "Zwei"], then: "save")
    let answer = try stage.post("\(target)/release", preview.form([:]).filter { $0.0 != "day" })
    #expect(answer.status == 409 && answer.body.contains("inzwischen geändert"))
    #expect(try !stage.get("/aktuelles").body.contains("Zwei"))
  }

  // desk-16
  @Test func aLogThatIsFullLosesNothingAndTheReleaseIsMadeUpFor() throws {
    let stage = try Seed.stage()
    let target = try stage.begin("/desk/items/\(Seed.waste)/edit")
    stage.fillLog()
    let answer = try stage.type(target, ["f.title.v": "Neuer Titel"])
    #expect(answer.status == 503 && answer.body.contains("wird nachgeholt"))
    #expect(answer["Content-Security-Policy"] != nil)
    #expect(try stage.drafts()[0].step == .scheduled)
    stage.emptyLog()
    #expect(try stage.releaseDue(at: Stage.moment) == [.released(Seed.waste)])
    #expect(try stage.state(Seed.waste).title == "Neuer Titel")
  }

  private func plan(_ stage: Stage, _ target: String, _ day: String, _ clock: String) throws
    -> Reply
  {
    let preview = try stage.desk("\(target)/preview")
    let pairs = ["token", "seen"].map { ($0, preview.hidden($0)) }
    return try stage.post("\(target)/release", pairs + [("day", day), ("clock", clock)])
  }

  @Test func aTimedReleaseWaitsForItsMomentAndLeaksNothing() throws {
    let stage = try Seed.stage()
    let target = try stage.begin("/desk/new/news")
    _ = try stage.type(
      target, ["f.title.v": "Ein Sperrfristtext", "f.released.day": "2023-09-14"], then: "save")
    #expect(try plan(stage, target, "2023-09-13", "12:00").status == 422, "the news is of later")
    #expect(try plan(stage, target, "2023-09-14", "10:00").status == 303)
    #expect(try stage.releaseDue(at: Stage.moment).isEmpty)
    for path in ["/", "/aktuelles", "/suche?q=Sperrfristtext", "/api/v1/items", "/feed.atom"] {
      #expect(try !stage.get(path).body.contains("Ein Sperrfristtext"), "\(path)")
    }
    let due = try #require(Timestamp("2023-09-14T08:00:00.000Z"))
    guard case .released(let item) = try stage.releaseDue(at: due).first else {
      Issue.record("nothing was released")
      return
    }
    #expect(try stage.state(item).title == "Ein Sperrfristtext")
    #expect(try stage.releaseDue(at: due).isEmpty)
  }

  // desk-10
  @Test func aChangeVoidsAPlannedRelease() throws {
    let stage = try Seed.stage()
    let target = try stage.begin("/desk/new/news")
    _ = try stage.type(target, ["f.title.v": "Eins"], then: "save")
    #expect(try plan(stage, target, "2023-09-14", "10:00").status == 303)
    _ = try stage.type(target, ["f.title.v": "Zwei"], then: "save")
    #expect(try stage.releaseDue(at: Stage.moment.advanced(milliseconds: 86_400_000)).isEmpty)
    #expect(try stage.desk(target).body.contains("erloschen"))
  }

  // desk-12, desk-13
  @Test func aTimedReleaseGoesThroughTheChecksOfItsMoment() throws {
    let stage = try Seed.stage()
    let target = try stage.begin("/desk/items/\(Seed.onleihe)/edit")
    _ = try stage.type(target, ["f.cost.v": "1 Euro"], then: "save")
    #expect(try plan(stage, target, "2023-09-14", "10:00").status == 303)
    try stage.write("gladbeck", "item.invited", Seed.onleihe, ["invited/marl": .null])
    let outcomes = try stage.releaseDue(at: Stage.moment.advanced(milliseconds: 86_400_000))
    #expect(outcomes == [.refused(DeskSite.words(for: .noRight))])
    let draft = try stage.drafts()[0]
    #expect(draft.step == .open && draft.inputs["f.cost.v"] == ["1 Euro"])
    #expect(try stage.desk(target).body.contains("wurde nicht ausgeführt"))
  }

  // desk-11
  @Test func underFourEyesASecondPersonReleasesWhatWasHandedIn() throws {
    let stage = try Seed.stage()
    let store = try stage.deskStore()
    try store.setFourEyes(true)
    let target = try stage.begin("/desk/new/news")
    #expect(try !stage.desk(target).body.contains("value=\"release\""))
    let early = try stage.type(target, ["f.title.v": "Vier Augen"])
    #expect(early.status == 409 && early.body.contains("nicht mitgeschrieben"))
    let preview = try stage.desk("\(target)/preview")
    #expect(!preview.body.contains("Jetzt veröffentlichen"))
    let seen = ["token", "seen"].map { ($0, preview.hidden($0)) }
    #expect(try stage.post("\(target)/submit", seen).status == 303)
    #expect(try stage.post("\(target)/release", seen).status == 409, "the author's own")
    let draft = try stage.drafts()[0]
    let text = try #require(draft.text)
    try store.change(draft.id) { draft in
      try draft.release(
        seen: text.digest, text: text, by: "r1", due: nil, fourEyes: true, now: Stage.moment)
    }
    let outcome = try stage.releaseDue(at: Stage.moment)
    guard case .released(let item) = outcome.first else {
      Issue.record("\(outcome)")
      return
    }
    let event = try #require(try stage.reads().history(item).first).event
    #expect(event.by == "r2" && event.released == "r1")
  }

  @Test func aNewsOfTomorrowIsNotReleasedToday() throws {
    let stage = try Seed.stage()
    let target = try stage.begin("/desk/new/news")
    let answer = try stage.type(
      target, ["f.title.v": "Morgen", "f.released.day": "2023-09-14"])
    #expect(answer.status == 422 && answer.body.contains("Sperrfrist"))
  }

  // desk-14
  @Test func aNodeThatWasKilledAfterTheAppendDoesNotReleaseTwice() throws {
    let stage = try Seed.stage()
    let target = try stage.begin("/desk/items/\(Seed.waste)/edit")
    _ = try stage.type(target, ["f.title.v": "Einmal"], then: "save")
    #expect(try plan(stage, target, "2023-09-14", "10:00").status == 303)
    let store = try stage.deskStore()
    let draft = try stage.drafts()[0]
    let heads = try stage.reads().standing().heads
    try store.change(draft.id) { $0.begin(lineEnd: heads[stage.site]) }
    let event = try #require(try stage.drafts()[0].event)
    try stage.write(
      "marl", event.type, Seed.waste, context: event.context, writes: event.writes)
    let count = try stage.reads().history(Seed.waste).count
    #expect(try stage.releaseDue(at: Stage.moment) == [.released(Seed.waste)])
    #expect(try stage.reads().history(Seed.waste).count == count && stage.drafts().isEmpty)
  }
}
