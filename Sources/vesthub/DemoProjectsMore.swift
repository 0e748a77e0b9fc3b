// The projects of the demonstration, second part: mobility, economy, life, climate.

import Events

extension DemoProjects {
  static let mobility: [DemoItem] = [
    .project(
      "mobilstationen", of: "recklinghausen", title: "Mobilstationen an Bahnhof und Markt",
      summary: """
        Bus, Leihrad und geteiltes Auto an einem Ort, mit einer Anzeige, was gerade verfügbar \
        ist.
        """,
      body: """
        Wer mit der Bahn ankommt, soll ohne Umwege weiterkommen. An den Mobilstationen stehen \
        Leihräder, Ladesäulen und Stellplätze für geteilte Autos nebeneinander.

        Eine Anzeige zeigt die nächsten Abfahrten und wie viele Räder noch da sind. Dieselben \
        Daten gibt es offen im Netz.
        """,
      fields: [
        "status": "running", "fieldsOfAction": ["mobilitaet", "klima"],
        "keywords": ["Mobilität", "Leihrad", "ÖPNV"],
        "period": ["from": "2024-04-01", "to": "2027-06-30"],
        "contact": contact("Verkehrsplanung", "verkehrsplanung@recklinghausen.example"),
      ],
      joined: ["castrop-rauxel": ["status": "planned"], "herten": ["status": "running"]]),
    .project(
      "parkleitsystem", of: "haltern-am-see", title: "Freie Parkplätze am See",
      summary: """
        Zähler an den Zufahrten melden freie Plätze. So suchen Ausflügler weniger und das Ufer \
        bleibt frei.
        """,
      body: """
        An warmen Wochenenden ist der Andrang am See groß. Zähler an den Zufahrten melden, wo \
        noch Platz ist, und lenken zu den Parkplätzen am Stadtrand mit Busanschluss.

        Erfasst wird nur, dass ein Fahrzeug hinein- oder hinausfährt. Kennzeichen werden nicht \
        gelesen.
        """,
      fields: [
        "status": "running", "fieldsOfAction": ["mobilitaet", "klima", "leben"],
        "keywords": ["Parken", "Sensoren", "Freizeit"],
        "period": ["from": "2025-04-01"],
        "contact": contact("Ordnung und Verkehr", "verkehr@haltern-am-see.example"),
        "link/stadt": link("other", "Stadt Haltern am See", "https://www.haltern-am-see.de/"),
      ]),
    .project(
      "radzaehler", of: "marl", title: "Radzählstellen mit offenen Daten",
      summary: "Sechs Zählstellen zeigen, wo und wann in Marl Rad gefahren wird.",
      body: """
        Schleifen im Asphalt zählen vorbeifahrende Räder. Die Zahlen helfen zu entscheiden, \
        welche Wege zuerst verbreitert und geräumt werden. Stündliche Werte stehen allen zum \
        Herunterladen bereit.
        """,
      fields: [
        "status": "running", "fieldsOfAction": ["mobilitaet"],
        "keywords": ["Radverkehr", "Open Data", "Zählung"],
        "period": ["from": "2024-07-01"],
        "contact": contact("Mobilitätsplanung", "mobilitaet@marl.example"),
        "licence": "dl-zero-de/2.0",
      ]),
    .project(
      "ampel-gruen", of: "castrop-rauxel", title: "Ampeln, die den Bus erkennen",
      summary: "An acht Kreuzungen bekommen verspätete Busse eher Grün.",
      body: """
        Meldet ein Bus Verspätung, verlängert die Ampel ihre Grünphase um wenige Sekunden. Für \
        den übrigen Verkehr ist der Unterschied kaum zu spüren, der Anschluss am Bahnhof aber \
        wird öfter erreicht.
        """,
      fields: [
        "status": "planned", "fieldsOfAction": ["mobilitaet", "klima"],
        "keywords": ["Verkehrssteuerung", "Bus", "ÖPNV"],
        "period": ["from": "2027-03-01", "to": "2028-02-29"],
        "contact": contact("Tiefbau und Verkehr", "verkehr@castrop-rauxel.example"),
      ]),
    .project(
      "ladesaeulen-karte", of: "dorsten", title: "Karte der Ladesäulen",
      summary: """
        Alle öffentlichen Ladepunkte in der Stadt, mit Stecker, Leistung und ob sie frei sind.
        """,
      body: """
        Die Karte sammelt die Ladepunkte aller Anbieter. Wer eine defekte Säule findet, kann sie \
        mit zwei Klicks melden; die Meldung geht gleich an den Betreiber.
        """,
      fields: [
        "status": "done", "fieldsOfAction": ["mobilitaet", "klima"],
        "keywords": ["E-Mobilität", "Karte", "Open Data"],
        "period": ["from": "2023-02-01", "to": "2024-01-31"],
        "contact": contact("Klimaschutzmanagement", "klimaschutz@dorsten.example"),
        "results": "Die Karte ist online und wird wöchentlich abgeglichen.",
      ]),
    .project(
      "mitfahrbank", of: "waltrop", title: "Digitale Mitfahrbank",
      summary: "Eine Bank, ein Knopf, ein Ziel: Wer mitfahren möchte, zeigt es auf einer Tafel an.",
      body: """
        Zwischen den Bauerschaften und der Innenstadt fährt selten ein Bus. An der Mitfahrbank \
        wählt man sein Ziel, eine Tafel zeigt es den Vorbeifahrenden. Die Idee stammt aus einem \
        Workshop und wird zurzeit auf Haftung und Kosten geprüft.
        """,
      fields: [
        "status": "idea", "fieldsOfAction": ["mobilitaet", "leben"],
        "keywords": ["Mitfahren", "Ländlicher Raum"],
        "contact": contact("Stadtentwicklung", "stadtentwicklung@waltrop.example"),
      ]),
  ]

