// A region in one process: virtual time, a queue of what happens next, and the seed from which
// everything follows.

import EventLog
import Events
import Node
import Sync

/// One run of one seed.
final class World {
  let seed: UInt64
  /// So many things happen before the faults end.
  let steps: Int
  let swarm: Swarm
  let root: String
  let region: RegionID
  let kreis: SiteID
  var random: Seeded
  var now: UInt64 = 0
  var isFaulty = true
  var trace = Trace()
  var marks: Set<Mark> = []
  var record = Record()
  var network = Network()
  var desk = EditorialDesk()
  private(set) var stepsDone = 0
  // Set once in `init`; a node needs its world to be made.
  private(set) var hub: HubNode!
  private(set) var cities: [CityNode] = []

  private struct Entry {
    let time: UInt64
    let body: () throws -> Void
  }
  /// The latest first, so that the next is taken from the end.
  private var queue: [Entry] = []

  static let cityNames = [
    "dorsten", "herten", "marl", "datteln", "gladbeck", "waltrop", "haltern-am-see",
    "castrop-rauxel", "oer-erkenschwick", "recklinghausen",
  ]

  init(seed: UInt64, steps: Int, root: String) {
    self.seed = seed
    self.steps = steps
    self.root = root
    random = Seeded(seed)
    swarm = Swarm(using: &random)
    region = RegionID(using: &random)
    kreis = World.site("kreis")
    Files.makeFolder(root)
    let keys = Self.cityNames.prefix(swarm.cities).map {
      SiteKey(of: World.site($0), using: &random)
    }
    hub = HubNode(
      site: kreis, keys: SiteKeys(keys.map { ($0.site, $0.hash) }), world: self,
      random: random.fork())
    cities = keys.map { CityNode(site: $0.site, key: $0, world: self, random: random.fork()) }
    if swarm.hasSlowPeer { network.slow = random.pick(cities).site }
  }

  /// Copies of cities that are at work beside them, or were.
  var clones: [CityNode] = []

  var nodes: [SimulatedNode] { [hub] + cities }

  static func site(_ name: String) -> SiteID {
    guard let site = SiteID(name) else { preconditionFailure("\(name) is a site id") }
    return site
  }

  func failure(_ fact: String) -> SimulationFailure {
    SimulationFailure(seed: seed, steps: steps, fact: fact, lines: trace.lines)
  }

  func note(_ line: String) { trace.add("\(now) \(line)") }

  // MARK: - Time

  /// Something that happens at a time; what was planned first comes first.
  func at(_ time: UInt64, _ body: @escaping () throws -> Void) {
    var low = 0
    var high = queue.count
    while low < high {
      let middle = (low + high) / 2
      if queue[middle].time > time { low = middle + 1 } else { high = middle }
    }
    queue.insert(Entry(time: time, body: body), at: low)
  }

  /// Goes on until the time has come or the condition holds; false where it never did.
  func run(until end: UInt64 = .max, or isDone: () -> Bool) throws -> Bool {
    while !isDone() {
      guard let next = queue.last, next.time <= end else { return false }
      queue.removeLast()
      now = max(now, next.time)
      stepsDone += 1
      try next.body()
    }
    return true
  }

  /// True now and then, where disks are slow.
  func isSlow(_ perMille: Int) -> Bool {
    isFaulty && swarm.hasSlowDisks && random.chance(perMille)
  }

  // MARK: - Work of a node

  /// A piece of work of a node's process. If the process dies in it, it is started again later.
  func work(_ node: SimulatedNode, _ body: () throws -> Void) throws {
    do {
      try body()
    } catch {
      collect(node)
      throw error
    }
    collect(node)
    if node.disk.isDead { return bury(node) }
    // Reads every line's head: now and then is enough.
    if stepsDone.isMultiple(of: 16) { try? node.log?.checkInvariants() }
  }

