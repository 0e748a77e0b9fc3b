// How two holders of one line, and of one order, stand to each other. Protocols/sync.md §4.

package import Events

/// How two holders of one line, and of one order, stand to each other.
package enum Comparison: String, Sendable, CaseIterable {
  /// The city holds all that the hub holds of its line, or more: it pushes its tail.
  case normal
  /// The city's line is a prefix of what the hub holds of it.
  case cityBehind = "city-behind"
  /// The lines part.
  case fork
  /// The hub's order ends before the place that the city holds.
  case hubBehind = "hub-behind"
  /// The hub's order holds another receipt at the place that the city holds.
  case otherHistory = "other-history"

  /// Compares a city's line with what the hub holds of it.
  ///
  /// - Parameter idAtShorterHead: the id that the holder of the longer line has at the head of
  ///   the shorter one; nil where the caller is the holder of the shorter, and so cannot know.
  package static func ofLines(
    city: LineHead, hub: LineHead, idAtShorterHead: Digest?
  ) -> Comparison {
    let shorter = city.seq < hub.seq ? city : hub
    if city.seq == hub.seq { return city.id == hub.id ? .normal : .fork }
    if shorter.seq > 0, let id = idAtShorterHead, id != shorter.id { return .fork }
    return city.seq > hub.seq ? .normal : .cityBehind
  }

  /// Compares the place that a city holds with the hub's order.
  ///
  /// - Parameter idAtPlace: the hash of the receipt that the hub's order holds at that position.
  package static func ofOrders(
    place: Place, hubPosition: UInt64, idAtPlace: Digest?
  ) -> Comparison {
    if place.position > hubPosition { return .hubBehind }
    return place.position == 0 || idAtPlace == place.id ? .normal : .otherHistory
  }
}
