// A node without sync: a real log, real views and the front on a real server, with lines of other
// sites written by hand.

import Catalogue
import Dispatch
import EventLog
import Events
import Foundation
import Glibc
import HTTP
import Importers
import Media
import Synchronization
import Views

@testable import Desk
@testable import Web

/// `@unchecked Sendable`: log, writer and lines are touched on `queue` only; the rest is constant.
final class Stage: @unchecked Sendable {
  /// What a test compares with: 2023-09-13, in the week after the press release.
  static let moment = Timestamp(milliseconds: 1_694_599_200_000)
  /// The code that signs in somebody who may release, and such a session; the token of the API.
  static let code = "einmal"
  static let session = session(of: .releaser)
  static let token = "marke-1"

  /// The session of the one person who has that role.
  static func session(of role: DeskRole) -> String { "sitzung-\(role.rawValue)" }

  let site: SiteID
  private let directory: String
  private let queue = DispatchQueue(label: "stage")
  private let store: LogStore
  /// Pictures and documents of this node.
  let media: MediaStore
  private let writer: ViewWriter
  private var lines: [SiteID: (seq: UInt64, prev: Digest)] = [:]
  private var clock = Timestamp(milliseconds: 1_694_500_000_000)
  private var server: Server?
  /// What pages say of the region; set before the first question.
  var region = Region.vest
  private let isLogFull = Mutex(false)
  private let time = Mutex(moment)
  /// The doorkeeper works on this queue only.
  private let deskQueue = DispatchQueue(label: "stage-desk")
  private let doorkeeper: Doorkeeper
  /// True if the node is reached by TLS, through a program in front of it.
  var isSecure = false

  init(site name: String = "marl", hasPeople: Bool = true) throws {
    site = SiteID(name)!  // Test sites are valid.
    let root = FileManager.default.temporaryDirectory
    directory = root.appendingPathComponent("web-\(UUID().uuidString)").path
    store = try LogStore(
      directory: directory, site: site, lineKey: Array(repeating: 7, count: 32), role: .hub)
    media = try MediaStore(directory: directory)
    let log = try LogReader(directory: directory)
    writer = try ViewWriter(path: directory + "/views.sqlite", kreis: Region.vest.kreis) {
      try log.events(of: $0)
    }
    let desk = try DeskStore(directory: directory)
    doorkeeper = Doorkeeper(store: desk, words: ["Marl"])
    if hasPeople { try people(desk) }
  }

  /// One person of each role, who is signed in; somebody with a link; a program with a token.
  private func people(_ desk: DeskStore) throws {
    let now = Stage.moment
    for (role, name) in [
      (DeskRole.administrator, "Verwaltung"), (.releaser, "Redaktion im Haus"),
      (.author, "Werkstatt"),
    ] {
      try desk.add(
        signInName: "\(role.rawValue)@stadt.example", name: name, role: role, now: now)
    }
    try renewSessions(desk)
    _ = try desk.token(for: "Programm", now: now)
    try desk.change {
      try desk.keepLink(Stage.code, .signIn, 2, now: now)
      try desk.keepToken(Stage.token, "r4", now: now)
    }
  }

  /// Signs everybody in again by the sessions that tests name.
  func renewSessions(_ desk: DeskStore) throws {
    let people = [(DeskRole.administrator, "r1"), (.releaser, "r2"), (.author, "r3")]
    try desk.change {
      for (role, pseudonym) in people {
        try desk.deleteSession(Stage.session(of: role))
        try desk.keepSession(Stage.session(of: role), pseudonym, now: now)
      }
    }
  }

  /// Runs `body` with the doorkeeper, where it works.
  func withDoorkeeper<Value>(_ body: (Doorkeeper) throws -> Value) rethrows -> Value {
    try deskQueue.sync { try body(doorkeeper) }
  }

  /// What the desk's clock says.
  var now: Timestamp { time.withLock { $0 } }

  /// Sets the desk's clock forward.
  func wait(milliseconds: Int64) {
    time.withLock { $0 = $0.advanced(milliseconds: milliseconds) }
  }

  deinit {
    server?.drain(deadlineSeconds: 0)
    store.close()
    writer.close()
    try? FileManager.default.removeItem(atPath: directory)
  }

  // MARK: - Writing

  /// Writes an event, on the own line or on another site's. Without a context it has seen all.
  @discardableResult
  func write(
    _ author: String, _ type: String, _ item: ItemID?, context: Context? = nil, at: String? = nil,
    _ fields: KeyValuePairs<String, FieldValue>
  ) throws -> LoggedEvent {
    try write(
      author, type, item, context: context, at: at,
      writes: fields.map { EventDraft.Write($0.key, $0.value) })
  }

