// What search makes of inflected, compound and misspelled words, and of markup.

import Catalogue
import Events
import Testing

@testable import Views

@Suite struct SearchForms {
  @Test(arguments: [
    ["stadt", "stadte", "stadten"], ["rad", "rader", "radern", "rades"], ["haus", "hauser"],
    ["baum", "baume", "baumen", "baumes"], ["mulleimer", "mulleimern", "mulleimers"],
    ["verein", "vereine", "vereinen", "vereins"], ["kita", "kitas"], ["auto", "autos"],
    ["app", "apps"], ["museum", "museen"], ["zentrum", "zentren"], ["thema", "themen"],
    ["ergebnis", "ergebnisse", "ergebnissen"], ["bus", "busse", "bussen"],
    ["burger", "burgern", "burgers", "burgerin", "burgerinnen"], ["ampel", "ampeln"],
    ["leser", "leserin", "leserinnen"], ["herten", "hertener"], ["datteln", "dattelner"],
    ["marl", "marler"], ["saule", "saulen"], ["beteiligung", "beteiligungen"], ["kind", "kinder"],
  ])
  func formsOfOneWordHaveOneStem(_ words: [String]) {
    #expect(Set(words.map(SearchStem.stem)).count == 1)
  }

  @Test(arguments: [
    ("burg", "burger"), ("glas", "gla"), ("kreis", "krei"), ("raum", "ra"), ("see", "se"),
    ("haus", "hau"), ("zeitung", "zeit"), ("sanierung", "saniert"), ("kita", "kit"),
  ])
  func otherWordsKeepApart(_ first: String, _ second: String) {
    #expect(SearchStem.stem(of: first) != SearchStem.stem(of: second))
  }

  // view-9
  @Test(arguments: [
    ("Bürgerbeteiligungen", "Beteiligung"), ("Bürgerbeteiligung", "Beteiligungen"),
    ("Lastenräder", "Rad"), ("Stadtrat", "rat"), ("Bäume", "Baum"), ("Baum", "Bäumen"),
    ("Busse", "Bus"), ("Dattelner Lichter", "Datteln"), ("Stadtradeln-Auftakte", "Auftakt"),
    ("Lesungen für Bürgerinnen", "Bürger"), ("Digital-Lotsen", "Digitallotse"),
    ("Rat und Hilfe", "hilfe für den rat"),
  ])
  func anItemIsFoundByOtherFormsOfItsWords(_ title: String, _ typed: String) throws {
    let hub = try Hub()
    try hub.news("herten-aaaaaaaa", title)
    try hub.news("herten-bbbbbbbb", "Ganz anderes")
    let page = try hub.find(typed)
    #expect(page.hits.map(\.row.title) == [title])
    #expect(page.corrected == nil)
    #expect(page.hits.first?.title.contains(where: \.isMatch) == true)
  }

  @Test(arguments: [
    ("Kreis", "Eis"), ("Sport", "Ort"), ("Burg", "Bürger"), ("Regal am Weg", "Lager"),
  ])
  func anItemIsNotFoundByLettersAlone(_ title: String, _ typed: String) throws {
    let hub = try Hub()
    try hub.news("herten-aaaaaaaa", title)
    #expect(try hub.find(typed).total == 0)
  }

  @Test func theExactFormStandsBeforeOthers() throws {
    let hub = try Hub()
    try hub.news("herten-aaaaaaaa", "Wegen des Baumes")
    try hub.news("herten-bbbbbbbb", "Anderer Titel", [.init("body", "Lange Wege, kurzer Weg")])
    try hub.news("herten-cccccccc", "Der neue Weg")
    try hub.news("herten-dddddddd", "Ein Radweg")
    #expect(try hub.find("weg").hits.first?.row.title == "Der neue Weg")
  }

  @Test func anItemIsFoundByTheCityThatLeadsIt() throws {
    let hub = try Hub()
    try hub.news("herten-aaaaaaaa", "Radweg")
    try hub.news("marl-aaaaaaaa", "Radweg", at: marl)
    #expect(try hub.find("radweg marl").hits.map(\.row.lead) == [marl])
  }

  @Test func revisedFormsAreNotFoundAnyMore() throws {
    let hub = try Hub()
    try hub.news("herten-aaaaaaaa", "Bürgerbeteiligungen")
    try hub.tell(herten, "news.revised", item("herten-aaaaaaaa"), [.init("title", "Anderes")])
    #expect(try hub.find("beteiligung").total == 0)
    #expect(try hub.find("bürgerbeteiligung").total == 0)
  }
}

