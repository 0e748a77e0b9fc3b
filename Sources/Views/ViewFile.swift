// The file of one generation: how it is opened, and its one row of facts. Protocols/views.md §2.

import Catalogue
import Events
import SQLite

enum ViewFile {
  /// Reads go through the page cache of the system; 1 GB is address space, not memory.
  static let mappedBytes = 1 << 30

  /// Pages that a writer keeps: the rows and words of a region's catalogue fit, and a commit of
  /// many items does not read them again.
  static let cacheKibibytes = 64 * 1024
  /// A bulk import writes a page of the index many times: the later it is moved, the fewer moves.
  static let checkpointPages = 4_000

  /// What the rows stand for.
  struct Meta {
    var position: UInt64
    var ownSeq: UInt64
    var branches: UInt64
    var digest: Digest
    /// The folded membership.
    var region: ItemState
  }

  /// Opens for live folding; makes an empty generation where there is none.
  static func openWriter(_ path: String, kreis: SiteID) throws -> Connection {
    let connection = try Connection(path: path, mode: .readWrite)
    // A power cut may undo the last commits, which the position tells, but tears none.
    try connection.execute(
      """
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      PRAGMA mmap_size = \(mappedBytes);
      PRAGMA cache_size = -\(cacheKibibytes);
      PRAGMA wal_autocheckpoint = \(checkpointPages);
      """)
    if try connection.integer("SELECT count(*) FROM sqlite_schema") == 0 {
      try connection.write {
        try connection.execute(ViewSchema.tables)
        try connection.execute(ViewSchema.indexes)
        try ViewSchema.setHashBytes(ViewSchema.hashBytes, of: connection)
        try insertMeta(into: connection, kreis: kreis)
      }
    }
    try check(connection)
    return connection
  }

  /// Opens for reading.
  static func openReader(_ path: String) throws -> Connection {
    let connection = try Connection(path: path, mode: .readOnly)
    try connection.execute("PRAGMA mmap_size = \(mappedBytes)")
    try check(connection)
    return connection
  }

  /// The row of an empty generation.
  static func insertMeta(into connection: Connection, kreis: SiteID) throws {
    let region = ItemState(id: nil, kreis: kreis)
    try connection.statement(
      """
      INSERT INTO meta
        (one, schema, rules, position, own_seq, branches, version, kreis, digest, membership)
      VALUES (1, ?1, ?2, 0, 0, 0, 0, ?3, ?4, ?5)
      """
    ).run(
      ViewSchema.version, Int64(Receipt.rules), kreis.description, Digest.zero.bytes,
      region.encoded())
  }

  /// Refuses a file of another schema or other rules.
  static func check(_ connection: Connection) throws {
    let isThere =
      try connection.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'meta'") == 1
    guard isThere else { throw ViewError.outdated(schema: 0, rules: 0) }
    let versions = try connection.statement("SELECT schema, rules FROM meta")
      .first { ($0.int(0), UInt64($0.int(1))) }
    let (schema, rules) = versions ?? (0, 0)
    guard schema == ViewSchema.version, rules == Receipt.rules else {
      throw ViewError.outdated(schema: schema, rules: rules)
    }
  }

  static func meta(of connection: Connection) throws -> Meta {
    let query = try connection.statement(
      "SELECT position, own_seq, branches, digest, membership FROM meta")
    let row = try query.first { row in
      ((0..<3).map { UInt64(row.int($0)) }, row.blob(3), row.blob(4))
    }
    guard let row, let digest = Digest(bytes: row.1) else {
      throw ViewError.outdated(schema: 0, rules: 0)
    }
    return Meta(
      position: row.0[0], ownSeq: row.0[1], branches: row.0[2], digest: digest,
      region: try ItemState(decoding: row.2))
  }

  /// Also counts the commit.
  static func save(_ meta: Meta, to connection: Connection) throws {
    try connection.statement(
      """
      UPDATE meta SET position = ?1, own_seq = ?2, branches = ?3, digest = ?4, membership = ?5,
        version = version + 1
      """
    ).run(
      Int64(meta.position), Int64(meta.ownSeq), Int64(meta.branches), meta.digest.bytes,
      meta.region.encoded())
  }
}
