// Messages as text: one canonical line of JSON, a query, or a line and transfer text.
// Protocols/sync.md §3. What is not exactly the one form is refused with what is wrong.

import Events

extension Hello {
  /// The canonical line, without a newline.
  package var text: String {
    FieldValue.object(sorting: [
      ("clock", .moment(clock)), ("head", .head(head)), ("heads", .heads(heads)),
      ("instance", .string(instance.description)), ("place", .place(place)),
      ("protocols", .protocols(protocols)), ("region", .string(region.description)),
      ("site", .string(site.description)),
    ]).canonicalText
  }

  /// Reads the line. The protocols are looked at first, so that a sender of another generation
  /// gets a fitting answer.
  package init(_ text: [UInt8]) throws(SyncError) {
    var members = try Members(text)
    let protocols = try members.protocols()
    try self.init(
      protocols: protocols, region: members.random("region"), site: members.site("site"),
      instance: members.random("instance"), head: members.head("head"),
      heads: members.heads("heads"), place: members.place("place"),
      clock: members.moment("clock"))
    try members.end()
    guard heads[site] == head.seq else { throw .invalid(member: "heads") }
  }
}

extension HelloAnswer {
  /// The canonical line, without a newline.
  package var text: String {
    var members: [(String, FieldValue)] = [
      ("clock", .moment(clock)), ("head", .head(head)), ("heads", .heads(heads)),
      ("instance", .string(instance.description)), ("position", .count(position)),
      ("protocols", .protocols(protocols)), ("region", .string(region.description)),
      ("site", .string(site.description)), ("verdict", .string(verdict.rawValue)),
    ]
    if isCloned { members.append(("cloned", .bool(true))) }
    return FieldValue.object(sorting: members).canonicalText
  }

  /// Reads the line.
  package init(_ text: [UInt8]) throws(SyncError) {
    var members = try Members(text)
    let protocols = try members.protocols()
    try self.init(
      protocols: protocols, region: members.random("region"), site: members.site("site"),
      instance: members.random("instance"), head: members.head("head"),
      heads: members.heads("heads"), position: members.count("position"),
      clock: members.moment("clock"), verdict: members.word("verdict"),
      isCloned: members.has("cloned") ? members.isTrue("cloned") : false)
    try members.end()
  }
}

extension PushAnswer {
  /// The canonical line, without a newline.
  package var text: String {
    var members: [(String, FieldValue)] = [
      ("head", .head(head)), ("position", .count(position)),
    ]
    if let positions { members.append(("positions", .range(positions))) }
    if let refused {
      let why: FieldValue = .object(sorting: [
        ("dot", .string(refused.dot.description)), ("reason", .string(refused.reason.rawValue)),
      ])
      members.append(("refused", why))
    }
    return FieldValue.object(sorting: members).canonicalText
  }

  /// Reads the line.
  package init(_ text: [UInt8]) throws(SyncError) {
    var members = try Members(text)
    try self.init(
      head: members.head("head"), position: members.count("position"),
      positions: members.has("positions") ? members.range("positions") : nil,
      refused: members.has("refused") ? members.refused("refused") : nil)
    try members.end()
    guard (positions?.upperBound ?? 0) <= position else { throw .invalid(member: "positions") }
  }
}

extension SyncRefusal {
  /// The canonical line of the answer, without a newline.
  package var text: String {
    FieldValue.object(sorting: [("refused", .string(rawValue))]).canonicalText
  }

  /// Reads the line.
  package init(_ text: [UInt8]) throws(SyncError) {
    var members = try Members(text)
    self = try members.word("refused")
    try members.end()
  }
}

extension PushRequest {
  /// The part behind the question mark.
  package var query: String { "hub=\(hub)" }

  /// Reads the part behind the question mark.
  package init(query: String) throws(SyncError) {
    var rest = try Query(query)
    self.init(hub: try rest.instance())
    try rest.end()
  }
}

extension PullRequest {
  /// The part behind the question mark.
  package var query: String { "hub=\(hub)&after=\(after)&wait=\(waitSeconds)" }

  /// Reads the part behind the question mark.
  package init(query: String) throws(SyncError) {
    var rest = try Query(query)
    let hub = try rest.instance()
    let after = try rest.number("after", upTo: UInt64(FieldValue.integerRange.upperBound))
    let wait = try rest.number("wait", upTo: UInt64(SyncLimits.waitSeconds))
    self.init(hub: hub, after: after, waitSeconds: Int(wait))
    try rest.end()
  }
}

extension OrderRequest {
  /// The part behind the question mark.
  package var query: String { "hub=\(hub)&after=\(after)" }

  /// Reads the part behind the question mark.
  package init(query: String) throws(SyncError) {
    var rest = try Query(query)
    let hub = try rest.instance()
    let after = try rest.number("after", upTo: UInt64(FieldValue.integerRange.upperBound))
    self.init(hub: hub, after: after)
    try rest.end()
  }
}

