// SHA-256 (FIPS 180-4) and HMAC (RFC 2104): event ids, commitments, the line's mac.
// Foundation has neither, and the project takes no packages.

/// SHA-256 by increments: `update` any number of times, then `finish`.
package struct SHA256: Sendable {
  private var state: [8 of UInt32] = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a,
    0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
  ]
  private var pending: [64 of UInt8] = .init(repeating: 0)
  private var pendingCount = 0
  private var byteCount: UInt64 = 0

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

  /// Adds the eight bytes of a word, most significant first.
  private mutating func updateWord(_ word: UInt64) {
    for shift in stride(from: 56, through: 0, by: -8) {
      update(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
    }
  }

  /// Adds the 32 bytes of a digest.
  package mutating func update(_ digest: Digest) {
    updateWord(digest.words.0)
    updateWord(digest.words.1)
    updateWord(digest.words.2)
    updateWord(digest.words.3)
  }

  /// Adds the UTF-8 bytes of a text.
  package mutating func update(_ text: String) {
    for byte in text.utf8 { update(byte) }
  }

  /// Adds `bytes`.
  package mutating func update(_ bytes: Span<UInt8>) {
    var position = 0
    let count = bytes.count
    while pendingCount != 0, position < count {
      update(bytes[position])
      position += 1
    }
    let whole = position + (count - position) / 64 * 64
    if whole > position {
      compress(bytes, from: position, to: whole)
      byteCount += UInt64(whole - position)
      position = whole
    }
    while position < count {
      update(bytes[position])
      position += 1
    }
  }

  /// Adds the padding and gives the hash. The value is used up.
  package consuming func finish() -> Digest {
    let bitCount = byteCount * 8
    update(0x80)
    while pendingCount != 56 { update(0) }
    updateWord(bitCount)
    precondition(pendingCount == 0, "the padding of SHA-256 ends on a block")
    func word(_ index: Int) -> UInt64 {
      UInt64(state[index]) << 32 | UInt64(state[index + 1])
    }
    return Digest(words: (word(0), word(2), word(4), word(6)))
  }

  private mutating func compressPending() {
    let block = pending
    compress(block.span, from: 0, to: 64)
    pendingCount = 0
  }

  private mutating func compress(_ bytes: Span<UInt8>, from start: Int, to end: Int) {
    precondition(start >= 0 && end <= bytes.count && (end - start).isMultiple(of: 64))
    bytes.withUnsafeBytes { buffer in
      var position = start
      while position < end {
        SHA256.compressBlock(&state, buffer, at: position)
        position += 64
      }
    }
  }

  /// FIPS 180-4 §6.2.2 for one block. The rounds keep eight words that rotate by name, not by move.
  private static func compressBlock(
    _ state: inout [8 of UInt32], _ bytes: UnsafeRawBufferPointer, at position: Int
  ) {
    // The schedule is a ring of sixteen words: word t replaces word t - 16.
    var ring: [16 of UInt32] = .init(repeating: 0)
    for index in 0..<16 {
      // The caller has checked that 64 bytes follow `position`.
      ring[index] = UInt32(
        bigEndian: bytes.loadUnaligned(fromByteOffset: position + index * 4, as: UInt32.self))
    }
    var a = state[0]
    var b = state[1]
    var c = state[2]
    var d = state[3]
    var e = state[4]
    var f = state[5]
    var g = state[6]
    var h = state[7]
    for t in 0..<64 {
      let slot = t & 15
      if t >= 16 {
        let w1 = ring[(t &- 2) & 15]
        let w15 = ring[(t &- 15) & 15]
        let s1 = rotate(w1, 17) ^ rotate(w1, 19) ^ (w1 >> 10)
        let s0 = rotate(w15, 7) ^ rotate(w15, 18) ^ (w15 >> 3)
        ring[slot] = s1 &+ ring[(t &- 7) & 15] &+ s0 &+ ring[slot]
      }
      let choice = (e & f) ^ (~e & g)
      let sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
      let t1 = h &+ sum1 &+ choice &+ roundConstants[t] &+ ring[slot]
      let majority = (a & b) ^ (a & c) ^ (b & c)
      let t2 = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) &+ majority
      h = g
      g = f
      f = e
      e = d &+ t1
      d = c
      c = b
      b = a
      a = t1 &+ t2
    }
    state[0] &+= a
    state[1] &+= b
    state[2] &+= c
    state[3] &+= d
    state[4] &+= e
    state[5] &+= f
    state[6] &+= g
    state[7] &+= h
  }

  @inline(__always) private static func rotate(_ x: UInt32, _ n: UInt32) -> UInt32 {
    x >> n | x << (32 - n)
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
