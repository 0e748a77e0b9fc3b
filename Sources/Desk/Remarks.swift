// What readers report by the form of the accessibility statement (BITVNRW § 4): kept for a while in
// desk.sqlite, shown to the editors, then deleted. Protocols/http-api.md §7.

package import Events
package import SQLite

/// An obstacle that a reader met.
package struct Remark: Sendable, Equatable {
  /// What did not work, in the reader's words.
  package let text: String
  /// On which page; empty where the reader did not say.
  package let place: String
  /// Where an answer shall go; nil if none is wanted.
  package let mail: String?

  /// More than a page of text is no report of an obstacle. In UTF-16 units, as browsers count.
  package static let maximumText = 4_000
  /// The longest address that a browser's line shows whole.
  package static let maximumPlace = 500

  /// Nil where a limit is broken or nothing is told.
  package init?(text: String, place: String, mail: String?) {
    guard !text.isEmpty, text.utf16.count <= Remark.maximumText,
      place.utf16.count <= Remark.maximumPlace
    else { return nil }
    self.text = text
    self.place = place
    self.mail = mail
  }
}

/// A remark as it is kept.
package struct KeptRemark: Sendable, Equatable {
  /// Names it at this node.
  package let number: Int64
  /// What was told.
  package let remark: Remark
  /// When it came.
  package let at: Timestamp
  /// True if somebody has taken care of it.
  package let isDone: Bool
}

extension DeskStore {
  static let remarkSchema = """
    CREATE TABLE IF NOT EXISTS remarks (
      n INTEGER PRIMARY KEY, at INTEGER NOT NULL, text TEXT NOT NULL, place TEXT NOT NULL,
      mail TEXT NOT NULL, done INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS remarks_at ON remarks (at);
    """

  /// Long enough for an answer and for the ombudsman to ask back; then a reader's words and address
  /// have no purpose any more (Art. 5 GDPR).
  package static let remarkDays = 180
  /// The form is open to everybody and readers have no name here, so all share these limits: a
  /// flood neither fills the disk nor buries what came before.
  package static let remarksPerHour = 30
  /// Kept at a time; above it nothing is taken until old ones go.
  package static let maximumRemarks = 2_000

  private static let dayMilliseconds: Int64 = 24 * 3_600_000
  private static let hourMilliseconds: Int64 = 3_600_000

  /// Keeps a remark; false if too many came, and nothing was kept.
  package func keep(_ remark: Remark, now: Timestamp) throws -> Bool {
    try connection.write {
      try deleteOldRemarks(now: now)
      let all = try connection.integer("SELECT count(*) FROM remarks")
      let recent =
        try connection.statement("SELECT count(*) FROM remarks WHERE at > ?")
        .first(now.milliseconds - DeskStore.hourMilliseconds) { $0.int(0) } ?? 0
      guard all < DeskStore.maximumRemarks, recent < DeskStore.remarksPerHour else { return false }
      try connection.statement(
        "INSERT INTO remarks (at, text, place, mail, done) VALUES (?, ?, ?, ?, 0)"
      ).run(now.milliseconds, remark.text, remark.place, remark.mail ?? "")
      return true
    }
  }

  /// What is kept: the open ones first, the newest of each first.
  package func remarks(now: Timestamp) throws -> [KeptRemark] {
    try deleteOldRemarks(now: now)
    return try connection.statement(
      "SELECT n, at, text, place, mail, done FROM remarks ORDER BY done, at DESC, n DESC"
    ).all { row in
      let mail = row.text(4)
      return Remark(text: row.text(2), place: row.text(3), mail: mail.isEmpty ? nil : mail).map {
        KeptRemark(
          number: Int64(row.int(0)), remark: $0, at: Timestamp(milliseconds: Int64(row.int(1))),
          isDone: row.int(5) == 1)
      }
    }.compactMap(\.self)
  }

  /// Somebody has taken care of a remark, or takes that back.
  package func setRemark(_ number: Int64, isDone: Bool) throws(SQLiteError) {
    try connection.statement("UPDATE remarks SET done = ? WHERE n = ?").run(isDone ? 1 : 0, number)
  }

  /// Deletes what is older than `remarkDays`. A node calls it also while nobody asks.
  package func deleteOldRemarks(now: Timestamp) throws(SQLiteError) {
    try connection.statement("DELETE FROM remarks WHERE at < ?")
      .run(now.milliseconds - Int64(DeskStore.remarkDays) * DeskStore.dayMilliseconds)
  }
}
