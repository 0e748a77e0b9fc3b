// Shows of each check that it lets good text pass and that it can fail, and of the scanner that it
// tells code from literals and comments.

import Testing

@Suite struct SampleTests {
  private static let tables = PackageTables(
    text: """
      // swift-tools-version: 6.2

      let modules: [Row] = [
        // A comment with ("Nothing", ) in it.
        ("Events", []),
        ("SQLite", ["CSQLite"]),
        (
          "Views",
          ["Events", "SQLite"]
        ),
        ("Node", ["Views"]),
      ]

      let programs: [Row] = [
        ("vesthub", ["Node"])
      ]

      let package = Package(targets: [.systemLibrary(name: "CSQLite")])
      """)

  private func source(_ text: String) -> SwiftText { SwiftText(path: "A.swift", text: text) }

  private func body(lines: Int, header: String) -> String {
    "\(header) {\n" + String(repeating: "  step()\n", count: lines) + "}\n"
  }

  // MARK: - Arrows

  @Test func rowsOverSeveralLinesAreRead() {
    #expect(Self.tables.rows.map(\.name) == ["Events", "SQLite", "Views", "Node", "vesthub"])
    #expect(Self.tables.modules[2].imports == ["Events", "SQLite"])
    #expect(Self.tables.modules[2].line == 7)
  }

  @Test func anArrowUpwardsIsFound() {
    #expect(ArrowChecks.order(of: Self.tables).isEmpty)
    let cycle = PackageTables(
      text: "\nlet modules: [Row] = [\n  (\"A\", [\"B\"]),\n  (\"B\", [\"A\"]),\n]\n")
    #expect(ArrowChecks.order(of: cycle).map(\.line) == [3])
  }

  @Test(arguments: [
    ("import Events\npackage import SQLite\nimport Foundation", "Views", 0),
    ("@preconcurrency import Dispatch\nimport struct Synchronization.Mutex", "Events", 0),
    ("#if canImport(FoundationNetworking)\n  import FoundationNetworking\n#endif", "Node", 0),
    ("let text = \"\"\"\n  import Node\n  \"\"\"", "Events", 0),
    ("import Node", "Views", 1),
    ("import CSQLite", "Views", 1),
    ("import FoundationNetworking", "Views", 1),
    ("import class Foundation.Thread", "Events", 1),
    ("import NIOCore", "Views", 1),
    ("import Events", "Elsewhere", 1),
  ])
  func importsAreJudgedByTheRow(text: String, target: String, count: Int) {
    let findings = ArrowChecks.imports(of: source(text), target: target, tables: Self.tables)
    #expect(findings.count == count)
  }

  @Test func aPackageDependencyIsFound() {
    #expect(ArrowChecks.packageDependencies(of: source("let package = Package()")).isEmpty)
    let text = "dependencies: [\n  .package(url: \"https://example.org\", from: \"1.0.0\")\n]"
    #expect(ArrowChecks.packageDependencies(of: source(text)).map(\.line) == [2])
  }

  // MARK: - Sizes

  @Test func aLongFileIsFound() {
    let lines = { (count: Int) in String(repeating: "// x\n", count: count) }
    #expect(TextChecks.fileLength(of: source(lines(TextChecks.fileLineLimit))).isEmpty)
    #expect(TextChecks.fileLength(of: source(lines(TextChecks.fileLineLimit + 1))).count == 1)
  }

  @Test func aLongLineIsFound() {
    let wide = String(repeating: "ä", count: TextChecks.lineWidthLimit)
    let good = source("//" + wide.dropLast(2) + "\nlet a = \"\(wide)\"\n\"\"\"\n\(wide)x\n\"\"\"\n")
    let bad = source("// A.\n// \(wide)\n")
    #expect(TextChecks.lineWidths(of: good).isEmpty)
    #expect(TextChecks.lineWidths(of: bad).map(\.line) == [2])
    #expect(good.widths.count == good.lines.count)
  }

