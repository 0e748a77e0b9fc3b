// Lists: projects, news, dates, one city, one field of action, and search.

import Events
import HTTP
import Views

extension PublicPages {
  /// The list of one kind with its filters.
  func list(_ request: Request, kind: String) throws -> Page {
    let state = ListState(request, path: Address.list(kind), kind: kind)
    let moment = now()
    let page = try reads.items(state.query(today: BerlinTime.local(moment).day), moment)
    let names = heading(kind, isPast: state.isPast)
    let entries: HTML =
      kind == "project"
      ? "<ul class=\"cards\">\n\(page.rows.map(parts.card))</ul>"
      : "<ul class=\"rows\">\n\(page.rows.map(parts.row))</ul>"
    let found = Texts.count(page.total, one: names.one, many: names.many)
    return Page(
      title: names.title, description: names.lead, section: section(kind),
      content: """
        <h1>\(names.title)</h1>
        <p class="lead">\(names.lead)</p>
        \(kind == "date" ? periods(state) : nil)
        <div class="browse">
        \(filters(state, page.counts))
        <section aria-label="Ergebnisse">
        <p class="meta" role="status">\(found)\(reset(state))</p>
        \(page.rows.isEmpty ? nothingFound(state) : entries)
        \(parts.pager(state, total: page.total))
        </section>
        </div>
        """,
      isUnlisted: state.isFiltered)
  }

  private func section(_ kind: String) -> Page.Section {
    kind == "project" ? .projects : kind == "news" ? .news : .dates
  }

  private func heading(
    _ kind: String, isPast: Bool
  ) -> (title: String, one: String, many: String, lead: String) {
    switch kind {
    case "project":
      (
        Texts.projects, "Projekt", "Projekte",
        "Was Kreis und Städte planen, erproben und schon geschafft haben."
      )
    case "news":
      (
        Texts.news, "Meldung", "Meldungen",
        "Neuigkeiten aus den Rathäusern und aus dem Kreishaus."
      )
    default:
      (
        isPast ? "Vergangene Termine" : Texts.dates, "Termin", "Termine",
        "Veranstaltungen, Beteiligungen und Sprechstunden in der Region."
      )
    }
  }

  private func periods(_ state: ListState) -> HTML {
    let coming = state.address { $0.isPast = false }
    let past = state.address { $0.isPast = true }
    return state.isPast
      ? "<p><a href=\"\(coming)\">Kommende Termine</a></p>"
      : "<p><a href=\"\(past)\">Vergangene Termine</a></p>"
  }

  private func reset(_ state: ListState) -> HTML? {
    guard state.isFiltered else { return nil }
    return "<a href=\"\(state.unfiltered.address)\">Filter aufheben</a>"
  }

  private func nothingFound(_ state: ListState) -> HTML {
    state.isFiltered
      ? "<div class=\"note\"><p>Dazu ist nichts eingetragen. Weniger Filter zeigen mehr.</p></div>"
      : "<div class=\"note\"><p>Hier ist zurzeit nichts eingetragen.</p></div>"
  }

  // MARK: - Filters

  func filters(_ state: ListState, _ counts: ItemCounts) -> HTML {
    let cities = region.sites.map { ($0.id.description, $0.label) }
    let fields = FieldOfAction.allCases.map { ($0.rawValue, Texts.field($0.rawValue)) }
    let statuses: [(String, String)] =
      switch state.kind {
      case "project": ProjectStatus.allCases.map { ($0.rawValue, Texts.status($0.rawValue)) }
      case "date":
        ["postponed", "rescheduled", "cancelled"].map { ($0, Texts.schedule($0) ?? $0) }
      default: []
      }
    return """
      <nav class="filters" aria-label="Filter">
      \(group("Herausgeber", cities, counts.sites, state.site?.description) { value in
        state.address { $0.site = value.flatMap { SiteID($0) } }
      })
      \(group("Handlungsfeld", fields, counts.fieldsOfAction, state.field) { value in
        state.address { $0.field = value }
      })
      \(group("Stand", statuses, counts.statuses, state.status) { value in
        state.address { $0.status = value }
      })
      </nav>
      """
  }

  /// One filter. A chosen value links to the list without it; values without items are left out.
  private func group(
    _ title: String, _ values: [(code: String, label: String)], _ counts: [ItemCounts.Count],
    _ chosen: String?, address: (String?) -> String
  ) -> HTML? {
    let entries: [HTML] = values.compactMap { code, label in
      let number = counts.first { $0.value == code }?.count ?? 0
      if code == chosen {
        return """
          <li><a href="\(address(nil))" aria-current="true">\(label) \
          <span class="hidden">(gewählt, aufheben)</span><span class="n">✕</span></a></li>

          """
      }
      guard number > 0 else { return nil }
      return """
        <li><a href="\(address(code))">\(label) <span class="n">\(number)</span></a></li>

        """
    }
    return entries.isEmpty ? nil : "<h2>\(title)</h2>\n<ul>\n\(entries)</ul>"
  }

