// Checks of the arrows between targets: what Package.swift lists is what the sources import, in
// the order of the data flow.

/// The tables of `Package.swift`, read as text.
struct PackageTables {
  /// A target with the modules that it may import.
  struct Row {
    let name: String
    let imports: [String]
    let line: Int
  }

  let modules: [Row]
  let programs: [Row]
  /// The modules that hold C headers only.
  let systemLibraries: [String]

  init(text: String) {
    modules = Self.rows(of: "modules", in: text)
    programs = Self.rows(of: "programs", in: text)
    systemLibraries = text.matches(of: /\.systemLibrary\(\s*name:\s*"(\w+)"/).map { String($0.1) }
  }

  var rows: [Row] { modules + programs }

  /// Every name that stands for a module of this project.
  var projectModules: Set<String> { Set(rows.map(\.name) + systemLibraries) }

  private static func rows(of table: String, in text: String) -> [Row] {
    guard let start = text.firstRange(of: "\nlet \(table): "),
      let end = text[start.upperBound...].firstRange(of: "\n]")
    else { return [] }
    let row = /\(\s*"(\w+)"\s*,\s*\[([^\]]*)\]\s*\)/
    return text[start.upperBound..<end.lowerBound].matches(of: row).map { match in
      Row(
        name: String(match.1),
        imports: match.2.matches(of: /"(\w+)"/).map { String($0.1) },
        line: 1 + text[..<match.range.lowerBound].utf8.count { $0 == UInt8(ascii: "\n") })
    }
  }
}

enum ArrowChecks {
  /// What every target may import beside the modules of its row.
  static let platform: Set<String> = [
    "Foundation", "FoundationNetworking", "FoundationXML", "Dispatch", "Synchronization", "Glibc",
  ]

  /// Modules that only some targets may import, whatever their rows say.
  static let reserved: [(module: String, targets: Set<String>)] = [
    ("CSQLite", ["SQLite", "VestHubBench"]),
    ("CCrypt", ["Desk"]),
    ("FoundationNetworking", ["Node"]),
    ("FoundationXML", ["Importers"]),
  ]

  /// Targets on the hot path or pure by design. Foundation stays out of them.
  static let withoutFoundation: Set<String> = ["Events", "Sync", "Catalogue", "HTTP"]

  /// Each row imports only what stands above it, so the arrows can have no cycle.
  static func order(of tables: PackageTables) -> [Finding] {
    var known = Set(tables.systemLibraries)
    var findings: [Finding] = []
    for (index, row) in tables.rows.enumerated() {
      for name in row.imports where !known.contains(name) {
        findings.append(
          Finding(
            path: "Package.swift", line: row.line,
            advice: "\(row.name) imports \(name), which no earlier row of modules lists: "
              + "move \(name) up or turn the arrow round"))
      }
      // Programs are imported by nobody.
      if index < tables.modules.count { known.insert(row.name) }
    }
    return findings
  }

  /// The file's imports are allowed to its target.
  static func imports(of source: SwiftText, target: String, tables: PackageTables) -> [Finding] {
    guard let row = tables.rows.first(where: { $0.name == target }) else {
      return [
        Finding(
          path: source.path, line: nil,
          advice: "no row of Package.swift names \(target): add one or move the file")
      ]
    }
    return imported(by: source).compactMap { line, module in
      refusal(of: module, row: row, tables: tables).map {
        Finding(path: source.path, line: line, advice: $0)
      }
    }
  }

  /// Test targets may import anything of the project, and these beside it.
  static func packageDependencies(of package: SwiftText) -> [Finding] {
    package.code.enumerated().filter { $0.element.contains(".package(") }.map {
      Finding(
        path: package.path, line: $0.offset + 1,
        advice: "a package dependency: use Foundation, Dispatch or libsqlite3 instead")
    }
  }

  private static func refusal(
    of module: String, row: PackageTables.Row, tables: PackageTables
  ) -> String? {
    if let rule = reserved.first(where: { $0.module == module }), !rule.targets.contains(row.name) {
      let allowed = rule.targets.sorted().joined(separator: " and ")
      return "only \(allowed) may import \(module): ask it through its door"
    }
    if withoutFoundation.contains(row.name), module.hasPrefix("Foundation") {
      return "\(row.name) does without Foundation: write the few lines that are needed"
    }
    if tables.projectModules.contains(module) {
      return row.imports.contains(module)
        ? nil : "the row of \(row.name) in Package.swift does not list \(module): do without it"
    }
    return platform.contains(module)
      ? nil : "\(module) is neither of this project nor one of the platform modules in use"
  }

  private static func imported(by source: SwiftText) -> [(line: Int, module: String)] {
    let statement = /^\s*(?:@\w+\s+|package\s+|internal\s+|private\s+|fileprivate\s+|public\s+)*/
    let name = /import\s+(?:(?:struct|class|enum|protocol|typealias|func|let|var)\s+)?(\w+)/
    return source.code.enumerated().compactMap { index, line in
      guard line.contains("import "), let start = line.prefixMatch(of: statement),
        let match = line[start.range.upperBound...].prefixMatch(of: name)
      else { return nil }
      return (index + 1, String(match.1))
    }
  }
}
