// Texts that are almost events or receipts: VestHub and the verifier take and refuse the same ones.

import Events
import Foundation
import Testing

@Suite(.enabled(if: Verifier.isThere, "python3, 3.11 or later, is missing"))
struct MutationTests {
  /// What became of a text: it has its form, or all but its commitment, or not even that.
  enum Outcome: Equatable { case good, otherCommitment, refused }

  /// The words by which a verifier says that a text is whole, but does not stand where it may.
  private static let ofTheDoor: Set<String> = [
    "gap", "brokenChain", "positionGap", "eventMissing", "contextNotHeld", "ownFuture",
  ]

  private static func outcome(of text: [UInt8]) -> Outcome {
    do throws(EventError) {
      _ = try TransferText.blocks(text)
      return .good
    } catch {
      return error.reason == .commitment ? .otherCommitment : .refused
    }
  }

  private static func outcome(of told: Told) -> Outcome {
    guard let fault = told.fault, !ofTheDoor.contains(fault.word) else { return .good }
    return fault.word == "commitment" ? .otherCommitment : .refused
  }

  /// The bodies of the vectors of events and receipts.
  private static func seeds() throws -> [[UInt8]] {
    let vectors = URL(fileURLWithPath: Verifier.path).deletingLastPathComponent()
      .appendingPathComponent("vectors")
    return try ["events", "receipts"].flatMap { kind in
      let folder = vectors.appendingPathComponent(kind)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      return try names.map { name in
        let file = try Data(contentsOf: folder.appendingPathComponent(name))
        let head = file.range(of: Data("\n\n".utf8))
        return Array(file[(head?.upperBound ?? file.startIndex)...])
      }
    }
  }

  private static let alphabet = Array("\"\\{}[]:,0129abfnuvxAZ-_./+ \t\u{7f}ü\u{0}".utf8)

  /// A byte changed, put in or taken out, or a piece told twice: half the time in the header.
  private static func mutated(_ text: [UInt8], using random: inout Seeded) -> [UInt8] {
    var text = text
    let header = text.firstIndex(of: 0x0a) ?? text.count
    let isInHeader = Bool.random(using: &random) || header + 2 > text.count
    let range = isInHeader ? 0..<min(header, 700) : header..<min(text.count, header + 300)
    guard let place = range.randomElement(using: &random) else { return text }
    let byte = alphabet.randomElement(using: &random) ?? 0
    switch Int.random(in: 0..<5, using: &random) {
    case 0: text[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 1: text[place] = byte
    case 2: text.insert(byte, at: place)
    case 3: text.remove(at: place)
    default:
      let end = min(text.count, place + Int.random(in: 1..<60, using: &random))
      text.insert(contentsOf: text[place..<end], at: place)
    }
    return text
  }

  @Test func itTakesAndRefusesTheTextsThatVestHubTakesAndRefuses() throws {
    var random = Seeded(state: 3)
    let folder = try Folder()
    // A text whose last newline is missing would have two faults with any other.
    let seeds = try Self.seeds().filter { $0.last == 0x0a }
    let good = seeds.filter { Self.outcome(of: $0 + [0x0a]) == .good }
    var texts = seeds
    for _ in 0..<1_500 {
      let chosen = random.next() % 4 == 0 ? seeds : good
      guard let seed = chosen.randomElement(using: &random) else { continue }
      texts.append(Self.mutated(seed, using: &random))
    }
    // Two blocks would have two outcomes.
    texts = texts.filter { !$0.contains([0x0a, 0x0a]) }.map { $0 + [0x0a] }
    let files = try texts.enumerated().map { try folder.file("\($0.offset)", $0.element) }
    let told = try Verifier.told(of: files)
    #expect(told.count == texts.count)
    var counts: [Outcome: Int] = [:]
    for (text, told) in zip(texts, told) {
      let outcome = Self.outcome(of: text)
      counts[outcome, default: 0] += 1
      let word = told.fault.map { "\($0.word) at \($0.line):\($0.offset), \($0.why)" } ?? "good"
      #expect(
        Self.outcome(of: told) == outcome,
        "VestHub \(outcome), verifier \(word): \(String(decoding: text.prefix(900), as: UTF8.self))"
      )
    }
    // Each outcome must have come up often, or the comparison would say little.
    #expect(counts.values.min() ?? 0 > 40 && counts.count == 3, "\(counts)")
  }
}
