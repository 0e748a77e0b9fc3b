// The write side of the views: folds logged events into one generation. Protocols/views.md §1.
//
// Invariants
// - `position` and `ownSeq` are those of the last commit; events at or below them are folded in.
// - The rows are those of the folded states, and `digest` is the digest of those states.

package import Catalogue
package import EventLog
package import Events
import SQLite

/// The writer of one generation. Not `Sendable`: used from one serial queue.
package final class ViewWriter {
  /// Gives all logged events of an item: by receipt, then those without one.
  package typealias Refold = (ItemID) throws -> [LoggedEvent]

  /// The path of the file.
  package let path: String
  /// The site that moderates the region.
  package let kreis: SiteID
  /// The last receipt that is folded in.
  package private(set) var position: UInt64
  /// The last event of a city's own line that is folded in, with or without a receipt.
  package private(set) var ownSeq: UInt64
  /// The digest of the state.
  package private(set) var digest: Digest

  private var region: ItemState
  private var nextNumber: Int64
  private let connection: Connection
  private let refold: Refold
  private let store: RowStore
  private let load: Statement

  /// Opens the generation at `path`; makes an empty one where there is no file.
  ///
  /// Throws `.outdated` where the file is of another schema or other rules.
  package init(path: String, kreis: SiteID, refold: @escaping Refold) throws(ViewError) {
    self.path = path
    self.kreis = kreis
    self.refold = refold
    do {
      connection = try ViewFile.openWriter(path, kreis: kreis)
      let meta = try ViewFile.meta(of: connection)
      position = meta.position
      ownSeq = meta.ownSeq
      digest = meta.digest
      region = meta.region
      nextNumber = Int64(try connection.integer("SELECT ifnull(max(n), 0) + 1 FROM items"))
      store = try RowStore(connection)
      load = try connection.statement(
        """
        SELECT i.n, i.created, f.state FROM items i JOIN folds f ON f.n = i.n WHERE i.id = ?1
        """)
    } catch {
      throw ViewError(wrapping: error)
    }
  }

  /// The sites of the region at this position.
  package var membership: Membership { Membership(region) }

  /// Begins to fold a batch. Only one fold is under way at a time; to let it go undoes it.
  package func begin() -> Fold { Fold(self, region: region) }

  /// Closes the file.
  package func close() { connection.close() }
}

extension ViewWriter {
  /// An item as the views hold it.
  struct Stored {
    let number: Int64
    let created: Timestamp
    let state: ItemState
  }

  /// What the views hold of an item; nil if nothing.
  func stored(_ item: ItemID) throws(ViewError) -> Stored? {
    do {
      guard
        let found = try load.first(
          item.description, row: { (Int64($0.int(0)), Int64($0.int(1)), $0.blob(2)) })
      else { return nil }
      return Stored(
        number: found.0, created: Timestamp(milliseconds: found.1),
        state: try ItemState(decoding: found.2))
    } catch is ItemStateError {
      throw .damaged(item)
    } catch {
      throw ViewError(wrapping: error)
    }
  }

  /// All logged events of an item.
  func events(of item: ItemID) throws(ViewError) -> [LoggedEvent] {
    do {
      return try refold(item)
    } catch {
      throw .refoldFailed(item, "\(error)")
    }
  }

  /// One changed item: what the views held of it, and what they hold from now on.
  struct Change {
    let old: Stored?
    let state: ItemState
    let created: Timestamp
  }

  /// Rows and position in one transaction. If the process dies here, the next start finds the
  /// state before or after it, and the position says which.
  func commit(
    _ changes: [Change], region: ItemState, position: UInt64, ownSeq: UInt64, digest: Digest
  ) throws(ViewError) {
    precondition(position >= self.position && ownSeq >= self.ownSeq, "a fold went backwards")
    var number = nextNumber
    do {
      try connection.write {
        for change in changes { try store.write(change, nextNumber: &number) }
        try ViewFile.save(
          ViewFile.Meta(position: position, ownSeq: ownSeq, digest: digest, region: region),
          to: connection)
      }
    } catch {
      throw ViewError(wrapping: error)
    }
    nextNumber = number
    self.region = region
    self.position = position
    self.ownSeq = ownSeq
    self.digest = digest
  }
}

extension RowStore {
  /// Stores one change; a new item takes the next number.
  fileprivate func write(
    _ change: ViewWriter.Change, nextNumber: inout Int64
  ) throws(SQLiteError) {
    let record = ItemRecord(change.state, created: change.created)
    let bytes = change.state.encoded()
    if let old = change.old {
      try update(from: ItemRecord(old.state, created: old.created), to: record, old.number)
      try update(state: bytes, old.number)
    } else {
      try insert(record, nextNumber)
      try insertWords(IndexedDocument(record.document), nextNumber)
      try insert(state: bytes, nextNumber)
      nextNumber += 1
    }
  }
}
