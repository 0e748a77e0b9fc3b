// AVIF (AV1 Image File Format 1.1; ISO/IEC 23008-12; ISO/IEC 14496-12): its boxes and items.
//
// Places in the file are absolute, so nothing can be taken out: Exif is overwritten with an empty
// block, XMP and other foreign items with spaces, free space with zeros. Boxes that browsers do
// not need are refused, and so is a picture that moves.

/// The boxes of one AVIF file.
struct AVIFFile {
  private var bytes: [UInt8]
  private var items: [Item] = []
  private var primary = 0
  private var sizes: [Int: PixelSize] = [:]
  private var turns: Set<Int> = []
  /// The numbers of the properties of each item.
  private var properties: [Int: [Int]] = [:]
  private var places: [Int: [Range<Int>]] = [:]
  /// The content of the box with data inside of `meta`.
  private var inner: Range<Int>?

  private struct Item {
    let id: Int
    let type: String
  }

  private struct Box {
    let name: String
    let body: Range<Int>
  }

  /// Items of one file: a picture of 48 megapixels in tiles has some hundred.
  private static let mostItems = 4_096
  /// Exif that says nothing: no offset, TIFF's head, a directory without entries.
  private static let emptyExif: [UInt8] = [
    0, 0, 0, 0, 0x49, 0x49, 0x2a, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  ]

  init(_ sent: [UInt8]) throws(MediaError) {
    bytes = sent
    guard let length = sent.big32(0), length >= 16, length <= sent.count else {
      throw .truncated(.avif)
    }
    // Films have the same boxes: what this is not comes before what is wrong with it.
    try checkBrands(8..<length)
    let boxes = try self.boxes(0..<sent.count)
    guard let meta = boxes.first(where: isMeta), boxes.count(where: isMeta) == 1 else {
      throw .malformed(.avif, at: 0)
    }
    for box in boxes.dropFirst() {
      switch box.name {
      case "meta", "mdat": break
      case "free", "skip": for index in box.body { bytes[index] = 0 }
      case "moov", "moof": throw .moving(.avif)
      default: throw .malformed(.avif, at: box.body.lowerBound)
      }
    }
    try readMeta(meta.body)
    let data = boxes.filter { $0.name == "mdat" }.map(\.body) + (inner.map { [$0] } ?? [])
    try overwriteForeignItems(in: data)
  }

  var cleaned: ([UInt8], PixelSize?) {
    get throws(MediaError) {
      for size in sizes.values { _ = try size.checked() }
      let own = properties[primary] ?? []
      guard let size = own.compactMap({ sizes[$0] }).first else {
        throw .malformed(.avif, at: 0)
      }
      return (bytes, own.contains(where: turns.contains) ? size.turned : size)
    }
  }

  private func isMeta(_ box: Box) -> Bool { box.name == "meta" }

  // MARK: - Boxes

  /// The boxes that fill a range without a gap.
  private func boxes(_ range: Range<Int>) throws(MediaError) -> [Box] {
    var found: [Box] = []
    var index = range.lowerBound
    while index < range.upperBound {
      guard let short = bytes.big32(index), let name = bytes.name(index + 4) else {
        throw .truncated(.avif)
      }
      var header = 8
      var length = short
      if short == 1 {
        guard bytes.big32(index + 8) == 0, let long = bytes.big32(index + 12) else {
          throw .malformed(.avif, at: index)
        }
        header = 16
        length = long
      }
      guard length >= header, found.count < MediaLimits.parts else {
        throw .malformed(.avif, at: index)
      }
      guard index + length <= range.upperBound else { throw .truncated(.avif) }
      found.append(Box(name: name, body: (index + header)..<(index + length)))
      index += length
    }
    return found
  }

