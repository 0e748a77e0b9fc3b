// The vectors of sync: the exact bytes of one side's peer in, what it answers or asks out.
// Protocols/README.md §5.

import Events
import Sync
import Testing

@Suite struct ConversationTests {
  private static let all = VectorFile.all(in: "sync")

  @Test(arguments: all.filter { $0["side"] == "hub" })
  func theHubAnswersAsTheConversationTells(_ vector: VectorFile) throws {
    var hub = try HubSide(vector)
    try converse(vector) { try hub.take($0) }
  }

  @Test(arguments: all.filter { $0["side"] == "city" })
  func theCityAsksAsTheConversationTells(_ vector: VectorFile) throws {
    var city = try CitySide(vector)
    try converse(vector) { try city.take($0) }
  }

  /// Hands in each step that comes from outside; what comes out must be the steps that follow.
  private func converse(_ vector: VectorFile, _ take: (Step) throws -> [Step]) throws {
    let steps = Step.all(vector.body)
    try #require(steps.first?.words == ["log"])
    var index = 0
    while index < steps.count {
      let out = try take(steps[index])
      index += 1
      for step in out {
        try #require(index < steps.count, "nothing more is told, and there came \(step)")
        #expect(step == steps[index])
        index += 1
      }
      let isTold = index < steps.count && steps[index].words[0] == "out"
      try #require(!isTold, "\(steps[index - 1]) brought nothing more")
    }
  }
}

/// One step of a conversation.
private struct Step: Equatable, CustomStringConvertible {
  let words: [String]
  let message: [UInt8]

  var description: String {
    words.joined(separator: " ") + "\n" + String(decoding: message, as: UTF8.self)
  }

  init(_ words: String, _ message: [UInt8] = []) {
    self.words = words.split(separator: " ").map(String.init)
    self.message = message
  }

  /// The steps of a body: a line that begins with `== `, then the message and a newline.
  static func all(_ body: [UInt8]) -> [Step] {
    var steps: [Step] = []
    var words: String?
    var message: [UInt8] = []
    for line in body.split(separator: 0x0a, omittingEmptySubsequences: false).dropLast() {
      if line.starts(with: Array("== ".utf8)) {
        if let words { steps.append(Step(words, Array(message.dropLast()))) }
        words = String(decoding: line.dropFirst(3), as: UTF8.self)
        message = []
      } else {
        message += line + [0x0a]
      }
    }
    if let words { steps.append(Step(words, Array(message.dropLast()))) }
    return steps
  }
}

extension FakeLog {
  /// Takes an export: receipts with their events, then events without.
  mutating func load(_ text: [UInt8]) throws {
    var receipt: Receipt?
    for block in try TransferText.blocks(text) {
      switch block {
      case .receipt(let read):
        receipt = read
        if let held = lines[read.dot.site]?.first(where: { $0.dot == read.dot }) {
          order.append((read, held))
          receipt = nil
        }
      case .event(let event):
        lines[event.dot.site, default: []].append(event)
        if let receipt { order.append((receipt, event)) }
        receipt = nil
      }
    }
  }

  /// The door of Protocols/log.md §5; nil for an event that may come in.
  func refusal(of event: Event) -> PushRefusal.Reason? {
    let head = head(of: event.dot.site)
    if event.dot.seq <= head.seq { return id(at: event.dot) == event.id ? nil : .fork }
    if event.dot.seq > head.seq + 1 { return .gap }
    if event.prev != head.id { return .chain }
    return heads.covers(event.context.requires) ? nil : .context
  }
}

// MARK: - Hub

/// A hub with a log in memory.
private struct HubSide {
  private let region: RegionID
  private let site: SiteID
  private let admitted: [String]
  private let start: Timestamp
  private var session: HubSession
  private var log = FakeLog()
  private var passed: UInt64 = 0
  private var pushed: [Ticket: [Event]] = [:]

