// From a question to the SQL that answers it by an index. Protocols/views.md §3.

import Events
import SQLite

/// A value for a parameter.
enum ListParameter: Hashable {
  case text(String)
  case number(Int64)
}

/// The statements for one question at one moment. The texts depend only on which filters are set,
/// so that prepared statements are found again.
struct ListSQL {
  /// One page, one row more than asked for, so that it shows whether there is a next one.
  private(set) var page = ""
  private(set) var pageParameters: [ListParameter] = []
  /// How many items each combination of kind, status, fields and sites has.
  private(set) var counts = ""
  private(set) var countParameters: [ListParameter] = []
  /// One row if a search finds anything at all.
  private(set) var existence = ""
  private(set) var existenceParameters: [ListParameter] = []

  private let query: ItemQuery
  private let minute: Timestamp
  private let match: String?
  private var parameters: [ListParameter] = []

  /// Moments count by the minute, so that counts can be kept for as long.
  ///
  /// - Parameter match: the FTS5 expression of `query.text`.
  init(_ query: ItemQuery, at moment: Timestamp, match: String?) throws(ViewError) {
    self.query = query
    self.match = match
    minute = Timestamp(milliseconds: moment.milliseconds / 60_000 * 60_000)
    buildCounts()
    try buildPage()
    if let match { buildExistence(match) }
  }

  private mutating func buildExistence(_ match: String) {
    parameters = []
    let conditions =
      ["search MATCH " + text(match), isPublic("i"), kinds(in: ItemQuery.allKinds, "i")]
      + momentConditions
    existence = """
      SELECT 1 FROM search CROSS JOIN items i ON i.n = search.rowid
      WHERE \(conditions.joined(separator: " AND ")) LIMIT 1
      """
    existenceParameters = parameters
  }

  /// Words of a title tell most, exact ones more than other forms. bm25 alone levels the weights
  /// of columns off, so that the title counts once more.
  private static let rank = """
    bm25(search, 10.0, 5.0, 3.0, 1.0, 8.0, 0.5) + 2 * bm25(search, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
    """

  // MARK: - Counts

  /// Grouped in the order of `items_counts`. Kind, site, field and status are filtered afterwards:
  /// so one answer serves every combination of them.
  private mutating func buildCounts() {
    parameters = []
    var from = "items i INDEXED BY items_counts"
    var conditions = [isPublic("i"), kinds(in: ItemQuery.allKinds, "i")]
    if let match {
      from = "search CROSS JOIN items i ON i.n = search.rowid"
      conditions.append("search MATCH " + text(match))
    } else if let keyword = query.keyword {
      from = "item_keywords k CROSS JOIN items i ON i.n = k.n"
      conditions.append("k.keyword = " + text(SearchText.key(keyword)))
    } else if query.topic != nil {
      from = "items i INDEXED BY items_topic"
    }
    if match != nil, let keyword = query.keyword { conditions.append(hasKeyword(keyword)) }
    if let topic = query.topic { conditions.append("i.topic = " + text(topic)) }
    conditions += momentConditions + rangeConditions(dateRangeIsDriven: false)
    if query.featuredOnly { conditions.append("i.featured = 1") }
    counts = """
      SELECT i.kind, i.status, i.fields, i.sites, count(*) FROM \(from)
      WHERE \(conditions.joined(separator: " AND "))
      GROUP BY i.kind, i.status, i.fields, i.sites
      """
    countParameters = parameters
  }

  // MARK: - Page

  private mutating func buildPage() throws(ViewError) {
    parameters = []
    var conditions: [String] = []
    let driver = driver(&conditions)
    let keyColumns = driver.hasDay ? ("d.day", "d.id") : ("i.day", "i.id")
    let asked = query.kinds.isEmpty ? ItemQuery.allKinds : query.kinds.sorted()
    if !driver.hasKind { conditions.append(kinds(in: asked, "i")) }
    if !driver.isPublicDriven { conditions.append(isPublic("i")) }
    if let site = query.site, driver.column != "site" {
      conditions.append("instr(',' || i.sites || ',', \(text(",\(site),"))) > 0")
    }
    if let code = query.fieldOfAction, driver.column != "code" {
      conditions.append("instr(',' || i.fields || ',', \(text(",\(code),"))) > 0")
    }
    if let status = query.status { conditions.append("i.status = " + text(status)) }
    if let keyword = query.keyword, driver.column != "keyword" {
      conditions.append(hasKeyword(keyword))
    }
    if query.featuredOnly { conditions.append("i.featured = 1") }
    if let topic = query.topic { conditions.append("i.topic = " + text(topic)) }
    if asked == ["news"], query.audience == .everyone {
      // The day of a news is its release: so a list begins behind those that are still to come.
      conditions.append("\(keyColumns.0) <= " + text(BerlinTime.minute(of: minute)))
    }
    conditions += momentConditions
    conditions += rangeConditions(dateRangeIsDriven: driver.column == "over")
    let order = try ordering(keyColumns, &conditions)
    // The inner query sorts keys only; whole rows are read for one page.
    page = """
      SELECT \(ItemRow.columns) FROM (
        SELECT i.n AS n, \(order.key) AS sorted FROM \(driver.from)
        WHERE \(conditions.joined(separator: " AND "))
        ORDER BY \(order.key) \(order.direction), \(order.id) \(order.direction)
        LIMIT \(number(Int64(limit + 1))) OFFSET \(number(Int64(offset)))
      ) p CROSS JOIN items i ON i.n = p.n
      ORDER BY p.sorted \(order.direction), i.id \(order.direction)
      """
    pageParameters = parameters
  }

