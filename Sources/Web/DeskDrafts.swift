// Drafts at the desk: begin one, type into it, meet others in it. The way to its release is in
// DeskRelease.swift.

import Catalogue
import Desk
import EventLog
import Events
import HTTP
import Views

extension DeskSite {
  /// How the pages of a draft are told apart.
  private static let pageNameDigits = 8

  // MARK: - Beginning

  /// `POST /desk/new/:kind`.
  func beginNew(_ request: Request, _ visit: DeskVisit, _ form: PostedForm) throws -> Answer? {
    guard let kind = request.parameter("kind").flatMap({ ItemKind(rawValue: $0) }) else {
      return nil
    }
    return try begin(port.newItem(), kind, nil, visit)
  }

  /// `POST /desk/items/:id/edit`: the house's draft of the item, or a new one.
  func beginEdit(_ request: Request, _ visit: DeskVisit, _ form: PostedForm) throws -> Answer? {
    guard let (id, state, kind) = try item(request) else { return nil }
    guard rights(state).isEditor else {
      return .now(
        try itemPage(
          id, state, kind, frame(visit), problem(DeskSite.words(for: .noRight)), status: 422))
    }
    return try begin(id, kind, state, visit)
  }

  private func begin(
    _ item: ItemID, _ kind: ItemKind, _ state: ItemState?, _ visit: DeskVisit
  ) throws -> Answer {
    let (inputs, marks) = DeskForm.beginning(kind, state)
    var random = SystemRandom()
    let draft = try store.add(
      Draft(
        id: DraftID(using: &random), item: item, kind: kind.rawValue, isNew: state == nil,
        context: state?.screen ?? .empty, marks: marks, inputs: inputs,
        by: visit.user.pseudonym, now: now()))
    return .now(.redirect(to: DeskSite.address(draft.id)))
  }

  static func address(_ id: DraftID) -> String { "/desk/drafts/\(id)" }

  // MARK: - The page

  /// A draft with its item as it stands; nil for none.
  func draft(_ request: Request) throws -> (draft: Draft, state: ItemState?)? {
    guard let id = request.parameter("id").flatMap({ DraftID($0) }), let draft = try store.draft(id)
    else { return nil }
    return (draft, draft.isNew ? nil : try reads.state(draft.item))
  }

  /// `GET /desk/drafts/:id`; with `pruefen` it shows what is wrong.
  func draftPage(_ request: Request, _ frame: DeskFrame) throws -> Response? {
    guard let (draft, state) = try draft(request), var form = DeskForm(draft, state: state) else {
      return nil
    }
    if request.query("pruefen") != nil { _ = form.text(over: state) }
    var message: HTML?
    if let saved = request.query("ok") {
      message = """
        <div class="note good" role="status"><p>\(saved == "neu" ? "Auf dem neuen Stand." : "Gespeichert.")\
        </p></div>
        """
    }
    return try draftPage(draft, state, form, frame, message)
  }

