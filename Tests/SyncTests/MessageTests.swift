// The texts of the messages: written, read back, cut, and fed with rubbish.

import Events
import Sync
import Testing

struct Samples {
  var random = SeededGenerator(seed: 1)
  let region: RegionID
  let city: SiteID
  let kreis: SiteID
  let cityRun: InstanceID
  let hubRun: InstanceID
  let events: [Event]

  init() throws {
    region = RegionID(using: &random)
    cityRun = InstanceID(using: &random)
    hubRun = InstanceID(using: &random)
    city = try site("herten")
    kreis = try site("kreis")
    var line: [Event] = []
    for seq in 1...4 as ClosedRange<UInt64> {
      line.append(
        try sampleEvent(
          city, seq, after: line.last?.id ?? .zero, title: "Größe \(seq)", using: &random))
    }
    events = line
  }

  func head(_ seq: Int) -> LineHead {
    seq == 0 ? .empty : LineHead(seq: UInt64(seq), id: events[seq - 1].id)
  }

  func place(_ position: Int) -> Place {
    position == 0 ? .start : Place(position: UInt64(position), id: events[position - 1].id)
  }

  func moment(_ milliseconds: UInt64) -> Moment {
    Moment(
      uptimeMilliseconds: milliseconds,
      clock: Timestamp(milliseconds: 1_790_000_000_000 + Int64(milliseconds)))
  }

  func receipt(_ position: Int) -> Receipt {
    Receipt(
      position: UInt64(position), received: moment(0).clock, dot: events[position - 1].dot,
      id: events[position - 1].id, verdict: .applied)
  }

  func hello(head: Int = 2, place: Int = 1) -> Hello {
    Hello(
      region: region, site: city, instance: cityRun, head: self.head(head),
      heads: VectorClock([Dot(city, UInt64(head)), Dot(kreis, 5)]), place: self.place(place),
      clock: moment(0).clock)
  }

  func helloAnswer(
    head: Int = 2, position: UInt64 = 3, verdict: Comparison = .normal
  ) -> HelloAnswer {
    HelloAnswer(
      region: region, site: kreis, instance: hubRun, head: self.head(head),
      heads: VectorClock([Dot(city, UInt64(head))]), position: position, clock: moment(0).clock,
      verdict: verdict)
  }

  func pushAnswer() -> PushAnswer {
    PushAnswer(
      head: head(2), position: 9, positions: 8...9,
      refused: PushRefusal(dot: Dot(city, 3), reason: .gap))
  }

  func pullBody(_ positions: ClosedRange<Int>, end: UInt64, for site: SiteID?) -> [UInt8] {
    var batch = PullBatch(for: site, after: UInt64(positions.lowerBound) - 1, position: end)
    for position in positions {
      precondition(batch.add(receipt: receipt(position), event: events[position - 1]))
    }
    return batch.body(root: tree(positions.upperBound).root)
  }

  /// An answer without news to a city that holds the order up to `after`.
  func emptyPullBody(after: Int, end: UInt64) -> [UInt8] {
    PullBatch(for: city, after: UInt64(after), position: end).body(root: tree(after).root)
  }

  /// The tree over the first receipts.
  func tree(_ size: Int) -> TreeHead {
    var edge = TreeEdge()
    for position in 1..<size + 1 { edge.append(Receipt.leaf(of: receipt(position).line)) }
    return edge.head
  }
}

private func error(_ read: () throws -> Void) -> SyncError? {
  do {
    try read()
    return nil
  } catch {
    return error as? SyncError
  }
}

