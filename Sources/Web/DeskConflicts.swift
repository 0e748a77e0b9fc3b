// Settling a conflict: all survivors side by side, one is taken or an own text written. The context
// of the event covers all survivors that were on the screen, and only those.

import Catalogue
import Desk
import EventLog
import Events
import HTTP

extension DeskSite {
  func settlePage(_ request: Request, _ frame: DeskFrame) throws -> Response? {
    guard let (id, state, kind) = try item(request) else { return nil }
    return try settlePage(id, state, kind, frame, message: nil, form: PostedForm(), status: 200)
  }

  private func settlePage(
    _ id: ItemID, _ state: ItemState, _ kind: ItemKind, _ frame: DeskFrame, message: String?,
    form: PostedForm, status: Int
  ) throws -> Response {
    let title = ItemParts.title(state.title)
    let authors = Dictionary(
      try reads.history(id).map { ($0.event.dot, $0.event.by ?? "") },
      uniquingKeysWith: { first, _ in first })
    let note: HTML? = message.map {
      "<div class=\"note stop\" role=\"alert\"><p>\($0)</p></div>"
    }
    let forms: [HTML] = state.conflicts.map { conflict in
      settleForm(conflict, id, state, kind, frame, form, authors)
    }
    let content: HTML =
      forms.isEmpty
      ? "<div class=\"note good\"><p>Hier ist nichts mehr abzustimmen.</p></div>" : forms.joined()
    return frame.response(
      "Abstimmen: \(title)",
      """
      <p class="crumbs"><a href="/desk">Meine Einträge</a> › \
      <a href="/desk/items/\(id.description)">\(title)</a></p>
      <h1>Fassungen abstimmen</h1>
      \(note)
      \(content)
      """,
      status: status)
  }

  private func settleForm(
    _ conflict: Conflict, _ id: ItemID, _ state: ItemState, _ kind: ItemKind, _ frame: DeskFrame,
    _ posted: PostedForm, _ authors: [Dot: String]
  ) -> HTML {
    let isBack = posted["field"] == conflict.field
    let sides: [HTML] = conflict.survivors.enumerated().map { index, survivor in
      let mark: HTML = isBack && posted["choice"] == survivor.dot.description ? " checked" : ""
      let look: HTML = index == 0 ? " now" : ""
      let shown: HTML? =
        index == 0 ? "<span class=\"badge running\">zurzeit öffentlich</span>" : nil
      return """
        <div class="side\(look)"><div class="meta"><b>\(region.label(survivor.dot.site))</b>\
        <span>\(authors[survivor.dot] ?? "")</span>\
        <span>\(BerlinTime.stamp(survivor.at))</span>\(shown)</div>
        \(DeskSite.shown(survivor.value, field: conflict.field, kind: kind))
        <label><input type="radio" name="choice" value="\(survivor.dot.description)"\(mark)> \
        Diese Fassung nehmen</label></div>

        """
    }
    return """
      <section><h2>\(Texts.fieldName(conflict.field))</h2>
      <form class="form" method="post" action="/desk/items/\(id.description)/settle">
      \(frame.token)<input type="hidden" name="field" value="\(conflict.field)">
      <input type="hidden" name="context" value="\(state.screen.text)">
      <div class="sides">\(sides)</div>
      \(ownText(conflict, state, kind, isBack ? posted : nil))
      <div class="acts"><button type="submit">Abstimmen</button></div></form></section>

      """
  }

  /// The third way: a text of one's own, beginning with what is public.
  private func ownText(
    _ conflict: Conflict, _ state: ItemState, _ kind: ItemKind, _ posted: PostedForm?
  ) -> HTML? {
    guard let field = DeskField.named(conflict.field, of: kind) else { return nil }
    let inputs = posted.map(field.inputs) ?? state.value(field.name).map(field.fill) ?? [:]
    let mark: HTML = posted?["choice"] == "own" ? " checked" : ""
    return """
      <div class="side"><label><input type="radio" name="choice" value="own"\(mark)> \
      Eigene Fassung</label>
      \(DeskInputs(field: field, inputs: inputs).content)</div>

      """
  }

  /// A value for people: the inputs' texts, or the canonical text of what no form shows.
  static func shown(_ value: FieldValue?, field: String, kind: ItemKind) -> HTML {
    guard let value, value != .null else { return "<p><i>leer</i></p>" }
    guard let known = DeskField.named(field, of: kind) else {
      return "<pre>\(value.text ?? value.canonicalText)</pre>"
    }
    return shown(known.fill(value), known)
  }

  /// The inputs of a field for people.
  static func shown(_ inputs: DeskField.Inputs, _ field: DeskField) -> HTML {
    let lines: [HTML] = field.controls.compactMap { control in
      let text = (inputs[control.key] ?? []).map { DeskSite.word($0, control) }
        .joined(separator: ", ")
      guard !text.isEmpty else { return nil }
      return field.controls.count == 1
        ? "<pre>\(text)</pre>" : "<p><small>\(control.label)</small><br>\(text)</p>"
    }
    return lines.isEmpty ? "<p><i>leer</i></p>" : lines.joined()
  }

  /// What an input's value is called.
  private static func word(_ value: String, _ control: Control) -> String {
    switch control.look {
    case .choice(let all), .checks(let all): all.first { $0.code == value }?.label ?? value
    case .tick: value.isEmpty ? "" : "ja"
    default: value
    }
  }

  func settle(_ request: Request, _ visit: DeskVisit, _ form: PostedForm) throws -> Answer? {
    guard let (id, state, kind) = try item(request), let field = form["field"],
      FieldName.isValid(field), let context = form["context"].flatMap({ Context(text: $0) }),
      try holds(context)
    else { return nil }
    let frame = frame(visit)
    func again(_ message: String) throws -> Answer {
      .now(try settlePage(id, state, kind, frame, message: message, form: form, status: 422))
    }
    guard rights(state).allow([field]) else { return try again(DeskSite.words(for: .noRight)) }
    guard let choice = form["choice"] else { return try again("Bitte wählen Sie eine Fassung.") }
    let value: FieldValue?
    if choice == "own" {
      let known = DeskField.named(field, of: kind)
      value = known.map { $0.read($0.inputs(in: form), state.value(field)) }
    } else {
      // From the log, since a survivor may have been replaced since the page was made.
      let event = try reads.history(id).first { $0.event.dot.description == choice }?.event
      value = event?.value(field)
    }
    guard let value, FieldRules.accept(value, in: field, of: kind) else {
      return try again(
        DeskField.named(field, of: kind)?.complaint ?? "Diese Fassung gibt es nicht mehr.")
    }
    let draft = EventDraft(
      type: "conflict.settled", item: id, context: context, by: visit.user.pseudonym,
      writes: [.init(field, value)])
    return write(draft, to: "/desk/items/\(id)?ok=1") { message in
      frame.response(
        "Nicht abgestimmt",
        """
        <h1>Nicht abgestimmt</h1><div class="note stop" role="alert"><p>\(message)</p></div>
        <p><a href="/desk/items/\(id.description)/settle">Zurück</a></p>
        """, status: 422)
    }
  }
}
