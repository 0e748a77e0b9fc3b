// Which fields there are, what they hold and who may write them. Protocols/catalogue-fields.md.

package import Events

/// The names of the fields on which rights and reading rest. They hold codes, times and ids only,
/// so that none of them ever has to be erased.
enum ControlField {
  static let state = "state"
  static let expires = "expires"
  static let lead = "lead"
  static let mergedInto = "mergedInto"
  static let hidden = "kreis/hidden"
  static let invited = "invited/"
  /// No control field: the entry holds a contact.
  static let participant = "participant/"
}

/// The table of the fields.
package enum FieldRules {
  /// Who may write a field.
  enum Right: Equatable {
    /// The lead and those who take part.
    case editors
    /// The lead alone.
    case lead
    /// That site, while invited.
    case invitee(SiteID)
    /// The Kreis, on every item.
    case kreis
    /// A name that says no one.
    case nobody
  }

  /// What is known of a name.
  struct Rule {
    let right: Right
    let shape: @Sendable (FieldValue) -> Bool
    /// The kinds of item that have the field.
    let kinds: [ItemKind]
    /// Control fields cannot be erased.
    var isControl = false
    /// A title can be changed, never cleared.
    var canBeCleared = true
  }

  /// True if an item of that kind can hold the value in the field; `.null` clears it.
  package static func accept(_ value: FieldValue, in field: String, of kind: ItemKind) -> Bool {
    let rule = rule(for: field)
    guard rule.kinds.contains(kind) else { return false }
    return value == .null ? rule.canBeCleared : rule.shape(value)
  }

  /// The site that a name like `invited/<site>` is about; nil for any other name.
  package static func site(in field: String, after prefix: String) -> SiteID? {
    guard field.hasPrefix(prefix) else { return nil }
    return SiteID(String(field.dropFirst(prefix.utf8.count)))
  }

  /// The rule for a name. Names that this version does not know hold what they like, so that a
  /// newer version's field passes through an older one unharmed.
  static func rule(for field: String) -> Rule {
    if let rule = table[field] { return rule }
    if field.hasPrefix(ControlField.invited) {
      let isNamed = site(in: field, after: ControlField.invited) != nil
      return Rule(
        right: .lead, shape: isNamed ? Shape.yes : Shape.nothing, kinds: ItemKind.allCases,
        isControl: true)
    }
    if field.hasPrefix(ControlField.participant) {
      let site = site(in: field, after: ControlField.participant)
      return Rule(
        right: site.map { .invitee($0) } ?? .nobody,
        shape: site == nil ? Shape.nothing : Shape.participant, kinds: [.project])
    }
    if field.hasPrefix(linkPrefix) {
      let isNamed = Shape.isKey(field.dropFirst(linkPrefix.utf8.count))
      return Rule(
        right: .editors, shape: isNamed ? Shape.link : Shape.nothing, kinds: ItemKind.allCases)
    }
    if field.hasPrefix(mediaPrefix) {
      let isNamed = Shape.isKey(field.dropFirst(mediaPrefix.utf8.count))
      return Rule(
        right: .editors, shape: isNamed ? Shape.media : Shape.nothing, kinds: ItemKind.allCases)
    }
    return Rule(
      right: field.hasPrefix("kreis/") ? .kreis : .editors, shape: Shape.any,
      kinds: ItemKind.allCases)
  }

  private static let linkPrefix = "link/"
  /// What the names of pictures and documents begin with; a key follows.
  package static let mediaPrefix = "media/"

  /// The fields of one name each.
  static let table: [String: Rule] = {
    var table: [String: Rule] = [:]
    func add(
      _ kinds: [ItemKind], _ shapes: KeyValuePairs<String, @Sendable (FieldValue) -> Bool>,
      _ right: Right = .editors, isControl: Bool = false
    ) {
      for (name, shape) in shapes {
        table[name] = Rule(
          right: right, shape: shape, kinds: kinds, isControl: isControl,
          canBeCleared: name != "title")
      }
    }
    let all = ItemKind.allCases
    add(
      all,
      [
        "title": Shape.title, "summary": Shape.summary, "body": Shape.markdown,
        "fieldsOfAction": Shape.fieldsOfAction, "keywords": Shape.keywords,
        "language": Shape.language, "contact": Shape.contact, "licence": Shape.licence,
        "source": Shape.source, "correctionNote": Shape.text, "stateReason": Shape.text,
      ])
    add(all, ["expires": Shape.moment], isControl: true)
    add(
      all, ["state": Shape.state, "lead": Shape.site, "mergedInto": Shape.item], .lead,
      isControl: true)
    add(all, ["kreis/hidden": Shape.yes], .kreis, isControl: true)
    add(
      all,
      [
        "kreis/featured": Shape.yes, "kreis/topic": Shape.line, "kreis/hiddenReason": Shape.text,
        "kreis/leadReason": Shape.text,
      ], .kreis)
    add(
      [.project],
      [
        "status": Shape.status, "period": Shape.period, "partners": Shape.partners,
        "funding": Shape.text, "cost": Shape.text, "results": Shape.text,
        "participation": Shape.participation,
      ])
    add(
      [.news],
      [
        "released": Shape.localTime, "subtitle": Shape.line, "placeLine": Shape.line,
        "pressContact": Shape.pressContact, "boilerplate": Shape.text,
      ])
    add(
      [.date],
      [
        "when": Shape.when, "recurrence": Shape.recurrence, "venue": Shape.venue,
        "onlineLink": Shape.url, "price": Shape.price, "registration": Shape.registration,
        "organiser": Shape.line, "programme": Shape.programme, "schedule": Shape.schedule,
      ])
    return table
  }()
}
