// What has been seen: vector clocks, and contexts with exceptions. Protocols/vector-clock.md.

/// How two vector clocks relate.
package enum ClockOrder: Sendable, Equatable {
  /// Everything that the first covers the second covers, and more.
  case before
  /// Everything that the second covers the first covers, and more.
  case after
  /// Both cover the same.
  case equal
  /// Each covers something that the other does not.
  case concurrent
}

/// A prefix of each line: site → highest `seq`. On a replica it is the heads (strictly a version
/// vector), on an event, with its exceptions, the context. Sorted by site, never a zero entry.
package struct VectorClock: Sendable, Hashable {
  /// The entries, ascending by site, every `seq` at least 1.
  package private(set) var entries: [Dot] = []

  /// The clock that covers nothing.
  package init() {}

  /// The smallest clock that covers every one of `dots`.
  package init(_ dots: some Sequence<Dot>) {
    for dot in dots { include(dot) }
  }

  /// Takes entries that are already ascending by site and above zero.
  init(sorted entries: [Dot]) { self.entries = entries }

  /// True if the clock covers nothing.
  package var isEmpty: Bool { entries.isEmpty }

  /// The highest covered `seq` of a site; 0 where none is.
  package subscript(site: SiteID) -> UInt64 {
    let index = lowerBound(site)
    return index < entries.count && entries[index].site == site ? entries[index].seq : 0
  }

  /// True if the event at `dot` is within the prefix of its line.
  package func covers(_ dot: Dot) -> Bool { dot.seq <= self[dot.site] }

  /// Extends the prefix of the dot's line up to the dot.
  package mutating func include(_ dot: Dot) {
    guard dot.seq > 0 else { return }
    let index = lowerBound(dot.site)
    if index < entries.count, entries[index].site == dot.site {
      if entries[index].seq < dot.seq { entries[index] = dot }
    } else {
      entries.insert(dot, at: index)
    }
  }

  /// Covers from now on what `other` covers too: the least upper bound.
  package mutating func merge(_ other: VectorClock) {
    for dot in other.entries { include(dot) }
  }

  /// True if every prefix of `other` is within this clock's.
  package func covers(_ other: VectorClock) -> Bool { other.entries.allSatisfy(covers) }

  /// The relation of this clock to `other`.
  package func compare(_ other: VectorClock) -> ClockOrder {
    switch (covers(other), other.covers(self)) {
    case (true, true): .equal
    case (true, false): .after
    case (false, true): .before
    case (false, false): .concurrent
    }
  }

  private func lowerBound(_ site: SiteID) -> Int {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].site < site { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// Events of one line that follow each other: `first ... last`, both included.
package struct DotRange: Sendable, Hashable {
  /// The line.
  package let site: SiteID
  /// The first `seq`.
  package let first: UInt64
  /// The last `seq`, not below the first.
  package let last: UInt64

  /// The dots `first ... last` of a line. A last below the first is a broken promise of the caller.
  package init(_ site: SiteID, _ first: UInt64, _ last: UInt64) {
    precondition(first >= 1 && first <= last, "a range of dots runs upwards from 1")
    self.site = site
    self.first = first
    self.last = last
  }
}

/// What an editor had on the screen of one item when an edit began: a prefix per site (`seen`) and
/// single dots or ranges beyond it (`also`).
package struct Context: Sendable, Hashable {
  /// The prefix of each line that touched the item.
  package let seen: VectorClock
  /// Beyond the prefixes: ascending, apart from each other and from the prefix by at least one dot.
  package let also: [DotRange]

  /// A context beyond this many exceptions leaves the rest out: it then claims less than was seen,
  /// which keeps a value too many and loses none.
  package static let maximumExceptions = 32

  /// Nothing was seen: the context of a creation.
  package static let empty = Context(seen: VectorClock(), also: [])

  /// Takes parts that are already canonical.
  init(seen: VectorClock, also: [DotRange]) {
    self.seen = seen
    self.also = also
  }

  /// The context that covers `seen` and `dots`. Dots that continue a prefix extend it, the others
  /// become exceptions, the lowest first; those over the limit are left out.
  package init(seen prefix: VectorClock, dots: some Sequence<Dot>) {
    var seen = prefix
    var ranges: [DotRange] = []
    for dot in dots.sorted() where !seen.covers(dot) {
      if seen[dot.site] + 1 == dot.seq {
        seen.include(dot)
      } else if let last = ranges.last, last.site == dot.site, dot.seq <= last.last + 1 {
        ranges[ranges.count - 1] = DotRange(dot.site, last.first, max(last.last, dot.seq))
      } else {
        ranges.append(DotRange(dot.site, dot.seq, dot.seq))
      }
    }
    self.seen = seen
    also = Array(ranges.prefix(Context.maximumExceptions))
  }

  /// True if nothing was seen.
  package var isEmpty: Bool { seen.isEmpty && also.isEmpty }

  /// True if the event at `dot` was on the screen.
  package func contains(_ dot: Dot) -> Bool {
    if seen.covers(dot) { return true }
    for range in also where range.site == dot.site {
      if range.first <= dot.seq && dot.seq <= range.last { return true }
    }
    return false
  }

  /// The highest dot of each line that the context names: what must be held before the event.
  package var requires: VectorClock {
    var clock = seen
    for range in also { clock.include(Dot(range.site, range.last)) }
    return clock
  }
}
