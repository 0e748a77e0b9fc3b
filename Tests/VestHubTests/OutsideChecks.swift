// Scripts of independent origin that try the running program. They stand beside the checkout or
// not at all: a clone without them says that it skips them.

import Foundation
import Testing

@Suite struct OutsideChecks {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("shared/checks").path

  @Test func theSameBytesGiveTheSameAnswersHoweverTheyAreCut() throws {
    let script = Self.folder + "/wire_invariance.py"
    guard FileManager.default.fileExists(atPath: script) else {
      print("skipped: \(script) is not there")
      return
    }
    let port = Program.port()
    let echo = Process()
    echo.executableURL = Program.url.deletingLastPathComponent().appendingPathComponent("HTTPEcho")
    echo.arguments = ["\(port)"]
    echo.standardOutput = FileHandle.nullDevice
    try echo.run()
    defer {
      echo.terminate()
      echo.waitUntilExit()
    }
    try Program.waitForAnswer("http://127.0.0.1:\(port)/")
    let check = try Self.run([script, "\(port)", "/", "--post", "/"])
    #expect(check.code == 0, "\(check.text)")
    #expect(check.text.contains("0 failed"))
  }

  /// Pages that a node without items has; those with items are tried on the demonstration.
  private static let pages = [
    "/", "/projekte", "/aktuelles?ort=marl", "/termine?monat=2026-12", "/staedte/marl",
    "/felder/klima", "/suche?q=abfall", "/barrierefreiheit", "/leichte-sprache",
  ]

  @Test(arguments: [[], ["--mobile"], ["--dark"]])
  func publicPagesPassTheAccessibilityCheck(_ mode: [String]) throws {
    let script = Self.folder + "/axe_check.py"
    guard FileManager.default.fileExists(atPath: script),
      FileManager.default.isExecutableFile(atPath: "/usr/bin/chromium"),
      try Self.run(["-c", "import axe_playwright_python"]).code == 0
    else {
      print("skipped: the script, Chromium or its Python package is not there")
      return
    }
    let folder = try Program.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let port = Program.port()
    let hub = try Program.Running(
      ["hub", "--data", folder + "/hub", "--listen", "127.0.0.1:\(port)"], port: port)
    defer { hub.stop() }
    let check = try Self.run([script] + mode + Self.pages.map { hub.address + $0 })
    #expect(check.code == 0, "\(check.text)")
    #expect(check.text.contains("0 violations"), "\(check.text)")
  }

  /// Runs Python with those words.
  private static func run(_ words: [String]) throws -> (code: Int32, text: String) {
    let check = Process()
    check.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    check.arguments = ["python3"] + words
    let output = Pipe()
    check.standardOutput = output
    check.standardError = FileHandle.nullDevice
    try check.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    check.waitUntilExit()
    return (check.terminationStatus, text)
  }
}
