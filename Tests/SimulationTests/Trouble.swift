// What goes wrong in a world, and who keeps it going: the plan of faults and of work.

import EventLog
import Events
import Glibc
import Replay
import SQLite
import Sync

extension World {
  /// Mostly soon; now and then after a while, so that deadlines and long pauses come up.
  private func pause() -> UInt64 {
    switch random.number(0...9) {
    case 0..<6: random.time(5...300)
    case 6..<9: random.time(300...8_000)
    default: random.time(8_000...60_000)
    }
  }

  /// Everything begins.
  func begin() throws {
    note("seed \(seed): \(swarm)")
    try hub.start()
    for city in cities { at(now + random.time(0...500)) { if !city.isUp { try city.start() } } }
    for node in nodes { editLater(node) }
    troubleLater()
  }

  func editLater(_ node: SimulatedNode) {
    at(now + pause()) { [unowned self] in
      guard isFaulty else { return }
      try work(node) { try edit(at: node) }
      editLater(node)
    }
  }

  private func troubleLater() {
    at(now + pause() + 100) { [unowned self] in
      guard isFaulty else { return }
      try makeTrouble(for: random.chance(350) ? hub : random.pick(cities))
      troubleLater()
    }
  }

  private func makeTrouble(for node: SimulatedNode) throws {
    if swarm.restoresCities, let city = node as? CityNode, random.chance(350) {
      return city.backup == nil || random.chance(300) ? backUp(city) : restore(city)
    }
    if swarm.clonesCities, let city = node as? CityNode, random.chance(100) {
      return try clone(city)
    }
    switch random.number(0...10) {
    case 0 where swarm.kills: crash(node, .kill)
    case 9 where swarm.kills && swarm.cutsPower: killThenCutPower(node)
    case 10 where swarm.hasIntruder: try intrude()
    case 1, 2: if swarm.cutsPower { crash(node, .powerCut) }
    case 3 where swarm.fillsDisks:
      let writes = random.pick([1, 2, 3, 8, 40])
      note("disk of \(node.site) is full for \(writes) writes")
      node.disk.arm { $0.fullWrites = writes }
    case 4 where swarm.failsDisks: failDisk(of: node)
    case 5 where swarm.jumpsClocks: jumpClock(of: node)
    case 6 where swarm.partitions: cutOff()
    case 7 where swarm.rebuilds || swarm.deletesViews: try attendToViews(of: node)
    case 8 where swarm.checkpoints: try checkpoint(node)
    default: break
    }
  }

  private func crash(_ node: SimulatedNode, _ kind: CrashKind) {
    marks.insert(kind == .kill ? .killed : .powerCut)
    if random.chance(250), node.isUp {
      node.disk.crash(kind)
      bury(node)
    } else {
      let count = random.number(1...random.pick([3, 12, 60]))
      note("\(node.site) meets a \(kind.rawValue) in \(count)")
      node.disk.arm {
        $0.crashAfter = count
        $0.crashKind = kind
      }
    }
  }

  /// The process dies between a commit's last write and its sync, comes back and finds the commit;
  /// then the machine dies, too.
  private func killThenCutPower(_ node: SimulatedNode) {
    note("\(node.site) meets a kill at its next sync, then a power cut")
    node.disk.arm {
      $0.crashesAtSync = true
      $0.crashKind = .kill
    }
    node.afterNextStart = { [unowned self, unowned node] in
      node.later(random.time(20...1_500)) { [unowned self, unowned node] in
        marks.insert(.killedThenPowerCut)
        node.disk.crash(.powerCut)
      }
    }
  }

  private func failDisk(of node: SimulatedNode) {
    let reads = random.chance(300)
    let count = random.number(1...random.pick([2, 8, 30]))
    note("disk of \(node.site) fails in \(count) \(reads ? "reads" : "writes")")
    node.disk.arm { if reads { $0.readErrorAfter = count } else { $0.errorAfter = count } }
  }

  private func jumpClock(of node: SimulatedNode) {
    let second: Int64 = 1_000
    let year = 365 * 86_400 * second
    let size = random.pick([second, 3_600 * second, year, 10 * year, 60 * year])
    let jump = random.chance(500) ? size : -size
    marks.insert(jump > 0 ? .clockJumpedForwards : .clockJumpedBackwards)
    node.clock.offset += jump
    note("clock of \(node.site) jumps by \(jump / second) s")
  }

  private func cutOff() {
    let city = random.pick(cities)
    let pause = random.pick([1_000, 20_000, 90_000] as [UInt64])
    network.cutUntil[city.site] = now + pause
    note("\(city.site) is cut off for \(pause) ms")
  }

  // MARK: - Files

