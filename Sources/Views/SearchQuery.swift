// What somebody typed, as an expression of FTS5, and where its words stand in a text.
// Protocols/views.md §4.

/// The words of a question.
struct SearchQuery {
  /// One word that must be found.
  struct Word {
    /// Where it was typed, in UTF-8 bytes.
    let range: Range<Int>
    /// The folded word.
    let folded: String
    /// The FTS5 expression of all ways in which it can be found.
    let clause: String
  }

  /// A word of a text matches if it equals one of these or begins with it.
  private struct Matcher {
    let folded: [UInt8]
    let isPrefix: Bool

    init(folded: String, isPrefix: Bool) {
      self.folded = Array(folded.utf8)
      self.isPrefix = isPrefix
    }

    func matches(_ word: borrowing Span<UInt8>) -> Bool {
      guard isPrefix ? word.count >= folded.count : word.count == folded.count else { return false }
      for index in folded.indices where word[index] != folded[index] { return false }
      return true
    }
  }

  /// The words that must be found.
  let words: [Word]
  /// What was typed.
  let typed: String
  private let matchers: [Matcher]
  /// Words of a text match by their stems, too, and long ones by the end of their stems.
  private let stems: [[UInt8]]

  /// The FTS5 expression; nil where nothing was typed that could be found.
  var match: String? {
    words.isEmpty ? nil : words.map(\.clause).joined(separator: " AND ")
  }

  /// Nobody types more; the rest of a pasted text would only cost time.
  static let maximumWords = 12
  /// A word of so many letters also finds longer ones: Radweg, Radwegekonzept.
  private static let prefixLetters = 4
  /// A compound is looked for in at most so many ways of cutting it in two.
  private static let maximumCuts = 3
  /// The shortest part of a compound: Rad, Rat, Bus, Tag.
  private static let partLetters = 3
  /// Words that texts have as they were written, which is what a word may be the beginning of.
  private static let written = "{title keywords summary body} : "
  /// Words that tell nothing beside another; folded.
  private static let fillers: Set<String> = [
    "am", "an", "auf", "aus", "bei", "beim", "das", "dem", "den", "der", "des", "die", "ein",
    "eine", "einem", "einen", "einer", "es", "fur", "gibt", "ich", "im", "in", "ist", "mit",
    "nach", "oder", "uber", "um", "und", "von", "vom", "was", "wie", "wo", "zu", "zum", "zur",
  ]

  /// Reads what was typed.
  ///
  /// - Parameter isWord: whether the index has a word; a compound is cut between two of those.
  init<E: Error>(_ typed: String, isWord: (String) throws(E) -> Bool) throws(E) {
    let all = SearchText.words(of: typed)
    let telling = all.filter { !Self.fillers.contains($0.folded) }
    let asked = (telling.isEmpty ? all : telling).prefix(Self.maximumWords)
    var words: [Word] = []
    var matchers: [Matcher] = []
    var stems: [[UInt8]] = []
    for word in asked {
      let isLast = word.range == all[all.count - 1].range
      let isPrefix = isLast || word.folded.utf8.count >= Self.prefixLetters
      var phrases = [[word.folded]]
      if word.parts.count > 1 {
        phrases.append(word.parts.map(\.folded))
      } else {
        phrases += try Self.cuts(of: word.folded, isWord)
      }
      var alternatives: [String] = []
      for phrase in phrases {
        alternatives.append(Self.phrase(phrase))
        if isPrefix { alternatives.append("\(Self.written)\(Self.phrase(phrase)) *") }
        for part in phrase.dropLast() { matchers.append(Matcher(folded: part, isPrefix: false)) }
        matchers.append(Matcher(folded: phrase[phrase.count - 1], isPrefix: isPrefix))
      }
      let stem = SearchStem.stem(of: word.folded)
      stems.append(Array(stem.utf8))
      if stem != word.folded { alternatives.append(Self.phrase([stem])) }
      if let reversed = Self.reversed(stem) { alternatives.append("\(reversed) *") }
      words.append(
        Word(
          range: word.range, folded: word.folded,
          clause: "(" + alternatives.joined(separator: " OR ") + ")"))
    }
    self.words = words
    self.matchers = matchers
    self.stems = stems
    self.typed = typed
  }

  /// Folded words have letters and digits only, so that quotation marks hold them.
  private static func phrase(_ words: [String]) -> String {
    "\"\(words.joined(separator: " "))\""
  }

  /// The end of a compound, as the index has it.
  private static func reversed(_ stem: String) -> String? {
    guard stem.utf8.count >= partLetters, stem.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
    return "\"_\(String(stem.reversed()))\""
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

  /// The question with some of its words, given in their order, replaced.
  func replacing(_ words: [(word: Word, text: String)]) -> String {
    let bytes = Array(typed.utf8)
    var result = ""
    var index = 0
    for (word, text) in words {
      result += String(decoding: bytes[index..<word.range.lowerBound], as: UTF8.self) + text
      index = word.range.upperBound
    }
    return result + String(decoding: bytes[index...], as: UTF8.self)
  }

  // MARK: - Where the words stand

  /// The bytes of a text at which a word of the question stands, ascending; not all of them where
  /// they lie further than `reach` behind the first.
  func matches(in text: String, reach: Int = .max) -> [Range<Int>] {
    SearchText.places(in: text, reach: reach) { word, isSingle in
      if matchers.contains(where: { $0.matches(word) }) { return true }
      let length = SearchStem.length(of: word)
      let isCompound = isSingle && word.count >= SearchText.compoundBytes
      return stems.contains { stem in
        // Inflected alike, or a long word that ends in a word of the question.
        stem.count == length && Self.ends(word, at: length, in: stem)
          || isCompound && stem.count >= Self.partLetters && Self.ends(word, at: length, in: stem)
      }
    }
  }

  private static func ends(
    _ word: borrowing Span<UInt8>, at end: Int, in ending: [UInt8]
  ) -> Bool {
    guard ending.count <= end else { return false }
    for index in ending.indices where word[end - ending.count + index] != ending[index] {
      return false
    }
    return true
  }
}
