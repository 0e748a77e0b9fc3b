// Markup as a type of its own: what is interpolated is escaped, so that a page cannot be built
// with an unescaped text by mistake. WHATWG HTML §13.1.2, §13.3.

/// A piece of markup. Literals are markup (they are static, so they never come from outside);
/// every interpolated text is escaped for content and for quoted attributes. There is no way to
/// take a text as it is.
package struct HTML: Sendable, Equatable, ExpressibleByStringInterpolation {
  /// The markup as it goes out, in UTF-8. Bytes, because a page is joined of thousands of pieces.
  package private(set) var bytes: [UInt8]

  /// The markup as a string.
  package var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Markup that stands in the program.
  package init(stringLiteral value: StaticString) {
    bytes = value.withUTF8Buffer { Array($0) }
  }

  /// Markup with texts in it, which were escaped on the way.
  package init(stringInterpolation: StringInterpolation) { bytes = stringInterpolation.bytes }

  /// No markup.
  static let nothing: HTML = ""

  static func + (left: HTML, right: HTML) -> HTML {
    var result = left
    result += right
    return result
  }
  static func += (left: inout HTML, right: HTML) { left.bytes += right.bytes }

  /// What an interpolated literal is made of.
  package struct StringInterpolation: StringInterpolationProtocol {
    var bytes: [UInt8] = []

    /// Nothing yet.
    package init(literalCapacity: Int, interpolationCount: Int) {
      bytes.reserveCapacity(literalCapacity + interpolationCount * 16)
    }

    /// Markup that stands in the program: as it is.
    package mutating func appendLiteral(_ literal: StaticString) {
      literal.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    /// A text: escaped.
    package mutating func appendInterpolation(_ value: String) { HTML.escape(value, into: &bytes) }

    /// A part of a text: escaped.
    package mutating func appendInterpolation(_ value: Substring) {
      HTML.escape(String(value), into: &bytes)
    }

    /// A number has nothing to escape.
    package mutating func appendInterpolation(_ value: Int) {
      bytes.append(contentsOf: String(value).utf8)
    }

    /// Markup: as it is.
    package mutating func appendInterpolation(_ value: HTML) { bytes += value.bytes }

    /// Several pieces of markup, one after the other.
    package mutating func appendInterpolation(_ values: [HTML]) {
      for value in values { bytes += value.bytes }
    }

    /// Markup where there is any.
    package mutating func appendInterpolation(_ value: HTML?) {
      if let value { bytes += value.bytes }
    }
  }

  /// Appends `value` with the five characters that mean something in content or in an attribute
  /// replaced. Control characters that no page may hold become U+FFFD.
  static func escape(_ value: String, into output: inout [UInt8]) {
    var value = value
    value.withUTF8 { text in
      // What needs no change goes over in one piece, up to the next that does.
      var start = 0
      for index in text.indices {
        guard let changed = replacement(of: text[index]) else { continue }
        output.append(contentsOf: text[start..<index])
        output.append(contentsOf: changed.utf8)
        start = index + 1
      }
      output.append(contentsOf: text[start...])
    }
  }

  private static func replacement(of byte: UInt8) -> String? {
    switch byte {
    case UInt8(ascii: "&"): "&amp;"
    case UInt8(ascii: "<"): "&lt;"
    case UInt8(ascii: ">"): "&gt;"
    case UInt8(ascii: "\""): "&quot;"
    case UInt8(ascii: "'"): "&#39;"
    case 0x09, 0x0a, 0x0d, 0x20...0x7e, 0x80...: nil
    default: "\u{FFFD}"
    }
  }
}

extension Sequence<HTML> {
  /// The pieces one after the other, `separator` between them.
  func joined(separator: HTML = .nothing) -> HTML {
    var result = HTML.nothing
    for (index, piece) in enumerated() {
      if index > 0 { result += separator }
      result += piece
    }
    return result
  }
}

/// A link to another site that a browser may follow: only `https:` and `http:`, never `javascript:`
/// or `data:`.
struct WebAddress: Sendable, Equatable {
  /// The address as it was told.
  let text: String

  /// The longest address that is linked; browsers and servers agree on about this much.
  static let maximumBytes = 2_048

  /// Nil for anything but an absolute web address without controls, spaces and user names.
  init?(_ text: String?) {
    guard let text, text.utf8.count <= WebAddress.maximumBytes else { return nil }
    let scheme = ["https://", "http://"].first { text.lowercased().hasPrefix($0) }
    guard let scheme else { return nil }
    guard text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f && $0 != 0x5c }) else { return nil }
    let host = text.dropFirst(scheme.count).prefix { !"/?#".contains($0) }
    guard !host.isEmpty, !host.contains("@") else { return nil }
    self.text = text
  }

  /// The host, for people.
  var host: String {
    let rest = text[text.firstRange(of: "://")!.upperBound...]  // Checked by the initialiser.
    let host = rest.prefix { !"/?#:".contains($0) }
    return host.hasPrefix("www.") ? String(host.dropFirst(4)) : String(host)
  }

  /// A link that leaves the site; `nofollow` and `noopener` since others wrote it.
  func link(_ label: String) -> HTML {
    "<a class=\"out\" href=\"\(text)\" rel=\"nofollow noopener\">\(label)</a>"
  }
}
