// Proofs and checkpoints of random histories: the verifier in Python takes those that VestHub
// makes, and of changed ones those that VestHub takes. Protocols/tree.md.

import Events
import Foundation
import Testing

@Suite(.enabled(if: Verifier.isThere, "python3, 3.11 or later, is missing"))
struct ProofTests {
  /// True if VestHub takes the proof.
  private static func holds(_ text: String) -> Bool {
    do throws(ProofError) {
      switch try ProofText(text) {
      case .inclusion(let proof): _ = try proof.check()
      case .consistency(let proof): try proof.check()
      }
      return true
    } catch {
      return false
    }
  }

  /// A byte changed, put in or taken out, or a line told twice or left out.
  private static func mutated(_ text: String, using random: inout Seeded) -> String {
    var bytes = Array(text.utf8)
    var lines = text.components(separatedBy: "\n")
    let place = Int.random(in: 0..<bytes.count, using: &random)
    let line = Int.random(in: 0..<lines.count - 1, using: &random)
    switch Int.random(in: 0..<6, using: &random) {
    case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<7, using: &random)
    case 1: bytes.insert(UInt8(ascii: "0"), at: place)
    case 2: bytes.remove(at: place)
    case 3:
      lines.insert(lines[line], at: line)
      return lines.joined(separator: "\n")
    case 4:
      lines.remove(at: line)
      return lines.joined(separator: "\n")
    default:
      lines.swapAt(line, Int.random(in: 0..<lines.count - 1, using: &random))
      return lines.joined(separator: "\n")
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  // tree-5
  @Test func itTakesAndRefusesTheProofsThatVestHubTakesAndRefuses() throws {
    let folder = try Folder()
    var random = Seeded(state: 5)
    var texts: [String] = []
    for seed in UInt64(1)...4 {
      let history = try History(seed: seed, directory: folder.path + "/log-\(seed)")
      try history.run(steps: 60, isOneAway: false)
      let proofs = try history.proofs()
      texts += proofs
      for _ in 0..<150 {
        if let proof = proofs.randomElement(using: &random) {
          texts.append(Self.mutated(proof, using: &random))
        }
      }
      history.close()
    }
    let files = try texts.enumerated().map {
      try folder.file("\($0.offset).proof", Array($0.element.utf8))
    }
    let lines = try Verifier.run(["proof"] + files).text.split(separator: "\n")
    #expect(lines.count == texts.count)
    var counts: [Bool: Int] = [:]
    for (text, line) in zip(texts, lines) {
      let isGood = line.contains(".proof: good, ")
      #expect(isGood == Self.holds(text), "\(line)\n\(text)")
      counts[isGood, default: 0] += 1
    }
    #expect(counts[true] ?? 0 > 300 && counts[false] ?? 0 > 300, "\(counts)")
  }

  // tree-8
  @Test func itTakesAProofForTheEventOfTheReceiptAlone() throws {
    let folder = try Folder()
    let history = try History(seed: 3, directory: folder.path + "/log")
    let proof = try folder.file("a.proof", Array(try #require(try history.proofs().first).utf8))
    let text = String(decoding: try history.export(), as: UTF8.self)
    let blocks = text.components(separatedBy: "\n\n")
    let own = try folder.file("own.txt", Array((blocks[1] + "\n").utf8))
    let other = try folder.file("other.txt", Array((blocks[3] + "\n").utf8))
    #expect(try Verifier.run(["proof", "--event", own, proof]).code == 0)
    let ended = try Verifier.run(["proof", "--event", other, proof])
    #expect(ended.code == 1)
    #expect(ended.text.contains("otherEvent"))
    history.close()
  }

  /// An order that was cut, or in which one receipt was rewritten, against what others hold.
  // tree-3
  @Test func itFindsAnOrderThatDoesNotBeginAsACheckpointSays() throws {
    let folder = try Folder()
    let history = try History(seed: 8, directory: folder.path + "/log")
    try history.run(steps: 40, isOneAway: false)
    let whole = try history.export()
    let export = try folder.file("whole.txt", whole)
    let sizes = [0, 1, history.size / 2, history.size]
    let kept = try sizes.map {
      try folder.file("\($0).checkpoint", Array(try history.checkpoint($0).utf8))
    }
    let options = kept.flatMap { ["--checkpoint", $0] }
    #expect(try Verifier.run(["export"] + options + [export]).code == 0)
    let blocks = String(decoding: whole, as: UTF8.self).components(separatedBy: "\n\n")
    let short = blocks.dropLast(3).map { $0 + "\n\n" }.joined()
    let cut = try folder.file("cut.txt", Array(short.utf8))
    #expect(try Verifier.told(of: [cut], options).first?.fault?.word == "checkpoint")
    // Another time in the first receipt: a fresh tree, and all that is checked by itself is right.
    let other = String(decoding: whole, as: UTF8.self)
      .replacing(
        /"received":"[^"]*"/, with: "\"received\":\"1999-01-01T00:00:00.000Z\"", maxReplacements: 1)
    let rewritten = try folder.file("rewritten.txt", Array(other.utf8))
    #expect(try Verifier.told(of: [rewritten]).first?.fault == nil)
    #expect(try Verifier.told(of: [rewritten], options).first?.fault?.word == "checkpoint")
    history.close()
  }
}
