// Checkpoints and proofs as texts: each has one form, and what is changed proves nothing.
// Protocols/tree.md §3, §4.

import Events
import Testing

@Suite struct ProofTests {
  private static let region = String(repeating: "7a", count: 16)
  private let events: [Event]
  private let receipts: [Receipt]

  init() throws {
    var random = SystemRandom()
    let site = SiteID("herten")
    var events: [Event] = []
    for seq in 1...11 as ClosedRange<UInt64> {
      let draft = EventDraft(type: "news.created", writes: [.init("title", .string("ä \(seq)"))])
      events.append(
        try draft.event(
          at: Dot(site, seq), time: Timestamp(milliseconds: 1_700_000_000_000),
          prev: events.last?.id ?? .zero, lineKey: [1], using: &random))
    }
    self.events = events
    receipts = events.enumerated().map { index, event in
      Receipt(
        position: UInt64(index) + 1, received: Timestamp(milliseconds: 1_700_000_000_000),
        dot: event.dot, id: event.id, verdict: .applied)
    }
  }

  private func edge(_ size: Int) -> TreeEdge {
    var edge = TreeEdge()
    for receipt in receipts.prefix(size) { edge.append(Receipt.leaf(of: receipt.line)) }
    return edge
  }

  private func complete(_ level: Int, _ index: UInt64) -> Digest {
    var edge = TreeEdge()
    for receipt in receipts.dropFirst(Int(index) << level).prefix(1 << level) {
      edge.append(Receipt.leaf(of: receipt.line))
    }
    return edge.head.root
  }

  private func checkpoint(_ size: Int) -> Checkpoint {
    Checkpoint(region: Self.region, head: edge(size).head)
  }

  private func inclusion(_ position: Int, in size: Int) -> InclusionProof {
    InclusionProof(
      receipt: receipts[position - 1].line, index: UInt64(position) - 1,
      path: MerkleTree.inclusionPath(
        of: UInt64(position) - 1, size: UInt64(size)
      ) { complete($0, $1) },
      checkpoint: checkpoint(size))
  }

  private func consistency(_ old: Int, _ new: Int) -> ConsistencyProof {
    ConsistencyProof(
      path: MerkleTree.consistencyPath(
        from: UInt64(old), to: UInt64(new)
      ) { complete($0, $1) },
      old: checkpoint(old), new: checkpoint(new))
  }

