// The server over real sockets: framing, refusals, deadlines, streams, deferred answers, the end.

import Foundation
import Glibc
import Synchronization
import Testing

@testable import HTTP

/// Things that a test hands from a handler to itself.
final class Box<Value: Sendable>: Sendable {
  private let value: Mutex<[Value]> = Mutex([])
  func put(_ item: Value) { value.withLock { $0.append(item) } }
  func take() -> Value? { value.withLock { $0.isEmpty ? nil : $0.removeFirst() } }
  var isEmpty: Bool { value.withLock { $0.isEmpty } }

  /// Waits for an item, at most ten seconds.
  func next() throws -> Value {
    var item: Value?
    _ = eventually {
      item = self.take()
      return item != nil
    }
    return try #require(item)
  }
}

/// A handler that answers with method, path and body.
let plain: @Sendable (Int) -> Handler = { _ in
  Handler { request in
    let body = String(decoding: request.body, as: UTF8.self)
    return .now(.text("\(request.method) \(request.path) \(body)"))
  }
}

@Suite struct ServerTests {
  static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

  @Test func pipelinedRequestsAreAnsweredInOrder() throws {
    try withServer(plain) { server in
      let client = try Client(server.port)
      client.write("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n")
      client.write("POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc")
      client.write("GET /3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
      #expect(client.response().body == "GET /1 ")
      #expect(client.response().body == "POST /2 abc")
      let last = client.response()
      #expect(last.body == "GET /3 " && last.fields["connection"] == "close")
      #expect(client.readToEnd().isEmpty)
    }
  }

  @Test func largePipelinedAnswersAllArrive() throws {
    let body = [UInt8](repeating: 120, count: 100_000)
    try withServer({ _ in Handler { _ in .now(.of(body, type: "a/b")) } }) { server in
      let client = try Client(server.port)
      client.write(String(repeating: ServerTests.get, count: 40))
      for _ in 0..<40 { #expect(client.response().body.utf8.count == 100_000) }
    }
  }

  @Test func headHasTheFieldsAndNoBody() throws {
    try withServer(plain) { server in
      let client = try Client(server.port)
      client.write("HEAD /abc HTTP/1.1\r\nHost: a\r\n\r\n\(ServerTests.get)")
      let head = client.response(hasBody: false)
      #expect(head.status == 200 && head.fields["content-length"] == "10")
      #expect(client.response().body == "GET / ")
    }
  }

  @Test func oldClientsAreServedAndClosed() throws {
    try withServer(plain) { server in
      let client = try Client(server.port)
      client.write("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
      #expect(client.response().fields["connection"] == "keep-alive")
      client.write("GET / HTTP/1.0\r\n\r\n")
      #expect(client.response().fields["connection"] == "close" && client.readToEnd().isEmpty)
    }
  }

  @Test(
    "A refused request gets its status and the end",
    arguments: [
      ("GET / HTTP/1.1\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400),
      ("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost:\r\n\r\n", 400),
      ("GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400), ("GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
      ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505), ("BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 501),
      ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\nabc", 413),
      ("GET /\(String(repeating: "a", count: 9_000)) HTTP/1.1\r\n", 414),
      ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: tea\r\n\r\n", 417),
      ("GET / HTTP/1.1\r\nHost: a\r\nA: \(String(repeating: "a", count: 40_000))\r\n\r\n", 431),
    ])
  func refusals(_ wire: String, _ status: Int) throws {
    try withServer(plain) { server in
      let client = try Client(server.port)
      client.write(wire + ServerTests.get)
      #expect(client.response().status == status)
      #expect(client.readToEnd().isEmpty)
      #expect(eventually { server.snapshot.malformed == 1 && server.snapshot.open == 1 })
    }
  }

  @Test func expectationIsMetBeforeTheBody() throws {
    try withServer(plain) { server in
      let client = try Client(server.port)
      client.write(
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
      #expect(client.read(until: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
      client.write("abc")
      #expect(client.response().body == "POST / abc")
    }
  }

  // sync-52
  @Test func aRouteMayTakeMoreOrLessThanTheServer() throws {
    let make: @Sendable (Int) -> Handler = { _ in
      let router = Router()
      router.post("/small", bodyLimit: 2) { _ in .now(.text("small")) }
      router.post("/large", bodyLimit: 3_000_000) { .now(.text("\($0.body.count)")) }
      return router.handler
    }
    try withServer(make) { server in
      let small = try Client(server.port)
      small.write(
        "POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
      #expect(small.response().status == 413)
      let large = try Client(server.port)
      large.write("POST /large HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\n")
      large.write([UInt8](repeating: 1, count: 2_000_000))
      #expect(large.response().body == "2000000")
    }
  }

  @Test func aSlowHeaderAndASlowBodyGet408() throws {
    var limits = Limits()
    limits.headerSeconds = 0.2
    limits.bodySeconds = 0.2
    try withServer(limits: limits, plain) { server in
      let header = try Client(server.port)
      header.write("GET / HT")
      #expect(header.response().status == 408 && header.readToEnd().isEmpty)
      let body = try Client(server.port)
      body.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\na")
      #expect(body.response().status == 408 && body.readToEnd().isEmpty)
      let second = try Client(server.port)
      second.write("\(ServerTests.get)GET / HT")
      #expect(second.response().status == 200 && second.response().status == 408)
    }
  }

  @Test func aSilentConnectionIsClosedWithoutAWord() throws {
    var limits = Limits()
    limits.idleSeconds = 0.2
    try withServer(limits: limits, plain) { server in
      let client = try Client(server.port)
      #expect(client.get("/").status == 200)
      #expect(client.readToEnd().isEmpty)
    }
  }

  @Test func oneTooManyGets503() throws {
    var limits = Limits()
    limits.connections = 1
    limits.refusedConnections = 1
    try withServer(limits: limits, plain) { server in
      let first = try Client(server.port)
      #expect(first.get("/").status == 200)
      let second = try Client(server.port)
      let refused = second.response()
      #expect(refused.status == 503 && refused.fields["retry-after"] == "1")
      #expect(second.readToEnd().isEmpty)
      #expect(first.get("/").status == 200)
      first.hangUp()
      second.hangUp()
      #expect(eventually { server.snapshot.open == 0 })
      #expect(try Client(server.port).get("/").status == 200)
      #expect(server.snapshot.refused == 1)
    }
  }

  @Test func aFileIsSentWholeAndInParts() throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "slice-\(UUID())")
    let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try Data(bytes).write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    let path = url.path
    let make: @Sendable (Int) -> Handler = { _ in
      Handler { request in
        guard let slice = try? FileSlice(path: path) else { return .now(.empty(404)) }
        return .now(Response(body: .file(slice)).ranged(to: request))
      }
    }
    try withServer(make) { server in
      let client = try Client(server.port)
      client.write(ServerTests.get)
      #expect(client.read(until: "\r\n\r\n").contains("Content-Length: 3000000"))
      #expect(client.read(atLeast: 3_000_000) == bytes)
      client.write("GET / HTTP/1.1\r\nHost: a\r\nRange: bytes=1000-1003\r\n\r\n")
      #expect(client.read(until: "\r\n\r\n").contains("Content-Range: bytes 1000-1003/3000000"))
      #expect(client.read(atLeast: 4) == Array(bytes[1_000..<1_004]))
      #expect(client.get("/", "Range: bytes=3000000-\r\n").status == 416)
    }
    #expect(throws: FileSlice.FileError.notAFile(path: "/")) { try FileSlice(path: "/") }
    #expect(throws: FileSlice.FileError.cannotOpen(path: "/none", code: ENOENT)) {
      try FileSlice(path: "/none")
    }
  }

  @Test func conditionsHoldOverTheWire() throws {
    let make: @Sendable (Int) -> Handler = { _ in
      Handler { .now(Response.text("a").with("ETag", "\"1\"").conditional(to: $0)) }
    }
    try withServer(make) { server in
      let client = try Client(server.port)
      let same = client.get("/", "If-None-Match: \"1\"\r\n")
      #expect(same.status == 304 && same.fields["etag"] == "\"1\"")
      #expect(same.fields["content-length"] == nil)
      #expect(client.get("/", "If-Match: \"2\"\r\n").status == 412)
      #expect(client.get("/").body == "a")
    }
  }

  @Test func absoluteTargetsAndOptionsForAllAreServed() throws {
    try withServer({ _ in
      let router = Router()
      router.get("/a") { .now(.text($0.authority)) }
      return router.handler
    }) { server in
      let client = try Client(server.port)
      #expect(client.get("http://b.example/a").body == "b.example")
      client.write("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(client.response().status == 204)
    }
  }

  @Test func aSecondServerOnThePortIsRefused() throws {
    try withServer(loops: 2, plain) { server in
      let port = server.port
      #expect(throws: ServerError.addressInUse(host: "127.0.0.1", port: port)) {
        try Server(configuration: ServerConfiguration(port: port), makeHandler: plain)
      }
    }
  }

  @Test func aHandlerThatCannotBeMadeStopsTheStart() {
    struct Broken: Error {}
    #expect(throws: ServerError.handler(loop: 1, reason: "Broken()")) {
      try Server(configuration: ServerConfiguration(loops: 2)) { loop in
        if loop == 1 { throw Broken() }
        return plain(loop)
      }
    }
    #expect(throws: ServerError.notAnAddress("nowhere")) {
      try Server(configuration: ServerConfiguration(host: "nowhere"), makeHandler: plain)
    }
  }

  @Test func loopsShareAnInheritedSocket() throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    try #require(listen(listener, 16) == 0)
    let server = try Server(
      configuration: ServerConfiguration(loops: 2, inheritedDescriptor: listener),
      makeHandler: plain)
    server.start()
    for _ in 0..<20 { #expect(try Client(server.port).get("/").status == 200) }
    server.drain(deadlineSeconds: 0)
  }
}
