// The tail of a line written again on top of another branch: new numbers, contexts that name them,
// and the events themselves. Protocols/sync.md §4.1.
//
// Invariants
// - Runs ascend by their old numbers and do not overlap; none begins at or below the fork.

/// Where the events of a line beyond its fork stand now.
package struct Renumbering: Sendable, Equatable {
  /// The line.
  package let site: SiteID
  /// The last number that both branches share; 0 where they share none.
  package let fork: UInt64
  private var runs: [Run] = []

  /// Old numbers that follow each other and whose new ones do so, too.
  private struct Run: Sendable, Equatable {
    let first: UInt64
    var last: UInt64
    let became: UInt64

    /// The new numbers of those old ones that lie between both ends, both included.
    func part(from low: UInt64, to high: UInt64) -> (first: UInt64, last: UInt64)? {
      let (from, to) = (max(low, first), min(high, last))
      return from <= to ? (became + (from - first), became + (to - first)) : nil
    }
  }

  /// Nothing beyond the fork has been written again yet.
  package init(of site: SiteID, fork: UInt64) {
    self.site = site
    self.fork = fork
  }

  /// Adds the next number of the tail; they come in ascending order.
  package mutating func add(_ old: UInt64, became new: UInt64) {
    precondition(old > (runs.last?.last ?? fork), "a tail is numbered upwards from its fork")
    if let last = runs.last, last.last + 1 == old, last.became + (old - last.first) == new {
      runs[runs.count - 1].last = old
    } else {
      runs.append(Run(first: old, last: old, became: new))
    }
  }

  /// The new number of an old one; nil if it has none.
  package subscript(old: UInt64) -> UInt64? {
    for run in runs { if let part = run.part(from: old, to: old) { return part.first } }
    return nil
  }

  /// The new numbers of old ones that lie between both ends.
  fileprivate func ranges(from low: UInt64, to high: UInt64) -> [DotRange] {
    runs.compactMap { run in
      run.part(from: low, to: high).map { DotRange(site, $0.first, $0.last) }
    }
  }
}

extension Context {
  /// The same screen in the numbers after a line was cut at its fork and its tail written again.
  ///
  /// The prefix of the line ends at the fork: what the other branch holds was not on the screen.
  /// Dots of the tail become their new ones. A dot without a new one is left out, and so are
  /// ranges beyond the limit: the context then claims less than was seen.
  package func remapped(by new: Renumbering) -> Context {
    var prefix = VectorClock()
    var ranges: [DotRange] = []
    for dot in seen.entries {
      let isOwn = dot.site == new.site
      prefix.include(isOwn ? Dot(dot.site, min(dot.seq, new.fork)) : dot)
      if isOwn, dot.seq > new.fork { ranges += new.ranges(from: new.fork + 1, to: dot.seq) }
    }
    for range in also {
      guard range.site == new.site else {
        ranges.append(range)
        continue
      }
      if range.first <= new.fork {
        ranges.append(DotRange(range.site, range.first, min(range.last, new.fork)))
      }
      if range.last > new.fork {
        ranges += new.ranges(from: max(range.first, new.fork + 1), to: range.last)
      }
    }
    return Context(seen: prefix, ranges: ranges)
  }

  /// The context that covers a prefix and ranges, in its shortest form.
  private init(seen prefix: VectorClock, ranges: [DotRange]) {
    var seen = prefix
    var also: [DotRange] = []
    for range in ranges.sorted(by: { ($0.site, $0.first) < ($1.site, $1.first) })
    where range.last > seen[range.site] {
      let first = max(range.first, seen[range.site] + 1)
      if let last = also.last, last.site == range.site, first <= last.last + 1 {
        also[also.count - 1] = DotRange(range.site, last.first, max(last.last, range.last))
      } else if first == seen[range.site] + 1 {
        seen.include(Dot(range.site, range.last))
      } else {
        also.append(DotRange(range.site, first, range.last))
      }
    }
    self.init(seen: seen, also: Array(also.prefix(Context.maximumExceptions)))
  }
}

extension Event {
  /// What a re-issue of this event names: the event that an editor wrote first.
  package var original: Original { reissues ?? Original(id: id, at: at) }

  /// This event written again: another place and context, the same field lines byte for byte.
  ///
  /// - Parameters:
  ///   - dot: the next place on its line.
  ///   - time: the author's clock.
  ///   - prev: the id of the event before on the line.
  ///   - context: its context in the numbers of the line as it is now.
  ///   - lineKey: the secret of the line.
  /// - Throws: `EventError` if the new header breaks a limit, or the event is of a later version.
  package func reissued(
    at dot: Dot, time: Timestamp, prev: Digest, context: Context, lineKey: [UInt8]
  ) throws(EventError) -> Event {
    // What the members of a later version mean is not known: they cannot be written again.
    guard version == Event.version else { throw EventError(.member, line: 1, offset: 0) }
    let draft = EventDraft(
      type: type, item: item, context: context, by: by, released: released, reissues: original,
      writes: [])
    let header = draft.header(
      at: dot, time: time, prev: prev, commitment: commitment, lineKey: lineKey)
    // The header line's newline stands between it and the field lines.
    return try Event(scanning: header + text[(headerLength + 1)...])
  }
}
