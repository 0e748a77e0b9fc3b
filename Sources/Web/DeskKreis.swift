// The Kreis's desk: what only the moderator of the region may do, on any item. Feature, put under a
// topic, hide with a reason and undo, give the lead anew where a site has left.
// Protocols/merge.md §5.

import Catalogue
import Desk
import Events
import HTTP
import Views

extension DeskActions {
  /// The Kreis's panels.
  var ofKreis: [HTML] {
    let isFeatured = state.value("kreis/featured")?.truth ?? false
    let feature = panel(
      isFeatured ? "Kreis: nicht mehr hervorheben" : "Kreis: hervorheben",
      isFeatured ? "unfeature" : "feature", isFeatured ? "Nicht mehr hervorheben" : "Hervorheben",
      isFeatured
        ? "<p>Der Eintrag steht dann auf der Startseite wieder nur in den Listen.</p>"
        : "<p>Der Eintrag steht dann auf der Startseite ganz oben.</p>")
    let topic = panel(
      "Kreis: Thema der Region", "topic", "Speichern",
      """
      <div class="row"><label for="topic">Thema<span class="hint">Gleiche Wörter stehen auf der \
      Seite „Themen“ beisammen. Leer: kein Thema.</span></label>
      <input id="topic" name="topic" maxlength="\(DeskSite.topicCharacters)" \
      value="\(state.text("kreis/topic") ?? "")"></div>
      """)
    return [feature, topic, state.isHidden ? unhide : hide] + (canTakeOver ? [takeOver] : [])
  }

  private var hide: HTML {
    panel(
      "Kreis: ausblenden", "hide", "Ausblenden",
      """
      <p>Der Eintrag verschwindet überall. An seiner Adresse steht, dass der Kreis ihn ausgeblendet \
      hat, und warum. Löschen kann der Kreis ihn nicht.</p>
      <div class="row"><label for="hiddenReason">Grund<span class="hint">Er steht öffentlich auf \
      der Seite des Eintrags.</span></label>
      <input id="hiddenReason" name="reason" required></div>
      """, isGrave: true)
  }

  private var unhide: HTML {
    panel(
      "Kreis: wieder einblenden", "unhide", "Wieder einblenden",
      "<p>Der Eintrag erscheint wieder überall.</p>")
  }

  private var canTakeOver: Bool {
    !rights.isLead && (state.lead.flatMap { membership[$0]?.hasLeft } ?? false)
  }

  private var takeOver: HTML {
    let sites = region.sites.filter { canLead($0.id) }
    let options: [HTML] = sites.map { site in
      let mark: HTML = site.id == region.kreis ? " selected" : ""
      return "<option\(mark) value=\"\(site.id.description)\">\(site.label)</option>"
    }
    return panel(
      "Kreis: Federführung neu vergeben", "take", "Federführung vergeben",
      """
      <p>\(state.lead.map(region.label) ?? "") nimmt nicht mehr teil; der Eintrag hat niemanden, \
      der ihn pflegt.</p>
      <div class="row"><label for="newLead">Wer übernimmt?</label>
      <select id="newLead" name="site" required>\(options)</select></div>
      <div class="row"><label for="leadReason">Grund<span class="hint">Er steht im Verlauf.</span>\
      </label><input id="leadReason" name="reason" required></div>
      \(DeskActions.confirmation("Die Federführung soll wechseln."))
      """, isGrave: true)
  }
}

extension DeskSite {
  /// A topic is a heading and a link.
  static let topicCharacters = 80

  /// The events of an action of the Kreis; nil for an action that is none, and elsewhere.
  func kreisEvents(
    _ action: String, _ state: ItemState, _ form: PostedForm
  ) throws -> [DeskEvent]? {
    func annotated(_ writes: EventDraft.Write...) -> [DeskEvent] {
      [DeskEvent(type: "item.annotated", writes: writes)]
    }
    switch action {
    case "feature": return annotated(.init("kreis/featured", true))
    case "unfeature": return annotated(.init("kreis/featured", .null))
    case "topic":
      guard let topic = form.text("topic") else { return annotated(.init("kreis/topic", .null)) }
      guard topic.count <= DeskSite.topicCharacters,
        FieldRules.accept(.string(topic), in: "kreis/topic", of: .project)
      else {
        throw DeskObjection(
          text: "Ein Thema ist eine Zeile mit höchstens \(DeskSite.topicCharacters) Zeichen.")
      }
      return annotated(.init("kreis/topic", .string(topic)))
    case "hide":
      return annotated(
        .init("kreis/hidden", true), .init("kreis/hiddenReason", try reason(form)))
    case "unhide":
      return annotated(.init("kreis/hidden", .null), .init("kreis/hiddenReason", .null))
    case "take": return [try takeOver(state, form)]
    default: return nil
    }
  }

