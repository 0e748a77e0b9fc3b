// Fills a fresh file with all items at once: how a rebuild writes. Protocols/views.md §5.
//
// Invariant: until `finish` returns the file is of no use, and nobody but the builder knows it.

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
    ///
    /// - Parameter created: when the item was created; nil where it never was.
    package init(_ state: ItemState, created: Timestamp?) {
      record = ItemRecord(state, created: created ?? Timestamp(milliseconds: 0))
      words = IndexedDocument(record.document)
      self.state = state.encoded()
    }
  }

  private let path: String
  private let connection: Connection
  private let store: RowStore
  private var number: Int64 = 1

  /// Makes the file at `path`, which must not be there.
  package init(path: String, kreis: SiteID) throws(ViewError) {
    self.path = path
    do {
      connection = try Connection(path: path, mode: .readWrite)
      // If the process dies before `finish`, the file is torn, and swept away by the next rebuild.
      try connection.execute(
        """
        PRAGMA journal_mode = OFF;
        PRAGMA synchronous = OFF;
        PRAGMA locking_mode = EXCLUSIVE;
        PRAGMA cache_size = -\(ViewBuilder.cacheKibibytes);
        """)
      try connection.execute(ViewSchema.tables)
      try connection.execute("BEGIN")
      try connection.statement("INSERT INTO search (search, rank) VALUES ('hashsize', ?1)")
        .run(ViewSchema.bulkHashBytes)
      try ViewFile.insertMeta(into: connection, kreis: kreis)
      store = try RowStore(connection)
    } catch {
      throw ViewError(wrapping: error)
    }
  }

  /// The b-trees that grow at random places stay in memory; a quarter of a million items take 64
  /// MB of them.
  private static let cacheKibibytes = 64 * 1024
  /// What FTS5 uses by default.
  private static let usualHashBytes = 1024 * 1024

  /// Adds items; each once.
  package func insert(_ items: some Sequence<Prepared>) throws(ViewError) {
    do {
      for item in items {
        try store.insert(item.record, number)
        try store.insert(state: item.state, number)
        try store.insertWords(item.words, number)
        number += 1
      }
    } catch {
      throw ViewError(wrapping: error)
    }
  }

  /// Makes the secondary indexes, states what the rows stand for, and makes the file durable.
  package func finish(
    region: ItemState, position: UInt64, ownSeq: UInt64, digest: Digest
  ) throws(ViewError) {
    do {
      try connection.execute(ViewSchema.indexes)
      try connection.statement("INSERT INTO search (search, rank) VALUES ('hashsize', ?1)")
        .run(ViewBuilder.usualHashBytes)
      try ViewFile.save(
        ViewFile.Meta(position: position, ownSeq: ownSeq, digest: digest, region: region),
        to: connection)
      try connection.execute("COMMIT")
      connection.close()
      let descriptor = open(path, O_RDWR | O_CLOEXEC)
      defer { if descriptor >= 0 { close(descriptor) } }
      guard descriptor >= 0, fsync(descriptor) == 0 else {
        throw SQLiteError.ioError(code: errno)
      }
    } catch {
      throw ViewError(wrapping: error)
    }
  }
}
