// The public site: what a page may use, the start page, and the pages that say that there is none.

import Catalogue
import Events
import HTTP
import Views

/// Builds the public pages. Each function is pure but for its reads and the clock.
struct PublicPages {
  let region: Region
  let reads: CatalogueReads
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
    return Page(
      title: "",
      description: "\(region.title): \(region.subtitle)",
      content: """
        <div class="hero"><div class="in">\(Layout.mark)
        <h1>Elf Rathäuser, eine digitale Region</h1>
        <p>Der Kreis Recklinghausen und seine zehn Städte zeigen hier, woran sie arbeiten: \
        gemeinsame Projekte, Neuigkeiten und Termine, aus erster Hand.</p>
        </div></div>
        \(fields(projectPage.counts))
        <div class="split">
        \(column("Neu gemeldet", "/aktuelles", "Alle Meldungen", try reads.items(news, moment)))
        \(column("Nächste Termine", "/termine", "Alle Termine", try reads.items(dates, moment)))
        </div>
        <section><h2>Zuletzt bewegt</h2>
        <ul class="cards wide">
        \(projectPage.rows.map(parts.card))</ul>
        <p><a href="/projekte">Alle Projekte</a></p></section>
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
      <section aria-label="Handlungsfelder"><ul class="fields">
      \(tiles)</ul></section>
      """
  }

  private func column(
    _ title: String, _ path: String, _ more: String, _ page: ItemPage
  ) -> HTML {
    let rows: HTML =
      page.rows.isEmpty
      ? "<p class=\"meta\">Zurzeit nichts eingetragen.</p>"
      : "<ul class=\"rows\">\n\(page.rows.map(parts.row))</ul>"
    return """
      <section><h2>\(title)</h2>
      \(rows)
      <p><a href="\(path)">\(more)</a></p></section>
      """
  }

  /// The cities about where they lie. The list reads well without the places, too.
  private func map(_ counts: ItemCounts) -> HTML {
    let tiles: [HTML] = region.sites.map { site in
      let number = counts.sites.first { $0.value == site.id.description }?.count ?? 0
      let place: HTML =
        site.tile.map { "class=\"c\($0.column) r\($0.row)\"" } ?? "class=\"kreis\""
      return """
        <li \(place)><a href="/staedte/\(site.id.description)"><b>\(site.label)</b>\
        <small>\(Texts.count(number, one: "Projekt", many: "Projekte"))</small></a></li>

        """
    }
    return """
      <section><h2>Wer mitmacht</h2>
      <ul class="map">
      \(tiles)</ul></section>
      """
  }

  // MARK: - No page

  /// Status 404.
  var notFound: Page {
    Page(
      title: "Nicht gefunden",
      content: """
        <h1>Diese Seite gibt es nicht</h1>
        <p class="lead">Vielleicht wurde die Adresse falsch abgeschrieben.</p>
        <p><a href="/">Zur Startseite</a> · <a href="/suche">Zur Suche</a></p>
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
    let day: HTML? = when.map { "<p class=\"meta\">Seit \($0)</p>" }
    return Page(
      title: "Nicht mehr verfügbar",
      content: """
        <h1>Dieser Eintrag ist nicht mehr verfügbar</h1>
        <div class="note warn"><p>\(kind), \(byKreis ? "ausgeblendet" : "zurückgezogen") von: \
        <b>\(who)</b></p>\(note)\(day)</div>
        <p><a href="/">Zur Startseite</a> · <a href="/suche">Zur Suche</a></p>
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

  /// Imprint, privacy, accessibility.
  func notice(_ title: String, _ text: String) -> Page {
    Page(
      title: title,
      content: "<div class=\"text\"><h1>\(title)</h1>\n\(Markdown.render(text))</div>")
  }
}
