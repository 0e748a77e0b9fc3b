// The hub: performs what `HubSession` decides, as the node's endpoint does.

import Catalogue
import EventLog
import Events
import Node
import Sync

final class HubNode: SimulatedNode {
  private let keys: SiteKeys
  private(set) var session: HubSession?
  private var timer = 0
  private var lastTicket: UInt64 = 0
  private var origins: [Ticket: Origin] = [:]
  private var pushed: [Ticket: [Event]] = [:]

  init(site: SiteID, keys: SiteKeys, world: World, random: Seeded) {
    self.keys = keys
    super.init(site: site, role: .hub, world: world, random: random)
  }

  override func begin(
    _ ends: (head: LineHead, heads: VectorClock, place: Place)
  ) throws {
    var position = ends.place.position
    if ends.head == .empty {
      // On its first start the hub admits the sites of its region.
      let sites = [site] + world.cities.map(\.site)
      let drafts = sites.map { Membership.draft($0, name: "Stadt \($0)", .admitted) }
      guard try world.write(drafts, at: self, "admits all") else { return disk.crash(.kill) }
      position = UInt64(sites.count)
    }
    let identity = NodeIdentity(region: world.region, site: site, instance: newInstance())
    session = HubSession(identity: identity, position: position)
  }

  override func end() {
    session = nil
    origins = [:]
    pushed = [:]
    timer += 1
  }

  override func committed() throws {
    guard let position = log?.position else { return }
    tellSoon { [unowned self] in
      try tell(.advanced(position: position))
    }
  }

  // MARK: - Facts in

  /// A request arrives.
  func arrive(_ request: WireRequest, _ origin: Origin) throws {
    guard session != nil else { return }
    lastTicket += 1
    let ticket = Ticket(lastTicket)
    origins[ticket] = origin
    guard let site = keys.site(authorization: request.authorization) else {
      return refuse(ticket, .unknownKey)
    }
    do {
      try take(request, ticket, from: site)
    } catch let error as SyncError {
      world.marks.insert(.bodyRefused)
      world.note("the hub cannot read it: \(error)")
      refuse(ticket, HubSession.refusal(of: error))
    }
  }

  private func take(_ request: WireRequest, _ ticket: Ticket, from site: SiteID) throws {
    switch request.kind {
    case .hello:
      let hello = try Hello(request.body)
      onQueue { [unowned self] path in
        let holdings: HubSession.Holdings
        waitForRows(path)
        do throws(WriteError) {
          holdings = try path.holdings(for: hello)
        } catch {
          return refuse(ticket, .unavailable)
        }
        try tell(.hello(ticket, from: site, hello, holdings))
      }
    case .push:
      let push = try PushRequest(query: request.query)
      let events = try PushBatch.events(request.body, from: site)
      pushed[ticket] = events
      try tell(.push(ticket, from: site, push))
    case .pull:
      try tell(.pull(ticket, from: site, try PullRequest(query: request.query)))
    case .order:
      try tell(.order(ticket, from: site, try OrderRequest(query: request.query)))
    }
  }

  private func tell(_ input: HubSession.Input) throws {
    guard var session else { return }
    let effects = session.receive(input, at: moment)
    session.checkInvariants()
    self.session = session
    for effect in effects { perform(effect) }
  }

  // MARK: - Effects out

  private func perform(_ effect: HubSession.Effect) {
    switch effect {
    case .answerHello(let ticket, let answer):
      send(ticket, WireAnswer(status: 200, body: Array(answer.text.utf8)))
    case .ingest(let ticket, let site):
      onQueue { [unowned self] path in try ingest(ticket, from: site, path) }
    case .answerPush(let ticket, let answer):
      send(ticket, WireAnswer(status: 200, body: Array(answer.text.utf8)))
    case .answerPull(let ticket, let site, let position):
      answerPull(ticket, for: site, after: position, isWhole: false)
    case .answerOrder(let ticket, let site, let position):
      answerPull(ticket, for: site, after: position, isWhole: true)
    case .refuse(let ticket, let refusal, let seconds):
      if refusal == .busy { world.marks.insert(.pushReplaced) }
      refuse(ticket, refusal, retryAfterSeconds: seconds)
    case .schedule(let milliseconds):
      timer += 1
      let timer = timer
      later(milliseconds) { [unowned self] in if timer == self.timer { try tell(.tick) } }
    }
  }

  private func answerPull(
    _ ticket: Ticket, for site: SiteID, after position: UInt64, isWhole: Bool
  ) {
    onQueue { [unowned self] path in
      let body = path.batch(for: site, after: position, isWhole: isWhole)
      send(ticket, WireAnswer(status: body == nil ? 503 : 200, body: body ?? []))
    }
  }

  private func ingest(_ ticket: Ticket, from site: SiteID, _ path: WritePath) throws {
    let events = pushed.removeValue(forKey: ticket) ?? []
    let before = log?.heads[site] ?? 0
    if let first = events.first, first.dot.seq <= before { world.marks.insert(.duplicatePush) }
    let result = try written(path) { path throws(WriteError) in
      try path.ingest(events, from: site, now: time)
    }
    guard !disk.isDead else { return }
    switch result {
    case .success(let answer):
      world.note("the hub holds \(site):\(answer.head.seq), position \(answer.position)")
      // From here on somebody may know of it.
      promisedHeads.include(Dot(site, answer.head.seq))
      promisedPosition = max(promisedPosition, answer.position)
      try tell(.ingested(ticket, answer))
    case .failure(let error):
      world.note("the hub does not store the push of \(site): \(error)")
      if error.isDiskFull { world.marks.insert(.storageFull) }
      try tell(.notIngested(ticket, error.isDiskFull ? .storageFull : .unavailable))
    }
  }

  private func refuse(_ ticket: Ticket, _ refusal: SyncRefusal, retryAfterSeconds: Int? = nil) {
    send(
      ticket,
      WireAnswer(
        status: refusal.httpStatus, body: Array(refusal.text.utf8),
        retryAfterSeconds: retryAfterSeconds))
  }

  private func send(_ ticket: Ticket, _ answer: WireAnswer) {
    pushed[ticket] = nil
    guard let origin = origins.removeValue(forKey: ticket) else { return }
    world.reply(answer, to: origin)
  }
}
