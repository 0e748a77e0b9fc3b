// From bytes to requests: the framing of RFC 9112 §2 to §7, without any I/O.
//
// The parser takes a span of all bytes that are not consumed yet and remembers how far it looked,
// so that bytes that come one by one are looked at once. Lines end with CR LF only; everything of
// which two readers could make two different requests is refused.
//
// Invariants:
// - Nothing of a header section is consumed before its last byte has come.
// - `scanned` bytes after the consumed ones hold no LF that was not handled.
// - After `.failed` or `.ended` no request comes any more.

/// What a request says before its body.
struct RequestHead: Sendable {
  var method = ""
  var target = ""
  /// 0 for HTTP/1.0, 1 for HTTP/1.1 and later.
  var minorVersion = 1
  var headers = Headers()
  var host: String?
  var hostCount = 0
  var keepsAlive = true
  var expectsContinue = false
  var body = BodyFraming.length(0)
}

/// How the end of a body is found.
enum BodyFraming: Sendable, Equatable {
  case length(Int)
  case chunked
}

/// An incremental parser of the requests of one connection.
struct RequestParser: Sendable {
  /// What the bytes so far mean.
  enum Step: Sendable, Equatable {
    /// Nothing is decided before more bytes come.
    case needsMore
    /// `head` is there; `bodyLimit` may be set before the next step.
    case head
    /// The request is whole: `takeBody` has its body.
    case complete
    /// The request is refused; the connection must close after the answer.
    case failed(Refusal)
    /// The last request asked to close: what follows is dropped.
    case ended
  }

  private enum Phase: Sendable, Equatable {
    case requestLine
    case fields
    case bodyStart
    case length(Int)
    case chunks
    case ended
    case failed(Refusal)
  }

  private let limits: Limits
  private var phase = Phase.requestLine
  private var scanned = 0
  private var lineStart = 0
  private var fieldsStart = 0
  private var emptyLines = 0
  private var fields: [Headers.Field] = []
  private var framing = FramingFields()
  private var chunks = ChunkDecoder()
  private var body: [UInt8] = []

  /// The header section read last.
  private(set) var head = RequestHead()
  /// The largest body of the request of which the head was read.
  var bodyLimit = 0

  /// Empty lines that may stand before a request line (RFC 9112 §2.2 asks for one at least).
  private static let mostEmptyLines = 4
  /// The longest method there is has 16 letters.
  private static let methodBytes = 24
  /// A body is given this much memory before its bytes have come.
  private static let reservedBytes = 65_536

  init(limits: Limits) { self.limits = limits }

  /// Whether no byte of a request has been looked at.
  var isBetweenRequests: Bool { phase == .requestLine && scanned == 0 }

  /// Whether the head was read and the body is not whole.
  var isInBody: Bool {
    switch phase {
    case .bodyStart, .length, .chunks: true
    default: false
    }
  }

  /// The bytes of the body so far.
  var bodyReceived: Int { body.count }

  /// The body of the request that was completed last.
  mutating func takeBody() -> [UInt8] {
    let taken = body
    body = []
    return taken
  }

  /// Looks at the bytes from `position` on and moves it behind what was consumed.
  mutating func step(_ input: Span<UInt8>, _ position: inout Int) -> Step {
    do {
      switch phase {
      case .requestLine, .fields: return try readHead(input, &position)
      case .bodyStart: return try beginBody(input, &position)
      case .length(let remaining): return readLength(input, &position, remaining)
      case .chunks: return try readChunks(input, &position)
      case .ended:
        position = input.count
        return .ended
      case .failed(let refusal): return .failed(refusal)
      }
    } catch {
      phase = .failed(error)
      return .failed(error)
    }
  }

  // MARK: - Head

