// The form of a draft: what stands in it, what of it was changed, and how it is shown again with
// its errors. Protocols/merge.md: only changed fields are written, over the context of the screen.

import Catalogue
import Desk
import Events

/// The form of one draft.
struct DeskForm: Sendable {
  let kind: ItemKind
  /// What it holds.
  let draft: Draft
  /// Fields of the item that wait to be settled, with all survivors on the screen.
  let blocked: [String]
  /// Messages by field name; "" is about the whole form.
  var errors: [String: String] = [:]

  /// Links of one form, the empty one included; a page with more is a list of its own.
  static let maximumLinks = 20
  /// Files of one item: an event has at most 64 fields, and a page with more is an album.
  static let maximumMedia = 30
  private static let mediaTitle = "Bilder und Dateien"

  /// The form of a draft.
  ///
  /// - Parameter state: the item as it stands; nil for a new one.
  init?(_ draft: Draft, state: ItemState?) {
    guard let kind = ItemKind(rawValue: draft.kind) else { return nil }
    self.kind = kind
    self.draft = draft
    let conflicts = Set(state?.conflicts.map(\.field) ?? [])
    // A field that the form does show is written all the same: the context says what was on the
    // screen, so its text becomes one survivor more.
    blocked = conflicts.subtracting(draft.marks.keys).sorted()
  }

  /// What a form holds at the beginning, and the marks of its fields.
  ///
  /// - Parameter state: the item; nil for a new one.
  static func beginning(
    _ kind: ItemKind, _ state: ItemState?
  ) -> (inputs: Draft.Inputs, marks: [String: String]) {
    var inputs: Draft.Inputs = [:]
    var marks: [String: String] = [:]
    let keyed =
      state?.registers.map(\.field)
      .filter { $0.hasPrefix("link/") || $0.hasPrefix(FieldRules.mediaPrefix) } ?? []
    let fields =
      DeskField.groups(of: kind).flatMap(\.fields)
      + keyed.compactMap { DeskField.named($0, of: kind) }
    let inConflict = Set(state?.conflicts.map(\.field) ?? [])
    // A field in conflict is not shown and has no mark, so it counts as not changed.
    for field in fields where !inConflict.contains(field.name) {
      let filled = state?.value(field.name).map(field.fill) ?? [:]
      for control in field.controls {
        let values = filled[control.key] ?? []
        if values.contains(where: { !$0.isEmpty }) { inputs[field.inputName(control)] = values }
      }
      marks[field.name] = field.mark(of: filled)
    }
    return (inputs, marks)
  }

  /// The links that the form holds, by name.
  private var links: [DeskField] {
    let names = draft.inputs.keys.compactMap { Draft.field(ofInput: $0) }
      .filter { $0.hasPrefix("link/") }
    return Set(names).sorted().prefix(DeskForm.maximumLinks).map { DeskField.link($0) }
  }

  /// The pictures and documents that inputs hold, in the order in which they were added.
  static func mediaFields(of inputs: Draft.Inputs) -> [DeskField] {
    let names = inputs.keys.compactMap { Draft.field(ofInput: $0) }
      .filter { $0.hasPrefix(FieldRules.mediaPrefix) }
    return Set(names).sorted().map { DeskField.media($0) }
  }

  private var groups: [(title: String, fields: [DeskField])] {
    var groups = DeskField.groups(of: kind)
    groups.append((DeskForm.mediaTitle, DeskForm.mediaFields(of: draft.inputs)))
    groups.append(("Links", links))
    return groups
  }

  private var fields: [DeskField] {
    groups.flatMap(\.fields).filter { !blocked.contains($0.name) }
  }

  private func inputs(_ field: DeskField) -> DeskField.Inputs {
    field.inputs(in: PostedForm(draft.inputs))
  }

  // MARK: - Reading

