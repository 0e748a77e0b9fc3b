// The project's files as the tidy tests see them: found from this file's place, listed by git.

import Foundation

/// The tree that this file belongs to.
struct Project {
  let root: URL
  /// Paths that git tracks, and new ones that it does not ignore; nil outside a git checkout.
  let trackedPaths: [String]?

  init() {
    root = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    trackedPaths = Self.listing(of: root)
    if trackedPaths == nil { print("skipped: no git checkout, so the tree is not checked") }
  }

  /// The text of a file, or nil where it is not UTF-8.
  func text(of path: String) -> String? {
    (try? Data(contentsOf: root.appending(path: path))).flatMap {
      String(data: $0, encoding: .utf8)
    }
  }

  /// All Swift files below a folder, in the order of their paths.
  func sources(in folder: String) -> [SwiftText] {
    let found = FileManager.default.enumerator(atPath: root.appending(path: folder).path)
    let names = (found?.compactMap { $0 as? String } ?? []).filter { $0.hasSuffix(".swift") }
    return names.sorted().compactMap { name in
      text(of: "\(folder)/\(name)").map { SwiftText(path: "\(folder)/\(name)", text: $0) }
    }
  }

  private static func listing(of root: URL) -> [String]? {
    let git = Process()
    let output = Pipe()
    git.executableURL = URL(filePath: "/usr/bin/env")
    // The checkout may belong to another user than the one who tests it.
    git.arguments =
      ["git", "-c", "safe.directory=*", "-C", root.path]
      + ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    git.standardOutput = output
    git.standardError = FileHandle.nullDevice
    guard (try? git.run()) != nil else { return nil }
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    git.waitUntilExit()
    guard git.terminationStatus == 0 else { return nil }
    return bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
      .filter { FileManager.default.fileExists(atPath: root.appending(path: $0).path) }
  }
}
