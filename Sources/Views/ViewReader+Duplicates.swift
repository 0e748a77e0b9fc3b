// Finds the few items that each item is worth comparing with: by rare words of its title and by its
// day, both from an index. Protocols/views.md §7.

import Catalogue
package import Events
import SQLite

extension ViewReader {
  /// Items that are compared with all others: those that changed last. What stood unchanged for
  /// longer was compared when it was new.
  package static let comparedItems = 300
  /// A word that more items have tells nothing.
  private static let rareItems = 200
  /// Words of a title that others are looked for by.
  private static let rareWords = 4
  /// Others that one item is compared with by one way of looking.
  private static let candidatesOfItem = 40

  static let comparedSQL = """
    SELECT i.n, i.id FROM items i INDEXED BY items_changed
    WHERE i.is_public = 1 AND i.kind <> '' AND (?1 = '' OR i.lead = ?1)
    ORDER BY i.changed DESC, i.id DESC LIMIT ?2
    """
  static let sameWordsSQL = """
    SELECT i.n, i.id FROM search CROSS JOIN items i ON i.n = search.rowid
    WHERE search MATCH ?1 AND i.kind = ?2 AND i.is_public = 1 AND i.n <> ?3 LIMIT ?4
    """
  static let sameDaySQL = """
    SELECT i.n, i.id FROM items i INDEXED BY items_day
    WHERE i.kind = ?1 AND i.is_public = 1 AND i.day >= ?2 AND i.day < ?3 AND i.n <> ?4 LIMIT ?5
    """

  /// Pairs of public items that may tell the same, the likeliest first.
  ///
  /// - Parameter lead: only pairs of which this site leads one; nil for all.
  /// - Complexity: some searches for each of `comparedItems`; not for an event loop.
  package func duplicates(lead: SiteID?) throws(ViewError) -> [DuplicatePair] {
    try wrapped {
      try connection.read {
        var known: [Int64: DuplicateFacts] = [:]
        var pairs: [DuplicatePair] = []
        var seen: Set<[ItemID]> = []
        let compared = try connection.statement(Self.comparedSQL)
          .all(lead?.description ?? "", Self.comparedItems) { (Int64($0.int(0)), $0.text(1)) }
        for (number, id) in compared {
          guard let subject = try facts(number, id, &known) else { continue }
          for (other, otherID) in try candidates(subject, number) {
            guard let facts = try facts(other, otherID, &known),
              let pair = DuplicatePair(subject, facts),
              seen.insert([pair.first.id, pair.second.id]).inserted
            else { continue }
            pairs.append(pair)
          }
        }
        return pairs.sorted {
          ($1.score.points, $0.first.id, $0.second.id) < (
            $0.score.points, $1.first.id, $1.second.id
          )
        }
      }
    }
  }

  private func facts(
    _ number: Int64, _ id: String, _ known: inout [Int64: DuplicateFacts]
  ) throws -> DuplicateFacts? {
    if let facts = known[number] { return facts }
    guard let item = ItemID(id),
      let bytes = try connection.statement("SELECT state FROM folds WHERE n = ?1")
        .first(number, row: { $0.blob(0) })
    else { return nil }
    let facts = DuplicateFacts(try decoded(bytes, item))
    known[number] = facts
    return facts
  }

  private func candidates(
    _ subject: DuplicateFacts, _ number: Int64
  ) throws -> [(Int64, String)] {
    var found: [(Int64, String)] = []
    if let match = try match(subject.titleWords) {
      found += try connection.statement(Self.sameWordsSQL)
        .all(match, subject.kind.rawValue, number, Self.candidatesOfItem) {
          (Int64($0.int(0)), $0.text(1))
        }
    }
    let day = String(subject.day.prefix(10))
    if !day.isEmpty, subject.kind != .project {
      // Minutes of the day stand behind `T`.
      found += try connection.statement(Self.sameDaySQL)
        .all(subject.kind.rawValue, day, day + "U", number, Self.candidatesOfItem) {
          (Int64($0.int(0)), $0.text(1))
        }
    }
    return found
  }

  /// The rarest words of a title, any of which is enough; where all are common, all of them.
  private func match(_ words: [String]) throws -> String? {
    var counted: [(word: String, items: Int)] = []
    let count = try connection.statement("SELECT doc FROM vocabulary WHERE term = ?1")
    for word in words where !counted.contains(where: { $0.word == word }) {
      counted.append((word, try count.first(word) { $0.int(0) } ?? 0))
    }
    guard !counted.isEmpty else { return nil }
    let rare = counted.filter { $0.items <= Self.rareItems }
      .sorted { ($0.items, $0.word) < ($1.items, $1.word) }.prefix(Self.rareWords)
    let isAny = !rare.isEmpty
    // Folded words have letters and digits only, so that quotation marks hold them.
    let terms = (isAny ? Array(rare) : counted).map { "\"\($0.word)\"" }
    return "title : (\(terms.joined(separator: isAny ? " OR " : " AND ")))"
  }
}
