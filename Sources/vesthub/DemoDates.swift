// The dates of the demonstration: past and coming ones, a series, one postponed, one rescheduled,
// one cancelled, one withdrawn, and the BarCamp as two publishers told it.

import Events

enum DemoDates {
  static let all: [DemoItem] = past + region + cities

  static let past: [DemoItem] = [
    .date(
      "digitaltag-2022", of: "kreis", when: days("2022-06-24", to: "2022-06-24"), basis: .fact,
      title: "Dritter Digitaltag",
      summary: """
        Zwei Treffpunkte in der Region: das Palais Vest in Recklinghausen und der Marktplatz in \
        Castrop-Rauxel.
        """,
      body: """
        Der Digitaltag ist ein bundesweiter Aktionstag. Am 24. Juni 2022 fand er zum dritten Mal \
        statt, in der Region mit zwei Treffpunkten: dem Palais Vest und dem Marktplatz in \
        Castrop-Rauxel.
        """,
      fields: [
        "fieldsOfAction": ["leben"], "keywords": ["Digitaltag", "Smart Vest"],
        "venue": venue("Palais Vest", "45657", "Recklinghausen"),
        "organiser": "Kreis Recklinghausen und Städte",
      ]),
    .date(
      "auftakt-2023", of: "kreis", when: days("2023-06-16", to: "2023-06-16"), basis: .fact,
      title: "Öffentlicher Auftakt von smartVEST",
      summary: "Der Auftakt im Dr.-Helene-Kuhlmann-Park.",
      body: """
        Am 16. Juni 2023 begann smartVEST öffentlich: mit einem Auftakt im \
        Dr.-Helene-Kuhlmann-Park. Auf ihn folgten im Juli und August die Workshops.
        """,
      fields: [
        "fieldsOfAction": ["verwaltung", "mobilitaet", "wirtschaft", "leben", "klima"],
        "keywords": ["Auftakt", "smartVEST"],
        "venue": ["name": "Dr.-Helene-Kuhlmann-Park"],
        "organiser": "Kreis Recklinghausen",
      ]),
    .date(
      "workshops-2023", of: "kreis", when: days("2023-07-01", to: "2023-08-31"), basis: .fact,
      title: "Workshops zu smartVEST",
      summary: "Workshops im Juli und August 2023.",
      body: """
        Im Juli und August 2023 wurde in Workshops weitergearbeitet. Die einzelnen Tage sind \
        hier nicht aufgeführt; angegeben ist der ganze Zeitraum.
        """,
      fields: [
        "fieldsOfAction": ["verwaltung", "mobilitaet", "wirtschaft", "leben", "klima"],
        "keywords": ["Workshop", "smartVEST"], "organiser": "Kreis Recklinghausen",
      ]),
    .date(
      "barcamp-2023", of: "kreis", when: day("2023-09-26", from: "10:00", to: "16:00"),
      basis: .fact,
      title: "Open Government BarCamp smartVEST",
      summary: """
        Ein Tag ohne festes Programm: 15 Gesprächsrunden zu je 45 Minuten in der Schwarzkaue in \
        Herten.
        """,
      body: """
        Kreis und Stadt Castrop-Rauxel laden ein, über offene Verwaltung zu sprechen. Die Themen \
        kommen von den Gästen.

        ## Was ist ein BarCamp?

        Am Morgen schlagen alle vor, worüber sie reden möchten. Danach wird der Tag in Runden \
        von 45 Minuten aufgeteilt, und jeder geht dorthin, wo er etwas lernen oder beitragen \
        kann. Um 15 Uhr folgt eine Podiumsrunde.
        """,
      fields: [
        "fieldsOfAction": ["verwaltung", "leben"],
        "keywords": ["BarCamp", "Open Government", "smartVEST"],
        "venue": [
          "name": "Schwarzkaue, Zeche Schlägel & Eisen", "postcode": "45699",
          "street": "Glückauf-Ring 35-37", "town": "Herten",
        ],
        "price": ["free": true], "organiser": "Kreis Recklinghausen und Stadt Castrop-Rauxel",
        "programme": [
          ["from": "10:00", "title": "Beginn"], ["from": "15:00", "title": "Podium"],
        ],
      ]),
    .date(
      "barcamp-2023-castrop", of: "castrop-rauxel",
      when: day("2023-09-26", from: "10:00", to: "16:00"), basis: .fact,
      title: "BarCamp SmartVest in der Schwarzkaue",
      summary: "Kostenloses BarCamp zu Open Government in Herten.",
      body: """
        Castrop-Rauxel gestaltet das BarCamp gemeinsam mit dem Kreis. Es findet in Herten statt, \
        auf der Zeche Schlägel & Eisen. Wer mitreden möchte, meldet sich online an.
        """,
      fields: [
        "fieldsOfAction": ["verwaltung"], "keywords": ["BarCamp", "SmartVest"],
        "venue": [
          "name": "Zeche Schlägel & Eisen", "postcode": "45699", "street": "Glückauf-Ring 35-37",
          "town": "Herten",
        ],
        "price": ["free": true], "organiser": "Stadt Castrop-Rauxel",
      ]),
    .date(
      "bauberatung-infoabend", of: "datteln",
      when: day("2026-10-15", from: "18:00", to: "19:30"),
      title: "Infoabend: Bauberatung online buchen",
      summary: "Wie der neue Terminkalender funktioniert, gezeigt am großen Bildschirm.",
      body: """
        Die Bauberatung stellt den Terminkalender vor und beantwortet Fragen. Wer mag, bucht \
        noch am Abend.
        """,
      fields: [
        "fieldsOfAction": ["verwaltung"], "keywords": ["Termine", "Bauen"],
        "venue": venue("Rathaus, Sitzungssaal", "45711", "Datteln"), "price": ["free": true],
        "organiser": "Stadt Datteln",
      ]),
  ]

