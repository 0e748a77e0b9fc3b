// The table of people: who there is, what each may do, and who may no longer. Names stand here
// only; events bear the pseudonym, which is the number of the row and never given again.

package import Events
import Foundation
import SQLite

extension DeskStore {
  /// Rows are never deleted: the pseudonyms in events lead here. `AUTOINCREMENT` gives no number
  /// twice.
  static let peopleSchema = """
    CREATE TABLE IF NOT EXISTS people (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      signInName TEXT UNIQUE,
      name TEXT NOT NULL,
      role TEXT NOT NULL,
      passwordHash TEXT,
      isLocked INTEGER NOT NULL DEFAULT 0,
      failures INTEGER NOT NULL DEFAULT 0,
      addedAt INTEGER NOT NULL,
      lastSignIn INTEGER
    ) STRICT;
    """

  /// The columns of a person, in the order in which `person(_:)` reads them.
  static let personColumns = """
    people.number, people.signInName, people.name, people.role, \
    people.passwordHash IS NOT NULL, people.isLocked, people.failures, people.lastSignIn
    """

  static func person(_ row: Statement) -> Person {
    guard let role = DeskRole(rawValue: row.text(3)) else {
      preconditionFailure("only roles are written")
    }
    return Person(
      user: DeskUser(pseudonym: "r\(row.int(0))", name: row.text(2), role: role),
      signInName: row.optionalText(1), hasPassword: row.int(4) != 0, isLocked: row.int(5) != 0,
      failures: row.int(6),
      lastSignIn: row.optionalInt(7).map { Timestamp(milliseconds: Int64($0)) })
  }

  /// The row of a pseudonym.
  static func number(_ pseudonym: String) -> Int? {
    pseudonym.first == "r" ? Int(pseudonym.dropFirst()) : nil
  }

  // MARK: - Looking

  /// Everybody and every program, in the order in which they came.
  package func people() throws(DeskError) -> [Person] {
    try look { () throws(SQLiteError) in
      try connection.statement(
        "SELECT \(DeskStore.personColumns) FROM people ORDER BY number LIMIT ?"
      ).all(PeopleRules.mostPeople, row: DeskStore.person)
    }
  }

  /// The person of a pseudonym; nil if there is none.
  package func person(_ pseudonym: String) throws(DeskError) -> Person? {
    try look { () throws(SQLiteError) in
      try connection.statement("SELECT \(DeskStore.personColumns) FROM people WHERE number = ?")
        .first(DeskStore.number(pseudonym), row: DeskStore.person)
    }
  }

  /// The person who signs in by that name, in any case of letters; nil if there is none.
  package func person(signInName: String) throws(DeskError) -> Person? {
    try look { () throws(SQLiteError) in
      try connection.statement(
        "SELECT \(DeskStore.personColumns) FROM people WHERE signInName = ?"
      ).first(DeskStore.normal(signInName), row: DeskStore.person)
    }
  }

  /// True if somebody can sign in or was invited to.
  package func hasPeople() throws(DeskError) -> Bool {
    try look { () throws(SQLiteError) in
      try connection.integer(
        "SELECT EXISTS (SELECT 1 FROM people WHERE signInName IS NOT NULL)") == 1
    }
  }

  /// One form of a name to sign in with, however it was typed.
  static func normal(_ signInName: String) -> String {
    signInName.trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
      .precomposedStringWithCompatibilityMapping
  }

  // MARK: - Changing

  /// Adds somebody who has no password yet: a link lets the person choose one.
  ///
  /// - Parameter by: who did it; nil for the command line.
  @discardableResult
  package func add(
    signInName: String, name: String, role: DeskRole, by: String? = nil, now: Timestamp
  ) throws(DeskError) -> Person {
    try change {
      let person = try insert(signInName: signInName, name: name, role: role, now: now)
      try note(.personAdded, by: by, on: person.user.pseudonym, now: now)
      return person
    }
  }

  /// The same inside a transaction. A program comes without a name to sign in with.
  func insert(
    signInName: String?, name: String, role: DeskRole, now: Timestamp
  ) throws -> Person {
    let name = try DeskStore.checkedName(name)
    let signInName = try signInName.map(DeskStore.checkedSignInName)
    if let signInName, try person(signInName: signInName) != nil {
      throw DeskError.nameTaken(signInName)
    }
    guard try connection.integer("SELECT count(*) FROM people") < PeopleRules.mostPeople else {
      throw DeskError.tooMany
    }
    try connection.statement(
      "INSERT INTO people (signInName, name, role, addedAt) VALUES (?, ?, ?, ?)"
    ).run(signInName, name, role.rawValue, now.milliseconds)
    let added = try person("r\(connection.lastInsertedRow)")
    guard let added else { preconditionFailure("a row that was written can be read") }
    return added
  }

