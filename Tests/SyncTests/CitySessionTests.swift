// What a city decides, fact by fact.

import Events
import Sync
import Testing

/// A city whose line has two events and which holds one position.
private struct Table {
  let samples: Samples
  var session: CitySession
  var time: UInt64 = 1_000

  init(head: Int = 2, place: Int = 1) throws {
    samples = try Samples()
    session = CitySession(
      identity: .init(region: samples.region, site: samples.city, instance: samples.cityRun),
      head: samples.head(head), heads: VectorClock([Dot(samples.kreis, 5)]),
      place: samples.place(place), seed: 1)
  }

  mutating func tell(_ input: CitySession.Input) -> [CitySession.Effect] {
    let effects = session.receive(input, at: samples.moment(time))
    session.checkInvariants()
    return effects.filter { if case .schedule = $0 { false } else { true } }
  }

  /// The effects of being greeted with that answer, and the alarm among them.
  mutating func greet(_ answer: HelloAnswer, ownID: Digest?) -> [CitySession.Effect] {
    _ = tell(.start)
    return tell(.helloAnswer(Ticket(1), answer, ownIDAtHubHead: ownID))
  }

  /// Online, all pushed, a long-poll open under ticket 2.
  mutating func goOnline() {
    _ = greet(samples.helloAnswer(head: 2, position: 1), ownID: samples.events[1].id)
  }

  /// The effects of a push answer, the own line being the one of the samples.
  mutating func pushed(_ ticket: Ticket, _ answer: PushAnswer) -> [CitySession.Effect] {
    let own = answer.head.seq == 0 ? nil : samples.events[Int(answer.head.seq) - 1].id
    return tell(.pushAnswer(ticket, answer, ownIDAtHubHead: own))
  }

  var push: PushRequest { PushRequest(hub: samples.hubRun) }

  func pull(after: UInt64) -> PullRequest {
    PullRequest(hub: samples.hubRun, after: after, waitSeconds: SyncLimits.waitSeconds)
  }
}

@Test func aStartSaysHello() throws {
  var table = try Table()
  let hello = Hello(
    region: table.samples.region, site: table.samples.city, instance: table.samples.cityRun,
    head: table.samples.head(2),
    heads: VectorClock([Dot(table.samples.city, 2), Dot(table.samples.kreis, 5)]),
    place: table.samples.place(1), clock: table.samples.moment(1_000).clock)
  #expect(table.tell(.start) == [.sendHello(Ticket(1), hello)])
  #expect(table.tell(.start).isEmpty)
}

@Test func aCityAheadPushesItsTailAndPullsBesideIt() throws {
  var table = try Table()
  let effects = table.greet(
    table.samples.helloAnswer(head: 1, position: 1), ownID: table.samples.events[0].id)
  #expect(
    effects == [
      .push(Ticket(2), table.push, afterSeq: 1), .pull(Ticket(3), table.pull(after: 1)),
    ])
  #expect(table.session.status.waitingEvents == 1)
}

@Test func anAppendIsPushedWhileALongPollIsOpen() throws {
  var table = try Table()
  table.goOnline()
  let effects = table.tell(.localAppend(table.samples.head(3)))
  #expect(effects == [.push(Ticket(3), table.push, afterSeq: 2)])
  // What is appended meanwhile goes with the next push.
  #expect(table.tell(.localAppend(table.samples.head(4))).isEmpty)
  let answer = PushAnswer(
    head: table.samples.head(3), position: 2, positions: 2...2, refused: nil)
  #expect(
    table.pushed(Ticket(3), answer) == [.push(Ticket(4), table.push, afterSeq: 3)])
}

