// Random histories of a region: editors with stale tabs, nodes that are behind, a hub that judges.
// What each editor had on the screen is noted apart from the contexts, as the truth to test
// against.

import Catalogue
import Events

/// One event with what the simulation knows of it.
struct Told {
  let event: Event
  var verdict: Verdict
  var stamp: Stamp?
  /// The dots whose values the editor was shown.
  let shown: [Dot]
}

/// A node that folds the hub's order and its own pending events.
struct SimulatedNode {
  let site: SiteID
  var state = CatalogueState(kreis: kreis)
  var pulled = 0
  /// Own events, by seq.
  var line: [Told] = []
  /// How many of them the hub has.
  var pushed = 0
  var tabs: [Tab] = []

  /// An open page of one item.
  struct Tab {
    let item: ItemID
    let screen: Context
    var shown: [Dot]
    var saves: [Dot] = []

    var context: Context { Context(seen: screen.seen, dots: saves + exceptions) }

    private var exceptions: [Dot] {
      screen.also.flatMap { range in (range.first...range.last).map { Dot(range.site, $0) } }
    }
  }

  init(site: SiteID) { self.site = site }

  /// Opens a page on what the node knows now.
  func open(_ item: ItemID) -> Tab {
    guard let state = state[item] else { return Tab(item: item, screen: .empty, shown: []) }
    return Tab(
      item: item, screen: state.screen,
      shown: state.registers.flatMap { $0.survivors.map(\.dot) })
  }
}

/// A whole region that makes up its history.
struct Simulation {
  var random: Seeded
  var nodes: [SimulatedNode]
  var hub = CatalogueState(kreis: kreis)
  /// The hub's order.
  var log: [Told] = []
  var items: [ItemID] = []
  var time = Region.start
  /// How often the hub judged otherwise than the author's node.
  var changedVerdicts = 0

  init(seed: UInt64, sites: [SiteID] = [kreis, herten, marl, datteln]) {
    random = Seeded(state: seed)
    nodes = sites.map(SimulatedNode.init)
    for site in sites {
      append(0, Membership.draft(site, name: "Stadt \(site)", .admitted), shown: [])
    }
    push(0)
    for index in nodes.indices { pull(index, limit: .max) }
  }

  mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }
  mutating func pick<T>(_ all: [T]) -> T { all[Int.random(in: 0..<all.count, using: &random)] }

  /// Goes on until `count` events are told, then lets the hub hear all.
  mutating func run(until count: Int) {
    while nodes.map(\.line.count).reduce(0, +) < count { step() }
    for index in nodes.indices { push(index) }
    for index in nodes.indices { pull(index, limit: .max) }
  }

  mutating func step() {
    let index = Int.random(in: 0..<nodes.count, using: &random)
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<12: push(index)
    case 12..<30: pull(index, limit: Int.random(in: 1...20, using: &random))
    case 30..<35: if items.count < 5 { create(index) }
    case 35..<50:
      if let item = interest(index) {
        let tab = nodes[index].open(item)
        nodes[index].tabs.append(tab)
      }
    case 50..<85: saveInATab(index)
    case 85..<90: if nodes[index].tabs.count > 1 { nodes[index].tabs.removeFirst() }
    default: save(index, on: nil)
    }
  }

  // MARK: - Editors

  mutating func create(_ index: Int) {
    let item = ItemID(at: nodes[index].site, using: &random)
    items.append(item)
    let draft = EventDraft(
      type: "project.created", item: item,
      writes: [.init("title", value()), .init("cost", value())])
    append(index, draft, shown: [])
  }

  mutating func saveInATab(_ index: Int) {
    guard !nodes[index].tabs.isEmpty else { return }
    let place = Int.random(in: 0..<nodes[index].tabs.count, using: &random)
    save(index, on: place)
  }

  /// Saves in an open tab, or in one that is opened for it.
  mutating func save(_ index: Int, on place: Int?) {
    guard let item = place.map({ nodes[index].tabs[$0].item }) ?? interest(index) else { return }
    let tab = place.map { nodes[index].tabs[$0] } ?? nodes[index].open(item)
    let (type, writes) = deed(index, item)
    let draft = EventDraft(type: type, item: item, context: tab.context, writes: writes)
    let dot = append(index, draft, shown: tab.shown)
    if let place {
      nodes[index].tabs[place].saves.append(dot)
      nodes[index].tabs[place].shown.append(dot)
    }
  }

  /// Mostly an item that the site may write, as far as it knows.
  mutating func interest(_ index: Int) -> ItemID? {
    let node = nodes[index]
    let known = items.filter { node.state[$0]?.exists ?? false }
    let own = known.filter {
      node.state[$0]?.lead == node.site || node.state[$0]?.takesPart(node.site) ?? false
    }
    return (own.isEmpty || chance(20) ? known : own).randomElement(using: &random)
  }

  mutating func value() -> FieldValue {
    chance(30) ? "same" : .string("text \(random.next() % 1_000)")
  }

  mutating func deed(_ index: Int, _ item: ItemID) -> (String, [EventDraft.Write]) {
    let site = nodes[index].site
    let other = pick(nodes).site
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<12: return ("item.invited", [.init("invited/\(other)", chance(75) ? true : .null)])
    case 12..<24 where nodes[index].state[item]?.isInvited(site) ?? false || chance(10):
      let entry: FieldValue = chance(80) ? ["status": "running"] : .null
      return ("item.joined", [.init("participant/\(site)", entry)])
    case 24..<28: return ("item.handed", [.init("lead", .string(other.description))])
    case 28..<34:
      return ("item.withdrawn", [.init("state", chance(50) ? "withdrawn" : "published")])
    case 34..<37 where site == kreis:
      return ("item.annotated", [.init("kreis/hidden", true), .init("kreis/hiddenReason", "spam")])
    case 37..<39: return ("item.dreamt", [.init("title", value())])
    default: break
    }
    let names = ["title", "summary", "cost", "funding", "results"].shuffled(using: &random)
    let count = Int.random(in: 1...3, using: &random)
    let writes = names.prefix(count).map { name in
      EventDraft.Write(name, name != "title" && chance(10) ? .null : value())
    }
    return (chance(20) ? "conflict.settled" : "project.revised", writes)
  }

  // MARK: - Lines and the hub

  @discardableResult
  mutating func append(_ index: Int, _ draft: EventDraft, shown: [Dot]) -> Dot {
    let dot = Dot(nodes[index].site, UInt64(nodes[index].line.count) + 1)
    time = time.advanced(milliseconds: Int64(random.next() % 5_000))
    do throws(EventError) {
      let event = try draft.event(
        at: dot, time: time, prev: .zero, lineKey: [1], using: &random)
      let verdict = nodes[index].state.verdict(of: event)
      nodes[index].state.fold(event, verdict: verdict, stamp: nil)
      nodes[index].line.append(Told(event: event, verdict: verdict, stamp: nil, shown: shown))
    } catch {
      preconditionFailure("a simulated event is an event: \(error)")
    }
    return dot
  }

  mutating func push(_ index: Int) {
    while nodes[index].pushed < nodes[index].line.count {
      var told = nodes[index].line[nodes[index].pushed]
      nodes[index].pushed += 1
      let stamp = Stamp(position: UInt64(log.count) + 1, received: time)
      told.verdict = hub.verdict(of: told.event)
      told.stamp = stamp
      hub.fold(told.event, verdict: told.verdict, stamp: stamp)
      log.append(told)
    }
  }

  mutating func pull(_ index: Int, limit: Int) {
    let end = min(log.count, limit == .max ? .max : nodes[index].pulled + limit)
    for told in log[nodes[index].pulled..<end] {
      nodes[index].pulled += 1
      guard told.event.dot.site == nodes[index].site else {
        nodes[index].state.fold(told.event, verdict: told.verdict, stamp: told.stamp)
        continue
      }
      let place = Int(told.event.dot.seq) - 1
      let provisional = nodes[index].line[place].verdict
      nodes[index].line[place] = told
      if let item = told.event.item, provisional != told.verdict {
        changedVerdicts += 1
        refold(index, item)
      } else {
        nodes[index].state.fold(told.event, verdict: told.verdict, stamp: told.stamp)
      }
    }
  }

  /// The item from its events: those with a receipt that were pulled, then the pending ones.
  private mutating func refold(_ index: Int, _ item: ItemID) {
    nodes[index].state.forget(item)
    let pending = nodes[index].line.filter { $0.stamp == nil }
    for told in log[..<nodes[index].pulled] + pending where told.event.item == item {
      nodes[index].state.fold(told.event, verdict: told.verdict, stamp: told.stamp)
    }
  }
}

