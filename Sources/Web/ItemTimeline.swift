// What became of an item, from the log: who published, changed and took part, and when. Only what
// the public may know.

import Catalogue
import EventLog
import Events

extension ItemDetail {
  /// Invitations and the Kreis's own notes are between the publishers.
  private static let internalTypes: Set<String> = ["item.invited", "item.annotated"]

  /// What happened to the item: applied events only, the oldest last.
  func timeline(_ history: [LoggedEvent]) -> HTML? {
    let entries: [HTML] = history.reversed().filter {
      $0.verdict == .applied && !ItemDetail.internalTypes.contains($0.event.type)
    }.map { logged in
      let event = logged.event
      let at = event.reissues?.at ?? event.at
      // The other types say by themselves what they write.
      let isEdit = [".revised", ".corrected", ".settled"].contains { event.type.hasSuffix($0) }
      let names = ItemDetail.fieldNames(event).joined(separator: ", ")
      let what: HTML? = isEdit ? "<br><small>\(names)</small>" : nil
      return """
        <li><b>\(Texts.event(event.type))</b> · \(region.label(event.dot.site))\
        \(outcome(event))<br>\
        <time datetime="\(at.description)">\(BerlinTime.stamp(at))</time>\(what)</li>

        """
    }
    guard !entries.isEmpty else { return nil }
    return """
      <section class="past"><h2>Verlauf</h2>
      <ol class="line">
      \(entries)</ol></section>
      """
  }

  /// What an event made of the status, and what it says of a correction.
  private func outcome(_ event: Event) -> HTML? {
    guard let kind = state.kind else { return nil }
    if kind == .project, let status = event.text("status") {
      return " \(ItemParts(region: region).statusBadge(status))"
    }
    if let site = event.fields.first(where: { $0.name.hasPrefix("participant/") }),
      let status = event.value(site.name)?["status"]?.text
    {
      return " \(ItemParts(region: region).statusBadge(status))"
    }
    return event.text("correctionNote").map { "<br>\($0)" }
  }

  /// What an event wrote, in words, each once and in the order of its lines.
  static func fieldNames(_ event: Event) -> [String] {
    var names: [String] = []
    for field in event.fields {
      let name = Texts.fieldName(field.name)
      if !names.contains(name) { names.append(name) }
    }
    return names
  }
}

extension Event {
  /// What the event wrote into a field; nil where it wrote nothing or was erased.
  fileprivate func value(_ name: String) -> FieldValue? {
    guard let field = fields.first(where: { $0.name == name }), let text = valueText(of: field)
    else { return nil }
    return try? FieldValue(canonical: Array(text))
  }

  fileprivate func text(_ name: String) -> String? { value(name)?.text }
}
