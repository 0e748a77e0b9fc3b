// A text cut into the pieces by which texts are compared and merged.

/// Where a text is cut.
enum TextCut {
  /// Words, runs of spaces, and every other character for itself.
  case words
  /// Paragraphs, and what separates them. A heading and a point of a list are paragraphs, too.
  case paragraphs
}

/// The pieces of a text; put together they are the text to the byte.
struct TextPieces {
  private let bytes: [UInt8]
  /// Where each piece ends, ascending.
  private let ends: [Int]

  init(_ text: String, by cut: TextCut) {
    let bytes = Array(text.utf8)
    self.bytes = bytes
    ends = cut == .words ? TextPieces.words(text) : TextPieces.paragraphs(bytes)
    assert(ends.last ?? 0 == bytes.count, "the pieces are the whole text")
  }

  var count: Int { ends.count }
  var indices: Range<Int> { ends.indices }

  private func start(_ index: Int) -> Int { index == 0 ? 0 : ends[index - 1] }

  /// The bytes of one piece.
  subscript(index: Int) -> ArraySlice<UInt8> { bytes[start(index)..<ends[index]] }

  /// The text of neighbouring pieces. Cuts lie between scalars, so it is whole.
  func text(_ range: Range<Int>) -> String {
    range.isEmpty
      ? ""
      : String(decoding: bytes[start(range.lowerBound)..<ends[range.upperBound - 1]], as: UTF8.self)
  }

  /// How much neighbouring pieces look like a whole: lines, a word with its space, or a part.
  func wholeness(_ range: Range<Int>) -> Int {
    func isBreak(_ index: Int) -> Bool { self[index].last == TextPieces.newline }
    let endsText = range.upperBound == count
    if isBreak(range.lowerBound), endsText || isBreak(range.upperBound) { return 2 }
    let startsLine = range.lowerBound == 0 || isBreak(range.lowerBound - 1)
    if startsLine, endsText || isBreak(range.upperBound - 1) { return 2 }
    return isSpace(range.upperBound - 1) ? 1 : 0
  }

  /// True for a run of spaces within a line.
  func isSpace(_ index: Int) -> Bool { self[index].allSatisfy { $0 == 0x20 || $0 == 0x09 } }

  // MARK: - Words

  private enum Look: Equatable {
    case word, space, other
  }

  private static func words(_ text: String) -> [Int] {
    var ends: [Int] = []
    var place = 0
    var last: Look?
    for scalar in text.unicodeScalars {
      let look = look(of: scalar)
      if place > 0, look == .other || look != last { ends.append(place) }
      place += UTF8.width(scalar)
      last = look
    }
    if place > 0 { ends.append(place) }
    return ends
  }

  private static func look(of scalar: Unicode.Scalar) -> Look {
    switch scalar {
    case " ", "\t": return .space
    case "a"..."z", "A"..."Z", "0"..."9": return .word
    case "\0"..."\u{7f}": return .other
    default:
      let properties = scalar.properties
      // Marks belong to the letter before them.
      let isMark = properties.canonicalCombiningClass != .notReordered
      return properties.isAlphabetic || properties.numericType != nil || isMark ? .word : .other
    }
  }

  // MARK: - Paragraphs

  private static let newline = UInt8(ascii: "\n")

  private static func paragraphs(_ bytes: [UInt8]) -> [Int] {
    var ends: [Int] = []
    var line = 0
    var place = 0
    while let start = bytes[place...].firstIndex(of: newline) {
      // Blank lines belong to the separation; the spaces of the next line do not.
      var end = start + 1
      var breaks = 1
      var ahead = end
      while ahead < bytes.count, [newline, 0x20, 0x09].contains(bytes[ahead]) {
        ahead += 1
        if bytes[ahead - 1] == newline {
          end = ahead
          breaks += 1
        }
      }
      if breaks > 1 || end == bytes.count || isOwn(bytes[end...]) || isHeading(bytes[line...]) {
        if start > (ends.last ?? 0) { ends.append(start) }
        ends.append(end)
      }
      line = end
      place = end
    }
    if (ends.last ?? 0) < bytes.count { ends.append(bytes.count) }
    return ends
  }

  /// True if a line is a paragraph of its own without a blank line before it.
  private static func isOwn(_ line: ArraySlice<UInt8>) -> Bool {
    isHeading(line) || line.starts(with: Array("- ".utf8))
  }

  private static func isHeading(_ line: ArraySlice<UInt8>) -> Bool {
    line.first == UInt8(ascii: "#")
  }
}
