// One-time links and the tokens of programs: secrets of which only hashes are kept.

package import Events
import SQLite

extension DeskStore {
  /// A link has no person while it waits for the first one.
  static let linkSchema = """
    CREATE TABLE IF NOT EXISTS links (
      hash BLOB PRIMARY KEY, purpose TEXT NOT NULL, person INTEGER REFERENCES people,
      ends INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS tokens (
      hash BLOB PRIMARY KEY, person INTEGER NOT NULL REFERENCES people, began INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    """

  /// What a one-time link is good for.
  package enum LinkPurpose: String, Sendable {
    /// Makes the first administrator.
    case first
    /// Lets a person choose a password, and signs in.
    case password
    /// Signs in at once, for a demonstration.
    case signIn
  }

  /// A link is used on the day that it was asked for, or made again.
  package static let linkMilliseconds: Int64 = 24 * 3_600_000

  /// Makes the link by which the first administrator begins; earlier ones end.
  ///
  /// - Throws: `DeskError.notFirst` if there is somebody.
  package func firstLink(now: Timestamp) throws(DeskError) -> String {
    try change {
      guard try !hasPeople() else { throw DeskError.notFirst }
      try connection.statement("DELETE FROM links WHERE person IS NULL").run()
      return try insertLink(.first, nil, now)
    }
  }

  /// Makes a one-time link for somebody; earlier ones of that purpose end. It also works after too
  /// many wrong passwords: whoever hands it over vouches for the person.
  package func link(
    _ purpose: LinkPurpose, for pseudonym: String, by: String? = nil, now: Timestamp
  ) throws(DeskError) -> String {
    precondition(purpose != .first, "the first link is nobody's")
    return try change {
      let person = try known(pseudonym)
      guard !person.isProgram else { throw DeskError.isProgram(person.user.name) }
      guard !person.isLocked else { throw DeskError.linkEnded }
      try connection.statement("DELETE FROM links WHERE person = ? AND purpose = ?")
        .run(DeskStore.number(pseudonym), purpose.rawValue)
      try note(.linkMade, by: by, on: pseudonym, now: now)
      return try insertLink(purpose, DeskStore.number(pseudonym), now)
    }
  }

  private func insertLink(
    _ purpose: LinkPurpose, _ person: Int?, _ now: Timestamp
  ) throws -> String {
    try connection.statement("DELETE FROM links WHERE ends < ?").run(now.milliseconds)
    let secret = DeskStore.newSecret()
    try keepLink(secret, purpose, person, now: now)
    return secret
  }

  func keepLink(_ secret: String, _ purpose: LinkPurpose, _ person: Int?, now: Timestamp) throws {
    try connection.statement("INSERT INTO links (hash, purpose, person, ends) VALUES (?, ?, ?, ?)")
      .run(
        DeskStore.hash(secret), purpose.rawValue, person,
        now.milliseconds + DeskStore.linkMilliseconds)
  }

  /// What a link is good for, and for whom; nil if it has ended. It is not used up.
  package func link(
    _ secret: String, now: Timestamp
  ) throws(DeskError) -> (purpose: LinkPurpose, person: Person?)? {
    let row = try look { () throws(SQLiteError) in
      try connection.statement("SELECT purpose, person FROM links WHERE hash = ? AND ends >= ?")
        .first(DeskStore.hash(secret), now.milliseconds) { ($0.text(0), $0.optionalInt(1)) }
    }
    guard let row, let purpose = LinkPurpose(rawValue: row.0) else { return nil }
    if purpose == .first { return try hasPeople() ? nil : (.first, nil) }
    guard let person = try row.1.flatMap({ number throws(DeskError) in try person("r\(number)") }),
      !person.isLocked
    else { return nil }
    return (purpose, person)
  }

  /// Uses a link up, inside a transaction; of two requests with one link only one goes on.
  func useUp(_ secret: String) throws {
    try connection.statement("DELETE FROM links WHERE hash = ?").run(DeskStore.hash(secret))
    guard connection.changes == 1 else { throw DeskError.linkEnded }
  }

  /// Ends all links of a person, inside a transaction.
  func endLinks(of pseudonym: String) throws {
    try connection.statement("DELETE FROM links WHERE person = ?").run(DeskStore.number(pseudonym))
  }

  // MARK: - Programs

  /// Makes a token by which a program publishes through the API, until it is revoked.
  ///
  /// - Parameter program: what people call it; tokens of one name share the pseudonym.
  package func token(
    for program: String = "Programm", by: String? = nil, now: Timestamp
  ) throws(DeskError) -> String {
    try change {
      let known = try self.program(program)
      let person = try known ?? insert(signInName: nil, name: program, role: .releaser, now: now)
      let secret = DeskStore.newSecret()
      try keepToken(secret, person.user.pseudonym, now: now)
      try note(.tokenMade, by: by, on: person.user.pseudonym, now: now)
      return secret
    }
  }

  func keepToken(_ secret: String, _ pseudonym: String, now: Timestamp) throws {
    try connection.statement("INSERT INTO tokens (hash, person, began) VALUES (?, ?, ?)")
      .run(DeskStore.hash(secret), DeskStore.number(pseudonym), now.milliseconds)
  }

  /// Ends all tokens of a program.
  package func revokeTokens(
    of program: String, by: String? = nil, now: Timestamp
  ) throws(DeskError) {
    try change {
      guard let person = try self.program(program) else { throw DeskError.unknownPerson(program) }
      try connection.statement("DELETE FROM tokens WHERE person = ?")
        .run(DeskStore.number(person.user.pseudonym))
      try note(.tokensRevoked, by: by, on: person.user.pseudonym, now: now)
    }
  }

  /// Whose token it is; nil if it is none or the program is locked.
  package func user(ofToken secret: String) throws(DeskError) -> DeskUser? {
    try look { () throws(SQLiteError) in
      try connection.statement(
        """
        SELECT \(DeskStore.personColumns) FROM tokens JOIN people ON people.number = tokens.person
        WHERE tokens.hash = ? AND people.isLocked = 0
        """
      ).first(DeskStore.hash(secret)) { DeskStore.person($0).user }
    }
  }

  private func program(_ name: String) throws -> Person? {
    try connection.statement(
      "SELECT \(DeskStore.personColumns) FROM people WHERE signInName IS NULL AND name = ?"
    ).first(name, row: DeskStore.person)
  }
}
