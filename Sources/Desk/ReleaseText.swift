// The exact text of a release: what was reviewed is what is appended, to the byte.

package import Events

/// What the release of a draft will write, over which context.
package struct ReleaseText: Sendable, Equatable {
  /// The type of the event.
  package let type: String
  /// What was on the screen when the edit began.
  package let context: Context
  /// The fields that change.
  package let writes: [EventDraft.Write]

  /// That text.
  package init(type: String, context: Context, writes: [EventDraft.Write]) {
    self.type = type
    self.context = context
    self.writes = writes
  }

  /// Canonical JSON of the three.
  var stored: String {
    FieldValue.object(sorting: [
      ("context", context.value), ("type", .string(type)),
      ("writes", .array(writes.map { .array([.string($0.name), $0.value]) })),
    ]).canonicalText
  }

  /// Nil for anything that `stored` did not make.
  init?(stored text: String) {
    guard let value = try? FieldValue(canonical: Array(text.utf8)),
      let type = value["type"]?.text, let context = value["context"].flatMap({ Context($0) }),
      let pairs = value["writes"]?.elements
    else { return nil }
    var writes: [EventDraft.Write] = []
    for pair in pairs {
      guard let parts = pair.elements, parts.count == 2, let name = parts[0].text else {
        return nil
      }
      writes.append(.init(name, parts[1]))
    }
    self.init(type: type, context: context, writes: writes)
  }

  /// Names the text: a reviewer's button bears it.
  package var digest: Digest { SHA256.hash(Array(stored.utf8)) }
}
