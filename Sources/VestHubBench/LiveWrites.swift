// W1 and W2: how fast events become durable and visible, at a city and at the hub. The steps are
// those of the node's writer: judge, commit the log, commit the views.

import EventLog
import Events
import Foundation
import Views

/// One live workload: batches that are ready, and the log that takes them.
struct LiveWorkload {
  /// Stores one batch and gives what the log holds of it now.
  typealias Store = (LogStore, _ batch: Int, (Event) throws -> Verdict) throws -> [LoggedEvent]

  let role: LogRole
  let site: SiteID
  let batches: Int
  /// So many batches are not timed.
  let warmUp: Int
  let eventsPerBatch: Int
  /// The hub tells the time of its receipts.
  var received: Timestamp? { role == .hub ? Sites.now : nil }
  let store: Store

  /// Own events at a city, so many to a commit: one of each writer that waits.
  static func append(writers: Int, batches: Int, warmUp: Int) -> LiveWorkload {
    var city = City(Sites.cities[0], seed: 1)
    let drafts = (0..<batches).map { _ in (0..<writers).map { _ in city.nextDraft() } }
    return LiveWorkload(
      role: .city, site: Sites.cities[0], batches: batches, warmUp: warmUp,
      eventsPerBatch: writers
    ) { log, batch, judge in
      try log.append(drafts[batch], now: Sites.now, judge: judge).map { try $0.get() }
    }
  }

  /// What ten cities push to the hub, already written as texts.
  static func push(_ texts: [[UInt8]], eventsPerBatch: Int, warmUp: Int) -> LiveWorkload {
    let admitted = Set(Sites.cities)
    return LiveWorkload(
      role: .hub, site: Sites.kreis, batches: texts.count, warmUp: warmUp,
      eventsPerBatch: eventsPerBatch
    ) { log, batch, judge in
      let events = try TransferText.blocks(texts[batch]).compactMap { block in
        if case .event(let event) = block { event } else { nil }
      }
      return try log.ingest(events, admitted: admitted, now: Sites.now, judge: judge).accepted
    }
  }

  /// Measures `runs` times, each in fresh files, after one run that is not timed and leaves the
  /// rows for raw SQLite. Gives the whole and the log alone.
  ///
  /// Ours and raw take turns batch by batch, so that a disk or a machine that others slow down
  /// slows down both.
  func measure(
    _ name: String, _ method: String, runs: Int, in scratch: String
  ) throws -> [Figure] {
    let model = try Scratch(scratch + "/model")
    defer { model.remove() }
    let store = try ours(in: model.path, hasViews: true)
    for batch in 0..<batches { try store(batch) }
    let log = RawLog(directory: model.path + "/log")
    let views = RawViews(path: model.path + "/views.sqlite", items: log.items)

    var rates: [[Rate]] = [[], [], [], []]
    for _ in 0..<runs {
      let folders = try (0..<4).map { try Scratch("\(scratch)/live-\($0)") }
      defer { folders.forEach { $0.remove() } }
      let measured = try Rate.inTurns(
        batches: batches, warmUp: warmUp, eventsPerBatch: eventsPerBatch,
        [
          try ours(in: folders[0].path, hasViews: true), raw(log, views, in: folders[1].path),
          try ours(in: folders[2].path, hasViews: false), raw(log, nil, in: folders[3].path),
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

  /// What stores one batch as the node does. The files close when it is let go.
  private func ours(in folder: String, hasViews: Bool) throws -> (Int) throws -> Void {
    let log = try LogStore(
      directory: folder + "/log", site: site, lineKey: Sites.lineKey, role: role,
      random: Seeded(state: 1))
    // No verdict changes here, so no item is ever folded anew.
    let views =
      hasViews
      ? try ViewWriter(path: folder + "/views.sqlite", kreis: Sites.kreis) { _ in [] } : nil
    return { batch in
      let fold = views?.begin()
      let logged = try store(log, batch) { event in
        try fold?.judge(event, received: received) ?? .applied
      }
      precondition(logged.count == eventsPerBatch, "the log refused an event of the workload")
      for event in logged {
        precondition(event.verdict == .applied, "\(event.event.dot) has no effect")
        try fold?.apply(event)
      }
      _ = try fold?.commit()
    }
  }

  /// What stores the rows of one batch by SQLite alone.
  private func raw(_ log: RawLog, _ views: RawViews?, in folder: String) -> (Int) throws -> Void {
    let logFile = log.create(folder + "/log.sqlite")
    let viewFile = views?.create(folder + "/views.sqlite")
    return { batch in
      let range = batch * eventsPerBatch..<(batch + 1) * eventsPerBatch
      log.store(range, in: logFile)
      if let viewFile { views?.store(range, in: viewFile) }
    }
  }
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
