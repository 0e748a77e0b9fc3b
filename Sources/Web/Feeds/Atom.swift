// Feeds as Atom (RFC 4287), with a tombstone (RFC 6721) for what is gone. Protocols/http-api.md §6.

import Events
import Views

extension OpenData {
  /// A list as an Atom feed.
  func atom(_ filter: OpenFilter, name: String) throws -> OpenOutput {
    let feed = try Syndication(filter, name: name, self)
    let pages: [HTML] = [
      ("first", feed.first), ("previous", feed.previous), ("next", feed.next),
    ].compactMap { relation, address in
      address.map { "<link rel=\"\(relation)\" href=\"\(feed.atom($0))\"/>\n" }
    }
    let markup: HTML = """
      <feed xmlns="http://www.w3.org/2005/Atom" \
      xmlns:at="http://purl.org/atompub/tombstones/1.0" xml:lang="de">
      <id>\(feed.atom)</id>
      <title>\(feed.title)</title>
      <subtitle>\(region.subtitle)</subtitle>
      <updated>\(feed.updated.description)</updated>
      <author><name>\(region.label(region.kreis))</name></author>
      <link rel="self" type="application/atom+xml" href="\(feed.atom)"/>
      <link rel="alternate" type="text/html" href="\(feed.page)"/>
      <link rel="alternate" type="application/feed+json" href="\(feed.json)"/>
      \(pages)\(feed.entries.map(atomEntry))\(feed.gone.map(tombstone))</feed>

      """
    return .xml(
      markup, type: "application/atom+xml; charset=utf-8", changesAt: feed.changesAt)
  }

  private func atomEntry(_ entry: Syndication.Entry) -> HTML {
    let row = entry.row
    let fields: [HTML] = row.fieldsOfAction.map { code in
      let scheme = absolute("/api/v1/fieldsOfAction")
      return """
        <category term="\(code)" scheme="\(scheme)" label="\(Texts.field(code))"/>

        """
    }
    let keywords: [HTML] = row.keywords.map { "<category term=\"\($0)\"/>\n" }
    let summary: HTML? = row.summary.isEmpty ? nil : "<summary>\(row.summary)</summary>\n"
    return """
      <entry>
      <id>urn:uuid:\(OpenData.uuid(row.id))</id>
      <title>\(row.title)</title>
      <link rel="alternate" type="text/html" href="\(page(row))"/>
      <published>\(published(row).description)</published>
      <updated>\(row.changedAt.description)</updated>
      <author><name>\(region.label(row.lead))</name></author>
      \(fields)\(keywords)\(summary)<content type="html">\(entry.content.text)</content>
      </entry>

      """
  }

  private func tombstone(_ gone: Syndication.Gone) -> HTML {
    """
    <at:deleted-entry ref="urn:uuid:\(OpenData.uuid(gone.row.id))" \
    when="\(gone.since.description)">
    <at:comment>\(gone.text)</at:comment>
    <link rel="alternate" type="text/html" href="\(page(gone.row))"/>
    </at:deleted-entry>

    """
  }
}