  private func reason(_ form: PostedForm) throws -> FieldValue {
    guard let reason = form.text("reason") else {
      throw DeskObjection(text: "Bitte nennen Sie einen Grund.")
    }
    return .string(reason)
  }

  private func takeOver(_ state: ItemState, _ form: PostedForm) throws -> DeskEvent {
    let membership = try reads.region.membership()
    guard let lead = state.lead, membership[lead]?.hasLeft == true else {
      throw DeskObjection(
        text: "Das geht nur, wenn das federführende Haus nicht mehr teilnimmt.")
    }
    guard let heir = form.text("site").flatMap({ SiteID($0) }), region[heir] != nil,
      membership[heir]?.hasLeft != true
    else { throw DeskObjection(text: "Bitte wählen Sie aus, wer übernimmt.") }
    let reason = try reason(form)
    try requireConfirmation(form)
    return DeskEvent(
      type: "item.handed",
      writes: [.init("lead", .string(heir.description)), .init("kreis/leadReason", reason)])
  }

  // MARK: - The page

  /// What the Kreis has marked, and items that have nobody. There is no such page elsewhere.
  func kreisPage(_ request: Request, _ frame: DeskFrame) throws -> Response? {
    guard site == region.kreis else { return nil }
    let text = request.query("q")?.trimmed ?? ""
    return frame.response(
      "Redaktion des Kreises",
      """
      <p class="crumbs"><a href="/desk">Meine Einträge</a></p>
      <h1>Redaktion des Kreises</h1>
      <p class="lead">Hervorheben, einem Thema zuordnen, ausblenden: Das geht auf der Seite jedes \
      Eintrags, von wem er auch ist.</p>
      <form class="bigfind" action="/desk/kreis" method="get">
      <label class="hidden" for="q">Eintrag suchen</label>
      <input id="q" name="q" type="search" maxlength="200" value="\(text)" \
      placeholder="Eintrag suchen">
      <button class="button quiet">Suchen</button></form>
      \(try found(text))
      \(section("Hervorgehoben", try reads.region.marked(.featured), "Nichts ist hervorgehoben."))
      \(try topicSections())
      \(section("Ausgeblendet", try reads.region.marked(.hidden), "Nichts ist ausgeblendet."))
      \(try orphans())
      """)
  }

  private func found(_ text: String) throws -> HTML? {
    guard !text.isEmpty else { return nil }
    var query = ItemQuery()
    query.audience = .editors
    query.text = text
    query.order = .relevance
    query.limit = ListState.pageRows
    return section("Gefunden", try reads.items(query, now()).rows, "Nichts gefunden.")
  }

  private func topicSections() throws -> HTML {
    let rows = try reads.region.marked(.topic)
    return rows.isEmpty
      ? section("Themen", [], "Noch kein Eintrag hat ein Thema.") : grouped(rows)
  }

  private func grouped(_ rows: [ItemRow]) -> HTML {
    var groups: [(topic: String, rows: [ItemRow])] = []
    for row in rows {
      let topic = row.topic ?? ""
      if groups.last?.topic == topic {
        groups[groups.count - 1].rows.append(row)
      } else {
        groups.append((topic, [row]))
      }
    }
    return groups.map { section("Thema: \($0.topic)", $0.rows, "") }.joined()
  }

  /// Items whose lead has left the region.
  private func orphans() throws -> HTML {
    var rows: [ItemRow] = []
    for member in try reads.region.membership().members where member.hasLeft {
      var query = ItemQuery()
      query.audience = .editors
      query.site = member.site
      query.limit = ItemQuery.maximumLimit
      rows += try reads.items(query, now()).rows.filter { $0.lead == member.site }
    }
    return section(
      "Ohne Haus, das sie pflegt", rows, "Alle Einträge haben jemanden, der sie pflegt.")
  }

  private func section(_ title: String, _ rows: [ItemRow], _ none: String) -> HTML {
    let entries: [HTML] = rows.map { row in
      """
      <tr><td><a href="/desk/items/\(row.id.description)">\(ItemParts.title(row.title))</a></td>\
      <td>\(Texts.kind(row.kind))</td><td>\(region.label(row.lead))</td>\
      <td>\(BerlinTime.stamp(row.changedAt))</td></tr>

      """
    }
    let table: HTML =
      rows.isEmpty
      ? "<p class=\"meta\">\(none)</p>"
      : DeskFrame.table(title, ["Titel", "Art", "Federführung", "Geändert"], entries)
    return "<section><h2>\(title)</h2>\n\(table)</section>\n"
  }
}
