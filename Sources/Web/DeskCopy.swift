// An item as a template: a draft of a new one that begins with what the old one says but its times.

import Catalogue
import Desk
import Events
import HTTP

extension DeskForm {
  /// Inputs that belong to the one occasion and are left empty in a copy.
  private static let times: Set<String> = [
    "f.period.from", "f.period.to", "f.participation.from", "f.participation.until",
    "f.released.day", "f.released.clock", "f.registration.deadline", "f.recurrence.until",
    "f.when.startDay", "f.when.startClock", "f.when.endDay", "f.when.endClock",
    "f.expires.day", "f.expires.clock",
  ]
  private static let titleInput = "f.title.v"
  private static let suffix = " (Kopie)"
  private static let titleCharacters = 300

  /// What the form of a copy begins with: the public values of an item.
  static func copied(_ kind: ItemKind, _ state: ItemState) -> Draft.Inputs {
    var inputs = beginning(kind, state).inputs.filter { !times.contains($0.key) }
    let room = titleCharacters - suffix.unicodeScalars.count
    var title = String.UnicodeScalarView((state.title ?? "").unicodeScalars.prefix(room))
    title.append(contentsOf: suffix.unicodeScalars)
    inputs[titleInput] = [String(title)]
    return inputs
  }
}

extension DeskSite {
  /// `POST /desk/items/:id/copy`: for what this house edits; others' words are not its own.
  func beginCopy(_ request: Request, _ visit: DeskVisit, _ form: PostedForm) throws -> Answer? {
    guard let (_, state, kind) = try item(request), rights(state).isEditor else { return nil }
    var random = SystemRandom()
    let draft = try store.add(
      Draft(
        id: DraftID(using: &random), item: port.newItem(), kind: kind.rawValue, isNew: true,
        context: .empty, marks: DeskForm.beginning(kind, nil).marks,
        inputs: DeskForm.copied(kind, state), by: visit.user.pseudonym, now: now()))
    return .now(.redirect(to: DeskSite.address(draft.id)))
  }
}
