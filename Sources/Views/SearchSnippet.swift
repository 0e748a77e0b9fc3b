// What a hit shows: a cut of a text with its matches, and the plain text of the catalogue's
// Markdown. Protocols/views.md §4.

extension SearchQuery {
  /// A whole text in parts.
  func parts(of text: String) -> [SnippetPart] {
    Self.parts(of: Array(text.utf8), within: 0..<text.utf8.count, matches(in: text))
  }

  /// A cut of the first of `texts` that has a match, else of the first that is not empty.
  func snippet(of texts: [String]) -> [SnippetPart] {
    for text in texts {
      let ranges = matches(in: text, reach: Self.snippetBytes)
      if let first = ranges.first {
        let bytes = Array(text.utf8)
        return Self.parts(of: bytes, within: Self.cut(bytes, around: first), ranges)
      }
    }
    guard let text = texts.first(where: { !$0.isEmpty }) else { return [] }
    let bytes = Array(text.utf8)
    return Self.parts(of: bytes, within: Self.cut(bytes, around: 0..<0), [])
  }

  /// Two lines on a phone.
  private static let snippetBytes = 200
  /// What stands before the first match.
  private static let leadBytes = 60

  /// From the beginning of a word to the end of one.
  private static func cut(_ bytes: [UInt8], around match: Range<Int>) -> Range<Int> {
    var start = max(0, match.lowerBound - leadBytes)
    if start > 0 {
      while start < match.lowerBound, bytes[start - 1] > 0x20 { start += 1 }
    }
    var end = min(bytes.count, max(match.upperBound, start + snippetBytes))
    if end < bytes.count {
      while end > match.upperBound, bytes[end] > 0x20 { end -= 1 }
      // A text without spaces is cut between two characters.
      while end < bytes.count, end == match.upperBound, bytes[end] & 0xc0 == 0x80 { end += 1 }
    }
    return start..<end
  }

  private static func parts(
    of bytes: [UInt8], within window: Range<Int>, _ matches: [Range<Int>]
  ) -> [SnippetPart] {
    var parts: [SnippetPart] = []
    func append(_ range: Range<Int>, isMatch: Bool) {
      guard !range.isEmpty else { return }
      parts.append(SnippetPart(String(decoding: bytes[range], as: UTF8.self), isMatch: isMatch))
    }
    var index = window.lowerBound
    for match in matches where match.lowerBound >= index && match.upperBound <= window.upperBound {
      append(index..<match.lowerBound, isMatch: false)
      append(match, isMatch: true)
      index = match.upperBound
    }
    append(index..<window.upperBound, isMatch: false)
    return parts
  }
}

/// The words of a text in Markdown, without its marks.
enum PlainText {
  /// Headings, list marks, emphasis and the addresses of links are left out; lines become one, in
  /// which a heading ends with a colon and entries of a list are parted.
  /// What is no mark stays: `2 * 3`, `Bürger*innen`.
  static func of(_ markdown: String) -> String {
    let source = Array(markdown.utf8)
    let isMarked =
      source.first == 0x2d
      || source.contains { $0 < 0x20 || $0 == star || $0 == bracket || $0 == hash }
    guard isMarked else { return markdown }
    var output: [UInt8] = []
    output.reserveCapacity(source.count)
    var isBehindHeading = false
    for line in source.split(whereSeparator: { $0 == 0x0a || $0 == 0x0d }) {
      let text = line.drop { $0 <= 0x20 }
      let isHeading = text.starts(with: [hash, hash, 0x20])
      let isEntry = text.starts(with: [0x2d, 0x20])
      if !output.isEmpty {
        output += (isBehindHeading ? ": " : isEntry || isHeading ? " · " : " ").utf8
      }
      append(text.dropFirst(isHeading ? 3 : isEntry ? 2 : 0), to: &output)
      isBehindHeading = isHeading
    }
    return String(decoding: output, as: UTF8.self)
  }

  private static func append(_ line: ArraySlice<UInt8>, to output: inout [UInt8]) {
    var index = line.startIndex
    // The address behind a label: left out where the label ends.
    var address: (start: Int, end: Int)?
    var isHopeless = false
    while index < line.endIndex {
      if let (start, end) = address, index == start {
        index = end
        address = nil
      } else if line[index] == star {
        let end = line[index...].firstIndex { $0 != star } ?? line.endIndex
        let opens = index == line.startIndex || !isLetter(line[index - 1])
        let closes = end == line.endIndex || !isLetter(line[end])
        let isAlone =
          (index == line.startIndex || line[index - 1] <= 0x20)
          && (end == line.endIndex || line[end] <= 0x20)
        if isAlone || !(opens || closes) { output += line[index..<end] }
        index = end
      } else if line[index] == bracket, address == nil, !isHopeless {
        address = Self.address(behind: index, in: line)
        isHopeless = address == nil
        if isHopeless { output.append(bracket) }
        index += 1
      } else {
        output.append(line[index])
        index += 1
      }
    }
  }

  /// `](https://…)`: where it starts and where it ends.
  private static func address(
    behind label: Int, in line: ArraySlice<UInt8>
  ) -> (start: Int, end: Int)? {
    guard let close = line[label...].firstIndex(of: UInt8(ascii: "]")), close > label + 1,
      close + 1 < line.endIndex, line[close + 1] == UInt8(ascii: "("),
      let end = line[close...].firstIndex(of: UInt8(ascii: ")"))
    else { return nil }
    return (close, end + 1)
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    byte >= 0x80 || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7a) || (byte >= 0x30 && byte <= 0x39)
  }

  private static let star = UInt8(ascii: "*")
  private static let bracket = UInt8(ascii: "[")
  private static let hash = UInt8(ascii: "#")
}
