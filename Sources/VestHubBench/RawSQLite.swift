// What everything is measured against: libsqlite3 alone, by its C functions, storing rows that are
// already made. Nothing is scanned, hashed, judged or folded here.

import CSQLite

/// A row that was read from a database: its values, ready to be bound again.
final class RawRow {
  fileprivate let values: [OpaquePointer?]

  fileprivate init(_ statement: OpaquePointer?) {
    values = (0..<sqlite3_column_count(statement)).map {
      sqlite3_value_dup(sqlite3_column_value(statement, $0))
    }
  }

  deinit { for value in values { sqlite3_value_free(value) } }

  /// The text of a column, for addresses.
  func text(_ column: Int) -> String {
    // A row of the tables of views has no NULL where it is asked for here.
    guard let text = sqlite3_value_text(values[column]) else { return "" }
    return String(cString: text)
  }

  /// The integer of a column.
  func int(_ column: Int) -> Int { Int(sqlite3_value_int64(values[column])) }
}

/// An open database without any of this project's layers. A failure ends the benchmark.
final class RawDatabase {
  private var handle: OpaquePointer?
  private var statements: [String: OpaquePointer] = [:]

  init(_ path: String) {
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
    let code = sqlite3_open_v2(path, &handle, flags, nil)
    precondition(code == SQLITE_OK, "cannot open \(path)")
  }

  deinit {
    for statement in statements.values { sqlite3_finalize(statement) }
    sqlite3_close_v2(handle)
  }

  func execute(_ script: String) {
    let code = sqlite3_exec(handle, script, nil, nil, nil)
    precondition(code == SQLITE_OK, "\(String(cString: sqlite3_errmsg(handle))): \(script)")
  }

  /// Runs one statement with the given columns of a row bound in their order.
  func run(_ sql: String, _ row: RawRow, columns: [Int]? = nil) {
    let statement = prepared(sql)
    for (index, column) in (columns ?? Array(row.values.indices)).enumerated() {
      sqlite3_bind_value(statement, Int32(index) + 1, row.values[column])
    }
    let code = sqlite3_step(statement)
    precondition(code == SQLITE_DONE, "\(String(cString: sqlite3_errmsg(handle))): \(sql)")
    sqlite3_reset(statement)
  }

  /// All rows of a query.
  func rows(_ sql: String) -> [RawRow] {
    var rows: [RawRow] = []
    let statement = prepared(sql)
    while sqlite3_step(statement) == SQLITE_ROW { rows.append(RawRow(statement)) }
    sqlite3_reset(statement)
    return rows
  }

  /// Steps through a query and touches every column; gives the bytes seen.
  func scan(_ sql: String) -> Int {
    let statement = prepared(sql)
    var bytes = 0
    while sqlite3_step(statement) == SQLITE_ROW {
      for column in 0..<sqlite3_column_count(statement) {
        bytes += Int(sqlite3_column_bytes(statement, column))
      }
    }
    sqlite3_reset(statement)
    return bytes
  }

  /// The statements that make the tables, or the indexes, of a schema of this database.
  func schema(_ type: String, of schema: String = "main") -> String {
    // FTS5 makes its own tables, whose names begin with that of the virtual one.
    rows(
      """
      SELECT sql FROM \(schema).sqlite_schema
      WHERE type = '\(type)' AND sql IS NOT NULL AND name NOT GLOB 'search_*' ORDER BY rootpage
      """
    ).map { $0.text(0) + ";\n" }.joined()
  }

  private func prepared(_ sql: String) -> OpaquePointer? {
    if let known = statements[sql] { return known }
    var statement: OpaquePointer?
    let code = sqlite3_prepare_v2(handle, sql, -1, &statement, nil)
    precondition(code == SQLITE_OK, "\(String(cString: sqlite3_errmsg(handle))): \(sql)")
    statements[sql] = statement
    return statement
  }
}

/// The rows that a log holds, to be stored once more: same columns, indexes and pragmas.
struct RawLog {
  private let schema: String
  private let events: [RawRow]
  private let receipts: [RawRow]

  /// Reads the log in a folder.
  init(directory: String) {
    let log = RawDatabase(directory + "/log.sqlite")
    schema = log.schema("table") + log.schema("index")
    events = log.rows("SELECT * FROM events ORDER BY arrival")
    receipts = log.rows("SELECT * FROM receipts ORDER BY position")
  }

  /// The items of the events, in their order.
  var items: [String] { events.map { $0.text(3) } }

  /// A new file, opened as the log is.
  func create(_ path: String) -> RawDatabase {
    let database = RawDatabase(path)
    database.execute(
      """
      PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
      PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 4000;
      """)
    database.execute(schema)
    return database
  }

