// What pages and API read, as functions that Node hands in: a node may swap the generation of its
// views between two requests, and a page of a past moment reads another one.

package import Catalogue
package import EventLog
package import Events
package import Views

/// The reads of one event loop. Not `Sendable`, as the connections behind them are not.
package struct CatalogueReads {
  /// A list as it is at a moment.
  package var items: (ItemQuery, Timestamp) throws -> ItemPage
  /// What a search finds at a moment.
  package var search: (ItemQuery, Timestamp) throws -> SearchPage
  /// The folded state of an item.
  package var state: (ItemID) throws -> ItemState?
  /// Open conflicts: all, or those that concern a site.
  package var conflicts: (SiteID?) throws -> [ConflictRow]
  /// The events of an item: in receipt order, then those that wait for a receipt.
  package var history: (ItemID) throws -> [LoggedEvent]
  /// The receipts after a position with their events, in the hub's order, at most so many.
  package var changes: (UInt64, Int) throws -> [LoggedEvent]
  /// The items that name a file, those that the public sees first.
  package var mediaUses: (Digest) throws -> [MediaUse]
  /// The files of the items that changed last, of one site's or of all public ones.
  package var recentMedia: (SiteID?, Int) throws -> [MediaUse]
  /// What the views hold, as a number that changes with every commit.
  package var version: () throws -> Version
  /// How far the node is.
  package var standing: () throws -> Standing
  /// What concerns more than one item or publisher.
  package var region: RegionReads

  /// Tells two states of the views apart, also across generations.
  package struct Version: Sendable, Equatable {
    /// Commits of this generation.
    package var commits: UInt64
    /// The last receipt that is folded in.
    package var position: UInt64

    /// Those facts.
    package init(commits: UInt64, position: UInt64) {
      self.commits = commits
      self.position = position
    }
  }

  /// What two nodes compare.
  package struct Standing: Sendable, Equatable {
    /// The events that the log holds.
    package var heads: VectorClock
    /// The last receipt that the views hold.
    package var position: UInt64
    /// The digest of the catalogue's state.
    package var digest: Digest

    /// Those facts.
    package init(heads: VectorClock, position: UInt64, digest: Digest) {
      self.heads = heads
      self.position = position
      self.digest = digest
    }
  }

  /// Those reads.
  package init(
    items: @escaping (ItemQuery, Timestamp) throws -> ItemPage,
    search: @escaping (ItemQuery, Timestamp) throws -> SearchPage,
    state: @escaping (ItemID) throws -> ItemState?,
    conflicts: @escaping (SiteID?) throws -> [ConflictRow],
    history: @escaping (ItemID) throws -> [LoggedEvent],
    changes: @escaping (UInt64, Int) throws -> [LoggedEvent],
    mediaUses: @escaping (Digest) throws -> [MediaUse],
    recentMedia: @escaping (SiteID?, Int) throws -> [MediaUse],
    version: @escaping () throws -> Version,
    standing: @escaping () throws -> Standing,
    region: RegionReads
  ) {
    self.items = items
    self.search = search
    self.state = state
    self.conflicts = conflicts
    self.history = history
    self.changes = changes
    self.mediaUses = mediaUses
    self.recentMedia = recentMedia
    self.version = version
    self.standing = standing
    self.region = region
  }
}

extension CatalogueReads {
  /// The reads of a node: the generation that `views` gives at each call, and the log.
  package init(views: @escaping () throws -> ViewReader, log: LogReader) {
    self.init(
      items: { try views().items($0, at: $1) },
      search: { try views().search($0, at: $1) },
      state: { try views().state($0) },
      conflicts: { try views().conflicts(of: $0) },
      history: { try log.events(of: $0) },
      changes: { try log.events(after: $0, limit: $1) },
      mediaUses: { try views().mediaUses($0) },
      recentMedia: { try views().recentMedia(of: $0, limit: $1) },
      version: {
        let stamp = try views().stamp()
        return Version(commits: stamp.version, position: stamp.position)
      },
      standing: {
        let views = try views()
        return Standing(
          heads: try log.heads(), position: try views.position(), digest: try views.digest())
      },
      region: RegionReads(views: views, log: log))
  }
}
