// No bit of an event or a receipt can change unseen.

import EventLog
import Events
import Foundation
import SQLite
import Testing

/// Flips one bit.
private func flipped(_ bytes: [UInt8], bit: Int) -> [UInt8] {
  var result = bytes
  result[bit / 8] ^= 1 << UInt8(bit % 8)
  return result
}

/// A city's log with two receipts and a pending event, open for anybody to change.
private struct OpenLog {
  let folder: Folder
  let file: Connection
  let reader: LogReader

  init() throws {
    let region = try Region()
    try region.push(try region.write("Eins", "Zwei"))
    try region.pull()
    try region.write("Drei")
    region.city.close()
    folder = region.folder
    file = try Connection(path: folder.path("city/log.sqlite"), mode: .readWrite)
    try file.execute("PRAGMA synchronous = OFF")
    reader = try region.reader("city")
  }

  func blob(_ sql: String) throws -> [UInt8] {
    try #require(try file.statement(sql).first { $0.blob(0) })
  }

  func fault() throws -> VerifyReport.Fault? { try reader.verify(lineKey: key).fault }
}

@Suite struct Verify {
  // log-11
  @Test(arguments: 1...3) func anyBitOfAnEventIsFoundAndTheEventNamed(arrival: Int) throws {
    let log = try OpenLog()
    let text = try log.blob("SELECT text FROM events WHERE arrival = \(arrival)")
    let update = try log.file.statement("UPDATE events SET text = ?1 WHERE arrival = ?2")
    for bit in 0..<text.count * 8 {
      try update.run(flipped(text, bit: bit), arrival)
      let dot = try log.fault()?.dot
      #expect(dot == Dot(herten, UInt64(arrival)), "bit \(bit)")
    }
    try update.run(text, arrival)
    #expect(try log.fault() == nil)
  }

  // log-15
  @Test(arguments: 1...2) func anyBitOfAReceiptIsFoundAndTheEventNamed(position: Int) throws {
    let log = try OpenLog()
    let line = try log.blob("SELECT line FROM receipts WHERE position = \(position)")
    let update = try log.file.statement("UPDATE receipts SET line = ?1 WHERE position = ?2")
    for bit in 0..<line.count * 8 {
      try update.run(flipped(line, bit: bit), position)
      let fault = try log.fault()
      #expect(fault?.dot == Dot(herten, UInt64(position)), "bit \(bit)")
      #expect(fault?.position == UInt64(position))
    }
    try update.run(line, position)
    #expect(try log.fault() == nil)
  }

  @Test(arguments: [("events", "id", "arrival"), ("receipts", "leaf", "position")])
  func anyBitOfAStoredHashIsFound(table: String, column: String, rowid: String) throws {
    let log = try OpenLog()
    let hash = try log.blob("SELECT \(column) FROM \(table) WHERE \(rowid) = 2")
    let update = try log.file.statement("UPDATE \(table) SET \(column) = ?1 WHERE \(rowid) = 2")
    for bit in 0..<hash.count * 8 {
      try update.run(flipped(hash, bit: bit))
      let fault = try log.fault()
      #expect(fault?.dot == Dot(herten, 2), "bit \(bit)")
      #expect(fault?.reason == (table == "events" ? .id : .leaf))
    }
  }

  /// A change that hides itself better than a flipped bit, the dot and the reason that are named.
  struct Change: CustomTestStringConvertible, Sendable {
    let sql: String
    let seq: UInt64
    let reason: VerifyReport.Reason

    init(_ sql: String, _ seq: UInt64, _ reason: VerifyReport.Reason) {
      self.sql = sql
      self.seq = seq
      self.reason = reason
    }

    var testDescription: String { sql }
  }

