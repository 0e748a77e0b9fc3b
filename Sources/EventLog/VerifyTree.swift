// The tree, computed again from the receipts, beside what is stored and what sites have witnessed.
// Protocols/log.md §4, Protocols/tree.md §6.

import Events
import SQLite

/// The tree as it grows with the receipts that are verified.
struct TreeCheck {
  /// A statement on a line, and where it stands in the order.
  struct Stated {
    let dot: Dot
    let arrival: Int
    let position: UInt64?
    let head: TreeHead
  }

  private(set) var edge = TreeEdge()
  private(set) var stated: [Stated] = []
  /// Statements that the receipts contradict.
  private(set) var contradicted: [Dot] = []
  /// Those that are still to be met, the smallest tree last.
  private var waiting: [Stated] = []

  mutating func note(_ event: Event, arrival: Int, position: UInt64?) {
    guard let witness = Witness(event) else { return }
    stated.append(
      Stated(dot: event.dot, arrival: arrival, position: position, head: witness.head))
  }

  /// All events were noted; receipts follow.
  mutating func sort() { waiting = stated.sorted { $0.head.size > $1.head.size } }

  /// Adds the next leaf; gives the hashes that it adds to tiles.
  mutating func append(_ leaf: Digest) -> [TreeEdge.Full] {
    var full: [TreeEdge.Full] = []
    edge.append(leaf) { full.append($0) }
    while let next = waiting.last, next.head.size == edge.size {
      waiting.removeLast()
      // Nobody has seen receipts that come after his own word.
      let isEarlier = next.position.map { $0 > next.head.size } ?? true
      if next.head != edge.head || !isEarlier { contradicted.append(next.dot) }
    }
    return full
  }

  /// Trees that are larger than the order was never were.
  mutating func end() { contradicted += waiting.reversed().map(\.dot) }
}

extension LogReader {
  /// The first of the hashes that is not stored as it was computed.
  func fault(inTiles full: [TreeEdge.Full]) -> VerifyReport.Fault? {
    let tree = TreeReader(connection: connection)
    for full in full {
      let stored = try? tree.hashes(level: full.level, from: full.index, count: 1)
      if stored != [full.hash] {
        let first = full.index << UInt64(full.level * TreeEdge.tileHeight) + 1
        return VerifyReport.Fault(
          dot: nil, position: first,
          reason: .tile(
            level: full.level, number: full.index / UInt64(TreeEdge.tileWidth)))
      }
    }
    return nil
  }

  /// What the tiles hold beyond the tree, or the table of witnesses beside the events.
  func fault(behind tree: TreeCheck) throws -> VerifyReport.Fault? {
    // Each hash that the receipts give was found in its place: what is beside them is too much.
    let tiles = try connection.statement("SELECT level, number FROM tiles ORDER BY level, number")
    var fault: VerifyReport.Fault?
    try tiles.query { row in
      let (level, number) = (row.int(0), row.int(1))
      let held = level < 1 || level >= 8 ? 0 : tree.edge.size >> UInt64(level * 8)
      if fault == nil, number < 0 || number.magnitude >= held {
        let tile = UInt64(clamping: number) / UInt64(TreeEdge.tileWidth)
        fault = VerifyReport.Fault(
          dot: nil, position: nil, reason: .tile(level: level, number: tile))
      }
    }
    if let fault { return fault }
    let rows = try connection.statement(
      """
      SELECT w.arrival, CAST(l.site AS TEXT) FROM witnesses w
      LEFT JOIN lines l ON l.number = w.line ORDER BY w.arrival
      """
    ).all { ($0.int(0), $0.optionalText(1)) }
    let isAsStated =
      rows.count == tree.stated.count
      && zip(rows, tree.stated).allSatisfy {
        $0.0 == $1.arrival && $0.1 == $1.dot.site.description
      }
    return isAsStated
      ? nil : VerifyReport.Fault(dot: nil, position: nil, reason: .witnesses)
  }
}
