// What the pages show of sync at a glance. Protocols/sync.md §8. Codes; the pages have the words.

package import Events

/// How a city stands to the hub, as the city sees it.
package struct SyncStatus: Sendable, Equatable {
  /// Where the session is.
  package let phase: CitySession.Phase
  /// Own events that the hub has not acknowledged.
  package let waitingEvents: UInt64
  /// Positions of the hub's order that the city does not hold yet, as far as it knows.
  package let missingPositions: UInt64
  /// When both last held the same: all own events acknowledged, all receipts stored.
  package let lastAgreement: Timestamp?
  /// When the hub last answered.
  package let lastContact: Timestamp?
  /// The last failure; nil since the last success.
  package let lastFailure: SyncFailure?
  /// What a person must look at.
  package let alarm: SyncAlarm?
  /// The hub's clock less the city's at the last hello, in milliseconds.
  package let hubClockDifferenceMilliseconds: Int64?
  /// What came back of the own line in this run; nil if nothing had to.
  package let restored: RestoredLine?

  /// True if the last request was answered and nothing stands in the way.
  package var isOnline: Bool { phase == .online && (alarm == nil || alarm == .cloned) }

  /// True if the clocks differ beyond the tolerance.
  package var clockIsOff: Bool {
    (hubClockDifferenceMilliseconds?.magnitude ?? 0)
      > UInt64(SyncLimits.clockToleranceMilliseconds)
  }
}

/// A city that was restored from a backup holds its own line again.
package struct RestoredLine: Sendable, Equatable {
  /// Own events that came back from the hub.
  package let own: Int
  /// Events that the city had written since, and that it wrote again behind those.
  package let reissued: Int
  /// When the last of them came.
  package let at: Timestamp

  /// That line.
  package init(own: Int, reissued: Int, at: Timestamp) {
    self.own = own
    self.reissued = reissued
    self.at = at
  }
}

/// How a city stands to the hub, as the hub sees it.
package struct CityStatus: Sendable, Equatable {
  /// The city.
  package let site: SiteID
  /// The run of it that last said hello.
  package internal(set) var instance: InstanceID?
  /// When it was last heard.
  package internal(set) var lastContact: Timestamp?
  /// How far it holds the hub's order, by its last hello or pull.
  package internal(set) var position: UInt64 = 0
  /// How far it holds its own line, by its last hello or push.
  package internal(set) var head: UInt64 = 0
  /// When it last asked for what comes after the end of the hub's order.
  package internal(set) var lastAgreement: Timestamp?
  /// The city's clock less the hub's at the last hello, in milliseconds.
  package internal(set) var clockDifferenceMilliseconds: Int64?
  /// What the last hello showed.
  package internal(set) var comparison: Comparison?
  /// True if two processes speak for the site.
  package internal(set) var isCloned = false
  /// Why the last request was refused; nil since the last that was not.
  package internal(set) var lastRefusal: SyncRefusal?
  /// The event that the last push was refused for; nil since the last that went through.
  package internal(set) var refusedEvent: PushRefusal?

  /// Positions that the city does not hold yet.
  package func lag(behind hubPosition: UInt64) -> UInt64 {
    hubPosition > position ? hubPosition - position : 0
  }

  /// True if the clocks differ beyond the tolerance.
  package var clockIsOff: Bool {
    (clockDifferenceMilliseconds?.magnitude ?? 0)
      > UInt64(SyncLimits.clockToleranceMilliseconds)
  }

  init(site: SiteID) { self.site = site }
}
