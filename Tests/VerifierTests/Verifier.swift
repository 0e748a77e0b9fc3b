// The verifier in Python as a process, and what it tells of an export.

import Foundation

/// `Protocols/verify.py`, which shares no code with what it is compared to.
enum Verifier {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Its address.
  static let path = root.appendingPathComponent("Protocols/verify.py").path

  /// True where Python 3.11 or later can run it.
  static let isThere: Bool = {
    let probe = "import sys; sys.exit(sys.version_info < (3, 11))"
    return (try? run("/usr/bin/env", ["python3", "-c", probe]).code) == 0
  }()

  struct Ended {
    let code: Int32
    let output: Data
    var text: String { String(decoding: output, as: UTF8.self) }
  }

  /// Runs it to its end.
  static func run(_ words: [String]) throws -> Ended {
    try run("/usr/bin/env", ["python3", path] + words)
  }

  /// Runs a program to its end; what it says of errors goes where the tests' own does.
  static func run(_ program: String, _ words: [String]) throws -> Ended {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = words
    let output = Pipe()
    process.standardOutput = output
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let said = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Ended(code: process.terminationStatus, output: said)
  }

  /// What one process finds in many exports.
  static func told(of files: [String], _ options: [String] = []) throws -> [Told] {
    let ended = try run(["export", "--json"] + options + files)
    return try ended.output.split(separator: 0x0a).map {
      try JSONDecoder().decode(Told.self, from: $0)
    }
  }
}

/// One line of what the verifier prints with `--json`: a state or a fault.
struct Told: Decodable {
  let fault: Fault?
  let digest: String?
  let position: UInt64?
  let root: String?
  let contradicted: [String]?
  let heads: [String: UInt64]?
  let verdicts: [String: String]?
  let items: [String: Item]?
  let membership: [String: Membership]?

  struct Fault: Decodable {
    let word: String
    let line: Int
    let offset: Int
    let byte: Int
    let dot: String?
    let why: String
  }

  struct Item: Decodable {
    let kind: String
    let lead: String
    let fields: [String: Field]
  }

  struct Field: Decodable {
    let winner: String?
    let conflict: Bool
    let survivors: [Survivor]
  }

  struct Survivor: Decodable {
    let dot: String
    let position: UInt64?
    let erased: Bool?
  }

  struct Membership: Decodable {
    let survivors: [Entry]
    struct Entry: Decodable { let value: Value }
    struct Value: Decodable {
      let name: String
      let state: String
    }
  }
}

/// A folder of one test, removed with it; in memory where the system has a place for that, as two
/// hundred logs would wait for the disk after each batch.
final class Folder {
  let path: String

  init() throws {
    let memory = "/dev/shm/"
    let parent =
      FileManager.default.isWritableFile(atPath: memory) ? memory : NSTemporaryDirectory()
    path = parent + "verifier-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  /// Writes a file and tells its address.
  func file(_ name: String, _ bytes: [UInt8]) throws -> String {
    let file = path + "/" + name
    try Data(bytes).write(to: URL(fileURLWithPath: file))
    return file
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
