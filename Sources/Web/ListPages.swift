// Lists: projects, news, dates, and search.

import Events
import HTTP
import Views

extension PublicPages {
  /// The list of one kind with its filters.
  func list(_ request: Request, kind: String) throws -> Page {
    let state = ListState(request, path: Address.list(kind), kind: kind)
    let moment = now()
    let today = BerlinTime.local(moment).day
    if state.month != nil { return try calendar(state, at: moment) }
    if kind == "date", !state.isPast { return try comingDates(state, at: moment) }
    let page = try reads.items(state.query(today: today), moment)
    let entries: HTML =
      kind == "project"
      ? "<ul class=\"cards\">\n\(page.rows.map(parts.card))</ul>"
      : "<ul class=\"rows\">\n\(page.rows.map { parts.row($0) })</ul>"
    return try listPage(
      state, page, at: moment, entries: page.rows.isEmpty ? nil : entries,
      pager: parts.pager(state, total: page.total))
  }

  /// Dates from today on, a series on each of its days.
  private func comingDates(_ state: ListState, at moment: Timestamp) throws -> Page {
    let from = state.from ?? BerlinTime.local(moment).day
    let skipped = (state.page - 1) * ListState.pageRows
    let query = state.query(today: from)
    let (days, first) = try Occurrence.ascending(
      query, from: from, until: from.advanced(days: Occurrence.daysAhead),
      wanted: skipped + ListState.pageRows + 1
    ) { try reads.items($0, moment) }
    let shown = days.dropFirst(skipped).prefix(ListState.pageRows)
    let hasMore = days.count > skipped + ListState.pageRows
    return try listPage(
      state, first, at: moment,
      entries: shown.isEmpty ? nil : "<ul class=\"rows\">\n\(shown.map { parts.row($0) })</ul>",
      pager: parts.pager(state, hasMore: hasMore))
  }

  /// A list in its frame: heading, filters, count, order, entries, pages.
  func listPage(
    _ state: ListState, _ page: ItemPage, at moment: Timestamp, entries: HTML?, pager: HTML?
  ) throws -> Page {
    let kind = state.kind ?? ""
    let names = heading(kind, isPast: state.isPast)
    let filters = ListFilters(region: region, state: state)
    let found = Texts.count(page.total, one: names.one, many: names.many)
    let hasSeries = page.rows.contains { $0.recurrence != nil } && !state.isPast
    let series: HTML? = hasSeries ? " · Reihen stehen an jedem ihrer Tage" : nil
    return Page(
      title: names.title, description: names.lead, section: section(kind),
      content: """
        <h1>\(names.title)</h1>
        <p class="lead">\(names.lead)</p>
        \(kind == "date" ? periods(state, at: moment) : nil)
        <div class="browse">
        \(filters.panel(page.counts, keywords: try keywords(state, at: moment)))
        <section aria-labelledby="ergebnisse"><h2 id="ergebnisse" class="hidden">Ergebnisse</h2>
        <div class="bar"><p role="status"><b>\(found)</b>\(series)</p>\(filters.orders)</div>
        \(filters.chips)
        \(entries ?? filters.nothing)
        \(pager)
        </section>
        </div>
        """,
      isUnlisted: state.isFiltered || state.order != nil || state.month != nil)
  }

  /// The keywords beside a list, as if none were chosen.
  private func keywords(_ state: ListState, at moment: Timestamp) throws -> [ItemCounts.Count] {
    var all = state
    all.keyword = nil
    let query = all.query(today: BerlinTime.local(moment).day)
    return ListFilters.keywords(try reads.keywords(query, moment), chosen: state.keyword)
  }

  func section(_ kind: String) -> Page.Section {
    kind == "project" ? .projects : kind == "news" ? .news : .dates
  }

  func heading(
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

  /// The ways to look at dates.
  func periods(_ state: ListState, at moment: Timestamp) -> HTML {
    let today = BerlinTime.local(moment).day
    let views: [(label: String, address: String, isHere: Bool)] = [
      (
        "Liste", state.address { ($0.isPast, $0.month) = (false, nil) },
        !state.isPast && state.month == nil
      ),
      (
        "Monat",
        state.address { ($0.isPast, $0.from, $0.month) = (false, nil, today.firstOfMonth) },
        state.month != nil
      ),
      (
        "Vergangene", state.address { ($0.isPast, $0.from, $0.month) = (true, nil, nil) },
        state.isPast
      ),
    ]
    let entries: [HTML] = views.map { label, address, isHere in
      let mark: HTML? = isHere ? " aria-current=\"page\"" : nil
      return "<li><a href=\"\(address)\"\(mark)>\(label)</a></li>\n"
    }
    return "<nav class=\"views\" aria-label=\"Ansicht\"><ul>\n\(entries)</ul></nav>"
  }

  // MARK: - Search

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
    let filters = ListFilters(region: region, state: state)
    // Without hits there is nothing to filter: an empty column would stand beside the advice.
    let panel: HTML? =
      page.hits.isEmpty && !state.isFiltered ? nil : filters.panel(page.counts, keywords: [])
    let orders = page.hits.isEmpty ? nil : filters.orders
    let frame: HTML? = " class=\"browse\""
    let isHidden: HTML? = panel == nil ? nil : " class=\"hidden\""
    let hits: HTML =
      page.hits.isEmpty
      ? filters.nothing : "<ul class=\"rows\">\n\(page.hits.map(parts.hit))</ul>"
    return Page(
      title: "\(Texts.search): \(state.text ?? "")", section: .search,
      content: """
        <h1>\(Texts.search)</h1>
        \(form)
        <div\(panel == nil ? nil : frame)>
        \(panel)
        <section aria-labelledby="ergebnisse"><h2 id="ergebnisse"\(isHidden)>Ergebnisse</h2>
        <div class="bar"><p role="status"><b>\(found)</b></p>\(orders)</div>
        \(filters.chips)
        \(correction)\(hits)
        \(parts.pager(state, total: page.total))
        </section>
        </div>
        """,
      isUnlisted: true)
  }
}
