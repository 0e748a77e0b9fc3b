// Pages of the desk: my work, one item, its forms.

import Catalogue
import Desk
import EventLog
import Events
import HTTP
import Views

extension DeskSite {
  // MARK: - My work

  func overview(_ request: Request, _ frame: DeskFrame) throws -> Response {
    var query = ItemQuery()
    query.audience = .editors
    query.site = site
    query.order = .changedFirst
    query.limit = ListState.pageRows
    query.text = request.query("q").flatMap { $0.trimmed.isEmpty ? nil : $0.trimmed }
    let kind = request.query("art").flatMap { ItemKind(rawValue: $0) }
    query.kinds = kind.map { [$0.rawValue] } ?? []
    let number = max(1, request.query("seite").flatMap { Int($0) } ?? 1)
    query.offset = (number - 1) * ListState.pageRows
    let page = try reads.items(query, now())
    let found = Texts.count(page.total, one: "Eintrag", many: "Einträge")
    var state = ListState(path: "/desk")
    state.page = number
    return frame.response(
      Texts.desk,
      """
      <h1>Meine Einträge</h1>
      <div class="acts"><a class="button" href="/desk/new/project">Neues Projekt</a>\
      <a class="button" href="/desk/new/news">Neue Meldung</a>\
      <a class="button" href="/desk/new/date">Neuer Termin</a></div>
      \(try conflictBox())
      <form class="bigfind" action="/desk" method="get"><label class="hidden" for="q">Suchen</label>
      <input id="q" name="q" type="search" value="\(query.text ?? "")">
      <select name="art" aria-label="Art"><option value="">Alle Arten</option>
      \(ItemKind.allCases.map { option($0, kind) })</select>
      <button class="button quiet">Zeigen</button></form>
      <p class="meta">\(found), eigene und gemeinsame</p>
      <div class="scroll"><table><thead><tr><th>Titel</th><th>Art</th><th>Stand</th>\
      <th>Geändert</th></tr></thead><tbody>
      \(page.rows.map(line))</tbody></table></div>
      \(parts.pager(state, total: page.total))
      <p><a href="/desk/feedback">Rückmeldungen zur Barrierefreiheit</a></p>
      """)
  }

  private func option(_ kind: ItemKind, _ chosen: ItemKind?) -> HTML {
    let mark: HTML = kind == chosen ? " selected" : ""
    return "<option value=\"\(kind.rawValue)\"\(mark)>\(Texts.kinds(kind))</option>"
  }

  private func line(_ row: ItemRow) -> HTML {
    let shared: HTML? =
      row.lead == site ? nil : "<br><small>Federführung: \(region.label(row.lead))</small>"
    let hidden: HTML? =
      row.isHidden ? "<span class=\"badge stopped\">Vom Kreis ausgeblendet</span> " : nil
    let withdrawn: HTML? =
      row.state == "withdrawn" ? "<span class=\"badge stopped\">Zurückgezogen</span> " : nil
    let conflict: HTML? =
      row.hasConflict ? "<span class=\"badge open\">Abstimmen</span>" : nil
    return """
      <tr><td><a href="/desk/items/\(row.id.description)">\(ItemParts.title(row.title))</a>\
      \(shared)</td><td>\(Texts.kind(row.kind))</td><td>\(parts.statusBadge(row.status)) \
      \(parts.scheduleBadge(row.scheduleState)) \(withdrawn)\(hidden)\(conflict)</td>\
      <td>\(BerlinTime.stamp(row.changedAt))</td></tr>

      """
  }

  private func conflictBox() throws -> HTML? {
    let rows = try reads.conflicts(site)
    guard !rows.isEmpty else { return nil }
    let entries: [HTML] = rows.prefix(ListState.pageRows).map { row in
      let who = row.sites.map(region.label).joined(separator: ", ")
      return """
        <li><a href="/desk/items/\(row.item.description)/settle">\
        \(ItemParts.title(row.title))</a>: \(Texts.fieldName(row.field)) \
        <small>(\(who))</small></li>

        """
    }
    return """
      <div class="note warn"><p><b>\(Texts.count(rows.count, one: "Angabe", many: "Angaben")) \
      abzustimmen:</b> Mehrere haben gleichzeitig Verschiedenes geschrieben.</p>
      <ul>\(entries)</ul></div>
      """
  }

  // MARK: - One item

  /// The item of the address with what the desk knows of it.
  func item(_ request: Request) throws -> (id: ItemID, state: ItemState, kind: ItemKind)? {
    guard let id = request.parameter("id").flatMap({ ItemID($0) }),
      let state = try reads.state(id), let kind = state.kind
    else { return nil }
    return (id, state, kind)
  }

