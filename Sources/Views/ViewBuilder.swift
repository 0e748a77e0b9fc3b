// Fills a fresh file with all items at once: how a rebuild writes. Protocols/views.md §5.
//
// Invariants
// - Until `finish` returns the file is of no use, and nobody but the builder knows it.
// - Rows and words of an item get the same number, because both are given all items in one order.

package import Catalogue
package import Events
import Glibc
import SQLite

/// Writes the rows of a whole state into a new file, without journal and with secondary indexes
/// last. Not `Sendable`: one thread at a time.
package final class ViewBuilder {
  /// What the tables will hold of one item: made on any thread, inserted on one.
  package struct Prepared: Sendable {
    fileprivate let record: ItemRecord
    fileprivate let words: IndexedDocument
    fileprivate let state: [UInt8]

    /// Projects one settled state.
    package init(_ state: ItemState) {
      record = ItemRecord(state)
      words = IndexedDocument(record.document)
      self.state = state.encoded()
    }
  }

  /// Takes the words of the items; may be used by another thread than the rows.
  package let words: WordBuilder

  private let path: String
  private let connection: Connection
  private let store: RowStore
  private var number: Int64 = 1

  /// Makes the file at `path`, which must not be there.
  package init(path: String, kreis: SiteID) throws(ViewError) {
    self.path = path
    do {
      words = try WordBuilder(path: path + ".words")
      connection = try ViewBuilder.open(path)
      try connection.execute(ViewSchema.tables)
      try connection.execute("BEGIN")
      try ViewFile.insertMeta(into: connection, kreis: kreis)
      store = try RowStore(connection)
    } catch {
      throw ViewError(wrapping: error)
    }
  }

  /// Opens a file that is torn if the process dies before it is finished; the next rebuild sweeps
  /// it away.
  fileprivate static func open(_ path: String) throws(SQLiteError) -> Connection {
    let connection = try Connection(path: path, mode: .readWrite)
    try connection.execute(
      """
      PRAGMA journal_mode = OFF;
      PRAGMA synchronous = OFF;
      PRAGMA cache_size = -\(cacheKibibytes);
      """)
    return connection
  }

  /// The b-trees that grow at random places stay in memory; a quarter of a million items take 64
  /// MB of them.
  private static let cacheKibibytes = 64 * 1024
  /// Adds the rows of items; each once.
  package func insert(_ items: some Sequence<Prepared>) throws(ViewError) {
    do {
      for item in items {
        try store.insert(item.record, number)
        try store.insert(state: item.state, number)
        number += 1
      }
    } catch {
      throw ViewError(wrapping: error)
    }
  }

  /// Makes the secondary indexes, states what the rows stand for, and makes the file durable.
  package func finish(
    region: ItemState, position: UInt64, ownSeq: UInt64, branches: UInt64, digest: Digest
  ) throws(ViewError) {
    do {
      try connection.execute(ViewSchema.indexes)
      try ViewFile.save(
        ViewFile.Meta(
          position: position, ownSeq: ownSeq, branches: branches, digest: digest, region: region),
        to: connection)
      try connection.execute("COMMIT")
      try words.move(into: connection)
      connection.close()
      let descriptor = Glibc.open(path, O_RDWR | O_CLOEXEC)
      defer { if descriptor >= 0 { close(descriptor) } }
      guard descriptor >= 0, fsync(descriptor) == 0 else {
        throw SQLiteError.ioError(code: errno)
      }
    } catch {
      throw ViewError(wrapping: error)
    }
  }
}

/// Builds the index of words in a file of its own, so that a second core works on it. Not
/// `Sendable`: one thread at a time.
package final class WordBuilder {
  private let path: String
  private let connection: Connection
  private let statement: Statement
  private var number: Int64 = 1

  /// FTS5 keeps a table's words in these tables; they may be copied as they are.
  private static let shadowTables = ["data", "idx", "docsize", "config"]

  fileprivate init(path: String) throws(SQLiteError) {
    self.path = path
    connection = try ViewBuilder.open(path)
    try connection.execute(ViewSchema.search)
    try connection.execute("BEGIN")
    try ViewSchema.setHashBytes(ViewSchema.bulkHashBytes, of: connection)
    statement = try connection.statement(RowStore.insertWordsSQL)
  }

  /// Adds the words of items, in the order in which their rows are added.
  package func insert(_ items: some Sequence<ViewBuilder.Prepared>) throws(ViewError) {
    do throws(SQLiteError) {
      for item in items {
        try item.words.run(number, by: statement)
        number += 1
      }
    } catch {
      throw .database(error)
    }
  }

  /// Ends the index and moves it into the file of the rows.
  fileprivate func move(into target: Connection) throws(SQLiteError) {
    try ViewSchema.setHashBytes(ViewSchema.hashBytes, of: connection)
    try connection.execute("COMMIT")
    connection.close()
    try target.statement("ATTACH ?1 AS words").run(path)
    try target.execute("BEGIN")
    for table in Self.shadowTables {
      try target.execute(
        """
        DELETE FROM main.search_\(table);
        INSERT INTO main.search_\(table) SELECT * FROM words.search_\(table);
        """)
    }
    try target.execute("COMMIT; DETACH words;")
    unlink(path)
  }
}
