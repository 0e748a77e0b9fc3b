// What happened in a simulated world, a line each: read by people, and compared between two runs.

/// The lines of one run.
struct Trace {
  private(set) var lines: [String] = []
  /// Of all lines so far (FNV-1a).
  private(set) var hash: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func add(_ line: String) {
    lines.append(line)
    for byte in line.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    hash = (hash ^ 0x0a) &* 0x100_0000_01b3
  }

  /// The first line at which two runs of one seed part.
  func firstDifference(from other: Trace) -> String {
    for (index, (a, b)) in zip(lines, other.lines).enumerated() where a != b {
      return "line \(index + 1): \"\(a)\" and \"\(b)\""
    }
    return "\(lines.count) and \(other.lines.count) lines"
  }
}

/// What a run found wrong, with what replays it.
struct SimulationFailure: Error, CustomStringConvertible {
  let seed: UInt64
  let steps: Int
  let fact: String
  let lines: [String]

  /// Lines of the trace that are printed: the cause mostly stands in the last ones.
  static let shownLines = 60

  var description: String {
    """
    seed \(seed): \(fact)
    VESTHUB_SEED=\(seed) VESTHUB_STEPS=\(steps) ops/test --filter SimulationTests
    \(lines.suffix(Self.shownLines).joined(separator: "\n"))
    """
  }
}
