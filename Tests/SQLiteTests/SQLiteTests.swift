// What the door to libsqlite3 promises, a test per fact.

import CSQLite
import Foundation
import SQLite
import Testing

/// A folder that is gone after the test.
final class Folder {
  private let url = FileManager.default.temporaryDirectory
    .appendingPathComponent("SQLiteTests-\(UUID().uuidString)")

  init() throws {
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appendingPathComponent(name).path }
}

/// A database in memory with `note(id, text)`.
func notes() throws -> Connection {
  let connection = try Connection(path: ":memory:", mode: .readWrite)
  try connection.execute("CREATE TABLE note(id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT")
  return connection
}

func countNotes(_ connection: Connection) throws -> Int {
  try connection.integer("SELECT count(*) FROM note")
}

/// A file in WAL mode with `note(id, text)`.
func notesFile(_ path: String) throws -> Connection {
  let connection = try Connection(path: path, mode: .readWrite, busyTimeoutMilliseconds: 20)
  try connection.execute(
    """
    PRAGMA journal_mode=WAL;
    CREATE TABLE note(id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
    """)
  return connection
}

@Suite struct Transactions {
  struct Refused: Error {}

  @Test func whatIsWrittenIsThereAfterwards() throws {
    let connection = try notes()
    let row = try connection.write {
      try connection.statement("INSERT INTO note(text) VALUES (?)").run("a")
      return connection.lastInsertedRow
    }
    #expect(row == 1)
    #expect(connection.changes == 1)
    #expect(try countNotes(connection) == 1)
    #expect(!connection.isInTransaction)
  }

  @Test func aBodyThatThrowsUndoesItsWrites() throws {
    let connection = try notes()
    #expect(throws: Refused.self) {
      try connection.write {
        try connection.statement("INSERT INTO note(text) VALUES (?)").run("a")
        throw Refused()
      }
    }
    #expect(try countNotes(connection) == 0)
    #expect(!connection.isInTransaction)
  }

  @Test func aFailedCommitUndoesItsWrites() throws {
    let connection = try notes()
    try connection.execute(
      """
      PRAGMA foreign_keys=ON;
      CREATE TABLE tag(note INTEGER REFERENCES note(id) DEFERRABLE INITIALLY DEFERRED) STRICT;
      """)
    let error = #expect(throws: SQLiteError.self) {
      try connection.write { try connection.statement("INSERT INTO tag VALUES (7)").run() }
    }
    guard case .constraint(.foreignKey, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(try connection.integer("SELECT count(*) FROM tag") == 0)
    #expect(!connection.isInTransaction)
  }

  @Test func aReadSeesOneSnapshotWhileAnotherConnectionWrites() throws {
    let folder = try Folder()
    let writer = try notesFile(folder.path("a.sqlite"))
    let reader = try Connection(path: folder.path("a.sqlite"), mode: .readOnly)
    try reader.read {
      #expect(try countNotes(reader) == 0)
      try writer.write { try writer.statement("INSERT INTO note(text) VALUES ('a')").run() }
      #expect(try countNotes(reader) == 0)
    }
    #expect(try countNotes(reader) == 1)
  }

  @Test func aHalfReadQueryDoesNotKeepTheSnapshotBeyondItsTransaction() throws {
    let folder = try Folder()
    let writer = try notesFile(folder.path("a.sqlite"))
    try writer.execute("INSERT INTO note(text) VALUES ('a'), ('b')")
    let reader = try Connection(path: folder.path("a.sqlite"), mode: .readOnly)
    try reader.read { try #expect(reader.statement("SELECT id FROM note").step()) }
    try writer.execute("INSERT INTO note(text) VALUES ('c')")
    #expect(try countNotes(reader) == 3)
    #expect(try writer.checkpoint(.truncate))
  }

  @Test func aSecondWriterIsBusyAfterItsTimeout() throws {
    let folder = try Folder()
    let first = try notesFile(folder.path("a.sqlite"))
    let second = try Connection(
      path: folder.path("a.sqlite"), mode: .readWrite, busyTimeoutMilliseconds: 50)
    try first.write {
      let start = ContinuousClock.now
      #expect(throws: SQLiteError.busy) { try second.write {} }
      #expect(ContinuousClock.now - start >= .milliseconds(40))
    }
    try second.write {}
  }

  @Test func aFullFileRollsBackAndTakesSmallerWritesAfterwards() throws {
    let connection = try notes()
    try connection.execute("PRAGMA max_page_count=10")
    let insert = try connection.statement("INSERT INTO note(text) VALUES (?)")
    #expect(throws: SQLiteError.full) {
      try connection.write {
        try insert.run("small")
        try insert.run(String(repeating: "x", count: 100_000))
      }
    }
    #expect(!connection.isInTransaction)
    #expect(try countNotes(connection) == 0)
    try connection.write { try insert.run("small") }
    #expect(try countNotes(connection) == 1)
  }

  @Test func aBodyThatHidesAFullDiskIsNotTakenForStored() throws {
    let connection = try notes()
    try connection.execute("PRAGMA max_page_count=10")
    let insert = try connection.statement("INSERT INTO note(text) VALUES (?)")
    #expect(throws: SQLiteError.self) {
      try connection.write { try? insert.run(String(repeating: "x", count: 100_000)) }
    }
    #expect(!connection.isInTransaction)
  }

  @Test func aTransactionInsideATransactionTraps() async {
    await #expect(processExitsWith: .failure) {
      let connection = try Connection(path: ":memory:", mode: .readWrite)
      try connection.write { try connection.read {} }
    }
  }

  @Test func anInterruptFromAnotherThreadEndsAnEndlessQuery() async throws {
    let connection = try notes()
    let interrupter = connection.interrupter
    // The flag only counts while a statement runs, so it is set until the query has ended.
    let interrupting = Task.detached {
      while !Task.isCancelled {
        interrupter.interrupt()
        await Task.yield()
      }
    }
    #expect(throws: SQLiteError.interrupted) {
      try connection.integer(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n) SELECT max(i) FROM n")
    }
    interrupting.cancel()
    await interrupting.value
    connection.close()
    interrupter.interrupt()
  }
}

