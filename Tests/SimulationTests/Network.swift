// The network between the cities and the hub: carries the bytes of the protocol, and loses,
// doubles, delays, reorders and cuts them.

import Events
import Sync

/// A request as it goes over the wire.
struct WireRequest {
  enum Kind: String { case hello, push, pull, order }
  let kind: Kind
  let query: String
  let authorization: String
  var body: [UInt8]
}

/// An answer as it goes over the wire.
struct WireAnswer {
  let status: Int
  var body: [UInt8]
  var retryAfterSeconds: Int?
}

/// Where an answer must go.
struct Origin {
  let city: CityNode
  let run: Int
  let ticket: Ticket
  let kind: WireRequest.Kind
}

/// The lines from the cities to the hub.
struct Network {
  /// Until when a city is cut off.
  var cutUntil: [SiteID: UInt64] = [:]
  /// The city whose line is slow.
  var slow: SiteID?
}

extension World {
  private func isCut(_ city: CityNode) -> Bool { network.cutUntil[city.site, default: 0] > now }

  private func delay(_ city: CityNode) -> UInt64 {
    guard isFaulty else { return 5 }
    var delay = random.time(1...30)
    if swarm.delays, random.chance(100) { delay += random.time(100...90_000) }
    if network.slow == city.site {
      marks.insert(.slowPeer)
      delay += random.time(500...20_000)
    }
    return delay
  }

  private var copies: Int {
    guard isFaulty else { return 1 }
    if swarm.loses, random.chance(60) { return 0 }
    if swarm.doubles, random.chance(80) {
      marks.insert(.messageDoubled)
      return 2
    }
    return 1
  }

  private func cut(_ body: inout [UInt8]) {
    guard isFaulty, swarm.cuts, !body.isEmpty, random.chance(50) else { return }
    marks.insert(.bodyCut)
    body.removeLast(random.number(1...body.count))
  }

  /// A city asks the hub.
  func send(_ request: WireRequest, _ ticket: Ticket, from city: CityNode) {
    guard !city.disk.isDead else { return }
    let origin = Origin(city: city, run: city.run, ticket: ticket, kind: request.kind)
    let count = isCut(city) ? 0 : copies
    if count == 0 {
      marks.insert(isCut(city) ? .partitioned : .messageLost)
      if random.chance(500) { fail(origin, .unreachable, after: delay(city)) }
    }
    for _ in 0..<count {
      var request = request
      cut(&request.body)
      at(now + delay(city)) { [unowned self] in
        guard hub.isUp else { return fail(origin, .unreachable, after: delay(city)) }
        note(
          "\(city.site) to hub: \(request.kind) \(ticket.number), \(request.body.count) bytes")
        try work(hub) { try hub.arrive(request, origin) }
      }
    }
  }

  /// The hub answers.
  func reply(_ answer: WireAnswer, to origin: Origin) {
    guard !hub.disk.isDead else { return }
    let count = isCut(origin.city) ? 0 : copies
    if count == 0 { marks.insert(.answerLost) }
    for _ in 0..<count {
      var answer = answer
      cut(&answer.body)
      deliver(to: origin, after: delay(origin.city)) {
        try $0.answered(origin.ticket, origin.kind, answer)
      }
    }
  }

  private func fail(_ origin: Origin, _ failure: SyncFailure, after milliseconds: UInt64) {
    deliver(to: origin, after: milliseconds) { try $0.failed(origin.ticket, failure) }
  }

  private func deliver(
    to origin: Origin, after milliseconds: UInt64, _ body: @escaping (CityNode) throws -> Void
  ) {
    at(now + milliseconds) { [unowned self] in
      guard origin.city.run == origin.run, origin.city.isUp else { return }
      try work(origin.city) { try body(origin.city) }
    }
  }
}