@Test func eachMessageIsReadAsItWasWritten() throws {
  let samples = try Samples()
  #expect(try Hello(Array(samples.hello().text.utf8)) == samples.hello())
  #expect(try Hello(Array(samples.hello(head: 0, place: 0).text.utf8)).head == .empty)
  for verdict in Comparison.allCases {
    let answer = samples.helloAnswer(verdict: verdict)
    #expect(try HelloAnswer(Array(answer.text.utf8)) == answer)
  }
  #expect(try PushAnswer(Array(samples.pushAnswer().text.utf8)) == samples.pushAnswer())
  for refusal in SyncRefusal.allCases {
    #expect(try SyncRefusal(Array(refusal.text.utf8)) == refusal)
  }
  let push = PushRequest(hub: samples.hubRun)
  #expect(try PushRequest(query: push.query) == push)
  let pull = PullRequest(hub: samples.hubRun, after: 42, waitSeconds: 25)
  #expect(try PullRequest(query: pull.query) == pull)
}

@Test func aHelloHasOneText() throws {
  let samples = try Samples()
  let text = samples.hello(head: 1, place: 0).text
  let zeros = String(repeating: "0", count: 64)
  #expect(
    text == "{\"clock\":\"2026-09-21T14:13:20.000Z\","
      + "\"head\":{\"id\":\"\(samples.events[0].id.hex)\",\"seq\":1},"
      + "\"heads\":{\"herten\":1,\"kreis\":5},\"instance\":\"\(samples.cityRun)\","
      + "\"place\":{\"id\":\"\(zeros)\",\"position\":0},\"protocols\":{\"from\":1,\"to\":1},"
      + "\"region\":\"\(samples.region)\",\"site\":\"herten\"}")
}

@Test func aPullAnswerBringsForeignEventsAndOnlyReceiptsOfOwnOnes() throws {
  let samples = try Samples()
  let foreign = try PullAnswer(samples.pullBody(2...3, end: 4, for: samples.kreis))
  #expect(foreign.positions == 2...3)
  #expect(foreign.position == 4)
  #expect(foreign.blocks.count == 4)
  let own = try PullAnswer(samples.pullBody(2...3, end: 4, for: samples.city))
  #expect(own.blocks == [.receipt(samples.receipt(2)), .receipt(samples.receipt(3))])
  #expect(foreign.tree == samples.tree(3))
  let empty = try PullAnswer(samples.emptyPullBody(after: 2, end: 7))
  #expect(empty.positions == nil)
  #expect(empty.position == 7)
  #expect(empty.tree == samples.tree(2))
}

