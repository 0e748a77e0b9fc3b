// What the world has seen with its own eyes, apart from every log: what was acknowledged, and what
// receipts said.

import EventLog
import Events

/// Facts that must hold for ever.
struct Record {
  /// What editors were told is saved.
  private(set) var written: [Dot: LoggedEvent] = [:]
  /// Receipt lines by position, as a city stored them first.
  private(set) var receipts: [UInt64: Receipt] = [:]

  /// Events that no node wrote.
  private(set) var forged: Set<Digest> = []

  mutating func forge(_ id: Digest) { forged.insert(id) }

  mutating func acknowledge(_ logged: LoggedEvent, _ world: World) throws {
    let dot = logged.event.dot
    guard written[dot] == nil else { throw world.failure("\(dot) was acknowledged twice") }
    written[dot] = logged
    if let receipt = logged.receipt { try add(receipt, world) }
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
