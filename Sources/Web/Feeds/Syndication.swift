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
  let atom: String
  let json: String
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
    atom = data.absolute("\(name).atom" + filter.address)
    json = data.absolute("\(name).json" + filter.address)
    let rows = try data.rows(filter, order: .changedFirst, most: Syndication.maximumRows)
    changesAt = data.nextChange(of: rows)
    let most = filter.most ?? Syndication.maximumEntries
    for row in rows {
      switch data.standing(of: row) {
      case .shown where entries.count < most:
        guard let state = try data.reads.state(row.id) else { continue }
        entries.append(Entry(row: row, content: Syndication.content(of: state, row)))
      case .gone where gone.count < Syndication.maximumGone:
        let farewell = try data.farewell(row)
        gone.append(Gone(row: row, since: farewell.since, text: farewell.text))
      default: continue
      }
    }
  }

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
