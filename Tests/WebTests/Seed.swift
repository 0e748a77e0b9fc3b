// A small catalogue from public facts of the region; texts are the project's own, people are
// functions.

import Events

@testable import Web

/// Items that tests look for.
struct Seed {
  static let waste = ItemID("marl-abfall01")!  // Valid by construction, as the others.
  static let portal = ItemID("kreis-portal01")!
  static let onleihe = ItemID("gladbeck-onleihe1")!
  static let release = ItemID("kreis-meldung1")!
  static let camp = ItemID("kreis-barcamp1")!
  static let talk = ItemID("herten-abend001")!

  /// A stage with the catalogue on it.
  static func stage(site: String = "marl") throws -> Stage {
    let stage = try Stage(site: site)
    try projects(stage)
    try news(stage)
    try dates(stage)
    return stage
  }

  private static func projects(_ stage: Stage) throws {
    try stage.write(
      "marl", "project.created", waste, at: "2023-06-16T10:00:00.000Z",
      [
        "title": "Abfall-App für das Vest", "summary": "Abfuhrtermine, Wertstoffhöfe, Sperrmüll.",
        "body": """
        Die App erinnert an **Abfuhrtermine** und zeigt den nächsten Wertstoffhof.

        ## Was sie kann
        - Erinnern am Abend vorher
        - Sperrmüll anmelden
        - Volle Behälter melden

        Mehr bei der [Stadt](https://www.marl.de/abfall).
        """,
        "fieldsOfAction": ["klima", "leben"], "keywords": ["Abfall", "App"], "status": "running",
        "period": ["from": "2023-01-01", "to": "2024-12-31"],
        "contact": ["function": "Zentraler Betriebshof", "email": "betriebshof@stadt.example"],
        "link/rat": [
          "kind": "council", "label": "Beschluss des Rates", "url": "https://www.marl.de/rat/1",
        ],
        "licence": "dl-by-de/2.0", "language": "de",
      ])
    try stage.write(
      "gladbeck", "project.created", onleihe, at: "2023-06-17T10:00:00.000Z",
      [
        "title": "Onleihe im Verbund", "summary": "Bücher, Hörbücher und Zeitschriften ausleihen.",
        "fieldsOfAction": ["leben"], "status": "running", "keywords": ["Bücherei"],
        "partners": [["name": "Ein Partner außerhalb", "url": "https://partner.example/"]],
      ])
    for city in ["herten", "marl", "recklinghausen"] {
      try stage.write("gladbeck", "item.invited", onleihe, [FieldName.invited(city): true])
      try stage.write(
        city, "item.joined", onleihe,
        [
          FieldName.participant(city): [
            "status": city == "marl" ? "planned" : "running", "since": "2021-03-01",
            "url": .string("https://www.\(city).de/buecherei"),
          ]
        ])
    }
    try stage.write(
      "kreis", "project.created", portal, at: "2023-07-03T09:00:00.000Z",
      [
        "title": "Serviceportal Emscher-Lippe",
        "summary": "Anträge an Kreis und Städte unter einer Adresse.",
        "fieldsOfAction": ["verwaltung", "wirtschaft"], "status": "planned",
        "funding": "Land Nordrhein-Westfalen",
      ])
  }

  private static func news(_ stage: Stage) throws {
    try stage.write(
      "kreis", "news.created", release, at: "2023-09-12T08:00:00.000Z",
      [
        "title": "BarCamp smartVEST lädt nach Herten ein",
        "subtitle": "Offene Themen, offene Türen auf der Zeche Schlägel & Eisen",
        "summary": "Am 26. September gestalten Gäste das Programm selbst.",
        "body": "Wer eine Frage mitbringt, kann sie zum Thema machen.",
        "released": "2023-09-12", "placeLine": "Kreis Recklinghausen.",
        "fieldsOfAction": ["verwaltung"],
        "pressContact": ["function": "Pressestelle", "email": "presse@kreis.example"],
      ])
  }

  private static func dates(_ stage: Stage) throws {
    try stage.write(
      "kreis", "date.created", camp, at: "2023-09-12T08:10:00.000Z",
      [
        "title": "Open Government BarCamp smartVEST", "summary": "Ein Tag, fünfzehn Runden.",
        "fieldsOfAction": ["verwaltung", "leben"],
        "when": [
          "allDay": false, "start": "2023-09-26T10:00", "end": "2023-09-26T16:00",
          "zone": "Europe/Berlin",
        ],
        "venue": [
          "name": "Schwarzkaue, Zeche Schlägel & Eisen", "street": "Glückauf-Ring 35-37",
          "postcode": "45699", "town": "Herten",
        ],
        "price": ["free": true], "registration": ["url": "https://barcamp.example/"],
        "programme": [["from": "15:00", "title": "Podium"]],
      ])
    try stage.write(
      "herten", "date.created", talk,
      [
        "title": "Digitale Sprechstunde", "fieldsOfAction": ["leben"],
        "when": ["allDay": false, "start": "2023-10-05T17:30", "zone": "Europe/Berlin"],
      ])
  }
}

extension FieldName {
  static func invited(_ site: String) -> String { "invited/\(site)" }
  static func participant(_ site: String) -> String { "participant/\(site)" }
}
