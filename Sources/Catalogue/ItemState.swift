// One item as far as its events have been folded: a register per field. Protocols/merge.md §2.

package import Events

/// What an item is; fixed by the type of its creation.
package enum ItemKind: String, Sendable, CaseIterable {
  case project
  case news
  case date
}

/// The folded state of one item, or of the region's membership, which has no id.
///
/// - `registers` ascend by field name, each with at least one survivor.
/// - `watermark` covers the dot of every survivor and none that is parked.
/// - `parked` and `pendingVoids` ascend and have no dot twice.
/// - Unless `isDirty`, `term` is the sum of the digests of all survivors.
package struct ItemState: Sendable {
  /// The address; nil for the membership.
  package let id: ItemID?
  /// The site that moderates the region.
  package let kreis: SiteID
  /// What it is; nil until its creation has been applied, and for the membership.
  package internal(set) var kind: ItemKind?
  /// When its author created it, by the author's clock; nil until then, and for the membership.
  package internal(set) var created: Timestamp?
  /// The fields ever written, ascending by name.
  package internal(set) var registers: [Register] = []
  /// Per line the highest applied event of the item. Lines come complete and in order, so an event
  /// that it covers is a duplicate.
  package internal(set) var watermark = VectorClock()
  /// Events that wait for a newer version; they hold back what follows on their lines.
  package internal(set) var parked: [Dot] = []
  /// Own events that were judged to be void, not by the hub yet: nobody has them on a screen.
  package internal(set) var pendingVoids: [Dot] = []
  /// The item's part of the state digest, as of the last `settleTerm`.
  var term = Digest.zero
  /// True if `term` is behind the registers.
  var isDirty = false

  /// An item of which nothing is known yet.
  package init(id: ItemID?, kreis: SiteID) {
    self.id = id
    self.kreis = kreis
  }

  /// True if its creation has been applied.
  package var exists: Bool { kind != nil }

  /// The survivors of a field, ascending by dot; empty where it was never written.
  package func survivors(_ field: String) -> [Survivor] {
    index(of: field).map { registers[$0].survivors } ?? []
  }

  /// What somebody who is shown the item now has on the screen.
  package var screen: Context {
    guard !pendingVoids.isEmpty else { return Context(seen: watermark, dots: []) }
    // The hub may yet apply what was void here. The prefix ends before it, and what is shown beyond
    // is named dot by dot.
    var prefix = VectorClock()
    for entry in watermark.entries {
      let hole = pendingVoids.first { $0.site == entry.site }
      prefix.include(Dot(entry.site, min(entry.seq, hole.map { $0.seq - 1 } ?? entry.seq)))
    }
    return Context(seen: prefix, dots: registers.flatMap { $0.survivors.map(\.dot) })
  }

  // MARK: - Fold

  /// Folds one event in as its verdict says. A duplicate at most gets its stamp.
  mutating func fold(_ event: Event, verdict: Verdict, stamp: Stamp?) {
    switch verdict {
    case .applied:
      apply(event, stamp: stamp)
    case .parked:
      ItemState.insert(event.dot, into: &parked)
    case .void:
      ItemState.remove(event.dot, from: &parked)
      if stamp == nil {
        ItemState.insert(event.dot, into: &pendingVoids)
      } else {
        ItemState.remove(event.dot, from: &pendingVoids)
      }
    }
  }

  private mutating func apply(_ event: Event, stamp: Stamp?) {
    if watermark.covers(event.dot) {
      if let stamp { self.stamp(event.dot, stamp) }
      return
    }
    watermark.include(event.dot)
    ItemState.remove(event.dot, from: &parked)
    ItemState.remove(event.dot, from: &pendingVoids)
    // Events about no item have no context: each replaces what its own line said before.
    let context =
      event.item == nil
      ? Context(seen: VectorClock([Dot(event.dot.site, event.dot.seq - 1)]), dots: [])
      : event.context
    let at = event.reissues?.at ?? event.at
    if kind == nil, let name = EventType.creations[event.type] {
      kind = ItemKind(rawValue: name)
      created = at
    }
    for field in event.fields {
      let survivor = Survivor(
        dot: event.dot, lineHash: field.hash, text: event.valueText(of: field).map { Array($0) },
        at: at, stamp: stamp)
      write(survivor, to: field.name, over: context)
    }
    isDirty = true
  }

  private mutating func write(_ survivor: Survivor, to field: String, over context: Context) {
    let place = lowerBound(field)
    if place < registers.count, registers[place].field == field {
      registers[place].write(survivor, over: context)
    } else {
      registers.insert(Register(field: field, survivors: [survivor]), at: place)
    }
  }

  /// Notes the receipt of an event that has been folded in before.
  mutating func stamp(_ dot: Dot, _ stamp: Stamp) {
    ItemState.remove(dot, from: &pendingVoids)
    for index in registers.indices {
      for place in registers[index].survivors.indices
      where registers[index].survivors[place].dot == dot {
        registers[index].survivors[place].stamp = stamp
      }
    }
  }

  /// True if an earlier event of the same line on the item is parked.
  func holdsBack(_ dot: Dot) -> Bool {
    parked.contains { $0.site == dot.site && $0.seq < dot.seq }
  }

  // MARK: - Digest

  /// Brings `term`, the item's part of the state digest, up to date and gives it.
  @discardableResult
  package mutating func settleTerm() -> Digest {
    guard isDirty else { return term }
    term = computedTerm
    isDirty = false
    return term
  }

  /// The sum over all survivors of SHA-256(item ‖ 0 ‖ field ‖ 0 ‖ dot ‖ 0 ‖ line hash).
  private var computedTerm: Digest {
    var sum = Digest.zero
    var bytes = Array((id?.description ?? "").utf8) + [0]
    let itemLength = bytes.count
    for register in registers {
      bytes.removeSubrange(itemLength...)
      bytes.append(contentsOf: register.field.utf8)
      bytes.append(0)
      let fieldLength = bytes.count
      for survivor in register.survivors {
        bytes.removeSubrange(fieldLength...)
        bytes.append(contentsOf: survivor.dot.description.utf8)
        bytes.append(0)
        survivor.lineHash.appendBytes(to: &bytes)
        sum = sum &+ SHA256.hash(bytes)
      }
    }
    return sum
  }

  // MARK: - Search

  func index(of field: String) -> Int? {
    let place = lowerBound(field)
    return place < registers.count && registers[place].field == field ? place : nil
  }

  /// Field names are ASCII, so that the order of strings is the order of bytes.
  private func lowerBound(_ field: String) -> Int {
    var low = 0
    var high = registers.count
    while low < high {
      let middle = (low + high) / 2
      if registers[middle].field < field { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private static func insert(_ dot: Dot, into dots: inout [Dot]) {
    let place = dots.firstIndex { $0 >= dot } ?? dots.count
    if place == dots.count || dots[place] != dot { dots.insert(dot, at: place) }
  }

  private static func remove(_ dot: Dot, from dots: inout [Dot]) {
    if !dots.isEmpty { dots.removeAll { $0 == dot } }
  }

  /// Traps if one of the invariants above does not hold.
  package func checkInvariants() {
    for (index, register) in registers.enumerated() {
      precondition(index == 0 || registers[index - 1].field < register.field, "fields ascend")
      precondition(!register.survivors.isEmpty, "a register has a survivor")
      for (place, survivor) in register.survivors.enumerated() {
        precondition(
          place == 0 || register.survivors[place - 1].dot < survivor.dot, "survivors ascend")
        precondition(watermark.covers(survivor.dot), "the watermark covers every survivor")
      }
    }
    for dots in [parked, pendingVoids] {
      precondition(zip(dots, dots.dropFirst()).allSatisfy { $0 < $1 }, "dots ascend")
    }
    precondition(!parked.contains(where: watermark.covers), "what is parked is not applied")
    precondition(isDirty || term == computedTerm, "a settled term is the sum of the survivors")
  }
}