extension PullAnswer {
  /// The line before the blocks, with its newline.
  static func firstLine(position: UInt64, tree: TreeHead) -> [UInt8] {
    let line = FieldValue.object(sorting: [
      ("position", .count(position)), ("root", .string(tree.root.hex)),
      ("size", .count(tree.size)),
    ])
    return Array((line.canonicalText + "\n").utf8)
  }

  /// Reads the whole body: a line, then transfer text whose receipts follow each other.
  package init(_ body: [UInt8]) throws(SyncError) {
    guard body.count <= SyncLimits.bodyBytes else {
      throw .tooLarge(bytes: body.count, limit: SyncLimits.bodyBytes)
    }
    guard let newline = body.firstIndex(of: 0x0a) else { throw .noFirstLine }
    var members = try Members(Array(body[..<newline]))
    position = try members.count("position")
    tree = try members.tree()
    try members.end()
    do throws(EventError) {
      blocks = try TransferText.blocks(Array(body[(newline + 1)...]))
    } catch {
      throw .blocks(EventError(error.reason, line: error.line + 1, offset: error.offset))
    }
    positions = try PullAnswer.positions(blocks)
    guard tree.size <= position else { throw .order(position: position) }
    guard tree.size == positions?.upperBound ?? tree.size else { throw .order(position: tree.size) }
  }

  /// The first receipt that is not followed as a city needs it: by the event if it is foreign, by
  /// none if it is the city's own. Without a city each must be followed. A body that was cut
  /// between two blocks shows here.
  func misplacedEvent(for city: SiteID?) -> Dot? {
    for (index, block) in blocks.enumerated() {
      guard case .receipt(let receipt) = block else { continue }
      var isFollowed = false
      if index + 1 < blocks.count, case .event = blocks[index + 1] { isFollowed = true }
      if isFollowed == (receipt.dot.site == city) { return receipt.dot }
    }
    return nil
  }

  private static func positions(
    _ blocks: [TransferText.Block]
  ) throws(SyncError) -> ClosedRange<UInt64>? {
    var range: ClosedRange<UInt64>?
    var awaited: Receipt?
    for block in blocks {
      switch block {
      case .receipt(let receipt):
        if let held = range {
          guard receipt.position == held.upperBound + 1 else {
            throw .order(position: receipt.position)
          }
        }
        range = (range?.lowerBound ?? receipt.position)...receipt.position
        awaited = receipt
      case .event(let event):
        guard let receipt = awaited, receipt.id == event.id, receipt.dot == event.dot else {
          throw .order(position: range?.upperBound ?? 0)
        }
        awaited = nil
      }
    }
    return range
  }
}

// MARK: - Writing

extension FieldValue {
  fileprivate static func count(_ number: UInt64) -> FieldValue {
    // A position or `seq` is counted up from 1: it meets the range of JSON never.
    precondition(number <= UInt64(integerRange.upperBound), "a count beyond 2^53 - 1")
    return .integer(Int64(number))
  }

  fileprivate static func moment(_ moment: Timestamp) -> FieldValue {
    .string(moment.description)
  }

  fileprivate static func head(_ head: LineHead) -> FieldValue {
    .object(sorting: [("id", .string(head.id.hex)), ("seq", .count(head.seq))])
  }

  fileprivate static func place(_ place: Place) -> FieldValue {
    .object(sorting: [("id", .string(place.id.hex)), ("position", .count(place.position))])
  }

  fileprivate static func heads(_ heads: VectorClock) -> FieldValue {
    .object(sorting: heads.entries.map { ($0.site.description, .count($0.seq)) })
  }

  fileprivate static func range(_ range: ClosedRange<UInt64>) -> FieldValue {
    .object(sorting: [("first", .count(range.lowerBound)), ("last", .count(range.upperBound))])
  }

  fileprivate static func protocols(_ range: ClosedRange<UInt64>) -> FieldValue {
    .object(sorting: [("from", .count(range.lowerBound)), ("to", .count(range.upperBound))])
  }
}

// MARK: - Reading

/// The members of one object, each taken once; what is left at the end is one too many.
private struct Members {
  private var left: [FieldValue.Member]
  /// What stands before a name in an error: the member that the object is the value of.
  private let path: String

  init(_ text: [UInt8]) throws(SyncError) {
    guard text.count <= SyncLimits.messageBytes else {
      throw .tooLarge(bytes: text.count, limit: SyncLimits.messageBytes)
    }
    let value: FieldValue
    do throws(EventError) {
      value = try FieldValue(canonical: text)
    } catch {
      throw .notCanonical(error)
    }
    guard case .object(let members) = value else { throw .notAnObject }
    left = members
    path = ""
  }

  private init(_ value: FieldValue, of name: String) throws(SyncError) {
    guard case .object(let members) = value else { throw .invalid(member: name) }
    left = members
    path = name + "."
  }

  func has(_ name: String) -> Bool { left.contains { $0.name == name } }

  func end() throws(SyncError) {
    if let member = left.first { throw .unexpected(member: path + member.name) }
  }

