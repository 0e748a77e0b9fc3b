// The writer of the log. The whole write path reads top to bottom here: an event is prepared in
// memory, passes the door, is judged, and is stored in one transaction. Protocols/log.md §5.
//
// Invariants
// - `state` is what the file holds, unless `isStateKnown` is false.
// - Positions and arrivals count from 1 without gaps; receipts name events that are held.

package import Events
import SQLite

/// The one writer of a node's log. Not `Sendable`: one serial queue uses it.
///
/// What a call returned is durable. What it threw was not stored, except after a failed commit,
/// which may have happened: the next call reads the ends of the lines again.
package final class LogStore {
  /// The node's own line.
  package let site: SiteID
  /// Whether this node gives receipts or gets them.
  package let role: LogRole
  /// Where a test makes the disk fail.
  package var faults = Faults()

  let lineKey: [UInt8]
  let connection: Connection
  private var random: any RandomNumberGenerator
  var state = LogState()
  var isStateKnown = false
  /// The last position of what waits in `staged`; nil where nothing does.
  var stagedEnd: UInt64?

  /// Failures that a test injects into a commit; each throws a `SQLiteError`.
  package struct Faults {
    /// Runs before the commit: what it throws undoes the transaction.
    package var beforeCommit: (() throws -> Void)?
    /// Runs after the commit: what it throws stands for a commit that failed but happened.
    package var afterCommit: (() throws -> Void)?
  }

  /// Opens the log in `directory`, or makes it (folder 0700, file 0600).
  ///
  /// - Parameters:
  ///   - directory: the node's data folder; its parent must be there.
  ///   - site: the own line. A log stays that of one site.
  ///   - lineKey: the secret of the own line.
  ///   - role: hub or city.
  ///   - busyTimeoutMilliseconds: how long another program's lock is waited for.
  ///   - random: where the salts come from.
  package init(
    directory: String, site: SiteID, lineKey: [UInt8], role: LogRole,
    busyTimeoutMilliseconds: Int = 5_000,
    random: any RandomNumberGenerator = SystemRandom()
  ) throws(LogError) {
    connection = try LogFile.openWriter(
      directory: directory, site: site, busyTimeoutMilliseconds: busyTimeoutMilliseconds)
    self.site = site
    self.lineKey = lineKey
    self.role = role
    self.random = random
    try recover()
  }

  /// Moves the write-ahead log into the file, so that the file alone is a whole copy, and closes
  /// it. Nothing may be called afterwards.
  package func close() {
    // Where a reader is in the way, the next opening finds the write-ahead log as it is.
    _ = try? connection.checkpoint(.truncate)
    connection.close()
  }

  /// What the log holds of each line.
  package var heads: VectorClock { state.clock }
  /// The position of the last receipt; 0 before the first.
  package var position: UInt64 { state.lastPosition }
  /// The tree over all receipts.
  package var treeHead: TreeHead { state.tree.head }
  /// The id of the last event of a line; nil where the line has none.
  package func headID(of site: SiteID) -> Digest? { state.heads[site]?.id }

  /// The start and the way back from a failed commit are the same.
  func recover() throws(LogError) {
    guard !isStateKnown else { return }
    do {
      state = try connection.read { try LogState(loading: connection) }
      isStateKnown = true
    } catch {
      throw LogError(wrapping: error)
    }
  }
}

extension LogStore {
  /// Traps where an invariant does not hold: tests call it after each step.
  package func checkInvariants() throws(LogError) {
    state.checkInvariants()
    guard isStateKnown else { return }
    do {
      let stored = try connection.read { try LogState(loading: connection) }
      precondition(stored == state, "the memory of the writer is not what the file holds")
    } catch {
      throw LogError(wrapping: error)
    }
  }
}

// MARK: - Own events

extension LogStore {
  /// Writes events of the own line: all that can be written, in one transaction and one fsync.
  ///
  /// `at` never runs back on a line. `judge` is asked for each event in order, before anything is
  /// written. A hub gives receipts at once; a city stores the verdict as provisional.
  ///
  /// - Returns: for each draft its event, or why it is none; such a draft fails alone.
  /// - Throws: what stopped all of them.
  package func append(
    _ drafts: [EventDraft], now: Timestamp, judge: (Event) throws -> Verdict
  ) throws(LogError) -> [Result<LoggedEvent, LogError>] {
    try recover()
    // If the process dies before `store`, nothing was written and nobody was answered.
    var batch = Batch(on: state)
    var results: [Result<LoggedEvent, LogError>] = []
    for draft in drafts {
      let event: Event
      do throws(LogError) {
        event = try self.event(from: draft, on: batch.state, now: now)
        try batch.state.admit(event)
      } catch {
        results.append(.failure(error))
        continue
      }
      let verdict = try ask(judge, about: event)
      let logged =
        switch role {
        case .hub:
          LoggedEvent(
            event: event,
            receipt: batch.state.receipt(for: event, verdict: verdict, now: now))
        case .city: LoggedEvent(event: event, receipt: nil, provisional: verdict)
        }
      batch.add(logged)
      results.append(.success(logged))
    }
    try store(batch)
    return results
  }

