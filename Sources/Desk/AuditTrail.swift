// The audit trail of the desk: who did what and when. It never leaves the node. It holds neither
// addresses nor what was typed as a name: people type passwords there.

package import Events
import SQLite

/// What somebody did. An event that the desk wrote is told by its type, as `news.created`.
package struct DeskAction: RawRepresentable, Sendable, Hashable {
  /// The word in the table.
  package let rawValue: String

  /// That word.
  package init(rawValue: String) { self.rawValue = rawValue }

  /// A sign-in with a right password or a link.
  package static let signedIn = DeskAction(rawValue: "signedIn")
  /// A wrong password or name.
  package static let signInFailed = DeskAction(rawValue: "signInFailed")
  /// Too many wrong passwords in a row.
  package static let lockedOut = DeskAction(rawValue: "lockedOut")
  /// A sign-out.
  package static let signedOut = DeskAction(rawValue: "signedOut")
  /// A sign-out in all browsers.
  package static let signedOutEverywhere = DeskAction(rawValue: "signedOutEverywhere")
  /// A password was chosen or changed.
  package static let passwordChanged = DeskAction(rawValue: "passwordChanged")
  /// Somebody was added.
  package static let personAdded = DeskAction(rawValue: "personAdded")
  /// Somebody has another name.
  package static let personRenamed = DeskAction(rawValue: "personRenamed")
  /// Somebody has another role.
  package static let roleChanged = DeskAction(rawValue: "roleChanged")
  /// Access was taken away.
  package static let locked = DeskAction(rawValue: "locked")
  /// Access was given back.
  package static let unlocked = DeskAction(rawValue: "unlocked")
  /// A one-time link was made.
  package static let linkMade = DeskAction(rawValue: "linkMade")
  /// A token of a program was made.
  package static let tokenMade = DeskAction(rawValue: "tokenMade")
  /// A draft was handed in for its release.
  package static let handedIn = DeskAction(rawValue: "handedIn")
  /// A draft was handed back with a comment.
  package static let handedBack = DeskAction(rawValue: "handedBack")
  /// A release to come was taken back.
  package static let unplanned = DeskAction(rawValue: "unplanned")
  /// A planned release was missed while the node was off, and made up for.
  package static let madeUpFor = DeskAction(rawValue: "madeUpFor")
  /// From now on a release needs a second person.
  package static let fourEyesOn = DeskAction(rawValue: "fourEyesOn")
  /// From now on a release needs one person.
  package static let fourEyesOff = DeskAction(rawValue: "fourEyesOff")
  /// All tokens of a program were ended.
  package static let tokensRevoked = DeskAction(rawValue: "tokensRevoked")
}

/// One line of the trail.
package struct AuditEntry: Sendable, Equatable {
  /// When.
  package let at: Timestamp
  /// Who, as a pseudonym; nil for the command line and for a name that is nobody's.
  package let by: String?
  /// What.
  package let action: DeskAction
  /// On whom or what: a pseudonym or an item's id.
  package let subject: String?
  /// A word that belongs to the action, as the new role.
  package let detail: String?
}

extension DeskStore {
  /// Ordered by position, which is also the order of time.
  static let auditSchema = """
    CREATE TABLE IF NOT EXISTS audit (
      position INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, by TEXT,
      action TEXT NOT NULL, subject TEXT, detail TEXT
    ) STRICT;
    """

  /// How long the trail is kept: a year, so that a yearly review finds all of it. It is about
  /// people at work, so it is not kept for ever (DSGVO art. 5 (1) e).
  package static let auditMilliseconds: Int64 = 366 * 86_400_000
  /// The most lines, 20 MB: a desk writes some hundred a day, and whoever guesses passwords
  /// shall not fill the disk.
  package static let mostAuditEntries: Int64 = 200_000

  /// Adds a line to the trail.
  ///
  /// - Parameters:
  ///   - by: the pseudonym of who did it; nil for the command line.
  ///   - subject: on whom or what: a pseudonym or an item's id.
  ///   - detail: a word that belongs to the action; never a person's name or a text.
  package func record(
    _ action: DeskAction, by: String?, on subject: String? = nil, detail: String? = nil,
    now: Timestamp
  ) throws(DeskError) {
    try change { try note(action, by: by, on: subject, detail: detail, now: now) }
  }

  /// The same inside a transaction.
  func note(
    _ action: DeskAction, by: String?, on subject: String?, detail: String? = nil, now: Timestamp
  ) throws {
    try connection.statement(
      "INSERT INTO audit (at, by, action, subject, detail) VALUES (?, ?, ?, ?, ?)"
    ).run(now.milliseconds, by, action.rawValue, subject, detail)
    let position = connection.lastInsertedRow
    try connection.statement("DELETE FROM audit WHERE position <= ?")
      .run(position - DeskStore.mostAuditEntries)
    try connection.statement(
      """
      DELETE FROM audit WHERE at < ?
        AND position IN (SELECT position FROM audit ORDER BY position LIMIT ?)
      """
    ).run(now.milliseconds - DeskStore.auditMilliseconds, DeskStore.auditSweep)
  }

  /// Lines looked at for their age with each new one: more than come, so that all old ones go.
  private static let auditSweep = 64

  /// The lines of the trail, the newest first, and how many there are in all.
  package func audit(
    offset: Int, limit: Int
  ) throws(DeskError) -> (entries: [AuditEntry], total: Int) {
    precondition(offset >= 0 && limit > 0, "a page has a place and a size")
    return try look { () throws(SQLiteError) in
      let entries = try connection.statement(
        """
        SELECT at, by, action, subject, detail FROM audit
        ORDER BY position DESC LIMIT ? OFFSET ?
        """
      ).all(limit, offset) { row in
        AuditEntry(
          at: Timestamp(milliseconds: Int64(row.int(0))), by: row.optionalText(1),
          action: DeskAction(rawValue: row.text(2)), subject: row.optionalText(3),
          detail: row.optionalText(4))
      }
      return (entries, try connection.integer("SELECT count(*) FROM audit"))
    }
  }
}
