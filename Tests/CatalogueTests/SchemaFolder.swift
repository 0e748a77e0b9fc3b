// Judges a value by the JSON Schemas of Protocols/schemas: the keywords of JSON Schema 2020-12 that
// stand there. Any other keyword is an error, so that none is passed over.

import Events
import Foundation

/// The documents of the folder.
final class SchemaFolder: Sendable {
  /// A keyword or a reference that is not understood here.
  struct Unknown: Error {
    let what: String
  }

  static let shared = SchemaFolder()

  /// The text of each document by its file's name.
  private let texts: [String: Data]

  private init() {
    let folder = VectorFile.protocols.appendingPathComponent("schemas")
    var texts: [String: Data] = [:]
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [] {
      texts[name] = try? Data(contentsOf: folder.appendingPathComponent(name))
    }
    self.texts = texts
  }

  func document(_ name: String) throws -> [String: Any] {
    guard let text = texts[name],
      let object = try JSONSerialization.jsonObject(with: text) as? [String: Any]
    else { throw Unknown(what: name) }
    return object
  }

  /// True if the document, or the part of it behind a `#`, accepts the value.
  func accepts(_ value: FieldValue, file reference: String) throws -> Bool {
    try accepts(value, ["$ref": reference], in: "")
  }

  /// True if a schema of a document accepts the value.
  func accepts(_ value: FieldValue, _ schema: Any, in file: String) throws -> Bool {
    if let truth = schema as? Bool { return truth }
    guard let schema = schema as? [String: Any] else { throw Unknown(what: "\(schema)") }
    for (keyword, operand) in schema {
      guard try keeps(value, keyword, operand, schema, file) else { return false }
    }
    return true
  }

  private func keeps(
    _ value: FieldValue, _ keyword: String, _ operand: Any, _ schema: [String: Any], _ file: String
  ) throws -> Bool {
    switch keyword {
    case "$schema", "$id", "$defs", "title", "description": return true
    case "$ref": return try follow("\(operand)", file) { try accepts(value, $0, in: $1) }
    case "type": return type(of: value, is: "\(operand)")
    case "const": return value == Self.value(operand)
    case "enum": return (operand as? [Any] ?? []).contains { value == Self.value($0) }
    case "allOf": return try list(operand).allSatisfy { try accepts(value, $0, in: file) }
    case "anyOf": return try list(operand).contains { try accepts(value, $0, in: file) }
    case "oneOf": return try list(operand).filter { try accepts(value, $0, in: file) }.count == 1
    case "not": return try !accepts(value, operand, in: file)
    default: break
    }
    switch value {
    case .string(let text): return try keeps(text, keyword, operand)
    case .integer(let number): return try keeps(number, keyword, operand)
    case .array(let elements): return try keeps(elements, keyword, operand, file)
    case .object(let members): return try keeps(members, keyword, operand, schema, file)
    case .null, .bool: return try isOfOtherType(keyword)
    }
  }

  // MARK: - By type

  private func keeps(_ text: String, _ keyword: String, _ operand: Any) throws -> Bool {
    switch keyword {
    case "pattern": return try matches(text, "\(operand)")
    case "maxLength": return text.unicodeScalars.count <= operand as? Int ?? 0
    default: return try isOfOtherType(keyword)
    }
  }

  private func keeps(_ number: Int64, _ keyword: String, _ operand: Any) throws -> Bool {
    switch keyword {
    case "minimum": return number >= operand as? Int ?? 0
    case "maximum": return number <= operand as? Int ?? 0
    default: return try isOfOtherType(keyword)
    }
  }

  private func keeps(
    _ elements: [FieldValue], _ keyword: String, _ operand: Any, _ file: String
  ) throws -> Bool {
    switch keyword {
    case "items": return try elements.allSatisfy { try accepts($0, operand, in: file) }
    case "minItems": return elements.count >= operand as? Int ?? 0
    case "maxItems": return elements.count <= operand as? Int ?? 0
    case "uniqueItems": return Set(elements).count == elements.count
    default: return try isOfOtherType(keyword)
    }
  }

  private func keeps(
    _ members: [FieldValue.Member], _ keyword: String, _ operand: Any, _ schema: [String: Any],
    _ file: String
  ) throws -> Bool {
    let names = members.map(\.name)
    let parts = operand as? [String: Any] ?? [:]
    switch keyword {
    case "required": return (operand as? [String] ?? []).allSatisfy(names.contains)
    case "dependentRequired":
      return parts.allSatisfy { name, others in
        !names.contains(name) || (others as? [String] ?? []).allSatisfy(names.contains)
      }
    case "propertyNames":
      return try names.allSatisfy { try accepts(.string($0), operand, in: file) }
    case "properties":
      return try members.allSatisfy { member in
        try parts[member.name].map { try accepts(member.value, $0, in: file) } ?? true
      }
    case "patternProperties":
      return try members.allSatisfy { member in
        try parts.allSatisfy { pattern, part in
          try !matches(member.name, pattern) || accepts(member.value, part, in: file)
        }
      }
    case "additionalProperties":
      let known = schema["properties"] as? [String: Any] ?? [:]
      guard operand as? Bool == false else { throw Unknown(what: keyword) }
      return names.allSatisfy { known[$0] != nil }
    default: return try isOfOtherType(keyword)
    }
  }

  private static let typed: Set<String> = [
    "pattern", "maxLength", "minimum", "maximum", "items", "minItems", "maxItems", "uniqueItems",
    "required", "dependentRequired", "propertyNames", "properties", "patternProperties",
    "additionalProperties",
  ]

  /// A keyword of another type says nothing of a value.
  private func isOfOtherType(_ keyword: String) throws -> Bool {
    guard Self.typed.contains(keyword) else { throw Unknown(what: keyword) }
    return true
  }

  // MARK: - Parts

  private func follow(
    _ reference: String, _ file: String, _ judge: (Any, String) throws -> Bool
  ) throws -> Bool {
    let halves = reference.split(separator: "#", omittingEmptySubsequences: false)
    let name = halves[0].isEmpty ? file : String(halves[0])
    var part: Any = try document(name)
    for key in halves.dropFirst().joined().split(separator: "/") {
      guard let next = (part as? [String: Any])?[String(key)] else {
        throw Unknown(what: reference)
      }
      part = next
    }
    return try judge(part, name)
  }

  private func list(_ operand: Any) throws -> [Any] {
    guard let list = operand as? [Any] else { throw Unknown(what: "\(operand)") }
    return list
  }

  private func matches(_ text: String, _ pattern: String) throws -> Bool {
    let regex = try NSRegularExpression(pattern: pattern)
    let range = NSRange(text.startIndex..<text.endIndex, in: text)
    return regex.firstMatch(in: text, range: range) != nil
  }

  private func type(of value: FieldValue, is name: String) -> Bool {
    switch value {
    case .null: name == "null"
    case .bool: name == "boolean"
    case .integer: name == "integer" || name == "number"
    case .string: name == "string"
    case .array: name == "array"
    case .object: name == "object"
    }
  }

  /// Codes and truths are all that `const` and `enum` hold here.
  private static func value(_ operand: Any) -> FieldValue? {
    if let text = operand as? String { return .string(text) }
    return (operand as? Bool).map { .bool($0) }
  }
}
