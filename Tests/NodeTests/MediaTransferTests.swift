// Files between a city and the hub: real servers, real requests, and a cut in the middle.

import EventLog
import Events
import Foundation
import HTTP
import Media
import Sync
import Synchronization
import Testing
import Views

@testable import Node

/// One side: a folder with views that name files, and a store.
private final class Side {
  let folder = NSTemporaryDirectory() + "/media-\(UUID().uuidString)"
  let store: MediaStore
  private let log: LogStore
  private let views: ViewWriter

  init() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    store = try MediaStore(directory: folder)
    let kreis = SiteID("kreis")!  // A valid id.
    log = try LogStore(
      directory: folder, site: kreis, lineKey: Array(repeating: 7, count: 32), role: .hub)
    let reader = try LogReader(directory: folder)
    views = try ViewWriter(path: folder + "/views.sqlite", kreis: kreis) {
      try reader.events(of: $0)
    }
  }

  deinit {
    log.close()
    views.close()
    try? FileManager.default.removeItem(atPath: folder)
  }

  var named: NamedMedia { NamedMedia(views: folder + "/views.sqlite") }

  /// An item names the file.
  func name(_ media: CleanMedia) throws {
    let item = ItemID("kreis-\(media.facts.hash.hex.prefix(8))")!  // Hexadecimal digits fit.
    let value: FieldValue = [
      "bytes": .integer(Int64(media.facts.bytes)), "label": "x",
      "sha256": .string(media.facts.hash.hex), "type": "application/pdf",
    ]
    let draft = EventDraft(
      type: "news.created", item: item, by: "r1",
      writes: [.init("title", "x"), .init("media/a", value)])
    let fold = try views.begin()
    for result in try log.append([draft], now: .now, judge: { try fold.judge($0, received: .now) })
    {
      try fold.apply(try result.get())
    }
    _ = try fold.commit()
  }
}

/// What the requests of a hub are, and what comes between.
private final class Traffic: Sendable {
  /// Requests for pieces so far, as method and first byte.
  let pieces = Mutex<[String]>([])
  /// Called with each request; answers in the place of the endpoint.
  let spoil = Mutex<(@Sendable (Request) -> Response?)?>(nil)
  /// How often something was spoiled.
  let spoiled = Atomic(0)

  func note(_ request: Request) {
    let range = request.headers["Range"] ?? request.query("offset")
    if let range { pieces.withLock { $0.append("\(request.method) \(range)") } }
  }
}

/// A hub's endpoint that listens; what it answers can be spoiled.
private final class Hub {
  let side: Side
  let key: SiteKey
  let other: SiteKey
  private(set) var port = 0
  private var server: Server?
  let traffic = Traffic()