  private mutating func take(_ name: String) throws(SyncError) -> FieldValue {
    guard let index = left.firstIndex(where: { $0.name == name }) else {
      throw .missing(member: path + name)
    }
    return left.remove(at: index).value
  }

  private mutating func object(_ name: String) throws(SyncError) -> Members {
    try Members(try take(name), of: path + name)
  }

  private mutating func read<Value>(
    _ name: String, _ convert: (String) -> Value?
  ) throws(SyncError) -> Value {
    guard let text = try take(name).text, let value = convert(text) else {
      throw .invalid(member: path + name)
    }
    return value
  }

  mutating func count(_ name: String) throws(SyncError) -> UInt64 {
    guard let number = try take(name).number, number >= 0 else {
      throw .invalid(member: path + name)
    }
    return UInt64(number)
  }

  mutating func random<Purpose>(_ name: String) throws(SyncError) -> RandomID<Purpose> {
    try read(name) { RandomID<Purpose>($0) }
  }

  mutating func site(_ name: String) throws(SyncError) -> SiteID {
    try read(name) { SiteID($0) }
  }

  mutating func moment(_ name: String) throws(SyncError) -> Timestamp {
    try read(name) { Timestamp($0) }
  }

  /// A member that is there only to say yes.
  mutating func isTrue(_ name: String) throws(SyncError) -> Bool {
    guard try take(name) == .bool(true) else { throw .invalid(member: path + name) }
    return true
  }

  mutating func word<Word: RawRepresentable<String>>(
    _ name: String
  ) throws(SyncError) -> Word {
    try read(name) { Word(rawValue: $0) }
  }

  /// A number and the id of what it counts: both are there or the number is zero.
  private mutating func numbered(
    _ name: String, by number: String
  ) throws(SyncError) -> (UInt64, Digest) {
    var inner = try object(name)
    let count = try inner.count(number)
    let id = try inner.read("id") { Digest(hex: $0) }
    try inner.end()
    guard (count == 0) == (id == .zero) else { throw .invalid(member: inner.path + "id") }
    return (count, id)
  }

  mutating func head(_ name: String) throws(SyncError) -> LineHead {
    let (seq, id) = try numbered(name, by: "seq")
    return LineHead(seq: seq, id: id)
  }

  mutating func place(_ name: String) throws(SyncError) -> Place {
    let (position, id) = try numbered(name, by: "position")
    return Place(position: position, id: id)
  }

  /// Two members that state a tree.
  mutating func tree() throws(SyncError) -> TreeHead {
    let size = try count("size")
    return TreeHead(size: size, root: try read("root") { Digest(hex: $0) })
  }

  mutating func heads(_ name: String) throws(SyncError) -> VectorClock {
    let inner = try object(name)
    var dots: [Dot] = []
    for member in inner.left {
      guard let site = SiteID(member.name), let seq = member.value.number, seq >= 1 else {
        throw .invalid(member: inner.path + member.name)
      }
      dots.append(Dot(site, UInt64(seq)))
    }
    return VectorClock(dots)
  }

  private mutating func range(
    _ name: String, _ first: String, _ last: String
  ) throws(SyncError) -> ClosedRange<UInt64> {
    var inner = try object(name)
    let from = try inner.count(first)
    let to = try inner.count(last)
    try inner.end()
    guard from >= 1, from <= to else { throw .invalid(member: path + name) }
    return from...to
  }

  mutating func range(_ name: String) throws(SyncError) -> ClosedRange<UInt64> {
    try range(name, "first", "last")
  }

  mutating func protocols() throws(SyncError) -> ClosedRange<UInt64> {
    let range = try range("protocols", "from", "to")
    guard range.overlaps(SyncLimits.protocols) else {
      throw .protocols(from: range.lowerBound, to: range.upperBound)
    }
    return range
  }

  mutating func refused(_ name: String) throws(SyncError) -> PushRefusal {
    var inner = try object(name)
    let dot = try inner.read("dot") { Dot($0) }
    let reason: PushRefusal.Reason = try inner.word("reason")
    try inner.end()
    return PushRefusal(dot: dot, reason: reason)
  }
}

/// The part behind a question mark: `name=value` in one order, joined by `&`.
private struct Query {
  private var left: ArraySlice<Substring>

  init(_ text: String) throws(SyncError) {
    guard text.utf8.count <= SyncLimits.queryBytes else { throw .query }
    left = text.split(separator: "&", omittingEmptySubsequences: false)[...]
  }

  private mutating func take(_ name: String) throws(SyncError) -> String {
    guard let part = left.popFirst(), part.hasPrefix(name + "=") else { throw .query }
    return String(part.dropFirst(name.count + 1))
  }

  mutating func instance() throws(SyncError) -> InstanceID {
    guard let id = InstanceID(try take("hub")) else { throw .query }
    return id
  }

  mutating func number(_ name: String, upTo limit: UInt64) throws(SyncError) -> UInt64 {
    let text = try take(name)
    guard let number = UInt64(text), String(number) == text, number <= limit else {
      throw .query
    }
    return number
  }

  func end() throws(SyncError) {
    guard left.isEmpty else { throw .query }
  }
}