@Test func otherHistoriesEndInAnAlarmAndMoveNothing() throws {
  let samples = try Samples()
  func answer(
    _ head: LineHead, _ position: UInt64, _ verdict: Comparison, region: RegionID? = nil
  ) -> HelloAnswer {
    HelloAnswer(
      region: region ?? samples.region, site: samples.kreis, instance: samples.hubRun,
      head: head, heads: VectorClock(), position: position, clock: samples.moment(0).clock,
      verdict: verdict)
  }
  let own = samples.head(2)
  var random = SeededGenerator(seed: 99)
  let other = RegionID(using: &random)
  let cases: [(HelloAnswer, Digest?, SyncAlarm)] = [
    (answer(own, 0, .hubBehind), own.id, .hubBehind(city: 1, hub: 0)),
    (answer(own, 0, .normal), own.id, .hubBehind(city: 1, hub: 0)),
    (answer(own, 3, .otherHistory), own.id, .otherHistory(position: 1)),
    (answer(own, 3, .normal, region: other), own.id, .unknownRegion),
  ]
  for (answer, ownID, alarm) in cases {
    var table = try Table()
    #expect(table.greet(answer, ownID: ownID) == [.alarm(alarm)])
    #expect(table.session.phase == .halted)
    #expect(table.session.status.alarm == alarm)
    #expect(table.tell(.localAppend(samples.head(3))).isEmpty)
  }
}

/// The answers after which the own line is taken back, with the id of the own event at their head.
private func linesThatDiffer(_ samples: Samples) -> [(LineHead, Comparison, Digest?)] {
  let own = samples.head(2)
  let foreign = LineHead(seq: 2, id: samples.events[3].id)
  return [
    (samples.head(3), .cityBehind, nil), (samples.head(3), .normal, nil),
    (foreign, .fork, own.id), (foreign, .normal, own.id),
    (samples.head(1), .normal, own.id), (samples.head(1), .normal, nil),
  ]
}

// sync-20, sync-21, sync-65
@Test func aLineThatDiffersIsTakenBackFromTheWholeOrder() throws {
  for (head, verdict, ownID) in linesThatDiffer(try Table().samples) {
    var table = try Table()
    let samples = table.samples
    let answer = HelloAnswer(
      region: samples.region, site: samples.kreis, instance: samples.hubRun, head: head,
      heads: VectorClock(), position: 3, clock: samples.moment(0).clock, verdict: verdict)
    let order = OrderRequest(hub: samples.hubRun, after: 1)
    #expect(table.greet(answer, ownID: ownID) == [.order(Ticket(2), order)])
    #expect(table.session.phase == .takingBack)
    #expect(table.session.status.alarm == nil)
  }
}

// sync-67, sync-69
@Test func whatIsTakenBackIsSaidOnceAndThenGreetedWith() throws {
  var table = try Table()
  let samples = table.samples
  _ = table.greet(samples.helloAnswer(head: 3, verdict: .cityBehind), ownID: nil)
  let part = LinePart(
    head: samples.head(2), place: samples.place(1), heads: VectorClock(), after: 2, own: 0,
    reissued: 0,
    isComplete: false)
  let whole = try PullAnswer(samples.pullBody(2...2, end: 4, for: nil))
  let storing = table.tell(.pullAnswer(Ticket(2), whole))
  #expect(storing == [.takeBack(Ticket(2), whole.blocks, upTo: samples.head(3))])
  let order = OrderRequest(hub: samples.hubRun, after: 2)
  #expect(table.tell(.tookBack(Ticket(2), part)) == [.order(Ticket(3), order)])
  let rest = try PullAnswer(samples.pullBody(3...4, end: 4, for: nil))
  _ = table.tell(.pullAnswer(Ticket(3), rest))
  let last = LinePart(
    head: samples.head(4), place: samples.place(4), heads: VectorClock(), after: 4, own: 2,
    reissued: 1,
    isComplete: true)
  let effects = table.tell(.tookBack(Ticket(3), last))
  let line = RestoredLine(own: 2, reissued: 1, at: samples.moment(1_000).clock)
  #expect(effects.first == .restored(line))
  guard effects.count > 1, case .sendHello = effects[1] else {
    Issue.record("no hello after the line was taken back")
    return
  }
  #expect(table.session.status.restored == line)
}

// sync-66
@Test func anOrderWithoutTheEventsOfTheOwnLineIsMalformed() throws {
  var table = try Table()
  let samples = table.samples
  _ = table.greet(samples.helloAnswer(head: 3, verdict: .cityBehind), ownID: nil)
  let answer = try PullAnswer(samples.pullBody(2...4, end: 4, for: samples.city))
  let effects = table.tell(.pullAnswer(Ticket(2), answer))
  #expect(!effects.contains(.takeBack(Ticket(2), answer.blocks, upTo: samples.head(3))))
  #expect(table.session.phase == .offline)
}