/// What can be compared of a state: everything that it holds, in an order of its own.
struct Picture: Equatable {
  let digest: Digest
  let items: [[UInt8]]

  init(_ state: CatalogueState) {
    var state = state
    let digest = state.digest
    state.checkInvariants()
    self.init(digest: digest, items: state.items)
  }

  init(digest: Digest, items: [ItemState]) {
    self.digest = digest
    self.items = items.sorted { $0.id! < $1.id! }.map { $0.encoded() }  // Items have ids.
  }
}

/// Orders in which events may come: each after its line and its context.
enum CausalOrder {
  /// One at random, with duplicates strewn in.
  static func random(_ log: [Told], using random: inout Seeded) -> [Told] {
    let sites = log.map(\.event.dot.site).reduce(into: [SiteID]()) {
      if !$0.contains($1) { $0.append($1) }
    }
    var lines = sites.map { site in log.filter { $0.event.dot.site == site }[...] }
    var heads = VectorClock()
    var order: [Told] = []
    while order.count < log.count * 5 / 4 {
      let ready = lines.indices.filter { isReady(lines[$0].first, heads) }
      guard let chosen = ready.randomElement(using: &random) else { break }
      let told = lines[chosen].removeFirst()
      heads.include(told.event.dot)
      order.append(told)
      if random.next() % 8 == 0, let again = order.randomElement(using: &random) {
        order.append(again)
      }
    }
    precondition(lines.allSatisfy(\.isEmpty), "a causal history has a causal order")
    return order
  }

  /// Every one of `tail` after all of `head`.
  static func all(after head: [Told], _ tail: [Told], _ visit: ([Told]) -> Void) {
    extend(head, tail, VectorClock(head.map(\.event.dot)), visit)
  }

  private static func extend(
    _ order: [Told], _ rest: [Told], _ heads: VectorClock, _ visit: ([Told]) -> Void
  ) {
    if rest.isEmpty { return visit(order) }
    for (index, told) in rest.enumerated() where isReady(told, heads) {
      var next = rest
      next.remove(at: index)
      var reached = heads
      reached.include(told.event.dot)
      extend(order + [told], next, reached, visit)
    }
  }

  private static func isReady(_ told: Told?, _ heads: VectorClock) -> Bool {
    guard let event = told?.event else { return false }
    return heads[event.dot.site] + 1 == event.dot.seq && heads.covers(event.context.requires)
  }
}
