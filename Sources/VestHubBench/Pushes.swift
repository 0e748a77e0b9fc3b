// W2: ten cities bring what they wrote offline, all at once, to the hub's own writer.

import Dispatch
import EventLog
import Events
import Foundation
import Synchronization

/// What each city pushes, one push after the other; the cities beside each other.
struct Pushes {
  /// A push as a city sends it.
  struct Push: Sendable {
    let site: SiteID
    let text: [UInt8]
  }

  private let lines: [[Push]]
  private let events: Int
  private let size: Int

  /// Pushes of `size` events, so many of each city.
  init(eachCity pushes: Int, size: Int) {
    var region = Region()
    let cities = Sites.cities.count
    var lines = [[Push]](repeating: [], count: cities)
    for turn in 0..<pushes * cities {
      var text: [UInt8] = []
      let batch = region.nextBatch(size)
      for event in batch { TransferText.append(event, to: &text) }
      lines[turn % cities].append(Push(site: batch[0].dot.site, text: text))
    }
    self.lines = lines
    self.size = size
    events = pushes * cities * size
  }

  /// Bytes of an event on average.
  var meanBytes: Double {
    Double(lines.joined().reduce(0) { $0 + $1.text.count }) / Double(events)
  }

  /// Measures `runs` times, in fresh files each: until the last push was answered, which means
  /// that all events are judged and durable, and until the rows of the views hold them, too.
  func measure(runs: Int, in scratch: String) throws -> [Figure] {
    var answered: [Rate] = []
    var followed: [Rate] = []
    var rawLog: [Rate] = []
    var rawWhole: [Rate] = []
    for run in 0...runs {
      let folder = try Scratch(scratch + "/push")
      defer { folder.remove() }
      let node = try BenchNode(folder.path, site: Sites.kreis, role: .hub)
      var rates = Rate.untilEach(of: events, [{ bring(to: node) }, { node.waitForRows() }])
      node.close()
      // The first run warms up.
      guard run > 0 else { continue }
      answered.append(rates[0])
      followed.append(rates[1])
      let log = RawLog(directory: folder.path + "/log")
      let views = RawViews(path: folder.path + "/views.sqlite", items: log.items)
      rates = storeRaw(log, views, in: folder.path)
      rawLog.append(rates[0])
      rawWhole.append(rates[1])
    }
    return [
      Figure(
        name: "W2 hub, until answered", ours: answered, raw: rawLog,
        method: """
          \(events) events of ten cities at once, \(size) to a push; texts read with full checks, \
          judged, durable with receipts, while the rows of the views follow beside; a first run \
          warms up; no network. Raw: the rows of the log, a transaction to a push.
          """),
      Figure(
        name: "W2 hub, until the views hold it", ours: followed, raw: rawWhole,
        method: """
          The same until the last row. Raw: then the rows of the views, \(Pushes.rawViewEvents) \
          events to a transaction, each item once in it.
          """),
    ]
  }

  /// Events whose rows of the views raw SQLite writes at once.
  private static let rawViewEvents = 20_000

  private func storeRaw(_ log: RawLog, _ views: RawViews, in folder: String) -> [Rate] {
    let logFile = log.create(folder + "/raw-log.sqlite")
    let viewFile = views.create(folder + "/raw-views.sqlite")
    return Rate.untilEach(
      of: events,
      [
        {
          for first in stride(from: 0, to: events, by: size) {
            log.store(first..<first + size, in: logFile)
          }
        },
        {
          for first in stride(from: 0, to: events, by: Pushes.rawViewEvents) {
            views.store(first..<min(first + Pushes.rawViewEvents, events), in: viewFile)
          }
        },
      ])
  }

  /// As the endpoint does it: bodies are read beside the writer; a city sends its next push when
  /// the last one was answered.
  private func bring(to node: BenchNode) {
    let group = DispatchGroup()
    for line in lines {
      group.enter()
      Pushes.send(line[...], to: node) { group.leave() }
    }
    group.wait()
  }

  private static func send(
    _ pushes: ArraySlice<Push>, to node: BenchNode, completion: @escaping @Sendable () -> Void
  ) {
    guard let push = pushes.first else { return completion() }
    DispatchQueue.global().async {
      do {
        let events = try TransferText.blocks(push.text).compactMap { block in
          if case .event(let event) = block { event } else { nil }
        }
        node.ingest(events, from: push.site) {
          send(pushes.dropFirst(), to: node, completion: completion)
        }
      } catch {
        preconditionFailure("the workload is malformed: \(error)")
      }
    }
  }
}
