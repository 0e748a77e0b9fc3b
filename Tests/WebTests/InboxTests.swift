// Conflicts with what they began from, merged texts, and edits that nobody sees.
// Protocols/http-api.md §4.

import Catalogue
import EventLog
import Events
import Testing

@testable import Web

@Suite struct Inbox {
  private static let text = "Erster Absatz.\n\nZweiter Absatz.\n\nDritter Absatz."

  /// Two cities change the body of the shared project over one text.
  private func conflict(_ gladbeck: String, _ marl: String) throws -> Stage {
    let stage = try Seed.stage()
    try stage.write("gladbeck", "project.revised", Seed.onleihe, ["body": .string(Inbox.text)])
    let seen = try stage.state(Seed.onleihe).screen
    for (site, body) in [("gladbeck", gladbeck), ("marl", marl)] {
      try stage.write(
        site, "project.revised", Seed.onleihe, context: seen, ["body": .string(body)])
    }
    return stage
  }

  private func settle(_ stage: Stage) throws -> Reply {
    try stage.desk("/desk/items/\(Seed.onleihe)/settle")
  }

  // http-50
  @Test func bothSidesAreComparedWithWhatTheyBeganFrom() throws {
    let stage = try conflict(
      "Erster neuer Absatz.\n\nZweiter Absatz.\n\nDritter Absatz.",
      "Erster Absatz.\n\nZweiter Absatz.")
    let page = try settle(stage)
    #expect(page.body.contains("Gemeinsame Fassung davor"))
    #expect(page.body.contains("Erster <ins>neuer </ins>Absatz."))
    #expect(page.body.contains("Zweiter Absatz.<del>\n\nDritter Absatz.</del>"))
    #expect(page.body.contains("Redaktion im Haus"), "people of this house by their names")
    #expect(page.unlabelled == [])
  }

  // http-51
  @Test func changesOfDifferentParagraphsStandMergedInTheBox() throws {
    let stage = try conflict(
      "Erster Absatz, neu.\n\nZweiter Absatz.\n\nDritter Absatz.",
      "Erster Absatz.\n\nZweiter Absatz.\n\nDritter Absatz.\n\nVierter.")
    let page = try settle(stage)
    let merged = "Erster Absatz, neu.\n\nZweiter Absatz.\n\nDritter Absatz.\n\nVierter."
    #expect(page.body.contains("verschiedene Absätze"))
    #expect(page.form([:]).contains { $0 == ("f.body.v", merged) })
    let target = "/desk/items/\(Seed.onleihe)/settle"
    let answer = try stage.post(target, page.form(["field": "body", "choice": "own"]))
    #expect(answer.status == 303)
    let state = try stage.state(Seed.onleihe)
    #expect(!state.hasConflict && state.text("body") == merged)
  }

  // http-51
  @Test func changesOfOneParagraphAreShownAndThePublicOneStandsInTheBox() throws {
    let stage = try conflict(
      "Erster Absatz A.\n\nZweiter Absatz.\n\nDritter Absatz.",
      "Erster Absatz B.\n\nZweiter Absatz.\n\nDritter Absatz B.")
    let page = try settle(stage)
    #expect(page.body.contains("Strittig") && !page.body.contains("schon zusammen"))
    let box = "Erster Absatz A.\n\nZweiter Absatz.\n\nDritter Absatz B."
    #expect(page.form([:]).contains { $0 == ("f.body.v", box) }, "the lead's is public")
    #expect(page.body.contains("Marl schreibt:"))
  }

  @Test func listsOfWordsStandJoinedInTheBox() throws {
    let stage = try Seed.stage()
    let seen = try stage.state(Seed.onleihe).screen
    try stage.write(
      "gladbeck", "project.revised", Seed.onleihe, context: seen, ["keywords": ["Lesen", "E-Book"]])
    try stage.write(
      "marl", "project.revised", Seed.onleihe, context: seen, ["keywords": ["Bücherei", "Hören"]])
    let page = try settle(stage)
    #expect(page.form([:]).contains { $0 == ("f.keywords.v", "Lesen, E-Book, Hören") })
    #expect(page.body.contains("was alle zusammen geändert haben"))
  }

