// Editors that behave like editors: several pages open at once, some of them stale; shared
// projects; quarrels and their settling; the Kreis's moderation; and now and then nonsense.

import Catalogue
import Events
import Views

/// An open page of one item.
struct Tab {
  let item: ItemID
  /// What is on it: what was loaded, and what was saved from it since.
  var context: Context
  /// How often the own line had been replaced then.
  var branches: UInt64
  /// The originals of what is on it; nil where that cannot be told.
  var saw: Set<Digest>?
  let openedAt: UInt64
}

/// What the desks of all nodes have open.
struct EditorialDesk {
  var items: [ItemID] = []
  var tabs: [String: [Tab]] = [:]
  /// Nobody has twenty pages open.
  static let maximumTabs = 4
}

extension World {
  /// One thing that an editor of a node does.
  func edit(at node: SimulatedNode) throws {
    guard node.isUp else { return }
    switch random.number(0...99) {
    case 0..<14 where desk.items.count < 12 || random.chance(100): try create(at: node)
    case 14..<30: openTab(at: node)
    case 30..<60: try saveInTab(at: node)
    case 60..<68: try settle(at: node)
    case 68..<72 where swarm.imports: try importMany(at: node)
    case 72..<78 where swarm.writesNonsense: try writeNonsense(at: node)
    case 78..<80 where swarm.writesUnknownTypes: try dream(at: node)
    case 80..<84 where node.site == kreis && swarm.changesMembership: try changeMembership()
    case 84..<90 where node.site == kreis: try moderate(at: node)
    default: try changeRoles(at: node)
    }
  }

  // MARK: - Items

  private func create(at node: SimulatedNode) throws {
    let item = ItemID(at: node.site, using: &random)
    desk.items.append(item)
    let (type, writes) = creation()
    try write([EventDraft(type: type, item: item, by: "r1", writes: writes)], at: node, "creates")
  }

  private func creation() -> (String, [EventDraft.Write]) {
    let title = EventDraft.Write("title", text())
    switch random.number(0...9) {
    case 0..<2:
      let day = "2026-10-\(10 + random.number(0...19))"
      return (
        "date.created",
        [title, .init("when", ["allDay": true, "start": .string(day), "zone": "Europe/Berlin"])]
      )
    case 2..<5: return ("news.created", [title, .init("summary", text())])
    default: return ("project.created", [title, .init("status", "running"), .init("cost", text())])
    }
  }

  /// Seldom the same text twice, but sometimes: equal values are no conflict.
  private func text() -> FieldValue {
    random.chance(200) ? "derselbe Text" : .string("Text \(random.number(0...9_999))")
  }

  private func state(_ item: ItemID, at node: SimulatedNode) -> ItemState? {
    (try? node.screen?.state(item)) ?? nil
  }

  /// Mostly an item that the site may write, as far as its node knows.
  private func interest(at node: SimulatedNode) -> (ItemID, ItemState)? {
    var own: [(ItemID, ItemState)] = []
    var known: [(ItemID, ItemState)] = []
    for item in desk.items.suffix(20) {
      guard let state = state(item, at: node), state.exists else { continue }
      known.append((item, state))
      if state.lead == node.site || state.takesPart(node.site) { own.append((item, state)) }
    }
    let chosen = own.isEmpty || random.chance(200) ? known : own
    return chosen.isEmpty ? nil : random.pick(chosen)
  }

  // MARK: - Pages

  private func openTab(at node: SimulatedNode) {
    guard let (item, state) = interest(at: node) else { return }
    var tabs = desk.tabs[node.name, default: []]
    if tabs.count == EditorialDesk.maximumTabs {
      tabs.remove(at: random.number(0...tabs.count - 1))
    }
    let branches = (try? node.screen?.branches()) ?? 0
    let saw = node.originals(of: item, in: state.screen)
    tabs.append(
      Tab(item: item, context: state.screen, branches: branches, saw: saw, openedAt: now))
    desk.tabs[node.name] = tabs
    note("\(node.site) opens \(item)")
  }