  private func event(
    from draft: EventDraft, on state: LogState, now: Timestamp
  ) throws(LogError) -> Event {
    let next = state.next(on: site)
    let draft = try ofNow(draft)
    do throws(EventError) {
      return try draft.event(
        at: Dot(site, next.seq), time: max(now, state.heads[site]?.at ?? now), prev: next.prev,
        lineKey: lineKey, using: &random)
    } catch {
      throw .event(error)
    }
  }

  func ask(
    _ judge: (Event) throws -> Verdict, about event: Event
  ) throws(LogError) -> Verdict {
    do {
      return try judge(event)
    } catch {
      throw .judgeFailed(event.dot, reason: String(describing: error))
    }
  }
}

// MARK: - Events of other sites, at the hub

extension LogStore {
  /// Takes what a site pushed, in one transaction, and gives receipts.
  ///
  /// The door lets an event in if its line is admitted and complete up to it, and its whole
  /// context is held. What was held before is answered with its receipt. The first event that the
  /// door refuses ends the batch; those before it are stored.
  ///
  /// - Parameters:
  ///   - events: in the order of their lines, as read with full checks.
  ///   - admitted: the sites whose lines the sender may bring.
  ///   - now: the hub's clock.
  ///   - judge: is asked for each new event in order, before anything is written.
  package func ingest(
    _ events: [Event], admitted: Set<SiteID>, now: Timestamp, judge: (Event) throws -> Verdict
  ) throws(LogError) -> IngestOutcome {
    precondition(role == .hub, "only a hub gives receipts")
    try recover()
    // If the process dies before `store`, nothing was written: the sender repeats the batch.
    var batch = Batch(on: state)
    var outcome = IngestOutcome()
    pushed: for event in events {
      do throws(LogError) {
        guard admitted.contains(event.dot.site) else { throw .notAdmitted(event.dot) }
        if let receipt = try receiptOfHeld(event, in: batch) {
          outcome.duplicates.append(receipt)
          continue
        }
        guard event.dot.site != site else { throw .ownLine(event.dot) }
        try batch.state.admit(event)
      } catch {
        // The file itself failed: no fact about this event.
        switch error {
        case .storage, .damaged: throw error
        default: outcome.refused = IngestOutcome.Refusal(dot: event.dot, error: error)
        }
        break pushed
      }
      let verdict = try ask(judge, about: event)
      let receipt = batch.state.receipt(for: event, verdict: verdict, now: now)
      let logged = LoggedEvent(event: event, receipt: receipt)
      batch.add(logged)
      outcome.accepted.append(logged)
    }
    try store(batch)
    if let refused = outcome.refused, case .fork = refused.error,
      let first = events.firstIndex(where: { $0.dot == refused.dot })
    {
      try keepHeaders(of: events[first...])
    }
    outcome.heads = state.clock
    return outcome
  }

  /// The receipt of an event that is held already, nil if its place on the line is free.
  private func receiptOfHeld(_ event: Event, in batch: Batch) throws(LogError) -> Receipt? {
    guard let held = try held(event.dot, in: batch) else { return nil }
    guard held.event.id == event.id else {
      throw .fork(event.dot, held: held.event.id, offered: event.id)
    }
    guard let receipt = held.receipt else {
      throw .damaged(event.dot, reason: "an event of the hub without a receipt")
    }
    return receipt
  }
}

// MARK: - The hub's order, at a city

extension LogStore {
  /// Takes receipts in the order of their positions without gaps. The event of a receipt follows
  /// it, unless it is held already. One transaction: all or nothing.
  ///
  /// An own event that is not held was lost with the disk: it is taken back if its `mac` proves
  /// that this site wrote it. A hub takes its own order back from a city in the same way. What is
  /// held already, byte for byte, is passed over.
  ///
  /// - Returns: what is new, in the order of the positions.
  package func accept(_ blocks: [TransferText.Block]) throws(LogError) -> [LoggedEvent] {
    try accept(blocks) { _ throws(LogError) in }
  }

