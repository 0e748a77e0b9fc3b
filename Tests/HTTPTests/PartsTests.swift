// The pure parts: fields, targets, forms, routes, conditions, ranges, dates.

import Foundation
import Testing

@testable import HTTP

@Suite struct HeadersTests {
  @Test func lookupIgnoresCaseAndKeepsOrder() {
    var headers: Headers = ["Set-Cookie": "a", "ETag": "\"1\""]
    headers.add("set-cookie", "b")
    #expect(headers["SET-COOKIE"] == "a" && headers.values(for: "Set-Cookie") == ["a", "b"])
    #expect(headers["Set-Cooki"] == nil && headers.list("set-cookie") == "a, b")
    headers.set("SET-cookie", "c")
    #expect(headers.all.map(\.name) == ["ETag", "SET-cookie"])
  }

  @Test func aValueCannotForgeALine() {
    var headers = Headers()
    headers.add("Location", "/a\r\nSet-Cookie: x\0")
    #expect(headers["Location"] == "/a  Set-Cookie: x ")
    #expect(String(decoding: headers.block, as: UTF8.self) == "Location: /a  Set-Cookie: x \r\n")
  }
}

@Suite struct TargetTests {
  @Test(
    "A path is decoded once and stays below the root",
    arguments: [
      ("/", "/"), ("/a/b?c=d", "/a/b"), ("/%C3%A4", "/ä"), ("/a/../../b", "/b"),
      ("/a/%2e%2E/b", "/b"), ("/a/./b/.", "/a/b/"), ("/a/b/..", "/a/"), ("/a%2Fb", "/a%2Fb"),
      ("/a%252Fb", "/a%2Fb"), ("/..", "/"), ("//a", "//a"), ("/a.b/.c", "/a.b/.c"),
      ("http://h.example/x?y", "/x"), ("http://h.example?y", "/"), ("HTTP://h.example", "/"),
    ])
  func pathIsDecoded(_ target: String, _ path: String) throws {
    #expect(try Target(target, method: "GET").path == path)
  }

  @Test(
    "A bad target is refused",
    arguments: [
      ("*", Refusal.malformedTarget), ("a/b", .malformedTarget), ("/a#b", .malformedTarget),
      ("ftp://a/", .malformedTarget), ("/%zz", .malformedEscape), ("/%4", .malformedEscape),
      ("/%00", .controlInPath), ("/%0d%0A", .controlInPath), ("/%FF", .pathIsNotUTF8),
      ("/%C0%AF", .pathIsNotUTF8), ("http://", .malformedHost), ("http://u@h/", .malformedHost),
      ("http://h:99999999/", .malformedHost), ("http://[::1/", .malformedHost),
    ])
  func badTargetIsRefused(_ target: String, _ refusal: Refusal) {
    #expect(throws: refusal) { try Target(target, method: "GET") }
  }

  @Test func asteriskIsForOptionsOnly() throws {
    #expect(try Target("*", method: "OPTIONS").path == "*")
  }

  @Test func theTargetsAuthorityWinsOverTheHost() throws {
    let request = try Request(target: "http://one.example/", headers: ["Host": "two.example"])
    #expect(request.authority == "one.example")
  }

  @Test func queryIsDecodedAndBounded() throws {
    let request = try Request(target: "/?q=a+b%C3%A4&empty&x=%zz&q=2")
    #expect(request.query("q") == "a bä" && request.query("empty") == "")
    #expect(request.query("x") == "%zz" && request.query("none") == nil)
    let many = try Request(target: "/?" + String(repeating: "a&", count: 2_000))
    #expect(many.query.count == Form.mostItems)
  }
}

@Suite struct FormTests {
  @Test func pairsAreDecodedInOrder() throws {
    let items = try Form.decode(Array("a=1&b=%C3%BC+x&&c".utf8))
    #expect(items.map(\.name) == ["a", "b", "c"] && items.map(\.value) == ["1", "ü x", ""])
  }

