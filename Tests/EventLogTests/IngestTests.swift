// Events of other sites: the door of the hub, and the hub's order at a city.

import EventLog
import Events
import Foundation
import SQLite
import Testing

/// Writes events of a line as its author could, well or badly.
struct Author {
  var line: SiteID
  var key = EventLogTests.key
  private var generator = SystemRandom()

  init(_ line: SiteID = marl) { self.line = line }

  mutating func event(
    _ seq: UInt64, after prev: Digest, _ title: String = "Titel", context: Context = .empty
  ) throws -> Event {
    try draft(title, context: context).event(
      at: Dot(line, seq), time: moment(0), prev: prev, lineKey: key, using: &generator)
  }
}

@Suite struct Ingest {
  // log-21
  @Test func aGapIsRefusedAndNamesTheNumberThatFits() throws {
    let region = try Region()
    var author = Author()
    let outcome = try region.push([try author.event(3, after: .zero)])
    #expect(outcome.refused == .init(dot: Dot(marl, 3), error: .gap(Dot(marl, 3), next: 1)))
    #expect(outcome.accepted.isEmpty)
  }

  // log-22
  @Test func aChainThatDoesNotFitIsRefused() throws {
    let region = try Region()
    var author = Author()
    let first = try author.event(1, after: .zero)
    let second = try author.event(2, after: .zero)
    let outcome = try region.push([first, second])
    #expect(outcome.refused?.error == .brokenChain(Dot(marl, 2)))
    #expect(outcome.accepted.map(\.event) == [first])
  }

  @Test func aFirstEventThatNamesAnotherBeforeItIsRefused() throws {
    let region = try Region()
    var author = Author()
    let event = try author.event(1, after: SHA256.hash([1]))
    #expect(try region.push([event]).refused?.error == .brokenChain(Dot(marl, 1)))
  }

  // log-29
  @Test func aForkIsRefusedAndBothIdsAreNamed() throws {
    let region = try Region()
    var author = Author()
    let held = try author.event(1, after: .zero, "Eins")
    let offered = try author.event(1, after: .zero, "Anders")
    try region.push([held])
    let outcome = try region.push([offered])
    let fork = LogError.fork(Dot(marl, 1), held: held.id, offered: offered.id)
    #expect(outcome.refused == .init(dot: Dot(marl, 1), error: fork))
    #expect(outcome.heads == VectorClock([Dot(marl, 1)]))
  }

