// The file side of the views: writes what was folded into one generation. Protocols/views.md §1.
//
// Invariants
// - `position` and `ownSeq` are those of the last write; events at or below them are in the rows.
// - The rows are those of the folded states, and `digest` is the digest of those states.

import Catalogue
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
  /// The last receipt that is in the rows.
  package private(set) var position: UInt64
  /// The last event of a city's own line that is in the rows, with or without a receipt.
  package private(set) var ownSeq: UInt64
  /// How often the own line had been replaced from a fork on when the rows were folded.
  package private(set) var branches: UInt64
  /// The digest of the state.
  package private(set) var digest: Digest

  private var nextNumber: Int64
  private let connection: Connection
  private let refold: Refold
  private let store: RowStore
  private let states: StoredStates

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
      branches = meta.branches
      digest = meta.digest
      nextNumber = Int64(try connection.integer("SELECT ifnull(max(n), 0) + 1 FROM items"))
      store = try RowStore(connection)
      states = try StoredStates(connection)
    } catch {
      throw ViewError(wrapping: error)
    }
  }

  /// Begins to fold at the position of the rows. Only one fold is under way at a time.
  package func begin() throws(ViewError) -> Fold { try Fold(self) }

  /// All logged events of an item.
  func events(of item: ItemID) throws(ViewError) -> [LoggedEvent] {
    do {
      return try refold(item)
    } catch {
      throw .refoldFailed(item, "\(error)")
    }
  }

  /// Rows and position in one transaction. If the process dies here, the next start finds the
  /// state before or after it, and the position says which.
  package func write(_ batch: ViewBatch) throws(ViewError) {
    precondition(
      batch.position >= position && batch.branches >= branches
        && (batch.ownSeq >= ownSeq || batch.branches > branches), "batches are written as taken")
    var number = nextNumber
    do {
      try connection.write {
        var known: [(number: Int64, item: ItemState)] = []
        var new: [ItemState] = []
        for item in batch.items {
          guard let id = item.id else { preconditionFailure("the membership is no item") }
          if let held = try states.number(of: id) {
            known.append((held, item))
          } else {
            new.append(item)
          }
        }
        // In the order of the numbers: FTS5 writes out what it has gathered as soon as one goes
        // back, which doubles the time of a large batch.
        known.sort { $0.number < $1.number }
        for (held, item) in known { try update(item, held) }
        for item in new {
          try insert(item, number)
          number += 1
        }
        try ViewFile.save(
          ViewFile.Meta(
            position: batch.position, ownSeq: batch.ownSeq, branches: batch.branches,
            digest: batch.digest, region: batch.region),
          to: connection)
      }
    } catch {
      throw ViewError(wrapping: error)
    }
    nextNumber = number
    position = batch.position
    ownSeq = batch.ownSeq
    branches = batch.branches
    digest = batch.digest
  }

  private func insert(_ state: ItemState, _ number: Int64) throws {
    let record = ItemRecord(state)
    try store.insert(record, number)
    try store.insertWords(IndexedDocument(record.document), number)
    try store.insert(state: state.encoded(), number)
  }

  private func update(_ state: ItemState, _ number: Int64) throws {
    guard let id = state.id else { preconditionFailure("the membership is no item") }
    let old = ItemRecord(try states.state(of: id, number))
    try store.update(from: old, to: ItemRecord(state), number)
    try store.update(state: state.encoded(), number)
  }

  /// Closes the file.
  package func close() { connection.close() }
}
