// The fields of a message (RFC 9110 §5): ordered, looked up without regard to case.
//
// They are kept as the bytes of the wire plus positions: a request's fields are one copy of what
// arrived, a response's fields go out as one copy, and a string is made only for what is asked for.
//
// Invariants:
// - `block` is a sequence of lines `name ":" OWS value OWS CRLF`; no value holds CR, LF or NUL.
// - `fields` lists the lines in their order with positions inside `block`.

/// An ordered list of header fields.
package struct Headers: Sendable {
  /// Where one field stands in the block.
  struct Field: Sendable {
    var start: UInt32
    var nameEnd: UInt32
    var valueStart: UInt32
    var valueEnd: UInt32

    var name: Range<Int> { Int(start)..<Int(nameEnd) }
    var value: Range<Int> { Int(valueStart)..<Int(valueEnd) }
  }

  /// The lines as they stand on the wire, without the empty line that ends them.
  private(set) var block: [UInt8]
  private(set) var fields: [Field]

  /// No fields.
  package init() {
    block = []
    fields = []
  }

  /// What the parser found: a copy of the checked lines.
  init(block: [UInt8], fields: [Field]) {
    self.block = block
    self.fields = fields
  }

  /// The number of fields.
  package var count: Int { fields.count }

  /// The value of the first field of this name, `nil` where there is none.
  package subscript(name: String) -> String? {
    for field in fields where matches(field, name) { return text(field.value) }
    return nil
  }

  /// The values of all fields of this name, in their order.
  package func values(for name: String) -> [String] {
    fields.filter { matches($0, name) }.map { text($0.value) }
  }

  /// All values of a list field as one (RFC 9110 §5.3), `nil` where there is none.
  package func list(_ name: String) -> String? {
    guard contains(name) else { return nil }
    return values(for: name).joined(separator: ", ")
  }

  /// Whether there is a field of this name.
  package func contains(_ name: String) -> Bool {
    fields.contains { matches($0, name) }
  }

  /// All fields in their order.
  package var all: [(name: String, value: String)] {
    fields.map { (text($0.name), text($0.value)) }
  }

  /// Adds a field at the end. Controls in the value, which could forge a line, become spaces.
  package mutating func add(_ name: String, _ value: String) {
    precondition(
      !name.isEmpty && name.utf8.allSatisfy(isTokenByte), "a field name is a token: \(name)")
    let start = block.count
    block.append(contentsOf: name.utf8)
    let nameEnd = block.count
    block.append(UInt8(ascii: ":"))
    block.append(UInt8(ascii: " "))
    let valueStart = block.count
    for byte in value.utf8 {
      block.append(isControlByte(byte) && byte != 9 ? UInt8(ascii: " ") : byte)
    }
    let valueEnd = block.count
    block.append(13)
    block.append(10)
    fields.append(
      Field(
        start: UInt32(start), nameEnd: UInt32(nameEnd), valueStart: UInt32(valueStart),
        valueEnd: UInt32(valueEnd)))
  }

  /// Puts one field in the place of all fields of this name.
  package mutating func set(_ name: String, _ value: String) {
    remove(name)
    add(name, value)
  }

  /// Takes away all fields of this name.
  package mutating func remove(_ name: String) {
    guard contains(name) else { return }
    let kept = all.filter { !$0.name.utf8.elementsEqual(name.utf8, by: equalIgnoringCase) }
    self = Headers()
    for field in kept { add(field.name, field.value) }
  }

  private func text(_ range: Range<Int>) -> String {
    String(decoding: block[range], as: UTF8.self)
  }

  private func matches(_ field: Field, _ name: String) -> Bool {
    var index = Int(field.start)
    guard Int(field.nameEnd) - index == name.utf8.count else { return false }
    for byte in name.utf8 {
      guard equalIgnoringCase(byte, block[index]) else { return false }
      index += 1
    }
    return true
  }
}
