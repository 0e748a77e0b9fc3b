// What a hub says of its tree, and what proves something of it, as texts that a stranger can check.
// Protocols/tree.md §3 and §4.

/// What is wrong with a checkpoint or a proof.
package enum ProofError: Error, Equatable, Sendable {
  /// A line, counted from 1, is not what it must be.
  case form(line: Int, String)
  /// The hashes do not lead from what is proved to the root.
  case path
  /// The receipt is not of the leaf that the proof names.
  case index
  /// The two checkpoints are of different regions.
  case origin
  /// The receipt is of another event than the one that was given.
  case otherEvent
  /// The receipt line is none, or the event's text is none.
  case text(EventError)
}

extension ProofError: CustomStringConvertible {
  /// The fact, in one clause.
  package var description: String {
    switch self {
    case .form(let line, let expected): "line \(line) is not \(expected)"
    case .path: "the hashes do not lead to the root of the checkpoint"
    case .index: "the receipt has another position than the leaf that is proved"
    case .origin: "the checkpoints are of two regions"
    case .otherEvent: "the receipt is of another event"
    case .text(let error): "a receipt or an event cannot be read (\(error))"
    }
  }
}

/// The hub's statement of its tree: the note text of C2SP tlog-checkpoint.
package struct Checkpoint: Sendable, Hashable {
  /// Whose tree it is.
  package let origin: String
  /// The tree.
  package let head: TreeHead

  /// What an origin begins with; the id of the region follows.
  package static let originPrefix = "vesthub/"

  /// The checkpoint of the region with that id.
  package init(region: String, head: TreeHead) {
    origin = Checkpoint.originPrefix + region
    self.head = head
  }

  /// Three lines, each with its newline: origin, size, root.
  package var text: String {
    "\(origin)\n\(head.size)\n\(Base64.string(head.root.bytes))\n"
  }

  /// Reads such a text.
  package init(_ text: String) throws(ProofError) {
    var lines = ProofLines(text)
    try self.init(&lines)
    try lines.end()
  }

  init(_ lines: inout ProofLines) throws(ProofError) {
    origin = try lines.next("the origin, vesthub/ and 32 digits") { line in
      let region = line.dropFirst(Checkpoint.originPrefix.count)
      guard line.hasPrefix(Checkpoint.originPrefix), region.utf8.count == 32,
        Hex.bytes(String(region)) != nil
      else { return nil }
      return String(line)
    }
    let size = try lines.number("the size of a tree") { $0 }
    head = TreeHead(size: size, root: try lines.hash("the root, 32 bytes in base 64"))
    guard size > 0 || head == .empty else {
      throw .form(line: lines.number, "the root of the empty tree")
    }
  }
}

/// That a receipt stands in the order at its position.
package struct InclusionProof: Sendable, Equatable {
  /// The receipt line, without a newline.
  package let receipt: [UInt8]
  /// The leaf, counted from 0.
  package let index: UInt64
  /// The hashes beside its way, from the bottom up.
  package let path: [Digest]
  /// The tree.
  package let checkpoint: Checkpoint

  /// A proof with those parts.
  package init(receipt: [UInt8], index: UInt64, path: [Digest], checkpoint: Checkpoint) {
    self.receipt = receipt
    self.index = index
    self.path = path
    self.checkpoint = checkpoint
  }

  /// The receipt, if the proof holds.
  package func check() throws(ProofError) -> Receipt {
    let read: Receipt
    do throws(EventError) {
      read = try Receipt(scanning: receipt)
    } catch {
      throw .text(error)
    }
    guard read.position == index + 1 else { throw .index }
    guard
      MerkleTree.isIncluded(
        Receipt.leaf(of: receipt), at: index, in: checkpoint.head, path: path)
    else { throw .path }
    return read
  }

  /// The receipt, if the proof holds and is of the event with that text.
  package func check(event text: [UInt8]) throws(ProofError) -> Receipt {
    let receipt = try check()
    let event: Event
    do throws(EventError) {
      event = try Event(scanning: text)
    } catch {
      throw .text(error)
    }
    guard event.id == receipt.id, event.dot == receipt.dot else { throw .otherEvent }
    return receipt
  }
}

/// That a later tree begins with an earlier one.
package struct ConsistencyProof: Sendable, Equatable {
  /// The hashes, from the bottom up.
  package let path: [Digest]
  /// The earlier tree.
  package let old: Checkpoint
  /// The later tree.
  package let new: Checkpoint

  /// A proof with those parts.
  package init(path: [Digest], old: Checkpoint, new: Checkpoint) {
    self.path = path
    self.old = old
    self.new = new
  }

  /// Returns if the proof holds.
  package func check() throws(ProofError) {
    guard old.origin == new.origin else { throw .origin }
    guard MerkleTree.isConsistent(old.head, new.head, path: path) else { throw .path }
  }
}

