// Atom, JSON Feed, sitemap, embedded lists, schema.org. Protocols/http-api.md §6.

import Events
import Foundation
import FoundationXML
import HTTP
import Testing

@testable import Web

@Suite struct FeedTests {
  /// The texts of all elements of a name; a document that is not well-formed is an error.
  private func texts(_ name: String, _ document: String) throws -> [String] {
    final class Reader: NSObject, XMLParserDelegate {
      let name: String
      var texts: [String] = []
      var isInside = false
      init(_ name: String) { self.name = name }
      func parser(
        _ parser: XMLParser, didStartElement element: String, namespaceURI: String?,
        qualifiedName: String?, attributes: [String: String]
      ) {
        guard element == name else { return }
        isInside = true
        texts.append(attributes["ref"] ?? "")
      }
      func parser(_ parser: XMLParser, foundCharacters text: String) {
        if isInside { texts[texts.count - 1] += text }
      }
      func parser(
        _ parser: XMLParser, didEndElement element: String, namespaceURI: String?,
        qualifiedName: String?
      ) {
        if element == name { isInside = false }
      }
    }
    let reader = Reader(name)
    let parser = XMLParser(data: Data(document.utf8))
    parser.delegate = reader
    let isWellFormed = parser.parse()
    #expect(isWellFormed)
    return reader.texts
  }

  private func json(_ text: String) throws -> FieldValue {
    try JSONDecoder().decode(FieldValue.self, from: Data(text.utf8))
  }

  private func urn(_ id: ItemID) -> String { "urn:uuid:\(OpenData.uuid(id))" }

  // http-60
  @Test func aFeedHasTheItemsOfItsListAndOfItsFilters() throws {
    let stage = try Seed.stage()
    let reply = try stage.get("/projekte.atom")
    #expect(reply["Content-Type"] == "application/atom+xml; charset=utf-8")
    let all = try texts("id", reply.body)
    #expect(Set(all.dropFirst()) == Set([Seed.waste, Seed.onleihe, Seed.portal].map(urn)))
    for (query, ids) in [
      ("ort=herten", [Seed.onleihe]), ("feld=klima", [Seed.waste]),
      ("stand=planned", [Seed.portal]),
      ("schlagwort=app", [Seed.waste]), ("q=onleihe", [Seed.onleihe]),
      (
        "feld=nichts&ort=marl",
        [
          Seed.waste, Seed.onleihe,
        ]
      ),
    ] {
      let atom = try texts("id", try stage.body("/projekte.atom?" + query)).dropFirst()
      #expect(Set(atom) == Set(ids.map(urn)), "\(query)")
      let items = try json(try stage.body("/projekte.json?" + query))["items"]?.elements
      #expect(items.map { Set($0.compactMap { $0["id"]?.text }) } == Set(ids.map(urn)), "\(query)")
    }
    #expect(try texts("id", try stage.body("/eintraege.atom")).count == 7)
    #expect(try texts("id", try stage.body("/eintraege.atom?anzahl=2")).count == 3)
  }

  // http-67, http-69
  @Test func whatIsWithdrawnOrHiddenIsATombstoneAndSaysNothing() throws {
    let stage = try Seed.stage()
    try stage.write(
      "marl", "item.withdrawn", Seed.waste, ["state": "withdrawn", "stateReason": "Doppelt <b>"])
    try stage.write(
      "kreis", "item.annotated", Seed.talk,
      ["kreis/hidden": true, "kreis/hiddenReason": "Werbung"])
    let atom = try stage.body("/eintraege.atom")
    let gone = try texts("deleted-entry", atom)
    // The parser may or may not part names from their prefixes.
    let marked = gone.isEmpty ? try texts("at:deleted-entry", atom) : gone
    #expect(marked.count == 2 && marked.contains { $0.hasPrefix(urn(Seed.waste)) })
    #expect(atom.contains("Doppelt &lt;b&gt;") && atom.contains("Grund: Werbung"))
    let feed = try json(try stage.body("/eintraege.json"))
    #expect(feed["_vesthub"]?["deleted"]?.elements?.count == 2)
    for target in [
      "/eintraege.atom", "/eintraege.json", "/projekte.atom", "/termine.atom", "/export.csv",
      "/export.jsonl", "/kalender.ics", "/sitemap.xml", "/einbetten/projekte", "/katalog.ttl",
      "/einbetten/termine", "/api/v1/changes", "/termine/\(Seed.talk)/kalender.ics",
    ] {
      let body = try stage.body(target)
      #expect(!body.contains("Abfall-App") && !body.contains("Sprechstunde"), "\(target)")
      #expect(!body.contains("Wertstoff"), "\(target)")
    }
    #expect(try stage.get("/projekte/\(Seed.waste)/schema.jsonld").status == 404)
  }

