// An item as a template: the form of a new one, filled with what the old one says but its times.

import Catalogue
import Desk
import Events
import HTTP

extension DeskForm {
  /// A field or an input that belongs to the one occasion and is left empty in a copy.
  private static let times: Set<String> = [
    "f.period.from", "f.period.to", "f.participation.from", "f.participation.until",
    "f.released.day", "f.released.clock", "f.registration.deadline",
    "f.when.startDay", "f.when.startClock", "f.when.endDay", "f.when.endClock",
  ]
  private static let suffix = " (Kopie)"
  private static let titleCharacters = 300

  /// The form of a new item with the public values of another.
  init(copying state: ItemState, kind: ItemKind, linkKey: String) {
    self.init(new: kind, linkKey: linkKey)
    let links = state.registers.map(\.field).filter { $0.hasPrefix("link/") }
    for field in DeskField.groups(of: kind).flatMap(\.fields) + links.map({ DeskField.link($0) }) {
      guard let value = state.value(field.name) else { continue }
      let inputs = field.fill(value)
      for control in field.controls where !DeskForm.times.contains(field.inputName(control)) {
        form.values[field.inputName(control)] = inputs[control.key] ?? []
      }
    }
    let room = DeskForm.titleCharacters - DeskForm.suffix.unicodeScalars.count
    var title = String.UnicodeScalarView((state.title ?? "").unicodeScalars.prefix(room))
    title.append(contentsOf: DeskForm.suffix.unicodeScalars)
    form.values["f.title.v"] = [String(title)]
  }
}

extension DeskSite {
  /// `/desk/items/:id/copy`: for what this house edits; others' words are not its own.
  func copyPage(_ request: Request, _ frame: DeskFrame) throws -> Response? {
    guard let (_, state, kind) = try item(request), rights(state).isEditor else { return nil }
    return DeskSite.newPage(DeskForm(copying: state, kind: kind, linkKey: linkKey()), frame)
  }
}
