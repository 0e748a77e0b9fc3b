// Shared projects: invite, accept, decline, tell the own status, leave, take an invitation back,
// hand the lead over. Protocols/merge.md §5: a site writes its own entry while it is invited and
// takes part once it has written it; invitations and the lead are the lead's.

import Catalogue
import Desk
import Events
import HTTP
import Views

extension DeskActions {
  /// What this site may do in a project of several.
  var shared: [HTML] {
    var panels: [HTML] = []
    if rights.isInvited && !rights.isLead {
      panels.append(join)
      panels.append(state.takesPart(frame.site) ? leave : decline)
    }
    if rights.isLead {
      panels.append(invite)
      if !state.invited.isEmpty { panels.append(uninvite) }
      if !heirs.isEmpty { panels.append(handOver) }
    }
    return panels.compactMap(\.self)
  }

  // MARK: - The invited site

  private var join: HTML {
    let own = state.value("participant/\(frame.site)")
    let field = DeskField.participant(frame.site)
    let isIn = state.takesPart(frame.site)
    return panel(
      isIn ? "Eigener Stand in diesem Projekt" : "Einladung annehmen", "join",
      isIn ? "Speichern" : "Mitmachen",
      DeskInputs(field: field, inputs: own.map(field.fill) ?? [:]).content)
  }

  private var decline: HTML {
    panel(
      "Einladung ablehnen", "leave", "Ablehnen",
      """
      <p>Die Federführung sieht, dass Sie nicht mitmachen. Annehmen können Sie später immer noch, \
      solange die Einladung steht.</p>\(DeskActions.confirmation("Wir machen nicht mit."))
      """)
  }

  private var leave: HTML {
    panel(
      "Aus dem Projekt aussteigen", "leave", "Aussteigen",
      """
      <p>Ihr Haus steht dann nicht mehr bei den Beteiligten und kann den Eintrag nicht mehr \
      bearbeiten. Was Sie geschrieben haben, bleibt.</p>\
      \(DeskActions.confirmation("Wir steigen aus diesem Projekt aus."))
      """, isGrave: true)
  }

  // MARK: - The lead

  private var invite: HTML {
    let others = region.sites.filter { site in
      site.id != frame.site && !state.isInvited(site.id)
        && !(membership[site.id]?.hasLeft ?? false)
    }
    let boxes: [HTML] = others.map {
      """
      <label><input type="checkbox" name="site" value="\($0.id.description)"> \($0.label)</label>

      """
    }
    let waiting = told("Noch ohne Antwort", state.openInvitations)
    let declined = told("Machen nicht mit", state.declined)
    return panel(
      "Beteiligte einladen", "invite", "Einladen",
      """
      \(waiting)\(declined)<div class="row" role="group" aria-label="Wer macht mit?">\
      <p aria-hidden="true"><b>Wer macht mit?</b></p>
      <div class="checks">\(boxes)</div></div>
      """)
  }

  private func told(_ word: String, _ sites: [SiteID]) -> HTML? {
    sites.isEmpty
      ? nil
      : "<p class=\"meta\">\(word): \(sites.map(region.label).joined(separator: ", "))</p>"
  }

  private var uninvite: HTML {
    let options: [HTML] = state.invited.map { site in
      let look = state.takesPart(site) ? " (macht mit)" : ""
      return "<option value=\"\(site.description)\">\(region.label(site))\(look)</option>"
    }
    return panel(
      "Einladung zurücknehmen", "uninvite", "Einladung zurücknehmen",
      """
      <p>Wer schon mitmacht, verliert damit das Recht, den Eintrag zu bearbeiten, und steht nicht \
      mehr bei den Beteiligten.</p>
      <div class="row"><label for="uninvited">Wessen Einladung?</label>
      <select id="uninvited" name="site" required><option value="">–</option>\(options)</select>\
      </div>\(DeskActions.confirmation("Die Einladung soll nicht mehr gelten."))
      """, isGrave: true)
  }

  /// Who can take the lead: those that take part and belong to the region.
  private var heirs: [SiteID] {
    state.participants.filter { $0 != frame.site && canLead($0) }
  }

  /// The rule of Protocols/merge.md §5 [merge-53].
  func canLead(_ site: SiteID) -> Bool {
    membership[site].map { !$0.hasLeft } ?? (site == region.kreis || site == id.site)
  }