  /// `avif` is among the brands; `avis`, a sequence, is not the first.
  private func checkBrands(_ body: Range<Int>) throws(MediaError) {
    guard body.count >= 8, body.count % 4 == 0 else { throw .malformed(.avif, at: body.lowerBound) }
    let words = stride(from: body.lowerBound, to: body.upperBound, by: 4).compactMap(bytes.name)
    if words[0] == "avis" { throw .moving(.avif) }
    guard words.enumerated().contains(where: { $0.offset != 1 && $0.element == "avif" }) else {
      throw .unknownType
    }
  }

  private mutating func readMeta(_ body: Range<Int>) throws(MediaError) {
    guard body.count > 4 else { throw .truncated(.avif) }
    let children = try boxes((body.lowerBound + 4)..<body.upperBound)
    inner = children.first { $0.name == "idat" }?.body
    for box in children {
      let start = box.body.lowerBound
      switch box.name {
      case "hdlr":
        guard bytes.holds("pict", at: start + 8) else { throw .malformed(.avif, at: start) }
      case "pitm":
        guard let id = try id(at: start + 4, isLong: version(start) != 0) else {
          throw .truncated(.avif)
        }
        primary = id
      case "iinf": try readItems(box.body)
      case "iloc": try readPlaces(box.body)
      case "iprp": try readProperties(box.body)
      case "idat", "iref", "grpl", "dinf": break
      case "free", "skip": for index in box.body { bytes[index] = 0 }
      default: throw .malformed(.avif, at: start)
      }
    }
  }

  private func version(_ index: Int) throws(MediaError) -> UInt8 {
    guard index < bytes.count else { throw .truncated(.avif) }
    return bytes[index]
  }

  private func id(at index: Int, isLong: Bool) -> Int? {
    isLong ? bytes.big32(index) : bytes.big16(index)
  }

  // MARK: - Items

  /// What each item is (ISO/IEC 14496-12 §8.11.6).
  private mutating func readItems(_ body: Range<Int>) throws(MediaError) {
    let start = body.lowerBound + (try version(body.lowerBound) == 0 ? 6 : 8)
    guard start <= body.upperBound else { throw .truncated(.avif) }
    for box in try boxes(start..<body.upperBound) {
      let entry = box.body.lowerBound
      let version = try version(entry)
      guard box.name == "infe", version == 2 || version == 3, items.count < AVIFFile.mostItems
      else { throw .malformed(.avif, at: entry) }
      // Behind the id stand two bytes of protection, then the type.
      let place = entry + (version == 3 ? 10 : 8)
      guard let id = id(at: entry + 4, isLong: version == 3), let type = bytes.name(place),
        place + 4 <= box.body.upperBound
      else { throw .truncated(.avif) }
      items.append(Item(id: id, type: type))
    }
  }

  /// Where the data of each item stands (§8.11.3).
  private mutating func readPlaces(_ body: Range<Int>) throws(MediaError) {
    let version = try version(body.lowerBound)
    var reader = Reader(bytes: bytes, index: body.lowerBound + 4, end: body.upperBound)
    guard version <= 2 else { throw .malformed(.avif, at: body.lowerBound) }
    let sizes = try reader.number(2)
    let (offset, length) = (sizes >> 12, sizes >> 8 & 15)
    let (base, number) = (sizes >> 4 & 15, version == 0 ? 0 : sizes & 15)
    let count = try reader.number(version == 2 ? 4 : 2)
    guard count <= AVIFFile.mostItems else { throw .malformed(.avif, at: body.lowerBound) }
    for _ in 0..<count {
      let id = try reader.number(version == 2 ? 4 : 2)
      let method = version == 0 ? 0 : try reader.number(2) & 15
      // 0 counts from the file's beginning, 1 inside of `idat`; 2 counts in another item.
      guard method <= 1 else { throw .malformed(.avif, at: reader.index) }
      _ = try reader.number(2)
      let begin = try reader.number(base)
      let extents = try reader.number(2)
      guard extents <= AVIFFile.mostItems else { throw .malformed(.avif, at: reader.index) }
      for _ in 0..<extents {
        _ = try reader.number(number)
        let place = begin + (try reader.number(offset))
        let range = place..<(place + (try reader.number(length)))
        places[id, default: []].append(try absolute(range, isInner: method == 1))
      }
    }
  }

