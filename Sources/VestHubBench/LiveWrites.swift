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

  /// Measures `runs` times, each in fresh folders: ours, then raw SQLite on the rows that ours
  /// left. Gives the whole and the log alone.
  func measure(
    _ name: String, _ method: String, runs: Int, in scratch: String
  ) throws -> [Figure] {
    var whole: [Rate] = []
    var log: [Rate] = []
    var rawWhole: [Rate] = []
    var rawLog: [Rate] = []
    for run in 0..<runs {
      let folder = try Scratch("\(scratch)/live-\(run)")
      defer { folder.remove() }
      whole.append(try ours(in: folder.path + "/whole", views: folder.path + "/views.sqlite"))
      log.append(try ours(in: folder.path + "/log", views: nil))
      let rows = RawLog(directory: folder.path + "/whole")
      let views = RawViews(path: folder.path + "/views.sqlite", items: rows.items)
      rawWhole.append(raw(rows, views, in: folder.path, name: "raw-whole"))
      rawLog.append(raw(rows, nil, in: folder.path, name: "raw-log"))
    }
    return [
      Figure(
        name: name + ", log + views", ours: whole, raw: rawWhole,
        method: method + " Raw: the same rows, two transactions to a batch."),
      Figure(
        name: name + ", log alone", ours: log, raw: rawLog,
        method:
          "The same without judging and without views. Raw: the rows of the log."),
    ]
  }

  private func ours(in directory: String, views path: String?) throws -> Rate {
    let log = try LogStore(
      directory: directory, site: site, lineKey: Sites.lineKey, role: role,
      random: Seeded(state: 1))
    defer { log.close() }
    // No verdict changes here, so no item is ever folded anew.
    let views = try path.map { try ViewWriter(path: $0, kreis: Sites.kreis) { _ in [] } }
    defer { views?.close() }
    return try Rate(batches: batches, warmUp: warmUp, eventsPerBatch: eventsPerBatch) { batch in
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

  private func raw(_ log: RawLog, _ views: RawViews?, in folder: String, name: String) -> Rate {
    let logFile = log.create("\(folder)/\(name).sqlite")
    let viewFile = views?.create("\(folder)/\(name)-views.sqlite")
    return Rate(batches: batches, warmUp: warmUp, eventsPerBatch: eventsPerBatch) { batch in
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
