// Everything that the log claims, computed again from its bytes. Protocols/log.md §4.

package import Events
import SQLite

/// What a verification of the log found.
package struct VerifyReport: Sendable, Equatable {
  /// Events that were found good.
  package var events = 0
  /// Receipts that were found good.
  package var receipts = 0
  /// The good events of each line.
  package var heads = VectorClock()
  /// The tree over the good receipts.
  package var tree = TreeHead.empty
  /// Events by which a site has confirmed a tree that is not that of the receipts: the order was
  /// rewritten, or the site speaks of another one. The log is whole all the same.
  package var contradicted: [Dot] = []
  /// The first thing that is not as it must be; nothing after it was looked at.
  package var fault: Fault?

  /// Something that is not as it must be.
  package struct Fault: Sendable, Equatable {
    /// The event that it concerns; nil if it cannot be told.
    package let dot: Dot?
    /// The receipt that it concerns.
    package let position: UInt64?
    /// What is wrong.
    package let reason: Reason
  }

  /// What can be wrong.
  package enum Reason: Sendable, Equatable {
    /// The text is not an event, or its field lines are not those that the header commits to.
    case event(EventError)
    /// The stored id is not the hash of the header.
    case id
    /// What a column says of the event is not what its text says.
    case column(String)
    /// The line, or what its contexts name, is not complete: `gap`, `brokenChain`,
    /// `contextNotHeld` or `ownFuture`.
    case door(LogError)
    /// An event of the own line was not written with the secret of the line.
    case mac
    /// Neither a receipt nor an own event with a provisional verdict.
    case notJudged
    /// The line is not a receipt.
    case receipt(EventError)
    /// The stored hash is not that of the receipt line.
    case leaf
    /// Positions do not count from 1 without gaps, or the line states another one.
    case position
    /// The receipt names another event than the one that it is stored for.
    case otherEvent
    /// The event does not point to the last receipt that names it.
    case notLatest
    /// A stored hash of the tree is not that of the receipts below it.
    case tile(level: Int, number: UInt64)
    /// The table of witnesses does not name the events that confirm a tree.
    case witnesses
    /// SQLite finds the file itself damaged.
    case file(String)
  }
}

extension LogReader {
  /// How many events pass between two calls of `progress`.
  private static let progressStep = 10_000

  /// Checks the whole log: every event's text, id and commitment, every line from its first
  /// event, every context, the receipts and their order, the columns, the tree, and the file's
  /// structure. Events come first, in the order of their arrival, then receipts with the hashes of
  /// the tree that they complete, then the file.
  ///
  /// - Parameters:
  ///   - lineKey: the secret of the own line; without it the `mac` is not checked.
  ///   - progress: is told now and then how many of how many rows were checked.
  package func verify(
    lineKey: [UInt8]? = nil, progress: (_ checked: Int, _ of: Int) -> Void = { _, _ in }
  ) throws(LogError) -> VerifyReport {
    var report = VerifyReport()
    var tree = TreeCheck()
    do {
      try connection.read {
        let total =
          try connection.integer("SELECT count(*) FROM events")
          + connection.integer("SELECT count(*) FROM receipts")
        try verifyEvents(into: &report, &tree, lineKey: lineKey) { progress($0, total) }
        if report.fault == nil {
          try verifyReceipts(into: &report, &tree) { progress($0, total) }
        }
        report.tree = tree.edge.head
        if report.fault == nil {
          tree.end()
          report.contradicted = tree.contradicted
          report.fault = try fault(behind: tree)
        }
        if report.fault == nil { report.fault = try fileFault() }
        progress(report.events + report.receipts, total)
      }
    } catch SQLiteError.corrupt(let message) {
      report.fault = VerifyReport.Fault(dot: nil, position: nil, reason: .file(message))
    } catch {
      throw LogError(wrapping: error)
    }
    return report
  }

  // Casts, because a damaged row may hold any type, which reading a column would take for a fault
  // of this program.
  private static let everyEvent = """
    SELECT CAST(e.text AS BLOB), CAST(e.id AS BLOB), CAST(l.site AS TEXT),
      CAST(ifnull(e.seq, 0) AS INTEGER), CAST(e.item AS TEXT), CAST(e.provisional AS TEXT),
      CAST(e.position AS INTEGER), e.arrival
    FROM events e LEFT JOIN lines l ON l.number = e.line ORDER BY e.arrival
    """
  private static let everyReceipt = """
    SELECT r.position, CAST(r.line AS BLOB), CAST(r.leaf AS BLOB), CAST(e.id AS BLOB),
      CAST(e.position AS INTEGER), CAST(l.site AS TEXT), CAST(ifnull(e.seq, 0) AS INTEGER)
    FROM receipts r LEFT JOIN events e ON e.arrival = r.arrival
    LEFT JOIN lines l ON l.number = e.line ORDER BY r.position
    """

  private func verifyEvents(
    into report: inout VerifyReport, _ tree: inout TreeCheck, lineKey: [UInt8]?,
    progress: (Int) -> Void
  ) throws {
    var state = LogState()
    let row = try connection.statement(Self.everyEvent)
    defer { row.reset() }
    while try row.step() {
      let dot = Self.dot(row.optionalText(2), row.int(3))
      state.lastArrival += 1
      let position = row.optionalInt(6).map { UInt64(clamping: $0) }
      let arrival = state.lastArrival
      if let reason = fault(
        in: row, state: &state, lineKey: lineKey,
        note: { tree.note($0, arrival: arrival, position: position) })
      {
        report.fault = VerifyReport.Fault(dot: dot, position: position, reason: reason)
        return
      }
      report.events += 1
      report.heads = state.clock
      if report.events.isMultiple(of: Self.progressStep) { progress(report.events) }
    }
  }

