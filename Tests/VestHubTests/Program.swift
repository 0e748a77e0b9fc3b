// The real program in the tests: run to its end, or as a node that is killed and started again.

import Events
import Foundation
import Node
import Sync

/// The program that was built beside the tests.
enum Program {
  static let url = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appendingPathComponent("vesthub")

  struct Ended {
    let code: Int32
    let output: String
    let errors: String
  }

  /// Runs a command line to its end.
  static func run(_ words: [String]) throws -> Ended {
    let process = Process()
    process.executableURL = url
    process.arguments = words
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    let notes = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Ended(
      code: process.terminationStatus, output: String(decoding: text, as: UTF8.self),
      errors: String(decoding: notes, as: UTF8.self))
  }

  /// A folder that is empty and of this test alone.
  static func folder() throws -> String {
    let path = NSTemporaryDirectory() + "/vesthub-test-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }

  /// A port that was free a moment ago, with `count` behind it that most likely are.
  static func port() -> Int { Int.random(in: 20_000...29_000) }

  /// The words that start a city whose hub is away.
  static func cityWords(_ site: String, folder: String, port: Int) throws -> [String] {
    let file = folder + "/\(site).key"
    if !FileManager.default.fileExists(atPath: file) {
      var random = SystemRandom()
      guard let id = SiteID(site) else { throw Failure("\(site) is no site") }
      let join = JoinFile(
        region: RegionID(using: &random), key: SiteKey(of: id, using: &random))
      try Data(join.text.utf8).write(to: URL(fileURLWithPath: file))
    }
    return [
      "city", "--site", site, "--hub", "http://127.0.0.1:9", "--key-file", file,
      "--data", folder + "/\(site)", "--listen", "127.0.0.1:\(port)",
    ]
  }

  struct Failure: Error {
    let text: String
    init(_ text: String) { self.text = text }
  }

  /// Waits until an address answers 200.
  static func waitForAnswer(_ address: String, while isHopeful: () -> Bool = { true }) throws {
    let deadline = Date().addingTimeInterval(20)
    func answers() -> Bool {
      let reply = HTTPClient.sendAndWait("GET", address, deadlineSeconds: 5)
      return (try? reply.get().status) == 200
    }
    while !answers() {
      guard Date() < deadline, isHopeful() else { throw Failure("\(address) does not answer") }
      usleep(5_000)
    }
  }

  /// A node as a process.
  final class Running {
    let process = Process()
    let address: String

    /// Starts the words and waits until the node answers.
    init(_ words: [String], port: Int) throws {
      address = "http://127.0.0.1:\(port)"
      process.executableURL = Program.url
      process.arguments = words
      process.standardInput = FileHandle.nullDevice
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      try Program.waitForAnswer(address + "/healthz") { self.process.isRunning }
    }

    func kill() {
      Glibc.kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }

    func stop() {
      process.terminate()
      process.waitUntilExit()
    }
  }
}