@Suite struct SearchSpellings {
  @Test(arguments: [
    ("abc", "abc", 0), ("abc", "abd", 1), ("abc", "acb", 1), ("abc", "ab", 1), ("abc", "abxc", 1),
    ("abcd", "badc", 2), ("ca", "abc", nil), ("abc", "xyz", nil), ("abcdef", "abc", nil),
  ])
  func distancesCountEditsAndSwaps(_ first: String, _ second: String, _ distance: Int?) {
    #expect(
      SearchSpelling.distance(Array(first.utf8), Array(second.utf8), limit: 2) == distance)
  }

  @Test(arguments: [
    ("Müleimer", "Mülleimer"), ("smarte Mülleimre", "smarte Mülleimer"),
    ("ümlleimer", "Mülleimer"), ("Mulleimmer!", "Mülleimer!"),
  ])
  func aMistypedWordFindsTheNearest(_ typed: String, _ corrected: String) throws {
    let hub = try Hub()
    try hub.news("herten-aaaaaaaa", "Smarte Mülleimer")
    let page = try hub.find(typed)
    #expect(page.total == 1)
    #expect(page.corrected == corrected)
  }

  @Test func whatIsFoundIsNotCorrected() throws {
    let hub = try Hub()
    try hub.news("herten-aaaaaaaa", "Mülleimer")
    try hub.news("herten-bbbbbbbb", "Mülleimre")
    let page = try hub.find("mülleimre")
    #expect(page.corrected == nil)
    #expect(page.total == 1)
  }

  @Test func aShortWordIsNotCorrected() throws {
    let hub = try Hub()
    try hub.news("herten-aaaaaaaa", "Rad")
    #expect(try hub.find("rod").total == 0)
  }

  // view-10
  @Test func wordsThatTheAskerMayNotSeeChangeNothing() throws {
    let hub = try Hub()
    try hub.news("herten-aaaaaaaa", "Mülleimer", released: "2026-06-01")
    try hub.news("herten-bbbbbbbb", "Mülleimern ade")
    try hub.news("herten-cccccccc", "Solardach")
    try hub.tell(
      herten, "item.withdrawn", item("herten-cccccccc"),
      [.init("state", "withdrawn"), .init("stateReason", "Irrtum")])
    #expect(try hub.find("müleimer").corrected == "Mülleimern")
    #expect(try hub.find("solardahc") == SearchPage())
    var query = ItemQuery()
    query.audience = .editors
    query.text = "solardahc"
    #expect(try hub.views.search(query, at: noon).corrected == "Solardach")
  }

  @Test func withdrawnAndHiddenItemsAreNotFound() throws {
    let hub = try Hub()
    try hub.news("herten-aaaaaaaa", "Solardach")
    try hub.news("herten-bbbbbbbb", "Solarfeld")
    try hub.news("herten-cccccccc", "Solarpark")
    try hub.tell(
      herten, "item.withdrawn", item("herten-aaaaaaaa"),
      [.init("state", "withdrawn"), .init("stateReason", "Irrtum")])
    try hub.tell(
      kreis, "item.annotated", item("herten-bbbbbbbb"),
      [.init("kreis/hidden", true), .init("kreis/hiddenReason", "Doppelt")])
    #expect(try hub.find("solar").hits.map(\.row.title) == ["Solarpark"])
  }
}

@Suite struct CompoundParts {
  private func hub() throws -> Hub {
    let hub = try Hub()
    try hub.news("herten-aaaaaaaa", "Beteiligung am Stadtgarten")
    try hub.news("herten-bbbbbbbb", "Service für Bürger")
    try hub.news("herten-cccccccc", "Starkregen in Marl")
    return hub
  }

  // view-10
  @Test(arguments: [
    ("Bürgerbeteiligung", "Beteiligung", "Beteiligung am Stadtgarten"),
    ("bürgerbeteiligungen", "beteiligungen", "Beteiligung am Stadtgarten"),
    ("Starkregengefahr", "Starkregen", "Starkregen in Marl"),
    ("Drohnenservice", "Service", "Service für Bürger"),
  ])
  func aCompoundThatNobodyHasIsLookedForByAPart(
    _ typed: String, _ corrected: String, _ title: String
  ) throws {
    let page = try hub().find(typed)
    #expect(page.hits.map(\.row.title) == [title] && page.corrected == corrected)
  }

  @Test func aCompoundThatItemsHaveIsNotTakenApart() throws {
    let hub = try hub()
    try hub.news("herten-dddddddd", "Bürgerbeteiligung im Rat")
    let page = try hub.find("Bürgerbeteiligung")
    #expect(page.hits.map(\.row.title) == ["Bürgerbeteiligung im Rat"] && page.corrected == nil)
  }
}

@Suite struct PlainTexts {
  @Test(arguments: [
    ("## Ziel\n\nDer **Park** ist *neu*.", "Ziel: Der Park ist neu."),
    ("- eins\n- zwei", "eins · zwei"), ("2 * 3 und Bürger*innen", "2 * 3 und Bürger*innen"),
    ("[Zur Karte](https://a.example/x_(y) und", "Zur Karte und"),
    ("[kein Verweis] und [mehr", "[kein Verweis] und [mehr"), ("ohne Marken", "ohne Marken"),
    ("ein - Strich", "ein - Strich"), ("**Bürger:**\r\nText", "Bürger: Text"),
    ("*[Karte](https://a.example)*", "Karte"), ("", ""), ("- eins", "eins"), ("* * *", "* * *"),
  ])
  func marksAreTakenOff(_ markdown: String, _ plain: String) {
    #expect(PlainText.of(markdown) == plain)
  }

  @Test func aHitShowsNoMarkup() throws {
    let hub = try Hub()
    try hub.news(
      "herten-aaaaaaaa", "Titel",
      [.init("body", "## Ziel\n\n- **Solar** für [alle](https://solar.example)\n\n*Ende*")])
    let hit = try #require(try hub.find("solar").hits.first)
    #expect(hit.snippet.map(\.text).joined() == "Ziel: Solar für alle Ende")
    #expect(hit.snippet.filter(\.isMatch).map(\.text) == ["Solar"])
  }
}

extension Hub {
  fileprivate func find(_ typed: String) throws -> SearchPage {
    var query = ItemQuery()
    query.text = typed
    query.order = .relevance
    return try views.search(query, at: noon)
  }
}
