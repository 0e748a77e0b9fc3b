// All that the tables hold of one item, made from its folded state. Protocols/views.md §2.

import Events
import SQLite

/// An item as the tables keep it. Two records are equal if their rows are.
struct ItemRecord: Equatable {
  /// What lists show.
  let row: ItemRow
  /// When a date is over, as local text; `row.day` for the other kinds.
  let over: String
  /// What is found by search.
  let document: SearchDocument
  /// Open conflicts, ascending by field.
  let conflicts: [Conflict]
  /// Whose inboxes show them: the lead and every site that wrote the item, ascending.
  let inboxes: [SiteID]
  /// Invited sites that have neither taken part nor declined, ascending.
  let invitations: [SiteID]

  /// The files that the item names, ascending by field and hash.
  let media: [NamedFile]

  /// A file under a field of the item.
  struct NamedFile: Equatable {
    /// SHA-256 in 64 digits.
    let hash: String
    let field: String
    let bytes: Int64
    /// True if the value in force names it.
    let isShown: Bool
  }

  struct Conflict: Equatable {
    let field: String
    /// The sites that wrote the values, ascending.
    let writers: [SiteID]
  }

  /// True if only texts, the time of change and conflicts tell the two apart, which is what most
  /// events change.
  func isPlaced(like other: ItemRecord) -> Bool {
    var row = other.row
    row.title = self.row.title
    row.summary = self.row.summary
    row.keywords = self.row.keywords
    row.changedAt = self.row.changedAt
    row.hasConflict = self.row.hasConflict
    return row == self.row && over == other.over
  }

  /// `klima,leben`: ascending, so that equal sets are equal texts.
  var fieldSet: String { row.fieldsOfAction.sorted().joined(separator: ",") }

  /// `herten,marl`.
  var siteSet: String { row.sites.map(\.description).joined(separator: ",") }

  /// The folded keywords, each once.
  var keywordKeys: [String] {
    var keys: [String] = []
    for keyword in row.keywords {
      let key = SearchText.key(keyword)
      if !key.isEmpty && !keys.contains(key) { keys.append(key) }
    }
    return keys
  }

  /// What the filter `status` looks at.
  var status: String { row.status ?? row.scheduleState ?? "" }
}

/// The original texts that search finds an item by.
struct SearchDocument: Sendable, Equatable {
  /// The title and what stands beside it.
  let title: String
  /// Keywords, organiser, venue: names.
  let names: String
  /// The ids of lead and participants, which are names of cities: texts seldom tell them.
  let sites: String
  /// The summary.
  let summary: String
  /// The body and longer texts, without their markup.
  let body: String
}

/// A document as the index takes it: folded words, and the forms that other words find them by.
struct IndexedDocument {
  let title: String
  let names: String
  let summary: String
  let body: String
  let titleForms: String
  let forms: String

  init(_ document: SearchDocument) {
    var inTitle: [UInt8] = []
    var others: [UInt8] = []
    title = Self.words(of: document.title, forms: &inTitle)
    names = Self.words(of: document.names + " " + document.sites, forms: &others)
    summary = Self.words(of: document.summary, forms: &others)
    body = Self.words(of: document.body, forms: &others, nounsOnly: true)
    titleForms = String(decoding: inTitle, as: UTF8.self)
    forms = String(decoding: others, as: UTF8.self)
  }

  private static func words(
    of text: String, forms: inout [UInt8], nounsOnly: Bool = false
  ) -> String {
    var words: [UInt8] = []
    words.reserveCapacity(text.utf8.count + 16)
    SearchText.index(text, words: &words, forms: &forms, nounsOnly: nounsOnly)
    return String(decoding: words, as: UTF8.self)
  }

  /// Runs a statement that adds or deletes the words of the item `n`.
  func run(_ n: Int64, by statement: Statement) throws(SQLiteError) {
    try statement.run(n, title, names, summary, body, titleForms, forms)
  }
}