  private func saveInTab(at node: SimulatedNode) throws {
    guard let tabs = desk.tabs[node.name], !tabs.isEmpty else { return openTab(at: node) }
    let index = random.number(0...tabs.count - 1)
    let tab = tabs[index]
    guard let state = state(tab.item, at: node) else { return }
    if state.screen != tab.context { marks.insert(.staleTab) }
    let (type, writes) = revision(of: state)
    let before = node.promisedHeads[node.site]
    try write(
      [EventDraft(type: type, item: tab.item, context: tab.context, by: "r2", writes: writes)],
      at: node, "saves \(tab.item)", from: tab)
    let saved = node.promisedHeads[node.site]
    guard saved > before else { return }
    // The page goes on with what was saved from it, as it stands on the line.
    guard let (event, branches) = node.ownEvent(saved) else {
      desk.tabs[node.name]?.remove(at: index)
      return
    }
    let also = event.context.also.flatMap { range in
      (range.first...range.last).map { Dot(range.site, $0) }
    }
    desk.tabs[node.name]?[index].context = Context(
      seen: event.context.seen, dots: also + [Dot(node.site, saved)])
    desk.tabs[node.name]?[index].branches = branches
    desk.tabs[node.name]?[index].saw?.insert(event.id)
  }

  private func revision(of state: ItemState) -> (String, [EventDraft.Write]) {
    let kind = state.kind ?? .project
    if kind == .date, random.chance(300) {
      let value: FieldValue = random.chance(500) ? ["state": "cancelled"] : ["state": "postponed"]
      return ("date.postponed", [.init("schedule", value)])
    }
    if random.chance(100) {
      marks.insert(.withdrawn)
      return ("item.withdrawn", [.init("state", "withdrawn"), .init("stateReason", text())])
    }
    if state.isWithdrawn, random.chance(500) {
      marks.insert(.restored)
      return ("item.restored", [.init("state", "published")])
    }
    let own = ["project": ["cost", "funding"], "news": ["subtitle"], "date": ["organiser"]]
    let names = ["title", "summary", "body"] + (own[kind.rawValue] ?? [])
    let writes = (0..<random.number(1...3)).map { _ in random.pick(names) }
    var seen: [EventDraft.Write] = []
    for name in writes where !seen.contains(where: { $0.name == name }) {
      seen.append(.init(name, name != "title" && random.chance(100) ? .null : text()))
    }
    return ("\(kind.rawValue).revised", seen)
  }

  private func settle(at node: SimulatedNode) throws {
    guard let rows = try? node.screen?.conflicts(of: node.site), let row = rows.first else {
      return try saveInTab(at: node)
    }
    marks.insert(.conflictArose)
    guard let state = state(row.item, at: node),
      let conflict = state.conflicts.first(where: { $0.field == row.field })
    else { return }
    marks.insert(.conflictSettled)
    let value = random.pick(conflict.survivors).value ?? .null
    try write(
      [
        EventDraft(
          type: "conflict.settled", item: row.item, context: state.screen, by: "r1",
          writes: [.init(row.field, random.chance(700) ? value : text())])
      ], at: node, "settles \(row.field) of \(row.item)")
  }

  // MARK: - Shared projects

  private func changeRoles(at node: SimulatedNode) throws {
    guard let (item, state) = interest(at: node) else { return try create(at: node) }
    let other = random.pick(nodes).site
    let type: String
    let writes: [EventDraft.Write]
    switch random.number(0...9) {
    case 0..<4:
      type = "item.invited"
      writes = [.init("invited/\(other)", random.chance(800) ? true : .null)]
    case 4..<8 where state.isInvited(node.site) || random.chance(100):
      marks.insert(.joined)
      type = "item.joined"
      let entry: FieldValue = random.chance(850) ? ["status": "running"] : .null
      writes = [.init("participant/\(node.site)", entry)]
    case 8:
      marks.insert(.handed)
      type = "item.handed"
      writes = [.init("lead", .string(other.description))]
    default:
      guard desk.items.count > 1, random.chance(400) else { return try saveInTab(at: node) }
      marks.insert(.merged)
      type = "item.merged"
      let target = random.pick(desk.items)
      writes = [.init("mergedInto", random.chance(600) ? .string(target.description) : .null)]
    }
    try write(
      [EventDraft(type: type, item: item, context: state.screen, by: "r3", writes: writes)],
      at: node, "\(type) \(item)")
  }

