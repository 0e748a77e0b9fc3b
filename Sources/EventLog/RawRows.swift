// Many rows of the log at once, undecoded, so that replay can decode them on all cores and a pull
// can be answered without decoding at all. Protocols/log.md §3.

import Events
import SQLite

/// Receipts in the order of their positions, each with its event: bytes in one buffer.
package struct RawRows: Sendable {
  private var bytes: [UInt8] = []
  private var rows: [Row] = []

  /// Where a row's bytes are: id, provisional word, receipt line and text follow each other.
  private struct Row {
    let start: Int
    let provisional: Int
    let line: Int
    let text: Int
    let end: Int
  }

  /// How many rows there are.
  package var count: Int { rows.count }

  fileprivate mutating func append(_ row: Statement) {
    let start = bytes.count
    append(row, 0)
    let provisional = bytes.count
    if !row.isNull(2) { append(row, 2) }
    let line = bytes.count
    append(row, 3)
    let text = bytes.count
    append(row, 1)
    rows.append(
      Row(start: start, provisional: provisional, line: line, text: text, end: bytes.count))
  }

  private mutating func append(_ row: Statement, _ column: Int) {
    row.withBlob(column) { span in
      span.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
    }
  }

  /// The position of the last row; nil if there is none.
  package func lastPosition() throws(LogError) -> UInt64? {
    guard let row = rows.last else { return nil }
    return try Receipt.stored(Array(bytes[row.line..<row.text])).position
  }

  /// The event of one row, with the receipt of this row. May be called from any thread.
  package func logged(_ index: Int) throws(LogError) -> LoggedEvent {
    let row = rows[index]
    guard let id = Digest(bytes: bytes[row.start..<row.provisional]) else {
      throw .damaged(nil, reason: "an id of no hash")
    }
    let event = try Event.stored(Array(bytes[row.text..<row.end]), id: id, dot: nil)
    let receipt = try Receipt.stored(Array(bytes[row.line..<row.text]))
    var provisional: Verdict?
    if row.provisional < row.line {
      provisional = Verdict(
        word: String(decoding: bytes[row.provisional..<row.line], as: UTF8.self))
    }
    return LoggedEvent(event: event, receipt: receipt, provisional: provisional)
  }

  /// All rows, decoded one after another.
  package func decoded() throws(LogError) -> [LoggedEvent] {
    var result: [LoggedEvent] = []
    result.reserveCapacity(count)
    for index in rows.indices { result.append(try logged(index)) }
    return result
  }

  /// Appends the rows as transfer text: each receipt, then its event.
  package func appendTransferText(to output: inout [UInt8]) {
    for row in rows {
      output.append(contentsOf: bytes[row.line..<row.text])
      output.append(0x0a)
      output.append(0x0a)
      output.append(contentsOf: bytes[row.text..<row.end])
      output.append(0x0a)
    }
  }
}

extension LogReader {
  /// The receipts after a position with their events, undecoded, at most `limit`. Empty at the
  /// end.
  package func rows(after position: UInt64, limit: Int) throws(LogError) -> RawRows {
    do {
      var rows = RawRows()
      try connection.statement(SQL.rowsAfter).query(position.clamped, limit) { rows.append($0) }
      return rows
    } catch {
      throw LogError(wrapping: error)
    }
  }

  /// How many rows an export holds in memory at once: 2 MB of ordinary events.
  private static let exportRows = 2_000

  /// Writes the whole log from a position as transfer text: receipts with their events, then the
  /// own events that have no receipt yet. `write` gets pieces of some megabytes.
  package func export(
    after position: UInt64 = 0, write: ([UInt8]) throws(LogError) -> Void
  ) throws(LogError) {
    var position = position
    while true {
      let rows = try rows(after: position, limit: Self.exportRows)
      guard let last = try rows.lastPosition() else { break }
      position = last
      var piece: [UInt8] = []
      rows.appendTransferText(to: &piece)
      try write(piece)
    }
    var piece: [UInt8] = []
    for logged in try pending() { TransferText.append(logged.event, to: &piece) }
    if !piece.isEmpty { try write(piece) }
  }
}