  init(_ vector: VectorFile) throws {
    region = try #require(vector["region"].flatMap { RegionID($0) })
    site = try #require(vector["site"].flatMap { SiteID($0) })
    start = try #require(vector["clock"].flatMap { Timestamp($0) })
    admitted = try #require(vector["admitted"]).split(separator: " ").map(String.init)
    let instance = try #require(vector["instance"].flatMap { InstanceID($0) })
    session = HubSession(
      identity: NodeIdentity(region: region, site: site, instance: instance), position: 0)
  }

  private var now: Moment {
    Moment(uptimeMilliseconds: passed, clock: start.advanced(milliseconds: Int64(passed)))
  }

  mutating func take(_ step: Step) throws -> [Step] {
    switch step.words[0] {
    case "log":
      try log.load(step.message)
      return try tell(.advanced(position: log.place.position))
    case "wait":
      passed += try #require(UInt64(step.words[1]))
      return try tell(.tick)
    case "restart":
      let instance = try #require(InstanceID(step.words[1]))
      session = HubSession(
        identity: NodeIdentity(region: region, site: site, instance: instance),
        position: log.place.position)
      return []
    default:
      try #require(step.words[0] == "in" && step.words.count == 5, "no step: \(step)")
      return try request(step)
    }
  }

  private mutating func request(_ step: Step) throws -> [Step] {
    let ticket = Ticket(try #require(UInt64(step.words[1])))
    let sender = try #require(SiteID(step.words[2]))
    let target = step.words[4].split(separator: "?", maxSplits: 1).map(String.init)
    do {
      switch (step.words[3], target[0]) {
      case ("POST", "/sync/v1/hello"):
        let hello = try Hello(step.message)
        return try tell(.hello(ticket, from: sender, hello, holdings(for: hello)))
      case ("POST", "/sync/v1/push"):
        let request = try PushRequest(query: target[1])
        pushed[ticket] = try PushBatch.events(step.message, from: sender)
        return try tell(.push(ticket, from: sender, request))
      case ("GET", "/sync/v1/order"):
        return try tell(.order(ticket, from: sender, try OrderRequest(query: target[1])))
      default:
        try #require(target[0] == "/sync/v1/pull")
        return try tell(.pull(ticket, from: sender, try PullRequest(query: target[1])))
      }
    } catch let error as SyncError {
      return [answer(ticket, refusal: HubSession.refusal(of: error))]
    }
  }

  private func holdings(for hello: Hello) -> HubSession.Holdings {
    let position = hello.place.position
    let isHeld = position >= 1 && position <= log.place.position
    return HubSession.Holdings(
      isAdmitted: admitted.contains(hello.site.description), heads: log.heads,
      position: log.place.position, cityHead: log.head(of: hello.site),
      idAtHelloHead: log.id(at: Dot(hello.site, hello.head.seq)),
      idAtHelloPlace: isHeld ? Place(log.order[Int(position) - 1].receipt).id : nil)
  }

  private mutating func tell(_ input: HubSession.Input) throws -> [Step] {
    let effects = session.receive(input, at: now)
    session.checkInvariants()
    var out: [Step] = []
    for effect in effects {
      switch effect {
      case .answerHello(let ticket, let answer): out.append(self.answer(ticket, answer.text))
      case .answerPush(let ticket, let answer): out.append(self.answer(ticket, answer.text))
      case .answerPull(let ticket, let site, let after):
        out.append(Step("out \(ticket.number) 200", order(for: site, after: after)))
      case .answerOrder(let ticket, _, let after):
        out.append(Step("out \(ticket.number) 200", order(for: nil, after: after)))
      case .ingest(let ticket, let site): out += try tell(.ingested(ticket, ingest(ticket, site)))
      case .refuse(let ticket, let refusal, _): out.append(answer(ticket, refusal: refusal))
      case .schedule: break
      }
    }
    return out
  }

  private func order(for city: SiteID?, after: UInt64) -> [UInt8] {
    var batch = PullBatch(for: city, after: after, position: log.place.position)
    for entry in log.order.dropFirst(Int(after)) {
      guard batch.add(receipt: entry.receipt, event: entry.event) else { break }
    }
    return batch.body(root: log.tree(batch.end).root)
  }

  private mutating func ingest(_ ticket: Ticket, _ sender: SiteID) -> PushAnswer {
    let before = log.place.position
    var refused: PushRefusal?
    for event in pushed.removeValue(forKey: ticket) ?? [] {
      if let reason = log.refusal(of: event) {
        refused = PushRefusal(dot: event.dot, reason: reason)
        break
      }
      if event.dot.seq <= log.head(of: sender).seq { continue }
      log.lines[sender, default: []].append(event)
      let receipt = Receipt(
        position: log.place.position + 1, received: now.clock, dot: event.dot, id: event.id,
        verdict: .applied)
      log.order.append((receipt, event))
    }
    let end = log.place.position
    return PushAnswer(
      head: log.head(of: sender), position: end, positions: end > before ? before + 1...end : nil,
      refused: refused)
  }

  private func answer(_ ticket: Ticket, _ text: String) -> Step {
    Step("out \(ticket.number) 200", Array(text.utf8))
  }

  private func answer(_ ticket: Ticket, refusal: SyncRefusal) -> Step {
    Step("out \(ticket.number) \(refusal.httpStatus)", Array(refusal.text.utf8))
  }
}

// MARK: - City

/// A city with a log in memory.
private struct CitySide {
  private enum Kind {
    case hello
    case push
    case pull
  }

