// For search engines: sitemaps (sitemaps.org 0.9), robots.txt (RFC 9309), and the description of
// the site's own search (OpenSearch 1.1). Protocols/http-api.md §6.

import Events
import Views

extension OpenData {
  /// A file may name 50,000 addresses; fewer leave room for those that are no items.
  private static let addressesOfPart = 40_000

  /// All that search engines shall know: one file, or an index of parts.
  func sitemap() throws -> OpenOutput {
    let (rows, changesAt) = try listed()
    guard rows.count > OpenData.addressesOfPart else {
      return urlset(fixedAddresses, rows[...], changesAt)
    }
    let parts = (rows.count - 1) / OpenData.addressesOfPart + 1
    let entries: [HTML] = (1...parts).map { part in
      "<sitemap><loc>\(absolute("/sitemap/\(part).xml"))</loc></sitemap>\n"
    }
    let markup: HTML = """
      <sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
      \(entries)</sitemapindex>

      """
    return .xml(markup, type: "application/xml; charset=utf-8", changesAt: changesAt)
  }

  /// One part, named `1.xml` and so on; nil where there is none.
  func sitemap(part name: String) throws -> OpenOutput? {
    guard name.hasSuffix(".xml"), let part = Int(name.dropLast(4)), (1...10_000).contains(part)
    else { return nil }
    let (rows, changesAt) = try listed()
    let start = (part - 1) * OpenData.addressesOfPart
    guard start < rows.count else { return nil }
    let end = min(rows.count, start + OpenData.addressesOfPart)
    return urlset(part == 1 ? fixedAddresses : [], rows[start..<end], changesAt)
  }

  private func listed() throws -> (rows: [ItemRow], changesAt: Timestamp?) {
    let rows = try rows(OpenFilter())
    return (rows.filter { standing(of: $0) == .shown }, nextChange(of: rows))
  }

  private var fixedAddresses: [String] {
    ["/", "/projekte", "/aktuelles", "/termine", "/impressum", "/datenschutz", "/barrierefreiheit"]
      + region.sites.map { "/staedte/\($0.id)" }
      + FieldOfAction.allCases.map { "/felder/\($0.rawValue)" }
  }

  private func urlset(
    _ fixed: [String], _ rows: ArraySlice<ItemRow>, _ changesAt: Timestamp?
  ) -> OpenOutput {
    let pages: [HTML] = fixed.map { "<url><loc>\(absolute($0))</loc></url>\n" }
    let items: [HTML] = rows.map { row in
      "<url><loc>\(page(row))</loc><lastmod>\(row.changedAt.description)</lastmod></url>\n"
    }
    let markup: HTML = """
      <urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
      \(pages)\(items)</urlset>

      """
    return .xml(markup, type: "application/xml; charset=utf-8", changesAt: changesAt)
  }

  /// What programs shall leave alone, and where the sitemap is.
  var robots: OpenOutput {
    let text = """
      User-agent: *
      Disallow: /desk
      Disallow: /suche
      Disallow: /einbetten/

      Sitemap: \(absolute("/sitemap.xml"))

      """
    return OpenOutput(bytes: Array(text.utf8), type: "text/plain; charset=utf-8")
  }

  /// How a browser searches here.
  var openSearch: OpenOutput {
    let name = String(region.title.prefix(16))
    let markup: HTML = """
      <OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">
      <ShortName>\(name)</ShortName>
      <Description>\(region.subtitle)</Description>
      <InputEncoding>UTF-8</InputEncoding>
      <Language>de</Language>
      <Url type="text/html" template="\(absolute("/suche?q={searchTerms}"))"/>
      <Url type="application/atom+xml" template="\(absolute("/eintraege.atom?q={searchTerms}"))"/>
      <Url type="application/json" template="\(absolute("/api/v1/search?q={searchTerms}"))"/>
      <Url type="application/opensearchdescription+xml" rel="self" \
      template="\(absolute("/opensearch.xml"))"/>
      </OpenSearchDescription>

      """
    return .xml(
      markup, type: "application/opensearchdescription+xml; charset=utf-8", changesAt: nil)
  }
}
