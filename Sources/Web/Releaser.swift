// Releases drafts: at once, when their moment comes, and those that a killed node left half way.
// Every way goes through the same checks and appends exactly the text that was released.

import Catalogue
package import Desk
import EventLog
package import Events
import Views

/// What became of a release.
package enum ReleaseOutcome: Sendable, Equatable {
  /// The event is durable, and the draft is gone.
  case released(ItemID)
  /// It did not happen; the draft is open again and says why.
  case refused(String)
  /// The log or the desk's file cannot be written now; a timed release is tried again.
  case unavailable
}

/// Takes drafts that somebody has released to the log. Used on one queue; the append calls back on
/// another one, so each step goes through `onQueue`.
package final class Releaser {
  /// Later than this a release was missed; the trail says so.
  private static let missedMilliseconds: Int64 = 60_000

  private let store: DeskStore
  private let reads: CatalogueReads
  private let check: ReleaseCheck
  private let append: @Sendable ([EventDraft], @escaping DeskPort.Completion) -> Void
  private let onQueue: @Sendable (@escaping @Sendable () -> Void) -> Void
  /// Who waits for the drafts that are being appended.
  private var underWay: [DraftID: [@Sendable (ReleaseOutcome) -> Void]] = [:]

  /// - Parameters:
  ///   - append: how the node writes.
  ///   - onQueue: runs a block on the queue on which this is used.
  package init(
    store: DeskStore, reads: CatalogueReads, site: SiteID, kreis: SiteID,
    append: @escaping @Sendable ([EventDraft], @escaping DeskPort.Completion) -> Void,
    onQueue: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void
  ) {
    self.store = store
    self.reads = reads
    check = ReleaseCheck(site: site, kreis: kreis)
    self.append = append
    self.onQueue = onQueue
  }

  /// Everything whose moment has come.
  package func dueDrafts(now: Timestamp) throws -> [DraftID] {
    try store.dueDrafts(now: now).map(\.id)
  }

  /// The next moment at which something is to be released.
  package func nextDue() throws -> Timestamp? { try store.nextDue() }

  /// Releases one draft whose moment has come. Whoever asks while it is being appended gets the
  /// same answer.
  ///
  /// - Parameter completion: comes once, on the queue.
  package func release(
    _ id: DraftID, now: Timestamp, completion: @escaping @Sendable (ReleaseOutcome) -> Void
  ) {
    if underWay[id] != nil {
      underWay[id]?.append(completion)
      return
    }
    do {
      if let outcome = try begin(id, now) {
        completion(outcome)
      } else {
        underWay[id] = [completion]
      }
    } catch {
      completion(.unavailable)
    }
  }

  /// Checks a draft and begins to append it; nil: the append calls back.
  private func begin(_ id: DraftID, _ now: Timestamp) throws -> ReleaseOutcome? {
    guard let draft = try store.draft(id) else { throw DraftError.unknown }
    // A node was killed with this draft half way: before the append, or after it.
    if let lineEnd = draft.lineEnd, try isInLog(draft, after: lineEnd) {
      try store.remove(id)
      return .released(draft.item)
    }
    guard let text = draft.text, let event = draft.event else { return .unavailable }
    if let releaser = draft.releaser, try !mayRelease(releaser) {
      return try refuse(id, "Wer sie freigegeben hat, darf das nicht mehr.")
    }
    let heads = try reads.standing().heads
    if let words = check.objection(
      to: text, item: draft.item, isNew: draft.isNew, state: try reads.state(draft.item),
      heads: heads, at: now)
    {
      return try refuse(id, words)
    }
    try store.change(id) { draft in
      if draft.step == .scheduled { draft.begin(lineEnd: heads[check.site]) }
    }
    let confined = Confined(releaser: self)
    append([event]) { [onQueue] results in
      onQueue {
        let result = results.first ?? .failure(.unavailable)
        let outcome = confined.releaser.end(draft, event.type, now, result)
        for completion in confined.releaser.underWay.removeValue(forKey: id) ?? [] {
          completion(outcome)
        }
      }
    }
    return nil
  }

  /// `@unchecked Sendable`: the releaser is used on its queue alone, to which the block goes back.
  private struct Confined: @unchecked Sendable {
    let releaser: Releaser
  }

  private func end(
    _ draft: Draft, _ type: String, _ now: Timestamp,
    _ result: Result<DeskPort.Written, DeskPort.Failure>
  ) -> ReleaseOutcome {
    let id = draft.id
    do {
      switch result {
      case .success(let written):
        if case .void(let reason) = written.verdict {
          return try refuse(id, DeskSite.words(for: reason))
        }
        try store.remove(id)
        if let due = draft.due, now.milliseconds - due.milliseconds > Releaser.missedMilliseconds {
          try? store.record(.madeUpFor, by: nil, on: draft.item.description, now: now)
        }
        // What is released stays released, also where the trail cannot be written.
        try? store.record(
          DeskAction(rawValue: type), by: draft.releaser, on: draft.item.description, now: now)
        return .released(draft.item)
      case .failure(.refused(let reason)):
        return try refuse(id, "Das ist zu groß oder hat eine falsche Form: \(reason)")
      case .failure(.unavailable):
        try store.change(id) { $0.postpone() }
        return .unavailable
      }
    } catch {
      // The draft stays in its step: the next start looks into the log.
      return .unavailable
    }
  }

  /// True if somebody still may at the moment of the release what was allowed when it was planned.
  private func mayRelease(_ pseudonym: String) throws -> Bool {
    guard let person = try store.person(pseudonym) else { return false }
    return !person.isLocked && person.user.role >= .releaser
  }

  private func refuse(_ id: DraftID, _ words: String) throws -> ReleaseOutcome {
    try store.change(id) { $0.reopen("Die Freigabe wurde nicht ausgeführt: \(words)") }
    return .refused(words)
  }

  private func isInLog(_ draft: Draft, after lineEnd: UInt64) throws -> Bool {
    try reads.history(draft.item).contains { logged in
      logged.event.dot.site == check.site && logged.event.dot.seq > lineEnd
        && draft.isReleased(by: logged.event)
    }
  }
}

