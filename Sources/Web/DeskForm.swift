// One form of the desk: what stands in it, what of it was changed, and how it is shown again with
// its errors. Protocols/merge.md: only changed fields are written, over the context of the screen.

import Catalogue
import Events

/// The form of one item, new or existing. A value, so that it can be shown again from any thread
/// when the log has refused a draft.
struct DeskForm: Sendable {
  let kind: ItemKind
  /// What the inputs hold.
  var form: PostedForm
  /// What the editor had on the screen; empty for a new item.
  let context: Context
  /// Field name → `DeskField.mark` of what the inputs held when the form was made.
  let marks: [String: String]
  /// Fields in conflict: they are settled elsewhere, with all survivors on the screen.
  let blocked: Set<String>
  /// Messages by field name; "" is about the whole form.
  var errors: [String: String] = [:]

  /// Links of one form, the empty one included; a page with more is a list of its own.
  static let maximumLinks = 20

  // MARK: - Making

  /// The form of a new item. `linkKey` names the empty link that it offers.
  init(new kind: ItemKind, linkKey: String) {
    self.kind = kind
    context = .empty
    blocked = []
    form = PostedForm()
    form.values["f.link/\(linkKey).kind"] = [""]
    marks = [:]
  }

  /// The form of an item as it stands.
  init(editing state: ItemState, kind: ItemKind, linkKey: String) {
    self.kind = kind
    context = state.screen
    var form = PostedForm()
    var marks: [String: String] = [:]
    let links = state.registers.map(\.field).filter { $0.hasPrefix("link/") }
    let fields = DeskField.groups(of: kind).flatMap(\.fields) + links.map { DeskField.link($0) }
    let blocked = Set(state.conflicts.map(\.field))
    // A field in conflict is not shown and has no mark, so it counts as not changed.
    for field in fields where !blocked.contains(field.name) {
      let inputs = state.value(field.name).map(field.fill) ?? [:]
      for control in field.controls {
        form.values[field.inputName(control)] = inputs[control.key] ?? []
      }
      marks[field.name] = field.mark(of: inputs)
    }
    form.values["f.link/\(linkKey).kind"] = [""]
    self.form = form
    self.marks = marks
    self.blocked = blocked
  }

  /// The form as it came back. Nil if its hidden parts are not those of a form of ours.
  ///
  /// - Parameter conflicts: the fields in conflict now. One that the form did show is written all
  ///   the same: the context says what was on the screen, so its text becomes one survivor more.
  init?(posted form: PostedForm, kind: ItemKind, conflicts: [String] = []) {
    guard let context = form["context"].flatMap({ Context(text: $0) }),
      let text = form["marks"], let value = try? FieldValue(canonical: Array(text.utf8)),
      case .object(let members) = value
    else { return nil }
    self.kind = kind
    self.form = form
    self.context = context
    marks = Dictionary(
      members.map { ($0.name, $0.value.text ?? "") }, uniquingKeysWith: { first, _ in first })
    blocked = Set(conflicts).subtracting(marks.keys)
  }

  /// The links that the form shows, by name.
  private var links: [DeskField] {
    let names = form.values.keys.compactMap { key -> String? in
      guard key.hasPrefix("f.link/"), let dot = key.lastIndex(of: ".") else { return nil }
      return String(key[key.index(key.startIndex, offsetBy: 2)..<dot])
    }
    return Set(names).sorted().prefix(DeskForm.maximumLinks).map { DeskField.link($0) }
  }

  private var groups: [(title: String, fields: [DeskField])] {
    DeskField.groups(of: kind) + [("Links", links)]
  }

  // MARK: - Reading

  /// The writes of all changed fields; where a value cannot be, an error at its field.
  ///
  /// - Parameter state: the item as it stands; nil for a new one.
  mutating func writes(over state: ItemState?) -> [EventDraft.Write] {
    var writes: [EventDraft.Write] = []
    for field in groups.flatMap(\.fields) where !blocked.contains(field.name) {
      let inputs = field.inputs(in: form)
      let before = marks[field.name] ?? field.mark(of: [:])
      if field.mark(of: inputs) == before { continue }
      let value = field.read(inputs, state?.value(field.name))
      if FieldRules.accept(value, in: field.name, of: kind) {
        writes.append(.init(field.name, value))
      } else if !field.name.hasPrefix("link/") || DeskForm.isTold(inputs) {
        errors[field.name] = field.complaint
      }
    }
    if state == nil, form.text("f.title.v") == nil {
      errors["title"] = DeskField.title.complaint
    }
    return writes
  }

  /// A news is released by its event, which is therefore not written before its time.
  mutating func refuseEarlyRelease(_ writes: [EventDraft.Write], at moment: Timestamp) {
    guard Embargo.isBroken(by: writes, at: moment) else { return }
    errors["released"] =
      "Diese Zeit kommt erst noch. Die Meldung ginge sofort an alle Häuser: Bitte speichern Sie sie "
      + "erst dann."
  }

  /// True if a link's inputs hold more than the choice of a kind, which has no empty look.
  private static func isTold(_ inputs: DeskField.Inputs) -> Bool {
    !DeskField.first(inputs, "url").isEmpty || !DeskField.first(inputs, "label").isEmpty
  }

