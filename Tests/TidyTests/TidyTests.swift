// Enforces what a machine can of the house style over the whole project. The checks stand in the
// files beside this one; SampleTests shows that each of them can fail.

import Foundation
import Testing

@Suite struct TidyTests {
  private static let project = Project()
  private static let sources = project.sources(in: "Sources")
  private static let tests = project.sources(in: "Tests")
  private static let package = SwiftText(
    path: "Package.swift", text: project.text(of: "Package.swift") ?? "")
  private static let tables = PackageTables(text: project.text(of: "Package.swift") ?? "")

  private static var tracked: [String] { project.trackedPaths ?? [] }

  /// The specifications; the one that explains the others states no rule.
  private static let documents = texts {
    $0.hasPrefix("Protocols/") && $0.hasSuffix(".md") && $0 != "Protocols/README.md"
  }
  private static let vectors = texts { $0.hasPrefix("Protocols/vectors/") }
  /// The tests of the program; those of this target name rules and vectors only as samples.
  private static let suiteTexts = texts {
    $0.hasPrefix("Tests/") && !$0.hasPrefix("Tests/TidyTests/")
  }

  private static func texts(where isWanted: (String) -> Bool) -> [NamedText] {
    tracked.filter(isWanted).map { path in
      // Vectors may hold bytes that are not UTF-8; their heads are.
      let bytes = (try? Data(contentsOf: project.root.appending(path: path))) ?? Data()
      return NamedText(path: path, text: String(decoding: bytes, as: UTF8.self))
    }
  }

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
    report(TreeChecks.unreadVectors(in: Self.tracked, tests: Self.suiteTexts.map(\.text)))
  }

  @Test func everyVectorSaysWhatItShows() {
    report(Self.vectors.flatMap(TreeChecks.headsOfVector))
  }

  @Test func everyRuleHasAnIDOfItsOwn() {
    #expect(RuleChecks.stated(in: Self.documents).count > 100)
    report(RuleChecks.ids(in: Self.documents))
    report(Self.documents.flatMap(RuleChecks.sentencesWithoutID))
  }

  @Test func everyRuleIsShownByAVectorOrATest() {
    report(
      RuleChecks.unshown(in: Self.documents, vectors: Self.vectors, tests: Self.suiteTexts))
  }

  @Test func everyReferenceToASectionLeadsToOne() {
    let code = Self.sources.map { source in
      NamedText(path: source.path, text: source.lines.joined(separator: "\n"))
    }
    let all = Self.documents + Self.texts { $0 == "Protocols/README.md" }
    report(
      (all + code + Self.suiteTexts).flatMap { RuleChecks.brokenReferences(in: $0, documents: all) }
    )
  }

  @Test func noVectorAndNoTestNamesARuleThatIsNone() {
    report(
      RuleChecks.unknown(in: Self.documents, vectors: Self.vectors, tests: Self.suiteTexts))
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