/// What must hold at the moment of a release, whoever released it and when.
struct ReleaseCheck: Sendable {
  let site: SiteID
  let kreis: SiteID

  /// Why the text cannot be released, in words for its editor; nil if it can.
  ///
  /// - Parameters:
  ///   - heads: what this node holds.
  ///   - moment: when it is to be released.
  func objection(
    to text: ReleaseText, item: ItemID, isNew: Bool, state: ItemState?, heads: VectorClock,
    at moment: Timestamp
  ) -> String? {
    if text.writes.allSatisfy({ $0.name == "language" }) {
      return "Es ist nichts geändert, was veröffentlicht werden könnte."
    }
    guard heads.covers(text.context.requires) else {
      return "Der Entwurf nennt Änderungen, die dieser Knoten nicht kennt."
    }
    if isNew {
      if state != nil { return "Diesen Eintrag gibt es schon." }
    } else {
      guard let state else { return "Diesen Eintrag gibt es nicht mehr." }
      guard EditRights(state: state, site: site, kreis: kreis).allow(text.writes.map(\.name)) else {
        return DeskSite.words(for: .noRight)
      }
    }
    guard let kind = state?.kind ?? ItemKind(rawValue: String(text.type.prefix { $0 != "." })),
      text.writes.allSatisfy({ FieldRules.accept($0.value, in: $0.name, of: kind) })
    else { return DeskSite.words(for: .invalidField) }
    if let released = text.writes.first(where: { $0.name == "released" })?.value.text,
      let time = LocalTime(released), BerlinTime.moment(of: time) > moment
    {
      return """
        Das Meldungsdatum liegt in der Zukunft. Eine Sperrfrist setzen Sie mit „Zu einem \
        Zeitpunkt freigeben“: Bis dahin verlässt der Text das Haus nicht.
        """
    }
    return nil
  }
}
