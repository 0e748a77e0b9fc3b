// What can be wrong: with a text, with a request, with an attempt, with two histories.
// Protocols/sync.md §7. The words here are codes; sentences for people are made by the pages.

package import Events

/// Why a text is not a message of sync.
package enum SyncError: Error, Equatable, Sendable {
  /// Longer than the limit for its kind.
  case tooLarge(bytes: Int, limit: Int)
  /// Not one canonical line of JSON, and where.
  case notCanonical(EventError)
  /// A JSON value that is no object.
  case notAnObject
  /// A member that must be there is not.
  case missing(member: String)
  /// A member that this message does not have.
  case unexpected(member: String)
  /// A member whose value is not what it must hold.
  case invalid(member: String)
  /// The sender speaks none of our protocols, but these.
  case protocols(from: UInt64, to: UInt64)
  /// The part behind the question mark is not in its one form.
  case query
  /// The first line of a pull answer does not end.
  case noFirstLine
  /// The blocks are no transfer text, and where.
  case blocks(EventError)
  /// A receipt does not follow the one before it, or an event not its receipt.
  case order(position: UInt64)
  /// A pull answer lacks a foreign event behind its receipt, or repeats an own one.
  case eventMisplaced(Dot)
  /// A push holds an event of another line than the sender's.
  case foreignLine(Dot)
  /// A push holds an event that does not follow the one before it.
  case lineOrder(Dot)
  /// A push holds a receipt.
  case receiptInPush
  /// A push holds more events than a batch.
  case tooManyEvents(Int, limit: Int)
  /// The header `Authorization` is not `Bearer <site>.<64 hex>`.
  case authorization
}

/// Why the hub does not do what a request asks. The raw value goes over the wire.
package enum SyncRefusal: String, Sendable, CaseIterable, Error {
  /// The request breaks the protocol.
  case malformed
  /// No key, or one that no site has.
  case unknownKey = "unknown-key"
  /// The site of the key is not admitted to the region, or the hello names another one.
  case unknownSite = "unknown-site"
  /// The hub serves another region.
  case unknownRegion = "unknown-region"
  /// The city speaks only protocols that the hub no longer speaks.
  case protocolTooOld = "protocol-too-old"
  /// The city speaks only protocols that the hub does not speak yet.
  case protocolTooNew = "protocol-too-new"
  /// The hub was started anew since the hello: the city greets again.
  case greetAgain = "greet-again"
  /// The body is longer than `SyncLimits.bodyBytes`.
  case tooLarge = "too-large"
  /// Too many requests, or one that was replaced by a later one of the same site.
  case busy
  /// The hub is stopping or cannot serve now.
  case unavailable
  /// The hub cannot store.
  case storageFull = "storage-full"

  /// The status of the HTTP answer.
  package var httpStatus: Int {
    switch self {
    case .malformed: 400
    case .unknownKey: 401
    case .unknownSite, .unknownRegion: 403
    case .greetAgain: 409
    case .tooLarge: 413
    case .protocolTooOld, .protocolTooNew: 426
    case .busy: 429
    case .unavailable: 503
    case .storageFull: 507
    }
  }

  /// The alarm that it means for the city; nil where trying again may help.
  package var alarm: SyncAlarm? {
    switch self {
    case .unknownKey: .unknownKey
    case .unknownSite: .unknownSite
    case .unknownRegion: .unknownRegion
    case .protocolTooOld: .protocolTooOld
    case .protocolTooNew: .protocolTooNew
    case .malformed, .greetAgain, .tooLarge, .busy, .unavailable, .storageFull: nil
    }
  }
}

/// Why an attempt of the city came to nothing. It tries again after a pause.
package enum SyncFailure: Sendable, Equatable {
  /// No connection: network, name, TLS or a closed door.
  case unreachable
  /// No answer in time.
  case timeout
  /// The hub refused, and trying again may help.
  case refused(SyncRefusal)
  /// The answer breaks the protocol.
  case malformedAnswer(SyncError)
  /// The answer is well formed and gets us no further.
  case noProgress
  /// The own disk took the batch not.
  case storage
  /// The hub holds another own line than this node: a hello tells how the two stand.
  case lineMoved
}

/// A state that the session does not leave by itself: nothing was changed, a person must look.
package enum SyncAlarm: Sendable, Hashable {
  /// The hub holds an event of the city's line that was not written with the line's secret.
  case forgedLine(Dot)
  /// The hub's order is shorter than what the city holds of it: the hub was restored.
  case hubBehind(city: UInt64, hub: UInt64)
  /// The hub's order holds another event at the last position of the city.
  case otherHistory(position: UInt64)
  /// The hub states another tree than the one that its receipts give here.
  case otherTree(city: TreeHead, hub: TreeHead)
  /// The hub does not know the key.
  case unknownKey
  /// The site is not admitted to the region.
  case unknownSite
  /// Another process speaks for this site: the machine was copied, and both are at work.
  case cloned
  /// The hub serves another region.
  case unknownRegion
  /// This program is too old for the hub.
  case protocolTooOld
  /// This program is too new for the hub.
  case protocolTooNew
  /// The hub refused an event of the city's line.
  case eventRefused(Dot, PushRefusal.Reason)
  /// The hub sent what the city's log cannot accept.
  case unsoundBatch(after: UInt64)
}