  /// Coming dates of the Kreis.
  static let region: [DemoItem] = [
    .date(
      "smartvest-forum", of: "kreis", when: day("2027-03-10", from: "09:30", to: "15:30"),
      title: "smartVEST-Forum 2027",
      summary: "Elf Verwaltungen zeigen, was sie voneinander übernommen haben.",
      body: """
        Jede Stadt bringt ein Vorhaben mit, das sie weitergeben will, und eines, bei dem sie \
        Hilfe sucht. Zwischen den Vorträgen ist viel Zeit zum Reden.

        Das Forum ist öffentlich. Für Menschen, die nicht kommen können, gibt es eine \
        Übertragung mit Untertiteln.
        """,
      fields: [
        "fieldsOfAction": ["verwaltung", "mobilitaet", "wirtschaft", "leben", "klima"],
        "keywords": ["Forum", "smartVEST", "Zusammenarbeit"],
        "venue": venue("Kreishaus", "45657", "Recklinghausen"), "price": ["free": true],
        "onlineLink": "https://www.kreis-re.example/forum-live",
        "registration": [
          "deadline": "2027-03-01", "url": "https://www.kreis-re.example/forum",
        ],
        "organiser": "Kreis Recklinghausen",
        "programme": [
          ["from": "09:30", "title": "Ankommen", "to": "10:00"],
          ["from": "10:00", "title": "Elf mal fünf Minuten", "to": "11:30"],
          ["from": "11:45", "title": "Tischgespräche", "to": "13:00"],
          ["from": "14:00", "title": "Was nehmen wir mit?", "to": "15:30"],
        ],
        "contact": contact("Stabsstelle Digitalisierung", "digitalisierung@kreis-re.example"),
      ],
      later: [.featured]),
    .date(
      "schulwettbewerb-frist", of: "kreis", when: days("2027-01-31", to: "2027-01-31"),
      title: "Anmeldeschluss: smartVEST macht Schule",
      summary: "Bis heute können sich Klassen für den Wettbewerb anmelden.",
      body: """
        Für die Anmeldung genügen der Name der Schule, die Klasse und ein Satz zur Idee. Das \
        fertige Werk wird erst im April abgegeben.
        """,
      fields: [
        "fieldsOfAction": ["leben"], "keywords": ["Schule", "Wettbewerb", "smartVest"],
        "registration": ["url": "https://www.kreis-re.example/wettbewerb"],
        "organiser": "Kreis Recklinghausen",
      ]),
    .date(
      "geodaten-sprechstunde", of: "kreis", when: day("2026-12-08", from: "14:00", to: "15:00"),
      title: "Geodaten-Sprechstunde",
      summary: "Jeden zweiten Dienstag im Monat: Fragen zu Karten, Luftbildern und offenen Daten.",
      body: """
        Die Sprechstunde findet als Videokonferenz statt. Eine Anmeldung ist nicht nötig.
        """,
      fields: [
        "fieldsOfAction": ["verwaltung", "klima"], "keywords": ["Geodaten", "Open Data"],
        "recurrence": "FREQ=MONTHLY;BYDAY=2TU;COUNT=4",
        "onlineLink": "https://www.kreis-re.example/geodaten-sprechstunde",
        "price": ["free": true], "organiser": "Fachdienst Kataster und Geoinformation",
      ]),
  ]

