// What the hub decides, fact by fact.

import Events
import Sync
import Testing

private struct Table {
  let samples: Samples
  let marl: SiteID
  var session: HubSession
  var time: UInt64 = 0

  init(position: UInt64 = 10) throws {
    samples = try Samples()
    marl = try site("marl")
    session = HubSession(
      identity: .init(region: samples.region, site: samples.kreis, instance: samples.hubRun),
      position: position)
  }

  mutating func tell(_ input: HubSession.Input) -> [HubSession.Effect] {
    let effects = session.receive(input, at: samples.moment(time))
    session.checkInvariants()
    return effects.filter { if case .schedule = $0 { false } else { true } }
  }

  mutating func pull(
    _ ticket: UInt64, _ site: SiteID, after: UInt64, wait: Int = 25
  ) -> [HubSession.Effect] {
    let request = PullRequest(hub: samples.hubRun, after: after, waitSeconds: wait)
    return tell(.pull(Ticket(ticket), from: site, request))
  }

  mutating func push(_ ticket: UInt64, _ site: SiteID) -> [HubSession.Effect] {
    tell(.push(Ticket(ticket), from: site, PushRequest(hub: samples.hubRun)))
  }

  func holdings(
    head: LineHead, position: UInt64 = 10, atHead: Digest? = nil, atPlace: Int? = 0,
    isAdmitted: Bool = true
  ) -> HubSession.Holdings {
    HubSession.Holdings(
      isAdmitted: isAdmitted, heads: VectorClock(), position: position, cityHead: head,
      idAtHelloHead: atHead, idAtHelloPlace: atPlace.map { samples.events[$0].id })
  }
}

@Test func eachComparisonOfLinesAndOrdersHasItsVerdict() throws {
  let table = try Table()
  let samples = table.samples
  let hello = samples.hello(head: 2, place: 1)
  let id = samples.events.map(\.id)
  let cases: [(HubSession.Holdings, Comparison)] = [
    (table.holdings(head: .empty), .normal),
    (table.holdings(head: samples.head(1)), .normal),
    (table.holdings(head: samples.head(2), atHead: id[1]), .normal),
    (table.holdings(head: LineHead(seq: 2, id: id[3]), atHead: id[3]), .fork),
    (table.holdings(head: samples.head(3), atHead: id[1]), .cityBehind),
    (table.holdings(head: samples.head(3), atHead: id[3]), .fork),
    (table.holdings(head: samples.head(3), atHead: nil), .fork),
    (table.holdings(head: samples.head(2), position: 0, atPlace: nil), .hubBehind),
    (table.holdings(head: samples.head(2), atPlace: 2), .otherHistory),
    (table.holdings(head: samples.head(2), atPlace: nil), .otherHistory),
  ]
  for (holdings, verdict) in cases { #expect(HubSession.judge(hello, holdings) == verdict) }
  let new = samples.hello(head: 0, place: 0)
  #expect(HubSession.judge(new, table.holdings(head: .empty, atPlace: nil)) == .normal)
  #expect(
    HubSession.judge(new, table.holdings(head: samples.head(3), atPlace: nil)) == .cityBehind)
}

@Test func aHelloIsAnsweredWithWhatTheHubHolds() throws {
  var table = try Table()
  let samples = table.samples
  table.time = 5
  let holdings = table.holdings(head: samples.head(1))
  let effects = table.tell(.hello(Ticket(1), from: samples.city, samples.hello(), holdings))
  let answer = HelloAnswer(
    region: samples.region, site: samples.kreis, instance: samples.hubRun,
    head: samples.head(1), heads: VectorClock(), position: 10, clock: samples.moment(5).clock,
    verdict: .normal)
  #expect(effects == [.answerHello(Ticket(1), answer)])
  let status = try #require(table.session.status.first)
  #expect(status.instance == samples.cityRun)
  #expect(status.clockDifferenceMilliseconds == -5)
  #expect(status.lag(behind: 10) == 9)
}

@Test func strangersAreRefused() throws {
  var table = try Table()
  let samples = table.samples
  let good = table.holdings(head: .empty)
  let left = table.holdings(head: .empty, isAdmitted: false)
  let hello = samples.hello()
  let other = Hello(
    region: RegionID(String(repeating: "0", count: 32)) ?? samples.region, site: samples.city,
    instance: samples.cityRun, head: .empty, heads: VectorClock(), place: .start,
    clock: samples.moment(0).clock)
  #expect(
    table.tell(.hello(Ticket(1), from: table.marl, hello, good))
      == [.refuse(Ticket(1), .unknownSite, retryAfterSeconds: nil)])
  #expect(
    table.tell(.hello(Ticket(2), from: samples.city, hello, left))
      == [.refuse(Ticket(2), .unknownSite, retryAfterSeconds: nil)])
  #expect(
    table.tell(.hello(Ticket(3), from: samples.city, other, good))
      == [.refuse(Ticket(3), .unknownRegion, retryAfterSeconds: nil)])
}