  /// What the disk has to tell.
  func collect(_ node: SimulatedNode) {
    marks.formUnion(node.disk.takeMarks())
    for line in node.disk.takeLog() { note("disk of \(node.site): \(line)") }
  }

  /// The process is dead: nothing of it is left.
  func bury(_ node: SimulatedNode) {
    guard node.isUp else { return }
    node.closeFiles()
    collect(node)
    startLater(node)
  }

  func startLater(_ node: SimulatedNode) {
    let pause = random.chance(700) ? random.time(10...2_000) : random.time(2_000...90_000)
    at(now + (isFaulty ? pause : 10)) { if !node.isUp { try node.start() } }
  }

  /// What was told to somebody is still there.
  func keepsPromises(_ node: SimulatedNode) throws {
    guard let log = node.log else { return }
    for dot in node.promisedHeads.entries where !log.heads.covers(dot) {
      throw failure("\(node.site) has lost \(dot): it holds \(log.heads[dot.site])")
    }
    guard log.position >= node.promisedPosition else {
      throw failure(
        "\(node.site) is back at position \(log.position), was at \(node.promisedPosition)")
    }
    if log.heads[node.site] > node.promisedHeads[node.site], node.promisedHeads[node.site] > 0 {
      marks.insert(.failedCommitHappened)
    }
  }

  // MARK: - Own events

  /// Writes own events as a desk does; true if all were answered.
  @discardableResult
  func write(
    _ drafts: [EventDraft], at node: SimulatedNode, _ what: String, from tab: Tab? = nil
  ) throws -> Bool {
    guard let path = node.path else { return false }
    let now = node.time
    // What is written without a page of its own is written from the rows as they are now.
    var drafts = drafts
    var saw: [Set<Digest>?] = []
    for (index, draft) in drafts.enumerated() {
      let item = draft.item
      let now = item.flatMap { node.originals(of: $0, in: draft.context) }
      saw.append(tab == nil ? now : tab?.saw)
      drafts[index].branches = tab?.branches ?? node.screenBranches
    }
    let answer = try node.written(path) { path throws(WriteError) in
      try path.append(drafts, now: now)
    }
    guard !node.disk.isDead else { return false }
    switch answer {
    case .success(let results):
      for (result, saw) in zip(results, saw) {
        try take(result, at: node, what)
        if let logged = try? result.get() { record.note(logged.event, saw: saw) }
      }
      return true
    case .failure(let error):
      note("\(node.site) \(what): \(error)")
      return false
    }
  }

  private func take(
    _ result: Result<LoggedEvent, LogError>, at node: SimulatedNode, _ what: String
  ) throws {
    switch result {
    case .success(let logged):
      note("\(node.site) \(what): \(logged.event.dot) \(logged.verdict)")
      if logged.event.dot.seq > node.promisedHeads[node.site] + 1, node.run > 1 {
        marks.insert(.failedCommitHappened)
      }
      node.promisedHeads.include(logged.event.dot)
      if let receipt = logged.receipt { node.promisedPosition = receipt.position }
      try record.acknowledge(logged, self)
      noteVerdict(logged)
    case .failure(let error):
      note("\(node.site) \(what): refused, \(error)")
      marks.insert(.refusedAtTheDoor)
    }
  }

  private func noteVerdict(_ logged: LoggedEvent) {
    switch logged.verdict {
    case .applied: break
    case .parked: marks.insert(.parked)
    case .void(.noRight): marks.insert(.voidNoRight)
    case .void(.invalidField): marks.insert(.voidInvalidField)
    case .void(.item): marks.insert(.voidItem)
    case .void(.kind): marks.insert(.voidKind)
    case .void(.siteLeft): marks.insert(.voidSiteLeft)
    }
  }

  /// Closes everything and removes the folder.
  func destroy() {
    for node in nodes + clones {
      node.closeFiles()
      node.disk.destroy()
    }
    Files.removeFolder(root)
  }
}
