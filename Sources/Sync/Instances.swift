// Which runs of a city the hub has heard, and whether two of them are at work at once.
// Protocols/sync.md §4.2.
//
// Invariants
// - `current` is none of `earlier`, and these are at most `SyncLimits.keptInstances`.
// - Two runs stand in `heard` if and only if the city counts as cloned.

import Events

/// The runs of one city, as its hellos told them. An instance id is made at each start of a process
/// and never stored: that one comes back after another was heard has no other reason than that two
/// processes speak, or that a message of a dead one was long under way.
struct Instances: Sendable {
  private(set) var current: InstanceID?
  /// The clock of its first hello. What a run that ended said before that may come late.
  private var since = Timestamp(milliseconds: 0)
  /// Those before, the latest last, with the times of their hellos since another was heard.
  private var earlier: [(instance: InstanceID, comebacks: [Timestamp])] = []
  /// When each of the runs of a cloned city last said hello.
  private var heard: [InstanceID: UInt64] = [:]

  /// True while more than one run counts as being at work.
  var isCloned: Bool { !heard.isEmpty }

  /// Notes a hello, which states the sender's clock; the same clock twice is the same message.
  mutating func hear(_ instance: InstanceID, clock: Timestamp, at now: Moment) {
    if isCloned {
      heard[instance] = now.uptimeMilliseconds
      settle(now, clock)
      return
    }
    guard let current else {
      self.current = instance
      since = clock
      return
    }
    guard instance != current else { return }
    guard let index = earlier.firstIndex(where: { $0.instance == instance }) else {
      // What was stated before the latest run began comes from one before it.
      let isLatest = clock >= since
      earlier.append((isLatest ? current : instance, []))
      if earlier.count > SyncLimits.keptInstances { earlier.removeFirst() }
      if isLatest {
        self.current = instance
        since = clock
      }
      return
    }
    guard clock > since, !earlier[index].comebacks.contains(clock) else { return }
    earlier[index].comebacks.append(clock)
    guard earlier[index].comebacks.count >= SyncLimits.comebacks else { return }
    heard = [instance: now.uptimeMilliseconds, current: now.uptimeMilliseconds]
  }

  /// Once only one run has been heard for a while, the other was stopped.
  private mutating func settle(_ now: Moment, _ clock: Timestamp) {
    let silent = heard.filter { entry in
      entry.value + SyncLimits.cloneSilenceMilliseconds <= now.uptimeMilliseconds
    }
    guard heard.count - silent.count == 1 else { return }
    current = heard.first { silent[$0.key] == nil }?.key
    since = clock
    earlier = silent.keys.sorted { $0.description < $1.description }.map { ($0, []) }
    heard = [:]
  }
}