  @Test(arguments: [
    "func long(_ then: () -> Void = {}) throws(LogError) -> [Int]", "package init?(text: String)",
    "subscript(index: Int) -> Int", "var total: Int", "let before = \"}\"\n  func after()",
  ])
  func aLongBodyIsFound(header: String) {
    let fits = source(body(lines: TextChecks.bodyLineLimit, header: header))
    let exceeds = source(body(lines: TextChecks.bodyLineLimit + 1, header: header))
    #expect(TextChecks.bodyLengths(of: fits).isEmpty)
    #expect(TextChecks.bodyLengths(of: exceeds).count == 1)
  }

  @Test(arguments: ["struct Table", "extension Table: Sendable", "let a = T.init(1)\nif a"])
  func aLongBlockThatIsNoFunctionPasses(header: String) {
    #expect(TextChecks.bodyLengths(of: source(body(lines: 100, header: header))).isEmpty)
  }

  // MARK: - Words

  @Test func aMarkOfUnfinishedWorkIsFound() {
    let find = { TextChecks.marksOfUnfinishedWork(in: $0, path: "ops/run") }
    #expect(find("mktemp -d /tmp/run.XXXXXX\nthe todo list\n").isEmpty)
    for mark in TextChecks.marks {
      #expect(find("fine\n# \(mark): later").map(\.line) == [2])
    }
  }