  init(_ side: Side) throws {
    self.side = side
    let ring = KeyRing(directory: side.folder)
    key = try ring.issue(for: #require(SiteID("herten")))
    other = try ring.issue(for: #require(SiteID("marl")))
    try start()
  }

  deinit { stop() }

  func start() throws {
    let endpoint = MediaEndpoint(
      store: side.store, named: side.named, keys: KeyRing(directory: side.folder), note: { _ in })
    var router = Router()
    endpoint.serve(on: &router)
    let server = try Server(
      configuration: ServerConfiguration(port: port, loops: 1),
      makeHandler: { [traffic, inner = Confined(handler: router.handler)] _ in
        Handler(bodyLimit: inner.handler.bodyLimit) { request in
          traffic.note(request)
          if let response = traffic.spoil.withLock({ $0 })?(request) { return .now(response) }
          return inner.handler(request)
        }
      })
    port = server.port
    self.server = server
    server.start()
  }

  /// `@unchecked Sendable`: one loop is made, which alone uses the handler.
  private struct Confined: @unchecked Sendable {
    let handler: Handler
  }

  func stop() {
    server?.drain(deadlineSeconds: 0)
    server = nil
  }

  var address: String { "http://127.0.0.1:\(port)" }

  func link(_ city: Side, longest: UInt64 = 40) -> MediaLink {
    var random = SystemRandom()
    var pauses = MediaPauses()
    (pauses.settle, pauses.again, pauses.first, pauses.longest) = (1, 10, 5, longest)
    pauses.window = 60_000
    return MediaLink(
      upstream: address, join: JoinFile(region: RegionID(using: &random), key: key),
      store: city.store, named: city.named, pauses: pauses, note: { _ in })
  }

  func ask(
    _ method: String, _ path: String, key: SiteKey? = nil, body: [UInt8]? = nil
  ) throws -> HTTPReply {
    try HTTPClient.sendAndWait(
      method, "\(address)/sync/v1/media/\(path)",
      headers: ["Authorization": (key ?? self.key).authorization], body: body, deadlineSeconds: 30
    ).get()
  }
}

@Suite struct MediaTransferTests {
  /// A document of so many bytes.
  private static func document(_ count: Int) throws -> CleanMedia {
    let body = "%PDF-1.7\n1 0 obj\n\(String(repeating: "x", count: count))\nendobj\n"
    let end = "xref\n0 1\ntrailer\n<< >>\nstartxref\n\(body.utf8.count)\n%%EOF\n"
    return try CleanMedia(Array((body + end).utf8))
  }

  private static let pieceBytes = MediaPiece.bytes

  /// Waits for a condition, at most twenty seconds.
  private func eventually(_ condition: () -> Bool) -> Bool {
    let end = Date().addingTimeInterval(20)
    while Date() < end {
      if condition() { return true }
      usleep(2_000)
    }
    return false
  }

  // sync-59
  @Test func aCitySendsWhatTheHubLacks() throws {
    let (hub, city) = (try Hub(try Side()), try Side())
    let media = try Self.document(3 * Self.pieceBytes)
    for side in [hub.side, city] { try side.name(media) }
    try city.store.keep(media)
    let link = hub.link(city)
    link.start()
    defer { link.stop() }
    #expect(eventually { hub.side.store.facts(media.facts.hash) == media.facts })
    #expect(
      hub.traffic.pieces.withLock { $0 } == (0...3).map { "PUT \($0 * Self.pieceBytes)" },
      "each piece once")
  }

  // sync-63
  @Test func aCityFetchesWhatItLacks() throws {
    let (hub, city) = (try Hub(try Side()), try Side())
    let media = try Self.document(2 * Self.pieceBytes)
    for side in [hub.side, city] { try side.name(media) }
    try hub.side.store.keep(media)
    let link = hub.link(city)
    link.start()
    defer { link.stop() }
    #expect(eventually { city.store.facts(media.facts.hash) == media.facts })
  }

  @Test func aFileThatEndsWithAPieceIsFetchedWhole() throws {
    let (hub, city) = (try Hub(try Side()), try Side())
    let bare = try Self.document(0).facts.bytes
    // The place of the table has five digits more than in the bare file.
    let media = try Self.document(Self.pieceBytes - bare - 4)
    try #require(media.facts.bytes == Self.pieceBytes)
    for side in [hub.side, city] { try side.name(media) }
    try hub.side.store.keep(media)
    let link = hub.link(city)
    link.start()
    defer { link.stop() }
    #expect(eventually { city.store.holds(media.facts.hash) })
  }

  // sync-59, sync-63
  @Test(arguments: [true, false])
  func afterACutInTheMiddleItGoesOnWhereItEnded(_ isUpload: Bool) throws {
    let (hub, city) = (try Hub(try Side()), try Side())
    let media = try Self.document(4 * Self.pieceBytes)
    for side in [hub.side, city] { try side.name(media) }
    let (source, target) = isUpload ? (city, hub.side) : (hub.side, city)
    try source.store.keep(media)
    let method = isUpload ? "PUT" : "GET"
    // After two pieces the hub is gone.
    hub.traffic.spoil.withLock { spoil in
      spoil = { [traffic = hub.traffic] request in
        let offset = request.headers["Range"] ?? request.query("offset") ?? ""
        guard offset.contains("\(2 * Self.pieceBytes)"), request.method == method else {
          return nil
        }
        traffic.spoiled.add(1, ordering: .relaxed)
        return .text("<html>Bad gateway</html>", status: 502)
      }
    }
    let link = hub.link(city)
    link.start()
    defer { link.stop() }
    #expect(eventually { hub.traffic.spoiled.load(ordering: .relaxed) > 0 })
    hub.stop()
    #expect(!target.store.holds(media.facts.hash))
    hub.traffic.spoil.withLock { $0 = nil }
    hub.traffic.pieces.withLock { $0 = [] }
    try hub.start()
    #expect(eventually { target.store.facts(media.facts.hash) == media.facts })
    let first = hub.traffic.pieces.withLock { $0.first } ?? ""
    #expect(
      first.hasPrefix(isUpload ? "PUT \(2 * Self.pieceBytes)" : "GET bytes=\(2 * Self.pieceBytes)-")
    )
  }

