// What search finds.

import Events
import Testing

@testable import Views

@Suite struct Search {
  @Test(arguments: [
    ("Müll", "mull"), ("MUELL", "mull"), ("mull", "mull"), ("Straße", "strasse"),
    ("STRASSE", "strasse"), ("GROẞ", "gross"), ("Öffnung", "offnung"), ("Oeffnung", "offnung"),
    ("Café", "cafe"), ("smartVEST", "smartvest"), ("Schau-Ecke", "schauecke"),
    ("Schauecke", "schauecke"), ("neue", "neue"), ("Frequenz", "frequenz"), ("A3", "a3"),
    ("Łódź", "lodz"),
    ("--x--", "x"), ("„Herten“", "herten"), ("a\u{308}", "a"), ("…", ""),
  ])
  func wordsAreFolded(_ original: String, _ folded: String) {
    #expect(SearchText.key(original) == folded)
  }

  @Test(arguments: [
    ("smartVEST", ["smart", "vest"]), ("Smart-Vest", ["smart", "vest"]),
    ("WLANHotspot", ["wlan", "hotspot"]), ("Rad", []), ("E-Mail", ["e", "mail"]),
    ("ABC", []), ("ÖPNVÄnderung", ["opnv", "anderung"]),
  ])
  func wordsOfSeveralPartsAreCut(_ word: String, _ parts: [String]) {
    #expect(SearchText.words(of: word).first?.parts.map(\.folded) == parts)
  }

  // view-7
  @Test(arguments: [
    ("smartVEST", "smartvest"), ("smartVEST", "Smart Vest"), ("smartVEST", "vest"),
    ("Smart Vest", "smartvest"), ("Smart-Vest", "smartVEST"), ("Müllabfuhr", "muell"),
    ("Müllabfuhr", "mull"), ("Muellabfuhr", "Müll"), ("Stadt", "Städten"), ("Radweg", "Radwege"),
    ("Radwegekonzept", "Radweg"), ("Straßenfest", "strass"), ("Neue Wege", "neu"),
  ])
  func aTextIsFoundByOtherWaysToWriteIt(_ title: String, _ typed: String) throws {
    let hub = try Hub()
    try hub.news("herten-aaaaaaaa", title)
    try hub.news("herten-bbbbbbbb", "Ganz anderes")
    #expect(try hub.page { $0.text = typed }.rows.map(\.title) == [title])
  }

  @Test(arguments: ["", "  ", "\"", "*", "AND", "a\" OR \"b", "NEAR(", "title:x", "-", "🙂"])
  func whatSomebodyTypesIsNeverSyntax(_ typed: String) throws {
    let hub = try Hub()
    try hub.news("herten-aaaaaaaa", "Titel")
    #expect(try hub.page { $0.text = typed }.rows.isEmpty)
  }

  @Test func allWordsMustBeFound() throws {
    let hub = try Hub()
    try hub.news("herten-aaaaaaaa", "Radweg in Herten")
    try hub.news("marl-bbbbbbbb", "Radweg in Marl", at: marl)
    #expect(try hub.page { $0.text = "radweg herten" }.total == 1)
  }

  @Test func aWordInTheTitleCountsMoreThanOneInTheBody() throws {
    let hub = try Hub()
    try hub.news("herten-aaaaaaaa", "Anderes", [.init("body", "Hier geht es um Solar und mehr.")])
    try hub.news("herten-bbbbbbbb", "Solar auf dem Dach")
    var query = ItemQuery()
    query.text = "solar"
    query.order = .relevance
    let page = try hub.views.search(query, at: noon)
    #expect(page.hits.map(\.row.title) == ["Solar auf dem Dach", "Anderes"])
    #expect(page.total == 2)
  }

  @Test func aHitShowsTheOriginalTextWithItsMatches() throws {
    let hub = try Hub()
    try hub.news(
      "herten-aaaaaaaa", "Die smartVEST für Bürger",
      [.init("summary", "Mit der Smart Vest unterwegs; buergernah.")])
    var query = ItemQuery()
    query.text = "vest bürger"
    let hit = try #require(try hub.views.search(query, at: noon).hits.first)
    #expect(
      hit.title == [
        .init("Die smart", isMatch: false), .init("VEST", isMatch: true),
        .init(" für ", isMatch: false), .init("Bürger", isMatch: true),
      ])
    #expect(hit.snippet.filter(\.isMatch).map(\.text) == ["Vest", "buergernah"])
    #expect(hit.snippet.map(\.text).joined() == "Mit der Smart Vest unterwegs; buergernah.")
  }

  @Test func aLongBodyIsCutAroundTheMatch() throws {
    let hub = try Hub()
    let filler = String(repeating: "Übermäßig lange Sätze. ", count: 40)
    try hub.news("herten-aaaaaaaa", "Titel", [.init("body", .string(filler + "Solar. " + filler))])
    var query = ItemQuery()
    query.text = "solar"
    let hit = try #require(try hub.views.search(query, at: noon).hits.first)
    let text = hit.snippet.map(\.text).joined()
    #expect(text.utf8.count < 260 && text.contains("Solar"))
    #expect(hit.snippet.filter(\.isMatch).map(\.text) == ["Solar"])
  }

  @Test func whatWasRevisedIsNotFoundByItsOldWords() throws {
    let hub = try Hub()
    try hub.news("herten-aaaaaaaa", "Alter Titel")
    try hub.tell(
      herten, "news.revised", item("herten-aaaaaaaa"), [.init("title", "Neue Überschrift")])
    #expect(try hub.page { $0.text = "alter" }.total == 0)
    #expect(try hub.page { $0.text = "ueberschrift" }.total == 1)
  }

  @Test func rankedPagesFollowEachOther() throws {
    let hub = try Hub()
    for index in 0..<5 { try hub.news("herten-aaaaaaa\(index)", "Solar \(index)") }
    var query = ItemQuery()
    query.text = "solar"
    query.order = .relevance
    query.limit = 2
    var found: Set<ItemID> = []
    repeat {
      let page = try hub.views.search(query, at: noon)
      found.formUnion(page.hits.map(\.row.id))
      query.cursor = page.next
    } while query.cursor != nil
    #expect(found.count == 5)
  }
}
