// The regular imports of a node: a source that answers, changes, fails and leads elsewhere.

import Desk
import Dispatch
import Events
import Foundation
import HTTP
import Importers
import Synchronization
import Testing

@testable import Node

/// A site with one feed, on a socket of loopback.
private final class FeedSite: Sendable {
  /// What the loops see of it.
  private final class Box: Sendable {
    let answer = Mutex<@Sendable (Request) -> Response>({ _ in .text("", status: 500) })
    let asked = Mutex<[String]>([])
  }

  private let box: Box
  private let server: Server

  init() throws {
    let box = Box()
    self.box = box
    server = try Server(configuration: ServerConfiguration(port: 0, loops: 1)) { _ in
      Handler(respond: { request in
        box.asked.withLock { $0.append(request.headers["If-None-Match"] ?? "") }
        let answer = box.answer.withLock { $0 }
        return .now(answer(request))
      })
    }
    server.start()
  }

  var address: String { "http://127.0.0.1:\(server.port)/feed" }

  /// The tags that it was asked with, one for each request.
  var asked: [String] { box.asked.withLock { $0 } }

  func answer(_ answer: @escaping @Sendable (Request) -> Response) {
    box.answer.withLock { $0 = answer }
  }

  func stop() { server.drain(deadlineSeconds: 0) }
}

/// A hub with that feed among its imports.
private struct ImportingNode {
  let folder = NSTemporaryDirectory() + "/imports-\(UUID().uuidString)"
  let notes = Notes()
  let configuration: Configuration

  final class Notes: Sendable {
    let lines = Mutex<[String]>([])
    func add(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock { $0 } }
  }

  init(_ imports: [ScheduledImport]) throws {
    configuration = Configuration(
      role: .hub, site: RegionFile.recklinghausen.kreis, listen: "127.0.0.1:0", imports: imports)
  }

  func start() throws -> RunningNode {
    try RunningNode(
      directory: try DataDirectory(path: folder, configuration: configuration),
      region: .recklinghausen
    ) { [notes] in notes.add($0) }
  }

  /// The last run of a source once it is as wanted.
  func record(
    _ source: String, where isWanted: (ImportRecord) -> Bool
  ) throws -> ImportRecord {
    let store = try DeskStore(directory: folder)
    let deadline = Date().addingTimeInterval(20)
    while true {
      if let record = try store.importRecord(of: source), isWanted(record) { return record }
      guard Date() < deadline else {
        throw Timeout(text: "\(source): \(String(describing: try store.importRecord(of: source)))")
      }
      usleep(5_000)
    }
  }

  /// Lets the source be due again.
  func forget(_ source: String) throws {
    let store = try DeskStore(directory: folder)
    if var record = try store.importRecord(of: source) {
      record.ranAt = Timestamp(milliseconds: 0)
      try store.keep(record)
    }
  }

  struct Timeout: Error {
    let text: String
  }

  func remove() { try? FileManager.default.removeItem(atPath: folder) }
}

@Suite struct ImportScheduleTests {
  private func source(_ site: FeedSite, format: String? = nil) -> ScheduledImport {
    ScheduledImport(url: site.address, format: format, everyMinutes: 60, name: "feed")
  }

  private static let table = "id,kind,title\n1,news,Erste\n2,news,Zweite\n"

  private func export(_ node: RunningNode) throws -> String {
    let reply = try HTTPClient.sendAndWait(
      "GET", "http://127.0.0.1:\(node.port)/export.jsonl", headers: ["Connection": "close"],
      deadlineSeconds: 10
    ).get()
    return String(decoding: reply.body, as: UTF8.self)
  }

  // import-40, import-42
  @Test func aSourceIsTakenAndThenAskedOnlyForNews() throws {
    let site = try FeedSite()
    defer { site.stop() }
    site.answer { request in
      request.headers["If-None-Match"] == "\"a\""
        ? Response.empty(304) : Response.text(Self.table).with("ETag", "\"a\"")
    }
    let town = try ImportingNode([source(site)])
    defer { town.remove() }
    let first = try town.start().stopOnce { try town.record("feed") { $0.outcome == .done } }
    #expect(first.detail == "2 created" && first.entityTag == "\"a\"")
    try town.forget("feed")
    let again = try town.start()
    let second = try town.record("feed") { $0.outcome == .unchanged }
    #expect(try export(again).contains("Zweite"))
    again.stop()
    #expect(second.entityTag == "\"a\"" && second.succeededAt != nil)
    #expect(site.asked == ["", "\"a\""])
  }

  // import-42
  @Test func whatIsNotDueIsNotAskedAtTheStart() throws {
    let site = try FeedSite()
    defer { site.stop() }
    site.answer { _ in .text(Self.table) }
    let town = try ImportingNode([source(site)])
    defer { town.remove() }
    try town.start().stopOnce { _ = try town.record("feed") { $0.outcome == .done } }
    try town.start().stopOnce {}
    #expect(site.asked.count == 1)
  }

  // import-42
  @Test func aVersionThatWasNotCarriedOutIsAskedForAgain() throws {
    let site = try FeedSite()
    defer { site.stop() }
    site.answer { _ in Response.text("id,kind,title\n1,news,\n").with("ETag", "\"a\"") }
    let town = try ImportingNode([source(site, format: "csv")])
    defer { town.remove() }
    let record = try town.start().stopOnce { try town.record("feed") { $0.outcome == .done } }
    #expect(record.entityTag.isEmpty && record.detail == "1 skipped")
  }

