// The German words of pages and desk that are used in more than one place or that code chooses
// between. Sentences that stand once in one page stand there, inside its markup.

import Catalogue

/// Words for codes, and sentences that code chooses.
enum Texts {
  static let skip = "Zum Inhalt springen"
  static let start = "Start"
  static let projects = "Projekte"
  static let news = "Aktuelles"
  static let dates = "Termine"
  static let search = "Suche"
  static let desk = "Redaktion"

  /// What a kind is called, one and many.
  static func kind(_ kind: String) -> String {
    switch ItemKind(rawValue: kind) {
    case .project: "Projekt"
    case .news: "Meldung"
    case .date: "Termin"
    case nil: kind
    }
  }

  static func kinds(_ kind: ItemKind) -> String {
    switch kind {
    case .project: projects
    case .news: "Meldungen"
    case .date: dates
    }
  }

  static func field(_ code: String) -> String {
    switch FieldOfAction(rawValue: code) {
    case .verwaltung: "Smarte Verwaltung"
    case .mobilitaet: "Smarte Mobilität"
    case .wirtschaft: "Smarte Wirtschaft"
    case .leben: "Smartes Leben"
    case .klima: "Smartes Klima"
    case nil: code
    }
  }

  static func fieldLead(_ field: FieldOfAction) -> String {
    switch field {
    case .verwaltung: "Anträge, Auskünfte und Beteiligung ohne Wartezimmer"
    case .mobilitaet: "Bus, Rad, Auto und Fußweg klug verbunden"
    case .wirtschaft: "Netze, Daten und Wissen für Betriebe der Region"
    case .leben: "Bildung, Kultur und Nachbarschaft im Alltag"
    case .klima: "Umwelt messen, Ressourcen schonen, Hitze mindern"
    }
  }

  static func status(_ code: String) -> String {
    switch ProjectStatus(rawValue: code) {
    case .idea: "Idee"
    case .planned: "In Planung"
    case .running: "Läuft"
    case .done: "Abgeschlossen"
    case .stopped: "Eingestellt"
    case nil: schedule(code) ?? code
    }
  }

  /// What has become of a date; nil where it takes place as planned.
  static func schedule(_ code: String?) -> String? {
    switch code {
    case "postponed": "Verschoben"
    case "rescheduled": "Neuer Termin"
    case "cancelled": "Abgesagt"
    default: nil
    }
  }

  static func linkKind(_ code: String?) -> String {
    switch code {
    case "council": "Beschluss"
    case "survey": "Umfrage"
    case "registration": "Anmeldung"
    case "video": "Video"
    case "service": "Online-Dienst"
    default: "Weitere Seite"
    }
  }

  static func licence(_ code: String) -> (name: String, address: String)? {
    switch code {
    case "dl-by-de/2.0":
      ("Datenlizenz Deutschland – Namensnennung 2.0", "https://www.govdata.de/dl-de/by-2-0")
    case "dl-zero-de/2.0":
      ("Datenlizenz Deutschland – Zero 2.0", "https://www.govdata.de/dl-de/zero-2-0")
    case "cc-by/4.0":
      ("Creative Commons Namensnennung 4.0", "https://creativecommons.org/licenses/by/4.0/deed.de")
    default: nil
    }
  }

  /// The codes of the field `media/<key>`, as `catalogue-fields.md` lists them.
  static let mediaLicences = [
    "dl-by-de/2.0", "dl-zero-de/2.0", "cc-by/4.0", "cc-by-sa/4.0", "cc0/1.0", "reserved",
  ]

  /// What the licence of a picture is called, and where it stands.
  static func mediaLicence(_ code: String) -> (name: String, address: String?) {
    switch code {
    case "cc-by-sa/4.0":
      (
        "Creative Commons Namensnennung – Weitergabe unter gleichen Bedingungen 4.0",
        "https://creativecommons.org/licenses/by-sa/4.0/deed.de"
      )
    case "cc0/1.0":
      ("Creative Commons Zero 1.0", "https://creativecommons.org/publicdomain/zero/1.0/deed.de")
    case "reserved": ("Alle Rechte vorbehalten", nil)
    default: licence(code).map { ($0.name, $0.address) } ?? (code, nil)
    }
  }

