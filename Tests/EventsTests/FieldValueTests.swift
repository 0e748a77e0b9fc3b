// Values: one value, one text, and no foreign text that brings a reader down.

import Events
import Foundation
import Testing

struct FieldValueTests {
  private func random(_ random: inout Seeded, depth: Int = 0) -> FieldValue {
    let characters = [
      "a", "ü", "u\u{308}", "\"", "\\", "\n", "\u{0}", "\u{1f}", "\u{7f}", "😀", "/",
    ]
    func text(_ random: inout Seeded) -> String {
      (0..<Int.random(in: 0...5, using: &random)).map { _ in
        characters.randomElement(using: &random) ?? ""
      }.joined()
    }
    switch Int.random(in: 0...(depth < FieldValue.maximumDepth ? 5 : 3), using: &random) {
    case 0: return .null
    case 1: return .bool(Bool.random(using: &random))
    case 2: return .integer(Int64.random(in: FieldValue.integerRange, using: &random))
    case 3: return .string(text(&random))
    case 4:
      return .array(
        (0..<Int.random(in: 0...4, using: &random)).map { _ in
          self.random(&random, depth: depth + 1)
        })
    default:
      return .object(
        sorting: (0..<Int.random(in: 0...4, using: &random)).map { _ in
          (text(&random), self.random(&random, depth: depth + 1))
        })
    }
  }

  @Test func aRandomValueIsReadBackFromItsCanonicalText() throws {
    var generator = Seeded(31)
    for _ in 0..<3_000 {
      let value = random(&generator)
      let text = Array(value.canonicalText.utf8)
      let again = try FieldValue(canonical: text)
      #expect(again == value)
      #expect(Array(again.canonicalText.utf8) == text)
    }
  }

  @Test func foundationReadsTheCanonicalTextAsTheSameValue() throws {
    var generator = Seeded(32)
    for _ in 0..<500 {
      let value = random(&generator)
      // Foundation takes two spellings of one accented letter for one member name.
      guard !value.canonicalText.contains("u\u{308}") else { continue }
      let data = Data(value.canonicalText.utf8)
      #expect(try JSONDecoder().decode(FieldValue.self, from: data) == value)
    }
  }

  @Test func twoSpellingsOfALetterAreTwoValues() {
    let (composed, decomposed) = ("\u{fc}", "u\u{308}")
    #expect(composed == decomposed)
    #expect(FieldValue.string(composed) != .string(decomposed))
    let object = FieldValue.object(sorting: [(composed, 1), (decomposed, 2)])
    #expect(object[composed] == 1 && object[decomposed] == 2)
  }

  @Test func theLaterOfTwoMembersOfOneNameCounts() {
    #expect(FieldValue.object(sorting: [("b", 1), ("a", 2), ("b", 3)]) == ["a": 2, "b": 3])
  }

  @Test func aValueIsAskedForWhatItHolds() {
    let value: FieldValue = ["t": "x", "n": 7, "b": true, "e": [1]]
    #expect(value["t"]?.text == "x" && value["n"]?.number == 7 && value["b"]?.truth == true)
    #expect(value["e"]?.elements == [1] && value["none"] == nil)
    #expect(value.text == nil && value["t"]?.number == nil && value["t"]?["x"] == nil)
  }

  @Test func theDepthIsCountedFromTheValueAlsoInsideALargerText() throws {
    struct Outer: Decodable { let a: [[[FieldValue]]] }
    func text(_ levels: Int) -> Data {
      let value =
        String(repeating: "[", count: levels) + "1" + String(repeating: "]", count: levels)
      return Data("{\"a\":[[[\(value)]]]}".utf8)
    }
    #expect(try JSONDecoder().decode(Outer.self, from: text(8)).a.count == 1)
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(Outer.self, from: text(9)) }
  }

  @Test func theDeepestTextThatFoundationReadsFitsASmallStack() async {
    // Threads of Dispatch have 512 KiB; Foundation gives up at 512 levels.
    let text = String(repeating: "[", count: 511) + String(repeating: "]", count: 511)
    let wasRefused = await withCheckedContinuation { continuation in
      let thread = Thread {
        let value = try? JSONDecoder().decode(FieldValue.self, from: Data(text.utf8))
        continuation.resume(returning: value == nil)
      }
      thread.stackSize = 512 * 1024
      thread.start()
    }
    #expect(wasRefused)
  }

  @Test(arguments: ["1.5", "1e400", "9007199254740992", "-9007199254740992", "1e-1"])
  func foreignNumbersThatAreNotKeptExactlyAreRefused(text: String) {
    #expect(throws: (any Error).self) {
      try JSONDecoder().decode(FieldValue.self, from: Data(text.utf8))
    }
  }
}

struct JSONTestSuiteTests {
  private func files() throws -> [(name: String, bytes: [UInt8])] {
    guard let url = Place.data("json-parsing/test_parsing") else { return [] }
    let files = try FileManager.default.contentsOfDirectory(
      at: url, includingPropertiesForKeys: nil)
    #expect(files.count == 318)
    return try files.sorted { $0.path < $1.path }.map {
      ($0.lastPathComponent, try Place.bytes($0))
    }
  }

  @Test func theCanonicalReaderRefusesEveryBadTextAndWhatItReadsItWritesAlike() throws {
    var accepted = 0
    for (name, bytes) in try files() {
      guard let value = try? FieldValue(canonical: bytes) else { continue }
      accepted += 1
      #expect(!name.hasPrefix("n_"), "\(name) is not JSON")
      #expect(Array(value.canonicalText.utf8) == bytes, "\(name) has another canonical text")
    }
    print("canonical among the texts of JSONTestSuite: \(accepted)")
  }

  /// What Foundation reads although JSON forbids it. Such a text never reaches an event: what was
  /// read is written anew in canonical form.
  private static let acceptedByFoundation: Set<String> = [
    "n_array_extra_comma.json", "n_array_number_and_comma.json", "n_object_trailing_comma.json",
  ]

  @Test func foundationsDecoderSurvivesEveryTextAndRefusesTheBadOnes() throws {
    for (name, bytes) in try files() {
      let value = try? JSONDecoder().decode(FieldValue.self, from: Data(bytes))
      if name.hasPrefix("n_"), value != nil {
        #expect(JSONTestSuiteTests.acceptedByFoundation.contains(name), "\(name) was read")
      }
      guard let value else { continue }
      #expect((try? FieldValue(canonical: Array(value.canonicalText.utf8))) == value)
    }
  }
}