  // tree-3
  @Test func aCheckpointIsThreeLines() throws {
    #expect(
      Checkpoint(region: Self.region, head: .empty).text
        == "vesthub/\(Self.region)\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n")
    #expect(try Checkpoint(checkpoint(5).text) == checkpoint(5))
  }

  @Test(arguments: [
    "", "\n", "vesthub/7a\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
    "vesthub/R\n00\nH\n", "vesthub/R\n1\nH", "vesthub/R\n1\nH\n\n", "vesthub/R\n-1\nH\n",
    "vesthub/R\n+1\nH\n", "vesthub/R\n1\nAA==\n", "vesthub/R\n1\n\n", "vesthub/R\r\n1\nH\n",
    "example.com/R\n1\nH\n", "vesthub/R\n9007199254740992\nH\n", "vesthub/R\n0\nI\n",
    "vesthub/R\n1\nH \n", "vesthub/R\n1\nHextension\n",
  ])
  func whatIsNoCheckpointIsRefused(_ form: String) {
    let text = form.replacingOccurrences("R", Self.region)
      .replacingOccurrences("H", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
      .replacingOccurrences("I", "57DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
    #expect(throws: ProofError.self) { try Checkpoint(text) }
  }

  // tree-6, tree-7, tree-8
  @Test func everyReceiptIsProvedByATextAlone() throws {
    for size in 1...11 {
      for position in 1...size {
        let text = ProofText.inclusion(inclusion(position, in: size)).text
        guard case .inclusion(let read) = try ProofText(text) else {
          Issue.record("not an inclusion")
          continue
        }
        #expect(try read.check() == receipts[position - 1])
        #expect(try read.check(event: events[position - 1].text) == receipts[position - 1])
        #expect(throws: ProofError.otherEvent) {
          try read.check(event: events[position % 11].text)
        }
      }
    }
  }

  // tree-9, tree-10
  @Test func everyEarlierOrderIsProvedByATextAlone() throws {
    for new in 1...11 {
      for old in 1...new {
        let text = ProofText.consistency(consistency(old, new)).text
        guard case .consistency(let read) = try ProofText(text) else {
          Issue.record("not a consistency")
          continue
        }
        try read.check()
      }
    }
    let proof = consistency(3, 9)
    let stranger = Checkpoint(region: String(repeating: "0", count: 32), head: proof.old.head)
    let other = ConsistencyProof(path: proof.path, old: stranger, new: proof.new)
    #expect(throws: ProofError.origin) { try other.check() }
  }

  @Test func aReceiptAtAnotherPlaceThanItStatesProvesNothing() {
    let proof = inclusion(4, in: 9)
    let moved = InclusionProof(
      receipt: proof.receipt, index: 4, path: proof.path, checkpoint: proof.checkpoint)
    #expect(throws: ProofError.index) { try moved.check() }
  }

  /// A proof is as good as its checkpoint: what is changed proves nothing of the same one.
  // tree-5
  @Test func noChangedByteOfAProofHolds() throws {
    for proof in [ProofText.inclusion(inclusion(4, in: 11)), .consistency(consistency(5, 11))] {
      let bytes = Array(proof.text.utf8)
      for index in bytes.indices {
        for bit in 0..<8 as Range<UInt8> {
          var changed = bytes
          changed[index] ^= 1 << bit
          let holds = proves(String(decoding: changed, as: UTF8.self), checkpointsOf: proof)
          #expect(!holds, "\(index) bit \(bit)")
        }
      }
      for end in bytes.indices {
        let cut = String(decoding: bytes[..<end], as: UTF8.self)
        #expect(throws: ProofError.self) { try ProofText(cut) }
      }
      #expect(throws: ProofError.self) { try ProofText(proof.text + "\n") }
      #expect(throws: ProofError.self) { try ProofText(proof.text + "x\n") }
    }
  }

  /// True if a text is a proof that holds, of the checkpoints of another.
  private func proves(_ text: String, checkpointsOf proof: ProofText) -> Bool {
    do throws(ProofError) {
      switch (try ProofText(text), proof) {
      case (.inclusion(let read), .inclusion(let original)):
        _ = try read.check()
        return read.checkpoint == original.checkpoint
      case (.consistency(let read), .consistency(let original)):
        try read.check()
        return read.old == original.old && read.new == original.new
      default: return true
      }
    } catch {
      return false
    }
  }

  @Test func whatIsTooLongIsRefused() {
    let head = "vesthub/consistency@v1\n"
    let hash = Base64.string(Digest.zero.bytes) + "\n"
    #expect(throws: ProofError.self) {
      try ProofText(head + String(repeating: hash, count: 65))
    }
    #expect(throws: ProofError.self) { try ProofText(head + String(repeating: "x", count: 20_000)) }
  }

  @Test func aWitnessReadsWhatItsDraftWrote() throws {
    var random = SystemRandom()
    let site = SiteID("herten")
    let event = try Witness.draft(edge(7).head).event(
      at: Dot(site, 1), time: Timestamp(milliseconds: 0), prev: .zero, lineKey: [1],
      using: &random)
    #expect(Witness(event)?.head == edge(7).head)
    #expect(Witness(events[0]) == nil)
  }

  @Test func base64IsThatOfTheStandard() {
    let texts = [
      "": "", "f": "Zg==", "fo": "Zm8=", "foo": "Zm9v", "foob": "Zm9vYg==",
      "fooba": "Zm9vYmE=", "foobar": "Zm9vYmFy",
    ]
    for (plain, text) in texts {
      #expect(Base64.string(Array(plain.utf8)) == text)
      #expect(Base64.bytes(text) == Array(plain.utf8))
    }
    for wrong in [
      "Zg", "Zg=", "Zh==", "Zm9=", "=Zg=", "Z===", "====", "Zm8=Zm8=", "Zm 8", "Zm9v\n",
    ] {
      #expect(Base64.bytes(wrong) == nil, "\(wrong)")
    }
  }
}

extension String {
  fileprivate func replacingOccurrences(_ old: Character, _ new: String) -> String {
    map { $0 == old ? new : String($0) }.joined()
  }
}