  func draftPage(
    _ draft: Draft, _ state: ItemState?, _ form: DeskForm, _ frame: DeskFrame, _ message: HTML?,
    status: Int = 200
  ) throws -> Response {
    if draft.step == .releasing { return frame.response("Wird freigegeben", waiting(draft)) }
    let title = DeskSite.title(of: draft)
    let target = DeskSite.address(draft.id)
    let wantsFourEyes = try store.wantsFourEyes()
    let release: HTML? =
      mayRelease(frame.visit) && !wantsFourEyes
      ? "<button type=\"submit\" name=\"do\" value=\"release\">Veröffentlichen</button>" : nil
    let old = draft.inputs["f.title.v"]?.first ?? ""
    return frame.response(
      title,
      """
      <p class="crumbs"><a href="/desk">Meine Einträge</a> › Entwurf</p>
      <h1>\(title)</h1>
      \(message)
      \(try standing(draft))
      \(staleness(draft, state, frame))
      <form class="form" id="draft" method="post" action="\(target)" novalidate \
      data-draft="\(draft.id.description)">
      \(frame.token)<input type="hidden" name="page" value="\(DeskSite.pageName())">
      \(form.content(linkKey: DeskSite.pageName()))
      <div class="foot"><p class="saved meta" id="saved" role="status" aria-live="polite">Zuletzt gesichert: \
      \(BerlinTime.stamp(draft.changed))</p>
      <div class="acts">\(release)\
      <button class="quiet" type="submit" name="do" value="preview">Vorschau und Freigabe</button>\
      <button class="quiet" type="submit" name="do" value="save">Entwurf sichern</button></div></div>
      </form>
      <details class="panel"><summary>Entwurf verwerfen</summary>
      <form class="form" method="post" action="\(target)/discard">\(frame.token)
      <p>Der Entwurf \(old.isEmpty ? "" : "„\(old)“") wird gelöscht. Was veröffentlicht ist, bleibt, \
      wie es ist.</p>
      <div class="acts"><button class="stop" type="submit">Endgültig verwerfen</button></div></form>
      </details>
      """,
      status: status, script: Assets.draftScript)
  }

  static func title(of draft: Draft) -> String {
    let typed = (draft.inputs["f.title.v"]?.first ?? "").trimmed
    if !typed.isEmpty { return draft.isNew ? typed : "\(typed) bearbeiten" }
    return "\(Texts.kind(draft.kind)) ohne Titel"
  }

  private static func pageName() -> String {
    var random = SystemRandom()
    let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789")
    // The alphabet is not empty, so there always is an element.
    return String(
      (0..<pageNameDigits).map { _ in letters[Int.random(in: 0..<letters.count, using: &random)] })
  }

  private func waiting(_ draft: Draft) -> HTML {
    """
    <h1>Wird gerade freigegeben</h1>
    <p class="lead">Der Text steht fest und wird eingetragen. \
    <a href="/desk/items/\(draft.item.description)">Zum Eintrag</a></p>
    """
  }

  /// Who has said what, and how far the draft is.
  private func standing(_ draft: Draft) throws -> [HTML] {
    var notes: [HTML] = []
    if let remark = draft.remark {
      let who: HTML? = remark.by.map { "<b>\(name(of: $0)):</b> " }
      notes.append("<div class=\"note\"><p>\(who)\(remark.text)</p></div>")
    }
    let ends: HTML = "Wenn Sie hier etwas ändern, ist das hinfällig und wird neu erbeten."
    switch draft.step {
    case .review:
      notes.append(
        """
        <div class="note warn"><p><b>Zur Freigabe gegeben</b> von \
        \(name(of: draft.submitter ?? "")). \(ends)</p></div>
        """)
    case .scheduled:
      notes.append(
        """
        <div class="note warn"><p><b>Freigegeben für \(draft.due.map(BerlinTime.stamp) ?? "sofort")</b> \
        von \(name(of: draft.releaser ?? "")). \(ends)</p></div>
        """)
    case .open, .releasing: break
    }
    return notes
  }

  /// What changed in the item since the edit began. Nothing is overwritten unless somebody has both
  /// versions on the screen.
  private func staleness(_ draft: Draft, _ state: ItemState?, _ frame: DeskFrame) -> HTML? {
    guard let state, let kind = state.kind else { return nil }
    let changed = state.registers.filter { register in
      register.survivors.contains { !draft.context.contains($0.dot) }
    }
    guard !changed.isEmpty else { return nil }
    let sides: [HTML] = changed.map { register in
      let value = state.value(register.field)
      let sites = Set(register.survivors.map(\.dot.site)).sorted().map(region.label)
      return """
        <div class="side"><p class="meta"><b>\(Texts.fieldName(register.field))</b> \
        <span>\(sites.joined(separator: ", "))</span></p>\
        \(DeskSite.shown(value, field: register.field, kind: kind))</div>
        """
    }
    return """
      <div class="note warn"><p><b>Der Eintrag wurde inzwischen geändert.</b> Ihr Entwurf beginnt \
      beim früheren Stand. Geben Sie ihn so frei, bleiben beide Fassungen erhalten und werden \
      abgestimmt. Oder Sie übernehmen den neuen Stand: Was Sie selbst geändert haben, bleibt.</p>
      <div class="sides">\(sides)</div>
      <form class="form" method="post" action="\(DeskSite.address(draft.id))/rebase">\(frame.token)\
      <input type="hidden" name="context" value="\(state.screen.text)">
      <div class="acts"><button class="quiet" type="submit">Neuen Stand übernehmen</button></div>\
      </form></div>
      """
  }

