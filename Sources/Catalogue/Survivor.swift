// One value of a field that nobody has replaced yet. Protocols/merge.md §2.

package import Events

/// What the hub's receipt says of an event's place and time.
package struct Stamp: Sendable, Hashable {
  /// The place in the hub's order, counted from 1.
  package let position: UInt64
  /// The hub's clock when it accepted the event.
  package let received: Timestamp

  /// That place and that time.
  package init(position: UInt64, received: Timestamp) {
    self.position = position
    self.received = received
  }

  /// The part of a receipt that the merge needs.
  package init(_ receipt: Receipt) {
    self.init(position: receipt.position, received: receipt.received)
  }
}

/// A write that no other write has replaced: a field with several of them was written by editors
/// who did not know of each other.
package struct Survivor: Sendable, Hashable {
  /// The event that wrote it.
  package let dot: Dot
  /// SHA-256 of the field line.
  package let lineHash: Digest
  /// The canonical text of the value; nil where the line has been erased.
  package let text: [UInt8]?
  /// The author's clock; that of the original where the event re-issues one.
  package let at: Timestamp
  /// The receipt's place and time; nil until the hub has accepted the event.
  package internal(set) var stamp: Stamp?

  /// True if the write cleared the field.
  package var isNull: Bool { text == Survivor.null }

  /// True if only the hash of the line is left.
  package var isErased: Bool { text == nil }

  /// The value; `.null` where the write cleared the field, nil where it has been erased.
  package var value: FieldValue? {
    guard let text else { return nil }
    do throws(EventError) {
      return try FieldValue(canonical: text)
    } catch {
      preconditionFailure("events and stored states are scanned before they get here: \(error)")
    }
  }

  /// The time by which ties are broken: a clock that runs ahead wins nothing.
  package var time: Timestamp { stamp.map { min(at, $0.received) } ?? at }

  static let null = Array("null".utf8)
}

/// The survivors of one field.
///
/// - There is at least one.
/// - They ascend by dot, so that equal sets are equal arrays.
package struct Register: Sendable, Hashable {
  /// The name of the field.
  package let field: String
  /// Ascending by dot.
  package internal(set) var survivors: [Survivor]

  /// True if the survivors hold more than one distinct value; a cleared field is a value here, an
  /// erased one is not.
  package var isInConflict: Bool {
    guard survivors.count > 1 else { return false }
    var first: [UInt8]?
    for case let text? in survivors.lazy.map(\.text) {
      if let first, first != text { return true }
      first = text
    }
    return false
  }

  /// Removes what the writer had on the screen and adds the write.
  mutating func write(_ survivor: Survivor, over context: Context) {
    // By far the commonest: one value, seen and replaced.
    if survivors.count == 1, context.contains(survivors[0].dot) {
      survivors[0] = survivor
      return
    }
    survivors.removeAll { context.contains($0.dot) }
    let place = survivors.firstIndex { survivor.dot < $0.dot } ?? survivors.count
    survivors.insert(survivor, at: place)
  }
}