@Suite struct Values {
  @Test(arguments: [Int.min, -1, 0, 1, Int.max])
  func anIntegerComesBack(_ value: Int) throws {
    let connection = try notes()
    let statement = try connection.statement("SELECT ?, ?")
    try statement.query(value, Int64(value)) { row in
      #expect(row.int(0) == value)
      #expect(row.optionalInt(1) == value)
    }
    try statement.bind(1, value)
    try statement.bindNull(2)
    #expect(try statement.step())
    #expect(statement.int(0) == value)
    #expect(statement.optionalInt(1) == nil)
  }

  @Test(arguments: ["", "a\0b", "\0", "Straße", "🏳️‍🌈", String(repeating: "ä", count: 70_000)])
  func aTextComesBackWithAnyNUL(_ text: String) throws {
    let connection = try notes()
    try connection.statement("INSERT INTO note(text) VALUES (?)").run(text)
    let read = try connection.statement("SELECT text FROM note").first { $0.text(0) }
    #expect(read == text)
  }

  @Test func aTextBridgedFromFoundationComesBack() throws {
    let text = NSString(string: "Grüße\0!").substring(from: 1)
    let connection = try notes()
    let read = try connection.statement("SELECT ?").first(text) { $0.text(0) }
    #expect(read == "rüße\0!")
  }

  @Test func anEmptyBlobAndAnEmptyTextAreNotNull() throws {
    let connection = try notes()
    let nothing: [UInt8]? = nil
    try connection.statement("SELECT ?, ?, ?").query([UInt8](), "", nothing) { row in
      #expect(!row.isNull(0))
      #expect(row.blob(0) == [])
      #expect(row.withBlob(0) { $0.count } == 0)
      #expect(row.optionalText(1) == "")
      #expect(row.isNull(2))
      #expect(row.optionalBlob(2) == nil)
    }
  }

  @Test func aBlobComesBackHoweverItIsBound() throws {
    let bytes = (0...255).map { UInt8($0) }
    let connection = try notes()
    let statement = try connection.statement("SELECT ?, ?, ?")
    try statement.bind(1, bytes)
    try statement.bind(2, bytes.span)
    try bytes.withUnsafeBytes { try statement.bind(3, $0) }
    #expect(try statement.step())
    for column in 0...2 {
      #expect(statement.blob(column) == bytes)
      #expect(statement.withBlob(column) { $0[255] } == 255)
    }
    statement.reset()
  }

  @Test func theBytesOfATextCanBeLent() throws {
    let connection = try notes()
    let count = try connection.statement("SELECT 'ä'").first { $0.withBlob(0) { $0.count } }
    #expect(count == 2)
  }
}

@Suite struct Statements {
  @Test func aStatementIsPreparedOnce() throws {
    let connection = try notes()
    #expect(try connection.statement("SELECT 1") === connection.statement("SELECT 1"))
  }

  @Test func aStatementHandedOutAgainHasNoBindings() throws {
    let connection = try notes()
    _ = try connection.statement("SELECT ?").first(5) { $0.int(0) }
    #expect(try connection.statement("SELECT ?").all { $0.isNull(0) } == [true])
  }

