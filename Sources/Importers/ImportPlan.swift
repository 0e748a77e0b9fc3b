// The plan of an import: a pure function of what the source says, what the catalogue holds and the
// time. Protocols/import.md §6.
//
// Invariants
// - A step writes a field only if nobody but the importer has written it.
// - Planned again after it was carried out, with the same source, a plan has no step that writes.

package import Events

/// What an import does, entry by entry.
package struct ImportPlan: Sendable {
  /// What becomes of an entry.
  package enum Action: String, Sendable, CaseIterable {
    /// A new item.
    case create
    /// The source has changed.
    case correct
    /// Only what was missing comes in.
    case fill
    /// The entry has come back.
    case restore
    /// The entry is gone from the source.
    case withdraw
    /// All is as the source says.
    case unchanged
    /// Something that was edited here differs from the source and stays.
    case keep
    /// The entry is not taken.
    case skip

    /// True if an event is written.
    package var writes: Bool {
      switch self {
      case .create, .correct, .fill, .restore, .withdraw: true
      case .unchanged, .keep, .skip: false
      }
    }
  }

  /// One entry and what becomes of it.
  package struct Step: Sendable, Equatable {
    /// What is done.
    package let action: Action
    /// What the source calls the entry.
    package let entry: String
    /// The title, for people.
    package let title: String
    /// The item; nil until it is created.
    package let item: ItemID?
    /// For people: what was not done, and why.
    package var notes: [String] = []
    /// The event; nil where nothing is written.
    package var draft: EventDraft?
  }

  /// Why nothing at all may be written.
  package enum Stop: Sendable, Equatable, CustomStringConvertible {
    /// So many of so many items would be withdrawn.
    case wouldVanish(Int, of: Int)

    package var description: String {
      switch self {
      case .wouldVanish(let count, let all):
        "\(count) of \(all) items would be withdrawn, because the source does not have them any "
          + "more. Nothing was written. If that is right, force it"
      }
    }
  }

  /// In the order of the source; withdrawals last.
  package private(set) var steps: [Step] = []
  /// What concerns the whole source, for people.
  package private(set) var notes: [String] = []
  /// Set if nothing may be written.
  package private(set) var stop: Stop?

  /// Above this share of all items a removal is taken for an accident of the source…
  package static let vanishingShare = 2
  /// …unless there are fewer items than this: of three dates two may well be gone.
  package static let vanishingMinimum = 5

  /// Plans.
  ///
  /// - Parameter now: the local minute, `2026-03-01T12:00`.
  package init(
    _ content: SourceContent, on catalogue: HeldCatalogue, by order: ImportOrder, now: String
  ) {
    let planner = EntryPlanner(catalogue: catalogue, order: order, now: now)
    notes = content.notes
    for entry in content.entries { steps.append(planner.step(entry)) }
    for skipped in content.skipped {
      steps.append(
        Step(
          action: .skip, entry: skipped.id ?? "?", title: skipped.id ?? "?", item: nil,
          notes: [skipped.reason]))
    }
    planRemovals(content, on: catalogue, by: order, now: now)
  }

  /// The drafts of all events, in order; none where the plan stops.
  package var drafts: [EventDraft] { stop == nil ? steps.compactMap(\.draft) : [] }

  /// How many entries come to that.
  package func count(_ action: Action) -> Int { steps.count { $0.action == action } }

  /// True if a later run may bring what this one left out, though the source does not change.
  package var isProvisional: Bool { stop != nil || steps.contains { $0.action == .skip } }

  // MARK: - Removals

  private mutating func planRemovals(
    _ content: SourceContent, on catalogue: HeldCatalogue, by order: ImportOrder, now: String
  ) {
    let present = Set(content.entries.map(\.id) + content.skipped.compactMap(\.id))
    var relevant = 0
    var vanished: [Step] = []
    var hasUnread = false
    for item in catalogue.items {
      guard let source = item.source, source.name == order.source, item.isLed, !item.isWithdrawn,
        !item.isMerged, !item.isOver(at: now)
      else { continue }
      if !present.contains(source.id), let reason = content.tombstones[source.id] {
        steps.append(ImportPlan.removal(of: item, source.id, reason: reason))
        continue
      }
      relevant += 1
      guard !present.contains(source.id) else { continue }
      guard content.isWhole || order.isWhole || ImportPlan.isWithin(content, item) else { continue }
      // An entry whose id cannot be read may be any of these.
      if content.skipped.contains(where: { $0.id == nil }) {
        hasUnread = true
        continue
      }
      vanished.append(ImportPlan.removal(of: item, source.id, reason: ""))
    }
    if hasUnread { notes.append("nothing is withdrawn while entries without an id are skipped") }
    let count = vanished.count { $0.action == .withdraw }
    let isAll = content.entries.isEmpty || (count == relevant && count > 1)
    let isMuch =
      relevant >= ImportPlan.vanishingMinimum && count * ImportPlan.vanishingShare > relevant
    if count > 0, isAll || isMuch, !order.isForced { stop = .wouldVanish(count, of: relevant) }
    steps += vanished
  }

  /// True if a feed would still show the item, were it there.
  private static func isWithin(_ content: SourceContent, _ item: HeldItem) -> Bool {
    guard let oldest = content.oldest, let released = item.value("released")?.text else {
      return false
    }
    // A day and a minute are compared by day: within one day nothing is concluded.
    return released.prefix(10) > oldest.prefix(10)
  }

  private static func removal(of item: HeldItem, _ id: String, reason: String) -> Step {
    let title = item.value("title")?.text ?? item.id.description
    let replaced = item.replaced
    guard replaced.isEmpty, item.isFree("state") else {
      let fields = replaced.joined(separator: ", ")
      return Step(
        action: .keep, entry: id, title: title, item: item.id,
        notes: ["gone from the source, but edited here (\(fields)): decide at the desk"])
    }
    let draft = EventDraft(
      type: "item.withdrawn", item: item.id, context: item.context, by: Importer.pseudonym,
      writes: [
        .init("state", "withdrawn"),
        .init("stateReason", .string(reason.isEmpty ? ImportTexts.gone : reason)),
      ])
    return Step(action: .withdraw, entry: id, title: title, item: item.id, draft: draft)
  }
}

/// What the importer itself says to the public.
enum ImportTexts {
  static let gone = "Der Eintrag wurde an seiner Quelle entfernt."

  static func corrected(_ fields: [String]) -> String {
    let named = fields.compactMap { names[$0] }
    let all = named.count == fields.count ? named : named + ["weitere Angaben"]
    return "An der Quelle geändert: \(all.joined(separator: ", "))."
  }

  private static let names = [
    "title": "Titel", "summary": "Kurztext", "body": "Text", "when": "Zeit", "venue": "Ort",
    "recurrence": "Wiederholung", "released": "Datum der Meldung", "keywords": "Schlagwörter",
    "organiser": "Veranstalter", "onlineLink": "Online-Zugang", "registration": "Anmeldung",
    "price": "Preis", "status": "Stand", "period": "Zeitraum", "contact": "Kontakt",
    "subtitle": "Unterzeile", "programme": "Programm", "link/quelle": "Link zur Quelle",
  ]
}
