// The benchmark: runs the workloads of a node beside raw SQLite and prints the figures.
//
//   VestHubBench --directory SCRATCH [--only w1|w2|w4] [--events N] [--quick] [--json]

import Events
import Foundation

/// What the command line asks for.
struct Arguments {
  var directory = ""
  var events: Int?
  var isQuick = false
  var isJSON = false
  var step: ChildStep?
  var only: WorkloadName?

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
      case "--only":
        guard let named = words.popFirst().flatMap({ WorkloadName(rawValue: $0) }) else {
          return nil
        }
        only = named
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
  let cityPushes: Int
  let wholeEvents: Int
  let runs: Int

  /// W2 is ten cities with 20,000 events each; W4 a million events.
  static let full = Sizes(
    commits: 1_100, warmUpCommits: 100, cityPushes: 40, wholeEvents: 1_000_000,
    runs: 3)
  /// Shows in half a minute that everything runs; its figures say little.
  static let quick = Sizes(
    commits: 110, warmUpCommits: 10, cityPushes: 2, wholeEvents: 20_000, runs: 1)
}

/// Tells people how far the benchmark is; figures go to standard output alone.
func say(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

/// The workloads, in the order in which they are measured.
enum WorkloadName: String, CaseIterable {
  case w1
  case w2
  case w4
}

func measureAll(_ arguments: Arguments) throws -> Report {
  let sizes = arguments.isQuick ? Sizes.quick : .full
  var report = Report()
  for workload in WorkloadName.allCases where arguments.only.map({ $0 == workload }) ?? true {
    switch workload {
    case .w1: try measureAppends(sizes, in: arguments.directory, into: &report)
    case .w2: try measurePushes(sizes, in: arguments.directory, into: &report)
    case .w4:
      let events = arguments.events ?? sizes.wholeEvents
      for creations in City.creationShares {
        try measureWhole(events, creations: creations, in: arguments.directory, into: &report)
      }
    }
  }
  report.finish()
  return report
}

func measureAppends(_ sizes: Sizes, in directory: String, into report: inout Report) throws {
  for writers in [1, 16] {
    say("W1: durable appends, \(writers) to a commit")
    let workload = LiveAppends(
      writers: writers, commits: sizes.commits, warmUp: sizes.warmUpCommits)
    let figures = try workload.measure(
      "W1 city, \(writers) to a commit",
      """
      \(sizes.commits - sizes.warmUpCommits) commits, each with fsync, after \
      \(sizes.warmUpCommits) to warm up; the next is asked for when the rows hold the last.
      """, runs: sizes.runs, in: directory)
    figures.forEach { report.add($0) }
  }
}

func measurePushes(_ sizes: Sizes, in directory: String, into report: inout Report) throws {
  let size = WholeLog.batchEvents
  say("W2: \(sizes.cityPushes) pushes of \(size) events from each of ten cities")
  let pushes = Pushes(eachCity: sizes.cityPushes, size: size)
  report.state("bytes of an event on average", pushes.meanBytes)
  try pushes.measure(runs: sizes.runs, in: directory).forEach { report.add($0) }
}

func measureWhole(
  _ events: Int, creations: UInt64, in directory: String, into report: inout Report
) throws {
  let events = events / WholeLog.batchEvents * WholeLog.batchEvents
  say("W4: a log of \(events) events, \(creations) of 100 create an item")
  let folder = try Scratch(directory + "/whole")
  defer { folder.remove() }
  let log = try WholeLog.fill(folder.path, events: events, creations: creations)
  report.add(try log.measureRebuild())
  if creations == City.creationShares.first { report.add(try log.measureVerify()) }
}

guard let arguments = Arguments(Array(CommandLine.arguments.dropFirst())) else {
  say("usage: VestHubBench --directory SCRATCH [--only w1|w2|w4] [--events N] [--quick] [--json]")
  exit(64)
}
if let step = arguments.step {
  try step.run(on: arguments.directory)
} else {
  let report = try measureAll(arguments)
  print(arguments.isJSON ? try report.json() : report.table())
}
