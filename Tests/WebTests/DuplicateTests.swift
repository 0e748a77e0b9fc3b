// Duplicates: suggested with reasons, decided by people, undone. Protocols/merge.md.

import Catalogue
import EventLog
import Events
import Testing

@testable import Web

@Suite struct Duplicates {
  static let twin = ItemID("marl-barcamp77")!  // Valid by construction.

  /// Marl tells the Kreis's BarCamp once more.
  private func stage(_ site: String) throws -> Stage {
    let stage = try Seed.stage(site: site)
    try stage.write(
      "marl", "date.created", Duplicates.twin,
      [
        "title": "BarCamp smartVEST: Open Government", "fieldsOfAction": ["verwaltung"],
        "when": ["allDay": false, "start": "2023-09-26T10:00", "zone": "Europe/Berlin"],
        "registration": ["url": "https://www.barcamp.example"],
      ])
    return stage
  }

  private let address = "/desk/duplicates/\(Seed.camp)/\(Duplicates.twin)"

  // http-55
  @Test(arguments: ["marl", "kreis"])
  func aPairIsSuggestedWithReasons(_ site: String) throws {
    let stage = try stage(site)
    let page = try stage.desk("/desk/duplicates")
    #expect(page.body.contains("href=\"\(address)\""))
    #expect(page.body.contains("gleicher Titel, gleiche Zeit, gleicher Link"))
    #expect(try stage.state(Duplicates.twin).mergedInto == nil, "nothing is joined by itself")
  }

  @Test func othersPairsAreNotSuggested() throws {
    #expect(try !stage("herten").desk("/desk/duplicates").body.contains(address))
  }

  @Test func bothStandSideBySide() throws {
    let stage = try stage("marl")
    let page = try stage.desk(address)
    #expect(page.status == 200 && page.unlabelled == [])
    #expect(page.body.contains("Schwarzkaue") && page.body.contains("gleiche Zeit"))
    #expect(page.body.contains("/desk/items/\(Duplicates.twin)/act/merge"))
    #expect(!page.body.contains("/desk/items/\(Seed.camp)/act/merge"), "the Kreis leads that one")
    #expect(page.body.contains("entscheidet Kreis Recklinghausen"))
    #expect(try stage.desk("/desk/duplicates/\(Seed.camp)/\(Seed.camp)").status == 404)
    #expect(try stage.desk("/desk/duplicates/\(Seed.camp)/x").status == 404)
  }

  // http-56
  @Test func theLeadFoldsOneIntoTheOtherAndBothAddressesLiveOn() throws {
    let stage = try stage("marl")
    let into = ("into", Seed.camp.description)
    #expect(try stage.act(Duplicates.twin, "merge", [into]).status == 422, "not without the box")
    #expect(try stage.act(Duplicates.twin, "merge", [into, sure]).status == 303)
    let old = try stage.get("/termine/\(Duplicates.twin)")
    #expect(old.status == 308 && old["Location"] == "/termine/\(Seed.camp)")
    #expect(old["Cache-Control"] == "no-cache", "it can be taken apart again")
    #expect(try stage.get("/termine/\(Seed.camp)").status == 200)
    #expect(try !stage.get("/termine").body.contains("BarCamp smartVEST: Open"))
    let page = try stage.desk("/desk/duplicates")
    #expect(page.body.contains("Zusammengeführt") && !page.body.contains(address))
    let item = try stage.desk("/desk/items/\(Duplicates.twin)")
    #expect(item.body.contains("act/separate") && item.body.contains("Zusammengeführt."))
    #expect(try stage.act(Duplicates.twin, "separate").status == 303)
    #expect(try stage.get("/termine/\(Duplicates.twin)").status == 200)
    #expect(try stage.desk("/desk/duplicates").body.contains(address))
  }

  @Test func onlyTheLeadFolds() throws {
    let stage = try stage("herten")
    let answer = try stage.act(Duplicates.twin, "merge", [("into", "\(Seed.camp)"), sure])
    #expect(answer.status == 422 && answer.body.contains("kein Recht"))
    #expect(try stage.state(Duplicates.twin).mergedInto == nil)
    #expect(try stage.desk(address).body.contains("Dort steht derselbe"))
  }

  @Test func nothingIsFoldedIntoWhatIsNotThere() throws {
    let stage = try stage("marl")
    for target in ["", "marl-gibtesnicht", "\(Duplicates.twin)"] {
      let answer = try stage.act(Duplicates.twin, "merge", [("into", target), sure])
      #expect(answer.status == 422, "\(target)")
    }
    try stage.write("kreis", "item.withdrawn", Seed.camp, ["state": "withdrawn"])
    let gone = try stage.act(Duplicates.twin, "merge", [("into", "\(Seed.camp)"), sure])
    #expect(gone.status == 422 && gone.body.contains("nicht öffentlich"))
  }

  @Test func aCircleIsNotMade() throws {
    let stage = try stage("marl")
    try stage.write(
      "kreis", "item.merged", Seed.camp, ["mergedInto": .string(Duplicates.twin.description)])
    let answer = try stage.act(Duplicates.twin, "merge", [("into", "\(Seed.camp)"), sure])
    #expect(answer.status == 422)
  }

  @Test func whatWasDismissedIsRememberedAndRecalled() throws {
    let stage = try stage("marl")
    let token = [("token", try stage.desk(address).hidden("token"))]
    #expect(try stage.post("\(address)/dismiss", token).status == 303)
    let page = try stage.desk("/desk/duplicates")
    #expect(page.body.contains("Als verschieden erkannt") && page.body.contains("Zurzeit fällt"))
    let again = try stage.desk(address)
    #expect(again.body.contains("Doch wieder vorschlagen"))
    #expect(try stage.post("\(address)/recall", token).status == 303)
    #expect(try !stage.desk("/desk/duplicates").body.contains("Als verschieden erkannt"))
  }

  @Test func withoutASessionNothingIsShown() throws {
    let stage = try stage("marl")
    #expect(try stage.get("/desk/duplicates")["Location"]?.hasPrefix("/desk/signin") == true)
    #expect(try stage.post("\(address)/dismiss", [], cookie: nil).status == 403)
  }
}
