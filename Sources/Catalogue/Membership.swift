// Which sites belong to the region, from the Kreis's own events. Protocols/merge.md §6.

package import Events

/// The sites that were admitted, ascending by id, and whether they have left since.
package struct Membership: Sendable, Hashable {
  /// One site of the region.
  package struct Member: Sendable, Hashable {
    /// The site.
    package let site: SiteID
    /// How the public calls it: `Stadt Herten`.
    package let name: String
    /// True if it has left; its items stay.
    package let hasLeft: Bool
  }

  /// Everyone who ever belonged to the region.
  package let members: [Member]

  /// Reads the registers `site/<id>` of the membership's state.
  package init(_ region: ItemState) {
    members = region.registers.compactMap { register in
      guard let site = FieldRules.site(in: register.field, after: Membership.prefix),
        let value = region.value(register.field)
      else { return nil }
      return Member(
        site: site, name: value["name"]?.text ?? site.description,
        hasLeft: value["state"]?.text == State.left.rawValue)
    }
  }

  /// The member of that id; nil if it was never admitted.
  package subscript(site: SiteID) -> Member? { members.first { $0.site == site } }

  /// What a membership event says of a site.
  package enum State: String, Sendable {
    case admitted
    case left
  }

  /// The event by which the Kreis admits a site or lets it leave.
  package static func draft(_ site: SiteID, name: String, _ state: State) -> EventDraft {
    let value: FieldValue = ["name": .string(name), "state": .string(state.rawValue)]
    return EventDraft(
      type: state == .admitted ? EventType.siteAdmitted : EventType.siteLeft,
      writes: [.init("\(prefix)\(site)", value)])
  }

  static let prefix = "site/"
}
