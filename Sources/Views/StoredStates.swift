// The folded states of items as a file of the views holds them. Protocols/views.md §2.

import Catalogue
import Events
import SQLite

/// Looks items up in one file by a connection, its own or the writer's.
final class StoredStates {
  /// An item as the file holds it.
  struct Item {
    let number: Int64
    let state: ItemState
  }

  private let connection: Connection
  private let load: Statement

  /// Looks up by a connection that is open.
  init(_ connection: Connection) throws(SQLiteError) {
    self.connection = connection
    load = try connection.statement(
      "SELECT i.n, f.state FROM items i JOIN folds f ON f.n = i.n WHERE i.id = ?1")
  }

  /// Opens the file for reading.
  convenience init(path: String) throws(ViewError) {
    do {
      try self.init(try ViewFile.openReader(path))
    } catch {
      throw ViewError(wrapping: error)
    }
  }

  /// What the file stands for.
  func meta() throws(ViewError) -> ViewFile.Meta {
    do {
      return try ViewFile.meta(of: connection)
    } catch {
      throw ViewError(wrapping: error)
    }
  }

  /// What the file holds of an item; nil if nothing.
  func item(_ item: ItemID) throws(ViewError) -> Item? {
    do {
      guard
        let found = try load.first(item.description, row: { (Int64($0.int(0)), $0.blob(1)) })
      else { return nil }
      return Item(number: found.0, state: try ItemState(decoding: found.1))
    } catch is ItemStateError {
      throw .damaged(item)
    } catch {
      throw ViewError(wrapping: error)
    }
  }

  /// Closes the connection.
  func close() { connection.close() }
}