  func itemPage(_ request: Request, _ frame: DeskFrame) throws -> Response? {
    guard let (id, state, kind) = try item(request) else { return nil }
    let message: HTML? =
      request.query("ok") != nil
      ? "<div class=\"note good\" role=\"status\"><p>Gespeichert.</p></div>" : nil
    return try itemPage(id, state, kind, frame, message, status: 200)
  }

  func itemPage(
    _ id: ItemID, _ state: ItemState, _ kind: ItemKind, _ frame: DeskFrame, _ message: HTML?,
    status: Int
  ) throws -> Response {
    let history = try reads.history(id)
    let rights = rights(state)
    let edit: HTML? =
      rights.isEditor
      ? "<a class=\"button\" href=\"/desk/items/\(id.description)/edit\">Bearbeiten</a>" : nil
    let title = ItemParts.title(state.title)
    return frame.response(
      title,
      """
      <p class="crumbs"><a href="/desk">Meine Einträge</a> › \(Texts.kind(kind.rawValue))</p>
      <h1>\(title)</h1>
      \(message)
      \(ItemDetail(region: region, state: state, id: id).meta)
      \(warnings(id, state))
      <div class="acts">\(edit)<a class="button quiet" \
      href="\(Address.item(id, kind: kind.rawValue))">Öffentliche Seite</a></div>
      \(DeskActions(region: region, frame: frame, id: id, state: state, rights: rights).panels)
      <section><h2>Verlauf</h2>
      <div class="scroll"><table><thead><tr><th>Wann</th><th>Was</th><th>Wer</th><th>Wirkung</th>\
      </tr></thead><tbody>
      \(history.reversed().map(historyLine))</tbody></table></div></section>
      """,
      status: status)
  }

  private func warnings(_ id: ItemID, _ state: ItemState) -> [HTML] {
    var notes: [HTML] = []
    if state.hasConflict {
      let names = state.conflicts.map { Texts.fieldName($0.field) }.joined(separator: ", ")
      notes.append(
        """
        <div class="note warn"><p><b>Abzustimmen: \(names).</b> Mehrere haben gleichzeitig \
        Verschiedenes geschrieben; keine Fassung ging verloren. \
        <a href="/desk/items/\(id.description)/settle">Fassungen vergleichen</a></p></div>
        """)
    }
    if state.isWithdrawn {
      notes.append(
        """
        <div class="note stop"><p><b>Zurückgezogen.</b> \(state.text("stateReason") ?? "")</p></div>
        """)
    }
    if state.isHidden {
      notes.append(
        """
        <div class="note stop"><p><b>Vom Kreis ausgeblendet.</b> \
        \(state.text("kreis/hiddenReason") ?? "")</p></div>
        """)
    }
    return notes
  }

  private func historyLine(_ logged: LoggedEvent) -> HTML {
    let event = logged.event
    let names = ItemDetail.fieldNames(event).joined(separator: ", ")
    let effect: HTML =
      switch logged.verdict {
      case .applied where logged.receipt == nil:
        "<span class=\"badge open\">wartet auf Übertragung</span>"
      case .applied: "wirksam"
      case .parked: "<span class=\"badge open\">wartet auf eine neuere Version</span>"
      case .void(let reason):
        "<span class=\"badge stopped\">ohne Wirkung</span><br>"
          + "<small>\(DeskSite.words(for: reason))</small>\(lostTexts(event))"
      }
    let at = event.reissues?.at ?? event.at
    return """
      <tr><td>\(BerlinTime.stamp(at))</td><td>\(Texts.event(event.type))<br><small>\(names)</small>\
      </td><td>\(region.label(event.dot.site))<br><small>\(event.by ?? "")</small></td>\
      <td>\(effect)</td></tr>

      """
  }

  /// The texts of an edit without effect, to be copied.
  private func lostTexts(_ event: Event) -> HTML {
    let texts: [HTML] = event.fields.compactMap { field in
      guard let text = event.value(field.name)?.text else { return nil }
      return "<p><b>\(Texts.fieldName(field.name))</b>: \(text)</p>"
    }
    return texts.isEmpty ? "" : "<details><summary>Text</summary>\(texts)</details>"
  }

  // MARK: - Forms

  private func linkKey() -> String {
    let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789")
    // The alphabet is not empty, so there always is an element.
    return String((0..<8).map { _ in letters[Int.random(in: 0..<letters.count)] })
  }

  func newItem(_ request: Request, _ frame: DeskFrame) -> Response? {
    guard let kind = request.parameter("kind").flatMap({ ItemKind(rawValue: $0) }) else {
      return nil
    }
    return DeskSite.newPage(DeskForm(new: kind, linkKey: linkKey()), frame)
  }

