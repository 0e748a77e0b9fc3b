// The frame of every page: head, header, navigation, footer.

import Events

/// One page before it is put into the frame.
struct Page: Sendable {
  /// What the browser's tab says, before the platform's name.
  var title: String
  /// What a search engine shows; empty for none.
  var description = ""
  /// Which entry of the navigation is marked.
  var section: Section?
  /// The markup inside `main`.
  var content: HTML
  /// True if search engines shall leave the page out.
  var isUnlisted = false
  /// When the content changes by itself; nil if it only goes by the minute.
  var until: Timestamp?
  /// The path of the item that the page shows, where it shows one.
  var item: String?
  /// Markup between header and content: the desk's line of status.
  var banner: HTML = .nothing
  /// Modules that the page runs; public pages have none.
  var scripts: [Asset] = []

  enum Section: Sendable {
    case projects, news, dates, search
  }
}

/// Puts pages into the frame of the public site.
struct Layout: Sendable {
  let region: Region

  /// The whole document; the desk's has a second style sheet.
  func document(_ page: Page, isDesk: Bool = false) -> HTML {
    let desk: HTML? =
      isDesk ? "<link rel=\"stylesheet\" href=\"\(Assets.desk.path)\">\n" : nil
    let robots: HTML? = page.isUnlisted ? "<meta name=\"robots\" content=\"noindex\">\n" : nil
    let description: HTML? =
      page.description.isEmpty
      ? nil : "<meta name=\"description\" content=\"\(page.description)\">\n"
    let heading = page.title.isEmpty ? region.title : "\(page.title) – \(region.title)"
    return """
      <!doctype html>
      <html lang="de">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(heading)</title>
      \(description)\(robots)<meta name="color-scheme" content="light dark">
      <link rel="stylesheet" href="\(Assets.style.path)">
      \(desk)<link rel="icon" href="\(Assets.icon.path)" type="image/svg+xml">
      \(OpenDataLinks.all)\(page.item.map(OpenDataLinks.item))\(page.scripts.map(script))
      </head>
      <body>
      <a class="skip" href="#inhalt">\(Texts.skip)</a>
      \(header(page.section))
      \(page.banner)
      <main id="inhalt" tabindex="-1">
      \(page.content)
      </main>
      \(footer)
      </body>
      </html>

      """
  }

  private func script(_ asset: Asset) -> HTML {
    "<script type=\"module\" src=\"\(asset.path)\"></script>\n"
  }

  private func header(_ section: Page.Section?) -> HTML {
    """
    <header class="top"><div class="wrap">
    <a class="brand" href="/">\(Layout.mark)<span><b>\(region.title)</b> \
    <small>\(region.subtitle)</small></span></a>
    <nav aria-label="Hauptnavigation"><ul>
    \(entry("/projekte", Texts.projects, section == .projects))
    \(entry("/aktuelles", Texts.news, section == .news))
    \(entry("/termine", Texts.dates, section == .dates))
    </ul></nav>
    <form class="find" role="search" action="/suche" method="get">
    <label class="hidden" for="q-oben">Suchbegriff</label>
    <input id="q-oben" type="search" name="q" placeholder="Suchen …" maxlength="200">
    <button type="submit"><span class="hidden">Suchen</span>\(Layout.lens)</button>
    </form>
    </div></header>
    """
  }

  private func entry(_ path: String, _ label: String, _ isCurrent: Bool) -> HTML {
    isCurrent
      ? "<li><a href=\"\(path)\" aria-current=\"page\">\(label)</a></li>"
      : "<li><a href=\"\(path)\">\(label)</a></li>"
  }

  private var footer: HTML {
    """
    <footer class="bottom"><div class="wrap">
    <p><b>\(region.title)</b><br>\(region.subtitle)<br>Kreis und zehn Städte, ein Verzeichnis.</p>
    <ul>
    \(NoticePage.allCases.map { "<li><a href=\"\($0.path)\">\($0.title)</a></li>\n" as HTML })\
    <li><a href="/barrierefreiheit#rueckmeldung">Hindernis melden</a></li>
    </ul>
    <ul>
    <li><a href="/api/v1/status">Offene Schnittstelle</a></li>
    <li><a href="/desk" rel="nofollow">\(Texts.desk)</a></li>
    </ul>
    </div></footer>
    """
  }

  /// Ten dots around an eleventh: ten cities and the Kreis.
  static let mark: HTML = """
    <svg class="mark" viewBox="0 0 40 40" aria-hidden="true" focusable="false">\
    <circle class="hub" cx="20" cy="20" r="6.2"/><circle cx="20" cy="5" r="3"/>\
    <circle cx="28.8" cy="7.9" r="3"/><circle cx="34.3" cy="15.4" r="3"/>\
    <circle cx="34.3" cy="24.6" r="3"/><circle cx="28.8" cy="32.1" r="3"/>\
    <circle cx="20" cy="35" r="3"/><circle cx="11.2" cy="32.1" r="3"/>\
    <circle cx="5.7" cy="24.6" r="3"/><circle cx="5.7" cy="15.4" r="3"/>\
    <circle cx="11.2" cy="7.9" r="3"/></svg>
    """

  static let lens: HTML = """
    <svg class="lens" viewBox="0 0 20 20" aria-hidden="true" focusable="false">\
    <circle cx="8.5" cy="8.5" r="5.5"/><path d="M13 13l5 5"/></svg>
    """

  /// The sign of a field of action, drawn with lines in the text's colour.
  static func sign(_ field: FieldOfAction) -> HTML {
    let lines: HTML =
      switch field {
      case .verwaltung: "<path d=\"M6 4h12v16H6zM9 9h6M9 13h6M9 17h3\"/>"
      case .mobilitaet:
        "<circle cx=\"6\" cy=\"16\" r=\"3.5\"/><circle cx=\"18\" cy=\"16\" r=\"3.5\"/>"
          + "<path d=\"M6 16l4-8h5l3 8M10 8l4 8M8 8h3\"/>"
      case .wirtschaft: "<path d=\"M4 20V11l5 3v-3l5 3V5h5v15zM8 20v-2M12 20v-2\"/>"
      case .leben:
        "<path d=\"M12 20S4 15 4 9.5A4 4 0 0 1 12 8a4 4 0 0 1 8 1.5C20 15 12 20 12 20z\"/>"
      case .klima: "<path d=\"M5 19C5 9 11 5 20 5c0 9-4 14-11 14-2 0-3-1-4-3M5 20c2-5 5-8 9-10\"/>"
      }
    return """
      <svg class="sign" viewBox="0 0 24 24" aria-hidden="true" focusable="false">\(lines)</svg>
      """
  }
}