  /// As the other `accept`, if the tree is then the one that the hub states. If not, both trees are
  /// kept as evidence, and nothing else is stored.
  package func accept(
    _ blocks: [TransferText.Block], as told: TreeHead, now: Timestamp
  ) throws(LogError) -> [LoggedEvent] {
    try accept(blocks) { held throws(LogError) in
      guard held != told else { return }
      let both = Contradiction(told: told, held: held)
      // Evidence is durable before anybody is told of it.
      try both.keep(in: connection, at: now)
      throw .otherTree(both)
    }
  }

  private func accept(
    _ blocks: [TransferText.Block], check: (TreeHead) throws(LogError) -> Void
  ) throws(LogError) -> [LoggedEvent] {
    try recover()
    // If the process dies before `store`, nothing was written: the next pull brings it again.
    stagedEnd = nil
    var batch = Batch(on: state)
    var accepted: [LoggedEvent] = []
    var index = 0
    while index < blocks.count {
      let receipt: Receipt
      switch blocks[index] {
      case .receipt(let read): receipt = read
      case .event(let event): throw .receiptMissing(event.dot)
      }
      index += 1
      var offered: Event?
      if index < blocks.count, case .event(let event) = blocks[index] {
        guard event.dot == receipt.dot, event.id == receipt.id else {
          throw .receiptMissing(event.dot)
        }
        offered = event
        index += 1
      }
      if let logged = try admit(receipt, with: offered, to: &batch) { accepted.append(logged) }
    }
    try check(batch.state.tree.head)
    try store(batch)
    return accepted
  }

  /// Adds a receipt and, where it is not held, its event; nil if the receipt is held.
  func admit(
    _ receipt: Receipt, with offered: Event?, to batch: inout Batch
  ) throws(LogError) -> LoggedEvent? {
    let next = batch.state.lastPosition + 1
    if receipt.position < next {
      guard try receiptLine(at: receipt.position, in: batch) == receipt.line else {
        throw .receiptDiffers(receipt.position)
      }
      return nil
    }
    guard receipt.position == next else { throw .positionGap(receipt.position, next: next) }
    if let held = try held(receipt.dot, in: batch) {
      guard held.event.id == receipt.id else {
        throw .fork(receipt.dot, held: held.event.id, offered: receipt.id)
      }
      let logged = LoggedEvent(
        event: held.event, receipt: receipt, provisional: held.provisional)
      batch.stamp(receipt, arrival: held.arrival)
      return logged
    }
    guard let event = offered else { throw .eventMissing(receipt.dot) }
    if event.dot.site == site && !event.isAuthentic(lineKey: lineKey) { throw .forged(event.dot) }
    try batch.state.admit(event)
    let logged = LoggedEvent(event: event, receipt: receipt)
    batch.add(logged)
    return logged
  }

  private func receiptLine(at position: UInt64, in batch: Batch) throws(LogError) -> [UInt8]? {
    if let receipt = batch.receipts.first(where: { $0.receipt.position == position }) {
      return receipt.line
    }
    do {
      return try connection.statement("SELECT line FROM receipts WHERE position = ?1")
        .first(position.clamped) { $0.blob(0) }
    } catch {
      throw .storage(error)
    }
  }
}

// MARK: - Held events

extension LogStore {
  /// An event that the log or the batch holds.
  struct Held {
    let arrival: Int
    let event: Event
    let receipt: Receipt?
    let provisional: Verdict?
  }

  func held(_ dot: Dot, in batch: Batch) throws(LogError) -> Held? {
    guard batch.state.clock.covers(dot), let line = batch.state.numbers[dot.site] else {
      return nil
    }
    if let row = batch.events.first(where: { $0.logged.event.dot == dot }) {
      return Held(
        arrival: row.arrival, event: row.logged.event, receipt: row.logged.receipt,
        provisional: row.logged.provisional)
    }
    do {
      let query = try connection.statement(LogReader.SQL.held)
      let row = try query.first(line, dot.seq.clamped) { (StoredRow($0), $0.int(4)) }
      guard let (stored, arrival) = row else {
        throw LogError.damaged(dot, reason: "the event is missing on its line")
      }
      let logged = try stored.logged()
      return Held(
        arrival: arrival, event: logged.event, receipt: logged.receipt,
        provisional: logged.provisional)
    } catch {
      throw LogError(wrapping: error)
    }
  }
}

// MARK: - The transaction

extension LogStore {
  /// Rows that are prepared, and the ends of the log once they are stored.
  struct Batch {
    var state: LogState
    private(set) var lines: [(number: Int, site: SiteID)] = []
    private(set) var events: [(arrival: Int, line: Int, logged: LoggedEvent)] = []
    private(set) var receipts: [Stamp] = []
    /// What is new in the tiles above the leaves.
    private(set) var hashes: [TreeEdge.Full] = []