  /// What is wrong with a row of `everyEvent`; if nothing is, it becomes the end of its line.
  private func fault(
    in row: Statement, state: inout LogState, lineKey: [UInt8]?, note: (Event) -> Void
  ) -> VerifyReport.Reason? {
    let event: Event
    do throws(EventError) {
      event = try Event(scanning: row.optionalBlob(0) ?? [])
    } catch {
      return .event(error)
    }
    if row.optionalBlob(1) != event.id.bytes { return .id }
    if row.optionalText(2) != event.dot.site.description { return .column("line") }
    if row.int(3) != event.dot.seq.clamped { return .column("seq") }
    if row.optionalText(4) != event.item?.description { return .column("item") }
    if row.int(7) != state.lastArrival { return .column("arrival") }
    do throws(LogError) {
      try state.admit(event)
    } catch {
      return .door(error)
    }
    let isOwn = event.dot.site == site
    if isOwn, let lineKey, !event.isAuthentic(lineKey: lineKey) { return .mac }
    if let word = row.optionalText(5) {
      guard isOwn, Verdict(word: word) != nil else { return .column("provisional") }
    } else if row.optionalInt(6) == nil {
      return .notJudged
    }
    state.advance(to: event)
    note(event)
    return nil
  }

  private func verifyReceipts(
    into report: inout VerifyReport, _ tree: inout TreeCheck, progress: (Int) -> Void
  ) throws {
    tree.sort()
    let row = try connection.statement(Self.everyReceipt)
    defer { row.reset() }
    while try row.step() {
      let next = UInt64(report.receipts) + 1
      if let reason = fault(inReceipt: row, next: next) {
        report.fault = VerifyReport.Fault(
          dot: Self.dot(row.optionalText(5), row.int(6)), position: next, reason: reason)
        return
      }
      // The stored leaf was found to be that of the line.
      let leaf = row.optionalBlob(2).flatMap { Digest(bytes: $0) } ?? .zero
      if let fault = fault(inTiles: tree.append(leaf)) {
        report.fault = fault
        return
      }
      report.receipts += 1
      if report.receipts.isMultiple(of: Self.progressStep) {
        progress(report.events + report.receipts)
      }
    }
    // Each position of an event was met above, or there is no such receipt.
    let lost = try connection.statement(
      """
      SELECT l.site, e.seq, e.position FROM events e JOIN lines l ON l.number = e.line
      WHERE e.position NOT BETWEEN 1 AND ?1 ORDER BY e.arrival LIMIT 1
      """)
    report.fault = try lost.first(report.receipts) { row in
      VerifyReport.Fault(
        dot: Self.dot(row.text(0), row.int(1)), position: UInt64(clamping: row.int(2)),
        reason: .position)
    }
  }

  /// What is wrong with a row of `everyReceipt`.
  private func fault(inReceipt row: Statement, next: UInt64) -> VerifyReport.Reason? {
    let line = row.optionalBlob(1) ?? []
    if row.optionalBlob(2) != Receipt.leaf(of: line).bytes { return .leaf }
    let receipt: Receipt
    do throws(EventError) {
      receipt = try Receipt(scanning: line)
    } catch {
      return .receipt(error)
    }
    guard row.int(0) == next.clamped, receipt.position == next else { return .position }
    let dot = Self.dot(row.optionalText(5), row.int(6))
    guard receipt.dot == dot, row.optionalBlob(3) == receipt.id.bytes else { return .otherEvent }
    guard let position = row.optionalInt(4), position >= next.clamped else { return .notLatest }
    return nil
  }

  /// The first complaint of SQLite about pages, indexes and types.
  private func fileFault() throws -> VerifyReport.Fault? {
    let check = try connection.statement("PRAGMA integrity_check(1)")
    guard let complaint = try check.first(row: { $0.text(0) }), complaint != "ok" else {
      return nil
    }
    return VerifyReport.Fault(dot: nil, position: nil, reason: .file(complaint))
  }

  private static func dot(_ site: String?, _ seq: Int) -> Dot? {
    guard let site = site.flatMap(SiteID.init), seq > 0 else { return nil }
    return Dot(site, UInt64(seq))
  }
}

extension VerifyReport.Fault: CustomStringConvertible {
  /// Which event or receipt, and what is wrong with it, in one line.
  package var description: String {
    let event = dot.map { "event \($0)" }
    let receipt = position.map { "receipt \($0)" }
    let place = [event, receipt].compactMap(\.self).joined(separator: ", ")
    return place.isEmpty ? "\(reason)" : "\(place): \(reason)"
  }
}

extension VerifyReport.Reason: CustomStringConvertible {
  package var description: String {
    switch self {
    case .event(let error): "the text is not what was written (\(error))"
    case .id: "the stored id is not the hash of the header"
    case .column(let name): "the column \(name) contradicts the text"
    case .door(let error): "\(error)"
    case .mac: "it was not written with the secret of this line"
    case .notJudged: "it has neither a receipt nor a provisional verdict"
    case .receipt(let error): "the line is not a receipt (\(error))"
    case .leaf: "the stored hash is not that of the receipt line"
    case .position: "positions do not count from 1 without gaps"
    case .otherEvent: "the receipt names another event than the one that it stands for"
    case .notLatest: "the event does not point to the last receipt that names it"
    case .tile(let level, let number):
      "the tile \(number) of level \(level) is not what the receipts below it give"
    case .witnesses: "the table of witnesses is not what the events state"
    case .file(let message): "the file is damaged (\(message))"
    }
  }
}