  private var handOver: HTML {
    let options: [HTML] = heirs.map {
      "<option value=\"\($0.description)\">\(region.label($0))</option>"
    }
    return panel(
      "Federführung übergeben", "hand", "Federführung übergeben",
      """
      <p>Wer die Federführung hat, lädt ein, zieht zurück und entscheidet über doppelte Einträge. \
      Zurückholen können Sie sie nicht, nur zurückbekommen.</p>
      <div class="row"><label for="heir">An wen?</label>
      <select id="heir" name="site" required><option value="">–</option>\(options)</select></div>
      <div class="checks"><label><input type="checkbox" name="stay" value="1" checked> \
      Wir machen weiter mit und bearbeiten den Eintrag auch künftig</label></div>
      \(DeskActions.confirmation("Wir geben die Federführung ab."))
      """, isGrave: true)
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
  /// The events of an action on a shared project; nil for an action that is none.
  func sharedEvents(
    _ action: String, _ state: ItemState, _ form: PostedForm
  ) throws -> [DeskEvent]? {
    switch action {
    case "invite":
      let told = (form.values["site"] ?? []).filter { !$0.isEmpty }
      let sites = told.compactMap { SiteID($0) }.filter { region[$0] != nil }
      guard !sites.isEmpty, sites.count == told.count else {
        throw DeskObjection(text: "Bitte wählen Sie aus, wen Sie einladen.")
      }
      return [
        DeskEvent(type: "item.invited", writes: sites.map { .init("invited/\($0)", true) })
      ]
    case "uninvite":
      guard let site = form.text("site").flatMap({ SiteID($0) }), state.isInvited(site) else {
        throw DeskObjection(text: "Bitte wählen Sie aus, wessen Einladung nicht mehr gilt.")
      }
      try requireConfirmation(form)
      return [DeskEvent(type: "item.invited", writes: [.init("invited/\(site)", .null)])]
    case "join":
      let field = DeskField.participant(site)
      let value = field.read(field.inputs(in: form), state.value(field.name))
      guard value != .null, FieldRules.accept(value, in: field.name, of: .project) else {
        throw DeskObjection(text: field.complaint)
      }
      return [DeskEvent(type: "item.joined", writes: [.init(field.name, value)])]
    case "leave":
      try requireConfirmation(form)
      return [DeskEvent(type: "item.left", writes: [.init("participant/\(site)", .null)])]
    case "hand": return try handOver(state, form)
    default: return nil
    }
  }

  /// Who gives the lead away takes part from then on, if that is wanted: the right to do so has to
  /// be there before the lead is gone.
  private func handOver(_ state: ItemState, _ form: PostedForm) throws -> [DeskEvent] {
    guard let heir = form.text("site").flatMap({ SiteID($0) }), heir != site,
      state.takesPart(heir)
    else {
      throw DeskObjection(text: "Die Federführung kann nur an Beteiligte gehen.")
    }
    try requireConfirmation(form)
    var events: [DeskEvent] = []
    if form["stay"] == "1" && !state.takesPart(site) {
      events = [
        DeskEvent(type: "item.invited", writes: [.init("invited/\(site)", true)]),
        DeskEvent(
          type: "item.joined",
          writes: [
            .init(
              "participant/\(site)",
              ["status": .string(state.text("status") ?? ProjectStatus.running.rawValue)])
          ], isChecked: false),
      ]
    }
    return events + [
      DeskEvent(type: "item.handed", writes: [.init("lead", .string(heir.description))])
    ]
  }

  // MARK: - My work

  /// What waits for this house beside its own items: invitations, edits without effect, and the
  /// ways to the pages of what is done together.
  func togetherBox() throws -> HTML {
    let rows = try reads.region.invitations(site)
    let entries: [HTML] = rows.prefix(ListState.pageRows).map { row in
      """
      <li><a href="/desk/items/\(row.id.description)">\(ItemParts.title(row.title))</a> \
      <small>(Federführung: \(region.label(row.lead)))</small></li>

      """
    }
    let invitations: HTML? =
      rows.isEmpty
      ? nil
      : """
      <div class="note"><p><b>\(Texts.count(rows.count, one: "Einladung", many: "Einladungen")) \
      zum Mitmachen:</b> Annehmen oder ablehnen können Sie auf der Seite des Projekts.</p>
      <ul>\(entries)</ul></div>
      """
    let unread = try unreadEdits().count
    let lost: HTML? =
      unread == 0
      ? nil
      : """
      <div class="note warn"><p><a href="/desk/conflicts">\
      \(Texts.count(unread, one: "Änderung", many: "Änderungen")) ohne Wirkung</a>: \
      Der Text ist noch da.</p></div>
      """
    let ofKreis: HTML? =
      site == region.kreis ? "<li><a href=\"/desk/kreis\">Redaktion des Kreises</a></li>" : nil
    return """
      \(invitations)\(lost)<nav aria-label="Gemeinsames"><ul class="ways">\
      <li><a href="/desk/conflicts">Abstimmen</a></li>\
      <li><a href="/desk/duplicates">Doppelte Einträge</a></li>\(ofKreis)</ul></nav>
      """
  }

  /// The routes of what publishers do together.
  func registerTogether(in router: Router) {
    show(router, "/desk/conflicts") { request, frame in try inbox(request, frame) }
    post(router, "/desk/conflicts/read", for: .releaser) { try markRead($0, $1, $2) }
    show(router, "/desk/items/:id/history") { request, frame in try historyPage(request, frame) }
    post(router, "/desk/items/:id/copy") { try beginCopy($0, $1, $2) }
    registerDuplicates(in: router)
    show(router, "/desk/kreis") { request, frame in try kreisPage(request, frame) }
  }
}