  /// The writes of all changed fields; where a value cannot be, an error at its field.
  ///
  /// - Parameter state: the item as it stands; nil for a new one.
  mutating func writes(over state: ItemState?) -> [EventDraft.Write] {
    var writes: [EventDraft.Write] = []
    for field in fields {
      let inputs = inputs(field)
      let before = draft.marks[field.name] ?? field.mark(of: [:])
      if field.mark(of: inputs) == before { continue }
      let value = field.read(inputs, state?.value(field.name))
      // To clear what was never written says nothing.
      if value == .null, field.isMedia, state?.survivors(field.name).isEmpty ?? true { continue }
      if FieldRules.accept(value, in: field.name, of: kind) {
        writes.append(.init(field.name, value))
      } else if !field.name.hasPrefix("link/") || DeskForm.isTold(inputs) {
        errors[field.name] = field.complaint
      }
    }
    if draft.isNew, (draft.inputs["f.title.v"]?.first ?? "").trimmed.isEmpty {
      errors["title"] = DeskField.title.complaint
    }
    for field in Set(draft.others.map(\.field)) {
      errors[field] = "Hier haben zwei Fenster Verschiedenes geschrieben. Bitte wählen Sie."
    }
    if let note = note, !writes.isEmpty, !draft.isNew {
      writes.append(.init("correctionNote", .string(note)))
    }
    return writes
  }

  /// The public note of a correction.
  private var note: String? {
    let text = (draft.inputs[DeskForm.noteInput]?.first ?? "").trimmed
    return text.isEmpty ? nil : text
  }

  /// The name of the input of that note.
  static let noteInput = "f.correctionNote.v"

  /// Exactly what a release of the draft would write. Fills in `errors`.
  mutating func text(over state: ItemState?) -> ReleaseText {
    var writes = writes(over: state)
    let word: String
    if draft.isNew {
      word = "created"
      writes.append(.init("language", "de"))
    } else {
      word = writes.contains { $0.name == "correctionNote" } ? "corrected" : "revised"
    }
    return ReleaseText(type: "\(kind.rawValue).\(word)", context: draft.context, writes: writes)
  }

  /// True if a link's inputs hold more than the choice of a kind, which has no empty look.
  private static func isTold(_ inputs: DeskField.Inputs) -> Bool {
    !DeskField.first(inputs, "url").isEmpty || !DeskField.first(inputs, "label").isEmpty
  }

  // MARK: - Taking a page in

  /// What a page says that it showed in each field, by `DeskField.mark`.
  static func shownMarks(_ posted: PostedForm) -> [String: String]? {
    guard let text = posted["shown"], let value = try? FieldValue(canonical: Array(text.utf8)),
      case .object(let members) = value
    else { return nil }
    return Dictionary(
      members.map { ($0.name, $0.value.text ?? "") }, uniquingKeysWith: { first, _ in first })
  }

  /// Takes in what somebody typed on a page, field by field; what nobody touched there stays.
  ///
  /// - Parameters:
  ///   - posted: the page's inputs.
  ///   - shown: what each field held when the page was made.
  /// - Returns: the fields that changed elsewhere since and that the page does not show so.
  static func take(
    _ posted: PostedForm, shown: [String: String], into draft: inout Draft, from hand: Draft.Hand
  ) -> [DeskField] {
    guard let kind = ItemKind(rawValue: draft.kind) else { return [] }
    var elsewhere: [DeskField] = []
    for (name, mark) in shown.sorted(by: { $0.key < $1.key }) {
      guard let field = DeskField.named(name, of: kind) else { continue }
      let typed = field.inputs(in: posted)
      let held = field.inputs(in: PostedForm(draft.inputs))
      let (typedMark, heldMark) = (field.mark(of: typed), field.mark(of: held))
      if typedMark == heldMark { continue }
      if typedMark == mark {
        elsewhere.append(field)
        continue
      }
      draft.take(
        name, typed: field.named(typed), held: field.named(held), isKnown: heldMark == mark,
        from: hand)
    }
    return elsewhere
  }

