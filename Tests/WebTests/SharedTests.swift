// Shared projects at the desk: invite, answer, leave, hand over. Protocols/merge.md §5.

import Catalogue
import EventLog
import Events
import Testing

@testable import Web

@Suite struct SharedProjects {
  @Test func severalCitiesAreInvitedAtOnce() throws {
    let stage = try Seed.stage()
    let answer = try stage.act(Seed.waste, "invite", [("site", "waltrop"), ("site", "datteln")])
    #expect(answer.status == 303)
    #expect(try stage.state(Seed.waste).invited.map(\.description) == ["datteln", "waltrop"])
    #expect(try stage.reads().history(Seed.waste).count == 2, "one event")
    let page = try stage.desk("/desk/items/\(Seed.waste)")
    #expect(page.body.contains("Noch ohne Antwort: Datteln, Waltrop"))
    #expect(page.unlabelled == [])
    #expect(try stage.act(Seed.waste, "invite").status == 422)
    let mixed = [("site", "herten"), ("site", "atlantis")]
    #expect(try stage.act(Seed.waste, "invite", mixed).status == 422)
  }

  @Test func anInvitationIsOnMyWorkUntilItIsAnswered() throws {
    let stage = try Seed.stage(site: "waltrop")
    #expect(try !stage.desk("/desk").body.contains("zum Mitmachen"))
    try stage.write("marl", "item.invited", Seed.waste, [FieldName.invited("waltrop"): true])
    let work = try stage.desk("/desk")
    #expect(work.body.contains("1 Einladung"))
    #expect(work.body.contains("Abfall-App für das Vest"))
    let entry = [
      ("f.participant/waltrop.status", "planned"), ("f.participant/waltrop.since", "2023-09-01"),
      ("f.participant/waltrop.url", "https://www.waltrop.de/abfall"),
      ("f.participant/waltrop.contact", "Bauhof"),
    ]
    #expect(try stage.act(Seed.waste, "join", entry).status == 303)
    #expect(try !stage.desk("/desk").body.contains("zum Mitmachen"))
    let value = try stage.state(Seed.waste).value("participant/waltrop")
    #expect(
      value == [
        "contact": "Bauhof", "since": "2023-09-01", "status": "planned",
        "url": "https://www.waltrop.de/abfall",
      ])
    #expect(try stage.get("/projekte/\(Seed.waste)").body.contains("Bauhof"))
  }

  @Test func aDeclinedInvitationIsTakenUpLater() throws {
    let stage = try Seed.stage(site: "waltrop")
    try stage.write("marl", "item.invited", Seed.waste, [FieldName.invited("waltrop"): true])
    #expect(try stage.act(Seed.waste, "leave").status == 422, "not without the box")
    #expect(try stage.act(Seed.waste, "leave", [sure]).status == 303)
    let state = try stage.state(Seed.waste)
    #expect(state.declined.map(\.description) == ["waltrop"] && state.openInvitations.isEmpty)
    #expect(try !stage.desk("/desk").body.contains("zum Mitmachen"))
    let entry = [("f.participant/waltrop.status", "running")]
    #expect(try stage.act(Seed.waste, "join", entry).status == 303)
    #expect(try stage.state(Seed.waste).participants.map(\.description) == ["waltrop"])
  }

  @Test func theLeadSeesWhoDeclined() throws {
    let stage = try Seed.stage()
    try stage.write("marl", "item.invited", Seed.waste, [FieldName.invited("waltrop"): true])
    try stage.write("waltrop", "item.left", Seed.waste, [FieldName.participant("waltrop"): .null])
    let page = try stage.desk("/desk/items/\(Seed.waste)")
    #expect(page.body.contains("Machen nicht mit: Waltrop"))
  }

  @Test func whoLeavesEditsNoMore() throws {
    let stage = try Seed.stage()
    #expect(try stage.act(Seed.onleihe, "leave").status == 422)
    #expect(try stage.act(Seed.onleihe, "leave", [sure]).status == 303)
    let state = try stage.state(Seed.onleihe)
    #expect(!state.participants.map(\.description).contains("marl"))
    let page = try stage.desk("/desk/items/\(Seed.onleihe)")
    #expect(!page.body.contains("/edit\"") && page.body.contains("Einladung annehmen"))
    #expect(try !stage.get("/projekte/\(Seed.onleihe)").body.contains("/staedte/marl"))
  }

  @Test func theLeadTakesAnInvitationBack() throws {
    let stage = try Seed.stage(site: "gladbeck")
    let who = ("site", "marl")
    #expect(try stage.act(Seed.onleihe, "uninvite", [who]).status == 422)
    #expect(try stage.act(Seed.onleihe, "uninvite", [("site", "waltrop"), sure]).status == 422)
    #expect(try stage.act(Seed.onleihe, "uninvite", [who, sure]).status == 303)
    let state = try stage.state(Seed.onleihe)
    #expect(state.participants.map(\.description) == ["herten", "recklinghausen"])
  }

  @Test func theLeadIsHandedToWhoTakesPart() throws {
    let stage = try Seed.stage(site: "gladbeck")
    try stage.admit("herten")
    let heir = ("site", "herten")
    #expect(try stage.act(Seed.onleihe, "hand", [heir]).status == 422)
    #expect(try stage.act(Seed.onleihe, "hand", [("site", "waltrop"), sure]).status == 422)
    #expect(try stage.act(Seed.onleihe, "hand", [heir, ("stay", "1"), sure]).status == 303)
    let state = try stage.state(Seed.onleihe)
    #expect(state.lead?.description == "herten")
    #expect(state.participants.map(\.description).contains("gladbeck"), "it goes on taking part")
    let page = try stage.desk("/desk/items/\(Seed.onleihe)")
    #expect(page.body.contains("/edit\"") && !page.body.contains("act/hand"))
    #expect(page.body.contains("Federführung übergeben"))
  }

  @Test func whoHandsTheLeadOverMayGo() throws {
    let stage = try Seed.stage(site: "gladbeck")
    try stage.admit("herten")
    #expect(try stage.act(Seed.onleihe, "hand", [("site", "herten"), sure]).status == 303)
    let state = try stage.state(Seed.onleihe)
    #expect(state.lead?.description == "herten" && !state.takesPart(SiteID("gladbeck")!))
    #expect(try !stage.desk("/desk/items/\(Seed.onleihe)").body.contains("/edit\""))
  }

  @Test(arguments: ["invite", "uninvite", "hand"])
  func whatIsTheLeadsIsRefusedToOthers(_ action: String) throws {
    let stage = try Seed.stage()
    let before = try stage.reads().history(Seed.onleihe).count
    let answer = try stage.act(Seed.onleihe, action, [("site", "herten"), sure])
    #expect(answer.status == 422 && answer.body.contains("kein Recht"))
    #expect(try stage.reads().history(Seed.onleihe).count == before)
  }

  @Test func whoIsNotInvitedCannotTakePart() throws {
    let stage = try Seed.stage(site: "dorsten")
    let answer = try stage.act(
      Seed.onleihe, "join", [("f.participant/dorsten.status", "running")])
    #expect(answer.status == 422 && answer.body.contains("kein Recht"))
  }

  // http-53
  @Test func aFieldInConflictIsNotWrittenByAnAction() throws {
    let stage = try Seed.stage(site: "herten")
    let seen = try stage.state(Seed.talk).screen
    for day in ["06", "07"] {
      try stage.write(
        "herten", "date.rescheduled", Seed.talk, context: seen,
        ["when": ["allDay": true, "start": .string("2023-10-\(day)"), "zone": "Europe/Berlin"]])
    }
    let moved = try stage.act(Seed.talk, "reschedule", [("f.when.startDay", "2023-10-08")])
    #expect(moved.status == 422 && moved.body.contains("zuerst abstimmen"))
    #expect(try stage.state(Seed.talk).survivors("when").count == 2)
  }
}
