// Forms with files: what browsers and curl send, and what is no form.

import Testing

@testable import HTTP

@Suite struct MultipartTests {
  private static let type = "multipart/form-data; boundary=----WebKitFormBoundary7MA4"

  /// A body in the lines of a literal.
  private func body(_ lines: [String]) -> [UInt8] { Array(lines.joined(separator: "\r\n").utf8) }

  private func part(_ disposition: String, _ content: String) -> [UInt8] {
    body([
      "------WebKitFormBoundary7MA4", "Content-Disposition: \(disposition)", "", content,
      "------WebKitFormBoundary7MA4--", "",
    ])
  }

  private func decode(
    _ body: [UInt8], _ type: String = type
  ) throws(Multipart.MultipartError) -> [Multipart.Part] {
    try Multipart.decode(body, contentType: type)
  }

  private func text(_ part: Multipart.Part) -> String {
    String(decoding: part.content, as: UTF8.self)
  }

  @Test func aFormOfABrowserIsRead() throws {
    let parts = try decode(
      body([
        "------WebKitFormBoundary7MA4", #"Content-Disposition: form-data; name="token""#, "",
        "abc", "------WebKitFormBoundary7MA4",
        #"Content-Disposition: form-data; name="file"; filename="Straßenfest.jpg""#,
        "Content-Type: image/jpeg", "", "\u{1}\r\n--x\r\n", "------WebKitFormBoundary7MA4--", "",
      ]))
    #expect(parts.map(\.name) == ["token", "file"])
    #expect(parts.map(\.fileName) == [nil, "Straßenfest.jpg"])
    #expect(text(parts[0]) == "abc" && text(parts[1]) == "\u{1}\r\n--x\r\n")
  }

  @Test(arguments: [
    "----WebKitFormBoundary7MA4", "\"----WebKitFormBoundary7MA4\"",
    "----WebKitFormBoundary7MA4; charset=utf-8",
  ])
  func theBoundaryMayBeQuotedAndHaveNeighbours(_ boundary: String) throws {
    let parts = try decode(
      part(#"form-data; name="a""#, "1"), "Multipart/Form-Data; x=y; Boundary=\(boundary)")
    #expect(parts.map(text) == ["1"])
  }

  @Test(arguments: [
    ("form-data; name=a", "a"), (#"form-data; name="a\"b""#, "a\"b"),
    (#"form-data; name="C:\dir""#, #"C:\dir"#), (#"form-data; filename="f;name=x"; name="a""#, "a"),
    (#"FORM-DATA;name="a""#, "a"),
  ])
  func namesAreReadAsTheyAreQuoted(_ disposition: String, _ name: String) throws {
    #expect(try decode(part(disposition, "1")).map(\.name) == [name])
  }

  @Test func anEmptyContentAndTextAroundTheFormAreNoFault() throws {
    let form = part(#"form-data; name="a""#, "")
    #expect(try decode(form).map(text) == [""])
    let wrapped = Array("preamble\r\n".utf8) + form + Array("epilogue".utf8)
    #expect(try decode(wrapped).map(text) == [""])
    #expect(try decode(body(["------WebKitFormBoundary7MA4--"])).isEmpty)
  }

  @Test func contentThatBeginsLikeTheBoundaryIsContent() throws {
    let parts = try decode(part(#"form-data; name="a""#, "------WebKitFormBoundary7M"))
    #expect(parts.map(text) == ["------WebKitFormBoundary7M"])
  }

  @Test func everyCutOfAFormIsTruncated() throws {
    let form = part(#"form-data; name="a"; filename="b""#, "content")
    let whole = form.count - 2
    for count in 0..<whole {
      #expect(throws: Multipart.MultipartError.self, "\(count)") {
        try decode(Array(form.prefix(count)))
      }
    }
    #expect(try decode(Array(form.prefix(whole))).count == 1)
  }

  @Test(arguments: [
    ("attachment; name=\"a\"", Multipart.MultipartError.malformedHeader),
    ("form-data", .malformedHeader), ("form-data; name=\"a", .malformedHeader),
    ("form-data; name=\"a\"\r\nContent-Disposition: form-data; name=\"b\"", .malformedHeader),
    ("form-data; name=\"a\"\r\nno colon", .malformedHeader),
    ("form-data; name=\"a\"\r\nContent-Transfer-Encoding: base64", .encoded),
    ("form-data; name=\"\(String(repeating: "a", count: 5_000))\"", .headerTooLarge),
  ])
  func aPartThatIsNoFieldIsRefused(
    _ disposition: String, _ error: Multipart.MultipartError
  ) throws {
    #expect(throws: error) { try decode(part(disposition, "1")) }
  }

  @Test(arguments: [
    "multipart/form-data", "multipart/form-data; boundary=", "multipart/mixed; boundary=a",
    "application/x-www-form-urlencoded", "multipart/form-data; boundary=\"a",
    "multipart/form-data; boundary=\(String(repeating: "a", count: 71))",
  ])
  func withoutABoundaryThereIsNoForm(_ type: String) throws {
    #expect(throws: Multipart.MultipartError.noBoundary) { try decode([], type) }
  }

  @Test func moreThanAHundredPartsAreRefused() throws {
    var lines: [String] = []
    for _ in 0...Multipart.mostParts {
      lines += [
        "------WebKitFormBoundary7MA4", #"Content-Disposition: form-data; name="a""#, "", "1",
      ]
    }
    let form = body(lines + ["------WebKitFormBoundary7MA4--"])
    #expect(throws: Multipart.MultipartError.tooManyParts) { try decode(form) }
  }

  @Test func aNameThatIsNoTextIsRefused() throws {
    var form = part(#"form-data; name="a""#, "1")
    // The name is the only "a" between quotes.
    let place = try #require(form.indices.first { form[$0] == 0x61 && form[$0 - 1] == 0x22 })
    form[place] = 0xff
    #expect(throws: Multipart.MultipartError.notUTF8) { try decode(form) }
  }

  // MARK: - Room for large bodies

  // http-82
  @Test func aLargeBodyThatFindsNoRoomIsAnsweredAndTheRoomComesBack() throws {
    var limits = Limits()
    limits.bodyBytes = 1_000
    limits.largeBodiesBytes = 5_000
    let handler: @Sendable (Int) -> Handler = { _ in
      Handler(bodyLimit: { _ in 4_000 }) { .now(.text("\($0.body.count)")) }
    }
    try withServer(limits: limits, handler) { server in
      let head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3000\r\n\r\n"
      let first = try Client(server.port)
      first.write(head + "x")
      // The first one's room is taken once its head was read: ask until that shows.
      let isFull = eventually {
        guard let second = try? Client(server.port) else { return false }
        second.write(head + String(repeating: "x", count: 3_000))
        return second.response().status == 503
      }
      #expect(isFull)
      first.write(String(repeating: "x", count: 2_999))
      #expect(first.response().body == "3000")
      let third = try Client(server.port)
      third.write(head + String(repeating: "x", count: 3_000))
      #expect(third.response().body == "3000")
    }
  }
}
