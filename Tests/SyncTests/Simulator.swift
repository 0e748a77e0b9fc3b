// One hub and three cities in virtual time, with a network that loses, doubles, delays and
// reorders, and nodes that crash. Everything follows from the seed.

import Events
import Sync

/// What a run found, with the seed that replays it.
struct SimulationFailure: Error, CustomStringConvertible {
  let seed: UInt64
  let fact: String
  var description: String { "seed \(seed): \(fact)" }
}

struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x2545_f491_4f6c_dd1d | 1 }

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state &* 0x2545_f491_4f6c_dd1d
  }

  mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }
}

/// A line and an order in memory; what is in it survives a crash.
struct FakeLog {
  var lines: [SiteID: [Event]] = [:]
  var order: [(receipt: Receipt, event: Event)] = []

  func head(of site: SiteID) -> LineHead {
    guard let last = lines[site]?.last else { return .empty }
    return LineHead(seq: last.dot.seq, id: last.id)
  }

  func id(at dot: Dot) -> Digest? {
    guard let line = lines[dot.site], dot.seq >= 1, dot.seq <= line.count else { return nil }
    return line[Int(dot.seq) - 1].id
  }

  var heads: VectorClock {
    VectorClock(lines.map { Dot($0.key, UInt64($0.value.count)) })
  }

  var place: Place {
    guard let last = order.last else { return .start }
    return Place(last.receipt)
  }

  /// The tree over the first receipts, or over all.
  func tree(_ size: UInt64? = nil) -> TreeHead {
    var edge = TreeEdge()
    for entry in order.prefix(size.map { Int($0) } ?? order.count) {
      edge.append(Receipt.leaf(of: entry.receipt.line))
    }
    return edge.head
  }
}

enum Request {
  case hello([UInt8])
  case push(query: String, body: [UInt8])
  case pull(query: String)
}

enum Response {
  case hello([UInt8])
  case push([UInt8])
  case pull([UInt8])
  case refusal([UInt8], retryAfterSeconds: Int?)
  case none(SyncFailure)
}

final class Simulator {
  struct City {
    let site: SiteID
    var log = FakeLog()
    var session: CitySession?
    var run = 0
    var timer = 0
    var agreements: [UInt64] = []
    var requestsWhileHubIsDown = 0
  }

  enum Action {
    case toHub(city: Int, run: Int, Ticket, Request)
    case toCity(city: Int, run: Int, Ticket, Response)
    case cityTick(city: Int, run: Int, timer: Int)
    case hubTick(run: Int, timer: Int)
    case commit(run: Int, Ticket, SiteID, [UInt8])
    case store(city: Int, run: Int, Ticket, [TransferText.Block], TreeHead)
    case append(city: Int)
    case crashCity(Int)
    case startCity(Int)
    case crashHub
    case startHub
  }

  private struct Entry {
    let time: UInt64
    let number: Int
    let action: Action
  }

  private struct Open {
    let city: Int
    let run: Int
    let ticket: Ticket
    let body: [UInt8]
  }

  let seed: UInt64
  var random: SeededGenerator
  var now: UInt64 = 0
  var isFaulty = false
  var cities: [City]
  var hubLog = FakeLog()
  var hub: HubSession?
  var hubDownSince: UInt64? = 0
  var hubDownMilliseconds: UInt64 = 0
  /// When each event became visible: at the hub, then in each city.
  var seen: [Digest: [String: UInt64]] = [:]
  private var hubRun = 0
  private var hubTimer = 0
  private var hubTicket: UInt64 = 0
  private var open: [Ticket: Open] = [:]
  private var queue: [Entry] = []
  private var number = 0
  private let region: RegionID
  private let kreis: SiteID

  init(seed: UInt64) throws {
    self.seed = seed
    random = SeededGenerator(seed: seed + 1)
    region = RegionID(using: &random)
    kreis = try site("kreis")
    cities = try ["dorsten", "herten", "marl"].map { City(site: try site($0)) }
  }

  func fail(_ fact: String) -> SimulationFailure { SimulationFailure(seed: seed, fact: fact) }