  // http-68
  @Test func whatIsNotReleasedYetIsInNoByte() throws {
    let targets = [
      "/eintraege.atom", "/aktuelles.json", "/export.csv", "/export.jsonl", "/sitemap.xml",
      "/einbetten/aktuelles", "/katalog.ttl", "/katalog.jsonld", "/api/v1/changes",
    ]
    let stage = try Seed.stage()
    let before = try targets.map { try stage.get($0) }
    let secret = ItemID("marl-geheim001")!
    try stage.write(
      "marl", "news.created", secret,
      ["title": "Geheimnis", "released": "2023-09-13T12:01", "fieldsOfAction": ["leben"]])
    for (target, old) in zip(targets, before) {
      let reply = try stage.get(target)
      #expect(!reply.body.contains("Geheim") && !reply.body.contains("geheim"), "\(target)")
      #expect(reply["ETag"] == old["ETag"] && reply.body == old.body, "\(target)")
    }
    #expect(try stage.get("/aktuelles/\(secret)/schema.jsonld").status == 404)
  }

  // http-65
  @Test func aCachedAnswerEndsWhenAnItemAppears() throws {
    let stage = try Seed.stage()
    #expect(try stage.get("/aktuelles.atom")["Cache-Control"] == "public, max-age=60")
    try stage.write(
      "marl", "news.created", ItemID("marl-bald0001")!,
      ["title": "Bald", "released": "2023-09-13T12:01"])
    #expect(try stage.get("/aktuelles.atom")["Cache-Control"] == "public, max-age=60")
    try stage.write(
      "herten", "item.expired", Seed.talk, ["expires": "2023-09-13T10:00:07.500Z"])
    #expect(try stage.get("/termine.json")["Cache-Control"] == "public, max-age=7")
  }

  // http-65
  @Test func anUnchangedOutputIsAnswered304() throws {
    let stage = try Seed.stage()
    for target in ["/eintraege.atom", "/kalender.ics", "/export.csv", "/einbetten/termine"] {
      let tag = try #require(try stage.get(target)["ETag"])
      let again = try stage.get(target, ["If-None-Match": tag])
      #expect(again.status == 304 && again["ETag"] == tag && again.body.isEmpty, "\(target)")
      #expect(try stage.get(target)["Access-Control-Allow-Origin"] == "*")
      try stage.write("marl", "project.revised", Seed.waste, ["cost": .string("über 1 \(target)")])
      try stage.write(
        "kreis", "date.revised", Seed.camp, ["title": .string("BarCamp \(target)")])
      #expect(try stage.get(target)["ETag"] != tag, "\(target)")
    }
  }

  // http-65
  @Test func aKeptOutputIsMadeAnewWhenTheCatalogueHasChanged() throws {
    let stage = try Seed.stage()
    let before = try stage.send("GET", "/eintraege.atom")
    #expect(try stage.send("GET", "/eintraege.atom?ort=unbekannt")["ETag"] != before["ETag"])
    #expect(try stage.send("GET", "/eintraege.atom?x=1")["ETag"] == before["ETag"])
    try stage.write("marl", "project.revised", Seed.waste, ["title": "Neuer Titel"])
    let after = try stage.send("GET", "/eintraege.atom")
    #expect(after.body.contains("Neuer Titel") && !after.body.contains("Abfall-App"))
  }

  // http-66
  @Test func lastModifiedIsWhenTheBytesWereFirstMade() throws {
    let made = MadeOutputs()
    let version = MadeOutputs.Version(position: 1, digest: .zero)
    let later = MadeOutputs.Version(position: 2, digest: .zero)
    let output = OpenOutput(bytes: [1], type: "a/b")
    let moment = Stage.moment
    let first = made.keep("a", output, version, at: moment)
    #expect(first.modified == moment)
    let hour = moment.advanced(milliseconds: 3_600_000)
    #expect(made.current("a", later, at: hour) == nil, "another state of the catalogue")
    #expect(made.keep("a", output, later, at: hour).modified == moment, "the same bytes")
    let other = OpenOutput(bytes: [2], type: "a/b", changesAt: hour)
    #expect(made.keep("a", other, later, at: hour).modified == hour)
    #expect(made.current("a", later, at: hour) == nil, "its moment has come")
    #expect(made.current("b", later, at: hour) == nil)
    #expect(try Seed.stage().get("/kalender.ics")["Last-Modified"] == nil, "within its second")
  }

