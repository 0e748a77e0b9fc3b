// `demo`: the hub and ten cities on this machine, filled with the sample catalogue.

import Events
import Foundation
import Glibc
import Node

extension Command {
  /// Runs the demonstration.
  static let demo = Command(
    name: "demo", synopsis: "[--data DIR] [--port PORT] [--story]",
    summary: "Run a hub and ten cities on loopback with a sample catalogue",
    options: [
      ("--data", "where the nodes' directories go; must be new or empty (a temporary folder)"),
      ("--port", "the hub's port; the cities take the ten behind it (8600)"),
    ],
    flags: [("--story", "play the main job unattended and check each step")],
    examples: ["vesthub demo", "vesthub demo --story"]
  ) { arguments in
    _ = try arguments.exactly([])
    guard let port = Int(arguments["--port"] ?? "8600"), (1_024...65_000).contains(port) else {
      throw UsageError("--port is a number from 1024 to 65000")
    }
    let directory = try directory(arguments["--data"])
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGTERM)
    sigaddset(&signals, SIGINT)
    let nodes = try DemoNodes(directory: directory.path, basePort: port)
    defer {
      nodes.stopAll()
      if directory.isTemporary { try? FileManager.default.removeItem(atPath: directory.path) }
    }
    Terminal.print("Starting the hub and ten cities; their files are in \(directory.path)")
    try nodes.startAll()
    if arguments.has("--story") {
      return try DemoStory(nodes).play() ? .success : .finding
    }
    // Ctrl-C goes to the whole group: the nodes end by themselves, this process tidies up.
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    let count = try DemoFill(nodes).run()
    Terminal.print("\(count) items are published. Look at:")
    for member in nodes.members {
      Terminal.print("  \(member.address)/  \(member.name)")
      Terminal.print("    desk, once: \(try nodes.deskLink(member))")
    }
    Terminal.print("Ctrl-C ends it.")
    var signal: Int32 = 0
    sigwait(&signals, &signal)
    return .success
  }

  private static func directory(
    _ asked: String?
  ) throws -> (path: String, isTemporary: Bool) {
    guard let asked else {
      let parent = FileManager.default.temporaryDirectory
      var template = Array(parent.appending(path: "vesthub-demo.XXXXXX").path.utf8CString)
      guard mkdtemp(&template) != nil else { throw DemoError("no temporary folder can be made") }
      let bytes = template.dropLast().map { UInt8(bitPattern: $0) }
      return (String(decoding: bytes, as: UTF8.self), true)
    }
    let path = URL(fileURLWithPath: asked).path
    let held = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    guard held.isEmpty else { throw UsageError("\(path) is not empty; give a new folder") }
    return (path, false)
  }
}

/// Publishes the sample catalogue at the desks of its sites.
struct DemoFill {
  private let nodes: DemoNodes

  /// Fills those nodes.
  init(_ nodes: DemoNodes) { self.nodes = nodes }

  /// Publishes everything and waits until all nodes agree; how many items there are.
  func run() throws -> Int {
    for item in DemoItem.all { try publish(item) }
    guard nodes.agree(seconds: 30) else { throw DemoError("the nodes do not agree") }
    return DemoItem.all.count
  }

  private func publish(_ item: DemoItem) throws {
    let kind = String(item.creation.type.prefix { $0 != "." })
    let created = try client(item.site).create(kind, item.creation.writes)
    var events = [created.event]
    for edit in item.joined + item.later {
      // Each site edits what it sees, once the edits before have reached it.
      let screen = try client(edit.site).item(created.id, holding: events)
      events.append(try write(edit, on: created.id, screen))
    }
    // Edits apart share one base: what each saw before the other wrote.
    let screens = try item.apart.map { try client($0.site).item(created.id, holding: events) }
    for (edit, screen) in zip(item.apart, screens) {
      _ = try write(edit, on: created.id, screen)
    }
  }

  private func write(_ edit: DemoEdit, on id: String, _ screen: FieldValue) throws -> Dot {
    guard let context = screen["context"] else { throw DemoError("\(id) came without context") }
    return try client(edit.site).edit(id, edit.type, context: context, edit.writes)
  }

  private func client(_ site: String) -> DemoClient { DemoClient(member: nodes.member(site)) }
}

extension DemoNodes {
  /// Waits until all nodes show the same heads and the same digest.
  func agree(seconds: Double) -> Bool {
    wait(seconds: seconds) {
      guard let first = DemoClient(member: hub).standing() else { return false }
      return cities.allSatisfy { DemoClient(member: $0).standing() == first }
    }
  }
}
