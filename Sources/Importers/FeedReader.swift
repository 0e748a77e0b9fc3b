// RSS 2.0 and Atom (RFC 4287, RFC 6721) by Foundation's XMLParser. A document type is refused
// before the parser sees it, and nothing from outside is resolved. Protocols/import.md §1 and §3.

import Catalogue
import Events
import Foundation
import FoundationXML

struct FeedReader {
  let kind: ItemKind
  let format: ImportFormat
  let address: String?

  func read(_ text: String) throws(ImportError) -> SourceContent {
    let document = try FeedReader.checked(text)
    let collector = FeedCollector()
    let parser = XMLParser(data: Data(document.utf8))
    parser.shouldProcessNamespaces = true
    parser.shouldResolveExternalEntities = false
    parser.delegate = collector
    _ = parser.parse()
    if let failure = collector.failure { throw failure }
    guard collector.root == "rss" || collector.root == "feed" else {
      throw .malformed(format: format.name, line: 1, what: "neither <rss> nor <feed>")
    }
    var content = SourceContent(format: collector.root == "rss" ? .rss : .atom)
    content.tombstones = collector.tombstones
    for raw in collector.entries { try content.add(entry(raw, collector)) }
    if collector.entries.count > ImportLimits.entries {
      throw .tooManyEntries(limit: ImportLimits.entries)
    }
    content.oldest = FeedReader.window(collector.entries)
    return content
  }

  /// The document as UTF-8, if it declares no document type.
  private static func checked(_ text: String) throws(ImportError) -> String {
    var rest = Substring(text)
    func skipSpace() { rest = rest.drop { $0.isWhitespace } }
    skipSpace()
    // The text was decoded already; what the declaration says of its encoding holds no more.
    if rest.hasPrefix("<?xml") {
      guard let end = rest.firstRange(of: "?>") else {
        throw .malformed(format: "XML", line: 1, what: "the declaration does not end")
      }
      rest = rest[end.upperBound...]
    }
    let document = String(rest)
    while true {
      skipSpace()
      let end: Range<Substring.Index>?
      if rest.hasPrefix("<!--") {
        end = rest.dropFirst(4).firstRange(of: "-->")
      } else if rest.hasPrefix("<?") {
        end = rest.firstRange(of: "?>")
      } else if rest.hasPrefix("<!") {
        throw .documentType
      } else {
        return document
      }
      guard let end else {
        throw .malformed(format: "XML", line: 1, what: "a comment does not end")
      }
      rest = rest[end.upperBound...]
    }
  }

  /// The oldest entry of a feed that is a window: its entries descend by date and none was changed
  /// later. Else an old entry may stand in it and tell nothing of those between.
  static func window(_ entries: [RawEntry]) -> String? {
    var oldest: String?
    for entry in entries {
      guard let published = entry.published.flatMap(SourceClock.local) else { return nil }
      let updated = entry.updated.flatMap(SourceClock.local) ?? published
      if updated != published { return nil }
      if let oldest, published > oldest { return nil }
      oldest = published
    }
    return oldest
  }

  private func entry(_ raw: RawEntry, _ feed: FeedCollector) -> SourceEntry {
    let base = [raw.base, feed.base, feed.link, address].compactMap { $0 }
      .compactMap { URL(string: $0) }.first { $0.scheme != nil }
    let link = HTMLText.link(raw.link, base)
    let id = SourceText.line(raw.id ?? raw.link ?? "")
    var entry = SourceEntry(id: id, kind: kind, fields: ["language": "de"])
    let title =
      raw.titleIsHTML || HTMLText.isHTML(raw.title) || raw.title.contains("&")
      ? HTMLText(raw.title).plain : raw.title
    EntryText(title: title, summary: raw.summary, body: raw.body, base: base).write(to: &entry)
    if let link {
      entry.fields["link/quelle"] = [
        "kind": "other", "label": "Zur Meldung", "url": .string(link),
      ]
    }
    let keywords = EntryText.keywords(raw.categories)
    if !keywords.isEmpty { entry.fields["keywords"] = .array(keywords) }
    if kind == .news {
      let published = raw.published ?? raw.updated
      if let released = published.flatMap(SourceClock.local) {
        entry.fields["released"] = .string(released)
      } else if published != nil {
        entry.notes.append("the date cannot be read")
      }
    }
    return entry
  }
}

/// Title, summary and body of an entry, made from what sources call so.
struct EntryText {
  let title: String
  /// Plain text or HTML.
  let summary: String
  /// Plain text or HTML; empty where the source has one text only.
  let body: String
  let base: URL?

  static let titleCharacters = 300
  static let summaryCharacters = 1_000
  static let keywordCount = 20

  func write(to entry: inout SourceEntry) {
    let title = SourceText.line(title)
    let shortTitle = SourceText.shortened(title, to: EntryText.titleCharacters)
    if shortTitle != title { entry.notes.append("the title was cut at 300 characters") }
    if !title.isEmpty { entry.fields["title"] = .string(shortTitle) }
    let sources = [summary, body].map { source in
      guard source.utf8.count > ImportLimits.textBytes else { return source }
      entry.notes.append("a text of \(source.utf8.count) bytes was left out")
      return ""
    }
    let long = text(sources[1].isEmpty ? sources[0] : sources[1])
    let teaser = text(sources[0].isEmpty ? sources[1] : sources[0])
    let short = SourceText.shortened(
      teaser.plain.replacing("\n", with: " "), to: EntryText.summaryCharacters)
    if !short.isEmpty { entry.fields["summary"] = .string(short) }
    // A body that says no more than the summary would be read twice.
    if !long.markdown.isEmpty, long.markdown != short {
      entry.fields["body"] = .string(long.markdown)
    }
  }

  private func text(_ source: String) -> (plain: String, markdown: String) {
    if HTMLText.isHTML(source) || source.contains(/&[a-zA-Z#][a-zA-Z0-9]*;/) {
      let html = HTMLText(source, base: base)
      return (html.plain, html.markdown)
    }
    let text = SourceText.paragraphs(source)
    return (text, text)
  }

  /// At most 20 different lines.
  static func keywords(_ texts: [String]) -> [FieldValue] {
    var seen: [String] = []
    for text in texts.map({ SourceText.line(HTMLEntities.decode($0)) })
    where !text.isEmpty && !seen.contains(text) { seen.append(text) }
    return seen.prefix(keywordCount).map { .string($0) }
  }
}
