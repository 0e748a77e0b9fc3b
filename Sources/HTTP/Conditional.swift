// Conditional requests and byte ranges (RFC 9110 §13, §14) as functions that a route applies to
// its full response.

import Glibc

/// Strong entity tags (RFC 9110 §8.8.3).
package enum ETag {
  /// A strong tag of a text that names the bytes, such as their hash.
  package static func strong(_ text: String) -> String {
    precondition(
      text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x22 },
      "an entity tag holds visible ASCII without quotes: \(text)")
    return "\"\(text)\""
  }

  /// Whether a list of tags names this tag. Strong comparison takes no weak tag (§8.8.3.2).
  static func matches(_ list: String, _ tag: String?, strongly: Bool) -> Bool {
    if list == "*" { return tag != nil }
    guard let tag, !(strongly && tag.hasPrefix("W/")) else { return false }
    let opaque = tag.hasPrefix("W/") ? tag.dropFirst(2) : tag[...]
    var rest = list.utf8[...]
    while let quote = rest.firstIndex(of: UInt8(ascii: "\"")) {
      let isWeak = rest[..<quote].suffix(2).elementsEqual("W/".utf8)
      let inside = rest.index(after: quote)
      guard let end = rest[inside...].firstIndex(of: UInt8(ascii: "\"")) else { return false }
      let candidate = rest[quote...end]
      if candidate.elementsEqual(opaque.utf8), !(isWeak && strongly) { return true }
      rest = rest[rest.index(after: end)...]
    }
    return false
  }
}

extension Request {
  /// Evaluates the request's conditions in the order of RFC 9110 §13.2.2 against what is stored.
  ///
  /// - Parameters:
  ///   - etag: the current entity tag, `nil` where there is no representation.
  ///   - lastModified: the value of Last-Modified, where there is one.
  /// - Returns: 304 or 412 where the request must not go on, `nil` where it may.
  package func failedPrecondition(etag: String?, lastModified: String? = nil) -> Int? {
    let reads = method == "GET" || method == "HEAD"
    let modified = lastModified.flatMap(HTTPDate.seconds)
    if let wanted = headers.list("If-Match") {
      if !ETag.matches(wanted, etag, strongly: true) { return 412 }
    } else if let since = headers["If-Unmodified-Since"].flatMap(HTTPDate.seconds), let modified {
      if modified > since { return 412 }
    }
    if let known = headers.list("If-None-Match") {
      if ETag.matches(known, etag, strongly: false) { return reads ? 304 : 412 }
    } else if reads, let since = headers["If-Modified-Since"].flatMap(HTTPDate.seconds),
      let modified, modified <= since
    {
      return 304
    }
    return nil
  }
}

extension Response {
  /// The fields that a 304 must repeat (RFC 9110 §15.4.5).
  private static let keptBy304 = [
    "ETag", "Cache-Control", "Content-Location", "Expires", "Last-Modified", "Vary",
  ]

  /// Applies the request's conditions to a response of status 200 that bears ETag or
  /// Last-Modified: the response itself, or 304 or 412 in its place.
  package func conditional(to request: Request) -> Response {
    guard status == 200,
      let failed = request.failedPrecondition(
        etag: headers["ETag"], lastModified: headers["Last-Modified"])
    else { return self }
    var answer = Response.empty(failed)
    guard failed == 304 else { return answer }
    for name in Response.keptBy304 {
      for value in headers.values(for: name) { answer.headers.add(name, value) }
    }
    return answer
  }

  /// Applies the request's Range to a response of status 200 whose content is bytes or a file:
  /// 206 with the part, 416 where no part exists, or the whole. Several ranges give the whole,
  /// as RFC 9110 §14.2 allows.
  package func ranged(to request: Request) -> Response {
    guard status == 200, let count = body.count else { return self }
    let whole = with("Accept-Ranges", "bytes")
    guard request.method == "GET", let text = request.headers["Range"],
      holdsIfRange(request), let ranges = ByteRanges(text)
    else { return whole }
    let parts = ranges.resolve(count)
    guard let part = parts.first else {
      var answer = Response.empty(416)
      answer.headers.set("Content-Range", "bytes */\(count)")
      answer.headers.set("Accept-Ranges", "bytes")
      return answer
    }
    guard parts.count == 1 else { return whole }
    var answer = whole
    answer.status = 206
    answer.headers.set("Content-Range", "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(count)")
    switch body {
    case .bytes(let bytes): answer.body = .bytes(Array(bytes[part]))
    case .file(let slice): answer.body = .file(slice.part(part))
    case .empty, .stream: preconditionFailure("an empty body has no part, a stream no length")
    }
    return answer
  }

  /// If-Range takes a strong tag or the exact date (RFC 9110 §13.1.5).
  private func holdsIfRange(_ request: Request) -> Bool {
    guard let condition = request.headers["If-Range"] else { return true }
    if condition.hasPrefix("\"") || condition.hasPrefix("W/") {
      return condition != "*" && ETag.matches(condition, headers["ETag"], strongly: true)
    }
    return condition == headers["Last-Modified"]
  }
}

/// The value of a Range field with the unit bytes (RFC 9110 §14.1.2).
struct ByteRanges {
  private enum Spec {
    case from(Int, through: Int)
    case last(Int)
  }

  private var specs: [Spec] = []

  /// Most parts that are looked at; more are a waste and make the field void.
  private static let most = 16

  /// `nil` where the field is malformed or of another unit: it is then ignored (§14.2).
  init?(_ text: String) {
    guard let mark = text.firstIndex(of: "="), text[..<mark].lowercased() == "bytes" else {
      return nil
    }
    for part in text[text.index(after: mark)...].split(separator: ",") {
      let spec = part.utf8.filter { $0 != 0x20 && $0 != 9 }
      guard specs.count < ByteRanges.most, let dash = spec.firstIndex(of: UInt8(ascii: "-"))
      else { return nil }
      let first = spec[..<dash]
      let last = spec[(dash + 1)...]
      if first.isEmpty {
        guard let count = ByteRanges.number(last) else { return nil }
        specs.append(.last(count))
      } else {
        guard let start = ByteRanges.number(first) else { return nil }
        let end = last.isEmpty ? Int.max : ByteRanges.number(last)
        guard let end, start <= end else { return nil }
        specs.append(.from(start, through: end))
      }
    }
    if specs.isEmpty { return nil }
  }

  /// The satisfiable parts of a content of this length.
  func resolve(_ count: Int) -> [Range<Int>] {
    specs.compactMap { spec in
      switch spec {
      case .from(let start, let end):
        start < count ? start..<(Swift.min(end, count - 1) + 1) : nil
      case .last(let length):
        length > 0 && count > 0 ? Swift.max(0, count - length)..<count : nil
      }
    }
  }

  /// Digits only; what is larger than any content counts as the largest number.
  private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
    guard !digits.isEmpty else { return nil }
    var value = 0
    for digit in digits {
      guard (0x30...0x39).contains(digit) else { return nil }
      let (scaled, over) = value.multipliedReportingOverflow(by: 10)
      let (sum, overSum) = scaled.addingReportingOverflow(Int(digit - 0x30))
      value = over || overSum || value == Int.max ? Int.max : sum
    }
    return value
  }
}
