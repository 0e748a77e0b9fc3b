// The judge of a healed world. It knows what was acknowledged, folds the union in an order of its
// own, and states by definition which values survive.

import Catalogue
import EventLog
import Events
import Replay
import Views

extension World {
  /// Everything that must hold once all nodes agree.
  func judge() throws {
    let order = try judgeLogs()
    let digest = try judgeFold(of: order)
    try judgeViews(digest)
  }

  // MARK: - Logs

  /// Every log verifies and holds the same; nothing acknowledged is lost. Gives the hub's order.
  private func judgeLogs() throws -> [LoggedEvent] {
    let (report, order, bytes) = try hub.verify()
    try sound(report, hub)
    for city in cities {
      let (cityReport, rows, cityBytes) = try city.verify()
      try sound(cityReport, city)
      guard cityReport.tree == report.tree else {
        throw failure("\(city.site) has the tree \(cityReport.tree), the hub \(report.tree)")
      }
      guard cityBytes == bytes else {
        throw failure(
          "\(city.site) holds \(rows.count) receipts, the hub \(order.count), not alike")
      }
    }
    try judgeChains(order)
    try judgeScreens(order)
    var held: [Digest: Event] = [:]
    for logged in order {
      let event = logged.event
      if event.reissues != nil, held[event.original.id] != nil {
        throw failure("\(event.dot) writes again what stands on the line")
      }
      held[event.original.id] = event
    }
    for logged in record.written.values.sorted(by: { $0.event.dot < $1.event.dot }) {
      let event = logged.event
      guard let found = held[event.id], found.fields.map(\.hash) == event.fields.map(\.hash) else {
        throw failure("\(event.dot) was acknowledged and is lost")
      }
    }
    for position in record.receipts.keys.sorted() {
      guard order[Int(position) - 1].receipt == record.receipts[position] else {
        throw failure("the receipt at \(position) is not the one that was given out")
      }
    }
    note("\(order.count) events, \(record.written.count) acknowledged")
    return order
  }

  /// A context holds what was on the screen and nothing else, through every change of a line. One
  /// that has come to its limit may hold less.
  private func judgeScreens(_ order: [LoggedEvent]) throws {
    let byItem = Dictionary(grouping: order.map(\.event)) { $0.item }
    for case (_?, let events) in byItem {
      for event in events {
        guard let saw = record.saw[event.original.id] else { continue }
        let isFull = event.context.also.count == Context.maximumExceptions
        for other in events where other.dot != event.dot {
          let isClaimed = event.context.contains(other.dot)
          let isSeen = saw.contains(other.original.id)
          guard isClaimed == isSeen || (isFull && isSeen) else {
            throw failure("\(event.dot) \(isSeen ? "saw" : "did not see") \(other.dot)")
          }
        }
      }
    }
  }

  /// Each line is a chain from its first event, and nothing forged is on it.
  private func judgeChains(_ order: [LoggedEvent]) throws {
    var held: [Dot: Digest] = [:]
    for logged in order {
      let event = logged.event
      let before = event.dot.seq == 1 ? .zero : held[Dot(event.dot.site, event.dot.seq - 1)]
      guard held[event.dot] == nil, event.prev == before else {
        throw failure("\(event.dot) breaks the chain of its line")
      }
      guard !record.forged.contains(event.id) else { throw failure("\(event.dot) is forged") }
      held[event.dot] = event.id
    }
  }

  private func sound(_ report: VerifyReport, _ node: SimulatedNode) throws {
    if let fault = report.fault { throw failure("the log of \(node.site): \(fault)") }
    if let dot = report.contradicted.first {
      throw failure("\(dot) confirms a tree that \(node.site) does not have")
    }
  }

  // MARK: - Merge

