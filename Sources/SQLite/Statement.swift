// One prepared statement: bind, step, read columns. Parameters count from 1 and columns from 0, as
// in SQLite's own documentation.
//
// Invariants
// - After `step` gave false or threw, and after `run`, `query`, `first` and `all` in any case, the
//   statement is reset: it holds no lock and can be bound and run again. Bindings stay.
// - A handle is finalized exactly once: by the connection's `close`, or when nobody holds the
//   statement.

import CSQLite

/// A value that can stand for a parameter of a statement.
package protocol Bindable {
  /// Binds the value to the parameter `index` of `statement`.
  func bind(to statement: Statement, at index: Int) throws(SQLiteError)
}

/// One prepared statement of a connection, used by the thread that uses the connection. After
/// `Connection.close()` it must not be used; a connection that is merely let go stays open for it.
package final class Statement {
  private var finalizable: OpaquePointer?

  /// Prepares the one statement that `sql` holds. `isPersistent` tells SQLite that it is kept.
  init(_ sql: String, database: OpaquePointer, isPersistent: Bool) throws(SQLiteError) {
    var prepared: OpaquePointer?
    var isWhole = true
    let code = sql.withCString { text in
      var rest: UnsafePointer<CChar>?
      let code = sqlite3_prepare_v3(
        database, text, -1, isPersistent ? UInt32(SQLITE_PREPARE_PERSISTENT) : 0, &prepared, &rest)
      if let rest { isWhole = String(cString: rest).allSatisfy { $0.isWhitespace || $0 == ";" } }
      return code
    }
    guard code == SQLITE_OK else { throw SQLiteError(code: code, database: database) }
    precondition(prepared != nil && isWhole, "not exactly one statement: \(sql)")
    finalizable = prepared
  }

  deinit {
    finalize()
  }

  /// Frees the statement; using it afterwards traps.
  func finalize() {
    // The code that this returns repeats the last failure of `step`, which was thrown then.
    sqlite3_finalize(finalizable)
    finalizable = nil
  }

  /// Forgets the bindings of the last user.
  func prepareForReuse() {
    precondition(sqlite3_stmt_busy(handle) == 0, "already under way: \(Self.sql(of: handle))")
    sqlite3_clear_bindings(handle)
  }

  /// The text that `handle` was prepared from, for messages.
  static func sql(of handle: OpaquePointer) -> String { String(cString: sqlite3_sql(handle)) }

  private var handle: OpaquePointer {
    guard let finalizable else {
      preconditionFailure("a statement was used after its connection closed")
    }
    return finalizable
  }

  private func failure(_ code: Int32) -> SQLiteError {
    // A statement always has a connection; nil would be a handle that SQLite did not make.
    guard let database = sqlite3_db_handle(handle) else {
      preconditionFailure("a statement without a connection")
    }
    return SQLiteError(code: code, database: database)
  }
}

// MARK: - Bind

extension Statement {
  /// Binds an integer. As all `bind`: throws `.tooBig` or `.outOfMemory`; traps on an index that
  /// the SQL does not have and on a statement that is under way.
  package func bind(_ index: Int, _ value: Int64) throws(SQLiteError) {
    try check(sqlite3_bind_int64(handle, Int32(index), value))
  }

  /// Binds an integer.
  package func bind(_ index: Int, _ value: Int) throws(SQLiteError) {
    try bind(index, Int64(value))
  }

  /// Binds a text, with any NUL in it.
  package func bind(_ index: Int, _ value: String) throws(SQLiteError) {
    var value = value
    let code = value.withUTF8 { utf8 in
      // An empty text may have no address, which SQLite would take for NULL.
      UnsafeRawPointer(utf8.baseAddress).map { start in
        sqlite3_bind_text64(
          handle, Int32(index), start.assumingMemoryBound(to: CChar.self), UInt64(utf8.count),
          csqlite_transient(), UInt8(SQLITE_UTF8))
      } ?? sqlite3_bind_text(handle, Int32(index), "", 0, csqlite_transient())
    }
    try check(code)
  }

  /// Binds bytes; no bytes are an empty blob and not NULL. They are copied.
  package func bind(_ index: Int, _ bytes: UnsafeRawBufferPointer) throws(SQLiteError) {
    // An empty buffer may have no address, which SQLite would take for NULL.
    guard let start = bytes.baseAddress, bytes.count > 0 else {
      return try check(sqlite3_bind_zeroblob(handle, Int32(index), 0))
    }
    try check(
      sqlite3_bind_blob64(
        handle, Int32(index), start, UInt64(bytes.count), csqlite_transient()))
  }

  /// Binds bytes; no bytes are an empty blob and not NULL. They are copied.
  package func bind(_ index: Int, _ bytes: Span<UInt8>) throws(SQLiteError) {
    try bytes.withUnsafeBytes { bytes throws(SQLiteError) in try bind(index, bytes) }
  }

  /// Binds bytes; no bytes are an empty blob and not NULL. They are copied.
  package func bind(_ index: Int, _ bytes: [UInt8]) throws(SQLiteError) {
    try bind(index, bytes.span)
  }

  /// Binds NULL.
  package func bindNull(_ index: Int) throws(SQLiteError) {
    try check(sqlite3_bind_null(handle, Int32(index)))
  }

  /// Binds the first parameters to `values`, in their order.
  package func bind<each V: Bindable>(values: repeat each V) throws(SQLiteError) {
    var index = 1
    for value in repeat each values {
      try value.bind(to: self, at: index)
      index += 1
    }
  }

  private func check(_ code: Int32) throws(SQLiteError) {
    if code == SQLITE_OK { return }
    precondition(code != SQLITE_RANGE, "no such parameter in \(Self.sql(of: handle))")
    precondition(code != SQLITE_MISUSE, "bound while under way: \(Self.sql(of: handle))")
    throw failure(code)
  }
}

