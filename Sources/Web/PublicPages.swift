// The public site: what a page may use, the start page, and the pages that say that there is none.

import Catalogue
import Events
import HTTP
import Media
import Views

/// Builds the public pages. Each function is pure but for its reads and the clock.
struct PublicPages {
  let region: Region
  let reads: CatalogueReads
  let media: MediaStore
  /// Where pages get files from.
  var mediaPath = MediaSite.path("")
  let now: () -> Timestamp

  var parts: ItemParts { ItemParts(region: region) }

  /// Rows of the start page's lists.
  private static let startRows = 5

  /// The start page.
  func start() throws -> Page {
    let moment = now()
    let today = BerlinTime.local(moment).day
    var projects = ListState(path: "/projekte", kind: "project").query(today: today)
    projects.order = .changedFirst
    projects.limit = 6
    var news = ListState(path: "/aktuelles", kind: "news").query(today: today)
    var dates = ListState(path: "/termine", kind: "date").query(today: today)
    news.limit = PublicPages.startRows
    dates.limit = PublicPages.startRows
    news.wantsCounts = false
    dates.wantsCounts = false
    let projectPage = try reads.items(projects, moment)
    let newest = try reads.items(news, moment).rows
    let next = try coming(dates, limit: PublicPages.startRows, at: moment).days
    return Page(
      title: "",
      description: "\(region.title): \(region.subtitle)",
      content: """
        <div class="hero"><div class="in">\(Layout.mark)
        <h1>Elf Rathäuser, eine digitale Region</h1>
        <p>Der Kreis Recklinghausen und seine zehn Städte zeigen hier, woran sie arbeiten: \
        gemeinsame Projekte, Neuigkeiten und Termine, aus erster Hand.</p>
        </div></div>
        \(try featured())
        \(fields(projectPage.counts))
        <div class="split">
        \(column("Neu gemeldet", "/aktuelles", "Alle Meldungen", newest.map { parts.row($0) }))
        \(column("Nächste Termine", "/termine", "Alle Termine", next.map { parts.row($0) }))
        </div>
        <section><h2>Zuletzt bewegt</h2>
        <ul class="cards wide">
        \(projectPage.rows.map(parts.card))</ul>
        <p><a href="/projekte">Alle Projekte</a></p></section>
        \(try topicLinks())
        \(try statusPlot(projects).figure)
        \(map(projectPage.counts))
        """)
  }

  private func fields(_ counts: ItemCounts) -> HTML {
    let tiles: [HTML] = FieldOfAction.allCases.map { field in
      let number = counts.fieldsOfAction.first { $0.value == field.rawValue }?.count ?? 0
      return """
        <li><a class="field hue-\(field.rawValue)" href="/felder/\(field.rawValue)">\
        \(Layout.sign(field))<b>\(Texts.field(field.rawValue))</b>\
        <small>\(Texts.fieldLead(field))</small>\
        <span class="n">\(Texts.count(number, one: "Projekt", many: "Projekte"))</span></a></li>

        """
    }
    return """
      <section id="felder" aria-label="Handlungsfelder"><ul class="fields">
      \(tiles)</ul></section>
      """
  }

  private func column(
    _ title: String, _ path: String, _ more: String, _ entries: [HTML]
  ) -> HTML {
    let rows: HTML =
      entries.isEmpty ? "<p class=\"meta\">Zurzeit nichts eingetragen.</p>" : rowList(entries)
    return """
      <section><h2>\(title)</h2>
      \(rows)
      <p><a href="\(path)">\(more)</a></p></section>
      """
  }

