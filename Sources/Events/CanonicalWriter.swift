// Writes the canonical text that CanonicalScanner reads. Protocols/event.md §3.

/// Bytes of canonical JSON as they grow.
struct CanonicalWriter {
  var bytes: [UInt8] = []

  mutating func raw(_ text: String) { bytes.append(contentsOf: text.utf8) }

  mutating func string(_ text: String) {
    bytes.append(0x22)
    for byte in text.utf8 {
      switch byte {
      case 0x22: raw("\\\"")
      case 0x5c: raw("\\\\")
      case 0x08: raw("\\b")
      case 0x09: raw("\\t")
      case 0x0a: raw("\\n")
      case 0x0c: raw("\\f")
      case 0x0d: raw("\\r")
      case 0..<0x20:
        raw("\\u00")
        bytes.append(Hex.digit(byte >> 4))
        bytes.append(Hex.digit(byte & 15))
      default: bytes.append(byte)
      }
    }
    bytes.append(0x22)
  }

  mutating func value(_ value: FieldValue) {
    switch value {
    case .null: raw("null")
    case .bool(let truth): raw(truth ? "true" : "false")
    case .integer(let number): raw(String(number))
    case .string(let text): string(text)
    case .array(let elements):
      bytes.append(0x5b)
      for (index, element) in elements.enumerated() {
        if index > 0 { bytes.append(0x2c) }
        self.value(element)
      }
      bytes.append(0x5d)
    case .object(let members):
      bytes.append(0x7b)
      for (index, member) in members.enumerated() {
        if index > 0 { bytes.append(0x2c) }
        string(member.name)
        bytes.append(0x3a)
        self.value(member.value)
      }
      bytes.append(0x7d)
    }
  }

  mutating func timestamp(_ time: Timestamp) { time.append(to: &bytes) }
  mutating func digest(_ digest: Digest) { digest.appendHex(to: &bytes) }
  mutating func site(_ site: SiteID) { site.append(to: &bytes) }

  mutating func number(_ value: UInt64) {
    let start = bytes.count
    var rest = value
    repeat {
      bytes.append(0x30 + UInt8(rest % 10))
      rest /= 10
    } while rest > 0
    bytes[start...].reverse()
  }
}
