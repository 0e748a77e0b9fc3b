// Sessions of browsers: which secret in a cookie stands for whom, and when that ends.
// OWASP ASVS 4.0.3 §3.3.

package import Events
import SQLite

/// One session, as its person sees it.
package struct DeskSession: Sendable, Equatable {
  /// Who is signed in.
  package let user: DeskUser
  /// When the person signed in.
  package let began: Timestamp
  /// When it was last used, to the minute.
  package let used: Timestamp
}

extension DeskStore {
  /// `began` and `used` in milliseconds.
  static let sessionSchema = """
    CREATE TABLE IF NOT EXISTS sessions (
      hash BLOB PRIMARY KEY, person INTEGER NOT NULL REFERENCES people,
      began INTEGER NOT NULL, used INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS sessionsOfPeople ON sessions (person);
    """

  /// A session that nobody uses for so long ends: a meeting or a lunch fits in, a forgotten
  /// browser in a shared office does not stay open.
  package static let idleMilliseconds: Int64 = 2 * 3_600_000
  /// A session ends with the working day, whatever happens in it.
  package static let sessionMilliseconds: Int64 = 12 * 3_600_000
  /// Use is noted to this grain, so that looking at pages does not write.
  package static let touchMilliseconds: Int64 = 60_000
  /// Browsers of one person at a time; the one used longest ago ends.
  static let sessionsOfOne = 10

  /// Begins a session inside a transaction; its secret is new whatever the browser had before.
  func insertSession(_ pseudonym: String, now: Timestamp) throws -> String {
    let secret = DeskStore.newSecret()
    try keepSession(secret, pseudonym, now: now)
    return secret
  }

  func keepSession(_ secret: String, _ pseudonym: String, now: Timestamp) throws {
    try connection.statement("DELETE FROM sessions WHERE used < ? OR began < ?")
      .run(
        now.milliseconds - DeskStore.idleMilliseconds,
        now.milliseconds - DeskStore.sessionMilliseconds)
    try connection.statement(
      "INSERT INTO sessions (hash, person, began, used) VALUES (?1, ?2, ?3, ?3)"
    ).run(DeskStore.hash(secret), DeskStore.number(pseudonym), now.milliseconds)
    try connection.statement(
      """
      DELETE FROM sessions WHERE person = ?1 AND hash NOT IN (
        SELECT hash FROM sessions WHERE person = ?1 ORDER BY used DESC, began DESC, hash LIMIT ?2)
      """
    ).run(DeskStore.number(pseudonym), DeskStore.sessionsOfOne)
  }

  /// The session of a secret; nil if it has ended. Reads only.
  package func session(_ secret: String, now: Timestamp) throws(DeskError) -> DeskSession? {
    try look { () throws(SQLiteError) in
      try connection.statement(
        """
        SELECT \(DeskStore.personColumns), sessions.began, sessions.used
        FROM sessions JOIN people ON people.number = sessions.person
        WHERE sessions.hash = ? AND sessions.used >= ? AND sessions.began >= ?
          AND people.isLocked = 0
        """
      ).first(
        DeskStore.hash(secret), now.milliseconds - DeskStore.idleMilliseconds,
        now.milliseconds - DeskStore.sessionMilliseconds, row: DeskStore.session)
    }
  }

  /// The sessions of a person that have not ended, the one used last first.
  package func sessions(of pseudonym: String, now: Timestamp) throws(DeskError) -> [DeskSession] {
    try look { () throws(SQLiteError) in
      try connection.statement(
        """
        SELECT \(DeskStore.personColumns), sessions.began, sessions.used
        FROM sessions JOIN people ON people.number = sessions.person
        WHERE sessions.person = ? AND sessions.used >= ? AND sessions.began >= ?
        ORDER BY sessions.used DESC, sessions.began DESC
        """
      ).all(
        DeskStore.number(pseudonym), now.milliseconds - DeskStore.idleMilliseconds,
        now.milliseconds - DeskStore.sessionMilliseconds, row: DeskStore.session)
    }
  }

  private static func session(_ row: Statement) -> DeskSession {
    DeskSession(
      user: person(row).user, began: Timestamp(milliseconds: Int64(row.int(8))),
      used: Timestamp(milliseconds: Int64(row.int(9))))
  }

  /// Notes that a session is in use; writes at most once in `touchMilliseconds`.
  package func touch(_ secret: String, now: Timestamp) throws(DeskError) {
    try look { () throws(SQLiteError) in
      try connection.statement("UPDATE sessions SET used = ? WHERE hash = ? AND used <= ?")
        .run(
          now.milliseconds, DeskStore.hash(secret),
          now.milliseconds - DeskStore.touchMilliseconds)
    }
  }

  /// Signs out: ends one session.
  package func end(session secret: String, now: Timestamp) throws(DeskError) {
    try change {
      guard let session = try session(secret, now: now) else { return }
      try deleteSession(secret)
      try note(.signedOut, by: session.user.pseudonym, on: nil, now: now)
    }
  }

  /// Signs a person out of every browser.
  package func endAll(of pseudonym: String, now: Timestamp) throws(DeskError) {
    try change {
      try endSessions(of: pseudonym)
      try note(.signedOutEverywhere, by: pseudonym, on: nil, now: now)
    }
  }

  /// Ends a session inside a transaction.
  func deleteSession(_ secret: String) throws {
    try connection.statement("DELETE FROM sessions WHERE hash = ?").run(DeskStore.hash(secret))
  }

  /// Ends all sessions of a person inside a transaction.
  func endSessions(of pseudonym: String) throws {
    try connection.statement("DELETE FROM sessions WHERE person = ?")
      .run(DeskStore.number(pseudonym))
  }
}
