// What the catalogue holds of an item of this site, as an importer must know it: which values are
// its own, and which somebody has touched since. Protocols/import.md §6.

package import Catalogue
package import Events

/// The importer as events name it.
package enum Importer {
  /// What events bear as `by`. People of the desk get other pseudonyms. Whose a value is can so be
  /// told from the log alone, on every node and after every restore.
  package static let pseudonym = "import"
}

/// One item.
package struct HeldItem: Sendable {
  /// One field of it.
  struct Field {
    /// The value in force; nil where there is none.
    let value: FieldValue?
    /// True if the importer wrote all that is in force, and nothing of it has been erased.
    let isImported: Bool
    /// What the importer wrote last; nil if it never did.
    let lastImported: FieldValue?
  }

  /// The address.
  package let id: ItemID
  /// What it is.
  package let kind: ItemKind
  /// The importer's source and what that calls the item; nil for what people wrote.
  package let source: (name: String, id: String)?
  /// True if this site leads the item.
  let isLed: Bool
  let isWithdrawn: Bool
  let isMerged: Bool
  /// What an editor who sees all of it has on the screen.
  let context: Context
  /// Every field that was ever written.
  let fields: [String: Field]

  /// An item as its state and its events tell.
  ///
  /// - Parameter events: those of the item that were applied.
  /// - Returns: nil where the item was not created.
  package init?(_ state: ItemState, events: [Event], site: SiteID) {
    guard let id = state.id, let kind = state.kind else { return nil }
    self.id = id
    self.kind = kind
    var imported: Set<Dot> = []
    var last: [String: FieldValue] = [:]
    for event in events where event.by == Importer.pseudonym && event.dot.site == site {
      imported.insert(event.dot)
      for field in event.fields { last[field.name] = event.value(field.name) ?? .null }
    }
    let told = state.value("source")
    source =
      told.flatMap { value in
        value["importer"]?.text.flatMap { name in value["id"]?.text.map { (name, $0) } }
      }
    isLed = state.lead == site
    isWithdrawn = state.isWithdrawn
    isMerged = state.mergedInto != nil
    context = state.screen
    var fields: [String: Field] = [:]
    for register in state.registers {
      fields[register.field] = Field(
        value: state.value(register.field),
        isImported: register.survivors.allSatisfy { imported.contains($0.dot) && !$0.isErased },
        lastImported: last[register.field])
    }
    self.fields = fields
  }

  /// The value in force.
  func value(_ field: String) -> FieldValue? { fields[field]?.value }

  /// True if the importer may write the field: nobody has, or only the importer.
  func isFree(_ field: String) -> Bool { fields[field]?.isImported ?? true }

  /// The fields in which somebody has replaced what the importer wrote, ascending.
  var replaced: [String] {
    fields.filter { $1.lastImported != nil && !$1.isImported }.map(\.key).sorted()
  }

  /// True if the item is a date that is over at a local minute. What is over leaves calendars, and
  /// that takes nothing back.
  func isOver(at now: String) -> Bool {
    guard kind == .date, let when = value("when"),
      let end = when["end"]?.text ?? when["start"]?.text
    else { return false }
    guard let rule = value("recurrence")?.text else { return end < now.prefix(end.utf8.count) }
    guard let until = rule.split(separator: ";").first(where: { $0.hasPrefix("UNTIL=") }) else {
      return false
    }
    return until.dropFirst(6) < now.prefix(10).replacing("-", with: "")
  }
}

/// All that a plan must know of the catalogue.
package struct HeldCatalogue: Sendable {
  /// Whose items are imported.
  package let site: SiteID
  /// Who moderates the region.
  package let kreis: SiteID
  /// The items that this site has created.
  package let items: [HeldItem]
  /// The addresses of all items of the region.
  package let addresses: Set<ItemID>

  /// That catalogue.
  package init(site: SiteID, kreis: SiteID, items: [HeldItem], addresses: Set<ItemID>) {
    self.site = site
    self.kreis = kreis
    self.items = items
    self.addresses = addresses
  }
}
