// The longest common subsequence of two sequences of numbers. E. W. Myers, "An O(ND) Difference
// Algorithm and Its Variations" (1986), §4b: linear space, by the middle of the shortest way.

/// Looks for the pieces that two sequences have in common, as long as its steps last.
struct MatchSearch {
  /// A stretch that stands in both.
  struct Match: Equatable {
    let old: Int
    let new: Int
    let count: Int
  }

  /// What was found, ascending in both sequences.
  private(set) var matches: [Match] = []
  /// Comparisons that may still be made.
  private(set) var steps: Int

  private let old: [Int32]
  private let new: [Int32]

  init(_ old: [Int32], _ new: [Int32], steps: Int) {
    self.old = old
    self.new = new
    self.steps = steps
  }

  /// False if the steps did not suffice; `matches` is of no use then.
  mutating func run() -> Bool { search(0..<old.count, 0..<new.count) }

  private mutating func search(_ a: Range<Int>, _ b: Range<Int>) -> Bool {
    // What both begin and end with is read once and costs no step of the budget.
    var a = a
    var b = b
    let head = zip(old[a], new[b]).prefix { $0 == $1 }.count
    add(a.lowerBound, b.lowerBound, head)
    a = a.lowerBound + head..<a.upperBound
    b = b.lowerBound + head..<b.upperBound
    let tail = zip(old[a].reversed(), new[b].reversed()).prefix { $0 == $1 }.count
    a = a.lowerBound..<a.upperBound - tail
    b = b.lowerBound..<b.upperBound - tail
    if !a.isEmpty && !b.isEmpty {
      // Neither is a part of the other, so that there are two edits or more, one on each side of
      // the middle: both halves are smaller.
      guard let middle = middle(a, b) else { return false }
      guard search(a.lowerBound..<middle.old, b.lowerBound..<middle.new) else { return false }
      add(middle.old, middle.new, middle.count)
      guard
        search(
          middle.old + middle.count..<a.upperBound, middle.new + middle.count..<b.upperBound)
      else { return false }
    }
    add(a.upperBound, b.upperBound, tail)
    return true
  }

  private mutating func add(_ place: Int, _ other: Int, _ count: Int) {
    guard count > 0 else { return }
    if let last = matches.last, last.old + last.count == place, last.new + last.count == other {
      matches[matches.count - 1] = Match(
        old: last.old, new: last.new, count: last.count + count)
    } else {
      matches.append(Match(old: place, new: other, count: count))
    }
  }

  /// The furthest point on each diagonal, from the start or from the end.
  private struct Front {
    private var points: [Int]
    private let offset: Int

    init(_ reach: Int) {
      points = Array(repeating: 0, count: reach * 2 + 3)
      offset = reach + 1
    }

    subscript(diagonal: Int) -> Int {
      get { points[diagonal + offset] }
      set { points[diagonal + offset] = newValue }
    }

    /// Where the best way of one edit more enters a diagonal.
    func entry(_ diagonal: Int, edits: Int) -> Int {
      diagonal == -edits
        || (diagonal != edits && self[diagonal - 1] < self[diagonal + 1])
        ? self[diagonal + 1] : self[diagonal - 1] + 1
    }
  }

  /// The stretch, maybe empty, in the middle of the shortest way; nil if the steps are used up.
  private mutating func middle(_ a: Range<Int>, _ b: Range<Int>) -> Match? {
    let n = a.count
    let m = b.count
    let delta = n - m
    let isOdd = delta % 2 != 0
    // Each round costs as many steps as it has diagonals, so there are no more rounds than this.
    let reach = min((n + m + 1) / 2, Int(Double(max(steps, 0)).squareRoot()) + 1)
    var ahead = Front(reach)
    var back = Front(reach)
    for edits in 0...reach {
      let low = -(edits - 2 * max(0, edits - m))
      let high = edits - 2 * max(0, edits - n)
      guard low <= high else { break }
      for k in stride(from: low, through: high, by: 2) {
        let start = ahead.entry(k, edits: edits)
        var x = start
        while x < n, x - k < m, old[a.lowerBound + x] == new[b.lowerBound + x - k] { x += 1 }
        steps -= 1 + x - start
        ahead[k] = x
        if isOdd, abs(delta - k) < edits, x + back[delta - k] >= n {
          return Match(
            old: a.lowerBound + start, new: b.lowerBound + start - k, count: x - start)
        }
      }
      for k in stride(from: low, through: high, by: 2) {
        let start = back.entry(k, edits: edits)
        var x = start
        while x < n, x - k < m, old[a.upperBound - 1 - x] == new[b.upperBound - 1 - x + k] {
          x += 1
        }
        steps -= 1 + x - start
        back[k] = x
        if !isOdd, abs(delta - k) <= edits, x + ahead[delta - k] >= n {
          return Match(old: a.upperBound - x, new: b.upperBound - x + k, count: x - start)
        }
      }
      if steps <= 0 { return nil }
    }
    return nil
  }
}
