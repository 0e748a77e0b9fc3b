// Random histories: sites whose editors work on stale screens, a hub that logs and judges, and all
// that a verdict can be. Each ends as an export with what VestHub says of it.

import Catalogue
import EventLog
import Events

// The names are valid site ids.
let kreis = SiteID("kreis")!
let herten = SiteID("herten")!
let marl = SiteID("marl")!
let datteln = SiteID("datteln")!
let lineKey = [UInt8](repeating: 7, count: 32)

/// A generator that a seed replays (SplitMix64).
struct Seeded: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

/// A city's line: what is written, and what the hub has not heard yet.
struct Line {
  var seq: UInt64 = 0
  var id = Digest.zero
  var waiting: [Event] = []
}

/// A hub with its log, and cities that write to it.
final class History {
  var random: Seeded
  var state = CatalogueState(kreis: kreis)
  private(set) var verdicts: [Dot: Verdict] = [:]
  private var log: LogStore
  private let directory: String
  private let cities = [herten, marl, datteln]
  private var lines: [SiteID: Line] = [:]
  private var items: [ItemID] = []
  /// What editors mostly do in this history, so that they meet often.
  private var focus: [Int] = []
  /// Screens that somebody opened and works on.
  private var tabs: [ItemID: [Context]] = [:]
  private var now = Timestamp(milliseconds: 1_700_000_000_000)
  private var position: UInt64 = 0
  private var pending: [Event] = []

  /// A region whose Kreis has admitted all.
  init(seed: UInt64, directory: String) throws {
    random = Seeded(state: seed)
    self.directory = directory
    log = try LogStore(
      directory: directory, site: kreis, lineKey: lineKey, role: .hub,
      random: Seeded(state: seed ^ 1))
    let drafts = ([kreis] + cities).map { Membership.draft($0, name: "Stadt \($0)", .admitted) }
    try atTheHub(drafts)
    focus = Array((0..<Deeds.count).shuffled(using: &random).prefix(5))
    if chance(70) { try share() }
  }

  /// A project of Herten's in which all the others take part.
  private func share() throws {
    let item = ItemID(at: herten, using: &random)
    items.append(item)
    try write(
      herten, EventDraft(type: "project.created", item: item, writes: [.init("title", "Netz")]))
    let others = [kreis, marl, datteln]
    let invitations = others.map { EventDraft.Write("invited/\($0)", true) }
    try write(herten, EventDraft(type: "item.invited", item: item, writes: invitations))
    try push(herten)
    for site in others {
      let entry = EventDraft.Write("participant/\(site)", ["status": "running"])
      try write(site, EventDraft(type: "item.joined", item: item, writes: [entry]))
      try push(site)
    }
  }

  /// Goes on for some steps. Then the hub hears all but what one city keeps back, if one does.
  func run(steps: Int, isOneAway: Bool) throws {
    for _ in 0..<steps { try step() }
    let away = isOneAway ? cities.randomElement(using: &random) : nil
    for city in cities where city != away { try push(city) }
    guard let away else { return }
    for _ in 0..<12 { try save(by: away) }
    pending = lines[away]?.waiting ?? []
    for event in pending {
      let verdict = state.verdict(of: event)
      verdicts[event.dot] = verdict
      state.fold(event, verdict: verdict, stamp: nil)
    }
  }

  /// The export of the hub's log, and behind it what a city keeps back.
  func export() throws -> [UInt8] {
    var text: [UInt8] = []
    let reader = try LogReader(directory: directory)
    try reader.export { text += $0 }
    reader.close()
    for event in pending { TransferText.append(event, to: &text) }
    return text
  }

  /// What VestHub says of it.
  func picture() throws -> Picture {
    let heads = VectorClock(log.heads.entries + pending.map(\.dot))
    return try reading { reader in
      let report = try reader.verify()
      precondition(report.fault == nil, "the hub's log is whole")
      let waiting = try pending.filter { event in
        guard let head = Witness(event)?.head else { return false }
        return try head.size > log.position || head != reader.treeHead(at: head.size)
      }
      return Picture(
        state, verdicts: verdicts, heads: heads, tree: report.tree,
        contradicted: report.contradicted + waiting.map(\.dot))
    }
  }

  /// Proofs of each receipt and of some earlier trees, as texts.
  func proofs() throws -> [String] {
    try reading { reader in
      let region = String(repeating: "7", count: 32)
      var texts: [String] = []
      for logged in try reader.events(after: 0, limit: .max) {
        guard let found = try reader.inclusion(of: logged.event.dot) else { continue }
        let proof = InclusionProof(
          receipt: found.receipt.line, index: found.receipt.position - 1, path: found.path,
          checkpoint: Checkpoint(region: region, head: found.head))
        texts.append(ProofText.inclusion(proof).text)
        let old = UInt64.random(in: 1...log.position, using: &random)
        let new = UInt64.random(in: old...log.position, using: &random)
        guard let grown = try reader.consistency(from: old, to: new) else { continue }
        let consistency = ConsistencyProof(
          path: grown.path, old: Checkpoint(region: region, head: grown.old),
          new: Checkpoint(region: region, head: grown.new))
        texts.append(ProofText.consistency(consistency).text)
      }
      return texts
    }
  }

