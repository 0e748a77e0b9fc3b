// What is searched where a question finds nothing: the nearest words, then parts of its compounds.
// Protocols/views.md §4.

import Events
import SQLite

/// Where a compound that no item has can be cut in two.
struct CompoundCuts {
  /// The part that tells what it is comes last: Bürger|beteiligung. Longer ends come first.
  let cuts: [(head: String, tail: String)]

  /// Parts that are shorter are seldom what somebody means.
  static let tailLetters = 5
  private static let headLetters = 3
  /// What German puts between two parts: Verein|s|portal, Senior|en|hilfe.
  private static let joints = ["", "s", "es", "n", "en", "e"]

  /// Cuts of a folded word; none where letters take several bytes.
  init(of word: String) {
    let letters = Array(word.utf8)
    guard letters.count >= CompoundCuts.headLetters + CompoundCuts.tailLetters,
      letters.allSatisfy({ $0 < 0x80 })
    else {
      cuts = []
      return
    }
    let ends = CompoundCuts.headLetters...(letters.count - CompoundCuts.tailLetters)
    cuts = ends.map { end in
      (
        String(decoding: letters[..<end], as: UTF8.self),
        String(decoding: letters[end...], as: UTF8.self)
      )
    }
  }

  /// A head as it is and without what joins it to the tail.
  static func heads(_ head: String) -> [String] {
    joints.filter { head.hasSuffix($0) && head.utf8.count - $0.utf8.count >= headLetters }
      .map { String(head.dropLast($0.count)) }
  }
}

extension ViewReader {
  /// Ways to ask once more, in the order in which they are tried.
  private enum Rewriting: CaseIterable {
    /// The nearest words: a mistake is likelier than a compound of which one part is misspelt.
    case spelling
    /// The end of a compound whose beginning some item has, too; else its beginning.
    case part
    /// Its end, though no item has its beginning.
    case anyEnd
  }

  /// What the first way of asking once more finds; nil where none does. Only what the asker may see
  /// counts, so that no title leaks out early.
  func rewritten(
    _ search: SearchQuery, _ query: ItemQuery, at moment: Timestamp
  ) throws -> SearchPage? {
    let missing = try search.words.filter { try !finds($0.clause, query.audience, at: moment) }
    guard !missing.isEmpty else { return nil }
    for way in Rewriting.allCases {
      var other = SearchCorrection(search)
      for word in missing {
        if let text = try replacement(of: word, by: way, query, at: moment) {
          other.replace(word, by: text)
        }
      }
      guard !other.isEmpty else { continue }
      var result = try hits(try SearchQuery(other.typed, isWord: isWord), query, at: moment)
      guard result.total > 0 else { continue }
      result.corrected = other.shown(in: result.hits)
      return result
    }
    return nil
  }

  private func replacement(
    of word: SearchQuery.Word, by way: Rewriting, _ query: ItemQuery, at moment: Timestamp
  ) throws -> String? {
    /// Whether an item has a part, also as the beginning or the end of a longer word.
    func isKnown(_ part: String) throws -> Bool {
      let search = SearchQuery(part, isWord: { _ in false })
      return try search.match.map { try finds($0, query.audience, at: moment) } ?? false
    }
    func hasKnownHead(_ head: String) throws -> Bool {
      try CompoundCuts.heads(head).contains(where: isKnown)
    }
    let cuts = CompoundCuts(of: word.folded).cuts
    switch way {
    case .part:
      let cut = try cuts.first { try isKnown($0.tail) && hasKnownHead($0.head) }
      if let cut { return cut.tail }
      return try cuts.reversed().map(\.head)
        .filter { $0.utf8.count >= CompoundCuts.tailLetters }.first(where: isKnown)
    case .spelling: return try nearest(to: word, query, at: moment)
    case .anyEnd: return try cuts.map(\.tail).first(where: isKnown)
    }
  }

  /// The nearest word that an item has; nil where none is near.
  private func nearest(
    to word: SearchQuery.Word, _ query: ItemQuery, at moment: Timestamp
  ) throws -> String? {
    guard var neighbours = SearchNeighbours(of: word.folded) else { return nil }
    try readVocabulary(neighbours.likelyStarts, into: &neighbours)
    return try neighbours.ordered.first { try finds("\"\($0)\"", query.audience, at: moment) }
  }

  private func readVocabulary(
    _ starts: [UInt8], into neighbours: inout SearchNeighbours
  ) throws {
    let statement = try connection.statement(
      "SELECT term, doc FROM vocabulary WHERE term >= ?1 AND term < ?2")
    for start in starts where start < 0x7f {
      try statement.bind(1, String(UnicodeScalar(start)))
      try statement.bind(2, String(UnicodeScalar(start + 1)))
      while try statement.step() {
        let items = statement.int(1)
        statement.withBlob(0) { neighbours.consider($0, items: items) }
      }
    }
  }
}
