// What effect an event has on the state at its place in the hub's order. Protocols/merge.md §5.

package import Events

extension CatalogueState {
  /// The verdict on an event, given the state of everything before it. The hub gives it with the
  /// receipt; a city judges its own pending events by the same code; `verify` recomputes it.
  ///
  /// The item that the event is about, and the membership, must be loaded.
  package func verdict(of event: Event) -> Verdict {
    guard event.version == Event.version, EventType.isKnown(event.type) else { return .parked }
    let author = event.dot.site
    if EventType.isMembership(event.type) { return membershipVerdict(of: event) }
    if event.type == EventType.checkpointWitnessed { return witnessVerdict(of: event) }
    guard let id = event.item else { return .void(.item) }
    let state = self[id] ?? ItemState(id: id, kreis: kreis)
    if state.holdsBack(event.dot) { return .parked }
    if membership[author]?.hasLeft ?? false { return .void(.siteLeft) }
    guard let kind = kind(of: event, on: state) else { return .void(.item) }
    if !state.exists && id.site != author { return .void(.noRight) }
    guard fits(event.type, kind) else { return .void(.kind) }
    let judge = FieldJudge(
      event: event, state: state, membership: membership, id: id,
      isEditor: state.lead == author || state.takesPart(author))
    guard event.fields.allSatisfy({ judge.hasRight(to: $0.name) }) else { return .void(.noRight) }
    if !judge.isReasoned { return .void(.noRight) }
    guard event.fields.allSatisfy({ judge.isValid($0, kind) }) else { return .void(.invalidField) }
    if !state.exists && !event.fields.contains(where: { $0.name == "title" }) {
      return .void(.invalidField)
    }
    return .applied
  }

  /// The kind that the item has with the event; nil if it is not created, or created twice.
  private func kind(of event: Event, on state: ItemState) -> ItemKind? {
    guard let created = EventType.creations[event.type] else { return state.kind }
    return state.exists ? nil : ItemKind(rawValue: created)
  }

  /// `date.postponed` fits dates only; `item.withdrawn` and `conflict.settled` fit every kind.
  private func fits(_ type: String, _ kind: ItemKind) -> Bool {
    let word = type.prefix { $0 != "." }
    guard let only = ItemKind(rawValue: String(word)) else { return true }
    return only == kind
  }

  /// What is witnessed is a statement: whether it is true, the tree tells, not the catalogue.
  private func witnessVerdict(of event: Event) -> Verdict {
    guard event.item == nil else { return .void(.item) }
    if membership[event.dot.site]?.hasLeft ?? false { return .void(.siteLeft) }
    return Witness(event) == nil ? .void(.invalidField) : .applied
  }

  private func membershipVerdict(of event: Event) -> Verdict {
    guard event.item == nil else { return .void(.item) }
    guard event.dot.site == kreis else { return .void(.noRight) }
    let state: Membership.State = event.type == EventType.siteLeft ? .left : .admitted
    let isValid = event.fields.allSatisfy { field in
      guard let site = FieldRules.site(in: field.name, after: Membership.prefix),
        let value = event.value(field.name)
      else { return false }
      return Shape.member(value) && value["state"]?.text == state.rawValue
        && !(state == .left && site == kreis)
    }
    return isValid && !event.fields.isEmpty ? .applied : .void(.invalidField)
  }
}

/// Rights and values of the fields of one event.
private struct FieldJudge {
  let event: Event
  let state: ItemState
  let membership: Membership
  let id: ItemID
  let isEditor: Bool

  private var author: SiteID { event.dot.site }
  private var isKreis: Bool { author == state.kreis }

  func hasRight(to field: String) -> Bool {
    switch FieldRules.rule(for: field).right {
    case .editors: isEditor
    case .lead: state.lead == author || (field == ControlField.lead && takesOver)
    case .invitee(let site): site == author && state.isInvited(author)
    case .kreis: isKreis
    case .nobody: false
    }
  }

  /// The Kreis finds a new lead for a site that has left.
  private var takesOver: Bool {
    isKreis && (state.lead.flatMap { membership[$0]?.hasLeft } ?? false)
      && states("kreis/leadReason")
  }

  /// Hiding needs a reason in the same event.
  var isReasoned: Bool {
    let isHiding = event.fields.contains {
      $0.name == ControlField.hidden && event.value($0.name) != .null
    }
    return !isHiding || states("kreis/hiddenReason")
  }

  /// True if the event writes the field and does not clear it. What was erased since was stated.
  private func states(_ name: String) -> Bool {
    event.fields.contains { $0.name == name && ($0.isErased || event.value(name) != .null) }
  }

  func isValid(_ field: Event.Field, _ kind: ItemKind) -> Bool {
    guard let value = event.value(field.name) else {
      let rule = FieldRules.rule(for: field.name)
      return !rule.isControl && rule.kinds.contains(kind)
    }
    guard FieldRules.accept(value, in: field.name, of: kind) else { return false }
    switch field.name {
    case ControlField.lead: return canLead(value.text.flatMap { SiteID($0) } ?? id.site)
    case ControlField.mergedInto: return value.text != id.description
    default: return true
    }
  }

  /// A lead that does not exist would freeze the item.
  private func canLead(_ site: SiteID) -> Bool {
    guard let member = membership[site] else { return site == state.kreis || site == id.site }
    return !member.hasLeft
  }
}
