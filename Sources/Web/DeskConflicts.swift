// Settling a conflict: all survivors side by side with what they began from, one is taken or an own
// text written, which begins with both changes put together. The context of the event covers all
// survivors that were on the screen, and only those. Protocols/http-api.md §4.

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
    let note: HTML? = message.map {
      "<div class=\"note stop\" role=\"alert\"><p>\($0)</p></div>"
    }
    let history = try reads.history(id)
    var steps = TextDiff.usualSteps
    let mayWrite = rights(state)
    let forms: [HTML] = state.conflicts.map { conflict in
      let view = ConflictView(
        conflict: conflict, state: state, values: DeskValues(region: region, kind: kind),
        author: author(_:of:), history: history, posted: form)
      return view.form(
        id, frame, mayWrite: mayWrite.allow([conflict.field]), steps: &steps)
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

  /// `POST /desk/items/:id/settle`: one event, or as many as the survivors need.
  func settle(_ request: Request, _ visit: DeskVisit, _ form: PostedForm) throws -> Answer? {
    guard let (id, state, kind) = try item(request), let field = form["field"],
      FieldName.isValid(field), let contexts = try contexts(form)
    else { return nil }
    let frame = frame(visit)
    func again(_ message: String) throws -> Answer {
      .now(try settlePage(id, state, kind, frame, message: message, form: form, status: 422))
    }
    guard rights(state).allow([field]) else { return try again(DeskSite.words(for: .noRight)) }
    guard let choice = form["choice"] else { return try again("Bitte wählen Sie eine Fassung.") }
    let value: FieldValue?
    var others: [EventDraft.Write] = []
    if choice == "own" {
      let known = DeskField.named(field, of: kind)
      value = known.map { $0.read($0.inputs(in: form), state.value(field)) }
    } else {
      // From the log, since a survivor may have been replaced since the page was made.
      let event = try reads.history(id).first { $0.event.dot.description == choice }?.event
      value = event?.value(field)
      if field == "kreis/hidden", value != .null, let reason = event?.value("kreis/hiddenReason") {
        // Hiding needs its reason in the same event.
        others.append(.init("kreis/hiddenReason", reason))
      }
    }
    guard let value, FieldRules.accept(value, in: field, of: kind) else {
      return try again(
        DeskField.named(field, of: kind)?.complaint ?? "Diese Fassung gibt es nicht mehr.")
    }
    let drafts = contexts.map { context in
      EventDraft(
        type: "conflict.settled", item: id, context: context, by: visit.user.pseudonym,
        writes: [.init(field, value)] + others)
    }
    return write(drafts, to: "/desk/items/\(id)?ok=1") { message in
      frame.response(
        "Nicht abgestimmt",
        """
        <h1>Nicht abgestimmt</h1><div class="note stop" role="alert"><p>\(message)</p></div>
        <p><a href="/desk/items/\(id.description)/settle">Zurück</a></p>
        """, status: 422)
    }
  }

  /// What was on the screen, one context an event; nil for what no page of ours sends.
  private func contexts(_ form: PostedForm) throws -> [Context]? {
    let texts = form.values["context"] ?? []
    let contexts = texts.compactMap { Context(text: $0) }
    guard !contexts.isEmpty, contexts.count == texts.count,
      contexts.count <= ConflictView.maximumEvents, try contexts.allSatisfy(holds)
    else { return nil }
    return contexts
  }
}

/// One field in conflict on the page.
struct ConflictView {
  let conflict: Conflict
  let state: ItemState
  let values: DeskValues
  let author: (_ pseudonym: String?, _ site: SiteID) -> String
  let history: [LoggedEvent]
  /// What was sent, where the page is shown again.
  let posted: PostedForm

  /// One settling covers so many times the exceptions of a context; beyond it people settle again.
  static let maximumEvents = 16

  /// Texts that are put together; of more than these a person reads each.
  private static let mergedSides = 8

  private var field: String { conflict.field }
  private var region: Region { values.region }
  private var isBack: Bool { posted["field"] == field }

