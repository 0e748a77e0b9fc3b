// The safe part of Markdown that texts of the catalogue may use: paragraphs, `##` headings, lists,
// **bold**, *emphasis* and [links](https://…). Everything else is plain text and is escaped.

/// Renders the subset. Nothing that an author writes becomes markup except by these rules.
enum Markdown {
  /// Nested marks that are followed; deeper ones stay as they were written.
  private static let maximumDepth = 4

  /// The markup of a text.
  ///
  /// - Parameter level: the level of a `##` heading on the page.
  static func render(_ text: String, headingLevel level: Int = 2) -> HTML {
    var output = HTML.nothing
    for block in blocks(text) {
      switch block {
      case .heading(let text):
        output +=
          level <= 2 ? "<h2>\(inline(text))</h2>\n" : "<h3>\(inline(text))</h3>\n"
      case .list(let entries):
        output += "<ul>\n\(entries.map { "<li>\(inline($0))</li>\n" as HTML })</ul>\n"
      case .paragraph(let lines):
        output += "<p>\(lines.map { inline($0) }.joined(separator: "<br>\n"))</p>\n"
      }
    }
    return output
  }

  private enum Block {
    case heading(Substring)
    case list([Substring])
    case paragraph([Substring])
  }

  private static func blocks(_ text: String) -> [Block] {
    var blocks: [Block] = []
    var continues = false
    for raw in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      let line = trimmed(raw)
      if line.isEmpty {
        continues = false
      } else if line.hasPrefix("## ") {
        blocks.append(.heading(trimmed(line.dropFirst(3))))
        continues = false
      } else if line.hasPrefix("- ") {
        let entry = trimmed(line.dropFirst(2))
        if continues, case .list(let entries) = blocks.last {
          blocks[blocks.count - 1] = .list(entries + [entry])
        } else {
          blocks.append(.list([entry]))
        }
        continues = true
      } else if continues, case .paragraph(let lines) = blocks.last {
        blocks[blocks.count - 1] = .paragraph(lines + [line])
      } else {
        blocks.append(.paragraph([line]))
        continues = true
      }
    }
    return blocks
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text
    while let first = text.first, first.isWhitespace { text.removeFirst() }
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return text
  }

  /// One line with its marks. Each mark is looked for to the right once, so a line costs at most
  /// its length times the depth.
  static func inline(_ text: Substring, depth: Int = 0) -> HTML {
    var output = HTML.nothing
    var plain = text.startIndex
    var index = text.startIndex
    var hopeless: Set<Character> = []
    while index < text.endIndex, depth < maximumDepth {
      let mark = text[index]
      guard mark == "*" || mark == "[", !hopeless.contains(mark) else {
        index = text.index(after: index)
        continue
      }
      guard let (piece, end) = marked(text[index...], depth: depth) else {
        // `**` may close where `*` does not, so only a link's mark is given up for the line.
        if mark == "[" { hopeless.insert(mark) }
        index = text.index(after: index)
        continue
      }
      output += "\(text[plain..<index])\(piece)"
      index = end
      plain = end
    }
    return output + "\(text[plain...])"
  }

  /// The marked piece at the start of `text` and where it ends.
  private static func marked(_ text: Substring, depth: Int) -> (HTML, Substring.Index)? {
    if text.hasPrefix("**") {
      return enclosed(text, by: "**").map { inner, end in
        ("<strong>\(inline(inner, depth: depth + 1))</strong>", end)
      }
    }
    if text.hasPrefix("*") {
      return enclosed(text, by: "*").map { inner, end in
        ("<em>\(inline(inner, depth: depth + 1))</em>", end)
      }
    }
    return link(text)
  }

  private static func enclosed(
    _ text: Substring, by mark: String
  ) -> (Substring, Substring.Index)? {
    let rest = text.dropFirst(mark.count)
    guard let first = rest.first, !first.isWhitespace, first != "*",
      let close = rest.firstRange(of: mark), let last = rest[..<close.lowerBound].last,
      !last.isWhitespace
    else { return nil }
    return (rest[..<close.lowerBound], close.upperBound)
  }

  private static func link(_ text: Substring) -> (HTML, Substring.Index)? {
    let rest = text.dropFirst()
    guard let close = rest.firstIndex(of: "]"), close > rest.startIndex else { return nil }
    let label = rest[..<close]
    let after = rest[rest.index(after: close)...]
    guard after.first == "(", let end = after.firstIndex(of: ")"),
      let address = WebAddress(String(after[after.index(after: after.startIndex)..<end]))
    else { return nil }
    return (address.link(String(label)), after.index(after: end))
  }
}
