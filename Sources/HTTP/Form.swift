// Forms and queries: application/x-www-form-urlencoded (WHATWG URL §5.1), bounded.

/// Decodes the pairs of a form or a query.
package enum Form {
  /// Most pairs that are read. The desk's largest form has about 60 fields.
  package static let mostItems = 1_000

  /// Why a form cannot be read.
  package enum FormError: Error, Sendable, Equatable {
    case tooManyItems
    case malformedEscape
    case notUTF8
  }

  /// The pairs of a form's body in their order.
  ///
  /// - Throws: what is wrong with it: an answer of status 400.
  package static func decode(_ body: [UInt8]) throws(FormError) -> [QueryItem] {
    var items: [QueryItem] = []
    for pair in body.split(separator: UInt8(ascii: "&"), maxSplits: mostItems) {
      guard items.count < mostItems else { throw .tooManyItems }
      let (name, value) = parts(pair)
      items.append(QueryItem(name: try decode(name), value: try decode(value)))
    }
    return items
  }

  /// The pairs of a query; what is broken stays as it was sent, what is too much is left out.
  static func decodeLeniently(_ text: Substring.UTF8View) -> [QueryItem] {
    let pairs = Array(text).split(separator: UInt8(ascii: "&"), maxSplits: mostItems)
    return pairs.prefix(mostItems).map { pair in
      let (name, value) = parts(pair)
      return QueryItem(name: lenient(name), value: lenient(value))
    }
  }

  private static func parts(_ pair: ArraySlice<UInt8>) -> (ArraySlice<UInt8>, ArraySlice<UInt8>) {
    guard let mark = pair.firstIndex(of: UInt8(ascii: "=")) else { return (pair, []) }
    return (pair[..<mark], pair[(mark + 1)...])
  }

  private static func lenient(_ text: ArraySlice<UInt8>) -> String {
    (try? decode(text)) ?? String(decoding: text, as: UTF8.self)
  }

  private static func decode(_ text: ArraySlice<UInt8>) throws(FormError) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    var index = text.startIndex
    while index < text.endIndex {
      let byte = text[index]
      index += 1
      switch byte {
      case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
      case UInt8(ascii: "%"):
        guard text.endIndex - index >= 2, let high = hexDigit(text[index]),
          let low = hexDigit(text[index + 1])
        else { throw .malformedEscape }
        bytes.append(high << 4 | low)
        index += 2
      default: bytes.append(byte)
      }
    }
    guard let decoded = String(validating: bytes, as: UTF8.self) else { throw .notUTF8 }
    return decoded
  }
}
