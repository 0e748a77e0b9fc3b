// From the folded state of an item to what the tables hold of it. Protocols/views.md §2.

import Catalogue
import Events

extension ItemRecord {
  /// The record of an item. Before its creation has been applied it has no kind, and no list has
  /// it.
  init(_ state: ItemState) {
    guard let id = state.id, let lead = state.lead else {
      preconditionFailure("the membership is no item")
    }
    let kind = state.kind
    let created = state.created ?? Timestamp(milliseconds: 0)
    let when = kind == .date ? state.when : nil
    let schedule = kind == .date ? state.schedule : nil
    let released = kind == .news ? state.text("released") : nil
    let start = when?["start"]?.text
    let day = start ?? released ?? state.value("period")?["from"]?.text ?? ""
    let conflicts = state.conflicts
    row = ItemRow(
      id: id, kind: kind?.rawValue ?? "", lead: lead, title: state.title ?? "",
      summary: state.summary ?? "", state: state.isWithdrawn ? "withdrawn" : "published",
      status: kind == .project ? state.text("status") : nil,
      fieldsOfAction: state.fieldsOfAction,
      sites: ItemRecord.sites(lead, state.participants), keywords: state.keywords, day: day,
      released: released, start: start, end: when?["end"]?.text,
      allDay: when?["allDay"]?.truth ?? false, scheduleState: schedule?["state"]?.text,
      oldStart: schedule?["oldStart"]?.text,
      recurrence: when == nil ? nil : state.text("recurrence"), createdAt: created,
      changedAt: ItemRecord.lastChange(of: state) ?? created, hasConflict: !conflicts.isEmpty,
      isHidden: state.isHidden, expires: state.expires, mergedInto: state.mergedInto,
      featured: state.value("kreis/featured")?.truth ?? false, topic: state.text("kreis/topic"))
    over = when.map { ItemRecord.over($0, recurrence: state.text("recurrence")) } ?? day
    self.conflicts = conflicts.map { conflict in
      Conflict(
        field: conflict.field, writers: ItemRecord.ascending(conflict.survivors.map(\.dot.site)))
    }
    inboxes =
      conflicts.isEmpty
      ? [] : ItemRecord.ascending([lead] + state.watermark.entries.map(\.site))
    invitations = state.openInvitations
    document = SearchDocument(state)
    media = ItemRecord.media(of: state)
  }

  /// Every file that a standing value names, also one that lost: it may be in force tomorrow.
  private static func media(of state: ItemState) -> [NamedFile] {
    var files: [NamedFile] = []
    for register in state.registers where register.field.hasPrefix(FieldRules.mediaPrefix) {
      let winner = state.winner(register.field)
      var own: [NamedFile] = []
      for survivor in register.survivors {
        guard let value = survivor.value, let hash = value["sha256"]?.text,
          let bytes = value["bytes"]?.number
        else { continue }
        let isShown = survivor == winner
        if let index = own.firstIndex(where: { $0.hash == hash }) {
          guard isShown else { continue }
          own.remove(at: index)
        }
        own.append(
          NamedFile(hash: hash, field: register.field, bytes: bytes, isShown: isShown))
      }
      files += own.sorted { $0.hash < $1.hash }
    }
    return files
  }

  private static func sites(_ lead: SiteID, _ participants: [SiteID]) -> [SiteID] {
    participants.isEmpty ? [lead] : ascending([lead] + participants)
  }

  /// Ascending, each once.
  private static func ascending(_ sites: [SiteID]) -> [SiteID] {
    var result: [SiteID] = []
    for site in sites.sorted() where result.last != site { result.append(site) }
    return result
  }

  /// The time of the youngest value that stands.
  private static func lastChange(of state: ItemState) -> Timestamp? {
    var last: Timestamp?
    for register in state.registers {
      for survivor in register.survivors where last.map({ $0 < survivor.time }) ?? true {
        last = survivor.time
      }
    }
    return last
  }

  /// The local text from which on a date is over. A day ends at `T24:00`, which stands behind each
  /// of its minutes. A date that tells no end lasts until the end of its day.
  private static func over(_ when: FieldValue, recurrence: String?) -> String {
    guard let start = when["start"]?.text else { return "" }
    let end = when["end"]?.text ?? String(start.prefix(10))
    if let recurrence { return Recurrence(recurrence).lastDay(from: start) + "T24:00" }
    return end.utf8.count == 10 ? end + "T24:00" : end
  }
}

extension SearchDocument {
  /// What is said of pictures and documents.
  private static func mediaTexts(of state: ItemState) -> [String] {
    state.registers.filter { $0.field.hasPrefix(FieldRules.mediaPrefix) }.flatMap { register in
      let value = state.value(register.field)
      return ["label", "alt", "caption"].compactMap { value?[$0]?.text }
    }
  }

  /// The texts of an item that search looks into.
  init(_ state: ItemState) {
    title = state.title ?? ""
    var names = state.keywords
    if let organiser = state.text("organiser") { names.append(organiser) }
    if let venue = state.venue {
      names += ["name", "town", "street"].compactMap { venue[$0]?.text }
    }
    for partner in state.value("partners")?.elements ?? [] {
      if let name = partner["name"]?.text { names.append(name) }
    }
    self.names = names.joined(separator: " \n")
    sites = (state.lead.map { [$0] + state.participants } ?? [])
      .map(\.description).joined(separator: " ")
    summary = [state.text("subtitle"), state.summary].compactMap(\.self).joined(separator: " \n")
    body = PlainText.of(
      ([state.text("body"), state.text("results")].compactMap(\.self)
        + SearchDocument.mediaTexts(of: state)).joined(separator: "\n"))
  }
}
