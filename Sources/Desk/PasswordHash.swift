// Hashes of passwords by the C library's yescrypt, which wants time and memory from a guesser.

import CCrypt
import Glibc

/// Computes hashes of passwords, one at a time, and counts them: a sign-in costs exactly one.
struct PasswordHasher {
  /// `N` = 2^14 of 4 KiB blocks: 50 ms and 64 MB on a small server. Above Debian's own 5, since
  /// people wait for it once a day; below what would let a few sign-ins fill the memory.
  static let cost: UInt = 7
  /// libcrypt's own limit is 512 bytes with the zero at the end.
  static let longestBytes = 511

  private(set) var computed = 0

  /// The hash of a new password, with a random salt.
  mutating func hash(_ password: String) -> String {
    guard let made = compute(password, PasswordHasher.setting()) else {
      preconditionFailure("a checked password has a hash")
    }
    return made
  }

  /// True if `password` is what `hash` was made of. Takes as long without a hash: whoever asks
  /// does not learn whether there is one.
  mutating func accepts(_ password: String, for hash: String?) -> Bool {
    let made = compute(password, hash ?? PasswordHasher.setting())
    guard let hash, let made else { return false }
    let (told, right) = (Array(made.utf8), Array(hash.utf8))
    guard told.count == right.count else { return false }
    return zip(told, right).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }

  /// Nil for a password that libcrypt does not take; the time is the same.
  private mutating func compute(_ password: String, _ setting: String) -> String? {
    computed += 1
    let isTaken = password.utf8.count <= PasswordHasher.longestBytes && !password.utf8.contains(0)
    let size = crypt_data_bytes()
    let data = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
    data.initializeMemory(as: UInt8.self, repeating: 0, count: size)
    defer {
      explicit_bzero(data, size)
      data.deallocate()
    }
    guard let made = crypt_rn(isTaken ? password : "", setting, data, Int32(size)) else {
      return nil
    }
    return isTaken ? String(cString: made) : nil
  }

  /// Method, cost and a new random salt.
  private static func setting() -> String {
    var output = [CChar](repeating: 0, count: Int(CRYPT_GENSALT_OUTPUT_SIZE))
    // Without random bytes of ours libcrypt takes them from the system.
    let made = crypt_gensalt_rn("$y$", cost, nil, 0, &output, Int32(output.count))
    precondition(made != nil, "libcrypt knows yescrypt and the system has random numbers")
    return String(decoding: output.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
