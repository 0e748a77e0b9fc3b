// What several tests of the log need: a folder, sites, drafts, a region of two nodes.

import EventLog
import Events
import Foundation
import SQLite
import Testing

/// A folder that is gone after the test.
final class Folder {
  private let url = FileManager.default.temporaryDirectory
    .appendingPathComponent("EventLogTests-\(UUID().uuidString)")

  init() throws {
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appendingPathComponent(name).path }
}

func site(_ name: String) -> SiteID {
  guard let site = SiteID(name) else { preconditionFailure("no site: \(name)") }
  return site
}

func moment(_ milliseconds: Int64) -> Timestamp {
  Timestamp(milliseconds: 1_700_000_000_000 + milliseconds)
}

let kreis = site("kreis")
let herten = site("herten")
let marl = site("marl")
let key: [UInt8] = Array(repeating: 7, count: 32)

/// An item of Herten.
func item(_ random: String = "aaaaaaaa") -> ItemID {
  guard let item = ItemID("herten-\(random)") else { preconditionFailure("no item: \(random)") }
  return item
}

func draft(
  _ title: String, _ item: ItemID = item(), context: Context = .empty
) -> EventDraft {
  EventDraft(
    type: "project.revised", item: item, context: context, by: "r1",
    writes: [.init("title", .string(title))])
}

func applied(_: Event) -> Verdict { .applied }

/// A hub (Kreis) and a city (Herten), each with a log.
struct Region {
  let folder: Folder
  let hub: LogStore
  let city: LogStore

  init() throws {
    folder = try Folder()
    hub = try LogStore(directory: folder.path("hub"), site: kreis, lineKey: key, role: .hub)
    city = try LogStore(directory: folder.path("city"), site: herten, lineKey: key, role: .city)
  }

  func reader(_ name: String = "hub") throws -> LogReader {
    try LogReader(directory: folder.path(name))
  }

  /// Events that the city writes.
  @discardableResult
  func write(_ titles: String...) throws -> [Event] {
    let results = try city.append(titles.map { draft($0) }, now: moment(0), judge: applied)
    try city.checkInvariants()
    return try results.map { try $0.get().event }
  }

  @discardableResult
  func push(_ events: [Event]) throws -> IngestOutcome {
    let outcome = try hub.ingest(
      events, admitted: [herten, marl], now: moment(10), judge: applied)
    try hub.checkInvariants()
    return outcome
  }

  /// What the city takes from a pull.
  @discardableResult
  func pull() throws -> [LoggedEvent] {
    let accepted = try city.accept(blocks())
    try city.checkInvariants()
    return accepted
  }

  /// What the hub answers to a pull.
  func blocks(after position: UInt64 = 0) throws -> [TransferText.Block] {
    var text: [UInt8] = []
    try reader().rows(after: position, limit: 1_000).appendTransferText(to: &text)
    return try TransferText.blocks(text)
  }
}

@Suite struct MainPaths {
  @Test func whatACityWroteComesBackWithTheReceiptOfTheHub() throws {
    let region = try Region()
    let events = try region.write("Eins", "Zwei")
    let outcome = try region.push(events)
    #expect(outcome.accepted.map(\.event) == events)
    #expect(outcome.accepted.map(\.receipt?.position) == [1, 2])
    #expect(outcome.heads == VectorClock([Dot(herten, 2)]))
    #expect(try region.reader("city").pending().map(\.event) == events)
    let accepted = try region.pull()
    #expect(accepted.map(\.event) == events)
    #expect(accepted.map(\.provisional) == [.applied, .applied])
    #expect(try region.reader("city").pending().isEmpty)
    #expect(try region.reader("city").events(of: item()) == accepted)
  }

  @Test(arguments: ["hub", "city"]) func bothLogsVerify(name: String) throws {
    let region = try Region()
    try region.push(try region.write("Eins", "Zwei"))
    _ = try region.hub.append([draft("Drei")], now: moment(20), judge: applied)
    try region.pull()
    try region.write("Vier")
    let report = try region.reader(name).verify()
    #expect(report.fault == nil)
    #expect(report.receipts == 3)
    #expect(report.events == (name == "hub" ? 3 : 4))
  }

  /// A process may die between the writes of a commit and its sync. Its successor reads the commit
  /// from the system's memory, and tells others of it.
  @Test func whatADeadProcessLeftIsSyncedWhenTheLogIsOpened() throws {
    let region = try Region()
    let events = try region.write("Eins", "Zwei")
    let (dead, file) = (region.folder.path("dead"), region.folder.path("file"))
    let files = FileManager.default
    for folder in [dead, file] {
      try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }
    for name in ["log.sqlite", "log.sqlite-wal"] {
      try files.copyItem(atPath: region.folder.path("city/" + name), toPath: "\(dead)/\(name)")
    }
    let opened = try LogStore(directory: dead, site: herten, lineKey: key, role: .city)
    #expect(opened.heads[herten] == 2)
    // A checkpoint syncs the write-ahead log before it moves anything: the file alone holds all.
    try files.copyItem(atPath: "\(dead)/log.sqlite", toPath: "\(file)/log.sqlite")
    let alone = try LogStore(directory: file, site: herten, lineKey: key, role: .city)
    #expect(alone.headID(of: herten) == events.last?.id)
  }
}
