// A city: performs what `CitySession` decides, as the node's link to the hub does.

import EventLog
import Events
import Node
import Sync

final class CityNode: SimulatedNode {
  let key: SiteKey
  private(set) var session: CitySession?
  private var timer = 0
  private var awaited: Set<Ticket> = []

  init(site: SiteID, key: SiteKey, world: World, random: Seeded) {
    self.key = key
    super.init(site: site, role: .city, world: world, random: random)
  }

  /// A copy of a whole machine, as it is now.
  init(copyOf city: CityNode, random: Seeded) {
    key = city.key
    super.init(site: city.site, role: .city, world: city.world, random: random, copyOf: city)
    disk.replace(with: city.disk.copy())
    promisedHeads = city.log?.heads ?? VectorClock()
    promisedPosition = city.log?.position ?? 0
  }

  override func begin(
    _ ends: (head: LineHead, heads: VectorClock, place: Place)
  ) throws {
    session = CitySession(
      identity: NodeIdentity(region: world.region, site: site, instance: newInstance()),
      head: ends.head, heads: ends.heads, place: ends.place, seed: newSeed())
    try tell(.start)
  }

  override func end() {
    session = nil
    awaited = []
    timer += 1
  }

  override func committed() throws {
    guard let path else { return }
    let head = path.end.head
    tellSoon { [unowned self] in try tell(.localAppend(head)) }
  }

  private func tell(_ input: CitySession.Input) throws {
    guard var session else { return }
    let effects = session.receive(input, at: moment)
    session.checkInvariants()
    self.session = session
    for effect in effects { try perform(effect) }
  }

  private func perform(_ effect: CitySession.Effect) throws {
    switch effect {
    case .sendHello(let ticket, let hello):
      ask(ticket, .hello, query: "", Array(hello.text.utf8))
    case .push(let ticket, let request, let seq):
      onQueue { [unowned self] path in
        var batch = PushBatch()
        for event in path.ownLine(after: seq, limit: SyncLimits.batchEvents)
        where !batch.add(eventText: event.text) { break }
        ask(ticket, .push, query: request.query, batch.body)
      }
    case .pull(let ticket, let request):
      ask(ticket, .pull, query: request.query, [])
    case .order(let ticket, let request):
      ask(ticket, .order, query: request.query, [])
    case .takeBack(let ticket, let blocks, let head):
      onQueue { [unowned self] path in try takeBack(ticket, blocks, upTo: head, path) }
    case .restored(let line):
      world.note("\(site) has its line again: \(line.own) back, \(line.reissued) again")
      world.marks.insert(line.reissued > 0 ? .tailReissued : .lineTakenBack)
    case .accept(let ticket, let blocks, let tree):
      onQueue { [unowned self] path in try accept(ticket, blocks, tree, path) }
    case .abandon(let ticket):
      awaited.remove(ticket)
    case .schedule(let milliseconds):
      timer += 1
      let timer = timer
      later(milliseconds) { [unowned self] in if timer == self.timer { try tell(.tick) } }
    case .alarm(let alarm):
      world.note("\(site) raises \(alarm)")
      // A site that has left is refused until it is admitted again. Nothing else may come up.
      if alarm == .cloned { world.marks.insert(.clonedAlarm) }
      let isExpected =
        alarm == .unknownSite && world.swarm.changesMembership
        || alarm == .cloned && !world.clones.isEmpty
      guard isExpected else {
        throw world.failure("\(site) raises \(alarm)")
      }
    case .agreed:
      onQueue { [unowned self] path in try witness(path) }
    }
  }

  private func ask(_ ticket: Ticket, _ kind: WireRequest.Kind, query: String, _ body: [UInt8]) {
    awaited.insert(ticket)
    world.send(
      WireRequest(kind: kind, query: query, authorization: key.authorization, body: body), ticket,
      from: self)
  }

  // MARK: - Answers

  func failed(
    _ ticket: Ticket, _ failure: SyncFailure, retryAfterSeconds: Int? = nil
  ) throws {
    awaited.remove(ticket)
    try tell(.failed(ticket, failure, retryAfterSeconds: retryAfterSeconds))
  }

