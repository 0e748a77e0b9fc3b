// The characters of a source: encodings that are met in town halls, and texts made fit for fields.
// Protocols/import.md §1.

import Foundation

enum SourceText {
  /// Decodes UTF-8, UTF-16 with its mark, and else Windows-1252, which is what Excel writes.
  static func decode(_ bytes: [UInt8]) throws(ImportError) -> String {
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { return try decode(Array(bytes.dropFirst(3))) }
    if bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff]) {
      guard let text = String(data: Data(bytes), encoding: .utf16) else {
        throw .badEncoding("the source is damaged UTF-16")
      }
      return text.unicodeScalars.first == "\u{feff}"
        ? String(String.UnicodeScalarView(text.unicodeScalars.dropFirst())) : text
    }
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    guard !bytes.contains(0), let text = String(data: Data(bytes), encoding: .windowsCP1252) else {
      throw .badEncoding("the source is neither UTF-8 nor Windows-1252")
    }
    return text
  }

  /// A text without control characters but line feed and tab, with composed letters.
  static func clean(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    var wasReturn = false
    for scalar in text.precomposedStringWithCanonicalMapping.unicodeScalars {
      defer { wasReturn = scalar == "\r" }
      switch scalar.value {
      case 0x0a: if !wasReturn { result.append("\n") }
      case 0x0d, 0x85, 0x2028, 0x2029: result.append("\n")
      case 0x09: result.append(scalar)
      // A soft hyphen is a hint for one layout and keeps words from being found.
      case 0..<0x20, 0x7f..<0xa0, 0xad, 0xfeff, 0xfffe, 0xffff: break
      default: result.append(scalar)
      }
    }
    return String(result)
  }

  /// A text on one line, its white space single.
  static func line(_ text: String) -> String {
    clean(text).split { $0.isWhitespace }.joined(separator: " ")
  }

  /// The first `limit` scalars, cut between words, with an ellipsis where something was cut.
  static func shortened(_ text: String, to limit: Int) -> String {
    let scalars = text.unicodeScalars
    guard scalars.count > limit else { return text }
    let head = String(String.UnicodeScalarView(scalars.prefix(limit - 2)))
    let cut = head.lastIndex { $0.isWhitespace } ?? head.endIndex
    // A text without spaces is cut where it must be.
    let kept = head.distance(from: head.startIndex, to: cut) * 2 > limit ? head[..<cut] : head[...]
    return kept + " …"
  }

  /// Plain text that no reader of the Markdown subset takes for a link.
  static func unlinked(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    var last: Unicode.Scalar = " "
    for scalar in text.unicodeScalars {
      if last == "]", scalar == "(" { result.append(" ") }
      result.append(scalar)
      last = scalar
    }
    return String(result)
  }

  /// Plain text as paragraphs: lines trimmed, one empty line between paragraphs.
  static func paragraphs(_ text: String) -> String {
    var lines: [String] = []
    for raw in clean(text).split(separator: "\n", omittingEmptySubsequences: false) {
      let line = raw.split { $0 == " " || $0 == "\t" || $0 == "\u{a0}" }.joined(separator: " ")
      if line.isEmpty, lines.last?.isEmpty ?? true { continue }
      lines.append(line)
    }
    while lines.last?.isEmpty == true { lines.removeLast() }
    return unlinked(lines.joined(separator: "\n"))
  }
}
