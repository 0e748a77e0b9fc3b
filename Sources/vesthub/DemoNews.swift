// The news of the demonstration: notices of the Kreis and of every city, one with a correction, one
// withdrawn.

import Events

enum DemoNews {
  static let all: [DemoItem] = pact + region + cities

  /// The way of the digital pact, as public sources tell it.
  static let pact: [DemoItem] = [
    .news(
      "kreistag-digitalpakt", of: "kreis", released: "2022-05-30", basis: .fact,
      title: "Kreistag beschließt den Digitalpakt",
      summary: "Der Kreis und die zehn Städte wollen bei der Digitalisierung gemeinsam vorgehen.",
      body: """
        Der Kreistag hat am 30. Mai 2022 über den Digitalpakt entschieden. Damit steht fest: Der \
        Kreis Recklinghausen und seine zehn Städte gehen das Thema zusammen an.

        Geordnet wird die Arbeit nach fünf Handlungsfeldern, von der smarten Verwaltung bis zum \
        smarten Klima.
        """,
      fields: [
        "fieldsOfAction": ["verwaltung", "mobilitaet", "wirtschaft", "leben", "klima"],
        "keywords": ["Digitalpakt", "Kreistag", "smartVEST"],
        "placeLine": "Kreis Recklinghausen.",
        "pressContact": contact("Pressestelle", "presse@kreis-re.example"),
      ]),
    .news(
      "digitaltag-waltrop", of: "waltrop", released: "2022-06-22", basis: .fact,
      title: "Digitaltag am Freitag in Recklinghausen und Castrop-Rauxel",
      summary: """
        Zum dritten Mal findet der bundesweite Digitaltag statt. Treffpunkte sind das Palais \
        Vest und der Marktplatz.
        """,
      body: """
        Am Freitag, 24. Juni 2022, ist Digitaltag. In der Region gibt es zwei Treffpunkte: das \
        Palais Vest in Recklinghausen und den Marktplatz in Castrop-Rauxel.
        """,
      fields: [
        "fieldsOfAction": ["leben"], "keywords": ["Digitaltag", "SmartVest"],
        "placeLine": "Waltrop.",
        "pressContact": contact("Pressestelle", "presse@waltrop.example"),
      ]),
    .news(
      "barcamp-ankuendigung", of: "kreis", released: "2023-09-12", basis: .fact,
      title: "Open Government BarCamp smartVEST: Wer kommt, bestimmt das Programm",
      summary: """
        Am 26. September 2023 laden Kreis und Castrop-Rauxel in die Schwarzkaue nach Herten ein. \
        Der Eintritt ist frei.
        """,
      body: """
        Ein BarCamp hat kein fertiges Programm. Am Morgen schlagen die Gäste Themen vor, danach \
        verteilen sich alle auf Gespräche von 45 Minuten. Die Leitung haben der Kreis und die \
        Stadt Castrop-Rauxel.

        Das Open Government BarCamp smartVEST beginnt am Dienstag, 26. September 2023, um 10 Uhr \
        in der Schwarzkaue der Zeche Schlägel & Eisen in Herten und endet um 16 Uhr. Um 15 Uhr \
        ist eine Podiumsrunde vorgesehen.

        Die Teilnahme kostet nichts. Die Anmeldung läuft online.
        """,
      fields: [
        "subtitle": "Gespräche auf Augenhöhe über offene Verwaltung",
        "fieldsOfAction": ["verwaltung", "leben"],
        "keywords": ["BarCamp", "Open Government", "smartVEST"],
        "placeLine": "Kreis Recklinghausen.",
        "pressContact": contact("Pressestelle", "presse@kreis-re.example"),
      ]),
    .news(
      "barcamp-rueckblick", of: "kreis", released: "2023-09-28", basis: .subject,
      title: "Rund 80 Gäste: Rückblick auf das BarCamp",
      summary: """
        In zwölf Runden wurde in der Schwarzkaue einen Tag lang über offene Verwaltung \
        gesprochen.
        """,
      body: """
        Etwa 80 Menschen aus Verwaltung, Vereinen und Unternehmen kamen am 26. September in die \
        Schwarzkaue. In Runden zu je 45 Minuten ging es um Beteiligung, offene Daten und die \
        Frage, wie Verwaltung verständlicher wird.

        Viele Runden endeten mit einer Verabredung. Die Mitschriften wurden gesammelt und den \
        Städten zur Verfügung gestellt.

        Zum Abschluss sprach eine Podiumsrunde darüber, was aus einem solchen Tag im Alltag \
        bleiben kann.
        """,
      fields: [
        "fieldsOfAction": ["verwaltung", "leben"],
        "keywords": ["BarCamp", "Open Government", "smartVest"],
        "placeLine": "Herten.",
        "pressContact": contact("Pressestelle", "presse@kreis-re.example"),
        "link/herten": link("other", "Stadt Herten", "https://www.herten.de/"),
      ],
      later: [
        DemoEdit(
          "news.corrected", by: "kreis",
          [
            "summary": """
            In 15 Runden wurde in der Schwarzkaue einen Tag lang über offene Verwaltung \
            gesprochen.
            """,
            "correctionNote": """
            In einer früheren Fassung war von zwölf Gesprächsrunden die Rede. Es waren 15.
            """,
          ])
      ]),
    .news(
      "plattform-online", of: "kreis", released: "2025-02-03", basis: .fact,
      title: "Plattform smartVEST ist online",
      summary: """
        Projekte der Städte nach Handlungsfeldern, dazu Neuigkeiten und Termine: Die gemeinsame \
        Seite ist da.
        """,
      body: """
        Welche Stadt hat schon ein Beteiligungsportal, wo stehen die smarten Mülleimer? Die \
        Plattform smartVEST gibt darauf eine Antwort. Sie stellt die fünf Handlungsfelder vor \
        und zeigt, was in den Städten läuft oder schon fertig ist.

        Die Projekte lassen sich nach Stadt oder Thema filtern. Unter „Aktuelles“ stehen \
        Neuigkeiten und Termine.
        """,
      fields: [
        "fieldsOfAction": ["verwaltung", "mobilitaet", "wirtschaft", "leben", "klima"],
        "keywords": ["smartVEST", "Plattform"],
        "placeLine": "Kreis Recklinghausen.",
        "pressContact": contact("Pressestelle", "presse@kreis-re.example"),
        "link/plattform": link("other", "Plattform smartVEST", "https://smartvest.ruhr/"),
      ],
      later: [.featured]),
  ]

