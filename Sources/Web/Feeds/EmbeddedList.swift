// A list for a city's own site: plain HTML by its address, in a frame or fetched by a program.
// Protocols/http-api.md §6.

import Catalogue
import Events
import Views

extension OpenData {
  /// Entries where the address does not say how many.
  private static let embeddedEntries = 10

  /// The list of one kind; `name` is the kind's German path.
  func embeddedList(_ filter: OpenFilter, name: String) throws -> OpenOutput? {
    let kinds = ["projekte": "project", "aktuelles": "news", "termine": "date"]
    guard let kind = kinds[name] else { return nil }
    var filter = filter
    filter.kinds = [kind]
    let today = BerlinTime.local(moment).day
    let rows = try rows(
      filter, order: kind == "date" ? .oldestFirst : .newestFirst,
      from: kind == "date" ? today.iso : nil)
    let shown = rows.filter { standing(of: $0) == .shown }
    let most = filter.most ?? OpenData.embeddedEntries
    let what = ItemKind(rawValue: kind).map(Texts.kinds) ?? ""
    let words = filter.words(region)
    let title = words.isEmpty ? what : "\(what): \(words)"
    let entries: [HTML] = shown.prefix(most).map(embeddedEntry)
    let list: HTML =
      entries.isEmpty
      ? "<p>Zurzeit nichts eingetragen.</p>" : "<ul class=\"rows\">\n\(entries)</ul>"
    let more = absolute(Address.list(kind) + filter.address)
    let markup: HTML = """
      <!doctype html>
      <html lang="de">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(title)</title>
      <meta name="robots" content="noindex">
      <meta name="color-scheme" content="light dark">
      <link rel="stylesheet" href="\(Assets.style.path)">
      <link rel="icon" href="\(Assets.icon.path)" type="image/svg+xml">
      </head>
      <body class="embedded">
      <main>
      <h1>\(title)</h1>
      \(list)
      <p><a href="\(more)" target="_top">Alles bei \(region.title)</a></p>
      </main>
      </body>
      </html>

      """
    let midnight = BerlinTime.moment(
      of: LocalTime(day: Day(daysSince1970: today.daysSince1970 + 1), minute: nil))
    return OpenOutput(
      bytes: Array(markup.text.utf8), type: "text/html; charset=utf-8",
      changesAt: min(nextChange(of: rows) ?? midnight, midnight),
      fields: [
        .init(
          name: "Content-Security-Policy",
          value: SecurityHeaders.policy(frameAncestors: settings.frameAncestors))
      ])
  }

  private func embeddedEntry(_ row: ItemRow) -> HTML {
    let time = LocalTime(row.start) ?? LocalTime(row.released)
    let when: HTML? = time.map {
      "<time datetime=\"\($0.iso)\">\($0.span(to: LocalTime(row.end)))</time> · "
    }
    let schedule: HTML? = Texts.schedule(row.scheduleState).map { "<b>\($0)</b> · " }
    let summary: HTML? = row.summary.isEmpty ? nil : "<p>\(row.summary)</p>"
    return """
      <li class="plain"><div><h2><a href="\(page(row))" target="_top">\(row.title)</a></h2>
      <p class="meta">\(schedule)\(when)\(region.label(row.lead))</p>\(summary)</div></li>

      """
  }
}
