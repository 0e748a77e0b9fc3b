// A stream of events and receipts: the body of a batch, a bundle, an export, a backup.
// Protocols/log.md §3.

/// Events and receipts one after another, each followed by an empty line.
package enum TransferText {
  /// The media type over HTTP.
  package static let mediaType = "application/vnd.vesthub.events"

  /// One block of the stream.
  package enum Block: Sendable, Equatable {
    case receipt(Receipt)
    case event(Event)
  }

  /// Appends an event and the empty line after it.
  package static func append(_ event: Event, to output: inout [UInt8]) {
    append(eventText: event.text, to: &output)
  }

  /// Appends the exact text of an event and the empty line after it.
  package static func append(eventText: [UInt8], to output: inout [UInt8]) {
    output.append(contentsOf: eventText)
    output.append(0x0a)
  }

  /// Appends a receipt line and the empty line after it.
  package static func append(receiptLine: [UInt8], to output: inout [UInt8]) {
    output.append(contentsOf: receiptLine)
    output.append(0x0a)
    output.append(0x0a)
  }

  /// Reads a whole stream. An error names the line of the stream.
  package static func blocks(_ bytes: [UInt8]) throws(EventError) -> [Block] {
    var reader = Reader()
    var blocks: [Block] = []
    try reader.feed(bytes) { blocks.append($0) }
    try reader.finish()
    return blocks
  }

  /// Reads a stream in pieces of any size. After an error it is used up.
  package struct Reader: Sendable {
    private var pending: [UInt8] = []
    private var searched = 0
    private var line = 1

    /// A reader at the start of a stream.
    package init() {}

    /// Adds the next piece and hands on each block that is complete with it.
    package mutating func feed(
      _ piece: [UInt8], _ receive: (Block) throws(EventError) -> Void
    ) throws(EventError) {
      pending.append(contentsOf: piece)
      var start = 0
      while let end = blockEnd(from: start) {
        let text = Array(pending[start..<end])
        try receive(try Reader.block(text, firstLine: line))
        line += text.count { $0 == 0x0a } + 1
        start = end + 1
        searched = start
      }
      guard pending.count - start <= EventLimits.eventBytes else {
        throw EventError(.tooLarge, line: line, offset: EventLimits.eventBytes)
      }
      pending.removeSubrange(..<start)
      searched = pending.count
    }

    /// The stream is over: nothing may be left.
    package func finish() throws(EventError) {
      guard pending.isEmpty else {
        throw EventError(.truncated, line: line, offset: pending.count)
      }
    }

    /// The end of the block from `start`: behind the newline before an empty line.
    private func blockEnd(from start: Int) -> Int? {
      let bytes = pending.span
      var index = max(searched, start + 1)
      while index < bytes.count {
        if bytes[index] == 0x0a && bytes[index - 1] == 0x0a { return index }
        index += 1
      }
      return nil
    }

    private static func block(_ text: [UInt8], firstLine: Int) throws(EventError) -> Block {
      do throws(EventError) {
        if text.starts(with: "{\"pos\":".utf8) {
          return .receipt(try Receipt(scanning: text.dropLast()))
        }
        if text.starts(with: "{\"v\":".utf8) {
          return .event(try Event(scanning: text))
        }
      } catch {
        throw EventError(error.reason, line: firstLine + error.line - 1, offset: error.offset)
      }
      throw EventError(.block, line: firstLine, offset: 0)
    }
  }
}

extension Receipt {
  fileprivate init(scanning line: ArraySlice<UInt8>) throws(EventError) {
    try self.init(scanning: Array(line))
  }
}
