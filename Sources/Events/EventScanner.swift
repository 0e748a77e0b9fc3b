// From bytes to an event, or the reason why they are none. Protocols/event.md §7.

extension Event {
  /// How much of what the text claims is recomputed.
  package enum Checking: Sendable {
    /// Everything: for bytes from outside.
    case full
    /// The form only, for bytes that were checked when they were stored; the id is told.
    case stored(id: Digest)
  }

  /// Reads one event.
  ///
  /// - Parameter text: the header line and the field lines, each ended by a newline.
  /// - Throws: `EventError` with the first line and byte that is not as it must be.
  package init(scanning text: [UInt8], checking: Checking = .full) throws(EventError) {
    let bytes = text.span
    guard bytes.count <= EventLimits.eventBytes else {
      throw EventError(.tooLarge, line: 1, offset: EventLimits.eventBytes)
    }
    guard (try? UTF8Span(validating: bytes)) != nil else {
      throw EventError.badUTF8(in: bytes)
    }
    let headerEnd = try Event.lineEnd(
      in: bytes, from: 0, line: 1, limit: EventLimits.headerBytes)
    var scanner = CanonicalScanner(line: 1, from: 0, to: headerEnd)
    let header = try Header(from: &scanner, in: bytes)
    var isHashing = false
    if case .full = checking { isHashing = true }
    let fields = try Event.scanFields(in: text, from: headerEnd + 1, isHashing: isHashing)
    let id: Digest
    switch checking {
    case .full:
      id = SHA256.hash(bytes.extracting(0..<headerEnd))
      guard Event.commitment(to: fields) == header.commitment else {
        throw EventError(.commitment, line: 1, offset: header.commitmentOffset)
      }
    case .stored(let stored):
      id = stored
    }
    self.init(
      text: text, headerLength: headerEnd, version: header.version, dot: header.dot,
      at: header.at, type: header.type, item: header.item, context: header.context,
      by: header.by, released: header.released, reissues: header.reissues, prev: header.prev,
      commitment: header.commitment, mac: header.mac, id: id, fields: fields)
  }

  /// The commitment of a header: SHA-256 over, for each line in order, name ‖ 0x00 ‖ line hash.
  package static func commitment(to fields: [Field]) -> Digest {
    var hash = SHA256()
    for field in fields {
      hash.update(field.name)
      hash.update(0)
      hash.update(field.hash)
    }
    return hash.finish()
  }

  private static func lineEnd(
    in bytes: Span<UInt8>, from start: Int, line: Int, limit: Int
  ) throws(EventError) -> Int {
    var index = start
    while index < bytes.count, bytes[index] != 0x0a { index += 1 }
    guard index - start <= limit else { throw EventError(.tooLarge, line: line, offset: limit) }
    guard index < bytes.count else {
      throw EventError(.truncated, line: line, offset: index - start)
    }
    return index
  }

  private static func scanFields(
    in text: [UInt8], from first: Int, isHashing: Bool
  ) throws(EventError) -> [Field] {
    let bytes = text.span
    var fields: [Field] = []
    var start = first
    var line = 2
    while start < bytes.count {
      let end = try lineEnd(in: bytes, from: start, line: line, limit: EventLimits.fieldBytes)
      guard fields.count < EventLimits.fields else {
        throw EventError(.tooLarge, line: line, offset: 0)
      }
      var scanner = CanonicalScanner(line: line, from: start, to: end)
      let field = try scanField(&scanner, in: text, isHashing: isHashing)
      // At most 64 short names: a search is cheaper than a set.
      guard !fields.contains(where: { $0.name == field.name }) else {
        throw EventError(.fieldTwice, line: line, offset: 0)
      }
      fields.append(field)
      start = end + 1
      line += 1
    }
    return fields
  }