  @Test func aForkWithinOneBatchIsRefused() throws {
    let region = try Region()
    var author = Author()
    let held = try author.event(1, after: .zero, "Eins")
    let offered = try author.event(1, after: .zero, "Anders")
    let outcome = try region.push([held, offered])
    #expect(outcome.accepted.map(\.event) == [held])
    #expect(
      outcome.refused?.error == .fork(Dot(marl, 1), held: held.id, offered: offered.id))
  }

  // log-32
  @Test func whatIsGoodBeforeARefusedEventIsKept() throws {
    let region = try Region()
    var author = Author()
    let first = try author.event(1, after: .zero)
    let second = try author.event(2, after: first.id)
    let bad = try author.event(4, after: second.id)
    let outcome = try region.push([first, second, bad])
    #expect(outcome.accepted.count == 2)
    #expect(try region.reader().heads() == VectorClock([Dot(marl, 2)]))
    #expect(try region.reader().verify().fault == nil)
  }

  // log-24
  @Test func aContextThatIsNotHeldIsRefused() throws {
    let region = try Region()
    var author = Author()
    let context = Context(seen: VectorClock(), dots: [Dot(herten, 5)])
    let event = try author.event(1, after: .zero, context: context)
    let error = try region.push([event]).refused?.error
    #expect(error == .contextNotHeld(Dot(marl, 1), missing: Dot(herten, 5)))
  }

  // log-23
  @Test(arguments: [UInt64(1), 7]) func aContextOfTheOwnFutureIsRefused(seq: UInt64) throws {
    let region = try Region()
    var author = Author()
    let context = Context(seen: VectorClock([Dot(marl, seq)]), dots: [])
    let event = try author.event(1, after: .zero, context: context)
    #expect(try region.push([event]).refused?.error == .ownFuture(Dot(marl, 1)))
  }

  @Test func aContextMayNameAnEventOfTheSameBatch() throws {
    let region = try Region()
    var marlAuthor = Author(marl)
    var hertenAuthor = Author(herten)
    let first = try hertenAuthor.event(1, after: .zero)
    let context = Context(seen: VectorClock([Dot(herten, 1)]), dots: [])
    let second = try marlAuthor.event(1, after: .zero, context: context)
    #expect(try region.push([first, second]).accepted.count == 2)
  }

  // log-30
  @Test func aSiteThatIsNotAdmittedIsRefused() throws {
    let region = try Region()
    var author = Author(site("waltrop"))
    let event = try author.event(1, after: .zero)
    #expect(try region.push([event]).refused?.error == .notAdmitted(event.dot))
  }

  // log-31
  @Test func aPushOfTheHubsOwnLineIsRefused() throws {
    let region = try Region()
    var author = Author(kreis)
    let event = try author.event(1, after: .zero)
    let outcome = try region.hub.ingest(
      [event], admitted: [kreis], now: moment(0), judge: applied)
    #expect(outcome.refused?.error == .ownLine(event.dot))
  }

  // log-28
  @Test func aRepeatedBatchIsAnsweredWithTheSameReceipts() throws {
    let region = try Region()
    let events = try region.write("Eins", "Zwei", "Drei")
    let first = try region.push(Array(events[..<2]))
    let again = try region.push(events)
    #expect(again.duplicates == first.accepted.map(\.receipt))
    #expect(again.accepted.map(\.receipt?.position) == [3])
    let doubled = try region.push(events + events)
    #expect(doubled.duplicates.count == 6)
    #expect(doubled.accepted.isEmpty)
  }

  @Test func anEventTwiceInOneBatchIsStoredOnce() throws {
    let region = try Region()
    let event = try region.write("Eins")[0]
    let outcome = try region.push([event, event])
    #expect(outcome.accepted.count == 1)
    #expect(outcome.duplicates == outcome.accepted.map(\.receipt))
    #expect(try region.reader().verify().events == 1)
  }

  @Test func theVerdictOfTheRulesStandsInTheReceipt() throws {
    let region = try Region()
    let events = try region.write("Eins", "Zwei")
    let outcome = try region.hub.ingest(events, admitted: [herten], now: moment(9)) { event in
      event.dot.seq == 1 ? .parked : .void(.invalidField)
    }
    #expect(outcome.accepted.map(\.verdict) == [.parked, .void(.invalidField)])
    #expect(try region.reader().events(after: 0, limit: 9) == outcome.accepted)
  }

  @Test func rulesThatCannotBeAskedStoreNothing() throws {
    struct Away: Error {}
    let region = try Region()
    let events = try region.write("Eins")
    #expect(throws: LogError.self) {
      try region.hub.ingest(events, admitted: [herten], now: moment(0)) { _ in throw Away() }
    }
    #expect(try region.reader().position() == 0)
    #expect(try region.push(events).accepted.count == 1)
  }
}

@Suite struct Accept {
  // log-6
  @Test func foreignEventsComeInTheOrderOfTheHub() throws {
    let region = try Region()
    _ = try region.hub.append([draft("Eins")], now: moment(0), judge: applied)
    var author = Author()
    try region.push([try author.event(1, after: .zero)])
    let accepted = try region.pull()
    #expect(accepted.map(\.event.dot) == [Dot(kreis, 1), Dot(marl, 1)])
    #expect(region.city.position == 2)
    #expect(try region.reader("city").events(after: 0, limit: 9) == accepted)
  }

  @Test func theSameTextTwiceIsHarmless() throws {
    let region = try Region()
    try region.push(try region.write("Eins", "Zwei"))
    let blocks = try region.blocks()
    #expect(try region.city.accept(blocks + blocks).count == 2)
    #expect(try region.city.accept(blocks).isEmpty)
    #expect(try region.reader("city").verify().fault == nil)
  }

  @Test func anOwnEventNeedsOnlyItsReceipt() throws {
    let region = try Region()
    let outcome = try region.push(try region.write("Eins"))
    let receipts = outcome.accepted.compactMap(\.receipt).map(TransferText.Block.receipt)
    #expect(try region.city.accept(receipts).map(\.receipt) == outcome.accepted.map(\.receipt))
  }

  @Test func aVerdictThatDiffersFromTheProvisionalOneShowsBoth() throws {
    let region = try Region()
    let events = try region.write("Eins")
    _ = try region.hub.ingest(events, admitted: [herten], now: moment(0)) { _ in .void(.kind) }
    let logged = try region.pull()[0]
    #expect(logged.provisional == .applied)
    #expect(logged.verdict == .void(.kind))
  }

