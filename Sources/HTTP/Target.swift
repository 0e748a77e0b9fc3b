// The request target and the host (RFC 9112 §3.2, §3.3; RFC 3986 §3, §5.2.4).
//
// A path is decoded once, then its dot segments are removed, so `%2e%2e` climbs no higher than
// `..` does: never above the root. An encoded slash stays encoded and parts no segments.

/// The parts of a request target.
struct Target {
  var path: String
  var query: Substring?
  /// Only an absolute-form target has it; it then overrides the Host field.
  var authority: String?

  /// - Throws: why the target must be refused; always status 400.
  init(_ target: String, method: String) throws(Refusal) {
    if target == "*" {
      guard method == "OPTIONS" else { throw .malformedTarget }
      path = "*"
      return
    }
    var rest = target[...]
    if !target.utf8.starts(with: "/".utf8) {
      authority = try Target.takeAuthority(&rest)
    }
    let utf8 = rest.utf8
    if utf8.contains(UInt8(ascii: "#")) { throw .malformedTarget }
    if let mark = utf8.firstIndex(of: UInt8(ascii: "?")) {
      query = rest[utf8.index(after: mark)...]
      rest = rest[..<mark]
    }
    path = try Target.decode(rest)
  }

  /// Takes `http://authority` off an absolute-form target (RFC 9112 §3.2.2).
  private static func takeAuthority(_ rest: inout Substring) throws(Refusal) -> String {
    let utf8 = rest.utf8
    let scheme: Int
    if utf8.count >= 7, utf8.prefix(7).elementsEqual("http://".utf8, by: equalIgnoringCase) {
      scheme = 7
    } else if utf8.count >= 8, utf8.prefix(8).elementsEqual("https://".utf8, by: equalIgnoringCase)
    {
      scheme = 8
    } else {
      throw .malformedTarget
    }
    let start = utf8.index(utf8.startIndex, offsetBy: scheme)
    let end =
      utf8[start...].firstIndex {
        $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#")
      } ?? utf8.endIndex
    let authority = String(rest[start..<end])
    guard !authority.isEmpty, isHost(authority) else { throw .malformedHost }
    rest = rest[end...]
    return authority
  }

  /// Whether the text is `uri-host [":" port]`. User names are refused: RFC 9110 §4.2.4 calls
  /// them a means to mislead.
  static func isHost(_ text: String) -> Bool {
    var bytes = Array(text.utf8)[...]
    if let colon = bytes.lastIndex(of: UInt8(ascii: ":")), bytes.last != UInt8(ascii: "]") {
      let port = bytes[(colon + 1)...]
      guard port.count <= 5, port.allSatisfy({ (0x30...0x39).contains($0) }) else { return false }
      bytes = bytes[..<colon]
    }
    if bytes.first == UInt8(ascii: "[") {
      guard bytes.last == UInt8(ascii: "]"), bytes.count > 3 else { return false }
      return bytes.dropFirst().dropLast().allSatisfy {
        hexDigit($0) != nil || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".")
      }
    }
    return bytes.allSatisfy(isHostByte)
  }

  /// The bytes of a registered name (RFC 3986 §3.2.2): unreserved, sub-delims and `%`.
  private static func isHostByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"),
      UInt8(ascii: "!"), UInt8(ascii: "$"), UInt8(ascii: "&"), UInt8(ascii: "'"),
      UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "*"), UInt8(ascii: "+"),
      UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "="), UInt8(ascii: "%"):
      true
    default: false
    }
  }

  /// Decodes a path and removes its dot segments.
  private static func decode(_ raw: Substring) throws(Refusal) -> String {
    var escaped = false
    var dots = false
    var previous: UInt8 = 0
    for byte in raw.utf8 {
      if byte == UInt8(ascii: "%") { escaped = true }
      if byte == UInt8(ascii: "."), previous == UInt8(ascii: "/") { dots = true }
      previous = byte
    }
    if !escaped && !dots { return raw.isEmpty ? "/" : String(raw) }
    let bytes = escaped ? try unescape(raw.utf8) : Array(raw.utf8)
    guard let path = String(validating: bytes, as: UTF8.self) else { throw .pathIsNotUTF8 }
    return removingDotSegments(path)
  }

  private static func unescape(_ raw: Substring.UTF8View) throws(Refusal) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(raw.count)
    var iterator = raw.makeIterator()
    while let byte = iterator.next() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let first = iterator.next(), let high = hexDigit(first),
        let second = iterator.next(), let low = hexDigit(second)
      else { throw .malformedEscape }
      let decoded = high << 4 | low
      if isControlByte(decoded) { throw .controlInPath }
      if decoded == UInt8(ascii: "/") {
        bytes.append("%2F")
      } else {
        bytes.append(decoded)
      }
    }
    return bytes
  }

  private static func removingDotSegments(_ path: String) -> String {
    var kept: [Substring] = []
    let segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
    for (index, segment) in segments.enumerated() {
      let isLast = index == segments.count - 1
      switch segment {
      case ".":
        if isLast { kept.append("") }
      case "..":
        if !kept.isEmpty { kept.removeLast() }
        if isLast { kept.append("") }
      default: kept.append(segment)
      }
    }
    return "/" + kept.joined(separator: "/")
  }
}