  static let economy: [DemoItem] = [
    .project(
      "gewerbeflaechen", of: "herten", title: "Gewerbeflächen auf einen Blick",
      summary: "Freie Flächen und Hallen der Stadt mit Lageplan, Anschlüssen und Ansprechstelle.",
      body: """
        Betriebe, die sich vergrößern wollen, brauchen schnell ein Bild davon, was es gibt. Die \
        Übersicht zeigt freie Flächen mit Größe, Glasfaseranschluss und Planungsrecht.

        Sie wird aus dem Flächenkataster gespeist und ist damit so aktuell wie dieses.
        """,
      fields: [
        "status": "running", "fieldsOfAction": ["wirtschaft"],
        "keywords": ["Gewerbe", "Flächen", "Geodaten"],
        "period": ["from": "2025-01-15"],
        "contact": contact("Wirtschaftsförderung", "wirtschaft@herten.example"),
      ],
      joined: ["datteln": ["status": "planned"]]),
    .project(
      "innenstadt-wlan", of: "gladbeck", title: "Freies WLAN in der Innenstadt",
      summary: "Kostenloses WLAN auf Plätzen und in der Fußgängerzone, ohne Anmeldung.",
      body: """
        Zwanzig Zugangspunkte versorgen die Plätze der Innenstadt. Es gibt keine Anmeldung und \
        keine Zeitbegrenzung. Der Betrieb ist seit dem Abschluss des Projekts Aufgabe der Stadt.
        """,
      fields: [
        "status": "done", "fieldsOfAction": ["wirtschaft", "leben"],
        "keywords": ["WLAN", "Innenstadt", "Handel"],
        "period": ["from": "2022-05-01", "to": "2023-06-30"],
        "contact": contact("Wirtschaftsförderung", "wirtschaft@gladbeck.example"),
        "cost": "Rund 60.000 Euro",
      ]),
    .project(
      "glasfaser", of: "kreis", title: "Glasfaser für Schulen und Gewerbegebiete",
      summary: "Der Kreis begleitet den Ausbau in Gebieten, die der Markt allein nicht erreicht.",
      body: """
        Wo sich der Ausbau für die Anbieter nicht lohnt, hilft die öffentliche Hand. Der Kreis \
        bündelt die Anträge und hält die Städte über den Stand der Bauarbeiten auf dem \
        Laufenden.

        Auf einer Karte ist zu sehen, in welchem Abschnitt gerade gebaut wird und wann die \
        Anschlüsse voraussichtlich nutzbar sind.
        """,
      fields: [
        "status": "running", "fieldsOfAction": ["wirtschaft", "verwaltung"],
        "keywords": ["Glasfaser", "Breitband", "Schulen"],
        "period": ["from": "2023-01-01", "to": "2027-12-31"],
        "contact": contact("Breitbandkoordination", "breitband@kreis-re.example"),
      ],
      joined: [
        "datteln": ["status": "running"], "haltern-am-see": ["status": "running"],
        "waltrop": ["status": "done"],
      ]),
    .project(
      "ki-werkstatt", of: "castrop-rauxel", title: "KI-Werkstatt für kleine Betriebe",
      summary: """
        An vier Abenden probieren Handwerk und Handel aus, wobei ihnen künstliche Intelligenz \
        hilft.
        """,
      body: """
        Angebote schreiben, Bestände zählen, Anfragen sortieren: In der KI-Werkstatt bringen \
        Betriebe eine eigene Aufgabe mit und probieren aus, was heute schon geht. Auch die \
        Grenzen kommen zur Sprache, vom Datenschutz bis zu falschen Antworten.
        """,
      fields: [
        "status": "running", "fieldsOfAction": ["wirtschaft"],
        "keywords": ["KI", "Handwerk", "Weiterbildung"],
        "period": ["from": "2026-09-01", "to": "2027-04-30"],
        "contact": contact("Wirtschaftsförderung", "wirtschaft@castrop-rauxel.example"),
      ]),
    .project(
      "leerstand", of: "marl", title: "Leerstandsmelder",
      summary: """
        Leere Ladenlokale sichtbar machen und mit Ideen für die Zwischennutzung zusammenbringen.
        """,
      body: """
        Wer ein leeres Ladenlokal kennt oder eine Idee für eines hat, trägt es ein. Die \
        Wirtschaftsförderung bringt beide Seiten zusammen. Geplant ist ein Start mit der \
        Innenstadt.
        """,
      fields: [
        "status": "planned", "fieldsOfAction": ["wirtschaft", "leben"],
        "keywords": ["Handel", "Innenstadt", "Zwischennutzung"],
        "period": ["from": "2027-02-01"],
        "contact": contact("Wirtschaftsförderung", "wirtschaft@marl.example"),
      ],
      invited: ["gladbeck"]),
    .project(
      "hafen-sensorik", of: "datteln", title: "Sensoren am Kanalhafen",
      summary: "Pegel, Wetter und Liegeplätze auf einer Seite für Schifffahrt und Ausflügler.",
      body: """
        Mehrere Kanäle treffen in Datteln aufeinander. Eine kleine Messstation soll Wasserstand, \
        Wind und freie Liegeplätze melden. Zurzeit wird geklärt, wer die Station betreibt.
        """,
      fields: [
        "status": "idea", "fieldsOfAction": ["wirtschaft", "klima"],
        "keywords": ["Kanal", "Sensoren", "Tourismus"],
        "contact": contact("Stadtmarketing", "stadtmarketing@datteln.example"),
      ]),
  ]

