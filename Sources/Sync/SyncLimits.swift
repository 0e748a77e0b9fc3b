// The limits of sync, each with its reason. Protocols/sync.md §9.

package import Events

/// How much, how often and how long. Both sides keep to the same figures.
package enum SyncLimits {
  /// The protocols that this program speaks.
  package static let protocols: ClosedRange<UInt64> = 1...1
  /// One transaction and one fsync for a batch: 500 events take a few milliseconds, so that no
  /// other city waits longer behind a bulk import.
  package static let batchEvents = 500
  /// What a slow line (1 Mbit/s upwards) carries in nine seconds. One event always goes, however
  /// large: `EventLimits.eventBytes` is no more than this.
  package static let batchBytes = 1024 * 1024
  /// The longest body of a batch: one full event beyond `batchBytes` cannot happen, but its
  /// receipt, the line before the blocks and the empty lines come on top.
  package static let bodyBytes = batchBytes + 4 * 1024
  /// Heads of 400 sites take about 14 KB.
  package static let messageBytes = 32 * 1024
  /// A request line of ours has less than 100 characters behind the question mark.
  package static let queryBytes = 256
  /// Below the 60 s after which common proxies cut a silent answer, and above what an idle radio
  /// link dislikes.
  package static let waitSeconds = 25
  /// A batch over the slowest line, or a hub that is committing for all cities at once.
  package static let answerSeconds = 60
  /// The first pause after a failure: long enough for a restart, short enough to go unseen.
  package static let firstPauseMilliseconds: UInt64 = 200
  /// The longest pause: a hub that comes back, after seconds or days, is found within a second. A
  /// door that stays closed costs a city one attempt in that time.
  package static let longestPauseMilliseconds: UInt64 = 800
  /// A `Retry-After` beyond an hour is taken as an hour, so that a wrong header silences no one.
  package static let longestRetryAfterSeconds = 3_600
  /// While an alarm stands the city asks this often whether an operator has settled it.
  package static let alarmPauseMilliseconds: UInt64 = 300_000
  /// A clock that differs more is flagged; the tie rule of the merge uses the same figure.
  package static let clockToleranceMilliseconds: Int64 = 600_000
  /// A run of a city that says hello so often after another was heard is at work beside it. Two
  /// hellos of a dead process may still be under way: each is given up after a minute, and no
  /// proxy keeps one for three.
  package static let comebacks = 3
  /// Runs of a city that the hub remembers: more than an operator starts in a day of trouble.
  package static let keptInstances = 16
  /// A run of a cloned city that was silent for so long was stopped: each asks every 5 minutes.
  package static let cloneSilenceMilliseconds: UInt64 = 720_000
  /// Two keys of a site may be valid at once, so that a key is rotated without a gap.
  package static let keysPerSite = 2
}

/// When a city says on its own line that it has found the hub's tree as it was told.
/// Protocols/tree.md §6.
package struct WitnessRule: Sendable, Equatable {
  /// So long after the one before. With a line a day nobody can rewrite more than a day unseen by
  /// the other cities, and ten cities write 3,650 events a year.
  package let milliseconds: Int64
  /// So many receipts after the one before, however soon: a bulk import is confirmed in pieces.
  package let receipts: UInt64

  /// The rule that cities keep.
  package static let standard = WitnessRule()

  /// That rule.
  package init(milliseconds: Int64 = 24 * 3_600 * 1_000, receipts: UInt64 = 10_000) {
    self.milliseconds = milliseconds
    self.receipts = receipts
  }

  /// True if a tree is to be confirmed now, given the last one that was, and when.
  package func isDue(size: UInt64, now: Timestamp, last: UInt64, at: Timestamp) -> Bool {
    guard size > last else { return false }
    return size - last >= receipts || now.milliseconds - at.milliseconds >= milliseconds
  }
}

/// A moment on two clocks: decisions are made by the first, the second is for people.
package struct Moment: Sendable, Equatable {
  /// Milliseconds of a clock that never goes back, from any origin.
  package let uptimeMilliseconds: UInt64
  /// The wall clock.
  package let clock: Timestamp

  /// That moment.
  package init(uptimeMilliseconds: UInt64, clock: Timestamp) {
    self.uptimeMilliseconds = uptimeMilliseconds
    self.clock = clock
  }
}

/// The number of one request, given by the side that starts it. An answer that bears a number
/// which is no longer awaited is ignored.
package struct Ticket: Sendable, Hashable, Comparable {
  /// The number.
  package let number: UInt64

  /// The ticket of that number.
  package init(_ number: UInt64) { self.number = number }

  package static func < (a: Ticket, b: Ticket) -> Bool { a.number < b.number }
}
