// What was measured, as a table for people and as one JSON object for programs.

import Foundation

/// Rates of ours and of raw SQLite, a pair of each run.
struct Figure {
  let name: String
  /// A run each.
  let ours: [Rate]
  /// The same for raw SQLite.
  let raw: [Rate]
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
    let cpuMicroseconds: Double
    let rawCPUMicroseconds: Double
    let peakMebibytes: Double?
    let method: String

    init(_ figure: Figure) {
      let (ours, raw) = (figure.ours.map(\.perSecond), figure.raw.map(\.perSecond))
      name = figure.name
      eventsPerSecond = ours.median.rounded()
      rawEventsPerSecond = raw.median.rounded()
      ratio = (ours.median / raw.median * 1_000).rounded() / 1_000
      runs = ours.count
      lowest = (ours.min() ?? 0).rounded()
      highest = (ours.max() ?? 0).rounded()
      cpuMicroseconds = figure.ours.map(\.cpuMicroseconds).median
      rawCPUMicroseconds = figure.raw.map(\.cpuMicroseconds).median
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
      line(
        "", "events/s", "lowest", "highest", "raw", "ratio", "CPU us", "raw CPU us", "runs",
        "peak MiB")
    ]
    for row in figures {
      lines.append(
        line(
          row.name, count(row.eventsPerSecond), count(row.lowest), count(row.highest),
          count(row.rawEventsPerSecond), String(format: "%.2f", row.ratio),
          tenths(row.cpuMicroseconds), tenths(row.rawCPUMicroseconds), "\(row.runs)",
          row.peakMebibytes.map(count) ?? "-"))
    }
    lines.append("")
    for row in figures { lines.append("\(row.name): \(row.method)") }
    lines.append("")
    for (fact, value) in facts.sorted(by: { $0.key < $1.key }) {
      lines.append("\(fact): \(tenths(value))")
    }
    lines.append(
      String(
        format: "load average: %.2f at the start, %.2f at the end, %d cores", loadAtStart,
        loadAtEnd, cores))
    lines += [
      "raw: libsqlite3 alone, storing the same rows. ratio: ours divided by raw; 1.00 is as fast.",
      "CPU us: time of all cores for one event. Far below 1,000,000 / (events/s): the disk is the"
        + " limit (or others took the cores); equal to it: one core is.",
    ]
    return lines.joined(separator: "\n")
  }

  private func line(_ name: String, _ cells: String...) -> String {
    let cells = cells.map { String(repeating: " ", count: max(0, 11 - $0.count)) + $0 }
    return name.padding(toLength: 36, withPad: " ", startingAt: 0) + cells.joined()
  }

  private func count(_ value: Double) -> String { String(format: "%.0f", value) }

  private func tenths(_ value: Double) -> String { String(format: "%.1f", value) }

  /// The load of the last minute: others on the machine make every figure smaller.
  private static func load() -> Double {
    var averages = [0.0, 0.0, 0.0]
    guard getloadavg(&averages, 3) > 0 else { return -1 }
    return averages[0]
  }
}

/// How fast something went.
struct Rate {
  /// Events in a second of the clock.
  let perSecond: Double
  /// Time of all cores for one event, in microseconds. Where it is far below the clock's, the disk
  /// is the limit; others on the machine do not change it much.
  let cpuMicroseconds: Double

  init(events: Int, seconds: Double, cpuSeconds: Double) {
    perSecond = Double(events) / seconds
    cpuMicroseconds = cpuSeconds * 1e6 / Double(events)
  }

  /// Measures `body`, which does so many events.
  init(events: Int, _ body: () throws -> Void) rethrows {
    let (start, cpuStart) = (Rate.seconds(CLOCK_MONOTONIC), Rate.seconds(CLOCK_PROCESS_CPUTIME_ID))
    try body()
    self.init(
      events: events, seconds: Rate.seconds(CLOCK_MONOTONIC) - start,
      cpuSeconds: Rate.seconds(CLOCK_PROCESS_CPUTIME_ID) - cpuStart)
  }

  /// Runs the bodies one after another and measures each from the start of the first.
  static func untilEach(of events: Int, _ bodies: [() -> Void]) -> [Rate] {
    let (start, cpuStart) = (seconds(CLOCK_MONOTONIC), seconds(CLOCK_PROCESS_CPUTIME_ID))
    return bodies.map { body in
      body()
      return Rate(
        events: events, seconds: seconds(CLOCK_MONOTONIC) - start,
        cpuSeconds: seconds(CLOCK_PROCESS_CPUTIME_ID) - cpuStart)
    }
  }

  /// Gives each batch to every body, one after another, and measures each body apart, over the
  /// batches after the warm-up.
  static func inTurns(
    batches: Int, warmUp: Int, eventsPerBatch: Int, _ bodies: [(Int) throws -> Void]
  ) throws -> [Rate] {
    var spent = bodies.map { _ in (clock: 0.0, cpu: 0.0) }
    for batch in 0..<batches {
      for (index, body) in bodies.enumerated() {
        let start = (seconds(CLOCK_MONOTONIC), seconds(CLOCK_PROCESS_CPUTIME_ID))
        try body(batch)
        guard batch >= warmUp else { continue }
        spent[index].clock += seconds(CLOCK_MONOTONIC) - start.0
        spent[index].cpu += seconds(CLOCK_PROCESS_CPUTIME_ID) - start.1
      }
    }
    return spent.map {
      Rate(
        events: (batches - warmUp) * eventsPerBatch, seconds: $0.clock, cpuSeconds: $0.cpu)
    }
  }

  private static func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

extension Collection where Element == Double {
  /// The middle value; of an even number of values the upper one.
  var median: Double { isEmpty ? 0 : sorted()[count / 2] }
}