  @Test func badFormsAreRefused() {
    #expect(throws: Form.FormError.malformedEscape) { try Form.decode(Array("a=%z1".utf8)) }
    #expect(throws: Form.FormError.malformedEscape) { try Form.decode(Array("a=%".utf8)) }
    #expect(throws: Form.FormError.notUTF8) { try Form.decode(Array("a=%FF".utf8)) }
    let many = Array(String(repeating: "a&", count: 1_001).utf8)
    #expect(throws: Form.FormError.tooManyItems) { try Form.decode(many) }
  }
}

@Suite struct RouterTests {
  static func router() -> Router {
    let router = Router()
    for pattern in ["/", "/p/:id", "/p/neu", "/p/:id/x/:part", "/media/*rest"] {
      router.get(pattern) { request in
        let values = request.parameters.map { "\($0.name)=\($0.value)" }.joined(separator: ",")
        return .now(.text("\(pattern) \(values)"))
      }
    }
    router.on("POST", "/p/:id", bodyLimit: 7) { _ in .now(.text("post")) }
    return router
  }

  static func answer(_ method: String, _ target: String) throws -> Response {
    let request = try Request(method: method, target: target)
    guard case .now(let response) = router().respond(to: request) else {
      preconditionFailure("these routes answer at once")
    }
    return response
  }

  @Test(
    "The best route is taken",
    arguments: [
      ("/", "/ "), ("/p/7", "/p/:id id=7"), ("/p/neu", "/p/neu "),
      ("/p/7/x/8", "/p/:id/x/:part id=7,part=8"), ("/media/a/b", "/media/*rest rest=a/b"),
      ("/media", "/media/*rest rest="),
    ])
  func bestRoute(_ target: String, _ text: String) throws {
    guard case .bytes(let bytes) = try RouterTests.answer("GET", target).body else {
      Issue.record("no body")
      return
    }
    #expect(String(decoding: bytes, as: UTF8.self) == text)
  }

  @Test func otherMethodsAreNamed() throws {
    let refused = try RouterTests.answer("DELETE", "/p/7")
    #expect(refused.status == 405 && refused.headers["Allow"] == "GET, HEAD, POST, OPTIONS")
    #expect(try RouterTests.answer("OPTIONS", "/p/7").status == 204)
    #expect(try RouterTests.answer("OPTIONS", "*").status == 204)
    #expect(try RouterTests.answer("HEAD", "/p/7").status == 200)
  }

  @Test func unknownPathsFallBack() throws {
    for target in ["/q", "/p", "/p/", "/p/7/x", "//"] {
      #expect(try RouterTests.answer("GET", target).status == 404)
    }
  }

  @Test func aRouteNamesItsBodyLimit() throws {
    let handler = RouterTests.router().handler
    #expect(handler.bodyLimit(try Request(method: "POST", target: "/p/1")) == 7)
    #expect(handler.bodyLimit(try Request(method: "POST", target: "/q")) == nil)
  }
}

@Suite struct ConditionalTests {
  static let date = "Sun, 06 Nov 1994 08:49:37 GMT"
  static let page = Response.text("0123456789").with("ETag", "\"x\"")
    .with("Last-Modified", date).with("Cache-Control", "max-age=1")

