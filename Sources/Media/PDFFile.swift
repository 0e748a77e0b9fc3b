// PDF (ISO 32000-2 §7.5): that a file is one, from its first byte to its last.
//
// What stands inside is not looked at. Browsers get documents as downloads, never as a page of this
// site, so a script in them has nothing of ours to reach.

/// The outside of one PDF file.
struct PDFFile {
  /// The file up to its end; what follows is left out.
  let kept: [UInt8]

  private static let marker = Array("%%EOF".utf8)
  /// Readers look for the end here (Annex I, note on §7.5.5).
  private static let tailBytes = 1_024

  init(_ bytes: [UInt8]) throws(MediaError) {
    guard bytes.count > 8, bytes[5] == UInt8(ascii: "1") || bytes[5] == UInt8(ascii: "2"),
      bytes[6] == UInt8(ascii: "."), (0x30...0x39).contains(bytes[7])
    else { throw .malformed(.pdf, at: 5) }
    guard let end = PDFFile.last(PDFFile.marker, in: bytes, before: bytes.count) else {
      throw .truncated(.pdf)
    }
    let start = max(0, end - PDFFile.tailBytes)
    // §7.5.5: the word, the place of the cross-reference table, the end.
    guard let word = PDFFile.last(Array("startxref".utf8), in: bytes, before: end), word >= start,
      let place = PDFFile.number(in: bytes[(word + 9)..<end]), place < word,
      PDFFile.isTable(bytes, place)
    else { throw .malformed(.pdf, at: start) }
    kept = Array(bytes[..<(end + PDFFile.marker.count)]) + [0x0a]
  }

  /// The last place of a word.
  private static func last(_ word: [UInt8], in bytes: [UInt8], before end: Int) -> Int? {
    var index = end - word.count
    while index >= 0 {
      if bytes[index] == word[0], bytes[index..<(index + word.count)].elementsEqual(word) {
        return index
      }
      index -= 1
    }
    return nil
  }

  /// A number between white space.
  private static func number(in text: ArraySlice<UInt8>) -> Int? {
    let words = text.split { [0x00, 0x09, 0x0a, 0x0c, 0x0d, 0x20].contains($0) }
    guard words.count == 1, words[0].count <= 10 else { return nil }
    return Int(String(decoding: words[0], as: UTF8.self))
  }

  /// A table, or a stream, which is an object and begins with its number (§7.5.8). Programs are
  /// known that point at the end of the line before it.
  private static func isTable(_ bytes: [UInt8], _ place: Int) -> Bool {
    var place = place
    for _ in 0..<2 where [0x0a, 0x0d, 0x20].contains(bytes[place]) { place += 1 }
    return bytes.holds("xref", at: place) || (place > 0 && (0x30...0x39).contains(bytes[place]))
  }
}
