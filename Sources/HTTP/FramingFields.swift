// The fields that say where a request ends and whether another may follow (RFC 9112 §6, §9;
// RFC 9110 §7.2, §10.1.1). What they leave open is refused: this is where smuggling begins.

import Glibc

/// What the framing fields of one header section said.
struct FramingFields: Sendable {
  private var length: Int?
  private var hasCoding = false
  private var chunkedCount = 0
  private var otherCodings = 0
  private var lastIsChunked = false
  private var closes = false
  private var keepsAlive = false
  private var expectation: Expectation?

  private enum Expectation { case proceed, unknown }

  /// Notes one field where it matters here.
  mutating func note(
    _ input: Span<UInt8>, _ name: Range<Int>, _ value: Range<Int>, _ head: inout RequestHead
  ) throws(Refusal) {
    // The length of the name parts most fields from the few that matter.
    switch name.count {
    case 4 where input.equals(name, "host"):
      head.hostCount += 1
      head.host = input.text(value)
    case 6 where input.equals(name, "expect"):
      expectation = input.equals(value, "100-continue") ? .proceed : .unknown
    case 10 where input.equals(name, "connection"):
      input.forEachElement(value) { element in
        if input.equals(element, "close") { closes = true }
        if input.equals(element, "keep-alive") { keepsAlive = true }
      }
    case 14 where input.equals(name, "content-length"):
      // RFC 9112 §6.3 lets equal lengths pass; two readers may still take different ones.
      guard length == nil else { throw .repeatedContentLength }
      length = try FramingFields.number(input, value)
    case 17 where input.equals(name, "transfer-encoding"):
      hasCoding = true
      input.forEachElement(value) { element in
        lastIsChunked = input.equals(element, "chunked")
        if lastIsChunked { chunkedCount += 1 } else { otherCodings += 1 }
      }
    default: break
    }
  }

  /// Decides on the framing once all fields are known.
  func settle(_ head: inout RequestHead) throws(Refusal) {
    if hasCoding {
      // RFC 9112 §6.1: faulty framing in HTTP/1.0.
      guard head.minorVersion >= 1 else { throw .codingInOldVersion }
      guard length == nil else { throw .lengthAndCoding }
      // RFC 9112 §6.3: without chunked at the end the length is unknown; §7.1: once only.
      guard lastIsChunked, chunkedCount == 1 else { throw .chunkedIsNotLast }
      guard otherCodings == 0 else { throw .unknownCoding }
      head.body = .chunked
    } else {
      head.body = .length(length ?? 0)
    }
    head.keepsAlive = !closes && (head.minorVersion >= 1 || keepsAlive)
    // RFC 9110 §10.1.1: an expectation in HTTP/1.0 is ignored.
    if let expectation, head.minorVersion >= 1 {
      guard expectation == .proceed else { throw .unknownExpectation }
      head.expectsContinue = head.body != .length(0)
    }
  }

  /// Digits only: no sign, no list, no blanks inside.
  private static func number(
    _ input: Span<UInt8>, _ range: Range<Int>
  ) throws(Refusal) -> Int {
    guard !range.isEmpty else { throw .malformedContentLength }
    var number = 0
    for index in range {
      let byte = input[index]
      guard (0x30...0x39).contains(byte) else { throw .malformedContentLength }
      let (scaled, over) = number.multipliedReportingOverflow(by: 10)
      let (sum, overSum) = scaled.addingReportingOverflow(Int(byte - 0x30))
      guard !over, !overSum else { throw .malformedContentLength }
      number = sum
    }
    return number
  }
}

extension Span<UInt8> {
  /// The first place of a byte at or after an index.
  func index(of byte: UInt8, from start: Int) -> Int? {
    precondition(start >= 0 && start <= count, "a search begins inside the bytes")
    return withUnsafeBufferPointer { buffer in
      // The pointer is used inside this closure only, and the length ends at the span's end.
      guard let base = buffer.baseAddress,
        let found = memchr(base + start, Int32(byte), buffer.count - start)
      else { return nil }
      return UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }
  }

  /// The text of a range; what is not UTF-8 becomes U+FFFD.
  func text(_ range: Range<Int>) -> String {
    extracting(range).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
  }

  /// A copy of a range.
  func bytes(_ range: Range<Int>) -> [UInt8] {
    extracting(range).withUnsafeBufferPointer { Array($0) }
  }

  /// Copies a range to the end of an array.
  func append(_ range: Range<Int>, to bytes: inout [UInt8]) {
    guard !range.isEmpty else { return }
    extracting(range).withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
  }

  /// Whether a range is this text of ASCII, whatever the case of its letters.
  func equals(_ range: Range<Int>, _ text: StaticString) -> Bool {
    guard range.count == text.utf8CodeUnitCount else { return false }
    for offset in 0..<range.count
    where !equalIgnoringCase(self[range.lowerBound + offset], text.utf8Start[offset]) {
      return false
    }
    return true
  }

  /// Visits the elements of a list (RFC 9110 §5.6.1); empty ones are skipped.
  func forEachElement(_ range: Range<Int>, _ body: (Range<Int>) -> Void) {
    var start = range.lowerBound
    while start < range.upperBound {
      var end = start
      while end < range.upperBound, self[end] != UInt8(ascii: ",") { end += 1 }
      let next = end + 1
      while start < end, self[start] == 0x20 || self[start] == 9 { start += 1 }
      while end > start, self[end - 1] == 0x20 || self[end - 1] == 9 { end -= 1 }
      if start < end { body(start..<end) }
      start = next
    }
  }
}