// sync-68
@Test func aForgedEventOnTheOwnLineIsAnAlarmAndNothingIsAdopted() throws {
  var table = try Table()
  let samples = table.samples
  _ = table.greet(samples.helloAnswer(head: 3, verdict: .cityBehind), ownID: nil)
  let answer = try PullAnswer(samples.pullBody(2...4, end: 4, for: nil))
  _ = table.tell(.pullAnswer(Ticket(2), answer))
  let dot = Dot(samples.city, 3)
  #expect(table.tell(.lineForged(Ticket(2), dot)) == [.alarm(.forgedLine(dot))])
  #expect(table.session.phase == .halted)
}

// sync-70
@Test func aBatchThatContradictsTheOwnLineLeadsToAHello() throws {
  var table = try Table()
  table.goOnline()
  let answer = try PullAnswer(table.samples.pullBody(2...3, end: 4, for: table.samples.city))
  _ = table.tell(.pullAnswer(Ticket(2), answer))
  _ = table.tell(.lineDiffers(Ticket(2)))
  #expect(table.session.status.lastFailure == .lineMoved)
  table.time += SyncLimits.longestPauseMilliseconds
  guard case .sendHello = table.tell(.tick).first else {
    Issue.record("no hello after the batch was refused")
    return
  }
}

@Test(arguments: [
  (SyncRefusal.unknownKey, SyncAlarm.unknownKey), (.unknownSite, .unknownSite),
  (.unknownRegion, .unknownRegion), (.protocolTooOld, .protocolTooOld),
  (.protocolTooNew, .protocolTooNew),
])
func aRefusalThatWaitingDoesNotMendIsAnAlarm(refusal: SyncRefusal, alarm: SyncAlarm) throws {
  var table = try Table()
  _ = table.tell(.start)
  let failed = CitySession.Input.failed(Ticket(1), .refused(refusal), retryAfterSeconds: nil)
  #expect(table.tell(failed) == [.alarm(alarm)])
  #expect(table.session.phase == .halted)
}

@Test func aSettledAlarmIsNoticedWithinFiveMinutes() throws {
  var table = try Table()
  let answer = table.samples.helloAnswer(head: 2, verdict: .otherHistory)
  _ = table.greet(answer, ownID: nil)
  table.time += SyncLimits.alarmPauseMilliseconds - 1
  #expect(table.tell(.tick).isEmpty)
  table.time += 1
  #expect(table.tell(.tick).count == 1)
  #expect(table.session.phase == .greeting)
  let settled = table.samples.helloAnswer(head: 2, position: 1)
  _ = table.tell(
    .helloAnswer(Ticket(2), settled, ownIDAtHubHead: table.samples.events[1].id))
  #expect(table.session.status.isOnline)
}

@Test func aBatchIsStoredBeforeTheNextPull() throws {
  var table = try Table()
  table.goOnline()
  let answer = try PullAnswer(table.samples.pullBody(2...3, end: 4, for: table.samples.city))
  #expect(
    table.tell(.pullAnswer(Ticket(2), answer)) == [
      .accept(Ticket(2), answer.blocks, table.samples.tree(3))
    ])
  #expect(table.session.status.missingPositions == 3)
  let stored = CitySession.Input.stored(
    Ticket(2), table.samples.place(3), heads: VectorClock())
  #expect(table.tell(stored) == [.pull(Ticket(3), table.pull(after: 3))])
  #expect(table.session.status.missingPositions == 1)
}

@Test func agreementIsHeldPositionsAndAcknowledgedEvents() throws {
  var table = try Table()
  table.goOnline()
  let empty = try PullAnswer(table.samples.emptyPullBody(after: 1, end: 1))
  let same = table.samples.place(1)
  let compared = table.tell(.pullAnswer(Ticket(2), empty))
  #expect(compared == [.accept(Ticket(2), [], table.samples.tree(1))])
  let effects = table.tell(.stored(Ticket(2), same, heads: VectorClock()))
  #expect(effects == [.agreed(position: 1), .pull(Ticket(3), table.pull(after: 1))])
  #expect(table.session.status.lastAgreement == table.samples.moment(1_000).clock)
  _ = table.tell(.localAppend(table.samples.head(3)))
  _ = table.tell(.pullAnswer(Ticket(3), empty))
  let again = table.tell(.stored(Ticket(3), same, heads: VectorClock()))
  #expect(again == [.pull(Ticket(5), table.pull(after: 1))])
}

