// Reading the log: over a connection of one's own, never waiting for the writer.
// Protocols/log.md §2.

package import Events
import SQLite

/// A reader of a node's log. Not `Sendable`: one thread uses it at a time; open as many as needed.
///
/// Each call sees one state of the log, two calls may see two. What a call returns is durable.
package final class LogReader {
  /// The site whose log it is.
  package let site: SiteID
  let connection: Connection

  /// Columns that `StoredRow` reads, as the start of a query.
  static let selectLogged = "SELECT e.id, e.text, e.provisional, r.line"
  /// With the receipt that counts.
  static let fromEvents = "FROM events e LEFT JOIN receipts r ON r.position = e.position"

  /// Opens the log in `directory`, which a `LogStore` made.
  package init(directory: String, busyTimeoutMilliseconds: Int = 5_000) throws(LogError) {
    connection = try LogFile.openReader(
      directory: directory, busyTimeoutMilliseconds: busyTimeoutMilliseconds)
    do {
      guard let site = SiteID(try LogFile.site(of: connection)) else {
        throw LogError.notALog(path: LogFile.path(in: directory))
      }
      self.site = site
    } catch {
      throw LogError(wrapping: error)
    }
  }

  /// Closes the file. Nothing may be called afterwards.
  package func close() { connection.close() }

  /// What the log holds of each line: a search for each line.
  package func heads() throws(LogError) -> VectorClock {
    do {
      var dots: [Dot] = []
      let query = try connection.statement(SQL.heads)
      try query.query { row in
        guard let site = SiteID(row.text(0)) else {
          throw LogError.damaged(nil, reason: "a line of no site")
        }
        dots.append(Dot(site, UInt64(row.int(1))))
      }
      return VectorClock(dots)
    } catch {
      throw LogError(wrapping: error)
    }
  }

  /// The id of the last event of a line; nil where the line has none.
  package func headID(of site: SiteID) throws(LogError) -> Digest? {
    do {
      let query = try connection.statement(SQL.headID)
      return try query.first(site.description) { Digest(bytes: $0.blob(0)) } ?? nil
    } catch {
      throw LogError(wrapping: error)
    }
  }

  /// The position of the last receipt; 0 before the first.
  package func position() throws(LogError) -> UInt64 {
    do {
      let query = try connection.statement("SELECT ifnull(max(position), 0) FROM receipts")
      return UInt64(try query.first { $0.int(0) } ?? 0)
    } catch {
      throw LogError(wrapping: error)
    }
  }

  /// The event at an address; nil if it is not held.
  package func event(at dot: Dot) throws(LogError) -> LoggedEvent? {
    try logged(SQL.eventAt, dot.site.description, dot.seq.clamped).first
  }

  /// The events of a line after a number, in the order of the line.
  package func line(
    of site: SiteID, after seq: UInt64, limit: Int
  ) throws(LogError) -> [LoggedEvent] {
    try logged(SQL.lineAfter, site.description, seq.clamped, limit)
  }

  /// The events that write an item: those with a receipt in the hub's order, then the others as
  /// they were written.
  package func events(of item: ItemID) throws(LogError) -> [LoggedEvent] {
    try logged(SQL.eventsOfItem, item.description)
  }

  /// Own events that the hub has not answered yet, in the order of the line.
  package func pending(limit: Int = .max) throws(LogError) -> [LoggedEvent] {
    try logged(SQL.pending, limit)
  }

  /// The receipts after a position with their events, in the hub's order. An event that got a
  /// second receipt appears with each of them at its place.
  package func events(after position: UInt64, limit: Int) throws(LogError) -> [LoggedEvent] {
    try rows(after: position, limit: limit).decoded()
  }

  private func logged<each V: Bindable>(
    _ sql: String, _ values: repeat each V
  ) throws(LogError) -> [LoggedEvent] {
    do {
      var result: [LoggedEvent] = []
      try connection.statement(sql).query(repeat each values) { row in
        result.append(try StoredRow(row).logged())
      }
      return result
    } catch {
      throw LogError(wrapping: error)
    }
  }
}

extension LogReader {
  /// The searches; a test states that each uses its index.
  package enum SQL {
    static let heads = """
      SELECT l.site, (SELECT max(seq) FROM events WHERE line = l.number) FROM lines l
      """
    static let headID = """
      SELECT id FROM events
      WHERE line = (SELECT number FROM lines WHERE site = ?1) ORDER BY seq DESC LIMIT 1
      """
    static let eventAt = """
      \(selectLogged) \(fromEvents)
      WHERE e.line = (SELECT number FROM lines WHERE site = ?1) AND e.seq = ?2
      """
    static let lineAfter = """
      \(selectLogged) \(fromEvents)
      WHERE e.line = (SELECT number FROM lines WHERE site = ?1) AND e.seq > ?2
      ORDER BY e.seq LIMIT ?3
      """
    static let eventsOfItem = """
      \(selectLogged) \(fromEvents)
      WHERE e.item = ?1 ORDER BY e.position IS NULL, e.position, e.arrival
      """
    static let pending = """
      \(selectLogged) \(fromEvents)
      WHERE e.position IS NULL ORDER BY e.seq LIMIT ?1
      """
    static let rowsAfter = """
      SELECT e.id, e.text, e.provisional, r.line
      FROM receipts r CROSS JOIN events e ON e.arrival = r.arrival
      WHERE r.position > ?1 ORDER BY r.position LIMIT ?2
      """
    /// The writer's search for an event that is offered again.
    static let held = """
      \(selectLogged), e.arrival \(fromEvents) WHERE e.line = ?1 AND e.seq = ?2
      """
    /// All of them by name, for the test.
    package static let searches = [
      "heads": heads, "headID": headID, "eventAt": eventAt, "lineAfter": lineAfter,
      "eventsOfItem": eventsOfItem, "pending": pending, "rowsAfter": rowsAfter, "held": held,
      "voids": voids, "firstPending": firstPending,
    ]
  }
}

/// A row of the log as it is stored.
struct StoredRow {
  let id: [UInt8]
  let text: [UInt8]
  let provisional: String?
  let receiptLine: [UInt8]?

  /// Reads the columns of `LogReader.selectLogged`.
  init(_ row: Statement) {
    id = row.blob(0)
    text = row.blob(1)
    provisional = row.optionalText(2)
    receiptLine = row.optionalBlob(3)
  }

  /// The event of the row.
  func logged() throws(LogError) -> LoggedEvent {
    guard let id = Digest(bytes: id) else { throw .damaged(nil, reason: "an id of no hash") }
    let event = try Event.stored(text, id: id, dot: nil)
    var receipt: Receipt?
    if let receiptLine { receipt = try Receipt.stored(receiptLine) }
    var verdict: Verdict?
    if let provisional {
      verdict = Verdict(word: provisional)
      if verdict == nil { throw .damaged(event.dot, reason: "a provisional verdict of no name") }
    }
    guard receipt != nil || verdict != nil else {
      throw .damaged(event.dot, reason: "an event that nobody judged")
    }
    return LoggedEvent(event: event, receipt: receipt, provisional: verdict)
  }
}

extension UInt64 {
  /// As SQLite takes it; beyond its range nothing is stored.
  var clamped: Int64 { Int64(clamping: self) }
}
