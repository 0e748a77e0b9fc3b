// W1: how fast own events become durable and visible at a city, by the node's own writer.

import Dispatch
import EventLog
import Events
import Foundation
import Node
import Sync
import Views

/// Own events at a city, so many to a commit: one of each writer that waits.
struct LiveAppends {
  private let drafts: [[EventDraft]]
  /// So many commits are not timed.
  private let warmUp: Int

  init(writers: Int, commits: Int, warmUp: Int) {
    var city = City(Sites.cities[0], seed: 1)
    drafts = (0..<commits).map { _ in (0..<writers).map { _ in city.nextDraft() } }
    self.warmUp = warmUp
  }

  /// Measures `runs` times, each in fresh files, after one run that is not timed and leaves the
  /// rows for raw SQLite. Gives the whole and the log alone.
  ///
  /// Ours and raw take turns commit by commit, so that a disk or a machine that others slow down
  /// slows down both.
  func measure(
    _ name: String, _ method: String, runs: Int, in scratch: String
  ) throws -> [Figure] {
    let model = try Scratch(scratch + "/model")
    defer { model.remove() }
    let writer = try BenchNode(model.path, site: Sites.cities[0], role: .city)
    for batch in drafts { writer.append(batch) }
    writer.close()
    let log = RawLog(directory: model.path + "/log")
    let views = RawViews(path: model.path + "/views.sqlite", items: log.items)

    var rates: [[Rate]] = [[], [], [], []]
    for _ in 0..<runs {
      let folders = try (0..<4).map { try Scratch("\(scratch)/live-\($0)") }
      defer { folders.forEach { $0.remove() } }
      let node = try BenchNode(folders[0].path, site: Sites.cities[0], role: .city)
      defer { node.close() }
      let measured = try Rate.inTurns(
        batches: drafts.count, warmUp: warmUp, eventsPerBatch: drafts[0].count,
        [
          { node.append(drafts[$0]) }, raw(log, views, in: folders[1].path),
          try logAlone(in: folders[2].path), raw(log, nil, in: folders[3].path),
        ])
      for (index, rate) in measured.enumerated() { rates[index].append(rate) }
    }
    return [
      Figure(
        name: name + ", log + views", ours: rates[0], raw: rates[1],
        method: method + " Raw: the same rows, two transactions to a batch."),
      Figure(
        name: name + ", log alone", ours: rates[2], raw: rates[3],
        method: "The same without judging and without views. Raw: the rows of the log."),
    ]
  }

  /// The log without anything else. The file closes when it is let go.
  private func logAlone(in folder: String) throws -> (Int) throws -> Void {
    let log = try BenchNode.log(in: folder, site: Sites.cities[0], role: .city)
    return { batch in
      for event in try log.append(drafts[batch], now: Sites.now, judge: { _ in .applied }) {
        _ = try event.get()
      }
    }
  }

  /// What stores the rows of one batch by SQLite alone.
  private func raw(_ log: RawLog, _ views: RawViews?, in folder: String) -> (Int) throws -> Void {
    let logFile = log.create(folder + "/log.sqlite")
    let viewFile = views?.create(folder + "/views.sqlite")
    return { batch in
      let count = drafts[0].count
      let range = batch * count..<(batch + 1) * count
      log.store(range, in: logFile)
      if let viewFile { views?.store(range, in: viewFile) }
    }
  }
}

/// Log, views and writer of a node in a folder, without server and network.
struct BenchNode {
  private let writer: Writer

  init(_ folder: String, site: SiteID, role: LogRole) throws {
    let log = try BenchNode.log(in: folder, site: site, role: role)
    // No verdict changes here, so no item is ever folded anew.
    let views = try ViewWriter(path: folder + "/views.sqlite", kreis: Sites.kreis) { _ in [] }
    writer = try Writer(
      log: log, reader: try LogReader(directory: folder + "/log"), views: views, note: say)
  }

  /// The log of a node in a folder.
  static func log(in folder: String, site: SiteID, role: LogRole) throws -> LogStore {
    try LogStore(
      directory: folder + "/log", site: site, lineKey: Sites.lineKey, role: role,
      random: Seeded(state: 1))
  }

  /// Returns when the events are durable and the rows hold them.
  func append(_ drafts: [EventDraft]) {
    let done = DispatchSemaphore(value: 0)
    writer.append(drafts) { appended in
      guard case .success(let events) = appended,
        events.allSatisfy({ (try? $0.get().verdict) == .applied })
      else { preconditionFailure("the node refused an event of the workload") }
      done.signal()
    }
    done.wait()
  }

  /// Takes a push; calls back when it is durable.
  func ingest(_ events: [Event], from site: SiteID, completion: @escaping @Sendable () -> Void) {
    writer.ingest(events, from: site) { result in
      guard case .success(let answer) = result, answer.refused == nil else {
        preconditionFailure("the hub refused an event of the workload")
      }
      completion()
    }
  }

  /// Returns when the rows hold everything that the log holds.
  func waitForRows() {
    let done = DispatchSemaphore(value: 0)
    writer.whenRowsFollowed { done.signal() }
    done.wait()
  }

  func close() { writer.close() }
}

/// A folder that lasts as long as one measurement.
struct Scratch {
  let path: String

  init(_ path: String) throws {
    self.path = path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  func remove() { try? FileManager.default.removeItem(atPath: path) }
}
