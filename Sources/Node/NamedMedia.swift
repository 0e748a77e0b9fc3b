// Which files the items of this node name, read from the views. Protocols/sync.md §13.

import Events
import Views

/// Reads over a connection of its own.
///
/// `@unchecked Sendable`: one serial queue calls it, as the owner of the value promises.
final class NamedMedia: @unchecked Sendable {
  private let path: String
  private var opened: ViewReader?

  /// - Parameter path: the file of the views.
  init(views path: String) { self.path = path }

  /// True if an item names the file.
  func names(_ hash: Digest) throws(ViewError) -> Bool {
    try !reader().mediaUses(hash).isEmpty
  }

  /// Every file that an item names, ascending.
  func all() throws(ViewError) -> [Digest] { try reader().namedMedia().map(\.hash) }

  private func reader() throws(ViewError) -> ViewReader {
    if let opened { return opened }
    let reader = try ViewReader(path: path)
    opened = reader
    return reader
  }
}