@Test func answersThatAreNotAwaitedAreIgnored() throws {
  var table = try Table()
  table.goOnline()
  let samples = table.samples
  let body = samples.pullBody(2...3, end: 4, for: samples.city)
  #expect(table.tell(.pullAnswer(Ticket(1), try PullAnswer(body))).isEmpty)
  #expect(table.pushed(Ticket(2), samples.pushAnswer()).isEmpty)
  let fork = samples.helloAnswer(head: 2, verdict: .fork)
  #expect(table.tell(.helloAnswer(Ticket(1), fork, ownIDAtHubHead: nil)).isEmpty)
  #expect(table.tell(.failed(Ticket(9), .timeout, retryAfterSeconds: nil)).isEmpty)
  #expect(table.tell(.stored(Ticket(2), samples.place(4), heads: VectorClock())).isEmpty)
  #expect(table.session.phase == .online)
}

// sync-48
@Test func pausesDoubleUpToTheirLimit() throws {
  var table = try Table()
  _ = table.tell(.start)
  var ticket: UInt64 = 1
  var ceiling = SyncLimits.firstPauseMilliseconds
  for _ in 0..<40 {
    let failed = CitySession.Input.failed(
      Ticket(ticket), .unreachable, retryAfterSeconds: nil)
    let effects = table.session.receive(failed, at: table.samples.moment(table.time))
    guard case .schedule(let pause)? = effects.last else {
      Issue.record("a failure is followed by a pause")
      return
    }
    #expect((ceiling / 2...ceiling).contains(pause))
    ceiling = min(ceiling * 2, SyncLimits.longestPauseMilliseconds)
    table.time += pause
    #expect(table.tell(.tick).count == 1)
    ticket += 1
  }
}

@Test(arguments: [(120, 120 as UInt64), (1_000_000_000, 3_600), (-5, 0)])
func retryAfterIsHonouredUpToAnHour(asked: Int, seconds: UInt64) throws {
  var table = try Table()
  _ = table.tell(.start)
  let busy = CitySession.Input.failed(Ticket(1), .refused(.busy), retryAfterSeconds: asked)
  let effects = table.session.receive(busy, at: table.samples.moment(table.time))
  let pause = seconds * 1_000
  #expect(
    effects.contains {
      if case .schedule(let after) = $0 { (pause...pause + 500).contains(after) } else { false }
    })
}

@Test func aHubStartedAnewIsGreetedAtOnceButNotInALoop() throws {
  var table = try Table()
  table.goOnline()
  let again = SyncFailure.refused(.greetAgain)
  _ = table.tell(.failed(Ticket(2), again, retryAfterSeconds: nil))
  #expect(table.tell(.tick).count == 1)
  _ = table.tell(.failed(Ticket(3), again, retryAfterSeconds: nil))
  #expect(table.tell(.tick).isEmpty)
}

@Test func aRequestWithoutAnswerIsGivenUp() throws {
  var table = try Table()
  table.goOnline()
  table.time += UInt64(SyncLimits.waitSeconds + SyncLimits.answerSeconds) * 1_000
  #expect(table.tell(.tick) == [.abandon(Ticket(2))])
  #expect(table.session.status.lastFailure == .timeout)
}

@Test func anAnswerThatGetsUsNoFurtherIsAFailure() throws {
  var table = try Table()
  table.goOnline()
  let empty = table.samples.emptyPullBody(after: 1, end: 9)
  _ = table.tell(.pullAnswer(Ticket(2), try PullAnswer(empty)))
  #expect(table.session.status.lastFailure == .noProgress)
  var pushing = try Table(head: 3)
  _ = pushing.greet(
    pushing.samples.helloAnswer(head: 2, position: 1), ownID: pushing.samples.events[1].id)
  let same = PushAnswer(
    head: pushing.samples.head(2), position: 1, positions: nil, refused: nil)
  _ = pushing.pushed(Ticket(2), same)
  #expect(pushing.session.status.lastFailure == .noProgress)
}

