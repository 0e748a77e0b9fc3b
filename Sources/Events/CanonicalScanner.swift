// Reads canonical JSON: one value, one text. The order of members is known, so that a header is
// compared with what must stand there instead of being searched. Protocols/event.md §3.

/// A position in one line of a text. The bytes are handed in by every call, so that the scanner
/// itself is a plain value; the caller has checked once that they are UTF-8.
struct CanonicalScanner {
  let line: Int
  let start: Int
  let end: Int
  var index: Int

  init(line: Int, from start: Int, to end: Int) {
    self.line = line
    self.start = start
    self.end = end
    index = start
  }

  func error(_ reason: EventError.Reason) -> EventError {
    EventError(index >= end ? .truncated : reason, line: line, offset: index - start)
  }

  func error(_ reason: EventError.Reason, at position: Int) -> EventError {
    EventError(reason, line: line, offset: position - start)
  }

  /// The line must be over here.
  func expectEnd() throws(EventError) {
    guard index == end else { throw error(.notCanonical) }
  }

  /// True, and past it, if `literal` stands here.
  @inline(__always)
  mutating func skip(_ literal: StaticString, in bytes: Span<UInt8>) -> Bool {
    let count = literal.utf8CodeUnitCount
    guard index + count <= end else { return false }
    let expected = UnsafeBufferPointer(start: literal.utf8Start, count: count)
    for offset in 0..<count where bytes[index + offset] != expected[offset] { return false }
    index += count
    return true
  }

  /// `literal` must stand here.
  @inline(__always)
  mutating func expect(
    _ literal: StaticString, in bytes: Span<UInt8>, or reason: EventError.Reason = .member
  ) throws(EventError) {
    guard skip(literal, in: bytes) else { throw error(reason) }
  }

  /// A non-negative integer without a leading zero, up to 2^53 - 1.
  mutating func unsigned(
    in bytes: Span<UInt8>, or reason: EventError.Reason = .number
  ) throws(EventError) -> UInt64 {
    let first = index
    var value: UInt64 = 0
    while index < end, (0x30...0x39).contains(bytes[index]) {
      value = value * 10 + UInt64(bytes[index] - 0x30)
      guard value <= UInt64(FieldValue.integerRange.upperBound) else { throw error(reason) }
      index += 1
    }
    guard index > first else { throw error(reason) }
    guard bytes[first] != 0x30 || index == first + 1 else { throw error(reason, at: first) }
    return value
  }

  /// As `unsigned`, but not zero.
  mutating func positive(
    in bytes: Span<UInt8>, or reason: EventError.Reason = .number
  ) throws(EventError) -> UInt64 {
    let first = index
    let value = try unsigned(in: bytes, or: reason)
    guard value > 0 else { throw error(reason, at: first) }
    return value
  }

  /// The bytes up to the next quotation mark, which is passed over. For texts that have no escape
  /// in any valid form; what they may hold the caller checks.
  mutating func plainText(
    in bytes: Span<UInt8>, or reason: EventError.Reason
  ) throws(EventError) -> Range<Int> {
    let first = index
    while index < end, bytes[index] != 0x22 {
      guard bytes[index] != 0x5c else { throw error(reason) }
      index += 1
    }
    guard index < end else { throw error(.truncated) }
    index += 1
    return first..<(index - 1)
  }

  mutating func digest(in bytes: Span<UInt8>) throws(EventError) -> Digest {
    guard let digest = Digest(hexDigits: bytes.extracting(0..<end), at: &index) else {
      throw error(.hash)
    }
    return digest
  }

  mutating func timestamp(in bytes: Span<UInt8>) throws(EventError) -> Timestamp {
    guard let time = Timestamp(utf8: bytes.extracting(0..<end), at: index) else {
      throw error(.time)
    }
    index += Timestamp.textBytes
    return time
  }

  mutating func site(in bytes: Span<UInt8>) throws(EventError) -> SiteID {
    let first = index
    let text = try plainText(in: bytes, or: .site)
    guard let site = SiteID(utf8: bytes.extracting(text)) else { throw error(.site, at: first) }
    return site
  }

  // MARK: - Values

  mutating func value(in bytes: Span<UInt8>, depth: Int) throws(EventError) -> FieldValue {
    guard index < end else { throw error(.truncated) }
    guard depth <= FieldValue.maximumDepth else { throw error(.depth) }
    switch bytes[index] {
    case 0x22: return .string(try string(in: bytes))
    case 0x7b: return .object(try members(in: bytes, depth: depth))
    case 0x5b: return .array(try elements(in: bytes, depth: depth))
    case 0x2d, 0x30...0x39: return .integer(try integer(in: bytes))
    default: break
    }
    if skip("true", in: bytes) { return .bool(true) }
    if skip("false", in: bytes) { return .bool(false) }
    if skip("null", in: bytes) { return .null }
    throw error(.notCanonical)
  }

