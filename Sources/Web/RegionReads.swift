// What pages read of more than one item or publisher: who belongs to the region, what the Kreis
// marked, who is invited where, what may be told twice, and which own edits have no effect.

package import Catalogue
package import EventLog
package import Events
package import Views

/// The reads of one event loop that concern the region. Not `Sendable`, as `CatalogueReads`.
package struct RegionReads {
  /// Who belongs to the region.
  package var membership: () throws -> Membership
  /// The items that bear a mark.
  package var marked: (ViewReader.Mark) throws -> [ItemRow]
  /// The topics that the public sees at a moment.
  package var topics: (Timestamp) throws -> [ViewReader.Topic]
  /// The items to which a site is invited and has not answered.
  package var invitations: (SiteID) throws -> [ItemRow]
  /// Pairs that may be one item, of which a site leads one; all of them for nil. Slow.
  package var duplicates: (SiteID?) throws -> [DuplicatePair]
  /// Own edits that have no effect, in the order of the line.
  package var withoutEffect: () throws -> [LoggedEvent]

  /// Those reads.
  package init(
    membership: @escaping () throws -> Membership,
    marked: @escaping (ViewReader.Mark) throws -> [ItemRow],
    topics: @escaping (Timestamp) throws -> [ViewReader.Topic],
    invitations: @escaping (SiteID) throws -> [ItemRow],
    duplicates: @escaping (SiteID?) throws -> [DuplicatePair],
    withoutEffect: @escaping () throws -> [LoggedEvent]
  ) {
    self.membership = membership
    self.marked = marked
    self.topics = topics
    self.invitations = invitations
    self.duplicates = duplicates
    self.withoutEffect = withoutEffect
  }
}

extension RegionReads {
  /// The reads of a node: the generation that `views` gives at each call, and the log.
  package init(views: @escaping () throws -> ViewReader, log: LogReader) {
    let voids = VoidSearch(log: log)
    self.init(
      membership: { try views().membership() },
      marked: { try views().marked($0) },
      topics: { try views().topics(at: $0) },
      invitations: { try views().invitations(of: $0) },
      duplicates: { try views().duplicates(lead: $0) },
      withoutEffect: { try voids.events() })
  }
}

/// Reads the own line once and then only what was added, since a verdict of the hub stays.
private final class VoidSearch {
  private let log: LogReader
  private var settled: UInt64 = 0
  private var known: [Dot] = []

  init(log: LogReader) { self.log = log }

  func events() throws -> [LoggedEvent] {
    let found = try log.voids(of: log.site, after: settled)
    var events: [LoggedEvent] = []
    for dot in known.suffix(LogReader.maximumVoids) {
      // A second receipt may have given it effect after all.
      if let logged = try log.event(at: dot), case .void = logged.verdict { events.append(logged) }
    }
    known += found.events.map(\.event.dot).filter { $0.seq <= found.settled }
    settled = found.settled
    return events + found.events
  }
}
