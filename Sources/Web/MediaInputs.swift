// The inputs of one picture or document at the desk: text for those who do not see it, caption,
// credit, licence, consent. Any form may hold them; their names begin with `f.media/<key>.`.

import Catalogue
import Events
import Media

/// What an editor says of one file. A value, so that it can be shown again from any thread.
struct MediaInputs: Sendable {
  /// The field, `media/<key>`.
  let field: String
  /// What the node itself says of the file: hash, type, length, size. Never taken from a form.
  private let facts: [FieldValue.Member]
  private var texts: [String: String] = [:]
  private var isDecorative = false
  private var hasConsent = false
  /// Messages by input.
  private(set) var errors: [String: String] = [:]

  private static let factNames = ["bytes", "height", "sha256", "type", "width"]
  private static let textNames = ["alt", "caption", "credit", "label", "licence"]

  // MARK: - Making

  /// The inputs of a file that an item names; nil for a value that names none.
  init?(_ value: FieldValue, field: String) {
    guard field.hasPrefix(FieldRules.mediaPrefix), case .object(let members) = value,
      value["sha256"] != nil
    else { return nil }
    self.field = field
    facts = members.filter { MediaInputs.factNames.contains($0.name) }
    for name in MediaInputs.textNames { texts[name] = value[name]?.text }
    isDecorative = value["decorative"]?.truth ?? false
    hasConsent = value["consent"]?.truth ?? false
  }

  /// The inputs of a file that was uploaded.
  init(_ media: MediaFacts, field: String) {
    self.field = field
    var members: [(String, FieldValue)] = [
      ("bytes", .integer(Int64(media.bytes))), ("sha256", .string(media.hash.hex)),
      ("type", .string(media.type.rawValue)),
    ]
    if let size = media.size {
      members += [
        ("height", .integer(Int64(size.height))), ("width", .integer(Int64(size.width))),
      ]
    }
    guard case .object(let facts) = FieldValue.object(sorting: members) else {
      preconditionFailure("members make an object")
    }
    self.facts = facts
  }

  /// The inputs of a field as a form brings them back; nil where the form does not have them or
  /// names a file that is unknown.
  ///
  /// - Parameters:
  ///   - before: what the item says now: a file that is on its way can be described already.
  ///   - store: what this node holds.
  init?(_ form: PostedForm, field: String, before: FieldValue?, store: MediaStore) {
    func input(_ name: String) -> String { "f.\(field).\(name)" }
    guard let hex = form[input("sha256")], let hash = Digest(hex: hex) else { return nil }
    if let facts = store.facts(hash) {
      self.init(facts, field: field)
    } else if let before, before["sha256"]?.text == hex {
      self.init(before, field: field)
    } else {
      return nil
    }
    for name in MediaInputs.textNames { texts[name] = form.text(input(name)) }
    isDecorative = form[input("decorative")] != nil
    hasConsent = form[input("consent")] != nil
  }

  /// The fields of which a form has inputs, ascending.
  static func fields(in form: PostedForm) -> [String] {
    form.values.keys.filter {
      $0.hasPrefix("f." + FieldRules.mediaPrefix) && $0.hasSuffix(".sha256")
    }
    .map { String($0.dropFirst("f.".count).dropLast(".sha256".count)) }.sorted()
  }

  /// A new field for a file. Keys ascend with time, so that files stand as they were added.
  static func newField(at moment: Timestamp) -> String {
    let time = String(moment.milliseconds, radix: 36)
    // Two files of one millisecond differ by chance, and else meet as two values of one field.
    return FieldRules.mediaPrefix + time + String(Int.random(in: 36..<1_296), radix: 36)
  }

  private var isPicture: Bool { fact("width") != nil }

  private func fact(_ name: String) -> FieldValue? { facts.first { $0.name == name }?.value }

  private var hash: String { fact("sha256")?.text ?? "" }

  // MARK: - Reading

  /// The value of the field; nil where something is missing, which `errors` then say.
  mutating func value() -> FieldValue? {
    errors = [:]
    var members = facts.map { ($0.name, $0.value) }
    func add(_ name: String) {
      if let text = texts[name] { members.append((name, .string(text))) }
    }
    if isPicture {
      if isDecorative, texts["alt"] == nil {
        members.append(("decorative", true))
      } else if isDecorative {
        errors["alt"] = "Entweder ein Text oder „rein schmückend“, nicht beides."
      } else if texts["alt"] == nil {
        errors["alt"] = """
          Was zeigt das Bild? Ein Satz für Menschen, die es nicht sehen. Sagt es nichts, wählen Sie \
          „rein schmückend“.
          """
      }
      add("alt")
      if hasConsent { members.append(("consent", true)) }
    } else {
      if texts["label"] == nil {
        errors["label"] = "Wie heißt die Datei? Der Name steht als Link da."
      }
      add("label")
    }
    for name in ["caption", "credit", "licence"] { add(name) }
    guard errors.isEmpty else { return nil }
    let value = FieldValue.object(sorting: members)
    if FieldRules.accept(value, in: field, of: .news) { return value }
    for name in MediaInputs.textNames where texts[name] != nil { complain(name) }
    if errors.isEmpty { errors[isPicture ? "alt" : "label"] = "Diese Datei passt hier nicht." }
    return nil
  }

