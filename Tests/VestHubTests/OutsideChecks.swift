// Scripts of independent origin that try the running program. They stand beside the checkout or
// not at all: a clone without them says that it skips them.

import Foundation
import Node
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
    check.standardError = output
    try check.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    check.waitUntilExit()
    return (check.terminationStatus, text)
  }

  /// The outputs of a node with a few items, each looked at by the script that knows its format.
  @Test func theMachineReadableOutputsAreWhatTheirStandardsSay() throws {
    let checks: [(script: String, needs: String, path: String, file: String)] = [
      ("ics_check.py", "icalendar", "/kalender.ics", "kalender.ics"),
      ("jsonfeed_check.py", "json", "/eintraege.json", "feed.json"),
      ("sitemap_check.py", "lxml", "/sitemap.xml", "sitemap.xml"),
      ("dcat_check.py", "pyshacl", "/katalog.ttl", "katalog.ttl"),
      ("dcat_check.py", "pyshacl", "/katalog.jsonld", "katalog.jsonld"),
    ]
    guard FileManager.default.fileExists(atPath: Self.folder + "/ics_check.py") else {
      print("skipped: \(Self.folder) is not there")
      return
    }
    let folder = try Program.folder()
    let port = Program.port()
    let node = try Program.Running(
      try Program.cityWords("marl", folder: folder, port: port), port: port)
    defer { node.kill() }
    let token = try Program.run(["user", "token", "--data", folder + "/marl"]).output
      .trimmingCharacters(in: .whitespacesAndNewlines)
    for body in Self.items { try Self.post(body, token, node.address) }
    for check in checks {
      let reply = try HTTPClient.sendAndWait("GET", node.address + check.path, deadlineSeconds: 20)
        .get()
      #expect(reply.status == 200, "\(check.path)")
      let file = folder + "/" + check.file
      try Data(reply.body).write(to: URL(fileURLWithPath: file))
      guard try Self.run(["-c", "import \(check.needs)"]).code == 0 else {
        print("skipped: \(check.script) needs the Python package \(check.needs)")
        continue
      }
      let (code, text) = try Self.run([Self.folder + "/" + check.script, file])
      #expect(code == 0, "\(check.path): \(text)")
    }
  }

  /// With a text that tries to break out of each format.
  private static let items: [String] = {
    let text = #"=1 <b>&amp; ]]> \"x\" ; , \\ 😀 שלום \uFFFE"#
    let long = text + String(repeating: "ä", count: 200)
    return [
      #"{"kind":"project","fields":{"title":"\#(long)","summary":"\#(text)"}}"#,
      #"{"kind":"news","fields":{"title":"\#(long)","released":"2026-01-01"}}"#,
      #"""
      {"kind":"date","fields":{"title":"\#(long)","body":"\#(long)","recurrence":\#
      "FREQ=YEARLY;BYDAY=-1SU;UNTIL=20991231","when":{"allDay":false,\#
      "start":"2099-03-29T10:00","end":"2099-03-29T11:00","zone":"Europe/Berlin"}}}
      """#,
      #"""
      {"kind":"date","fields":{"title":"\#(text)","schedule":{"state":"cancelled"},\#
      "when":{"allDay":true,"start":"2099-01-01","zone":"Europe/Berlin"}}}
      """#,
    ]
  }()

  private static func post(_ body: String, _ token: String, _ address: String) throws {
    let reply = try HTTPClient.sendAndWait(
      "POST", address + "/api/v1/items",
      headers: ["Authorization": "Bearer \(token)", "Content-Type": "application/json"],
      body: Array(body.utf8), deadlineSeconds: 20
    ).get()
    #expect(reply.status == 201, "\(String(decoding: reply.body, as: UTF8.self))")
  }
}