  /// The range in the file; an item that lies outside of it is refused.
  private func absolute(_ range: Range<Int>, isInner: Bool) throws(MediaError) -> Range<Int> {
    guard isInner else {
      guard range.upperBound <= bytes.count else { throw .truncated(.avif) }
      // The length 0 means the rest of the file.
      return range.isEmpty ? range.lowerBound..<bytes.count : range
    }
    guard let inner, range.upperBound <= inner.count else { throw .malformed(.avif, at: 0) }
    let start = inner.lowerBound + range.lowerBound
    return start..<(range.isEmpty ? inner.upperBound : inner.lowerBound + range.upperBound)
  }

  /// The properties (ISO/IEC 23008-12 §9.3): sizes, turns, and which item has them.
  private mutating func readProperties(_ body: Range<Int>) throws(MediaError) {
    for box in try boxes(body) {
      switch box.name {
      case "ipco":
        for (index, property) in try boxes(box.body).enumerated() {
          let start = property.body.lowerBound
          if property.name == "ispe" {
            guard property.body.count == 12, let width = bytes.big32(start + 4),
              let height = bytes.big32(start + 8)
            else { throw .malformed(.avif, at: start) }
            sizes[index + 1] = PixelSize(width: width, height: height)
          } else if property.name == "irot" {
            // A quarter or three of them lay the picture on its side.
            guard property.body.count == 1 else { throw .malformed(.avif, at: start) }
            if bytes[start] & 1 == 1 { turns.insert(index + 1) }
          }
        }
      case "ipma": try readAssociations(box.body)
      default: throw .malformed(.avif, at: box.body.lowerBound)
      }
    }
  }

  private mutating func readAssociations(_ body: Range<Int>) throws(MediaError) {
    let version = try version(body.lowerBound)
    let isWide = try self.version(body.lowerBound + 3) & 1 == 1
    var reader = Reader(bytes: bytes, index: body.lowerBound + 4, end: body.upperBound)
    let count = try reader.number(4)
    guard count <= AVIFFile.mostItems else { throw .malformed(.avif, at: body.lowerBound) }
    for _ in 0..<count {
      let id = try reader.number(version == 0 ? 2 : 4)
      for _ in 0..<(try reader.number(1)) {
        // The first bit says whether a reader may pass the property over.
        let number = try reader.number(isWide ? 2 : 1) & (isWide ? 0x7fff : 0x7f)
        properties[id, default: []].append(number)
      }
    }
  }

  // MARK: - What goes

  /// Only what lies inside of a box with data is overwritten: the boxes themselves stay as they
  /// were read, so that reading them again tells the same.
  private mutating func overwriteForeignItems(in data: [Range<Int>]) throws(MediaError) {
    for item in items where ["Exif", "mime", "uri "].contains(item.type) {
      var empty = item.type == "Exif" ? AVIFFile.emptyExif[...] : []
      let filler: UInt8 = item.type == "Exif" ? 0 : UInt8(ascii: " ")
      for range in places[item.id] ?? [] {
        guard data.contains(where: { $0.contains(range) }) else {
          throw .malformed(.avif, at: range.lowerBound)
        }
        for index in range { bytes[index] = empty.popFirst() ?? filler }
      }
    }
  }

  /// Reads numbers of so many bytes one after another.
  private struct Reader {
    let bytes: [UInt8]
    var index: Int
    let end: Int

    /// Four bytes at most: places in a file of our size need no more.
    mutating func number(_ count: Int) throws(MediaError) -> Int {
      guard index + count <= end else { throw .truncated(.avif) }
      var value = 0
      for _ in 0..<count {
        guard value < 1 << 32 else { throw .malformed(.avif, at: index) }
        value = value << 8 | Int(bytes[index])
        index += 1
      }
      guard value < 1 << 32 else { throw .malformed(.avif, at: index) }
      return value
    }
  }
}
