// The read side of one generation of the views: lists, single items, search, conflicts.
// Protocols/views.md §3.

package import Events

/// Reads one generation of the views. Not `Sendable`: each thread opens its own.
package final class ViewReader {
  /// Opens the file at `path` for reading.
  package init(path: String) throws(ViewError) { fatalError() }

  /// The position of the last receipt that the views hold.
  package func position() throws(ViewError) -> UInt64 { fatalError() }

  /// A number that changes with every commit; for caches.
  package func version() throws(ViewError) -> UInt64 { fatalError() }

  /// The digest of the catalogue's state.
  package func digest() throws(ViewError) -> Digest { fatalError() }

  /// SHA-256 over all rows in the order of the items. Reads everything.
  package func rowsDigest() throws(ViewError) -> Digest { fatalError() }

  /// One page of a list as it is at `moment`.
  package func items(_ query: ItemQuery, at moment: Timestamp) throws(ViewError) -> ItemPage {
    fatalError()
  }

  /// The row of one item, also of a hidden, withdrawn or merged one.
  package func row(_ id: ItemID) throws(ViewError) -> ItemRow? { fatalError() }

  /// Full-text search. The hits are ranked; their number is in `total`.
  package func search(
    _ query: ItemQuery, at moment: Timestamp
  ) throws(ViewError) -> SearchPage { fatalError() }

  /// Open conflicts: all, or those of items that `site` leads or wrote to.
  package func conflicts(of site: SiteID? = nil) throws(ViewError) -> [ConflictRow] {
    fatalError()
  }
}

/// What a search found.
package struct SearchPage: Sendable, Hashable {
  /// One item and where the words stand in it.
  package struct Hit: Sendable, Hashable {
    /// The item.
    package let row: ItemRow
    /// The title, in parts.
    package let title: [SnippetPart]
    /// A cut of summary or body, in parts.
    package let snippet: [SnippetPart]
  }

  /// The page, the best first.
  package var hits: [Hit] = []
  /// How many items were found.
  package var total = 0
  /// Beside each filter.
  package var counts = ItemCounts()
}

/// A piece of original text.
package struct SnippetPart: Sendable, Hashable {
  /// The text as its editor wrote it.
  package let text: String
  /// True if a word of the query matched here.
  package let isMatch: Bool

  /// A piece of that text.
  package init(_ text: String, isMatch: Bool) {
    self.text = text
    self.isMatch = isMatch
  }
}

/// One field of one item that has more than one value.
package struct ConflictRow: Sendable, Hashable {
  /// The item.
  package let item: ItemID
  /// Its title.
  package let title: String
  /// The field.
  package let field: String
  /// The site that leads the item.
  package let lead: SiteID
  /// The sites that wrote the values, ascending.
  package let sites: [SiteID]
}