  static let changes = [
    Change("UPDATE events SET seq = 9 WHERE arrival = 2", 9, .column("seq")),
    Change("UPDATE events SET item = NULL WHERE arrival = 2", 2, .column("item")),
    Change("UPDATE events SET item = 'x' WHERE arrival = 2", 2, .column("item")),
    Change("UPDATE lines SET site = 'marl'", 0, .column("line")),
    Change("UPDATE events SET line = 9 WHERE arrival = 2", 0, .column("line")),
    Change("UPDATE events SET arrival = 7 WHERE arrival = 3", 3, .column("arrival")),
    Change("UPDATE events SET provisional = 'no' WHERE arrival = 3", 3, .column("provisional")),
    Change("UPDATE events SET provisional = NULL WHERE arrival = 3", 3, .notJudged),
    Change("UPDATE events SET position = 1 WHERE arrival = 2", 2, .notLatest),
    Change("UPDATE events SET position = NULL WHERE arrival = 2", 2, .notLatest),
    Change("UPDATE events SET position = 9 WHERE arrival = 3", 3, .position),
    Change("UPDATE receipts SET arrival = 3 WHERE position = 2", 3, .otherEvent),
    Change("DELETE FROM receipts WHERE position = 1", 2, .position),
    Change("DELETE FROM receipts WHERE position = 2", 2, .position),
    Change(
      "DELETE FROM events WHERE arrival = 1", 2, .column("arrival")),
    Change(
      "DELETE FROM events WHERE arrival = 1; UPDATE events SET arrival = arrival - 1", 2,
      .door(.gap(Dot(herten, 2), next: 1))),
  ]

  // log-12, log-13, log-16
  @Test(arguments: changes) func aChangedLogIsFoundAndTheEventNamed(change: Change) throws {
    let log = try OpenLog()
    try log.file.execute(change.sql)
    let fault = try log.fault()
    #expect(fault?.reason == change.reason)
    if change.seq > 0 { #expect(fault?.dot?.seq == change.seq) }
  }

  // log-14
  @Test func anotherSecretOfTheLineIsFound() throws {
    let log = try OpenLog()
    let report = try log.reader.verify(lineKey: [9])
    #expect(report.fault?.reason == .mac)
    #expect(report.fault?.dot == Dot(herten, 1))
    #expect(report.events == 0)
  }

  @Test func whatIsGoodBeforeTheFaultIsCounted() throws {
    let log = try OpenLog()
    try log.file.execute("UPDATE events SET text = x'00' WHERE arrival = 3")
    let report = try log.reader.verify()
    #expect(report.events == 2)
    #expect(report.heads == VectorClock([Dot(herten, 2)]))
  }

  @Test func progressEndsAtTheWhole() throws {
    let log = try OpenLog()
    var last = (0, 0)
    _ = try log.reader.verify { last = ($0, $1) }
    #expect(last == (5, 5))
  }

  // log-17
  @Test func aFlippedBitInTheFileIsFoundOrChangesNothing() throws {
    let log = try OpenLog()
    try log.file.checkpoint(.truncate)
    let good = try log.reader.events(after: 0, limit: 9) + log.reader.pending()
    let bytes = Array(try Data(contentsOf: URL(filePath: log.folder.path("city/log.sqlite"))))
    let texts = good.map(\.event.text)
    try FileManager.default.createDirectory(
      atPath: log.folder.path("copy"), withIntermediateDirectories: true)
    let copy = log.folder.path("copy/log.sqlite")
    func outcome(_ bit: Int) throws -> VerifyReport.Fault? {
      try Data(flipped(bytes, bit: bit)).write(to: URL(filePath: copy))
      let reader = try LogReader(directory: log.folder.path("copy"))
      let report = try reader.verify(lineKey: key)
      if report.fault != nil { return report.fault }
      let read = try reader.events(after: 0, limit: 9) + reader.pending()
      #expect(read == good, "bit \(bit)")
      return nil
    }
    // A prime step goes through all positions in a byte.
    for bit in stride(from: 0, to: bytes.count * 8, by: 1_009) {
      // Opening or reading may refuse the file: that is found, too.
      do throws(any Error) { _ = try outcome(bit) } catch { #expect(error is LogError) }
    }
    for (index, text) in texts.enumerated() {
      let range = try #require(bytes.firstRange(of: text))
      for bit in stride(from: range.lowerBound * 8, to: range.upperBound * 8, by: 61) {
        let dot = try outcome(bit)?.dot
        #expect(dot == Dot(herten, UInt64(index + 1)), "bit \(bit)")
      }
    }
  }
}
