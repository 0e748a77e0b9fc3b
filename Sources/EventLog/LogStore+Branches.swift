// The own line comes back from the hub: a lost tail is appended again, and where the line has
// parted since, the hub's branch takes the place of the own tail, which is written again on top.
// Protocols/log.md §5 and sync.md §4.1.
//
// Invariants
// - `staged` follows the order that the log holds, without gaps, and begins with an event of the
//   own line where the log holds another one.
// - Another branch replaces the tail in one transaction: a reader finds the old line or the new.

package import Events
import SQLite

/// How the views follow while the own line is replaced. What is thrown undoes the replacement.
package struct Refolding {
  /// The line was cut behind a fork; the tail wrote these items, and nil is the membership.
  package var withdraw: (_ fork: UInt64, _ items: Set<ItemID?>) throws -> Void
  /// These were stored, in this order; own ones without a receipt were judged.
  package var apply: ([LoggedEvent]) throws -> Void
  /// The verdict on an event that is about to be written again.
  package var judge: (Event) throws -> Verdict

  /// Views that follow in this way.
  package init(
    withdraw: @escaping (UInt64, Set<ItemID?>) throws -> Void,
    apply: @escaping ([LoggedEvent]) throws -> Void, judge: @escaping (Event) throws -> Verdict
  ) {
    self.withdraw = withdraw
    self.apply = apply
    self.judge = judge
  }
}

/// What a part of the hub's order came to, at a city that takes back its own line.
package struct TakenBack: Sendable, Equatable {
  /// The position after which the next part begins.
  package var position: UInt64 = 0
  /// Own events that the log holds now and did not hold before.
  package var own = 0
  /// Events of the own tail that were written again.
  package var reissued = 0
  /// True if the line now has the hub's event at the head that was asked for.
  package var isComplete = false

  /// A part of which that much came.
  package init(
    position: UInt64 = 0, own: Int = 0, reissued: Int = 0, isComplete: Bool = false
  ) {
    self.position = position
    self.own = own
    self.reissued = reissued
    self.isComplete = isComplete
  }
}

extension LogStore {
  /// Rows of the hub's order that are handled at once: a few megabytes.
  private static let stagedRows = 500

  /// Takes the next part of the hub's order, each receipt followed by its event, until `head`, the
  /// hub's last event of the own line.
  ///
  /// Own events that are not held are taken back if their `mac` proves that this site wrote them,
  /// else nothing of the part is stored. From the first on where the log holds another event, the
  /// order is kept aside; when it has come up to `head`, it is stored, and the own tail is written
  /// again on top.
  package func takeBack(
    _ blocks: [TransferText.Block], upTo head: Dot, now: Timestamp, refolding: Refolding
  ) throws(LogError) -> TakenBack {
    precondition(role == .city && head.site == site, "a city takes back its own line")
    try recover()
    let rows = try pairs(blocks)
    var result = TakenBack()
    // Where the order is asked for anew, what was kept aside before says nothing.
    if let end = stagedEnd, rows.first?.receipt.position != end + 1 { stagedEnd = nil }
    let parting = stagedEnd == nil ? try firstParting(in: rows) : 0
    let sound = rows[..<(parting ?? rows.count)]
    if !sound.isEmpty {
      let accepted = try accept(sound.flatMap { [.receipt($0.receipt), .event($0.event)] })
      result.own = accepted.count { $0.event.dot.site == site && $0.provisional == nil }
      do { try refolding.apply(accepted) } catch { throw failed(head, error) }
    }
    var isThere = rows.contains { $0.receipt.dot.site == site && $0.receipt.dot.seq >= head.seq }
    if let parting {
      try stage(rows[parting...])
      if isThere { try replaceTail(now: now, refolding: refolding, &result) }
      isThere = isThere && stagedEnd == nil
    }
    result.position = stagedEnd ?? state.lastPosition
    result.isComplete = isThere
    return result
  }

