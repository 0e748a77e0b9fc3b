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
    let check = Process()
    check.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    check.arguments = ["python3", script, "\(port)", "/", "--post", "/"]
    let output = Pipe()
    check.standardOutput = output
    try check.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    check.waitUntilExit()
    #expect(check.terminationStatus == 0, "\(text)")
    #expect(text.contains("0 failed"))
  }
}