  // import-25
  @Test func aSourceThatIsSuddenlyEmptyIsStoppedAndTold() throws {
    let site = try FeedSite()
    defer { site.stop() }
    site.answer { _ in .text(Self.table) }
    let town = try ImportingNode([source(site, format: "csv")])
    defer { town.remove() }
    try town.start().stopOnce { _ = try town.record("feed") { $0.outcome == .done } }
    try town.forget("feed")
    site.answer { _ in .text("id,kind,title\n") }
    let node = try town.start()
    let record = try town.record("feed") { $0.outcome == .stopped }
    #expect(record.detail.hasPrefix("2 of 2 items") && record.succeededAt != nil)
    #expect(try export(node).contains("Zweite"))
    node.stop()
    #expect(town.notes.all.contains { $0.hasPrefix("import feed failed: 2 of 2 items") })
  }

  // import-41
  @Test(arguments: ["status", "elsewhere", "around", "large", "broken"])
  func trouble(kind: String) throws {
    let site = try FeedSite()
    defer { site.stop() }
    let address = site.address
    site.answer { _ in
      switch kind {
      case "elsewhere": .redirect(to: "http://a.example/feed", status: 302)
      case "around": .redirect(to: address, status: 302)
      case "large": .text(String(repeating: "x", count: ImportLimits.sourceBytes + 1_000))
      case "broken": .text("Wartungsarbeiten")
      default: .text("nichts", status: 404)
      }
    }
    let town = try ImportingNode([source(site)])
    defer { town.remove() }
    let record = try town.start().stopOnce { try town.record("feed") { _ in true } }
    let expected: (ImportRecord.Outcome, String) =
      switch kind {
      case "elsewhere", "around": (.unreachable, FetchFailure.badRedirect.description)
      case "large": (.unreadable, FetchFailure.tooLarge.description)
      case "broken": (.unreadable, ImportError.unknownFormat.description)
      default: (.unreachable, FetchFailure.status(404).description)
      }
    #expect(record.outcome == expected.0 && record.detail == expected.1, "\(record)")
    #expect(record.succeededAt == nil)
    #expect(town.notes.all.contains("import feed failed: \(expected.1)"))
  }

  // import-41
  @Test func aRedirectOnThisMachineIsFollowed() throws {
    let site = try FeedSite()
    defer { site.stop() }
    site.answer { request in
      request.path == "/feed" ? .redirect(to: "/neu", status: 301) : .text(Self.table)
    }
    guard
      case .content(let bytes, let address, _, _) = try SourceFetch.getAndWait(site.address).get()
    else { throw ImportingNode.Timeout(text: "no content") }
    #expect(String(decoding: bytes, as: UTF8.self) == Self.table && address.hasSuffix("/neu"))
  }

  // import-41
  @Test(arguments: [
    "http://a.example/feed", "ftp://a.example/", "file:///etc/passwd", "feed", "",
    "https://user:secret@a.example/",
  ])
  func anAddressInTheClearIsNotAsked(url: String) {
    #expect(throws: ConfigurationError.self) {
      try ScheduledImport(url: url, everyMinutes: 60).checked()
    }
    #expect(SourceFetch.getAndWait(url) == .failure(.badAddress(url)))
  }

  @Test func aScheduleThatMakesNoSenseStopsTheStart() throws {
    let good = ScheduledImport(url: "https://a.example/", everyMinutes: 60)
    var cases = [ScheduledImport](repeating: good, count: 4)
    cases[0].everyMinutes = 1
    cases[1].kind = "person"
    cases[2].format = "pdf"
    cases[3].name = "a\nb"
    for entry in cases { #expect(throws: ConfigurationError.self) { try entry.checked() } }
    #expect(
      try good.checked().order.source
        == "a.example#\(SHA256.hash(Array("https://a.example/".utf8)).hex.prefix(8))")
    let town = try ImportingNode([good, good])
    defer { town.remove() }
    #expect(throws: ConfigurationError.self) { try town.start() }
  }

  // import-40
  @Test func theCommandLineKeepsWhatItCannotTell() throws {
    let path = NSTemporaryDirectory() + "/kept-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let site = RegionFile.recklinghausen.kreis
    let imports = [ScheduledImport(url: "https://a.example/", everyMinutes: 60)]
    let told = Configuration(
      role: .hub, site: site, listen: "127.0.0.1:1", publicAddress: "https://vest.example",
      frameAncestors: ["https://a.example"], imports: imports)
    withExtendedLifetime(try DataDirectory(path: path, configuration: told)) {}
    let line = Configuration(role: .hub, site: site, listen: "127.0.0.1:2")
    let kept = try DataDirectory(path: path, configuration: line).configuration
    #expect(kept.listen == "127.0.0.1:2" && kept.imports == imports)
    #expect(kept.frameAncestors == ["https://a.example"])
    #expect(kept.publicAddress == "https://vest.example")
    #expect(try DataDirectory.configuration(at: path) == kept)
  }
}

extension RunningNode {
  /// Stops the node after `body`, however that ends.
  fileprivate func stopOnce<T>(_ body: () throws -> T) rethrows -> T {
    defer { stop() }
    return try body()
  }
}
