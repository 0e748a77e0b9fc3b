// The read side of one generation of the views: lists, single items, search, conflicts.
// Protocols/views.md §3 and §4.

package import Catalogue
package import Events
import SQLite

/// Reads one generation of the views. Not `Sendable`: each thread opens its own.
package final class ViewReader {
  let connection: Connection
  private var countTables: [CountKey: CountTable] = [:]
  private var keywordTables: [CountKey: [ItemCounts.Count]] = [:]
  private var countVersion: UInt64 = 0

  private struct CountKey: Hashable {
    let sql: String
    let parameters: [ListParameter]
  }

  /// Kept count tables. The public pages need a handful a minute; searches come and go.
  private static let maximumCountTables = 64
  /// Kept tables of keywords: one for each combination of filters, each with some hundred words.
  private static let maximumKeywordTables = 256
  /// An inbox that is longer is worked on from its top.
  package static let maximumConflicts = 1_000

  /// Opens the file at `path` for reading.
  package init(path: String) throws(ViewError) {
    do {
      connection = try ViewFile.openReader(path)
    } catch {
      throw ViewError(wrapping: error)
    }
  }

  /// Closes the file.
  package func close() { connection.close() }

  // MARK: - Facts

  /// The position of the last receipt that the views hold.
  package func position() throws(ViewError) -> UInt64 { try fact("position") }

  /// How often the own line had been replaced from a fork on: contexts are of that time.
  package func branches() throws(ViewError) -> UInt64 { try fact("branches") }

  /// The last event of a city's own line that the views hold, with or without a receipt.
  package func ownSeq() throws(ViewError) -> UInt64 { try fact("own_seq") }

  /// A number that changes with every commit; for caches.
  package func version() throws(ViewError) -> UInt64 { try fact("version") }

  /// `version` and `position` in one read; for caches that ask at every request.
  package func stamp() throws(ViewError) -> (version: UInt64, position: UInt64) {
    try wrapped {
      try connection.statement("SELECT version, position FROM meta").first {
        (UInt64($0.int(0)), UInt64($0.int(1)))
      } ?? (0, 0)
    }
  }

  /// The digest of the catalogue's state.
  package func digest() throws(ViewError) -> Digest { try meta().digest }

  /// The sites that belong or belonged to the region.
  package func membership() throws(ViewError) -> Membership { Membership(try meta().region) }

  private func meta() throws(ViewError) -> ViewFile.Meta {
    try wrapped { try ViewFile.meta(of: connection) }
  }

  private func fact(_ column: String) throws(ViewError) -> UInt64 {
    try wrapped {
      UInt64(try connection.statement("SELECT \(column) FROM meta").first { $0.int(0) } ?? 0)
    }
  }

  func wrapped<T>(_ body: () throws -> T) throws(ViewError) -> T {
    do {
      return try body()
    } catch {
      throw ViewError(wrapping: error)
    }
  }

  // MARK: - Lists

  /// One page of a list as it is at `moment`, which counts by the minute.
  package func items(_ query: ItemQuery, at moment: Timestamp) throws(ViewError) -> ItemPage {
    try wrapped {
      try connection.read {
        let search = try query.text.map { try SearchQuery($0, isWord: isWord) }
        if let search, search.match == nil { return ItemPage() }
        return try page(query, at: moment, match: search?.match).page
      }
    }
  }

  /// The keywords of the items of a list and how many items have each: the most frequent first,
  /// each in one of its spellings. Limit, offset, cursor and order do not count.
  ///
  /// - Complexity: linear in the items of the list; kept until the next commit or minute.
  package func keywords(
    _ query: ItemQuery, at moment: Timestamp
  ) throws(ViewError) -> [ItemCounts.Count] {
    try wrapped {
      try connection.read {
        let search = try query.text.map { try SearchQuery($0, isWord: isWord) }
        if let search, search.match == nil { return [] }
        var query = query
        (query.cursor, query.order) = (nil, .newestFirst)
        return try keywordTable(ListSQL(query, at: moment, match: search?.match))
      }
    }
  }

  /// In which years the projects that the public sees began, ascending; "" where that is not told.
  package func beginnings(at moment: Timestamp) throws(ViewError) -> [YearCount] {
    try wrapped {
      var query = ItemQuery()
      query.kinds = ["project"]
      let sql = try ListSQL(query, at: moment, match: nil)
      let statement = try connection.statement(sql.years)
      try statement.bind(sql.yearParameters)
      var counts: [YearCount] = []
      while try statement.step() {
        counts.append(
          YearCount(
            year: statement.text(0),
            fieldsOfAction: statement.text(1).split(separator: ",").map(String.init),
            count: statement.int(2)))
      }
      return counts
    }
  }

  private func keywordTable(_ sql: ListSQL) throws -> [ItemCounts.Count] {
    try dropOldTables()
    let key = CountKey(sql: sql.keywords, parameters: sql.keywordParameters)
    if let table = keywordTables[key] { return table }
    var byText: [Substring: Int] = [:]
    let statement = try connection.statement(sql.keywords)
    try statement.bind(sql.keywordParameters)
    while try statement.step() {
      for word in statement.text(0).utf8.split(separator: UInt8(ascii: "\n")) {
        byText[Substring(word), default: 0] += 1
      }
    }
    // One spelling of each word: which one depends on nothing but the spellings.
    var words: [String: (name: Substring, count: Int)] = [:]
    for (name, count) in byText {
      let word = words[SearchText.key(String(name))]
      words[SearchText.key(String(name))] = (
        min(word?.name ?? name, name), (word?.count ?? 0) + count
      )
    }
    let table = words.values.sorted { ($1.count, $0.name) < ($0.count, $1.name) }
      .map { ItemCounts.Count(value: String($0.name), count: $0.count) }
    keywordTables[key] = table
    return table
  }

  /// Full-text search: a list of `query.text`, with the places at which its words stand. What has
  /// expired is found, too. Where nothing is found because of words that no item has, their parts
  /// or the nearest words are searched, which `SearchPage.corrected` tells.
  package func search(
    _ query: ItemQuery, at moment: Timestamp
  ) throws(ViewError) -> SearchPage {
    try wrapped {
      try connection.read {
        let search = try SearchQuery(query.text ?? "", isWord: isWord)
        let found = try hits(search, query, at: moment)
        guard found.total == 0, !search.words.isEmpty else { return found }
        return try rewritten(search, query, at: moment) ?? found
      }
    }
  }

  func hits(
    _ search: SearchQuery, _ query: ItemQuery, at moment: Timestamp
  ) throws -> SearchPage {
    guard let match = search.match else { return SearchPage() }
    let (page, numbers) = try page(query, at: moment, match: match)
    var result = SearchPage(total: page.total, next: page.next, counts: page.counts)
    for (row, number) in zip(page.rows, numbers) {
      let document = SearchDocument(try state(number: number, of: row.id))
      result.hits.append(
        .init(
          row: row, title: search.parts(of: row.title),
          snippet: search.snippet(of: [document.summary, document.body, document.names])))
    }
    return result
  }

  /// Whether an item that the audience may see has what an FTS5 expression asks for.
  func finds(
    _ expression: String, _ audience: ItemQuery.Audience, at moment: Timestamp
  ) throws -> Bool {
    var query = ItemQuery()
    query.audience = audience
    let sql = try ListSQL(query, at: moment, match: expression)
    let statement = try connection.statement(sql.existence)
    try statement.bind(sql.existenceParameters)
    defer { statement.reset() }
    return try statement.step()
  }

  private func page(
    _ query: ItemQuery, at moment: Timestamp, match: String?
  ) throws -> (page: ItemPage, numbers: [Int64]) {
    let sql = try ListSQL(query, at: moment, match: match)
    var page = ItemPage()
    var numbers: [Int64] = []
    let statement = try connection.statement(sql.page)
    try statement.bind(sql.pageParameters)
    var titleKey = ""
    while try statement.step() {
      if page.rows.count == sql.limit {
        let last = page.rows[page.rows.count - 1]
        page.next =
          query.order == .relevance && match != nil
          ? "\(sql.offset + sql.limit)" : last.cursor(query.order, titleKey: titleKey)
        statement.reset()
        break
      }
      page.rows.append(try ItemRow(statement))
      titleKey = statement.text(ItemRow.titleKeyColumn)
      numbers.append(Int64(statement.int(ItemRow.numberColumn)))
    }
    let (total, counts) = try countTable(sql).counts(for: query)
    page.total = total
    if query.wantsCounts { page.counts = counts }
    return (page, numbers)
  }

  /// Kept until the next commit or the next minute, which is in the parameters.
  private func countTable(_ sql: ListSQL) throws -> CountTable {
    try dropOldTables()
    let key = CountKey(sql: sql.counts, parameters: sql.countParameters)
    if let table = countTables[key] { return table }
    var table = CountTable()
    let statement = try connection.statement(sql.counts)
    try statement.bind(sql.countParameters)
    while try statement.step() { table.append(statement) }
    countTables[key] = table
    return table
  }

  private func dropOldTables() throws {
    let version = try version()
    if version != countVersion || countTables.count >= Self.maximumCountTables {
      countTables.removeAll(keepingCapacity: true)
    }
    if version != countVersion || keywordTables.count >= Self.maximumKeywordTables {
      keywordTables.removeAll(keepingCapacity: true)
    }
    countVersion = version
  }

  func isWord(_ word: String) throws -> Bool {
    // The first entry tells; counting them, as a vocabulary table does, reads the whole list.
    try connection.statement("SELECT 1 FROM search WHERE search MATCH ?1 LIMIT 1")
      .first("\"\(word)\"") { _ in true } ?? false
  }

  // MARK: - Single items

  /// The row of one item, also of a hidden, withdrawn, merged or expired one.
  package func row(_ id: ItemID) throws(ViewError) -> ItemRow? {
    try wrapped {
      let statement = try connection.statement(
        "SELECT \(ItemRow.columns) FROM items i WHERE i.id = ?1 AND i.kind <> ''")
      try statement.bind(1, id.description)
      defer { statement.reset() }
      return try statement.step() ? try ItemRow(statement) : nil
    }
  }

  /// The folded state of one item, with what its editors see; nil if nothing is known of it.
  package func state(_ id: ItemID) throws(ViewError) -> ItemState? {
    try wrapped {
      let bytes = try connection.statement(
        "SELECT f.state FROM items i JOIN folds f ON f.n = i.n WHERE i.id = ?1"
      ).first(id.description) { $0.blob(0) }
      return try bytes.map { try decoded($0, id) }
    }
  }

  private func state(number: Int64, of id: ItemID) throws -> ItemState {
    let bytes = try connection.statement("SELECT state FROM folds WHERE n = ?1")
      .first(number) { $0.blob(0) }
    guard let bytes else { throw ViewError.damaged(id) }
    return try decoded(bytes, id)
  }

  func decoded(_ bytes: [UInt8], _ id: ItemID) throws(ViewError) -> ItemState {
    do {
      return try ItemState(decoding: bytes)
    } catch {
      throw .damaged(id)
    }
  }

  /// Where an address leads: follows `mergedInto`; a cycle ends at its smallest id.
  package func target(of id: ItemID) throws(ViewError) -> ItemID {
    try wrapped { try MergeChain.end(of: id) { try row($0)?.mergedInto } }
  }

  // MARK: - Conflicts

  static let conflictsOfSite = """
    SELECT i.id, i.title, c.field, i.lead, c.writers
    FROM conflicts c CROSS JOIN items i ON i.n = c.n WHERE c.site = ?1
    ORDER BY i.id, c.field LIMIT ?2
    """
  /// Each once: the lead's inbox has every conflict of its items.
  static let allConflicts = """
    SELECT i.id, i.title, c.field, i.lead, c.writers
    FROM conflicts c CROSS JOIN items i ON i.n = c.n WHERE c.site = i.lead
    ORDER BY i.id, c.field LIMIT ?1
    """

  /// Open conflicts, at most `maximumConflicts`: all, or those of items that `site` leads or in
  /// which it wrote one of the values.
  package func conflicts(of site: SiteID? = nil) throws(ViewError) -> [ConflictRow] {
    try wrapped {
      let statement = try connection.statement(
        site == nil ? Self.allConflicts : Self.conflictsOfSite)
      if let site {
        try statement.bind(values: site.description, Self.maximumConflicts)
      } else {
        try statement.bind(1, Self.maximumConflicts)
      }
      var rows: [ConflictRow] = []
      while try statement.step() {
        guard let item = ItemID(statement.text(0)), let lead = SiteID(statement.text(3)) else {
          throw SQLiteError.corrupt(message: "a conflict of no item")
        }
        rows.append(
          ConflictRow(
            item: item, title: statement.text(1), field: statement.text(2), lead: lead,
            sites: statement.text(4).split(separator: ",").compactMap { SiteID(String($0)) }))
      }
      return rows
    }
  }

  // MARK: - Rows' digest

  /// Each row as one JSON text, which states every value unmistakably.
  static let digestQueries = [
    """
    SELECT json_array(id, kind, is_public, lead, sites, fields, status, day, over, released,
      expires, featured, changed, title_key, title, summary, state, keywords, codes, starts, ends,
      all_day, schedule, old_start, created, has_conflict, is_hidden, merged_into,
      recurrence, topic)
    FROM items WHERE kind <> '' ORDER BY id
    """,
    """
    SELECT json_array(s.site, s.is_public, s.kind, s.day, s.id) FROM item_sites s
    WHERE s.kind <> '' ORDER BY s.id, s.site
    """,
    """
    SELECT json_array(f.code, f.is_public, f.kind, f.day, f.id) FROM item_fields f
    WHERE f.kind <> '' ORDER BY f.id, f.code
    """,
    """
    SELECT json_array(k.keyword, i.id) FROM item_keywords k CROSS JOIN items i ON i.n = k.n
    ORDER BY i.id, k.keyword
    """,
    """
    SELECT json_array(m.sha, i.id, m.field, m.bytes, m.is_shown)
    FROM item_media m CROSS JOIN items i ON i.n = m.n ORDER BY i.id, m.field, m.sha
    """,
    """
    SELECT json_array(c.site, i.id, c.field, c.writers)
    FROM conflicts c CROSS JOIN items i ON i.n = c.n ORDER BY i.id, c.field, c.site
    """,
    """
    SELECT json_array(v.site, i.id) FROM invitations v CROSS JOIN items i ON i.n = v.n
    ORDER BY i.id, v.site
    """,
  ]

  /// SHA-256 over all rows in the order of the items, without row numbers: what live, rebuilt and
  /// differently ordered views agree on. Reads everything.
  package func rowsDigest() throws(ViewError) -> Digest {
    try wrapped {
      try connection.read {
        var hash = SHA256()
        for query in Self.digestQueries {
          try connection.statement(query).query { row in
            row.withBlob(0) { hash.update($0) }
            hash.update(0x0a)
          }
          hash.update(0x0a)
        }
        return hash.finish()
      }
    }
  }
}