  /// "1,2 MB", "640 KB".
  static func size(_ bytes: Int) -> String {
    if bytes < 1_000_000 { return "\(max(1, (bytes + 500) / 1_000)) KB" }
    let tenths = (bytes + 50_000) / 100_000
    return "\(tenths / 10),\(tenths % 10) MB"
  }

  /// What happened, as a line of the time line says it.
  static func event(_ type: String) -> String {
    switch type {
    case "project.created": "Projekt angelegt"
    case "news.created": "Meldung veröffentlicht"
    case "date.created": "Termin angekündigt"
    case "project.revised", "news.revised", "date.revised": "Überarbeitet"
    case "project.corrected", "news.corrected", "date.corrected": "Berichtigt"
    case "date.postponed": "Termin verschoben"
    case "date.rescheduled": "Neuer Termin festgelegt"
    case "date.cancelled": "Termin abgesagt"
    case "item.withdrawn": "Zurückgezogen"
    case "item.restored": "Wieder veröffentlicht"
    case "item.expired": "Abgelaufen"
    case "item.merged": "Mit einem anderen Eintrag zusammengeführt"
    case "item.separated": "Wieder eigenständig"
    case "item.annotated": "Vom Kreis ergänzt"
    case "item.invited": "Einladungen geändert"
    case "item.joined": "Beteiligung geändert"
    case "item.left": "Beteiligung beendet"
    case "item.handed": "Federführung übergeben"
    case "conflict.settled": "Fassungen abgestimmt"
    default: type
    }
  }

  /// What a field is called at the desk and in the time line.
  static func fieldName(_ name: String) -> String {
    let parts = name.split(separator: "/", maxSplits: 1)
    if parts.count == 2, parts[0] == "link" { return "Link" }
    if let note = kreisNote(name) { return note }
    if parts.count == 2, parts[0] == "media" { return "Bild oder Datei" }
    return switch parts.first.map(String.init) ?? name {
    case "title": "Titel"
    case "summary": "Kurztext"
    case "body": "Text"
    case "fieldsOfAction": "Handlungsfelder"
    case "keywords": "Schlagwörter"
    case "language": "Sprache"
    case "contact": "Kontakt"
    case "licence": "Lizenz"
    case "source": "Quelle"
    case "correctionNote": "Hinweis zur Berichtigung"
    case "state": "Veröffentlichung"
    case "stateReason": "Grund"
    case "expires": "Ablauf"
    case "lead": "Federführung"
    case "invited": "Einladung"
    case "participant": "Beteiligung"
    case "mergedInto": "Zusammenführung"
    case "status": "Stand"
    case "period": "Zeitraum"
    case "partners": "Partner"
    case "funding": "Förderung"
    case "cost": "Kosten"
    case "results": "Ergebnisse"
    case "participation": "Mitmachen"
    case "released": "Meldungsdatum"
    case "subtitle": "Unterzeile"
    case "placeLine": "Ortsmarke"
    case "pressContact": "Pressekontakt"
    case "boilerplate": "Über den Herausgeber"
    case "when": "Zeit"
    case "recurrence": "Wiederholung"
    case "venue": "Ort"
    case "onlineLink": "Online-Zugang"
    case "price": "Eintritt"
    case "registration": "Anmeldung"
    case "organiser": "Veranstalter"
    case "programme": "Programm"
    case "schedule": "Durchführung"
    case "kreis": "Vermerk des Kreises"
    default: name
    }
  }

  private static func kreisNote(_ name: String) -> String? {
    switch name {
    case "kreis/featured": "Hervorhebung"
    case "kreis/topic": "Thema der Region"
    case "kreis/hidden": "Ausblendung"
    case "kreis/hiddenReason": "Grund der Ausblendung"
    case "kreis/leadReason": "Grund der Übernahme"
    default: nil
    }
  }

  /// "1 Eintrag", "12 Einträge".
  static func count(_ number: Int, one: String, many: String) -> String {
    number == 1 ? "1 \(one)" : "\(number) \(many)"
  }

  static let inConflict = "wird gerade abgestimmt"
}
