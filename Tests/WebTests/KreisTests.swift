// The Kreis's desk: feature, topics, hide, take the lead over; and what the public sees of it.

import Catalogue
import EventLog
import Events
import Testing

@testable import Web

@Suite struct KreisDesk {
  @Test func aFeaturedItemStandsFirstOnTheStartPage() throws {
    let stage = try Seed.stage(site: "kreis")
    #expect(try !stage.get("/").body.contains("Hervorgehoben"))
    #expect(try stage.act(Seed.waste, "feature").status == 303)
    let start = try stage.get("/").body
    let place = try #require(start.firstRange(of: "<h2>Hervorgehoben</h2>"))
    let fields = try #require(start.firstRange(of: "id=\"felder\""))
    #expect(place.lowerBound < fields.lowerBound)
    #expect(start[place.upperBound..<fields.lowerBound].contains("Abfall-App"))
    #expect(try stage.desk("/desk/kreis").body.contains("Abfall-App"))
    #expect(try stage.act(Seed.waste, "unfeature").status == 303)
    #expect(try !stage.get("/").body.contains("Hervorgehoben"))
  }

  @Test func aTopicGathersItems() throws {
    let stage = try Seed.stage(site: "kreis")
    #expect(try stage.get("/themen").body.contains("Zurzeit ist nichts"))
    let topic = ("topic", "Hitze & Wasser")
    #expect(try stage.act(Seed.waste, "topic", [topic]).status == 303)
    #expect(try stage.act(Seed.camp, "topic", [topic]).status == 303)
    let address = "/themen?thema=Hitze%20%26%20Wasser"
    #expect(try stage.get("/").body.contains("href=\"\(address)\""))
    #expect(try stage.get("/projekte/\(Seed.waste)").body.contains("href=\"\(address)\""))
    let page = try stage.get(address)
    #expect(page.status == 200 && page.body.contains("<h1>Hitze &amp; Wasser</h1>"))
    #expect(page.body.contains("Abfall-App") && page.body.contains("BarCamp"))
    #expect(!page.body.contains("Onleihe"))
    #expect(try stage.get("/themen").body.contains("<span class=\"n\">2</span>"))
    #expect(try stage.get("/themen?thema=Anderes").status == 404)
    #expect(try stage.desk("/desk/kreis").body.contains("Thema: Hitze &amp; Wasser"))
    let long = String(repeating: "x", count: 81)
    #expect(try stage.act(Seed.waste, "topic", [("topic", long)]).status == 422)
    #expect(try stage.act(Seed.waste, "topic", [("topic", " ")]).status == 303)
    #expect(try !stage.get(address).body.contains("Abfall-App"))
  }

  // http-57
  @Test func whatIsToComeShowsInNoTopic() throws {
    let stage = try Seed.stage(site: "kreis")
    try stage.write("kreis", "news.revised", Seed.release, ["released": "2030-01-01"])
    #expect(try stage.act(Seed.release, "topic", [("topic", "Geheim")]).status == 303)
    for path in ["/", "/themen", "/themen?thema=Geheim"] {
      let page = try stage.get(path)
      #expect(!page.body.contains("Geheim") && !page.body.contains("lädt nach Herten"))
    }
  }

  @Test func aHiddenItemVanishesWithANotice() throws {
    let stage = try Seed.stage(site: "kreis")
    #expect(try stage.act(Seed.waste, "hide", [("reason", " ")]).status == 422)
    #expect(try stage.act(Seed.waste, "hide", [("reason", "Falscher Zuständiger.")]).status == 303)
    let page = try stage.get("/projekte/\(Seed.waste)")
    #expect(page.status == 410 && page.body.contains("Falscher Zuständiger."))
    #expect(!page.body.contains("Abfall-App"))
    for path in [
      "/", "/projekte", "/suche?q=Abfall", "/staedte/marl", "/felder/klima", "/api/v1/items",
      "/eintraege.atom", "/export.csv", "/export.jsonl", "/sitemap.xml", "/einbetten/projekte",
    ] {
      #expect(try !stage.get(path).body.contains("Abfall-App"), "\(path)")
    }
    #expect(try stage.get("/api/v1/items/\(Seed.waste)").status == 410)
    #expect(try stage.desk("/desk/kreis").body.contains("Abfall-App"))
    #expect(try stage.desk("/desk/items/\(Seed.waste)").body.contains("Vom Kreis ausgeblendet"))
    #expect(try stage.act(Seed.waste, "unhide").status == 303)
    #expect(try stage.get("/projekte/\(Seed.waste)").status == 200)
    #expect(try stage.state(Seed.waste).value("kreis/hiddenReason") == nil)
  }

  @Test(arguments: ["feature", "topic", "hide", "unhide", "take"])
  func othersHaveNoPartInIt(_ action: String) throws {
    let stage = try Seed.stage()
    let pairs = [("topic", "X"), ("reason", "X"), ("site", "marl"), sure]
    if action == "take" { try stage.leave("gladbeck") }
    let item = action == "take" ? Seed.onleihe : Seed.waste
    let before = try stage.reads().history(item).count
    #expect(try stage.act(item, action, pairs).status == 422)
    #expect(try stage.reads().history(item).count == before)
    #expect(try !stage.desk("/desk/items/\(item)").body.contains("act/\(action)"))
    #expect(try stage.desk("/desk/kreis").status == 404)
    #expect(try !stage.desk("/desk").body.contains("/desk/kreis"))
  }

  @Test func theLeadOfASiteThatLeftIsGivenAnew() throws {
    let stage = try Seed.stage(site: "kreis")
    try stage.admit("marl")
    let pairs = [("site", "marl"), ("reason", "Gladbeck nimmt nicht mehr teil."), sure]
    #expect(try stage.act(Seed.onleihe, "take", pairs).status == 422, "it has not left")
    try stage.leave("gladbeck")
    let page = try stage.desk("/desk/items/\(Seed.onleihe)")
    #expect(page.body.contains("act/take") && page.unlabelled == [])
    let list = try stage.desk("/desk/kreis")
    #expect(list.body.contains("Onleihe im Verbund") && list.unlabelled == [])
    #expect(try stage.act(Seed.onleihe, "take", [pairs[0], sure]).status == 422, "no reason")
    #expect(try stage.act(Seed.onleihe, "take", [pairs[0], pairs[1]]).status == 422, "no box")
    let gone = [("site", "gladbeck"), pairs[1], sure]
    #expect(try stage.act(Seed.onleihe, "take", gone).status == 422, "who has left cannot lead")
    #expect(try stage.act(Seed.onleihe, "take", pairs).status == 303)
    #expect(try stage.state(Seed.onleihe).lead?.description == "marl")
    #expect(try !stage.desk("/desk/kreis").body.contains("Onleihe im Verbund"))
  }

  @Test func anyItemIsFoundFromTheKreissPage() throws {
    let stage = try Seed.stage(site: "kreis")
    #expect(try stage.desk("/desk/kreis?q=Onleihe").body.contains("Onleihe im Verbund"))
    #expect(try stage.desk("/desk/kreis?q=Zauberwort").body.contains("Nichts gefunden."))
  }
}