@Test func aBatchThatDoesNotFollowIsRefusedUnstored() throws {
  var table = try Table()
  table.goOnline()
  let later = try PullAnswer(table.samples.pullBody(3...4, end: 4, for: table.samples.city))
  #expect(table.tell(.pullAnswer(Ticket(2), later)).isEmpty)
  #expect(table.session.status.lastFailure == .malformedAnswer(.order(position: 3)))
}

@Test func aBatchCutBetweenAReceiptAndItsEventIsRefusedUnstored() throws {
  let samples = try Samples()
  let marl = try site("marl")
  var random = SeededGenerator(seed: 5)
  let foreign = try sampleEvent(marl, 1, after: .zero, title: "Neu", using: &random)
  let receipt = Receipt(
    position: 2, received: samples.moment(0).clock, dot: foreign.dot, id: foreign.id,
    verdict: .applied)
  var batch = PullBatch(for: samples.city, after: 1, position: 2)
  _ = batch.add(receipt: receipt, event: foreign)
  let cut = Array(batch.body(root: .zero).dropLast(foreign.text.count + 1))
  var table = try Table()
  table.goOnline()
  #expect(table.tell(.pullAnswer(Ticket(2), try PullAnswer(cut))).isEmpty)
  #expect(table.session.status.lastFailure == .malformedAnswer(.eventMisplaced(foreign.dot)))
  var own = try Table()
  own.goOnline()
  let repeated = try PullAnswer(samples.pullBody(2...2, end: 2, for: samples.kreis))
  #expect(own.tell(.pullAnswer(Ticket(2), repeated)).isEmpty)
}

// sync-51
@Test func aBatchThatTheLogRefusesHalts() throws {
  var table = try Table()
  table.goOnline()
  let answer = try PullAnswer(table.samples.pullBody(2...3, end: 4, for: table.samples.city))
  _ = table.tell(.pullAnswer(Ticket(2), answer))
  #expect(table.tell(.batchRefused(Ticket(2))) == [.alarm(.unsoundBatch(after: 1))])
}

// tree-22
@Test func aTreeThatTheHubDoesNotHaveHaltsWithBothTrees() throws {
  var table = try Table()
  table.goOnline()
  let empty = try PullAnswer(table.samples.emptyPullBody(after: 1, end: 1))
  _ = table.tell(.pullAnswer(Ticket(2), empty))
  let (held, told) = (table.samples.tree(2), table.samples.tree(1))
  let effects = table.tell(.otherTree(Ticket(2), city: held, hub: told))
  #expect(effects == [.alarm(.otherTree(city: held, hub: told))])
  #expect(table.session.phase == .halted)
}

// tree-23
@Test func aTreeIsConfirmedAfterADayOrAfterManyReceipts() {
  let rule = WitnessRule(milliseconds: 1_000, receipts: 10)
  let start = Timestamp(milliseconds: 1_790_000_000_000)
  func isDue(_ size: UInt64, _ milliseconds: Int64) -> Bool {
    rule.isDue(
      size: size, now: start.advanced(milliseconds: milliseconds), last: 5, at: start)
  }
  #expect(!isDue(14, 999) && isDue(15, 0) && isDue(6, 1_000))
  #expect(!isDue(5, 9_000), "nothing new")
  #expect(!isDue(3, 9_000) && !isDue(6, -5_000) && isDue(99, -5_000))
}

// tree-21
@Test func anAnswerAboutATreeOfAnotherSizeIsRefused() throws {
  var table = try Table()
  table.goOnline()
  let other = try PullAnswer(
    PullBatch(for: table.samples.city, after: 0, position: 1).body(root: .zero))
  #expect(table.tell(.pullAnswer(Ticket(2), other)).isEmpty)
  #expect(table.session.status.lastFailure == .malformedAnswer(.order(position: 0)))
}

