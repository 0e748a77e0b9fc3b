// What can be done with an item besides editing: withdraw, restore, move or cancel a date; and the
// way from a panel's form to its events. Each action has an event type of its own. What publishers
// do together stands in `DeskShared.swift`, what the Kreis does in `DeskKreis.swift`.

import Catalogue
import Desk
import Events
import HTTP

/// One event of an action before it is a draft.
struct DeskEvent {
  let type: String
  let writes: [EventDraft.Write]
  /// False where the event before it in the same action gives the right.
  var isChecked = true
}

/// Why an action cannot be done, in words for its page.
struct DeskObjection: Error {
  let text: String
}

/// The panels below an item, each with its form.
struct DeskActions: Sendable {
  let region: Region
  let frame: DeskFrame
  let id: ItemID
  let state: ItemState
  let rights: EditRights
  /// Who belongs to the region.
  let membership: Membership

  var panels: HTML {
    guard frame.visit.user.role >= .releaser else { return .nothing }
    var panels: [HTML] = []
    if rights.isEditor && state.kind == .date && !state.isWithdrawn { panels += dates }
    if state.kind == .project { panels += shared }
    if rights.isLead {
      if state.mergedInto != nil { panels.append(separate) }
      panels.append(state.isWithdrawn ? restore : withdraw)
    }
    if frame.site == region.kreis { panels += ofKreis }
    return panels.joined()
  }

  func panel(
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

  private var separate: HTML {
    panel(
      "Zusammenführung aufheben", "separate", "Wieder getrennt zeigen",
      "<p>Der Eintrag erscheint wieder unter seiner eigenen Adresse und in den Listen.</p>")
  }

  /// A box that has to be ticked before something grave is done.
  static func confirmation(_ words: HTML) -> HTML {
    """
    <div class="checks"><label><input type="checkbox" name="sure" value="1" required> \
    \(words)</label></div>
    """
  }
}

extension DeskSite {
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
      guard let events = try events(action, id, state, form) else { return nil }
      let blocked = state.conflicts.map(\.field)
      if let field = events.flatMap(\.writes).map(\.name).first(where: blocked.contains) {
        // The page shows one of the versions only, so it can replace none of the others.
        throw DeskObjection(
          text: """
            \(Texts.fieldName(field)): Hier stehen mehrere Fassungen nebeneinander. Bitte zuerst \
            abstimmen.
            """)
      }
      for event in events where event.isChecked {
        guard rights(state).allow(event.writes.map(\.name)) else {
          throw DeskObjection(text: DeskSite.words(for: .noRight))
        }
      }
      let drafts = events.map {
        EventDraft(
          type: $0.type, item: id, context: context, by: visit.user.pseudonym, writes: $0.writes)
      }
      let refused = "Es wurde nichts geändert."
      return write(drafts, to: "/desk/items/\(id)?ok=1") { message in
        frame.response(
          refused,
          """
          <h1>\(refused)</h1><div class="note stop" role="alert"><p>\(message)</p></div>
          <p><a href="/desk/items/\(id.description)">Zurück zum Eintrag</a></p>
          """, status: 422)
      }
    } catch let objection as DeskObjection {
      return .now(try page(objection.text))
    }
  }

  /// The events of an action; nil for an action that there is not.
  private func events(
    _ action: String, _ id: ItemID, _ state: ItemState, _ form: PostedForm
  ) throws -> [DeskEvent]? {
    switch action {
    case "withdraw":
      guard let reason = form.text("reason") else {
        throw DeskObjection(text: "Bitte nennen Sie einen Grund.")
      }
      return [
        DeskEvent(
          type: "item.withdrawn",
          writes: [.init("state", "withdrawn"), .init("stateReason", .string(reason))])
      ]
    case "restore":
      return [
        DeskEvent(
          type: "item.restored",
          writes: [.init("state", "published"), .init("stateReason", .null)])
      ]
    case "cancel", "postpone", "reschedule":
      guard state.kind == .date else { return nil }
      return [try dateEvent(action, state, form)]
    case "merge", "separate": return [try mergeEvent(action, id, state, form)]
    default: return try sharedEvents(action, state, form) ?? kreisEvents(action, state, form)
    }
  }

  /// The panels of an item for this house.
  func actions(_ id: ItemID, _ state: ItemState, _ frame: DeskFrame) throws -> DeskActions {
    DeskActions(
      region: region, frame: frame, id: id, state: state, rights: rights(state),
      membership: try reads.region.membership())
  }

  /// Grave actions are done only with their box ticked.
  func requireConfirmation(_ form: PostedForm) throws {
    guard form["sure"] == "1" else {
      throw DeskObjection(
        text: "Bitte bestätigen Sie mit dem Häkchen, dass Sie das wirklich möchten.")
    }
  }

  private func dateEvent(
    _ action: String, _ state: ItemState, _ form: PostedForm
  ) throws -> DeskEvent {
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
      return DeskEvent(
        type: "date.cancelled", writes: [.init("schedule", schedule("cancelled", moved))])
    case "postpone":
      return DeskEvent(
        type: "date.postponed", writes: [.init("schedule", schedule("postponed", old))])
    default:
      let value = DeskField.when.read(DeskField.when.inputs(in: form), state.when)
      guard value != .null, FieldRules.accept(value, in: "when", of: .date) else {
        throw DeskObjection(text: DeskField.when.complaint)
      }
      return DeskEvent(
        type: "date.rescheduled",
        writes: [.init("schedule", schedule("rescheduled", old)), .init("when", value)])
    }
  }
}
