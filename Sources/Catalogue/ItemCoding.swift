// The compact bytes of an item's state, as the views keep them. They never leave the node, and a
// new version is built by replay, so that no version but the present one is read.

import Events

/// Why bytes are not a stored state.
package struct ItemStateError: Error, Equatable, CustomStringConvertible {
  /// The fact.
  package enum Reason: Sendable, Equatable {
    /// The bytes end before the state does.
    case truncated
    /// Bytes follow after the state.
    case trailing
    /// Another version of the encoding: the views are to be rebuilt.
    case version(UInt8)
    /// A number that is too large, or that says what none may say there.
    case number
    /// Not a site, item or field name, or not a canonical value.
    case text
    /// Parts that do not ascend, or a survivor beyond the watermark.
    case order
  }

  /// The fact.
  package let reason: Reason
  /// The byte at which it showed.
  package let offset: Int

  /// That fact at that byte.
  package init(_ reason: Reason, at offset: Int) {
    self.reason = reason
    self.offset = offset
  }

  package var description: String { "stored item state: \(reason) at byte \(offset)" }
}

extension ItemState {
  /// The version of the encoding; stands first.
  package static let encodingVersion: UInt8 = 2

  /// The bytes of a settled state. Equal states have equal bytes.
  package func encoded() -> [UInt8] {
    precondition(!isDirty, "only a settled state is stored")
    var writer = StateWriter(sites: sites)
    writer.bytes.append(ItemState.encodingVersion)
    writer.text(id?.description ?? "")
    writer.text(kreis.description)
    writer.bytes.append(
      kind.flatMap { ItemKind.allCases.firstIndex(of: $0) }.map { UInt8($0 + 1) } ?? 0)
    if let created { writer.number(UInt64(created.milliseconds)) }
    term.appendBytes(to: &writer.bytes)
    writer.number(UInt64(writer.sites.count))
    for site in writer.sites { writer.text(site.description) }
    writer.dots(watermark.entries)
    writer.dots(parked)
    writer.dots(pendingVoids)
    writer.number(UInt64(registers.count))
    for register in registers {
      writer.text(register.field)
      writer.number(UInt64(register.survivors.count))
      for survivor in register.survivors { writer.survivor(survivor) }
    }
    return writer.bytes
  }

  private var sites: [SiteID] {
    var sites: [SiteID] = []
    for dot in watermark.entries + parked + pendingVoids where !sites.contains(dot.site) {
      sites.append(dot.site)
    }
    return sites.sorted()
  }

  /// Reads what `encoded` wrote; any other bytes throw.
  package init(decoding bytes: [UInt8]) throws(ItemStateError) {
    var reader = StateReader(bytes: bytes)
    let version = try reader.byte()
    guard version == ItemState.encodingVersion else { throw reader.error(.version(version)) }
    let name = try reader.text()
    let id = ItemID(name)
    guard id != nil || name.isEmpty, let kreis = SiteID(try reader.text()) else {
      throw reader.error(.text)
    }
    self.init(id: id, kreis: kreis)
    let code = Int(try reader.byte())
    guard code <= ItemKind.allCases.count else { throw reader.error(.number) }
    if code > 0 {
      kind = ItemKind.allCases[code - 1]
      created = try reader.time()
    }
    term = try reader.digest()
    try reader.readSites()
    let entries = try reader.dots()
    watermark = VectorClock(entries)
    guard watermark.entries == entries else { throw reader.error(.order) }
    parked = try reader.dots()
    pendingVoids = try reader.dots()
    guard !parked.contains(where: watermark.covers) else { throw reader.error(.order) }
    for _ in 0..<(try reader.count()) { registers.append(try readRegister(&reader)) }
    guard reader.index == bytes.count else { throw reader.error(.trailing) }
  }

  private func readRegister(
    _ reader: inout StateReader
  ) throws(ItemStateError) -> Register {
    let field = try reader.text()
    guard FieldName.isValid(field) else { throw reader.error(.text) }
    if let last = registers.last, last.field >= field { throw reader.error(.order) }
    var survivors: [Survivor] = []
    for _ in 0..<(try reader.count()) {
      let survivor = try reader.survivor()
      guard survivors.last.map({ $0.dot < survivor.dot }) ?? true, watermark.covers(survivor.dot)
      else { throw reader.error(.order) }
      survivors.append(survivor)
    }
    guard !survivors.isEmpty else { throw reader.error(.number) }
    return Register(field: field, survivors: survivors)
  }
}

private struct StateWriter {
  var bytes: [UInt8] = []
  let sites: [SiteID]

