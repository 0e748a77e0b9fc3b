// What becomes of one entry of a source. Protocols/import.md §6.

import Catalogue
import Events

/// Finds the item of an entry and compares.
struct EntryPlanner {
  let catalogue: HeldCatalogue
  let order: ImportOrder
  let now: String
  private let bySource: [String: HeldItem]
  private let byAddress: [ItemID: HeldItem]

  init(catalogue: HeldCatalogue, order: ImportOrder, now: String) {
    self.catalogue = catalogue
    self.order = order
    self.now = now
    var bySource: [String: HeldItem] = [:]
    var byAddress: [ItemID: HeldItem] = [:]
    for item in catalogue.items {
      byAddress[item.id] = item
      // Another source may use the same id for something else.
      if let source = item.source, source.name == order.source, bySource[source.id] == nil {
        bySource[source.id] = item
      }
    }
    self.bySource = bySource
    self.byAddress = byAddress
  }

  func step(_ entry: SourceEntry) -> ImportPlan.Step {
    if let released = entry.fields["released"]?.text, released > now.prefix(released.utf8.count) {
      return skip(entry, "not released before \(released)")
    }
    if let native = entry.native, let held = byAddress[native] { return compare(entry, held) }
    if let held = bySource[entry.id] { return compare(entry, held) }
    if let native = entry.native {
      if catalogue.addresses.contains(native) {
        return ImportPlan.Step(
          action: .unchanged, entry: entry.id, title: entry.title, item: native)
      }
      if native.site != catalogue.site, !order.takesForeign {
        return skip(entry, "an item of \(native.site), which publishes it itself")
      }
    }
    return create(entry)
  }

  private func skip(_ entry: SourceEntry, _ reason: String) -> ImportPlan.Step {
    ImportPlan.Step(
      action: .skip, entry: entry.id, title: entry.title, item: nil, notes: [reason])
  }

  // MARK: - New

  private func create(_ entry: SourceEntry) -> ImportPlan.Step {
    var notes = entry.notes
    var fields = writable(entry, &notes)
    fields["state"] = "published"
    fields["source"] = ["id": .string(entry.id), "importer": .string(order.source)]
    let item = entry.native.flatMap { $0.site == catalogue.site ? $0 : nil }
    let draft = EventDraft(
      type: "\(entry.kind.rawValue).created", item: item, by: Importer.pseudonym,
      writes: EntryPlanner.writes(fields))
    return ImportPlan.Step(
      action: .create, entry: entry.id, title: entry.title, item: item, notes: notes, draft: draft)
  }

  /// What this site may write of the entry.
  private func writable(
    _ entry: SourceEntry, _ notes: inout [String]
  ) -> [String: FieldValue] {
    var fields: [String: FieldValue] = [:]
    var left: [String] = []
    for (name, value) in entry.fields {
      // These say how the item stands there, not what it is.
      if ["source", "state", "lead", "mergedInto"].contains(name) { continue }
      let isForeign =
        name.hasPrefix("participant/") || (name.hasPrefix("kreis/") && !isKreis)
        || (name.hasPrefix("invited/") && entry.native?.site != catalogue.site)
      if isForeign { left.append(name) } else { fields[name] = value }
    }
    if !left.isEmpty {
      notes.append("for others to write, left out: \(left.sorted().joined(separator: ", "))")
    }
    return fields
  }

  private var isKreis: Bool { catalogue.site == catalogue.kreis }

  /// In the order of the names, as events have them.
  private static func writes(_ fields: [String: FieldValue]) -> [EventDraft.Write] {
    fields.sorted { $0.key < $1.key }.map { EventDraft.Write($0.key, $0.value) }
  }

  // MARK: - Held