  @Test func codesAreNoTextsToBeMerged() throws {
    let stage = try Seed.stage()
    let seen = try stage.state(Seed.onleihe).screen
    for (site, status) in [("gladbeck", "done"), ("marl", "stopped")] {
      try stage.write(
        site, "project.revised", Seed.onleihe, context: seen, ["status": .string(status)])
    }
    let page = try settle(stage)
    #expect(page.body.contains("Eingestellt") && !page.body.contains("Strittig"))
  }

  @Test func whatWasTypedIsKeptWhenNothingWasChosen() throws {
    let stage = try conflict("A", "B")
    let page = try settle(stage)
    let answer = try stage.post(
      "/desk/items/\(Seed.onleihe)/settle", page.form(["field": "body", "f.body.v": "Getippt"]))
    #expect(answer.status == 422)
    #expect(answer.form([:]).contains { $0 == ("f.body.v", "Getippt") })
  }

  @Test func theInboxListsEveryFieldToSettle() throws {
    let page = try conflict("A", "B").desk("/desk/conflicts")
    #expect(page.body.contains("/desk/items/\(Seed.onleihe)/settle"))
    #expect(page.body.contains("Gladbeck, Marl") && page.unlabelled == [])
  }

  @Test func whoMayNotWriteSeesTheVersionsOnly() throws {
    let stage = try Seed.stage(site: "dorsten")
    try Conflicts.open(on: stage)
    let page = try settle(stage)
    #expect(page.body.contains("Onleihe der Städte") && !page.body.contains("Abstimmen</button>"))
    let answer = try stage.post(
      "/desk/items/\(Seed.onleihe)/settle",
      [
        ("token", page.hidden("token")), ("context", page.hidden("context")), ("field", "title"),
        ("choice", "own"), ("f.title.v", "X"),
      ])
    #expect(answer.status == 422 && answer.body.contains("kein Recht"))
  }

  // MARK: - Settling in several events

  /// An item on which an own event is void provisionally, and many wrote at once beside it.
  private func crowded(_ count: Int) throws -> ItemState {
    var state = CatalogueState(kreis: Region.vest.kreis)
    var random = SystemRandom()
    let marl = SiteID("marl")!  // Test sites are valid.
    let now = Stage.moment
    func fold(_ seq: UInt64, _ type: String, _ title: String, _ verdict: Verdict) throws {
      let first = VectorClock(seq == 1 ? [] : [Dot(marl, 1)])
      let draft = EventDraft(
        type: type, item: Seed.waste, context: Context(seen: first, dots: []),
        writes: [.init("title", .string(title))])
      let event = try draft.event(
        at: Dot(marl, seq), time: now, prev: .zero, lineKey: [1], using: &random)
      state.fold(event, verdict: verdict, stamp: nil)
    }
    try fold(1, "project.created", "Titel", .applied)
    try fold(2, "project.revised", "Ohne Recht", .void(.noRight))
    for index in 0..<count {
      // Every other number, so that no two make one range.
      try fold(UInt64(3 + index * 2), "project.revised", "Titel \(index)", .applied)
    }
    return state[Seed.waste]!  // It was folded.
  }

  // http-52
  @Test func moreSurvivorsThanOneContextNamesTakeSeveralEvents() throws {
    #expect(ConflictView.contexts(of: "title", in: try crowded(32)).count == 1)
    let state = try crowded(40)
    let contexts = ConflictView.contexts(of: "title", in: state)
    #expect(contexts.count == 2)
    for survivor in state.survivors("title") {
      #expect(contexts.contains { $0.contains(survivor.dot) })
    }
    #expect(contexts.allSatisfy { !$0.contains(Dot(SiteID("marl")!, 2)) }, "nobody saw that one")
    #expect(contexts.allSatisfy { Context(text: $0.text) == $0 }, "the form carries them")
  }

  @Test func withoutSuchAnEventOneContextCoversAll() throws {
    let stage = try Seed.stage()
    try Conflicts.open(on: stage)
    let state = try stage.state(Seed.onleihe)
    #expect(ConflictView.contexts(of: "title", in: state) == [state.screen])
  }