  @Test func aStatementUnderWayIsNotHandedOutAgain() async {
    await #expect(processExitsWith: .failure) {
      let connection = try Connection(path: ":memory:", mode: .readWrite)
      _ = try connection.statement("SELECT 1").step()
      _ = try connection.statement("SELECT 1")
    }
  }

  @Test func aStatementRunsAgainAfterAnError() throws {
    let connection = try notes()
    let insert = try connection.statement("INSERT INTO note(id, text) VALUES (?, ?)")
    try insert.run(1, "a")
    let error = #expect(throws: SQLiteError.self) { try insert.run(1, "b") }
    #expect(error == .constraint(.unique, message: "UNIQUE constraint failed: note.id"))
    try insert.run(2, "b")
    #expect(try countNotes(connection) == 2)
  }

  @Test func aQueryIsResetWhenItsRowThrows() throws {
    let connection = try notes()
    try connection.execute("INSERT INTO note(text) VALUES ('a'), ('b')")
    let query = try connection.statement("SELECT text FROM note ORDER BY id")
    #expect(throws: CancellationError.self) {
      try query.query { _ in throw CancellationError() }
    }
    #expect(try query.all { $0.text(0) } == ["a", "b"])
  }

  @Test func moreStatementsThanTheCacheHoldsStayUsable() throws {
    let connection = try notes()
    let first = try connection.statement("SELECT 0")
    for number in 1...600 {
      let value = try connection.statement("SELECT \(number)").first { $0.int(0) }
      #expect(value == number)
    }
    #expect(try first.first { $0.int(0) } == 0)
  }

  @Test func closingWithAStatementUnderWayReleasesTheFile() throws {
    let folder = try Folder()
    let connection = try notesFile(folder.path("a.sqlite"))
    try connection.execute("INSERT INTO note(text) VALUES ('a'), ('b')")
    let open = try connection.statement("SELECT id FROM note")
    #expect(try open.step())
    connection.close()
    connection.close()
    // The last connection that closes removes the log.
    #expect(!FileManager.default.fileExists(atPath: folder.path("a.sqlite-wal")))
  }

  @Test func aStatementOutlivesAConnectionThatIsLetGo() throws {
    var connection: Connection? = try notes()
    let statement = try connection?.statement("SELECT count(*) FROM note")
    connection = nil
    #expect(try statement?.first { $0.int(0) } == 0)
  }

  @Test func aPlanNamesTheIndex() throws {
    let plan = try notes().plan("SELECT text FROM note WHERE id = ?")
    #expect(plan == ["SEARCH note USING INTEGER PRIMARY KEY (rowid=?)"])
  }

  @Test func aNameInDoubleQuotesIsNeverAString() throws {
    let connection = try notes()
    #expect(throws: SQLiteError.self) {
      try connection.statement("SELECT id FROM note WHERE text = \"txet\"")
    }
  }
}

@Suite struct Files {
  @Test func aNewFileAndItsCompanionsBelongToTheOwnerOnly() throws {
    let folder = try Folder()
    let connection = try notesFile(folder.path("a.sqlite"))
    try connection.backup(to: folder.path("copy.sqlite"))
    for name in ["a.sqlite", "a.sqlite-wal", "a.sqlite-shm", "copy.sqlite"] {
      let attributes = try FileManager.default.attributesOfItem(atPath: folder.path(name))
      #expect((attributes[.posixPermissions] as? Int) == 0o600, "\(name)")
    }
  }

  @Test func aBackupHoldsWhatIsStillInTheLog() throws {
    let folder = try Folder()
    let connection = try notesFile(folder.path("a.sqlite"))
    try connection.execute("INSERT INTO note(text) VALUES ('a')")
    try connection.backup(to: folder.path("copy.sqlite"))
    let copy = try Connection(path: folder.path("copy.sqlite"), mode: .readOnly)
    #expect(try countNotes(copy) == 1)
  }

  @Test func aTruncatingCheckpointEmptiesTheLog() throws {
    let folder = try Folder()
    let connection = try notesFile(folder.path("a.sqlite"))
    #expect(try connection.checkpoint(.truncate))
    let log = try FileManager.default.attributesOfItem(atPath: folder.path("a.sqlite-wal"))
    #expect((log[.size] as? Int) == 0)
  }

  @Test func aReaderMakesATruncatingCheckpointBusyAndAPassiveOnePartial() throws {
    let folder = try Folder()
    let writer = try notesFile(folder.path("a.sqlite"))
    let reader = try Connection(path: folder.path("a.sqlite"), mode: .readOnly)
    try reader.read {
      #expect(try countNotes(reader) == 0)
      try writer.execute("INSERT INTO note(text) VALUES ('a')")
      #expect(try !writer.checkpoint(.passive))
      #expect(throws: SQLiteError.busy) { try writer.checkpoint(.truncate) }
    }
    #expect(try writer.checkpoint(.truncate))
  }

