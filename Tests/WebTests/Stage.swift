// A node without sync: a real log, real views and the front on a real server, with lines of other
// sites written by hand.

import Catalogue
import Desk
import EventLog
import Events
import Foundation
import Glibc
import HTTP
import Synchronization
import Views

@testable import Web

/// `@unchecked Sendable`: log, writer and lines are touched on `queue` only; the rest is constant.
final class Stage: @unchecked Sendable {
  /// What a test compares with: 2023-09-13, in the week after the press release.
  static let moment = Timestamp(milliseconds: 1_694_599_200_000)
  /// The code that signs in, the session that it gives, the token of the API.
  static let code = "einmal"
  static let session = "sitzung-1"
  static let token = "marke-1"

  let site: SiteID
  private let directory: String
  private let queue = DispatchQueue(label: "stage")
  private let store: LogStore
  private let writer: ViewWriter
  private var lines: [SiteID: (seq: UInt64, prev: Digest)] = [:]
  private var clock = Timestamp(milliseconds: 1_694_500_000_000)
  private var server: Server?
  /// What pages say of the region; set before the first question.
  var region = Region.vest
  private let isLogFull = Mutex(false)
  private let codes = Mutex<Set<String>>([code])

  init(site name: String = "marl") throws {
    site = SiteID(name)!  // Test sites are valid.
    let root = FileManager.default.temporaryDirectory
    directory = root.appendingPathComponent("web-\(UUID().uuidString)").path
    store = try LogStore(
      directory: directory, site: site, lineKey: Array(repeating: 7, count: 32), role: .hub)
    let log = try LogReader(directory: directory)
    writer = try ViewWriter(path: directory + "/views.sqlite", kreis: Region.vest.kreis) {
      try log.events(of: $0)
    }
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
    try queue.sync {
      let context = try context ?? item.flatMap { try reads().state($0)?.screen } ?? .empty
      let draft = EventDraft(
        type: type, item: item, context: context, by: "e7", writes: writes)
      clock = at.flatMap { Timestamp($0) } ?? clock.advanced(milliseconds: 60_000)
      let author = SiteID(author)!  // Test sites are valid.
      let logged =
        author == site ? try append([draft])[0].get() : try ingest(draft, of: author)
      precondition(logged.verdict == .applied, "\(logged.verdict): \(writes)")
      return logged
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
      })
  }

  private var access: DeskAccess {
    let user = DeskUser(pseudonym: "e7", name: "Redaktion", role: .releaser)
    return DeskAccess(
      signIn: { [self] code in
        codes.withLock { $0.remove(code) } == nil ? nil : Stage.session
      },
      session: { $0 == Stage.session ? user : nil }, signOut: { _ in },
      token: { $0 == Stage.token ? user : nil }, isSecure: false)
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

  func front() throws -> Front {
    Front(
      site: site, region: region, reads: try reads(), port: port, access: access,
      openData: openData, deskQueue: deskQueue, now: { Stage.moment })
  }

  /// The desk's store on this stage's queue.
  private var deskQueue: DeskQueue {
    DeskQueue { [self] task in
      queue.async { [self] in task(try? DeskStore(directory: directory)) }
    }
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
    body: String = ""
  ) throws -> Reply {
    let port = try start()
    var text = "\(method) \(target) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n"
    for (name, value) in headers { text += "\(name): \(value)\r\n" }
    if method == "POST" { text += "Content-Length: \(body.utf8.count)\r\n" }
    return try Reply(parsing: exchange(Array((text + "\r\n" + body).utf8), port: port))
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

  func desk(_ target: String) throws -> Reply {
    try get(target, ["Cookie": "vesthub=\(Stage.session)"])
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
      sent += bytes[sent...].withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, 0) }
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

  init(_ response: Response) {
    status = response.status
    headers = response.headers.all
    guard case .bytes(let bytes) = response.body else {
      body = ""
      return
    }
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
  }

  subscript(name: String) -> String? {
    headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }

  /// The value of a hidden input.
  func hidden(_ name: String) -> String {
    guard let start = body.firstRange(of: "name=\"\(name)\" value=\"") else { return "" }
    return Reply.unescaped(String(body[start.upperBound...].prefix { $0 != "\"" }))
  }

  /// All inputs of the page's largest form as a browser would send them, some of them changed.
  func form(_ changes: KeyValuePairs<String, String>) -> [(String, String)] {
    var pairs = ["token", "context", "marks"].map { ($0, hidden($0)) }
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