  private func compare(_ entry: SourceEntry, _ held: HeldItem) -> ImportPlan.Step {
    func leave(_ reason: String) -> ImportPlan.Step {
      ImportPlan.Step(
        action: .keep, entry: entry.id, title: entry.title, item: held.id, notes: [reason])
    }
    guard held.isLed else { return leave("another publisher leads the item now") }
    guard !held.isMerged else { return leave("was folded into another item here") }
    guard held.kind == entry.kind else { return leave("is a \(held.kind.rawValue) here") }
    if held.isWithdrawn, !held.isFree("state") { return leave("was withdrawn here") }
    var ignored: [String] = []
    var change = FieldChanges(held: held)
    for (name, value) in writable(entry, &ignored) { change.take(name, value) }
    change.clear(except: entry)
    change.settleSchedule(entry)
    return step(entry, held, change)
  }

  private func step(
    _ entry: SourceEntry, _ held: HeldItem, _ change: FieldChanges
  ) -> ImportPlan.Step {
    var fields = change.fields
    var action = ImportPlan.Action.fill
    var type = "\(held.kind.rawValue).revised"
    if !change.changed.isEmpty {
      action = .correct
      type = "\(held.kind.rawValue).corrected"
      let moves = ["cancelled", "postponed", "rescheduled"]
      if let state = fields["schedule"]?["state"]?.text, moves.contains(state) {
        type = "date.\(state)"
      }
      if entry.fields["correctionNote"] == nil, held.isFree("correctionNote") {
        fields["correctionNote"] = .string(ImportTexts.corrected(change.changed.sorted()))
      }
    }
    if held.isWithdrawn {
      action = .restore
      type = "item.restored"
      fields["state"] = "published"
      if held.value("stateReason") != nil, held.isFree("stateReason") {
        fields["stateReason"] = .null
      }
    }
    let notes = change.notes
    guard !fields.isEmpty else {
      return ImportPlan.Step(
        action: notes.isEmpty ? .unchanged : .keep, entry: entry.id, title: entry.title,
        item: held.id, notes: notes)
    }
    let draft = EventDraft(
      type: type, item: held.id, context: held.context, by: Importer.pseudonym,
      writes: EntryPlanner.writes(fields))
    return ImportPlan.Step(
      action: action, entry: entry.id, title: entry.title, item: held.id,
      notes: entry.notes + notes, draft: draft)
  }
}

/// The difference between an entry and the item that was made from it.
struct FieldChanges {
  let held: HeldItem
  /// What is to be written.
  private(set) var fields: [String: FieldValue] = [:]
  /// The fields of which the source now says something else than before.
  private(set) var changed: [String] = []
  /// What was edited here and stays, for people.
  private(set) var notes: [String] = []

  init(held: HeldItem) { self.held = held }

  /// Compares one field.
  mutating func take(_ name: String, _ value: FieldValue) {
    guard let field = held.fields[name] else {
      fields[name] = value
      return
    }
    if field.value == value { return }
    if field.isImported {
      fields[name] = value
      changed.append(name)
    } else if let last = field.lastImported, last != value {
      notes.append("\(name) was changed at the source and here; what stands here stays")
    } else {
      notes.append("\(name) was edited here and stays")
    }
  }

  /// What the importer itself adds, or what is no matter of the source.
  private static let unasked: Set<String> = [
    "state", "stateReason", "source", "correctionNote", "schedule", "language", "licence",
  ]

  /// Clears what the importer wrote and the source does not say any more.
  mutating func clear(except entry: SourceEntry) {
    for (name, field) in held.fields.sorted(by: { $0.key < $1.key })
    where field.isImported && field.value != nil && entry.fields[name] == nil
      && !FieldChanges.unasked.contains(name) && !entry.unread.contains(name)
    {
      fields[name] = .null
      changed.append(name)
    }
  }

  /// A date that moves tells where it was, unless the source itself does; one that takes place
  /// after all is not cancelled any more.
  mutating func settleSchedule(_ entry: SourceEntry) {
    guard held.kind == .date, entry.fields["schedule"] == nil, held.isFree("schedule") else {
      return
    }
    let old = held.value("when")?["start"]?.text
    if let start = fields["when"]?["start"]?.text, let old, old != start {
      fields["schedule"] = ["oldStart": .string(old), "state": "rescheduled"]
    } else if held.value("schedule")?["state"] == "cancelled" {
      fields["schedule"] = ["state": "scheduled"]
      changed.append("schedule")
    }
  }
}
