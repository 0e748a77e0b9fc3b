// What can be done with an item besides editing: withdraw, restore, move or cancel a date, invite a
// site, take part. Each is one event of its own type.

import Catalogue
import Desk
import Events
import HTTP

/// The panels below an item, each with its form.
struct DeskActions: Sendable {
  let region: Region
  let frame: DeskFrame
  let id: ItemID
  let state: ItemState
  let rights: EditRights

  var panels: HTML {
    var panels: [HTML] = []
    if rights.isInvited && !rights.isLead { panels.append(join) }
    if rights.isEditor && state.kind == .date && !state.isWithdrawn { panels += dates }
    if rights.isLead && state.kind == .project { panels.append(invite) }
    if rights.isLead { panels.append(state.isWithdrawn ? restore : withdraw) }
    return panels.joined()
  }

  private func panel(
    _ title: String, _ action: String, _ button: String, _ inputs: HTML, isGrave: Bool = false
  ) -> HTML {
    let look: HTML = isGrave ? " class=\"stop\"" : ""
    return """
      <details class="panel"><summary>\(title)</summary>
      <form class="form" method="post" action="/desk/items/\(id.description)/act/\(action)">
      \(frame.token)<input type="hidden" name="context" value="\(state.screen.text)">
      \(inputs)<div class="acts"><button\(look) type="submit">\(button)</button></div></form>\
      </details>

      """
  }

  private var withdraw: HTML {
    panel(
      "Zurückziehen", "withdraw", "Zurückziehen",
      """
      <div class="row"><label for="reason">Grund<span class="hint">Er steht öffentlich auf der \
      Seite des Eintrags.</span></label>
      <input id="reason" name="reason" required></div>
      """, isGrave: true)
  }

  private var restore: HTML {
    panel(
      "Wieder veröffentlichen", "restore", "Wieder veröffentlichen",
      "<p>Der Eintrag erscheint wieder überall, so wie er zuletzt war.</p>")
  }

  private var dates: [HTML] {
    let inputs: HTML = [
      DeskInputs(field: .when, inputs: state.when.map(DeskField.when.fill) ?? [:]).content
    ].joined()
    var panels = [
      panel("Neue Zeit festlegen", "reschedule", "Neue Zeit veröffentlichen", inputs),
      panel(
        "Verschieben, neue Zeit offen", "postpone", "Als verschoben melden",
        "<p>Der Termin bleibt sichtbar und ist als verschoben gekennzeichnet.</p>"),
    ]
    if state.schedule?["state"]?.text != "cancelled" {
      panels.append(
        panel(
          "Absagen", "cancel", "Termin absagen",
          "<p>Der Termin bleibt sichtbar und ist als abgesagt gekennzeichnet.</p>", isGrave: true))
    }
    return panels
  }

  private var invite: HTML {
    let others = region.sites.filter { $0.id != frame.site && !state.isInvited($0.id) }
    let options: [HTML] = others.map {
      "<option value=\"\($0.id.description)\">\($0.label)</option>"
    }
    let open = state.invited.filter { !state.participants.contains($0) }
    let waiting: HTML? =
      open.isEmpty
      ? nil
      : "<p class=\"meta\">Eingeladen: \(open.map(region.label).joined(separator: ", "))</p>"
    return panel(
      "Beteiligte einladen", "invite", "Einladen",
      """
      \(waiting)<div class="row"><label for="site">Wer macht mit?</label>
      <select id="site" name="site" required><option value="">–</option>\(options)</select></div>
      """)
  }

  private var join: HTML {
    let own = state.value("participant/\(frame.site)")
    let field = DeskField.participant(frame.site)
    let title = own == nil ? "Einladung annehmen" : "Eigener Stand in diesem Projekt"
    return panel(
      title, "join", own == nil ? "Mitmachen" : "Speichern",
      DeskInputs(field: field, inputs: own.map(field.fill) ?? [:]).content)
  }
}

extension DeskField {
  /// A site's own entry on a shared project.
  static func participant(_ site: SiteID) -> DeskField {
    object(
      "participant/\(site)",
      [
        Control(
          key: "status", label: "Stand bei uns",
          look: .choice(ProjectStatus.allCases.map { ($0.rawValue, Texts.status($0.rawValue)) })),
        Control(key: "since", label: "Seit", look: .day),
        Control(key: "url", label: "Eigene Seite", look: .web),
        Control(key: "contact", label: "Ansprechstelle", look: .line),
      ], complaint: "Der Stand fehlt, oder die Adresse beginnt nicht mit https://")
  }
}

