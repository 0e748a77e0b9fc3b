// How often something may be tried under one name: so many at once, then one in an interval. The
// generic cell rate algorithm: one number a name says when all of its tries are paid for.

/// Limits tries by name, in memory of a fixed size: names share a place by chance, seldom.
struct RateLimit {
  /// Tries at once.
  let burst: Int64
  /// Then one in so many milliseconds.
  let intervalMilliseconds: Int64

  /// 64 KB. A guesser with a million names meets its own limit of addresses long before a name
  /// of the desk shares a place with one of them.
  private static let places = 8_192
  /// When the tries of a place are paid for.
  private var paidAt = [Int64](repeating: .min, count: RateLimit.places)

  init(burst: Int64, intervalMilliseconds: Int64) {
    precondition(burst > 0 && intervalMilliseconds > 0, "a limit lets something through")
    self.burst = burst
    self.intervalMilliseconds = intervalMilliseconds
  }

  /// `Hasher` is keyed anew by each process: nobody can choose names that share a place.
  private func place(_ name: String) -> Int {
    var hasher = Hasher()
    hasher.combine(name)
    return Int(UInt(bitPattern: hasher.finalize()) % UInt(RateLimit.places))
  }

  /// Milliseconds until `name` may try; 0 for now.
  func wait(_ name: String, now: Int64) -> Int64 {
    let credit = (burst - 1) * intervalMilliseconds
    return max(0, max(paidAt[place(name)], now) - now - credit)
  }

  /// Counts a try.
  mutating func take(_ name: String, now: Int64) {
    paidAt[place(name)] = max(paidAt[place(name)], now) + intervalMilliseconds
  }

  /// Takes one try back.
  mutating func giveBack(_ name: String) {
    guard paidAt[place(name)] > .min else { return }
    paidAt[place(name)] -= intervalMilliseconds
  }

  /// Forgets all tries of a name.
  mutating func forgive(_ name: String) { paidAt[place(name)] = .min }
}
