// The history of an item for its editors, and copies of it as templates.

import Catalogue
import EventLog
import Events
import Testing

@testable import Web

@Suite struct Histories {
  @Test func eachChangeIsShownBesideWhatItReplaced() throws {
    let stage = try Seed.stage()
    try stage.write(
      "marl", "project.corrected", Seed.waste,
      [
        "summary": "Abfuhrtermine, Wertstoffhöfe und Sperrmüll.", "status": "done",
        "correctionNote": "Der Stand war falsch.",
      ])
    let page = try stage.desk("/desk/items/\(Seed.waste)/history")
    #expect(page.status == 200 && page.unlabelled == [])
    #expect(page.body.contains("Wertstoffhöfe<del>,</del><ins> und</ins> Sperrmüll."))
    #expect(page.body.contains("<del>Läuft</del><ins>Abgeschlossen</ins>"), "words, not codes")
    #expect(page.body.contains("Der Stand war falsch."))
    #expect(page.body.contains("Redaktion im Haus") && page.body.contains("beim Kreis angekommen"))
    #expect(page.body.contains("Ersetzt: Marl, 16.06.2023, 12 Uhr"))
  }

  @Test func peopleOfOtherHousesKeepTheirPseudonyms() throws {
    let stage = try Seed.stage()
    let page = try stage.desk("/desk/items/\(Seed.portal)/history")
    #expect(page.body.contains("<span>e7</span>") && !page.body.contains("<span>Redaktion im"))
  }

  @Test func whatSomebodyDidNotKnowIsSaid() throws {
    let stage = try Seed.stage()
    try Conflicts.open(on: stage)
    let page = try stage.desk("/desk/items/\(Seed.onleihe)/history")
    #expect(page.body.contains("Geschrieben, ohne davon zu wissen: Gladbeck"))
  }

  @Test func aLongHistoryHasPages() throws {
    let stage = try Seed.stage()
    for index in 0..<DeskSite.historyRows {
      try stage.write(
        "marl", "project.revised", Seed.waste, ["cost": .string("\(index) Euro")])
    }
    let first = try stage.desk("/desk/items/\(Seed.waste)/history")
    #expect(first.body.contains("19</ins>") && !first.body.contains("Projekt angelegt"))
    let second = try stage.desk("/desk/items/\(Seed.waste)/history?seite=2")
    #expect(second.body.contains("Projekt angelegt"))
    #expect(try stage.desk("/desk/items/\(Seed.waste)/history?seite=9999999999").status == 200)
  }

  private func copy(_ stage: Stage, _ item: ItemID) throws -> Reply {
    try stage.desk(try stage.begin("/desk/items/\(item)/copy"))
  }

  @Test func aCopyIsANewDraftWithoutTimes() throws {
    let stage = try Seed.stage(site: "kreis")
    let page = try copy(stage, Seed.camp)
    let form = page.form([:])
    func value(_ name: String) -> String? { form.first { $0.0 == name }?.1 }
    #expect(value("f.title.v") == "Open Government BarCamp smartVEST (Kopie)")
    #expect(value("f.venue.town") == "Herten")
    #expect(value("f.summary.v") == "Ein Tag, fünfzehn Runden.")
    #expect(value("f.when.startDay") == "" && value("f.when.endClock") == "")
    let answer = try stage.type(
      try stage.begin("/desk/items/\(Seed.camp)/copy"), ["f.when.startDay": "2024-09-26"])
    #expect(answer.status == 303)
    let path = try #require(answer["Location"])
    #expect(try stage.desk(path).body.contains("smartVEST (Kopie)"))
    #expect(try stage.reads().history(Seed.camp).count == 1, "the old one is left alone")
  }

  @Test func theTitleOfACopyFits() throws {
    let stage = try Seed.stage()
    let title = String(repeating: "ü", count: 300)
    try stage.write("marl", "project.revised", Seed.waste, ["title": .string(title)])
    let form = try copy(stage, Seed.waste).form([:])
    let copied = try #require(form.first { $0.0 == "f.title.v" }?.1)
    #expect(copied.count == 300 && copied.hasSuffix("ü (Kopie)"))
  }

  @Test func othersItemsAreNoTemplates() throws {
    let stage = try Seed.stage()
    let page = try stage.desk("/desk/items/\(Seed.portal)")
    #expect(!page.body.contains("/copy"))
    let token = [("token", page.hidden("token"))]
    #expect(try stage.post("/desk/items/\(Seed.portal)/copy", token).status == 404)
  }

  // MARK: - Texts from outside

  static let payloads = [
    "\"><script>alert(1)</script>", "' onmouseover='alert(1)", "<img src=x onerror=alert(1)>",
    "</textarea><script>alert(1)</script>", "javascript:alert(1)", "&lt;b&gt;",
  ]

  @Test(arguments: payloads)
  func textsOfOthersStayTexts(_ payload: String) throws {
    let stage = try Seed.stage(site: "kreis")
    let text = FieldValue.string(payload)
    let fields: [EventDraft.Write] = [
      .init("title", text), .init("summary", text), .init("body", text), .init("cost", text),
      .init("keywords", [text]), .init("contact", ["function": text, "person": text]),
      .init("partners", [["name": text]]), .init("funding", text), .init("neuesFeld", text),
      .init("link/x", ["kind": "other", "label": text, "url": "https://x.example/"]),
    ]
    let seen = try stage.state(Seed.onleihe).screen
    try stage.write("gladbeck", "project.revised", Seed.onleihe, context: seen, writes: fields)
    try stage.write(
      "herten", "project.revised", Seed.onleihe, context: seen,
      writes: [
        .init("title", .string("Onleihe \(payload)")), .init("body", .string("B \(payload)")),
      ])
    try stage.write(
      "herten", "item.joined", Seed.onleihe,
      [FieldName.participant("herten"): ["contact": text, "status": "running"]])
    _ = try stage.act(Seed.onleihe, "topic", [("topic", payload)])
    _ = try stage.act(Seed.onleihe, "feature")
    try stage.attempt(
      "kreis", "project.revised", Seed.onleihe, writes: [.init("title", text), .init("cost", text)])
    let copy = try stage.write(
      "kreis", "project.created", ItemID("kreis-doppelt1")!, writes: fields)
    let twin = try #require(copy.event.item)
    let encoded = Address.encode(payload)
    for path in [
      "/", "/themen", "/themen?thema=\(encoded)", "/desk", "/desk/kreis",
      "/desk/kreis?q=\(encoded)",
      "/desk/conflicts", "/desk/duplicates", "/desk/items/\(Seed.onleihe)",
      "/desk/items/\(Seed.onleihe)/history", "/desk/items/\(Seed.onleihe)/settle",
      "/desk/duplicates/\(Seed.onleihe)/\(twin)", try stage.begin("/desk/items/\(twin)/copy"),
    ] {
      let page = try stage.desk(path)
      #expect(page.status == 200, "\(path)")
      for mark in ["<script>", "<img src=x", " onmouseover='", "href=\"javascript:", "<b>&"] {
        #expect(!page.body.contains(mark), "\(path)")
      }
    }
  }
}
