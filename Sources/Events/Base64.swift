// Base 64 of RFC 4648 §4, as checkpoints and proofs write hashes. Protocols/tree.md §3.

/// Four letters for three bytes, with padding.
package enum Base64 {
  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let padding: UInt8 = 0x3d

  /// The text of those bytes.
  package static func string(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      var bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      bits <<= UInt32(8 * (3 - group.count))
      for place in 0..<4 {
        let letter = alphabet[Int(bits >> UInt32(18 - 6 * place) & 63)]
        text.append(place <= group.count ? letter : padding)
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The bytes of a text; nil if it is not the one text of some bytes.
  package static func bytes(_ text: some StringProtocol) -> [UInt8]? {
    let letters = Array(text.utf8)
    guard letters.count.isMultiple(of: 4) else { return nil }
    var bytes: [UInt8] = []
    for start in stride(from: 0, to: letters.count, by: 4) {
      var bits: UInt32 = 0
      var count = 3
      for letter in letters[start..<start + 4] {
        bits <<= 6
        if letter == padding, start + 4 == letters.count {
          count -= 1
        } else {
          guard let value = alphabet.firstIndex(of: letter), count == 3 else { return nil }
          bits |= UInt32(value)
        }
      }
      guard count > 0 else { return nil }
      for place in 0..<count { bytes.append(UInt8(bits >> UInt32(16 - 8 * place) & 255)) }
    }
    // Bits behind the last byte that are not zero would make two texts of the same bytes.
    return string(bytes) == text ? bytes : nil
  }
}
