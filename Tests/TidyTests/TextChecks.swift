// Checks of one source file: sizes, names, doc comments, and the words that bear a justification.

enum TextChecks {
  /// A file grows past this only by keeping two decisions in one place.
  static let fileLineLimit = 700

  /// A body that fits on a screen is read without turning back.
  static let bodyLineLimit = 70

  /// Two files fit side by side. The formatter leaves long comments alone, so they are found here.
  static let lineWidthLimit = 100

  /// Marks of unfinished work, in pieces so that this file does not offend.
  static let marks = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]

  /// Names that say nothing of what is inside.
  static let emptyTargetNames: Set<String> = ["Common", "Utils", "Core", "Types", "Models"]

  static let emptyFileNames = ["util" + "s", "hel" + "pers"]

  // MARK: - Sizes

  static func fileLength(of source: SwiftText) -> [Finding] {
    guard source.lines.count > fileLineLimit else { return [] }
    return [
      Finding(
        path: source.path, line: fileLineLimit + 1,
        advice:
          "\(source.lines.count) lines, \(fileLineLimit) at most: give a decision its own file")
    ]
  }

  static func lineWidths(of source: SwiftText) -> [Finding] {
    source.widths.enumerated().filter { $0.element > lineWidthLimit }.map {
      Finding(
        path: source.path, line: $0.offset + 1,
        advice:
          "\($0.element) characters beside literals, \(lineWidthLimit) at most: break the line")
    }
  }

  static func bodyLengths(of source: SwiftText) -> [Finding] {
    source.blocks.compactMap { block in
      let count = block.closeLine - block.openLine - 1
      guard count > bodyLineLimit, let name = functionName(in: block.header) else { return nil }
      return Finding(
        path: source.path, line: block.openLine,
        advice: "the body of \(name) has \(count) lines, \(bodyLineLimit) at most: split it")
    }
  }

  /// The function whose body a block is, or nil for any other block.
  private static func functionName(in header: String) -> String? {
    if let match = header.firstMatch(of: /\bfunc\s+([^\s(<]+)/) { return String(match.1) }
    if let match = header.firstMatch(of: /(?:^|[^.\w])(init|deinit|subscript)\b/) {
      return String(match.1)
    }
    return header.firstMatch(of: /\bvar\s+(\w+)\s*:[^={]*$/).map { String($0.1) }
  }

  // MARK: - Words

  static func marksOfUnfinishedWork(in text: String, path: String) -> [Finding] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return marks.flatMap { mark in
      lines.enumerated().filter { holds($0.element, word: mark) }.map {
        Finding(path: path, line: $0.offset + 1, advice: "\(mark): do it now or leave the mark out")
      }
    }
  }

  static func emptyName(ofFile path: String) -> [Finding] {
    let name = (path.split(separator: "/").last ?? "").lowercased()
    return emptyFileNames.filter { name.contains($0) }.map {
      Finding(path: path, line: nil, advice: "\($0) says nothing: name the file like its main type")
    }
  }

  static func emptyNames(in tables: PackageTables) -> [Finding] {
    tables.rows.filter { emptyTargetNames.contains($0.name) }.map {
      Finding(
        path: "Package.swift", line: $0.line,
        advice: "\($0.name) hides no decision: name the target after the one it hides")
    }
  }

  /// A type that bears its module's name makes the module's other names unreachable.
  static func typeNamedLikeModule(in source: SwiftText, target: String) -> [Finding] {
    let type = /\b(?:struct|class|enum|actor|protocol|typealias)\s+(\w+)/
    return source.code.enumerated().filter { _, line in
      line.contains(target) && line.matches(of: type).contains { $0.1 == target }
    }.map {
      Finding(
        path: source.path, line: $0.offset + 1,
        advice: "a type named like its module \(target): give it another name")
    }
  }

  // MARK: - Comments

  static func header(of source: SwiftText) -> [Finding] {
    let first = source.lines.first ?? ""
    if first.hasPrefix("//"), first.contains(where: \.isLetter) { return [] }
    return [
      Finding(
        path: source.path, line: 1, advice: "begin with a comment that says what the file is for")
    ]
  }

  static func docComments(of source: SwiftText) -> [Finding] {
    let declaration =
      /\bpackage\s+(?:\w+(?:\([^)]*\))?\s+)*?(func|var|let|struct|class|enum|protocol|actor|typealias|subscript|init)\b/
    return source.code.indices.filter { index in
      let line = source.code[index]
      return line.contains("package ") && line.firstMatch(of: declaration) != nil
        && !hasDocComment(above: index, in: source)
        && !servesConformance(line: index + 1, in: source)
    }.map {
      Finding(
        path: source.path, line: $0 + 1,
        advice: "a package declaration without a doc comment: say in a line what it is")
    }
  }

  private static func hasDocComment(above index: Int, in source: SwiftText) -> Bool {
    let above = source.lines[..<index].reversed().map { $0.drop { $0 == " " } }
    return above.first { !$0.hasPrefix("@") && !$0.hasPrefix("#if") }?.hasPrefix("///") ?? false
  }

  /// What a protocol asks for is documented there: members of an extension that states a
  /// conformance, and the requirements of the standard library wherever they stand.
  private static func servesConformance(line: Int, in source: SwiftText) -> Bool {
    let requirement =
      /\b(?:func\s+(?:==|<|hash\(into|encode\(to)|(?:var|let)\s+(?:description|debugDescription|hashValue)\b|init\(from\b)/
    if source.code[line - 1].firstMatch(of: requirement) != nil { return true }
    guard let parent = source.blocks(around: line).last else { return false }
    return parent.header.firstMatch(of: /\bextension\s+[\w.]+\s*:/) != nil
  }

  /// What turns off a check of the compiler bears the sentence that justifies it.
  static func unjustified(in source: SwiftText) -> [Finding] {
    let words = /\b(?:try|as)!|@unchecked\s+Sendable\b|\bunsafe\b/
    return source.code.indices.compactMap { index in
      guard let match = source.code[index].firstMatch(of: words),
        !isCommented(index, reach: 1, in: source)
      else { return nil }
      return Finding(
        path: source.path, line: index + 1,
        advice: "\(match.0) without a reason: say in a comment on or above the line why it holds")
    }
  }

  /// A forced unwrap bears it too. Only for sources: a test traps where the reader looks.
  static func unjustifiedUnwraps(in source: SwiftText) -> [Finding] {
    source.code.indices.filter { index in
      let line = source.code[index].replacing(/\b(?:try|as)!/, with: "")
      return line.firstMatch(of: /[\w)\]]!(?!=)/) != nil
        && !isCommented(index, reach: unwrapReach, in: source)
    }.map {
      Finding(
        path: source.path, line: $0 + 1,
        advice: "a forced unwrap without a reason: say in a comment above it why it cannot fail")
    }
  }

  /// One sentence often holds for the few unwraps of one statement or two.
  private static let unwrapReach = 4

  /// A comment on the line, or alone on one of the `reach` lines above with no empty line between.
  /// Attributes do not count.
  private static func isCommented(_ index: Int, reach: Int, in source: SwiftText) -> Bool {
    if source.hasComment[index] { return true }
    let above = source.code.indices[..<index].reversed().filter {
      !source.code[$0].drop { $0 == " " }.hasPrefix("@")
    }
    for line in above.prefix(reach) {
      let isBlank = source.code[line].allSatisfy(\.isWhitespace)
      if isBlank { return source.hasComment[line] }
    }
    return false
  }

  private static func holds(_ line: Substring, word: String) -> Bool {
    line.ranges(of: word).contains { range in
      let before = line[..<range.lowerBound].last
      let after = line[range.upperBound...].first
      return ![before, after].contains {
        $0.map { $0.isLetter || $0.isNumber || $0 == "_" } ?? false
      }
    }
  }
}