  private static func newPage(
    _ form: DeskForm, _ frame: DeskFrame, status: Int = 200
  ) -> Response {
    let title = "\(Texts.kind(form.kind.rawValue)) anlegen"
    return frame.response(
      title,
      """
      <h1>\(title)</h1>
      <form class="form" method="post" action="/desk/new/\(form.kind.rawValue)" novalidate>
      \(frame.token)\(form.content)
      <div class="acts"><button type="submit">Veröffentlichen</button>\
      <a class="button quiet" href="/desk">Abbrechen</a></div></form>
      """,
      status: status)
  }

  func create(_ request: Request, _ visit: DeskVisit, _ posted: PostedForm) throws -> Answer? {
    guard let kind = request.parameter("kind").flatMap({ ItemKind(rawValue: $0) }),
      var form = DeskForm(posted: posted, kind: kind)
    else { return nil }
    let frame = frame(visit)
    var writes = form.writes(over: nil)
    form.refuseEarlyRelease(writes, at: now())
    guard form.errors.isEmpty else { return .now(DeskSite.newPage(form, frame, status: 422)) }
    writes.append(.init("language", "de"))
    let id = port.newItem()
    let draft = EventDraft(
      type: "\(kind.rawValue).created", item: id, by: visit.user.pseudonym, writes: writes)
    let shown = form
    return write(draft, to: "/desk/items/\(id)?ok=1") { message in
      var form = shown
      form.errors[""] = message
      return DeskSite.newPage(form, frame, status: 422)
    }
  }

  func editPage(_ request: Request, _ frame: DeskFrame) throws -> Response? {
    guard let (id, state, kind) = try item(request) else { return nil }
    let form = DeskForm(editing: state, kind: kind, linkKey: linkKey())
    return DeskSite.editPage(form, id, frame)
  }

  private static func editPage(
    _ form: DeskForm, _ id: ItemID, _ frame: DeskFrame, status: Int = 200
  ) -> Response {
    let title = form.form.text("f.title.v") ?? "Eintrag"
    return frame.response(
      "\(title) bearbeiten",
      """
      <p class="crumbs"><a href="/desk">Meine Einträge</a> › \
      <a href="/desk/items/\(id.description)">\(title)</a></p>
      <h1>Bearbeiten</h1>
      <form class="form" method="post" action="/desk/items/\(id.description)/edit" novalidate>
      \(frame.token)\(form.content)
      <fieldset><legend>Berichtigung</legend><div class="row">
      <label for="note">Öffentlicher Hinweis<span class="hint">Nur, wenn vorher etwas Falsches \
      dastand: Was wurde berichtigt?</span></label>
      <input id="note" name="note" value="\(form.form["note"] ?? "")"></div></fieldset>
      <div class="acts"><button type="submit">Speichern</button>\
      <a class="button quiet" href="/desk/items/\(id.description)">Abbrechen</a></div></form>
      """,
      status: status)
  }

  func edit(_ request: Request, _ visit: DeskVisit, _ posted: PostedForm) throws -> Answer? {
    guard let (id, state, kind) = try item(request) else { return nil }
    guard
      var form = DeskForm(posted: posted, kind: kind, conflicts: state.conflicts.map(\.field))
    else { return nil }
    let frame = frame(visit)
    var writes = form.writes(over: state)
    form.refuseEarlyRelease(writes, at: now())
    guard form.errors.isEmpty else { return .now(DeskSite.editPage(form, id, frame, status: 422)) }
    let note = posted.text("note")
    if let note { writes.append(.init("correctionNote", .string(note))) }
    let target = "/desk/items/\(id)?ok=1"
    guard !writes.isEmpty else { return .now(.redirect(to: target)) }
    guard rights(state).allow(writes.map(\.name)) else {
      form.errors[""] = DeskSite.words(for: .noRight)
      return .now(DeskSite.editPage(form, id, frame, status: 422))
    }
    guard try holds(form.context) else {
      form.errors[""] = "Dieses Formular nennt Änderungen, die dieser Knoten nicht kennt."
      return .now(DeskSite.editPage(form, id, frame, status: 422))
    }
    let draft = EventDraft(
      type: "\(kind.rawValue).\(note == nil ? "revised" : "corrected")", item: id,
      context: form.context, by: visit.user.pseudonym, writes: writes)
    let shown = form
    return write(draft, to: target) { message in
      var form = shown
      form.errors[""] = message
      return DeskSite.editPage(form, id, frame, status: 422)
    }
  }

  func rights(_ state: ItemState) -> EditRights {
    EditRights(state: state, site: site, kreis: region.kreis)
  }

  /// True if this node holds all that a context names; a form is never trusted to say so.
  func holds(_ context: Context) throws -> Bool {
    try reads.standing().heads.covers(context.requires)
  }
}
