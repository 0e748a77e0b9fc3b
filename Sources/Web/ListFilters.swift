// What stands beside a list: filters with counts, those that are chosen, the order, and the ways on
// where nothing was found. Each is a link: the address is the whole state.

import Events
import HTTP
import Views

/// The controls of one list.
struct ListFilters {
  let region: Region
  let state: ListState

  // MARK: - Filters

  /// The panel: closed on phones, where the results come first.
  func panel(_ counts: ItemCounts, keywords words: [ItemCounts.Count]) -> HTML {
    let cities = region.sites.map { ($0.id.description, $0.label) }
    let fields = FieldOfAction.allCases.map { ($0.rawValue, Texts.field($0.rawValue)) }
    let kinds = ["project", "news", "date"].map { ($0, Texts.kind($0)) }
    let kind: HTML? =
      state.isSearch
      ? group("Art", kinds, counts.kinds, state.kind) { value in
        state.address { $0.kind = value }
      } : nil
    return """
      <nav class="filters" aria-label="Filter"><details><summary>Filtern</summary>
      \(words.isEmpty && counts.sites.isEmpty && !state.isFiltered ? nil : find)
      \(kind)
      \(group("Herausgeber", cities, counts.sites, state.site?.description) { value in
        state.address { $0.site = value.flatMap { SiteID($0) } }
      })
      \(group("Handlungsfeld", fields, counts.fieldsOfAction, state.field) { value in
        state.address { $0.field = value }
      })
      \(group("Stand", statuses, counts.statuses, state.status) { value in
        state.address { $0.status = value }
      })
      \(group("Schlagwort", words.map { ($0.value, $0.value) }, words, state.keyword) { value in
        state.address { $0.keyword = value }
      })
      </details></nav>
      """
  }

  private var statuses: [(String, String)] {
    switch state.kind {
    case "project": ProjectStatus.allCases.map { ($0.rawValue, Texts.status($0.rawValue)) }
    case "date": ["postponed", "rescheduled", "cancelled"].map { ($0, Texts.schedule($0) ?? $0) }
    default: []
    }
  }

  /// Words within this list. A search has its own form.
  private var find: HTML? {
    guard !state.isSearch else { return nil }
    var all = state
    all.text = nil
    all.page = 1
    let carried: [HTML] = all.pairs.compactMap { name, value in
      value.map { "<input type=\"hidden\" name=\"\(name)\" value=\"\($0)\">\n" }
    }
    return """
      <form class="inlist" action="\(state.path)" method="get">\(carried)
      <label for="q-liste">Suchwort</label>
      <span><input id="q-liste" type="search" name="q" value="\(state.text ?? "")" \
      maxlength="\(ListState.maximumText)"><button class="button" type="submit">OK</button></span>
      </form>
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

  // MARK: - What is chosen

  /// Each chosen filter and the address of the list without it.
  private var chosen: [(label: String, address: String)] {
    var all: [(String, String)] = []
    if state.isSearch, let kind = state.kind {
      all.append((Texts.kind(kind), state.address { $0.kind = nil }))
    }
    if !state.isSearch, let text = state.text {
      all.append(("„\(text)“", state.address { $0.text = nil }))
    }
    if let site = state.site {
      all.append((region.label(site), state.address { $0.site = nil }))
    }
    if let field = state.field {
      all.append((Texts.field(field), state.address { $0.field = nil }))
    }
    if let status = state.status {
      all.append((Texts.status(status), state.address { $0.status = nil }))
    }
    if let keyword = state.keyword {
      all.append(("# \(keyword)", state.address { $0.keyword = nil }))
    }
    return all
  }

  /// The chosen filters, each with a way to take it away.
  var chips: HTML? {
    let all = chosen
    guard !all.isEmpty else { return nil }
    let entries: [HTML] = all.map { label, address in
      """
      <li><a href="\(address)">\(label) <span class="hidden">entfernen</span>\
      <span aria-hidden="true">✕</span></a></li>

      """
    }
    let every: HTML? =
      all.count > 1
      ? "<li><a class=\"all\" href=\"\(state.unfiltered.address)\">Alle Filter aufheben</a></li>"
      : nil
    return "<ul class=\"chips\" aria-label=\"Gewählte Filter\">\n\(entries)\(every)</ul>"
  }

  /// Other orders of the same list.
  var orders: HTML? {
    guard state.kind != "date" || state.isSearch else { return nil }
    let usual: ListState.Order? = state.kind == "project" && state.text == nil ? .title : nil
    let now = state.order ?? usual ?? (state.text == nil ? .newest : nil)
    let entries: [HTML] = ListState.Order.allCases.compactMap { order in
      guard let label = label(order) else { return nil }
      if order == now { return "<b>\(label)</b>\n" }
      let address = state.address { $0.order = order == usual ? nil : order }
      return "<a rel=\"nofollow\" href=\"\(address)\">\(label)</a>\n"
    }
    let fit: HTML? =
      state.text == nil
      ? nil
      : now == nil
        ? "<b>Treffgenauigkeit</b>\n"
        : "<a href=\"\(state.address { $0.order = nil })\">Treffgenauigkeit</a>\n"
    return """
      <nav class="orders" aria-label="Sortierung"><span>Sortiert nach</span>
      \(fit)\(entries)</nav>
      """
  }

  private func label(_ order: ListState.Order) -> String? {
    switch order {
    case .title: state.kind == "news" || state.isSearch ? nil : "Titel"
    case .newest: state.kind == "project" ? "zuletzt bewegt" : "neueste zuerst"
    case .oldest: state.kind == "news" ? "älteste zuerst" : nil
    }
  }

  // MARK: - Nothing found

  /// Where nothing was found: which filter to take away, and where else to look.
  var nothing: HTML {
    let all = chosen
    if state.isSearch && all.isEmpty {
      return """
        <div class="note"><p><b>Nichts gefunden.</b> Vielleicht hilft ein anderes Wort, oder ein \
        Blick in die Listen: <a href="/projekte">\(Texts.projects)</a>, \
        <a href="/aktuelles">\(Texts.news)</a>, <a href="/termine">\(Texts.dates)</a>.</p></div>
        """
    }
    guard !all.isEmpty || state.page > 1 else {
      return "<div class=\"note\"><p>Hier ist zurzeit nichts eingetragen.</p></div>"
    }
    let ways: [HTML] = all.map { label, address in
      "<li><a href=\"\(address)\">ohne \(label)</a></li>\n"
    }
    return """
      <div class="note"><p><b>Dazu ist nichts eingetragen.</b> Weniger Filter zeigen mehr:</p>
      <ul>
      \(ways)<li><a href="\(state.unfiltered.address)">alles in dieser Liste</a></li>
      <li><a href="/suche\(Address.query([("q", state.text)]))">im ganzen Verzeichnis suchen</a></li>
      </ul></div>
      """
  }
}

extension ListFilters {
  /// Keywords of a panel; more would bury the other filters.
  private static let maximumKeywords = 14

  /// Of all keywords of a list, the most frequent first, those of its panel; the chosen one stays.
  static func keywords(
    _ all: [ItemCounts.Count], chosen: String?
  ) -> [ItemCounts.Count] {
    var most = Array(all.prefix(maximumKeywords))
    if let chosen, !most.contains(where: { $0.value == chosen }) {
      most.append(.init(value: chosen, count: 0))
    }
    return most
  }
}
