// Writes the rows of items: the only place that changes the tables. Live folding and rebuilding
// use the same statements. Protocols/views.md §2.

import Events
import SQLite

/// The prepared statements that write one item. Lives as long as its connection.
final class RowStore {
  private let insertItem: Statement
  private let updateItem: Statement
  private let updateTexts: Statement
  private let insertFold: Statement
  private let updateFold: Statement
  private let insertSite: Statement
  private let deleteSite: Statement
  private let insertField: Statement
  private let deleteField: Statement
  private let insertKeyword: Statement
  private let deleteKeyword: Statement
  private let insertMedia: Statement
  private let deleteMedia: Statement
  private let insertConflict: Statement
  private let deleteConflicts: Statement
  private let insertInvitation: Statement
  private let deleteInvitations: Statement
  private let insertWords: Statement
  private let deleteWords: Statement

  /// The columns of `items` but `n`, in the order in which `bind` binds them from 2 on.
  private static let columns = [
    "id", "kind", "is_public", "lead", "sites", "fields", "status", "day", "over", "released",
    "expires", "featured", "changed", "title_key", "title", "summary", "state", "keywords",
    "codes", "starts", "ends", "all_day", "schedule", "old_start", "created", "has_conflict",
    "is_hidden", "merged_into", "recurrence", "topic",
  ]

  static let insertWordsSQL =
    """
    INSERT INTO search (rowid, title, keywords, summary, body, title_forms, forms)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
    """

