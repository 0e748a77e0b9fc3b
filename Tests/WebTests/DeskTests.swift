// The desk as editors use it: sign in, write, meet each other, settle.

import Catalogue
import Desk
import EventLog
import Events
import HTTP
import Testing

@testable import Web

@Suite struct DeskTests {
  private func edit(
    _ stage: Stage, _ item: ItemID, _ changes: KeyValuePairs<String, String>
  ) throws -> Reply {
    try stage.type(try stage.begin("/desk/items/\(item)/edit"), changes)
  }

  // MARK: - Sign-in

  @Test func aLinkSignsInOnceAndOnlyByItsButton() throws {
    let stage = try Seed.stage()
    let page = try stage.get("/desk/signin?code=\(Stage.code)")
    #expect(page.hidden("code") == Stage.code && page["Set-Cookie"] == nil)
    let code = [("code", Stage.code)]
    let answer = try stage.post("/desk/signin", code, cookie: nil)
    #expect(answer.status == 303 && answer["Location"] == "/desk")
    let cookie = try #require(answer["Set-Cookie"])
    #expect(cookie.hasSuffix("; Path=/desk; HttpOnly; SameSite=Strict"))
    let secret = String(cookie.dropFirst("vesthub=".count).prefix { $0 != ";" })
    #expect(try stage.desk("/desk", as: secret).body.contains("Redaktion</a>"))
    #expect(try stage.post("/desk/signin", code, cookie: nil).status == 403)
  }

  @Test(arguments: ["/desk", "/desk/items/\(Seed.waste)", "/desk/items/\(Seed.waste)/settle"])
  func withoutASessionTheDeskLeadsToSignIn(_ target: String) throws {
    let stage = try Seed.stage()
    let page = try stage.get(target)
    #expect(page.status == 303 && page["Location"]?.hasPrefix("/desk/signin") == true)
    #expect(try stage.get(target, ["Cookie": "vesthub=falsch"]).status == 303)
    let signedIn = try stage.desk(target)
    #expect(signedIn.status == 200 && signedIn["Cache-Control"] == "no-store")
  }

  // http-31, http-32, http-33
  @Test func formsOfOthersAreRefused() throws {
    let stage = try Seed.stage()
    let target = try stage.begin("/desk/items/\(Seed.waste)/edit")
    let page = try stage.desk(target)
    let good = page.form(["f.title.v": "Fremd"])
    #expect(try stage.post(target, good, site: "cross-site").status == 403)
    #expect(try stage.post(target, good, site: "same-site").status == 403)
    #expect(try stage.post(target, good, cookie: nil).status == 403)
    let forged = page.form(["f.title.v": "Fremd", "token": String(repeating: "0", count: 64)])
    #expect(try stage.post(target, forged).status == 403)
    #expect(try stage.post(target, page.form(["token": ""])).status == 403)
    let bare = try stage.send(
      "POST", target,
      [
        "Cookie": "vesthub=\(Stage.session)",
        "Content-Type": "application/x-www-form-urlencoded",
      ], body: "token=\(page.hidden("token"))")
    #expect(bare.status == 403, "neither Origin nor Sec-Fetch-Site")
    #expect(try stage.drafts()[0].inputs["f.title.v"] == ["Abfall-App für das Vest"])
  }

  @Test func theLineOfStatusSaysHowTheNodeStands() throws {
    let page = try Seed.stage().desk("/desk")
    #expect(page.body.contains("Ohne Verbindung"))
    #expect(page.body.contains("2 Änderungen warten auf Übertragung"))
    #expect(page.body.contains("Abgeglichen: 13.09.2023, 12 Uhr"))
  }

  @Test func myWorkListsOwnAndSharedItems() throws {
    let page = try Seed.stage().desk("/desk")
    #expect(page.body.contains("Abfall-App") && page.body.contains("Onleihe im Verbund"))
    #expect(page.body.contains("Federführung: Gladbeck"))
    #expect(!page.body.contains("Serviceportal"))
  }

  // MARK: - Creating and editing

  @Test func aNewDateIsPublishedFromItsForm() throws {
    let stage = try Seed.stage()
    let answer = try stage.type(
      try stage.begin("/desk/new/date"),
      [
        "f.title.v": "  Repair-Café ", "f.when.startDay": "2023-10-07",
        "f.when.startClock": "14:00", "f.when.endClock": "17:00", "f.venue.name": "Treff",
        "f.venue.town": "Marl", "f.price.free": "1", "f.fieldsOfAction.v": "leben",
        "f.programme.v": "14:00-15:00 Ankommen\r\n15:00 Werken",
      ])
    #expect(answer.status == 303)
    let path = try #require(answer["Location"])
    let saved = try stage.desk(path)
    #expect(saved.body.contains("Gespeichert.") && saved.body.contains("Repair-Café"))
    let list = try stage.get("/termine")
    #expect(list.body.contains("Samstag, 7. Oktober 2023, 14 bis 17 Uhr"))
    #expect(try stage.drafts().isEmpty, "what is released is no draft any more")
  }

