// The hub's tree as the log stores it: the leaves are those of the receipts, the levels above are
// tiles of 256 hashes. Protocols/tree.md §2, Protocols/log.md §2.

package import Events
import SQLite

/// Reads the stored hashes of the tree.
struct TreeReader {
  let connection: Connection

  /// Hashes of one level from the index-th on: of leaves, or of subtrees of 256^level leaves.
  func hashes(level: Int, from index: UInt64, count: Int) throws(LogError) -> [Digest] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count * Digest.byteCount)
    func add(_ row: Statement) {
      row.withBlob(0) { hash in hash.withUnsafeBufferPointer { bytes.append(contentsOf: $0) } }
    }
    do {
      if level == 0 {
        try connection.statement(LogReader.SQL.leaves).query(index.clamped, count, row: add)
      } else {
        let query = try connection.statement(LogReader.SQL.tile)
        try query.query(index.clamped, count, level, row: add)
      }
    } catch {
      throw LogError(wrapping: error)
    }
    guard bytes.count == count * Digest.byteCount else {
      throw .damaged(nil, reason: "hashes of the tree are missing at level \(level)")
    }
    return TreeReader.digests(bytes)
  }

  /// Whole hashes one after another.
  static func digests(_ bytes: [UInt8]) -> [Digest] {
    stride(from: 0, to: bytes.count, by: Digest.byteCount).compactMap {
      Digest(bytes: bytes[$0..<min($0 + Digest.byteCount, bytes.count)])
    }
  }

  /// The hash of a complete subtree of 2^level leaves: at most 255 hashings within one tile.
  func complete(level: Int, index: UInt64) throws(LogError) -> Digest {
    let height = level % TreeEdge.tileHeight
    var row = try hashes(
      level: level / TreeEdge.tileHeight, from: index << UInt64(height), count: 1 << height)
    while row.count > 1 {
      row = stride(from: 0, to: row.count, by: 2).map { MerkleTree.node(row[$0], row[$0 + 1]) }
    }
    return row[0]
  }

  /// The right edge of the tree of `size` leaves.
  func edge(size: UInt64) throws(LogError) -> TreeEdge {
    try TreeEdge(size: size) { level, index throws(LogError) in
      try complete(level: level, index: index)
    }
  }
}

extension LogReader {
  /// The tree over all receipts.
  package func treeHead() throws(LogError) -> TreeHead {
    try tree { _ throws(LogError) in try position() }.head
  }

  /// The tree over the first `size` receipts, which must be held.
  package func treeHead(at size: UInt64) throws(LogError) -> TreeHead {
    try tree { _ throws(LogError) in size }.head
  }

  private func tree(
    size: (TreeReader) throws(LogError) -> UInt64
  ) throws(LogError) -> TreeEdge {
    try inOneState { tree throws(LogError) in try tree.edge(size: try size(tree)) }
  }

  private func inOneState<T>(
    _ read: (TreeReader) throws(LogError) -> T
  ) throws(LogError) -> T {
    do {
      return try connection.read { try read(TreeReader(connection: connection)) }
    } catch {
      throw LogError(wrapping: error)
    }
  }

  /// The receipt that counts for an event, its path in the tree over all receipts, and that tree;
  /// nil if no such event has a receipt.
  package func inclusion(
    of dot: Dot
  ) throws(LogError) -> (receipt: Receipt, path: [Digest], head: TreeHead)? {
    try inOneState { tree throws(LogError) in
      guard let receipt = try event(at: dot)?.receipt else { return nil }
      let head = try tree.edge(size: try position()).head
      let path = try MerkleTree.inclusionPath(of: receipt.position - 1, size: head.size) {
        level, index throws(LogError) in try tree.complete(level: level, index: index)
      }
      return (receipt, path, head)
    }
  }