  /// The checkpoint of the order up to a size, as a text.
  func checkpoint(_ size: UInt64) throws -> String {
    try reading { reader in
      let region = String(repeating: "7", count: 32)
      return Checkpoint(region: region, head: try reader.treeHead(at: size)).text
    }
  }

  /// How many receipts there are.
  var size: UInt64 { log.position }

  /// True if a city kept something back.
  var hasPending: Bool { !pending.isEmpty }

  func close() { log.close() }

  // MARK: - Steps

  private func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

  private func pick<T>(_ all: [T]) -> T { all[Int.random(in: 0..<all.count, using: &random)] }

  private func step() throws {
    // Coarse, so that times are often the same.
    now = now.advanced(milliseconds: Int64.random(in: 0..<4, using: &random) * 1_000)
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<10: try push(pick(cities))
    case 10..<22: if items.count < 4 || chance(20) { try create() }
    case 22..<26: try membership()
    case 26..<27: try witness()
    case 27..<40: if let item = items.randomElement(using: &random) { open(item) }
    default: try save()
    }
  }

  private func open(_ item: ItemID) {
    tabs[item, default: []].append(state[item]?.screen ?? .empty)
  }

  private func create() throws {
    let site = pick(cities + [kreis])
    let isNew = items.isEmpty || chance(90)
    let item = isNew ? ItemID(at: chance(92) ? site : marl, using: &random) : pick(items)
    if isNew { items.append(item) }
    let writes = chance(92) ? [EventDraft.Write("title", value())] : []
    let kind = chance(60) ? "project" : pick(["news", "date"])
    try write(site, EventDraft(type: kind + ".created", item: item, writes: writes))
  }

  private func membership() throws {
    let site = chance(85) ? kreis : pick(cities)
    let left = chance(50)
    var draft = Membership.draft(pick(cities + [kreis]), name: "Stadt", left ? .left : .admitted)
    if chance(10) { draft.writes = [] }
    if chance(10), let item = items.randomElement(using: &random) { draft.item = item }
    try write(site, draft)
  }

  /// Mostly a tree that the hub has or had, now and then another one.
  private func witness() throws {
    let site = pick(cities + [kreis])
    let head = try reading { reader in
      try reader.treeHead(at: UInt64.random(in: 1...log.position, using: &random))
    }
    var draft = Witness.draft(chance(70) ? head : TreeHead(size: head.size + 1, root: head.root))
    if chance(10) { draft.writes.removeLast() }
    try write(site, draft)
  }

  private func reading<T>(_ read: (LogReader) throws -> T) throws -> T {
    let reader = try LogReader(directory: directory)
    defer { reader.close() }
    return try read(reader)
  }

  private func save(by author: SiteID? = nil) throws {
    guard let item = items.randomElement(using: &random) else { return }
    let invited = state[item]?.invited.randomElement(using: &random)
    let some = chance(50) ? state[item]?.lead ?? item.site : pick(cities + [kreis])
    let site = author ?? (chance(30) ? invited ?? some : some)
    let deeds = Deeds(site: site, item: item, kind: state[item]?.kind ?? .project)
    let own = lines[site]?.waiting.filter { $0.item == item }.map(\.dot) ?? []
    let screen = chance(50) ? state[item]?.screen : tabs[item]?.randomElement(using: &random)
    let beyond = screen?.also.flatMap { range in
      (range.first...range.last).map { Dot(range.site, $0) }
    }
    let dots = (beyond ?? []) + (chance(70) ? own : [])
    let context = Context(seen: screen?.seen ?? VectorClock(), dots: dots)
    let rare = Array(0..<Deeds.count)
    var draft = deeds.draft(of: chance(75) ? focus : rare, using: &random, now: now)
    draft.item = chance(98) ? item : nil
    draft.context = draft.item == nil ? .empty : context
    if chance(5) {
      draft.reissues = Event.Original(id: .zero, at: now.advanced(milliseconds: -60_000))
    }
    try write(site, draft)
  }

  private func value() -> FieldValue {
    chance(30) ? "gleich" : .string("Text \(random.next() % 999)")
  }

  // MARK: - Lines and the hub

  private func write(_ site: SiteID, _ draft: EventDraft) throws {
    guard site != kreis else { return try atTheHub([draft]) }
    var line = lines[site] ?? Line()
    // A city's clock may run ahead of the hub's or behind it.
    let time = now.advanced(milliseconds: pick([-60_000, 0, 0, 0, 60_000]))
    let event = try draft.event(
      at: Dot(site, line.seq + 1), time: time, prev: line.id, lineKey: lineKey, using: &random)
    line.seq += 1
    line.id = event.id
    line.waiting.append(chance(6) ? try erased(event) : event)
    lines[site] = line
  }

  /// The event with one of its values forgotten.
  private func erased(_ event: Event) throws -> Event {
    guard let field = event.fields.randomElement(using: &random) else { return event }
    let rows = String(decoding: event.text, as: UTF8.self).split(separator: "\n").map { row in
      row.hasPrefix("{\"f\":\"\(field.name)\",")
        ? "{\"f\":\"\(field.name)\",\"x\":\"\(field.hash.hex)\"}" : String(row)
    }
    return try Event(scanning: Array((rows.joined(separator: "\n") + "\n").utf8))
  }

  private func atTheHub(_ drafts: [EventDraft]) throws {
    for result in try log.append(drafts, now: now, judge: judge) { _ = try result.get() }
  }

  private func push(_ city: SiteID) throws {
    guard let waiting = lines[city]?.waiting, !waiting.isEmpty else { return }
    let outcome = try log.ingest(waiting, admitted: [city], now: now, judge: judge)
    precondition(outcome.refused == nil, "a simulated line passes the door")
    lines[city]?.waiting = []
  }

  /// The hub judges each event on the state after those before it.
  private func judge(_ event: Event) -> Verdict {
    let verdict = state.verdict(of: event)
    position += 1
    verdicts[event.dot] = verdict
    state.fold(event, verdict: verdict, stamp: Stamp(position: position, received: now))
    return verdict
  }
}