  // MARK: - Typing

  private func hand(_ visit: DeskVisit, _ posted: PostedForm) -> Draft.Hand {
    Draft.Hand(by: visit.user.pseudonym, page: posted["page"] ?? "", at: now())
  }

  /// `POST /desk/drafts/:id`: takes in what was typed, then does what the button says.
  func saveDraft(_ request: Request, _ visit: DeskVisit, _ posted: PostedForm) throws -> Answer? {
    guard let id = request.parameter("id").flatMap({ DraftID($0) }),
      let shown = DeskForm.shownMarks(posted), try store.draft(id) != nil
    else { return nil }
    let hand = hand(visit, posted)
    let button = posted["do"] ?? "save"
    let number = button.split(separator: "-").last.flatMap { Int($0) }
    let (draft, elsewhere) = try store.change(id) { draft in
      var elsewhere: [DeskField] = []
      try draft.write(by: hand.by, now: hand.at) { draft in
        elsewhere = DeskForm.take(posted, shown: shown, into: &draft, from: hand)
        if let number, button.hasPrefix("take-") || button.hasPrefix("drop-") {
          draft.choose(number, isTaken: button.hasPrefix("take-"), by: hand.by, now: hand.at)
        }
      }
      return elsewhere
    }
    let target = DeskSite.address(id)
    switch button {
    case "release" where elsewhere.isEmpty: return try release(draft, visit, seen: nil, due: nil)
    case "media": return .now(.redirect(to: "\(target)/media"))
    case "release", "preview": return .now(.redirect(to: "\(target)/preview"))
    default: return .now(.redirect(to: "\(target)?ok=1"))
    }
  }

  /// `POST /desk/drafts/:id/autosave`: the same for the script of the page, which reads JSON.
  func autosave(_ request: Request, _ visit: DeskVisit, _ posted: PostedForm) throws -> Response {
    guard let id = request.parameter("id").flatMap({ DraftID($0) }),
      let shown = DeskForm.shownMarks(posted)
    else { return DeskSite.saved(404, []) }
    let hand = hand(visit, posted)
    do {
      let (draft, elsewhere) = try store.change(id) { draft in
        var elsewhere: [DeskField] = []
        try draft.write(by: hand.by, now: hand.at) {
          elsewhere = DeskForm.take(posted, shown: shown, into: &$0, from: hand)
        }
        return elsewhere
      }
      guard let kind = ItemKind(rawValue: draft.kind) else { return DeskSite.saved(404, []) }
      // What the page shows in a field that changed elsewhere is what it showed before.
      let unseen = Set(elsewhere.map(\.name))
      let marks: [(String, FieldValue)] = shown.map { name, mark in
        let held = DeskField.named(name, of: kind).map {
          $0.mark(of: $0.inputs(in: PostedForm(draft.inputs)))
        }
        return (name, .string(unseen.contains(name) ? mark : held ?? mark))
      }
      return DeskSite.saved(
        200,
        [
          ("at", .string(BerlinTime.stamp(hand.at))),
          ("shown", .string(FieldValue.object(sorting: marks).canonicalText)),
          ("elsewhere", .array(elsewhere.map { .string($0.label) })),
          ("versions", .integer(Int64(draft.others.count))),
          ("step", .string(draft.step.rawValue)),
        ])
    } catch DraftError.unknown {
      return DeskSite.saved(404, [])
    } catch DraftError.isReleasing {
      return DeskSite.saved(409, [])
    }
  }