  /// A text that is too long, or has more than one line.
  private mutating func complain(_ name: String) {
    let most = ["alt": 1_000, "caption": 1_000, "credit": 300, "label": 300][name]
    guard let most, let text = texts[name] else { return }
    if text.unicodeScalars.count > most || text.contains(where: \.isNewline) {
      errors[name] = "Eine Zeile mit höchstens \(most) Zeichen."
    }
  }

  // MARK: - Showing

  /// The file and its inputs, without a form around them.
  var content: HTML {
    let picture: HTML =
      isPicture
      ? """
      \(line("alt", "Alternativtext", hint: "Was zeigt das Bild? Für Menschen, die es nicht sehen."))
      \(tick("decorative", "rein schmückend: Das Bild sagt nichts, was nicht im Text steht", isDecorative))
      """
      : line("label", "Name der Datei", hint: "So heißt der Link")
    let consent: HTML? =
      isPicture
      ? tick("consent", "Wer zu erkennen ist, hat zugestimmt", hasConsent) : nil
    return """
      <input type="hidden" name="\(input("sha256"))" value="\(hash)">
      \(preview)
      \(picture)
      \(line("caption", "Bildunterschrift oder Hinweis", hint: nil))
      \(line("credit", "Urheber", hint: "zum Beispiel: Foto: Stadt Marl"))
      \(licences)
      \(consent)
      """
  }

  /// The file for people: a picture itself, a document by its name.
  var preview: HTML {
    let size = Texts.size(Int(fact("bytes")?.number ?? 0))
    guard isPicture, let width = fact("width")?.number, let height = fact("height")?.number else {
      return """
        <p><a href="/desk/media/\(hash)">\(texts["label"] ?? "PDF ansehen")</a> \
        <small>(PDF, \(size))</small></p>
        """
    }
    let large: HTML? =
      (fact("bytes")?.number ?? 0) > MediaInputs.largeBytes
      ? " Für Telefone ist das viel: kleiner gespeichert erscheint das Bild schneller." : nil
    return """
      <p class="preview"><img src="/desk/media/\(hash)" alt="\(texts["alt"] ?? "Vorschau")" \
      width="\(Int(width))" height="\(Int(height))"></p>
      <p class="meta">\(Int(width)) × \(Int(height)) Pixel, \(size).\(large)</p>
      """
  }

  /// A picture above this takes a phone on a slow network some seconds.
  private static let largeBytes: Int64 = 1_000_000

  /// The file and what is said of it, to be read.
  var shown: HTML {
    let lines: [(String, String?)] = [
      ("Alternativtext", isDecorative ? "rein schmückend" : texts["alt"]),
      ("Unterschrift", texts["caption"]), ("Urheber", texts["credit"]),
      ("Lizenz", texts["licence"].map { Texts.mediaLicence($0).name }),
      ("Einwilligung", hasConsent ? "liegt vor" : nil),
    ]
    let rows: [HTML] = lines.compactMap { label, text in
      text.map { "<p><small>\(label)</small><br>\($0)</p>" }
    }
    return "\(preview)\(rows)"
  }

  private func input(_ name: String) -> String { "f.\(field).\(name)" }

  private func line(_ name: String, _ label: String, hint: String?) -> HTML {
    let id = input(name)
    let note: HTML? = hint.map { "<span class=\"hint\">\($0)</span>" }
    let state: HTML =
      errors[name] == nil ? "" : " aria-invalid=\"true\" aria-describedby=\"e.\(id)\""
    let message: HTML? = errors[name].map { "<p class=\"error\" id=\"e.\(id)\">\($0)</p>" }
    return """
      <div class="row"><label for="\(id)">\(label)\(note)</label>\
      <input id="\(id)" name="\(id)" value="\(texts[name] ?? "")"\(state)>\(message)</div>
      """
  }

  private func tick(_ name: String, _ label: String, _ isSet: Bool) -> HTML {
    let mark: HTML = isSet ? " checked" : ""
    return """
      <div class="row"><div class="checks"><label><input type="checkbox" id="\(input(name))" \
      name="\(input(name))" value="1"\(mark)> \(label)</label></div></div>
      """
  }

  private var licences: HTML {
    let id = input("licence")
    let options: [HTML] = Texts.mediaLicences.map { code in
      let mark: HTML = code == texts["licence"] ? " selected" : ""
      return "<option value=\"\(code)\"\(mark)>\(Texts.mediaLicence(code).name)</option>"
    }
    return """
      <div class="row"><label for="\(id)">Lizenz</label><select id="\(id)" name="\(id)">\
      <option value="">–</option>\(options)</select></div>
      """
  }
}