  /// As above, with writes that were made before.
  @discardableResult
  func write(
    _ author: String, _ type: String, _ item: ItemID?, context: Context? = nil, at: String? = nil,
    writes: [EventDraft.Write]
  ) throws -> LoggedEvent {
    let logged = try attempt(author, type, item, context: context, at: at, writes: writes)
    precondition(logged.verdict == .applied, "\(logged.verdict): \(writes)")
    return logged
  }

  /// As above, also where it has no effect.
  @discardableResult
  func attempt(
    _ author: String, _ type: String, _ item: ItemID?, context: Context? = nil, at: String? = nil,
    writes: [EventDraft.Write]
  ) throws -> LoggedEvent {
    try queue.sync {
      let context = try context ?? item.flatMap { try reads().state($0)?.screen } ?? .empty
      let draft = EventDraft(
        type: type, item: item, context: context, by: author == site.description ? "r2" : "e7",
        writes: writes)
      clock = at.flatMap { Timestamp($0) } ?? clock.advanced(milliseconds: 60_000)
      let author = SiteID(author)!  // Test sites are valid.
      return author == site ? try append([draft])[0].get() : try ingest(draft, of: author)
    }
  }

  private func append(_ drafts: [EventDraft]) throws -> [Result<LoggedEvent, LogError>] {
    let fold = try writer.begin()
    let now = clock
    let results = try store.append(drafts, now: now) { try fold.judge($0, received: now) }
    for case .success(let logged) in results { try fold.apply(logged) }
    _ = try fold.commit()
    return results
  }

  private func ingest(_ draft: EventDraft, of author: SiteID) throws -> LoggedEvent {
    let line = lines[author] ?? (0, .zero)
    var random = SystemRandom()
    let event = try draft.event(
      at: Dot(author, line.seq + 1), time: clock, prev: line.prev, lineKey: [1], using: &random)
    let fold = try writer.begin()
    let now = clock
    let outcome = try store.ingest([event], admitted: [author], now: now) {
      try fold.judge($0, received: now)
    }
    precondition(outcome.refused == nil, "\(String(describing: outcome.refused))")
    lines[author] = (event.dot.seq, event.id)
    for logged in outcome.accepted { try fold.apply(logged) }
    _ = try fold.commit()
    return outcome.accepted[0]
  }

  func reads() throws -> CatalogueReads {
    let views = try ViewReader(path: directory + "/views.sqlite")
    return CatalogueReads(views: { views }, log: try LogReader(directory: directory))
  }

  func state(_ item: ItemID) throws -> ItemState {
    try reads().state(item)!  // Tests ask for what they wrote.
  }

  /// From now on the log refuses to write.
  func fillLog() { isLogFull.withLock { $0 = true } }

  /// It writes again.
  func emptyLog() { isLogFull.withLock { $0 = false } }

  // MARK: - The front

  private var port: DeskPort {
    DeskPort(
      append: { [self] drafts, completion in
        queue.async { [self] in
          if isLogFull.withLock({ $0 }) {
            return completion(drafts.map { _ in .failure(.unavailable) })
          }
          let results = try? append(drafts)
          completion(
            (results ?? []).map { result in
              result.map {
                .init(dot: $0.event.dot, verdict: $0.verdict, position: $0.receipt?.position)
              }.mapError { .refused(reason: $0.description) }
            })
        }
      },
      status: { DeskStatus(isOnline: false, waiting: 2, agreedAt: Stage.moment) },
      newItem: { [site] in
        var random = SystemRandom()
        return ItemID(at: site, using: &random)
      },
      release: { [self] id, completion in release(id, completion) }, plansChanged: {})
  }

  private func access() throws -> DeskAccess {
    DeskAccess(
      store: try DeskStore(directory: directory),
      door: DeskDoor { [weak self] task in
        guard let self else { return task(nil) }
        deskQueue.async { task(self.doorkeeper) }
      }, isSecure: isSecure, isBehindProxy: isSecure,
      hosts: DeskHosts(
        listen: "127.0.0.1", publicAddress: isSecure ? "https://marl.example" : nil,
        others: ["marl.intern"]))
  }

  /// The checks before the desk, as an event loop has them.
  func gate(isSecure: Bool) throws -> DeskGate {
    self.isSecure = isSecure
    return DeskGate(access: try access(), now: { Stage.moment })
  }

  private func release(_ id: DraftID, _ completion: @escaping @Sendable (ReleaseOutcome) -> Void) {
    queue.async { [self] in
      // The directory was made with the stage.
      let releaser = try! makeReleaser()
      releaser.release(id, now: Stage.moment, completion: completion)
    }
  }

