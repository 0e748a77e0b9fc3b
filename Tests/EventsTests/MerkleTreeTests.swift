// The tree against its definition, and proofs that hold and that do not. Protocols/tree.md.

import Events
import Foundation
import Testing

/// A tree as RFC 6962 §2.1 defines it, over all of its leaves.
private struct NaiveTree {
  let leaves: [Digest]

  init(_ size: Int) {
    leaves = (0..<size).map { Receipt.leaf(of: Array("leaf \($0)".utf8)) }
  }

  static func root(_ leaves: ArraySlice<Digest>) -> Digest {
    guard leaves.count > 1 else { return leaves.first ?? SHA256.hash([]) }
    var left = 1
    while left * 2 < leaves.count { left *= 2 }
    return SHA256.hash(
      [1] + root(leaves.prefix(left)).bytes + root(leaves.dropFirst(left)).bytes)
  }

  func head(_ size: Int) -> TreeHead {
    TreeHead(size: UInt64(size), root: NaiveTree.root(leaves[..<size]))
  }

  /// The hash of a complete subtree.
  func complete(_ level: Int, _ index: UInt64) -> Digest {
    let width = 1 << level
    return NaiveTree.root(leaves[Int(index) * width..<(Int(index) + 1) * width])
  }
}

@Suite struct MerkleTreeTests {
  // tree-1
  @Test func theRootIsThatOfTheDefinitionUpToAThousandLeaves() {
    let tree = NaiveTree(1_000)
    var edge = TreeEdge()
    for size in 0...1_000 {
      #expect(edge.head == tree.head(size))
      edge.checkInvariants()
      if size < 1_000 { edge.append(tree.leaves[size]) }
    }
  }

  // tree-2
  @Test func theHashesOfTilesAreTheRootsOfTheirLeavesAndComeInOrder() {
    let tree = NaiveTree(1_000)
    var edge = TreeEdge()
    var full: [TreeEdge.Full] = []
    for leaf in tree.leaves { edge.append(leaf) { full.append($0) } }
    #expect(full.map(\.index) == [0, 1, 2])
    #expect(full.allSatisfy { $0.level == 1 && $0.hash == tree.complete(8, $0.index) })
  }

  @Test func anEdgeThatIsReadIsTheEdgeThatGrew() throws {
    let tree = NaiveTree(300)
    var edge = TreeEdge()
    for size in 0...300 {
      let read = TreeEdge(size: UInt64(size)) { tree.complete($0, $1) }
      #expect(read == edge)
      if size < 300 { edge.append(tree.leaves[size]) }
    }
  }

  // tree-7
  @Test func everyLeafHasAProofAndNoOtherLeafHasIt() {
    let tree = NaiveTree(70)
    for size in [1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 64, 70] {
      let head = tree.head(size)
      for index in 0..<size {
        let path = MerkleTree.inclusionPath(of: UInt64(index), size: UInt64(size)) {
          tree.complete($0, $1)
        }
        func holds(_ leaf: Int, _ at: Int, _ head: TreeHead, _ path: [Digest]) -> Bool {
          MerkleTree.isIncluded(tree.leaves[leaf], at: UInt64(at), in: head, path: path)
        }
        #expect(holds(index, index, head, path))
        #expect(!holds((index + 1) % 70, index, head, path))
        #expect(size == 1 || !holds(index, (index + 1) % size, head, path))
        #expect(!holds(index, index + size, head, path))
        #expect(!holds(index, index, tree.head(size % 70 + 1), path))
        #expect(!holds(index, index, head, path + [head.root]))
        #expect(path.isEmpty || !holds(index, index, head, Array(path.dropLast())))
        for place in path.indices {
          var changed = path
          changed[place] = MerkleTree.node(path[place], path[place])
          #expect(!holds(index, index, head, changed))
        }
      }
    }
  }

