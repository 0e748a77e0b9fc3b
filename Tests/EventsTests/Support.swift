// What the suites of this target share: where data stands, vectors, seeds, sample events.

import Events
import Foundation
import Testing

/// The places that tests read from.
enum Place {
  /// The root of the project: two folders above this file's.
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// A file or folder of independent data beside the project; nil, and said, where it is not.
  static func data(_ path: String) -> URL? {
    let url = root.deletingLastPathComponent().appendingPathComponent("shared/data/\(path)")
    if FileManager.default.fileExists(atPath: url.path) { return url }
    print("skipped: there is no \(path) beside the project")
    return nil
  }

  static func bytes(_ url: URL) throws -> [UInt8] { [UInt8](try Data(contentsOf: url)) }
}

/// One vector: lines of `name: value`, an empty line, then the body to the end of the file.
struct Vector: Sendable, CustomTestStringConvertible {
  let name: String
  /// Of a head that stands several times the last.
  let heads: [String: String]
  /// Every line of the heads.
  let lines: [String]
  let body: [UInt8]

  var testDescription: String { name }

  init(_ url: URL) throws {
    name = url.deletingPathExtension().lastPathComponent
    let bytes = try Place.bytes(url)
    guard
      let gap = bytes.indices.dropLast().first(where: { bytes[$0] == 10 && bytes[$0 + 1] == 10 })
    else { throw CocoaError(.fileReadCorruptFile) }
    var heads: [String: String] = [:]
    lines = String(decoding: bytes[..<gap], as: UTF8.self).split(separator: "\n").map(String.init)
    for line in lines {
      let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      heads[String(parts[0])] = parts[1].trimmingCharacters(in: .whitespaces)
    }
    self.heads = heads
    body = Array(bytes[(gap + 2)...])
  }

  /// Every vector of a folder of `Protocols/vectors`, by name.
  static func all(_ folder: String) -> [Vector] {
    let url = Place.root.appendingPathComponent("Protocols/vectors/\(folder)")
    do {
      let files = try FileManager.default.contentsOfDirectory(
        at: url, includingPropertiesForKeys: nil)
      return try files.filter { $0.pathExtension == "txt" }
        .sorted { $0.path < $1.path }.map { try Vector($0) }
    } catch {
      fatalError("the vectors of \(folder) belong to the project: \(error)")
    }
  }
}

/// SplitMix64: the same numbers for the same seed everywhere.
struct Seeded: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

extension SiteID: ExpressibleByStringLiteral {
  package init(stringLiteral text: String) {
    guard let site = SiteID(text) else { fatalError("not a site: \(text)") }
    self = site
  }
}

/// Events to work with.
enum Sample {
  static let herten: SiteID = "herten"
  static let kreis: SiteID = "kreis"
  static let lineKey = [UInt8](0..<32)
  static let time = Timestamp(milliseconds: 1_795_256_130_123)

  static func context(_ seen: [Dot], _ dots: [Dot] = []) -> Context {
    Context(seen: VectorClock(seen), dots: dots)
  }

  static var draft: EventDraft {
    EventDraft(
      type: "project.revised", item: ItemID("herten-k3v9x2q7"),
      context: context([Dot(herten, 38), Dot(kreis, 9)], [Dot(herten, 41)]), by: "r2",
      writes: [
        .init("summary", "Glasfaser für \"alle\"\n"), .init("status", "running"),
        .init("place", ["lat": 51_593_000, "lon": 7_138_000]), .init("cost", .null),
      ])
  }

  static func event(_ draft: EventDraft = draft, seq: UInt64 = 42, seed: UInt64 = 1) throws
    -> Event
  {
    var random = Seeded(seed)
    return try draft.event(
      at: Dot(herten, seq), time: time, prev: SHA256.hash([1]), lineKey: lineKey, using: &random)
  }
}

/// Why `text` is no event; nil where it is one.
func refusal(_ text: [UInt8], _ checking: Event.Checking = .full) -> EventError? {
  do throws(EventError) {
    _ = try Event(scanning: text, checking: checking)
    return nil
  } catch {
    return error
  }
}