  /// What a node's queue of releases is, on this stage's queue.
  private func makeReleaser() throws -> Releaser {
    let append = port.append
    return Releaser(
      store: try DeskStore(directory: directory), reads: try reads(), site: site,
      kreis: region.kreis, append: append, onQueue: { [queue] in queue.async(execute: $0) })
  }

  /// Releases what is due at a moment, as the node's clock would, and waits for the outcomes.
  func releaseDue(at moment: Timestamp) throws -> [ReleaseOutcome] {
    let releaser = try queue.sync { try makeReleaser() }
    let done = DispatchSemaphore(value: 0)
    let outcomes = Mutex<[ReleaseOutcome]>([])
    let ids = try queue.sync { try releaser.dueDrafts(now: moment) }
    for id in ids {
      queue.sync {
        releaser.release(id, now: moment) { outcome in
          outcomes.withLock { $0.append(outcome) }
          done.signal()
        }
      }
    }
    for _ in ids { done.wait() }
    return outcomes.withLock { $0 }
  }

  func drafts() throws -> [Draft] { try DeskStore(directory: directory).drafts() }
  func deskStore() throws -> DeskStore {
    try DeskStore(directory: directory)
  }

  /// Streams of changes that read on this stage's queue.
  private(set) lazy var streams = ChangeStreams(
    slowly: SlowReads { [weak self] task in
      self?.queue.async { task(try? self?.reads()) }
    }, address: "https://vest.example", now: { Stage.moment })

  private var openData: OpenDataSettings {
    var settings = OpenDataSettings(address: "https://vest.example/")
    settings.frameAncestors = ["https://www.herten.de"]
    settings.districtKey = "05562"
    settings.streams = streams
    return settings
  }

  /// How the regular imports stand.
  var importRecords: [ImportRecord] = []

  /// Plans on an empty catalogue and writes nothing.
  private var imports: ImportPort {
    ImportPort(
      run: { [site] task, completion in
        completion(
          Result { () throws(ImportError) in
            let content = try task.reader.read(task.bytes)
            let held = HeldCatalogue(
              site: site, kreis: Region.vest.kreis, items: [], addresses: [])
            return ImportReport(
              plan: ImportPlan(content, on: held, by: task.order, now: "2023-09-13T12:00"),
              source: task.order.source, format: content.format, isDryRun: task.isDryRun)
          }.mapError { .source($0) })
      }, records: { [importRecords] in importRecords })
  }

  func front() throws -> Front {
    Front(
      site: site, region: region, reads: try reads(), port: port, access: try access(),
      media: media, statusStreams: StatusStreams(), imports: imports, openData: openData,
      now: { [weak self] in self?.now ?? Stage.moment })
  }

  /// Asks without a socket.
  func get(_ target: String, _ headers: Headers = Headers()) throws -> Reply {
    let request = try Request(target: target, headers: headers)
    guard case .now(let response) = try front().respond(to: request) else {
      preconditionFailure("reads are answered at once")
    }
    return Reply(response)
  }

  func start(port: Int = 0) throws -> Int {
    try queue.sync {
      if let server { return server.port }
      let server = try Server(
        configuration: ServerConfiguration(port: port, loops: 1),
        makeHandler: { [unowned self] _ in try front().handler })
      server.start()
      self.server = server
      return server.port
    }
  }

  /// Asks over a socket.
  func send(
    _ method: String, _ target: String, _ headers: KeyValuePairs<String, String> = [:],
    body: String = "", host: String? = nil
  ) throws -> Reply {
    try send(
      method, target, pairs: headers.map { ($0.key, $0.value) }, bytes: Array(body.utf8),
      host: host)
  }

  /// Asks over a socket with a body that is no text.
  func send(
    _ method: String, _ target: String, pairs headers: [(String, String)], bytes: [UInt8],
    host: String? = nil
  ) throws -> Reply {
    let port = try start()
    let host = host ?? "127.0.0.1:\(port)"
    var text = "\(method) \(target) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n"
    for (name, value) in headers { text += "\(name): \(value)\r\n" }
    if method == "POST" { text += "Content-Length: \(bytes.count)\r\n" }
    return try Reply(parsing: exchange(Array((text + "\r\n").utf8) + bytes, port: port))
  }

  /// Sends a form as a browser does.
  func post(
    _ target: String, _ pairs: [(String, String)], cookie: String? = "vesthub=\(session)",
    site: String = "same-origin"
  ) throws -> Reply {
    let body = pairs.map { "\(Address.encode($0.0))=\(Address.encode($0.1))" }
      .joined(separator: "&")
    return try send(
      "POST", target,
      [
        "Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie ?? "x=y",
        "Sec-Fetch-Site": site,
      ], body: body)
  }

