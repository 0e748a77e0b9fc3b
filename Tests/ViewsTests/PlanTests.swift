// Every list is read by an index: SQLite's own plan says so.

import Events
import SQLite
import Testing

@testable import Views

@Suite struct Plans {
  private func plan(
    _ match: String? = nil, _ change: (inout ItemQuery) -> Void
  ) throws -> (page: [String], counts: [String]) {
    let hub = try Hub()
    let connection = try Connection(path: hub.writer.path, mode: .readOnly)
    var query = ItemQuery()
    change(&query)
    let sql = try ListSQL(query, at: noon, match: match)
    return (try connection.plan(sql.page), try connection.plan(sql.counts))
  }

  /// Steps that read a whole table; the page that the inner query gave, and the index of words,
  /// are read from their start by design.
  private func scans(_ plan: [String]) -> [String] {
    plan.filter { $0.hasPrefix("SCAN") && $0 != "SCAN p" && !$0.contains("VIRTUAL TABLE INDEX") }
  }

  @Test func theItemsOfAFileAreFoundByItsHash() throws {
    let hub = try Hub()
    let plan = try Connection(path: hub.writer.path, mode: .readOnly).plan(ViewReader.usesOfMedia)
    #expect(plan.contains("SEARCH m USING PRIMARY KEY (sha=?)"), "\(plan)")
    #expect(scans(plan).isEmpty)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let index: String
    let change: @Sendable (inout ItemQuery) -> Void

    init(_ name: String, by index: String, _ change: @escaping @Sendable (inout ItemQuery) -> Void)
    {
      testDescription = name
      self.index = index
      self.change = change
    }
  }

  static let cases = [
    Case("news", by: "SEARCH i USING INDEX items_day (kind=? AND is_public=? AND day<?)") {
      $0.kinds = ["news"]
    },
    Case("projects", by: "SEARCH i USING INDEX items_day (kind=? AND is_public=?)") {
      $0.kinds = ["project"]
    },
    Case("all kinds", by: "SEARCH i USING INDEX items_day (kind=? AND is_public=?)") { _ in },
    Case("changes", by: "SEARCH i USING INDEX items_changed (is_public=?)") {
      $0.order = .changedFirst
    },
    Case(
      "dates to come",
      by: "SEARCH i USING COVERING INDEX items_over (kind=? AND is_public=? AND over>?)"
    ) {
      $0.kinds = ["date"]
      $0.from = "2026-03-01"
      $0.site = marl
    },
    Case("a site's", by: "SEARCH d USING PRIMARY KEY (site=? AND is_public=? AND kind=?)") {
      $0.kinds = ["project"]
      $0.site = marl
      $0.fieldOfAction = "klima"
      $0.status = "running"
    },
    Case("a field's", by: "SEARCH d USING PRIMARY KEY (code=? AND is_public=? AND kind=?)") {
      $0.kinds = ["project"]
      $0.fieldOfAction = "klima"
    },
    Case("a keyword's", by: "SEARCH k USING PRIMARY KEY (keyword=?)") { $0.keyword = "Solar" },
  ]

  @Test(arguments: cases)
  func aListIsReadByItsIndex(_ example: Case) throws {
    let plan = try plan(nil, example.change)
    #expect(plan.page.contains(example.index), "\(plan.page)")
    #expect(scans(plan.page).isEmpty)
    #expect(scans(plan.counts).isEmpty)
  }

  @Test(arguments: ["news", "project"])
  func theFirstPageOfAKindIsNotSorted(_ kind: String) throws {
    let plan = try plan(nil) { $0.kinds = [kind] }
    // Once, for the rows of the page.
    #expect(plan.page.count { $0.contains("TEMP B-TREE") } == 1, "\(plan.page)")
  }

  @Test func countsComeFromTheIndexAlone() throws {
    let plan = try plan(nil) { _ in }
    #expect(plan.counts.contains { $0.contains("USING COVERING INDEX items_counts") })
  }

  @Test func searchBeginsWithTheIndexOfWords() throws {
    let plan = try plan("\"solar\"") { $0.order = .relevance }
    #expect(scans(plan.page).isEmpty && scans(plan.counts).isEmpty)
  }

  @Test func anInboxIsReadByItsSite() throws {
    let hub = try Hub()
    let connection = try Connection(path: hub.writer.path, mode: .readOnly)
    let plan = try connection.plan(ViewReader.conflictsOfSite)
    #expect(plan.contains("SEARCH c USING PRIMARY KEY (site=?)"))
  }
}

@Suite struct Files {
  // view-8
  @Test func viewsOfAnotherSchemaOrOtherRulesAreRefused() throws {
    for change in ["schema = 99", "rules = 99"] {
      let hub = try Hub()
      let path = hub.writer.path
      hub.writer.close()
      let connection = try Connection(path: path, mode: .readWrite)
      try connection.execute("UPDATE meta SET \(change)")
      connection.close()
      let error = #expect(throws: ViewError.self) { _ = try ViewReader(path: path) }
      guard case .outdated = error else {
        Issue.record("not outdated: \(String(describing: error))")
        return
      }
    }
  }

  @Test func aFileOfOtherContentIsRefused() throws {
    let folder = try Folder()
    let connection = try Connection(path: folder.path + "/x.sqlite", mode: .readWrite)
    try connection.execute("CREATE TABLE other (x)")
    #expect(throws: ViewError.outdated(schema: 0, rules: 0)) {
      _ = try ViewReader(path: folder.path + "/x.sqlite")
    }
  }

  @Test func aDamagedStateIsNamed() throws {
    let hub = try Hub()
    try hub.news("herten-aaaaaaaa", "Titel")
    let connection = try Connection(path: hub.writer.path, mode: .readWrite)
    try connection.execute("UPDATE folds SET state = x'00'")
    #expect(throws: ViewError.damaged(item("herten-aaaaaaaa"))) {
      _ = try hub.views.state(item("herten-aaaaaaaa"))
    }
  }

  // view-1
  @Test func aBatchIsOneTransaction() throws {
    let hub = try Hub()
    try hub.news("herten-aaaaaaaa", "Titel")
    let before = (try hub.views.position(), try hub.views.version())
    let fold = try hub.writer.begin()
    var random = SystemRandom()
    for seq in UInt64(2)...4 {
      let draft = EventDraft(
        type: "news.created", item: ItemID(at: herten, using: &random),
        writes: [.init("title", "Titel")])
      let event = try draft.event(
        at: Dot(herten, seq), time: noon, prev: .zero, lineKey: lineKey, using: &random)
      #expect(try fold.judge(event) == .applied)
    }
    #expect(try hub.views.version() == before.1)
    #expect(try fold.commit().count == 3)
    #expect(try hub.views.version() == before.1 + 1)
    #expect(try hub.page { $0.audience = .editors }.total == 4)
  }
}
