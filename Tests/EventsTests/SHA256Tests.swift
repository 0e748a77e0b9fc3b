// SHA-256 and HMAC against the vectors of those who defined them.

import Foundation
import Testing

@testable import Events

struct SHA256Tests {
  /// The values of `name = value` lines, grouped: a group ends with its MD.
  private func groups(_ file: String) throws -> [[String: String]]? {
    guard let url = Place.data("sha256/\(file)") else { return nil }
    var groups: [[String: String]] = []
    var current: [String: String] = [:]
    for line in try String(contentsOf: url, encoding: .utf8).split(whereSeparator: \.isNewline) {
      let parts = line.components(separatedBy: " = ")
      guard parts.count == 2, !line.hasPrefix("[") else { continue }
      current[parts[0]] = parts[1]
      if parts[0] == "MD" {
        groups.append(current)
        current = [:]
      }
    }
    return groups
  }

  @Test(arguments: [("SHA256ShortMsg.rsp", 65), ("SHA256LongMsg.rsp", 64)])
  func everyMessageOfNISTHasItsHash(file: String, count: Int) throws {
    guard let groups = try groups(file) else { return }
    #expect(groups.count == count)
    for group in groups {
      let length = try #require(group["Len"].flatMap { Int($0) }) / 8
      let message = try #require(group["Msg"].flatMap { Hex.bytes($0) }).prefix(length)
      for usesInstructions in [true, false] {
        var hash = SHA256()
        hash.usesInstructions = hash.usesInstructions && usesInstructions
        hash.update(Array(message).span)
        #expect(hash.finish().hex == group["MD"])
      }
    }
  }

  /// The Secure Hash Algorithm Validation System §6.4: a thousand hashes of the last three.
  @Test func theMonteCarloChainOfNISTIsReproduced() throws {
    guard let groups = try groups("SHA256Monte.rsp") else { return }
    #expect(groups.count == 100)
    var seed = try #require(groups[0]["Seed"].flatMap { Digest(hex: $0) })
    for group in groups {
      var last = [seed, seed, seed]
      for _ in 0..<1_000 {
        var hash = SHA256()
        for digest in last { hash.update(digest) }
        last = [last[1], last[2], hash.finish()]
      }
      seed = last[2]
      #expect(seed.hex == group["MD"])
    }
  }

  @Test func anyWayToCutAMessageGivesTheSameHash() {
    var random = Seeded(7)
    let message = (0..<300).map { _ in UInt8.random(in: 0...255, using: &random) }
    for length in [0, 1, 55, 56, 57, 63, 64, 65, 119, 120, 128, 300] {
      let whole = SHA256.hash(Array(message[..<length]))
      for cut in 0...length {
        var hash = SHA256()
        hash.update(message.span.extracting(0..<cut))
        hash.update(message.span.extracting(cut..<length))
        #expect(hash.finish() == whole)
      }
    }
  }

  @Test func bytesTextsAndDigestsAreAddedAlike() {
    var byBytes = SHA256()
    for byte in "Grüße".utf8 { byBytes.update(byte) }
    for byte in Digest.zero.bytes { byBytes.update(byte) }
    var byParts = SHA256()
    byParts.update("Grüße")
    byParts.update(Digest.zero)
    #expect(byBytes.finish() == byParts.finish())
  }

  /// RFC 4231 §4: key, data, the code (cut to 128 bits in case 5).
  private static let hmacCases: [(key: String, data: String, code: String)] = [
    (
      String(repeating: "0b", count: 20), Hex.string("Hi There".utf8),
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    ),
    (
      Hex.string("Jefe".utf8), Hex.string("what do ya want for nothing?".utf8),
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    ),
    (
      String(repeating: "aa", count: 20), String(repeating: "dd", count: 50),
      "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
    ),
    (
      "0102030405060708090a0b0c0d0e0f10111213141516171819", String(repeating: "cd", count: 50),
      "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
    ),
    (
      String(repeating: "0c", count: 20), Hex.string("Test With Truncation".utf8),
      "a3b6167473100ee06e0c796c2955552b"
    ),
    (
      String(repeating: "aa", count: 131),
      Hex.string("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    ),
    (
      String(repeating: "aa", count: 131),
      Hex.string(
        ("This is a test using a larger than block-size key and a larger than block-size data. "
          + "The key needs to be hashed before being used by the HMAC algorithm.").utf8),
      "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
    ),
  ]

  @Test(arguments: 0..<7) func everyCaseOfRFC4231HasItsCode(index: Int) throws {
    let (key, data, code) = SHA256Tests.hmacCases[index]
    let message = try #require(Hex.bytes(data))
    let result = HMAC.code(message.span, key: try #require(Hex.bytes(key)))
    #expect(result.hex.hasPrefix(code))
  }
}

struct DigestTests {
  private func random(_ generator: inout Seeded) -> Digest {
    SHA256.hash((0..<8).map { _ in UInt8.random(in: 0...255, using: &generator) })
  }

  @Test func theSumIsModulo2To256() throws {
    let ones = try #require(Digest(hex: String(repeating: "f", count: 64)))
    let one = try #require(Digest(hex: String(repeating: "0", count: 63) + "1"))
    #expect(ones &+ one == .zero)
    #expect(.zero &- one == ones)
    let low = try #require(
      Digest(hex: String(repeating: "0", count: 48) + String(repeating: "f", count: 16)))
    #expect(
      (low &+ one).hex == String(repeating: "0", count: 47) + "1"
        + String(repeating: "0", count: 16))
  }

  @Test func theOrderOfTheTermsDoesNotMatterAndATermCanBeTakenOut() {
    var generator = Seeded(11)
    for _ in 0..<500 {
      let (a, b, c) = (random(&generator), random(&generator), random(&generator))
      #expect(a &+ b == b &+ a)
      #expect((a &+ b) &+ c == a &+ (b &+ c))
      #expect((a &+ b) &- b == a)
      #expect(a &- a == .zero)
    }
  }

  @Test func hexAndBytesAreReadBack() {
    var generator = Seeded(12)
    for _ in 0..<200 {
      let digest = random(&generator)
      #expect(Digest(hex: digest.hex) == digest)
      #expect(Digest(bytes: digest.bytes) == digest)
    }
  }

  @Test(arguments: [
    "", "00", String(repeating: "A", count: 64), String(repeating: "g", count: 64),
    String(repeating: "0", count: 63), String(repeating: "0", count: 65),
  ])
  func anythingButSixtyFourLowerCaseDigitsIsRefused(text: String) {
    #expect(Digest(hex: text) == nil)
  }

  @Test(arguments: [0, 31, 33]) func anotherNumberOfBytesIsRefused(count: Int) {
    #expect(Digest(bytes: [UInt8](repeating: 0, count: count)) == nil)
  }

  @Test func theOrderIsThatOfTheBytes() {
    var generator = Seeded(13)
    for _ in 0..<200 {
      let (a, b) = (random(&generator), random(&generator))
      #expect((a < b) == (a.hex < b.hex))
    }
  }
}