  /// Passes over one value without building it.
  mutating func skipValue(in bytes: Span<UInt8>, depth: Int) throws(EventError) {
    // A string is by far the commonest value: check it in place. Any other is short.
    if index < end, bytes[index] == 0x22 {
      try skipString(in: bytes)
    } else {
      _ = try value(in: bytes, depth: depth)
    }
  }

  private mutating func integer(in bytes: Span<UInt8>) throws(EventError) -> Int64 {
    let first = index
    let isNegative = skip("-", in: bytes)
    let magnitude = Int64(try unsigned(in: bytes))
    if isNegative && magnitude == 0 { throw error(.number, at: first) }
    // 1.5 and 1e3 are JSON, but no integers.
    if index < end, [0x2e, 0x65, 0x45].contains(bytes[index]) { throw error(.number) }
    return isNegative ? -magnitude : magnitude
  }

  private mutating func elements(
    in bytes: Span<UInt8>, depth: Int
  ) throws(EventError) -> [FieldValue] {
    index += 1
    if skip("]", in: bytes) { return [] }
    var values: [FieldValue] = []
    while true {
      values.append(try value(in: bytes, depth: depth + 1))
      if skip("]", in: bytes) { return values }
      try expect(",", in: bytes, or: .notCanonical)
    }
  }

  private mutating func members(
    in bytes: Span<UInt8>, depth: Int
  ) throws(EventError) -> [FieldValue.Member] {
    index += 1
    if skip("}", in: bytes) { return [] }
    var members: [FieldValue.Member] = []
    var previous: [UInt8] = []
    while true {
      let first = index
      guard index < end, bytes[index] == 0x22 else { throw error(.notCanonical) }
      let name = try string(in: bytes)
      let current = Array(name.utf8)
      if !members.isEmpty && !previous.lexicographicallyPrecedes(current) {
        throw error(.member, at: first)
      }
      previous = current
      try expect(":", in: bytes, or: .notCanonical)
      members.append(.init(name: name, value: try value(in: bytes, depth: depth + 1)))
      if skip("}", in: bytes) { return members }
      try expect(",", in: bytes, or: .notCanonical)
    }
  }

  // MARK: - Strings

  private mutating func string(in bytes: Span<UInt8>) throws(EventError) -> String {
    let first = index + 1
    let hasEscapes = try skipString(in: bytes)
    let content = bytes.extracting(first..<(index - 1))
    guard hasEscapes else {
      return content.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }
    return CanonicalScanner.unescape(content)
  }

  /// Passes over a string from its opening quotation mark on; true if it holds escapes.
  @discardableResult
  private mutating func skipString(in bytes: Span<UInt8>) throws(EventError) -> Bool {
    index += 1
    var hasEscapes = false
    while index < end {
      let byte = bytes[index]
      if byte == 0x22 {
        index += 1
        return hasEscapes
      }
      if byte == 0x5c {
        hasEscapes = true
        try skipEscape(in: bytes)
      } else if byte < 0x20 {
        throw error(.escape)
      } else {
        index += 1
      }
    }
    throw error(.truncated)
  }

  /// RFC 8259 §7, the shortest form only: a letter where there is one, else `\u00xx` in lower case
  /// for a control character. Nothing else is ever escaped.
  private mutating func skipEscape(in bytes: Span<UInt8>) throws(EventError) {
    guard index + 1 < end else {
      index = end
      throw error(.truncated)
    }
    switch bytes[index + 1] {
    case 0x22, 0x5c, 0x62, 0x66, 0x6e, 0x72, 0x74:
      index += 2
    case 0x75:
      guard index + 6 <= end else {
        index = end
        throw error(.truncated)
      }
      guard bytes[index + 2] == 0x30, bytes[index + 3] == 0x30,
        let high = Hex.nibble(bytes[index + 4]), high < 2,
        let low = Hex.nibble(bytes[index + 5])
      else { throw error(.escape) }
      let code = high << 4 | low
      // \b \t \n \f \r have letters of their own.
      guard ![0x08, 0x09, 0x0a, 0x0c, 0x0d].contains(code) else { throw error(.escape) }
      index += 6
    default:
      throw error(.escape)
    }
  }

  private static func unescape(_ content: Span<UInt8>) -> String {
    var plain: [UInt8] = []
    plain.reserveCapacity(content.count)
    var index = 0
    while index < content.count {
      guard content[index] == 0x5c else {
        plain.append(content[index])
        index += 1
        continue
      }
      switch content[index + 1] {
      case 0x62: plain.append(0x08)
      case 0x66: plain.append(0x0c)
      case 0x6e: plain.append(0x0a)
      case 0x72: plain.append(0x0d)
      case 0x74: plain.append(0x09)
      case 0x75:
        // `skipEscape` has let only \u00xx with valid digits pass.
        plain.append(Hex.nibble(content[index + 4])! << 4 | Hex.nibble(content[index + 5])!)
        index += 4
      case let other: plain.append(other)
      }
      index += 2
    }
    return String(decoding: plain, as: UTF8.self)
  }
}
