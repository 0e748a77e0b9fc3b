// Enforces what a machine can of the house style over the whole project. The checks stand in the
// files beside this one; SampleTests shows that each of them can fail.

import Testing

@Suite struct TidyTests {
  private static let project = Project()
  private static let sources = project.sources(in: "Sources")
  private static let tests = project.sources(in: "Tests")
  private static let package = SwiftText(
    path: "Package.swift", text: project.text(of: "Package.swift") ?? "")
  private static let tables = PackageTables(text: project.text(of: "Package.swift") ?? "")

  private static var tracked: [String] { project.trackedPaths ?? [] }

  @Test func packageTablesAreReadWhole() {
    #expect(Self.tables.modules.count >= 10)
    #expect(Self.tables.programs.count >= 3)
    #expect(Self.tables.systemLibraries.contains("CSQLite"))
    #expect(!Self.sources.isEmpty && !Self.tests.isEmpty)
  }

  @Test func eachTargetImportsOnlyEarlierOnes() {
    report(ArrowChecks.order(of: Self.tables))
  }

  @Test func eachFileImportsOnlyWhatItsTargetLists() {
    report(eachSource { ArrowChecks.imports(of: $0, target: $1, tables: Self.tables) })
  }

  @Test func noPackageIsUsed() {
    report(ArrowChecks.packageDependencies(of: Self.package))
  }

  @Test func filesAreShort() {
    report((Self.sources + Self.tests).flatMap(TextChecks.fileLength))
  }

  @Test func linesAreShort() {
    report((Self.sources + Self.tests).flatMap(TextChecks.lineWidths))
  }

  @Test func functionsAreShort() {
    report((Self.sources + Self.tests).flatMap(TextChecks.bodyLengths))
  }

  @Test func nothingIsMarkedUnfinished() {
    let texts = Self.tracked.filter { !$0.hasPrefix("Protocols/vectors/") }
    report(
      texts.flatMap { path in
        TextChecks.marksOfUnfinishedWork(in: Self.project.text(of: path) ?? "", path: path)
      })
  }

  @Test func filesAndTargetsHaveTellingNames() {
    report(Self.tracked.flatMap(TextChecks.emptyName))
    report(TextChecks.emptyNames(in: Self.tables))
  }

  @Test func noTypeBearsItsModulesName() {
    report(eachSource(TextChecks.typeNamedLikeModule))
  }

  @Test func everyFileSaysWhatItIsFor() {
    report((Self.sources + Self.tests).flatMap(TextChecks.header))
  }

  @Test func everyPackageDeclarationIsDocumented() {
    report(Self.sources.flatMap(TextChecks.docComments))
  }

  @Test func everyEscapeFromTheCompilerIsJustified() {
    report((Self.sources + Self.tests).flatMap(TextChecks.unjustified))
    report(Self.sources.flatMap(TextChecks.unjustifiedUnwraps))
  }

  @Test func theTopLevelHoldsOnlyItsEntries() {
    report(TreeChecks.topLevel(of: Self.tracked))
  }

  @Test func nothingMadeByARunIsTracked() {
    report(TreeChecks.leftovers(in: Self.tracked))
  }

  @Test func everyVectorIsReadByATest() {
    let tests = Self.tracked.filter { $0.hasPrefix("Tests/") && !$0.hasPrefix("Tests/TidyTests/") }
    let texts = tests.compactMap(Self.project.text)
    report(TreeChecks.unreadVectors(in: Self.tracked, tests: texts))
  }

  /// Runs a check over every source, with the name of the target it belongs to.
  private func eachSource(_ check: (SwiftText, String) -> [Finding]) -> [Finding] {
    Self.sources.flatMap { source in
      let parts = source.path.split(separator: "/")
      return check(source, String(parts[1]))
    }
  }

  private func report(_ findings: [Finding], at location: SourceLocation = #_sourceLocation) {
    for finding in findings { Issue.record("\(finding)", sourceLocation: location) }
  }
}
