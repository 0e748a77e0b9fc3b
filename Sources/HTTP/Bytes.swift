// Small facts about single bytes that the parser, the fields and the target share (RFC 9110 §5.6).

/// The bytes of `tchar` below 64 and from 64 to 127 as bits: `!#$%&'*+-.^_`|~`, digits, letters.
private let tokenLow: UInt64 = 0x03FF_6CFA_0000_0000
private let tokenHigh: UInt64 = 0x57FF_FFFF_C7FF_FFFE

/// Whether the byte may stand in a token (RFC 9110 §5.6.2).
@inline(__always)
func isTokenByte(_ byte: UInt8) -> Bool {
  guard byte < 128 else { return false }
  return (byte < 64 ? tokenLow >> UInt64(byte) : tokenHigh >> UInt64(byte - 64)) & 1 == 1
}

/// Whether the byte is a control of ASCII (tab, CR, LF, NUL and DEL among them).
@inline(__always)
func isControlByte(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x7F }

/// Whether two bytes are the same letter, whatever its case.
@inline(__always)
func equalIgnoringCase(_ left: UInt8, _ right: UInt8) -> Bool {
  left == right || (left | 0x20 == right | 0x20 && (left | 0x20) &- 0x61 < 26)
}

/// The value of a hexadecimal digit, `nil` for any other byte.
@inline(__always)
func hexDigit(_ byte: UInt8) -> UInt8? {
  switch byte {
  case 0x30...0x39: byte - 0x30
  case 0x41...0x46: byte - 0x41 + 10
  case 0x61...0x66: byte - 0x61 + 10
  default: nil
  }
}

extension [UInt8] {
  /// Appends the text of a constant without making a string.
  @inline(__always)
  mutating func append(_ text: StaticString) {
    append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// Appends a number in decimal digits.
  mutating func append(decimal number: Int) {
    precondition(number >= 0, "lengths and statuses are not negative")
    if number >= 10 { append(decimal: number / 10) }
    append(UInt8(ascii: "0") + UInt8(number % 10))
  }

  /// Appends a number in hexadecimal digits, as a chunk's size is written.
  mutating func append(hexadecimal number: Int) {
    if number >= 16 { append(hexadecimal: number / 16) }
    let digit = UInt8(number % 16)
    append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
  }
}
