// Events on their way into the views: folded in memory at once, written later, many at a time.
// Protocols/views.md §1.
//
// Invariants
// - An item in `state` is as of the last event that was folded; one that is not there is as the
//   file holds it, or is `absent` from it.
// - What was taken and is not written yet stays in `state`.

package import Catalogue
package import EventLog
package import Events
import SQLite

/// What the file of the views is to hold next: items, and the place in the log they stand for.
package struct ViewBatch: Sendable {
  /// The items that changed, each once.
  let items: [ItemState]
  /// The folded membership.
  let region: ItemState
  /// The last receipt that is folded in.
  package let position: UInt64
  /// The last event of a city's own line that is folded in.
  package let ownSeq: UInt64
  /// How often the own line had been replaced.
  package let branches: UInt64
  /// The digest of the whole state.
  package let digest: Digest
}

/// Folds logged events, ahead of the file of the views. Nothing is stored before `take` and
/// `ViewWriter.write`; to let go of a fold undoes what was not written. Not `Sendable`: it and the
/// writer may each have a queue of their own, if one batch is written before the next is taken.
package final class Fold {
  /// The last receipt that is folded in.
  package private(set) var position: UInt64
  /// The last event of a city's own line that is folded in, with or without a receipt.
  package private(set) var ownSeq: UInt64
  /// How often the own line had been replaced when these events were logged.
  package private(set) var branches: UInt64
  private let writer: ViewWriter
  private let file: StoredStates
  private var state: CatalogueState
  private var region: ItemState
  private var absent: Set<ItemID> = []
  /// The stamps with which events were judged that are not logged yet, in their order.
  private var judged: [Stamp?] = []
  private var hasNews = false

  /// Items that are kept when nothing is to be written: those that editors work on are folded
  /// again soon. Some 2 KB each.
  private static let keptItems = 10_000

  init(_ writer: ViewWriter) throws(ViewError) {
    self.writer = writer
    file = try StoredStates(path: writer.path)
    let meta = try file.meta()
    region = meta.region
    position = meta.position
    ownSeq = meta.ownSeq
    branches = meta.branches
    state = CatalogueState(kreis: writer.kreis, digest: meta.digest)
    state.load(region)
  }

  /// The sites of the region as of the last event.
  package var membership: Membership { state.membership }

  /// Items that changed and were not taken yet.
  package var waiting: Int { state.touchedCount }

  // MARK: - Folding

  /// The verdict on an event that is about to be logged. The event is folded in at once, so that
  /// the next of the batch is judged on the state after it; `apply` of the logged event then adds
  /// its receipt.
  ///
  /// - Parameter received: the hub tells the time of the receipt that it is about to give.
  package func judge(_ event: Event, received: Timestamp? = nil) throws(ViewError) -> Verdict {
    try load(event.item)
    let verdict = state.verdict(of: event)
    let next = position + UInt64(judged.count) + 1
    let stamp = received.map { Stamp(position: next, received: $0) }
    state.fold(event, verdict: verdict, stamp: stamp)
    judged.append(stamp)
    return verdict
  }

  /// Folds a batch in. If it was judged, then all of it and in that order.
  package func apply(_ logged: [LoggedEvent]) throws(ViewError) {
    let stamps = judged
    judged.removeAll(keepingCapacity: true)
    if stamps.isEmpty {
      for event in logged { try apply(event) }
      return
    }
    precondition(logged.count == stamps.count, "what is judged is logged, or the fold is let go")
    for (event, stamp) in zip(logged, stamps) {
      // The receipt mostly says what was foreseen; its time is later after a clock ran back.
      if let receipt = event.receipt, Stamp(receipt) == stamp {
        position = receipt.position
        hasNews = true
      } else {
        try apply(event)
      }
    }
  }

  /// Folds an event in as its verdict says. Events come in the order of their receipts; own events
  /// without one in the order of the line. What is folded in already is passed over.
  package func apply(_ logged: LoggedEvent) throws(ViewError) {
    let event = logged.event
    if let receipt = logged.receipt {
      guard receipt.position > position else { return }
      position = receipt.position
      judged.removeAll(keepingCapacity: true)
    } else {
      guard event.dot.seq > ownSeq else { return }
    }
    hasNews = true
    let wasFolded = logged.provisional != nil && event.dot.seq <= ownSeq
    if logged.provisional != nil { ownSeq = max(ownSeq, event.dot.seq) }
    try load(event.item)
    if wasFolded, let item = event.item, logged.provisional != logged.verdict {
      try foldAnew(item)
    } else {
      state.fold(event, verdict: logged.verdict, stamp: logged.receipt.map { Stamp($0) })
    }
  }

  private func load(_ item: ItemID?) throws(ViewError) {
    guard let item, !state.has(item), !absent.contains(item) else { return }
    if let stored = try file.state(of: item) {
      state.load(stored)
    } else {
      absent.insert(item)
    }
  }

  /// The hub saw an own event otherwise than this node did when it wrote it: the item starts over
  /// with what is known at this position.
  private func foldAnew(_ item: ItemID) throws(ViewError) {
    state.forget(item)
    for logged in try writer.events(of: item) { foldAgain(logged) }
  }

  /// Folds an event in as far as it is known at this position.
  private func foldAgain(_ logged: LoggedEvent) {
    if let receipt = logged.receipt, receipt.position <= position {
      state.fold(logged.event, verdict: receipt.verdict, stamp: Stamp(receipt))
    } else if let provisional = logged.provisional, logged.event.dot.seq <= ownSeq {
      state.fold(logged.event, verdict: provisional, stamp: nil)
    }
  }

  /// The own line was cut behind a fork: what its tail wrote starts over with what is left. The
  /// new branch is folded in next.
  ///
  /// - Parameter membership: all events of no item, if the tail held one.
  package func withdraw(
    _ branched: Branched, membership: [LoggedEvent]
  ) throws(ViewError) {
    branches = branched.number
    ownSeq = min(ownSeq, branched.fork)
    judged.removeAll(keepingCapacity: true)
    hasNews = true
    for item in branched.items {
      if let item {
        try load(item)
        try foldAnew(item)
      } else {
        state.forgetMembership()
        for logged in membership { foldAgain(logged) }
      }
    }
  }

  // MARK: - Writing

  /// What was folded since it was last taken; nil if nothing.
  package func take() -> ViewBatch? {
    guard hasNews || waiting > 0 else { return nil }
    hasNews = false
    let digest = state.digest
    var items = state.takeTouched()
    if let last = items.last, last.id == nil {
      region = last
      items.removeLast()
    }
    return ViewBatch(
      items: items, region: region, position: position, ownSeq: ownSeq, branches: branches,
      digest: digest)
  }

  /// The batch that was taken last is in the file: its items need not be kept.
  package func written() {
    guard state.count + absent.count > Fold.keptItems else { return }
    state.dropSettled()
    absent.removeAll()
  }

  /// Takes what was folded and writes it. Gives the items that changed.
  package func commit() throws(ViewError) -> [ItemID] {
    guard let batch = take() else { return [] }
    try writer.write(batch)
    written()
    return batch.items.compactMap(\.id)
  }

  /// Closes the connection by which items are loaded.
  package func close() { file.close() }
}
