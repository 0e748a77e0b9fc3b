// The names of things: sites, items, dots. Protocols/event.md §2.

/// A publisher of the region: 1 to 16 of `a-z`, `0-9` and inner hyphens, in 16 bytes without a
/// reference, so that comparing and hashing a site never follows a pointer.
package struct SiteID: Sendable, Hashable, Comparable, CustomStringConvertible {
  private let high: UInt64
  private let low: UInt64

  /// Sixteen bytes fit in two words; the longest name of the region has sixteen.
  package static let maximumBytes = 16

  /// Nil if `text` is not a site id.
  package init?(_ text: String) {
    let bytes = Array(text.utf8)
    self.init(utf8: bytes.span)
  }

  init?(utf8 bytes: Span<UInt8>) {
    guard (1...SiteID.maximumBytes).contains(bytes.count) else { return nil }
    guard bytes[0] != 0x2d, bytes[bytes.count - 1] != 0x2d else { return nil }
    var words: [2 of UInt64] = [0, 0]
    for index in 0..<bytes.count {
      let byte = bytes[index]
      guard byte.isLowerAlphanumeric || byte == 0x2d else { return nil }
      words[index / 8] |= UInt64(byte) << UInt64(56 - index % 8 * 8)
    }
    high = words[0]
    low = words[1]
  }

  package var description: String { String(decoding: utf8, as: UTF8.self) }

  /// The bytes of the name.
  package var utf8: [UInt8] {
    var result: [UInt8] = []
    append(to: &result)
    return result
  }

  /// Appends the bytes of the name to `output`.
  func append(to output: inout [UInt8]) {
    output.appendBigEndian(high)
    output.appendBigEndian(low)
    while output.last == 0 { output.removeLast() }
  }

  /// By bytes, as everything that is sorted in a canonical text.
  package static func < (a: SiteID, b: SiteID) -> Bool {
    a.high != b.high ? a.high < b.high : a.low < b.low
  }
}

/// The address of one event: the `seq`-th of the line of `site`, counted from 1. Unique for ever.
package struct Dot: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The line.
  package let site: SiteID
  /// The number on the line, from 1 without gaps.
  package let seq: UInt64

  /// The largest number that every JSON reader keeps exactly (RFC 8259 §6).
  package static let maximumSeq = UInt64(FieldValue.integerRange.upperBound)

  /// The dot of the `seq`-th event of `site`.
  package init(_ site: SiteID, _ seq: UInt64) {
    self.site = site
    self.seq = seq
  }

  /// Reads `site:seq`; nil for anything else.
  package init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let site = SiteID(String(parts[0])) else { return nil }
    guard let seq = UInt64(parts[1]), (1...Dot.maximumSeq).contains(seq), String(seq) == parts[1]
    else { return nil }
    self.init(site, seq)
  }

  package var description: String { "\(site):\(seq)" }

  package static func < (a: Dot, b: Dot) -> Bool {
    a.site != b.site ? a.site < b.site : a.seq < b.seq
  }
}

/// The address of an item: `<site>-<random>`, where only that site's line can create it. The
/// random part has 8 to 16 of `a-z` and `0-9`. Kept without a reference, as a site is: items are
/// looked up and compared several times for each event.
package struct ItemID: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The bytes of the text, padded with zeros: the words compare as the texts do.
  private let words: (UInt64, UInt64, UInt64, UInt64, UInt64)

  /// Forty bits: a million items of one site meet by chance once in two lives of the Kreis, and
  /// the door refuses a second creation.
  package static let randomCharacters = 8
  /// The longest random part that a reader accepts.
  package static let maximumRandomCharacters = 16

  /// Nil if `text` is not an item id.
  package init?(_ text: String) {
    let bytes = Array(text.utf8)
    self.init(utf8: bytes.span)
  }

  init?(utf8 bytes: Span<UInt8>) {
    guard ItemID.siteLength(bytes) != nil else { return nil }
    func word(_ index: Int) -> UInt64 {
      var word: UInt64 = 0
      for place in index * 8..<index * 8 + 8 {
        word = word << 8 | (place < bytes.count ? UInt64(bytes[place]) : 0)
      }
      return word
    }
    words = (word(0), word(1), word(2), word(3), word(4))
  }

  /// A new address at `site`.
  package init(at site: SiteID, using random: inout some RandomNumberGenerator) {
    let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
    var bytes = site.utf8 + [0x2d]
    for _ in 0..<ItemID.randomCharacters {
      bytes.append(alphabet[Int(random.next(upperBound: UInt64(32)))])
    }
    // A site, a hyphen and so many letters and digits are an item id.
    self.init(utf8: bytes.span)!
  }

  package var description: String { String(decoding: utf8, as: UTF8.self) }

  /// The bytes of the text.
  package var utf8: [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(40)
    for word in [words.0, words.1, words.2, words.3, words.4] { result.appendBigEndian(word) }
    while result.last == 0 { result.removeLast() }
    return result
  }

  /// The only site whose line can create the item.
  package var site: SiteID {
    let bytes = utf8
    // Both were checked when the id was made.
    let length = ItemID.siteLength(bytes.span)!
    return SiteID(utf8: bytes.span.extracting(0..<length))!
  }

  package static func == (a: ItemID, b: ItemID) -> Bool { a.words == b.words }
  package static func < (a: ItemID, b: ItemID) -> Bool { a.words < b.words }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(words.0)
    hasher.combine(words.1)
    hasher.combine(words.2)
    hasher.combine(words.3)
  }

  private static func siteLength(_ bytes: Span<UInt8>) -> Int? {
    guard bytes.count <= SiteID.maximumBytes + 1 + maximumRandomCharacters else { return nil }
    var hyphen = bytes.count - 1
    while hyphen >= 0, bytes[hyphen] != 0x2d {
      guard bytes[hyphen].isLowerAlphanumeric else { return nil }
      hyphen -= 1
    }
    let random = bytes.count - hyphen - 1
    guard hyphen > 0, (randomCharacters...maximumRandomCharacters).contains(random) else {
      return nil
    }
    return SiteID(utf8: bytes.extracting(0..<hyphen)) == nil ? nil : hyphen
  }
}

extension UInt8 {
  @inline(__always) var isLowerAlphanumeric: Bool {
    (0x61...0x7a).contains(self) || (0x30...0x39).contains(self)
  }
}