  private static func saved(_ status: Int, _ members: [(String, FieldValue)]) -> Response {
    Response.json(.object(sorting: members), status: status).with("Cache-Control", "no-store")
  }

  /// `POST /desk/drafts/:id/rebase`: the draft begins at what is on the screen now. Fields that
  /// nobody changed here take the item's value, the others stay as they were typed.
  func rebase(_ request: Request, _ visit: DeskVisit, _ posted: PostedForm) throws -> Answer? {
    guard let (draft, state) = try draft(request), let state, let kind = state.kind,
      let screen = posted["context"]
    else { return nil }
    let target = DeskSite.address(draft.id)
    guard state.screen.text == screen else { return .now(.redirect(to: target)) }
    let (inputs, marks) = DeskForm.beginning(kind, state)
    try store.change(draft.id) { draft in
      try draft.write(by: visit.user.pseudonym, now: now()) { draft in
        let old = draft
        draft.context = state.screen
        draft.marks = marks
        for name in marks.keys {
          guard let field = DeskField.named(name, of: kind) else { continue }
          let held = field.mark(of: field.inputs(in: PostedForm(old.inputs)))
          guard held == old.marks[name] ?? field.mark(of: [:]) else { continue }
          let fresh = field.inputs(in: PostedForm(inputs))
          for (input, values) in field.named(fresh) {
            draft.inputs[input] = values.isEmpty ? nil : values
          }
        }
      }
    }
    return .now(.redirect(to: "\(target)?ok=neu"))
  }

  /// `POST /desk/drafts/:id/discard`.
  func discard(_ request: Request, _ visit: DeskVisit, _ posted: PostedForm) throws -> Answer? {
    guard let (draft, _) = try draft(request) else { return nil }
    guard draft.step != .releasing else { return .now(.redirect(to: DeskSite.address(draft.id))) }
    try store.remove(draft.id)
    port.plansChanged()
    return .now(.redirect(to: draft.isNew ? "/desk" : "/desk/items/\(draft.item)"))
  }

  // MARK: - The list

  /// The house's drafts, those first that wait for somebody.
  func draftList(_ visit: DeskVisit) throws -> HTML? {
    let drafts = try store.drafts()
    guard !drafts.isEmpty else { return nil }
    let sorted = drafts.filter { $0.step == .review } + drafts.filter { $0.step != .review }
    return """
      <section><h2>Entwürfe</h2>
      \(DeskFrame.table("Entwürfe", DeskSite.columns, sorted.map(line)))</section>
      """
  }

  private func line(_ draft: Draft) -> HTML {
    let step: HTML =
      switch draft.step {
      case .open where draft.remark != nil: "<span class=\"badge open\">Mit Hinweis</span>"
      case .open: "In Arbeit"
      case .review: "<span class=\"badge open\">Wartet auf Freigabe</span>"
      case .scheduled:
        "<span class=\"badge planned\">Freigabe \(draft.due.map(BerlinTime.stamp) ?? "")</span>"
      case .releasing: "Wird freigegeben"
      }
    let page = draft.step == .review || draft.step == .scheduled ? "/preview" : ""
    let who = draft.writers.map(name).joined(separator: ", ")
    return """
      <tr><td><a href="\(DeskSite.address(draft.id))\(page)">\(DeskSite.title(of: draft))</a><br>\
      <small>\(who)</small></td><td>\(Texts.kind(draft.kind))</td><td>\(step)</td>\
      <td>\(BerlinTime.stamp(draft.changed))</td></tr>

      """
  }
}
