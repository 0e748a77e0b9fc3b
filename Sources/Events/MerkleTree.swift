// The hub's promise: the hash tree of RFC 6962 over the exact receipt lines, its root, and proofs
// that a leaf, or an earlier tree, is part of it. Protocols/tree.md §2 and §4.

/// What a tree is: how many leaves, and the hash over all of them.
package struct TreeHead: Sendable, Hashable {
  /// The number of leaves, which is the position of the last receipt.
  package let size: UInt64
  /// The hash over all leaves.
  package let root: Digest

  /// The tree without leaves.
  package static let empty = TreeHead(size: 0, root: MerkleTree.emptyRoot)

  /// A tree of so many leaves and that root.
  package init(size: UInt64, root: Digest) {
    self.size = size
    self.root = root
  }
}

/// Hashes, paths and their verification. A path goes from the bottom up, as RFC 9162 §2.1 has it.
package enum MerkleTree {
  /// The root of no leaves: SHA-256 of nothing.
  package static let emptyRoot = SHA256.hash([])
  /// No tree has more levels: sizes have 64 bits.
  package static let longestPath = 64

  /// The hash of a node: SHA-256(0x01 ‖ left ‖ right).
  package static func node(_ left: Digest, _ right: Digest) -> Digest {
    var hash = SHA256()
    hash.update(1)
    hash.update(left)
    hash.update(right)
    return hash.finish()
  }

  /// The size of the left part of a tree of `size` leaves: the largest power of two below it.
  private static func split(_ size: UInt64) -> UInt64 {
    precondition(size > 1, "one leaf has no parts")
    return 1 << UInt64(63 - (size - 1).leadingZeroBitCount)
  }

  // MARK: - Making

  /// The root of the leaves of a subtree. `complete` gives the hash of a complete subtree of
  /// 2^level leaves, the index-th of its size.
  package static func root<E: Error>(
    of leaves: Range<UInt64>, _ complete: (_ level: Int, _ index: UInt64) throws(E) -> Digest
  ) throws(E) -> Digest {
    let count = leaves.upperBound - leaves.lowerBound
    if count == 0 { return emptyRoot }
    if count.nonzeroBitCount == 1 {
      let level = count.trailingZeroBitCount
      return try complete(level, leaves.lowerBound >> UInt64(level))
    }
    let middle = leaves.lowerBound + split(count)
    return node(
      try root(of: leaves.lowerBound..<middle, complete),
      try root(of: middle..<leaves.upperBound, complete))
  }

  /// The path of a leaf in a tree of `size` leaves.
  package static func inclusionPath<E: Error>(
    of index: UInt64, size: UInt64, _ complete: (Int, UInt64) throws(E) -> Digest
  ) throws(E) -> [Digest] {
    precondition(index < size, "the leaf is in the tree")
    var path: [Digest] = []
    var leaves = 0..<size
    // From the top down; what is beside the way is what a verifier lacks.
    while leaves.count > 1 {
      let middle = leaves.lowerBound + split(leaves.upperBound - leaves.lowerBound)
      let (way, beside) =
        index < middle
        ? (leaves.lowerBound..<middle, middle..<leaves.upperBound)
        : (middle..<leaves.upperBound, leaves.lowerBound..<middle)
      path.append(try root(of: beside, complete))
      leaves = way
    }
    return path.reversed()
  }

  /// The path that shows that the tree of `size` leaves begins with that of `old` leaves.
  package static func consistencyPath<E: Error>(
    from old: UInt64, to size: UInt64, _ complete: (Int, UInt64) throws(E) -> Digest
  ) throws(E) -> [Digest] {
    precondition(old >= 1 && old <= size, "an earlier tree is one of at least a leaf")
    var path: [Digest] = []
    var leaves = 0..<size
    var isKnown = true
    while leaves.upperBound != old {
      let middle = leaves.lowerBound + split(leaves.upperBound - leaves.lowerBound)
      if old <= middle {
        path.append(try root(of: middle..<leaves.upperBound, complete))
        leaves = leaves.lowerBound..<middle
      } else {
        path.append(try root(of: leaves.lowerBound..<middle, complete))
        leaves = middle..<leaves.upperBound
        isKnown = false
      }
    }
    if !isKnown { path.append(try root(of: leaves, complete)) }
    return path.reversed()
  }

  // MARK: - Verifying

  /// True if the path proves that the leaf with that hash is the index-th of the tree.
  package static func isIncluded(
    _ leaf: Digest, at index: UInt64, in head: TreeHead, path: [Digest]
  ) -> Bool {
    guard index < head.size, path.count <= longestPath else { return false }
    // Which side the rest of the path is on, from the top down.
    var sides: [Bool] = []
    var (index, size) = (index, head.size)
    while size > 1 {
      let middle = split(size)
      sides.append(index < middle)
      (index, size) = index < middle ? (index, middle) : (index - middle, size - middle)
    }
    guard sides.count == path.count else { return false }
    var hash = leaf
    for (beside, isLeft) in zip(path, sides.reversed()) {
      hash = isLeft ? node(hash, beside) : node(beside, hash)
    }
    return hash == head.root
  }

  /// True if the path proves that the new tree begins with the old one, which has a leaf.
  package static func isConsistent(_ old: TreeHead, _ new: TreeHead, path: [Digest]) -> Bool {
    old.size > 0 && holds(0..<old.size, root: old.root, in: new, path: path)
  }

  /// True if the path proves that the leaves of a subtree of the tree have that root: what begins
  /// at 0 is an earlier tree. An empty subtree has the empty root and no path.
  package static func holds(
    _ leaves: Range<UInt64>, root: Digest, in head: TreeHead, path: [Digest]
  ) -> Bool {
    guard leaves.upperBound <= head.size, isSubtree(leaves), path.count <= longestPath else {
      return false
    }
    if leaves.isEmpty { return root == emptyRoot && path.isEmpty }
    var rest = path[...]
    guard let (old, new) = ends(leaves, head.size, root, &rest), rest.isEmpty else { return false }
    return old == root && new == head.root
  }

  /// True if the leaves are a part of larger trees by themselves: they begin at a multiple of the
  /// smallest power of two that is not below their number.
  package static func isSubtree(_ leaves: Range<UInt64>) -> Bool {
    let count = leaves.upperBound - leaves.lowerBound
    guard count > 1 else { return true }
    return leaves.lowerBound & (split(count) &* 2 &- 1) == 0
  }

  /// The roots of the subtree and of the tree of `size` leaves around it, as the path has them; nil
  /// if the path is too short. Takes the path from its end, as it was made from the top down.
  private static func ends(
    _ leaves: Range<UInt64>, _ size: UInt64, _ known: Digest?, _ path: inout ArraySlice<Digest>
  ) -> (old: Digest, new: Digest)? {
    if leaves.lowerBound == 0 && leaves.upperBound == size {
      guard let root = known ?? path.popLast() else { return nil }
      return (root, root)
    }
    guard let beside = path.popLast() else { return nil }
    let middle = split(size)
    if leaves.upperBound <= middle {
      guard let (old, new) = ends(leaves, middle, known, &path) else { return nil }
      return (old, node(new, beside))
    }
    let right = leaves.lowerBound >= middle ? leaves.lowerBound - middle : 0
    // Where the subtree begins left of the middle, its left part is all that is there.
    let isWhole = leaves.lowerBound >= middle
    let inner = right..<(leaves.upperBound - middle)
    guard let (old, new) = ends(inner, size - middle, isWhole ? known : nil, &path) else {
      return nil
    }
    return (isWhole ? old : node(beside, old), node(beside, new))
  }
}