  // http-64
  @Test func nastyTextsAreTextsInEveryFormat() throws {
    let stage = try Seed.stage()
    try Nasty.write(on: stage)
    let xmlTitle = Nasty.title.unicodeScalars.map {
      $0.value >= 0xFFFE && $0.value <= 0xFFFF ? "\u{FFFD}" : $0
    }
    for target in ["/eintraege.atom", "/sitemap.xml", "/opensearch.xml"] {
      _ = try texts("none", try stage.body(target))
    }
    let titles = try texts("title", try stage.body("/projekte.atom"))
    #expect(titles.contains { $0.unicodeScalars.elementsEqual(xmlTitle) })
    let items = try #require(try json(try stage.body("/eintraege.json"))["items"]?.elements)
    #expect(items.count { $0["title"] == .string(Nasty.title) } == 3)
    for item in items { #expect(item["content_html"]?.text?.contains("<script") == false) }
    for target in ["/einbetten/projekte", "/einbetten/aktuelles", "/einbetten/termine"] {
      let body = try stage.body(target)
      #expect(!body.contains("<script") && !body.contains("<b>&amp;"), "\(target)")
      #expect(body.contains("&lt;b&gt;"), "\(target)")
    }
    for (id, kind) in [
      (Nasty.project, "projekte"), (Nasty.news, "aktuelles"), (Nasty.date, "termine"),
    ] {
      let item = try json(try stage.body("/\(kind)/\(id)/schema.jsonld"))
      #expect((item["name"] ?? item["headline"]) == .string(Nasty.title))
    }
  }

  // http-72
  @Test func anItemIsToldInTheWordsOfSchemaOrg() throws {
    let stage = try Seed.stage()
    let reply = try stage.get("/termine/\(Seed.camp)/schema.jsonld")
    #expect(reply["Content-Type"] == "application/ld+json")
    let camp = try json(reply.body)
    #expect(camp["@type"] == "Event" && camp["startDate"] == "2023-09-26T10:00:00+02:00")
    #expect(camp["location"]?.elements?.first?["address"]?["addressLocality"] == "Herten")
    #expect(camp["eventStatus"] == "https://schema.org/EventScheduled")
    #expect(camp["@id"] == .string("https://vest.example/termine/\(Seed.camp)"))
    let news = try json(try stage.body("/aktuelles/\(Seed.release)/schema.jsonld"))
    #expect(news["@type"] == "NewsArticle" && news["datePublished"] == "2023-09-12")
    let project = try json(try stage.body("/projekte/\(Seed.onleihe)/schema.jsonld"))
    #expect(project["@type"] == "Project" && project["member"]?.elements?.count == 3)
    #expect(try stage.get("/termine/\(Seed.onleihe)/schema.jsonld").status == 404)
    let page = try stage.body("/termine/\(Seed.camp)")
    #expect(page.contains("href=\"/termine/\(Seed.camp)/schema.jsonld\""), "its page leads there")
    #expect(page.contains("href=\"/termine/\(Seed.camp)/kalender.ics\""))
    #expect(!(try stage.body("/projekte").contains("schema.jsonld")))
  }

  // http-73
  @Test func onlyConfiguredSitesMayFrameAnEmbeddedList() throws {
    let stage = try Seed.stage()
    let reply = try stage.get("/einbetten/termine?ort=herten")
    #expect(
      reply["Content-Security-Policy"]?.hasSuffix("; frame-ancestors https://www.herten.de") == true
    )
    #expect(reply.body.contains("Sprechstunde") && !reply.body.contains("BarCamp"))
    #expect(reply.body.contains("href=\"https://vest.example/termine/\(Seed.talk)\""))
    let again = try stage.get(
      "/einbetten/termine?ort=herten", ["If-None-Match": reply["ETag"] ?? ""])
    #expect(again.status == 304)
    #expect(again["Content-Security-Policy"] == reply["Content-Security-Policy"])
    #expect(try stage.get("/einbetten/nichts").status == 404)
    #expect(try stage.get("/")["Content-Security-Policy"]?.hasSuffix("'none'") == true)
    #expect(SecurityHeaders.policy(frameAncestors: []) == SecurityHeaders.policy)
  }

  @Test func searchEnginesAreToldOfEveryPage() throws {
    let stage = try Seed.stage()
    let places = try texts("loc", try stage.body("/sitemap.xml"))
    for path in ["/", "/projekte/\(Seed.waste)", "/staedte/marl", "/felder/klima"] {
      #expect(places.contains("https://vest.example" + path), "\(path)")
    }
    #expect(Set(places).count == places.count)
    #expect(try stage.get("/sitemap/1.xml").status == 200)
    #expect(try stage.get("/sitemap/2.xml").status == 404)
    let robots = try stage.body("/robots.txt")
    #expect(robots.contains("Sitemap: https://vest.example/sitemap.xml\n"))
    #expect(robots.contains("Disallow: /desk\n"))
    #expect(try stage.body("/opensearch.xml").contains("/suche?q={searchTerms}"))
  }
}
