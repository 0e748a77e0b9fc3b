// Pictures and documents on the page of an item.

import Catalogue
import Events

/// What an item shows besides its text.
struct ItemMedia {
  private let values: [FieldValue]
  private let path: String
  private let holds: (Digest) -> Bool

  /// - Parameters:
  ///   - path: what stands before a hash in addresses.
  ///   - holds: true for a file that this node has.
  init(_ state: ItemState, path: String, holds: @escaping (Digest) -> Bool) {
    values = ItemMedia.values(of: state)
    self.path = path
    self.holds = holds
  }

  /// The values in force, in the order of their keys, which is that in which they were added.
  static func values(of state: ItemState) -> [FieldValue] {
    state.registers.map(\.field).filter { $0.hasPrefix(FieldRules.mediaPrefix) }
      .compactMap { state.value($0) }
  }

  /// The pictures; nil where there is none.
  var pictures: HTML? {
    let figures: [HTML] = values.filter { $0["width"] != nil }.enumerated().map { index, value in
      figure(value, isFirst: index == 0)
    }
    return figures.isEmpty ? nil : "<div class=\"figures\">\n\(figures)</div>\n"
  }

  private func figure(_ value: FieldValue, isFirst: Bool) -> HTML {
    let alternative = value["alt"]?.text ?? ""
    guard isHeld(value) else {
      // A picture that tells nothing is not missed.
      return alternative.isEmpty
        ? ""
        : "<p class=\"note\">Dieses Bild wird noch übertragen. Es zeigt: \(alternative)</p>\n"
    }
    let later: HTML = isFirst ? "" : " loading=\"lazy\""
    let caption = caption(value)
    return """
      <figure><img src="\(path(value))" alt="\(alternative)" width="\(side(value, "width"))" \
      height="\(side(value, "height"))" decoding="async"\(later)>\(caption)</figure>

      """
  }

  private func side(_ value: FieldValue, _ member: String) -> Int {
    Int(value[member]?.number ?? 0)
  }

  /// What stands below a picture: the caption, who made it, under which licence.
  private func caption(_ value: FieldValue) -> HTML? {
    let rights = rights(value)
    let text: HTML? = value["caption"]?.text.map { "\($0)" }
    guard text != nil || rights != nil else { return nil }
    return "<figcaption>\(text)\(text == nil || rights == nil ? "" : " ")\(rights)</figcaption>"
  }

  private func rights(_ value: FieldValue) -> HTML? {
    let credit: HTML? = value["credit"]?.text.map { "\($0)" }
    let licence: HTML? = value["licence"]?.text.map { code in
      let (name, address) = Texts.mediaLicence(code)
      return WebAddress(address)?.link(name) ?? "\(name)"
    }
    let parts = [credit, licence].compactMap(\.self)
    return parts.isEmpty ? nil : "<small>\(parts.joined(separator: " · "))</small>"
  }

  /// The documents; nil where there is none.
  var documents: HTML? {
    let entries: [HTML] = values.filter { $0["width"] == nil }.map { value in
      let label = value["label"]?.text ?? "Datei"
      let name: HTML =
        isHeld(value) ? "<a href=\"\(path(value))\">\(label)</a>" : "\(label)"
      let state = isHeld(value) ? "" : ", wird noch übertragen"
      let size = Texts.size(Int(value["bytes"]?.number ?? 0))
      let caption: HTML? = value["caption"]?.text.map { "<br>\($0)" }
      let rights: HTML? = rights(value).map { "<br>\($0)" }
      return "<li>\(name) <small>(PDF, \(size)\(state))</small>\(caption)\(rights)</li>\n"
    }
    return entries.isEmpty ? nil : "<h2>Dateien</h2>\n<ul class=\"files\">\n\(entries)</ul>\n"
  }

  private func path(_ value: FieldValue) -> String { path + (value["sha256"]?.text ?? "") }

  private func isHeld(_ value: FieldValue) -> Bool {
    value["sha256"]?.text.flatMap { Digest(hex: $0) }.map(holds) ?? false
  }
}
