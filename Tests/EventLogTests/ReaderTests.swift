// Reading: order, limits, raw rows, export, and that every search uses an index.

import EventLog
import Events
import Foundation
import SQLite
import Testing

@Suite struct Reading {
  /// Three events of Herten at the hub, then one of the Kreis.
  func hub() throws -> (Region, [LoggedEvent]) {
    let region = try Region()
    let pushed = try region.push(try region.write("Eins", "Zwei", "Drei")).accepted
    let own = try region.hub.append([draft("Vier")], now: moment(20), judge: applied)
    return (region, pushed + [try own[0].get()])
  }

  @Test func anEmptyLogHoldsNothing() throws {
    let region = try Region()
    let reader = try region.reader()
    #expect(try reader.heads().isEmpty)
    #expect(try reader.headID(of: herten) == nil)
    #expect(try reader.position() == 0)
    #expect(try reader.events(after: 0, limit: 9).isEmpty)
    #expect(try reader.event(at: Dot(herten, 1)) == nil)
    #expect(try reader.rows(after: 0, limit: 9).lastPosition() == nil)
    #expect(try reader.verify().fault == nil)
    #expect(reader.site == kreis)
  }

  @Test func headsAndPositionAreThoseOfTheWriter() throws {
    let (region, all) = try hub()
    let reader = try region.reader()
    #expect(try reader.heads() == region.hub.heads)
    #expect(try reader.position() == 4)
    #expect(try reader.headID(of: herten) == all[2].event.id)
    #expect(region.hub.headID(of: herten) == all[2].event.id)
  }

  @Test func aLineIsReadInPieces() throws {
    let (region, all) = try hub()
    let reader = try region.reader()
    #expect(try reader.line(of: herten, after: 0, limit: 2) == Array(all[..<2]))
    #expect(try reader.line(of: herten, after: 2, limit: 2) == [all[2]])
    #expect(try reader.line(of: herten, after: .max, limit: 2).isEmpty)
    #expect(try reader.line(of: marl, after: 0, limit: 2).isEmpty)
  }

  @Test func theOrderOfTheHubIsReadInPieces() throws {
    let (region, all) = try hub()
    let reader = try region.reader()
    #expect(try reader.events(after: 0, limit: 3) == Array(all[..<3]))
    #expect(try reader.events(after: 3, limit: 3) == [all[3]])
    #expect(try reader.events(after: 4, limit: 3).isEmpty)
    #expect(try reader.events(after: .max, limit: 3).isEmpty)
  }

  @Test func anItemIsReadInTheOrderOfTheHubThenWhatIsPending() throws {
    let (region, _) = try hub()
    let own = try region.write("Fünf")[0]
    try region.pull()
    let read = try region.reader("city").events(of: item())
    #expect(read.map(\.receipt?.position) == [1, 2, 3, 4, nil])
    #expect(read.last?.event == own)
    #expect(try region.reader("city").events(of: item("bbbbbbbb")).isEmpty)
  }

  @Test func pendingEventsAreReadInTheOrderOfTheLine() throws {
    let region = try Region()
    let events = try region.write("Eins", "Zwei", "Drei")
    #expect(try region.reader("city").pending().map(\.event) == events)
    #expect(try region.reader("city").pending(limit: 2).map(\.event) == Array(events[..<2]))
  }

  @Test func rawRowsDecodeToTheSameEventsOneByOne() throws {
    let (region, all) = try hub()
    let rows = try region.reader().rows(after: 1, limit: 9)
    #expect(rows.count == 3)
    #expect(try rows.lastPosition() == 4)
    #expect(try (0..<3).map { try rows.logged($0) } == Array(all[1...]))
    #expect(try rows.decoded() == Array(all[1...]))
  }

  @Test func rawRowsKeepTheProvisionalVerdict() throws {
    let region = try Region()
    try region.push(try region.write("Eins"))
    try region.pull()
    let rows = try region.reader("city").rows(after: 0, limit: 9)
    #expect(try rows.logged(0).provisional == .applied)
  }

  // log-6, log-7
  @Test func anExportHoldsEverythingAndIsAccepted() throws {
    let (region, all) = try hub()
    try region.pull()
    let pending = try region.write("Fünf")[0]
    var text: [UInt8] = []
    try region.reader("city").export { text += $0 }
    let blocks = try TransferText.blocks(text)
    #expect(blocks.count == 9)
    #expect(blocks.last == .event(pending))
    let restored = try LogStore(
      directory: region.folder.path("restored"), site: marl, lineKey: key, role: .city)
    #expect(try restored.accept(Array(blocks.dropLast())).map(\.event) == all.map(\.event))
  }

  @Test(arguments: LogReader.SQL.searches.keys.sorted())
  func everySearchUsesAnIndex(name: String) throws {
    let region = try Region()
    let file = try Connection(path: region.folder.path("city/log.sqlite"), mode: .readOnly)
    let plan = try file.plan(try #require(LogReader.SQL.searches[name]))
    let events = plan.filter { $0.contains(" e ") || $0.contains(" events ") || $0.hasSuffix(" e") }
    #expect(!events.isEmpty || ["leaves", "tile"].contains(name))
    for step in plan {
      // The region has few lines, and of pending events all are wanted.
      let isSmall = step.hasPrefix("SCAN l") || step == "SCAN e USING INDEX events_pending"
      let isSorted = step == "USE TEMP B-TREE FOR ORDER BY" && name == "eventsOfItem"
      let isNested = step.contains("SCALAR SUBQUERY")
      #expect(step.hasPrefix("SEARCH") || isSmall || isSorted || isNested, "\(plan)")
    }
  }
}