  static let life: [DemoItem] = [
    .project(
      "maengelmelder", of: "recklinghausen", title: "Mängelmelder",
      summary: "Schlagloch, kaputte Laterne, wilder Müll: melden, verfolgen, erledigt.",
      body: """
        Ein Foto, ein Standort, ein Satz genügen. Die Meldung geht an die richtige Stelle, und \
        wer sie abgegeben hat, sieht den Stand bis zur Erledigung.

        Alle Meldungen stehen auf einer Karte. So wird derselbe Schaden nicht zehnmal gemeldet.
        """,
      fields: [
        "status": "running", "fieldsOfAction": ["leben", "verwaltung"],
        "keywords": ["Mängel", "Bürgerservice", "App"],
        "period": ["from": "2022-08-01"],
        "contact": contact("Bürgerservice", "buergerservice@recklinghausen.example"),
      ],
      joined: [
        "herten": ["status": "running"], "oer-erkenschwick": ["status": "running"],
        "waltrop": ["status": "stopped"],
      ]),
    .project(
      "digital-lotsen", of: "oer-erkenschwick", title: "Digital-Lotsen für Ältere",
      summary: """
        Ehrenamtliche zeigen im Nachbarschaftstreff, wie Telefon, Tablet und Online-Antrag \
        gehen.
        """,
      body: """
        Jede Woche sitzen geschulte Ehrenamtliche im Nachbarschaftstreff und nehmen sich Zeit. \
        Mitbringen darf man alles: das neue Telefon, die verlorenen Fotos oder den Antrag, der \
        nicht weitergeht.

        Die Lotsen füllen nichts für andere aus. Sie zeigen, wie es geht, so oft es nötig ist.
        """,
      fields: [
        "status": "running", "fieldsOfAction": ["leben"],
        "keywords": ["Senioren", "Ehrenamt", "Digitale Teilhabe"],
        "period": ["from": "2023-11-01"],
        "contact": contact("Seniorenbüro", "seniorenbuero@oer-erkenschwick.example"),
      ],
      joined: ["datteln": ["status": "running"], "dorsten": ["status": "planned"]],
      later: [.featured]),
    .project(
      "open-library", of: "haltern-am-see", title: "Bücherei mit Selbstbedienung",
      summary: "Mit dem Ausweis auch dann hinein, wenn niemand an der Theke sitzt.",
      body: """
        Früh am Morgen und am Sonntag öffnet die Tür mit dem Bibliotheksausweis. Ausleihe und \
        Rückgabe gehen am Automaten. Die Beratung bleibt zu den gewohnten Zeiten besetzt.
        """,
      fields: [
        "status": "planned", "fieldsOfAction": ["leben"],
        "keywords": ["Bücherei", "Öffnungszeiten"],
        "period": ["from": "2027-05-01"],
        "contact": contact("Stadtbücherei", "stadtbuecherei@haltern-am-see.example"),
      ]),
    .project(
      "kita-navigator", of: "dorsten", title: "Kita-Anmeldung online",
      summary: """
        Plätze suchen, Einrichtungen vormerken und Zusagen annehmen, alles auf einer Seite.
        """,
      body: """
        Eltern sehen alle Einrichtungen der Stadt auf einer Karte, merken bis zu drei vor und \
        erhalten Zusagen am selben Ort. Wer lieber persönlich spricht, meldet sich weiter beim \
        Familienbüro.
        """,
      fields: [
        "status": "running", "fieldsOfAction": ["leben", "verwaltung"],
        "keywords": ["Kita", "Familie", "Online-Dienste"],
        "period": ["from": "2022-01-01"],
        "contact": contact("Familienbüro", "familienbuero@dorsten.example"),
      ]),
    .project(
      "vereinsportal", of: "waltrop", title: "Vereine und Räume",
      summary: "Welcher Verein macht was, und welcher Raum ist am Dienstag frei?",
      body: """
        Vereine stellen sich vor und pflegen ihre Angaben selbst. Städtische Räume lassen sich \
        mit Belegungsplan anfragen. Eine Schnittstelle übergibt die Termine an den \
        Veranstaltungskalender.
        """,
      fields: [
        "status": "running", "fieldsOfAction": ["leben"],
        "keywords": ["Vereine", "Ehrenamt", "Räume"],
        "period": ["from": "2025-03-01"],
        "contact": contact("Sport und Kultur", "kultur@waltrop.example"),
        "link/stadt": link("other", "Stadt Waltrop", "https://www.waltrop.de/"),
      ]),
    .project(
      "museum-rundgang", of: "herten", title: "Rundgang über die Zeche mit dem Telefon",
      summary: """
        An zwölf Stationen erzählen Tonaufnahmen und alte Bilder von der Arbeit unter Tage.
        """,
      body: """
        Ein kleines Schild, ein Code, eine Geschichte: Der Rundgang führt über das Gelände und \
        kommt ohne eigene App aus. Alle Texte gibt es auch in Leichter Sprache und in \
        Gebärdensprache.
        """,
      fields: [
        "status": "done", "fieldsOfAction": ["leben", "wirtschaft"],
        "keywords": ["Kultur", "Bergbau", "Barrierefreiheit"],
        "period": ["from": "2024-05-01", "to": "2025-09-30"],
        "contact": contact("Kulturbüro", "kultur@herten.example"),
        "licence": "cc-by/4.0",
      ]),
    .project(
      "notfall-info", of: "kreis", title: "Warnung und Hilfe bei Stromausfall",
      summary: """
        Wo sind die Anlaufstellen, wenn Telefon und Netz ausfallen? Eine Karte, die auch \
        gedruckt funktioniert.
        """,
      body: """
        Für den Fall eines langen Stromausfalls richten die Städte Anlaufstellen ein. Die Karte \
        zeigt sie, lässt sich auf dem Telefon speichern und liegt gedruckt in den Rathäusern \
        aus.
        """,
      fields: [
        "status": "running", "fieldsOfAction": ["leben"],
        "keywords": ["Bevölkerungsschutz", "Karte", "Stromausfall"],
        "period": ["from": "2024-10-01"],
        "contact": contact("Bevölkerungsschutz", "bevoelkerungsschutz@kreis-re.example"),
      ],
      joined: ["gladbeck": ["status": "running"], "oer-erkenschwick": ["status": "planned"]]),
    .project(
      "jugend-app", of: "datteln", title: "Jugend-App",
      summary: "Eine App mit Angeboten für Jugendliche. Der Eintrag wurde zurückgezogen.",
      body: """
        Eine App sollte alle Angebote für Jugendliche zeigen. Bei der Vorbereitung stellte sich \
        heraus, dass der Kreis ein ähnliches Angebot plant.
        """,
      fields: [
        "status": "stopped", "fieldsOfAction": ["leben"], "keywords": ["Jugend", "App"],
        "contact": contact("Jugendbüro", "jugendbuero@datteln.example"),
      ],
      later: [
        .withdrawn(
          by: "datteln", because: "Das Vorhaben geht in einem Angebot des Kreises auf.")
      ]),
  ]

