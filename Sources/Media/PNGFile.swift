// PNG (W3C PNG, third edition, §5): its chunks, and which of them are kept.
//
// Kept is what says how the picture looks. Exif, texts and times go; so do the chunks of an
// animation, which leave the still picture that every animated PNG has.

/// The chunks of one PNG file.
struct PNGFile {
  static let signature: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

  private static let kept: Set<String> = [
    "IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "cICP", "sBIT", "bKGD",
    "pHYs",
  ]

  let cleaned: ([UInt8], PixelSize?)

  init(_ bytes: [UInt8]) throws(MediaError) {
    var output = PNGFile.signature
    var size: PixelSize?
    var index = PNGFile.signature.count
    var hasData = false
    for _ in 0..<MediaLimits.parts {
      guard let length = bytes.big32(index), let name = bytes.name(index + 4) else {
        throw .truncated(.png)
      }
      let end = index + 12 + length
      guard end <= bytes.count else { throw .truncated(.png) }
      // A chunk's sum is over its name and data (§5.3).
      guard bytes.big32(end - 4) == Int(CRC32.of(bytes, (index + 4)..<(end - 4))) else {
        throw .malformed(.png, at: index)
      }
      guard (name == "IHDR") == (size == nil) else { throw .malformed(.png, at: index) }
      if name == "IHDR" { size = try PNGFile.header(bytes, index, length) }
      if name == "IDAT" { hasData = true }
      if PNGFile.kept.contains(name) {
        output += bytes[index..<end]
      } else if bytes[index + 4] & 0x20 == 0 {
        // A capital first letter: a decoder that does not know the chunk cannot go on (§5.4).
        throw .malformed(.png, at: index)
      }
      index = end
      if name == "IEND" {
        guard hasData, length == 0 else { throw .malformed(.png, at: index) }
        cleaned = (output, size)
        return
      }
    }
    throw .malformed(.png, at: index)
  }

  /// Width and height; and that depth, colour, compression, filter and interlace exist (§11.2.1).
  private static func header(
    _ bytes: [UInt8], _ index: Int, _ length: Int
  ) throws(MediaError) -> PixelSize {
    guard length == 13, let width = bytes.big32(index + 8), let height = bytes.big32(index + 12),
      [1, 2, 4, 8, 16].contains(bytes[index + 16]), [0, 2, 3, 4, 6].contains(bytes[index + 17]),
      bytes[index + 18] == 0, bytes[index + 19] == 0, bytes[index + 20] <= 1
    else { throw .malformed(.png, at: index) }
    return PixelSize(width: width, height: height)
  }
}

/// The sum of PNG's chunks (ISO 3309).
enum CRC32 {
  private static let table: [UInt32] = (0..<256).map { number in
    (0..<8).reduce(UInt32(number)) { sum, _ in
      sum & 1 == 1 ? 0xedb8_8320 ^ (sum >> 1) : sum >> 1
    }
  }

  static func of(_ bytes: [UInt8], _ range: Range<Int>) -> UInt32 {
    var sum: UInt32 = 0xffff_ffff
    for index in range {
      sum = table[Int((sum ^ UInt32(bytes[index])) & 0xff)] ^ (sum >> 8)
    }
    return sum ^ 0xffff_ffff
  }
}
