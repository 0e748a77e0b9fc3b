// Who may write at the desk: the local administrator, by a one-time link, a session or a token.
// `desk.sqlite` knows only hashes of them.

package import Events
package import SQLite

/// The desk's own store. The command line opens it beside the running node, so every call is a
/// transaction of its own. Used from one thread at a time.
package final class DeskStore {
  let connection: Connection

  /// The pseudonym of the local administrator on events.
  package static let administrator = "r1"
  /// A one-time link is used at once or made again.
  private static let codeMilliseconds: Int64 = 24 * 3_600_000
  /// A working day.
  private static let sessionMilliseconds: Int64 = 12 * 3_600_000

  /// What a secret is good for.
  package enum Purpose: String, Sendable {
    /// Signs in once.
    case code
    /// The cookie of a browser.
    case session
    /// A program that publishes through the API; until it is revoked.
    case token
  }

  /// Opens the store of a data directory and makes it on the first start.
  package init(directory: String) throws(SQLiteError) {
    connection = try Connection(path: directory + "/desk.sqlite", mode: .readWrite)
    try connection.execute(
      """
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      CREATE TABLE IF NOT EXISTS secrets (
        hash BLOB PRIMARY KEY, purpose TEXT NOT NULL, ends INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      """)
    try connection.execute(DeskStore.remarkSchema)
  }

  /// Makes a secret of 256 random bits and keeps its hash.
  package func issue(_ purpose: Purpose, now: Timestamp) throws(SQLiteError) -> String {
    var random = SystemRandom()
    let secret = Hex.string((0..<32).map { _ in UInt8.random(in: 0...255, using: &random) })
    let ends: Int64 =
      switch purpose {
      case .code: now.milliseconds + DeskStore.codeMilliseconds
      case .session: now.milliseconds + DeskStore.sessionMilliseconds
      case .token: Timestamp.maximumMilliseconds
      }
    try connection.statement("DELETE FROM secrets WHERE ends < ?").run(now.milliseconds)
    try connection.statement("INSERT INTO secrets (hash, purpose, ends) VALUES (?, ?, ?)")
      .run(DeskStore.hash(secret), purpose.rawValue, ends)
    return secret
  }

  /// True if `secret` is known for that purpose and has not ended.
  package func accepts(
    _ secret: String, for purpose: Purpose, now: Timestamp
  ) throws(SQLiteError) -> Bool {
    let row = try connection.statement(
      "SELECT 1 FROM secrets WHERE hash = ? AND purpose = ? AND ends >= ?"
    ).first(DeskStore.hash(secret), purpose.rawValue, now.milliseconds) { _ in true }
    return row ?? false
  }

  /// Uses a one-time code up; nil if it is unknown, used or too old. Gives a session.
  package func signIn(code: String, now: Timestamp) throws(SQLiteError) -> String? {
    guard try accepts(code, for: .code, now: now) else { return nil }
    try connection.statement("DELETE FROM secrets WHERE hash = ? AND purpose = 'code'")
      .run(DeskStore.hash(code))
    // Two requests with one code: only the one that deleted it goes on.
    guard connection.changes == 1 else { return nil }
    return try issue(.session, now: now)
  }

  /// Ends a session or revokes a token.
  package func end(_ secret: String) throws(SQLiteError) {
    try connection.statement("DELETE FROM secrets WHERE hash = ?").run(DeskStore.hash(secret))
  }

  /// The secret itself has 256 bits, so a plain hash of it cannot be guessed.
  private static func hash(_ secret: String) -> [UInt8] { SHA256.hash(Array(secret.utf8)).bytes }
}
