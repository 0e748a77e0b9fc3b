// Small files and the ways in which tests bring them to the desk.

import Events

@testable import Media
@testable import Web

/// Files made by hand.
enum Files {
  private static func chunk(_ name: String, _ body: [UInt8]) -> [UInt8] {
    var chunk: [UInt8] = []
    chunk.append(big16: body.count >> 16)
    chunk.append(big16: body.count)
    chunk += Array(name.utf8) + body
    let sum = Int(CRC32.of(chunk, 4..<chunk.count))
    chunk.append(big16: sum >> 16)
    chunk.append(big16: sum)
    return chunk
  }

  /// A picture; `text` stands in it as a program would write it.
  static func png(width: Int = 1_200, height: Int = 800, text: String? = nil) -> [UInt8] {
    var size: [UInt8] = []
    for side in [width, height] { size += [0, 0, UInt8(side >> 8), UInt8(side & 255)] }
    let comment = text.map { chunk("tEXt", Array($0.utf8)) } ?? []
    return PNGFile.signature + chunk("IHDR", size + [8, 2, 0, 0, 0]) + comment
      + chunk("IDAT", [1, 2, 3]) + chunk("IEND", [])
  }

  static func pdf() -> [UInt8] {
    let body = "%PDF-1.7\n1 0 obj\n<< >>\nendobj\n"
    let end =
      "xref\n0 1\n0000000000 65535 f\ntrailer\n<< >>\nstartxref\n\(body.utf8.count)\n%%EOF\n"
    return Array((body + end).utf8)
  }

  /// What a field says of a file.
  static func value(
    _ media: CleanMedia, _ more: KeyValuePairs<String, FieldValue>
  ) -> FieldValue {
    var members: [(String, FieldValue)] = [
      ("bytes", .integer(Int64(media.facts.bytes))), ("sha256", .string(media.facts.hash.hex)),
      ("type", .string(media.facts.type.rawValue)),
    ]
    if let size = media.facts.size {
      members += [
        ("height", .integer(Int64(size.height))), ("width", .integer(Int64(size.width))),
      ]
    }
    return .object(sorting: members + more.map { ($0.key, $0.value) })
  }
}

extension Stage {
  /// Keeps a file on the stage's node.
  @discardableResult
  func keep(_ bytes: [UInt8]) throws -> CleanMedia {
    let clean = try CleanMedia(bytes)
    try media.keep(clean)
    return clean
  }

  /// Sends the form with a file as a browser does.
  func upload(
    _ file: [UInt8], name: String = "bild.png", token: String, back: String? = nil,
    headers: KeyValuePairs<String, String> = [
      "Cookie": "vesthub=\(Stage.session)", "Sec-Fetch-Site": "same-origin",
    ]
  ) throws -> Reply {
    let boundary = "----grenze"
    var body = ""
    for (name, value) in [("token", token), ("back", back ?? "")] where !value.isEmpty {
      body +=
        "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
    }
    body +=
      "--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(name)\"\r\n"
      + "Content-Type: image/png\r\n\r\n"
    let all =
      headers.map { ($0.key, $0.value) }
      + [("Content-Type", "multipart/form-data; boundary=\(boundary)")]
    return try send(
      "POST", "/desk/media", pairs: all,
      bytes: Array(body.utf8) + file + Array("\r\n--\(boundary)--\r\n".utf8))
  }
}