  private func failed(_ dot: Dot, _ error: any Error) -> LogError {
    if let error = error as? LogError { return error }
    if let error = error as? SQLiteError { return .storage(error) }
    return .judgeFailed(dot, reason: String(describing: error))
  }

  private typealias Row = (receipt: Receipt, event: Event)

  /// Each receipt with its event, own ones checked.
  private func pairs(_ blocks: [TransferText.Block]) throws(LogError) -> [Row] {
    var rows: [Row] = []
    var awaited: Receipt?
    for block in blocks {
      switch block {
      case .receipt(let receipt):
        if let awaited { throw .eventMissing(awaited.dot) }
        awaited = receipt
      case .event(let event):
        guard let receipt = awaited, receipt.dot == event.dot, receipt.id == event.id else {
          throw .receiptMissing(event.dot)
        }
        guard event.dot.site != site || event.isAuthentic(lineKey: lineKey) else {
          throw .forged(event.dot)
        }
        rows.append((receipt, event))
        awaited = nil
      }
    }
    if let awaited { throw .eventMissing(awaited.dot) }
    return rows
  }

  /// The first row of an own event where the log holds another one.
  private func firstParting(in rows: [Row]) throws(LogError) -> Int? {
    for (index, row) in rows.enumerated() where row.event.dot.site == site {
      if let held = try held(row.event.dot, in: Batch(on: state)), held.event.id != row.event.id {
        return index
      }
    }
    return nil
  }

  private func stage(_ rows: ArraySlice<Row>) throws(LogError) {
    let next = (stagedEnd ?? state.lastPosition) + 1
    if let first = rows.first, first.receipt.position != next {
      throw .positionGap(first.receipt.position, next: next)
    }
    do {
      try connection.write {
        if stagedEnd == nil { try connection.execute("DELETE FROM staged") }
        let insert = try connection.statement("INSERT OR REPLACE INTO staged VALUES(?1, ?2, ?3)")
        for row in rows {
          try insert.run(row.receipt.position.clamped, row.receipt.line, row.event.text)
        }
      }
    } catch {
      throw LogError(wrapping: error)
    }
    stagedEnd = rows.last?.receipt.position ?? stagedEnd
  }
}

// MARK: - Replacing the tail

extension LogStore {
  /// One transaction. If the process dies before its commit, the old line is there, and the hub's
  /// order is asked for again.
  private func replaceTail(
    now: Timestamp, refolding: Refolding, _ result: inout TakenBack
  ) throws(LogError) {
    let before = state.heads[site]?.seq ?? 0
    var next = state
    var count = (own: 0, reissued: 0)
    do {
      try connection.write {
        guard
          try connection.integer("SELECT ifnull(max(arrival), 0) FROM events") == state.lastArrival
        else { throw LogError.otherWriter }
        let fork = try forkOfStaged()
        let tail = try removeTail(after: fork)
        next = try LogState(loading: connection)
        try refolding.withdraw(fork, Set(tail.map(\.item)))
        let renewed = try storeStaged(on: &next, refolding)
        count.own = Int(next.clock[site] - fork)
        try reissue(tail, on: &next, fork: fork, renewed: renewed, now: now, refolding)
        count.reissued = tail.count - tail.count { renewed[$0.original.id] != nil }
        next.branches += 1
        try connection.execute("DELETE FROM staged")
        // If the process dies here, the next opening rolls all of it back.
        try faults.beforeCommit?()
      }
      try faults.afterCommit?()
    } catch {
      // The commit may have happened all the same: only the file knows.
      isStateKnown = false
      stagedEnd = nil
      throw failed(Dot(site, before), error)
    }
    state = next
    stagedEnd = nil
    result.own += count.own
    result.reissued = count.reissued
  }

  /// The last number that the own line and the hub's branch share.
  private func forkOfStaged() throws -> UInt64 {
    let query = try connection.statement("SELECT line FROM staged ORDER BY position LIMIT 1")
    guard let line = try query.first(row: { $0.blob(0) }) else {
      throw LogError.damaged(nil, reason: "nothing was kept aside")
    }
    return try Receipt.stored(line).dot.seq - 1
  }

