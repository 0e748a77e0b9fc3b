// The main job, told and checked step by step: `vesthub demo --story`.

import Events
import Foundation
import Glibc

/// Plays the story. Each step says what it checked; the first failure is remembered, not hidden.
final class DemoStory {
  private let nodes: DemoNodes
  private let start = Date()
  private var failures = 0

  /// A story on nodes that run.
  init(_ nodes: DemoNodes) { self.nodes = nodes }

  /// Plays all steps; true if every check held.
  func play() throws -> Bool {
    check("eleven nodes are up and agree", nodes.agree(seconds: 10))
    let shared = try publishInHerten()
    try editApartWhileTheHubIsDead(shared)
    try settle(shared)
    try replayFromNothing()
    try verifyAndDamage()
    tell(failures == 0 ? "every check held" : "\(failures) checks failed")
    return failures == 0
  }

  // MARK: - Steps

  private func publishInHerten() throws -> String {
    let herten = client("herten")
    let title = "Offene Werkstatt für Sensoren"
    let begin = Date()
    let created = try herten.create(
      "project",
      [
        .init("title", .string(title)),
        .init("summary", "Bürger bauen Messgeräte für ihr Viertel."),
        .init("fieldsOfAction", ["klima"]), .init("status", "running"), .init("invited/marl", true),
      ])
    let path = "/projekte/\(created.id)"
    func shows(_ site: String) -> Bool {
      client(site).get(path).map { String(decoding: $0, as: UTF8.self).contains(title) } ?? false
    }
    let isShown = wait(seconds: 1) { shows("kreis") && shows("waltrop") }
    let milliseconds = Int(Date().timeIntervalSince(begin) * 1_000)
    check(
      "a project of Herten is on the hub's page and in Waltrop after \(milliseconds) ms", isShown)
    let marl = client("marl")
    let screen = try marl.item(created.id, holding: [created.event])
    _ = try marl.edit(
      created.id, "item.joined", context: try context(screen),
      [.init("participant/marl", ["status": "planned"])])
    check("Marl takes part, all nodes agree", nodes.agree(seconds: 5))
    return created.id
  }

  private func editApartWhileTheHubIsDead(_ shared: String) throws {
    nodes.killAtOnce("kreis")
    check("the hub is killed with kill -9", client("kreis").standing() == nil)
    for site in ["herten", "marl", "datteln"] {
      let name = nodes.member(site).name
      _ = try client(site).create(
        "news",
        [
          .init("title", .string("\(name) meldet sich ohne Verbindung")),
          .init("released", "2026-11-25"), .init("fieldsOfAction", ["leben"]),
        ])
    }
    for (site, summary) in [
      ("herten", "Die Werkstatt öffnet dienstags."), ("marl", "Die Werkstatt öffnet donnerstags."),
    ] {
      guard let screen = client(site).item(shared) else {
        throw DemoError("\(site) lost \(shared)")
      }
      _ = try client(site).edit(
        shared, "project.revised", context: try context(screen),
        [.init("summary", .string(summary))])
    }
    tell("three cities have published, two of them edited the shared project differently")
    try nodes.start("kreis")
    let begin = Date()
    let isAgreed = nodes.agree(seconds: 10)
    let seconds = Date().timeIntervalSince(begin)
    check(
      "the hub is back; all eleven show one digest after \(Int(seconds * 1_000)) ms",
      isAgreed && seconds < 1.5)
    let views = try nodes.members.map { member in
      guard let item = DemoClient(member: member).item(shared) else {
        throw DemoError("\(member.name) lost \(shared)")
      }
      return item
    }
    let conflicts = views.map { $0["conflicts"]?.canonicalText ?? "" }
    check(
      "the conflict is open on the hub and in every city, with both values",
      Set(conflicts).count == 1 && conflicts[0].contains("dienstags")
        && conflicts[0].contains("donnerstags"))
    let winners = Set(views.map { $0["fields"]?["summary"]?.text ?? "" })
    check("all show the same winner: \(winners.sorted())", winners.count == 1)
  }

  private func settle(_ shared: String) throws {
    let herten = client("herten")
    guard let screen = herten.item(shared) else { throw DemoError("herten lost \(shared)") }
    let event = try herten.edit(
      shared, "conflict.settled", context: try context(screen),
      [.init("summary", "Die Werkstatt öffnet dienstags und donnerstags.")])
    _ = try client("kreis").item(shared, holding: [event])
    let isAgreed = nodes.agree(seconds: 5)
    let open = nodes.members.filter {
      DemoClient(member: $0).item(shared)?["conflicts"]?.elements?.isEmpty != true
    }
    check(
      "an editor of Herten settles it: no conflict is left, one digest", isAgreed && open.isEmpty)
  }

  private func replayFromNothing() throws {
    let live = client("kreis").digest() ?? "none"
    let empty = nodes.directory + "/replayed"
    let result = try runProgram(["replay", "--data", nodes.hub.directory, "--views", empty])
    check(
      "replay into an empty folder gives the digest of the live views, \(live.prefix(16))…",
      result.code == 0 && result.text.contains(live))
  }

  private func verifyAndDamage() throws {
    var whole = 0
    for member in nodes.members {
      if try runProgram(["verify", "--data", member.directory]).code == 0 { whole += 1 }
    }
    check("verify finds \(whole) of 11 logs whole", whole == nodes.members.count)
    // A node that stops moves its log into one file, which can be copied as it is.
    nodes.stopAll()
    let copy = nodes.directory + "/damaged"
    try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
    let source = nodes.member("waltrop").directory + "/log.sqlite"
    guard var bytes = FileManager.default.contents(atPath: source),
      let place = bytes.range(of: Data("Offene Werkstatt".utf8))
    else { throw DemoError("the title is not in Waltrop's log") }
    bytes[place.lowerBound] ^= 0x01
    try bytes.write(to: URL(fileURLWithPath: copy + "/log.sqlite"))
    let result = try runProgram(["verify", "--data", copy])
    let first = result.text.split(separator: "\n").first ?? ""
    check(
      "one flipped bit in a copy is found and the event named: \(first)",
      result.code == 1 && first.contains("herten:"))
  }

  // MARK: - Telling

  private func client(_ site: String) -> DemoClient { DemoClient(member: nodes.member(site)) }

  private func context(_ item: FieldValue) throws -> FieldValue {
    guard let context = item["context"] else { throw DemoError("an item came without context") }
    return context
  }

  private func tell(_ text: String) {
    let seconds = String(format: "%5.1f", Date().timeIntervalSince(start))
    Terminal.print("\(seconds) s  \(text)")
  }

  private func check(_ text: String, _ holds: Bool) {
    if !holds { failures += 1 }
    tell((holds ? "ok    " : "FAILED ") + text)
  }

  private func runProgram(_ words: [String]) throws -> (code: Int32, text: String) {
    let process = Process()
    process.executableURL = DemoNodes.program
    process.arguments = words
    let output = Pipe()
    process.standardOutput = output
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: bytes, as: UTF8.self))
  }
}