extension DeskSite {
  /// Why an action cannot be done, in words for its page.
  private struct Objection: Error {
    let text: String
  }

  /// `POST /desk/items/:id/act/:action`.
  func act(_ request: Request, _ visit: DeskVisit, _ form: PostedForm) throws -> Answer? {
    guard let (id, state, kind) = try item(request), let action = request.parameter("action"),
      let context = form["context"].flatMap({ Context(text: $0) }), try holds(context)
    else { return nil }
    let frame = frame(visit)
    // Made now, since the reads stay on this loop; shown only if the log refuses.
    func page(_ text: String) throws -> Response {
      let note: HTML = "<div class=\"note stop\" role=\"alert\"><p>\(text)</p></div>"
      return try itemPage(id, state, kind, frame, note, status: 422)
    }
    do {
      guard let (type, writes) = try event(action, state, form) else { return nil }
      guard rights(state).allow(writes.map(\.name)) else {
        throw Objection(text: DeskSite.words(for: .noRight))
      }
      let draft = EventDraft(
        type: type, item: id, context: context, by: visit.user.pseudonym, writes: writes)
      let refused = "Es wurde nichts geändert."
      return write(draft, to: "/desk/items/\(id)?ok=1") { message in
        frame.response(
          refused,
          """
          <h1>\(refused)</h1><div class="note stop" role="alert"><p>\(message)</p></div>
          <p><a href="/desk/items/\(id.description)">Zurück zum Eintrag</a></p>
          """, status: 422)
      }
    } catch let objection as Objection {
      return .now(try page(objection.text))
    }
  }

  /// The type and the writes of an action; nil for none that there is.
  private func event(
    _ action: String, _ state: ItemState, _ form: PostedForm
  ) throws -> (String, [EventDraft.Write])? {
    switch action {
    case "withdraw":
      guard let reason = form.text("reason") else {
        throw Objection(text: "Bitte nennen Sie einen Grund.")
      }
      return (
        "item.withdrawn", [.init("state", "withdrawn"), .init("stateReason", .string(reason))]
      )
    case "restore":
      return ("item.restored", [.init("state", "published"), .init("stateReason", .null)])
    case "cancel", "postpone", "reschedule":
      guard state.kind == .date else { return nil }
      return try dateEvent(action, state, form)
    case "invite":
      guard let name = form.text("site"), let invited = SiteID(name), region[invited] != nil else {
        throw Objection(text: "Bitte wählen Sie aus, wen Sie einladen.")
      }
      return ("item.invited", [.init("invited/\(invited)", true)])
    case "join":
      let field = DeskField.participant(site)
      let value = field.read(field.inputs(in: form), state.value(field.name))
      guard value != .null, FieldRules.accept(value, in: field.name, of: .project) else {
        throw Objection(text: field.complaint)
      }
      return ("item.joined", [.init(field.name, value)])
    default: return nil
    }
  }

  private func dateEvent(
    _ action: String, _ state: ItemState, _ form: PostedForm
  ) throws -> (String, [EventDraft.Write]) {
    let start = state.when?["start"]?.text
    // A date that was moved before keeps the time for which people had put it down first.
    let old = state.schedule?["oldStart"]?.text ?? start
    func schedule(_ word: String, _ old: String?) -> FieldValue {
      var members: [(String, FieldValue)] = [("state", .string(word))]
      if let old { members.append(("oldStart", .string(old))) }
      return .object(sorting: members)
    }
    switch action {
    case "cancel":
      let moved = state.schedule?["oldStart"]?.text
      return ("date.cancelled", [.init("schedule", schedule("cancelled", moved))])
    case "postpone":
      return ("date.postponed", [.init("schedule", schedule("postponed", old))])
    default:
      let value = DeskField.when.read(DeskField.when.inputs(in: form), state.when)
      guard value != .null, FieldRules.accept(value, in: "when", of: .date) else {
        throw Objection(text: DeskField.when.complaint)
      }
      return (
        "date.rescheduled",
        [.init("schedule", schedule("rescheduled", old)), .init("when", value)]
      )
    }
  }
}