  /// News of the Kreis.
  static let region: [DemoItem] = [
    .news(
      "workshops-rueckblick", of: "kreis", released: "2023-09-04", basis: .subject,
      title: "Ideen aus den Workshops des Sommers",
      summary: """
        Im Juli und August 2023 wurde an den fünf Handlungsfeldern gearbeitet. Eine Auswahl der \
        Ideen.
        """,
      body: """
        Im Juli und August kamen Menschen aus Städten und Kreis zusammen, um an den \
        Handlungsfeldern zu arbeiten. Auf den Tischen lagen am Ende viele Zettel und einige sehr \
        konkrete Vorschläge.

        Häufig genannt wurde der Wunsch, das Gute aus der Nachbarstadt einfach übernehmen zu \
        können, statt es noch einmal zu erfinden.
        """,
      fields: [
        "fieldsOfAction": ["verwaltung", "leben", "klima"],
        "keywords": ["Workshop", "Beteiligung", "Smart Vest"],
        "placeLine": "Kreis Recklinghausen.",
        "pressContact": contact("Pressestelle", "presse@kreis-re.example"),
      ]),
    .news(
      "urban-ki-karten", of: "kreis", released: "2026-10-20T09:00",
      title: "Neue Karten der Versiegelung stehen bereit",
      summary: """
        Die Städte können die automatisch abgeleiteten Karten ab sofort für ihre Planungen \
        nutzen.
        """,
      body: """
        Die Karten zeigen für jede Stadt, welcher Anteil des Bodens versiegelt ist. Sie wurden \
        stichprobenartig geprüft und den Bauämtern übergeben.

        Geplant ist, die Karten künftig nach jeder Befliegung zu erneuern. Dann lässt sich auch \
        ablesen, wo entsiegelt wurde.
        """,
      fields: [
        "fieldsOfAction": ["klima", "verwaltung"],
        "keywords": ["Urban.KI", "Versiegelung", "Geodaten"],
        "placeLine": "Kreis Recklinghausen.",
        "pressContact": contact("Pressestelle", "presse@kreis-re.example"),
      ]),
    .news(
      "digitalpreis", of: "kreis", released: "2026-11-16",
      title: "Schulklassen entwerfen die Stadt von morgen",
      summary: """
        Beim Wettbewerb smartVEST macht Schule können sich Klassen bis Ende Januar anmelden.
        """,
      body: """
        Wie soll die eigene Stadt in zehn Jahren sein? Klassen ab Jahrgang 7 reichen ein Modell, \
        einen Film oder ein Programm ein. Eine Jury aus Schülervertretungen wählt die drei \
        Beiträge aus, die im Kreishaus gezeigt werden.
        """,
      fields: [
        "fieldsOfAction": ["leben"], "keywords": ["Schule", "Wettbewerb", "smartVEST"],
        "placeLine": "Kreis Recklinghausen.",
        "pressContact": contact("Pressestelle", "presse@kreis-re.example"),
        "expires": "2027-02-28T23:00:00.000Z",
      ]),
    .news(
      "stoerung-serviceportal", of: "kreis", released: "2026-11-09T07:30",
      title: "Störung im Serviceportal behoben",
      summary: "Am Montagmorgen waren einzelne Online-Dienste nicht erreichbar.",
      body: """
        Zwischen 6 und 7 Uhr konnten sich Nutzerinnen und Nutzer nicht anmelden. Die Ursache ist \
        behoben. Bereits begonnene Anträge sind erhalten geblieben.
        """,
      fields: [
        "fieldsOfAction": ["verwaltung"], "keywords": ["Serviceportal", "Störung"],
        "placeLine": "Kreis Recklinghausen.",
        "pressContact": contact("Pressestelle", "presse@kreis-re.example"),
      ],
      later: [
        .withdrawn(
          by: "kreis", because: "Die Meldung ist überholt; die Dienste laufen ohne Einschränkung.")
      ]),
  ]

