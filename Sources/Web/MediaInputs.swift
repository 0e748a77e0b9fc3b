// One picture or document in a form of the desk: the file itself, and what people say of it.

import Catalogue
import Events

/// The inputs of a field `media/<key>` with the file before them.
struct MediaInputs: Sendable {
  let field: DeskField
  let inputs: DeskField.Inputs
  var error: String?
  /// False where the file is being added: then it cannot be taken off yet.
  var isOnItem = true

  /// A picture above this takes a phone on a slow network some seconds.
  private static let largeBytes: Int64 = 1_000_000

  /// What only a picture has, and what only a document has.
  private static let ofPictures: Set<String> = ["alt", "decorative", "consent"]
  private static let ofDocuments: Set<String> = ["label"]

  private func fact(_ name: String) -> FieldValue? {
    DeskField.facts(in: inputs).first { $0.0 == name }?.1
  }

  private var isPicture: Bool { fact("width") != nil }

  private func text(_ key: String) -> String { DeskField.first(inputs, key) }

  /// The file and its inputs.
  var content: HTML {
    let message: HTML? = error.map { "<p class=\"error\" id=\"e.\(field.name)\">\($0)</p>" }
    let strange = isPicture ? MediaInputs.ofDocuments : MediaInputs.ofPictures
    let rows: [HTML] = field.controls.dropFirst().filter { control in
      !strange.contains(control.key) && (isOnItem || control.key != DeskField.removeKey)
    }.map { "<div class=\"row\">\(input($0))</div>\n" }
    let file = "f.\(field.name).\(DeskField.fileKey)"
    return """
      <div class="row media" role="group" aria-label="\(field.label)">
      <input id="\(file)" name="\(file)" type="hidden" value="\(text(DeskField.fileKey))">
      \(preview)\(message)
      \(rows)</div>

      """
  }

  private func input(_ control: Control) -> HTML {
    // The text that is missing is marked, whatever else may be wrong.
    let isWrong = error != nil && ["alt", "label"].contains(control.key)
    return DeskInputs(field: field, inputs: inputs, error: isWrong ? error : nil)
      .input(of: control)
  }

  /// The file for people: a picture itself, a document by its name.
  private var preview: HTML {
    let hash = fact("sha256")?.text ?? ""
    let bytes = fact("bytes")?.number ?? 0
    let size = Texts.size(Int(bytes))
    guard let width = fact("width")?.number, let height = fact("height")?.number else {
      let name = text("label")
      return """
        <p><a href="/desk/media/\(hash)">\(name.isEmpty ? "PDF ansehen" : name)</a> \
        <small>(PDF, \(size))</small></p>
        """
    }
    let large: HTML? =
      bytes > MediaInputs.largeBytes
      ? " Für Telefone ist das viel: kleiner gespeichert erscheint das Bild schneller." : nil
    let alternative = text("alt")
    return """
      <p class="thumb"><img src="/desk/media/\(hash)" width="\(Int(width))" \
      height="\(Int(height))" alt="\(alternative.isEmpty ? "Vorschau" : alternative)"></p>
      <p class="meta">\(Int(width)) × \(Int(height)) Pixel, \(size).\(large)</p>
      """
  }

  /// The file and what is said of it, to be read.
  var shown: HTML {
    let lines: [HTML] = field.controls.dropFirst().compactMap { control in
      let text = text(control.key)
      guard !text.isEmpty else { return nil }
      return switch control.look {
      case .tick: "<p>✓ \(control.label)</p>"
      case .choice(let all):
        "<p><small>\(control.label)</small><br>\(all.first { $0.code == text }?.label ?? text)</p>"
      default: "<p><small>\(control.label)</small><br>\(text)</p>"
      }
    }
    return "\(preview)\(lines)"
  }
}