  init(sites: [SiteID]) { self.sites = sites }

  /// LEB128: seven bits a byte, the low ones first.
  mutating func number(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  mutating func text(_ text: String) {
    number(UInt64(text.utf8.count))
    bytes.append(contentsOf: text.utf8)
  }

  mutating func dot(_ dot: Dot) {
    guard let index = sites.firstIndex(of: dot.site) else {
      preconditionFailure("the table of sites was made from the watermark, which covers all dots")
    }
    number(UInt64(index))
    number(dot.seq)
  }

  mutating func dots(_ dots: [Dot]) {
    number(UInt64(dots.count))
    for dot in dots { self.dot(dot) }
  }

  mutating func survivor(_ survivor: Survivor) {
    dot(survivor.dot)
    survivor.lineHash.appendBytes(to: &bytes)
    bytes.append((survivor.text == nil ? 0 : 1) | (survivor.stamp == nil ? 0 : 2))
    if let text = survivor.text {
      number(UInt64(text.count))
      bytes.append(contentsOf: text)
    }
    number(UInt64(survivor.at.milliseconds))
    if let stamp = survivor.stamp {
      number(stamp.position)
      number(UInt64(stamp.received.milliseconds))
    }
  }
}

private struct StateReader {
  let bytes: [UInt8]
  var index = 0
  private var sites: [SiteID] = []

  init(bytes: [UInt8]) { self.bytes = bytes }

  func error(_ reason: ItemStateError.Reason) -> ItemStateError {
    ItemStateError(reason, at: index)
  }

  mutating func byte() throws(ItemStateError) -> UInt8 {
    guard index < bytes.count else { throw error(.truncated) }
    index += 1
    return bytes[index - 1]
  }

  /// Only the shortest form is read, so that equal states stay equal bytes.
  mutating func number() throws(ItemStateError) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let byte = try byte()
      guard shift < 63 || byte <= 1, shift == 0 || byte != 0 else { throw error(.number) }
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
  }

  /// How many parts follow. Each takes a byte at least, so a lie cannot make the reader allocate.
  mutating func count() throws(ItemStateError) -> Int {
    let value = try number()
    guard value <= UInt64(bytes.count - index) else { throw error(.truncated) }
    return Int(value)
  }

  mutating func slice() throws(ItemStateError) -> ArraySlice<UInt8> {
    let length = try count()
    index += length
    return bytes[(index - length)..<index]
  }

  mutating func text() throws(ItemStateError) -> String {
    guard let text = String(validating: try slice(), as: UTF8.self) else { throw error(.text) }
    return text
  }

  mutating func digest() throws(ItemStateError) -> Digest {
    guard index + Digest.byteCount <= bytes.count,
      let digest = Digest(bytes: bytes[index..<(index + Digest.byteCount)])
    else { throw error(.truncated) }
    index += Digest.byteCount
    return digest
  }

  mutating func time() throws(ItemStateError) -> Timestamp {
    let value = try number()
    guard value <= UInt64(Timestamp.maximumMilliseconds) else { throw error(.number) }
    return Timestamp(milliseconds: Int64(value))
  }

  mutating func readSites() throws(ItemStateError) {
    for _ in 0..<(try count()) {
      guard let site = SiteID(try text()) else { throw error(.text) }
      if let last = sites.last, last >= site { throw error(.order) }
      sites.append(site)
    }
  }

  mutating func dot() throws(ItemStateError) -> Dot {
    let site = try number()
    let seq = try number()
    guard site < UInt64(sites.count), seq > 0 else { throw error(.number) }
    return Dot(sites[Int(site)], seq)
  }

  mutating func dots() throws(ItemStateError) -> [Dot] {
    var dots: [Dot] = []
    for _ in 0..<(try count()) {
      let dot = try dot()
      if let last = dots.last, last >= dot { throw error(.order) }
      dots.append(dot)
    }
    return dots
  }

  mutating func survivor() throws(ItemStateError) -> Survivor {
    let dot = try dot()
    let hash = try digest()
    let flags = try byte()
    guard flags < 4 else { throw error(.number) }
    var text: [UInt8]?
    if flags & 1 != 0 {
      let value = Array(try slice())
      guard (try? FieldValue(canonical: value)) != nil else { throw error(.text) }
      text = value
    }
    let at = try time()
    var stamp: Stamp?
    if flags & 2 != 0 { stamp = Stamp(position: try number(), received: try time()) }
    return Survivor(dot: dot, lineHash: hash, text: text, at: at, stamp: stamp)
  }
}
