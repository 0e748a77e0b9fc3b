// The projects of the demonstration, first part: those that the region is known for, and those of
// the administrations themselves.

import Events

enum DemoProjects {
  static let all: [DemoItem] = shared + administration + mobility + economy + life + climate

  static let shared: [DemoItem] = [
    .project(
      "abfall-app", of: "herten", basis: .subject, title: "Abfall-App",
      summary: """
        Alle Abholtermine auf dem Telefon, mit Erinnerung am Vorabend und einer Suche, in welche \
        Tonne etwas gehört.
        """,
      body: """
        Wann wird das Altpapier geholt, und wohin mit der alten Pfanne? Die Abfall-App \
        beantwortet beides. Wer einmal seine Straße eingibt, sieht die Termine für alle Tonnen \
        und bekommt auf Wunsch am Abend vorher eine Erinnerung.

        Verschiebt sich eine Abfuhr wegen eines Feiertags, steht der neue Termin sofort in der \
        App. Das spart den gedruckten Kalender und viele Anrufe im Bürgerbüro.

        ## Was die App kann

        - Termine für Restmüll, Bioabfall, Altpapier und gelbe Tonne
        - Anmeldung von Sperrmüll
        - Öffnungszeiten des Wertstoffhofs
        - Meldung wilder Müllkippen mit Foto und Standort

        Die beteiligten Städte pflegen ihre Termine selbst und teilen sich den Betrieb.
        """,
      fields: [
        "status": "running", "fieldsOfAction": ["leben", "klima"],
        "keywords": ["Abfall", "Müll", "App", "Bürgerservice"],
        "period": ["from": "2022-03-01"],
        "contact": contact("Betriebshof, Abfallberatung", "abfallberatung@herten.example"),
        "link/stadt": link("other", "Stadt Herten", "https://www.herten.de/"),
        "results": "Die gedruckten Abfuhrkalender werden nur noch auf Nachfrage verschickt.",
      ],
      joined: [
        "datteln": ["status": "running", "since": "2023-01-01"],
        "marl": ["status": "running", "url": "https://www.marl.example/abfall-app"],
        "waltrop": ["status": "planned", "contact": "abfall@waltrop.example"],
      ],
      invited: ["oer-erkenschwick"], later: [.featured]),
    .project(
      "beteiligungsportal", of: "castrop-rauxel", basis: .subject, title: "Beteiligungsportal",
      summary: """
        Ein Ort im Netz, an dem Bürgerinnen und Bürger bei Planungen mitreden, Ideen einreichen \
        und Ergebnisse nachlesen.
        """,
      body: """
        Ob Spielplatz, Radweg oder Haushalt: Im Beteiligungsportal stehen alle laufenden \
        Verfahren an einer Stelle. Man kann Vorschläge auf einer Karte eintragen, Entwürfe \
        kommentieren und sehen, was aus den Hinweisen geworden ist.

        Jedes Verfahren endet mit einem kurzen Bericht. Darin steht, welche Anregungen \
        aufgenommen wurden und warum andere nicht umgesetzt werden können.

        Wer nicht online teilnehmen möchte, gibt seine Anregung im Rathaus ab. Sie wird dort in \
        das Portal übertragen und zählt genauso viel.
        """,
      fields: [
        "status": "running", "fieldsOfAction": ["leben", "verwaltung", "klima"],
        "keywords": ["Beteiligung", "Mitmachen", "Planung"],
        "period": ["from": "2021-09-01"],
        "contact": contact("Stabsstelle Beteiligung", "beteiligung@castrop-rauxel.example"),
        "participation": [
          "from": "2026-11-02", "kind": "Online-Umfrage", "until": "2026-12-18",
          "url": "https://www.castrop-rauxel.example/beteiligung",
        ],
        "link/stadt": link("other", "Stadt Castrop-Rauxel", "https://www.castrop-rauxel.de/"),
      ],
      joined: [
        "gladbeck": ["status": "running", "url": "https://www.gladbeck.example/mitmachen"],
        "haltern-am-see": ["status": "planned"],
        "kreis": ["status": "running", "since": "2022-05-01"],
        "recklinghausen": ["status": "running"],
      ],
      later: [.featured],
      apart: [
        DemoEdit(
          "project.revised", by: "castrop-rauxel",
          [
            "summary": """
            Ein Ort im Netz, an dem Bürgerinnen und Bürger bei Planungen mitreden, Ideen auf \
            einer Karte eintragen und Ergebnisse nachlesen.
            """,
            "keywords": ["Beteiligung", "Mitmachen", "Planung", "Karte"],
          ]),
        DemoEdit(
          "project.revised", by: "gladbeck",
          [
            "summary": """
            Gemeinsames Portal mehrerer Städte: bei Planungen mitreden, Ideen einreichen, \
            Mängel melden und Ergebnisse nachlesen.
            """,
            "keywords": ["Beteiligung", "Mitmachen", "Planung", "Mängelmelder"],
          ]),
      ]),
    .project(
      "smarte-muelleimer", of: "gladbeck", basis: .subject, title: "Smarte Mülleimer",
      summary: """
        Sensoren melden, wie voll ein Papierkorb ist. Der Betriebshof fährt nur noch dorthin, wo \
        es nötig ist.
        """,
      body: """
        An Plätzen, in Parks und an Haltestellen sind Papierkörbe unterschiedlich schnell voll. \
        Ein Sensor im Deckel misst den Füllstand und meldet ihn über ein stromsparendes \
        Funknetz.

        Der Betriebshof sieht auf einer Karte, welche Behälter geleert werden müssen, und plant \
        danach die Tour. Das spart Wege und Kraftstoff, und es liegt weniger Müll neben den \
        Körben.

        Gemessen wird nur der Abstand zum Inhalt. Es gibt keine Kamera und keine Daten über \
        Personen.
        """,
      fields: [
        "status": "running", "fieldsOfAction": ["klima", "leben"],
        "keywords": ["Müll", "Sensoren", "LoRaWAN", "Sauberkeit"],
        "period": ["from": "2023-04-01"],
        "contact": contact("Zentraler Betriebshof", "betriebshof@gladbeck.example"),
        "results": "Weniger Leerfahrten; die Touren richten sich nach dem gemessenen Füllstand.",
      ],
      joined: [
        "dorsten": ["status": "planned"],
        "recklinghausen": ["status": "running", "since": "2024-06-01"],
      ],
      invited: ["marl"]),
    .project(
      "onleihe", of: "recklinghausen", basis: .subject, title: "Onleihe: Bücher digital ausleihen",
      summary: """
        Neun Städte des Kreises leihen E-Books, Hörbücher und Zeitschriften gemeinsam aus, \
        zusammen mit einem Partner außerhalb des Kreises.
        """,
      body: """
        Mit dem Bibliotheksausweis der eigenen Stadt lassen sich E-Books, Hörbücher und \
        Zeitschriften rund um die Uhr ausleihen. Nach Ablauf der Leihfrist gibt sich das Medium \
        von selbst zurück. Mahngebühren gibt es nicht.

        Der Bestand ist größer, als ihn eine Stadt allein bezahlen könnte: Neun der zehn Städte \
        bringen ihr Geld und ihre Auswahl zusammen. Zum Verbund gehört außerdem ein Partner \
        außerhalb des Kreises.

        Welche Stadt in diesen Daten fehlt, ist willkürlich gewählt.

        ## So geht es

        - Ausweis in der Stadtbücherei holen
        - mit der Nummer anmelden
        - Titel auswählen und auf Lesegerät, Telefon oder Tablet laden
        """,
      fields: [
        "status": "running", "fieldsOfAction": ["leben"],
        "keywords": ["Bücherei", "E-Books", "Lesen", "Kultur"],
        "partners": [["name": "Partnerbibliothek außerhalb des Kreises"]],
        "contact": contact("Stadtbücherei", "stadtbuecherei@recklinghausen.example"),
        "link/stadt": link("other", "Stadt Recklinghausen", "https://www.recklinghausen.de/"),
      ],
      joined: [
        "castrop-rauxel": ["status": "running"],
        "datteln": ["status": "running"],
        "dorsten": ["status": "running"],
        "gladbeck": ["status": "running"],
        "haltern-am-see": ["status": "running"],
        "herten": ["status": "running"],
        "marl": ["status": "running"],
        "oer-erkenschwick": [
          "status": "running", "contact": "stadtbuecherei@oer-erkenschwick.example",
        ],
      ],
      later: [.featured]),
    .project(
      "urban-ki", of: "kreis", basis: .subject, title: "Urban.KI: Karten der Versiegelung",
      summary: """
        Aus Luftbildern wird automatisch abgeleitet, welche Flächen versiegelt sind. Früher \
        geschah das von Hand.
        """,
      body: """
        Wie viel Boden ist bebaut, gepflastert oder asphaltiert? Diese Frage entscheidet mit \
        darüber, wie heiß ein Viertel im Sommer wird und wohin der Regen fließt. Bisher wurden \
        solche Karten von beauftragten Firmen in Handarbeit erstellt.

        Im Projekt Urban.KI leitet ein Verfahren des maschinellen Lernens die versiegelten \
        Flächen nun selbsttätig ab. Die Karten lassen sich dadurch häufiger erneuern, und \
        Veränderungen werden sichtbar.

        Die Fachleute im Kataster prüfen die Ergebnisse weiterhin. Die Karte ist ein Hinweis, \
        kein Bescheid.
        """,
      fields: [
        "status": "running", "fieldsOfAction": ["klima", "verwaltung"],
        "keywords": ["KI", "Versiegelung", "Geodaten", "Klimaanpassung"],
        "contact": contact("Fachdienst Kataster und Geoinformation", "geodaten@kreis-re.example"),
        "licence": "dl-zero-de/2.0",
        "link/kreis": link("other", "Kreis Recklinghausen", "https://www.kreis-re.de/"),
      ],
      later: [.featured]),
    .project(
      "serviceportal-el", of: "kreis", basis: .subject, title: "Serviceportal Emscher-Lippe",
      summary: """
        Ein gemeinsamer Zugang zu den Online-Diensten der Verwaltungen in der Region, gefördert \
        durch das Landesministerium.
        """,
      body: """
        Anträge stellen, Nachweise hochladen, Gebühren bezahlen: Das Serviceportal Emscher-Lippe \
        führt die Online-Dienste der Region an einer Stelle zusammen. Wer umzieht, muss sich \
        nicht an eine neue Oberfläche gewöhnen.

        Das Portal ist ein gemeinsames Vorhaben. Die kommunalen Rechenzentren stellen die \
        Technik, die Verwaltungen ihre Dienste. Gefördert wird es durch das Ministerium des \
        Landes.

        Für jeden Dienst gilt: Was eine Verwaltung schon weiß, soll sie nicht noch einmal fragen.
        """,
      fields: [
        "status": "running", "fieldsOfAction": ["verwaltung"],
        "keywords": ["Serviceportal", "Online-Dienste", "OZG", "Bürgerservice"],
        "partners": [
          ["name": "GKD Recklinghausen"], ["name": "krzn"], ["name": "GKD-EL"],
          ["name": "WiN Emscher-Lippe"],
        ],
        "funding": "Förderung durch das Ministerium des Landes Nordrhein-Westfalen",
        "contact": contact("Stabsstelle Digitalisierung", "digitalisierung@kreis-re.example"),
      ],
      joined: [
        "castrop-rauxel": ["status": "running"],
        "dorsten": ["status": "running"],
        "gladbeck": ["status": "running"],
        "haltern-am-see": ["status": "running"],
        "herten": ["status": "running"],
        "marl": ["status": "running"],
        "waltrop": ["status": "running"],
      ],
      invited: ["datteln", "oer-erkenschwick", "recklinghausen"]),
    .project(
      "plattform-smartvest", of: "kreis", basis: .subject, title: "Plattform smartVEST",
      summary: """
        Die fünf Handlungsfelder und die Projekte der Städte auf einer Seite, zu filtern nach \
        Stadt oder Thema.
        """,
      body: """
        Was tut sich in Sachen Digitalisierung zwischen Haltern und Castrop-Rauxel? Die \
        Plattform smartVEST zeigt Projekte, die laufen oder schon fertig sind, dazu Neuigkeiten \
        und Termine des Kreises und der Städte.

        Sie ordnet alles nach fünf Handlungsfeldern: smarte Verwaltung, smarte Mobilität, smarte \
        Wirtschaft, smartes Leben und smartes Klima. Jede Stadt pflegt ihre Beiträge selbst.
        """,
      fields: [
        "status": "running",
        "fieldsOfAction": ["verwaltung", "mobilitaet", "wirtschaft", "leben", "klima"],
        "keywords": ["smartVEST", "Plattform", "Digitalpakt"],
        "period": ["from": "2025-01-01"],
        "contact": contact("Stabsstelle Digitalisierung", "digitalisierung@kreis-re.example"),
        "link/plattform": link("other", "Plattform smartVEST", "https://smartvest.ruhr/"),
      ],
      later: [.featured]),
  ]

