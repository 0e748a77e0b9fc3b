// Markup as a type of its own: what is interpolated is escaped, so that a page cannot be built
// with an unescaped text by mistake. WHATWG HTML §13.1.2, §13.3.

/// A piece of markup. Literals are markup (they are static, so they never come from outside);
/// every interpolated text is escaped for content and for quoted attributes.
package struct HTML: Sendable, Equatable, ExpressibleByStringInterpolation {
  /// The markup as it goes out.
  package private(set) var text: String

  /// Markup that stands in the program.
  package init(stringLiteral value: StaticString) { text = value.description }

  /// Markup with texts between, which are escaped.
  package init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

  private init(unescaped text: String) { self.text = text }

  /// No markup.
  static let nothing: HTML = ""

  /// Takes a text as markup without escaping.
  ///
  /// - Parameter reason: why the text cannot hold anything harmful; it stands at the call for
  ///   those who review it.
  static func trusted(_ text: String, because reason: StaticString) -> HTML {
    precondition(reason.utf8CodeUnitCount > 0, "trusting a text takes a reason")
    return HTML(unescaped: text)
  }

  /// True if there is no markup at all.
  var isEmpty: Bool { text.isEmpty }

  static func + (left: HTML, right: HTML) -> HTML { HTML(unescaped: left.text + right.text) }
  static func += (left: inout HTML, right: HTML) { left.text += right.text }

  /// What an interpolated literal is made of.
  package struct StringInterpolation: StringInterpolationProtocol {
    var text = ""

    /// Nothing yet, with room for the whole.
    package init(literalCapacity: Int, interpolationCount: Int) {
      text.reserveCapacity(literalCapacity + interpolationCount * 16)
    }

    /// Markup that stands in the program.
    package mutating func appendLiteral(_ literal: StaticString) { text += literal.description }

    /// A text: escaped.
    package mutating func appendInterpolation(_ value: String) { HTML.escape(value, into: &text) }

    /// A part of a text: escaped.
    package mutating func appendInterpolation(_ value: Substring) {
      HTML.escape(String(value), into: &text)
    }

    /// A number has nothing to escape.
    package mutating func appendInterpolation(_ value: Int) { text += String(value) }

    /// Markup: as it is.
    package mutating func appendInterpolation(_ value: HTML) { text += value.text }

    /// Several pieces of markup, one after the other.
    package mutating func appendInterpolation(_ values: [HTML]) {
      for value in values { text += value.text }
    }

    /// Markup where there is any.
    package mutating func appendInterpolation(_ value: HTML?) { text += value?.text ?? "" }
  }

  /// Appends `value` with the five characters that mean something in content or in an attribute
  /// replaced. Control characters that no page may hold become U+FFFD.
  static func escape(_ value: String, into output: inout String) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(value.utf8.count)
    for byte in value.utf8 {
      switch byte {
      case UInt8(ascii: "&"): bytes += "&amp;".utf8
      case UInt8(ascii: "<"): bytes += "&lt;".utf8
      case UInt8(ascii: ">"): bytes += "&gt;".utf8
      case UInt8(ascii: "\""): bytes += "&quot;".utf8
      case UInt8(ascii: "'"): bytes += "&#39;".utf8
      case 0x09, 0x0a, 0x0d, 0x20...0x7e, 0x80...: bytes.append(byte)
      default: bytes += "\u{FFFD}".utf8
      }
    }
    output += String(decoding: bytes, as: UTF8.self)
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
