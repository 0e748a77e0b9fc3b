// What somebody typed, as an expression of FTS5, and where its words stand in a text.
// Protocols/views.md §4.

/// The words of a question.
struct SearchQuery {
  /// A word of a text matches if it equals one of these or begins with it.
  private struct Matcher {
    let folded: String
    let isPrefix: Bool
  }

  /// The FTS5 expression; nil where nothing was typed that could be found.
  let match: String?
  private let matchers: [Matcher]

  /// Nobody types more; the rest of a pasted text would only cost time.
  static let maximumWords = 12
  /// A word of so many letters also finds longer ones: Radweg, Radwegekonzept.
  private static let prefixLetters = 4
  /// A compound is looked for in at most so many ways of cutting it in two.
  private static let maximumCuts = 3
  /// The shortest part of a compound.
  private static let partLetters = 3

  /// Reads what was typed.
  ///
  /// - Parameter isWord: whether the index has a word; a compound is cut between two of those.
  init<E: Error>(_ typed: String, isWord: (String) throws(E) -> Bool) throws(E) {
    let words = SearchText.words(of: typed).prefix(Self.maximumWords)
    var clauses: [String] = []
    var matchers: [Matcher] = []
    for (index, word) in words.enumerated() {
      let isLast = index == words.count - 1
      let isPrefix = isLast || word.folded.utf8.count >= Self.prefixLetters
      var phrases = [[word.folded]]
      if word.parts.count > 1 {
        phrases.append(word.parts.map(\.folded))
      } else {
        phrases += try Self.cuts(of: word.folded, isWord)
      }
      var alternatives = phrases.map { Self.phrase($0, isPrefix: isPrefix) }
      for phrase in phrases {
        for part in phrase.dropLast() { matchers.append(Matcher(folded: part, isPrefix: false)) }
        matchers.append(Matcher(folded: phrase[phrase.count - 1], isPrefix: isPrefix))
      }
      for stem in Self.stems(of: word.folded) {
        alternatives.append(Self.phrase([stem], isPrefix: false))
        matchers.append(Matcher(folded: stem, isPrefix: false))
      }
      clauses.append("(" + alternatives.joined(separator: " OR ") + ")")
    }
    match = clauses.isEmpty ? nil : clauses.joined(separator: " AND ")
    self.matchers = matchers
  }

  /// Folded words have letters and digits only, so that quotation marks hold them.
  private static func phrase(_ words: [String], isPrefix: Bool) -> String {
    "\"\(words.joined(separator: " "))\"\(isPrefix ? " *" : "")"
  }

  /// smartvest → smart vest, where the index has both.
  private static func cuts<E: Error>(
    of word: String, _ isWord: (String) throws(E) -> Bool
  ) throws(E) -> [[String]] {
    let letters = Array(word)
    guard letters.count >= partLetters * 2 else { return [] }
    var cuts: [[String]] = []
    for place in partLetters...(letters.count - partLetters) where cuts.count < maximumCuts {
      let head = String(letters[..<place])
      let tail = String(letters[place...])
      if try isWord(head), try isWord(tail) { cuts.append([head, tail]) }
    }
    return cuts
  }

  /// A longer word without its German ending: Städten → Städt, Stadte.
  private static func stems(of word: String) -> [String] {
    ["en", "er", "es", "n", "e", "s"].compactMap { ending in
      word.hasSuffix(ending) && word.utf8.count - ending.utf8.count >= prefixLetters
        ? String(word.dropLast(ending.count)) : nil
    }
  }

  // MARK: - Where the words stand

  /// The bytes of a text at which a word of the question stands, ascending.
  func matches(in text: String) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    for word in SearchText.words(of: text) {
      if isMatch(word.folded) {
        ranges.append(word.range)
      } else {
        for part in word.parts where isMatch(part.folded) { ranges.append(part.range) }
      }
    }
    return ranges
  }

  private func isMatch(_ folded: String) -> Bool {
    matchers.contains { $0.isPrefix ? folded.hasPrefix($0.folded) : folded == $0.folded }
  }

  /// A whole text in parts.
  func parts(of text: String) -> [SnippetPart] {
    Self.parts(of: Array(text.utf8), within: 0..<text.utf8.count, matches(in: text))
  }

  /// A cut of the first of `texts` that has a match, else of the first that is not empty.
  func snippet(of texts: [String]) -> [SnippetPart] {
    for text in texts {
      let ranges = matches(in: text)
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
