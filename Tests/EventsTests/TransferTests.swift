// Receipts, and streams of events and receipts in pieces of any size.

import Events
import Testing

struct ReceiptTests {
  @Test(arguments: [Verdict.applied, .parked] + Verdict.VoidReason.allCases.map { .void($0) })
  func aReceiptIsReadBackFromItsLine(verdict: Verdict) throws {
    let receipt = Receipt(
      position: 90_412, received: Sample.time, dot: Dot(Sample.herten, 42),
      id: SHA256.hash([3]), verdict: verdict)
    #expect(try Receipt(scanning: receipt.line) == receipt)
  }

  @Test(arguments: Vector.all("receipts").filter { $0.heads["expect"] == "receipt" })
  func everyGoodVectorIsReadAndWrittenAlike(vector: Vector) throws {
    let line = Array(vector.body.dropLast())
    let receipt = try Receipt(scanning: line)
    #expect(receipt.line == line)
    let verdict =
      switch receipt.verdict {
      case .applied: "applied"
      case .parked: "parked"
      case .void(let reason): "void \(reason.rawValue)"
      }
    #expect(verdict == vector.heads["verdict"])
  }

  @Test(arguments: Vector.all("receipts").filter { $0.heads["expect"] != "receipt" })
  func everyBadVectorIsRefusedWithItsReasonAndPlace(vector: Vector) throws {
    let reason = try #require(vector.heads["expect"].flatMap(EventError.Reason.init))
    let offset = try #require(vector.heads["offset"].flatMap { Int($0) })
    #expect(throws: EventError(reason, line: 1, offset: offset)) {
      try Receipt(scanning: Array(vector.body.dropLast()))
    }
  }

  @Test func everyByteOfAReceiptCounts() throws {
    let receipt = Receipt(
      position: 7, received: Sample.time, dot: Dot(Sample.herten, 42), id: SHA256.hash([3]),
      verdict: .void(.noRight))
    for index in receipt.line.indices {
      for new in [0, 0x0a, 0x20, 0x22, 0x30, 0x39, 0x61, 0x7d, 0xff] as [UInt8]
      where new != receipt.line[index] {
        var line = receipt.line
        line[index] = new
        guard let changed = try? Receipt(scanning: line) else { continue }
        #expect(changed != receipt && changed.line == line)
      }
    }
  }
}

struct TransferTests {
  private func stream() throws -> (bytes: [UInt8], blocks: [TransferText.Block]) {
    var bytes: [UInt8] = []
    var blocks: [TransferText.Block] = []
    for seq in UInt64(1)...3 {
      let event = try Sample.event(seq: seq)
      let receipt = Receipt(
        position: seq, received: Sample.time, dot: event.dot, id: event.id, verdict: .applied)
      TransferText.append(receiptLine: receipt.line, to: &bytes)
      TransferText.append(event, to: &bytes)
      blocks += [.receipt(receipt), .event(event)]
    }
    return (bytes, blocks)
  }

  private func read(_ pieces: [[UInt8]]) throws -> [TransferText.Block] {
    var reader = TransferText.Reader()
    var blocks: [TransferText.Block] = []
    for piece in pieces { try reader.feed(piece) { blocks.append($0) } }
    try reader.finish()
    return blocks
  }

  @Test func aStreamIsReadWhole() throws {
    let (bytes, blocks) = try stream()
    #expect(try TransferText.blocks(bytes) == blocks)
    #expect(try TransferText.blocks([]).isEmpty)
  }

  @Test func aStreamIsReadByteByByte() throws {
    let (bytes, blocks) = try stream()
    #expect(try read(bytes.map { [$0] }) == blocks)
  }

  @Test func aStreamIsReadSplitAnywhere() throws {
    let (bytes, blocks) = try stream()
    for cut in 0...bytes.count {
      #expect(try read([Array(bytes[..<cut]), Array(bytes[cut...])]) == blocks, "cut at \(cut)")
    }
  }

  @Test func aStreamTwiceGivesItsBlocksTwice() throws {
    let (bytes, blocks) = try stream()
    #expect(try read([bytes + bytes]) == blocks + blocks)
    #expect(try read([bytes, bytes]) == blocks + blocks)
  }

  @Test func aStreamCutAnywhereButBetweenBlocksIsTruncated() throws {
    let (bytes, _) = try stream()
    for count in 0..<bytes.count {
      let text = Array(bytes[..<count])
      let isWhole = count == 0 || (count > 1 && text.suffix(2) == [0x0a, 0x0a])
      do throws(EventError) {
        _ = try TransferText.blocks(text)
        #expect(isWhole, "\(count) bytes")
      } catch {
        #expect(!isWhole && error.reason == .truncated, "\(count) bytes")
      }
    }
  }

  @Test func anErrorNamesTheLineOfTheStream() throws {
    let event = try Sample.event()
    var bytes: [UInt8] = []
    TransferText.append(event, to: &bytes)
    let lines = bytes.count { $0 == 0x0a }
    TransferText.append(eventText: event.text.map { $0 == 0x72 ? 0x52 : $0 }, to: &bytes)
    #expect(throws: EventError(.site, line: lines + 1, offset: 15)) {
      try TransferText.blocks(bytes)
    }
  }

  // log-5
  @Test(arguments: ["\n\n", "\n", "hello\n\n", "\n{\"v\":1}\n\n", "[]\n\n", "{\"w\":1}\n\n"])
  func somethingElseIsNoBlock(text: String) {
    #expect(throws: EventError.self) { try TransferText.blocks(Array(text.utf8)) }
  }

  @Test func aReceiptOfTwoLinesIsRefused() {
    let receipt = Receipt(
      position: 7, received: Sample.time, dot: Dot(Sample.herten, 42), id: .zero, verdict: .applied)
    #expect(throws: EventError(.notCanonical, line: 1, offset: receipt.line.count)) {
      try TransferText.blocks(receipt.line + Array("\n{}\n\n".utf8))
    }
  }

  @Test func aBlockWithoutEndIsNotKeptForEver() {
    var reader = TransferText.Reader()
    let piece = [UInt8](repeating: 0x61, count: 64 * 1024)
    #expect(throws: EventError(.tooLarge, line: 1, offset: EventLimits.eventBytes)) {
      for _ in 0..<17 { try reader.feed(piece) { _ in } }
    }
  }

  @Test func theLargestEventPassesInAStream() throws {
    func draft(_ last: Int) -> EventDraft {
      EventDraft(
        type: "site.admitted",
        writes: (0..<5).map {
          .init("f\($0)", .string(String(repeating: "x", count: $0 < 4 ? 200_000 : last)))
        })
    }
    let room = EventLimits.eventBytes - (try Sample.event(draft(0))).text.count
    let event = try Sample.event(draft(room))
    var bytes: [UInt8] = []
    TransferText.append(event, to: &bytes)
    #expect(try read([Array(bytes.dropLast()), [0x0a]]) == [.event(event)])
  }

  @Test func whatTheReceiverThrowsIsHandedOn() throws {
    let (bytes, _) = try stream()
    var reader = TransferText.Reader()
    #expect(throws: EventError(.block, line: 9, offset: 9)) {
      try reader.feed(bytes) { _ throws(EventError) in throw EventError(.block, line: 9, offset: 9)
      }
    }
  }
}
