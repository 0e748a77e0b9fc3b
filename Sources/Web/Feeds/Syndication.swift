// What the two feed formats tell alike: the entries of a list, and those that are gone.
// Protocols/http-api.md §6.

import Catalogue
import Events
import Views

/// A list as a feed, before it has a format.
struct Syndication {
  /// One item.
  struct Entry {
    let row: ItemRow
    let content: HTML
  }

  /// One item that subscribers shall drop.
  struct Gone {
    let row: ItemRow
    let since: Timestamp
    let text: String
  }

  let title: String
  /// Where the list stands for people, and the feed's own two addresses, all absolute.
  let page: String
  var atom: String { atom(address) }
  var json: String { json(address) }
  private let name: String
  private let address: String
  /// The other pages (RFC 5005 §3), as the ends of the feed's two addresses; nil: there is none.
  let first: String?
  let previous: String?
  private(set) var next: String?
  private(set) var entries: [Entry] = []
  private(set) var gone: [Gone] = []
  let changesAt: Timestamp?

  /// A reader that asks once a day misses nothing below this many changes.
  static let maximumEntries = 100
  /// Items that are gone have their own limit: a clean-up must not push all news out.
  private static let maximumGone = 200
  /// Rows that are looked at for both.
  private static let maximumRows = 5_000

  /// What was changed last comes first.
  ///
  /// - Parameter name: the feed's path without its ending.
  init(_ filter: OpenFilter, name: String, _ data: OpenData) throws {
    let kind = filter.kinds.count == 1 ? filter.kinds.first : nil
    let what = kind.flatMap(ItemKind.init).map(Texts.kinds) ?? "Alle Einträge"
    let words = filter.words(data.region)
    title = "\(data.region.title): \(what)" + (words.isEmpty ? "" : " (\(words))")
    page = data.absolute((kind.map(Address.list) ?? "/") + filter.address)
    self.name = data.absolute(name)
    address = filter.address(page: filter.page)
    first = filter.page > 1 ? filter.address : nil
    previous = filter.page > 1 ? filter.address(page: filter.page - 1) : nil
    let most = filter.most ?? Syndication.maximumEntries
    var skipped = (filter.page - 1) * most
    let rows = try data.rows(
      filter, order: .changedFirst, most: Syndication.maximumRows + skipped)
    changesAt = data.nextChange(of: rows)
    for row in rows {
      switch data.standing(of: row) {
      case .shown where skipped > 0: skipped -= 1
      case .shown where entries.count == most:
        if filter.page < OpenFilter.maximumPage { next = filter.address(page: filter.page + 1) }
      case .shown:
        guard let state = try data.reads.state(row.id) else { continue }
        entries.append(Entry(row: row, content: Syndication.content(of: state, row)))
      // What is gone stands on the first page, which readers come back to.
      case .gone where filter.page == 1 && gone.count < Syndication.maximumGone:
        let farewell = try data.farewell(row)
        gone.append(Gone(row: row, since: farewell.since, text: farewell.text))
      default: continue
      }
    }
  }

  /// The address of the feed, or of another page of it, in each format.
  func atom(_ address: String) -> String { "\(name).atom" + address }
  func json(_ address: String) -> String { "\(name).json" + address }

  /// When the feed changed last; the epoch for an empty one, so that equal feeds are equal bytes.
  var updated: Timestamp {
    (entries.map(\.row.changedAt) + gone.map(\.since)).max() ?? Timestamp(milliseconds: 0)
  }

  /// The text of an item as its page shows it, without what only a page can do.
  static func content(of state: ItemState, _ row: ItemRow) -> HTML {
    let schedule: HTML? = Texts.schedule(row.scheduleState).map { "<p><b>\($0)</b></p>\n" }
    let when: HTML? = LocalTime(row.start).map {
      "<p>\($0.span(to: LocalTime(row.end)))</p>\n"
    }
    let venue: HTML? =
      state.kind == .date
      ? state.venue?["name"]?.text.map { "<p>\($0)</p>\n" } : nil
    let note: HTML? = state.text("correctionNote").map { "<p><b>Berichtigt:</b> \($0)</p>\n" }
    let summary: HTML? = row.summary.isEmpty ? nil : "<p>\(row.summary)</p>\n"
    let body = state.text("body").map { Markdown.render($0) }
    let boilerplate =
      state.kind == .news ? state.text("boilerplate").map { Markdown.render($0) } : nil
    return "\(schedule)\(when)\(venue)\(note)\(summary)\(body)\(boilerplate)"
  }
}
