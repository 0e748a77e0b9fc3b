// What the world has seen with its own eyes, apart from every log: what was acknowledged, and what
// receipts said.

import EventLog
import Events

/// Facts that must hold for ever.
struct Record {
  /// What editors were told is saved, by id.
  private(set) var written: [Digest: LoggedEvent] = [:]
  /// What was on the screen when an event was written, by its id: originals of the same item.
  private(set) var saw: [Digest: Set<Digest>] = [:]
  /// Receipt lines by position, as a city stored them first.
  private(set) var receipts: [UInt64: Receipt] = [:]

  /// Events that no node wrote.
  private(set) var forged: Set<Digest> = []

  mutating func forge(_ id: Digest) { forged.insert(id) }

  mutating func acknowledge(_ logged: LoggedEvent, _ world: World) throws {
    let event = logged.event
    guard written[event.id] == nil else {
      throw world.failure("\(event.dot) was acknowledged twice")
    }
    written[event.id] = logged
    if let receipt = logged.receipt { try add(receipt, world) }
  }

  mutating func note(_ event: Event, saw originals: Set<Digest>?) { saw[event.id] = originals }

  /// A disk is gone: what was on it alone is lost.
  mutating func lose(_ site: SiteID, but held: Set<Digest>) {
    written = written.filter { id, logged in logged.event.dot.site != site || held.contains(id) }
  }

  mutating func receipts(
    in blocks: [TransferText.Block], at site: SiteID, _ world: World
  ) throws {
    for case .receipt(let receipt) in blocks { try add(receipt, world) }
  }

  private mutating func add(_ receipt: Receipt, _ world: World) throws {
    if let held = receipts[receipt.position], held != receipt {
      throw world.failure("the receipt at \(receipt.position) was \(held), is \(receipt)")
    }
    receipts[receipt.position] = receipt
  }
}
