// Two processes of one city: when the hub says so, and when it no longer does.

import Events
import Testing

@testable import Sync

@Suite struct CloneTests {
  private let samples: Samples
  private let runs: [InstanceID]

  init() throws {
    samples = try Samples()
    var random = SeededGenerator(seed: 7)
    runs = (0..<3).map { _ in InstanceID(using: &random) }
  }

  /// Hellos of those runs, a second apart; the clock of each is the moment unless one is told.
  private func heard(_ order: [Int], clocks: [UInt64]? = nil) -> Instances {
    var instances = Instances()
    for (index, run) in order.enumerated() {
      let time = UInt64(index) * 1_000
      let clock = samples.moment(clocks?[index] ?? time).clock
      instances.hear(runs[run], clock: clock, at: samples.moment(time))
    }
    return instances
  }

  // sync-80
  @Test func aRunThatComesBackThriceIsASecondProcess() {
    #expect(!heard([0, 1, 0, 0]).isCloned)
    #expect(heard([0, 1, 0, 0, 0]).isCloned)
    #expect(heard([0, 1, 0, 1, 0, 1, 0]).isCloned)
    #expect(!heard([0, 1, 2, 2, 1, 2, 0, 2]).isCloned)
  }

  // sync-80
  @Test func oneMessageThatComesAgainIsNoProcess() {
    #expect(!heard([0, 1, 0, 0, 0, 0], clocks: [1, 2, 3, 3, 3, 3]).isCloned)
  }

  // sync-84
  @Test func lateMessagesOfADeadProcessAreNoProcess() {
    #expect(!heard([0, 1, 0, 0, 0, 0], clocks: [0, 5_000, 1_000, 2_000, 3_000, 5_000]).isCloned)
    #expect(heard([0, 1, 0, 0, 0], clocks: [0, 5_000, 5_001, 6_000, 7_000]).isCloned)
    // The dead one was never heard while it ran.
    let clocks: [UInt64] = [0, 5_000, 3_000, 6_000, 7_000, 8_000, 9_000]
    #expect(!heard([0, 2, 1, 2, 2, 2, 2], clocks: clocks).isCloned)
  }

  // sync-83
  @Test func theRunThatIsLeftIsNotClonedAnyMore() {
    var instances = heard([0, 1, 0, 0, 0])
    let pause = SyncLimits.alarmPauseMilliseconds
    for turn in UInt64(1)...3 {
      let now = samples.moment(4_000 + turn * pause)
      instances.hear(runs[0], clock: now.clock, at: now)
      #expect(instances.isCloned == (turn < 3))
    }
    #expect(instances.current == runs[0])
  }

  // sync-81
  @Test func bothAreTold() throws {
    var session = HubSession(
      identity: .init(region: samples.region, site: samples.kreis, instance: samples.hubRun),
      position: 0)
    let holdings = HubSession.Holdings(
      isAdmitted: true, heads: VectorClock(), position: 0, cityHead: .empty,
      idAtHelloHead: nil, idAtHelloPlace: nil)
    var told: [Bool] = []
    for (index, run) in [0, 1, 0, 1, 0, 1, 0, 1].enumerated() {
      let moment = samples.moment(UInt64(index) * 1_000)
      let hello = Hello(
        region: samples.region, site: samples.city, instance: runs[run], head: .empty,
        heads: VectorClock(), place: .start, clock: moment.clock)
      let effects = session.receive(
        .hello(Ticket(UInt64(index)), from: samples.city, hello, holdings), at: moment)
      if case .answerHello(_, let answer)? = effects.first { told.append(answer.isCloned) }
    }
    #expect(told == [false, false, false, false, false, false, true, true])
    #expect(session.status.first?.isCloned == true)
  }

  @Test func anAnswerSaysItOnlyWhereItIsSo() throws {
    let plain = samples.helloAnswer(head: 2)
    #expect(!plain.text.contains("cloned"))
    let cloned = HelloAnswer(
      region: plain.region, site: plain.site, instance: plain.instance, head: plain.head,
      heads: plain.heads, position: plain.position, clock: plain.clock, verdict: .fork,
      isCloned: true)
    #expect(try HelloAnswer(Array(cloned.text.utf8)) == cloned)
    let wrong = cloned.text.replacing("true", with: "false")
    #expect(throws: SyncError.invalid(member: "cloned")) { try HelloAnswer(Array(wrong.utf8)) }
  }
}
