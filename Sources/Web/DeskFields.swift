// The fields that people edit: their words, their inputs, and the way between inputs and values.

import Catalogue
import Events

/// One input of a form.
struct Control: Sendable {
  enum Look: Sendable {
    case line
    case mail
    case web
    case phone
    case day
    case clock
    case text(isLong: Bool)
    case choice([(code: String, label: String)])
    case checks([(code: String, label: String)])
    case tick
  }

  /// The last part of the input's name.
  let key: String
  let label: String
  let look: Look
  var hint: String?
}

/// One field of an item at the desk.
///
/// `fill` and `read` are inverse for all that the inputs can show; members that no input shows are
/// kept from the value before.
struct DeskField: Sendable {
  /// The values of the inputs by key.
  typealias Inputs = [String: [String]]

  /// The name in events.
  let name: String
  let label: String
  let controls: [Control]
  /// What is said of a value that the catalogue does not take.
  var complaint = "Das passt hier nicht."
  let fill: @Sendable (FieldValue) -> Inputs
  /// The value; `.null` where all inputs are empty.
  let read: @Sendable (Inputs, _ before: FieldValue?) -> FieldValue

  func inputName(_ control: Control) -> String { "f.\(name).\(control.key)" }

  /// The inputs of this field in a posted form.
  func inputs(in form: PostedForm) -> Inputs {
    var inputs: Inputs = [:]
    for control in controls { inputs[control.key] = form.values[inputName(control)] ?? [] }
    return inputs
  }

  /// Inputs by their names in the form.
  func named(_ inputs: Inputs) -> [String: [String]] {
    Dictionary(uniqueKeysWithValues: controls.map { (inputName($0), inputs[$0.key] ?? []) })
  }

  /// Names what the inputs held, so that a form can tell which of them were changed. Sixty-four
  /// bits: the comparison is no proof, it only spares writes.
  func mark(of inputs: Inputs) -> String {
    let parts = controls.map { control in
      var values = (inputs[control.key] ?? []).map(PostedForm.normal).filter { !$0.isEmpty }
      // A browser sends boxes in the order of the page, whatever order the value had.
      if case .checks = control.look { values.sort() }
      return FieldValue.array(values.map { .string($0) })
    }
    let text = FieldValue.array(parts).canonicalText
    return String(SHA256.hash(Array(text.utf8)).hex.prefix(16))
  }
}

extension DeskField {
  /// A field that is one string.
  static func string(
    _ name: String, _ look: Control.Look, hint: String? = nil, complaint: String? = nil
  ) -> DeskField {
    let label = Texts.fieldName(name)
    var field = DeskField(
      name: name, label: label,
      controls: [Control(key: "v", label: label, look: look, hint: hint)],
      fill: { ["v": [$0.text ?? ""]] },
      read: { inputs, _ in
        let text = first(inputs, "v")
        return text.isEmpty ? .null : .string(text)
      })
    if let complaint { field.complaint = complaint }
    return field
  }

  /// A field that is an object of strings, an input for each member.
  static func object(
    _ name: String, _ controls: [Control], complaint: String, label: String? = nil
  ) -> DeskField {
    DeskField(
      name: name, label: label ?? Texts.fieldName(name), controls: controls, complaint: complaint,
      fill: { value in
        Dictionary(
          uniqueKeysWithValues: controls.map { ($0.key, [value[$0.key]?.text ?? ""]) })
      },
      read: { inputs, before in
        var members: [(String, FieldValue)] = []
        if case .object(let old)? = before {
          members = old.map { ($0.name, $0.value) }
            .filter { member in !controls.contains { $0.key == member.0 } }
        }
        let told = controls.map { ($0.key, first(inputs, $0.key)) }.filter { !$0.1.isEmpty }
        if told.isEmpty { return .null }
        return .object(sorting: members + told.map { ($0.0, .string($0.1)) })
      })
  }

  /// The first value of a key, without space around it.
  static func first(_ inputs: Inputs, _ key: String) -> String {
    (inputs[key]?.first ?? "").trimmed
  }

  // MARK: - The fields of each kind

  /// The fields of a kind in the order of the form, in groups.
  static func groups(of kind: ItemKind) -> [(title: String, fields: [DeskField])] {
    let text = ("Inhalt", [title] + (kind == .news ? [subtitle] : []) + [summary, body])
    let order = ("Einordnung", [fieldsOfAction, keywords, licence, expires])
    let own: [(String, [DeskField])] =
      switch kind {
      case .project:
        [
          ("Projekt", [status, period, partners, funding, cost, results]),
          ("Mitmachen", [participation]),
        ]
      case .news: [("Meldung", [released, placeLine, pressContact, boilerplate])]
      case .date:
        [
          ("Zeit und Ort", [when, recurrence, venue, onlineLink]),
          ("Teilnahme", [price, registration, organiser, programme]),
        ]
      }
    return [text] + own + [order, ("Kontakt", [contact])]
  }

  /// The field of a name on an item of a kind; nil for one that forms do not show.
  static func named(_ name: String, of kind: ItemKind) -> DeskField? {
    if name.hasPrefix("link/") { return link(name) }
    if name.hasPrefix(FieldRules.mediaPrefix) { return media(name) }
    if name == note.name { return note }
    return groups(of: kind).flatMap(\.fields).first { $0.name == name }
  }

