// Pictures and documents among the fields of a draft: what is known of the file stands in one input
// that nobody types into, beside it what people say of it.

import Catalogue
import Events
import Media

extension DeskField {
  /// The key of the input that holds what is known of the file.
  static let fileKey = "file"
  /// The key of the input that takes the file off the item.
  static let removeKey = "remove"

  /// True for a picture or a document.
  var isMedia: Bool { name.hasPrefix(FieldRules.mediaPrefix) }

  /// A picture or a document under its key.
  static func media(_ name: String) -> DeskField {
    DeskField(
      name: name, label: Texts.fieldName(name),
      controls: [
        Control(key: fileKey, label: "Datei", look: .line),
        Control(
          key: "alt", label: "Alternativtext", look: .line,
          hint: "Was zeigt das Bild? Ein Satz für Menschen, die es nicht sehen."),
        Control(
          key: "decorative",
          label: "rein schmückend: Das Bild sagt nichts, was nicht im Text steht", look: .tick),
        Control(key: "label", label: "Name der Datei", look: .line, hint: "So heißt der Link."),
        Control(key: "caption", label: "Unterschrift oder Hinweis", look: .line),
        Control(
          key: "credit", label: "Urheber", look: .line, hint: "zum Beispiel: Foto: Stadt Marl"),
        Control(
          key: "licence", label: "Lizenz",
          look: .choice(Texts.mediaLicences.map { ($0, Texts.mediaLicence($0).name) })),
        Control(key: "consent", label: "Wer zu erkennen ist, hat zugestimmt", look: .tick),
        Control(key: removeKey, label: "vom Eintrag nehmen", look: .tick),
      ],
      complaint: """
        Ein Bild braucht entweder einen Satz für Menschen, die es nicht sehen, oder das Häkchen \
        „rein schmückend“; eine Datei braucht ihren Namen. Alles in einer Zeile, höchstens 300 \
        Zeichen, Alternativtext und Unterschrift höchstens 1.000.
        """,
      fill: fillMedia, read: readMedia)
  }

  /// A new field for a file. Keys ascend with time, so that files stand as they were added.
  static func newMedia(at moment: Timestamp) -> DeskField {
    // Two files of one millisecond differ by chance, and else meet as two values of one field.
    media(
      FieldRules.mediaPrefix + String(moment.milliseconds, radix: 36)
        + String(Int.random(in: 36..<1_296), radix: 36))
  }

  private static let factNames = ["sha256", "type", "bytes", "width", "height"]
  private static let textNames = ["alt", "caption", "credit", "label", "licence"]

  @Sendable private static func fillMedia(_ value: FieldValue) -> Inputs {
    let facts = factNames.compactMap { value[$0] }.map { $0.text ?? $0.canonicalText }
    var inputs: Inputs = [fileKey: [facts.joined(separator: " ")]]
    for name in textNames { inputs[name] = [value[name]?.text ?? ""] }
    for name in ["decorative", "consent"] { inputs[name] = value[name] == true ? ["1"] : [] }
    return inputs
  }

  @Sendable private static func readMedia(_ inputs: Inputs, _ before: FieldValue?) -> FieldValue {
    let facts = facts(in: inputs)
    guard !facts.isEmpty, first(inputs, removeKey).isEmpty else { return .null }
    var members = facts
    for name in textNames where !first(inputs, name).isEmpty {
      members.append((name, .string(first(inputs, name))))
    }
    for name in ["decorative", "consent"] where !first(inputs, name).isEmpty {
      members.append((name, true))
    }
    return .object(sorting: members)
  }

  /// What is known of the file, as members of the field's value; nothing where no file is named.
  static func facts(in inputs: Inputs) -> [(String, FieldValue)] {
    let words = first(inputs, fileKey).split(separator: " ").map(String.init)
    return zip(factNames, words).map { name, word in
      // A hash has more digits than any number.
      (name, Int64(word).map { .integer($0) } ?? .string(word))
    }
  }

  /// The inputs of a file that this node holds, with nothing said of it.
  static func inputs(of media: MediaFacts) -> Inputs {
    var facts = "\(media.hash.hex) \(media.type.rawValue) \(media.bytes)"
    if let size = media.size { facts += " \(size.width) \(size.height)" }
    return [fileKey: [facts]]
  }
}
