// Eleven nodes as real processes of this program on loopback, for the demo and its story.

import Desk
import Events
import Foundation
import Node

/// The nodes of a region, each a process with a data directory of its own.
final class DemoNodes {
  /// One node.
  struct Member {
    let site: SiteID
    let name: String
    let port: Int
    let directory: String
    var process: Process?
    var token = ""

    var address: String { "http://127.0.0.1:\(port)" }
  }

  let region = RegionFile.recklinghausen
  /// Where the nodes' directories are.
  let directory: String
  private let log: FileHandle
  private(set) var members: [Member]

  /// Building views of a demo's log takes milliseconds; ten seconds are for a loaded machine.
  private static let readySeconds = 10.0

  /// This program.
  static let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()

  /// Prepares the nodes under `directory`; the hub listens on `basePort`, the cities behind it.
  init(directory: String, basePort: Int) throws {
    self.directory = directory
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let logPath = directory + "/nodes.log"
    _ = FileManager.default.createFile(atPath: logPath, contents: nil)
    guard let handle = FileHandle(forWritingAtPath: logPath) else {
      throw DemoError("cannot write \(logPath)")
    }
    log = handle
    members = region.sites.enumerated().map { index, site in
      Member(
        site: site.id, name: site.name, port: basePort + index,
        directory: "\(directory)/\(site.id)")
    }
  }

  /// The hub.
  var hub: Member { members[0] }

  /// The ten cities.
  var cities: ArraySlice<Member> { members[1...] }

  /// The node of a site.
  func member(_ site: String) -> Member {
    guard let member = members.first(where: { $0.site.description == site }) else {
      preconditionFailure("\(site) is a site of the demo")
    }
    return member
  }

  /// Starts all nodes, the hub first, and waits until each answers.
  func startAll() throws {
    try start("kreis")
    for city in cities { try start(city.site.description) }
  }

  /// Starts one node and waits until it answers.
  func start(_ site: String) throws {
    let index = members.firstIndex { $0.site.description == site }
    guard let index else { preconditionFailure("\(site) is a site of the demo") }
    let member = members[index]
    let process = Process()
    process.executableURL = DemoNodes.program
    let common = ["--data", member.directory, "--listen", "127.0.0.1:\(member.port)"]
    if index == 0 {
      process.arguments = ["hub"] + common
    } else {
      let keyFile = "\(directory)/\(site).key"
      if !FileManager.default.fileExists(atPath: keyFile) {
        let key = try KeyRing(directory: hub.directory).issue(for: member.site)
        let file = JoinFile(region: try DataDirectory.region(at: hub.directory), key: key)
        try Data(file.text.utf8).write(to: URL(fileURLWithPath: keyFile))
      }
      process.arguments =
        ["city", "--site", site, "--hub", hub.address, "--key-file", keyFile] + common
    }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = log
    process.standardError = log
    try process.run()
    members[index].process = process
    try waitUntilReady(members[index])
    if members[index].token.isEmpty {
      members[index].token = try DeskStore(directory: member.directory)
        .token(for: "Vorführung", now: .now)
    }
  }

  /// Ends one node as a power cut would.
  func killAtOnce(_ site: String) {
    guard let process = member(site).process else { return }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  /// Ends all nodes in order and waits for them.
  func stopAll() {
    let running = members.compactMap(\.process).filter(\.isRunning)
    for process in running { process.terminate() }
    for process in running { process.waitUntilExit() }
  }

  /// A one-time link to the desk of a node, which signs in at once. The demo's administrator has no
  /// password until somebody chooses one.
  func deskLink(_ member: Member) throws -> String {
    let desk = try DeskStore(directory: member.directory)
    let known = try desk.person(signInName: "verwaltung")
    let person =
      try known
      ?? desk.add(
        signInName: "verwaltung", name: "Verwaltung", role: .administrator, now: .now)
    let code = try desk.link(.signIn, for: person.user.pseudonym, now: .now)
    return "\(member.address)/desk/signin?code=\(code)"
  }

  /// True if a process listens on a port of loopback. A node listens when everything is open.
  private func accepts(port: Int) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) == 0 }
    }
  }

  private func waitUntilReady(_ member: Member) throws {
    let isReady = wait(seconds: DemoNodes.readySeconds) {
      member.process?.isRunning != true || accepts(port: member.port)
    }
    guard isReady, member.process?.isRunning == true else {
      throw DemoError("\(member.name) did not start; \(directory)/nodes.log says why")
    }
  }
}

/// The demo cannot go on.
struct DemoError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// Asks for a condition until it holds; false if the time is over.
func wait(seconds: Double, for condition: () -> Bool) -> Bool {
  let deadline = Date().addingTimeInterval(seconds)
  while !condition() {
    guard Date() < deadline else { return false }
    usleep(5_000)
  }
  return true
}