  // MARK: - The Kreis

  private func moderate(at node: SimulatedNode) throws {
    let left = sitesThatLeft()
    let orphans = desk.items.filter { item in
      state(item, at: node)?.lead.map(left.contains) ?? false
    }
    let chosen = random.chance(800) ? orphans.last : nil
    guard let item = chosen ?? desk.items.randomElement(using: &random),
      let state = state(item, at: node), state.exists
    else { return }
    var writes: [EventDraft.Write] = []
    if let lead = state.lead, random.chance(800),
      (try? node.screen?.membership()[lead]?.hasLeft) == true
    {
      marks.insert(.leadTakenOver)
      writes = [
        .init("lead", .string(node.site.description)), .init("kreis/leadReason", "ausgetreten"),
      ]
    } else if state.isHidden {
      writes = [.init("kreis/hidden", .null)]
    } else {
      marks.insert(.hidden)
      writes = [.init("kreis/hidden", true), .init("kreis/hiddenReason", text())]
    }
    try write(
      [
        EventDraft(
          type: "item.annotated", item: item, context: state.screen, by: "k1", writes: writes)
      ], at: node, "moderates \(item)")
  }

  private func changeMembership() throws {
    let left = sitesThatLeft()
    if let site = left.first, random.chance(600) { return try readmit(site) }
    let site = random.pick(cities).site
    marks.insert(.siteLeft)
    try write([Membership.draft(site, name: "Stadt \(site)", .left)], at: hub, "lets \(site) go")
  }

  /// Those that are not part of the region just now, as the hub knows it.
  func sitesThatLeft() -> [SiteID] {
    guard let membership = try? hub.screen?.membership() else { return [] }
    return membership.members.filter(\.hasLeft).map(\.site)
  }

  func readmit(_ site: SiteID) throws {
    marks.insert(.siteReadmitted)
    try write(
      [Membership.draft(site, name: "Stadt \(site)", .admitted)], at: hub, "readmits \(site)")
  }

  // MARK: - Much, and nonsense

  private func importMany(at node: SimulatedNode) throws {
    let drafts = (0..<random.number(5...25)).map { _ in
      let item = ItemID(at: node.site, using: &random)
      let (type, writes) = creation()
      return EventDraft(type: type, item: item, by: "import", writes: writes)
    }
    try write(drafts, at: node, "imports")
  }

  /// An event of a type that only a newer version knows.
  private func dream(at node: SimulatedNode) throws {
    guard let (item, state) = interest(at: node) else { return }
    try write(
      [
        EventDraft(
          type: "item.dreamt", item: item, context: state.screen, by: "r1",
          writes: [.init("title", text())])
      ], at: node, "dreams")
  }

  private func writeNonsense(at node: SimulatedNode) throws {
    guard let (item, state) = interest(at: node) else { return }
    let next = node.promisedHeads[node.site] + 50
    let draft =
      switch random.number(0...5) {
      case 0: EventDraft(type: "project.revised", item: item, writes: [.init("title", .null)])
      case 1: EventDraft(type: "project.revised", item: item, writes: [.init("", text())])
      case 2:
        EventDraft(
          type: "project.revised", item: item,
          context: Context(seen: VectorClock([Dot(node.site, next)]), dots: []),
          writes: [.init("summary", text())])
      case 3:
        EventDraft(
          type: "project.revised", item: item,
          context: Context(seen: VectorClock([Dot(World.site("nowhere"), 3)]), dots: []),
          writes: [.init("summary", text())])
      case 4:
        EventDraft(
          type: state.kind == .date ? "news.revised" : "date.postponed", item: item,
          context: state.screen, writes: [.init("summary", text())])
      default:
        EventDraft(
          type: "project.created", item: item, context: state.screen,
          writes: [.init("title", text())])
      }
    // Beside a sound one, which must not suffer from it.
    let sound = EventDraft(
      type: "news.created", item: ItemID(at: node.site, using: &random),
      writes: [.init("title", text())])
    try write(random.chance(500) ? [draft, sound] : [draft], at: node, "writes nonsense")
  }
}