    /// A receipt to be stored; `isLater` for an event that is a row already.
    struct Stamp {
      let receipt: Receipt
      let line: [UInt8]
      let leaf: Digest
      let arrival: Int
      let isLater: Bool
    }

    init(on state: LogState) { self.state = state }

    /// Adds an event that passed the door, with its receipt.
    mutating func add(_ logged: LoggedEvent) {
      let line = state.number(of: logged.event.dot.site)
      if line.isNew { lines.append((line.number, logged.event.dot.site)) }
      state.lastArrival += 1
      state.advance(to: logged.event)
      events.append((state.lastArrival, line.number, logged))
      if let receipt = logged.receipt {
        stamp(receipt, arrival: state.lastArrival, isLater: false)
      }
    }

    /// Adds a receipt for an event that is held.
    mutating func stamp(_ receipt: Receipt, arrival: Int, isLater: Bool = true) {
      precondition(
        receipt.position == state.lastPosition || receipt.position == state.lastPosition + 1,
        "receipts follow each other")
      state.lastPosition = receipt.position
      state.lastReceived = receipt.received
      let line = receipt.line
      let leaf = Receipt.leaf(of: line)
      state.tree.append(leaf) { hashes.append($0) }
      receipts.append(
        Stamp(receipt: receipt, line: line, leaf: leaf, arrival: arrival, isLater: isLater))
    }
  }

  /// Stores a batch in one transaction. When it returns, the batch is durable.
  private func store(_ batch: Batch) throws(LogError) {
    if batch.events.isEmpty && batch.receipts.isEmpty { return }
    do {
      try connection.write {
        // The lock is held. What was prepared on memory must still be what the file holds.
        guard
          try connection.statement("SELECT ifnull(max(arrival), 0) FROM events")
            .first(row: { $0.int(0) }) == state.lastArrival
        else { throw LogError.otherWriter }
        try insert(batch)
        // If the process dies here, the next opening rolls all of it back.
        try faults.beforeCommit?()
      }
      // The commit wrote the log file's end and synced it. If the process dies here, everything
      // is stored and the caller was not told: drafts are found by their dots, a push or a pull
      // is repeated and finds duplicates.
      try faults.afterCommit?()
      state = batch.state
    } catch {
      // The commit may have happened all the same: only the file knows.
      isStateKnown = false
      throw LogError(wrapping: error)
    }
  }

  func insert(_ batch: Batch) throws(SQLiteError) {
    let line = try connection.statement("INSERT INTO lines VALUES(?1, ?2)")
    for (number, site) in batch.lines { try line.run(number, site.description) }
    // Bound one by one: parameters of many types cost a search for their types in each call.
    let event = try connection.statement(
      """
      INSERT INTO events(arrival, line, seq, item, id, provisional, position, text)
      VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
      """)
    for (arrival, line, logged) in batch.events {
      let item = logged.event.item?.description
      let provisional = logged.provisional?.word
      let position = logged.receipt?.position.clamped
      try event.bind(1, arrival)
      try event.bind(2, line)
      try event.bind(3, logged.event.dot.seq.clamped)
      try item.bind(to: event, at: 4)
      try event.bind(5, logged.event.id.bytes)
      try provisional.bind(to: event, at: 6)
      try position.bind(to: event, at: 7)
      try event.bind(8, logged.event.text)
      try event.run()
    }
    let receipt = try connection.statement(
      "INSERT INTO receipts(position, arrival, leaf, line) VALUES(?1, ?2, ?3, ?4)")
    let position = try connection.statement("UPDATE events SET position = ?1 WHERE arrival = ?2")
    for stamp in batch.receipts {
      try receipt.bind(1, stamp.receipt.position.clamped)
      try receipt.bind(2, stamp.arrival)
      try receipt.bind(3, stamp.leaf.bytes)
      try receipt.bind(4, stamp.line)
      try receipt.run()
      if stamp.isLater { try position.run(stamp.receipt.position.clamped, stamp.arrival) }
    }
    for full in batch.hashes {
      try connection.statement("INSERT INTO tiles VALUES(?1, ?2, ?3)")
        .run(full.level, full.index.clamped, full.hash.bytes)
    }
    for (arrival, line, logged) in batch.events where Witness(logged.event) != nil {
      try connection.statement("INSERT INTO witnesses VALUES(?1, ?2)").run(line, arrival)
    }
  }
}
