// The value of a field: the part of JSON that events use. Protocols/event.md §3.

/// A JSON value without fractions. `null` clears a field. The members of an object are kept in
/// ascending byte order of their names, which is also the order of the canonical text.
package enum FieldValue: Sendable, Hashable {
  case null
  case bool(Bool)
  case integer(Int64)
  case string(String)
  case array([FieldValue])
  case object([Member])

  /// One member of an object.
  package struct Member: Sendable, Hashable {
    /// The name.
    package let name: String
    /// The value.
    package let value: FieldValue

    /// A member of that name and value.
    package init(name: String, value: FieldValue) {
      self.name = name
      self.value = value
    }

    /// Equal by bytes, as values are.
    package static func == (a: Member, b: Member) -> Bool {
      a.name.utf8.elementsEqual(b.name.utf8) && a.value == b.value
    }
  }

  /// Equal if the canonical texts are. Swift's own comparison of strings takes two spellings of one
  /// accented letter for the same; the bytes differ, and so do the hashes of the lines.
  package static func == (a: FieldValue, b: FieldValue) -> Bool {
    switch (a, b) {
    case (.null, .null): true
    case (.bool(let a), .bool(let b)): a == b
    case (.integer(let a), .integer(let b)): a == b
    case (.string(let a), .string(let b)): a.utf8.elementsEqual(b.utf8)
    case (.array(let a), .array(let b)): a == b
    case (.object(let a), .object(let b)): a == b
    default: false
    }
  }

  /// Integers that every JSON reader keeps exactly: ±(2^53 - 1) (RFC 8259 §6).
  package static let integerRange: ClosedRange<Int64> =
    -9_007_199_254_740_991...9_007_199_254_740_991
  /// Values of the catalogue have two levels; eight bound the recursion of a reader.
  package static let maximumDepth = 8

  /// An object with its members in canonical order. Of two members of one name the later counts.
  package static func object(sorting members: [(String, FieldValue)]) -> FieldValue {
    // By bytes: a dictionary would take two spellings of one accented letter for the same name.
    var byName: [[UInt8]: Member] = [:]
    for (name, value) in members { byName[Array(name.utf8)] = Member(name: name, value: value) }
    return .object(byName.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value))
  }

  /// The text of a string; nil for any other value.
  package var text: String? { if case .string(let text) = self { text } else { nil } }

  /// The number of an integer; nil for any other value.
  package var number: Int64? { if case .integer(let number) = self { number } else { nil } }

  /// The truth of a boolean; nil for any other value.
  package var truth: Bool? { if case .bool(let truth) = self { truth } else { nil } }

  /// The elements of an array; nil for any other value.
  package var elements: [FieldValue]? { if case .array(let all) = self { all } else { nil } }

  /// The member of that name; nil where there is none or the value is no object.
  package subscript(name: String) -> FieldValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
  }

  /// The canonical text.
  package var canonicalText: String {
    var writer = CanonicalWriter()
    writer.value(self)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  /// Reads a canonical text; an error says where and why it is none.
  package init(canonical text: [UInt8]) throws(EventError) {
    guard (try? UTF8Span(validating: text.span)) != nil else {
      throw EventError.badUTF8(in: text.span)
    }
    var scanner = CanonicalScanner(line: 1, from: 0, to: text.count)
    self = try scanner.value(in: text.span, depth: 0)
    try scanner.expectEnd()
  }
}

/// A foreign value, read by Foundation's decoder off the hot path.
extension FieldValue: Decodable {
  /// Foundation reads 512 levels, which are more than the stack of a thread of Dispatch holds. No
  /// request puts a value deeper than a few levels, and the value itself has eight.
  private static let maximumForeignDepth = 32

  private struct Name: CodingKey {
    let stringValue: String
    let intValue: Int? = nil
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { return nil }
  }

  package init(from decoder: any Decoder) throws {
    guard decoder.codingPath.count <= FieldValue.maximumForeignDepth else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "nested too deeply"))
    }
    if let members = try? decoder.container(keyedBy: Name.self) {
      self = .object(
        sorting: try members.allKeys.map {
          ($0.stringValue, try members.decode(FieldValue.self, forKey: $0))
        })
    } else if var elements = try? decoder.unkeyedContainer() {
      var values: [FieldValue] = []
      while !elements.isAtEnd { values.append(try elements.decode(FieldValue.self)) }
      self = .array(values)
    } else {
      self = try FieldValue(single: try decoder.singleValueContainer())
    }
    // Counted from here and not by the coding path: the value may stand deep in a larger text.
    guard nests(within: FieldValue.maximumDepth) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "nested too deeply"))
    }
  }

  private func nests(within levels: Int) -> Bool {
    switch self {
    case .array(let elements): levels >= 0 && elements.allSatisfy { $0.nests(within: levels - 1) }
    case .object(let members):
      levels >= 0 && members.allSatisfy { $0.value.nests(within: levels - 1) }
    default: levels >= 0
    }
  }

  private init(single: any SingleValueDecodingContainer) throws {
    if single.decodeNil() {
      self = .null
    } else if let truth = try? single.decode(Bool.self) {
      self = .bool(truth)
    } else if let text = try? single.decode(String.self) {
      self = .string(text)
    } else if let number = try? single.decode(Int64.self),
      FieldValue.integerRange.contains(number)
    {
      self = .integer(number)
    } else {
      throw DecodingError.dataCorruptedError(
        in: single, debugDescription: "only whole numbers up to 2^53 - 1 are kept exactly")
    }
  }
}

extension FieldValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  package init(stringLiteral value: String) { self = .string(value) }
  package init(integerLiteral value: Int64) { self = .integer(value) }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  package init(arrayLiteral elements: FieldValue...) { self = .array(elements) }
  package init(dictionaryLiteral elements: (String, FieldValue)...) {
    self = .object(sorting: elements)
  }
}