  private mutating func readHead(
    _ input: Span<UInt8>, _ position: inout Int
  ) throws(Refusal) -> Step {
    while true {
      let start = position + lineStart
      if phase == .requestLine, start < input.count { try checkFirstByte(input[start]) }
      guard let lineFeed = input.index(of: 10, from: position + scanned) else {
        let unseen = max(start, position + scanned - 1)
        let carriageReturn = input.index(of: 13, from: unseen) ?? input.count
        try checkLine(input, start..<input.count, carriageReturn, position)
        scanned = input.count - position
        return .needsMore
      }
      let carriageReturn = input.index(of: 13, from: start) ?? input.count
      try checkLine(input, start..<lineFeed, carriageReturn, position)
      guard carriageReturn < lineFeed else { throw .bareLineFeed }
      let line = start..<carriageReturn
      scanned = lineFeed + 1 - position
      lineStart = scanned
      if phase == .fields {
        if line.isEmpty {
          try finishHead(input, position)
          position += scanned
          restartScan()
          phase = .bodyStart
          return .head
        }
        try readField(input, line, position)
      } else if line.isEmpty {
        emptyLines += 1
        guard emptyLines <= RequestParser.mostEmptyLines else { throw .tooManyEmptyLines }
        position = lineFeed + 1
        restartScan()
      } else {
        try readRequestLine(input, line)
        phase = .fields
        fieldsStart = lineStart
      }
    }
  }

  private mutating func restartScan() {
    scanned = 0
    lineStart = 0
  }

  /// Tells a stray TLS handshake at its first byte.
  private func checkFirstByte(_ byte: UInt8) throws(Refusal) {
    guard isTokenByte(byte) || byte == 13 || byte == 10 else { throw .malformedMethod }
  }

  /// Refuses what no further byte can mend, so that nobody waits for a deadline: too many bytes, or
  /// a CR inside of the line. Of both the first counts, however the bytes were cut.
  private func checkLine(
    _ input: Span<UInt8>, _ line: Range<Int>, _ carriageReturn: Int, _ position: Int
  ) throws(Refusal) {
    let isField = phase == .fields
    let limit =
      isField
      ? position + fieldsStart + limits.headerBytes : line.lowerBound + limits.requestLineBytes
    // The end of a full request line, or the empty line behind a full section, is no byte too many.
    let mayEndHere = !isField || limit == line.lowerBound
    if limit < line.upperBound, limit <= carriageReturn, !(mayEndHere && input[limit] == 13) {
      throw isField ? .headersTooLarge : .targetTooLong
    }
    guard carriageReturn + 1 >= line.upperBound else { throw .bareCarriageReturn }
  }

  private mutating func readRequestLine(
    _ input: Span<UInt8>, _ line: Range<Int>
  ) throws(Refusal) {
    var index = line.lowerBound
    while index < line.upperBound, isTokenByte(input[index]) { index += 1 }
    guard index > line.lowerBound, index < line.upperBound, input[index] == 0x20 else {
      throw .malformedMethod
    }
    guard index - line.lowerBound <= RequestParser.methodBytes else { throw .unknownMethod }
    let method = line.lowerBound..<index
    index += 1
    let targetStart = index
    while index < line.upperBound, input[index] > 0x20, input[index] < 0x7F { index += 1 }
    guard index > targetStart, index < line.upperBound else {
      throw index == line.upperBound ? .malformedRequestLine : .malformedTarget
    }
    guard input[index] == 0x20 else { throw .malformedTarget }
    head = RequestHead()
    head.minorVersion = try readVersion(input, (index + 1)..<line.upperBound)
    head.method = input.text(method)
    head.target = input.text(targetStart..<index)
    guard isKnownMethod(head.method) else { throw .unknownMethod }
  }

  /// `HTTP/` and two digits with a point; the name is case-sensitive (RFC 9112 §2.3).
  private func readVersion(_ input: Span<UInt8>, _ range: Range<Int>) throws(Refusal) -> Int {
    let start = range.lowerBound
    guard range.count == 8, input.text(start..<(start + 5)) == "HTTP/",
      input[start + 6] == UInt8(ascii: "."), (0x30...0x39).contains(input[start + 5]),
      (0x30...0x39).contains(input[start + 7])
    else { throw .malformedVersion }
    guard input[start + 5] == UInt8(ascii: "1") else { throw .unsupportedVersion }
    return input[start + 7] == UInt8(ascii: "0") ? 0 : 1
  }