@Test func noTruncatedMessageIsRead() throws {
  let samples = try Samples()
  let hello = Array(samples.hello().text.utf8)
  for end in 0..<hello.count { #expect(error { _ = try Hello(Array(hello[..<end])) } != nil) }
  let answer = Array(samples.helloAnswer().text.utf8)
  for end in 0..<answer.count {
    #expect(error { _ = try HelloAnswer(Array(answer[..<end])) } != nil)
  }
  let push = Array(samples.pushAnswer().text.utf8)
  for end in 0..<push.count { #expect(error { _ = try PushAnswer(Array(push[..<end])) } != nil) }
  let query = PullRequest(hub: samples.hubRun, after: 42, waitSeconds: 25).query
  // The last digit may go: 2 is a shorter wait.
  for end in 0..<query.count - 1 {
    #expect(error { _ = try PullRequest(query: String(query.prefix(end))) } == .query)
  }
}

@Test func aTruncatedPullAnswerIsAtMostAShorterOne() throws {
  let samples = try Samples()
  let body = samples.pullBody(2...3, end: 4, for: samples.kreis)
  let whole = try PullAnswer(body)
  for end in 0..<body.count {
    guard let part = try? PullAnswer(Array(body[..<end])) else { continue }
    #expect(part.blocks == Array(whole.blocks.prefix(part.blocks.count)))
  }
}

@Test func noMessageWithAFlippedByteIsTakenForAnother() throws {
  let samples = try Samples()
  let hello = Array(samples.hello().text.utf8)
  for index in hello.indices {
    var changed = hello
    changed[index] ^= 0x01
    // Other digits or letters of a value are another message; nothing else is one.
    if let read = try? Hello(changed) { #expect(Array(read.text.utf8) == changed) }
  }
}

@Test(arguments: [
  ("", SyncError.notCanonical(EventError(.truncated, line: 1, offset: 0))),
  ("[]", .notAnObject),
  ("7", .notAnObject),
  ("{}", .missing(member: "protocols")),
  ("{\"protocols\":1}", .invalid(member: "protocols")),
  ("{\"protocols\":{\"from\":1}}", .missing(member: "protocols.to")),
  ("{\"protocols\":{\"from\":2,\"to\":1}}", .invalid(member: "protocols")),
  ("{\"protocols\":{\"from\":2,\"to\":3}}", .protocols(from: 2, to: 3)),
  ("{\"protocols\":{\"from\":1,\"to\":3,\"x\":0}}", .unexpected(member: "protocols.x")),
  ("{\"protocols\":{\"from\":1,\"to\":3}}", .missing(member: "region")),
])
func rubbishIsNoHello(text: String, expected: SyncError) {
  #expect(error { _ = try Hello(Array(text.utf8)) } == expected)
}

@Test(arguments: [
  ("\"seq\":2", "\"seq\":0", SyncError.invalid(member: "head.id")),
  ("\"seq\":2", "\"seq\":3", .invalid(member: "heads")),
  ("\"seq\":2", "\"seq\":-2", .invalid(member: "head.seq")),
  ("\"seq\":2", "\"seq\":\"2\"", .invalid(member: "head.seq")),
  ("\"kreis\":5", "\"kreis\":0", .invalid(member: "heads.kreis")),
  ("\"kreis\":5", "\"kreis-\":5", .invalid(member: "heads.kreis-")),
  ("\"site\":\"herten\"", "\"site\":\"Herten\"", .invalid(member: "site")),
  ("\"site\":\"herten\"", "\"site\":\"herten\",\"z\":1", .unexpected(member: "z")),
  ("\"position\":1", "\"position\":1,\"z\":1", .unexpected(member: "place.z")),
  ("T14:", "T25:", .invalid(member: "clock")),
  ("\"instance\":\"", "\"instance\":\"0", .invalid(member: "instance")),
])
func aHelloWithAWrongMemberSaysWhich(old: String, new: String, expected: SyncError) throws {
  let text = try Samples().hello().text
  let at = try #require(text.firstRange(of: old))
  let changed = text.replacingCharacters(in: at, with: new)
  #expect(error { _ = try Hello(Array(changed.utf8)) } == expected)
}

extension String {
  fileprivate func firstRange(of text: String) -> Range<String.Index>? {
    indices.first { self[$0...].hasPrefix(text) }.map { $0..<index($0, offsetBy: text.count) }
  }

  fileprivate func replacingCharacters(in range: Range<String.Index>, with new: String) -> String {
    String(self[..<range.lowerBound]) + new + String(self[range.upperBound...])
  }
}

// sync-28
@Test func aMessageBeyondItsLimitIsRefusedUnread() {
  let limit = SyncLimits.messageBytes
  let text = [UInt8](repeating: 0x20, count: limit + 1)
  #expect(error { _ = try Hello(text) } == .tooLarge(bytes: limit + 1, limit: limit))
  let body = [UInt8](repeating: 0x20, count: SyncLimits.bodyBytes + 1)
  #expect(
    error { _ = try PullAnswer(body) }
      == .tooLarge(bytes: body.count, limit: SyncLimits.bodyBytes))
}

@Test(arguments: [
  "", "hub=", "after=1", "after=1&hub=00000000000000000000000000000000&wait=1",
  "hub=00000000000000000000000000000000&after=01&wait=1",
  "hub=00000000000000000000000000000000&after=1&wait=26",
  "hub=00000000000000000000000000000000&after=1&wait=1&",
  "hub=00000000000000000000000000000000&after=-1&wait=1",
  "hub=00000000000000000000000000000000&after=9007199254740992&wait=1",
  "hub=0000000000000000000000000000000G&after=1&wait=1",
])
func aQueryHasOneForm(query: String) {
  #expect(error { _ = try PullRequest(query: query) } == .query)
}

@Test func aPullAnswerOutOfOrderIsRefused() throws {
  let samples = try Samples()
  func body(_ positions: [Int], end: Int = 4, events: [Int] = []) -> [UInt8] {
    let size = positions.last ?? 0
    let root = samples.tree(size).root.hex
    var text = Array("{\"position\":\(end),\"root\":\"\(root)\",\"size\":\(size)}\n".utf8)
    for position in positions {
      TransferText.append(receiptLine: samples.receipt(position).line, to: &text)
    }
    for event in events { TransferText.append(samples.events[event], to: &text) }
    return text
  }
  #expect(error { _ = try PullAnswer(body([1, 3])) } == .order(position: 3))
  #expect(error { _ = try PullAnswer(body([2, 1])) } == .order(position: 1))
  #expect(error { _ = try PullAnswer(body([2, 2])) } == .order(position: 2))
  #expect(error { _ = try PullAnswer(body([1, 2], end: 1)) } == .order(position: 1))
  #expect(error { _ = try PullAnswer(body([1], events: [1])) } == .order(position: 1))
  #expect(error { _ = try PullAnswer(body([1], events: [0, 0])) } == .order(position: 1))
  #expect(error { _ = try PullAnswer(body([], events: [0])) } == .order(position: 0))
  #expect(error { _ = try PullAnswer([]) } == .noFirstLine)
  #expect(
    error { _ = try PullAnswer(samples.emptyPullBody(after: 1, end: 1) + Array("x\n\n".utf8)) }
      == .blocks(EventError(.block, line: 2, offset: 0)))
}

// sync-26
@Test func aBatchEndsAtItsLimitsButHoldsAtLeastOne() throws {
  let samples = try Samples()
  var batch = PushBatch()
  var count = 0
  while batch.add(eventText: samples.events[0].text) { count += 1 }
  #expect(count == SyncLimits.batchEvents)
  #expect(batch.count == count)
  let large = [UInt8](repeating: 0x61, count: EventLimits.eventBytes)
  var full = PushBatch()
  let holdsTheFirst = full.add(eventText: large)
  let holdsTheSecond = full.add(eventText: samples.events[0].text)
  #expect(holdsTheFirst && !holdsTheSecond)
  #expect(full.body.count <= SyncLimits.bodyBytes)
  var pull = PullBatch(for: samples.kreis, after: 0, position: 9)
  while pull.add(receipt: samples.receipt(1), event: samples.events[0]) {}
  #expect(pull.count == SyncLimits.batchEvents)
  #expect(pull.body(root: .zero).count <= SyncLimits.bodyBytes)
}

@Test func aPushHoldsTheSendersLineInOrder() throws {
  let samples = try Samples()
  func body(_ seqs: [Int]) -> [UInt8] {
    var text: [UInt8] = []
    for seq in seqs { TransferText.append(samples.events[seq - 1], to: &text) }
    return text
  }
  func fault(_ body: [UInt8], from site: SiteID? = nil) -> SyncError? {
    error { _ = try PushBatch.events(body, from: site ?? samples.city) }
  }
  let read = try PushBatch.events(body([2, 3]), from: samples.city)
  #expect(read == Array(samples.events[1...2]))
  #expect(try PushBatch.events([], from: samples.city).isEmpty)
  #expect(fault(body([2, 3]), from: samples.kreis) == .foreignLine(samples.events[1].dot))
  #expect(fault(body([1, 3])) == .lineOrder(samples.events[2].dot))
  #expect(fault(body([2, 1])) == .lineOrder(samples.events[0].dot))
  #expect(fault(body([1, 1])) == .lineOrder(samples.events[0].dot))
  let many = Array(repeating: 1, count: 501)
  #expect(fault(body(many)) == .tooManyEvents(501, limit: 500))
  var receipt: [UInt8] = []
  TransferText.append(receiptLine: samples.receipt(1).line, to: &receipt)
  #expect(fault(receipt) == .receiptInPush)
  let whole = body([1, 2])
  for end in 1..<whole.count where end != body([1]).count {
    #expect(fault(Array(whole[..<end])) != nil)
  }
}
