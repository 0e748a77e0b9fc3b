// The only way into libsqlite3: one open database file, its transactions and its prepared
// statements. Everything unsafe about the C library ends in this module.
//
// Invariants
// - No transaction is open outside `write` and `read`, unless a script of `execute` began it.
// - When `write` or `read` returns or throws, its transaction has ended and no statement is under
//   way: neither a lock nor a snapshot outlives it.
// - After `close` every cached statement is finalized and the file is closed.

import CSQLite
import Glibc
import Synchronization

/// One open database file.
///
/// Not `Sendable`: SQLite's own mutexes are off, so one thread uses a connection (and its
/// statements) at a time. It may move between threads, as from queue to queue. A file may have
/// many connections.
package final class Connection {
  /// What a connection may do to its file.
  package enum Mode: Sendable {
    /// Reads and writes; creates the file, for its owner only (mode 0600), where there is none.
    case readWrite
    /// Reads; the file must be there.
    case readOnly
  }

  /// How far a checkpoint goes.
  package enum CheckpointMode: Sendable {
    /// Moves what it can without waiting for anyone.
    case passive
    /// Waits for readers and writers up to the busy timeout, moves all, empties the `-wal` file.
    case truncate
  }

  /// Statements kept prepared. A module has tens of them; only SQL text that is put together at
  /// run time comes near, and then the cache starts over, so that memory stays bounded (a
  /// prepared statement takes 2 to 10 KB).
  static let cachedStatementLimit = 256

  /// The path that the connection was opened with.
  package let path: String

  /// Ends this connection's running statement from another thread.
  package let interrupter: Interrupter

  private var handle: OpaquePointer?
  private var statements: [String: Statement] = [:]

  /// Opens the file and reads its header. `":memory:"` opens a database that lives in memory.
  ///
  /// Throws `.cannotOpen`, `.notADatabase`, `.corrupt`, `.ioError`, or `.busy` while another
  /// connection locks the file exclusively. A lock is waited for `busyTimeoutMilliseconds`.
  package init(
    path: String, mode: Mode, busyTimeoutMilliseconds: Int = 5_000
  ) throws(SQLiteError) {
    if mode == .readWrite && path != ":memory:" { try Self.createFile(path) }
    var opened: OpaquePointer?
    let access =
      mode == .readWrite ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY
    let code = sqlite3_open_v2(
      path, &opened, access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
    // SQLite gives a handle even with most failures; only without memory there is none.
    guard let opened else { throw .outOfMemory }
    self.path = path
    self.handle = opened
    self.interrupter = Interrupter(opened)
    guard code == SQLITE_OK else {
      let reason = String(cString: sqlite3_errmsg(opened))
      let systemReason = String(cString: strerror(sqlite3_system_errno(opened)))
      throw SQLiteError(code: code, message: "\(reason) (\(systemReason))", path: path)
    }
    sqlite3_busy_timeout(opened, Int32(clamping: busyTimeoutMilliseconds))
    precondition(csqlite_refuse_quoted_strings(opened) == SQLITE_OK, "SQLite lacks the DQS option")
    // SQLite opens lazily: the first read is what tells a database from other files.
    _ = try integer("PRAGMA schema_version")
  }

  deinit {
    release()
  }

  /// Creates an empty file of mode 0600 where there is none. SQLite would create it with 0644; its
  /// `-wal` and `-shm` files take the mode of the database. `mknod` and not `open`: closing a
  /// second descriptor of a file drops all POSIX locks that this process holds on it.
  private static func createFile(_ path: String) throws(SQLiteError) {
    guard mknod(path, S_IFREG | S_IRUSR | S_IWUSR, 0) != 0, errno != EEXIST else { return }
    throw .cannotOpen(path: path, reason: String(cString: strerror(errno)))
  }

  /// Closes the file; a second call does nothing. Neither the connection nor its statements, which
  /// somebody may still hold, must be used again. Must not be called in `write` or `read`.
  package func close() {
    precondition(handle == nil || !isInTransaction, "closed inside a transaction")
    for statement in statements.values { statement.finalize() }
    release()
  }

  private func release() {
    interrupter.forget()
    statements = [:]
    // v2: a statement that somebody still holds keeps the file open until it is gone itself.
    let code = sqlite3_close_v2(handle)
    precondition(code == SQLITE_OK, "SQLite refuses to close: \(code)")
    handle = nil
  }

  private var database: OpaquePointer {
    guard let handle else { preconditionFailure("the connection to \(path) is closed") }
    return handle
  }
}

// MARK: - Transactions

extension Connection {
  /// True in `write` and `read`.
  package var isInTransaction: Bool { sqlite3_get_autocommit(database) == 0 }

  /// Runs `body` in one write transaction, which is stored when this returns (durable with
  /// `PRAGMA synchronous=FULL`) and undone when `body` throws.
  ///
  /// The lock is taken before `body` runs (`BEGIN IMMEDIATE`), so only the beginning waits for
  /// other writers. Throws the error of `body`, or a `SQLiteError` of the transaction itself:
  /// plain `throws`, because the two seldom are of one type. After an `.ioError` from the commit
  /// the transaction may or may not have been stored. Must not be nested.
  package func write<T>(_ body: () throws -> T) throws -> T {
    try transaction("BEGIN IMMEDIATE", body)
  }

  /// Runs `body` in one read transaction: all its queries see the same state, which is that of its
  /// first query. Throws as `write` does; must not be nested.
  package func read<T>(_ body: () throws -> T) throws -> T {
    try transaction("BEGIN", body)
  }

  private func transaction<T>(_ begin: String, _ body: () throws -> T) throws -> T {
    precondition(!isInTransaction, "a transaction was begun inside a transaction")
    forEachStatementUnderWay { statement in
      preconditionFailure("a transaction was begun under way: \(Statement.sql(of: statement))")
    }
    try statement(begin).run()
    do {
      let result = try body()
      // A query left half read would keep the snapshot beyond the end of the transaction.
      forEachStatementUnderWay { sqlite3_reset($0) }
      // If the process dies before this returns, the next opening finds all or nothing.
      try statement("COMMIT").run()
      return result
    } catch {
      forEachStatementUnderWay { sqlite3_reset($0) }
      // SQLite has rolled back by itself after some failures, such as a full disk.
      if isInTransaction { try? statement("ROLLBACK").run() }
      precondition(!isInTransaction, "a rollback left the transaction open")
      throw error
    }
  }

  private func forEachStatementUnderWay(_ body: (OpaquePointer) -> Void) {
    var next = sqlite3_next_stmt(database, nil)
    while let statement = next {
      if sqlite3_stmt_busy(statement) != 0 { body(statement) }
      next = sqlite3_next_stmt(database, statement)
    }
  }
}

// MARK: - Statements

extension Connection {
  /// Runs a script of several statements without parameters; rows are dropped. For schemas and
  /// pragmas. Throws at the first that fails; those before it stay done.
  package func execute(_ script: String) throws(SQLiteError) {
    let code = sqlite3_exec(database, script, nil, nil, nil)
    guard code == SQLITE_OK else { throw SQLiteError(code: code, database: database) }
  }

  /// The prepared statement of one SQL text, prepared at the first call and cached.
  ///
  /// Its bindings are NULL. A statement that is under way (stepped, neither at its end nor reset)
  /// is not handed out a second time: that is a broken promise and traps. Hold the statement
  /// outside of a loop: a call costs a look-up by text.
  package func statement(_ sql: String) throws(SQLiteError) -> Statement {
    if let cached = statements[sql] {
      cached.prepareForReuse()
      return cached
    }
    if statements.count == Self.cachedStatementLimit {
      // Who holds one of them keeps it alive; the others are finalized here.
      statements.removeAll(keepingCapacity: true)
    }
    let statement = try Statement(sql, database: database, isPersistent: true)
    statements[sql] = statement
    return statement
  }

  /// The integer in the first column of the first row, for pragmas (`"PRAGMA user_version"`) and
  /// counts. The SQL must give a row. Not cached.
  package func integer(_ sql: String) throws(SQLiteError) -> Int {
    let statement = try Statement(sql, database: database, isPersistent: false)
    guard let value = try statement.first(row: { $0.int(0) }) else {
      preconditionFailure("no row from \(sql)")
    }
    return value
  }

  /// SQLite's plan for a statement, a line per step, as in `SEARCH events USING INDEX …`: tests
  /// state with it that a query uses its index.
  package func plan(_ sql: String) throws(SQLiteError) -> [String] {
    try Statement("EXPLAIN QUERY PLAN " + sql, database: database, isPersistent: false)
      .all { $0.text(3) }
  }

  /// Rows that the last INSERT, UPDATE or DELETE changed.
  package var changes: Int { Int(sqlite3_changes64(database)) }

  /// The rowid of the last INSERT of this connection.
  package var lastInsertedRow: Int64 { sqlite3_last_insert_rowid(database) }
}

// MARK: - Files

extension Connection {
  /// Moves the content of the `-wal` file into the database file. Returns true where all of it was
  /// moved. With `.truncate` throws `.busy` where readers or a writer outlast the busy timeout.
  @discardableResult
  package func checkpoint(_ mode: CheckpointMode) throws(SQLiteError) -> Bool {
    var framesInLog: Int32 = 0
    var framesMoved: Int32 = 0
    let code = sqlite3_wal_checkpoint_v2(
      database, nil, mode == .passive ? SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_TRUNCATE,
      &framesInLog, &framesMoved)
    guard code == SQLITE_OK else { throw SQLiteError(code: code, database: database) }
    return framesInLog == framesMoved
  }

  /// Copies the database as it is now into the file at `path` (mode 0600, content replaced where
  /// there is one); durable when it returns. Others may go on writing in WAL mode. If the process
  /// dies here, the file at `path` rolls back to what it held before. Must not be called in
  /// `write` or `read`.
  package func backup(to path: String) throws(SQLiteError) {
    precondition(!isInTransaction, "a backup was begun inside a transaction")
    let target = try Connection(path: path, mode: .readWrite)
    guard let backup = sqlite3_backup_init(target.database, "main", database, "main") else {
      throw SQLiteError(code: sqlite3_extended_errcode(target.database), database: target.database)
    }
    let stepCode = sqlite3_backup_step(backup, -1)
    let code = sqlite3_backup_finish(backup)
    guard stepCode == SQLITE_DONE, code == SQLITE_OK else {
      throw SQLiteError(
        code: code == SQLITE_OK ? stepCode : code, message: "the copy failed", path: path)
    }
  }
}

/// Ends what a connection is running, from any thread.
package final class Interrupter: Sendable {
  /// The address of the open database, nil once it is closed. An integer, because a pointer is not
  /// `Sendable`; the mutex keeps the connection from closing under a call.
  private let address: Mutex<UInt?>

  fileprivate init(_ database: OpaquePointer) {
    address = Mutex(UInt(bitPattern: database))
  }

  /// Makes the running statement throw `.interrupted`; its write transaction is rolled back. Does
  /// nothing where no statement runs or the connection is closed.
  package func interrupt() {
    address.withLock { address in
      guard let address, let database = OpaquePointer(bitPattern: address) else { return }
      sqlite3_interrupt(database)
    }
  }

  fileprivate func forget() {
    address.withLock { $0 = nil }
  }
}
