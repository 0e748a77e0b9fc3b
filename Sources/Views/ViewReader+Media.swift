// Which items name a file, and which files are named. Protocols/media.md §4, Protocols/sync.md §13.

package import Events
import SQLite

/// An item that names a file.
package struct MediaUse: Sendable, Hashable {
  /// The item.
  package let row: ItemRow
  /// The field that names it.
  package let field: String
  /// The length that the field tells.
  package let bytes: Int
  /// True if the value in force names it.
  package let isShown: Bool
}

extension ViewReader {
  /// Items of one file that are looked at. Those that the public sees come first, so what is beyond
  /// the limit changes no answer.
  package static let maximumMediaUses = 200

  static let usesOfMedia = """
    SELECT \(ItemRow.columns), m.field, m.bytes, m.is_shown
    FROM item_media m CROSS JOIN items i ON i.n = m.n
    WHERE m.sha = ?1 AND i.kind <> ''
    ORDER BY m.is_shown DESC, i.is_public DESC, i.released, i.id LIMIT ?2
    """

  /// The items that name a file, those that the public sees first.
  package func mediaUses(_ hash: Digest) throws(ViewError) -> [MediaUse] {
    try wrapped {
      let statement = try connection.statement(Self.usesOfMedia)
      try statement.bind(values: hash.hex, Self.maximumMediaUses)
      return try uses(statement)
    }
  }

  /// The files of the items that changed last, at most `limit`, each once.
  ///
  /// - Parameter site: the files of this site's items; nil for those of all items that the public
  ///   sees but for the time of release.
  package func recentMedia(of site: SiteID?, limit: Int) throws(ViewError) -> [MediaUse] {
    try wrapped {
      let condition = site == nil ? "i.is_public = 1" : "i.lead = ?2"
      let statement = try connection.statement(
        """
        SELECT \(ItemRow.columns), m.field, m.bytes, m.is_shown, max(i.changed)
        FROM item_media m JOIN items i ON i.n = m.n
        WHERE \(condition) AND m.is_shown = 1 AND i.kind <> ''
        GROUP BY m.sha ORDER BY i.changed DESC, i.id LIMIT ?1
        """)
      try statement.bind(1, limit)
      if let site { try statement.bind(2, site.description) }
      return try uses(statement)
    }
  }

  private func uses(_ statement: Statement) throws -> [MediaUse] {
    defer { statement.reset() }
    var uses: [MediaUse] = []
    while try statement.step() {
      uses.append(
        MediaUse(
          row: try ItemRow(statement), field: statement.text(ItemRow.columnCount),
          bytes: statement.int(ItemRow.columnCount + 1),
          isShown: statement.int(ItemRow.columnCount + 2) != 0))
    }
    return uses
  }

  /// Every file that an item names, ascending, with the largest length that is told of it.
  package func namedMedia() throws(ViewError) -> [(hash: Digest, bytes: Int)] {
    try wrapped {
      var files: [(hash: Digest, bytes: Int)] = []
      let statement = try connection.statement(
        "SELECT sha, max(bytes) FROM item_media GROUP BY sha ORDER BY sha")
      defer { statement.reset() }
      while try statement.step() {
        guard let hash = Digest(hex: statement.text(0)) else {
          throw SQLiteError.corrupt(message: "a file without a hash")
        }
        files.append((hash, statement.int(1)))
      }
      return files
    }
  }
}