/// What an editor of a site may think of doing to an item, sensible or not.
struct Deeds {
  /// How many deeds there are.
  static let count = 27
  let site: SiteID
  let item: ItemID
  let kind: ItemKind

  /// An event with one to three fields.
  func draft(of focus: [Int], using random: inout Seeded, now: Timestamp) -> EventDraft {
    let count = Int.random(in: 1...3, using: &random)
    var writes: [EventDraft.Write] = []
    for _ in 0..<count {
      let new = one(focus.randomElement(using: &random) ?? 0, using: &random, now: now)
      for write in new where !writes.contains(where: { $0.name == write.name }) {
        writes.append(write)
      }
    }
    let types = [
      "\(kind.rawValue).revised", "\(kind.rawValue).corrected", "conflict.settled",
      "item.annotated", "\(kind.rawValue).revised", "\(kind.rawValue).revised",
    ]
    let odd = ["news.revised", "date.postponed", "item.dreamt"]
    let all = Int.random(in: 0..<100, using: &random) < 92 ? types : odd
    return EventDraft(type: all.randomElement(using: &random) ?? types[0], writes: writes)
  }

  private func one(
    _ deed: Int, using random: inout Seeded, now: Timestamp
  ) -> [EventDraft.Write] {
    let other = [kreis, herten, marl, datteln].randomElement(using: &random) ?? kreis
    let number = Int64.random(in: 0..<4, using: &random)
    let isLow = number < 2
    let text: FieldValue = number == 0 ? .null : .string("Wort \(number)")
    let time = now.advanced(milliseconds: number * 3_600_000)
    switch deed {
    case 0...3: return [.init("summary", text)]
    case 4...5: return [.init("title", number == 0 ? "Titel" : text)]
    case 6: return [.init("correctionNote", text), .init("stateReason", text)]
    case 7: return [.init("state", isLow ? "withdrawn" : "published")]
    case 8: return [.init("expires", number == 0 ? .null : .string(time.description))]
    case 9, 22: return [.init("lead", number == 0 ? .null : .string(other.description))]
    case 10:
      let target = number == 2 ? item.description : "\(other)-zweitens"
      return [.init("mergedInto", isLow ? .null : .string(target))]
    case 11, 23, 24: return [.init("invited/\(other)", number == 0 ? .null : true)]
    case 12, 25, 26: return [.init("participant/\(site)", isLow ? .null : ["status": "running"])]
    case 13:
      return [.init("kreis/hidden", isLow ? .null : true), .init("kreis/hiddenReason", "Spam")]
    case 14: return [.init("kreis/topic", text)]
    case 15: return [.init("kreis/hidden", true)]
    case 16: return [.init("lead", .string(other.description)), .init("kreis/leadReason", "fort")]
    case 17: return [.init("link/haus", ["kind": "video", "label": "a", "url": "https://a.de/"])]
    case 18: return [.init("noch/unbekannt", ["a": [1, .null]])]
    case 19: return [.init("cost", text)]
    case 20: return [.init("subtitle", text)]
    default: return [.init("keywords", isLow ? ["a", "b"] : "kein Feld")]
    }
  }
}