  static let title = string(
    "title", .line, complaint: "Ein Titel muss sein: eine Zeile mit höchstens 300 Zeichen.")
  /// What was wrong before, for everybody to read.
  static let note = string(
    "correctionNote", .line,
    hint: "Nur, wenn vorher etwas Falsches dastand: Was wurde berichtigt? Der Satz ist öffentlich.")
  static let subtitle = string("subtitle", .line, complaint: "Nur eine Zeile.")
  static let summary = string(
    "summary", .text(isLong: false), hint: "Zwei, drei Sätze für Listen und Suche",
    complaint: "Höchstens 1.000 Zeichen.")
  static let body = string(
    "body", .text(isLong: true),
    hint: "Absätze durch Leerzeilen, ## Überschrift, - Liste, **fett**, [Wort](https://…)")
  static let licence = string(
    "licence",
    .choice(
      ["dl-by-de/2.0", "dl-zero-de/2.0", "cc-by/4.0"].map {
        ($0, Texts.licence($0)?.name ?? $0)
      }))
  static let status = string(
    "status",
    .choice(ProjectStatus.allCases.map { ($0.rawValue, Texts.status($0.rawValue)) }))
  static let funding = string("funding", .line)
  static let cost = string("cost", .line)
  static let results = string("results", .text(isLong: false))
  static let placeLine = string("placeLine", .line, hint: "zum Beispiel: Kreis Recklinghausen.")
  static let boilerplate = string("boilerplate", .text(isLong: false))
  static let onlineLink = string("onlineLink", .web, complaint: "Eine Adresse mit https://")
  static let organiser = string("organiser", .line, complaint: "Nur eine Zeile.")

  static let fieldsOfAction = DeskField(
    name: "fieldsOfAction", label: "Handlungsfelder",
    controls: [
      Control(
        key: "v", label: "Handlungsfelder",
        look: .checks(FieldOfAction.allCases.map { ($0.rawValue, Texts.field($0.rawValue)) }))
    ],
    fill: { ["v": $0.elements?.compactMap(\.text) ?? []] },
    read: { inputs, _ in
      let codes = inputs["v"] ?? []
      return codes.isEmpty ? .null : .array(codes.map { .string($0) })
    })

  static let keywords = DeskField(
    name: "keywords", label: "Schlagwörter",
    controls: [
      Control(
        key: "v", label: "Schlagwörter", look: .line, hint: "durch Komma getrennt, höchstens 20")
    ],
    complaint: "Höchstens 20 kurze Wörter, durch Komma getrennt.",
    fill: { ["v": [$0.elements?.compactMap(\.text).joined(separator: ", ") ?? ""]] },
    read: { inputs, _ in
      var words: [String] = []
      for word in first(inputs, "v").split(separator: ",").map({ String($0).trimmed })
      where !word.isEmpty && !words.contains(word) {
        words.append(word)
      }
      return words.isEmpty ? .null : .array(words.map { .string($0) })
    })

  static let contact = object(
    "contact",
    [
      Control(
        key: "function", label: "Stelle", look: .line,
        hint: "Amt oder Funktion; möglichst kein Name"),
      Control(key: "email", label: "E-Mail", look: .mail, hint: "möglichst ein Funktionspostfach"),
      Control(key: "phone", label: "Telefon", look: .phone),
      Control(key: "person", label: "Person", look: .line, hint: "nur, wenn es nötig ist"),
    ], complaint: "Die Stelle fehlt, oder die Adresse ist keine.")

  static let pressContact = object(
    "pressContact",
    [
      Control(key: "function", label: "Stelle", look: .line),
      Control(key: "email", label: "E-Mail", look: .mail),
      Control(key: "phone", label: "Telefon", look: .phone),
    ], complaint: "Die Stelle fehlt, oder die Adresse ist keine.")

  static let period = object(
    "period",
    [
      Control(key: "from", label: "Beginn", look: .day),
      Control(key: "to", label: "Ende", look: .day, hint: "wenn es feststeht"),
    ], complaint: "Der Beginn fehlt, oder das Ende liegt davor.")

  static let participation = object(
    "participation",
    [
      Control(key: "kind", label: "Art", look: .line, hint: "Umfrage, Werkstatt, Ideenkarte …"),
      Control(key: "url", label: "Adresse", look: .web),
      Control(key: "from", label: "Von", look: .day),
      Control(key: "until", label: "Bis", look: .day),
    ], complaint: "Es fehlt etwas, oder das Ende liegt vor dem Beginn.")

  static let venue = object(
    "venue",
    [
      Control(key: "name", label: "Haus oder Platz", look: .line),
      Control(key: "street", label: "Straße", look: .line),
      Control(key: "postcode", label: "Postleitzahl", look: .line),
      Control(key: "town", label: "Ort", look: .line),
    ], complaint: "Der Name des Ortes fehlt, oder die Postleitzahl hat keine fünf Ziffern.")

  static let registration = object(
    "registration",
    [
      Control(key: "url", label: "Adresse", look: .web),
      Control(key: "deadline", label: "Anmeldeschluss", look: .day),
    ], complaint: "Eine Adresse mit https:// fehlt.")

  /// A link under its key.
  static func link(_ name: String) -> DeskField {
    object(
      name,
      [
        Control(key: "label", label: "Beschriftung", look: .line),
        Control(key: "url", label: "Adresse", look: .web),
        Control(
          key: "kind", label: "Art",
          look: .choice(
            ["council", "survey", "registration", "video", "service", "other"].map {
              ($0, Texts.linkKind($0))
            })),
      ], complaint: "Beschriftung, Art und eine Adresse mit https:// gehören zusammen.",
      label: "Link")
  }
}
