// Small files of each type, made by hand: as an encoder would write them, and with what a camera or
// a program adds.

@testable import Media

/// Bytes that a test looks for: they must be gone.
enum Secret {
  static let place = Array("GPS 51.6 N 7.1 E".utf8)
  static let script = Array("<script>alert(1)</script>".utf8)
}

enum Sample {
  static func of(_ type: MediaType) -> [UInt8] {
    switch type {
    case .jpeg: jpeg()
    case .png: png()
    case .webp: webp()
    case .avif: avif()
    case .pdf: pdf()
    }
  }

  // MARK: - JPEG

  static func segment(_ marker: UInt8, _ body: [UInt8]) -> [UInt8] {
    var segment: [UInt8] = [0xff, marker]
    segment.append(big16: body.count + 2)
    return segment + body
  }

  /// Exif with an orientation and a place.
  static func exif(_ orientation: Int, isBig: Bool = false) -> [UInt8] {
    let head: [UInt8] =
      isBig
      ? [0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, UInt8(orientation)]
      : [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, UInt8(orientation), 0]
    return Array("Exif\0\0".utf8) + head + [0, 0, 0, 0, 0, 0] + Secret.place
  }

  static func frame(width: Int, height: Int) -> [UInt8] {
    var body: [UInt8] = [8]
    body.append(big16: height)
    body.append(big16: width)
    return segment(0xc0, body + [1, 1, 0x11, 0])
  }

  static let scan =
    segment(0xda, [1, 1, 0, 0, 63, 0]) + [0x12, 0xff, 0x00, 0x34, 0xff, 0xd0, 0x56]

  static func jpeg(width: Int = 40, height: Int = 30, before: [UInt8] = []) -> [UInt8] {
    let tables =
      segment(0xdb, [0] + [UInt8](repeating: 1, count: 64))
      + segment(0xc4, [0] + [UInt8](repeating: 0, count: 16))
    return [0xff, 0xd8] + before + tables + frame(width: width, height: height) + scan
      + [0xff, 0xd9]
  }

  // MARK: - PNG

  static func chunk(_ name: String, _ body: [UInt8]) -> [UInt8] {
    var chunk: [UInt8] = []
    chunk.append(big16: body.count >> 16)
    chunk.append(big16: body.count)
    chunk += Array(name.utf8) + body
    let sum = Int(CRC32.of(chunk, 4..<chunk.count))
    chunk.append(big16: sum >> 16)
    chunk.append(big16: sum)
    return chunk
  }

  static func header(width: Int, height: Int) -> [UInt8] {
    var body: [UInt8] = []
    for side in [width, height] {
      body.append(big16: side >> 16)
      body.append(big16: side)
    }
    return chunk("IHDR", body + [8, 2, 0, 0, 0])
  }

  static func png(width: Int = 40, height: Int = 30, before: [UInt8] = []) -> [UInt8] {
    PNGFile.signature + header(width: width, height: height) + before
      + chunk("IDAT", [1, 2, 3]) + chunk("IEND", [])
  }

  // MARK: - WebP

  static func riff(_ content: [UInt8]) -> [UInt8] {
    var bytes = Array("RIFF".utf8)
    bytes.append(little32: content.count + 4)
    return bytes + Array("WEBP".utf8) + content
  }

  static func piece(_ name: String, _ body: [UInt8]) -> [UInt8] {
    var piece = Array(name.utf8)
    piece.append(little32: body.count)
    return piece + body + (body.count % 2 == 1 ? [0] : [])
  }

  static func frame8(width: Int, height: Int) -> [UInt8] {
    piece(
      "VP8 ",
      [
        0x10, 0, 0, 0x9d, 0x01, 0x2a, UInt8(width & 255), UInt8(width >> 8), UInt8(height & 255),
        UInt8(height >> 8), 1, 2, 3,
      ])
  }

  static func webp(width: Int = 40, height: Int = 30) -> [UInt8] {
    riff(frame8(width: width, height: height))
  }

  /// With a header for flags, a colour profile, Exif and XMP.
  static func extendedWebP() -> [UInt8] {
    let header = piece("VP8X", [0x2c, 0, 0, 0, 39, 0, 0, 29, 0, 0])
    return riff(
      header + piece("ICCP", [7]) + frame8(width: 40, height: 30) + piece("EXIF", Secret.place)
        + piece("XMP ", Secret.script))
  }

  // MARK: - AVIF

  static func box(_ name: String, _ body: [UInt8]) -> [UInt8] {
    var box: [UInt8] = []
    box.append(big16: (body.count + 8) >> 16)
    box.append(big16: body.count + 8)
    return box + Array(name.utf8) + body
  }

  private static func entry(_ id: UInt8, _ type: String) -> [UInt8] {
    box("infe", [2, 0, 0, 0, 0, id, 0, 0] + Array(type.utf8) + [0])
  }

  /// A picture with two items more: Exif and XMP, both in the box with data.
  static func avif(
    width: Int = 40, height: Int = 30, brand: String = "avif", turned: Bool = false,
    after: [UInt8] = []
  ) -> [UInt8] {
    var size: [UInt8] = [0, 0, 0, 0]
    for side in [width, height] {
      size.append(big16: side >> 16)
      size.append(big16: side)
    }
    let exif = [0, 0, 0, 0] + Array(exif(1).dropFirst(6))
    let contents: [[UInt8]] = [[1, 2, 3, 4], exif, Secret.script]
    let type = box("ftyp", Array(brand.utf8) + [0, 0, 0, 0] + Array("mif1avif".utf8))
    func meta(_ start: Int) -> [UInt8] {
      var places: [UInt8] = [0, 0, 0, 0, 0x44, 0, 0, 3]
      var place = start
      for (index, content) in contents.enumerated() {
        places += [0, UInt8(index + 1), 0, 0, 0, 1]
        for number in [place, content.count] {
          places.append(big16: number >> 16)
          places.append(big16: number)
        }
        place += content.count
      }
      let items = [entry(1, "av01"), entry(2, "Exif"), entry(3, "mime")].flatMap { $0 }
      let properties = box(
        "iprp",
        box("ipco", box("ispe", size) + (turned ? box("irot", [1]) : []))
          + box("ipma", [0, 0, 0, 0, 0, 0, 0, 1, 0, 1] + (turned ? [2, 1, 0x82] : [1, 1])))
      return box(
        "meta",
        [0, 0, 0, 0] + box("hdlr", [0, 0, 0, 0, 0, 0, 0, 0] + Array("pict".utf8) + [0, 0, 0, 0])
          + box("pitm", [0, 0, 0, 0, 0, 1]) + box("iinf", [0, 0, 0, 0, 0, 3] + items)
          + box("iloc", places) + properties)
    }
    let start = type.count + meta(0).count + 8
    return type + meta(start) + box("mdat", contents.flatMap { $0 }) + after
  }

  // MARK: - PDF

  static func pdf() -> [UInt8] {
    let body = "%PDF-1.7\n1 0 obj\n<< >>\nendobj\n"
    return Array(
      "\(body)xref\n0 1\n0000000000 65535 f\ntrailer\n<< >>\nstartxref\n\(body.utf8.count)\n%%EOF\n"
        .utf8)
  }
}

extension [UInt8] {
  /// True if the bytes stand anywhere in these.
  func contains(run: [UInt8]) -> Bool {
    indices.contains { self[$0...].starts(with: run) }
  }
}