  private static func checkedName(_ name: String) throws(DeskError) -> String {
    let name = name.trimmingCharacters(in: .whitespacesAndNewlines)
    guard (1...PeopleRules.longestName).contains(name.count),
      !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
    else { throw .badName }
    return name
  }

  private static func checkedSignInName(_ name: String) throws(DeskError) -> String {
    let name = normal(name)
    guard PeopleRules.signInNameCount.contains(name.count),
      name.allSatisfy({ $0.isLetter || $0.isNumber || "._-@+".contains($0) })
    else { throw .badSignInName }
    return name
  }

  /// Changes what others see of somebody.
  package func rename(
    _ pseudonym: String, to name: String, by: String?, now: Timestamp
  ) throws(DeskError) {
    let name = try DeskStore.checkedName(name)
    try change {
      try update("name = ?", name, pseudonym)
      try note(.personRenamed, by: by, on: pseudonym, now: now)
    }
  }

  /// Gives somebody another role. Whoever is signed in as that person must sign in again.
  package func setRole(
    _ pseudonym: String, to role: DeskRole, by: String? = nil, now: Timestamp
  ) throws(DeskError) {
    try change {
      let person = try known(pseudonym)
      guard person.user.role != role else { return }
      try update("role = ?", role.rawValue, pseudonym)
      try checkAdministration()
      try endSessions(of: pseudonym)
      try note(.roleChanged, by: by, on: pseudonym, detail: role.rawValue, now: now)
    }
  }

  /// Takes the access away: sessions end, passwords, links and tokens are refused.
  package func lock(_ pseudonym: String, by: String? = nil, now: Timestamp) throws(DeskError) {
    try change {
      _ = try known(pseudonym)
      try update("isLocked = ?", 1, pseudonym)
      try checkAdministration()
      try endSessions(of: pseudonym)
      try endLinks(of: pseudonym)
      try note(.locked, by: by, on: pseudonym, now: now)
    }
  }

  /// Gives the access back, also after too many wrong passwords.
  package func unlock(_ pseudonym: String, by: String? = nil, now: Timestamp) throws(DeskError) {
    try change {
      _ = try known(pseudonym)
      try update("failures = 0, isLocked = ?", 0, pseudonym)
      try note(.unlocked, by: by, on: pseudonym, now: now)
    }
  }

  /// The person, inside a transaction.
  func known(_ pseudonym: String) throws(DeskError) -> Person {
    guard let person = try person(pseudonym) else { throw .unknownPerson(pseudonym) }
    return person
  }

  private func update(
    _ assignment: String, _ value: some Bindable, _ pseudonym: String
  ) throws {
    // Only the literals of this file come as assignments.
    try connection.statement("UPDATE people SET \(assignment) WHERE number = ?")
      .run(value, DeskStore.number(pseudonym))
  }

  /// Somebody who can sign in must be left to manage the desk.
  private func checkAdministration() throws {
    let left = try connection.integer(
      """
      SELECT count(*) FROM people
      WHERE role = 'administrator' AND isLocked = 0 AND signInName IS NOT NULL
      """)
    if left == 0 { throw DeskError.lastAdministrator }
  }

  // MARK: - Passwords

  /// What the password of a person hashes to; nil if none was chosen.
  func passwordHash(of pseudonym: String) throws(DeskError) -> String? {
    try look { () throws(SQLiteError) in
      try connection.statement("SELECT passwordHash FROM people WHERE number = ?")
        .first(DeskStore.number(pseudonym)) { $0.optionalText(0) } ?? nil
    }
  }

  /// Keeps a new password's hash inside a transaction. All sessions and links of the person end.
  func keep(passwordHash: String, of pseudonym: String) throws {
    try update("failures = 0, passwordHash = ?", passwordHash, pseudonym)
    try endSessions(of: pseudonym)
    try endLinks(of: pseudonym)
  }

  /// Counts a wrong password; how many there were in a row.
  func countFailure(of pseudonym: String) throws -> Int {
    try connection.statement("UPDATE people SET failures = failures + 1 WHERE number = ?")
      .run(DeskStore.number(pseudonym))
    return try known(pseudonym).failures
  }

  /// Notes a right password inside a transaction.
  func countSignIn(of pseudonym: String, now: Timestamp) throws {
    try update("failures = 0, lastSignIn = ?", now.milliseconds, pseudonym)
  }
}