  @Test func aFormWithSeveralContextsWritesSeveralEvents() throws {
    let stage = try Seed.stage()
    try Conflicts.open(on: stage)
    let page = try settle(stage)
    let state = try stage.state(Seed.onleihe)
    let parts = state.survivors("title").map {
      Context(seen: VectorClock(), dots: [$0.dot]).text
    }
    let rest = page.form(["field": "title", "choice": "own", "f.title.v": "Einer"])
      .filter { $0.0 != "context" }
    let answer = try stage.post(
      "/desk/items/\(Seed.onleihe)/settle", rest + parts.map { ("context", $0) })
    #expect(answer.status == 303)
    let settled = try stage.state(Seed.onleihe)
    #expect(!settled.hasConflict && settled.title == "Einer")
    #expect(settled.survivors("title").count == 2, "equal values are no conflict")
    let foreign = [("context", #"{"also":[],"seen":{"marl":999}}"#)]
    let refused = try stage.post("/desk/items/\(Seed.onleihe)/settle", rest + foreign)
    #expect(refused.status == 404)
  }

  // MARK: - Edits that nobody sees

  /// Marl edits while Gladbeck takes the invitation away.
  private func withoutEffect() throws -> (Stage, Dot) {
    let stage = try Seed.stage()
    let seen = try stage.state(Seed.onleihe).screen
    try stage.write("gladbeck", "item.invited", Seed.onleihe, [FieldName.invited("marl"): .null])
    let lost = try stage.attempt(
      "marl", "project.revised", Seed.onleihe, context: seen,
      writes: [.init("summary", "Mühsam <b>geschrieben</b>."), .init("cost", "7 Euro")])
    #expect(lost.verdict == .void(.noRight))
    return (stage, lost.event.dot)
  }

  // http-54
  @Test func anEditWithoutEffectIsInTheInboxWithItsText() throws {
    let (stage, _) = try withoutEffect()
    #expect(try stage.desk("/desk").body.contains("1 Änderung</a>") == false)
    #expect(try stage.desk("/desk").body.contains("1 Änderung ohne Wirkung"))
    let page = try stage.desk("/desk/conflicts")
    #expect(page.body.contains("Mühsam &lt;b&gt;geschrieben&lt;/b&gt;."))
    #expect(page.body.contains("7 Euro") && page.body.contains("kein Recht (mehr)"))
    #expect(page.unlabelled == [])
  }

  @Test func whatWasReadIsShownNoMore() throws {
    let (stage, edit) = try withoutEffect()
    let token = ("token", try stage.desk("/desk/conflicts").hidden("token"))
    for wrong in ["gladbeck:1", "unsinn"] {
      let answer = try stage.post("/desk/conflicts/read", [token, ("edit", wrong)])
      #expect(answer.status == 404)
    }
    let other = try stage.post("/desk/conflicts/read", [token, ("edit", "marl:1")])
    #expect(other.status == 303)
    #expect(try stage.desk("/desk/conflicts").body.contains("7 Euro"))
    let answer = try stage.post(
      "/desk/conflicts/read", [token, ("edit", edit.description)])
    #expect(answer.status == 303)
    #expect(try !stage.desk("/desk/conflicts").body.contains("7 Euro"))
    #expect(try !stage.desk("/desk").body.contains("ohne Wirkung"))
    #expect(
      try stage.desk("/desk/items/\(Seed.onleihe)/history").body.contains("7 Euro"),
      "the history keeps it")
  }

  @Test func othersDoNotSeeIt() throws {
    let stage = try Seed.stage(site: "gladbeck")
    let seen = try stage.state(Seed.onleihe).screen
    try stage.write("gladbeck", "item.invited", Seed.onleihe, [FieldName.invited("marl"): .null])
    try stage.attempt(
      "marl", "project.revised", Seed.onleihe, context: seen, writes: [.init("cost", "7 Euro")])
    #expect(try !stage.desk("/desk/conflicts").body.contains("7 Euro"))
  }

  // http-54
  @Test func anEditOfSomebodyWhoDidNotKnowOfAMergeIsInTheInbox() throws {
    let stage = try Seed.stage()
    let seen = try stage.state(Seed.onleihe).screen
    try stage.write(
      "gladbeck", "item.merged", Seed.onleihe,
      ["mergedInto": .string(Seed.waste.description)])
    try stage.write("marl", "project.revised", Seed.onleihe, context: seen, ["cost": "9 Euro"])
    let page = try stage.desk("/desk/conflicts")
    #expect(page.body.contains("9 Euro") && page.body.contains("zusammengeführt"))
    try stage.write("marl", "project.revised", Seed.onleihe, ["funding": "Land NRW"])
    #expect(try !stage.desk("/desk/conflicts").body.contains("Land NRW"), "that one was told")
  }
}
