// The benchmark: runs the workloads of a node beside raw SQLite and prints the figures.
//
//   VestHubBench --directory SCRATCH [--events N] [--quick] [--json]

import Events
import Foundation

/// What the command line asks for.
struct Arguments {
  var directory = ""
  var events: Int?
  var isQuick = false
  var isJSON = false
  var step: ChildStep?

  /// Nil if something is unknown or missing.
  init?(_ words: [String]) {
    var words = words[...]
    while let word = words.popFirst() {
      switch word {
      case "--quick": isQuick = true
      case "--json": isJSON = true
      case "--directory": directory = words.popFirst() ?? ""
      case "--events":
        guard let count = words.popFirst().flatMap({ Int($0) }) else { return nil }
        events = count
      case "--step":
        guard let named = words.popFirst().flatMap({ ChildStep(rawValue: $0) }) else { return nil }
        step = named
      default: return nil
      }
    }
    if directory.isEmpty || (events ?? WholeLog.batchEvents) < WholeLog.batchEvents { return nil }
  }
}

/// How much each workload writes.
struct Sizes {
  let commits: Int
  let warmUpCommits: Int
  let pushes: Int
  let warmUpPushes: Int
  let wholeEvents: Int
  let runs: Int

  /// W2 is ten cities with 20,000 events each; W4 a million events.
  static let full = Sizes(
    commits: 1_100, warmUpCommits: 100, pushes: 410, warmUpPushes: 10, wholeEvents: 1_000_000,
    runs: 3)
  /// Shows in half a minute that everything runs; its figures say little.
  static let quick = Sizes(
    commits: 110, warmUpCommits: 10, pushes: 22, warmUpPushes: 2, wholeEvents: 20_000, runs: 1)
}

/// Tells people how far the benchmark is; figures go to standard output alone.
func say(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

func measureAll(_ arguments: Arguments) throws -> Report {
  let sizes = arguments.isQuick ? Sizes.quick : .full
  var report = Report()
  for writers in [1, 16] {
    say("W1: durable appends, \(writers) to a commit")
    let workload = LiveWorkload.append(
      writers: writers, batches: sizes.commits, warmUp: sizes.warmUpCommits)
    let figures = try workload.measure(
      "W1 city, \(writers) to a commit",
      """
      \(sizes.commits - sizes.warmUpCommits) commits, each with fsync, after \
      \(sizes.warmUpCommits) to warm up; one thread, the queue of callers left out.
      """, runs: sizes.runs, in: arguments.directory)
    figures.forEach { report.add($0) }
  }
  try measurePush(sizes, in: arguments.directory, into: &report)

  let events = (arguments.events ?? sizes.wholeEvents) / WholeLog.batchEvents
  say("W4: a log of \(events * WholeLog.batchEvents) events")
  let folder = try Scratch(arguments.directory + "/whole")
  defer { folder.remove() }
  let log = try WholeLog.fill(folder.path, events: events * WholeLog.batchEvents)
  say("W4: rebuild")
  report.add(try log.measureRebuild())
  say("verify")
  report.add(try log.measureVerify())
  report.finish()
  return report
}

func measurePush(_ sizes: Sizes, in directory: String, into report: inout Report) throws {
  let size = WholeLog.batchEvents
  say("W2: \(sizes.pushes) pushes of \(size) events")
  var region = Region()
  let texts = (0..<sizes.pushes).map { _ in
    var text: [UInt8] = []
    for event in region.nextBatch(size) { TransferText.append(event, to: &text) }
    return text
  }
  report.state(
    "bytes of an event on average",
    Double(texts.reduce(0) { $0 + $1.count }) / Double(sizes.pushes * size))
  let workload = LiveWorkload.push(texts, eventsPerBatch: size, warmUp: sizes.warmUpPushes)
  let figures = try workload.measure(
    "W2 hub, \(size) to a push",
    """
    \(sizes.pushes - sizes.warmUpPushes) pushes in turn from ten cities after \
    \(sizes.warmUpPushes) to warm up; texts read with full checking, no network.
    """, runs: sizes.runs, in: directory)
  figures.forEach { report.add($0) }
}

guard let arguments = Arguments(Array(CommandLine.arguments.dropFirst())) else {
  say("usage: VestHubBench --directory SCRATCH [--events N] [--quick] [--json]")
  exit(64)
}
if let step = arguments.step {
  try step.run(on: arguments.directory)
} else {
  let report = try measureAll(arguments)
  print(arguments.isJSON ? try report.json() : report.table())
}
