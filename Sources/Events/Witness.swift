// What a site says of the hub's tree on its own line: `checkpoint.witnessed`. Protocols/tree.md §6.

/// A tree that a site has recomputed from its receipts and found as the hub told it.
package struct Witness: Sendable, Hashable {
  /// The tree.
  package let head: TreeHead

  private static let root = "root"
  private static let size = "size"

  /// The event that states it.
  package static func draft(_ head: TreeHead) -> EventDraft {
    // A size is a position: those never leave the range of JSON.
    EventDraft(
      type: EventType.checkpointWitnessed,
      writes: [
        .init(root, .string(head.root.hex)), .init(size, .integer(Int64(clamping: head.size))),
      ])
  }

  /// Reads it; nil for an event of another type or of other fields.
  package init?(_ event: Event) {
    guard event.version == Event.version, event.type == EventType.checkpointWitnessed,
      event.item == nil, event.fields.count == 2,
      let root = event.value(Witness.root)?.text.flatMap({ Digest(hex: $0) }),
      let size = event.value(Witness.size)?.number, size >= 1
    else { return nil }
    head = TreeHead(size: UInt64(size), root: root)
  }
}