  static let climate: [DemoItem] = [
    .project(
      "klimamessnetz", of: "dorsten", title: "Messnetz für Hitze und Regen",
      summary: """
        Vierzig kleine Stationen messen Temperatur, Feuchte und Niederschlag in den Ortsteilen.
        """,
      body: """
        Im Sommer unterscheiden sich die Ortsteile um mehrere Grad. Das Messnetz zeigt, wo es \
        nachts nicht abkühlt und wo Starkregen zuerst die Straße flutet.

        Die Werte stehen offen zur Verfügung. Schulen haben Patenschaften für Stationen \
        übernommen und werten sie im Unterricht aus.

        Auf Grundlage der ersten beiden Sommer wählt die Stadt aus, welche Plätze zuerst mehr \
        Schatten und Grün bekommen.
        """,
      fields: [
        "status": "running", "fieldsOfAction": ["klima"],
        "keywords": ["Klimaanpassung", "Sensoren", "LoRaWAN", "Open Data"],
        "period": ["from": "2024-03-01", "to": "2027-12-31"],
        "contact": contact("Umwelt und Klima", "umwelt@dorsten.example"),
        "licence": "dl-zero-de/2.0",
      ],
      joined: ["haltern-am-see": ["status": "running"], "marl": ["status": "planned"]],
      later: [.featured]),
    .project(
      "baum-bewaesserung", of: "gladbeck", title: "Junge Bäume gießen, wenn sie Durst haben",
      summary: "Fühler im Boden melden Trockenheit. Gegossen wird nach Bedarf statt nach Kalender.",
      body: """
        An hundert jungen Bäumen misst ein Fühler die Feuchte im Wurzelraum. Das Grünflächenamt \
        plant die Wege nach den Werten. Nachbarn können eine Gießpatenschaft übernehmen und \
        sehen, wann ihr Baum Wasser braucht.
        """,
      fields: [
        "status": "running", "fieldsOfAction": ["klima"],
        "keywords": ["Bäume", "Sensoren", "Wasser"],
        "period": ["from": "2025-03-01"],
        "contact": contact("Grünflächen", "gruenflaechen@gladbeck.example"),
        "link/stadt": link("other", "Stadt Gladbeck", "https://www.gladbeck.de/"),
      ],
      joined: ["castrop-rauxel": ["status": "planned"]]),
    .project(
      "solar-kataster", of: "marl", title: "Solarkataster",
      summary: "Lohnt sich mein Dach? Eine Karte schätzt den Ertrag für jedes Gebäude.",
      body: """
        Aus Neigung, Ausrichtung und Schatten wird für jedes Dach ein Wert geschätzt. Ein \
        Rechner zeigt, was eine Anlage ungefähr bringt. Eine Beratung ersetzt das nicht, aber es \
        hilft bei der ersten Entscheidung.
        """,
      fields: [
        "status": "done", "fieldsOfAction": ["klima", "wirtschaft"],
        "keywords": ["Solar", "Energie", "Geodaten"],
        "period": ["from": "2021-06-01", "to": "2022-10-31"],
        "contact": contact("Klimaschutz", "klimaschutz@marl.example"),
        "link/stadt": link("other", "Stadt Marl", "https://www.marl.de/"),
      ]),
    .project(
      "strassenlicht", of: "oer-erkenschwick", title: "Licht nach Bedarf",
      summary: "Auf zwei Radwegen wird das Licht heller, wenn jemand kommt, und sonst gedimmt.",
      body: """
        Nachts sind die Wege am Rand der Haard lange leer. Ein Bewegungsmelder hebt das Licht \
        an, sobald jemand kommt. Das spart Strom und schont Insekten und Fledermäuse.
        """,
      fields: [
        "status": "running", "fieldsOfAction": ["klima", "mobilitaet"],
        "keywords": ["Beleuchtung", "Energie", "Radverkehr"],
        "period": ["from": "2025-09-01", "to": "2027-03-31"],
        "contact": contact("Tiefbau", "tiefbau@oer-erkenschwick.example"),
      ]),
    .project(
      "energie-monitor", of: "recklinghausen", title: "Energiemonitor der Schulen",
      summary: """
        Was verbrauchen die Schulgebäude an Strom, Wärme und Wasser? Die Zahlen hängen im Foyer.
        """,
      body: """
        Zähler senden ihre Werte alle fünfzehn Minuten. Die Hausmeisterdienste finden so \
        tropfende Leitungen und durchlaufende Lüftungen, und die Klassen sehen, was eine \
        geschlossene Tür ausmacht.
        """,
      fields: [
        "status": "running", "fieldsOfAction": ["klima", "verwaltung"],
        "keywords": ["Energie", "Schulen", "Monitoring"],
        "period": ["from": "2024-08-01"],
        "contact": contact("Gebäudewirtschaft", "gebaeude@recklinghausen.example"),
      ]),
    .project(
      "starkregen", of: "haltern-am-see", title: "Starkregenkarte zum Nachsehen",
      summary: "Wie hoch stünde das Wasser in meiner Straße? Drei Szenarien auf einer Karte.",
      body: """
        Die Karte zeigt, wo sich Wasser nach kurzen, heftigen Regenfällen sammelt. Zu jedem Ort \
        gibt es Hinweise, wie sich Keller und Eingänge schützen lassen.
        """,
      fields: [
        "status": "done", "fieldsOfAction": ["klima"],
        "keywords": ["Starkregen", "Vorsorge", "Geodaten"],
        "period": ["from": "2023-01-01", "to": "2024-05-31"],
        "contact": contact("Umwelt", "umwelt@haltern-am-see.example"),
      ]),
  ]
}
