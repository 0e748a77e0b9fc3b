// What city and hub say to each other, as values. Protocols/sync.md §3 to §6.

package import Events

/// 128 random bits with a purpose: 32 lower-case hexadecimal digits.
package struct RandomID<Purpose>: Sendable, Hashable, CustomStringConvertible {
  package let description: String

  /// Nil if `text` is not 32 lower-case hexadecimal digits.
  package init?(_ text: String) {
    guard text.utf8.count == 32, Hex.bytes(text) != nil else { return nil }
    description = text
  }

  /// A new one.
  package init(using random: inout some RandomNumberGenerator) {
    let bytes = (0..<16).map { _ in UInt8.random(in: 0...255, using: &random) }
    description = Hex.string(bytes)
  }
}

/// Marks the id of a region.
package enum RegionPurpose {}
/// Marks the id of a process.
package enum InstancePurpose {}

/// The region: made when its hub is initialised, fixed for ever.
package typealias RegionID = RandomID<RegionPurpose>
/// One run of one process: made at each start and never stored.
package typealias InstanceID = RandomID<InstancePurpose>

/// Who a city or the hub is; fixed for a run of the process.
package struct NodeIdentity: Sendable {
  /// The region that it belongs to.
  package let region: RegionID
  /// Its site.
  package let site: SiteID
  /// This run of it.
  package let instance: InstanceID

  /// That identity.
  package init(region: RegionID, site: SiteID, instance: InstanceID) {
    self.region = region
    self.site = site
    self.instance = instance
  }
}

/// The last event of a line as somebody holds it.
package struct LineHead: Sendable, Hashable {
  /// Its number; 0 where the line is empty.
  package let seq: UInt64
  /// Its id; zero where the line is empty.
  package let id: Digest

  /// The head of an empty line.
  package static let empty = LineHead(seq: 0, id: .zero)

  /// That head. The id is zero if and only if the line is empty.
  package init(seq: UInt64, id: Digest) {
    precondition((seq == 0) == (id == .zero), "only an empty line has no head")
    self.seq = seq
    self.id = id
  }
}

/// A place of the hub's order as a city holds it.
package struct Place: Sendable, Hashable {
  /// The position; 0 where nothing is held.
  package let position: UInt64
  /// The hash of the receipt there; zero where nothing is held.
  package let id: Digest

  /// The place before the first position.
  package static let start = Place(position: 0, id: .zero)

  /// That place. The id is zero if and only if nothing is held.
  package init(position: UInt64, id: Digest) {
    precondition((position == 0) == (id == .zero), "only the start has no receipt")
    self.position = position
    self.id = id
  }

  /// The place of that receipt.
  package init(_ receipt: Receipt) {
    self.init(position: receipt.position, id: Receipt.leaf(of: receipt.line))
  }
}

/// The city says who it is and what it holds.
package struct Hello: Sendable, Equatable {
  /// The protocols that it speaks.
  package let protocols: ClosedRange<UInt64>
  /// The region that it belongs to.
  package let region: RegionID
  /// The site.
  package let site: SiteID
  /// This run of it.
  package let instance: InstanceID
  /// The head of its own line.
  package let head: LineHead
  /// The heads of all lines as it holds them.
  package let heads: VectorClock
  /// How far it holds the hub's order.
  package let place: Place
  /// Its wall clock.
  package let clock: Timestamp

  /// A hello with those statements.
  package init(
    protocols: ClosedRange<UInt64> = SyncLimits.protocols, region: RegionID, site: SiteID,
    instance: InstanceID, head: LineHead, heads: VectorClock, place: Place, clock: Timestamp
  ) {
    self.protocols = protocols
    self.region = region
    self.site = site
    self.instance = instance
    self.head = head
    self.heads = heads
    self.place = place
    self.clock = clock
  }
}

/// The hub says the same of itself, and how the two stand to each other.
package struct HelloAnswer: Sendable, Equatable {
  /// The protocols that it speaks.
  package let protocols: ClosedRange<UInt64>
  /// The region that it serves.
  package let region: RegionID
  /// The hub's own site.
  package let site: SiteID
  /// This run of it: pushes and pulls name it.
  package let instance: InstanceID
  /// The head of the city's line as the hub holds it.
  package let head: LineHead
  /// The heads of all lines.
  package let heads: VectorClock
  /// The last position of its order.
  package let position: UInt64
  /// Its wall clock.
  package let clock: Timestamp
  /// The comparison, as far as the hub can tell: it cannot see what the city holds beyond the
  /// hub's head of the line.
  package let verdict: Comparison
  /// True if the hub has heard two processes of the site at once.
  package let isCloned: Bool

  /// An answer with those statements.
  package init(
    protocols: ClosedRange<UInt64> = SyncLimits.protocols, region: RegionID, site: SiteID,
    instance: InstanceID, head: LineHead, heads: VectorClock, position: UInt64,
    clock: Timestamp, verdict: Comparison, isCloned: Bool = false
  ) {
    self.protocols = protocols
    self.region = region
    self.site = site
    self.instance = instance
    self.head = head
    self.heads = heads
    self.position = position
    self.clock = clock
    self.verdict = verdict
    self.isCloned = isCloned
  }
}