  /// The secret of the lines in the vectors.
  private let lineKey = [UInt8](0..<32)
  private let identity: NodeIdentity
  private let start: Timestamp
  private var session: CitySession?
  private var log = FakeLog()
  private var passed: UInt64 = 0
  private var kinds: [Ticket: Kind] = [:]

  init(_ vector: VectorFile) throws {
    identity = NodeIdentity(
      region: try #require(vector["region"].flatMap { RegionID($0) }),
      site: try #require(vector["site"].flatMap { SiteID($0) }),
      instance: try #require(vector["instance"].flatMap { InstanceID($0) }))
    start = try #require(vector["clock"].flatMap { Timestamp($0) })
  }

  mutating func take(_ step: Step) throws -> [Step] {
    switch step.words[0] {
    case "log":
      try log.load(step.message)
      session = CitySession(
        identity: identity, head: log.head(of: identity.site), heads: log.heads, place: log.place,
        seed: 1)
      return []
    case "start": return try tell(.start)
    case "wait":
      passed += try #require(UInt64(step.words[1]))
      return try tell(.tick)
    case "append":
      let event = try Event(scanning: step.message)
      log.lines[identity.site, default: []].append(event)
      return try tell(.localAppend(log.head(of: identity.site)))
    default:
      try #require(step.words[0] == "in" && step.words.count == 3, "no step: \(step)")
      return try tell(try answer(step))
    }
  }

  private func answer(_ step: Step) throws -> CitySession.Input {
    let ticket = Ticket(try #require(UInt64(step.words[1])))
    if step.words[2] == "lost" { return .failed(ticket, .unreachable, retryAfterSeconds: nil) }
    do {
      guard step.words[2] == "200" else {
        let refusal = try SyncRefusal(step.message)
        #expect(step.words[2] == String(refusal.httpStatus))
        return .failed(ticket, .refused(refusal), retryAfterSeconds: nil)
      }
      switch try #require(kinds[ticket]) {
      case .hello:
        let answer = try HelloAnswer(step.message)
        let id = log.id(at: Dot(identity.site, answer.head.seq))
        return .helloAnswer(ticket, answer, ownIDAtHubHead: id)
      case .push:
        let answer = try PushAnswer(step.message)
        let id = log.id(at: Dot(identity.site, answer.head.seq))
        return .pushAnswer(ticket, answer, ownIDAtHubHead: id)
      case .pull: return .pullAnswer(ticket, try PullAnswer(step.message))
      }
    } catch let error as SyncError {
      return .failed(ticket, .malformedAnswer(error), retryAfterSeconds: nil)
    }
  }

  private mutating func tell(_ input: CitySession.Input) throws -> [Step] {
    let now = Moment(
      uptimeMilliseconds: passed, clock: start.advanced(milliseconds: Int64(passed)))
    guard let effects = session?.receive(input, at: now) else { return [] }
    session?.checkInvariants()
    var out: [Step] = []
    for effect in effects {
      switch effect {
      case .sendHello(let ticket, let hello):
        kinds[ticket] = .hello
        out.append(Step("out \(ticket.number) POST /sync/v1/hello", Array(hello.text.utf8)))
      case .push(let ticket, let request, let after):
        kinds[ticket] = .push
        var batch = PushBatch()
        for event in log.lines[identity.site, default: []].dropFirst(Int(after)) {
          guard batch.add(eventText: event.text) else { break }
        }
        let target = "/sync/v1/push?\(request.query)"
        out.append(Step("out \(ticket.number) POST \(target)", batch.body))
      case .pull(let ticket, let request):
        kinds[ticket] = .pull
        out.append(Step("out \(ticket.number) GET /sync/v1/pull?\(request.query)"))
      case .order(let ticket, let request):
        kinds[ticket] = .pull
        out.append(Step("out \(ticket.number) GET /sync/v1/order?\(request.query)"))
      case .takeBack(let ticket, let blocks, let head):
        out += try takeBack(ticket, blocks, upTo: head)
      case .restored(let line):
        out.append(Step("out restored \(line.own) \(line.reissued)"))
      case .accept(let ticket, let blocks, let tree):
        let before = log
        try log.load(text(of: blocks))
        let found = log.tree()
        if found != tree { log = before }
        out += try tell(
          found == tree
            ? .stored(ticket, log.place, heads: log.heads)
            : .otherTree(ticket, city: found, hub: tree))
      case .alarm(let alarm): out.append(Step("out alarm \(word(alarm))"))
      case .agreed(let position): out.append(Step("out agreed \(position)"))
      case .abandon, .schedule: break
      }
    }
    return out
  }

  /// Takes back what follows the own line; what parts from it is shown by other tests.
  private mutating func takeBack(
    _ ticket: Ticket, _ blocks: [TransferText.Block], upTo head: LineHead
  ) throws -> [Step] {
    let before = log.head(of: identity.site).seq
    for case .event(let event) in blocks where event.dot.site == identity.site {
      guard event.isAuthentic(lineKey: lineKey) else {
        return try tell(.lineForged(ticket, event.dot))
      }
    }
    try log.load(text(of: blocks))
    let after = log.head(of: identity.site).seq
    return try tell(
      .tookBack(
        ticket,
        LinePart(
          head: log.head(of: identity.site), place: log.place, heads: log.heads,
          after: log.place.position, own: Int(after - before),
          reissued: 0, isComplete: after >= head.seq)))
  }

  private func text(of blocks: [TransferText.Block]) -> [UInt8] {
    var text: [UInt8] = []
    for block in blocks {
      switch block {
      case .receipt(let receipt): TransferText.append(receiptLine: receipt.line, to: &text)
      case .event(let event): TransferText.append(event, to: &text)
      }
    }
    return text
  }

  private func word(_ alarm: SyncAlarm) -> String {
    switch alarm {
    case .forgedLine: "forged-line"
    case .hubBehind: "hub-behind"
    case .otherHistory, .otherTree: "other-history"
    case .unknownKey: "unknown-key"
    case .cloned: "cloned"
    case .unknownSite: "unknown-site"
    case .unknownRegion: "unknown-region"
    case .protocolTooOld: "protocol-too-old"
    case .protocolTooNew: "protocol-too-new"
    case .eventRefused(_, let reason): reason.rawValue
    case .unsoundBatch: "unsound-batch"
    }
  }
}