  // MARK: - What a settling replaces

  /// The contexts of the events that replace the survivors on the screen. One covers them all,
  /// unless an own event beside them is void: then they are named dot by dot, so many an event.
  static func contexts(of field: String, in state: ItemState) -> [Context] {
    let screen = state.screen
    let dots = state.survivors(field).map(\.dot)
    if dots.allSatisfy(screen.contains) { return [screen] }
    let beyond = dots.filter { !screen.seen.covers($0) }
    var contexts: [Context] = []
    for start in stride(from: 0, to: beyond.count, by: Context.maximumExceptions) {
      let some = beyond[start..<min(start + Context.maximumExceptions, beyond.count)]
      contexts.append(Context(seen: screen.seen, dots: some))
    }
    return Array(contexts.prefix(maximumEvents))
  }

  // MARK: - Page

  /// The form; without its buttons for who may only look.
  func form(_ id: ItemID, _ frame: DeskFrame, mayWrite: Bool, steps: inout Int) -> HTML {
    let ancestor = FieldPast(field, in: history).ancestor(of: conflict.survivors.map(\.dot))
    let old = ancestor.map { values.text($0.value(field), field: field) }
    var sides: [HTML] = []
    for index in conflict.survivors.indices {
      sides.append(side(index, over: old, mayWrite: mayWrite, steps: &steps))
    }
    let contexts = ConflictView.contexts(of: field, in: state)
    let hidden: [HTML] = contexts.map {
      "<input type=\"hidden\" name=\"context\" value=\"\($0.text)\">\n"
    }
    let several: HTML? =
      contexts.count > 1
      ? """
      <p class="note">Hier stehen so viele Fassungen, dass die Abstimmung in \(contexts.count) \
      Schritten gespeichert wird. Im Verlauf sehen Sie jeden davon.</p>
      """ : nil
    let acts: HTML =
      mayWrite
      ? """
      \(own(over: ancestor))
      <div class="acts"><button type="submit">Abstimmen</button></div>
      """
      : "<p class=\"note\">Abstimmen kann, wer den Eintrag bearbeiten darf.</p>"
    return """
      <section><h2>\(values.name(field))</h2>
      <form class="form wide" method="post" action="/desk/items/\(id.description)/settle">
      \(frame.token)<input type="hidden" name="field" value="\(field)">
      \(hidden)\(several)\(before(ancestor))
      <div class="sides">\(sides)</div>
      \(acts)</form></section>

      """
  }

  private func before(_ ancestor: Event?) -> HTML {
    guard let ancestor else {
      return "<p class=\"meta\">Eine gemeinsame Fassung davor gibt es nicht.</p>"
    }
    let text = values.text(ancestor.value(field), field: field)
    return """
      <div class="side before"><div class="meta"><b>Gemeinsame Fassung davor</b>\
      <span>\(region.label(ancestor.dot.site))</span>\
      <span>\(BerlinTime.stamp(ancestor.reissues?.at ?? ancestor.at))</span></div>
      \(DeskValues.whole(text))</div>
      """
  }

  private func side(
    _ index: Int, over old: String?, mayWrite: Bool, steps: inout Int
  ) -> HTML {
    let survivor = conflict.survivors[index]
    let text = values.text(survivor.value, field: field)
    let by = history.first { $0.event.dot == survivor.dot }?.event.by
    let mark: HTML = isBack && posted["choice"] == survivor.dot.description ? " checked" : ""
    let look: HTML = index == 0 ? " now" : ""
    let shown: HTML? =
      index == 0 ? "<span class=\"badge running\">zurzeit öffentlich</span>" : nil
    let content =
      old.map { DeskValues.changes(from: $0, to: text, steps: &steps) } ?? DeskValues.whole(text)
    let full: HTML? =
      old == nil || old == text || text.isEmpty
      ? nil : "<details><summary>Ganze Fassung</summary>\(DeskValues.whole(text))</details>"
    let choice: HTML? =
      mayWrite
      ? """
      <label><input type="radio" name="choice" value="\(survivor.dot.description)"\(mark)> \
      Diese Fassung nehmen</label>
      """ : nil
    return """
      <div class="side\(look)"><div class="meta"><b>\(region.label(survivor.dot.site))</b>\
      <span>\(author(by, survivor.dot.site))</span>\
      <span>\(BerlinTime.stamp(survivor.at))</span>\(shown)</div>
      \(content)\(full)
      \(choice)</div>

      """
  }

