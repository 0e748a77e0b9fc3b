// Collects the entries of a feed while XMLParser walks through it.

import Foundation
import FoundationXML

/// An entry of a feed in the words of the feed.
struct RawEntry {
  var id: String?
  var link: String?
  var base: String?
  var title = ""
  var titleIsHTML = false
  var summary = ""
  var body = ""
  var published: String?
  var updated: String?
  var categories: [String] = []
}

/// XMLParser's delegate. It is used by one thread, for one document.
final class FeedCollector: NSObject, XMLParserDelegate {
  private(set) var root: String?
  private(set) var entries: [RawEntry] = []
  private(set) var tombstones: [String: String] = [:]
  /// The address of the site that the feed is about.
  private(set) var link: String?
  private(set) var base: String?
  private(set) var failure: ImportError?

  private var entry: RawEntry?
  private var tombstone: (id: String, reason: String)?
  private var depth = 0
  private var text = ""
  /// The depth of a text of XHTML; its elements become text again.
  private var xhtml: Int?
  private var type = ""

  private static let content = "http://purl.org/rss/1.0/modules/content/"
  private static let tombstones = "http://purl.org/atompub/tombstones/1.0"
  private static let atom = "http://www.w3.org/2005/Atom"

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    guard failure == nil else { return }
    depth += 1
    guard depth <= ImportLimits.xmlDepth else {
      return fail(.tooDeep(format: "XML", limit: ImportLimits.xmlDepth), parser)
    }
    if xhtml != nil {
      text += FeedCollector.tag(name, attributes)
      return
    }
    if root == nil {
      root = name
      base = attributes["xml:base"]
    }
    text = ""
    type = attributes["type"] ?? ""
    switch name {
    case "item" where root == "rss", "entry" where root == "feed":
      guard entries.count <= ImportLimits.entries else {
        return fail(.tooManyEntries(limit: ImportLimits.entries), parser)
      }
      entry = RawEntry(base: attributes["xml:base"])
    case "deleted-entry" where namespaceURI == FeedCollector.tombstones:
      tombstone = (attributes["ref"] ?? "", "")
    case "link": link(attributes, isAtom: namespaceURI == FeedCollector.atom)
    case "category" where root == "feed":
      if let term = attributes["label"] ?? attributes["term"] { entry?.categories.append(term) }
    case "title", "summary", "content":
      if type == "xhtml", root == "feed" { xhtml = depth }
    default: break
    }
  }

  /// Atom's links are attributes. An entry of RSS may bear one, too, beside its own.
  private func link(_ attributes: [String: String], isAtom: Bool) {
    guard isAtom, let address = attributes["href"],
      (attributes["rel"] ?? "alternate") == "alternate"
    else { return }
    if entry == nil {
      link = link ?? address
    } else if entry?.link == nil {
      entry?.link = address
    }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    // Within XHTML the text becomes HTML again.
    text +=
      xhtml == nil
      ? string
      : string.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
        .replacing(">", with: "&gt;")
  }

  func parser(_ parser: XMLParser, foundCDATA block: Data) {
    self.parser(parser, foundCharacters: String(decoding: block, as: UTF8.self))
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    guard failure == nil else { return }
    defer { depth -= 1 }
    if let start = xhtml, depth > start {
      text += "</\(name)>"
      return
    }
    xhtml = nil
    switch name {
    case "item" where root == "rss", "entry" where root == "feed":
      if let entry { entries.append(entry) }
      entry = nil
    case "deleted-entry":
      if let tombstone { tombstones[SourceText.line(tombstone.id)] = tombstone.reason }
      tombstone = nil
    case "comment" where tombstone != nil: tombstone?.reason = SourceText.line(text)
    default:
      if entry == nil {
        if name == "link", link == nil, !text.isEmpty { link = SourceText.line(text) }
      } else {
        take(name, namespaceURI ?? "")
      }
    }
    text = ""
  }

  private func take(_ name: String, _ namespace: String) {
    let isAtom = root == "feed"
    let word = SourceText.line(text)
    switch name {
    // Media and other modules have titles and descriptions of their own.
    case "title" where namespace.isEmpty || namespace == FeedCollector.atom:
      entry?.title = text
      entry?.titleIsHTML = isAtom && (type == "html" || type == "xhtml")
    case "guid", "id": if entry?.id == nil, !word.isEmpty { entry?.id = word }
    case "link" where !word.isEmpty: entry?.link = word
    case "description" where namespace.isEmpty: entry?.summary = text
    case "summary" where isAtom && namespace == FeedCollector.atom: entry?.summary = text
    case "encoded" where namespace == FeedCollector.content: entry?.body = text
    case "content" where isAtom && namespace == FeedCollector.atom: entry?.body = text
    case "pubDate", "published": entry?.published = word
    case "date" where entry?.published == nil: entry?.published = word
    case "updated", "modified": entry?.updated = word
    case "category" where !isAtom: entry?.categories.append(word)
    default: break
    }
  }

  func parser(_ parser: XMLParser, parseErrorOccurred error: any Error) {
    fail(.malformed(format: "XML", line: parser.lineNumber, what: "not well-formed"), parser)
  }

  private func fail(_ error: ImportError, _ parser: XMLParser) {
    guard failure == nil else { return }
    failure = error
    parser.abortParsing()
  }

  /// A start tag as HTML, with the one attribute that is of use.
  private static func tag(_ name: String, _ attributes: [String: String]) -> String {
    guard let address = attributes["href"] else { return "<\(name)>" }
    let escaped = address.replacing("&", with: "&amp;").replacing("\"", with: "&quot;")
    return "<\(name) href=\"\(escaped)\">"
  }
}
