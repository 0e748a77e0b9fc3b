// Which survivor the public sees while a conflict is open. Protocols/merge.md §3.

import Events

/// The order of the survivors of one field, the public's first. It is total and looks at nothing
/// but the survivors, the lead and the Kreis: every node chooses the same.
struct WinnerRule {
  let field: String
  /// The site that leads the item; nil while the lead itself is being chosen.
  let lead: SiteID?
  let kreis: SiteID

  /// The winner; nil if every survivor has been erased.
  func winner(among survivors: [Survivor]) -> Survivor? {
    var best: Survivor?
    for survivor in survivors where !survivor.isErased {
      if let held = best, !wins(survivor, over: held) { continue }
      best = survivor
    }
    return best
  }

  /// True if `a` comes before `b`; both have a value.
  private func wins(_ a: Survivor, over b: Survivor) -> Bool {
    if let decided = bySafeSide(a, b) { return decided }
    if a.isNull != b.isNull { return b.isNull }
    if let lead, (a.dot.site == lead) != (b.dot.site == lead) { return a.dot.site == lead }
    if a.time != b.time { return a.time > b.time }
    if a.dot.site != b.dot.site { return a.dot.site < b.dot.site }
    return a.dot.seq > b.dot.seq
  }

  /// The first rule: where one side harms nobody, that side; nil where the rule does not decide.
  private func bySafeSide(_ a: Survivor, _ b: Survivor) -> Bool? {
    switch field {
    case ControlField.state:
      return differs(a.text == Self.withdrawn, b.text == Self.withdrawn)
    case ControlField.hidden:
      return differs(a.text == Self.yes, b.text == Self.yes)
    case ControlField.mergedInto:
      return differs(a.isNull, b.isNull)
    case ControlField.expires:
      // Times of one form: their texts are in the order of the moments. A cleared one is last.
      guard !a.isNull, !b.isNull, let first = a.text, let second = b.text, first != second else {
        return nil
      }
      return first.lexicographicallyPrecedes(second)
    case ControlField.lead:
      if let decided = differs(a.dot.site == kreis, b.dot.site == kreis) { return decided }
      // What the hub has not numbered yet comes after everything that it has.
      let places = (a.stamp?.position ?? .max, b.stamp?.position ?? .max)
      return places.0 == places.1 ? nil : places.0 > places.1
    default:
      return nil
    }
  }

  private func differs(_ a: Bool, _ b: Bool) -> Bool? { a == b ? nil : a }

  private static let withdrawn = Array("\"withdrawn\"".utf8)
  private static let yes = Array("true".utf8)
}
