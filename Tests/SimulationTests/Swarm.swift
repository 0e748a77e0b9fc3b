// Which kinds of fault a seed has. Each is off in about half of the seeds: a fault that is always
// there hides what happens without it (Groce and others, "Swarm Testing", 2012).

/// The kinds of fault and of work that a world has switched on.
struct Swarm: Sendable {
  let cities: Int
  let loses: Bool
  let doubles: Bool
  let delays: Bool
  let partitions: Bool
  let hasSlowPeer: Bool
  let cuts: Bool
  let kills: Bool
  let cutsPower: Bool
  let fillsDisks: Bool
  let failsDisks: Bool
  let hasSlowDisks: Bool
  let hasIntruder: Bool
  let jumpsClocks: Bool
  let rebuilds: Bool
  let deletesViews: Bool
  let checkpoints: Bool
  let changesMembership: Bool
  let writesNonsense: Bool
  let writesUnknownTypes: Bool
  let imports: Bool
  let restoresCities: Bool
  let clonesCities: Bool

  init(using random: inout Seeded) {
    // Mostly few nodes, which quarrel more; the whole region now and then.
    cities =
      switch random.number(0...99) {
      case 0..<5: 10
      case 5..<15: random.number(4...9)
      default: random.number(2...3)
      }
    loses = random.chance(500)
    doubles = random.chance(500)
    delays = random.chance(500)
    partitions = random.chance(400)
    hasSlowPeer = random.chance(300)
    cuts = random.chance(400)
    kills = random.chance(500)
    cutsPower = random.chance(600)
    fillsDisks = random.chance(400)
    failsDisks = random.chance(400)
    hasSlowDisks = random.chance(300)
    hasIntruder = random.chance(300)
    jumpsClocks = random.chance(400)
    rebuilds = random.chance(400)
    deletesViews = random.chance(300)
    checkpoints = random.chance(400)
    changesMembership = random.chance(300)
    writesNonsense = random.chance(500)
    writesUnknownTypes = random.chance(200)
    imports = random.chance(300)
    restoresCities = random.chance(400)
    clonesCities = random.chance(250)
  }
}

extension Swarm: CustomStringConvertible {
  var description: String {
    let all: KeyValuePairs = [
      "loses": loses, "doubles": doubles, "delays": delays, "partitions": partitions,
      "slow peer": hasSlowPeer, "cuts": cuts, "kills": kills, "power cuts": cutsPower,
      "fills disks": fillsDisks, "fails disks": failsDisks, "slow disks": hasSlowDisks,
      "intruder": hasIntruder, "jumps clocks": jumpsClocks,
      "rebuilds": rebuilds, "deletes views": deletesViews, "checkpoints": checkpoints,
      "membership": changesMembership, "nonsense": writesNonsense,
      "unknown types": writesUnknownTypes, "imports": imports,
      "restores cities": restoresCities,
      "clones cities": clonesCities,
    ]
    return "\(cities) cities, " + all.filter(\.value).map(\.key).joined(separator: ", ")
  }
}