  /// Takes the own events after a number off the line. The arrivals behind them close up.
  private func removeTail(after fork: UInt64) throws -> [Event] {
    let line = state.numbers[site] ?? 0
    var tail: [Event] = []
    var first: Int?
    let query = try connection.statement(
      "SELECT arrival, id, text, position FROM events WHERE line = ?1 AND seq > ?2 ORDER BY seq")
    try query.query(line, fork.clamped) { row in
      guard row.isNull(3), let id = Digest(bytes: row.blob(1)) else {
        throw LogError.damaged(nil, reason: "a receipt beyond the fork of the line")
      }
      first = first ?? row.int(0)
      tail.append(try Event.stored(row.blob(2), id: id, dot: nil))
    }
    try connection.statement("DELETE FROM events WHERE line = ?1 AND seq > ?2")
      .run(line, fork.clamped)
    if let first { try closeUp(from: first) }
    return tail
  }

  private func closeUp(from first: Int) throws {
    var became: [Int: Int] = [:]
    var old: [Int] = []
    try connection.statement("SELECT arrival FROM events WHERE arrival >= ?1 ORDER BY arrival")
      .query(first) { old.append($0.int(0)) }
    let event = try connection.statement("UPDATE events SET arrival = ?1 WHERE arrival = ?2")
    for (index, arrival) in old.enumerated() {
      became[arrival] = first + index
      try event.run(first + index, arrival)
    }
    var stamps: [(position: Int, arrival: Int)] = []
    try connection.statement("SELECT position, arrival FROM receipts WHERE arrival >= ?1")
      .query(first) { stamps.append(($0.int(0), $0.int(1))) }
    let receipt = try connection.statement("UPDATE receipts SET arrival = ?1 WHERE position = ?2")
    for stamp in stamps { try receipt.run(became[stamp.arrival] ?? 0, stamp.position) }
    var witnesses: [Int] = []
    try connection.statement("SELECT arrival FROM witnesses WHERE arrival >= ?1 ORDER BY arrival")
      .query(first) { witnesses.append($0.int(0)) }
    let move = try connection.statement("UPDATE witnesses SET arrival = ?1 WHERE arrival = ?2")
    let drop = try connection.statement("DELETE FROM witnesses WHERE arrival = ?1")
    for arrival in witnesses {
      if let new = became[arrival] { try move.run(new, arrival) } else { try drop.run(arrival) }
    }
  }

  /// Stores what was kept aside. Gives the own events of it by the original that they are or name.
  private func storeStaged(
    on next: inout LogState, _ refolding: Refolding
  ) throws -> [Digest: UInt64] {
    var renewed: [Digest: UInt64] = [:]
    var after = 0
    while true {
      var rows: [(line: [UInt8], text: [UInt8])] = []
      try connection.statement(
        "SELECT position, line, text FROM staged WHERE position > ?1 ORDER BY position LIMIT ?2"
      ).query(after, Self.stagedRows) { row in
        after = row.int(0)
        rows.append((row.blob(1), row.blob(2)))
      }
      if rows.isEmpty { return renewed }
      var batch = Batch(on: next)
      var stored: [LoggedEvent] = []
      for row in rows {
        let receipt = try Receipt.stored(row.line)
        let event = try Event.stored(row.text, id: receipt.id, dot: receipt.dot)
        if let logged = try admit(receipt, with: event, to: &batch) { stored.append(logged) }
        guard event.dot.site == site else { continue }
        renewed[event.id] = event.dot.seq
        renewed[event.original.id] = event.dot.seq
      }
      try insert(batch)
      next = batch.state
      try refolding.apply(stored)
    }
  }

