// W4 and verify: how fast a whole log becomes views again, and how fast all that it claims is
// proved. Each runs in a process of its own, so that its peak of memory is its own.

import EventLog
import Events
import Foundation
import Replay

/// A log of many events in a folder.
struct WholeLog {
  let directory: String
  let events: Int
  /// Events of 100 that created an item.
  let creations: UInt64

  /// Events that the hub takes in one transaction.
  static let batchEvents = 500

  /// Fills a log at the hub with events that ten cities wrote, all of them applied.
  static func fill(
    _ directory: String, events: Int, creations: UInt64
  ) throws -> WholeLog {
    let log = try LogStore(
      directory: directory, site: Sites.kreis, lineKey: Sites.lineKey, role: .hub)
    defer { log.close() }
    var region = Region(creations: creations)
    for _ in 0..<events / batchEvents {
      let batch = region.nextBatch(batchEvents)
      let outcome = try log.ingest(batch, admitted: Set(Sites.cities), now: Sites.now) { _ in
        .applied
      }
      precondition(outcome.accepted.count == batchEvents, "the log refused the workload")
    }
    return WholeLog(directory: directory, events: events, creations: creations)
  }

  /// A rebuild of all views, beside a scan of the log and an insert of the same rows.
  func measureRebuild() throws -> Figure {
    let child = try ChildStep.rebuild.start(on: directory)
    let raw = Rate(events: events) {
      scanLog()
      copyViews()
    }
    return Figure(
      name: "W4 rebuild, \(events * Int(creations) / 100) items", ours: [child.rate(of: events)],
      raw: [raw],
      method: """
        \(events) events, the rebuild with fsync and swap, all cores; no warm-up, the file cache \
        warm from writing. Peak: VmHWM of the process, mapped pages included. Raw: a scan of log \
        and receipts, then the rows of the views table by table into a file without journal, \
        indexes last, fsync; one core.
        """,
      peakMebibytes: child.peakMebibytes)
  }

  /// A verification, beside a scan and SQLite's own check of the file.
  func measureVerify() throws -> Figure {
    let child = try ChildStep.verify.start(on: directory)
    let raw = Rate(events: events) {
      scanLog()
      let check = RawDatabase(directory + "/log.sqlite").rows("PRAGMA integrity_check")
      precondition(check[0].text(0) == "ok", "SQLite finds the log damaged")
    }
    return Figure(
      name: "verify", ours: [child.rate(of: events)], raw: [raw],
      method: """
        Every text, hash, line, receipt and the file's structure of that log. Raw: the scan and \
        PRAGMA integrity_check.
        """,
      peakMebibytes: child.peakMebibytes)
  }

  private func scanLog() {
    let bytes = RawDatabase(directory + "/log.sqlite").scan(
      """
      SELECT r.position, r.leaf, r.line, e.id, e.provisional, e.text
      FROM receipts r JOIN events e ON e.arrival = r.arrival ORDER BY r.position
      """)
    precondition(bytes > events, "the log is empty")
  }

  private func copyViews() {
    guard let generation = Generations(directory: directory).current() else { return }
    let path = directory + "/raw-views.sqlite"
    let copy = RawDatabase(path)
    copy.execute(
      """
      PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;
      PRAGMA cache_size = -65536;
      ATTACH '\(Generations(directory: directory).path(of: generation))' AS old;
      """)
    copy.execute(copy.schema("table", of: "old"))
    copy.execute(
      "BEGIN; INSERT INTO search (search, rank) VALUES ('hashsize', 16777216)")
    // The WHERE keeps SQLite from moving records unread.
    for table in ["meta", "items", "folds", "item_sites", "item_fields", "item_keywords"] {
      copy.execute("INSERT INTO main.\(table) SELECT * FROM old.\(table) WHERE true")
    }
    copy.execute(
      """
      INSERT INTO main.search (rowid, title, keywords, summary, body)
      SELECT n, title, keywords, summary, '' FROM old.items
      """)
    copy.execute(copy.schema("index", of: "old"))
    copy.execute("COMMIT")
    let descriptor = open(path, O_RDWR | O_CLOEXEC)
    precondition(fsync(descriptor) == 0, "cannot sync \(path)")
    close(descriptor)
  }
}

/// What a process of its own does.
enum ChildStep: String {
  case rebuild
  case verify

  /// What such a process tells.
  struct Outcome: Codable {
    let seconds: Double
    let cpuSeconds: Double
    let peakMebibytes: Double

    func rate(of events: Int) -> Rate {
      Rate(events: events, seconds: seconds, cpuSeconds: cpuSeconds)
    }
  }

  /// Starts this program once more and waits for it.
  func start(on directory: String) throws -> Outcome {
    let child = Process()
    let output = Pipe()
    child.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    child.arguments = ["--step", rawValue, "--directory", directory]
    child.standardOutput = output
    try child.run()
    let told = output.fileHandleForReading.readDataToEndOfFile()
    child.waitUntilExit()
    return try JSONDecoder().decode(Outcome.self, from: told)
  }

  /// Does the step in this process and prints the outcome.
  func run(on directory: String) throws {
    // One event: its rate is that of the whole step.
    let step = try Rate(events: 1) {
      switch self {
      case .rebuild:
        _ = try Replayer(directory: directory, kreis: Sites.kreis).rebuild()
      case .verify:
        let report = try LogReader(directory: directory).verify(lineKey: Sites.lineKey)
        precondition(report.fault == nil, "the log of the benchmark has a fault")
      }
    }
    let outcome = Outcome(
      seconds: 1 / step.perSecond, cpuSeconds: step.cpuMicroseconds / 1e6,
      peakMebibytes: try Self.peakMebibytes())
    print(String(decoding: try JSONEncoder().encode(outcome), as: UTF8.self))
  }

  /// The high-water mark of this process's resident memory. Not `ru_maxrss`, which a process
  /// inherits from the one that started it.
  private static func peakMebibytes() throws -> Double {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    let kibibytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first
    return (kibibytes.flatMap { Double($0) } ?? 0) / 1_024
  }
}
