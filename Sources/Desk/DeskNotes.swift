// What a desk remembers of things that it has seen and settled, and that concern no other node:
// edits without effect that were read, suggestions of duplicates that were dismissed.

package import Events
package import SQLite

/// A suggestion that somebody has dismissed.
package struct DismissedPair: Sendable, Hashable {
  /// The item whose id is smaller.
  package let first: ItemID
  /// The other.
  package let second: ItemID
  /// The pseudonym of who dismissed it.
  package let by: String
  /// When.
  package let at: Timestamp
}

extension DeskStore {
  /// The tables of this area.
  static let notesSchema = """
    CREATE TABLE IF NOT EXISTS read_edits (
      dot TEXT PRIMARY KEY, by TEXT NOT NULL, at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS dismissed_pairs (
      first TEXT NOT NULL, second TEXT NOT NULL, by TEXT NOT NULL, at INTEGER NOT NULL,
      PRIMARY KEY (first, second)
    ) STRICT, WITHOUT ROWID;
    """

  /// Notes of each table; the oldest go when more are made. Each was made by hand.
  package static let maximumNotes = 20_000

  /// Remembers that an edit without effect was read. Saying it again changes nothing.
  package func markRead(_ edit: Dot, by: String, now: Timestamp) throws(SQLiteError) {
    try connection.statement(
      "INSERT INTO read_edits VALUES (?1, ?2, ?3) ON CONFLICT (dot) DO NOTHING"
    ).run(edit.description, by, now.milliseconds)
    try connection.statement(
      """
      DELETE FROM read_edits WHERE dot IN (
        SELECT dot FROM read_edits ORDER BY at DESC, dot LIMIT -1 OFFSET ?1)
      """
    ).run(DeskStore.maximumNotes)
  }

  /// The edits that were read.
  package func readEdits() throws(SQLiteError) -> Set<Dot> {
    Set(
      try connection.statement("SELECT dot FROM read_edits").all { Dot($0.text(0)) }
        .compactMap(\.self))
  }

  /// Remembers that two items are two.
  package func dismiss(
    _ a: ItemID, _ b: ItemID, by: String, now: Timestamp
  ) throws(SQLiteError) {
    try connection.statement(
      "INSERT INTO dismissed_pairs VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING"
    ).run(min(a, b).description, max(a, b).description, by, now.milliseconds)
    try connection.statement(
      """
      DELETE FROM dismissed_pairs WHERE (first, second) IN (
        SELECT first, second FROM dismissed_pairs
        ORDER BY at DESC, first, second LIMIT -1 OFFSET ?1)
      """
    ).run(DeskStore.maximumNotes)
  }

  /// Forgets a dismissal, so that the pair is suggested again.
  package func recall(_ a: ItemID, _ b: ItemID) throws(SQLiteError) {
    try connection.statement("DELETE FROM dismissed_pairs WHERE first = ?1 AND second = ?2")
      .run(min(a, b).description, max(a, b).description)
  }

  /// The dismissed suggestions, the latest first.
  package func dismissedPairs() throws(SQLiteError) -> [DismissedPair] {
    try connection.statement(
      "SELECT first, second, by, at FROM dismissed_pairs ORDER BY at DESC, first, second"
    ).all { row -> DismissedPair? in
      guard let first = ItemID(row.text(0)), let second = ItemID(row.text(1)) else { return nil }
      return DismissedPair(
        first: first, second: second, by: row.text(2),
        at: Timestamp(milliseconds: Int64(row.int(3))))
    }.compactMap(\.self)
  }
}