/// What a search found.
package struct SearchPage: Sendable, Hashable {
  /// One item and where the words stand in it.
  package struct Hit: Sendable, Hashable {
    /// The item.
    package let row: ItemRow
    /// The title, in parts.
    package let title: [SnippetPart]
    /// A cut of summary or body, in parts.
    package let snippet: [SnippetPart]
  }

  /// The page, the best first.
  package var hits: [Hit] = []
  /// How many items were found.
  package var total = 0
  /// The cursor of the next page; nil on the last.
  package var next: String?
  /// Beside each filter.
  package var counts = ItemCounts()
  /// The question that was answered instead, as people write it, where the typed one has a word
  /// that no item has and finds nothing.
  package var corrected: String?
}

/// A piece of original text.
package struct SnippetPart: Sendable, Hashable {
  /// The text as its editor wrote it.
  package let text: String
  /// True if a word of the query matched here.
  package let isMatch: Bool

  /// A piece of that text.
  package init(_ text: String, isMatch: Bool) {
    self.text = text
    self.isMatch = isMatch
  }
}

/// One field of one item that has more than one value.
package struct ConflictRow: Sendable, Hashable {
  /// The item.
  package let item: ItemID
  /// Its title.
  package let title: String
  /// The field.
  package let field: String
  /// The site that leads the item.
  package let lead: SiteID
  /// The sites that wrote the values, ascending.
  package let sites: [SiteID]
}
