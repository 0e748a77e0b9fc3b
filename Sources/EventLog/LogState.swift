// What the writer keeps in memory of the log: the end of every line and of the hub's order.
// Protocols/log.md §5.
//
// Invariants
// - `heads[site]` is the last event of the line; `clock` says the same without ids.
// - `numbers` gives each line that has a head a number of its own, from 1.
// - There are as many arrivals as events on the lines.
// - `tree` is that of the receipts up to `lastPosition`.

import Events
import SQLite

/// The ends of the log. A batch is prepared on a copy; the copy replaces it after the commit.
struct LogState: Sendable, Equatable {
  /// The last event of a line.
  struct Head: Sendable, Equatable {
    let seq: UInt64
    let id: Digest
    let at: Timestamp
  }

  private(set) var heads: [SiteID: Head] = [:]
  private(set) var clock = VectorClock()
  private(set) var numbers: [SiteID: Int] = [:]
  var lastArrival = 0
  var lastPosition: UInt64 = 0
  var lastReceived = Timestamp(milliseconds: 0)
  var tree = TreeEdge()
  /// How often the own line was replaced from a fork on.
  var branches: UInt64 = 0

  init() {}

  /// Reads the ends from the file: a search for each line, whatever the log's size.
  init(loading connection: Connection) throws {
    let line = try connection.statement("SELECT number, site FROM lines ORDER BY number")
    let head = try connection.statement(
      """
      SELECT seq, id, text FROM events WHERE line = ?1 ORDER BY seq DESC LIMIT 1
      """)
    try line.query { row in
      guard let site = SiteID(row.text(1)) else {
        throw LogError.damaged(nil, reason: "a line of no site")
      }
      numbers[site] = row.int(0)
      try head.query(row.int(0)) { row in
        guard let id = Digest(bytes: row.blob(1)) else {
          throw LogError.damaged(Dot(site, UInt64(row.int(0))), reason: "an id of no hash")
        }
        let event = try Event.stored(row.blob(2), id: id, dot: Dot(site, UInt64(row.int(0))))
        advance(to: event)
      }
    }
    lastArrival = try connection.integer("SELECT ifnull(max(arrival), 0) FROM events")
    branches = UInt64(try connection.integer("SELECT ifnull(max(number), 0) FROM branches"))
    let receipt = try connection.statement(
      "SELECT line FROM receipts ORDER BY position DESC LIMIT 1")
    if let line = try receipt.first(row: { $0.blob(0) }) {
      let receipt = try Receipt.stored(line)
      lastPosition = receipt.position
      lastReceived = receipt.received
    }
    tree = try TreeReader(connection: connection).edge(size: lastPosition)
  }

  /// Traps where an invariant does not hold.
  func checkInvariants() {
    precondition(clock == VectorClock(heads.map { Dot($0.key, $0.value.seq) }), "clock and heads")
    precondition(Set(heads.keys) == Set(numbers.keys), "a number for each line")
    precondition(numbers.values.sorted() == Array(1..<numbers.count + 1), "numbers from 1")
    tree.checkInvariants()
    precondition(tree.size == lastPosition, "the tree ends where the order ends")
    precondition(lastArrival == heads.values.reduce(0) { $0 + Int($1.seq) }, "arrivals")
  }

  /// The event becomes the end of its line.
  mutating func advance(to event: Event) {
    heads[event.dot.site] = Head(seq: event.dot.seq, id: event.id, at: event.at)
    clock.include(event.dot)
  }

  /// The number of a line in the file, given now if it has none; `isNew` then says so.
  mutating func number(of site: SiteID) -> (number: Int, isNew: Bool) {
    if let number = numbers[site] { return (number, false) }
    numbers[site] = numbers.count + 1
    return (numbers.count, true)
  }

  /// The next place on a line: its number, and the id of the event before.
  func next(on site: SiteID) -> (seq: UInt64, prev: Digest) {
    guard let head = heads[site] else { return (1, .zero) }
    return (head.seq + 1, head.id)
  }

  /// The door: the line is complete up to the event, and its whole context is held.
  func admit(_ event: Event) throws(LogError) {
    let next = next(on: event.dot.site)
    guard event.dot.seq == next.seq else { throw .gap(event.dot, next: next.seq) }
    guard event.prev == next.prev else { throw .brokenChain(event.dot) }
    for dot in event.context.requires.entries where !clock.covers(dot) {
      if dot.site == event.dot.site { throw .ownFuture(event.dot) }
      throw .contextNotHeld(event.dot, missing: dot)
    }
  }

  /// The hub's next receipt, for `event`. Its time never runs back, so that a moment in the past
  /// is a prefix of the order.
  mutating func receipt(for event: Event, verdict: Verdict, now: Timestamp) -> Receipt {
    lastPosition += 1
    lastReceived = max(lastReceived, now)
    return Receipt(
      position: lastPosition, received: lastReceived, dot: event.dot, id: event.id,
      verdict: verdict)
  }
}

extension Event {
  /// An event as it was stored; a text that is none is damage.
  static func stored(_ text: [UInt8], id: Digest, dot: Dot?) throws(LogError) -> Event {
    do throws(EventError) {
      return try Event(scanning: text, checking: .stored(id: id))
    } catch {
      throw .damaged(dot, reason: error.description)
    }
  }
}

extension Receipt {
  /// A receipt as it was stored; a line that is none is damage.
  static func stored(_ line: [UInt8]) throws(LogError) -> Receipt {
    do throws(EventError) {
      return try Receipt(scanning: line)
    } catch {
      throw .damaged(nil, reason: "a receipt: \(error)")
    }
  }
}