  @Test func aPragmaComesBackAsAnInteger() throws {
    let connection = try notes()
    try connection.execute("PRAGMA user_version=7")
    #expect(try connection.integer("PRAGMA user_version") == 7)
  }

  @Test func aReadOnlyConnectionRefusesToWrite() throws {
    let folder = try Folder()
    try notesFile(folder.path("a.sqlite")).close()
    let reader = try Connection(path: folder.path("a.sqlite"), mode: .readOnly)
    #expect(throws: SQLiteError.readOnly) {
      try reader.statement("INSERT INTO note(text) VALUES ('a')").run()
    }
  }

  @Test func aMissingFileIsNotCreatedForReading() throws {
    let folder = try Folder()
    let path = folder.path("none.sqlite")
    let error = #expect(throws: SQLiteError.self) { try Connection(path: path, mode: .readOnly) }
    #expect(
      error
        == .cannotOpen(
          path: path, reason: "unable to open database file (No such file or directory)"))
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test func aMissingFolderCannotBeOpened() throws {
    let folder = try Folder()
    let path = folder.path("none/a.sqlite")
    #expect(throws: SQLiteError.cannotOpen(path: path, reason: "No such file or directory")) {
      try Connection(path: path, mode: .readWrite)
    }
  }

  @Test func anotherFormatIsNotADatabase() throws {
    let folder = try Folder()
    let path = folder.path("a.sqlite")
    try Data(String(repeating: "no database ", count: 1_000).utf8)
      .write(to: URL(fileURLWithPath: path))
    for mode in [Connection.Mode.readOnly, .readWrite] {
      #expect(throws: SQLiteError.notADatabase(path: path)) {
        try Connection(path: path, mode: mode)
      }
    }
  }

  @Test func aDamagedPageIsCorrupt() throws {
    let folder = try Folder()
    let path = folder.path("a.sqlite")
    let connection = try Connection(path: path, mode: .readWrite)
    try connection.execute("CREATE TABLE note(id INTEGER PRIMARY KEY, text TEXT) STRICT")
    try connection.write {
      let insert = try connection.statement("INSERT INTO note(text) VALUES (?)")
      for _ in 1...100 { try insert.run(String(repeating: "x", count: 500)) }
    }
    connection.close()
    // Everything behind the first page, which holds the header and the schema.
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
    let size = try file.seekToEnd()
    try file.seek(toOffset: 4_096)
    try file.write(contentsOf: Data(repeating: 0xEE, count: Int(size) - 4_096))
    try file.close()
    let damaged = try Connection(path: path, mode: .readOnly)
    let error = #expect(throws: SQLiteError.self) { try countNotes(damaged) }
    #expect(error == .corrupt(message: "database disk image is malformed"))
  }
}

@Suite struct Errors {
  @Test(arguments: [
    ("INSERT INTO t(id) VALUES (1)", SQLiteError.ConstraintKind.notNull),
    ("INSERT INTO t VALUES (1, 'x')", .dataType),
    ("INSERT INTO t VALUES (1, -1)", .check),
    ("INSERT INTO t VALUES (0, 1)", .unique),
    ("INSERT INTO t VALUES (3, 0)", .unique),
    ("INSERT INTO t VALUES (4, 4)", .other),
  ])
  func aBrokenRuleOfTheSchemaIsNamed(_ sql: String, _ kind: SQLiteError.ConstraintKind) throws {
    let connection = try Connection(path: ":memory:", mode: .readWrite)
    try connection.execute(
      """
      CREATE TABLE t(id INTEGER PRIMARY KEY, n INTEGER NOT NULL UNIQUE CHECK (n >= 0)) STRICT;
      INSERT INTO t VALUES (0, 0);
      CREATE TRIGGER four BEFORE INSERT ON t WHEN new.id = 4 BEGIN SELECT RAISE(ABORT, 'no'); END;
      """)
    let error = #expect(throws: SQLiteError.self) { try connection.statement(sql).run() }
    guard case .constraint(kind, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func faultySQLTellsWhereTheFaultIs() throws {
    let error = #expect(throws: SQLiteError.self) { try notes().statement("SELEKT 1") }
    #expect(error == .other(code: SQLITE_ERROR, message: "near \"SELEKT\": syntax error"))
  }

  @Test(arguments: [
    SQLiteError.busy, .full, .readOnly, .corrupt(message: "m"), .notADatabase(path: "p"),
    .cannotOpen(path: "p", reason: "r"), .constraint(.check, message: "m"), .ioError(code: 10),
    .interrupted, .tooBig, .outOfMemory, .other(code: 1, message: "m"),
  ])
  func everyErrorSaysWhatToDoNext(_ error: SQLiteError) {
    #expect(!error.description.isEmpty)
    #expect(error.hint.hasSuffix("."))
  }
}
