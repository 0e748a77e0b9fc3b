// The context of an edit as text: in drafts, in hidden inputs of the desk and in the API.
// `{"also":["marl:7-9"],"seen":{"marl":3}}`, canonical JSON.

extension Context {
  /// Exceptions are told dot by dot when a context is read back; more than this in one range is no
  /// edit of a person and would only cost memory.
  package static let maximumDots = 4_096

  /// The context as a value.
  package var value: FieldValue {
    .object(sorting: [
      ("also", .array(also.map { .string($0.description) })),
      (
        "seen",
        .object(sorting: seen.entries.map { ($0.site.description, .integer(Int64($0.seq))) })
      ),
    ])
  }

  /// The text that a form carries.
  package var text: String { value.canonicalText }

  /// Reads a form's text; nil for anything that is no context.
  package init?(text: String) {
    guard text.utf8.count <= EventLimits.headerBytes,
      let value = try? FieldValue(canonical: Array(text.utf8))
    else { return nil }
    self.init(value)
  }

  /// Reads a value with `seen` and, where there are exceptions, `also`.
  package init?(_ value: FieldValue) {
    guard case .object(let members) = value, case .object(let prefixes)? = value["seen"],
      members.allSatisfy({ ["seen", "also"].contains($0.name) })
    else { return nil }
    var seen = VectorClock()
    for prefix in prefixes {
      guard let site = SiteID(prefix.name), let seq = prefix.value.number, seq > 0 else {
        return nil
      }
      seen.include(Dot(site, UInt64(seq)))
    }
    var dots: [Dot] = []
    for entry in value["also"]?.elements ?? [] {
      guard let range = entry.text.flatMap(Context.range), range.last - range.first < 4_096,
        dots.count + Int(range.last - range.first) < Context.maximumDots
      else { return nil }
      dots += (range.first...range.last).map { Dot(range.site, $0) }
    }
    self.init(seen: seen, dots: dots)
  }

  /// `marl:7` or `marl:7-9`.
  private static func range(_ text: String) -> DotRange? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let site = SiteID(String(parts[0])) else { return nil }
    let ends = parts[1].split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count <= 2, let first = ends.first.flatMap({ UInt64($0) }),
      let last = ends.last.flatMap({ UInt64($0) }), first >= 1, first <= last
    else { return nil }
    return DotRange(site, first, last)
  }
}