  /// Coming dates of the cities.
  static let cities: [DemoItem] = [
    .date(
      "stadtgarten-ergebnisse", of: "castrop-rauxel",
      when: day("2027-01-20", from: "18:00", to: "20:00"),
      title: "Stadtgarten: Ergebnisse der Beteiligung",
      summary: "Was wurde gewünscht, was ist möglich? Vorstellung und Gespräch.",
      body: """
        Die Stadt stellt die Einträge aus der Karte vor und sagt offen, was davon umgesetzt \
        werden kann. Danach ist Zeit für Fragen an Tischen.

        Der Saal ist stufenlos erreichbar, eine Höranlage ist vorhanden.
        """,
      fields: [
        "fieldsOfAction": ["leben", "klima"], "keywords": ["Beteiligung", "Grünfläche"],
        "venue": venue("Rathaus, Ratssaal", "44575", "Castrop-Rauxel"), "price": ["free": true],
        "organiser": "Stadt Castrop-Rauxel",
      ]),
    .date(
      "ki-werkstatt-abend", of: "castrop-rauxel",
      when: day("2026-12-03", from: "18:30", to: "21:00"),
      title: "KI-Werkstatt: Angebote schreiben",
      summary: "Der dritte Abend der Werkstatt für kleine Betriebe.",
      body: """
        Bitte ein eigenes Angebot als Beispiel mitbringen, ohne Namen und Preise. Geräte sind \
        vorhanden.
        """,
      fields: [
        "fieldsOfAction": ["wirtschaft"], "keywords": ["KI", "Handwerk"],
        "venue": venue("Gründerzentrum", "44575", "Castrop-Rauxel"),
        "price": ["free": false, "text": "5 Euro für Getränke und Brote"],
        "registration": [
          "deadline": "2026-12-01", "url": "https://www.castrop-rauxel.example/ki-werkstatt",
        ],
        "organiser": "Wirtschaftsförderung",
      ]),
    .date(
      "lotsen-sprechstunde", of: "oer-erkenschwick",
      when: day("2027-01-14", from: "10:00", to: "12:00"),
      title: "Sprechstunde der Digital-Lotsen",
      summary: "Jeden Donnerstag, acht Wochen lang: Hilfe mit Telefon, Tablet und Online-Antrag.",
      body: """
        Einfach vorbeikommen und das eigene Gerät mitbringen. Es gibt Kaffee und keine dummen \
        Fragen.
        """,
      fields: [
        "fieldsOfAction": ["leben"], "keywords": ["Senioren", "Digitale Teilhabe"],
        "recurrence": "FREQ=WEEKLY;BYDAY=TH;COUNT=8",
        "venue": venue("Nachbarschaftstreff", "45739", "Oer-Erkenschwick"), "price": ["free": true],
        "organiser": "Seniorenbüro",
      ]),
    .date(
      "klimawerkstatt", of: "dorsten", when: day("2026-12-10", from: "17:00", to: "19:00"),
      title: "Klimawerkstatt: Messwerte lesen",
      summary: "Was die Stationen des Messnetzes über den eigenen Ortsteil verraten.",
      body: """
        Nach einer kurzen Einführung werten alle Gäste die Daten ihres Ortsteils selbst aus. Ein \
        Gerät mit Browser genügt.
        """,
      fields: [
        "fieldsOfAction": ["klima"], "keywords": ["Klima", "Sensoren", "Open Data"],
        "venue": venue("Stadtbibliothek", "46282", "Dorsten"), "price": ["free": true],
        "organiser": "Umwelt und Klima",
      ],
      later: [
        DemoEdit(
          "date.postponed", by: "dorsten",
          [
            "schedule": ["oldStart": "2026-12-10T17:00", "state": "postponed"],
            "summary": "Die Klimawerkstatt ist verschoben. Der neue Tag wird hier bekannt gegeben.",
          ])
      ]),
    .date(
      "baumpaten-treffen", of: "gladbeck", when: day("2027-02-16", from: "17:30", to: "19:00"),
      title: "Treffen der Gießpaten",
      summary: "Rückblick auf den Sommer und neue Bäume für das Frühjahr.",
      body: """
        Wer im Sommer gegossen hat, erzählt. Danach werden die Patenschaften für das Frühjahr \
        verteilt.
        """,
      fields: [
        "fieldsOfAction": ["klima", "leben"], "keywords": ["Bäume", "Ehrenamt"],
        "venue": venue("Rathaus, Saal 1", "45964", "Gladbeck"), "price": ["free": true],
        "organiser": "Grünflächen",
      ],
      later: [
        DemoEdit(
          "date.rescheduled", by: "gladbeck",
          [
            "when": day("2027-02-18", from: "17:30", to: "19:00"),
            "schedule": ["oldStart": "2027-02-16T17:30", "state": "rescheduled"],
            "body": .string(
              "Das Treffen findet zwei Tage später statt, weil der Saal am Dienstag belegt ist."
                + DemoItem.Basis.sample.note),
          ])
      ]),
    .date(
      "seegespraech", of: "haltern-am-see", when: day("2027-03-18", from: "19:00", to: "21:00"),
      title: "Seegespräch: Wohin mit den Autos?",
      summary: "Ergebnisse der ersten Saison mit Parkleitsystem und Pläne für die zweite.",
      body: """
        Verwaltung, Anlieger und Gastronomie sprechen über die Erfahrungen des Sommers. Fragen \
        können vorab eingereicht werden.
        """,
      fields: [
        "fieldsOfAction": ["mobilitaet", "klima"], "keywords": ["Parken", "Verkehr"],
        "venue": venue("Altes Rathaus", "45721", "Haltern am See"), "price": ["free": true],
        "organiser": "Stadt Haltern am See",
      ]),
    .date(
      "zechenrundgang", of: "herten", when: day("2027-03-13", from: "11:00", to: "13:00"),
      title: "Geführter Rundgang mit dem Telefon",
      summary: "Gemeinsam zu den zwölf Stationen auf dem Zechengelände.",
      body: """
        Geräte und Kopfhörer können geliehen werden. Der Weg ist stufenlos und dauert etwa zwei \
        Stunden.
        """,
      fields: [
        "fieldsOfAction": ["leben"], "keywords": ["Kultur", "Bergbau"],
        "venue": [
          "name": "Zeche Schlägel & Eisen", "postcode": "45699", "street": "Glückauf-Ring 35-37",
          "town": "Herten",
        ],
        "price": ["free": false, "text": "3 Euro, Kinder frei"], "organiser": "Kulturbüro",
      ]),
    .date(
      "leerstand-rundgang", of: "marl", when: day("2027-01-28", from: "16:00", to: "18:00"),
      title: "Rundgang zu leeren Läden",
      summary: "Acht Ladenlokale von innen ansehen und Ideen entwickeln.",
      body: """
        Der Rundgang beginnt in der Fußgängerzone und endet bei einem Kaffee. Eigentümerinnen \
        und Eigentümer sind dabei.
        """,
      fields: [
        "fieldsOfAction": ["wirtschaft", "leben"], "keywords": ["Handel", "Innenstadt"],
        "venue": venue("Fußgängerzone", "45768", "Marl"), "price": ["free": true],
        "organiser": "Wirtschaftsförderung",
      ],
      later: [
        DemoEdit(
          "date.cancelled", by: "marl",
          [
            "schedule": ["oldStart": "2027-01-28T16:00", "state": "cancelled"],
            "summary": """
            Der Rundgang fällt aus. Die Ladenlokale sind stattdessen als Bilder zu sehen.
            """,
          ])
      ]),
    .date(
      "mobilitaetstag", of: "recklinghausen", when: day("2027-03-20", from: "10:00", to: "16:00"),
      title: "Mobilitätstag an der Station",
      summary: "Leihräder, Lastenräder und geteilte Autos ausprobieren.",
      body: """
        Die Mobilstation am Bahnhof stellt sich vor. Wer möchte, lässt sich die Anzeige erklären \
        oder dreht eine Runde auf dem Lastenrad.

        Für Kinder gibt es einen Parcours mit kleinen Ampeln.
        """,
      fields: [
        "fieldsOfAction": ["mobilitaet"], "keywords": ["Leihrad", "ÖPNV"],
        "venue": venue("Mobilstation am Hauptbahnhof", "45657", "Recklinghausen"),
        "price": ["free": true], "organiser": "Stadt Recklinghausen",
      ]),
    .date(
      "vereinsabend", of: "waltrop", when: day("2027-02-04", from: "19:00", to: "20:30"),
      title: "Vereinsabend: Das eigene Profil pflegen",
      summary: "Schritt für Schritt zum Eintrag im Vereinsportal.",
      body: """
        Bitte Logo und zwei Bilder mitbringen. Für die Bilder wird die Einwilligung der \
        abgebildeten Personen gebraucht; ein Muster liegt bereit.
        """,
      fields: [
        "fieldsOfAction": ["leben"], "keywords": ["Vereine", "Ehrenamt"],
        "venue": venue("Stadthalle", "45731", "Waltrop"), "price": ["free": true],
        "organiser": "Sport und Kultur",
      ]),
    .date(
      "jugendforum", of: "datteln", when: day("2027-02-25", from: "16:00", to: "18:00"),
      title: "Jugendforum zur Jugend-App",
      summary: "Jugendliche reden mit über die App.",
      body: """
        Das Forum war zur Vorbereitung der Jugend-App gedacht.
        """,
      fields: [
        "fieldsOfAction": ["leben"], "keywords": ["Jugend", "App"],
        "venue": venue("Jugendzentrum", "45711", "Datteln"), "price": ["free": true],
        "organiser": "Jugendbüro",
      ],
      later: [
        .withdrawn(
          by: "datteln", because: "Die Jugend-App wird nicht als eigenes Projekt verfolgt.")
      ]),
  ]
}
