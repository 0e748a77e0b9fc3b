// How the last run of each regular import went, and what its server said of the version that it
// gave. Lost with `desk.sqlite`, the next run reads everything again.
// Protocols/import.md §7.

package import Events
package import SQLite

/// One source that is imported regularly, as of its last run.
package struct ImportRecord: Sendable, Equatable {
  /// How a run ended.
  package enum Outcome: String, Sendable, CaseIterable {
    /// The source was read and the plan carried out.
    case done
    /// The source has not changed since the last run.
    case unchanged
    /// Too much would have been withdrawn; nothing was written.
    case stopped
    /// The source did not answer, or refused.
    case unreachable
    /// The source answered with something that cannot be read.
    case unreadable
    /// Some of the events, or all, could not be written here.
    case incomplete
  }

  /// The name in the field `source`.
  package let source: String
  /// When the last run ended.
  package var ranAt: Timestamp
  /// When the source was last read without fault; nil if never.
  package var succeededAt: Timestamp?
  /// How it ended.
  package var outcome: Outcome
  /// For operators, in English.
  package var detail: String
  /// The entity tag of what was carried out; empty for none.
  package var entityTag: String
  /// `Last-Modified` of what was carried out; empty for none.
  package var modified: String

  /// That run.
  package init(
    source: String, ranAt: Timestamp, succeededAt: Timestamp? = nil, outcome: Outcome,
    detail: String, entityTag: String = "", modified: String = ""
  ) {
    self.source = source
    self.ranAt = ranAt
    self.succeededAt = succeededAt
    self.outcome = outcome
    self.detail = detail
    self.entityTag = entityTag
    self.modified = modified
  }
}

extension DeskStore {
  static let importSchema = """
    CREATE TABLE IF NOT EXISTS imports (
      source TEXT PRIMARY KEY, ran INTEGER NOT NULL, succeeded INTEGER NOT NULL,
      outcome TEXT NOT NULL, detail TEXT NOT NULL, tag TEXT NOT NULL, modified TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    """

  /// Keeps the last run of a source.
  package func keep(_ record: ImportRecord) throws(SQLiteError) {
    try connection.statement(
      """
      INSERT INTO imports (source, ran, succeeded, outcome, detail, tag, modified)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (source) DO UPDATE SET ran = excluded.ran, succeeded = excluded.succeeded,
        outcome = excluded.outcome, detail = excluded.detail, tag = excluded.tag,
        modified = excluded.modified
      """
    ).run(
      record.source, record.ranAt.milliseconds, record.succeededAt?.milliseconds ?? 0,
      record.outcome.rawValue, record.detail, record.entityTag, record.modified)
  }

  /// The last run of a source; nil if there was none.
  package func importRecord(of source: String) throws(SQLiteError) -> ImportRecord? {
    try connection.statement(
      "SELECT ran, succeeded, outcome, detail, tag, modified FROM imports WHERE source = ?"
    ).first(source) { row in
      ImportRecord(
        source: source, ranAt: Timestamp(milliseconds: Int64(row.int(0))),
        succeededAt: Int64(row.int(1)) == 0 ? nil : Timestamp(milliseconds: Int64(row.int(1))),
        outcome: ImportRecord.Outcome(rawValue: row.text(2)) ?? .unreadable, detail: row.text(3),
        entityTag: row.text(4), modified: row.text(5))
    }
  }
}
