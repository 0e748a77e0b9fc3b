// The parser alone: cuts, bad input, limits, and vectors of independent origin.

import Foundation
import Testing

@testable import HTTP

@Suite struct ParserTests {
  static let wires: [String] = [
    "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "\r\nPOST /a?b=c HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nX:\t y z \r\n\r\nhello",
    "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      + "4;a=\"q\\\"\";b\r\nwiki\r\n00005\r\npedia\r\n0\r\nT: v\r\nU:\r\n\r\n",
    "HEAD / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
  ]

  @Test func cutsChangeNothing() {
    for wire in ParserTests.wires {
      // Doubled: the second request begins in the middle of the bytes.
      let bytes = Array((wire + wire).utf8)
      let whole = parse(bytes)
      #expect(whole.refusal == nil && whole.requests.count == 2)
      #expect(whole.requests.first == whole.requests.last)
      #expect(parse(bytes, pieces: [1]) == whole)
      for cut in 1..<bytes.count { #expect(parse(bytes, pieces: [cut, .max]) == whole) }
    }
  }

  @Test func chunksAreJoinedAndExtensionsAndTrailersDropped() {
    let parsed = parse(ParserTests.wires[2])
    #expect(
      parsed.requests == [#"PUT / ["Host=a", "Transfer-Encoding=chunked"] wikipedia"#])
  }

  @Test func valuesLoseTheBlanksAroundThemOnly() {
    #expect(parse(ParserTests.wires[1]).requests[0].contains(#""X=y z""#))
  }

  @Test func nothingIsReadAfterConnectionClose() {
    let parsed = parse("GET / HTTP/1.1\r\nHost: a\r\nConnection: x, CLOSE\r\n\r\nrubbish\n")
    #expect(parsed.requests.count == 1 && parsed.hasEnded && parsed.refusal == nil)
  }

  @Test("Bad input is refused with its fact and status", arguments: badInputs)
  func badInputIsRefused(_ input: BadInput) {
    let bytes = Array(input.wire.utf8)
    for pieces in [[Int.max], [1], [3]] {
      let parsed = parse(bytes, pieces: pieces)
      #expect(parsed.refusal == input.refusal, "\(input.wire.debugDescription)")
      #expect(parsed.requests.isEmpty)
    }
    #expect(input.refusal.status == input.status)
  }

  @Test func anyCutGivesTheSameRefusal() {
    for input in badInputs {
      let bytes = Array(input.wire.utf8)
      for cut in 1..<bytes.count {
        #expect(parse(bytes, pieces: [cut, .max]).refusal == input.refusal)
      }
    }
  }

  @Test func cutsChangeNothingAtTheLimits() {
    var limits = Limits()
    limits.requestLineBytes = 16
    limits.headerBytes = 12
    let wires = [
      "GET /ab HTTP/1.1\r\nHost: abcd\r\n\r\n", "GET /abc HTTP/1.1\r\n\r\n",
      "GET /abcdefghijklm\n", "GET /abcdefghij\rklm\r\n", "GET /abcdefghijkl\rm\r\n",
      "GET / HTTP/1.1\r\nHost: abcde\r\n\r\n", "GET / HTTP/1.1\r\nHost: abcdefghi\rk\r\n",
      "GET / HTTP/1.1\r\nHost: ab\rcdefghi\r\n", "GET / HTTP/1.1\r\nHost: abcdefghi\n",
    ]
    for wire in wires {
      let bytes = Array(wire.utf8)
      let whole = parse(bytes, limits: limits)
      #expect(parse(bytes, pieces: [1], limits: limits) == whole, "\(wire.debugDescription)")
      for cut in 1..<bytes.count {
        #expect(parse(bytes, pieces: [cut, .max], limits: limits) == whole)
      }
    }
    // A line and a section of exactly the limit are read.
    #expect(parse(Array(wires[0].utf8), limits: limits).requests.count == 1)
    #expect(parse(Array(wires[1].utf8), limits: limits).refusal == .targetTooLong)
  }

  @Test func limitsAreKept() {
    var limits = Limits()
    limits.requestLineBytes = 40
    limits.headerBytes = 60
    limits.headerFields = 2
    limits.trailerBytes = 10
    let long = String(repeating: "a", count: 70)
    #expect(parse("GET /\(long) HTTP/1.1\r\n", limits: limits).refusal == .targetTooLong)
    #expect(parse("GET /\(long)", limits: limits).refusal == .targetTooLong)
    #expect(parse("GET / HTTP/1.1\r\nA: \(long)\r\n", limits: limits).refusal == .headersTooLarge)
    #expect(parse("GET / HTTP/1.1\r\nA: \(long)", limits: limits).refusal == .headersTooLarge)
    let fields = "GET / HTTP/1.1\r\na:\r\nb:\r\nc:\r\n\r\n"
    #expect(parse(fields, limits: limits).refusal == .headersTooLarge)
    let trailers = "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nabc: defghijk\r\n"
    #expect(parse(trailers, limits: limits).refusal == .headersTooLarge)
    limits.bodyBytes = 3
    let body = "POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\n"
    #expect(parse(body, limits: limits).refusal == .bodyTooLarge)
    let chunk = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n2\r\n"
    #expect(parse(chunk, limits: limits).refusal == .bodyTooLarge)
  }

  @Test func randomBytesNeverBreakItAndCutsAgree() {
    var seed: UInt64 = 0x5EED_0000_0000_0007
    func random(_ bound: Int) -> Int {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((seed >> 33) % UInt64(bound))
    }
    for round in 0..<4_000 {
      var bytes = Array(ParserTests.wires[random(ParserTests.wires.count)].utf8)
      for _ in 0...random(4) {
        let place = random(bytes.count)
        switch random(3) {
        case 0: bytes[place] = UInt8(random(256))
        case 1: bytes.insert([13, 10, 0, 32, 58, 44][random(6)], at: place)
        default: bytes.remove(at: place)
        }
      }
      let whole = parse(bytes)
      let cut = parse(bytes, pieces: [1 + random(7), 1 + random(30), .max])
      #expect(whole == cut, "round \(round): \(bytes)")
    }
  }
}

/// What is fed, and the refusal that comes back.
struct BadInput: Sendable, CustomTestStringConvertible {
  let wire: String
  let refusal: Refusal
  let status: Int

  init(_ wire: String, _ refusal: Refusal, _ status: Int = 400) {
    self.wire = wire
    self.refusal = refusal
    self.status = status
  }

  var testDescription: String { "\(refusal): \(wire.debugDescription)" }
}

private let get = "GET / HTTP/1.1\r\n"
private let chunked = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"

let badInputs: [BadInput] = [
  // Lines
  BadInput("GET / HTTP/1.1\nHost: a\r\n\r\n", .bareLineFeed),
  BadInput("\nGET / HTTP/1.1\r\n", .bareLineFeed),
  BadInput("GET / HTTP/1.1\r\nHost: a\n\r\n", .bareLineFeed),
  BadInput("\(get)A: b\rC: d\r\n\r\n", .bareCarriageReturn),
  BadInput("\(get)A: b\r\n\rX", .bareCarriageReturn),
  BadInput("\r\n\r\n\r\n\r\n\r\nGET", .tooManyEmptyLines),
  // Request line
  BadInput("GET\r\n", .malformedMethod),
  BadInput(" GET / HTTP/1.1\r\n", .malformedMethod),
  BadInput("G(T / HTTP/1.1\r\n", .malformedMethod),
  BadInput("\u{16}\u{3}\u{1}", .malformedMethod),
  BadInput("GET /\r\n", .malformedRequestLine),
  BadInput("GET  / HTTP/1.1\r\n", .malformedTarget),
  BadInput("GET /\u{1}a HTTP/1.1\r\n", .malformedTarget),
  BadInput("GET /ä HTTP/1.1\r\n", .malformedTarget),
  BadInput("GET /\t HTTP/1.1\r\n", .malformedTarget),
  BadInput("GET /a b HTTP/1.1\r\n", .malformedVersion),
  BadInput("GET / HTTP/1.1 \r\n", .malformedVersion),
  BadInput("GET / http/1.1\r\n", .malformedVersion),
  BadInput("GET / HTTP/1\r\n", .malformedVersion),
  BadInput("GET / HTTP/11.1\r\n", .malformedVersion),
  BadInput("GET / HTTP/2.0\r\n", .unsupportedVersion, 505),
  BadInput("GET / HTTP/0.9\r\n", .unsupportedVersion, 505),
  BadInput("get / HTTP/1.1\r\n", .unknownMethod, 501),
  BadInput("CONNECT a:1 HTTP/1.1\r\n", .unknownMethod, 501),
  // Fields
  BadInput("\(get) A: b\r\n\r\n", .lineFolding),
  BadInput("\(get)A: b\r\n c\r\n\r\n", .lineFolding),
  BadInput("\(get)A : b\r\n\r\n", .spaceBeforeColon),
  BadInput("\(get)A\t: b\r\n\r\n", .spaceBeforeColon),
  BadInput("\(get): b\r\n\r\n", .malformedFieldName),
  BadInput("\(get)Ab\r\n\r\n", .malformedFieldName),
  BadInput("\(get)A@: b\r\n\r\n", .malformedFieldName),
  BadInput("\(get)A: b\u{0}c\r\n\r\n", .controlInFieldValue),
  BadInput("\(get)A: b\u{7F}\r\n\r\n", .controlInFieldValue),
  // Length
  BadInput("\(get)Content-Length: 1\r\nContent-Length: 1\r\n\r\na", .repeatedContentLength),
  BadInput("\(get)Content-Length: 1, 1\r\n\r\na", .malformedContentLength),
  BadInput("\(get)Content-Length: +1\r\n\r\na", .malformedContentLength),
  BadInput("\(get)Content-Length: -1\r\n\r\na", .malformedContentLength),
  BadInput("\(get)Content-Length: 0x1\r\n\r\na", .malformedContentLength),
  BadInput("\(get)Content-Length:\r\n\r\n", .malformedContentLength),
  BadInput("\(get)Content-Length: 9223372036854775808\r\n\r\n", .malformedContentLength),
  BadInput("\(get)Content-Length: 9223372036854775807\r\n\r\n", .bodyTooLarge, 413),
  // Coding
  BadInput("\(get)Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", .lengthAndCoding),
  BadInput("\(get)Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n", .lengthAndCoding),
  BadInput("GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", .codingInOldVersion),
  BadInput("\(get)Transfer-Encoding: identity\r\n\r\n", .chunkedIsNotLast),
  BadInput("\(get)Transfer-Encoding:\r\n\r\n", .chunkedIsNotLast),
  BadInput("\(get)Transfer-Encoding: xchunked\r\n\r\n", .chunkedIsNotLast),
  BadInput("\(get)Transfer-Encoding: chunked, gzip\r\n\r\n", .chunkedIsNotLast),
  BadInput("\(get)Transfer-Encoding: chunked, chunked\r\n\r\n", .chunkedIsNotLast),
  BadInput("\(get)Transfer-Encoding: \u{B}chunked\r\n\r\n", .controlInFieldValue),
  BadInput("\(get)Transfer-Encoding: gzip, chunked\r\n\r\n", .unknownCoding, 501),
  BadInput("\(get)Expect: 200-ok\r\n\r\n", .unknownExpectation, 417),
  // Chunks
  BadInput("\(chunked)\r\n", .malformedChunkSize),
  BadInput("\(chunked)g\r\n", .malformedChunkSize),
  BadInput("\(chunked)-1\r\n", .malformedChunkSize),
  BadInput("\(chunked)0x1\r\n", .malformedChunkSize),
  BadInput("\(chunked)1 \r\n", .malformedChunkSize),
  BadInput("\(chunked)1\na", .malformedChunkSize),
  BadInput("\(chunked)1\ra", .malformedChunkSize),
  BadInput("\(chunked)ffffffffffffffffff\r\n", .malformedChunkSize),
  BadInput("\(chunked)fffffff\r\n", .bodyTooLarge, 413),
  BadInput("\(chunked)1;\r\n", .malformedChunkExtension),
  BadInput("\(chunked)1;a=\r\n", .malformedChunkExtension),
  BadInput("\(chunked)1;a\nb", .malformedChunkExtension),
  BadInput("\(chunked)1;a=\"b\r\n", .malformedChunkExtension),
  BadInput("\(chunked)1;\(String(repeating: "a", count: 300))", .chunkLineTooLong),
  BadInput("\(chunked)1\r\nab", .malformedChunkEnd),
  BadInput("\(chunked)1\r\na\n", .malformedChunkEnd),
  BadInput("\(chunked)0\r\nA : b\r\n", .spaceBeforeColon),
  BadInput("\(chunked)0\r\n A: b\r\n", .lineFolding),
  BadInput("\(chunked)0\r\nA: b\n", .bareLineFeed),
  BadInput("\(chunked)0\r\n\rX", .bareCarriageReturn),
]

/// The vectors of llhttp. They end before the last line's end, which is added here.
@Suite struct LlhttpTests {
  struct Vector: Decodable {
    let id: String
    let strict: Bool
    let expect: String
    let error: String?
    let messages: Int
    let wireB64: String
  }

  /// Where we differ on purpose, and why. llhttp is a parser for servers, clients and proxies of
  /// several protocols.
  static let differences: [String: String] = [
    "content-length: Content-Length reset when no body is received":
      "its driver tells llhttp to skip the body that the request announces",
    "sample: No HTTP version": "HTTP/0.9 is not served",
    "method: CONNECT request / SOURCE request with ICE": "ICE is not HTTP",
    "method: CONNECT request / OPTIONS request with RTSP": "RTSP is not HTTP",
    "method: CONNECT request / ANNOUNCE request with RTSP": "RTSP is not HTTP",
    "transfer-encoding: POST with `chunked` as last transfer-encoding": "501: deflate is unknown",
    "transfer-encoding: POST with `chunked` as last transfer-encoding (multiple headers)":
      "501: deflate is unknown",
  ]

  static func vectors() throws -> [Vector]? {
    let root = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let file = root.appending(path: "../shared/data/http/llhttp.json").standardized
    guard let data = try? Data(contentsOf: file) else {
      print("skipped: no \(file.path) beside the checkout")
      return nil
    }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode([Vector].self, from: data)
  }

  @Test func strictVectorsAreTakenAndRefusedAsLlhttpDoes() throws {
    guard let vectors = try LlhttpTests.vectors() else { return }
    var seen = 0
    for vector in vectors where vector.strict {
      seen += 1
      let data = try #require(Data(base64Encoded: vector.wireB64))
      let bytes = Array(data)
      // As it stands, with the end of its last line, and with the empty line behind it.
      let wires = [bytes, bytes + [13, 10], bytes + [13, 10, 13, 10]]
      for wire in wires { #expect(parse(wire, pieces: [1]) == parse(wire), "\(vector.id)") }
      #expect(wires.contains { isAsExpected(parse($0), vector) }, "\(vector.id)")
    }
    #expect(seen == 125)
  }

  private func isAsExpected(_ parsed: Parsed, _ vector: Vector) -> Bool {
    let isTaken = parsed.refusal == nil && parsed.requests.count >= vector.messages
    if LlhttpTests.differences[vector.id] != nil { return !isTaken }
    switch vector.expect {
    case "complete": return isTaken
    case "partial": return parsed.refusal == nil
    default:
      // An upgrade is not taken: the request stands, or CONNECT is refused. What follows
      // `Connection: close` is dropped, not parsed.
      if vector.error == "Pause on CONNECT/Upgrade", isTaken { return true }
      if vector.error?.hasPrefix("Data after") == true { return isTaken && parsed.hasEnded }
      return parsed.refusal != nil
    }
  }
}
