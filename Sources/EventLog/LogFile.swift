// The file `log.sqlite`: where it lies, its tables, and how it is opened. Protocols/log.md §1, §2.

import Events
import Glibc
import SQLite

/// The log's database file.
enum LogFile {
  /// The name within the node's data folder.
  static let name = "log.sqlite"
  /// "VHlg": tells a log from other databases.
  static let applicationID = 0x5648_6c67
  /// Rises when the tables change.
  static let formatVersion = 1
  /// Bytes of a page. Half as many writes as with SQLite's 4096 for the same rows, where an event
  /// takes about a kilobyte with its receipt.
  static let pageBytes = 8_192
  /// The writer's pages in memory: the index by item is hit anywhere, so it should fit.
  static let cacheKibibytes = 32_768
  /// A `-wal` file of 32 MB before its pages move into the log: a page that is written again and
  /// again then moves once.
  static let checkpointPages = 4_000

  /// `position` on an event repeats the last receipt that names it. Items are texts in the index:
  /// numbers for them would cost a second search for each event. A hash of a tile is a row, so that
  /// nothing is written twice; `number` counts the hashes of its level.
  static let schema = """
    CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE lines(number INTEGER PRIMARY KEY, site TEXT NOT NULL UNIQUE) STRICT;
    CREATE TABLE events(
      arrival INTEGER PRIMARY KEY,
      line INTEGER NOT NULL,
      seq INTEGER NOT NULL,
      item TEXT,
      id BLOB NOT NULL,
      provisional TEXT,
      position INTEGER,
      text BLOB NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX events_by_line ON events(line, seq);
    CREATE INDEX events_by_item ON events(item, arrival) WHERE item IS NOT NULL;
    CREATE INDEX events_pending ON events(seq) WHERE position IS NULL;
    CREATE TABLE receipts(
      position INTEGER PRIMARY KEY,
      arrival INTEGER NOT NULL,
      leaf BLOB NOT NULL,
      line BLOB NOT NULL
    ) STRICT;
    CREATE TABLE tiles(
      level INTEGER NOT NULL,
      number INTEGER NOT NULL,
      hash BLOB NOT NULL,
      PRIMARY KEY(level, number)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE witnesses(
      line INTEGER NOT NULL,
      arrival INTEGER NOT NULL,
      PRIMARY KEY(line, arrival)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE contradictions(
      size INTEGER NOT NULL,
      root BLOB NOT NULL,
      held_size INTEGER NOT NULL,
      held_root BLOB NOT NULL,
      at TEXT NOT NULL,
      PRIMARY KEY(size, root)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE branches(
      number INTEGER NOT NULL,
      seq INTEGER NOT NULL,
      item TEXT,
      became INTEGER NOT NULL,
      text BLOB NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX branches_by_number ON branches(number, seq);
    CREATE TABLE refused(
      id BLOB NOT NULL PRIMARY KEY,
      site TEXT NOT NULL,
      seq INTEGER NOT NULL,
      header BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE staged(
      position INTEGER PRIMARY KEY,
      line BLOB NOT NULL,
      text BLOB NOT NULL
    ) STRICT;
    PRAGMA application_id = \(applicationID);
    PRAGMA user_version = \(formatVersion);
    """

  static func path(in directory: String) -> String { "\(directory)/\(name)" }

  /// Opens the log for its writer; makes folder, file and tables where there are none.
  static func openWriter(
    directory: String, site: SiteID, busyTimeoutMilliseconds: Int
  ) throws(LogError) -> Connection {
    try makeDirectory(directory)
    do {
      let path = path(in: directory)
      let connection = try Connection(
        path: path, mode: .readWrite, busyTimeoutMilliseconds: busyTimeoutMilliseconds)
      // WAL: readers never wait for the writer. FULL: a commit returns when it is on the disk.
      try connection.execute(
        """
        PRAGMA page_size = \(pageBytes);
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        PRAGMA cache_size = -\(cacheKibibytes);
        PRAGMA wal_autocheckpoint = \(checkpointPages);
        """)
      if try connection.integer("SELECT count(*) FROM sqlite_schema") == 0 {
        try connection.write {
          try connection.execute(schema)
          try connection.statement("INSERT INTO meta VALUES('site', ?1)").run(site.description)
        }
        // If the process dies before this, the next start finds all tables or none. The name of
        // the file in its folder is what SQLite does not sync.
        try syncDirectory(directory)
      }
      try check(connection, path: path)
      // A process that died between the last write of a commit and its sync leaves a commit that
      // its successor reads, and that a power cut may still take. What anybody is told of from
      // here on must be on the disk: a checkpoint syncs the write-ahead log first.
      try connection.checkpoint(.passive)
      let held = try self.site(of: connection)
      guard held == site.description else { throw LogError.otherSite(held: held, told: site) }
      return connection
    } catch {
      throw LogError(wrapping: error)
    }
  }

  /// Opens the log for reading.
  static func openReader(
    directory: String, busyTimeoutMilliseconds: Int
  ) throws(LogError) -> Connection {
    do {
      let path = path(in: directory)
      let connection = try Connection(
        path: path, mode: .readOnly, busyTimeoutMilliseconds: busyTimeoutMilliseconds)
      try check(connection, path: path)
      return connection
    } catch {
      throw LogError(wrapping: error)
    }
  }

  /// The site whose log it is.
  static func site(of connection: Connection) throws(SQLiteError) -> String {
    // The cast, because a damaged file may hold any type here.
    let query = try connection.statement(
      "SELECT CAST(value AS TEXT) FROM meta WHERE name = 'site' AND value IS NOT NULL")
    return try query.first { $0.text(0) } ?? ""
  }

  private static func check(_ connection: Connection, path: String) throws {
    guard try connection.integer("PRAGMA application_id") == applicationID else {
      throw LogError.notALog(path: path)
    }
    let version = try connection.integer("PRAGMA user_version")
    guard version <= formatVersion else { throw LogError.newerFormat(version) }
  }

  private static func makeDirectory(_ path: String) throws(LogError) {
    if mkdir(path, S_IRWXU) == 0 {
      let parent = path.split(separator: "/").dropLast().joined(separator: "/")
      let isAbsolute = path.hasPrefix("/")
      return try syncDirectory(isAbsolute ? "/" + parent : parent.isEmpty ? "." : parent)
    }
    guard errno == EEXIST else {
      throw .directory(path: path, reason: String(cString: strerror(errno)))
    }
  }

  /// Makes the names in a folder durable.
  private static func syncDirectory(_ path: String) throws(LogError) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    defer { if descriptor >= 0 { close(descriptor) } }
    guard descriptor >= 0, fsync(descriptor) == 0 else {
      throw .directory(path: path, reason: String(cString: strerror(errno)))
    }
  }
}
