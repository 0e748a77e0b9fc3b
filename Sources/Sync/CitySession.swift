// A city's side of sync: what to send when, and what to make of the answers.
// Protocols/sync.md §4 to §6 and §8. No sockets, no clock, no log: facts in, effects out.

package import Events

/// The decisions of a city that syncs with its hub.
///
/// Invariants:
/// - At most one hello, or one push and one pull, are awaited; each has a deadline.
/// - Nothing is pushed or pulled before a hello of this round was answered `normal`.
/// - While the own line is taken back nothing is pushed, and what is pulled is the whole order.
/// - No pull is sent and no hello is said while a batch is being stored, in whatever phase: what is
///   compared is what is held.
/// - A pull asks for what follows the stored position; so batches are stored in order, once.
/// - In every phase but the first there is something awaited, being stored, or a time to go on.
package struct CitySession: Sendable {
  private struct Awaited: Sendable {
    let ticket: Ticket
    let deadline: UInt64
  }

  private enum PushLane: Sendable {
    case idle
    case awaited(Awaited)
    /// The hub refused an event: news goes on coming in, and the push is tried again later.
    case blocked(until: UInt64)
  }

  private enum PullLane: Sendable {
    case idle
    case awaited(Awaited)
    case storing(Ticket)
  }

  private struct TakingBack: Sendable {
    let head: LineHead
    /// The position after which the next part begins.
    var after: UInt64
    var own = 0
    var reissued = 0
  }

  private let identity: NodeIdentity
  private var head: LineHead
  private var heads: VectorClock
  private var place: Place

  /// Where the session is.
  package private(set) var phase = Phase.offline
  private var hello: Awaited?
  private var pushLane = PushLane.idle
  private var pullLane = PullLane.idle
  private var resumesAt: UInt64?
  /// When a cloned city asks whether it still is one, though it is online.
  private var asksAgainAt: UInt64?
  /// What is being taken back, in that phase.
  private var takingBack: TakingBack?
  private var restored: RestoredLine?
  private var hub: InstanceID?
  private var acknowledged: UInt64 = 0
  private var hubPosition: UInt64 = 0

  private var lastTicket: UInt64 = 0
  private var failures = 0
  private var jitter: SplitMix64
  private var announced: UInt64?

  private var alarm: SyncAlarm?
  private var lastFailure: SyncFailure?
  private var lastContact: Timestamp?
  private var lastAgreement: Timestamp?
  private var hubClockDifference: Int64?

  /// A session at rest, with what the log holds. `seed` spreads the pauses of the cities; random
  /// at each start of the process.
  package init(
    identity: NodeIdentity, head: LineHead, heads: VectorClock, place: Place, seed: UInt64
  ) {
    self.identity = identity
    self.head = head
    self.heads = heads
    self.place = place
    jitter = SplitMix64(seed: seed)
  }

  /// Takes one fact; gives what to do, in order.
  package mutating func receive(_ input: Input, at now: Moment) -> [Effect] {
    var effects: [Effect] = []
    switch input {
    case .start:
      if phase == .offline, resumesAt == nil { greet(now, &effects) }
    case .tick:
      passTime(now, &effects)
    case .localAppend(let new):
      precondition(new.seq >= head.seq, "a line only grows")
      head = new
    case .helloAnswer(let ticket, let answer, let ownID):
      if hello?.ticket == ticket { greeted(answer, ownID, now, &effects) }
    case .pushAnswer(let ticket, let answer, let ownID):
      if isAwaitedPush(ticket) { pushed(answer, ownID, now, &effects) }
    case .pullAnswer(let ticket, let answer):
      if isAwaitedPull(ticket) { pulled(answer, ticket, now, &effects) }
    case .failed(let ticket, let failure, let seconds):
      if hello?.ticket == ticket || isAwaitedPush(ticket) || isAwaitedPull(ticket) {
        forget(ticket)
        fail(failure, retryAfterSeconds: seconds, now, &effects)
      }
    case .stored(let ticket, let place, let heads):
      if isStoring(ticket) { stored(place, heads, now, &effects) }
    case .notStored(let ticket):
      if isStoring(ticket) {
        pullLane = .idle
        fail(.storage, retryAfterSeconds: nil, now, &effects)
      }
    case .batchRefused(let ticket):
      if isStoring(ticket) {
        pullLane = .idle
        halt(.unsoundBatch(after: place.position), now, &effects)
      }
    case .otherTree(let ticket, let city, let hub):
      if isStoring(ticket) {
        pullLane = .idle
        halt(.otherTree(city: city, hub: hub), now, &effects)
      }
    case .tookBack(let ticket, let part):
      if isStoring(ticket) { tookBack(part, now, &effects) }
    case .lineDiffers(let ticket):
      if isStoring(ticket) {
        pullLane = .idle
        fail(.lineMoved, retryAfterSeconds: nil, now, &effects)
      }
    case .lineForged(let ticket, let dot):
      if isStoring(ticket) {
        pullLane = .idle
        halt(.forgedLine(dot), now, &effects)
      }
    }
    work(now, &effects)
    schedule(now, &effects)
    return effects
  }

  /// What a page shows.
  package var status: SyncStatus {
    SyncStatus(
      phase: phase, waitingEvents: head.seq - min(acknowledged, head.seq),
      missingPositions: hubPosition - min(place.position, hubPosition),
      lastAgreement: lastAgreement, lastContact: lastContact, lastFailure: lastFailure,
      alarm: alarm, hubClockDifferenceMilliseconds: hubClockDifference, restored: restored)
  }

  // MARK: - Greeting

  private mutating func greet(_ now: Moment, _ effects: inout [Effect]) {
    phase = .greeting
    resumesAt = nil
    asksAgainAt = nil
    takingBack = nil
    let ticket = nextTicket()
    hello = expect(ticket, seconds: SyncLimits.answerSeconds, now)
    var held = heads
    held.include(Dot(identity.site, head.seq))
    effects.append(
      .sendHello(
        ticket,
        Hello(
          region: identity.region, site: identity.site, instance: identity.instance,
          head: head, heads: held, place: place, clock: now.clock)))
  }

  private mutating func greeted(
    _ answer: HelloAnswer, _ ownIDAtHubHead: Digest?, _ now: Moment, _ effects: inout [Effect]
  ) {
    hello = nil
    lastContact = now.clock
    hubClockDifference = answer.clock.milliseconds - now.clock.milliseconds
    hubPosition = answer.position
    hub = answer.instance
    guard answer.region == identity.region else {
      halt(.unknownRegion, now, &effects)
      return
    }
    pushLane = .idle
    alarm = answer.isCloned ? alarm : nil
    if answer.isCloned {
      raise(.cloned, &effects)
      asksAgainAt = now.uptimeMilliseconds + SyncLimits.alarmPauseMilliseconds
    }
    switch comparison(with: answer, ownIDAtHubHead) {
    case .normal:
      phase = .online
      acknowledged = answer.head.seq
    case .cityBehind, .fork:
      phase = .takingBack
      takingBack = TakingBack(head: answer.head, after: place.position)
    case .hubBehind:
      halt(.hubBehind(city: place.position, hub: answer.position), now, &effects)
    case .otherHistory: halt(.otherHistory(position: place.position), now, &effects)
    }
  }

  /// How the two stand. The hub judges what it can see, the city the rest: only it knows whether
  /// its longer line begins with the hub's.
  private func comparison(
    with answer: HelloAnswer, _ ownIDAtHubHead: Digest?
  ) -> Comparison {
    guard answer.verdict == .normal else { return answer.verdict }
    let lines = compare(answer.head, ownIDAtHubHead)
    return lines == .normal && answer.position < place.position ? .hubBehind : lines
  }

  /// How the own line stands to what the hub holds of it.
  private func compare(_ hubHead: LineHead, _ ownIDAtHubHead: Digest?) -> Comparison {
    // An own event that is not there has no id: the zero is nobody's.
    let id = hubHead.seq <= head.seq ? ownIDAtHubHead ?? .zero : nil
    return .ofLines(city: head, hub: hubHead, idAtShorterHead: id)
  }

  // MARK: - Pushing and pulling

  /// Starts what can be started: both lanes run beside each other, so that an append does not
  /// wait for the end of a long-poll.
  private mutating func work(_ now: Moment, _ effects: inout [Effect]) {
    guard let hub else { return }
    if case .idle = pullLane, phase == .takingBack, let part = takingBack {
      let ticket = nextTicket()
      pullLane = .awaited(expect(ticket, seconds: SyncLimits.answerSeconds, now))
      effects.append(.order(ticket, OrderRequest(hub: hub, after: part.after)))
    }
    guard phase == .online else { return }
    if case .idle = pushLane, head.seq > acknowledged {
      let ticket = nextTicket()
      pushLane = .awaited(expect(ticket, seconds: SyncLimits.answerSeconds, now))
      effects.append(.push(ticket, PushRequest(hub: hub), afterSeq: acknowledged))
    }
    if case .idle = pullLane {
      let ticket = nextTicket()
      let wait = SyncLimits.waitSeconds
      pullLane = .awaited(expect(ticket, seconds: wait + SyncLimits.answerSeconds, now))
      effects.append(
        .pull(ticket, PullRequest(hub: hub, after: place.position, waitSeconds: wait)))
    }
  }

  private mutating func pushed(
    _ answer: PushAnswer, _ ownIDAtHubHead: Digest?, _ now: Moment, _ effects: inout [Effect]
  ) {
    pushLane = .idle
    lastContact = now.clock
    // A push from before a restore may have come in late, or another process writes this line:
    // the next hello tells what the hub holds.
    guard compare(answer.head, ownIDAtHubHead) == .normal else {
      fail(.lineMoved, retryAfterSeconds: nil, now, &effects)
      return
    }
    let advanced = answer.head.seq > acknowledged
    acknowledged = max(acknowledged, answer.head.seq)
    hubPosition = max(hubPosition, answer.position)
    if let refused = answer.refused {
      pushLane = .blocked(until: now.uptimeMilliseconds + SyncLimits.alarmPauseMilliseconds)
      raise(.eventRefused(refused.dot, refused.reason), &effects)
    } else if advanced {
      succeed()
    } else {
      fail(.noProgress, retryAfterSeconds: nil, now, &effects)
    }
  }

  private mutating func pulled(
    _ answer: PullAnswer, _ ticket: Ticket, _ now: Moment, _ effects: inout [Effect]
  ) {
    pullLane = .idle
    lastContact = now.clock
    hubPosition = max(hubPosition, answer.position)
    let after = takingBack?.after ?? place.position
    // No news is an answer only where there is none: else the two would spin.
    if answer.positions == nil, answer.position != after || takingBack != nil {
      fail(.noProgress, retryAfterSeconds: nil, now, &effects)
      return
    }
    let before = (answer.positions?.lowerBound).map { $0 - 1 } ?? answer.tree.size
    guard before == after else {
      let order = SyncError.order(position: answer.positions?.lowerBound ?? before)
      fail(.malformedAnswer(order), retryAfterSeconds: nil, now, &effects)
      return
    }
    // The whole order bears every event, a pull those that are not the city's own.
    if let dot = answer.misplacedEvent(for: takingBack == nil ? identity.site : nil) {
      fail(.malformedAnswer(.eventMisplaced(dot)), retryAfterSeconds: nil, now, &effects)
      return
    }
    pullLane = .storing(ticket)
    if let takingBack {
      effects.append(.takeBack(ticket, answer.blocks, upTo: takingBack.head))
    } else {
      effects.append(.accept(ticket, answer.blocks, answer.tree))
    }
  }

  private mutating func tookBack(
    _ part: LinePart, _ now: Moment, _ effects: inout [Effect]
  ) {
    pullLane = .idle
    precondition(part.head.seq >= head.seq, "a line that is taken back does not shrink")
    head = part.head
    place = part.place
    heads.merge(part.heads)
    guard phase == .takingBack, var all = takingBack else { return }
    succeed()
    all.after = part.after
    all.own += part.own
    all.reissued += part.reissued
    takingBack = all
    guard part.isComplete else { return }
    // A line that was taken back without an own event was taken back before.
    if all.own > 0 || all.reissued > 0 {
      let line = RestoredLine(own: all.own, reissued: all.reissued, at: now.clock)
      restored = line
      effects.append(.restored(line))
    }
    greet(now, &effects)
  }

  private mutating func stored(
    _ place: Place, _ heads: VectorClock, _ now: Moment, _ effects: inout [Effect]
  ) {
    precondition(place.position >= self.place.position, "a stored batch moves the place on")
    pullLane = .idle
    self.place = place
    self.heads.merge(heads)
    guard phase == .online else { return }
    succeed()
    agree(now, &effects)
  }

  private mutating func agree(_ now: Moment, _ effects: inout [Effect]) {
    guard place.position == hubPosition, acknowledged == head.seq else { return }
    lastAgreement = now.clock
    effects.append(.agreed(position: place.position))
  }

  // MARK: - Time and trouble

  private mutating func passTime(_ now: Moment, _ effects: inout [Effect]) {
    announced = nil
    let time = now.uptimeMilliseconds
    if let resumesAt, time >= resumesAt, !isStoringAny { greet(now, &effects) }
    if let asksAgainAt, time >= asksAgainAt, !isStoringAny, phase == .online {
      abandonAll(&effects)
      greet(now, &effects)
    }
    if case .blocked(let until) = pushLane, time >= until { pushLane = .idle }
    if awaited.contains(where: { time >= $0.deadline }) {
      fail(.timeout, retryAfterSeconds: nil, now, &effects)
    }
  }

  /// Goes offline and comes back after a pause that doubles with each failure in a row.
  private mutating func fail(
    _ failure: SyncFailure, retryAfterSeconds: Int?, _ now: Moment, _ effects: inout [Effect]
  ) {
    if case .refused(let refusal) = failure, let alarm = refusal.alarm {
      halt(alarm, now, &effects)
      return
    }
    abandonAll(&effects)
    phase = .offline
    takingBack = nil
    lastFailure = failure
    failures += 1
    // The hub was started anew: greet at once, but not twice in a row.
    let isNewHub = failure == .refused(.greetAgain) && failures == 1
    let asked = UInt64(
      min(max(retryAfterSeconds ?? 0, 0), SyncLimits.longestRetryAfterSeconds) * 1_000)
    resumesAt = now.uptimeMilliseconds + asked + (isNewHub ? 0 : pause())
  }

  /// Half of the pause is fixed, the other half random: cities that lost the hub together do not
  /// come back together.
  private mutating func pause() -> UInt64 {
    let doubled = SyncLimits.firstPauseMilliseconds << UInt64(min(failures - 1, 16))
    let full = min(doubled, SyncLimits.longestPauseMilliseconds)
    return full / 2 + jitter.next(upperBound: full / 2 + 1)
  }

  private mutating func halt(
    _ alarm: SyncAlarm, _ now: Moment, _ effects: inout [Effect]
  ) {
    abandonAll(&effects)
    phase = .halted
    takingBack = nil
    resumesAt = now.uptimeMilliseconds + SyncLimits.alarmPauseMilliseconds
    raise(alarm, &effects)
  }

  private mutating func raise(_ alarm: SyncAlarm, _ effects: inout [Effect]) {
    if self.alarm != alarm { effects.append(.alarm(alarm)) }
    self.alarm = alarm
  }

  private mutating func succeed() {
    failures = 0
    lastFailure = nil
    if case .eventRefused = alarm, case .idle = pushLane { alarm = nil }
  }

  private mutating func abandonAll(_ effects: inout [Effect]) {
    for request in awaited {
      effects.append(.abandon(request.ticket))
      forget(request.ticket)
    }
  }

  private mutating func forget(_ ticket: Ticket) {
    if hello?.ticket == ticket { hello = nil }
    if isAwaitedPush(ticket) { pushLane = .idle }
    if isAwaitedPull(ticket) { pullLane = .idle }
  }

  // MARK: - Requests under way

  private var awaited: [Awaited] {
    var all: [Awaited] = []
    if let hello { all.append(hello) }
    if case .awaited(let request) = pushLane { all.append(request) }
    if case .awaited(let request) = pullLane { all.append(request) }
    return all
  }

  private func isAwaitedPush(_ ticket: Ticket) -> Bool {
    if case .awaited(let request) = pushLane { request.ticket == ticket } else { false }
  }

  private func isAwaitedPull(_ ticket: Ticket) -> Bool {
    if case .awaited(let request) = pullLane { request.ticket == ticket } else { false }
  }

  private func isStoring(_ ticket: Ticket) -> Bool {
    if case .storing(let own) = pullLane { own == ticket } else { false }
  }

  private mutating func nextTicket() -> Ticket {
    lastTicket += 1
    return Ticket(lastTicket)
  }

  private func expect(_ ticket: Ticket, seconds: Int, _ now: Moment) -> Awaited {
    Awaited(ticket: ticket, deadline: now.uptimeMilliseconds + UInt64(seconds) * 1_000)
  }

  private mutating func schedule(_ now: Moment, _ effects: inout [Effect]) {
    var times = awaited.map(\.deadline)
    if let resumesAt, !isStoringAny { times.append(resumesAt) }
    if let asksAgainAt, !isStoringAny, phase == .online { times.append(asksAgainAt) }
    if case .blocked(let until) = pushLane, phase == .online { times.append(until) }
    guard let next = times.min(), next != announced else { return }
    announced = next
    let left = next - min(now.uptimeMilliseconds, next)
    effects.append(.schedule(afterMilliseconds: left))
  }

  /// Traps if an invariant of the type is broken.
  package func checkInvariants() {
    let awaitsWork = awaited.count > (hello == nil ? 0 : 1)
    precondition(phase == .greeting || hello == nil, "a hello is awaited only while greeting")
    precondition(
      phase == .online || phase == .takingBack || !awaitsWork, "only who is online asks for events")
    precondition((phase == .takingBack) == (takingBack != nil), "what is taken back is known")
    precondition(hello == nil || !isStoringAny, "a hello states all that is being stored")
    precondition((resumesAt == nil) || awaited.isEmpty, "a pausing session awaits nothing")
    switch phase {
    case .offline: precondition(resumesAt != nil || lastTicket == 0, "offline ends by itself")
    case .greeting: precondition(hello != nil, "greeting awaits a hello")
    case .online, .takingBack:
      precondition(!awaited.isEmpty || isStoringAny, "online is never at rest")
    case .halted: precondition(alarm != nil && resumesAt != nil, "halted says why")
    }
  }

  private var isStoringAny: Bool {
    if case .storing = pullLane { true } else { false }
  }
}
