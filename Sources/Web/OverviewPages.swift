// The page of one publisher and that of one field of action: what there is, in numbers and in the
// first items of each kind.

import Events
import HTTP
import Views

extension PublicPages {
  /// What one publisher tells.
  func city(_ request: Request) throws -> Page? {
    guard let id = request.parameter("site").flatMap({ SiteID($0) }), let site = region[id] else {
      return nil
    }
    let out: HTML? = WebAddress(site.website).map { "Eigene Seiten: \($0.link($0.host))" }
    return Page(
      title: site.label, description: "Projekte, Meldungen und Termine: \(site.label)",
      content: """
        <p class="crumbs"><a href="/">\(Texts.start)</a> › <a href="/#staedte">Wer mitmacht</a></p>
        <h1>\(site.label)</h1>
        <p class="lead">Projekte, Meldungen und Termine. \(out)</p>
        \(try overview(without: .site) { $0.site = id })
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
        <p class="crumbs"><a href="/">\(Texts.start)</a> › <a href="/#felder">Handlungsfelder</a></p>
        <div class="banner hue-\(field.rawValue)">\(Layout.sign(field))<h1>\(name)</h1></div>
        <p class="lead">\(Texts.fieldLead(field)).</p>
        \(try overview(without: .field) { $0.field = field.rawValue })
        """)
  }

  private enum Filter {
    case site, field
  }

  /// The first items of each kind under one filter, the numbers before them.
  private func overview(
    without filter: Filter, _ narrow: (inout ListState) -> Void
  ) throws -> HTML {
    let moment = now()
    var lists: [(title: String, kind: String, state: ListState, rows: HTML?, total: Int)] = []
    var counts: ItemCounts?
    for kind in ["project", "news", "date"] {
      var state = ListState(path: Address.list(kind), kind: kind)
      narrow(&state)
      var query = state.query(today: BerlinTime.local(moment).day)
      query.limit = kind == "project" ? 8 : 5
      let title = heading(kind, isPast: false).title
      if kind == "date" {
        let (days, total) = try coming(query, limit: query.limit, at: moment)
        let rows: HTML? = days.isEmpty ? nil : rowList(days.map { parts.row($0) })
        lists.append((title, kind, state, rows, total))
        continue
      }
      if kind == "project" { query.order = .changedFirst }
      let page = try reads.items(query, moment)
      if kind == "project" { counts = page.counts }
      let rows: HTML? =
        page.rows.isEmpty
        ? nil
        : kind == "project"
          ? "<ul class=\"cards\">\n\(page.rows.map(parts.card))</ul>"
          : rowList(page.rows.map { parts.row($0) })
      lists.append((title, kind, state, rows, page.total))
    }
    let numbers: [HTML] = lists.map { list in
      let names = heading(list.kind, isPast: false)
      return """
        <li><a href="\(list.state.address)"><b>\(list.total)</b> \
        \(list.total == 1 ? names.one : names.many)</a></li>

        """
    }
    let sections: [HTML] = lists.map { list in
      let more: HTML =
        "<p><a href=\"\(list.state.address)\">Alle \(heading(list.kind, isPast: false).many)</a></p>"
      let none: HTML = "<p class=\"meta\">Zurzeit nichts eingetragen.</p>"
      return """
        <section><h2>\(list.title)</h2>
        \(list.rows ?? none)
        \(list.total > 0 ? more : nil)</section>

        """
    }
    return """
      <ul class="numbers">
      \(numbers)</ul>
      \(counts.flatMap { links(filter, $0, lists[0].state) })
      \(sections)
      """
  }

  /// From one publisher to its fields, from one field to its publishers: with numbers of projects.
  private func links(_ filter: Filter, _ counts: ItemCounts, _ state: ListState) -> HTML? {
    let entries: [HTML]
    switch filter {
    case .site:
      entries = counts.fieldsOfAction.compactMap { count in
        guard FieldOfAction(rawValue: count.value) != nil else { return nil }
        return """
          <li><a class="tag hue-\(count.value)" href="\(state.address { $0.field = count.value })">\
          \(Texts.field(count.value)) <span class="n">\(count.count)</span></a></li>

          """
      }
    case .field:
      entries = counts.sites.compactMap { count in
        guard let site = SiteID(count.value) else { return nil }
        return """
          <li><a class="tag" href="\(state.address { $0.site = site })">\
          \(region.label(site)) <span class="n">\(count.count)</span></a></li>

          """
      }
    }
    guard !entries.isEmpty else { return nil }
    let title = filter == .site ? "Projekte nach Handlungsfeld" : "Projekte nach Herausgeber"
    return "<h2 class=\"hidden\">\(title)</h2><ul class=\"tags\">\n\(entries)</ul>"
  }

  /// The next days of dates, series on each of theirs, and the number of dates.
  func coming(
    _ query: ItemQuery, limit: Int, at moment: Timestamp
  ) throws -> (days: [Occurrence], total: Int) {
    let today = BerlinTime.local(moment).day
    let (days, first) = try Occurrence.ascending(
      query, from: today, until: today.advanced(days: Occurrence.daysAhead), wanted: limit
    ) { try reads.items($0, moment) }
    return (Array(days.prefix(limit)), first.total)
  }

  func rowList(_ rows: [HTML]) -> HTML { "<ul class=\"rows\">\n\(rows)</ul>" }
}