  // MARK: - Showing

  /// The form's fields and hidden parts, without the buttons.
  var content: HTML {
    let marks = FieldValue.object(sorting: marks.map { ($0.key, .string($0.value)) })
    return """
      <input type="hidden" name="context" value="\(context.text)">
      <input type="hidden" name="marks" value="\(marks.canonicalText)">
      \(summary)
      \(groups.map(group))
      """
  }

  private var summary: HTML? {
    guard !errors.isEmpty else { return nil }
    let general = errors[""] ?? "Noch nicht gespeichert. Bitte die markierten Angaben prüfen."
    let fields = groups.flatMap(\.fields).filter { errors[$0.name] != nil }
    let entries: [HTML] = fields.map { field in
      "<li><a href=\"#\(field.inputName(field.controls[0]))\">\(field.label)</a></li>"
    }
    let list: HTML? = entries.isEmpty ? nil : "<ul>\(entries)</ul>"
    return "<div class=\"note stop\" role=\"alert\"><p>\(general)</p>\(list)</div>"
  }

  private func group(_ group: (title: String, fields: [DeskField])) -> HTML {
    """
    <fieldset><legend>\(group.title)</legend>
    \(group.fields.map(field))</fieldset>

    """
  }

  private func field(_ field: DeskField) -> HTML {
    if blocked.contains(field.name) {
      return """
        <div class="row"><div class="note warn"><p><b>\(field.label)</b>: Hier stehen zwei \
        Fassungen nebeneinander. Bitte zuerst auf der Seite des Eintrags abstimmen.</p></div></div>

        """
    }
    let inputs = field.inputs(in: form)
    return DeskInputs(field: field, inputs: inputs, error: errors[field.name]).content
  }
}

/// The inputs of one field with labels, hints and error.
struct DeskInputs: Sendable {
  let field: DeskField
  let inputs: DeskField.Inputs
  var error: String?

  var content: HTML {
    let message: HTML? = error.map {
      "<p class=\"error\" id=\"e.\(field.name)\">\($0)</p>"
    }
    guard field.controls.count > 1 else {
      return "<div class=\"row\">\(field.controls.map(control))\(message)</div>\n"
    }
    return """
      <div class="row" role="group" aria-label="\(field.label)"><p class="group" \
      aria-hidden="true">\(field.label)</p>\(message)<div class="pair">
      \(field.controls.map { "<div class=\"row\">\(control($0))</div>\n" as HTML })</div></div>

      """
  }

  private func control(_ control: Control) -> HTML {
    let name = field.inputName(control)
    let values = inputs[control.key] ?? []
    let value = values.first ?? ""
    let state: HTML =
      error == nil ? "" : " aria-invalid=\"true\" aria-describedby=\"e.\(field.name)\""
    switch control.look {
    case .line: return label(control) + input(name, "text", value, state)
    case .mail: return label(control) + input(name, "email", value, state)
    case .web: return label(control) + input(name, "url", value, state)
    case .phone: return label(control) + input(name, "tel", value, state)
    case .day: return label(control) + input(name, "date", value, state)
    case .clock: return label(control) + input(name, "time", value, state)
    case .text(let isLong):
      let look: HTML = isLong ? " class=\"long\"" : ""
      // A line break right after the tag is dropped by browsers, so one is given.
      return label(control)
        + "<textarea id=\"\(name)\" name=\"\(name)\"\(look)\(state)>\n\(value)</textarea>"
    case .choice(let choices):
      let known = choices.contains { $0.code == value }
      let other: HTML? =
        known || value.isEmpty ? nil : "<option selected value=\"\(value)\">\(value)</option>"
      let options: [HTML] = choices.map { code, label in
        code == value
          ? "<option selected value=\"\(code)\">\(label)</option>"
          : "<option value=\"\(code)\">\(label)</option>"
      }
      return label(control) + """
        <select id="\(name)" name="\(name)"\(state)><option value="">–</option>\
        \(other)\(options)</select>
        """
    case .checks(let choices):
      let boxes: [HTML] = choices.map { code, label in
        let mark: HTML = values.contains(code) ? " checked" : ""
        return """
          <label><input type="checkbox" name="\(name)" value="\(code)"\(mark)> \(label)</label>

          """
      }
      return """
        <div role="group" aria-label="\(control.label)"><span class="hint">\(control.label)</span>
        <div class="checks" id="\(name)">\(boxes)</div></div>
        """
    case .tick:
      let mark: HTML = value.isEmpty ? "" : " checked"
      return """
        <div class="checks"><label><input type="checkbox" id="\(name)" name="\(name)" \
        value="1"\(mark)> \(control.label)</label></div>
        """
    }
  }

  private func label(_ control: Control) -> HTML {
    let hint: HTML? = control.hint.map { "<span class=\"hint\">\($0)</span>" }
    return "<label for=\"\(field.inputName(control))\">\(control.label)\(hint)</label>"
  }

  private func input(_ name: String, _ type: String, _ value: String, _ state: HTML) -> HTML {
    "<input id=\"\(name)\" name=\"\(name)\" type=\"\(type)\" value=\"\(value)\"\(state)>"
  }
}