  /// Rows of the page.
  var limit: Int { min(max(query.limit, 1), ItemQuery.maximumLimit) }

  /// Rows before the page; the cursor of a ranked list is a number of rows, too.
  var offset: Int {
    if query.order == .relevance, let cursor = query.cursor, let rows = Int(cursor) {
      return min(max(rows, 0), ItemQuery.maximumOffset)
    }
    return query.cursor == nil ? min(max(query.offset, 0), ItemQuery.maximumOffset) : 0
  }

  /// The table that the list is read from, in the order of one of its indexes where it can be.
  private struct Driver {
    let from: String
    var column = ""
    var hasKind = false
    var hasDay = false
    var isPublicDriven = false
  }

  private mutating func driver(_ conditions: inout [String]) -> Driver {
    let asked = query.kinds.isEmpty ? ItemQuery.allKinds : query.kinds.sorted()
    if let match {
      conditions.append("search MATCH " + text(match))
      return Driver(from: "search CROSS JOIN items i ON i.n = search.rowid")
    }
    if let keyword = query.keyword {
      conditions.append("k.keyword = " + text(SearchText.key(keyword)))
      return Driver(from: "item_keywords k CROSS JOIN items i ON i.n = k.n", column: "keyword")
    }
    if query.topic != nil { return Driver(from: "items i INDEXED BY items_topic") }
    if query.featuredOnly { return Driver(from: "items i INDEXED BY items_featured") }
    if query.order == .changedFirst {
      return Driver(from: "items i INDEXED BY items_changed")
    }
    if let from = query.from, asked == ["date"] {
      conditions += ["i.kind = 'date'", isPublic("i"), "i.over > " + text(from)]
      return Driver(
        from: "items i INDEXED BY items_over", column: "over", hasKind: true,
        isPublicDriven: true)
    }
    if query.order == .title {
      return Driver(from: "items i INDEXED BY items_day")
    }
    if let site = query.site {
      conditions += ["d.site = " + text(site.description), isPublic("d"), kinds(in: asked, "d")]
      return Driver(
        from: "item_sites d CROSS JOIN items i ON i.n = d.n", column: "site", hasKind: true,
        hasDay: true, isPublicDriven: true)
    }
    if let code = query.fieldOfAction {
      conditions += ["d.code = " + text(code), isPublic("d"), kinds(in: asked, "d")]
      return Driver(
        from: "item_fields d CROSS JOIN items i ON i.n = d.n", column: "code", hasKind: true,
        hasDay: true, isPublicDriven: true)
    }
    return Driver(from: "items i INDEXED BY items_day")
  }

  /// The order and, with a cursor, the condition that begins behind it.
  private mutating func ordering(
    _ columns: (day: String, id: String), _ conditions: inout [String]
  ) throws(ViewError) -> (key: String, id: String, direction: String) {
    let key: String
    let direction: String
    switch query.order {
    case .relevance where match != nil:
      return (Self.rank, "i.id", "ASC")
    case .newestFirst, .relevance: (key, direction) = (columns.day, "DESC")
    case .oldestFirst: (key, direction) = (columns.day, "ASC")
    case .changedFirst: (key, direction) = ("i.changed", "DESC")
    case .title: (key, direction) = ("i.title_key", "ASC")
    }
    if let cursor = query.cursor, query.order != .relevance {
      guard let cut = cursor.lastIndex(of: "~") else { throw .badCursor }
      let last = String(cursor[..<cut])
      let id = String(cursor[cursor.index(after: cut)...])
      guard ItemID(id) != nil else { throw .badCursor }
      var value = ""
      if query.order == .changedFirst {
        guard let milliseconds = Int64(last) else { throw .badCursor }
        value = number(milliseconds)
      } else {
        value = text(last)
      }
      let sign = direction == "DESC" ? "<" : ">"
      conditions.append("(\(key), \(columns.id)) \(sign) (\(value), \(text(id)))")
    }
    return (key, columns.id, direction)
  }

