// Forms with files: multipart/form-data (RFC 7578; RFC 2046 §5.1), bounded.

/// Decodes the parts of a form with files.
package enum Multipart {
  /// One field of a form.
  package struct Part: Sendable, Equatable {
    /// The name of the field.
    package var name: String
    /// What the client calls the file; nil for a field without one. Never a path to be opened.
    package var fileName: String?
    /// The content: a part of the request's body.
    package var content: ArraySlice<UInt8>
  }

  /// Most parts of a form: the largest has a file and some texts.
  package static let mostParts = 100
  /// Longest header section of a part: a name and a name of a file fit ten times.
  package static let headerBytes = 4_096
  /// RFC 2046 §5.1.1.
  private static let boundaryBytes = 70

  /// Why a form cannot be read: an answer of status 400.
  package enum MultipartError: Error, Sendable, Equatable {
    /// The content type tells no usable boundary.
    case noBoundary
    /// The body ends before its last boundary.
    case truncated
    case tooManyParts
    case headerTooLarge
    /// A part does not say that it is a field of a form, or says so twice.
    case malformedHeader
    /// A part is encoded, which RFC 7578 §4.7 deprecates.
    case encoded
    case notUTF8
  }

  /// True for a content type that says multipart/form-data.
  package static func isForm(_ contentType: String?) -> Bool {
    let type = contentType?.prefix { $0 != ";" && $0 != " " }
    return type?.lowercased() == "multipart/form-data"
  }

  /// The parts of a body in their order.
  ///
  /// - Parameter contentType: the request's field, which names the boundary.
  package static func decode(
    _ body: [UInt8], contentType: String
  ) throws(MultipartError) -> [Part] {
    guard isForm(contentType), let boundary = parameter("boundary", of: contentType),
      (1...boundaryBytes).contains(boundary.utf8.count),
      boundary.utf8.allSatisfy({ (0x20...0x7e).contains($0) }), boundary.last != " "
    else { throw .noBoundary }
    let delimiter = [13, 10] + Array("--\(boundary)".utf8)
    // The first boundary may stand at the very beginning, without the line end before it.
    var index = body.starts(with: delimiter.dropFirst(2)) ? delimiter.count - 2 : nil
    if index == nil { index = find(delimiter, in: body, from: 0).map { $0 + delimiter.count } }
    guard var index else { throw .truncated }
    var parts: [Part] = []
    while true {
      if starts(body, index, with: "--") { return parts }
      try skipLineEnd(body, &index)
      guard parts.count < mostParts else { throw .tooManyParts }
      let (header, start) = try header(of: body, at: index)
      // An empty content has its line end at once: the header's own last one counts.
      guard let end = find(delimiter, in: body, from: start - 2) else { throw .truncated }
      parts.append(try part(header, body[min(start, end)..<end]))
      index = end + delimiter.count
    }
  }

  // MARK: - Bytes

  /// Spaces and tabs may follow a boundary (RFC 2046 §5.1.1), then a line end.
  private static func skipLineEnd(_ body: [UInt8], _ index: inout Int) throws(MultipartError) {
    while index < body.count, body[index] == 0x20 || body[index] == 9 { index += 1 }
    guard index + 1 < body.count else { throw .truncated }
    guard body[index] == 13, body[index + 1] == 10 else { throw .malformedHeader }
    index += 2
  }

  private static func starts(_ body: [UInt8], _ index: Int, with text: String) -> Bool {
    index + text.utf8.count <= body.count && body[index...].starts(with: text.utf8)
  }

  /// The first place of a delimiter at or behind an index. Its first byte, CR, is rare enough.
  private static func find(_ delimiter: [UInt8], in body: [UInt8], from start: Int) -> Int? {
    let span = body.span
    var index = max(0, start)
    while index + delimiter.count <= body.count, let next = span.index(of: 13, from: index) {
      guard next + delimiter.count <= body.count else { return nil }
      if body[next..<(next + delimiter.count)].elementsEqual(delimiter) { return next }
      index = next + 1
    }
    return nil
  }

  // MARK: - Header

  /// The lines of a part's header, and where its content begins.
  private static func header(
    of body: [UInt8], at start: Int
  ) throws(MultipartError) -> ([String], Int) {
    var lines: [String] = []
    var index = start
    while true {
      let window = body[index..<min(body.count, start + headerBytes)]
      guard let end = window.indices.first(where: { starts(body, $0, with: "\r\n") }) else {
        throw window.endIndex == body.count ? .truncated : .headerTooLarge
      }
      guard let line = String(validating: body[index..<end], as: UTF8.self) else {
        throw .notUTF8
      }
      index = end + 2
      if line.isEmpty { return (lines, index) }
      lines.append(line)
    }
  }

  private static func part(
    _ header: [String], _ content: ArraySlice<UInt8>
  ) throws(MultipartError) -> Part {
    var disposition: String?
    for line in header {
      guard let colon = line.firstIndex(of: ":") else { throw .malformedHeader }
      let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
      switch line[..<colon].lowercased() {
      case "content-disposition":
        guard disposition == nil else { throw .malformedHeader }
        disposition = String(value)
      case "content-transfer-encoding":
        guard ["binary", "8bit", "7bit"].contains(value.lowercased()) else { throw .encoded }
      // The type of a part is the client's guess; whoever takes a file looks at its content.
      default: break
      }
    }
    guard let disposition, disposition.lowercased().hasPrefix("form-data"),
      let name = parameter("name", of: disposition)
    else { throw .malformedHeader }
    // RFC 7578 §4.2: `filename*` is not used here.
    return Part(
      name: name, fileName: parameter("filename", of: disposition), content: content)
  }

  /// A parameter behind `;`: a token or a quoted text, in which a backslash quotes the next quote
  /// (RFC 7578 §2 and WHATWG HTML §4.10.22.8, where browsers write %22).
  static func parameter(_ name: String, of value: String) -> String? {
    let bytes = Array(value.utf8)
    var index = bytes.firstIndex(of: UInt8(ascii: ";")) ?? bytes.count
    while index < bytes.count {
      index += 1
      while index < bytes.count, bytes[index] == 0x20 || bytes[index] == 9 { index += 1 }
      let start = index
      while index < bytes.count, ![UInt8(ascii: "="), UInt8(ascii: ";")].contains(bytes[index]) {
        index += 1
      }
      let found = bytes[start..<index]
      guard index < bytes.count, bytes[index] == UInt8(ascii: "=") else { continue }
      index += 1
      let text = text(bytes, &index)
      if found.elementsEqual(name.utf8, by: equalIgnoringCase) {
        return text.flatMap { String(validating: $0, as: UTF8.self) }
      }
      while index < bytes.count, bytes[index] != UInt8(ascii: ";") { index += 1 }
    }
    return nil
  }

  /// A token or a quoted text; nil for one whose last quote is missing.
  private static func text(_ bytes: [UInt8], _ index: inout Int) -> [UInt8]? {
    let quote = UInt8(ascii: "\"")
    guard index < bytes.count, bytes[index] == quote else {
      let start = index
      while index < bytes.count, bytes[index] != UInt8(ascii: ";"), bytes[index] != 0x20 {
        index += 1
      }
      return Array(bytes[start..<index])
    }
    index += 1
    var text: [UInt8] = []
    while index < bytes.count {
      if bytes[index] == quote {
        index += 1
        return text
      }
      let isQuoted =
        bytes[index] == UInt8(ascii: "\\") && index + 1 < bytes.count && bytes[index + 1] == quote
      if isQuoted { index += 1 }
      text.append(bytes[index])
      index += 1
    }
    return nil
  }
}