  private mutating func readField(
    _ input: Span<UInt8>, _ line: Range<Int>, _ position: Int
  ) throws(Refusal) {
    let origin = position + fieldsStart
    guard line.upperBound + 2 - origin <= limits.headerBytes, fields.count < limits.headerFields
    else { throw .headersTooLarge }
    let first = input[line.lowerBound]
    // RFC 9112 §5.2: a server refuses obs-fold; §2.2: and blanks after the request line.
    guard first != 0x20, first != 9 else { throw .lineFolding }
    var index = line.lowerBound
    while index < line.upperBound, isTokenByte(input[index]) { index += 1 }
    guard index > line.lowerBound, index < line.upperBound else { throw .malformedFieldName }
    guard input[index] == UInt8(ascii: ":") else {
      // RFC 9112 §5.1: no whitespace between name and colon.
      throw input[index] == 0x20 || input[index] == 9 ? .spaceBeforeColon : .malformedFieldName
    }
    let name = line.lowerBound..<index
    var start = index + 1
    var end = line.upperBound
    while start < end, input[start] == 0x20 || input[start] == 9 { start += 1 }
    while end > start, input[end - 1] == 0x20 || input[end - 1] == 9 { end -= 1 }
    for index in start..<end {
      let byte = input[index]
      if isControlByte(byte), byte != 9 {
        throw .controlInFieldValue
      }
    }
    fields.append(
      Headers.Field(
        start: UInt32(name.lowerBound - origin), nameEnd: UInt32(name.upperBound - origin),
        valueStart: UInt32(start - origin), valueEnd: UInt32(end - origin)))
    try framing.note(input, name, start..<end, &head)
  }

  private mutating func finishHead(_ input: Span<UInt8>, _ position: Int) throws(Refusal) {
    let block = (position + fieldsStart)..<(position + scanned - 2)
    head.headers = Headers(block: input.bytes(block), fields: fields)
    fields.removeAll(keepingCapacity: false)
    let found = framing
    framing = FramingFields()
    try found.settle(&head)
    bodyLimit = limits.bodyBytes
  }

  // MARK: - Body

  private mutating func beginBody(
    _ input: Span<UInt8>, _ position: inout Int
  ) throws(Refusal) -> Step {
    switch head.body {
    case .length(let count):
      guard count <= bodyLimit else { throw .bodyTooLarge }
      body.reserveCapacity(min(count, RequestParser.reservedBytes))
      phase = .length(count)
      return readLength(input, &position, count)
    case .chunked:
      chunks = ChunkDecoder()
      phase = .chunks
      return try readChunks(input, &position)
    }
  }

  private mutating func readLength(
    _ input: Span<UInt8>, _ position: inout Int, _ remaining: Int
  ) -> Step {
    let taken = min(remaining, input.count - position)
    input.append(position..<(position + taken), to: &body)
    position += taken
    guard taken == remaining else {
      phase = .length(remaining - taken)
      return .needsMore
    }
    return finishRequest()
  }

  private mutating func readChunks(
    _ input: Span<UInt8>, _ position: inout Int
  ) throws(Refusal) -> Step {
    let isWhole = try chunks.read(
      input, &position, into: &body, bodyLimit: bodyLimit, limits: limits)
    return isWhole ? finishRequest() : .needsMore
  }

  private mutating func finishRequest() -> Step {
    phase = head.keepsAlive ? .requestLine : .ended
    emptyLines = 0
    return .complete
  }
}

/// Whether the method is registered with IANA or in use; any other is answered 501. CONNECT is
/// for proxies and PRI for HTTP/2 only: they are not implemented here.
private func isKnownMethod(_ method: String) -> Bool {
  switch method {
  case "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "QUERY", "ACL",
    "BASELINE-CONTROL", "BIND", "CHECKIN", "CHECKOUT", "COPY", "LABEL", "LINK", "LOCK", "MERGE",
    "MKACTIVITY", "MKCALENDAR", "MKCOL", "MKREDIRECTREF", "MKWORKSPACE", "MOVE", "ORDERPATCH",
    "PROPFIND", "PROPPATCH", "REBIND", "REPORT", "SEARCH", "UNBIND", "UNCHECKOUT", "UNLINK",
    "UNLOCK", "UPDATE", "UPDATEREDIRECTREF", "VERSION-CONTROL", "M-SEARCH", "NOTIFY", "PURGE",
    "SOURCE", "SUBSCRIBE", "UNSUBSCRIBE":
    true
  default: false
  }
}
