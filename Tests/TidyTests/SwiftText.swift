// A Swift source file seen as code, comments and string literals, so that a check never mistakes
// the text of a literal for code. A scanner of the lexical grammar only: it knows nested comments,
// raw and multi-line strings, interpolation and regex literals, and no more.

/// One source file, taken apart by lines. All arrays have one entry a line.
struct SwiftText {
  /// From an opening brace to its closing one. Lines count from 1.
  struct Block {
    /// The code before the brace, back to the previous brace or semicolon.
    let header: String
    let openLine: Int
    var closeLine: Int
  }

  /// The path from the project's root, for messages.
  let path: String
  /// The lines as they stand in the file.
  let lines: [String]
  /// The lines with comments, the text of strings and regex literals blanked.
  let code: [String]
  /// Whether a comment stands on the line.
  let hasComment: [Bool]
  /// How many characters the line has beside the text of literals, which cannot be broken well.
  let widths: [Int]
  /// Every block in braces, in the order of their opening.
  let blocks: [Block]

  init(path: String, text: String) {
    var scanner = Scanner(text: text)
    scanner.run()
    self.path = path
    lines = Self.split(Array(text.utf8))
    code = Self.split(scanner.code)
    hasComment = Self.split(scanner.comments).map { $0.utf8.contains(UInt8(ascii: "/")) }
    widths = Self.widths(of: scanner)
    blocks = Self.blocks(of: scanner.code)
  }

  /// The blocks that hold the given line between their braces, outermost first.
  func blocks(around line: Int) -> [Block] {
    blocks.filter { $0.openLine < line && line <= $0.closeLine }
  }

  private static func split(_ bytes: [UInt8]) -> [String] {
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines.map { String(decoding: $0, as: UTF8.self) }
  }

  private static func widths(of scanner: Scanner) -> [Int] {
    var widths = [0]
    for (index, byte) in scanner.bytes.enumerated() {
      let isLiteral = byte != scanner.code[index] && scanner.comments[index] == UInt8(ascii: " ")
      let continuesCharacter = byte & 0xC0 == 0x80
      if byte == UInt8(ascii: "\n") {
        widths.append(0)
      } else if !isLiteral, !continuesCharacter {
        widths[widths.count - 1] += 1
      }
    }
    if scanner.bytes.last == UInt8(ascii: "\n") || scanner.bytes.isEmpty { widths.removeLast() }
    return widths
  }

  private static func blocks(of code: [UInt8]) -> [Block] {
    var blocks: [Block] = []
    var open: [(block: Int, headerStart: Int, insideParentheses: Bool)] = []
    var headerStart = 0
    var depth = 0
    var headerDepth = 0
    var line = 1
    for (index, byte) in code.enumerated() {
      switch byte {
      case UInt8(ascii: "\n"): line += 1
      case UInt8(ascii: "("), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: ")"), UInt8(ascii: "]"): depth -= 1
      case UInt8(ascii: "{"):
        let header = String(decoding: code[headerStart..<index], as: UTF8.self)
        open.append((blocks.count, headerStart, depth > headerDepth))
        blocks.append(Block(header: header, openLine: line, closeLine: line))
        (headerStart, headerDepth) = (index + 1, depth)
      case UInt8(ascii: "}"):
        (headerStart, headerDepth) = (index + 1, depth)
        guard let last = open.popLast() else { continue }
        blocks[last.block].closeLine = line
        // A closure among the parameters does not end the header of the function.
        if last.insideParentheses { (headerStart, headerDepth) = (last.headerStart, depth - 1) }
      case UInt8(ascii: ";"): (headerStart, headerDepth) = (index + 1, depth)
      default: break
      }
    }
    return blocks
  }
}

/// Walks once over the bytes and sorts each into code or comment; the rest is literal text.
private struct Scanner {
  /// What the scanner is inside of. Interpolation puts code inside a string, which nests.
  enum Frame {
    case code(parentheses: Int)
    case string(hashes: Int, isMultiline: Bool)
  }

  let bytes: [UInt8]
  var code: [UInt8]
  var comments: [UInt8]
  private var position = 0
  private var frames: [Frame] = [.code(parentheses: 0)]

  init(text: String) {
    bytes = Array(text.utf8)
    code = bytes.map { $0 == UInt8(ascii: "\n") ? $0 : UInt8(ascii: " ") }
    comments = code
  }

  mutating func run() {
    while position < bytes.count {
      switch frames[frames.count - 1] {
      case .code(let parentheses): scanCode(parentheses: parentheses)
      case .string(let hashes, let isMultiline):
        scanString(hashes: hashes, isMultiline: isMultiline)
      }
    }
  }