/// The right edge of a growing tree: all that is needed to add leaves and to know the root.
///
/// Invariant: `peaks` holds the hash of a complete subtree for each bit of `size`, the largest
/// first.
package struct TreeEdge: Sendable, Equatable {
  /// How many leaves the tree has.
  package private(set) var size: UInt64 = 0
  private var peaks: [Digest] = []

  /// A complete subtree of 256^level leaves that became full: one hash of a tile.
  package struct Full: Sendable, Equatable {
    /// The level of the tile; at least 1.
    package let level: Int
    /// The place among the subtrees of that size, from 0.
    package let index: UInt64
    /// The hash of the subtree.
    package let hash: Digest
  }

  /// A tile spans so many levels.
  package static let tileHeight = 8
  /// So many hashes has a full tile.
  package static let tileWidth = 256

  /// The edge of the tree without leaves.
  package init() {}

  /// The edge of the tree of `size` leaves. `complete` gives the hash of a complete subtree.
  package init<E: Error>(
    size: UInt64, _ complete: (_ level: Int, _ index: UInt64) throws(E) -> Digest
  ) throws(E) {
    self.size = size
    for level in (0..<64).reversed() where size >> UInt64(level) & 1 == 1 {
      peaks.append(try complete(level, size >> UInt64(level) ^ 1))
    }
  }

  /// Adds the hash of a leaf; tells each subtree that fills a place in a tile above the leaves.
  package mutating func append(_ leaf: Digest, full: (Full) -> Void = { _ in }) {
    var hash = leaf
    var index = size
    var level = 0
    while index & 1 == 1 {
      hash = MerkleTree.node(peaks.removeLast(), hash)
      index >>= 1
      level += 1
      if level.isMultiple(of: TreeEdge.tileHeight) {
        full(Full(level: level / TreeEdge.tileHeight, index: index, hash: hash))
      }
    }
    peaks.append(hash)
    size += 1
  }

  /// The tree as it is now: a hash for each bit of its size.
  package var head: TreeHead {
    guard var root = peaks.last else { return .empty }
    for peak in peaks.dropLast().reversed() { root = MerkleTree.node(peak, root) }
    return TreeHead(size: size, root: root)
  }

  /// Traps if the invariant does not hold.
  package func checkInvariants() {
    precondition(peaks.count == size.nonzeroBitCount, "a hash for each bit of the size")
  }
}