  func at(_ time: UInt64, _ action: Action) {
    number += 1
    let entry = Entry(time: time, number: number, action: action)
    // Latest first, so that the next is taken from the end.
    var low = 0
    var high = queue.count
    while low < high {
      let middle = (low + high) / 2
      let other = queue[middle]
      let isLater = other.time > time
      if isLater { low = middle + 1 } else { high = middle }
    }
    queue.insert(entry, at: low)
  }

  /// Runs until the time, or until a condition holds.
  @discardableResult
  func run(until end: UInt64, or isDone: () -> Bool = { false }) throws -> Bool {
    while let next = queue.last, next.time <= end {
      if isDone() { return true }
      queue.removeLast()
      now = max(now, next.time)
      try perform(next.action)
    }
    now = end
    return isDone()
  }

  private var moment: Moment {
    Moment(
      uptimeMilliseconds: now,
      clock: Timestamp(milliseconds: 1_790_000_000_000 + Int64(now)))
  }

  private func perform(_ action: Action) throws {
    switch action {
    case .toHub(let city, let run, let ticket, let request):
      try arrive(city, run, ticket, request)
    case .toCity(let city, let run, let ticket, let response):
      if cities[city].run == run { try answer(city, ticket, response) }
    case .cityTick(let city, let run, let timer):
      if cities[city].run == run, cities[city].timer == timer { try tell(city, .tick) }
    case .hubTick(let run, let timer):
      if hubRun == run, hubTimer == timer { try tellHub(.tick) }
    case .commit(let run, let ticket, let site, let body):
      if hubRun == run, hub != nil { try commit(ticket, site, body) }
    case .store(let city, let run, let ticket, let blocks, let tree):
      if cities[city].run == run { try store(city, ticket, blocks, tree) }
    case .append(let city): try append(city)
    case .crashCity(let city):
      cities[city].session = nil
      cities[city].run += 1
    case .startCity(let city): if cities[city].session == nil { try start(city) }
    case .crashHub:
      hub = nil
      hubRun += 1
      open = [:]
      if hubDownSince == nil { hubDownSince = now }
    case .startHub: if hub == nil { startHub() }
    }
  }
}

// MARK: - Network

extension Simulator {
  private var delay: UInt64 {
    guard isFaulty else { return 5 }
    return random.chance(10)
      ? .random(in: 1_000...100_000, using: &random) : .random(in: 1...80, using: &random)
  }

  private var copies: Int {
    guard isFaulty else { return 1 }
    return random.chance(10) ? 0 : random.chance(10) ? 2 : 1
  }

  private func send(_ city: Int, _ ticket: Ticket, _ request: Request) {
    let run = cities[city].run
    if hub == nil { cities[city].requestsWhileHubIsDown += 1 }
    let count = copies
    if count == 0, random.chance(50) {
      at(now + delay, .toCity(city: city, run: run, ticket, .none(.unreachable)))
    }
    for _ in 0..<count {
      at(now + delay, .toHub(city: city, run: run, ticket, request))
    }
  }

  private func reply(_ hubTicket: Ticket, _ response: Response) {
    guard let request = open.removeValue(forKey: hubTicket) else { return }
    for _ in 0..<copies {
      at(
        now + delay,
        .toCity(city: request.city, run: request.run, request.ticket, response))
    }
  }
}

// MARK: - Hub

extension Simulator {
  private func startHub() {
    if let since = hubDownSince { hubDownMilliseconds += now - since }
    hubDownSince = nil
    hub = HubSession(
      identity: .init(region: region, site: kreis, instance: InstanceID(using: &random)),
      position: hubLog.place.position)
  }

  private func arrive(_ city: Int, _ run: Int, _ ticket: Ticket, _ request: Request) throws {
    guard hub != nil else {
      at(now + delay, .toCity(city: city, run: run, ticket, .none(.unreachable)))
      return
    }
    hubTicket += 1
    let own = Ticket(hubTicket)
    let from = cities[city].site
    var body: [UInt8] = []
    if case .push(_, let text) = request { body = text }
    open[own] = Open(city: city, run: run, ticket: ticket, body: body)
    switch request {
    case .hello(let text):
      let hello = try Hello(text)
      try tellHub(.hello(own, from: from, hello, holdings(hello)))
    case .push(let query, _):
      try tellHub(.push(own, from: from, try PushRequest(query: query)))
    case .pull(let query):
      try tellHub(.pull(own, from: from, try PullRequest(query: query)))
    }
  }

