// Disks that are copied, and copies that take the place of a disk: restored backups.

import EventLog
import Events
import Sync

/// A whole disk as it was, and what its node had told others by then.
struct Backup {
  let files: [String: [UInt8]]
  let heads: VectorClock
  let position: UInt64
  /// The own events that it holds, by id and by what they write again.
  let own: Set<Digest>
  /// What was being edited: it lies on the same disk.
  let tabs: [Tab]
}

extension World {
  /// A snapshot of a machine at work.
  func backUp(_ node: SimulatedNode) {
    guard let log = node.log, node.isUp, !node.disk.isDead, let own = try? node.line(of: node.site)
    else { return }
    note("\(node.site) is backed up: \(log.heads[node.site]) own events, \(log.position)")
    node.backup = Backup(
      files: node.disk.copy(), heads: log.heads, position: log.position,
      own: own, tabs: desk.tabs[node.name] ?? [])
  }

  /// A machine gets an earlier state of its disk, or of its log alone. What was on the disk and
  /// nowhere else is lost.
  func restore(_ city: CityNode) {
    guard let backup = city.backup, city.isUp, hub.isUp, !hub.disk.isDead,
      let held = try? hub.line(of: city.site)
    else { return }
    let isLogOnly = random.chance(200)
    note("\(city.site) is restored\(isLogOnly ? ", its log alone" : "")")
    marks.insert(isLogOnly ? .logOnlyRestored : .cityRestored)
    city.disk.crash(.kill)
    city.closeFiles()
    collect(city)
    city.disk.recover()
    var files = backup.files
    if isLogOnly {
      files = files.filter { $0.key.hasPrefix("log") }
      for (name, bytes) in city.disk.copy() where !name.hasPrefix("log") { files[name] = bytes }
    }
    city.disk.replace(with: files)
    record.lose(city.site, but: held.union(backup.own).union(ownOfClones(of: city)))
    city.promisedHeads = backup.heads
    city.promisedPosition = backup.position
    desk.tabs[city.name] = backup.tabs
    // It is mostly some time until somebody has put the cable back.
    if random.chance(600) {
      network.cutUntil[city.site] = now + random.pick([5_000, 60_000, 200_000] as [UInt64])
    }
    // And editors do not wait for it.
    let edits = random.number(0...6)
    city.afterNextStart = { [unowned self, unowned city] in
      for _ in 0..<edits {
        city.later(random.time(1...3_000)) { [unowned self, unowned city] in try edit(at: city) }
      }
    }
    startLater(city)
  }
  // MARK: - Clones

  /// A copied machine is switched on beside the one that it was copied from.
  func clone(_ city: CityNode) throws {
    guard city.isUp, !city.disk.isDead, clones.isEmpty else { return }
    note("\(city.site) is cloned")
    marks.insert(.cityCloned)
    let clone = CityNode(copyOf: city, random: random.fork())
    desk.tabs[clone.name] = desk.tabs[city.name]
    clones.append(clone)
    try clone.start()
    editLater(clone)
  }

  private func ownOfClones(of city: CityNode) -> Set<Digest> {
    let own = clones.filter { $0.site == city.site }.compactMap { try? $0.line(of: city.site) }
    return own.reduce([]) { $0.union($1) }
  }

  /// The operator switches the clones off, once nothing waits at them.
  func endClones() throws {
    for clone in clones {
      if !clone.isUp { try clone.start() }
      let isDone = try run(until: now + Self.healingMilliseconds) {
        clone.session?.phase == .online && clone.session?.status.waitingEvents == 0
      }
      guard isDone else { throw failure("the clone of \(clone.site) keeps what it wrote") }
      clone.stop()
    }
  }
}
