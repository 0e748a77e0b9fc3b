// Events of one line that have no effect, for those who wrote them. Protocols/log.md §2.

package import Events
import SQLite

extension LogReader {
  /// What a search for events without effect found.
  package struct Voids: Sendable {
    /// The events, in the order of the line.
    package let events: [LoggedEvent]
    /// Up to here the hub has spoken and everything was looked at: the next search begins behind.
    package let settled: UInt64
  }

  /// Rows that one search gives; the rest comes with the next.
  package static let maximumVoids = 500

  /// The events of a line after a number that have no effect: by the hub's verdict, or by this
  /// node's while there is no receipt.
  package func voids(of site: SiteID, after seq: UInt64) throws(LogError) -> Voids {
    do {
      var events: [LoggedEvent] = []
      try connection.statement(SQL.voids).query(
        site.description, seq.clamped, Self.maximumVoids
      ) { events.append(try StoredRow($0).logged()) }
      if events.count == Self.maximumVoids, let last = events.last {
        return Voids(events: events, settled: last.receipt == nil ? seq : last.event.dot.seq)
      }
      // Only the own line has events that wait.
      let waiting = try connection.statement(SQL.firstPending).first { $0.optionalInt(0) } ?? nil
      let head = try heads()[site]
      let settled = site == self.site ? waiting.map { UInt64($0) - 1 } ?? head : head
      return Voids(events: events, settled: max(seq, settled))
    } catch {
      throw LogError(wrapping: error)
    }
  }
}

extension LogReader.SQL {
  /// A receipt's line is stored as bytes.
  static let voids = """
    \(LogReader.selectLogged) \(LogReader.fromEvents)
    WHERE e.line = (SELECT number FROM lines WHERE site = ?1) AND e.seq > ?2
      AND CASE WHEN r.line IS NULL THEN e.provisional GLOB 'void *'
        ELSE instr(r.line, CAST('"verdict":"void"' AS BLOB)) > 0 END
    ORDER BY e.seq LIMIT ?3
    """
  static let firstPending = "SELECT min(seq) FROM events WHERE position IS NULL"
}