  // tree-10
  @Test func everyEarlierTreeHasAProofAndNoOtherTreeHasIt() {
    let tree = NaiveTree(40)
    let other = MerkleTree.node(tree.leaves[1], tree.leaves[0])
    for new in 1...40 {
      for old in 1...new {
        let path = MerkleTree.consistencyPath(from: UInt64(old), to: UInt64(new)) {
          tree.complete($0, $1)
        }
        let (a, b) = (tree.head(old), tree.head(new))
        #expect(MerkleTree.isConsistent(a, b, path: path))
        #expect(!MerkleTree.isConsistent(TreeHead(size: a.size, root: other), b, path: path))
        #expect(!MerkleTree.isConsistent(a, TreeHead(size: b.size, root: other), path: path))
        #expect(!MerkleTree.isConsistent(a, b, path: path + [a.root]))
        #expect(old == new || !MerkleTree.isConsistent(b, a, path: path))
        #expect(path.isEmpty || !MerkleTree.isConsistent(a, b, path: Array(path.dropLast())))
        for place in path.indices {
          var changed = path
          changed[place] = MerkleTree.node(path[place], path[place])
          #expect(!MerkleTree.isConsistent(a, b, path: changed))
        }
      }
    }
  }

  @Test func theEmptyTreeIsNoEarlierTree() {
    let tree = NaiveTree(3)
    #expect(!MerkleTree.isConsistent(.empty, tree.head(3), path: []))
    #expect(!MerkleTree.isConsistent(.empty, .empty, path: []))
  }
}

// MARK: - Proofs of others

/// The vectors of transparency-dev/merkle; they stand beside the checkout or not at all.
@Suite struct MerkleVectors {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("shared/data/merkle/testdata").path

  private struct Vector: Decodable {
    let leafIdx: UInt64?
    let treeSize: UInt64?
    let size1: UInt64?
    let size2: UInt64?
    let start: UInt64?
    let end: UInt64?
    let size: UInt64?
    let root: String?
    let root1: String?
    let root2: String?
    let leafHash: String?
    let proof: [String]?
    let wantErr: Bool

    /// What this program says of the proof; a text that is no hash is refused by every reader.
    func holds(_ kind: Substring) -> Bool {
      func hash(_ text: String?) -> Digest? {
        text.flatMap { Base64.bytes($0) }.flatMap { Digest(bytes: $0) }
      }
      // Some roots are words that are only compared with each other.
      func word(_ text: String?) -> Digest? {
        hash(text) ?? text.map { SHA256.hash(Array("word \($0)".utf8)) }
      }
      let path = (proof ?? []).compactMap { hash($0) }
      guard path.count == (proof ?? []).count else { return false }
      switch kind {
      case "inclusion":
        guard let leaf = hash(leafHash), let root = hash(root), let index = leafIdx,
          let treeSize
        else { return false }
        return MerkleTree.isIncluded(
          leaf, at: index, in: TreeHead(size: treeSize, root: root), path: path)
      case "consistency":
        guard let old = word(root1), let new = word(root2), let size1, let size2 else {
          return false
        }
        return MerkleTree.isConsistent(
          TreeHead(size: size1, root: old), TreeHead(size: size2, root: new), path: path)
      case "subtreeinclusion":
        guard let leaf = hash(leafHash), let root = hash(root), let index = leafIdx, let start,
          let end, start < end, index >= start, MerkleTree.isSubtree(start..<end)
        else { return false }
        return MerkleTree.isIncluded(
          leaf, at: index - start, in: TreeHead(size: end - start, root: root), path: path)
      default:
        guard let old = word(root1), let new = word(root2), let start, let end, start <= end,
          let size
        else { return false }
        let head = TreeHead(size: size, root: new)
        return MerkleTree.holds(start..<end, root: old, in: head, path: path)
      }
    }
  }

  // tree-7, tree-10
  @Test func everyProofIsJudgedAsItsVectorTells() throws {
    guard let files = FileManager.default.enumerator(atPath: Self.folder) else {
      print("skipped: \(Self.folder) is not there")
      return
    }
    var counts: [Bool: Int] = [:]
    for case let file as String in files where file.hasSuffix(".json") {
      let data = try Data(contentsOf: URL(fileURLWithPath: Self.folder + "/" + file))
      let vector = try JSONDecoder().decode(Vector.self, from: data)
      #expect(vector.holds(file.prefix { $0 != "/" }) == !vector.wantErr, "\(file)")
      counts[vector.wantErr, default: 0] += 1
    }
    #expect(counts.values.reduce(0, +) == 518 && counts.count == 2, "\(counts)")
  }
}
