// HTML of sources as the Markdown subset of the catalogue, and as plain text. Nothing of the markup
// is left but paragraphs, headings, lists, bold, emphasis and links to https.
// Protocols/import.md §3.

import Catalogue
import Events
import Foundation

/// A text that a source gave as HTML.
struct HTMLText {
  private struct Style: Equatable {
    var isBold = false
    var isEmphasis = false
    var address: String?
  }

  private struct Run {
    var text: String
    let style: Style
  }

  private enum Shape {
    case paragraph
    case heading
    case entry
  }

  private struct Block {
    let shape: Shape
    var lines: [[Run]]
  }

  private var blocks: [Block] = []
  private var lines: [[Run]] = [[]]
  private var shape = Shape.paragraph
  private var bold = 0
  private var emphasis = 0
  private var address: String?
  private let base: URL?

  /// Reads HTML; links that are not absolute lead from `base`.
  init(_ html: String, base: URL? = nil) {
    self.base = base
    var scanner = HTMLScanner(html)
    while let token = scanner.next() {
      switch token {
      case .text(let text): append(text)
      case .open(let name, let attributes): open(name, attributes)
      case .close(let name): close(name)
      }
    }
    flush()
  }

  /// The text in the subset.
  var markdown: String {
    render { lines in lines.map { HTMLText.marked($0) }.filter { !$0.isEmpty } }
  }

  /// The text alone.
  var plain: String {
    var paragraphs: [String] = []
    for block in blocks {
      let text = block.lines.map(HTMLText.words).filter { !$0.isEmpty }.joined(separator: " ")
      if !text.isEmpty { paragraphs.append(text) }
    }
    return paragraphs.joined(separator: "\n")
  }

  /// True if a plain text looks like it was meant as HTML.
  static func isHTML(_ text: String) -> Bool {
    text.contains(/<\/?(p|br|a|b|i|strong|em|ul|ol|li|div|span|h[1-6]|table|img)\b[^<>]*>/)
  }

  // MARK: - Reading

  private mutating func append(_ text: String) {
    let style = Style(isBold: bold > 0, isEmphasis: emphasis > 0, address: address)
    let last = lines.count - 1
    if let run = lines[last].indices.last, lines[last][run].style == style {
      lines[last][run].text += text
    } else {
      lines[last].append(Run(text: text, style: style))
    }
  }

  private mutating func flush(as next: Shape = .paragraph) {
    if lines.contains(where: { !HTMLText.words($0).isEmpty }) {
      blocks.append(Block(shape: shape, lines: lines))
    }
    lines = [[]]
    shape = next
  }

  private static let blockNames: Set<String> = [
    "p", "div", "section", "article", "header", "footer", "main", "aside", "table", "tr", "tbody",
    "thead", "ul", "ol", "dl", "dt", "dd", "blockquote", "figure", "figcaption", "pre", "hr",
    "address", "form", "fieldset", "details", "summary",
  ]
  private static let headings: Set<String> = ["h1", "h2", "h3", "h4", "h5", "h6"]

  private mutating func open(_ name: String, _ attributes: [String: String]) {
    switch name {
    case "br": lines.append([])
    case "b", "strong": bold += 1
    case "i", "em": emphasis += 1
    case "a": address = HTMLText.link(attributes["href"], base)
    case "li": flush(as: .entry)
    case "td", "th": append(" ")
    default:
      if HTMLText.headings.contains(name) { flush(as: .heading) }
      // A paragraph at the head of an entry is the entry.
      if HTMLText.blockNames.contains(name), !(shape == .entry && isBlank) { flush() }
    }
  }

  private mutating func close(_ name: String) {
    switch name {
    case "b", "strong": bold = max(0, bold - 1)
    case "i", "em": emphasis = max(0, emphasis - 1)
    case "a": address = nil
    case "li": flush()
    default:
      if HTMLText.headings.contains(name) || HTMLText.blockNames.contains(name) { flush() }
    }
  }

  private var isBlank: Bool { lines.allSatisfy { HTMLText.words($0).isEmpty } }

  /// An address that the catalogue takes; nil for any other.
  static func link(_ text: String?, _ base: URL?) -> String? {
    guard let text, let url = URL(string: SourceText.line(text), relativeTo: base)?.absoluteURL,
      url.scheme?.lowercased() == "https"
    else { return nil }
    let address = url.absoluteString.replacing("(", with: "%28").replacing(")", with: "%29")
    return FieldRules.accept(.string(address), in: "onlineLink", of: .date) ? address : nil
  }

  // MARK: - Writing

  private func render(_ render: ([[Run]]) -> [String]) -> String {
    var text = ""
    var last: Shape?
    for block in blocks {
      let lines = render(block.lines)
      guard !lines.isEmpty else { continue }
      if let last { text += last == .entry && block.shape == .entry ? "\n" : "\n\n" }
      switch block.shape {
      case .paragraph: text += lines.joined(separator: "\n")
      case .heading: text += "## " + lines.joined(separator: " ")
      case .entry: text += "- " + lines.joined(separator: " ")
      }
      last = block.shape
    }
    return text
  }

  private static func words(_ line: [Run]) -> String {
    SourceText.line(line.map(\.text).joined())
  }

  /// A line with its marks. White space goes to the outside of a mark, where the subset wants it.
  private static func marked(_ line: [Run]) -> String {
    var text = ""
    for run in line {
      let words = SourceText.line(run.text)
      let hasStart = run.text.first?.isWhitespace ?? false
      let hasEnd = run.text.last?.isWhitespace ?? false
      if hasStart || words.isEmpty, !text.isEmpty, text.last != " " { text += " " }
      guard !words.isEmpty else { continue }
      text += mark(words, run.style)
      if hasEnd { text += " " }
    }
    while text.last == " " { text.removeLast() }
    return text
  }

