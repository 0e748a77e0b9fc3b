// Randomness that follows from a seed: the only source of chance in a simulated world.

/// Steele, Lea, Flood: "Fast splittable pseudorandom number generators" (2014).
struct Seeded: RandomNumberGenerator, Sendable {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// A generator of its own, so that two parts of the world do not disturb each other's chance.
  mutating func fork() -> Seeded { Seeded(next()) }

  /// True in so many of a thousand cases.
  mutating func chance(_ perMille: Int) -> Bool {
    Int.random(in: 0..<1_000, using: &self) < perMille
  }

  mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

  mutating func time(_ range: ClosedRange<UInt64>) -> UInt64 {
    UInt64.random(in: range, using: &self)
  }

  /// One of them; there must be one.
  mutating func pick<T>(_ all: [T]) -> T { all[Int.random(in: 0..<all.count, using: &self)] }
}
