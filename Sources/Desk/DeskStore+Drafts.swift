// Drafts in `desk.sqlite`: each change is a transaction that is durable when it returns.

package import Events
package import SQLite

extension DeskStore {
  /// The tables of drafts and of the house's settings.
  static let draftSchema = """
    CREATE TABLE IF NOT EXISTS drafts (
      id TEXT PRIMARY KEY, item TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, isNew INTEGER NOT NULL,
      context TEXT NOT NULL, marks TEXT NOT NULL, inputs TEXT NOT NULL, hands TEXT NOT NULL,
      others TEXT NOT NULL,
      step TEXT NOT NULL, text TEXT, submitter TEXT, releaser TEXT, due INTEGER, lineEnd INTEGER,
      remark TEXT, writers TEXT NOT NULL, changed INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS settings (
      name TEXT PRIMARY KEY, value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    """

  private static let columns = """
    id, item, kind, isNew, context, marks, inputs, others, step, text, submitter, releaser, due, \
    lineEnd, remark, writers, changed, hands
    """

  /// Adds a draft, or gives the one that the house has of the item.
  package func add(_ draft: Draft) throws -> Draft {
    try connection.write {
      if let known = try self.draft(of: draft.item) { return known }
      try put(draft)
      return draft
    }
  }

  /// A draft by its name.
  package func draft(_ id: DraftID) throws(SQLiteError) -> Draft? {
    try connection.statement("SELECT \(DeskStore.columns) FROM drafts WHERE id = ?")
      .first(id.description, row: DeskStore.draft) ?? nil
  }

  /// The house's draft of an item.
  package func draft(of item: ItemID) throws(SQLiteError) -> Draft? {
    try connection.statement("SELECT \(DeskStore.columns) FROM drafts WHERE item = ?")
      .first(item.description, row: DeskStore.draft) ?? nil
  }

  /// All drafts of the house, the last changed first.
  package func drafts() throws(SQLiteError) -> [Draft] {
    try connection.statement(
      "SELECT \(DeskStore.columns) FROM drafts ORDER BY changed DESC, id"
    ).all(row: DeskStore.draft).compactMap(\.self)
  }

  /// Changes a draft in one transaction; what `body` throws undoes it.
  ///
  /// - Returns: the draft as it is now, and what `body` gave.
  /// - Throws: `DraftError.unknown` where there is none, the error of `body`, or a `SQLiteError`.
  @discardableResult
  package func change<T>(
    _ id: DraftID, _ body: (inout Draft) throws -> T
  ) throws -> (draft: Draft, result: T) {
    try connection.write {
      guard var draft = try draft(id) else { throw DraftError.unknown }
      let before = draft
      let result = try body(&draft)
      if draft != before { try put(draft) }
      return (draft, result)
    }
  }

  /// Forgets a draft; true if there was one.
  @discardableResult
  package func remove(_ id: DraftID) throws(SQLiteError) -> Bool {
    try connection.statement("DELETE FROM drafts WHERE id = ?").run(id.description)
    return connection.changes == 1
  }

  // MARK: - Releases to come

  /// Drafts that were released and whose moment has come, and those that a killed node left half
  /// way; the earliest first.
  package func dueDrafts(now: Timestamp) throws(SQLiteError) -> [Draft] {
    try connection.statement(
      """
      SELECT \(DeskStore.columns) FROM drafts
      WHERE (step = 'scheduled' AND due <= ?) OR step = 'releasing' ORDER BY due, id
      """
    ).all(now.milliseconds, row: DeskStore.draft).compactMap(\.self)
  }

  /// The next moment at which a draft is to be released; nil if there is none.
  package func nextDue() throws(SQLiteError) -> Timestamp? {
    let moment = try connection.statement(
      "SELECT min(due) FROM drafts WHERE step = 'scheduled' HAVING min(due) IS NOT NULL"
    ).first { $0.int(0) }
    return moment.map { Timestamp(milliseconds: Int64($0)) }
  }

  // MARK: - Settings

  /// True if the house wants a second person to release what somebody wrote.
  package func wantsFourEyes() throws(SQLiteError) -> Bool {
    try connection.statement("SELECT value FROM settings WHERE name = 'fourEyes'")
      .first { $0.text(0) } == "1"
  }

  /// Turns the rule of four eyes on or off.
  package func setFourEyes(_ isOn: Bool) throws(SQLiteError) {
    try connection.statement(
      "INSERT OR REPLACE INTO settings (name, value) VALUES ('fourEyes', ?)"
    ).run(isOn ? "1" : "0")
  }