  // MARK: - City, field, search

  /// What one publisher tells.
  func city(_ request: Request) throws -> Page? {
    guard let id = request.parameter("site").flatMap({ SiteID($0) }), let site = region[id] else {
      return nil
    }
    let out = WebAddress(site.website).map { $0.link($0.host) }
    return Page(
      title: site.label, description: "Projekte, Meldungen und Termine: \(site.label)",
      content: """
        <h1>\(site.label)</h1>
        <p class="lead">Projekte, Meldungen und Termine. Eigene Seiten: \(out)</p>
        \(try overview { $0.site = id })
        """)
  }

  /// What there is in one field of action.
  func field(_ request: Request) throws -> Page? {
    guard let field = request.parameter("code").flatMap({ FieldOfAction(rawValue: $0) }) else {
      return nil
    }
    let name = Texts.field(field.rawValue)
    return Page(
      title: name, description: Texts.fieldLead(field),
      content: """
        <div class="hue-\(field.rawValue)"><h1>\(Layout.sign(field)) \(name)</h1></div>
        <p class="lead">\(Texts.fieldLead(field)).</p>
        \(try overview { $0.field = field.rawValue })
        """)
  }

  /// The first items of each kind under one filter.
  private func overview(_ filter: (inout ListState) -> Void) throws -> HTML {
    let moment = now()
    var output = HTML.nothing
    for kind in ["project", "news", "date"] {
      var state = ListState(path: Address.list(kind), kind: kind)
      filter(&state)
      var query = state.query(today: BerlinTime.local(moment).day)
      query.limit = kind == "project" ? 9 : 5
      query.wantsCounts = false
      let page = try reads.items(query, moment)
      let name = heading(kind, isPast: false)
      let more: HTML? =
        page.total > page.rows.count
        ? "<p><a href=\"\(state.address)\">Alle \(page.total) anzeigen</a></p>" : nil
      let rows: HTML =
        page.rows.isEmpty
        ? "<p class=\"meta\">Zurzeit nichts eingetragen.</p>"
        : kind == "project"
          ? "<ul class=\"cards\">\n\(page.rows.map(parts.card))</ul>"
          : "<ul class=\"rows\">\n\(page.rows.map(parts.row))</ul>"
      output += "<section><h2>\(name.title)</h2>\n\(rows)\n\(more)</section>\n"
    }
    return output
  }

  /// Search over everything.
  func search(_ request: Request) throws -> Page {
    let state = ListState(request, path: "/suche", kind: nil)
    let form: HTML = """
      <form class="bigfind" role="search" action="/suche" method="get">
      <label class="hidden" for="q">Suchbegriff</label>
      <input id="q" type="search" name="q" value="\(state.text ?? "")" maxlength="200">
      <button class="button" type="submit">Suchen</button>
      </form>
      """
    guard state.text != nil else {
      return Page(
        title: Texts.search, section: .search,
        content: "<h1>\(Texts.search)</h1>\n\(form)", isUnlisted: true)
    }
    let moment = now()
    let page = try reads.search(state.query(today: BerlinTime.local(moment).day), moment)
    let found = Texts.count(page.total, one: "Treffer", many: "Treffer")
    let correction: HTML? = page.corrected.map { corrected in
      """
      <div class="note"><p>Nichts gefunden für „\(state.text ?? "")“. Gezeigt wird: \
      <a href="\(state.address { $0.text = corrected })">\(corrected)</a>.</p></div>

      """
    }
    let kinds = ["project", "news", "date"].map { ($0, Texts.kind($0)) }
    let hits: HTML =
      page.hits.isEmpty
      ? "<div class=\"note\"><p>Nichts gefunden. Vielleicht hilft ein anderes Wort.</p></div>"
      : "<ul class=\"rows\">\n\(page.hits.map(parts.hit))</ul>"
    return Page(
      title: "\(Texts.search): \(state.text ?? "")", section: .search,
      content: """
        <h1>\(Texts.search)</h1>
        \(form)
        <div class="browse">
        <div class="filters">\(group("Art", kinds, page.counts.kinds, state.kind) { value in
          state.address { $0.kind = value }
        })\(filters(state, page.counts))</div>
        <section aria-label="Ergebnisse">
        <p class="meta" role="status">\(found)\(reset(state))</p>
        \(correction)\(hits)
        \(parts.pager(state, total: page.total))
        </section>
        </div>
        """,
      isUnlisted: true)
  }
}