  /// Writes the tail again, but for what stands on the other branch already, and keeps what it was.
  private func reissue(
    _ tail: [Event], on next: inout LogState, fork: UInt64, renewed: [Digest: UInt64],
    now: Timestamp, _ refolding: Refolding
  ) throws {
    var numbers = Renumbering(of: site, fork: fork)
    let branch = try connection.integer("SELECT ifnull(max(number), 0) + 1 FROM branches")
    let keep = try connection.statement("INSERT INTO branches VALUES(?1, ?2, ?3, ?4, ?5)")
    var rest = tail[...]
    while !rest.isEmpty {
      var batch = Batch(on: next)
      for event in rest.prefix(Self.stagedRows) {
        let seq: UInt64
        if let held = renewed[event.original.id] {
          seq = held
        } else {
          let again = try self.again(event, on: batch.state, numbers, now: now)
          try batch.state.admit(again)
          let verdict = try ask(refolding.judge, about: again)
          batch.add(LoggedEvent(event: again, receipt: nil, provisional: verdict))
          seq = again.dot.seq
        }
        numbers.add(event.dot.seq, became: seq)
        let item = event.item?.description
        try keep.run(branch, event.dot.seq.clamped, item, seq.clamped, event.text)
      }
      rest = rest.dropFirst(Self.stagedRows)
      try insert(batch)
      next = batch.state
      try refolding.apply(batch.events.map(\.logged))
    }
  }

  private func again(
    _ event: Event, on state: LogState, _ numbers: Renumbering, now: Timestamp
  ) throws(LogError) -> Event {
    let place = state.next(on: site)
    do throws(EventError) {
      return try event.reissued(
        at: Dot(site, place.seq), time: max(now, state.heads[site]?.at ?? now), prev: place.prev,
        context: event.context.remapped(by: numbers), lineKey: lineKey)
    } catch {
      throw .notReissued(event.dot, error)
    }
  }
}

// MARK: - Contexts of before

extension LogStore {
  /// The draft in the numbers of the own line as it is now.
  func ofNow(_ draft: EventDraft) throws(LogError) -> EventDraft {
    guard let number = draft.branches, number < state.branches else { return draft }
    var draft = draft
    do {
      for branch in try Renumbering.read(connection, of: site, since: number) {
        draft.context = draft.context.remapped(by: branch.numbers)
      }
    } catch {
      throw LogError(wrapping: error)
    }
    draft.branches = nil
    return draft
  }
}

extension Renumbering {
  /// Where the events of each branch after that number stand now, the oldest branch first.
  static func read(
    _ connection: Connection, of site: SiteID, since number: UInt64
  ) throws(SQLiteError) -> [(number: UInt64, numbers: Renumbering)] {
    var result: [(number: UInt64, numbers: Renumbering)] = []
    let query = try connection.statement(
      "SELECT number, seq, became FROM branches WHERE number > ?1 ORDER BY number, seq")
    for row in try query.all(number.clamped, row: { row in (0..<3).map { UInt64(row.int($0)) } }) {
      if result.last?.number != row[0] {
        result.append((row[0], Renumbering(of: site, fork: row[1] - 1)))
      }
      result[result.count - 1].numbers.add(row[1], became: row[2])
    }
    return result
  }
}

// MARK: - Evidence

extension LogStore {
  /// So many headers of refused branches are kept: evidence needs one, and a hostile site sends
  /// any number.
  private static let keptHeaders = 10_000

  /// Keeps the headers of events that were refused because others stand at their places.
  func keepHeaders(of events: ArraySlice<Event>) throws(LogError) {
    do {
      try connection.write {
        var room = Self.keptHeaders - (try connection.integer("SELECT count(*) FROM refused"))
        let keep = try connection.statement("INSERT OR IGNORE INTO refused VALUES(?1, ?2, ?3, ?4)")
        for event in events where room > 0 {
          try keep.run(
            event.id.bytes, event.dot.site.description, event.dot.seq.clamped, Array(event.header))
          room -= 1
        }
      }
    } catch {
      throw LogError(wrapping: error)
    }
  }
}