  /// Judges every verdict again, and folds the events in another causal order.
  private func judgeFold(of order: [LoggedEvent]) throws -> Digest {
    var judged = CatalogueState(kreis: kreis)
    for logged in order {
      guard let receipt = logged.receipt else { preconditionFailure("an order has receipts") }
      let verdict = judged.verdict(of: logged.event)
      guard verdict == receipt.verdict else {
        throw failure("\(receipt.dot) is \(receipt.verdict), by the rules \(verdict)")
      }
      judged.fold(logged.event, verdict: verdict, stamp: Stamp(receipt))
    }
    var other = CatalogueState(kreis: kreis)
    for logged in anotherOrder(of: order) {
      other.fold(logged.event, verdict: logged.verdict, stamp: logged.receipt.map { Stamp($0) })
    }
    other.checkInvariants()
    guard judged.digest == other.digest else {
      throw failure("the fold depends on the order")
    }
    try judgeSurvivors(order, judged)
    return judged.digest
  }

  /// Any event whose line and context are there may be next.
  private func anotherOrder(of order: [LoggedEvent]) -> [LoggedEvent] {
    var lines = nodes.map { node in order.filter { $0.event.dot.site == node.site }[...] }
    var heads = VectorClock()
    var result: [LoggedEvent] = []
    while result.count < order.count {
      let ready = lines.indices.filter { index in
        guard let event = lines[index].first?.event else { return false }
        return heads.covers(event.context.requires)
      }
      precondition(!ready.isEmpty, "an order of the hub has a causal order")
      let logged = lines[random.pick(ready)].removeFirst()
      heads.include(logged.event.dot)
      result.append(logged)
    }
    return result
  }

  /// A value survives if and only if no write of its field had it on the screen.
  private func judgeSurvivors(_ order: [LoggedEvent], _ state: CatalogueState) throws {
    struct Place: Hashable {
      let item: ItemID
      let field: String
    }
    var writes: [Place: [Event]] = [:]
    for logged in order where logged.verdict == .applied {
      guard let item = logged.event.item else { continue }
      for field in logged.event.fields {
        writes[Place(item: item, field: field.name), default: []].append(logged.event)
      }
    }
    for (place, events) in writes {
      let survivors = events.filter { write in
        !events.contains { $0.dot != write.dot && $0.context.contains(write.dot) }
      }
      let expected = survivors.map(\.dot).sorted()
      let found = state[place.item]?.survivors(place.field).map(\.dot) ?? []
      guard found == expected else {
        throw failure("\(place.field) of \(place.item) has \(found), by definition \(expected)")
      }
      let texts = Set(survivors.compactMap { $0.value(place.field)?.canonicalText })
      let isInConflict = state[place.item]?.conflicts.contains { $0.field == place.field } ?? false
      guard isInConflict == (texts.count > 1) else {
        throw failure("\(place.field) of \(place.item): the conflict is wrong")
      }
    }
  }

  // MARK: - Views

  /// The views as they were kept, those rebuilt from the log, and those of all nodes are the same.
  private func judgeViews(_ digest: Digest) throws {
    var rows: Digest?
    for node in nodes {
      let live = try facts(of: node)
      guard live.digest == digest else {
        throw failure("the views of \(node.site) have the digest \(live.digest.hex)")
      }
      node.stop()
      let outcome = try node.replayer.rebuild()
      guard outcome.isConsistent else { throw failure("\(node.site): rebuilt views differ") }
      let rebuilt = try facts(of: node)
      guard live == rebuilt else {
        throw failure("\(node.site): the rows kept are not the rows rebuilt")
      }
      guard rows == nil || rows == live.rows else {
        throw failure("\(node.site): other rows than the node before")
      }
      rows = live.rows
    }
    note("digest \(digest.hex)")
  }

  private struct ViewFacts: Equatable {
    let position: UInt64
    let digest: Digest
    let rows: Digest
    /// How many items some words are found in.
    let found: [Int]
  }

  private func facts(of node: SimulatedNode) throws -> ViewFacts {
    guard let generation = node.replayer.generations.current() else {
      throw failure("\(node.site) has no views")
    }
    let reader = try ViewReader(path: node.replayer.generations.path(of: generation))
    defer { reader.close() }
    let moment = Timestamp(milliseconds: NodeClock.start)
    return ViewFacts(
      position: try reader.position(), digest: try reader.digest(),
      rows: try reader.rowsDigest(),
      found: try ["Text", "derselbe"].map { word in
        var query = ItemQuery()
        query.audience = .editors
        query.text = word
        return try reader.search(query, at: moment).total
      })
  }
}