  private func holdings(_ hello: Hello) -> HubSession.Holdings {
    let position = hello.place.position
    let isHeld = position >= 1 && position <= UInt64(hubLog.order.count)
    return HubSession.Holdings(
      isAdmitted: true, heads: hubLog.heads, position: hubLog.place.position,
      cityHead: hubLog.head(of: hello.site),
      idAtHelloHead: hubLog.id(at: Dot(hello.site, hello.head.seq)),
      idAtHelloPlace: isHeld ? Place(hubLog.order[Int(position) - 1].receipt).id : nil)
  }

  private func tellHub(_ input: HubSession.Input) throws {
    guard var session = hub else { return }
    let effects = session.receive(input, at: moment)
    session.checkInvariants()
    hub = session
    for effect in effects {
      switch effect {
      case .answerHello(let ticket, let answer): reply(ticket, .hello(Array(answer.text.utf8)))
      case .ingest(let ticket, let site):
        let body = open[ticket]?.body ?? []
        at(now + 2, .commit(run: hubRun, ticket, site, body))
      case .answerPush(let ticket, let answer): reply(ticket, .push(Array(answer.text.utf8)))
      case .answerPull(let ticket, let site, let after):
        var batch = PullBatch(for: site, after: after, position: hubLog.place.position)
        for entry in hubLog.order.dropFirst(Int(after)) {
          guard batch.add(receipt: entry.receipt, event: entry.event) else { break }
        }
        reply(ticket, .pull(batch.body(root: hubLog.tree(batch.end).root)))
      case .answerOrder: throw fail("nobody lost a line here")
      case .refuse(let ticket, let refusal, let seconds):
        reply(ticket, .refusal(Array(refusal.text.utf8), retryAfterSeconds: seconds))
      case .schedule(let after):
        hubTimer += 1
        at(now + after, .hubTick(run: hubRun, timer: hubTimer))
      }
    }
  }

  private func commit(_ ticket: Ticket, _ site: SiteID, _ body: [UInt8]) throws {
    var first: UInt64?
    var refused: PushRefusal?
    for event in try PushBatch.events(body, from: site) {
      let head = hubLog.head(of: site)
      if event.dot.seq <= head.seq {
        guard hubLog.id(at: event.dot) == event.id else { throw fail("fork at \(event.dot)") }
        continue
      }
      guard event.dot.seq == head.seq + 1, event.prev == head.id else {
        refused = PushRefusal(dot: event.dot, reason: .gap)
        break
      }
      hubLog.lines[site, default: []].append(event)
      let receipt = Receipt(
        position: UInt64(hubLog.order.count) + 1, received: moment.clock, dot: event.dot,
        id: event.id, verdict: .applied)
      hubLog.order.append((receipt, event))
      seen[event.id, default: [:]]["hub"] = now
      first = first ?? receipt.position
    }
    // A crash here: the batch is durable, nobody was told.
    if isFaulty, random.chance(2) {
      try perform(.crashHub)
      at(now + 3_000, .startHub)
      return
    }
    let end = hubLog.place.position
    let answer = PushAnswer(
      head: hubLog.head(of: site), position: end, positions: first.map { $0...end },
      refused: refused)
    try tellHub(.ingested(ticket, answer))
  }
}

// MARK: - City

extension Simulator {
  private func start(_ city: Int) throws {
    let log = cities[city].log
    let site = cities[city].site
    cities[city].session = CitySession(
      identity: .init(region: region, site: site, instance: InstanceID(using: &random)),
      head: log.head(of: site), heads: log.heads, place: log.place, seed: random.next())
    try tell(city, .start)
  }

