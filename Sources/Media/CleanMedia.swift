// The intake of a file: what it is, by its content alone, and what of it is kept.
// Protocols/media.md §2.
//
// Invariants
// - Cleaning again changes nothing: a node that gets the file from another can check that.
// - Nothing stands before the signature or behind the end of the format.

import Events

/// A file as it may be kept and shown: of one known type, well formed, without what a camera or a
/// program wrote about people and places.
package struct CleanMedia: Sendable {
  /// What it is.
  package let facts: MediaFacts
  /// Its bytes, which the hash names.
  package let bytes: [UInt8]

  /// Checks and cleans what was sent. Takes some milliseconds for a large file: not for event
  /// loops.
  ///
  /// - Throws: why the file is not taken.
  package init(_ sent: [UInt8]) throws(MediaError) {
    guard let type = MediaType(beginning: sent) else { throw .unknownType }
    let limit = type.isPicture ? MediaLimits.pictureBytes : MediaLimits.documentBytes
    guard sent.count <= limit else { throw .tooLarge(bytes: sent.count, limit: limit) }
    let (kept, size): ([UInt8], PixelSize?) =
      switch type {
      case .jpeg: try JPEGFile(sent).cleaned
      case .png: try PNGFile(sent).cleaned
      case .webp: try WebPFile(sent).cleaned
      case .avif: try AVIFFile(sent).cleaned
      case .pdf: (try PDFFile(sent).kept, nil)
      }
    guard kept.count <= limit else { throw .tooLarge(bytes: kept.count, limit: limit) }
    precondition(MediaType(beginning: kept) == type, "cleaning keeps the type")
    bytes = kept
    facts = MediaFacts(
      hash: SHA256.hash(kept), type: type, bytes: kept.count, size: try size?.checked())
  }
}

/// Numbers and texts at a place of a file; nil where the file ends before.
extension [UInt8] {
  func big16(_ index: Int) -> Int? {
    guard index >= 0, index + 2 <= count else { return nil }
    return Int(self[index]) << 8 | Int(self[index + 1])
  }

  func big32(_ index: Int) -> Int? {
    guard let high = big16(index), let low = big16(index + 2) else { return nil }
    return high << 16 | low
  }

  func little16(_ index: Int) -> Int? {
    guard index >= 0, index + 2 <= count else { return nil }
    return Int(self[index]) | Int(self[index + 1]) << 8
  }

  func little24(_ index: Int) -> Int? {
    guard let low = little16(index), index + 3 <= count else { return nil }
    return low | Int(self[index + 2]) << 16
  }

  func little32(_ index: Int) -> Int? {
    guard let low = little16(index), let high = little16(index + 2) else { return nil }
    return low | high << 16
  }

  /// True if the text stands at that place.
  func holds(_ text: String, at index: Int) -> Bool {
    let bytes = text.utf8
    return index >= 0 && index + bytes.count <= count
      && self[index..<(index + bytes.count)].elementsEqual(bytes)
  }

  /// The four bytes of the name of a chunk or box; nil where the file ends before.
  func name(_ index: Int) -> String? {
    guard index >= 0, index + 4 <= count else { return nil }
    return String(decoding: self[index..<(index + 4)], as: UTF8.self)
  }

  mutating func append(big16 number: Int) {
    append(UInt8(truncatingIfNeeded: number >> 8))
    append(UInt8(truncatingIfNeeded: number))
  }

  mutating func append(little32 number: Int) {
    for shift in [0, 8, 16, 24] { append(UInt8(truncatingIfNeeded: number >> shift)) }
  }
}