  static let administration: [DemoItem] = [
    .project(
      "buergerkonto-ausweis", of: "marl", title: "Ausweis fertig? Nachricht statt Nachfrage",
      summary: """
        Wer einen Ausweis beantragt hat, bekommt eine Nachricht, sobald er abgeholt werden kann.
        """,
      body: """
        Bisher fragten viele Menschen telefonisch nach, ob ihr Ausweis schon da sei. Jetzt \
        schickt das Bürgerbüro auf Wunsch eine kurze Nachricht.

        Auf dem Abholzettel steht dazu ein Code, mit dem sich der Stand auch ohne Anmeldung \
        abfragen lässt.
        """,
      fields: [
        "status": "done", "fieldsOfAction": ["verwaltung"],
        "keywords": ["Bürgerbüro", "Ausweis"],
        "period": ["from": "2024-02-01", "to": "2024-11-30"],
        "contact": contact("Bürgerbüro", "buergerbuero@marl.example"),
        "results": "Deutlich weniger Rückfragen am Telefon.",
      ]),
    .project(
      "terminvergabe", of: "datteln", title: "Online-Termine im Rathaus",
      summary: """
        Freie Termine aller Ämter in einem Kalender, ohne Konto zu buchen und wieder abzusagen.
        """,
      body: """
        Vom Wohngeld bis zur Gewerbeanmeldung: Termine lassen sich für alle publikumsstarken \
        Ämter online buchen. Ein Konto braucht es dafür nicht.

        Ein Drittel der Zeiten bleibt frei für Menschen, die ohne Termin kommen.
        """,
      fields: [
        "status": "running", "fieldsOfAction": ["verwaltung", "leben"],
        "keywords": ["Termine", "Rathaus", "Bürgerservice"],
        "period": ["from": "2023-10-01"],
        "contact": contact("Organisation und Service", "service@datteln.example"),
        "link/stadt": link("other", "Stadt Datteln", "https://www.datteln.de/"),
      ]),
    .project(
      "e-akte", of: "waltrop", title: "Elektronische Akte",
      summary: "Schritt für Schritt ziehen die Ämter von Papier auf die elektronische Akte um.",
      body: """
        Begonnen hat das Bauamt, es folgen Steuern und Ordnung. Alte Akten werden nur gescannt, \
        wenn sie wieder gebraucht werden.

        Für jedes Amt gibt es eine Ansprechperson, die beim Umstieg hilft, und ein halbes Jahr, \
        in dem beide Wege offen sind.
        """,
      fields: [
        "status": "running", "fieldsOfAction": ["verwaltung"],
        "keywords": ["E-Akte", "Papierlos"],
        "period": ["from": "2024-01-01", "to": "2027-12-31"],
        "contact": contact("Zentrale Dienste", "zentrale-dienste@waltrop.example"),
      ]),
    .project(
      "ratsinfo-offen", of: "recklinghausen", title: "Ratsinformationen als offene Daten",
      summary: "Tagesordnungen und Beschlüsse in einem Format, das auch Programme lesen können.",
      body: """
        Wer wissen will, was der Rat zu einer Straße beschlossen hat, soll nicht hundert \
        Dokumente öffnen müssen. Die öffentlichen Unterlagen werden deshalb zusätzlich über eine \
        offene Schnittstelle bereitgestellt.
        """,
      fields: [
        "status": "planned", "fieldsOfAction": ["verwaltung", "leben"],
        "keywords": ["Open Data", "Rat", "Transparenz"],
        "period": ["from": "2027-01-01"],
        "contact": contact("Büro des Rates", "ratsbuero@recklinghausen.example"),
        "licence": "dl-zero-de/2.0",
      ]),
    .project(
      "chat-auskunft", of: "dorsten", title: "Chat-Auskunft im Bürgerbüro",
      summary: """
        Ein Versuch mit einem Auskunftsprogramm auf der Internetseite der Stadt. Er wurde \
        beendet.
        """,
      body: """
        Ein Programm sollte häufige Fragen rund um die Uhr beantworten. Im Versuch waren die \
        Antworten oft zu allgemein, und die Pflege kostete mehr Zeit, als gewonnen wurde.

        Die Stadt hat den Versuch nach einem halben Jahr beendet und die häufigsten Fragen \
        stattdessen als übersichtliche Seite veröffentlicht. Auch das ist ein Ergebnis.
        """,
      fields: [
        "status": "stopped", "fieldsOfAction": ["verwaltung"],
        "keywords": ["Chatbot", "KI", "Bürgerservice"],
        "period": ["from": "2024-09-01", "to": "2025-03-31"],
        "contact": contact("Stabsstelle Digitalisierung", "digitalisierung@dorsten.example"),
        "results": "Die Fragen aus dem Versuch stehen jetzt als Seite mit Antworten bereit.",
      ]),
    .project(
      "formulare-leicht", of: "oer-erkenschwick", title: "Formulare, die man versteht",
      summary: "Zwanzig Formulare werden neu geschrieben und mit Bürgerinnen und Bürgern getestet.",
      body: """
        Viele Anträge scheitern nicht am Willen, sondern an der Sprache. Die Stadt schreibt ihre \
        am häufigsten genutzten Formulare neu und lässt sie vor der Veröffentlichung von \
        Menschen ausfüllen, die sie noch nicht kennen.
        """,
      fields: [
        "status": "running", "fieldsOfAction": ["verwaltung", "leben"],
        "keywords": ["Einfache Sprache", "Formulare", "Barrierefreiheit"],
        "period": ["from": "2026-02-01"],
        "contact": contact("Fachdienst Organisation", "organisation@oer-erkenschwick.example"),
      ]),
    .project(
      "wissensdatenbank", of: "kreis", title: "Gemeinsame Wissensdatenbank der Verwaltungen",
      summary: """
        Anleitungen, Muster und Erfahrungen, die eine Verwaltung schon hat und eine andere \
        gerade sucht.
        """,
      body: """
        Elf Verwaltungen lösen oft dieselbe Aufgabe. In der Wissensdatenbank legen sie \
        Leitfäden, Ausschreibungen und Erfahrungsberichte so ab, dass die anderen sie finden und \
        wiederverwenden können.
        """,
      fields: [
        "status": "idea", "fieldsOfAction": ["verwaltung"],
        "keywords": ["Zusammenarbeit", "Wissen", "smartVest"],
        "contact": contact("Stabsstelle Digitalisierung", "digitalisierung@kreis-re.example"),
      ],
      invited: ["castrop-rauxel", "datteln", "herten"]),
    .project(
      "baugenehmigung", of: "gladbeck", title: "Digitale Baugenehmigung",
      summary: """
        Bauanträge werden ohne Papier eingereicht, beteiligte Stellen arbeiten gleichzeitig \
        daran.
        """,
      body: """
        Pläne wandern nicht mehr im Umschlag von Amt zu Amt. Alle beteiligten Stellen sehen \
        denselben Stand und können gleichzeitig prüfen.

        Architekturbüros haben die Oberfläche vorab getestet. Ihre Hinweise sind in die \
        Hilfetexte eingeflossen.
        """,
      fields: [
        "status": "running", "fieldsOfAction": ["verwaltung", "wirtschaft"],
        "keywords": ["Bauen", "Online-Dienste"],
        "period": ["from": "2025-05-01"],
        "contact": contact("Bauordnung", "bauordnung@gladbeck.example"),
      ],
      joined: ["herten": ["status": "planned"], "marl": ["status": "planned"]]),
  ]
}
