// What the desk asks of the views beyond lists: items with a mark, topics, open invitations.
// Protocols/views.md §3.

package import Events
import SQLite

extension ViewReader {
  /// What sets an item apart from others.
  package enum Mark: Sendable, CaseIterable {
    /// The Kreis features it.
    case featured
    /// The Kreis hides it.
    case hidden
    /// It is folded into another.
    case merged
    /// The Kreis put it under a topic.
    case topic

    /// What changed last stands first; topics stand together.
    var sql: String {
      let (condition, order) =
        switch self {
        case .featured: ("i.featured = 1", "i.changed DESC, i.id")
        case .hidden: ("i.is_hidden = 1", "i.changed DESC, i.id")
        case .merged: ("i.merged_into IS NOT NULL", "i.changed DESC, i.id")
        case .topic: ("i.topic IS NOT NULL", "i.topic, i.id")
        }
      return """
        SELECT \(ItemRow.columns) FROM items i WHERE \(condition)
        ORDER BY \(order) LIMIT ?1
        """
    }
  }

  /// One topic of the region.
  package struct Topic: Sendable, Hashable {
    /// The Kreis's word.
    package let name: String
    /// How many items the public sees under it.
    package let count: Int
  }

  /// Marks are set by hand: more than this is no list that anybody works through.
  package static let maximumMarked = 500
  /// A region has a handful of topics.
  package static let maximumTopics = 100

  static let topicsSQL = """
    SELECT i.topic, count(*) FROM items i INDEXED BY items_topic
    WHERE i.topic IS NOT NULL AND i.is_public = 1
      AND (i.released IS NULL OR i.released <= ?1) AND (i.expires IS NULL OR i.expires > ?2)
    GROUP BY i.topic ORDER BY i.topic LIMIT ?3
    """
  static let invitationsSQL = """
    SELECT \(ItemRow.columns) FROM invitations v CROSS JOIN items i ON i.n = v.n
    WHERE v.site = ?1 AND i.is_public = 1 ORDER BY i.changed DESC, i.id LIMIT ?2
    """

  /// The items that bear a mark, at most `maximumMarked`, also hidden and withdrawn ones.
  package func marked(_ mark: Mark) throws(ViewError) -> [ItemRow] {
    try wrapped {
      let statement = try connection.statement(mark.sql)
      try statement.bind(1, Self.maximumMarked)
      return try rows(statement)
    }
  }

  /// The topics that the public sees at a moment, by name, at most `maximumTopics`.
  package func topics(at moment: Timestamp) throws(ViewError) -> [Topic] {
    try wrapped {
      try connection.statement(Self.topicsSQL).all(
        BerlinTime.minute(of: moment), moment.milliseconds, Self.maximumTopics
      ) { Topic(name: $0.text(0), count: $0.int(1)) }
    }
  }

  /// The items to which a site is invited and has not said whether it takes part.
  package func invitations(of site: SiteID) throws(ViewError) -> [ItemRow] {
    try wrapped {
      let statement = try connection.statement(Self.invitationsSQL)
      try statement.bind(values: site.description, Self.maximumMarked)
      return try rows(statement)
    }
  }

  private func rows(_ statement: Statement) throws -> [ItemRow] {
    var rows: [ItemRow] = []
    while try statement.step() { rows.append(try ItemRow(statement)) }
    return rows
  }
}
