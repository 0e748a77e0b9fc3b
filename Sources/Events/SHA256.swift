// SHA-256 (FIPS 180-4) and HMAC (RFC 2104): event ids, commitments, the line's mac.
// Foundation has neither, and the project takes no packages.

import CSHA

/// SHA-256 by increments: `update` any number of times, then `finish`.
package struct SHA256: Sendable {
  private var state: [8 of UInt32] = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a,
    0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
  ]
  private var pending: [64 of UInt8] = .init(repeating: 0)
  private var pendingCount = 0
  private var byteCount: UInt64 = 0
  /// A test lets Swift's own block function run where the processor has its instructions.
  var usesInstructions = SHA256.hasInstructions

  /// The hash of nothing yet.
  package init() {}

  /// The hash of `bytes` in one call.
  package static func hash(_ bytes: [UInt8]) -> Digest {
    var hash = SHA256()
    hash.update(bytes.span)
    return hash.finish()
  }

  /// The hash of a part of `bytes`.
  package static func hash(_ bytes: Span<UInt8>) -> Digest {
    var hash = SHA256()
    hash.update(bytes)
    return hash.finish()
  }

  /// Adds one byte.
  package mutating func update(_ byte: UInt8) {
    pending[pendingCount] = byte
    pendingCount += 1
    byteCount += 1
    if pendingCount == 64 { compressPending() }
  }

  /// Adds the 32 bytes of a digest.
  package mutating func update(_ digest: Digest) {
    let words = digest.words
    let bytes = (words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian)
    withUnsafeBytes(of: bytes) { update($0) }
  }

  /// Adds the UTF-8 bytes of a text.
  package mutating func update(_ text: String) { update(text.utf8.span) }

  /// Adds `bytes`.
  package mutating func update(_ bytes: Span<UInt8>) { bytes.withUnsafeBytes { update($0) } }

  private mutating func update(_ bytes: UnsafeRawBufferPointer) {
    byteCount += UInt64(bytes.count)
    var position = 0
    if pendingCount > 0 {
      position = min(64 - pendingCount, bytes.count)
      keep(bytes, 0..<position)
      if pendingCount == 64 { compressPending() }
    }
    let whole = (bytes.count - position) / 64
    if whole > 0 { compress(bytes, at: position, blocks: whole) }
    position += whole * 64
    keep(bytes, position..<bytes.count)
  }

  /// Keeps bytes until a block is full; there must be room for them.
  private mutating func keep(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) {
    precondition(pendingCount + range.count <= 64)
    for index in range {
      pending[pendingCount] = bytes[index]
      pendingCount += 1
    }
  }

  /// Adds the padding (FIPS 180-4 §5.1.1) and gives the hash. The value is used up.
  package consuming func finish() -> Digest {
    let bitCount = byteCount * 8
    update(0x80)
    if pendingCount > 56 {
      for index in pendingCount..<64 { pending[index] = 0 }
      compressPending()
    }
    for index in pendingCount..<56 { pending[index] = 0 }
    for index in 0..<8 {
      pending[56 + index] = UInt8(truncatingIfNeeded: bitCount >> UInt64(56 - index * 8))
    }
    compressPending()
    func word(_ index: Int) -> UInt64 {
      UInt64(state[index]) << 32 | UInt64(state[index + 1])
    }
    return Digest(words: (word(0), word(2), word(4), word(6)))
  }

  private mutating func compressPending() {
    let block = pending
    withUnsafeBytes(of: block) { compress($0, at: 0, blocks: 1) }
    pendingCount = 0
  }

  /// The processor's own instructions hash some five times as fast as the Swift below.
  private static let hasInstructions = csha_is_here() != 0

  private mutating func compress(
    _ bytes: UnsafeRawBufferPointer, at start: Int, blocks: Int
  ) {
    precondition(start >= 0 && blocks >= 0 && start + blocks * 64 <= bytes.count)
    if usesInstructions, let base = bytes.baseAddress {
      withUnsafeMutableBytes(of: &state) { words in
        // `state` is eight words, and the blocks lie within `bytes`, as was checked.
        csha_compress(
          words.baseAddress?.assumingMemoryBound(to: UInt32.self),
          base.advanced(by: start).assumingMemoryBound(to: UInt8.self), blocks)
      }
      return
    }
    for block in 0..<blocks { SHA256.compressBlock(&state, bytes, at: start + block * 64) }
  }

  /// FIPS 180-4 §6.2.2 for one block.
  private static func compressBlock(
    _ state: inout [8 of UInt32], _ bytes: UnsafeRawBufferPointer, at position: Int
  ) {
    var schedule = Schedule(block: bytes, at: position)
    var words = Words(state)
    words.eightRounds(&schedule, slot: 0, round: 0, isFirst: true)
    words.eightRounds(&schedule, slot: 8, round: 8, isFirst: true)
    for t in stride(from: 16, to: 64, by: 16) {
      words.eightRounds(&schedule, slot: 0, round: t, isFirst: false)
      words.eightRounds(&schedule, slot: 8, round: t + 8, isFirst: false)
    }
    words.add(to: &state)
  }

  /// One round: of the eight variables only two change.
  @inline(__always) fileprivate static func round(
    _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: inout UInt32,
    _ e: UInt32, _ f: UInt32, _ g: UInt32, _ h: inout UInt32, _ word: UInt32, _ t: Int
  ) {
    let choice = g ^ (e & (f ^ g))
    let sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
    let t1 = h &+ sum1 &+ choice &+ roundConstants[t] &+ word
    let majority = (a & b) | (c & (a | b))
    d &+= t1
    h = t1 &+ (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) &+ majority
  }

  @inline(__always) fileprivate static func rotate(_ x: UInt32, _ n: UInt32) -> UInt32 {
    x &>> n | x &<< (32 &- n)
  }

  private static let roundConstants: [64 of UInt32] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1,
    0x923f_82a4, 0xab1c_5ed5, 0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3,
    0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174, 0xe49b_69c1, 0xefbe_4786,
    0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
    0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147,
    0x06ca_6351, 0x1429_2967, 0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13,
    0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85, 0xa2bf_e8a1, 0xa81a_664b,
    0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
    0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a,
    0x5b9c_ca4f, 0x682e_6ff3, 0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208,
    0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
  ]
}

