// An event: a header line and its field lines, as the author wrote them. Protocols/event.md.

/// One event. The exact bytes are kept and never written anew; everything else here was read from
/// them.
package struct Event: Sendable {
  /// The header line and the field lines, each ended by a newline.
  package let text: [UInt8]
  /// The bytes of the header line, without its newline.
  package let headerLength: Int
  /// The version of the format; only `Event.version` is understood.
  package let version: UInt64
  /// The address.
  package let dot: Dot
  /// The author's clock.
  package let at: Timestamp
  /// Why: `project.created`, `date.postponed`, …
  package let type: String
  /// The item that it writes; nil for events about none (`site.admitted`).
  package let item: ItemID?
  /// What the editor had on the screen.
  package let context: Context
  /// The pseudonym of who wrote it.
  package let by: String?
  /// The pseudonym of who released it, where that was somebody else.
  package let released: String?
  /// The original, on a re-issued event.
  package let reissues: Original?
  /// The id of the event before on the line; zero on the first.
  package let prev: Digest
  /// The commitment to the field lines.
  package let commitment: Digest
  /// The first half of the HMAC of the header up to this member, by the line's secret.
  package let mac: MAC
  /// SHA-256 of the header line.
  package let id: Digest
  /// The field lines.
  package let fields: [Field]

  /// The version of the format that this program writes and understands.
  package static let version: UInt64 = 1

  /// What a re-issued event stands for.
  package struct Original: Sendable, Hashable {
    /// The id of the event that it re-issues.
    package let id: Digest
    /// When that was written.
    package let at: Timestamp

    /// The event of that id, written at that time.
    package init(id: Digest, at: Timestamp) {
      self.id = id
      self.at = at
    }
  }

  /// One field line.
  package struct Field: Sendable {
    /// The name of the field.
    package let name: String
    /// Where the value stands in the event's text; nil where the line has been erased.
    package let value: Range<Int>?
    /// The event's text (the same storage), and where in it the line stands without its newline.
    let text: [UInt8]
    let line: Range<Int>
    /// What an erased line states, or what full checking has computed.
    let knownHash: Digest?

    /// SHA-256 of the line as it was written, also where the line has been erased since. Hashed
    /// when it is asked for, so that a reader that asks for none hashes nothing.
    package var hash: Digest { knownHash ?? SHA256.hash(text.span.extracting(line)) }

    /// True if only the line's hash is left.
    package var isErased: Bool { value == nil }
  }

  /// The canonical text of a field's value; nil where it has been erased.
  package func valueText(of field: Field) -> ArraySlice<UInt8>? {
    field.value.map { text[$0] }
  }

  /// The value of a field; nil where it has been erased or the event has no such field.
  package func value(_ name: String) -> FieldValue? {
    guard let field = fields.first(where: { $0.name == name }), let range = field.value else {
      return nil
    }
    do throws(EventError) {
      return try FieldValue(canonical: Array(text[range]))
    } catch {
      preconditionFailure("a scanned event holds canonical values: \(error)")
    }
  }

  /// The header line, without its newline.
  package var header: ArraySlice<UInt8> { text[..<headerLength] }
}

extension Event: Equatable {
  /// Two events are the same if their bytes are.
  package static func == (a: Event, b: Event) -> Bool { a.text == b.text }
}

/// The types that this version understands, by what they are about. Protocols/event.md §4.
package enum EventType {
  /// Types that create an item, and the kind that it then has.
  package static let creations = [
    "project.created": "project", "news.created": "news", "date.created": "date",
  ]
  /// Types that write fields of an item.
  package static let writes: Set<String> = [
    "project.created", "project.revised", "project.corrected",
    "news.created", "news.revised", "news.corrected",
    "date.created", "date.revised", "date.corrected", "date.postponed", "date.rescheduled",
    "date.cancelled",
    "item.withdrawn", "item.restored", "item.expired", "item.merged", "item.separated",
    "item.annotated", "item.invited", "item.joined", "item.left", "item.handed",
    "conflict.settled",
  ]
  /// A site becomes part of the region.
  package static let siteAdmitted = "site.admitted"
  /// A site leaves the region; its items stay.
  package static let siteLeft = "site.left"
  /// A site has found the hub's tree as it was told.
  package static let checkpointWitnessed = "checkpoint.witnessed"

  /// True if the type says who belongs to the region.
  package static func isMembership(_ type: String) -> Bool {
    type == siteAdmitted || type == siteLeft
  }

  /// True if this version knows what the type means.
  package static func isKnown(_ type: String) -> Bool {
    writes.contains(type) || isMembership(type) || type == checkpointWitnessed
  }
}