  // log-4
  @Test func aSecondReceiptOfAParkedEventCounts() throws {
    let region = try Region()
    let event = try region.write("Eins")[0]
    _ = try region.hub.ingest([event], admitted: [herten], now: moment(0)) { _ in .parked }
    let second = Receipt(
      position: 2, received: moment(50), dot: event.dot, id: event.id, verdict: .applied)
    let accepted = try region.city.accept(region.blocks() + [.receipt(second)])
    #expect(accepted.map(\.verdict) == [.parked, .applied])
    let reader = try region.reader("city")
    #expect(try reader.event(at: event.dot)?.receipt == second)
    #expect(try reader.events(after: 0, limit: 9).map(\.verdict) == [.parked, .applied])
    #expect(try reader.events(of: item()).map(\.verdict) == [.applied])
    #expect(try reader.verify().fault == nil)
  }

  @Test func aLostOwnLineIsTakenBackWithItsReceipts() throws {
    let region = try Region()
    try region.push(try region.write("Eins", "Zwei"))
    let restored = try LogStore(
      directory: region.folder.path("restored"), site: herten, lineKey: key, role: .city)
    #expect(try restored.accept(region.blocks()).count == 2)
    let next = try restored.append([draft("Drei")], now: moment(0), judge: applied)
    #expect(try next[0].get().event.dot.seq == 3)
    #expect(try region.reader("restored").verify(lineKey: key).fault == nil)
  }

  // log-38
  @Test func aForgedOwnEventIsRefused() throws {
    let region = try Region()
    var author = Author(herten)
    author.key = [1, 2, 3]
    try region.push([try author.event(1, after: .zero)])
    #expect(throws: LogError.forged(Dot(herten, 1))) { try region.pull() }
  }

  // log-37
  @Test func aDivergedOwnLineIsRefusedAsAFork() throws {
    let region = try Region()
    var author = Author(herten)
    let other = try author.event(1, after: .zero, "Anders")
    try region.push([other])
    let own = try region.write("Eins")[0]
    #expect(throws: LogError.fork(own.dot, held: own.id, offered: other.id)) {
      try region.pull()
    }
  }

  /// What is done to three good pairs of receipt and event, and the error that comes back.
  struct BadText: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let change: @Sendable (inout [TransferText.Block]) -> Void
    let error: LogError
  }

  static let badTexts = [
    BadText(
      testDescription: "the first receipt is missing", change: { $0.removeFirst() },
      error: .receiptMissing(Dot(marl, 1))),
    BadText(
      testDescription: "the first pair is missing", change: { $0.removeSubrange(0..<2) },
      error: .positionGap(2, next: 1)),
    BadText(
      testDescription: "a pair in the middle is missing", change: { $0.removeSubrange(2..<4) },
      error: .positionGap(3, next: 2)),
    BadText(
      testDescription: "an event is missing", change: { $0.remove(at: 3) },
      error: .eventMissing(Dot(marl, 2))),
    BadText(
      testDescription: "the last event is missing", change: { $0.removeLast() },
      error: .eventMissing(Dot(marl, 3))),
    BadText(
      testDescription: "two events have changed places", change: { $0.swapAt(1, 3) },
      error: .receiptMissing(Dot(marl, 2))),
    BadText(
      testDescription: "an event stands twice", change: { $0.insert($0[1], at: 1) },
      error: .receiptMissing(Dot(marl, 1))),
  ]

  // log-34, log-36
  @Test(arguments: badTexts) func aBadTextIsRefusedAsAWhole(bad: BadText) throws {
    let region = try Region()
    var author = Author()
    var prev = Digest.zero
    for seq in UInt64(1)...3 {
      let event = try author.event(seq, after: prev)
      prev = event.id
      try region.push([event])
    }
    var blocks = try region.blocks()
    bad.change(&blocks)
    #expect(throws: bad.error) { try region.city.accept(blocks) }
    #expect(region.city.position == 0)
    #expect(region.city.heads.isEmpty)
  }

  // log-35
  @Test func anOrderThatWasRewrittenIsRefused() throws {
    let region = try Region()
    let event = try region.write("Eins")[0]
    try region.push([event])
    try region.pull()
    let other = Receipt(
      position: 1, received: moment(77), dot: event.dot, id: event.id, verdict: .applied)
    #expect(throws: LogError.receiptDiffers(1)) {
      try region.city.accept([.receipt(other), .event(event)])
    }
  }
}
