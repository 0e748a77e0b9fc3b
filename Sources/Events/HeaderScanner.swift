// The header line, member by member in its one order. Protocols/event.md §4.

/// What a header line states.
struct Header {
  var version: UInt64
  var dot: Dot
  var at: Timestamp
  var type: String
  var item: ItemID?
  var context = Context.empty
  var by: String?
  var released: String?
  var reissues: Event.Original?
  var prev: Digest
  var commitment: Digest
  var commitmentOffset: Int
  var mac: MAC

  /// Every member that this version knows, in its order.
  static let members = [
    "v", "site", "seq", "at", "type", "item", "seen", "also", "by", "released", "reissues", "prev",
    "fields", "mac",
  ]

  init(from scanner: inout CanonicalScanner, in bytes: Span<UInt8>) throws(EventError) {
    try scanner.expect("{\"v\":", in: bytes)
    version = try scanner.positive(in: bytes)
    try scanner.expect(",\"site\":\"", in: bytes)
    let site = try scanner.site(in: bytes)
    try scanner.expect(",\"seq\":", in: bytes)
    let seq = try scanner.positive(in: bytes, or: .seq)
    dot = Dot(site, seq)
    try scanner.expect(",\"at\":\"", in: bytes)
    at = try scanner.timestamp(in: bytes)
    try scanner.expect("\",\"type\":\"", in: bytes)
    type = try Header.type(&scanner, in: bytes)
    if scanner.skip(",\"item\":\"", in: bytes) {
      item = try Header.item(&scanner, in: bytes)
      context = try Header.context(&scanner, in: bytes)
    }
    if scanner.skip(",\"by\":\"", in: bytes) {
      by = try Header.pseudonym(&scanner, in: bytes)
    }
    if scanner.skip(",\"released\":\"", in: bytes) {
      released = try Header.pseudonym(&scanner, in: bytes)
    }
    if scanner.skip(",\"reissues\":{\"id\":\"", in: bytes) {
      let id = try scanner.digest(in: bytes)
      try scanner.expect("\",\"at\":\"", in: bytes)
      reissues = Event.Original(id: id, at: try scanner.timestamp(in: bytes))
      try scanner.expect("\"}", in: bytes)
    }
    if version != Event.version { try Header.skipForeignMembers(&scanner, in: bytes) }
    try scanner.expect(",\"prev\":\"", in: bytes)
    prev = try scanner.digest(in: bytes)
    try scanner.expect("\",\"fields\":\"", in: bytes)
    commitmentOffset = scanner.index - scanner.start
    commitment = try scanner.digest(in: bytes)
    try scanner.expect("\",\"mac\":\"", in: bytes)
    mac = try Header.mac(&scanner, in: bytes)
    try scanner.expect("}", in: bytes, or: .notCanonical)
    try scanner.expectEnd()
  }

  /// A later version may add members between those that this one knows and `prev`: they are kept
  /// with the bytes and not understood.
  private static func skipForeignMembers(
    _ scanner: inout CanonicalScanner, in bytes: Span<UInt8>
  ) throws(EventError) {
    var names = Set(Header.members.map { Array($0.utf8) })
    while true {
      let before = scanner
      if scanner.skip(",\"prev\":\"", in: bytes) {
        scanner = before
        return
      }
      try scanner.expect(",\"", in: bytes)
      let first = scanner.index
      let name = try scanner.plainText(in: bytes, or: .member)
      guard FieldName.isValid(bytes.extracting(name)),
        names.insert(name.map { bytes[$0] }).inserted
      else { throw scanner.error(.member, at: first) }
      try scanner.expect(":", in: bytes)
      try scanner.skipValue(in: bytes, depth: 0)
    }
  }

  private static func type(
    _ scanner: inout CanonicalScanner, in bytes: Span<UInt8>
  ) throws(EventError) -> String {
    let first = scanner.index
    let range = try scanner.plainText(in: bytes, or: .type)
    var points = 0
    var previous: UInt8 = 0x2e
    for index in range {
      let byte = bytes[index]
      if byte == 0x2e { points += 1 }
      let isLetter = (0x61...0x7a).contains(byte)
      guard isLetter || (byte == 0x2e && previous != 0x2e) else {
        throw scanner.error(.type, at: first)
      }
      previous = byte
    }
    guard points == 1, previous != 0x2e, range.count <= EventLimits.typeBytes else {
      throw scanner.error(.type, at: first)
    }
    return text(range, in: bytes)
  }

