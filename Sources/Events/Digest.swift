// The 32 bytes of a SHA-256 hash, as event ids, line hashes and digests. Protocols/event.md §5.

/// A SHA-256 value: an event id, a line hash or a digest. 32 bytes, kept as four big-endian words.
package struct Digest: Sendable, Hashable, Comparable {
  let words: (UInt64, UInt64, UInt64, UInt64)

  /// The length in bytes.
  package static let byteCount = 32

  /// 32 zero bytes: the `prev` of the first event of a line.
  package static let zero = Digest(words: (0, 0, 0, 0))

  init(words: (UInt64, UInt64, UInt64, UInt64)) { self.words = words }

  /// Takes exactly 32 bytes; nil for any other length.
  package init?(bytes: some Collection<UInt8>) {
    // Arrays and slices are read in place: a loop over an unknown collection costs a microsecond.
    let words = bytes.withContiguousStorageIfAvailable { Digest.words(of: $0) }
    guard let words = words ?? Array(bytes).withUnsafeBufferPointer({ Digest.words(of: $0) })
    else { return nil }
    self.words = words
  }

  private static func words(
    of bytes: UnsafeBufferPointer<UInt8>
  ) -> (UInt64, UInt64, UInt64, UInt64)? {
    guard bytes.count == Digest.byteCount else { return nil }
    // The count was checked, so that all four words lie within the buffer.
    let raw = UnsafeRawBufferPointer(bytes)
    func word(_ index: Int) -> UInt64 {
      UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
    }
    return (word(0), word(1), word(2), word(3))
  }

  /// Takes 64 lower-case hexadecimal digits; nil for anything else.
  package init?(hex: String) {
    let text = Array(hex.utf8)
    guard text.count == 64 else { return nil }
    var position = 0
    guard let digest = Digest(hexDigits: text.span, at: &position) else { return nil }
    self = digest
  }

  init?(hexDigits text: Span<UInt8>, at position: inout Int) {
    guard position + 64 <= text.count,
      let word0 = Hex.word(text, at: position), let word1 = Hex.word(text, at: position + 16),
      let word2 = Hex.word(text, at: position + 32), let word3 = Hex.word(text, at: position + 48)
    else { return nil }
    position += 64
    words = (word0, word1, word2, word3)
  }

  /// The 32 bytes, most significant first.
  package var bytes: [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(Digest.byteCount)
    appendBytes(to: &result)
    return result
  }

  /// Appends the 32 bytes to `output`.
  package func appendBytes(to output: inout [UInt8]) {
    output.appendBigEndian(words.0)
    output.appendBigEndian(words.1)
    output.appendBigEndian(words.2)
    output.appendBigEndian(words.3)
  }

  /// 64 lower-case hexadecimal digits.
  package var hex: String {
    var text: [UInt8] = []
    appendHex(to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  /// Appends the 64 digits to `output`.
  func appendHex(to output: inout [UInt8]) {
    output.reserveCapacity(output.count + 64)
    for word in [words.0, words.1, words.2, words.3] { Hex.append(word, to: &output) }
  }

  package static func == (a: Digest, b: Digest) -> Bool { a.words == b.words }
  package static func < (a: Digest, b: Digest) -> Bool { a.words < b.words }
  package func hash(into hasher: inout Hasher) { hasher.combine(words.0) }

  /// The sum modulo 2^256: the order of the terms does not matter, a term can be taken out again.
  package static func &+ (a: Digest, b: Digest) -> Digest {
    let (w3, c3) = a.words.3.addingReportingOverflow(b.words.3)
    let (w2, c2) = add(a.words.2, b.words.2, carry: c3)
    let (w1, c1) = add(a.words.1, b.words.1, carry: c2)
    let (w0, _) = add(a.words.0, b.words.0, carry: c1)
    return Digest(words: (w0, w1, w2, w3))
  }

  /// The difference modulo 2^256.
  package static func &- (a: Digest, b: Digest) -> Digest {
    let complement = Digest(words: (~b.words.0, ~b.words.1, ~b.words.2, ~b.words.3))
    return a &+ complement &+ Digest(words: (0, 0, 0, 1))
  }

  private static func add(_ a: UInt64, _ b: UInt64, carry: Bool) -> (UInt64, Bool) {
    let (sum, first) = a.addingReportingOverflow(b)
    let (result, second) = sum.addingReportingOverflow(carry ? 1 : 0)
    return (result, first || second)
  }
}

/// Lower-case hexadecimal text.
package enum Hex {
  /// Two lower-case digits a byte.
  package static func string(_ bytes: some Sequence<UInt8>) -> String {
    var text: [UInt8] = []
    for byte in bytes {
      text.append(digit(byte >> 4))
      text.append(digit(byte & 15))
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The bytes of an even number of lower-case digits; nil for anything else.
  package static func bytes(_ text: String) -> [UInt8]? {
    let digits = Array(text.utf8)
    guard digits.count.isMultiple(of: 2) else { return nil }
    var result: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = nibble(digits[index]), let low = nibble(digits[index + 1]) else {
        return nil
      }
      result.append(high << 4 | low)
    }
    return result
  }

  /// Appends the sixteen digits of a word.
  static func append(_ word: UInt64, to output: inout [UInt8]) {
    for shift in stride(from: UInt64(60), through: 0, by: -4) {
      output.append(digit(UInt8(word >> shift & 15)))
    }
  }

  /// The sixteen digits of a word.
  static func string(_ word: UInt64) -> String {
    var text: [UInt8] = []
    append(word, to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  /// The word of the sixteen digits from `position` on; nil if one is none.
  static func word(_ text: Span<UInt8>, at position: Int) -> UInt64? {
    precondition(position >= 0 && position + 16 <= text.count)
    return text.withUnsafeBytes { bytes in
      // Sixteen bytes are there, as was checked.
      func half(_ offset: Int) -> UInt64? {
        eightDigits(
          UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: position + offset, as: UInt64.self))
        )
      }
      guard let high = half(0), let low = half(8) else { return nil }
      return high << 32 | low
    }
  }

  /// The value of eight digits, all at once: each event has 224 of them, and one after another they
  /// took a tenth of the time of a replay.
  @inline(__always) private static func eightDigits(_ digits: UInt64) -> UInt64? {
    let ones: UInt64 = 0x0101_0101_0101_0101
    // Bit 6 tells `a` (0x61) from `0` (0x30).
    let letters = digits >> 6 & ones
    let nibbles = (digits & (15 &* ones)) &+ 9 &* letters
    // `0` to `9` give 0 to 9 with 3 above, `a` to `f` give 10 to 15 with 6 above.
    let isEachInItsRow = digits & (0xf0 &* ones) == 0x30 &* (ones &+ letters)
    let isEachBelow16 = nibbles & (0xf0 &* ones) == 0
    let isLetterAbove9 = (nibbles &+ 6 &* ones) >> 4 & ones == letters
    guard isEachInItsRow, isEachBelow16, isLetterAbove9 else { return nil }
    let bytes = (nibbles | nibbles >> 4) & 0x00ff_00ff_00ff_00ff
    let words = (bytes | bytes >> 8) & 0x0000_ffff_0000_ffff
    return (words | words >> 16) & 0xffff_ffff
  }

  static func digit(_ nibble: UInt8) -> UInt8 { nibble < 10 ? 0x30 + nibble : 0x57 + nibble }

  @inline(__always) static func nibble(_ digit: UInt8) -> UInt8? {
    switch digit {
    case 0x30...0x39: digit - 0x30
    case 0x61...0x66: digit - 0x57
    default: nil
    }
  }
}

extension [UInt8] {
  /// Appends the eight bytes of a word, most significant first.
  mutating func appendBigEndian(_ word: UInt64) {
    Swift.withUnsafeBytes(of: word.bigEndian) { append(contentsOf: $0) }
  }
}