  init(_ connection: Connection) throws(SQLiteError) {
    let names = Self.columns.joined(separator: ", ")
    let parameters = (1...Self.columns.count + 1).map { "?\($0)" }.joined(separator: ", ")
    let settings = Self.columns.enumerated().map { "\($1) = ?\($0 + 2)" }.joined(separator: ", ")
    insertItem = try connection.statement("INSERT INTO items (n, \(names)) VALUES (\(parameters))")
    updateItem = try connection.statement("UPDATE items SET \(settings) WHERE n = ?1")
    updateTexts = try connection.statement(
      """
      UPDATE items SET changed = ?14, title_key = ?15, title = ?16, summary = ?17, keywords = ?19,
        has_conflict = ?27, is_hidden = ?28, merged_into = ?29, recurrence = ?30,
        topic = ?31
      WHERE n = ?1
      """)
    insertFold = try connection.statement("INSERT INTO folds VALUES (?1, ?2)")
    updateFold = try connection.statement("UPDATE folds SET state = ?2 WHERE n = ?1")
    insertSite = try connection.statement("INSERT INTO item_sites VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
    deleteSite = try connection.statement(
      """
      DELETE FROM item_sites
      WHERE site = ?1 AND is_public = ?2 AND kind = ?3 AND day = ?4 AND id = ?5
      """)
    insertField = try connection.statement(
      "INSERT INTO item_fields VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
    deleteField = try connection.statement(
      """
      DELETE FROM item_fields
      WHERE code = ?1 AND is_public = ?2 AND kind = ?3 AND day = ?4 AND id = ?5
      """)
    insertKeyword = try connection.statement("INSERT INTO item_keywords VALUES (?1, ?2)")
    deleteKeyword = try connection.statement(
      "DELETE FROM item_keywords WHERE keyword = ?1 AND n = ?2")
    insertMedia = try connection.statement("INSERT INTO item_media VALUES (?1, ?2, ?3, ?4, ?5)")
    deleteMedia = try connection.statement(
      "DELETE FROM item_media WHERE sha = ?1 AND n = ?2 AND field = ?3")
    insertConflict = try connection.statement("INSERT INTO conflicts VALUES (?1, ?2, ?3, ?4)")
    deleteConflicts = try connection.statement("DELETE FROM conflicts WHERE n = ?1")
    insertInvitation = try connection.statement("INSERT INTO invitations VALUES (?1, ?2)")
    deleteInvitations = try connection.statement("DELETE FROM invitations WHERE n = ?1")
    insertWords = try connection.statement(Self.insertWordsSQL)
    // A table without content forgets a row when it is told the words that it had.
    deleteWords = try connection.statement(
      """
      INSERT INTO search (search, rowid, title, keywords, summary, body, title_forms, forms)
      VALUES ('delete', ?1, ?2, ?3, ?4, ?5, ?6, ?7)
      """)
  }

  // MARK: - Whole items

  /// Adds an item under a free number; its words come by `insertWords` or, in a rebuild, later.
  func insert(_ record: ItemRecord, _ n: Int64) throws(SQLiteError) {
    try bind(record, n, to: insertItem)
    try runBound(insertItem)
    for site in record.row.sites { try edit(insertSite, site.description, record, n) }
    for code in record.row.fieldsOfAction { try edit(insertField, code, record, n) }
    for key in record.keywordKeys { try insertKeyword.run(key, n) }
    try insertMedia(of: record, n)
    try insertConflicts(of: record, n)
    for site in record.invitations { try insertInvitation.run(site.description, n) }
  }

  /// Replaces what the tables hold of an item; only what differs is written.
  func update(from old: ItemRecord, to new: ItemRecord, _ n: Int64) throws(SQLiteError) {
    guard old != new else { return }
    // An UPDATE writes every index that has a column of its SET, whether or not it changes.
    let update = new.isPlaced(like: old) ? updateTexts : updateItem
    try bind(new, n, to: update)
    try runBound(update)
    let moved =
      old.row.day != new.row.day || old.row.kind != new.row.kind
      || old.row.isPublic != new.row.isPublic
    if moved || old.row.sites != new.row.sites {
      for site in old.row.sites { try edit(deleteSite, site.description, old, nil) }
      for site in new.row.sites { try edit(insertSite, site.description, new, n) }
    }
    if moved || old.row.fieldsOfAction != new.row.fieldsOfAction {
      for code in old.row.fieldsOfAction { try edit(deleteField, code, old, nil) }
      for code in new.row.fieldsOfAction { try edit(insertField, code, new, n) }
    }
    if old.row.keywords != new.row.keywords {
      for key in old.keywordKeys { try deleteKeyword.run(key, n) }
      for key in new.keywordKeys { try insertKeyword.run(key, n) }
    }
    if old.media != new.media {
      for file in old.media { try deleteMedia.run(file.hash, n, file.field) }
      try insertMedia(of: new, n)
    }
    if old.conflicts != new.conflicts || old.inboxes != new.inboxes {
      try deleteConflicts.run(n)
      try insertConflicts(of: new, n)
    }
    if old.invitations != new.invitations {
      try deleteInvitations.run(n)
      for site in new.invitations { try insertInvitation.run(site.description, n) }
    }
    if old.document != new.document {
      try IndexedDocument(old.document).run(n, by: deleteWords)
      try IndexedDocument(new.document).run(n, by: insertWords)
    }
  }

  /// Adds the words of an item to the index.
  func insertWords(_ document: IndexedDocument, _ n: Int64) throws(SQLiteError) {
    try document.run(n, by: insertWords)
  }

  // MARK: - States

  func insert(state: [UInt8], _ n: Int64) throws(SQLiteError) {
    try insertFold.bind(1, n)
    try insertFold.bind(2, state)
    try runBound(insertFold)
  }

  func update(state: [UInt8], _ n: Int64) throws(SQLiteError) {
    try updateFold.bind(1, n)
    try updateFold.bind(2, state)
    try runBound(updateFold)
  }

  // MARK: - Parts

  private func runBound(_ statement: Statement) throws(SQLiteError) {
    while try statement.step() {}
  }

  /// One row of `item_sites` or `item_fields`: added with its number, deleted without.
  private func edit(
    _ statement: Statement, _ value: String, _ record: ItemRecord, _ n: Int64?
  ) throws(SQLiteError) {
    try statement.bind(1, value)
    try statement.bind(2, record.row.isPublic ? 1 : 0)
    try statement.bind(3, record.row.kind)
    try statement.bind(4, record.row.day)
    try statement.bind(5, record.row.id.description)
    if let n { try statement.bind(6, n) }
    try runBound(statement)
  }

  private func insertMedia(of record: ItemRecord, _ n: Int64) throws(SQLiteError) {
    for file in record.media {
      try insertMedia.run(file.hash, n, file.field, file.bytes, file.isShown ? 1 : 0)
    }
  }

  private func insertConflicts(of record: ItemRecord, _ n: Int64) throws(SQLiteError) {
    for conflict in record.conflicts {
      let writers = conflict.writers.map(\.description).joined(separator: ",")
      for site in record.inboxes {
        try insertConflict.run(site.description, n, conflict.field, writers)
      }
    }
  }

  private func bind(
    _ record: ItemRecord, _ n: Int64, to statement: Statement
  ) throws(SQLiteError) {
    let row = record.row
    try statement.bind(1, n)
    try statement.bind(2, row.id.description)
    try statement.bind(3, row.kind)
    try statement.bind(4, row.isPublic ? 1 : 0)
    try statement.bind(5, row.lead.description)
    try statement.bind(6, record.siteSet)
    try statement.bind(7, record.fieldSet)
    try statement.bind(8, record.status)
    try statement.bind(9, row.day)
    try statement.bind(10, record.over)
    try row.released.bind(to: statement, at: 11)
    try (row.expires?.milliseconds).bind(to: statement, at: 12)
    try statement.bind(13, row.featured ? 1 : 0)
    try statement.bind(14, row.changedAt.milliseconds)
    try statement.bind(15, SearchText.key(row.title))
    try statement.bind(16, row.title)
    try statement.bind(17, row.summary)
    try statement.bind(18, row.state)
    // Neither has a line feed: one-line strings and codes.
    try statement.bind(19, row.keywords.joined(separator: "\n"))
    try statement.bind(20, row.fieldsOfAction.joined(separator: ","))
    try row.start.bind(to: statement, at: 21)
    try row.end.bind(to: statement, at: 22)
    try statement.bind(23, row.allDay ? 1 : 0)
    try row.scheduleState.bind(to: statement, at: 24)
    try row.oldStart.bind(to: statement, at: 25)
    try statement.bind(26, row.createdAt.milliseconds)
    try statement.bind(27, row.hasConflict ? 1 : 0)
    try statement.bind(28, row.isHidden ? 1 : 0)
    try (row.mergedInto?.description).bind(to: statement, at: 29)
    try row.recurrence.bind(to: statement, at: 30)
    try row.topic.bind(to: statement, at: 31)
  }
}