  private mutating func scanCode(parentheses: Int) {
    let byte = bytes[position]
    if starts("//") { return takeLineComment() }
    if starts("/*") { return takeBlockComment() }
    if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "#"), takeOpeningOfLiteral() { return }
    if byte == UInt8(ascii: "/"), takeRegex() { return }
    if frames.count > 1, byte == UInt8(ascii: "(") || byte == UInt8(ascii: ")") {
      let left = parentheses + (byte == UInt8(ascii: "(") ? 1 : -1)
      if left == 0 {
        frames.removeLast()
      } else {
        frames[frames.count - 1] = .code(parentheses: left)
      }
    }
    code[position] = byte
    position += 1
  }

  private mutating func scanString(hashes: Int, isMultiline: Bool) {
    let byte = bytes[position]
    let quotes = isMultiline ? 3 : 1
    if byte == UInt8(ascii: "\n"), !isMultiline {
      frames.removeLast()
    } else if count(of: "\"", from: position) >= quotes,
      count(of: "#", from: position + quotes) >= hashes
    {
      keepQuotes(quotes)
      position += quotes + hashes
      frames.removeLast()
      return
    } else if byte == UInt8(ascii: "\\"), count(of: "#", from: position + 1) >= hashes {
      position += 1 + hashes
      if starts("(") {
        code[position] = bytes[position]
        frames.append(.code(parentheses: 1))
      } else if starts("\n") {
        return
      }
    }
    position += 1
  }

  /// Opens a string or takes a whole `#/regex/#`; false where neither begins here.
  private mutating func takeOpeningOfLiteral() -> Bool {
    let hashes = count(of: "#", from: position)
    let start = position + hashes
    if hashes > 0, start < bytes.count, bytes[start] == UInt8(ascii: "/") {
      position = start + 1
      while position < bytes.count,
        !(bytes[position] == UInt8(ascii: "/") && count(of: "#", from: position + 1) >= hashes)
      {
        position += 1
      }
      position = min(position + 1 + hashes, bytes.count)
      return true
    }
    guard start < bytes.count, bytes[start] == UInt8(ascii: "\"") else { return false }
    // A multi-line string's text begins on the next line; `"""` on one line is three quotes.
    var isMultiline = count(of: "\"", from: start) >= 3
    if isMultiline {
      var next = start + 3
      while next < bytes.count, bytes[next] == UInt8(ascii: " ") { next += 1 }
      isMultiline = next < bytes.count && bytes[next] == UInt8(ascii: "\n")
    }
    position = start
    keepQuotes(isMultiline ? 3 : 1)
    position += isMultiline ? 3 : 1
    frames.append(.string(hashes: hashes, isMultiline: isMultiline))
    return true
  }

  /// Takes a bare `/regex/`: it follows an opening or an operator, and closes on the same line.
  private mutating func takeRegex() -> Bool {
    var before = position - 1
    while before >= 0, bytes[before] == UInt8(ascii: " ") { before -= 1 }
    guard before < 0 || "(,=:[{\n".utf8.contains(bytes[before]) else { return false }
    guard position + 1 < bytes.count, !" \n".utf8.contains(bytes[position + 1]) else {
      return false
    }
    var end = position + 1
    while end < bytes.count, bytes[end] != UInt8(ascii: "\n") {
      if bytes[end] == UInt8(ascii: "/") {
        position = end + 1
        return true
      }
      end += bytes[end] == UInt8(ascii: "\\") ? 2 : 1
    }
    return false
  }

  private mutating func takeLineComment() {
    while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { takeCommentByte() }
  }

  private mutating func takeBlockComment() {
    var depth = 0
    repeat {
      let step = starts("/*") ? 1 : starts("*/") ? -1 : 0
      depth += step
      takeCommentByte()
      if step != 0 { takeCommentByte() }
    } while depth > 0 && position < bytes.count
  }

  /// Every byte of a comment leaves the same mark: only its place counts.
  private mutating func takeCommentByte() {
    if bytes[position] != UInt8(ascii: "\n") { comments[position] = UInt8(ascii: "/") }
    position += 1
  }

  private mutating func keepQuotes(_ count: Int) {
    for offset in 0..<count { code[position + offset] = UInt8(ascii: "\"") }
  }

  private func starts(_ text: StaticString) -> Bool {
    guard position + text.utf8CodeUnitCount <= bytes.count else { return false }
    return text.withUTF8Buffer { wanted in
      wanted.indices.allSatisfy { bytes[position + $0] == wanted[$0] }
    }
  }

  private func count(of byte: Unicode.Scalar, from start: Int) -> Int {
    var end = start
    while end < bytes.count, bytes[end] == UInt8(ascii: byte) { end += 1 }
    return end - start
  }
}