  /// The cities about where they lie. The list reads well without the places, too.
  private func map(_ counts: ItemCounts) -> HTML {
    let most = max(
      1, counts.sites.filter { $0.value != region.kreis.description }.map(\.count).max() ?? 1)
    /// A third of the largest number each.
    func shade(_ number: Int) -> HTML {
      number == 0 ? "n0" : number * 3 > most * 2 ? "n3" : number * 3 > most ? "n2" : "n1"
    }
    let tiles: [HTML] = region.sites.map { site in
      let number = counts.sites.first { $0.value == site.id.description }?.count ?? 0
      let place: HTML =
        site.tile.map { "class=\"c\($0.column) r\($0.row) \(shade(number))\"" } ?? "class=\"kreis\""
      return """
        <li \(place)><a href="/staedte/\(site.id.description)"><b>\(site.label)</b>\
        <small><span class="big">\(number)</span> \(number == 1 ? "Projekt" : "Projekte")</small>\
        </a></li>

        """
    }
    return """
      <section id="staedte"><h2>Wer mitmacht</h2>
      <p class="meta">Die zehn Städte etwa so, wie sie liegen. Je kräftiger, desto mehr Projekte.</p>
      <ul class="map">
      \(tiles)</ul></section>
      """
  }

  // MARK: - No page

  /// Where a reader can go on from a dead end.
  private var waysOn: HTML {
    """
    <form class="bigfind" role="search" aria-label="Weitersuchen" action="/suche" method="get">
    <label class="hidden" for="q">Suchbegriff</label>
    <input id="q" type="search" name="q" maxlength="200" placeholder="Im Verzeichnis suchen">
    <button class="button" type="submit">Suchen</button></form>
    <ul class="ways"><li><a href="/">\(Texts.start)</a></li>\
    <li><a href="/projekte">\(Texts.projects)</a></li>\
    <li><a href="/aktuelles">\(Texts.news)</a></li>\
    <li><a href="/termine">\(Texts.dates)</a></li></ul>
    """
  }

  /// Status 404.
  var notFound: Page {
    Page(
      title: "Nicht gefunden",
      content: """
        <h1>Diese Seite gibt es nicht</h1>
        <p class="lead">Vielleicht wurde die Adresse falsch abgeschrieben, oder ein Link ist alt.</p>
        \(waysOn)
        """,
      isUnlisted: true)
  }

  /// Status 410: that something was here, who took it back and why; nothing of what it said.
  func gone(_ state: ItemState) -> Page {
    let kind = Texts.kind(state.kind?.rawValue ?? "")
    let byKreis = state.isHidden
    let who = byKreis ? region.label(region.kreis) : state.lead.map(region.label) ?? ""
    let reason = state.text(byKreis ? "kreis/hiddenReason" : "stateReason")
    let field = byKreis ? "kreis/hidden" : "state"
    let when = state.winner(field).map { BerlinTime.local($0.time).day.long }
    let note: HTML? = reason.map { "<p>Grund: \($0)</p>" }
    let day: HTML? = when.map { "<p class=\"meta\">Seit dem \($0)</p>" }
    let more: HTML? = state.lead.map { lead in
      let list = Address.list(state.kind?.rawValue ?? "project")
      let title = Texts.kinds(state.kind ?? .project)
      return """
        <p>Vom selben Herausgeber: <a href="/staedte/\(lead.description)">\(region.label(lead))</a>. \
        Von allen: <a href="\(list)">\(title)</a>.</p>
        """
    }
    return Page(
      title: "Nicht mehr verfügbar",
      content: """
        <h1>Dieser Eintrag ist nicht mehr verfügbar</h1>
        <div class="note warn"><p>\(kind), \(byKreis ? "ausgeblendet" : "zurückgezogen") von: \
        <b>\(who)</b></p>\(note)\(day)</div>
        \(more)
        \(waysOn)
        """,
      isUnlisted: true)
  }

  /// Status 500. What went wrong stands in the log of the node, not here.
  var failed: Page {
    Page(
      title: "Störung",
      content: """
        <h1>Das hat gerade nicht geklappt</h1>
        <p class="lead">Bitte versuchen Sie es in einigen Minuten noch einmal.</p>
        """,
      isUnlisted: true)
  }
}