  /// Opens a draft as the buttons do; gives its address.
  func begin(_ target: String) throws -> String {
    let token = try desk("/desk").hidden("token")
    let answer = try post(target, [("token", token)])
    guard answer.status == 303, let address = answer["Location"] else {
      throw StageError(status: answer.status)
    }
    return address
  }

  /// Types into a draft and presses a button.
  func type(
    _ draft: String, _ changes: KeyValuePairs<String, String>, then button: String = "release"
  ) throws -> Reply {
    try post(draft, try desk(draft).form(changes) + [("do", button)])
  }

  /// A desk that did not open.
  struct StageError: Error {
    let status: Int
  }

  func desk(_ target: String, as session: String = session) throws -> Reply {
    try get(target, ["Cookie": "vesthub=\(session)"])
  }

  private func exchange(_ bytes: [UInt8], port: Int) throws -> [UInt8] {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
    let connected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    precondition(connected == 0, "the server listens")
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      // A server that refuses a body answers before it has come whole.
      if count <= 0 { break }
      sent += count
    }
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count <= 0 { return answer }
      answer += buffer[..<count]
    }
  }
}

/// An answer as tests look at it.
struct Reply {
  let status: Int
  let headers: [(name: String, value: String)]
  let body: String
  /// The content as it came.
  let bytes: [UInt8]

  init(_ response: Response) {
    status = response.status
    headers = response.headers.all
    guard case .bytes(let bytes) = response.body else {
      body = ""
      bytes = []
      return
    }
    self.bytes = bytes
    body = String(decoding: bytes, as: UTF8.self)
  }

  init(parsing bytes: [UInt8]) throws {
    let text = String(decoding: bytes, as: UTF8.self)
    let end = text.firstRange(of: "\r\n\r\n")!  // The server is ours.
    let lines = text[..<end.lowerBound].split(separator: "\r\n")
    status = Int(lines[0].split(separator: " ")[1])!  // As above.
    headers = lines.dropFirst().map { line in
      let parts = line.split(separator: ":", maxSplits: 1)
      return (String(parts[0]), String(parts[1].drop { $0 == " " }))
    }
    body = String(text[end.upperBound...])
    let head = text[..<end.upperBound].utf8.count
    self.bytes = Array(bytes.dropFirst(head))
  }

  subscript(name: String) -> String? {
    headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }

  /// The value of a hidden input.
  func hidden(_ name: String) -> String {
    guard let start = body.firstRange(of: "name=\"\(name)\" value=\"") else { return "" }
    return Reply.unescaped(String(body[start.upperBound...].prefix { $0 != "\"" }))
  }

  /// All hidden inputs of the page but those of the line of status, decoded.
  var hiddenPairs: [(String, String)] {
    body.split(separator: "<input type=\"hidden\" ").dropFirst().map { part in
      (attribute("name", " " + part), attribute("value", part))
    }
  }

  /// All inputs of the page's largest form as a browser would send them, some of them changed.
  func form(_ changes: KeyValuePairs<String, String>) -> [(String, String)] {
    var pairs = ["token", "page", "shown", "context", "seen"].map { ($0, hidden($0)) }
    pairs.removeAll { $0.1.isEmpty }
    for part in body.split(separator: "<").dropFirst() {
      guard part.hasPrefix("input id=") || part.hasPrefix("textarea id="),
        !part.contains("type=\"checkbox\"")
      else {
        if part.hasPrefix("input type=\"checkbox\""), part.contains(" checked") {
          pairs.append((attribute("name", part), attribute("value", part)))
        }
        continue
      }
      let value =
        part.hasPrefix("textarea")
        ? Reply.unescaped(
          String(part[part.index(after: part.firstIndex(of: ">")!)...].dropFirst()))  // A tag ends.
        : attribute("value", part)
      pairs.append((attribute("name", part), value))
    }
    for part in body.split(separator: "<select id=").dropFirst() {
      let name = String(part.dropFirst().prefix { $0 != "\"" })
      let chosen = part.firstRange(of: "<option selected value=\"").map {
        String(part[$0.upperBound...].prefix { $0 != "\"" })
      }
      pairs.append((name, chosen ?? ""))
    }
    for (name, value) in changes {
      pairs.removeAll { $0.0 == name }
      pairs.append((name, value))
    }
    return pairs
  }

  private func attribute(_ name: String, _ tag: Substring) -> String {
    guard let start = tag.firstRange(of: " \(name)=\"") else { return "" }
    return Reply.unescaped(String(tag[start.upperBound...].prefix { $0 != "\"" }))
  }

  static func unescaped(_ text: String) -> String {
    text.replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
      .replacing("&#39;", with: "'").replacing("&amp;", with: "&")
  }
}