  private static func item(
    _ scanner: inout CanonicalScanner, in bytes: Span<UInt8>
  ) throws(EventError) -> ItemID {
    let first = scanner.index
    let range = try scanner.plainText(in: bytes, or: .item)
    guard let item = ItemID(utf8: bytes.extracting(range)) else {
      throw scanner.error(.item, at: first)
    }
    return item
  }

  private static func pseudonym(
    _ scanner: inout CanonicalScanner, in bytes: Span<UInt8>
  ) throws(EventError) -> String {
    let first = scanner.index
    let range = try scanner.plainText(in: bytes, or: .pseudonym)
    let name = text(range, in: bytes)
    guard Pseudonym.isValid(name) else { throw scanner.error(.pseudonym, at: first) }
    return name
  }

  private static func mac(
    _ scanner: inout CanonicalScanner, in bytes: Span<UInt8>
  ) throws(EventError) -> MAC {
    let first = scanner.index
    let range = try scanner.plainText(in: bytes, or: .hash)
    guard range.count == MAC.byteCount * 2, let mac = MAC(hexDigits: bytes, at: first)
    else { throw scanner.error(.hash, at: first) }
    return mac
  }

  private static func text(_ range: Range<Int>, in bytes: Span<UInt8>) -> String {
    bytes.extracting(range).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
  }

  // MARK: - Context

  private static func context(
    _ scanner: inout CanonicalScanner, in bytes: Span<UInt8>
  ) throws(EventError) -> Context {
    var entries: [Dot] = []
    if scanner.skip(",\"seen\":{", in: bytes) {
      repeat {
        try scanner.expect("\"", in: bytes, or: .context)
        let first = scanner.index
        let site = try scanner.site(in: bytes)
        try scanner.expect(":", in: bytes, or: .context)
        let seq = try scanner.unsigned(in: bytes, or: .seq)
        guard seq >= 1, entries.last.map({ $0.site < site }) ?? true else {
          throw scanner.error(.context, at: first)
        }
        entries.append(Dot(site, seq))
      } while scanner.skip(",", in: bytes)
      try scanner.expect("}", in: bytes, or: .context)
    }
    let seen = VectorClock(sorted: entries)
    var also: [DotRange] = []
    if scanner.skip(",\"also\":[", in: bytes) {
      repeat {
        let first = scanner.index + 1
        let range = try dotRange(&scanner, in: bytes)
        // Apart from the prefix and from the range before by at least one dot: one shortest form.
        let follows = also.last.map {
          $0.site < range.site || ($0.site == range.site && $0.last + 1 < range.first)
        }
        guard follows ?? true, range.first > seen[range.site] + 1,
          also.count < Context.maximumExceptions
        else { throw scanner.error(.context, at: first) }
        also.append(range)
      } while scanner.skip(",", in: bytes)
      try scanner.expect("]", in: bytes, or: .context)
    }
    return Context(seen: seen, also: also)
  }

  private static func dotRange(
    _ scanner: inout CanonicalScanner, in bytes: Span<UInt8>
  ) throws(EventError) -> DotRange {
    try scanner.expect("\"", in: bytes, or: .context)
    let start = scanner.index
    let range = try scanner.plainText(in: bytes, or: .context)
    var inner = CanonicalScanner(line: scanner.line, from: scanner.start, to: range.upperBound)
    var colon = start
    while colon < range.upperBound, bytes[colon] != 0x3a { colon += 1 }
    guard let site = SiteID(utf8: bytes.extracting(start..<colon)), colon < range.upperBound else {
      throw scanner.error(.context, at: start)
    }
    inner.index = colon + 1
    let first = try inner.unsigned(in: bytes, or: .seq)
    var last = first
    if inner.skip("-", in: bytes) {
      last = try inner.unsigned(in: bytes, or: .seq)
      guard last > first else { throw scanner.error(.context, at: start) }
    }
    guard inner.index == range.upperBound, first >= 1 else {
      throw scanner.error(.context, at: start)
    }
    return DotRange(site, first, last)
  }
}

/// Pseudonyms of people: their names are in the site's desk only.
package enum Pseudonym {
  /// True if `name` can stand for a person in an event.
  package static func isValid(_ name: String) -> Bool {
    let bytes = name.utf8
    return (1...EventLimits.pseudonymBytes).contains(bytes.count)
      && bytes.allSatisfy {
        $0.isLowerAlphanumeric || (0x41...0x5a).contains($0) || $0 == 0x2d || $0 == 0x2e
          || $0 == 0x5f
      }
  }
}
