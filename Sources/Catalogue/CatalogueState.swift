// The catalogue as a pure function of the set of applied events: the door of this module.
// Protocols/merge.md.

package import Events

/// Items and membership, folded from events in any causal order.
///
/// A state may be partial: a caller that keeps the items elsewhere loads those that a batch touches
/// and states the digest of the whole; the digest is then kept by difference.
///
/// - Every item that a fold touched since `takeTouched` is in `touched`, once.
/// - `settled` is the digest of everything but the changes of items that are dirty.
package struct CatalogueState: Sendable {
  /// The site that moderates the region.
  package let kreis: SiteID
  /// Which sites belong to the region.
  package private(set) var membership: Membership
  private var slots: [ItemID: Int] = [:]
  private var states: [ItemState] = []
  private var region: ItemState
  private var touched: [Int] = []
  private var isTouched: [Bool] = []
  private var isRegionTouched = false
  private var settled: Digest

  /// An empty catalogue, or one whose items are yet to be loaded.
  ///
  /// - Parameters:
  ///   - kreis: the site that moderates the region.
  ///   - digest: the digest of the whole state, of which `load` will bring the parts needed.
  package init(kreis: SiteID, digest: Digest = .zero) {
    self.kreis = kreis
    settled = digest
    region = ItemState(id: nil, kreis: kreis)
    membership = Membership(region)
  }

  /// Brings in an item, or the membership, that was folded before and is part of the stated digest.
  /// It must not be there yet, and what was never folded need not be loaded.
  package mutating func load(_ state: ItemState) {
    precondition(state.kreis == kreis && !state.isDirty, "only settled states of one region")
    guard let id = state.id else {
      precondition(region.registers.isEmpty, "the membership is loaded before it is folded")
      region = state
      membership = Membership(region)
      return
    }
    precondition(slots[id] == nil, "an item is loaded once, before it is folded")
    add(state, as: id)
  }

  /// Starts an item over, to be folded anew from its events; the digest loses what it had.
  package mutating func forget(_ item: ItemID) {
    guard let slot = slots[item] else { return }
    states[slot].settleTerm(into: &settled)
    let term = states[slot].term
    states[slot] = ItemState(id: item, kreis: kreis)
    settled = settled &- term
    touch(slot)
  }

  /// Starts the membership over, to be folded anew from its events.
  package mutating func forgetMembership() {
    region.settleTerm(into: &settled)
    settled = settled &- region.term
    region = ItemState(id: nil, kreis: kreis)
    membership = Membership(region)
    isRegionTouched = true
  }

  /// An item; nil if nothing about it was folded or loaded.
  package subscript(item: ItemID) -> ItemState? { slots[item].map { states[$0] } }

  /// True if the item was folded or loaded.
  package func has(_ item: ItemID) -> Bool { slots[item] != nil }

  /// How many items were folded or loaded.
  package var count: Int { states.count }

  /// Lets go of the items that did not change since `takeTouched`: the caller keeps them elsewhere
  /// and loads them again when they are needed. The digest remains that of the whole.
  package mutating func dropSettled() {
    let kept = touched.map { states[$0] }
    slots.removeAll(keepingCapacity: true)
    states = kept
    isTouched = Array(repeating: true, count: kept.count)
    touched = Array(kept.indices)
    for (slot, state) in kept.enumerated() {
      guard let id = state.id else { preconditionFailure("only items are in slots") }
      slots[id] = slot
    }
  }

  /// The folded membership; it may have to be settled.
  package var membershipState: ItemState { region }

  /// The items in the order in which they came; some may have to be settled.
  package var items: [ItemState] { states }

  // MARK: - Fold

  /// Folds an event in as a verdict says: applied, parked, or without effect.
  ///
  /// An event that was folded before at most gets its stamp. One whose verdict has changed from
  /// void to applied or back must not be given again: `forget` the item and fold it anew. The
  /// order must be causal, which receipt order is.
  package mutating func fold(_ event: Event, verdict: Verdict, stamp: Stamp?) {
    if let item = event.item {
      // A void event that the hub has numbered leaves no trace, so none is made for it.
      if case .void = verdict, stamp != nil, slots[item] == nil { return }
      let slot = slots[item] ?? add(ItemState(id: item, kreis: kreis), as: item)
      states[slot].fold(event, verdict: verdict, stamp: stamp)
      touch(slot)
    } else if verdict == .applied, EventType.isMembership(event.type) {
      region.fold(event, verdict: verdict, stamp: stamp)
      membership = Membership(region)
      isRegionTouched = true
    }
  }

  /// Folds in an event that has effect.
  package mutating func apply(_ event: Event, stamp: Stamp?) {
    fold(event, verdict: .applied, stamp: stamp)
  }

  /// Keeps an event for a newer version, with all that follows of its line on the item.
  package mutating func park(_ event: Event) {
    fold(event, verdict: .parked, stamp: nil)
  }

  /// Notes the receipt of an event that was folded in before.
  package mutating func stamp(_ dot: Dot, item: ItemID?, _ stamp: Stamp) {
    if let item {
      guard let slot = slots[item] else { return }
      states[slot].stamp(dot, stamp)
      touch(slot)
    } else {
      region.stamp(dot, stamp)
      isRegionTouched = true
    }
  }

  // MARK: - Digest

  /// The state digest: the same for the same applied events, in whatever order they came.
  /// Reading it costs the hashing of what changed since it was last read.
  package var digest: Digest {
    mutating get {
      for slot in touched { states[slot].settleTerm(into: &settled) }
      region.settleTerm(into: &settled)
      return settled
    }
  }

  /// Items that changed since `takeTouched`.
  package var touchedCount: Int { touched.count }

  /// What was folded since the last call, settled and ready to be stored: also an item that does
  /// not exist, of which only parked or void events are known. The membership, which has no id, is
  /// last.
  package mutating func takeTouched() -> [ItemState] {
    _ = digest
    var result = touched.map { states[$0] }
    if isRegionTouched { result.append(region) }
    for slot in touched { isTouched[slot] = false }
    touched.removeAll()
    isRegionTouched = false
    return result
  }

  @discardableResult
  private mutating func add(_ state: ItemState, as item: ItemID) -> Int {
    slots[item] = states.count
    states.append(state)
    isTouched.append(false)
    return states.count - 1
  }

  private mutating func touch(_ slot: Int) {
    guard !isTouched[slot] else { return }
    isTouched[slot] = true
    touched.append(slot)
  }

  /// Traps if one of the invariants above does not hold.
  package func checkInvariants() {
    precondition(slots.count == states.count && isTouched.count == states.count)
    for (slot, state) in states.enumerated() {
      state.checkInvariants()
      precondition(state.id.flatMap { slots[$0] } == slot, "every item has one slot")
      precondition(isTouched[slot] || !state.isDirty, "a changed item was touched")
    }
    region.checkInvariants()
    precondition(touched.count == isTouched.count { $0 }, "what is touched is listed once")
  }
}

extension ItemState {
  /// Brings `term` up to date, and the sum that holds it.
  fileprivate mutating func settleTerm(into sum: inout Digest) {
    guard isDirty else { return }
    let old = term
    settleTerm()
    sum = sum &- old &+ term
  }
}
