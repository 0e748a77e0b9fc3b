// WebP (RFC 9649): its chunks, and which of them are kept.
//
// Kept are the picture, its transparency and its colour profile. Exif, XMP and unknown chunks go,
// and the flags that told of them. A picture that moves is refused: nobody could stop it.

/// The chunks of one WebP file.
struct WebPFile {
  private static let profileFlag: UInt8 = 0x20
  private static let alphaFlag: UInt8 = 0x10
  private static let headerBytes = 12
  private static let extendedBytes = 10

  private struct Chunk {
    let name: String
    /// The content without name, length and padding.
    let body: Range<Int>
  }

  private let bytes: [UInt8]
  private let chunks: [Chunk]

  init(_ bytes: [UInt8]) throws(MediaError) {
    self.bytes = bytes
    guard let length = bytes.little32(4) else { throw .truncated(.webp) }
    let end = length + 8
    guard end <= bytes.count else { throw .truncated(.webp) }
    var chunks: [Chunk] = []
    var index = WebPFile.headerBytes
    while index < end {
      guard chunks.count < MediaLimits.parts, let name = bytes.name(index),
        let count = bytes.little32(index + 4)
      else { throw .malformed(.webp, at: index) }
      let body = (index + 8)..<(index + 8 + count)
      // Chunks of an odd length have a byte of padding behind them.
      index = body.upperBound + count % 2
      guard index <= end else { throw .malformed(.webp, at: body.lowerBound) }
      chunks.append(Chunk(name: name, body: body))
    }
    self.chunks = chunks
  }

  var cleaned: ([UInt8], PixelSize?) {
    get throws(MediaError) {
      guard let first = chunks.first else { throw .truncated(.webp) }
      if chunks.contains(where: { ["ANIM", "ANMF"].contains($0.name) }) { throw .moving(.webp) }
      let pictures = chunks.filter { ["VP8 ", "VP8L"].contains($0.name) }
      guard pictures.count == 1 else {
        throw .malformed(.webp, at: WebPFile.headerBytes)
      }
      let size = try self.size(pictures[0])
      var content = Array("WEBP".utf8)
      if first.name == "VP8X" {
        try appendExtended(first, size, pictures[0], to: &content)
      } else {
        guard first.name == pictures[0].name else {
          throw .malformed(.webp, at: WebPFile.headerBytes)
        }
        append(first, to: &content)
      }
      var output = Array("RIFF".utf8)
      output.append(little32: content.count)
      return (output + content, size)
    }
  }

  /// A file with a header of its own for flags and canvas (§2.7).
  private func appendExtended(
    _ header: Chunk, _ size: PixelSize, _ picture: Chunk, to content: inout [UInt8]
  ) throws(MediaError) {
    let body = header.body.lowerBound
    guard header.body.count == WebPFile.extendedBytes, let width = bytes.little24(body + 4),
      let height = bytes.little24(body + 7),
      PixelSize(width: width + 1, height: height + 1) == size
    else { throw .malformed(.webp, at: body) }
    let profile = chunks.first { $0.name == "ICCP" }
    let alpha = picture.name == "VP8 " ? chunks.first { $0.name == "ALPH" } : nil
    var flags: UInt8 = bytes[body] & WebPFile.alphaFlag
    if profile != nil { flags |= WebPFile.profileFlag }
    content += "VP8X".utf8
    content.append(little32: WebPFile.extendedBytes)
    content += [flags, 0, 0, 0] + bytes[(body + 4)..<header.body.upperBound]
    if let profile { append(profile, to: &content) }
    if let alpha { append(alpha, to: &content) }
    append(picture, to: &content)
  }

  private func append(_ chunk: Chunk, to content: inout [UInt8]) {
    content += chunk.name.utf8
    content.append(little32: chunk.body.count)
    content += bytes[chunk.body]
    if chunk.body.count % 2 == 1 { content.append(0) }
  }

  /// The size that the coded picture itself tells (RFC 6386 §9.1; RFC 9649 §3.4).
  private func size(_ picture: Chunk) throws(MediaError) -> PixelSize {
    let body = picture.body.lowerBound
    if picture.name == "VP8 " {
      guard picture.body.count > 10, bytes[body] & 1 == 0,
        Array(bytes[(body + 3)..<(body + 6)]) == [0x9d, 0x01, 0x2a],
        let width = bytes.little16(body + 6), let height = bytes.little16(body + 8)
      else { throw .malformed(.webp, at: body) }
      return PixelSize(width: width & 0x3fff, height: height & 0x3fff)
    }
    guard picture.body.count > 5, bytes[body] == 0x2f, let bits = bytes.little32(body + 1) else {
      throw .malformed(.webp, at: body)
    }
    return PixelSize(width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1)
  }
}