  @Test func aSeriesAndAnExpiryAreReadAsTheCatalogueHasThem() throws {
    let stage = try Seed.stage()
    let answer = try stage.type(
      try stage.begin("/desk/new/date"),
      [
        "f.title.v": "Sprechstunde", "f.when.startDay": "2023-10-03",
        "f.recurrence.every": "MONTHLY", "f.recurrence.days": "1tu", "f.recurrence.interval": "2",
        "f.recurrence.until": "2024-06-30", "f.expires.day": "2024-07-01",
      ])
    let path = try #require(answer["Location"])
    let id = try #require(ItemID(String(path.dropFirst("/desk/items/".count).prefix { $0 != "?" })))
    let state = try stage.state(id)
    #expect(state.text("recurrence") == "FREQ=MONTHLY;INTERVAL=2;BYDAY=1TU;UNTIL=20240630")
    #expect(state.text("expires") == "2024-06-30T22:00:00.000Z")
    let draft = try stage.desk(try stage.begin("/desk/items/\(id)/edit"))
    #expect(draft.body.contains("name=\"f.expires.day\" type=\"date\" value=\"2024-07-01\""))
  }

  @Test func anErrorComesBackAtItsFieldAndNothingTypedIsLost() throws {
    let stage = try Seed.stage()
    let answer = try stage.type(
      try stage.begin("/desk/new/news"),
      [
        "f.title.v": "", "f.summary.v": "Ein \"Text\" <mit> Zeichen", "f.body.v": "Zeile 1\r\n2",
        "f.pressContact.email": "keine Adresse", "f.fieldsOfAction.v": "klima",
      ])
    #expect(answer.status == 422)
    #expect(answer.body.contains("Ein Titel muss sein"))
    #expect(answer.body.contains("id=\"e.pressContact\""))
    let again = answer.form([:])
    #expect(again.contains { $0 == ("f.summary.v", "Ein \"Text\" <mit> Zeichen") })
    #expect(again.contains { $0 == ("f.body.v", "Zeile 1\n2") })
    #expect(again.contains { $0 == ("f.fieldsOfAction.v", "klima") })
  }

  // http-34
  @Test func onlyChangedFieldsAreWritten() throws {
    let stage = try Seed.stage()
    let answer = try edit(stage, Seed.waste, ["f.summary.v": "Kürzer."])
    #expect(answer.status == 303)
    let event = try #require(try stage.reads().history(Seed.waste).last).event
    #expect(event.fields.map(\.name) == ["summary"])
    #expect(event.type == "project.revised" && event.by == "r2" && event.released == nil)
  }

  @Test(arguments: ["waste", "release", "camp"])
  func aFormThatIsSentBackUnchangedWritesNothing(_ name: String) throws {
    let item = ["waste": Seed.waste, "release": Seed.release, "camp": Seed.camp][name]!  // Listed.
    let stage = try Seed.stage(site: item.site.description)
    let before = try stage.reads().history(item).count
    let answer = try edit(stage, item, [:])
    #expect(answer.status == 422 && answer.body.contains("Es ist nichts geändert"))
    #expect(try stage.reads().history(item).count == before)
  }

  @Test func aCorrectionBearsItsPublicNote() throws {
    let stage = try Seed.stage()
    _ = try edit(
      stage, Seed.waste, ["f.cost.v": "5 Euro", "f.correctionNote.v": "Kosten fehlten."])
    #expect(try stage.reads().history(Seed.waste).last?.event.type == "project.corrected")
    #expect(try stage.get("/projekte/\(Seed.waste)").body.contains("Kosten fehlten."))
  }

  // MARK: - Conflicts

  @Test func aConflictShowsAllSurvivorsAndIsSettledOverThem() throws {
    let stage = try Seed.stage(site: "herten")
    try Conflicts.open(on: stage)
    #expect(try stage.desk("/desk").body.contains("1 Angabe abzustimmen"))
    let form = try stage.desk(try stage.begin("/desk/items/\(Seed.onleihe)/edit"))
    #expect(form.body.contains("zwei Fassungen") && !form.body.contains("name=\"f.title.v\""))
    let page = try stage.desk("/desk/items/\(Seed.onleihe)/settle")
    #expect(page.body.contains("Onleihe Vest") && page.body.contains("Onleihe der Städte"))
    #expect(page.body.contains("zurzeit öffentlich"))
    let answer = try stage.post(
      "/desk/items/\(Seed.onleihe)/settle",
      page.form(["field": "title", "choice": "own", "f.title.v": "Onleihe im Vest"]))
    #expect(answer.status == 303)
    let state = try stage.state(Seed.onleihe)
    #expect(!state.hasConflict && state.title == "Onleihe im Vest")
    #expect(try stage.reads().history(Seed.onleihe).last?.event.type == "conflict.settled")
  }