  private func tell(_ city: Int, _ input: CitySession.Input) throws {
    guard var session = cities[city].session else { return }
    let effects = session.receive(input, at: moment)
    session.checkInvariants()
    cities[city].session = session
    for effect in effects {
      switch effect {
      case .sendHello(let ticket, let hello):
        send(city, ticket, .hello(Array(hello.text.utf8)))
      case .push(let ticket, let request, let after):
        var batch = PushBatch()
        for event in cities[city].log.lines[cities[city].site, default: []].dropFirst(Int(after)) {
          guard batch.add(eventText: event.text) else { break }
        }
        send(city, ticket, .push(query: request.query, body: batch.body))
      case .pull(let ticket, let request): send(city, ticket, .pull(query: request.query))
      case .accept(let ticket, let blocks, let tree):
        at(now + 2, .store(city: city, run: cities[city].run, ticket, blocks, tree))
      case .abandon: break
      case .schedule(let after):
        cities[city].timer += 1
        at(
          now + after,
          .cityTick(city: city, run: cities[city].run, timer: cities[city].timer))
      case .order, .takeBack, .restored: throw fail("\(cities[city].site) takes back its line")
      case .alarm(let alarm): throw fail("\(cities[city].site) raises \(alarm)")
      case .agreed(let position): cities[city].agreements.append(position)
      }
    }
  }

  private func answer(_ city: Int, _ ticket: Ticket, _ response: Response) throws {
    switch response {
    case .hello(let text):
      let answer = try HelloAnswer(text)
      let id = cities[city].log.id(at: Dot(cities[city].site, answer.head.seq))
      try tell(city, .helloAnswer(ticket, answer, ownIDAtHubHead: id))
    case .push(let text):
      let answer = try PushAnswer(text)
      let id = cities[city].log.id(at: Dot(cities[city].site, answer.head.seq))
      try tell(city, .pushAnswer(ticket, answer, ownIDAtHubHead: id))
    case .pull(let body): try tell(city, .pullAnswer(ticket, try PullAnswer(body)))
    case .refusal(let text, let seconds):
      let failure = SyncFailure.refused(try SyncRefusal(text))
      try tell(city, .failed(ticket, failure, retryAfterSeconds: seconds))
    case .none(let failure): try tell(city, .failed(ticket, failure, retryAfterSeconds: nil))
    }
  }

  private func store(
    _ city: Int, _ ticket: Ticket, _ blocks: [TransferText.Block], _ tree: TreeHead
  ) throws {
    if isFaulty, random.chance(5) {
      try tell(city, .notStored(ticket))
      return
    }
    let own = cities[city].site
    var log = cities[city].log
    var awaited: Receipt?
    for block in blocks {
      switch block {
      case .receipt(let receipt):
        guard receipt.position == log.place.position + 1 else { throw fail("gap in the order") }
        awaited = receipt
        guard receipt.dot.site == own else { continue }
        guard let line = log.lines[own], receipt.dot.seq <= line.count else {
          throw fail("a receipt for an own event that is not held: \(receipt.dot)")
        }
        log.order.append((receipt, line[Int(receipt.dot.seq) - 1]))
      case .event(let event):
        guard let receipt = awaited, receipt.id == event.id, event.dot.site != own,
          event.dot.seq == log.head(of: event.dot.site).seq + 1
        else { throw fail("an event out of order: \(event.dot)") }
        log.lines[event.dot.site, default: []].append(event)
        log.order.append((receipt, event))
        seen[event.id, default: [:]][own.description] = now
      }
    }
    guard log.tree() == tree else { throw fail("the hub states another tree than its receipts") }
    cities[city].log = log
    try tell(city, .stored(ticket, log.place, heads: log.heads))
  }

  private func append(_ city: Int) throws {
    guard cities[city].session != nil else { return }
    let own = cities[city].site
    let head = cities[city].log.head(of: own)
    let event = try sampleEvent(
      own, head.seq + 1, after: head.id, title: "Meldung \(head.seq + 1)", using: &random)
    cities[city].log.lines[own, default: []].append(event)
    seen[event.id, default: [:]]["written"] = now
    try tell(city, .localAppend(cities[city].log.head(of: own)))
  }
}

// MARK: - Samples

func site(_ name: String) throws -> SiteID {
  guard let site = SiteID(name) else { throw SyncError.invalid(member: name) }
  return site
}

func sampleEvent(
  _ site: SiteID, _ seq: UInt64, after prev: Digest, title: String,
  using random: inout SeededGenerator
) throws -> Event {
  let draft = EventDraft(
    type: "news.created", item: ItemID(at: site, using: &random), by: "r1",
    writes: [.init("title", .string(title))])
  return try draft.event(
    at: Dot(site, seq), time: Timestamp(milliseconds: 1_790_000_000_000), prev: prev,
    lineKey: [1, 2, 3], using: &random)
}
