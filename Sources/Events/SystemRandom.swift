// The system's random numbers, for keys, salts and addresses.

/// Secure random numbers of the system, by a generator that has a size. The standard library's has
/// none, and the thread sanitizer dies of an `inout` to nothing.
package struct SystemRandom: RandomNumberGenerator, Sendable {
  private var drawn: UInt64 = 0

  /// A generator; all of them draw from the system.
  package init() {}

  /// The next 64 random bits.
  package mutating func next() -> UInt64 {
    drawn &+= 1
    return .random(in: .min ... .max)
  }
}