  private static func mark(_ words: String, _ style: Style) -> String {
    if let address = style.address {
      let label = words.replacing("[", with: "(").replacing("]", with: ")")
      return "[\(label)](\(address))"
    }
    let plain = SourceText.unlinked(words)
    guard !plain.contains("*") else { return plain }
    if style.isBold { return "**\(plain)**" }
    return style.isEmphasis ? "*\(plain)*" : plain
  }
}

/// Parts of HTML, as a browser would find them, in a few lines.
struct HTMLScanner {
  enum Token: Equatable {
    case text(String)
    case open(String, [String: String])
    case close(String)
  }

  private let scalars: [Unicode.Scalar]
  private var index = 0

  /// What is between these tags is no text.
  private static let silent: Set<String> = [
    "script", "style", "iframe", "noscript", "template", "svg", "math", "object", "head", "title",
    "select", "textarea", "audio", "video",
  ]

  init(_ html: String) { scalars = Array(html.unicodeScalars) }

  mutating func next() -> Token? {
    while index < scalars.count {
      guard scalars[index] == "<", let tag = tag() else { return text() }
      index = tag.end
      guard let token = tag.token else { continue }
      if case .open(let name, _) = token, HTMLScanner.silent.contains(name) {
        skip(to: name)
        continue
      }
      return token
    }
    return nil
  }

  /// Up to the next `<` that begins a tag.
  private mutating func text() -> Token {
    let start = index
    index += 1
    while index < scalars.count, scalars[index] != "<" { index += 1 }
    return .text(HTMLEntities.decode(String(String.UnicodeScalarView(scalars[start..<index]))))
  }

  /// The tag or comment at `index`; nil if the `<` is a character like any other.
  private func tag() -> (token: Token?, end: Int)? {
    let rest = scalars[(index + 1)...]
    guard let first = rest.first else { return nil }
    if rest.starts(with: "!--".unicodeScalars) {
      let end = HTMLScanner.find("-->", in: scalars, from: index + 4)
      return (nil, end.map { $0 + 3 } ?? scalars.count)
    }
    let isClosing = first == "/"
    let nameStart = index + (isClosing ? 2 : 1)
    guard nameStart < scalars.count else { return nil }
    let isMarkup = first == "!" || first == "?"
    guard isMarkup || scalars[nameStart].properties.isAlphabetic, let end = endOfTag() else {
      return nil
    }
    if isMarkup { return (nil, end + 1) }
    let name = String(
      String.UnicodeScalarView(
        scalars[nameStart..<end].prefix { $0.properties.isAlphabetic || ("0"..."9").contains($0) })
    ).lowercased()
    if isClosing { return (.close(name), end + 1) }
    let attributes = HTMLScanner.attributes(scalars[(nameStart + name.unicodeScalars.count)..<end])
    return (.open(name, attributes), end + 1)
  }

  /// The `>` that ends the tag, not one within quotes.
  private func endOfTag() -> Int? {
    var quote: Unicode.Scalar?
    for place in index + 1..<scalars.count {
      let scalar = scalars[place]
      if let open = quote {
        if scalar == open { quote = nil }
      } else if scalar == "\"" || scalar == "'" {
        // A quote counts only where a value begins.
        if scalars[place - 1] == "=" || scalars[place - 1] == " " { quote = scalar }
      } else if scalar == ">" {
        return place
      } else if scalar == "<" {
        return nil
      }
    }
    return nil
  }

  private mutating func skip(to name: String) {
    let close = Array("</\(name)".unicodeScalars)
    while index + close.count <= scalars.count {
      let piece = scalars[index..<index + close.count]
      if String(String.UnicodeScalarView(piece)).lowercased() == "</\(name)" { return }
      index += 1
    }
    index = scalars.count
  }

  /// `name="value"`, `name='value'` and `name=value`, each looked at once; of one name the first
  /// counts.
  private static func attributes(_ text: ArraySlice<Unicode.Scalar>) -> [String: String] {
    var attributes: [String: String] = [:]
    var rest = text
    func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isWhitespace }
    while let start = rest.firstIndex(where: { !isSpace($0) && $0 != "/" }) {
      rest = rest[start...]
      let name = rest.prefix { !isSpace($0) && $0 != "=" && $0 != "/" }
      rest = rest.dropFirst(name.count).drop(while: isSpace)
      guard rest.first == "=" else {
        // Neither a name nor a value: go on behind it.
        if name.isEmpty { rest = rest.dropFirst() }
        continue
      }
      rest = rest.dropFirst().drop(while: isSpace)
      let value: ArraySlice<Unicode.Scalar>
      if let quote = rest.first, quote == "\"" || quote == "'" {
        value = rest.dropFirst().prefix { $0 != quote }
        rest = rest.dropFirst(value.count + 2)
      } else {
        value = rest.prefix { !isSpace($0) }
        rest = rest.dropFirst(value.count)
      }
      let key = String(String.UnicodeScalarView(name)).lowercased()
      if attributes[key] == nil {
        attributes[key] = HTMLEntities.decode(String(String.UnicodeScalarView(value)))
      }
    }
    return attributes
  }

  private static func find(
    _ mark: String, in scalars: [Unicode.Scalar], from start: Int
  ) -> Int? {
    let mark = Array(mark.unicodeScalars)
    guard start <= scalars.count - mark.count else { return nil }
    return (start...(scalars.count - mark.count)).first { place in
      scalars[place..<place + mark.count].elementsEqual(mark)
    }
  }
}
