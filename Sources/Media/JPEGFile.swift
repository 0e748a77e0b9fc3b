// JPEG (ITU-T T.81 Annex B; JFIF; Exif 2.3): its segments, and which of them are kept.
//
// Kept is what a decoder needs: frames, tables, scans, JFIF without its thumbnail, the colour
// profile, Adobe's colour transform. Exif and XMP (place, time, camera, thumbnail), IPTC, comments
// and all else go. Of Exif the orientation stays, in an Exif segment of its own, or pictures that
// were taken upright would lie.

/// The segments of one JPEG file.
struct JPEGFile {
  static let signature: [UInt8] = [0xff, 0xd8, 0xff]

  private let bytes: [UInt8]
  /// What is kept, in order, as ranges of `bytes`.
  private var kept: [Range<Int>] = []
  private var jfif: Range<Int>?
  private var size: PixelSize?
  private var orientation = 1
  private var scans = 0

  private static let exifHeader = Array("Exif\0\0".utf8)
  private static let profileHeader = Array("ICC_PROFILE\0".utf8)

  init(_ bytes: [UInt8]) throws(MediaError) {
    self.bytes = bytes
    try walk()
    guard size != nil, scans > 0 else { throw .malformed(.jpeg, at: bytes.count) }
  }

  var cleaned: ([UInt8], PixelSize?) {
    var output: [UInt8] = [0xff, 0xd8]
    if let jfif {
      // Sixteen bytes behind the marker's two: without a thumbnail.
      output += [0xff, 0xe0, 0, 16]
      output += bytes[(jfif.lowerBound + 4)..<(jfif.lowerBound + 16)] + [0, 0]
    }
    if orientation != 1 { output += JPEGFile.exif(orientation) }
    for range in kept { output += bytes[range] }
    output += [0xff, 0xd9]
    // Orientations 5 to 8 lay the picture on its side.
    return (output, orientation >= 5 ? size?.turned : size)
  }

  /// An Exif segment that tells the orientation and nothing else.
  private static func exif(_ orientation: Int) -> [UInt8] {
    var body = exifHeader + Array("MM".utf8)
    // TIFF's mark, the first directory at 8, one entry: tag 0x0112, SHORT, one value, no next.
    body += [0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1]
    body.append(big16: orientation)
    body += [0, 0, 0, 0, 0, 0]
    var segment: [UInt8] = [0xff, 0xe1]
    segment.append(big16: body.count + 2)
    return segment + body
  }

  // MARK: - Segments

  private mutating func walk() throws(MediaError) {
    var index = 2
    for _ in 0..<MediaLimits.parts {
      guard index + 1 < bytes.count else { throw .truncated(.jpeg) }
      guard bytes[index] == 0xff else { throw .malformed(.jpeg, at: index) }
      let marker = bytes[index + 1]
      switch marker {
      case 0xff: index += 1  // A fill byte (B.1.1.2).
      case 0xd9: return  // The end; what follows is left out.
      case 0x00, 0x01, 0xd0...0xd8: throw .malformed(.jpeg, at: index)
      default:
        guard let length = bytes.big16(index + 2) else { throw .truncated(.jpeg) }
        guard length >= 2 else { throw .malformed(.jpeg, at: index) }
        let end = index + 2 + length
        guard end <= bytes.count else { throw .truncated(.jpeg) }
        try take(marker, index..<end)
        index = end
        if marker == 0xda {
          index = try scanEnd(from: end)
          kept.append(end..<index)
        }
      }
    }
    throw .malformed(.jpeg, at: index)
  }

  private mutating func take(_ marker: UInt8, _ range: Range<Int>) throws(MediaError) {
    let body = range.lowerBound + 4
    switch marker {
    case 0xc4, 0xcc, 0xdb, 0xdd: kept.append(range)
    case 0xc0...0xcf where marker != 0xc8:
      guard size == nil, range.count >= 10, let height = bytes.big16(body + 1),
        let width = bytes.big16(body + 3)
      else { throw .malformed(.jpeg, at: range.lowerBound) }
      size = PixelSize(width: width, height: height)
      kept.append(range)
    case 0xda:
      scans += 1
      guard size != nil, scans <= MediaLimits.scans else {
        throw .malformed(.jpeg, at: range.lowerBound)
      }
      kept.append(range)
    case 0xe0:
      if jfif == nil, range.count >= 18, bytes.holds("JFIF\0", at: body) { jfif = range }
    case 0xe1:
      if bytes[body..<range.upperBound].starts(with: JPEGFile.exifHeader),
        let told = TIFFOrientation.read(Array(bytes[(body + 6)..<range.upperBound]))
      {
        orientation = told
      }
    case 0xe2:
      if bytes[body..<range.upperBound].starts(with: JPEGFile.profileHeader) { kept.append(range) }
    case 0xee:
      if bytes.holds("Adobe", at: body), range.count == 16 { kept.append(range) }
    case 0xe3...0xef, 0xfe: break
    // Hierarchical pictures and extensions: no browser shows them.
    default: throw .malformed(.jpeg, at: range.lowerBound)
    }
  }

  /// Where the coded data of a scan ends: before a marker that is neither a stuffed byte nor a
  /// restart (B.1.1.5).
  private func scanEnd(from start: Int) throws(MediaError) -> Int {
    var index = start
    while index + 1 < bytes.count {
      if bytes[index] == 0xff {
        let next = bytes[index + 1]
        if next != 0x00, !(0xd0...0xd7).contains(next), next != 0xff { return index }
      }
      index += 1
    }
    throw .truncated(.jpeg)
  }
}

/// The orientation in the first directory of a TIFF block, which is what Exif holds.
enum TIFFOrientation {
  private static let tag = 0x0112
  /// Entries that are looked at; cameras write about fifteen.
  private static let mostEntries = 256

  /// 2 to 8 as Exif numbers them; nil where there is none or the usual one.
  static func read(_ block: [UInt8]) -> Int? {
    let isBig = block.holds("MM", at: 0)
    guard isBig || block.holds("II", at: 0) else { return nil }
    func short(_ index: Int) -> Int? { isBig ? block.big16(index) : block.little16(index) }
    func long(_ index: Int) -> Int? { isBig ? block.big32(index) : block.little32(index) }
    guard short(2) == 42, let directory = long(4), let count = short(directory) else { return nil }
    for entry in 0..<min(count, mostEntries) {
      let place = directory + 2 + entry * 12
      guard short(place) == tag else { continue }
      guard short(place + 2) == 3, let value = short(place + 8), (2...8).contains(value) else {
        return nil
      }
      return value
    }
    return nil
  }
}
