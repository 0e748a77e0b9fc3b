// What each field holds: good and bad values, and the verdict that comes back.
// Protocols/catalogue-fields.md.

import Catalogue
import Events
import Testing

@Suite struct Fields {
  /// A value of a field of a kind, as its canonical text.
  struct Row: Sendable, CustomTestStringConvertible {
    let kind: ItemKind
    let field: String
    let text: String

    init(_ kind: ItemKind, _ field: String, _ text: String) {
      self.kind = kind
      self.field = field
      self.text = text
    }

    var testDescription: String { "\(kind) \(field) = \(text.prefix(60))" }

    func value() throws -> FieldValue { try FieldValue(canonical: Array(text.utf8)) }
  }

  static let good: [Row] = [
    Row(.news, "title", #""Kick-off im Dr.-Helene-Kuhlmann-Park""#),
    Row(.news, "title", "\"\(String(repeating: "ä", count: 300))\""),
    Row(.news, "summary", #""""#),
    Row(.news, "summary", "\"\(String(repeating: "x", count: 1_000))\""),
    Row(.news, "body", ###""## Ziele\n\n- **eins**\n- [Link](https://a.example/b)\n""###),
    Row(.news, "fieldsOfAction", #"["klima"]"#),
    Row(.news, "fieldsOfAction", #"["verwaltung","mobilitaet","wirtschaft","leben","klima"]"#),
    Row(.news, "keywords", "[]"),
    Row(.news, "keywords", #"["Pegel","Wasser"]"#),
    Row(.news, "language", #""de""#),
    Row(.news, "link/rat-1", #"{"kind":"council","label":"Beschluss","url":"https://a.example"}"#),
    Row(.news, "contact", #"{"function":"Pressestelle"}"#),
    Row(
      .news, "contact",
      #"{"email":"presse@stadt.example","function":"Presse","person":"Leitung","phone":"0"}"#),
    Row(.news, "licence", #""dl-by-de/2.0""#),
    Row(.news, "source", #"{"id":"4711","importer":"feed"}"#),
    Row(.news, "correctionNote", #""Datum berichtigt""#),
    Row(.news, "stateReason", #""zurückgezogen""#),
    Row(.news, "state", #""withdrawn""#),
    Row(.news, "expires", #""2026-12-31T23:00:00.000Z""#),
    Row(.news, "lead", #""marl""#),
    Row(.news, "invited/marl", "true"),
    Row(.news, "mergedInto", #""herten-aaaaaaaa""#),
    Row(.news, "kreis/hidden", "true"),
    Row(.news, "kreis/topic", #""Digitaltag""#),
    Row(.news, "newField", #"{"anything":[1,2]}"#),
    Row(.project, "status", #""running""#),
    Row(.project, "period", #"{"from":"2024-01-01"}"#),
    Row(.project, "period", #"{"from":"2024-01-01","to":"2024-01-01"}"#),
    Row(.project, "participant/marl", #"{"status":"running"}"#),
    Row(
      .project, "participant/marl",
      #"{"contact":"Bücherei","since":"2024-03-01","status":"done","url":"https://a.example/"}"#),
    Row(.project, "partners", #"[{"name":"krzn"},{"name":"GKD","url":"https://g.example"}]"#),
    Row(.project, "participation", #"{"from":"2024-01-01","kind":"Umfrage"}"#),
    Row(.project, "cost", #""5.000 Euro""#),
    Row(.news, "released", #""2023-09-12""#),
    Row(.news, "released", #""2023-09-12T10:00""#),
    Row(.news, "pressContact", #"{"email":"presse@stadt.example","function":"Presse"}"#),
    Row(
      .date, "when",
      #"{"allDay":false,"end":"2023-09-26T16:00","start":"2023-09-26T10:00","zone":"Europe/Berlin"}"#
    ),
    Row(.date, "when", #"{"allDay":true,"start":"2024-02-29","zone":"Europe/Berlin"}"#),
    Row(.date, "recurrence", #""FREQ=WEEKLY;BYDAY=TH;COUNT=8""#),
    Row(.date, "recurrence", #""FREQ=MONTHLY;INTERVAL=2;BYDAY=-1FR,2MO;UNTIL=20261231""#),
    Row(
      .date, "venue",
      #"{"lat":51600000,"lon":7140000,"name":"Schwarzkaue","postcode":"45699","town":"Herten"}"#),
    Row(.date, "venue", #"{"name":"Rathaus"}"#),
    Row(.date, "onlineLink", #""https://a.example/raum?x=1#y""#),
    Row(.date, "price", #"{"free":true}"#),
    Row(.date, "price", #"{"free":false,"text":"5 Euro"}"#),
    Row(.date, "registration", #"{"deadline":"2023-09-20","url":"https://a.example"}"#),
    Row(.date, "programme", #"[{"from":"10:00","title":"Auftakt","to":"10:45"}]"#),
    Row(.date, "programme", #"[{"from":"15:00","title":"Podium"}]"#),
    Row(.date, "schedule", #"{"oldStart":"2023-09-19T10:00","state":"postponed"}"#),
  ]

  static let bad: [Row] = [
    Row(.news, "title", "null"),
    Row(.news, "title", #""""#),
    Row(.news, "title", #""   ""#),
    Row(.news, "title", #""zwei\nZeilen""#),
    Row(.news, "title", "\"\(String(repeating: "x", count: 301))\""),
    Row(.news, "title", "7"),
    Row(.news, "summary", "\"\(String(repeating: "x", count: 1_001))\""),
    Row(.news, "summary", #""Glocke\u0007""#),
    Row(.news, "body", #""[Link](http://a.example)""#),
    Row(.news, "body", #""[Link](javascript:alert)""#),
    Row(.news, "body", #"["Absatz"]"#),
    Row(.news, "fieldsOfAction", "[]"),
    Row(.news, "fieldsOfAction", #"["klima","klima"]"#),
    Row(.news, "fieldsOfAction", #"["sport"]"#),
    Row(.news, "fieldsOfAction", #""klima""#),
    Row(.news, "keywords", "[\(Array(repeating: "\"x\"", count: 21).joined(separator: ","))]"),
    Row(.news, "keywords", #"[""]"#),
    Row(.news, "language", #""en""#),
    Row(.news, "link/a", #"{"kind":"council","label":"B","url":"http://a.example"}"#),
    Row(.news, "link/a", #"{"kind":"party","label":"B","url":"https://a.example"}"#),
    Row(.news, "link/a", #"{"kind":"council","url":"https://a.example"}"#),
    Row(.news, "link/A", #"{"kind":"council","label":"B","url":"https://a.example"}"#),
    Row(.news, "link/a/b", #"{"kind":"council","label":"B","url":"https://a.example"}"#),
    Row(.news, "contact", #"{"email":"presse@stadt.example"}"#),
    Row(.news, "contact", #"{"fax":"1","function":"Presse"}"#),
    Row(.news, "licence", #""cc0""#),
    Row(.news, "source", #"{"id":"1"}"#),
    Row(.news, "state", #""hidden""#),
    Row(.news, "expires", #""2026-12-31""#),
    Row(.news, "lead", #""nowhere""#),
    Row(.news, "lead", "1"),
    Row(.news, "invited/marl", "false"),
    Row(.news, "mergedInto", #""herten-item0001""#),
    Row(.news, "mergedInto", #""herten""#),
    Row(.news, "status", #""running""#),
    Row(.news, "when", "null"),
    Row(.news, "participation", "null"),
    Row(.project, "status", #""maybe""#),
    Row(.project, "period", #"{"from":"2024-01-02","to":"2024-01-01"}"#),
    Row(.project, "period", #"{"from":"2024-02-30"}"#),
    Row(.project, "partners", #"[{"url":"https://g.example"}]"#),
    Row(.news, "released", #""12.09.2023""#),
    Row(.news, "released", #""2023-09-12T25:00""#),
    Row(.news, "pressContact", #"{"function":"Presse","person":"Name"}"#),
    Row(.date, "when", #"{"allDay":true,"start":"2023-09-26T10:00","zone":"Europe/Berlin"}"#),
    Row(.date, "when", #"{"allDay":false,"start":"2023-09-26","zone":"Europe/Berlin"}"#),
    Row(.date, "when", #"{"allDay":true,"start":"2023-09-26","zone":"UTC"}"#),
    Row(.date, "when", #"{"allDay":true,"start":"2023-09-26"}"#),
    Row(
      .date, "when",
      #"{"allDay":true,"end":"2023-09-25","start":"2023-09-26","zone":"Europe/Berlin"}"#),
    Row(.date, "recurrence", #""FREQ=HOURLY""#),
    Row(.date, "recurrence", #""FREQ=WEE\#u{212a}LY""#),
    Row(.date, "recurrence", #""FREQ=DAILY\#u{37e}COUNT=2""#),
    Row(.date, "recurrence", #""COUNT=8;FREQ=WEEKLY""#),
    Row(.date, "recurrence", #""FREQ=WEEKLY;COUNT=8;UNTIL=20261231""#),
    Row(.date, "recurrence", #""FREQ=WEEKLY;COUNT=0""#),
    Row(.date, "recurrence", #""FREQ=WEEKLY;BYDAY=""#),
    Row(.date, "recurrence", #""FREQ=WEEKLY;UNTIL=20261301""#),
    Row(.date, "recurrence", #""""#),
    Row(.date, "venue", #"{"town":"Herten"}"#),
    Row(.date, "venue", #"{"lat":51600000,"name":"Rathaus"}"#),
    Row(.date, "venue", #"{"lat":91000000,"lon":0,"name":"Rathaus"}"#),
    Row(.date, "venue", #"{"name":"Rathaus","postcode":"4569"}"#),
    Row(.date, "onlineLink", #""http://a.example""#),
    Row(.date, "onlineLink", #""https://""#),
    Row(.date, "onlineLink", #""https://a.example/a b""#),
    Row(.date, "onlineLink", #""https://a.example/\"x""#),
    Row(.date, "price", #"{"free":false}"#),
    Row(.date, "price", #"{"free":true,"text":"5 Euro"}"#),
    Row(.date, "registration", #"{"deadline":"2023-09-20"}"#),
    Row(.date, "programme", #"[{"from":"24:00","title":"Auftakt"}]"#),
    Row(.date, "programme", #"[{"from":"11:00","title":"Auftakt","to":"10:45"}]"#),
    Row(.date, "schedule", #"{"state":"moved"}"#),
  ]

  /// The verdict on an event by which the lead writes the field of its own item.
  func verdict(on row: Row) throws -> Verdict {
    var region = Region()
    let item = sample(herten)
    region.tell(herten, "\(row.kind).created", item, ["title": "A"])
    region.tell(herten, "item.invited", item, ["invited/marl": true])
    let author =
      row.field.hasPrefix("participant/") ? marl : row.field.hasPrefix("kreis/") ? kreis : herten
    var writes = [row.field: try row.value()]
    if row.field == "kreis/hidden" { writes["kreis/hiddenReason"] = "Werbung" }
    return region.tell(author, "item.annotated", item, writes)
  }

  @Test(arguments: good) func aGoodValueIsApplied(_ row: Row) throws {
    #expect(try verdict(on: row) == .applied)
    #expect(FieldRules.accept(try row.value(), in: row.field, of: row.kind))
  }

  @Test(arguments: bad) func aBadValueIsVoid(_ row: Row) throws {
    #expect(try verdict(on: row) == .void(.invalidField))
  }

  @Test(arguments: good.filter { $0.field != "title" })
  func everyFieldButTheTitleCanBeCleared(_ row: Row) throws {
    #expect(FieldRules.accept(.null, in: row.field, of: row.kind))
  }

  @Test(arguments: ItemKind.allCases) func aCreationNeedsATitle(_ kind: ItemKind) {
    var region = Region()
    let item = sample(herten)
    let type = "\(kind).created"
    #expect(region.tell(herten, type, item, ["summary": "x"]) == .void(.invalidField))
    #expect(region.tell(herten, type, item, ["title": .null]) == .void(.invalidField))
    #expect(region.tell(herten, type, item, ["title": "x"]) == .applied)
  }
}