  /// At least one notice of every city.
  static let cities: [DemoItem] = [
    .news(
      "beteiligung-stadtgarten", of: "castrop-rauxel", released: "2026-11-02",
      title: "Stadtgarten: Jetzt mitplanen",
      summary: """
        Bis zum 18. Dezember können alle ihre Wünsche für den Stadtgarten auf einer Karte \
        eintragen.
        """,
      body: """
        Mehr Schatten, ein Wasserspielplatz oder einfach nur bessere Bänke? Auf dem \
        Beteiligungsportal ist die Karte für den Stadtgarten freigeschaltet. Jeder Eintrag kann \
        von anderen kommentiert werden.

        Im Januar werden die Ergebnisse vorgestellt. Danach entsteht der Entwurf.
        """,
      fields: [
        "fieldsOfAction": ["leben", "klima"], "keywords": ["Beteiligung", "Grünfläche"],
        "placeLine": "Castrop-Rauxel.",
        "pressContact": contact("Pressestelle", "presse@castrop-rauxel.example"),
        "link/umfrage": link(
          "survey", "Zur Karte", "https://www.castrop-rauxel.example/stadtgarten"),
      ]),
    .news(
      "termine-ausweitung", of: "datteln", released: "2026-10-12",
      title: "Online-Termine jetzt auch für die Bauberatung",
      summary: "Die Bauberatung lässt sich ab sofort im Netz buchen.",
      body: """
        Wer um- oder anbauen will, findet die freien Zeiten der Bauberatung jetzt im \
        Terminkalender der Stadt. Für einfache Fragen bleibt die offene Sprechstunde am \
        Donnerstag.
        """,
      fields: [
        "fieldsOfAction": ["verwaltung"], "keywords": ["Termine", "Bauen"], "placeLine": "Datteln.",
        "pressContact": contact("Pressestelle", "presse@datteln.example"),
      ]),
    .news(
      "klimamessnetz-patenschaft", of: "dorsten", released: "2026-11-05",
      title: "Schulen übernehmen Patenschaften für Messstationen",
      summary: "Acht Schulen betreuen künftig je eine Station des Klimamessnetzes.",
      body: """
        Die Klassen kontrollieren ihre Station, lesen die Werte aus und vergleichen sie mit \
        anderen Ortsteilen. Im Frühjahr stellen sie ihre Ergebnisse im Rathaus vor.
        """,
      fields: [
        "fieldsOfAction": ["klima", "leben"], "keywords": ["Klima", "Schule", "Sensoren"],
        "placeLine": "Dorsten.",
        "pressContact": contact("Pressestelle", "presse@dorsten.example"),
      ]),
    .news(
      "giesspaten", of: "gladbeck", released: "2026-09-14",
      title: "Gießpaten für junge Bäume gesucht",
      summary: "Der Sensor meldet Durst, die Nachbarschaft bringt die Kanne.",
      body: """
        Für vierzig Bäume gibt es schon Patinnen und Paten. Wer mitmachen möchte, wählt auf der \
        Karte einen Baum aus und bekommt eine Nachricht, sobald der Boden zu trocken wird. \
        Wassersäcke stellt die Stadt.
        """,
      fields: [
        "fieldsOfAction": ["klima", "leben"], "keywords": ["Bäume", "Ehrenamt"],
        "placeLine": "Gladbeck.",
        "pressContact": contact("Pressestelle", "presse@gladbeck.example"),
      ]),
    .news(
      "parken-am-see", of: "haltern-am-see", released: "2026-10-01",
      title: "Erste Saison mit Parkleitsystem: weniger Suchverkehr am Ufer",
      summary: "Die Stadt zieht nach dem Sommer Bilanz und will die Anzeige ausbauen.",
      body: """
        An den Wochenenden mit schönem Wetter verteilten sich die Autos besser auf die \
        Parkplätze am Stadtrand. Anwohnerinnen und Anwohner berichten von ruhigeren Straßen.

        Im nächsten Jahr soll die Anzeige auch die Auslastung der Busse nennen.
        """,
      fields: [
        "fieldsOfAction": ["mobilitaet", "klima"], "keywords": ["Parken", "Verkehr"],
        "placeLine": "Haltern am See.",
        "pressContact": contact("Pressestelle", "presse@haltern-am-see.example"),
      ]),
    .news(
      "abfall-app-sperrmuell", of: "herten", released: "2026-11-18",
      title: "Sperrmüll jetzt in der Abfall-App anmelden",
      summary: """
        Ein Foto genügt: Die App erkennt, was abgeholt werden darf, und schlägt einen Termin \
        vor.
        """,
      body: """
        Die Anmeldung dauert zwei Minuten. Wer keine App nutzt, meldet den Sperrmüll weiterhin \
        telefonisch an. Beide Wege führen zum selben Kalender.
        """,
      fields: [
        "fieldsOfAction": ["leben", "klima"], "keywords": ["Abfall", "Müll", "App"],
        "placeLine": "Herten.",
        "pressContact": contact("Pressestelle", "presse@herten.example"),
        "link/stadt": link("other", "Stadt Herten", "https://www.herten.de/"),
      ]),
    .news(
      "radzaehler-million", of: "marl", released: "2026-08-24",
      title: "Millionstes Rad gezählt",
      summary: "Zwei Jahre nach dem Start der Zählstellen liegt ein Datenschatz vor.",
      body: """
        Die Zahlen zeigen deutlich, welche Wege zum Pendeln genutzt werden. Sie fließen in die \
        Planung des Winterdienstes ein.
        """,
      fields: [
        "fieldsOfAction": ["mobilitaet"], "keywords": ["Radverkehr", "Open Data"],
        "placeLine": "Marl.", "pressContact": contact("Pressestelle", "presse@marl.example"),
      ]),
    .news(
      "lotsen-geburtstag", of: "oer-erkenschwick", released: "2026-11-11",
      title: "Drei Jahre Digital-Lotsen",
      summary: "Aus vier Ehrenamtlichen wurden achtzehn. Neue Lotsen sind willkommen.",
      body: """
        Geduld ist wichtiger als Technikwissen, sagen die Lotsen. Im Januar beginnt eine neue \
        Schulung mit drei Abenden. Wer mitmachen will, meldet sich im Seniorenbüro.
        """,
      fields: [
        "fieldsOfAction": ["leben"], "keywords": ["Senioren", "Ehrenamt"],
        "placeLine": "Oer-Erkenschwick.",
        "pressContact": contact("Pressestelle", "presse@oer-erkenschwick.example"),
      ]),
    .news(
      "maengelmelder-bilanz", of: "recklinghausen", released: "2026-10-27",
      title: "Mängelmelder: Die meisten Hinweise betreffen das Licht",
      summary: "Stadt Recklinghausen wertet die Meldungen eines Jahres aus.",
      body: """
        An der Spitze stehen defekte Laternen, gefolgt von wildem Müll und Schäden an Radwegen. \
        Drei von vier Meldungen waren nach zwei Wochen erledigt.
        """,
      fields: [
        "fieldsOfAction": ["leben", "verwaltung"], "keywords": ["Mängel", "Bürgerservice"],
        "placeLine": "Recklinghausen.",
        "pressContact": contact("Pressestelle", "presse@recklinghausen.example"),
        "link/stadt": link("other", "Stadt Recklinghausen", "https://www.recklinghausen.de/"),
      ]),
    .news(
      "e-akte-bauamt", of: "waltrop", released: "2026-07-06",
      title: "Bauamt arbeitet ohne Papier",
      summary: "Als erstes Amt hat das Bauamt vollständig auf die elektronische Akte umgestellt.",
      body: """
        Neue Vorgänge werden nur noch elektronisch geführt. Ältere Akten bleiben im Keller, bis \
        sie gebraucht werden, und werden erst dann gescannt.
        """,
      fields: [
        "fieldsOfAction": ["verwaltung"], "keywords": ["E-Akte", "Bauen"], "placeLine": "Waltrop.",
        "pressContact": contact("Pressestelle", "presse@waltrop.example"),
      ]),
    .news(
      "leerstand-aufruf", of: "marl", released: "2026-11-23T10:00",
      title: "Ideen für leere Läden gesucht",
      summary: "Vor dem Start des Leerstandsmelders sammelt die Stadt Vorschläge.",
      body: """
        Ein Atelier, eine Leihbar, ein Laden auf Zeit: Die Wirtschaftsförderung nimmt bis Ende \
        Januar Vorschläge entgegen. Die besten bekommen für drei Monate ein Lokal zur Probe.
        """,
      fields: [
        "fieldsOfAction": ["wirtschaft"], "keywords": ["Handel", "Innenstadt"],
        "placeLine": "Marl.", "pressContact": contact("Pressestelle", "presse@marl.example"),
      ]),
  ]
}
