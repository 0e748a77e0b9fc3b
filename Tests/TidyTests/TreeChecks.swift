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

  /// Every entry of `Protocols/vectors` is named in some test, so that no vector goes unread.
  static func unreadVectors(in paths: [String], tests: [String]) -> [Finding] {
    let root = "Protocols/vectors/"
    let entries = Set(
      paths.filter { $0.hasPrefix(root) }.map {
        String($0.dropFirst(root.count).prefix { $0 != "/" })
      })
    return entries.sorted().filter { entry in !tests.contains { $0.contains(entry) } }.map {
      Finding(path: root + $0, line: nil, advice: "no test names these vectors: read them in one")
    }
  }
}
