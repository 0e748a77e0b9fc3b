// Checks of the tree as git tracks it: its top level, what must not be in it, and the test vectors.

enum TreeChecks {
  /// All that the root may hold; `.gitignore` and `.ci/run` are for git and CI.
  static let topLevel: Set<String> = [
    "Package.swift", "Sources", "Tests", "Protocols", "ops", "README.md", ".gitignore", ".ci",
  ]

  static let databases = [".sqlite", ".sqlite-wal", ".sqlite-shm", ".db"]

  static let pictures = [".png", ".jpg", ".jpeg", ".webp", ".gif"]

  static func topLevel(of paths: [String]) -> [Finding] {
    paths.filter { path in
      let root = String(path.prefix { $0 != "/" })
      return !topLevel.contains(root) || (root == ".ci" && path != ".ci/run")
    }.map {
      Finding(path: $0, line: nil, advice: "the top level is settled: put it in one of its folders")
    }
  }

  static func leftovers(in paths: [String]) -> [Finding] {
    paths.compactMap { path in
      let name = path.lowercased()
      let folders = path.split(separator: "/").dropLast()
      let isAsset = path.hasPrefix("Sources/") || path.hasPrefix("Protocols/vectors/")
      let isPicture = pictures.contains { name.hasSuffix($0) }
      let what: String
      if databases.contains(where: { name.hasSuffix($0) }) {
        what = "a database"
      } else if folders.contains(where: { $0.hasPrefix(".build") || $0 == ".swiftpm" }) {
        what = "a product of the build"
      } else if isPicture, !isAsset || name.contains("screen" + "shot") {
        what = "a picture that no page serves"
      } else {
        return nil
      }
      return Finding(path: path, line: nil, advice: "\(what): git rm --cached it")
    }
  }

  /// Every file below `Protocols/vectors` is one that a test reads: `<folder>/<case>.txt`, in a
  /// folder that a test names as a text of its own.
  static func unreadVectors(in paths: [String], tests: [String]) -> [Finding] {
    let root = "Protocols/vectors/"
    return paths.filter { $0.hasPrefix(root) }.compactMap { path in
      let parts = path.dropFirst(root.count).split(separator: "/")
      let isNamed = parts.last?.wholeMatch(of: /[a-z0-9]+(?:-[a-z0-9]+)*\.txt/) != nil
      guard parts.count == 2, isNamed else {
        return Finding(
          path: path, line: nil,
          advice: "vectors are <folder>/<case>.txt, in small letters, digits and hyphens")
      }
      if tests.contains(where: { $0.contains("\"\(parts[0])\"") }) { return nil }
      return Finding(
        path: path, line: nil, advice: "no test reads the vectors of \(parts[0]): read them in one")
    }
  }

  /// Every vector says why it is there, which rules it shows, and what comes out.
  static func headsOfVector(_ vector: NamedText) -> [Finding] {
    let heads = vector.lines.prefix { !$0.isEmpty }
    return ["why: ", "rule: ", "expect: "].filter { name in
      heads.count { $0.hasPrefix(name) && $0.count > name.count } != 1
    }.map {
      Finding(path: vector.path, line: nil, advice: "a vector has one head \($0)with a value")
    }
      + (vector.text.contains("\n\n")
        ? []
        : [
          Finding(path: vector.path, line: nil, advice: "an empty line ends the heads")
        ])
  }
}