  // MARK: - Conditions

  private mutating func text(_ value: String) -> String {
    parameters.append(.text(value))
    return "?\(parameters.count)"
  }

  private mutating func number(_ value: Int64) -> String {
    parameters.append(.number(value))
    return "?\(parameters.count)"
  }

  private func isPublic(_ table: String) -> String {
    query.audience == .everyone ? "\(table).is_public = 1" : "\(table).is_public IN (0, 1)"
  }

  private mutating func kinds(in kinds: [String], _ table: String) -> String {
    if kinds.count == 1 { return "\(table).kind = " + text(kinds[0]) }
    return "\(table).kind IN (\(kinds.map { text($0) }.joined(separator: ", ")))"
  }

  private mutating func hasKeyword(_ keyword: String) -> String {
    "EXISTS (SELECT 1 FROM item_keywords WHERE n = i.n AND keyword = "
      + text(SearchText.key(keyword)) + ")"
  }

  /// What the public does not see yet or any more. What has expired search still finds.
  private var momentConditions: [String] {
    mutating get {
      guard query.audience == .everyone else { return [] }
      let released =
        "(i.released IS NULL OR i.released <= \(text(BerlinTime.minute(of: minute))))"
      if match != nil { return [released] }
      return [released, "(i.expires IS NULL OR i.expires > \(number(minute.milliseconds)))"]
    }
  }

  private mutating func rangeConditions(dateRangeIsDriven: Bool) -> [String] {
    var conditions: [String] = []
    if let from = query.from, !dateRangeIsDriven {
      let from = text(from)
      conditions.append("CASE WHEN i.kind = 'date' THEN i.over > \(from) ELSE i.day >= \(from) END")
    }
    if let until = query.until { conditions.append("i.day < " + text(until)) }
    return conditions
  }
}

extension ItemQuery {
  static let allKinds = ["date", "news", "project"]
}

extension Statement {
  /// Binds the first parameters.
  func bind(_ parameters: [ListParameter]) throws(SQLiteError) {
    for (index, parameter) in parameters.enumerated() {
      switch parameter {
      case .text(let text): try bind(index + 1, text)
      case .number(let number): try bind(index + 1, number)
      }
    }
  }
}

extension ItemRow {
  /// The columns that `init(_:)` reads.
  static let columns = """
    i.id, i.kind, i.lead, i.title, i.summary, i.state, i.status, i.codes, i.sites, i.keywords,
    i.day, i.released, i.starts, i.ends, i.all_day, i.schedule, i.old_start, i.created, i.changed,
    i.has_conflict, i.is_hidden, i.expires, i.merged_into, i.featured, i.title_key, i.n,
    i.recurrence, i.topic
    """
  /// What is sorted titles by, and the number of the row.
  static let titleKeyColumn = 24
  static let numberColumn = 25
  /// Columns of a row; what a query adds stands behind them.
  static let columnCount = 28

  /// Reads the current row.
  init(_ row: Statement) throws(ViewError) {
    guard let id = ItemID(row.text(0)), let lead = SiteID(row.text(2)) else {
      throw .database(.corrupt(message: "a row of no item"))
    }
    func parts(_ column: Int, _ separator: Character) -> [String] {
      row.text(column).split(separator: separator).map(String.init)
    }
    let kind = row.text(1)
    self.init(
      id: id, kind: kind, lead: lead, title: row.text(3), summary: row.text(4),
      state: row.text(5), status: kind == "project" && row.text(6) != "" ? row.text(6) : nil,
      fieldsOfAction: parts(7, ","), sites: parts(8, ",").compactMap { SiteID($0) },
      keywords: parts(9, "\n"), day: row.text(10), released: row.optionalText(11),
      start: row.optionalText(12), end: row.optionalText(13), allDay: row.int(14) == 1,
      scheduleState: row.optionalText(15), oldStart: row.optionalText(16),
      recurrence: row.optionalText(26),
      createdAt: Timestamp(milliseconds: Int64(row.int(17))),
      changedAt: Timestamp(milliseconds: Int64(row.int(18))), hasConflict: row.int(19) == 1,
      isHidden: row.int(20) == 1,
      expires: row.optionalInt(21).map { Timestamp(milliseconds: Int64($0)) },
      mergedInto: row.optionalText(22).flatMap { ItemID($0) }, featured: row.int(23) == 1,
      topic: row.optionalText(27))
  }

  /// The cursor of the page that ends with this row.
  func cursor(_ order: ItemQuery.Order, titleKey: String) -> String {
    switch order {
    case .changedFirst: "\(changedAt.milliseconds)~\(id)"
    case .title: "\(titleKey)~\(id)"
    case .newestFirst, .oldestFirst, .relevance: "\(day)~\(id)"
    }
  }
}
