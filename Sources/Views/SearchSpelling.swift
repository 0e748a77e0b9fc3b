// Words that nobody wrote: the nearest ones that the index has. Protocols/views.md §4.

/// How far apart two spellings are.
enum SearchSpelling {
  /// Shorter words have too many neighbours.
  static let minimumLetters = 4
  /// So many letters bear two mistakes.
  private static let lettersForTwo = 7
  /// Looked at until one has a hit that the asker may see.
  static let maximumCandidates = 24
  /// Words that are longer are not typed by mistake.
  static let maximumLetters = 40

  /// How many mistakes a word of that many letters may have.
  static func tolerance(_ letters: Int) -> Int {
    letters < minimumLetters || letters > maximumLetters ? 0 : letters < lettersForTwo ? 1 : 2
  }

  /// The least number of letters inserted, left out, replaced, or swapped with their neighbour
  /// that makes one word the other; nil if it is more than `limit`.
  static func distance(_ first: [UInt8], _ second: [UInt8], limit: Int) -> Int? {
    guard abs(first.count - second.count) <= limit else { return nil }
    // Rows of the usual table: two before, before, and the current one.
    var older = [Int](repeating: 0, count: second.count + 1)
    var old = Array(0...second.count)
    var row = older
    for i in 0..<first.count {
      row[0] = i + 1
      var least = row[0]
      for j in 0..<second.count {
        var cost = min(old[j + 1] + 1, row[j] + 1, old[j] + (first[i] == second[j] ? 0 : 1))
        if i > 0, j > 0, first[i] == second[j - 1], first[i - 1] == second[j] {
          cost = min(cost, older[j - 1] + 1)
        }
        row[j + 1] = cost
        least = min(least, cost)
      }
      // A swap reaches over one row, so both must have left the limit.
      if least > limit, (old.min() ?? 0) > limit { return nil }
      (older, old, row) = (old, row, older)
    }
    return old[second.count] <= limit ? old[second.count] : nil
  }
}

/// The nearest words to one, the best first.
struct SearchNeighbours {
  private struct Candidate {
    let word: String
    let distance: Int
    let items: Int
  }

  private let word: [UInt8]
  private let limit: Int
  private var found: [Candidate] = []

  /// Nil if the word is too short or too long to be a mistake.
  init?(of word: String) {
    self.word = Array(word.utf8)
    limit = SearchSpelling.tolerance(self.word.count)
    if limit == 0 { return nil }
  }

  /// The beginnings of the words to look at first: mistakes in the first letter are rare, but for a
  /// swap with the second.
  var likelyStarts: [UInt8] {
    word[0] == word[1] ? [word[0]] : [word[0], word[1]]
  }

  /// A word of the index, and how many items have it.
  mutating func consider(_ candidate: borrowing Span<UInt8>, items: Int) {
    guard abs(candidate.count - word.count) <= limit else { return }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(candidate.count)
    for index in 0..<candidate.count { bytes.append(candidate[index]) }
    guard let distance = SearchSpelling.distance(word, bytes, limit: limit), distance > 0 else {
      return
    }
    found.append(
      Candidate(word: String(decoding: bytes, as: UTF8.self), distance: distance, items: items))
  }

  /// The nearest first, of equally near ones that which most items have.
  var ordered: [String] {
    found.sorted {
      ($0.distance, $1.items, $0.word) < ($1.distance, $0.items, $1.word)
    }.prefix(SearchSpelling.maximumCandidates).map(\.word)
  }
}

/// A question with other words.
struct SearchCorrection {
  private let search: SearchQuery
  private var replacements: [(word: SearchQuery.Word, near: String)] = []

  init(_ search: SearchQuery) { self.search = search }

  /// True if no word is replaced.
  var isEmpty: Bool { replacements.isEmpty }

  /// Words are replaced in their order.
  mutating func replace(_ word: SearchQuery.Word, by near: String) {
    replacements.append((word, near))
  }

  /// The question with the folded words.
  var typed: String { search.replacing(replacements.map { ($0.word, $0.near) }) }

  /// The question with the words as the hits write them.
  func shown(in hits: [SearchPage.Hit]) -> String {
    let texts = hits.flatMap { hit in
      [hit.row.title, hit.row.summary] + hit.row.keywords
        + [hit.snippet.map(\.text).joined(separator: "")]
    }
    return search.replacing(replacements.map { ($0.word, Self.spelling(of: $0.near, in: texts)) })
  }

  /// How texts write a folded word; else how they write one of its forms.
  private static func spelling(of folded: String, in texts: [String]) -> String {
    var form: String?
    for text in texts {
      for word in SearchText.words(of: text) {
        let pieces = [(word.range, word.folded)] + word.parts.map { ($0.range, $0.folded) }
        for (range, piece) in pieces where piece.hasPrefix(folded) {
          let original = String(decoding: Array(text.utf8)[range], as: UTF8.self)
          if piece == folded { return original }
          if form == nil, SearchStem.stem(of: piece) == folded { form = original }
        }
      }
    }
    return form ?? folded
  }
}