/// What stands behind the question mark of a push; its body is the events as transfer text.
package struct PushRequest: Sendable, Equatable {
  /// The run of the hub that answered the hello.
  package let hub: InstanceID

  /// A push to that run of the hub.
  package init(hub: InstanceID) { self.hub = hub }
}

/// Why the hub took no more of a batch.
package struct PushRefusal: Sendable, Hashable {
  /// The first event that it refused; all before it are accepted.
  package let dot: Dot
  /// Why.
  package let reason: Reason

  /// The fact. The raw value goes over the wire.
  package enum Reason: String, Sendable, CaseIterable {
    /// The event does not follow the hub's head: something between is missing.
    case gap
    /// The hub holds another event at that place.
    case fork
    /// `prev` is not the id of the event before.
    case chain
    /// The context covers events that the hub does not hold, or the own future.
    case context
  }

  /// That event was refused for that reason.
  package init(dot: Dot, reason: Reason) {
    self.dot = dot
    self.reason = reason
  }
}

/// The hub's answer to a push, after its commit.
package struct PushAnswer: Sendable, Equatable {
  /// The head of the city's line as the hub now holds it.
  package let head: LineHead
  /// The last position of the hub's order.
  package let position: UInt64
  /// The positions that the new events got; nil where all were repeats. Positions between may
  /// belong to others. The receipts themselves come with the pull, in order.
  package let positions: ClosedRange<UInt64>?
  /// What was refused.
  package let refused: PushRefusal?

  /// An answer with those statements.
  package init(
    head: LineHead, position: UInt64, positions: ClosedRange<UInt64>?, refused: PushRefusal?
  ) {
    self.head = head
    self.position = position
    self.positions = positions
    self.refused = refused
  }
}

/// What stands behind the question mark of a pull.
package struct PullRequest: Sendable, Equatable {
  /// The run of the hub that answered the hello.
  package let hub: InstanceID
  /// The last position that the city holds.
  package let after: UInt64
  /// How long the hub may wait for news, in seconds.
  package let waitSeconds: Int

  /// A pull with those statements.
  package init(hub: InstanceID, after: UInt64, waitSeconds: Int) {
    precondition((0...SyncLimits.waitSeconds).contains(waitSeconds), "a pull waits within limits")
    self.hub = hub
    self.after = after
    self.waitSeconds = waitSeconds
  }
}

/// What stands behind the question mark of a request for the order with all its events.
package struct OrderRequest: Sendable, Equatable {
  /// The run of the hub that answered the hello.
  package let hub: InstanceID
  /// The last position that the city holds.
  package let after: UInt64

  /// A request with those statements.
  package init(hub: InstanceID, after: UInt64) {
    self.hub = hub
    self.after = after
  }
}

/// What a part of the whole order came to, at a city that takes back its own line.
package struct LinePart: Sendable {
  /// The head of the own line that the log holds now.
  package let head: LineHead
  /// The place that it holds now.
  package let place: Place
  /// The heads that it holds now.
  package let heads: VectorClock
  /// The position after which the next part begins: beyond the place where a part is kept aside.
  package let after: UInt64
  /// Own events that came back.
  package let own: Int
  /// Own events that were written again.
  package let reissued: Int
  /// True if the line has come up to the hub's head.
  package let isComplete: Bool

  /// A part with those consequences.
  package init(
    head: LineHead, place: Place, heads: VectorClock, after: UInt64, own: Int, reissued: Int,
    isComplete: Bool
  ) {
    self.head = head
    self.place = place
    self.heads = heads
    self.after = after
    self.own = own
    self.reissued = reissued
    self.isComplete = isComplete
  }
}

/// The hub's answer to a pull: receipts in the order of their positions, each followed by its
/// event where that is not the city's own.
package struct PullAnswer: Sendable, Equatable {
  /// The last position of the hub's order.
  package let position: UInt64
  /// The hub's tree up to the last receipt of the answer; where there is none, up to where the city
  /// asked from.
  package let tree: TreeHead
  /// The positions of the receipts; nil where there is no news.
  package let positions: ClosedRange<UInt64>?
  /// Receipts and events.
  package let blocks: [TransferText.Block]
}