  /// The third way: a text of one's own. It begins with all changes put together where they do not
  /// meet, and where they do with what is public.
  private func own(over ancestor: Event?) -> HTML? {
    guard let known = DeskField.named(field, of: values.kind) else { return nil }
    let old = ancestor?.value(field)
    let merge = merged(over: old) ?? joined(over: old)
    let start = merge?.value ?? state.value(field)
    let inputs = isBack ? known.inputs(in: posted) : start.map(known.fill) ?? [:]
    let mark: HTML = isBack && posted["choice"] == "own" ? " checked" : ""
    return """
      <div class="side"><label><input type="radio" name="choice" value="own"\(mark)> \
      Eigene Fassung</label>
      \(merge?.note)\(DeskInputs(field: known, inputs: inputs).content)</div>

      """
  }

  /// True if the field can have several paragraphs; a code or a title is taken whole.
  private var isProse: Bool {
    guard case .text? = DeskField.named(field, of: values.kind)?.controls.first?.look else {
      return false
    }
    return true
  }

  private typealias Prepared = (value: FieldValue, note: HTML)

  /// The changes of all survivors put together, for fields that are lists of words: what one took
  /// out is out, what one added is in.
  private func joined(over old: FieldValue?) -> Prepared? {
    func words(_ value: FieldValue?) -> [String]? {
      guard let elements = value?.elements else { return nil }
      let texts = elements.compactMap(\.text)
      return texts.count == elements.count ? texts : nil
    }
    let lists = conflict.survivors.compactMap { words($0.value) }
    guard let before = words(old), lists.count == conflict.survivors.count else { return nil }
    var all = before.filter { word in lists.allSatisfy { $0.contains(word) } }
    for word in lists.joined() where !before.contains(word) && !all.contains(word) {
      all.append(word)
    }
    let value = FieldValue.array(all.map { .string($0) })
    guard FieldRules.accept(value, in: field, of: values.kind) else { return nil }
    return (
      value,
      "<p class=\"note good\">Hier steht schon, was alle zusammen geändert haben.</p>"
    )
  }

  /// The changes of all survivors put together, for fields that are one text.
  private func merged(over old: FieldValue?) -> Prepared? {
    guard isProse, conflict.survivors.count <= ConflictView.mergedSides, let old = old?.text,
      let first = conflict.survivors.first?.value?.text
    else {
      return nil
    }
    var text = first
    var meetings: [HTML] = []
    for survivor in conflict.survivors.dropFirst() {
      // A cleared field is no text to be put together with.
      guard let other = survivor.value?.text else { return nil }
      let merge = TextMerge(ancestor: old, left: text, right: other)
      for case .conflict(_, let left, let right) in merge.parts {
        meetings.append(
          """
          <li><div class="diff">\(left)</div>\
          <p><small>\(region.label(survivor.dot.site)) schreibt:</small></p>\
          <div class="diff">\(right)</div></li>

          """)
      }
      text = merge.text(taking: .left)
    }
    let note: HTML =
      meetings.isEmpty
      ? """
      <p class="note good">Die Änderungen betreffen verschiedene Absätze. Hier stehen sie schon \
      zusammen; bitte noch einmal lesen.</p>
      """
      : """
      <div class="note warn"><p>Denselben Absatz haben mehrere geändert. Im Feld steht dort die \
      Fassung, die zurzeit öffentlich ist; alle anderen Änderungen sind eingearbeitet. \
      Strittig:</p><ul>\(meetings)</ul></div>
      """
    return (.string(text), note)
  }
}
