// Pictures of numbers, drawn on the server: each bar is a small SVG beside its words, so that the
// words stay legible at any width and say the same without the picture.

import Views

/// Projects of each field of action by their status.
struct StatusPlot {
  /// One bar.
  struct Row {
    let field: FieldOfAction
    let total: Int
    let statuses: [ItemCounts.Count]
  }

  let rows: [Row]

  /// Width of the longest bar in units of the drawing.
  private static let units = 1_000
  /// Space between two parts, so that they are told apart without their colours.
  private static let gap = 6

  /// The figure; nothing where there are no projects.
  var figure: HTML? {
    let longest = rows.map(\.total).max() ?? 0
    guard longest > 0 else { return nil }
    let keys: [HTML] = ProjectStatus.allCases.map { status in
      "<li><i class=\"key \(status.rawValue)\"></i>\(Texts.status(status.rawValue))</li>\n"
    }
    return """
      <section class="plot"><h2>Woran gearbeitet wird</h2>
      <ul class="keys" aria-hidden="true">
      \(keys)</ul>
      <ul class="bars">
      \(rows.map { bar($0, longest) })</ul></section>
      """
  }

  private func bar(_ row: Row, _ longest: Int) -> HTML {
    let parts = ProjectStatus.allCases.compactMap { status in
      row.statuses.first { $0.value == status.rawValue }.map { (status, $0.count) }
    }
    // A project may lack a status; the bar then ends before its total.
    var x = 0
    var rects: [HTML] = []
    for (status, count) in parts {
      let width = count * StatusPlot.units / longest
      rects.append(
        """
        <rect class="\(status.rawValue)" x="\(x)" y="0" width="\(max(1, width - StatusPlot.gap))" \
        height="10"/>
        """)
      x += width
    }
    var list = ListState(path: Address.list("project"), kind: "project")
    list.field = row.field.rawValue
    let words: [HTML] = parts.map { status, count in
      """
      <li><a href="\(list.address { $0.status = status.rawValue })">\
      \(Texts.status(status.rawValue)) <b>\(count)</b></a></li>

      """
    }
    return """
      <li><h3><a href="\(list.address)">\(Texts.field(row.field.rawValue))</a> \
      <small>\(Texts.count(row.total, one: "Projekt", many: "Projekte"))</small></h3>
      <svg class="bar-of" viewBox="0 0 \(StatusPlot.units) 10" preserveAspectRatio="none" \
      aria-hidden="true" focusable="false">\(rects)</svg>
      <ul class="parts">
      \(words)</ul></li>

      """
  }
}

extension PublicPages {
  /// The plot of all projects, from the counts that a list of each field has.
  func statusPlot(_ query: ItemQuery) throws -> StatusPlot {
    let moment = now()
    let rows = try FieldOfAction.allCases.map { field in
      var query = query
      query.fieldOfAction = field.rawValue
      query.limit = 1
      let page = try reads.items(query, moment)
      return StatusPlot.Row(field: field, total: page.total, statuses: page.counts.statuses)
    }
    return StatusPlot(rows: rows)
  }
}
