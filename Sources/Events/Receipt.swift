// What the hub says of an event that it accepted. Protocols/receipt.md.

/// The effect that an event has.
package enum Verdict: Sendable, Hashable {
  /// It writes its fields.
  case applied
  /// Evidence without effect, and why.
  case void(VoidReason)
  /// Not understood by the hub's version: without effect until a second receipt after an upgrade.
  case parked

  /// Why an event has no effect.
  package enum VoidReason: String, Sendable, CaseIterable {
    /// The author's site may not write one of the fields.
    case noRight = "no-right"
    /// A value is not what the field holds.
    case invalidField = "invalid-field"
    /// The item was never created, or the event creates one that exists.
    case item = "item"
    /// The type does not fit the item's kind.
    case kind = "kind"
    /// The site had left the region.
    case siteLeft = "site-left"
  }
}

/// The hub's receipt for one event: position in its order, time and verdict. The exact line is the
/// leaf of the hub's tree.
package struct Receipt: Sendable, Hashable {
  /// The place in the hub's order, counted from 1.
  package let position: UInt64
  /// The hub's clock when it accepted the event.
  package let received: Timestamp
  /// The event's address.
  package let dot: Dot
  /// The event's id.
  package let id: Digest
  /// The effect.
  package let verdict: Verdict
  /// The version of the rules by which it was judged.
  package let rules: UInt64

  /// The rules that this program judges by.
  package static let rules: UInt64 = 1

  /// A receipt with those statements.
  package init(
    position: UInt64, received: Timestamp, dot: Dot, id: Digest, verdict: Verdict,
    rules: UInt64 = Receipt.rules
  ) {
    self.position = position
    self.received = received
    self.dot = dot
    self.id = id
    self.verdict = verdict
    self.rules = rules
  }

  /// The receipt line, without a newline.
  package var line: [UInt8] {
    var writer = CanonicalWriter()
    writer.bytes.reserveCapacity(Receipt.usualBytes)
    writer.raw("{\"pos\":")
    writer.number(position)
    writer.raw(",\"received\":\"")
    writer.timestamp(received)
    writer.raw("\",\"site\":\"")
    writer.site(dot.site)
    writer.raw("\",\"seq\":")
    writer.number(dot.seq)
    writer.raw(",\"id\":\"")
    writer.digest(id)
    writer.raw("\",\"verdict\":\"")
    switch verdict {
    case .applied: writer.raw("applied\"")
    case .parked: writer.raw("parked\"")
    case .void(let reason): writer.raw("void\",\"reason\":\"\(reason.rawValue)\"")
    }
    writer.raw(",\"rules\":")
    writer.number(rules)
    writer.raw("}")
    return writer.bytes
  }

  /// Room for a line with long numbers.
  private static let usualBytes = 240

  /// RFC 6962 §2.1: the hash of a leaf is that of a zero byte and the leaf, here a receipt line.
  package static func leaf(of line: [UInt8]) -> Digest {
    var hash = SHA256()
    hash.update(0)
    hash.update(line.span)
    return hash.finish()
  }

  /// Reads a receipt line, given without its newline.
  package init(scanning line: [UInt8]) throws(EventError) {
    let bytes = line.span
    var scanner = CanonicalScanner(line: 1, from: 0, to: bytes.count)
    try scanner.expect("{\"pos\":", in: bytes)
    position = try scanner.positive(in: bytes)
    try scanner.expect(",\"received\":\"", in: bytes)
    received = try scanner.timestamp(in: bytes)
    try scanner.expect("\",\"site\":\"", in: bytes)
    let site = try scanner.site(in: bytes)
    try scanner.expect(",\"seq\":", in: bytes)
    let seq = try scanner.positive(in: bytes, or: .seq)
    dot = Dot(site, seq)
    try scanner.expect(",\"id\":\"", in: bytes)
    id = try scanner.digest(in: bytes)
    try scanner.expect("\",\"verdict\":\"", in: bytes)
    verdict = try Receipt.verdict(&scanner, in: bytes)
    try scanner.expect(",\"rules\":", in: bytes)
    rules = try scanner.positive(in: bytes)
    try scanner.expect("}", in: bytes, or: .notCanonical)
    try scanner.expectEnd()
  }

  private static func verdict(
    _ scanner: inout CanonicalScanner, in bytes: Span<UInt8>
  ) throws(EventError) -> Verdict {
    if scanner.skip("applied\"", in: bytes) { return .applied }
    if scanner.skip("parked\"", in: bytes) { return .parked }
    try scanner.expect("void\",\"reason\":\"", in: bytes, or: .verdict)
    let first = scanner.index
    let range = try scanner.plainText(in: bytes, or: .verdict)
    let word = bytes.extracting(range).withUnsafeBufferPointer {
      String(decoding: $0, as: UTF8.self)
    }
    guard let reason = Verdict.VoidReason(rawValue: word) else {
      throw scanner.error(.verdict, at: first)
    }
    return .void(reason)
  }
}
