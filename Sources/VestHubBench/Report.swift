// What was measured, as a table for people and as one JSON object for programs.

import Foundation

/// Rates of ours and of raw SQLite, a pair of each run.
struct Figure {
  let name: String
  /// Events in a second, a run each.
  let ours: [Double]
  /// The same for raw SQLite.
  let raw: [Double]
  /// How it was measured, and what raw SQLite did.
  let method: String
  /// The most memory that the process held, where it was asked for.
  var peakMebibytes: Double?
}

/// All figures of one call, and the machine's load.
struct Report: Encodable {
  private struct Row: Encodable {
    let name: String
    let eventsPerSecond: Double
    let rawEventsPerSecond: Double
    let ratio: Double
    let runs: Int
    let lowest: Double
    let highest: Double
    let peakMebibytes: Double?
    let method: String

    init(_ figure: Figure) {
      name = figure.name
      eventsPerSecond = figure.ours.median.rounded()
      rawEventsPerSecond = figure.raw.median.rounded()
      ratio = (figure.ours.median / figure.raw.median * 1_000).rounded() / 1_000
      runs = figure.ours.count
      lowest = (figure.ours.min() ?? 0).rounded()
      highest = (figure.ours.max() ?? 0).rounded()
      peakMebibytes = figure.peakMebibytes
      method = figure.method
    }
  }

  private var figures: [Row] = []
  private let cores = ProcessInfo.processInfo.activeProcessorCount
  private let loadAtStart = Report.load()
  private var loadAtEnd = 0.0
  private var facts: [String: Double] = [:]

  mutating func add(_ figure: Figure) { figures.append(Row(figure)) }

  /// States something that the figures rest on.
  mutating func state(_ fact: String, _ value: Double) {
    facts[fact] = (value * 10).rounded() / 10
  }

  /// The figures are complete.
  mutating func finish() { loadAtEnd = Report.load() }

  /// One JSON object.
  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  /// A table, then how each row of it was measured.
  func table() -> String {
    var lines = [
      line("", "events/s", "lowest", "highest", "raw SQLite", "ratio", "runs", "peak MiB")
    ]
    for row in figures {
      lines.append(
        line(
          row.name, count(row.eventsPerSecond), count(row.lowest), count(row.highest),
          count(row.rawEventsPerSecond), String(format: "%.2f", row.ratio), "\(row.runs)",
          row.peakMebibytes.map(count) ?? ""))
    }
    lines.append("")
    for row in figures { lines.append("\(row.name): \(row.method)") }
    lines.append("")
    for (fact, value) in facts.sorted(by: { $0.key < $1.key }) {
      lines.append("\(fact): \(String(format: "%.1f", value))")
    }
    lines.append(
      String(
        format: "load average: %.2f at the start, %.2f at the end, %d cores", loadAtStart,
        loadAtEnd, cores))
    lines.append("ratio: our events/s divided by those of raw SQLite; 1.00 is as fast.")
    return lines.joined(separator: "\n")
  }

  private func line(_ name: String, _ cells: String...) -> String {
    let cells = cells.map { String(repeating: " ", count: max(0, 11 - $0.count)) + $0 }
    return name.padding(toLength: 34, withPad: " ", startingAt: 0) + cells.joined()
  }

  private func count(_ value: Double) -> String { String(format: "%.0f", value) }

  /// The load of the last minute: others on the machine make every figure smaller.
  private static func load() -> Double {
    var averages = [0.0, 0.0, 0.0]
    guard getloadavg(&averages, 3) > 0 else { return -1 }
    return averages[0]
  }
}

extension [Double] {
  /// The middle value; of an even number of values the upper one.
  var median: Double { isEmpty ? 0 : sorted()[count / 2] }
}

/// Runs `body` for every batch and gives the events in a second of those after the warm-up.
func rate(
  batches: Int, warmUp: Int, eventsPerBatch: Int, _ body: (Int) throws -> Void
) rethrows -> Double {
  for batch in 0..<warmUp { try body(batch) }
  let seconds = try seconds { for batch in warmUp..<batches { try body(batch) } }
  return Double((batches - warmUp) * eventsPerBatch) / seconds
}

/// How long `body` takes by the monotonic clock.
func seconds(_ body: () throws -> Void) rethrows -> Double {
  let elapsed = try ContinuousClock().measure(body)
  return Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
}
