// The folded states of items as a file of the views holds them. Protocols/views.md §2.

import Catalogue
import Events
import SQLite

/// Looks items up in one file by a connection, its own or the writer's.
final class StoredStates {
  private let connection: Connection
  private let findNumber: Statement
  private let findState: Statement

  /// Looks up by a connection that is open.
  init(_ connection: Connection) throws(SQLiteError) {
    self.connection = connection
    findNumber = try connection.statement("SELECT n FROM items WHERE id = ?1")
    findState = try connection.statement("SELECT state FROM folds WHERE n = ?1")
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

  /// The number of an item; nil if the file does not hold it.
  func number(of item: ItemID) throws(SQLiteError) -> Int64? {
    try findNumber.first(item.description) { Int64($0.int(0)) }
  }

  /// What the file holds of the item with that number.
  func state(of item: ItemID, _ number: Int64) throws(ViewError) -> ItemState {
    do {
      guard let bytes = try findState.first(number, row: { $0.blob(0) }) else {
        throw ViewError.damaged(item)
      }
      return try ItemState(decoding: bytes)
    } catch is ItemStateError {
      throw .damaged(item)
    } catch {
      throw ViewError(wrapping: error)
    }
  }

  /// What the file holds of an item; nil if nothing.
  func state(of item: ItemID) throws(ViewError) -> ItemState? {
    let found: Int64?
    do {
      found = try number(of: item)
    } catch {
      throw ViewError(wrapping: error)
    }
    guard let found else { return nil }
    return try state(of: item, found)
  }

  /// Closes the connection.
  func close() { connection.close() }
}