  // MARK: - Rows

  func put(_ draft: Draft) throws(SQLiteError) {
    let statement = try connection.statement(
      """
      INSERT OR REPLACE INTO drafts (\(DeskStore.columns))
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """)
    let remark = draft.remark.map {
      FieldValue.array([.string($0.by ?? ""), .string($0.text)]).canonicalText
    }
    try statement.run(
      draft.id.description, draft.item.description, draft.kind, draft.isNew ? 1 : 0,
      draft.context.text, DeskStore.json(draft.marks.mapValues { [$0] }),
      DeskStore.json(draft.inputs), DeskStore.json(draft.others), draft.step.rawValue,
      draft.text?.stored, draft.submitter, draft.releaser, draft.due?.milliseconds,
      draft.lineEnd.map { Int64($0) }, remark,
      FieldValue.array(draft.writers.map { .string($0) }).canonicalText,
      draft.changed.milliseconds, DeskStore.json(draft.hands))
  }

  private static func json(_ hands: [String: Draft.Hand]) -> String {
    FieldValue.object(sorting: hands.map { ($0.key, value($0.value)) }).canonicalText
  }

  private static func value(_ hand: Draft.Hand) -> FieldValue {
    [.string(hand.by), .string(hand.page), .integer(hand.at.milliseconds)]
  }

  private static func hand(_ value: FieldValue) -> Draft.Hand? {
    guard let parts = value.elements, parts.count == 3, let by = parts[0].text,
      let page = parts[1].text, let at = parts[2].number
    else { return nil }
    return Draft.Hand(by: by, page: page, at: Timestamp(milliseconds: at))
  }

  private static func json(_ inputs: Draft.Inputs) -> String { value(inputs).canonicalText }

  private static func value(_ inputs: Draft.Inputs) -> FieldValue {
    .object(sorting: inputs.map { ($0.key, .array($0.value.map { .string($0) })) })
  }

  private static func json(_ others: [Draft.Other]) -> String {
    FieldValue.array(
      others.map { .array([.string($0.field), value($0.inputs), value($0.hand)]) }
    ).canonicalText
  }

  private static func parsed(_ text: String) -> FieldValue? {
    try? FieldValue(canonical: Array(text.utf8))
  }

  private static func inputs(_ value: FieldValue?) -> Draft.Inputs {
    guard case .object(let members)? = value else { return [:] }
    return Dictionary(
      uniqueKeysWithValues: members.map { ($0.name, $0.value.elements?.compactMap(\.text) ?? []) })
  }

  /// Nil for a row that this program did not write.
  private static func draft(_ row: Statement) -> Draft? {
    guard let id = DraftID(row.text(0)), let item = ItemID(row.text(1)),
      let context = Context(text: row.text(4)), let step = Draft.Step(rawValue: row.text(8))
    else { return nil }
    var draft = Draft(
      id: id, item: item, kind: row.text(2), isNew: row.int(3) == 1, context: context,
      marks: inputs(parsed(row.text(5))).compactMapValues(\.first),
      inputs: inputs(parsed(row.text(6))),
      writers: parsed(row.text(15))?.elements?.compactMap(\.text) ?? [],
      changed: Timestamp(milliseconds: Int64(row.int(16))))
    draft.others = (parsed(row.text(7))?.elements ?? []).compactMap { entry in
      guard let parts = entry.elements, parts.count == 3, let field = parts[0].text,
        let hand = hand(parts[2])
      else { return nil }
      return Draft.Other(field: field, inputs: inputs(parts[1]), hand: hand)
    }
    if case .object(let members)? = parsed(row.text(17)) {
      for member in members { draft.hands[member.name] = hand(member.value) }
    }
    draft.step = step
    draft.text = row.optionalText(9).flatMap { ReleaseText(stored: $0) }
    draft.submitter = row.optionalText(10)
    draft.releaser = row.optionalText(11)
    draft.due = row.optionalInt(12).map { Timestamp(milliseconds: Int64($0)) }
    draft.lineEnd = row.optionalInt(13).map { UInt64($0) }
    if let parts = row.optionalText(14).flatMap(parsed)?.elements, parts.count == 2,
      let by = parts[0].text, let words = parts[1].text
    {
      draft.remark = Draft.Remark(by: by.isEmpty ? nil : by, text: words)
    }
    return draft
  }
}