  /// What a page with this form shows, for `take`; `key` names its empty link.
  func shown(linkKey: String) -> FieldValue {
    let shown = fields + [DeskField.link("link/\(linkKey)")] + (draft.isNew ? [] : [DeskField.note])
    return .object(sorting: shown.map { ($0.name, .string($0.mark(of: inputs($0)))) })
  }

  // MARK: - Showing

  /// The form's fields and hidden parts, without the buttons.
  ///
  /// - Parameter linkKey: names the empty link that it offers.
  func content(linkKey: String) -> HTML {
    var groups = groups
    groups[groups.count - 1].fields.append(DeskField.link("link/\(linkKey)"))
    if !draft.isNew { groups.append(("Berichtigung", [DeskField.note])) }
    return """
      <input type="hidden" name="shown" value="\(shown(linkKey: linkKey).canonicalText)">
      \(summary)
      \(groups.enumerated().map { group($1, isFirst: $0 == 0) })
      """
  }

  private var summary: HTML? {
    guard !errors.isEmpty else { return nil }
    let general = errors[""] ?? "Noch nicht veröffentlicht. Bitte die markierten Angaben prüfen."
    let fields = fields.filter { errors[$0.name] != nil }
    let entries: [HTML] = fields.map { field in
      "<li><a href=\"#\(field.inputName(field.controls[0]))\">\(field.label)</a></li>"
    }
    let list: HTML? = entries.isEmpty ? nil : "<ul>\(entries)</ul>"
    return "<div class=\"note stop\" role=\"alert\"><p>\(general)</p>\(list)</div>"
  }

  /// The first group stands open; the others open where something stands in them or is wrong, so
  /// that a short text needs no scrolling.
  private func group(
    _ group: (title: String, fields: [DeskField]), isFirst: Bool
  ) -> HTML {
    let rows = group.fields.map(row) + (group.title == DeskForm.mediaTitle ? [addMedia] : [])
    if isFirst {
      return "<fieldset><legend>\(group.title)</legend>\n\(rows)</fieldset>\n\n"
    }
    let isOpen = group.fields.contains { field in
      errors[field.name] != nil || blocked.contains(field.name) || field.name == DeskField.when.name
        || inputs(field).values.contains { $0.contains { !$0.isEmpty } }
    }
    let labels = Set(group.fields.map(\.label)).subtracting([group.title, "Link"]).sorted()
      .joined(separator: ", ")
    let open: HTML = isOpen ? " open" : ""
    return """
      <details class="panel"\(open)><summary>\(group.title) \
      <span class="hint">\(labels)</span></summary>
      <fieldset><legend class="hidden">\(group.title)</legend>
      \(rows)</fieldset></details>

      """
  }

  /// Keeps what was typed and leads to the upload.
  private var addMedia: HTML {
    """
    <div class="acts"><button class="quiet" type="submit" name="do" value="media">\
    Bild oder Datei hinzufügen</button></div>

    """
  }

  private func row(_ field: DeskField) -> HTML {
    if blocked.contains(field.name) {
      return """
        <div class="row"><div class="note warn"><p><b>\(field.label)</b>: Hier stehen zwei \
        Fassungen nebeneinander. Bitte zuerst auf der Seite des Eintrags abstimmen.</p></div></div>

        """
    }
    return DeskInputs(field: field, inputs: inputs(field), error: errors[field.name]).content
      + versions(field)
  }

  /// What other pages wrote into the field at the same time.
  private func versions(_ field: DeskField) -> HTML {
    let versions: [HTML] = draft.others.enumerated().filter { $1.field == field.name }.map {
      number, other in
      let inputs = field.inputs(in: PostedForm(other.inputs))
      return """
        <div class="side"><p class="meta"><b>Andere Fassung</b> <span>\(other.hand.by)</span> \
        <span>\(BerlinTime.stamp(other.hand.at))</span></p>
        \(DeskSite.shown(inputs, field))
        <div class="acts"><button class="quiet" name="do" value="take-\(number)">Diese \
        nehmen</button><button class="quiet" name="do" value="drop-\(number)">Diese \
        verwerfen</button></div></div>

        """
    }
    return versions.joined()
  }
}
