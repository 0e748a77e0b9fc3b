// A hub and a city with their logs and live views, over which random histories run.

import Catalogue
import EventLog
import Events
import Foundation
import Replay
import Testing
import Views

// The names are valid site ids.
let kreis = SiteID("kreis")!
let herten = SiteID("herten")!
let marl = SiteID("marl")!
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

final class Folder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "replay-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// One node: its log, and views that are folded live.
final class Node {
  let directory: String
  let site: SiteID
  let log: LogStore
  let reader: LogReader
  let writer: ViewWriter
  let views: ViewReader

  init(_ folder: Folder, _ site: SiteID, _ role: LogRole) throws {
    self.site = site
    directory = folder.path + "/" + site.description
    log = try LogStore(directory: directory, site: site, lineKey: lineKey, role: role)
    let reader = try LogReader(directory: directory)
    self.reader = reader
    writer = try Replayer(directory: directory, kreis: kreis).openCurrent()
    views = try ViewReader(path: writer.path)
  }

  /// Writes as an editor at this node's desk does.
  func write(_ draft: EventDraft, now: Timestamp) throws {
    let fold = try writer.begin()
    let received = log.role == .hub ? now : nil
    for result in try log.append(
      [draft], now: now, judge: { try fold.judge($0, received: received) })
    {
      try fold.apply(try result.get())
    }
    _ = try fold.commit()
  }

  /// What an editor who opens the item now has on the screen.
  func screen(_ item: ItemID) throws -> Context { try views.state(item)?.screen ?? .empty }
}

/// The hub of the Kreis and one city, which meet when `meet` is called.
final class Region {
  let folder: Folder
  let hub: Node
  let cities: [Node]
  private(set) var random: Seeded
  private var now = Timestamp(milliseconds: 1_770_000_000_000)
  private var items: [ItemID] = []

  init(seed: UInt64) throws {
    folder = try Folder()
    hub = try Node(folder, kreis, .hub)
    cities = [try Node(folder, herten, .city), try Node(folder, marl, .city)]
    random = Seeded(state: seed)
    for site in [herten, marl] {
      try hub.write(Membership.draft(site, name: "Stadt \(site)", .admitted), now: tick())
    }
    try share()
  }

  /// A project of both cities, over which they can come into conflict.
  private func share() throws {
    let id = ItemID(at: herten, using: &random)
    items.append(id)
    try cities[0].write(
      EventDraft(type: "project.created", item: id, writes: [.init("title", "Onleihe")]),
      now: tick())
    try cities[0].write(
      EventDraft(
        type: "item.invited", item: id, context: try cities[0].screen(id),
        writes: [.init("invited/marl", true)]), now: tick())
    for city in cities { try meet(city) }
    try cities[1].write(
      EventDraft(
        type: "item.joined", item: id, context: try cities[1].screen(id),
        writes: [.init("participant/marl", ["status": "running"])]), now: tick())
    for city in cities.reversed() { try meet(city) }
  }

  func tick() -> Timestamp {
    now = now.advanced(milliseconds: Int64(random.next(upperBound: UInt64(90_000))))
    return now
  }

  /// One random act of one of the three.
  func act() throws {
    switch Int(random.next(upperBound: UInt64(10))) {
    case 0, 1: try create()
    case 2: try meet(cities[Int(random.next(upperBound: UInt64(2)))])
    default: try revise()
    }
  }

  private func someone() -> Node { ([hub] + cities)[Int(random.next(upperBound: UInt64(3)))] }

  private func create() throws {
    let node = someone()
    let id = ItemID(at: node.site, using: &random)
    items.append(id)
    let kind = ["project", "news", "date"][Int(random.next(upperBound: UInt64(3)))]
    try node.write(
      EventDraft(
        type: "\(kind).created", item: id,
        writes: [
          .init("title", .string("Titel \(items.count)")),
          .init("fieldsOfAction", items.count.isMultiple(of: 2) ? ["klima"] : ["leben"]),
        ]), now: tick())
  }

  /// Writes that may be without right where they are written, or only where they arrive.
  private func revise() throws {
    let isShared = random.next(upperBound: UInt64(3)) == 0
    guard let id = isShared ? items.first : items.randomElement(using: &random) else { return }
    let node = someone()
    let invitee = node.site == marl ? herten : marl
    let number = Int(random.next(upperBound: UInt64(1_000)))
    let kind = try node.views.row(id)?.kind ?? "project"
    let draft: (String, [EventDraft.Write]) =
      switch Int(random.next(upperBound: UInt64(9))) {
      case 0: ("item.invited", [.init("invited/\(invitee)", true)])
      case 1: ("item.invited", [.init("invited/\(invitee)", .null)])
      case 2: ("item.joined", [.init("participant/\(node.site)", ["status": "running"])])
      case 3: ("item.handed", [.init("lead", .string(invitee.description))])
      case 4: ("item.withdrawn", [.init("state", number < 500 ? "withdrawn" : "published")])
      case 5:
        ("item.annotated", [.init("kreis/hidden", true), .init("kreis/hiddenReason", "Prüfung")])
      case 6: ("item.dreamt", [.init("title", "Noch unbekannt")])
      case 7: ("\(kind).revised", [.init("keywords", [.string("Wort \(number % 7)")])])
      default: ("\(kind).revised", [.init("title", .string("Titel \(number)"))])
      }
    try node.write(
      EventDraft(type: draft.0, item: id, context: try node.screen(id), writes: draft.1),
      now: tick())
  }

  /// The city pushes what it wrote and pulls what it lacks.
  func meet(_ city: Node) throws {
    let held = try hub.reader.heads()[city.site]
    let events = try city.reader.line(of: city.site, after: held, limit: .max).map(\.event)
    if !events.isEmpty {
      let fold = try hub.writer.begin()
      let time = tick()
      let outcome = try hub.log.ingest(events, admitted: [herten, marl], now: time) {
        try fold.judge($0, received: time)
      }
      #expect(outcome.refused == nil)
      for event in outcome.accepted { try fold.apply(event) }
      _ = try fold.commit()
    }
    let rows = try hub.reader.rows(after: try city.reader.position(), limit: .max)
    var text: [UInt8] = []
    rows.appendTransferText(to: &text)
    let accepted = try city.log.accept(try TransferText.blocks(text))
    var index = 0
    // In batches of random sizes: the cut must not matter.
    while index < accepted.count {
      let end = min(accepted.count, index + 1 + Int(random.next(upperBound: UInt64(5))))
      let fold = try city.writer.begin()
      for event in accepted[index..<end] { try fold.apply(event) }
      _ = try fold.commit()
      index = end
    }
  }
}