  /// Stores a range of the rows in one transaction.
  func store(_ range: Range<Int>, in database: RawDatabase) {
    database.execute("BEGIN IMMEDIATE")
    for row in events[range] {
      database.run("INSERT INTO events VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)", row)
    }
    if !receipts.isEmpty {
      for row in receipts[range] {
        database.run("INSERT INTO receipts VALUES (?1, ?2, ?3, ?4)", row)
      }
    }
    database.execute("COMMIT")
  }
}

/// The rows that views hold at the end, to be stored once more: same tables, indexes and pragmas.
struct RawViews {
  private let schema: String
  private let meta: RawRow
  /// For each event of the log the number of its item, and whether it is the item's first.
  private let steps: [(number: Int, isFirst: Bool)]
  private var rows: [(insert: String, byItem: [Int: [RawRow]])] = []

  private static let tables = ["items", "folds", "item_sites", "item_fields", "item_keywords"]
  /// The texts as `items` has them; raw SQLite is spared the forms of words.
  private static let words = "(search, rowid, title, keywords, summary, body)"

  /// Reads the views at `path`, which were folded from events of those items.
  init(path: String, items: [String]) {
    let views = RawDatabase(path)
    schema = views.schema("table") + views.schema("index")
    meta = views.rows("SELECT membership, digest FROM meta")[0]
    var numbers: [String: Int] = [:]
    for row in views.rows("SELECT id, n FROM items") { numbers[row.text(0)] = row.int(1) }
    var met: Set<Int> = []
    steps = items.map { item in
      guard let number = numbers[item] else { preconditionFailure("no row of \(item)") }
      return (number, met.insert(number).inserted)
    }
    for table in Self.tables {
      var byItem: [Int: [RawRow]] = [:]
      let count = views.rows("PRAGMA table_info(\(table))").count
      let column = ["items", "folds"].contains(table) ? 0 : count - 1
      for row in views.rows("SELECT * FROM \(table)") {
        byItem[row.int(column), default: []].append(row)
      }
      let marks = (1...count).map { "?\($0)" }.joined(separator: ", ")
      rows.append(("INSERT INTO \(table) VALUES (\(marks))", byItem))
    }
  }

  /// A new file, opened as the views are.
  func create(_ path: String) -> RawDatabase {
    let database = RawDatabase(path)
    database.execute(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA mmap_size = 1073741824")
    database.execute(schema)
    database.execute(
      "INSERT INTO meta VALUES (1, 1, 1, 0, 0, 0, 0, 'kreis', zeroblob(32), zeroblob(0))")
    return database
  }

  /// Stores what a range of the events changes in one transaction: once for each item, as a fold
  /// does. The first time all rows of the item, later its texts, state and words.
  func store(_ range: Range<Int>, in database: RawDatabase) {
    var changes: [Int: Bool] = [:]
    for step in steps[range] { changes[step.number] = changes[step.number] ?? step.isFirst }
    database.execute("BEGIN IMMEDIATE")
    for (number, isFirst) in changes.sorted(by: { $0.key < $1.key }) {
      if isFirst { insert(number, into: database) } else { update(number, in: database) }
    }
    database.run("UPDATE meta SET version = version + 1, membership = ?1, digest = ?2", meta)
    database.execute("COMMIT")
  }

  private func insert(_ number: Int, into database: RawDatabase) {
    for (insert, byItem) in rows {
      for row in byItem[number] ?? [] { database.run(insert, row) }
    }
    write("NULL", number, in: database)
  }

  private func update(_ number: Int, in database: RawDatabase) {
    for row in rows[0].byItem[number] ?? [] {
      database.run(
        """
        UPDATE items SET changed = ?2, title_key = ?3, title = ?4, summary = ?5, keywords = ?6,
          has_conflict = ?7, is_hidden = ?8, merged_into = ?9 WHERE n = ?1
        """, row, columns: [0, 13, 14, 15, 16, 18, 26, 27, 28])
    }
    for row in rows[1].byItem[number] ?? [] {
      database.run("UPDATE folds SET state = ?2 WHERE n = ?1", row)
    }
    write("'delete'", number, in: database)
    write("NULL", number, in: database)
  }

  private func write(_ command: String, _ number: Int, in database: RawDatabase) {
    for row in rows[0].byItem[number] ?? [] {
      database.run(
        "INSERT INTO search \(Self.words) VALUES (\(command), ?1, ?2, ?3, ?4, '')", row,
        columns: [0, 15, 18, 16])
    }
  }
}