  @Test func namesThatSayNothingAreFound() {
    #expect(TextChecks.emptyName(ofFile: "Sources/HTTP/Router.swift").isEmpty)
    for name in TextChecks.emptyFileNames {
      #expect(
        TextChecks.emptyName(ofFile: "Sources/HTTP/String\(name.uppercased()).swift").count == 1)
    }
    #expect(TextChecks.emptyNames(in: Self.tables).isEmpty)
    for name in TextChecks.emptyTargetNames {
      let tables = PackageTables(text: "\nlet modules: [Row] = [\n  (\"\(name)\", []),\n]\n")
      #expect(TextChecks.emptyNames(in: tables).count == 1)
    }
  }

  @Test func aTypeNamedLikeItsModuleIsFound() {
    let good = source("package struct SyncSession {}\n// struct Sync\nextension Sync {}")
    let bad = source("package struct SyncSession {}\npackage enum Sync {}")
    #expect(TextChecks.typeNamedLikeModule(in: good, target: "Sync").isEmpty)
    #expect(TextChecks.typeNamedLikeModule(in: bad, target: "Sync").map(\.line) == [2])
  }

  // MARK: - Comments

  @Test func aFileWithoutAHeaderIsFound() {
    #expect(TextChecks.header(of: source("// Reads the log.\nimport Events")).isEmpty)
    #expect(TextChecks.header(of: source("import Events\n// Reads the log.")).count == 1)
    #expect(TextChecks.header(of: source("//\n// Reads the log.")).count == 1)
    #expect(TextChecks.header(of: source("")).count == 1)
  }

  @Test(arguments: [
    "/// Reads.\n@inlinable\n@discardableResult package static func read() -> Int { 1 }",
    "package import Events\nfunc inner() {}\nprivate let package = 1",
    "/// A.\npackage struct A: Hashable {\n  package static func == (a: A, b: A) -> Bool { true }\n}",
    "extension A: CustomStringConvertible {\n  package var length: Int { 1 }\n}",
    "/// The count.\npackage private(set) var count = 0",
    "let text = \"package func read()\"",
  ])
  func documentedDoorsPass(text: String) {
    #expect(TextChecks.docComments(of: source(text)).isEmpty)
  }

  @Test(arguments: [
    "// Reads.\npackage func read() {}", "package private(set) var count = 0",
    "/// A.\npackage struct A {\n  package let size: Int\n}", "package final class A {}",
    "extension A {\n  package static func make() {}\n}",
    "nonisolated package init?(text: String) {}",
    "/// Far above.\n\npackage enum A {}",
  ])
  func anUndocumentedDoorIsFound(text: String) {
    #expect(TextChecks.docComments(of: source(text)).count == 1)
  }

  @Test(arguments: [
    "let a = try! read()  // The text is a literal.", "// Made above.\nlet a = b as! String",
    "/// Guarded by the lock.\n@available(*, deprecated)\nfinal class A: @unchecked Sendable {}",
    "let a = \"try! as! unsafe\"", "if a != b, !c, d as? E != nil {}",
    "/* The buffer outlives the call. */\nlet a = unsafe pointer.pointee",
  ])
  func justifiedEscapesPass(text: String) {
    #expect(TextChecks.unjustified(in: source(text)).isEmpty)
    #expect(TextChecks.unjustifiedUnwraps(in: source(text)).isEmpty)
  }

  @Test(arguments: [
    "let a = try! read()", "let a = b as! String", "final class A: @unchecked Sendable {}",
    "nonisolated(unsafe) var a = 1", "let b = 1  // About b.\nlet a = unsafe pointer.pointee",
    "let a = \"\\(try! read())\"",
  ])
  func anUnjustifiedEscapeIsFound(text: String) {
    #expect(TextChecks.unjustified(in: source(text)).count == 1)
  }

  @Test func anUnjustifiedUnwrapIsFound() {
    #expect(TextChecks.unjustifiedUnwraps(in: source("let a = b.first! + c[0]!")).count == 1)
    #expect(TextChecks.unjustifiedUnwraps(in: source("let a = b!  // Set by init.")).isEmpty)
    #expect(TextChecks.unjustifiedUnwraps(in: source("let a = try! read()")).isEmpty)
    let both = "// Both are set by init.\nlet a = b!\nlet c = d!"
    #expect(TextChecks.unjustifiedUnwraps(in: source(both)).isEmpty)
    #expect(TextChecks.unjustifiedUnwraps(in: source("// Apart.\n\nlet a = b!")).count == 1)
  }

  // MARK: - The tree

  @Test func aStrangeEntryOfTheTopLevelIsFound() {
    let good = [".ci/run", ".gitignore", "Package.swift", "Protocols/event.md", "ops/test"]
    #expect(TreeChecks.topLevel(of: good).isEmpty)
    let bad = ["docs/a.md", "Makefile", ".ci/other"]
    #expect(TreeChecks.topLevel(of: bad).map(\.path) == bad)
  }

  @Test func whatARunLeavesBehindIsFound() {
    let good = ["Sources/Web/Assets/icon.png", "Tests/WebTests/WebTests.swift"]
    #expect(TreeChecks.leftovers(in: good).isEmpty)
    let bad = [
      "Tests/log.sqlite", "ops/log.sqlite-wal", ".build/release/vesthub", "ops/desk.png",
      "Sources/Web/screen" + "shot-1.png",
    ]
    #expect(TreeChecks.leftovers(in: bad).map(\.path) == bad)
  }

  // MARK: - The scanner

  @Test(arguments: [
    ("let a = \"{\" // {", "let a = \"{\" // {".filter { !"{/".contains($0) }),
    ("a(\"x \\(b(\"}\") { c }) y\")", "a(\"(b(\"\"){c})\")"),
    (#"let a = "\\" + "\"""#, #"leta=""+"""#),
    ("let a = #\"\"{\"# + 1", "leta=\"\"+1"),
    ("/* a /* { */ } */ b", "b"),
    ("let a = \"\"\"\n  \"{\" \\\n  }\n  \"\"\"\nb", "leta=\"\"\"\"\"\"b"),
    ("let a = /[\"{]/\nlet b = 6 / 2 / c", "leta=letb=6/2/c"),
    ("let a = #/\"/{/#\nb", "leta=b"),
  ])
  func literalsAndCommentsAreBlanked(text: String, expected: String) {
    let code = source(text).code.joined().filter { !$0.isWhitespace }
    #expect(code == expected.filter { !$0.isWhitespace })
  }

  @Test func blocksKnowTheirLines() {
    let blocks = source("struct A {\n  func b() {\n  }\n}\n").blocks
    #expect(blocks.map { [$0.openLine, $0.closeLine] } == [[1, 4], [2, 3]])
  }
}
