// Pages of the desk: my work, one item, its forms.

import Catalogue
import Desk
import EventLog
import Events
import HTTP
import Views

extension DeskSite {
  // MARK: - My work

  /// The columns of the desk's lists.
  static let columns = ["Titel", "Art", "Stand", "Geändert"]

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
      <form class="form wide" method="post" action="/desk/new/news">\(frame.token)<div class="acts">
      <button type="submit">Neue Meldung</button>\
      <button type="submit" formaction="/desk/new/date">Neuer Termin</button>\
      <button type="submit" formaction="/desk/new/project">Neues Projekt</button></div></form>
      \(importBox())\(try conflictBox())\(try togetherBox())
      \(try draftList(frame.visit))
      <h2>Veröffentlicht</h2>
      <form class="bigfind" action="/desk" method="get"><label class="hidden" for="q">Suchen</label>
      <input id="q" name="q" type="search" value="\(query.text ?? "")">
      <select name="art" aria-label="Art"><option value="">Alle Arten</option>
      \(ItemKind.allCases.map { option($0, kind) })</select>
      <button class="button quiet">Zeigen</button></form>
      <p class="meta">\(found), eigene und gemeinsame</p>
      \(DeskFrame.table("Veröffentlicht", DeskSite.columns, page.rows.map(line)))
      \(parts.pager(state, total: page.total))
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
    let draft = try store.draft(of: id)
    let edit: HTML? =
      rights.isEditor
      ? """
      <form method="post" class="form" action="/desk/items/\(id.description)/edit">\(frame.token)\
      <button type="submit">\(draft == nil ? "Bearbeiten" : "Entwurf weiterschreiben")</button></form>
      """ : nil
    let copy: HTML? =
      rights.isEditor
      ? """
      <form method="post" class="form" action="/desk/items/\(id.description)/copy">\(frame.token)\
      <button class="quiet" type="submit">Als Vorlage nehmen</button></form>
      """ : nil
    let title = ItemParts.title(state.title)
    return frame.response(
      title,
      """
      <p class="crumbs"><a href="/desk">Meine Einträge</a> › \(Texts.kind(kind.rawValue))</p>
      <h1>\(title)</h1>
      \(message)
      \(ItemDetail(region: region, state: state, id: id).meta)
      \(warnings(id, state))
      \(arrival(history))
      <div class="acts">\(edit)<a class="button quiet" \
      href="\(Address.item(id, kind: kind.rawValue))">Öffentliche Seite</a>\
      <a class="button quiet" href="/desk/items/\(id.description)/history">Alle Fassungen</a>\
      \(copy)</div>
      \(try actions(id, state, frame).panels)
      <section><h2>Verlauf</h2>
      \(DeskFrame.table(
        "Verlauf", ["Wann", "Was", "Wer", "Wirkung"], history.reversed().map(historyLine)))</section>
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
    if let target = state.mergedInto {
      notes.append(
        """
        <div class="note warn"><p><b>Zusammengeführt.</b> Leser kommen von hier zu \
        <a href="/desk/items/\(target.description)">\(target.description)</a>. Was Sie hier \
        ändern, sieht niemand, solange das gilt.</p></div>
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

  /// Whether what this house wrote has arrived at the Kreis.
  private func arrival(_ history: [LoggedEvent]) -> HTML? {
    guard site != region.kreis else { return nil }
    let own = history.filter { $0.event.dot.site == site }
    guard let last = own.last else { return nil }
    let waiting = own.filter { $0.receipt == nil }.count
    guard waiting == 0, let receipt = last.receipt else {
      return """
        <p class="meta"><span class="badge open">Wartet auf Übertragung</span> \
        \(Texts.count(waiting, one: "Änderung ist", many: "Änderungen sind")) hier gespeichert und \
        noch nicht beim Kreis.</p>
        """
    }
    return """
      <p class="meta"><span class="badge running">Angekommen</span> Der Kreis hat alles seit dem \
      \(BerlinTime.stamp(receipt.received)), Nr. \(Int(clamping: receipt.position)).</p>
      """
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
    let by = author(event.by, of: event.dot.site)
    return """
      <tr><td>\(BerlinTime.stamp(at))</td><td>\(Texts.event(event.type))<br><small>\(names)</small>\
      </td><td>\(region.label(event.dot.site))<br><small>\(by)</small></td>\
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

  // MARK: - Rights

  func rights(_ state: ItemState) -> EditRights {
    EditRights(state: state, site: site, kreis: region.kreis)
  }

  /// True if this node holds all that a context names; a form is never trusted to say so.
  func holds(_ context: Context) throws -> Bool {
    try reads.standing().heads.covers(context.requires)
  }
}
