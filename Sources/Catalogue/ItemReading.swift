// What readers ask of an item: the value that the public sees, and open conflicts.
// Protocols/merge.md §3 and §4.

package import Events

/// Editors who did not know of each other wrote different things.
package struct Conflict: Sendable, Hashable {
  /// The field.
  package let field: String
  /// Every survivor that has a value, the public's first, the others ascending by dot.
  package let survivors: [Survivor]
}

extension ItemState {
  /// The survivor that the public sees; nil where the field was never written or only erased.
  package func winner(_ field: String) -> Survivor? {
    guard let index = index(of: field) else { return nil }
    let survivors = registers[index].survivors
    if survivors.count == 1 { return survivors[0].isErased ? nil : survivors[0] }
    let leading = field == ControlField.lead ? nil : lead
    return WinnerRule(field: field, lead: leading, kreis: kreis).winner(among: survivors)
  }

  /// The value that the public sees; nil where there is none or it was cleared or erased.
  package func value(_ field: String) -> FieldValue? {
    guard let winner = winner(field), !winner.isNull else { return nil }
    return winner.value
  }

  /// The text that the public sees.
  package func text(_ field: String) -> String? { value(field)?.text }

  /// The fields in conflict, ascending by name.
  package var conflicts: [Conflict] {
    registers.filter(\.isInConflict).map { register in
      let first = winner(register.field)
      let others = register.survivors.filter { !$0.isErased && $0 != first }
      return Conflict(field: register.field, survivors: (first.map { [$0] } ?? []) + others)
    }
  }

  /// True if a field is in conflict.
  package var hasConflict: Bool { registers.contains(where: \.isInConflict) }

  /// The heading.
  package var title: String? { text("title") }
  /// The teaser.
  package var summary: String? { text("summary") }
  /// The codes of the fields of action.
  package var fieldsOfAction: [String] { texts("fieldsOfAction") }
  /// The keywords.
  package var keywords: [String] { texts("keywords") }
  /// When a date takes place: `start`, `end`, `allDay`, `zone`.
  package var when: FieldValue? { value("when") }
  /// Where a date takes place.
  package var venue: FieldValue? { value("venue") }
  /// Whether a date stands: `state`, `oldStart`.
  package var schedule: FieldValue? { value("schedule") }

  /// The site that leads the item; nil for the membership.
  package var lead: SiteID? {
    text(ControlField.lead).flatMap { SiteID($0) } ?? id?.site
  }

  /// The sites that the lead has invited, ascending.
  package var invited: [SiteID] {
    family(ControlField.invited).filter { isInvited($0) }
  }

  /// The sites that take part, ascending: invited, and they have written their entry.
  package var participants: [SiteID] {
    family(ControlField.participant).filter { takesPart($0) }
  }

  /// The sites that are invited and have neither taken part nor declined, ascending.
  package var openInvitations: [SiteID] {
    invited.filter { survivors(ControlField.participant + $0.description).isEmpty && $0 != lead }
  }

  /// The sites that are invited but said that they do not take part, or not any more; ascending.
  package var declined: [SiteID] {
    invited.filter { site in
      let entries = survivors(ControlField.participant + site.description)
      return !entries.isEmpty && entries.allSatisfy(\.isNull)
    }
  }

  /// True if the lead's invitation of the site stands.
  package func isInvited(_ site: SiteID) -> Bool {
    value(ControlField.invited + site.description) == .bool(true)
  }

  /// True if the site is invited and has written its entry. An erased entry counts: erasing a name
  /// takes no rights.
  package func takesPart(_ site: SiteID) -> Bool {
    isInvited(site)
      && survivors(ControlField.participant + site.description).contains { !$0.isNull }
  }

  /// True if the lead has taken the item back.
  package var isWithdrawn: Bool { text(ControlField.state) == "withdrawn" }
  /// True if the Kreis has hidden the item.
  package var isHidden: Bool { value(ControlField.hidden) == .bool(true) }
  /// When the item leaves the lists.
  package var expires: Timestamp? { text(ControlField.expires).flatMap { Timestamp($0) } }
  /// The item that this one was folded into.
  package var mergedInto: ItemID? { text(ControlField.mergedInto).flatMap { ItemID($0) } }

  private func texts(_ field: String) -> [String] {
    value(field)?.elements?.compactMap(\.text) ?? []
  }

  private func family(_ prefix: String) -> [SiteID] {
    registers.compactMap { FieldRules.site(in: $0.field, after: prefix) }
  }
}

/// Where an address leads when items were folded into others.
package enum MergeChain {
  /// Follows `mergedInto` from `item`. A cycle of concurrent merges ends at its smallest id.
  ///
  /// - Parameter next: the `mergedInto` of an item.
  /// - Complexity: quadratic in the length of the chain, which people make by hand.
  package static func end(
    of item: ItemID, next: (ItemID) throws -> ItemID?
  ) rethrows -> ItemID {
    var path = [item]
    while let following = try next(path[path.count - 1]) {
      if let start = path.firstIndex(of: following) {
        // The cycle alone, not the way into it. It has at least one member.
        return path[start...].min() ?? following
      }
      path.append(following)
    }
    return path[path.count - 1]
  }
}