  private static func scanField(
    _ scanner: inout CanonicalScanner, in text: [UInt8], isHashing: Bool
  ) throws(EventError) -> Field {
    let bytes = text.span
    let line = scanner.start..<scanner.end
    try scanner.expect("{\"f\":\"", in: bytes)
    let nameStart = scanner.index
    let nameRange = try scanner.plainText(in: bytes, or: .fieldName)
    guard FieldName.isValid(bytes.extracting(nameRange)) else {
      throw scanner.error(.fieldName, at: nameStart)
    }
    let name = bytes.extracting(nameRange).withUnsafeBufferPointer {
      String(decoding: $0, as: UTF8.self)
    }
    if scanner.skip(",\"x\":\"", in: bytes) {
      let hash = try scanner.digest(in: bytes)
      try scanner.expect("\"}", in: bytes, or: .notCanonical)
      try scanner.expectEnd()
      return Field(name: name, value: nil, text: text, line: line, knownHash: hash)
    }
    try scanner.expect(",\"s\":\"", in: bytes)
    let saltStart = scanner.index
    let salt = try scanner.plainText(in: bytes, or: .salt)
    guard FieldSalt.isValid(bytes.extracting(salt)) else {
      throw scanner.error(.salt, at: saltStart)
    }
    try scanner.expect(",\"v\":", in: bytes)
    let valueStart = scanner.index
    try scanner.skipValue(in: bytes, depth: 0)
    let value = valueStart..<scanner.index
    try scanner.expect("}", in: bytes, or: .notCanonical)
    try scanner.expectEnd()
    return Field(
      name: name, value: value, text: text, line: line,
      knownHash: isHashing ? SHA256.hash(bytes.extracting(line)) : nil)
  }
}

extension EventError {
  /// Why and where `bytes` are not UTF-8.
  static func badUTF8(in bytes: Span<UInt8>) -> EventError {
    var line = 1
    var start = 0
    var bad = 0
    var reason = Reason.notUTF8
    do throws(UTF8.ValidationError) {
      _ = try UTF8Span(validating: bytes)
    } catch {
      bad = error.byteOffsets.lowerBound
      // A text that was cut within a character is cut and not in another encoding.
      if error.kind == .truncatedScalar, error.byteOffsets.upperBound == bytes.count {
        reason = .truncated
      }
    }
    for index in 0..<bad where bytes[index] == 0x0a {
      line += 1
      start = index + 1
    }
    return EventError(reason, line: line, offset: bad - start)
  }
}

/// Names of fields: words of letters and digits, parted by `/`, `-` inside.
package enum FieldName {
  /// True if `name` can be the name of a field.
  package static func isValid(_ name: String) -> Bool { isValid(Array(name.utf8).span) }

  static func isValid(_ bytes: Span<UInt8>) -> Bool {
    guard (1...EventLimits.fieldNameBytes).contains(bytes.count) else { return false }
    var previous: UInt8 = 0x2f
    for index in 0..<bytes.count {
      let byte = bytes[index]
      let isLetter = byte.isLowerAlphanumeric || (0x41...0x5a).contains(byte)
      guard isLetter || ((byte == 0x2f || byte == 0x2d) && previous != 0x2f) else { return false }
      previous = byte
    }
    return previous != 0x2f
  }
}

/// The 128 random bits of a field line, which keep an erased value from being guessed.
enum FieldSalt {
  static let characters = 22
  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

  static func isValid(_ bytes: Span<UInt8>) -> Bool {
    guard bytes.count == characters else { return false }
    for index in 0..<characters {
      let byte = bytes[index]
      guard byte.isLowerAlphanumeric || (0x41...0x5a).contains(byte) || byte == 0x2d || byte == 0x5f
      else { return false }
    }
    // 22 × 6 = 132 bits: the last four are zero, else two texts would be one salt.
    let last = bytes[characters - 1]
    return last == 0x41 || last == 0x51 || last == 0x67 || last == 0x77
  }

  static func make(using random: inout some RandomNumberGenerator) -> String {
    var text: [UInt8] = []
    var bits: (UInt64, UInt64) = (random.next(), random.next())
    for _ in 0..<21 {
      text.append(alphabet[Int(bits.0 >> 58)])
      bits = (bits.0 << 6 | bits.1 >> 58, bits.1 << 6)
    }
    // Two bits are left at the top: 128 = 21 × 6 + 2.
    text.append(alphabet[Int(bits.0 >> 62) << 4])
    return String(decoding: text, as: UTF8.self)
  }
}
