// Checks of the rules of `Protocols/`: each has an id, and a vector or a test that names it.
// Protocols/README.md §2.

/// A text of the project.
struct NamedText {
  let path: String
  let text: String

  var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
}

enum RuleChecks {
  /// The words before the number of an id; one for each document.
  static let words = [
    "event", "receipt", "clock", "merge", "log", "sync", "field", "http", "view", "desk", "media",
    "import",
  ]

  /// The rules that the documents state, with the place of each.
  static func stated(in documents: [NamedText]) -> [(id: String, path: String, line: Int)] {
    documents.flatMap { document in
      document.lines.enumerated().flatMap { index, line in
        line.matches(of: /\[([a-z]+-[0-9]+)\]/).map { (String($0.1), document.path, index + 1) }
      }
    }
  }

  /// Every id is of a known word and is given once.
  static func ids(in documents: [NamedText]) -> [Finding] {
    var known: Set<String> = []
    return stated(in: documents).compactMap { rule in
      let word = String(rule.id.prefix { $0 != "-" })
      if !words.contains(word) {
        return Finding(path: rule.path, line: rule.line, advice: "no document has ids of \(word)")
      }
      guard !known.insert(rule.id).inserted else { return nil }
      return Finding(
        path: rule.path, line: rule.line, advice: "\(rule.id) is given twice: take a new number")
    }
  }

  /// Every sentence with MUST, and every condition of an "if and only if", bears an id.
  static func sentencesWithoutID(in document: NamedText) -> [Finding] {
    blocks(of: document).flatMap { block in
      sentences(of: block).filter { sentence in
        (block.isCondition || sentence.contains(/\bMUST\b/))
          && !sentence.contains(/\[[a-z]+-[0-9]+\]/)
      }.map { sentence in
        Finding(
          path: document.path, line: block.line,
          advice: "a rule without an id: \(sentence.prefix(60))")
      }
    }
  }

  /// Every rule is named by the head `rule` of a vector, or in a test.
  static func unshown(
    in documents: [NamedText], vectors: [NamedText], tests: [NamedText]
  ) -> [Finding] {
    let shown = Set(vectors.flatMap(heads) + tests.flatMap(mentions).map(\.id))
    return stated(in: documents).filter { !shown.contains($0.id) }.map {
      Finding(
        path: $0.path, line: $0.line,
        advice: "\($0.id) is named by no vector and no test: show that it holds")
    }
  }

  /// Every id that a vector or a test names is a rule's.
  static func unknown(
    in documents: [NamedText], vectors: [NamedText], tests: [NamedText]
  ) -> [Finding] {
    let known = Set(stated(in: documents).map(\.id))
    let ofVectors = vectors.flatMap { vector in
      heads(of: vector).map { (id: $0, path: vector.path, line: Int?.none) }
    }
    let ofTests = tests.flatMap { test in
      mentions(in: test).map { (id: $0.id, path: test.path, line: Int?.some($0.line)) }
    }
    return (ofVectors + ofTests).filter { !known.contains($0.id) }.map {
      Finding(path: $0.path, line: $0.line, advice: "\($0.id) is no rule of Protocols/")
    }
  }

  /// What points at a section of a document points at one that is there: `event.md` §2.4 is a
  /// heading `## 2.` or `### 2.4`, or a point of a list or table of it.
  static func brokenReferences(in text: NamedText, documents: [NamedText]) -> [Finding] {
    text.lines.enumerated().flatMap { index, line in
      line.matches(of: /\b([a-z-]+)\.md`? (§[0-9.]+(?:,? (?:to|and|or)? ?§[0-9.]+)*)/)
        .flatMap { match in
          match.2.matches(of: /§([0-9]+(?:\.[0-9]+)?)/).map { (String(match.1), String($0.1)) }
        }
        .filter { name, section in
          let document = documents.first { $0.path == "Protocols/\(name).md" }
          return document.map { !hasSection(section, $0) } ?? true
        }
        .map { name, section in
          Finding(
            path: text.path, line: index + 1,
            advice: "\(name).md has no §\(section): mend the number")
        }
    }
  }

  private static func hasSection(_ section: String, _ document: NamedText) -> Bool {
    let parts = section.split(separator: ".")
    var isInside = false
    for line in document.lines {
      if line.hasPrefix("### \(section) ") { return true }
      if line.hasPrefix("## ") { isInside = line.hasPrefix("## \(parts[0]). ") }
      guard isInside else { continue }
      if parts.count == 1 || line.hasPrefix("\(parts[1]). ") || line.hasPrefix("| \(section) |") {
        return true
      }
    }
    return false
  }

  // MARK: - Parts

  /// The ids in the head `rule` of a vector.
  private static func heads(of vector: NamedText) -> [String] {
    vector.lines.prefix { !$0.isEmpty }.filter { $0.hasPrefix("rule: ") }
      .flatMap { $0.dropFirst("rule: ".count).split(separator: " ").map(String.init) }
  }

  private static func mentions(in test: NamedText) -> [(id: String, line: Int)] {
    test.lines.enumerated().flatMap { index, line in
      line.matches(of: /\b([a-z]+)-[0-9]+\b/).filter { words.contains(String($0.1)) }
        .map { (String($0.0), index + 1) }
    }
  }

  private struct Block {
    let line: Int
    var text: String
    let isCondition: Bool
  }

  /// Paragraphs, items of lists and rows of tables; what is fenced or indented as code is left out.
  private static func blocks(of document: NamedText) -> [Block] {
    var blocks: [Block] = []
    var isFenced = false
    var isOpen = false
    var isList = false
    for (index, line) in document.lines.enumerated() {
      if line.hasPrefix("```") { isFenced.toggle() }
      if isFenced || line.hasPrefix("    ") || line.hasPrefix("```") || line.isEmpty {
        isOpen = false
        if line.hasPrefix("#") { isList = false }
        continue
      }
      let isNumbered = line.prefixMatch(of: /[0-9]+\.\s/) != nil
      if !isNumbered, !line.hasPrefix(" ") {
        isList = blocks.last?.text.contains("**if and only if**") == true && isList
      }
      let begins = isNumbered || line.hasPrefix("- ") || line.hasPrefix("|")
      if isOpen, !begins {
        blocks[blocks.count - 1].text += " " + line.drop { $0 == " " }
      } else {
        let isCondition = isNumbered && isList
        blocks.append(Block(line: index + 1, text: String(line), isCondition: isCondition))
        isOpen = true
      }
      if blocks[blocks.count - 1].text.contains("**if and only if**") { isList = true }
    }
    return blocks
  }

  /// A condition and a row of a table are one sentence, with whatever explains them.
  private static func sentences(of block: Block) -> [Substring] {
    let isRow = block.text.hasPrefix("|") || block.text.hasPrefix("#")
    return block.isCondition || isRow
      ? [block.text[...]] : block.text.split(separator: /\.\s/).map { $0[...] }
  }
}
