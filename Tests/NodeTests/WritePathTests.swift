// The write path after failures: what it says of others, and how the rows come to the log's end.

import EventLog
import Events
import Foundation
import Node
import Replay
import SQLite
import Sync
import Testing
import Views

@Suite struct WritePathTests {
  private static let kreis = site("kreis")

  private static func site(_ name: String) -> SiteID {
    guard let site = SiteID(name) else { preconditionFailure("\(name) is a site id") }
    return site
  }

  /// A hub's path over files of its own.
  private final class Bench {
    let folder = NSTemporaryDirectory() + "/write-path-\(UUID().uuidString)"
    let log: LogStore
    let views: ViewWriter
    let path: WritePath

    init() throws {
      log = try LogStore(
        directory: folder, site: kreis, lineKey: Array(repeating: 1, count: 32), role: .hub)
      views = try Replayer(directory: folder, kreis: kreis).openCurrent()
      path = try WritePath(log: log, reader: try LogReader(directory: folder), views: views)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func write(_ title: String) throws {
      var random = SystemRandom()
      let draft = EventDraft(
        type: "news.created", item: ItemID(at: kreis, using: &random),
        writes: [.init("title", .string(title))])
      _ = try path.append([draft], now: Timestamp(milliseconds: 1_790_000_000_000))
    }
  }

  @Test func whatWasFoldedBeforeACommitFailedComesIntoTheRowsByItself() throws {
    let bench = try Bench()
    try bench.write("Eins")
    bench.log.faults.beforeCommit = { throw SQLiteError.full }
    #expect(throws: WriteError.self) { try bench.write("Zwei") }
    bench.log.faults.beforeCommit = nil
    #expect(bench.path.hasLostFold && bench.path.takeBatch() == nil)
    #expect(bench.views.position == 0)
    try bench.path.catchUp()
    #expect(!bench.path.hasLostFold && bench.views.position == 1)
    bench.path.close()
  }

  @Test func anIdOfTheOwnLineIsThereOrNot() throws {
    let bench = try Bench()
    try bench.write("Eins")
    #expect(try bench.path.idOnOwnLine(1) == bench.path.end.head.id)
    #expect(try bench.path.idOnOwnLine(0) == nil)
    #expect(try bench.path.idOnOwnLine(2) == nil)
    bench.path.close()
  }

  // tree-23
  @Test func aTreeIsConfirmedADayAfterTheFirstReceiptAndThenADayAfterTheLast() throws {
    let bench = try Bench()
    let start = Timestamp(milliseconds: 1_790_000_000_000)
    let day = WitnessRule.standard.milliseconds
    func later(_ milliseconds: Int64) -> Timestamp { start.advanced(milliseconds: milliseconds) }
    #expect(try !bench.path.witness(now: later(day)), "an empty tree")
    try bench.write("Eins")
    let held = bench.log.treeHead
    #expect(try !bench.path.witness(now: later(day - 1)))
    #expect(try bench.path.witness(now: later(day)))
    let reader = try LogReader(directory: bench.folder)
    #expect(try reader.witnesses().map(\.head) == [held])
    #expect(try !bench.path.witness(now: later(day + 1)))
    #expect(try bench.path.witness(now: later(day + day)))
    #expect(try reader.witnesses().map(\.head.size) == [1, 2])
    #expect(try reader.verify().contradicted == [])
    bench.path.close()
  }

  @Test func aTreeThatIsDueIsConfirmedOnlyOnceAfterAStart() throws {
    let bench = try Bench()
    try bench.write("Eins")
    let due = Timestamp(milliseconds: 1_790_000_000_000 + WitnessRule.standard.milliseconds)
    #expect(try bench.path.witness(now: due))
    let again = try WritePath(
      log: bench.log, reader: try LogReader(directory: bench.folder), views: bench.views)
    #expect(try !again.witness(now: due))
    bench.path.close()
  }
}