  @Test func oneSurvivorCanBeTaken() throws {
    let stage = try Seed.stage()
    try Conflicts.open(on: stage)
    let page = try stage.desk("/desk/items/\(Seed.onleihe)/settle")
    let dot = try stage.state(Seed.onleihe).survivors("title").first {
      $0.dot.site.description == "herten"
    }?.dot
    let choice = try #require(dot).description
    let target = "/desk/items/\(Seed.onleihe)/settle"
    #expect(try stage.post(target, page.form(["field": "title"])).status == 422)
    #expect(
      try stage.post(target, page.form(["field": "title", "choice": choice])).status == 303)
    #expect(try stage.state(Seed.onleihe).title == "Onleihe der Städte")
  }

  // http-35
  @Test func aVersionThatCameAfterThePageSurvivesTheSettling() throws {
    let stage = try Seed.stage()
    try Conflicts.open(on: stage)
    let page = try stage.desk("/desk/items/\(Seed.onleihe)/settle")
    let seen = try stage.state(Seed.onleihe).screen
    try stage.write(
      "recklinghausen", "project.revised", Seed.onleihe, context: seen, ["title": "Dritte"])
    _ = try stage.post(
      "/desk/items/\(Seed.onleihe)/settle",
      page.form(["field": "title", "choice": "own", "f.title.v": "Vierte"]))
    let texts = try stage.state(Seed.onleihe).survivors("title").compactMap(\.value?.text).sorted()
    #expect(texts == ["Dritte", "Vierte"])
  }

  // MARK: - Actions

  private func act(
    _ stage: Stage, _ item: ItemID, _ action: String, _ changes: KeyValuePairs<String, String>
  ) throws -> Reply {
    let page = try stage.desk("/desk/items/\(item)")
    var pairs = changes.map { ($0.key, $0.value) } + [("token", page.hidden("token"))]
    pairs.append(("context", page.hidden("context")))
    return try stage.post("/desk/items/\(item)/act/\(action)", pairs)
  }

  @Test func anItemIsWithdrawnWithAReasonAndRestored() throws {
    let stage = try Seed.stage()
    #expect(try act(stage, Seed.waste, "withdraw", ["reason": " "]).status == 422)
    #expect(try act(stage, Seed.waste, "withdraw", ["reason": "Eingestellt."]).status == 303)
    let page = try stage.get("/projekte/\(Seed.waste)")
    #expect(page.status == 410 && page.body.contains("Eingestellt."))
    #expect(try act(stage, Seed.waste, "restore", [:]).status == 303)
    #expect(try stage.get("/projekte/\(Seed.waste)").status == 200)
  }

  @Test func aDateIsPostponedMovedAndCancelled() throws {
    let stage = try Seed.stage(site: "herten")
    #expect(try act(stage, Seed.talk, "postpone", [:]).status == 303)
    #expect(try stage.get("/termine/\(Seed.talk)").body.contains("ist verschoben"))
    #expect(try act(stage, Seed.talk, "reschedule", ["f.when.startDay": ""]).status == 422)
    let moved = try act(
      stage, Seed.talk, "reschedule",
      ["f.when.startDay": "2023-11-02", "f.when.startClock": "18:00"])
    #expect(moved.status == 303)
    let page = try stage.get("/termine/\(Seed.talk)")
    #expect(page.body.contains("Donnerstag, 2. November 2023, 18 Uhr"))
    #expect(page.body.contains("<s>Donnerstag, 5. Oktober 2023, 17.30 Uhr</s>"))
    #expect(try act(stage, Seed.talk, "cancel", [:]).status == 303)
    #expect(try stage.get("/termine/\(Seed.talk)").body.contains("ist abgesagt"))
  }

  @Test func aCityIsInvitedAndTellsItsOwnStatus() throws {
    let stage = try Seed.stage()
    #expect(try act(stage, Seed.waste, "invite", ["site": "atlantis"]).status == 422)
    #expect(try act(stage, Seed.waste, "invite", ["site": "waltrop"]).status == 303)
    #expect(try stage.state(Seed.waste).invited.map(\.description) == ["waltrop"])
    let shared = try act(
      stage, Seed.onleihe, "join",
      ["f.participant/marl.status": "done", "f.participant/marl.since": "2023-05-01"])
    #expect(shared.status == 303)
    let entry = try stage.state(Seed.onleihe).value("participant/marl")
    #expect(entry?["status"] == "done")
  }

  @Test func whatASiteMayNotDoIsNotOffered() throws {
    let stage = try Seed.stage()
    let page = try stage.desk("/desk/items/\(Seed.onleihe)")
    #expect(page.body.contains("Eigener Stand in diesem Projekt"))
    #expect(!page.body.contains("act/withdraw") && !page.body.contains("act/invite"))
    let other = try stage.desk("/desk/items/\(Seed.portal)")
    #expect(!other.body.contains("/edit\""))
    let context = try stage.state(Seed.portal).screen.text
    let forced = try act(stage, Seed.portal, "withdraw", ["reason": "x", "context": context])
    #expect(forced.status == 422 && forced.body.contains("kein Recht"))
    let token = page.hidden("token")
    let forbidden = try stage.post("/desk/items/\(Seed.portal)/edit", [("token", token)])
    #expect(forbidden.status == 422 && forbidden.body.contains("kein Recht"))
    #expect(try stage.drafts().isEmpty)
    #expect(try stage.get("/projekte/\(Seed.portal)").status == 200)
    #expect(try stage.reads().history(Seed.portal).count == 1, "nothing without effect is written")
  }
}
