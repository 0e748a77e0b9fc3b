// The desk's own file, `desk.sqlite`: people, sign-ins, and what editors have that is no event yet.

import Events
package import SQLite

/// The desk's own store. The command line opens it beside the running node, and each event loop
/// opens its own, so every call is a transaction of its own. Used from one thread at a time.
package final class DeskStore {
  let connection: Connection

  /// The tables of each area; an area's file holds the text.
  private static let schema = [
    DeskStore.peopleSchema, DeskStore.linkSchema, DeskStore.sessionSchema, DeskStore.auditSchema,
    DeskStore.draftSchema, DeskStore.notesSchema, DeskStore.importSchema,
  ]

  /// Opens the store of a data directory and makes it on the first start.
  package init(directory: String) throws(SQLiteError) {
    connection = try Connection(path: directory + "/desk.sqlite", mode: .readWrite)
    try connection.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")
    for tables in DeskStore.schema { try connection.execute(tables) }
  }

  /// Runs `body` in one transaction, with its errors in this module's words.
  func change<Value>(_ body: () throws -> Value) throws(DeskError) -> Value {
    do {
      return try connection.write(body)
    } catch let error as DeskError {
      throw error
    } catch let error as SQLiteError {
      throw .storage(error)
    } catch {
      preconditionFailure("the desk's store throws nothing else: \(error)")
    }
  }

  /// Runs `body`, with its errors in this module's words.
  func look<Value>(_ body: () throws(SQLiteError) -> Value) throws(DeskError) -> Value {
    do {
      return try body()
    } catch {
      throw .storage(error)
    }
  }

  /// A secret of 256 random bits.
  static func newSecret() -> String {
    var random = SystemRandom()
    return Hex.string((0..<32).map { _ in UInt8.random(in: 0...255, using: &random) })
  }

  /// What is kept of a secret. It has 256 bits itself, so a plain hash of it cannot be guessed.
  static func hash(_ secret: String) -> [UInt8] { SHA256.hash(Array(secret.utf8)).bytes }
}

/// Why the desk's store did not do what it was asked for.
package enum DeskError: Error, Sendable, Equatable {
  /// The file cannot be read or written now.
  case storage(SQLiteError)
  /// There is nobody of that name.
  case unknownPerson(String)
  /// Somebody has that sign-in name already.
  case nameTaken(String)
  /// The name to sign in with has a wrong form.
  case badSignInName
  /// The name that others see is empty or too long.
  case badName
  /// The password cannot be taken.
  case badPassword(PasswordFlaw)
  /// The change would leave the desk without anybody who can manage it.
  case lastAdministrator
  /// A program has neither a password nor a role to sign in with.
  case isProgram(String)
  /// A one-time link that is unknown, used, too old, or of somebody who is locked.
  case linkEnded
  /// Somebody is there already, so that nobody is the first.
  case notFirst
  /// No more people or programs can be added.
  case tooMany
}

extension DeskError: CustomStringConvertible {
  /// For operators: what is wrong and what to do.
  package var description: String {
    switch self {
    case .storage(let error): "desk.sqlite: \(error)"
    case .unknownPerson(let name):
      "there is nobody called \"\(name)\"; `vesthub user list` shows all"
    case .nameTaken(let name): "\"\(name)\" is taken: choose another sign-in name"
    case .badSignInName:
      "a sign-in name has \(PeopleRules.signInNameCount.lowerBound) to "
        + "\(PeopleRules.signInNameCount.upperBound) letters, digits or ._-@+"
    case .badName: "the name shown has 1 to \(PeopleRules.longestName) characters"
    case .badPassword(let flaw): "the password cannot be taken: \(flaw)"
    case .lastAdministrator: "somebody must stay who can manage the desk: name another one first"
    case .isProgram(let name): "\"\(name)\" is a program: it has tokens and no sign-in"
    case .linkEnded: "the link was used or is too old: make a new one"
    case .notFirst: "there is somebody already: say whose link it is to be"
    case .tooMany: "there are \(PeopleRules.mostPeople) people and programs: no more can be added"
    }
  }
}
