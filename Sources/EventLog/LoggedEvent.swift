// What the log gives out: an event together with what has been said of it.

package import Events

/// An event of the log and its verdict.
///
/// Invariant: a receipt, a provisional verdict, or both.
package struct LoggedEvent: Sendable, Equatable {
  /// The event.
  package let event: Event
  /// The hub's receipt; nil on own events that the hub has not answered yet.
  package let receipt: Receipt?
  /// What this node said when it wrote the event. Only on own events of a city; it stays when the
  /// receipt comes, so that a reader can tell whether the two differ.
  package let provisional: Verdict?

  /// An event with what has been said of it. Neither of both is a broken promise.
  package init(event: Event, receipt: Receipt?, provisional: Verdict? = nil) {
    precondition(receipt != nil || provisional != nil, "an event that nobody judged: \(event.dot)")
    self.event = event
    self.receipt = receipt
    self.provisional = provisional
  }

  /// The verdict that counts: the hub's, or this node's own until that comes.
  package var verdict: Verdict {
    guard let verdict = receipt?.verdict ?? provisional else {
      preconditionFailure("an event that nobody judged: \(event.dot)")
    }
    return verdict
  }
}

/// What became of events that a site pushed to the hub.
package struct IngestOutcome: Sendable, Equatable {
  /// Stored now, in the order of their receipts.
  package var accepted: [LoggedEvent] = []
  /// The receipts of those that were held before.
  package var duplicates: [Receipt] = []
  /// The first event that the door refused; it and those after it were not stored.
  package var refused: Refusal?
  /// What the log holds now.
  package var heads = VectorClock()

  /// An event that the door did not let in, and why.
  package struct Refusal: Sendable, Equatable {
    /// Its address.
    package let dot: Dot
    /// Why.
    package let error: LogError

    /// That event for that reason.
    package init(dot: Dot, error: LogError) {
      self.dot = dot
      self.error = error
    }
  }
}

/// What a node is to the others.
package enum LogRole: String, Sendable {
  /// Gives receipts.
  case hub
  /// Gets them.
  case city
}

extension Verdict {
  /// The word that the column `provisional` holds: Protocols/log.md §2.
  var word: String {
    switch self {
    case .applied: "applied"
    case .parked: "parked"
    case .void(let reason): "void " + reason.rawValue
    }
  }

  /// Nil if `word` is none.
  init?(word: String) {
    switch word {
    case "applied": self = .applied
    case "parked": self = .parked
    default:
      guard word.hasPrefix("void "), let reason = VoidReason(rawValue: String(word.dropFirst(5)))
      else { return nil }
      self = .void(reason)
    }
  }
}