/// The eight working variables of FIPS 180-4 §6.2.2.
private struct Words {
  var a, b, c, d, e, f, g, h: UInt32

  @inline(__always) init(_ state: [8 of UInt32]) {
    (a, b, c, d) = (state[0], state[1], state[2], state[3])
    (e, f, g, h) = (state[4], state[5], state[6], state[7])
  }

  @inline(__always) func add(to state: inout [8 of UInt32]) {
    state[0] &+= a
    state[1] &+= b
    state[2] &+= c
    state[3] &+= d
    state[4] &+= e
    state[5] &+= f
    state[6] &+= g
    state[7] &+= h
  }

  /// After eight rounds each variable is at home again, so that none is ever moved.
  @inline(__always) mutating func eightRounds(
    _ w: inout Schedule, slot: Int, round t: Int, isFirst: Bool
  ) {
    SHA256.round(a, b, c, &d, e, f, g, &h, w.word(slot, isFirst), t)
    SHA256.round(h, a, b, &c, d, e, f, &g, w.word(slot + 1, isFirst), t + 1)
    SHA256.round(g, h, a, &b, c, d, e, &f, w.word(slot + 2, isFirst), t + 2)
    SHA256.round(f, g, h, &a, b, c, d, &e, w.word(slot + 3, isFirst), t + 3)
    SHA256.round(e, f, g, &h, a, b, c, &d, w.word(slot + 4, isFirst), t + 4)
    SHA256.round(d, e, f, &g, h, a, b, &c, w.word(slot + 5, isFirst), t + 5)
    SHA256.round(c, d, e, &f, g, h, a, &b, w.word(slot + 6, isFirst), t + 6)
    SHA256.round(b, c, d, &e, f, g, h, &a, w.word(slot + 7, isFirst), t + 7)
  }
}

/// The message schedule as a ring of sixteen words: word t replaces word t - 16.
private struct Schedule {
  private var ring: [16 of UInt32] = .init(repeating: 0)

  /// Takes the 64 bytes from `position`; that they are there the caller has checked.
  @inline(__always) init(block: UnsafeRawBufferPointer, at position: Int) {
    for slot in 0..<16 {
      ring[slot] = UInt32(
        bigEndian: block.loadUnaligned(fromByteOffset: position + slot * 4, as: UInt32.self))
    }
  }

  /// The word in `slot`, which is extended before unless it is one of the block's own.
  @inline(__always) mutating func word(_ slot: Int, _ isFirst: Bool) -> UInt32 {
    if !isFirst {
      let w2 = ring[(slot + 14) & 15]
      let w15 = ring[(slot + 1) & 15]
      let s1 = SHA256.rotate(w2, 17) ^ SHA256.rotate(w2, 19) ^ (w2 >> 10)
      let s0 = SHA256.rotate(w15, 7) ^ SHA256.rotate(w15, 18) ^ (w15 >> 3)
      ring[slot] = s1 &+ ring[(slot + 9) & 15] &+ s0 &+ ring[slot]
    }
    return ring[slot]
  }
}

/// The first half of an HMAC-SHA-256: 128 bits.
package struct MAC: Sendable, Hashable {
  private let high: UInt64
  private let low: UInt64

  /// The length in bytes.
  package static let byteCount = 16

  init(_ code: Digest) { (high, low) = (code.words.0, code.words.1) }

  /// Reads the 32 digits from `position` on; nil if one is none.
  init?(hexDigits text: Span<UInt8>, at position: Int) {
    guard position + 32 <= text.count, let high = Hex.word(text, at: position),
      let low = Hex.word(text, at: position + 16)
    else { return nil }
    (self.high, self.low) = (high, low)
  }

  /// 32 lower-case hexadecimal digits.
  package var hex: String { Hex.string(high) + Hex.string(low) }

  /// Both halves are always compared: the time tells nothing.
  package static func == (a: MAC, b: MAC) -> Bool { (a.high ^ b.high) | (a.low ^ b.low) == 0 }
}

/// HMAC-SHA-256 (RFC 2104).
package enum HMAC {
  /// The authentication code of `message` by `key`: 32 bytes.
  package static func code(_ message: Span<UInt8>, key: [UInt8]) -> Digest {
    let short = key.count > 64 ? SHA256.hash(key).bytes : key
    var inner = SHA256()
    var outer = SHA256()
    for index in 0..<64 {
      let byte = index < short.count ? short[index] : 0
      inner.update(byte ^ 0x36)
      outer.update(byte ^ 0x5c)
    }
    inner.update(message)
    outer.update(inner.finish())
    return outer.finish()
  }
}