  @Test(
    "Conditions are weighed in the order of RFC 9110 §13.2.2",
    arguments: [
      ("If-None-Match", "\"x\"", 304), ("If-None-Match", "W/\"x\"", 304),
      ("If-None-Match", "*", 304),
      ("If-None-Match", "\"y\", \"x\"", 304), ("If-None-Match", "\"y\"", 200),
      ("If-None-Match", "\"y, x\"", 200), ("If-None-Match", "x", 200),
      ("If-Match", "\"x\"", 200), ("If-Match", "W/\"x\"", 412), ("If-Match", "\"y\"", 412),
      ("If-Match", "*", 200), ("If-Modified-Since", date, 304),
      ("If-Modified-Since", "Sun, 06 Nov 1994 08:49:36 GMT", 200),
      ("If-Modified-Since", "gestern", 200),
      ("If-Unmodified-Since", "Sun, 06 Nov 1994 08:49:36 GMT", 412),
      ("If-Unmodified-Since", date, 200),
    ])
  func conditions(_ name: String, _ value: String, _ status: Int) throws {
    var headers = Headers()
    headers.add(name, value)
    let answer = ConditionalTests.page.conditional(to: try Request(target: "/", headers: headers))
    #expect(answer.status == status)
    if status == 304 {
      #expect(answer.headers["ETag"] == "\"x\"" && answer.headers["Cache-Control"] == "max-age=1")
      #expect(answer.headers["Content-Type"] == nil && answer.body.count == 0)
    }
  }

  @Test func aTagOutweighsADate() throws {
    let headers: Headers = ["If-None-Match": "\"y\"", "If-Modified-Since": ConditionalTests.date]
    let request = try Request(target: "/", headers: headers)
    #expect(ConditionalTests.page.conditional(to: request).status == 200)
  }

  @Test func anUnsafeMethodThatMatchesNoneFails() throws {
    let request = try Request(method: "PUT", target: "/", headers: ["If-None-Match": "*"])
    #expect(request.failedPrecondition(etag: "\"x\"") == 412)
    #expect(request.failedPrecondition(etag: nil) == nil)
  }

  @Test(
    "Ranges",
    arguments: [
      ("bytes=0-3", 206, "bytes 0-3/10", "0123"), ("bytes=7-", 206, "bytes 7-9/10", "789"),
      ("bytes=-2", 206, "bytes 8-9/10", "89"), ("bytes=-20", 206, "bytes 0-9/10", "0123456789"),
      ("bytes=5-99999999999999999999", 206, "bytes 5-9/10", "56789"),
      ("bytes=10-", 416, "bytes */10", ""), ("bytes=-0", 416, "bytes */10", ""),
      ("bytes=0-1,20-30", 206, "bytes 0-1/10", "01"),
      ("bytes=0-1,3-4", 200, "", "0123456789"), ("bytes=3-1", 200, "", "0123456789"),
      ("bytes=a-b", 200, "", "0123456789"), ("lines=0-1", 200, "", "0123456789"),
      ("bytes=", 200, "", "0123456789"),
    ])
  func ranges(_ range: String, _ status: Int, _ contentRange: String, _ text: String) throws {
    let request = try Request(target: "/", headers: ["Range": range])
    let answer = ConditionalTests.page.ranged(to: request)
    #expect(answer.status == status && answer.headers["Content-Range"] ?? "" == contentRange)
    if case .bytes(let bytes) = answer.body { #expect(bytes == Array(text.utf8)) }
  }

  @Test(
    "If-Range takes only what is exactly the same",
    arguments: [
      ("\"x\"", 206), ("W/\"x\"", 200), ("\"y\"", 200), (date, 206),
      ("Sun, 06 Nov 1994 08:49:38 GMT", 200),
    ])
  func ifRange(_ condition: String, _ status: Int) throws {
    let headers: Headers = ["Range": "bytes=0-0", "If-Range": condition]
    let request = try Request(target: "/", headers: headers)
    #expect(ConditionalTests.page.ranged(to: request).status == status)
  }

  @Test func datesAreWrittenAndReadBack() {
    #expect(HTTPDate.text(784_111_777) == ConditionalTests.date)
    #expect(HTTPDate.seconds(ConditionalTests.date) == 784_111_777)
    for bad in ["Mon, 06 Nov 1994 08:49:37 GMT", "Sun, 31 Feb 1994 08:49:37 GMT", "", "06 Nov"] {
      #expect(HTTPDate.seconds(bad) == nil)
    }
  }
}