@Test(arguments: [
  (SyncError.protocols(from: 0, to: 0), SyncRefusal.protocolTooOld),
  (.protocols(from: 2, to: 3), .protocolTooNew), (.notAnObject, .malformed),
  (.query, .malformed), (.tooLarge(bytes: 2, limit: 1), .tooLarge),
  (.authorization, .unknownKey),
])
func anUnreadableRequestHasItsRefusal(error: SyncError, refusal: SyncRefusal) {
  #expect(HubSession.refusal(of: error) == refusal)
}

@Test func requestsForAnEarlierRunAreSentBackToGreet() throws {
  var table = try Table()
  let old = table.samples.cityRun
  let refused = [
    HubSession.Effect.refuse(Ticket(1), .greetAgain, retryAfterSeconds: nil)
  ]
  #expect(
    table.tell(.push(Ticket(1), from: table.marl, PushRequest(hub: old))) == refused)
  let pull = PullRequest(hub: old, after: 0, waitSeconds: 1)
  #expect(table.tell(.pull(Ticket(1), from: table.marl, pull)) == refused)
}

@Test func aPullBehindTheEndIsAnsweredAtOnce() throws {
  var table = try Table()
  #expect(
    table.pull(1, table.marl, after: 9) == [.answerPull(Ticket(1), for: table.marl, after: 9)])
}

@Test func aPullAtTheEndWaitsForNews() throws {
  var table = try Table()
  #expect(table.pull(1, table.marl, after: 10).isEmpty)
  #expect(table.pull(2, table.samples.city, after: 11).isEmpty)
  #expect(
    table.tell(.advanced(position: 11)) == [.answerPull(Ticket(1), for: table.marl, after: 10)])
  #expect(
    table.tell(.advanced(position: 12))
      == [.answerPull(Ticket(2), for: table.samples.city, after: 11)])
}

@Test func aPullWithoutNewsEndsAfterItsWait() throws {
  var table = try Table()
  _ = table.pull(1, table.marl, after: 10, wait: 5)
  table.time = 4_999
  #expect(table.tell(.tick).isEmpty)
  table.time = 5_000
  #expect(table.tell(.tick) == [.answerPull(Ticket(1), for: table.marl, after: 10)])
}

@Test func aSecondPullOfASiteEndsTheFirst() throws {
  var table = try Table()
  _ = table.pull(1, table.marl, after: 10)
  #expect(
    table.pull(2, table.marl, after: 10) == [.refuse(Ticket(1), .busy, retryAfterSeconds: nil)])
  #expect(table.tell(.gone(Ticket(2))).isEmpty)
  #expect(table.tell(.advanced(position: 11)).isEmpty)
}

// sync-31
@Test func oneBatchIsIngestedAtATimeInTheOrderOfComing() throws {
  var table = try Table()
  let city = table.samples.city
  #expect(table.push(1, table.marl) == [.ingest(Ticket(1), from: table.marl)])
  #expect(table.push(2, table.marl).isEmpty)
  #expect(table.push(3, city).isEmpty)
  #expect(
    table.push(4, table.marl) == [.refuse(Ticket(2), .busy, retryAfterSeconds: nil)])
  _ = table.pull(5, city, after: 10)
  let answer = PushAnswer(
    head: table.samples.head(1), position: 11, positions: 11...11, refused: nil)
  #expect(
    table.tell(.ingested(Ticket(1), answer)) == [
      .answerPush(Ticket(1), answer), .answerPull(Ticket(5), for: city, after: 10),
      .ingest(Ticket(4), from: table.marl),
    ])
  #expect(
    table.tell(.notIngested(Ticket(4), .storageFull)) == [
      .refuse(Ticket(4), .storageFull, retryAfterSeconds: 60), .ingest(Ticket(3), from: city),
    ])
  #expect(table.tell(.ingested(Ticket(1), answer)).isEmpty)
}

@Test func aStoppingHubLetsNobodyWait() throws {
  var table = try Table()
  _ = table.pull(1, table.marl, after: 10)
  #expect(
    table.tell(.stop) == [.refuse(Ticket(1), .unavailable, retryAfterSeconds: nil)])
  #expect(
    table.push(2, table.marl) == [.refuse(Ticket(2), .unavailable, retryAfterSeconds: nil)])
}

@Test func eachRefusalHasAStatusOfFailure() {
  for refusal in SyncRefusal.allCases { #expect((400...507).contains(refusal.httpStatus)) }
}

@Test func aReceiptGivenAnewIsAnotherPlaceThoughTheEventHasItsOldPosition() throws {
  let samples = try Samples()
  let event = samples.events[0]
  let places = [1_000, 2_000].map { time in
    Place(
      Receipt(
        position: 7, received: samples.moment(time).clock, dot: event.dot, id: event.id,
        verdict: .applied))
  }
  #expect(places[0].position == places[1].position)
  #expect(
    Comparison.ofOrders(place: places[0], hubPosition: 9, idAtPlace: places[1].id)
      == .otherHistory)
}
