// Pictures of numbers, drawn on the server: each bar is a small SVG beside its words, so that the
// words stay legible at any width and say the same without the picture.

import Events
import Views

/// Bars of parts, the longest as wide as the page.
struct BarPlot {
  /// One part of a bar.
  struct Part {
    /// The class that colours it.
    let style: HTML
    /// What it is, for the words below the bar.
    let words: HTML
    let count: Int
  }

  /// One bar.
  struct Row {
    let heading: HTML
    let total: Int
    let parts: [Part]
  }

  let title: HTML
  var note: HTML = .nothing
  /// What the colours mean.
  let keys: [(style: HTML, label: String)]
  let rows: [Row]

  /// Width of the longest bar in units of the drawing.
  private static let units = 1_000
  /// Space between two parts, so that they are told apart without their colours.
  private static let gap = 6

  /// The figure; nothing where there is nothing to count.
  var figure: HTML? {
    // A project with several fields counts in each of them.
    let longest = rows.map { max($0.total, $0.parts.reduce(0) { $0 + $1.count }) }.max() ?? 0
    guard longest > 0 else { return nil }
    let keys: [HTML] = keys.map { style, label in
      "<li><i class=\"key \(style)\"></i>\(label)</li>\n"
    }
    return """
      <section class="plot"><h2>\(title)</h2>
      \(note)<ul class="keys" aria-hidden="true">
      \(keys)</ul>
      <ul class="bars">
      \(rows.map { bar($0, longest) })</ul></section>
      """
  }

  private func bar(_ row: Row, _ longest: Int) -> HTML {
    // A project may lack a status; the bar then ends before its total.
    var x = 0
    var rects: [HTML] = []
    for part in row.parts where part.count > 0 {
      let width = part.count * BarPlot.units / longest
      rects.append(
        """
        <rect class="\(part.style)" x="\(x)" y="0" width="\(max(1, width - BarPlot.gap))" \
        height="10"/>
        """)
      x += width
    }
    let words: [HTML] = row.parts.filter { $0.count > 0 }.map { "<li>\($0.words)</li>\n" }
    return """
      <li><h3>\(row.heading) \
      <small>\(Texts.count(row.total, one: "Projekt", many: "Projekte"))</small></h3>
      <svg class="bar-of" viewBox="0 0 \(BarPlot.units) 10" preserveAspectRatio="none" \
      aria-hidden="true" focusable="false">\(rects)</svg>
      <ul class="parts">
      \(words)</ul></li>

      """
  }
}

extension PublicPages {
  /// Projects of each field of action by their status, from the counts that a list of each has.
  func statusPlot(_ query: ItemQuery) throws -> BarPlot {
    let moment = now()
    let rows = try FieldOfAction.allCases.map { field -> BarPlot.Row in
      var query = query
      query.fieldOfAction = field.rawValue
      query.limit = 1
      let page = try reads.items(query, moment)
      var list = ListState(path: Address.list("project"), kind: "project")
      list.field = field.rawValue
      let parts = ProjectStatus.allCases.compactMap { status -> BarPlot.Part? in
        let count = page.counts.statuses.first { $0.value == status.rawValue }?.count ?? 0
        let words: HTML = """
          <a href="\(list.address { $0.status = status.rawValue })">\
          \(Texts.status(status.rawValue)) <b>\(count)</b></a>
          """
        return BarPlot.Part(style: "\(status.rawValue)", words: words, count: count)
      }
      return BarPlot.Row(
        heading: "<a href=\"\(list.address)\">\(Texts.field(field.rawValue))</a>",
        total: page.total, parts: parts)
    }
    return BarPlot(
      title: "Woran gearbeitet wird",
      keys: ProjectStatus.allCases.map { ("\($0.rawValue)", Texts.status($0.rawValue)) },
      rows: rows)
  }

  /// Bars of years; what began before them is one bar.
  private static let plottedYears = 6

  /// When projects began, by their fields of action.
  func yearPlot() throws -> BarPlot {
    let moment = now()
    let counts = try reads.beginnings(moment).filter { !$0.year.isEmpty }
    let years = Set(counts.map(\.year)).sorted()
    let first = years.suffix(PublicPages.plottedYears).first ?? ""
    let rows = years.filter { $0 >= first }.map { year -> BarPlot.Row in
      let isRest = year == first && year != years.first
      let own = counts.filter { isRest ? $0.year <= year : $0.year == year }
      let parts = FieldOfAction.allCases.map { field -> BarPlot.Part in
        let count = own.filter { $0.fieldsOfAction.contains(field.rawValue) }
          .reduce(0) { $0 + $1.count }
        return BarPlot.Part(
          style: "hue-\(field.rawValue)",
          words: "\(Texts.field(field.rawValue)) <b>\(count)</b>", count: count)
      }
      return BarPlot.Row(
        heading: "\(isRest ? "bis " : "")\(year)", total: own.reduce(0) { $0 + $1.count },
        parts: parts)
    }
    return BarPlot(
      title: "Wann es losging",
      note: "<p class=\"meta\">Wer zu mehreren Handlungsfeldern gehört, zählt in jedem.</p>\n",
      keys: FieldOfAction.allCases.map { ("hue-\($0.rawValue)", Texts.field($0.rawValue)) },
      rows: rows)
  }
}