extension Int: Bindable {
  /// As `Bindable` says.
  package func bind(to statement: Statement, at index: Int) throws(SQLiteError) {
    try statement.bind(index, self)
  }
}

extension Int64: Bindable {
  /// As `Bindable` says.
  package func bind(to statement: Statement, at index: Int) throws(SQLiteError) {
    try statement.bind(index, self)
  }
}

extension String: Bindable {
  /// As `Bindable` says.
  package func bind(to statement: Statement, at index: Int) throws(SQLiteError) {
    try statement.bind(index, self)
  }
}

extension [UInt8]: Bindable {
  /// As `Bindable` says.
  package func bind(to statement: Statement, at index: Int) throws(SQLiteError) {
    try statement.bind(index, self)
  }
}

extension Optional: Bindable where Wrapped: Bindable {
  /// Binds the value, or NULL where there is none.
  package func bind(to statement: Statement, at index: Int) throws(SQLiteError) {
    switch self {
    case .some(let value): try value.bind(to: statement, at: index)
    case .none: try statement.bindNull(index)
    }
  }
}

// MARK: - Run

extension Statement {
  /// Goes to the next row, false at the end. At the end and after an error the statement is reset,
  /// so another `step` would run it anew. Who leaves before the end calls `reset`.
  package func step() throws(SQLiteError) -> Bool {
    let handle = handle
    let code = sqlite3_step(handle)
    if code == SQLITE_ROW { return true }
    if code == SQLITE_DONE {
      sqlite3_reset(handle)
      return false
    }
    // The message is read before the reset, the code of which repeats this failure.
    let failure = failure(code)
    sqlite3_reset(handle)
    throw failure
  }

  /// Leaves the rows; the statement can be bound and run again.
  package func reset() {
    // The code repeats the last failure of `step`, which was thrown then.
    sqlite3_reset(handle)
  }

  /// Binds `values` and runs to the end; rows are dropped.
  package func run<each V: Bindable>(_ values: repeat each V) throws(SQLiteError) {
    try bind(values: repeat each values)
    while try step() {}
  }

  /// Binds `values` and calls `row` for each row, which reads its columns from the statement. Ends
  /// with the error of `row`, hence plain `throws`.
  package func query<each V: Bindable>(
    _ values: repeat each V, row: (Statement) throws -> Void
  ) throws {
    try bind(values: repeat each values)
    defer { reset() }
    while try step() { try row(self) }
  }

  /// Binds `values` and gives what `row` makes of the first row, nil where there is none.
  package func first<T, each V: Bindable>(
    _ values: repeat each V, row: (Statement) -> T
  ) throws(SQLiteError) -> T? {
    try bind(values: repeat each values)
    defer { reset() }
    return try step() ? row(self) : nil
  }

  /// Binds `values` and gives what `row` makes of each row. For results of a known small size.
  package func all<T, each V: Bindable>(
    _ values: repeat each V, row: (Statement) -> T
  ) throws(SQLiteError) -> [T] {
    try bind(values: repeat each values)
    defer { reset() }
    var result: [T] = []
    while try step() { result.append(row(self)) }
    return result
  }
}

// MARK: - Columns

extension Statement {
  /// True where the column of the current row is NULL.
  package func isNull(_ column: Int) -> Bool {
    sqlite3_column_type(handle, Int32(column)) == SQLITE_NULL
  }

  /// The integer in a column. As all columns that are not optional: traps on another type, because
  /// STRICT tables and NOT NULL make that a fault of the SQL.
  package func int(_ column: Int) -> Int {
    expect(SQLITE_INTEGER, column)
    return Int(sqlite3_column_int64(handle, Int32(column)))
  }

  /// The integer in a column, nil for NULL.
  package func optionalInt(_ column: Int) -> Int? {
    isNull(column) ? nil : int(column)
  }

  /// The text in a column, with any NUL in it. Bytes that are not UTF-8 become U+FFFD.
  package func text(_ column: Int) -> String {
    expect(SQLITE_TEXT, column)
    return String(decoding: bytes(column), as: UTF8.self)
  }

  /// The text in a column, nil for NULL.
  package func optionalText(_ column: Int) -> String? {
    isNull(column) ? nil : text(column)
  }

  /// A copy of the blob in a column.
  package func blob(_ column: Int) -> [UInt8] {
    expect(SQLITE_BLOB, column)
    return Array(bytes(column))
  }

  /// A copy of the blob in a column, nil for NULL.
  package func optionalBlob(_ column: Int) -> [UInt8]? {
    isNull(column) ? nil : blob(column)
  }

  /// Lends the bytes of a blob, or the UTF-8 of a text, where SQLite holds them.
  package func withBlob<T, E: Error>(
    _ column: Int, _ body: (Span<UInt8>) throws(E) -> T
  ) throws(E) -> T {
    let type = sqlite3_column_type(handle, Int32(column))
    precondition(type == SQLITE_BLOB || type == SQLITE_TEXT, "column \(column) has no bytes")
    return try body(bytes(column).span)
  }

  /// The bytes of the current row's column; valid until the next step or reset.
  private func bytes(_ column: Int) -> UnsafeBufferPointer<UInt8> {
    let start = sqlite3_column_blob(handle, Int32(column))
    let count = Int(sqlite3_column_bytes(handle, Int32(column)))
    return UnsafeBufferPointer(start: start?.assumingMemoryBound(to: UInt8.self), count: count)
  }

  private func expect(_ type: Int32, _ column: Int) {
    precondition(
      sqlite3_column_type(handle, Int32(column)) == type,
      "column \(column) has another type in \(Self.sql(of: handle))")
  }
}