  // sync-62
  @Test func rubbishFromAHubIsThrownAwayAndFetchedAgain() throws {
    let (hub, city) = (try Hub(try Side()), try Side())
    let media = try Self.document(100)
    for side in [hub.side, city] { try side.name(media) }
    try hub.side.store.keep(media)
    hub.traffic.spoil.withLock { spoil in
      spoil = { [traffic = hub.traffic] _ in
        guard traffic.spoiled.add(1, ordering: .relaxed).newValue <= 3 else { return nil }
        return Response.text("rubbish", status: 206)
      }
    }
    let link = hub.link(city)
    link.start()
    defer { link.stop() }
    #expect(eventually { city.store.holds(media.facts.hash) })
    #expect(city.store.facts(media.facts.hash) == media.facts)
  }

  // sync-57
  @Test func aFileThatCannotBeMovedKeepsNoOtherOneBack() throws {
    let (hub, city) = (try Hub(try Side()), try Side())
    let files = try (1...4).map { try Self.document($0 * 10) }
    // The hub has not heard of the first, and nobody has the second.
    for media in files { try city.name(media) }
    for media in files.dropFirst() { try hub.side.name(media) }
    try city.store.keep(files[0])
    try city.store.keep(files[2])
    try hub.side.store.keep(files[3])
    let link = hub.link(city)
    link.start()
    defer { link.stop() }
    #expect(
      eventually {
        hub.side.store.holds(files[2].facts.hash) && city.store.holds(files[3].facts.hash)
      })
    // Now the event arrives, and the file follows.
    try hub.side.name(files[0])
    #expect(eventually { hub.side.store.holds(files[0].facts.hash) })
  }

  // MARK: - The hub's door

  // sync-58, sync-64
  @Test func withoutAKeyNothingElseIsLookedAt() throws {
    let hub = try Hub(try Side())
    var random = SystemRandom()
    let stranger = SiteKey(of: hub.key.site, using: &random)
    for (method, path) in [("GET", "x"), ("GET", "x/held"), ("PUT", "x?offset=0&total=1")] {
      let reply = try hub.ask(
        method, path, key: stranger, body: method == "PUT" ? [1] : nil)
      #expect(reply.status == 401 && reply.body == Array(#"{"refused":"unknown-key"}"#.utf8))
    }
  }

  // sync-60
  @Test func aFileThatNoItemNamesIsNotTaken() throws {
    let hub = try Hub(try Side())
    let media = try Self.document(10)
    let reply = try hub.ask(
      "PUT", "\(media.facts.hash.hex)?offset=0&total=\(media.bytes.count)", body: media.bytes)
    #expect(reply.status == 404 && reply.body == Array(#"{"refused":"unknown-media"}"#.utf8))
    #expect(try hub.ask("GET", media.facts.hash.hex).status == 404)
  }

  // sync-61
  @Test func aPieceThatDoesNotFollowIsAnsweredWithWhatIsHeld() throws {
    let hub = try Hub(try Side())
    let media = try Self.document(10)
    try hub.side.name(media)
    let path = media.facts.hash.hex
    let total = media.bytes.count
    let first = try hub.ask(
      "PUT", "\(path)?offset=0&total=\(total)", body: [UInt8](media.bytes[..<5]))
    #expect(first.body == Array(#"{"held":5,"whole":false}"#.utf8))
    for offset in [0, 4, 6] {
      let reply = try hub.ask("PUT", "\(path)?offset=\(offset)&total=\(total)", body: [1])
      #expect(reply.status == 409 && reply.body == Array(#"{"held":5,"whole":false}"#.utf8))
    }
    let others = try hub.ask("GET", "\(path)/held", key: hub.other)
    #expect(others.body == Array(#"{"held":0,"whole":false}"#.utf8), "each site has its own pieces")
    let last = try hub.ask(
      "PUT", "\(path)?offset=5&total=\(total)", body: [UInt8](media.bytes[5...]))
    #expect(last.body == Array(#"{"held":\#(total),"whole":true}"#.utf8))
  }

  // sync-62
  @Test func anEmptyPieceAtTheEndAsksForTheCheck() throws {
    let hub = try Hub(try Side())
    let media = try Self.document(10)
    try hub.side.name(media)
    // As if the hub had died between the last piece and the check.
    try hub.side.store.append(media.bytes, at: 0, to: media.facts.hash, from: hub.key.site)
    let total = media.bytes.count
    let reply = try hub.ask(
      "PUT", "\(media.facts.hash.hex)?offset=\(total)&total=\(total)", body: [])
    #expect(reply.body == Array(#"{"held":\#(total),"whole":true}"#.utf8))
  }

  // sync-62
  @Test func aFileThatIsAnotherOrNotCleanIsNotTaken() throws {
    let hub = try Hub(try Side())
    let media = try Self.document(10)
    try hub.side.name(media)
    let total = media.bytes.count
    var wrong = media.bytes
    wrong[20] ^= 1
    let reply = try hub.ask(
      "PUT", "\(media.facts.hash.hex)?offset=0&total=\(total)", body: wrong)
    #expect(reply.status == 422 && reply.body == Array(#"{"refused":"unsound-media"}"#.utf8))
    let held = try hub.ask("GET", "\(media.facts.hash.hex)/held")
    #expect(held.body == Array(#"{"held":0,"whole":false}"#.utf8))
  }

  @Test(arguments: [
    "", "offset=0", "offset=1&total=1&x=1", "total=9&offset=0", "offset=00&total=9",
    "offset=-1&total=9", "offset=8&total=9", "offset=9&total=9", "offset=0&total=0",
    "offset=0&total=99999999999",
  ])
  func aQueryThatIsNoneIsMalformed(_ query: String) throws {
    let hub = try Hub(try Side())
    let media = try Self.document(10)
    try hub.side.name(media)
    let reply = try hub.ask("PUT", "\(media.facts.hash.hex)?\(query)", body: [1, 2])
    #expect(reply.status == 400 && reply.body == Array(#"{"refused":"malformed"}"#.utf8))
  }

  @Test func aFileThatIsTooLongIsRefusedAtItsFirstPiece() throws {
    let hub = try Hub(try Side())
    let media = try Self.document(10)
    try hub.side.name(media)
    let reply = try hub.ask(
      "PUT", "\(media.facts.hash.hex)?offset=0&total=\(MediaLimits.fileBytes + 1)", body: [1])
    #expect(reply.status == 413)
    let long = [UInt8](repeating: 0, count: MediaPiece.bytes + 1)
    #expect(
      try hub.ask("PUT", "\(media.facts.hash.hex)?offset=0&total=900000", body: long).status == 413)
  }
}