  func answered(_ ticket: Ticket, _ kind: WireRequest.Kind, _ answer: WireAnswer) throws {
    if awaited.remove(ticket) == nil { world.marks.insert(.lateAnswer) }
    let input: CitySession.Input
    do {
      input = try read(ticket, kind, answer)
    } catch {
      world.marks.insert(.bodyRefused)
      world.note("\(site) cannot read the answer \(ticket.number): \(error)")
      input = .failed(
        ticket, .malformedAnswer(error), retryAfterSeconds: answer.retryAfterSeconds)
    }
    try tell(input)
  }

  private func read(
    _ ticket: Ticket, _ kind: WireRequest.Kind, _ answer: WireAnswer
  ) throws(SyncError) -> CitySession.Input {
    guard answer.status == 200 else {
      let refusal = try SyncRefusal(answer.body)
      world.note("hub refuses \(kind) \(ticket.number) of \(site): \(refusal)")
      if refusal == .greetAgain { world.marks.insert(.greetAgain) }
      return .failed(ticket, .refused(refusal), retryAfterSeconds: answer.retryAfterSeconds)
    }
    switch kind {
    case .hello:
      let hello = try HelloAnswer(answer.body)
      return withOwnID(ticket, at: hello.head) { .helloAnswer(ticket, hello, ownIDAtHubHead: $0) }
    case .push:
      let push = try PushAnswer(answer.body)
      return withOwnID(ticket, at: push.head) { .pushAnswer(ticket, push, ownIDAtHubHead: $0) }
    case .pull, .order:
      return .pullAnswer(ticket, try PullAnswer(answer.body))
    }
  }

  /// What cannot be read is no fork.
  private func withOwnID(
    _ ticket: Ticket, at head: LineHead, _ input: (Digest?) -> CitySession.Input
  ) -> CitySession.Input {
    do throws(WriteError) {
      return input(try path?.idOnOwnLine(head.seq))
    } catch {
      return .failed(ticket, .storage, retryAfterSeconds: nil)
    }
  }

  // MARK: - The hub's order

  private func witness(_ path: WritePath) throws {
    let result = try written(path) { path throws(WriteError) in try path.witness(now: time) }
    if case .success(true) = result { world.marks.insert(.treeWitnessed) }
  }

  private func accept(
    _ ticket: Ticket, _ blocks: [TransferText.Block], _ tree: TreeHead, _ path: WritePath
  ) throws {
    noteOtherVerdicts(blocks)
    let result = try written(path) { path throws(WriteError) in
      try path.accept(blocks, as: tree, now: time)
    }
    guard !disk.isDead else { return }
    switch result {
    case .success(let (place, heads)):
      world.note("\(site) holds position \(place.position)")
      try world.record.receipts(in: blocks, at: site, world)
      promisedPosition = max(promisedPosition, place.position)
      try tell(.stored(ticket, place, heads: heads))
    case .failure(let error): try notStored(ticket, error)
    }
  }

  private func takeBack(
    _ ticket: Ticket, _ blocks: [TransferText.Block], upTo head: LineHead, _ path: WritePath
  ) throws {
    let now = time
    let result = try written(path) { path throws(WriteError) in
      try path.takeBack(blocks, upTo: head, now: now)
    }
    guard !disk.isDead else { return }
    switch result {
    case .success(let part):
      world.note("\(site) takes back \(part.own), again \(part.reissued), after \(part.after)")
      promisedPosition = max(promisedPosition, part.place.position)
      if part.isComplete { promisedHeads.include(Dot(site, path.end.head.seq)) }
      tellSoon { [unowned self] in try tell(.tookBack(ticket, part)) }
    case .failure(let error): try notStored(ticket, error)
    }
  }

  private func notStored(_ ticket: Ticket, _ error: WriteError) throws {
    world.note("\(site) does not store the batch \(ticket.number): \(error)")
    switch error.lineFault(of: site) {
    case .differs?: try tell(.lineDiffers(ticket))
    case .forged(let dot)?: try tell(.lineForged(ticket, dot))
    case nil: try tell(error.isAboutTheBatch ? .batchRefused(ticket) : .notStored(ticket))
    }
  }

  /// Where the hub sees an own event otherwise than this node did, its item is folded anew.
  private func noteOtherVerdicts(_ blocks: [TransferText.Block]) {
    for case .receipt(let receipt) in blocks where receipt.dot.site == site {
      guard let held = world.record.written[receipt.id], let provisional = held.provisional,
        provisional != receipt.verdict
      else { continue }
      world.note("\(receipt.dot) was \(provisional) here and is \(receipt.verdict)")
      world.marks.insert(.refoldedAfterOtherVerdict)
    }
  }
}
