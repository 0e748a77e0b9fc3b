// The public site as scenarios, with what a page says and what it must not say.

import Catalogue
import EventLog
import Events
import HTTP
import Testing

@testable import Web

@Suite struct PageTests {
  @Test func theStartPageShowsFieldsNewsDatesAndCities() throws {
    let page = try Seed.stage().get("/")
    #expect(page.status == 200)
    for text in [
      "Smartes Klima", "BarCamp smartVEST lädt nach Herten ein", "Abfall-App für das Vest",
      "Open Government BarCamp smartVEST", "Stadt Recklinghausen", "Kreis Recklinghausen",
      "Castrop-Rauxel", "Haltern am See",
    ] { #expect(page.body.contains(text), "\(text)") }
    #expect(page.body.contains("<b>Herten</b><small><span class=\"big\">1</span> Projekt</small>"))
  }

  @Test func projectsAreFilteredByTheAddressAlone() throws {
    let stage = try Seed.stage()
    let all = try stage.get("/projekte")
    #expect(all.body.contains("3 Projekte"))
    #expect(all.body.contains("/projekte?ort=herten\">Herten <span class=\"n\">1</span>"))
    let city = try stage.get("/projekte?ort=herten")
    #expect(city.body.contains("Onleihe im Verbund"))
    #expect(!city.body.contains("Abfall-App"))
    let both = try stage.get("/projekte?feld=verwaltung&stand=planned")
    #expect(both.body.contains("Serviceportal") && !both.body.contains("Onleihe im"))
    #expect(both.body.contains("Alle Filter aufheben"))
    #expect(both.body.contains("<a href=\"/projekte?stand=planned\">Smarte Verwaltung"))
    #expect(both.body.contains("<a href=\"/projekte?feld=verwaltung\">In Planung"))
    let none = try stage.get("/projekte?ort=datteln")
    #expect(none.body.contains("Dazu ist nichts eingetragen"))
    #expect(none.body.contains("<a href=\"/projekte\">ohne Datteln</a>"), "a way on")
  }

  // http-5
  @Test func aFilterThatIsNoneIsLeftOut() throws {
    let page = try Seed.stage().get("/projekte?ort=%3Cscript%3E&feld=x&stand=1&seite=-9")
    #expect(page.body.contains("3 Projekte"))
    #expect(!page.body.contains("<script"))
  }

  @Test func aProjectShowsEachParticipantWithItsOwnStatusAndLink() throws {
    let page = try Seed.stage().get("/projekte/\(Seed.onleihe)")
    #expect(page.status == 200)
    for text in [
      "Gladbeck</a> <small>(Federführung)", "href=\"https://www.marl.de/buecherei\"",
      "Stadt Recklinghausen", "seit 01.03.2021", "In Planung", "Ein Partner außerhalb",
      "Beteiligung geändert", "Projekt angelegt",
    ] { #expect(page.body.contains(text), "\(text)") }
  }

  @Test func aProjectShowsTextLinksContactAndLicence() throws {
    let page = try Seed.stage().get("/projekte/\(Seed.waste)")
    for text in [
      "<strong>Abfuhrtermine</strong>", "<li>Sperrmüll anmelden</li>", "Beschluss des Rates",
      "href=\"/projekte?schlagwort=Abfall\">Abfall</a>",
      "mailto:betriebshof@stadt.example", "Datenlizenz Deutschland", "1. Januar 2023",
      "16.06.2023, 12 Uhr",
    ] { #expect(page.body.contains(text), "\(text)") }
    #expect(!page.body.contains("e7") && !page.body.contains(">r2<"), "pseudonyms stay at the desk")
  }

  @Test func newsShowTheDateOfReleaseAndTheCorrection() throws {
    let stage = try Seed.stage()
    try stage.write(
      "kreis", "news.corrected", Seed.release,
      ["correctionNote": "Der Ort war falsch geschrieben.", "placeLine": "Herten."])
    let page = try stage.get("/aktuelles/\(Seed.release)")
    #expect(page.body.contains("12. September 2023"))
    #expect(page.body.contains("<b>Berichtigt:</b> Der Ort war falsch geschrieben."))
    #expect(page.body.contains("Zeche Schlägel &amp; Eisen"))
  }

  @Test func aPostponedAndACancelledDateSaySoInListAndPage() throws {
    let stage = try Seed.stage()
    try stage.write(
      "kreis", "date.postponed", Seed.camp,
      ["schedule": ["state": "postponed", "oldStart": "2023-09-26T10:00"]])
    try stage.write(
      "herten", "date.cancelled", Seed.talk, ["schedule": ["state": "cancelled"]])
    let list = try stage.get("/termine")
    #expect(list.body.contains("badge postponed\">Verschoben"))
    #expect(list.body.contains("<s>Digitale Sprechstunde</s>"))
    let camp = try stage.get("/termine/\(Seed.camp)")
    #expect(camp.body.contains("Dieser Termin ist verschoben."))
    #expect(camp.body.contains("<s>Dienstag, 26. September 2023, 10 bis 16 Uhr</s>"))
    #expect(try stage.get("/termine/\(Seed.talk)").body.contains("Dieser Termin ist abgesagt."))
  }

  @Test func aDateThatTakesPlaceBearsNoWarning() throws {
    let page = try Seed.stage().get("/termine/\(Seed.camp)")
    #expect(page.body.contains("Dienstag, 26. September 2023, 10 bis 16 Uhr"))
    #expect(page.body.contains("45699 Herten") && page.body.contains("Eintritt frei"))
    #expect(!page.body.contains("abgesagt") && !page.body.contains("verschoben"))
  }

  // http-6
  @Test func aWithdrawnItemIsGoneEverywhereAndItsAddressSaysWhy() throws {
    let stage = try Seed.stage()
    try stage.write(
      "marl", "item.withdrawn", Seed.waste,
      ["state": "withdrawn", "stateReason": "Der Vertrag <endet>."])
    let page = try stage.get("/projekte/\(Seed.waste)")
    #expect(page.status == 410)
    #expect(page.body.contains("Der Vertrag &lt;endet&gt;.") && page.body.contains("<b>Marl</b>"))
    #expect(!page.body.contains("Abfall-App") && !page.body.contains("Wertstoffhof"))
    for list in ["/", "/projekte", "/staedte/marl", "/felder/klima", "/suche?q=Abfall"] {
      #expect(try !stage.get(list).body.contains("Abfall-App"), "\(list)")
    }
    try stage.write(
      "marl", "item.restored", Seed.waste, ["state": "published", "stateReason": .null])
    #expect(try stage.get("/projekte/\(Seed.waste)").status == 200)
  }

  // http-6
  @Test func aHiddenItemSaysThatTheKreisHidIt() throws {
    let stage = try Seed.stage()
    try stage.write(
      "kreis", "item.annotated", Seed.waste,
      ["kreis/hidden": true, "kreis/hiddenReason": "Doppelt."])
    let page = try stage.get("/projekte/\(Seed.waste)")
    #expect(page.status == 410)
    #expect(page.body.contains("Kreis Recklinghausen") && page.body.contains("Doppelt."))
  }

  // http-8
  @Test func aMergedItemLeadsToTheOther() throws {
    let stage = try Seed.stage()
    try stage.write(
      "marl", "item.merged", Seed.waste, ["mergedInto": .string(Seed.portal.description)])
    let page = try stage.get("/projekte/\(Seed.waste)")
    #expect(page.status == 308)
    #expect(page["Location"] == "/projekte/\(Seed.portal)")
  }

  // http-8
  @Test func anItemUnderAnotherKindLeadsToItsPage() throws {
    let page = try Seed.stage().get("/aktuelles/\(Seed.waste)")
    #expect(page.status == 308)
    #expect(page["Location"] == "/projekte/\(Seed.waste)")
  }

  @Test func anOpenConflictIsMarkedDiscreetly() throws {
    let stage = try Seed.stage()
    try Conflicts.open(on: stage)
    let page = try stage.get("/projekte/\(Seed.onleihe)")
    #expect(page.body.contains("wird gerade abgestimmt"))
    #expect(!page.body.contains("Fassungen vergleichen"))
    #expect(try stage.get("/projekte").body.contains("wird gerade abgestimmt"))
    #expect(try !stage.get("/projekte/\(Seed.waste)").body.contains("wird gerade abgestimmt"))
  }

  @Test func searchFindsAndMarksWords() throws {
    let stage = try Seed.stage()
    let page = try stage.get("/suche?q=abfall")
    #expect(page.body.contains("1 Treffer") && page.body.contains("<mark>"))
    #expect(!page.body.contains("class=\"chips\""), "the words themselves are no filter")
    let one = try stage.get("/suche?q=abfall&ort=marl")
    #expect(one.body.contains("<a href=\"/suche?q=abfall\">Marl <span"))
    #expect(try stage.get("/suche?q=xyzzy").body.contains("Nichts gefunden"))
    #expect(try stage.get("/suche").status == 200)
    let hostile = try stage.get("/suche?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")
    #expect(hostile.status == 200 && !hostile.body.contains("<script"))
  }

  // http-7
  @Test(arguments: [
    "/nirgends", "/projekte/", "/projekte/marl-unbekannt1", "/projekte/x", "/staedte/bochum",
    "/felder/raumfahrt", "/assets/x/style.css", "/projekte/..%2F..%2Fetc",
  ])
  func whatThereIsNotIsAPageWithStatus404(_ target: String) throws {
    let page = try Seed.stage().get(target)
    #expect(page.status == 404)
    #expect(page.body.contains("Diese Seite gibt es nicht"))
  }

  // http-7
  @Test func anUnknownMethodIsRefusedWithTheKnownOnes() throws {
    let page = try Seed.stage().send("POST", "/projekte")
    #expect(page.status == 405)
    #expect(page["Allow"]?.contains("GET") == true)
    #expect(page["Content-Security-Policy"] != nil)
  }

  // http-2
  @Test(arguments: ["/", "/projekte", "/suche?q=Abfall", "/api/v1/items", "/api/v1/status"])
  func aKnownAnswerIsNotSentAgain(_ target: String) throws {
    let stage = try Seed.stage()
    let first = try stage.get(target)
    let tag = try #require(first["ETag"])
    #expect(first.status == 200 && tag.hasPrefix("\""))
    let second = try stage.get(target, ["If-None-Match": tag])
    #expect(second.status == 304 && second.body.isEmpty && second["ETag"] == tag)
    try stage.write("marl", "project.revised", Seed.waste, ["title": "Abfall-App, neu"])
    #expect(try stage.get(target, ["If-None-Match": tag]).status == 200)
  }

  // http-1
  @Test(arguments: ["/", "/nirgends", "/api/v1/items", "/api/v1/nirgends", "/desk", "/desk/signin"])
  func everyAnswerBearsTheSecurityFields(_ target: String) throws {
    let page = try Seed.stage().get(target)
    let policy = try #require(page["Content-Security-Policy"])
    #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
    #expect(!policy.contains("unsafe"))
    #expect(page["X-Content-Type-Options"] == "nosniff")
    #expect(page["Referrer-Policy"] == "same-origin")
    #expect(page["Set-Cookie"] == nil)
  }

  // http-3
  @Test(arguments: ["/", "/projekte", "/projekte/\(Seed.waste)", "/termine/\(Seed.camp)"])
  func noPageHoldsScriptsStylesOrForeignFiles(_ target: String) throws {
    let body = try Seed.stage().get(target).body
    for text in ["<script", "style=", " on", "<iframe", "src=\"http"] where text != " on" {
      #expect(!body.contains(text), "\(text)")
    }
    #expect(body.contains("<html lang=\"de\">") && body.contains("href=\"#inhalt\""))
  }

  // http-4
  @Test func assetsNameTheirContentAndNeverChange() throws {
    let stage = try Seed.stage()
    for asset in Assets.all {
      let file = try stage.get(asset.path)
      #expect(file.status == 200)
      #expect(file["Cache-Control"] == "public, max-age=31536000, immutable")
      let users = try [
        stage.get("/"), stage.desk("/desk"), stage.desk(stage.begin("/desk/new/news")),
      ]
      #expect(users.contains { $0.body.contains(asset.path) })
    }
    #expect(Assets.style.bytes.count < 19_000)
    #expect(try !stage.get("/").body.contains("<script"), "public pages run nothing")
  }
}

@Suite struct StoredScriptTests {
  static let payloads = [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'><svg/onload=alert(1)>",
    "</title><script>alert(1)</script>", "</textarea><script>alert(1)</script>",
    "javascript:alert(1)", "<a href=\"javascript:alert(1)\">x</a>", "{{7*7}}<b>",
    "[x](javascript:alert(1))", "**<img src=x onerror=alert(1)>**", "&lt;script&gt;&#60;script>",
    "\u{202E}<script>", "<!--<script>", "]]><script>",
  ]

  /// Creates an item of all fields that the catalogue takes with such a text.
  private func write(
    _ stage: Stage, _ kind: ItemKind, _ id: ItemID, _ fields: KeyValuePairs<String, FieldValue>
  ) throws {
    let writes = fields.filter { FieldRules.accept($0.value, in: $0.key, of: kind) }
      .map { EventDraft.Write($0.key, $0.value) }
    #expect(writes.count >= fields.count - 1, "all but a body with a false link are taken")
    try stage.write("marl", "\(kind.rawValue).created", id, writes: writes)
  }

  @Test(arguments: payloads) func noFieldBecomesMarkup(_ payload: String) throws {
    let stage = try Stage()
    let line = FieldValue.string(payload)
    let project = ItemID("marl-xss00001")!  // Valid by construction.
    let news = ItemID("marl-xss00002")!
    let date = ItemID("marl-xss00003")!
    try write(
      stage, .project, project,
      [
        "title": line, "summary": line, "body": line, "keywords": [line], "funding": line,
        "cost": line, "results": line, "partners": [["name": line]],
        "contact": ["function": line, "person": line], "correctionNote": line,
      ])
    try write(
      stage, .news, news,
      [
        "title": line, "subtitle": line, "placeLine": line, "boilerplate": line, "body": line,
        "released": "2023-09-01", "pressContact": ["function": line],
      ])
    try write(
      stage, .date, date,
      [
        "title": line, "organiser": line, "price": ["free": false, "text": line],
        "when": ["allDay": true, "start": "2023-10-01", "zone": "Europe/Berlin"],
        "programme": [["from": "10:00", "title": line]], "venue": ["name": line, "town": line],
      ])
    #expect(try stage.state(project).title == payload, "the log keeps what was written")
    var pages = [
      "/", "/projekte", "/aktuelles", "/termine", "/staedte/marl", "/projekte/\(project)",
      "/aktuelles/\(news)", "/termine/\(date)", "/suche?q=\(Address.encode(payload))",
    ].map { try? stage.get($0).body }
    for item in [project, news, date] {
      pages.append(try stage.desk("/desk/items/\(item)").body)
      pages.append(try stage.desk(try stage.begin("/desk/items/\(item)/edit")).body)
    }
    pages.append(try stage.desk("/desk").body)
    for page in pages {
      let body = try #require(page)
      for mark in ["<script>", "<img", "<svg/", "<!--<", "href=\"javascript", "<b>alert", "]]><s"] {
        #expect(!body.contains(mark), "\(mark)")
      }
    }
  }
}

/// Editors who did not know of each other.
enum Conflicts {
  /// Gladbeck and Herten rename the shared project at the same time.
  static func open(on stage: Stage) throws {
    let seen = try stage.state(Seed.onleihe).screen
    try stage.write(
      "gladbeck", "project.revised", Seed.onleihe, context: seen, ["title": "Onleihe Vest"])
    try stage.write(
      "herten", "project.revised", Seed.onleihe, context: seen, ["title": "Onleihe der Städte"])
  }
}
