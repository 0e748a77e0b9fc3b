// Drafts over a line that was replaced: their contexts are brought into its numbers of now.
// Protocols/sync.md §4.1.

package import Events
package import SQLite

extension DeskStore {
  private static let branchesName = "line-branches"

  /// How often the own line had been replaced when the contexts of the drafts were last looked at.
  package func branches() throws(SQLiteError) -> UInt64 {
    let query = try connection.statement("SELECT value FROM settings WHERE name = ?")
    return try query.first(DeskStore.branchesName) { UInt64($0.text(0)) ?? 0 } ?? 0
  }

  /// Brings every draft into the numbers of the own line as it is now. What was followed before is
  /// passed over, so that a second call changes nothing. If the process dies here, the next start
  /// does it.
  package func follow(_ branches: [(number: UInt64, numbers: Renumbering)]) throws {
    try connection.write {
      let done = try self.branches()
      for branch in branches where branch.number > done {
        for var draft in try drafts() {
          draft.context = draft.context.remapped(by: branch.numbers)
          draft.text = draft.text.map { text in
            ReleaseText(
              type: text.type, context: text.context.remapped(by: branch.numbers),
              writes: text.writes)
          }
          try put(draft)
        }
        try connection.statement("INSERT OR REPLACE INTO settings VALUES (?, ?)")
          .run(DeskStore.branchesName, "\(branch.number)")
      }
    }
  }
}