  /// Another program moves the write-ahead log into the file.
  private func checkpoint(_ node: SimulatedNode) throws {
    guard node.isUp else { return }
    note("checkpoint at \(node.site)")
    try work(node) {
      let file = random.chance(500) ? "log.sqlite" : "views-1.sqlite"
      let path = "\(node.disk.directory)/\(file)"
      guard Files.number(path) != 0 else { return }
      do {
        let connection = try Connection(path: path, mode: .readWrite, busyTimeoutMilliseconds: 0)
        defer { connection.close() }
        try connection.checkpoint(random.chance(500) ? .passive : .truncate)
        marks.insert(.checkpointed)
      } catch {
        note("no checkpoint: \(error)")
      }
    }
  }

  /// Stops a node, and rebuilds or deletes its views before it starts again.
  private func attendToViews(of node: SimulatedNode) throws {
    guard node.isUp else { return }
    if random.chance(500) {
      node.stop()
    } else {
      node.disk.crash(.kill)
      node.closeFiles()
      collect(node)
    }
    defer { startLater(node) }
    node.disk.recover()
    if swarm.deletesViews, random.chance(500) { deleteViews(of: node) }
    if swarm.rebuilds { try rebuild(node) }
  }

  private func deleteViews(of node: SimulatedNode) {
    marks.insert(.viewsDeleted)
    let all = random.chance(500)
    note("views of \(node.site) are deleted\(all ? "" : " but for their name")")
    for name in Files.names(in: node.disk.directory)
    where name.hasPrefix("views-") || (all && name == "views.current") {
      unlink("\(node.disk.directory)/\(name)")
    }
  }

  private func rebuild(_ node: SimulatedNode) throws {
    if swarm.kills || swarm.cutsPower, random.chance(300) {
      let count = random.number(1...30)
      node.disk.arm {
        $0.crashAfter = count
        $0.crashKind = .powerCut
      }
    }
    do {
      let outcome = try node.replayer.rebuild()
      note("views of \(node.site) are rebuilt: generation \(outcome.generation)")
      marks.insert(.rebuilt)
      guard outcome.isConsistent else {
        throw failure(
          "\(node.site): the views had \(outcome.oldDigest?.hex ?? ""), rebuilt "
            + outcome.digest.hex)
      }
    } catch let error as ReplayError {
      note("no rebuild at \(node.site): \(error)")
      if node.disk.isDead { marks.insert(.diedInRebuild) }
    }
    collect(node)
  }

  // MARK: - Healing

  /// How long the healed region may take to agree: an alarm asks again after five minutes, an
  /// answer is awaited for 85 seconds, and a full hub asks for a minute's patience.
  static let healingMilliseconds: UInt64 = 600_000

  /// No more faults and no more edits: everybody comes back and agrees.
  func heal() throws {
    note("healed")
    isFaulty = false
    network = Network()
    for node in nodes + clones {
      node.disk.arm { $0 = DiskFaults() }
      if !node.isUp { startLater(node) }
    }
    try judgeQuiet()
    _ = try run(until: now + 60_000) { nodes.allSatisfy(\.isUp) }
    for site in sitesThatLeft() { try work(hub) { try readmit(site) } }
    try endClones()
    guard try run(until: now + Self.healingMilliseconds, or: { isAgreed }) else {
      let standing = cities.map {
        "\($0.site): \($0.session?.phase as Any), position \($0.log?.position ?? 0), "
          + "rows \($0.rowsHaveFollowed), waiting \($0.session?.status.waitingEvents ?? 0)"
      }
      throw failure(
        "no agreement: hub \(hub.log?.position ?? 0), rows \(hub.rowsHaveFollowed); "
          + standing.joined(separator: "; "))
    }
  }

  /// Without any news, what was written is soon in the rows that editors look at.
  private func judgeQuiet() throws {
    for city in cities { network.cutUntil[city.site] = now + 5_000 }
    _ = try run(until: now + 5_000) { false }
    // What was under way when the lines were cut may have been stored just now.
    _ = try run(until: now + 2_000) { nodes.allSatisfy { !$0.isUp || $0.rowsHaveFollowed } }
    for node in nodes where node.isUp && !node.rowsHaveFollowed {
      throw failure("the rows of \(node.site) stay behind")
    }
  }

  private var isAgreed: Bool {
    guard let hubLog = hub.log, nodes.allSatisfy(\.rowsHaveFollowed) else { return false }
    return cities.allSatisfy { city in
      guard let log = city.log, let session = city.session else { return false }
      return log.position == hubLog.position && session.phase == .online
        && session.status.waitingEvents == 0 && log.heads == hubLog.heads
    }
  }
}
