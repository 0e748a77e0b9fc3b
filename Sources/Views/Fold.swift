// One batch of events on its way into the views. Protocols/views.md §1.
//
// Invariants
// - Only items that the batch touches are in `state`; each was loaded before it was folded.
// - Nothing is written before `commit`.

import Catalogue
package import EventLog
package import Events

/// Folds logged events into the views. Nothing is stored before `commit`; to let go of it undoes
/// everything.
package final class Fold {
  private let writer: ViewWriter
  private var state: CatalogueState
  private var region: ItemState
  private var position: UInt64
  private var ownSeq: UInt64
  private var judged: UInt64 = 0
  private var loaded: [ItemID: ViewWriter.Stored] = [:]
  private var fresh: Set<ItemID> = []
  private var created: [ItemID: Timestamp] = [:]
  private var isOver = false

  init(_ writer: ViewWriter, region: ItemState) {
    self.writer = writer
    self.region = region
    state = CatalogueState(kreis: writer.kreis, digest: writer.digest)
    state.load(region)
    position = writer.position
    ownSeq = writer.ownSeq
  }

  /// The verdict on an event that is about to be logged. The event is folded in at once, so that
  /// the next of the batch is judged on the state after it; `apply` of the logged event then adds
  /// its receipt.
  ///
  /// - Parameter received: the hub tells the time of the receipt that it is about to give.
  package func judge(_ event: Event, received: Timestamp? = nil) throws(ViewError) -> Verdict {
    try load(event.item)
    let verdict = state.verdict(of: event)
    judged += 1
    fold(event, verdict, received.map { Stamp(position: position + judged, received: $0) })
    return verdict
  }

  /// Folds an event in as its verdict says. Events come in the order of their receipts; own events
  /// without one in the order of the line. What is folded in already is passed over.
  package func apply(_ logged: LoggedEvent) throws(ViewError) {
    let event = logged.event
    if let receipt = logged.receipt {
      guard receipt.position > position else { return }
      position = receipt.position
      judged = 0
    } else {
      guard event.dot.seq > ownSeq else { return }
    }
    let wasFolded = logged.provisional != nil && event.dot.seq <= ownSeq
    if logged.provisional != nil { ownSeq = max(ownSeq, event.dot.seq) }
    try load(event.item)
    if wasFolded, let item = event.item, logged.provisional != logged.verdict {
      try foldAnew(item)
    } else {
      fold(event, logged.verdict, logged.receipt.map { Stamp($0) })
    }
  }

  /// Stores the rows and the position in one transaction. Gives the items that changed.
  package func commit() throws(ViewError) -> [ItemID] {
    precondition(!isOver, "a fold is committed once")
    isOver = true
    let digest = state.digest
    var changes: [ViewWriter.Change] = []
    var items: [ItemID] = []
    for item in state.takeTouched() {
      guard let id = item.id else {
        region = item
        continue
      }
      let old = loaded[id]
      changes.append(
        .init(
          old: old, state: item,
          created: created[id] ?? old?.created ?? Timestamp(milliseconds: 0)))
      items.append(id)
    }
    try writer.commit(
      changes, region: region, position: position, ownSeq: ownSeq, digest: digest)
    return items
  }

  private func load(_ item: ItemID?) throws(ViewError) {
    guard let item, loaded[item] == nil, !fresh.contains(item) else { return }
    if let stored = try writer.stored(item) {
      loaded[item] = stored
      state.load(stored.state)
    } else {
      fresh.insert(item)
    }
  }

  private func fold(_ event: Event, _ verdict: Verdict, _ stamp: Stamp?) {
    if let creation = event.creation(verdict) { created[creation.item] = creation.time }
    state.fold(event, verdict: verdict, stamp: stamp)
  }

  /// The hub saw an own event otherwise than this node did when it wrote it: the item starts over
  /// with what is known at this position.
  private func foldAnew(_ item: ItemID) throws(ViewError) {
    state.forget(item)
    created[item] = Timestamp(milliseconds: 0)
    for logged in try writer.events(of: item) {
      if let receipt = logged.receipt, receipt.position <= position {
        fold(logged.event, receipt.verdict, Stamp(receipt))
      } else if let provisional = logged.provisional, logged.event.dot.seq <= ownSeq {
        fold(logged.event, provisional, nil)
      }
    }
  }
}

extension Event {
  /// The item that the event creates under that verdict, and when its author did so.
  package func creation(_ verdict: Verdict) -> (item: ItemID, time: Timestamp)? {
    guard verdict == .applied, let item, EventType.creations[type] != nil else { return nil }
    return (item, reissues?.at ?? at)
  }
}
