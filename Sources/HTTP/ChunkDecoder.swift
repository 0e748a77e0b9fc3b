// The chunked transfer coding (RFC 9112 §7.1): sizes, extensions and trailers are checked strictly
// and dropped; only the data is kept.

/// Decodes one chunked body, byte by byte where lines are, in blocks where data is.
struct ChunkDecoder: Sendable {
  /// What the next byte belongs to.
  enum State: Sendable, Equatable {
    case size
    case extensionName
    case extensionValue
    case quoted
    case quotedEscape
    case afterQuoted
    case sizeLineFeed
    case data
    case dataCarriageReturn
    case dataLineFeed
    case trailerStart
    case trailerName
    case trailerValue
    case trailerLineFeed
    case endLineFeed
  }

  private var state = State.size
  /// The size that is being read, then what is left of the chunk.
  private var remaining = 0
  /// Bytes of the size's line, or of the trailers, so far.
  private var lineBytes = 0
  /// Bytes of the part (digits, name, value) that is being read.
  private var partBytes = 0

  /// Reads from `position` on.
  ///
  /// - Returns: whether the body is whole; nothing behind its end is consumed.
  mutating func read(
    _ input: Span<UInt8>, _ position: inout Int, into body: inout [UInt8], bodyLimit: Int,
    limits: Limits
  ) throws(Refusal) -> Bool {
    while position < input.count {
      if state == .data {
        let taken = min(remaining, input.count - position)
        input.append(position..<(position + taken), to: &body)
        position += taken
        remaining -= taken
        if remaining == 0 { state = .dataCarriageReturn }
        continue
      }
      let byte = input[position]
      position += 1
      switch state {
      case .size, .extensionName, .extensionValue, .quoted, .quotedEscape, .afterQuoted:
        lineBytes += 1
        guard lineBytes <= limits.chunkLineBytes else { throw .chunkLineTooLong }
        if state == .size { try readSize(byte) } else { try readExtension(byte) }
      case .sizeLineFeed:
        guard byte == 10 else { throw .malformedChunkSize }
        guard remaining <= bodyLimit - body.count else { throw .bodyTooLarge }
        state = remaining == 0 ? .trailerStart : .data
        lineBytes = 0
        partBytes = 0
      case .data: preconditionFailure("data is read in blocks above")
      case .dataCarriageReturn:
        guard byte == 13 else { throw .malformedChunkEnd }
        state = .dataLineFeed
      case .dataLineFeed:
        guard byte == 10 else { throw .malformedChunkEnd }
        state = .size
      case .endLineFeed:
        guard byte == 10 else { throw .bareCarriageReturn }
        return true
      case .trailerStart, .trailerName, .trailerValue, .trailerLineFeed:
        lineBytes += 1
        guard lineBytes <= limits.trailerBytes else { throw .headersTooLarge }
        try readTrailer(byte)
      }
    }
    return false
  }

  private mutating func readSize(_ byte: UInt8) throws(Refusal) {
    if let digit = hexDigit(byte) {
      guard remaining >> 58 == 0 else { throw .malformedChunkSize }
      remaining = remaining << 4 | Int(digit)
      partBytes += 1
      return
    }
    guard partBytes > 0 else { throw .malformedChunkSize }
    switch byte {
    case 13: state = .sizeLineFeed
    case UInt8(ascii: ";"): begin(.extensionName)
    default: throw .malformedChunkSize
    }
  }

  private mutating func begin(_ next: State) {
    state = next
    partBytes = 0
  }

  /// `;name`, `;name=token` or `;name="text"` (RFC 9112 §7.1.1), without blanks.
  private mutating func readExtension(_ byte: UInt8) throws(Refusal) {
    switch state {
    case .quoted:
      if byte == UInt8(ascii: "\\") {
        state = .quotedEscape
      } else if byte == UInt8(ascii: "\"") {
        state = .afterQuoted
      } else if isControlByte(byte), byte != 9 {
        throw .malformedChunkExtension
      }
      return
    case .quotedEscape:
      guard !isControlByte(byte) || byte == 9 else { throw .malformedChunkExtension }
      state = .quoted
      return
    case .extensionName, .extensionValue:
      if isTokenByte(byte) {
        partBytes += 1
        return
      }
      if state == .extensionValue, partBytes == 0, byte == UInt8(ascii: "\"") {
        state = .quoted
        return
      }
      guard partBytes > 0 else { throw .malformedChunkExtension }
      if state == .extensionName, byte == UInt8(ascii: "=") {
        begin(.extensionValue)
        return
      }
    default: break
    }
    switch byte {
    case 13: state = .sizeLineFeed
    case UInt8(ascii: ";"): begin(.extensionName)
    default: throw .malformedChunkExtension
    }
  }

  /// Trailer fields have the syntax of header fields (RFC 9112 §7.1.2).
  private mutating func readTrailer(_ byte: UInt8) throws(Refusal) {
    switch state {
    case .trailerStart:
      if byte == 13 {
        state = .endLineFeed
        return
      }
      guard byte != 0x20, byte != 9 else { throw .lineFolding }
      guard isTokenByte(byte) else { throw .malformedFieldName }
      state = .trailerName
    case .trailerName:
      if byte == UInt8(ascii: ":") {
        state = .trailerValue
        return
      }
      guard isTokenByte(byte) else {
        throw byte == 0x20 || byte == 9 ? .spaceBeforeColon : .malformedFieldName
      }
    case .trailerValue:
      if byte == 13 {
        state = .trailerLineFeed
      } else if byte == 10 {
        throw .bareLineFeed
      } else if isControlByte(byte), byte != 9 {
        throw .controlInFieldValue
      }
    default:
      guard byte == 10 else { throw .bareCarriageReturn }
      state = .trailerStart
    }
  }
}