/// A proof as a text that needs nothing beside it.
package enum ProofText: Sendable, Equatable {
  case inclusion(InclusionProof)
  case consistency(ConsistencyProof)

  private static let inclusionHead = "vesthub/inclusion@v1"
  private static let consistencyHead = "vesthub/consistency@v1"

  /// A text of either form is at most so long: a receipt and 64 hashes take 4 KB.
  package static let longestBytes = 16_384

  /// The lines of the proof.
  package var text: String {
    func hashes(_ path: [Digest]) -> String {
      path.map { Base64.string($0.bytes) + "\n" }.joined()
    }
    switch self {
    case .inclusion(let proof):
      let receipt = String(decoding: proof.receipt, as: UTF8.self)
      return "\(ProofText.inclusionHead)\n\(receipt)\nindex \(proof.index)\n\(hashes(proof.path))\n"
        + proof.checkpoint.text
    case .consistency(let proof):
      return "\(ProofText.consistencyHead)\n\(hashes(proof.path))\n\(proof.old.text)\n"
        + proof.new.text
    }
  }

  /// Reads a proof; whether it holds is another question.
  package init(_ text: String) throws(ProofError) {
    guard text.utf8.count <= ProofText.longestBytes else {
      throw .form(line: 1, "the beginning of a text of at most \(ProofText.longestBytes) bytes")
    }
    var lines = ProofLines(text)
    let head = try lines.next("the head of a proof") { String($0) }
    switch head {
    case ProofText.inclusionHead:
      let receipt = try lines.next("a receipt") { Array($0.utf8) }
      let index = try lines.number("\"index\" and a number") { line in
        line.hasPrefix("index ") ? line.dropFirst(6) : nil
      }
      let path = try lines.path()
      self = .inclusion(
        InclusionProof(
          receipt: receipt, index: index, path: path, checkpoint: try Checkpoint(&lines)))
    case ProofText.consistencyHead:
      let path = try lines.path()
      let old = try Checkpoint(&lines)
      try lines.next("an empty line") { $0.isEmpty ? () : nil }
      self = .consistency(ConsistencyProof(path: path, old: old, new: try Checkpoint(&lines)))
    default: throw .form(line: 1, "\(ProofText.inclusionHead) or \(ProofText.consistencyHead)")
    }
    try lines.end()
  }
}

/// The lines of a text, each taken once.
struct ProofLines {
  private var left: ArraySlice<Substring.UTF8View.SubSequence>
  private let isEnded: Bool
  /// How many were taken.
  private(set) var number = 0

  init(_ text: String) {
    // By bytes: to Swift a carriage return and a newline are one character.
    left = text.utf8.split(separator: 0x0a, omittingEmptySubsequences: false)[...]
    isEnded = left.last?.isEmpty ?? false
    left.removeLast()
  }

  @discardableResult
  mutating func next<T>(
    _ expected: String, _ read: (Substring) -> T?
  ) throws(ProofError) -> T {
    number += 1
    guard let line = left.popFirst(), let value = read(Substring(line)) else {
      throw .form(line: number, expected)
    }
    return value
  }

  mutating func number(
    _ expected: String, _ digits: (Substring) -> Substring?
  ) throws(ProofError) -> UInt64 {
    try next(expected) { line in
      guard let digits = digits(line), let number = UInt64(digits), String(number) == digits,
        number <= UInt64(FieldValue.integerRange.upperBound)
      else { return nil }
      return number
    }
  }

  mutating func hash(_ expected: String) throws(ProofError) -> Digest {
    try next(expected) { Base64.bytes($0).flatMap { Digest(bytes: $0) } }
  }

  /// The hashes up to an empty line.
  mutating func path() throws(ProofError) -> [Digest] {
    var path: [Digest] = []
    while let line = left.first, !line.isEmpty {
      path.append(try hash("a hash of 32 bytes in base 64, or an empty line"))
      guard path.count <= MerkleTree.longestPath else {
        throw .form(line: number, "an empty line behind \(MerkleTree.longestPath) hashes")
      }
    }
    try next("an empty line") { $0.isEmpty ? () : nil }
    return path
  }

  func end() throws(ProofError) {
    guard left.isEmpty, isEnded else { throw .form(line: number + 1, "the end of the text") }
  }
}
