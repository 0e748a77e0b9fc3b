// The hub's side of sync: judging hellos, whose batch is ingested next, which long-polls to wake.
// Protocols/sync.md §4 to §6 and §8. No sockets, no clock, no log: facts in, effects out.

package import Events

/// The decisions of a hub towards all its cities. Requests are numbered by the caller.
///
/// Invariants:
/// - Of each city at most one push waits or is being ingested beside one that waits, and at most
///   one pull waits: memory is bounded by the number of sites, and no city delays another by more
///   than one batch.
/// - At most one batch is being ingested.
/// - A waiting pull asks for what is beyond the end of the hub's order. (The order known here may
///   lag behind the log for a moment, so a city may know more of it.)
package struct HubSession: Sendable {
  /// What the hub's log holds, read in one transaction for one hello.
  package struct Holdings: Sendable {
    /// True if the site is admitted to the region.
    package let isAdmitted: Bool
    /// The heads of all lines.
    package let heads: VectorClock
    /// The last position of the order.
    package let position: UInt64
    /// The head of the city's line.
    package let cityHead: LineHead
    /// The id of the event at the `seq` of the hello's head on the city's line, if held.
    package let idAtHelloHead: Digest?
    /// The hash of the receipt at the position of the hello's place, if held.
    package let idAtHelloPlace: Digest?

    /// Those holdings.
    package init(
      isAdmitted: Bool, heads: VectorClock, position: UInt64, cityHead: LineHead,
      idAtHelloHead: Digest?, idAtHelloPlace: Digest?
    ) {
      self.isAdmitted = isAdmitted
      self.heads = heads
      self.position = position
      self.cityHead = cityHead
      self.idAtHelloHead = idAtHelloHead
      self.idAtHelloPlace = idAtHelloPlace
    }
  }

  /// A fact. The site of a request is the one that its key speaks for.
  package enum Input: Sendable {
    /// A city says hello.
    case hello(Ticket, from: SiteID, Hello, Holdings)
    /// A city pushes; the caller keeps the events (`PushBatch.events`) until they are ingested or
    /// the push is refused.
    case push(Ticket, from: SiteID, PushRequest)
    /// A city pulls.
    case pull(Ticket, from: SiteID, PullRequest)
    /// A city asks for the order with all its events.
    case order(Ticket, from: SiteID, OrderRequest)
    /// The batch of that push is durable.
    case ingested(Ticket, PushAnswer)
    /// The batch of that push was not stored.
    case notIngested(Ticket, SyncRefusal)
    /// The hub's order has grown, by whatever line.
    case advanced(position: UInt64)
    /// The connection of that request is closed.
    case gone(Ticket)
    /// Time has passed.
    case tick
    /// The hub stops: nobody waits any longer.
    case stop
  }

  /// What to do.
  package enum Effect: Sendable, Equatable {
    /// Answer a hello.
    case answerHello(Ticket, HelloAnswer)
    /// Ingest the events of that push, in one transaction; then `.ingested` or `.notIngested`.
    case ingest(Ticket, from: SiteID)
    /// Answer a push.
    case answerPush(Ticket, PushAnswer)
    /// Answer a pull with what follows the position, packed by `PullBatch`; that may be nothing.
    /// The end of the order that the answer states is read in the same transaction.
    case answerPull(Ticket, for: SiteID, after: UInt64)
    /// Answer with what follows the position as for a pull, with every event.
    case answerOrder(Ticket, for: SiteID, after: UInt64)
    /// Refuse a request; the seconds go into `Retry-After`.
    case refuse(Ticket, SyncRefusal, retryAfterSeconds: Int?)
    /// Hand in `.tick` after so long. Replaces the one before.
    case schedule(afterMilliseconds: UInt64)
  }

  private struct WaitingPush: Sendable {
    let ticket: Ticket
    let site: SiteID
  }

  private struct WaitingPull: Sendable {
    let ticket: Ticket
    let site: SiteID
    let after: UInt64
    let deadline: UInt64
  }

  private let identity: NodeIdentity
  private var position: UInt64
  /// In the order of their coming: with one of each site at most, that is fair.
  private var pushes: [WaitingPush] = []
  private var ingesting: WaitingPush?
  private var pulls: [WaitingPull] = []
  private var cities: [SiteID: CityStatus] = [:]
  private var instances: [SiteID: Instances] = [:]
  private var announced: UInt64?
  private var isStopping = false

  /// A hub at work, whose order ends at `position`.
  package init(identity: NodeIdentity, position: UInt64) {
    self.identity = identity
    self.position = position
  }

  /// Takes one fact; gives what to do, in order.
  package mutating func receive(_ input: Input, at now: Moment) -> [Effect] {
    var effects: [Effect] = []
    switch input {
    case .hello(let ticket, let site, let hello, let holdings):
      greet(ticket, site, hello, holdings, now, &effects)
    case .push(let ticket, let site, let request):
      push(ticket, site, request, now, &effects)
    case .pull(let ticket, let site, let request):
      pull(ticket, site, request, now, &effects)
    case .order(let ticket, let site, let request):
      guard admits(ticket, site, hub: request.hub, &effects) else { break }
      hear(site, now) { _ in }
      effects.append(.answerOrder(ticket, for: site, after: request.after))
    case .ingested(let ticket, let answer):
      ingested(ticket, answer, &effects)
    case .notIngested(let ticket, let refusal):
      guard ingesting?.ticket == ticket, let site = ingesting?.site else { break }
      ingesting = nil
      refuse(ticket, site, refusal, retryAfterSeconds: refusal == .storageFull ? 60 : nil, &effects)
    case .advanced(let new):
      advance(to: new, &effects)
    case .gone(let ticket):
      pushes.removeAll { $0.ticket == ticket }
      pulls.removeAll { $0.ticket == ticket }
    case .tick:
      announced = nil
      endPulls(&effects) { now.uptimeMilliseconds >= $0.deadline }
    case .stop:
      stop(&effects)
    }
    ingestNext(&effects)
    schedule(now, &effects)
    return effects
  }

  /// The cities that were heard in this run, ascending by site.
  package var status: [CityStatus] {
    cities.values.sorted { $0.site < $1.site }
  }

  // MARK: - Hello

  private mutating func greet(
    _ ticket: Ticket, _ site: SiteID, _ hello: Hello, _ holdings: Holdings, _ now: Moment,
    _ effects: inout [Effect]
  ) {
    guard site == hello.site, holdings.isAdmitted else {
      refuse(ticket, site, .unknownSite, retryAfterSeconds: nil, &effects)
      return
    }
    guard hello.region == identity.region else {
      refuse(ticket, site, .unknownRegion, retryAfterSeconds: nil, &effects)
      return
    }
    instances[site, default: Instances()].hear(hello.instance, clock: hello.clock, at: now)
    let isCloned = instances[site]?.isCloned ?? false
    let verdict = HubSession.judge(hello, holdings)
    hear(site, now) { city in
      city.instance = hello.instance
      city.position = hello.place.position
      city.head = hello.head.seq
      city.clockDifferenceMilliseconds = hello.clock.milliseconds - now.clock.milliseconds
      city.comparison = verdict
      city.isCloned = isCloned
    }
    effects.append(
      .answerHello(
        ticket,
        HelloAnswer(
          region: identity.region, site: identity.site, instance: identity.instance,
          head: holdings.cityHead, heads: holdings.heads, position: holdings.position,
          clock: now.clock, verdict: verdict, isCloned: isCloned)))
  }

  /// How the city stands to the hub, as far as the hub can tell.
  package static func judge(_ hello: Hello, _ holdings: Holdings) -> Comparison {
    let orders = Comparison.ofOrders(
      place: hello.place, hubPosition: holdings.position, idAtPlace: holdings.idAtHelloPlace)
    guard orders == .normal else { return orders }
    // Where the hub's line is the longer one, an id that is not there fits nothing.
    let isLonger = holdings.cityHead.seq > hello.head.seq
    return .ofLines(
      city: hello.head, hub: holdings.cityHead,
      idAtShorterHead: isLonger ? holdings.idAtHelloHead ?? .zero : nil)
  }

  /// The answer to a request that a decoder refused.
  package static func refusal(of error: SyncError) -> SyncRefusal {
    switch error {
    case .protocols(_, let to):
      to < SyncLimits.protocols.lowerBound ? .protocolTooOld : .protocolTooNew
    case .tooLarge, .tooManyEvents: .tooLarge
    case .authorization: .unknownKey
    case .notCanonical, .notAnObject, .missing, .unexpected, .invalid, .query, .noFirstLine,
      .blocks, .order, .eventMisplaced, .foreignLine, .lineOrder, .receiptInPush:
      .malformed
    }
  }

  // MARK: - Push

  private mutating func push(
    _ ticket: Ticket, _ site: SiteID, _ request: PushRequest, _ now: Moment,
    _ effects: inout [Effect]
  ) {
    guard admits(ticket, site, hub: request.hub, &effects) else { return }
    hear(site, now) { _ in }
    // A city awaits one push; a second one means that it gave up the first.
    if let index = pushes.firstIndex(where: { $0.site == site }) {
      effects.append(.refuse(pushes[index].ticket, .busy, retryAfterSeconds: nil))
      pushes[index] = WaitingPush(ticket: ticket, site: site)
    } else {
      pushes.append(WaitingPush(ticket: ticket, site: site))
    }
  }

  private mutating func ingestNext(_ effects: inout [Effect]) {
    guard ingesting == nil, !pushes.isEmpty else { return }
    let next = pushes.removeFirst()
    ingesting = next
    effects.append(.ingest(next.ticket, from: next.site))
  }

  private mutating func ingested(
    _ ticket: Ticket, _ answer: PushAnswer, _ effects: inout [Effect]
  ) {
    guard let push = ingesting, push.ticket == ticket else { return }
    ingesting = nil
    var city = cities[push.site] ?? CityStatus(site: push.site)
    city.head = max(city.head, answer.head.seq)
    city.refusedEvent = answer.refused
    cities[push.site] = city
    effects.append(.answerPush(ticket, answer))
    advance(to: answer.position, &effects)
  }

  // MARK: - Pull

  private mutating func pull(
    _ ticket: Ticket, _ site: SiteID, _ request: PullRequest, _ now: Moment,
    _ effects: inout [Effect]
  ) {
    guard admits(ticket, site, hub: request.hub, &effects) else { return }
    let end = position
    hear(site, now) { city in
      city.position = request.after
      if request.after >= end { city.lastAgreement = now.clock }
    }
    // A city awaits one pull. Who still waits for the other is a second process of the site.
    for pull in pulls where pull.site == site {
      effects.append(.refuse(pull.ticket, .busy, retryAfterSeconds: nil))
    }
    pulls.removeAll { $0.site == site }
    if request.after < position || request.waitSeconds == 0 {
      effects.append(.answerPull(ticket, for: site, after: request.after))
    } else {
      pulls.append(
        WaitingPull(
          ticket: ticket, site: site, after: request.after,
          deadline: now.uptimeMilliseconds + UInt64(request.waitSeconds) * 1_000))
    }
  }

  private mutating func advance(to new: UInt64, _ effects: inout [Effect]) {
    position = max(position, new)
    let end = position
    endPulls(&effects) { $0.after < end }
  }

  private mutating func endPulls(
    _ effects: inout [Effect], where isOver: (WaitingPull) -> Bool
  ) {
    for pull in pulls where isOver(pull) {
      effects.append(.answerPull(pull.ticket, for: pull.site, after: pull.after))
    }
    pulls.removeAll(where: isOver)
  }

  // MARK: - Both

  private mutating func admits(
    _ ticket: Ticket, _ site: SiteID, hub: InstanceID, _ effects: inout [Effect]
  ) -> Bool {
    if isStopping {
      refuse(ticket, site, .unavailable, retryAfterSeconds: nil, &effects)
      return false
    }
    if hub != identity.instance {
      refuse(ticket, site, .greetAgain, retryAfterSeconds: nil, &effects)
      return false
    }
    return true
  }

  private mutating func refuse(
    _ ticket: Ticket, _ site: SiteID, _ refusal: SyncRefusal, retryAfterSeconds: Int?,
    _ effects: inout [Effect]
  ) {
    cities[site, default: CityStatus(site: site)].lastRefusal = refusal
    effects.append(.refuse(ticket, refusal, retryAfterSeconds: retryAfterSeconds))
  }

  private mutating func hear(
    _ site: SiteID, _ now: Moment, _ change: (inout CityStatus) -> Void
  ) {
    var city = cities[site] ?? CityStatus(site: site)
    city.lastContact = now.clock
    city.lastRefusal = nil
    change(&city)
    cities[site] = city
  }

  private mutating func stop(_ effects: inout [Effect]) {
    isStopping = true
    for push in pushes {
      effects.append(.refuse(push.ticket, .unavailable, retryAfterSeconds: nil))
    }
    for pull in pulls {
      effects.append(.refuse(pull.ticket, .unavailable, retryAfterSeconds: nil))
    }
    pushes = []
    pulls = []
  }

  private mutating func schedule(_ now: Moment, _ effects: inout [Effect]) {
    guard let next = pulls.map(\.deadline).min(), next != announced else { return }
    announced = next
    let left = next - min(now.uptimeMilliseconds, next)
    effects.append(.schedule(afterMilliseconds: left))
  }

  /// Traps if an invariant of the type is broken.
  package func checkInvariants() {
    precondition(Set(pushes.map(\.site)).count == pushes.count, "one push of each site waits")
    precondition(Set(pulls.map(\.site)).count == pulls.count, "one pull of each site waits")
    precondition(pushes.isEmpty || ingesting != nil, "a push waits only for another")
    precondition(pulls.allSatisfy { $0.after >= position }, "a pull waits only at the end")
  }
}
