// Sources as city sites give them, in words of the project's own, and a catalogue to import into.

import Catalogue
import Events
import Foundation
import Testing

@testable import Importers

/// Texts of sources.
enum Samples {
  static let rss = """
    <?xml version="1.0" encoding="UTF-8"?>
    <!-- made by a content system -->
    <rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
      xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">
    <channel><title>Stadt Au</title><link>https://www.au.example/</link>
    <atom:link href="https://www.au.example/feed" rel="self"/>
    <item><title>Neue Pegel &amp;amp; Messer</title>
    <link>https://www.au.example/pegel</link><guid isPermaLink="false">au-2</guid>
    <pubDate>Tue, 12 Sep 2023 08:00:00 +0000</pubDate>
    <dc:creator>Pressestelle</dc:creator><category>Klima</category><category>Klima</category>
    <description><![CDATA[<p>Am Bach misst nun die <b>Stadt</b>.</p>]]></description>
    <content:encoded><![CDATA[<h2>Warum</h2><p>Am Bach misst die <b>Stadt</b>,
      siehe <a href="/bach">Karte</a> und <a href="http://alt.example/">alt</a>.</p>
      <ul><li>Pegel</li><li>Regen</li></ul><script>alert(1)</script>]]></content:encoded></item>
    <item><title>Markt</title><link>https://www.au.example/markt</link>
    <pubDate>Mon, 11 Sep 2023 00:00:00 +0200</pubDate>
    <description>Der Markt zieht um.</description></item>
    </channel></rss>
    """

  static let atom = """
    <feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0"
      xml:base="https://www.au.example/">
    <title>Stadt Au</title><id>urn:x:feed</id><updated>2023-09-12T08:00:00Z</updated>
    <entry><id>urn:x:1</id><title type="html">Ein &lt;i&gt;Titel&lt;/i&gt;</title>
    <link rel="alternate" href="eins"/><published>2023-09-12T10:00:00+02:00</published>
    <updated>2023-09-13T10:00:00+02:00</updated><category term="kl" label="Klima"/>
    <summary>Kurz &amp; gut</summary>
    <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Mit <a
      href="https://www.au.example/a?b=1&amp;c=2">Link</a> &amp; mehr.</p></div></content></entry>
    <at:deleted-entry ref="urn:x:0" when="2023-09-11T08:00:00Z"><at:comment>War falsch</at:comment>
    </at:deleted-entry>
    </feed>
    """

  /// A calendar of those events.
  static func calendar(_ events: String...) -> String {
    let body = events.map { "BEGIN:VEVENT\n\($0)\nEND:VEVENT\n" }.joined()
    return "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x\n\(body)END:VCALENDAR\n"
      .replacing("\n", with: "\r\n")
  }

  /// A feed of entries `id: day`, the newest first.
  static func feed(_ entries: KeyValuePairs<String, String>) -> String {
    let items = entries.map { id, day in
      "<item><guid>\(id)</guid><title>\(id)</title><pubDate>\(day)T10:00:00+02:00</pubDate></item>"
    }
    return "<rss version=\"2.0\"><channel>\(items.joined())</channel></rss>"
  }

  /// A table of `id` and `title`.
  static func table(_ rows: KeyValuePairs<String, String>, kind: String = "news") -> String {
    "id,kind,title\r\n" + rows.map { "\($0),\(kind),\"\($1)\"\r\n" }.joined()
  }
}

func read(
  _ text: String, kind: ItemKind? = nil, format: ImportFormat? = nil, address: String? = nil
) throws(ImportError) -> SourceContent {
  try SourceReader(kind: kind, format: format, address: address).read(Array(text.utf8))
}

/// UTF-16, the lower byte first, with its mark.
func utf16(_ text: String) -> [UInt8] {
  var bytes: [UInt8] = [0xff, 0xfe]
  for unit in text.utf16 { bytes += [UInt8(unit & 0xff), UInt8(unit >> 8)] }
  return bytes
}

/// One site's line and the state that it gives, without a log.
struct Town {
  static let site = SiteID("au")!  // A literal that is a site id, as the next.
  static let kreis = SiteID("kreis")!
  static let now = "2023-09-20T12:00"

  private(set) var state = CatalogueState(kreis: Town.kreis)
  private(set) var events: [Event] = []

  /// Appends a draft; its verdict.
  @discardableResult
  mutating func append(_ draft: EventDraft) throws -> Verdict {
    var random = SystemRandom()
    var draft = draft
    if draft.item == nil { draft.item = ItemID(at: Town.site, using: &random) }
    let event = try draft.event(
      at: Dot(Town.site, UInt64(events.count + 1)),
      time: Timestamp(milliseconds: 1_694_600_000_000 + Int64(events.count) * 60_000),
      prev: events.last?.id ?? .zero, lineKey: [1], using: &random)
    let verdict = state.verdict(of: event)
    try #require(verdict == .applied, "\(verdict): \(draft)")
    state.fold(event, verdict: verdict, stamp: nil)
    events.append(event)
    return verdict
  }

  /// Edits an item as a person at the desk.
  mutating func edit(
    _ item: ItemID, _ type: String, _ fields: KeyValuePairs<String, FieldValue>
  ) throws {
    try append(
      EventDraft(
        type: type, item: item, context: try #require(state[item]?.screen), by: "r1",
        writes: fields.map { .init($0.key, $0.value) }))
  }

  var held: HeldCatalogue {
    var ids: [ItemID] = []
    for event in events { if let id = event.item, !ids.contains(id) { ids.append(id) } }
    let items = ids.compactMap { id in
      state[id].flatMap { state in
        HeldItem(state, events: events.filter { $0.item == id }, site: Town.site)
      }
    }
    return HeldCatalogue(
      site: Town.site, kreis: Town.kreis, items: items, addresses: Set(ids))
  }

  func plan(
    _ content: SourceContent, isForced: Bool = false, isWhole: Bool = false,
    takesForeign: Bool = false, now: String = Town.now, source: String = "test"
  ) throws -> ImportPlan {
    var order = try #require(ImportOrder(source: source))
    order.isForced = isForced
    order.isWhole = isWhole
    order.takesForeign = takesForeign
    return ImportPlan(content, on: held, by: order, now: now)
  }

  /// Plans and carries out.
  @discardableResult
  mutating func take(
    _ text: String, kind: ItemKind? = nil, isForced: Bool = false, takesForeign: Bool = false,
    now: String = Town.now, source: String = "test"
  ) throws -> ImportPlan {
    let plan = try plan(
      try read(text, kind: kind), isForced: isForced, takesForeign: takesForeign, now: now,
      source: source)
    for draft in plan.drafts { try append(draft) }
    return plan
  }

  /// The item that was made of an entry.
  func item(_ entry: String) throws -> (id: ItemID, state: ItemState) {
    let item = try #require(held.items.first { $0.source?.id == entry })
    return (item.id, try #require(state[item.id]))
  }
}
