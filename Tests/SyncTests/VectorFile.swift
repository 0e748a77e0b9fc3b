// Reads the vectors of Protocols/vectors: heads, an empty line, a body. Protocols/README.md §3.

import Foundation
import Testing

/// One vector; heads may stand several times.
struct VectorFile: Sendable, CustomTestStringConvertible {
  let name: String
  let heads: [(name: String, value: String)]
  let body: [UInt8]

  var testDescription: String { name }

  /// The value of a head that stands once.
  subscript(head: String) -> String? { heads.first { $0.name == head }?.value }

  /// The values of a head, in their order.
  func all(_ head: String) -> [String] { heads.filter { $0.name == head }.map(\.value) }

  init(_ url: URL) throws {
    name = url.deletingPathExtension().lastPathComponent
    let bytes = [UInt8](try Data(contentsOf: url))
    guard
      let gap = bytes.indices.dropLast().first(where: { bytes[$0] == 10 && bytes[$0 + 1] == 10 })
    else { throw CocoaError(.fileReadCorruptFile) }
    heads = String(decoding: bytes[..<gap], as: UTF8.self).split(separator: "\n").map { line in
      let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      return (String(parts[0]), String(parts.last?.dropFirst() ?? ""))
    }
    body = Array(bytes[(gap + 2)...])
  }

  /// The folder of the specifications: beside the folder of the tests.
  static let protocols = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Protocols")

  /// Every vector of a folder, by name.
  static func all(in folder: String) -> [VectorFile] {
    do {
      let url = protocols.appendingPathComponent("vectors/\(folder)")
      return try FileManager.default.contentsOfDirectory(
        at: url, includingPropertiesForKeys: nil
      ).sorted { $0.path < $1.path }.map { try VectorFile($0) }
    } catch {
      fatalError("the vectors of \(folder) belong to the project: \(error)")
    }
  }
}