  /// The path from the tree over `old` receipts to that over `size`, and both; nil if the log holds
  /// no such trees.
  package func consistency(
    from old: UInt64, to size: UInt64
  ) throws(LogError) -> (path: [Digest], old: TreeHead, new: TreeHead)? {
    try inOneState { tree throws(LogError) in
      guard old >= 1, old <= size, size <= (try position()) else { return nil }
      let path = try MerkleTree.consistencyPath(from: old, to: size) {
        level, index throws(LogError) in try tree.complete(level: level, index: index)
      }
      return (path, try tree.edge(size: old).head, try tree.edge(size: size).head)
    }
  }

  /// The hashes of a tile, all 256 or the first `width`; nil if the tree does not have them yet.
  package func tile(
    level: Int, number: UInt64, width: Int
  ) throws(LogError) -> [UInt8]? {
    try inOneState { tree throws(LogError) in
      guard level < 64 / TreeEdge.tileHeight,
        number <= UInt64(FieldValue.integerRange.upperBound) / UInt64(TreeEdge.tileWidth)
      else { return nil }
      let first = number * UInt64(TreeEdge.tileWidth)
      let held = try position() >> UInt64(level * TreeEdge.tileHeight)
      guard first + UInt64(width) <= held else { return nil }
      var bytes: [UInt8] = []
      for hash in try tree.hashes(level: level, from: first, count: width) {
        hash.appendBytes(to: &bytes)
      }
      return bytes
    }
  }

  /// Who has confirmed which tree, in the order in which this node heard of it.
  package func witnesses() throws(LogError) -> [(dot: Dot, at: Timestamp, head: TreeHead)] {
    try logged(SQL.witnesses, Int64.max).compactMap { logged in
      Witness(logged.event).map { (logged.event.dot, logged.event.at, $0.head) }
    }
  }

  /// The last tree that this node's own site has confirmed.
  package func lastOwnWitness() throws(LogError) -> (at: Timestamp, head: TreeHead)? {
    try logged(SQL.lastWitness, site.description).first.flatMap { logged in
      Witness(logged.event).map { (logged.event.at, $0.head) }
    }
  }

  /// When the hub gave the first receipt of all; nil before.
  package func firstReceived() throws(LogError) -> Timestamp? {
    try events(after: 0, limit: 1).first?.receipt?.received
  }
}

/// A tree that the hub stated and that is not that of the receipts which it gave.
package struct Contradiction: Sendable, Hashable {
  /// What the hub stated.
  package let told: TreeHead
  /// What this node has: the tree over what it held and what it was sent then.
  package let held: TreeHead

  /// Those two trees.
  package init(told: TreeHead, held: TreeHead) {
    self.told = told
    self.held = held
  }

  /// Stores it for good; a second time changes nothing.
  func keep(in connection: Connection, at now: Timestamp) throws(LogError) {
    do {
      try connection.write {
        let insert = try connection.statement(
          "INSERT OR IGNORE INTO contradictions VALUES(?1, ?2, ?3, ?4, ?5)")
        try insert.run(
          told.size.clamped, told.root.bytes, held.size.clamped, held.root.bytes, now.description)
      }
    } catch {
      throw LogError(wrapping: error)
    }
  }
}

extension LogReader {
  /// What is kept as evidence against the hub, with the moment at which each first came.
  package func contradictions() throws(LogError) -> [(at: String, Contradiction)] {
    do {
      var result: [(at: String, Contradiction)] = []
      let query = try connection.statement(
        "SELECT at, size, root, held_size, held_root FROM contradictions ORDER BY at, size")
      try query.query { row in
        guard let told = Digest(bytes: row.blob(2)), let held = Digest(bytes: row.blob(4)) else {
          throw LogError.damaged(nil, reason: "a contradiction of no hash")
        }
        result.append(
          (
            row.text(0),
            Contradiction(
              told: TreeHead(size: UInt64(clamping: row.int(1)), root: told),
              held: TreeHead(size: UInt64(clamping: row.int(3)), root: held))
          ))
      }
      return result
    } catch {
      throw LogError(wrapping: error)
    }
  }
}