// sync-51
@Test func aFullDiskIsTriedAgainAfterAPause() throws {
  var table = try Table()
  table.goOnline()
  let answer = try PullAnswer(table.samples.pullBody(2...3, end: 4, for: table.samples.city))
  _ = table.tell(.pullAnswer(Ticket(2), answer))
  #expect(table.tell(.notStored(Ticket(2))).isEmpty)
  #expect(table.session.status.lastFailure == .storage)
  #expect(table.session.phase == .offline)
}

// sync-54
@Test func noHelloIsSaidWhileABatchIsBeingStored() throws {
  var table = try Table()
  table.goOnline()
  let samples = table.samples
  let answer = try PullAnswer(samples.pullBody(2...3, end: 4, for: samples.city))
  _ = table.tell(.pullAnswer(Ticket(2), answer))
  _ = table.tell(.localAppend(samples.head(3)))
  _ = table.tell(.failed(Ticket(3), .unreachable, retryAfterSeconds: nil))
  table.time += 1_000
  #expect(table.tell(.tick).isEmpty)
  #expect(table.tell(.stored(Ticket(2), samples.place(3), heads: VectorClock())).isEmpty)
  guard case .sendHello(_, let hello) = table.tell(.tick).first else {
    Issue.record("no hello after the batch was stored")
    return
  }
  #expect(hello.place == samples.place(3))
}

// sync-55
@Test func aPushAnswerOnAnotherBranchLeadsToAHelloAndAcknowledgesNothing() throws {
  var other = try Table(head: 4)
  let samples = other.samples
  let refusal = PushRefusal(dot: Dot(samples.city, 3), reason: .fork)
  let answer = PushAnswer(head: samples.head(3), position: 2, positions: nil, refused: refusal)
  _ = other.greet(samples.helloAnswer(head: 2, position: 1), ownID: samples.events[1].id)
  let stranger = samples.events[0].id
  let effects = other.tell(.pushAnswer(Ticket(2), answer, ownIDAtHubHead: stranger))
  #expect(!effects.contains { if case .alarm = $0 { true } else { false } })
  #expect(other.session.status.waitingEvents == 2)
  #expect(other.session.status.lastFailure == .lineMoved)
  #expect(other.session.phase == .offline)
}

@Test func aRefusedEventStopsPushesButNotNews() throws {
  var table = try Table()
  table.goOnline()
  let samples = table.samples
  _ = table.tell(.localAppend(samples.head(3)))
  let refusal = PushRefusal(dot: Dot(samples.city, 3), reason: .context)
  let refused = PushAnswer(head: samples.head(2), position: 1, positions: nil, refused: refusal)
  let alarm = SyncAlarm.eventRefused(refusal.dot, .context)
  #expect(table.pushed(Ticket(3), refused) == [.alarm(alarm)])
  let news = try PullAnswer(samples.pullBody(2...2, end: 2, for: samples.city))
  #expect(table.tell(.pullAnswer(Ticket(2), news)) == [.accept(Ticket(2), news.blocks, news.tree)])
  let stored = table.tell(.stored(Ticket(2), samples.place(2), heads: VectorClock()))
  #expect(stored == [.pull(Ticket(4), table.pull(after: 2))])
  #expect(table.session.status.alarm == alarm)
  // Later the push is tried again, and the alarm ends with it.
  let empty = try PullAnswer(samples.emptyPullBody(after: 2, end: 2))
  table.time += 50_000
  _ = table.tell(.pullAnswer(Ticket(4), empty))
  _ = table.tell(.stored(Ticket(4), samples.place(2), heads: VectorClock()))
  table.time += 250_000
  _ = table.tell(.pullAnswer(Ticket(5), empty))
  _ = table.tell(.stored(Ticket(5), samples.place(2), heads: VectorClock()))
  #expect(table.tell(.tick) == [.push(Ticket(7), table.push, afterSeq: 2)])
  let taken = PushAnswer(head: samples.head(3), position: 3, positions: 3...3, refused: nil)
  _ = table.pushed(Ticket(7), taken)
  #expect(table.session.status.alarm == nil)
}

// sync-25
@Test func clocksThatDifferByMoreThanTenMinutesAreFlagged() throws {
  var table = try Table()
  table.time = 600_001
  table.goOnline()
  #expect(table.session.status.clockIsOff)
  #expect(table.session.status.hubClockDifferenceMilliseconds == -600_001)
}
