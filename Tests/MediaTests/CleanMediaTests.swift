// What is taken in, what is taken out of it, and what is refused.

import Events
import Testing

@testable import Media

@Suite struct CleanMediaTests {
  private static let types = MediaType.allCases

  // media-1
  @Test(arguments: types) func aFileIsOfTheTypeThatItsContentHas(_ type: MediaType) throws {
    let media = try CleanMedia(Sample.of(type))
    #expect(media.facts.type == type)
    #expect(media.facts.bytes == media.bytes.count)
    #expect(media.facts.hash == SHA256.hash(media.bytes))
    #expect(media.facts.size == (type.isPicture ? PixelSize(width: 40, height: 30) : nil))
  }

  // media-2
  @Test(arguments: types) func cleaningAgainChangesNothing(_ type: MediaType) throws {
    let first = try CleanMedia(Sample.of(type)).bytes
    #expect(try CleanMedia(first).bytes == first)
  }

  @Test func cleaningASecondTimeKeepsTheOrientation() throws {
    let first = try CleanMedia(Sample.jpeg(before: Sample.segment(0xe1, Sample.exif(6)))).bytes
    #expect(try CleanMedia(first).bytes == first)
  }

  // MARK: - What goes

  private static let jfif = Sample.segment(
    0xe0, Array("JFIF\0".utf8) + [1, 2, 0, 0, 1, 0, 1, 1, 1] + [9, 9, 9])

  // media-3
  @Test func ofAPhotoOnlyThePictureStays() throws {
    let dirt =
      Self.jfif + Sample.segment(0xe1, Sample.exif(1))
      + Sample.segment(0xe1, Array("http://ns.adobe.com/xap/1.0/\0".utf8) + Secret.place)
      + Sample.segment(0xe2, Array("MPF\0".utf8) + Secret.place)
      + Sample.segment(0xed, Secret.place) + Sample.segment(0xfe, Secret.script)
    let media = try CleanMedia(Sample.jpeg(before: dirt))
    #expect(!media.bytes.contains(run: Secret.place) && !media.bytes.contains(run: Secret.script))
    #expect(!media.bytes.contains(run: [9, 9, 9]), "the thumbnail shows what was cut away")
    #expect(media.bytes.contains(run: Array("JFIF\0".utf8)))
    #expect(!media.bytes.contains(run: Array("Exif".utf8)))
  }

  @Test func colourProfileAndColourTransformStay() throws {
    let kept =
      Sample.segment(0xe2, Array("ICC_PROFILE\0".utf8) + [1, 1, 42])
      + Sample.segment(0xee, Array("Adobe".utf8) + [0, 100, 0, 0, 0, 0, 1])
    #expect(try CleanMedia(Sample.jpeg(before: kept)).bytes == Sample.jpeg(before: kept))
  }

  // media-4
  @Test(arguments: [false, true], 2...8)
  func theOrientationStaysAlone(_ isBig: Bool, _ orientation: Int) throws {
    let sent = Sample.jpeg(before: Sample.segment(0xe1, Sample.exif(orientation, isBig: isBig)))
    let media = try CleanMedia(sent)
    #expect(!media.bytes.contains(run: Secret.place))
    let exif = try #require(media.bytes.indices.first { media.bytes.holds("Exif", at: $0) })
    #expect(TIFFOrientation.read(Array(media.bytes[(exif + 6)...])) == orientation)
    let isOnItsSide = orientation >= 5
    #expect(
      media.facts.size == PixelSize(width: isOnItsSide ? 30 : 40, height: isOnItsSide ? 40 : 30))
  }

  @Test(arguments: ["eXIf", "tEXt", "zTXt", "iTXt", "tIME", "prVt", "acTL", "fcTL"])
  func ofAPNGOnlyThePictureStays(_ chunk: String) throws {
    let sent = Sample.png(before: Sample.chunk(chunk, Secret.place))
    #expect(try CleanMedia(sent).bytes == Sample.png())
  }

  @Test func whatSaysHowAPNGLooksStays() throws {
    let sent = Sample.png(
      before: Sample.chunk("gAMA", [0, 0, 1, 2]) + Sample.chunk("tRNS", [0, 0]))
    #expect(try CleanMedia(sent).bytes == sent)
  }

  @Test func ofAWebPOnlyThePictureStaysAndItsFlagsFit() throws {
    let media = try CleanMedia(Sample.extendedWebP())
    let header = Sample.piece("VP8X", [0x20, 0, 0, 0, 39, 0, 0, 29, 0, 0])
    #expect(
      media.bytes
        == Sample.riff(
          header + Sample.piece("ICCP", [7]) + Sample.frame8(width: 40, height: 30)))
  }

  @Test func ofAnAVIFForeignItemsAreOverwrittenInPlace() throws {
    let sent = Sample.avif()
    let media = try CleanMedia(sent)
    #expect(media.bytes.count == sent.count, "places in the file are absolute")
    #expect(!media.bytes.contains(run: Secret.place) && !media.bytes.contains(run: Secret.script))
    #expect(media.bytes.contains(run: [1, 2, 3, 4]))
  }

  @Test func aTurnedAVIFIsAsHighAsItWasWide() throws {
    #expect(
      try CleanMedia(Sample.avif(turned: true)).facts.size == PixelSize(width: 30, height: 40))
  }

  // MARK: - Polyglots

  private static let archive =
    Array("PK\u{3}\u{4}".utf8) + Secret.script + Array("PK\u{5}\u{6}".utf8)

  // media-5
  @Test(arguments: [MediaType.jpeg, .png, .webp, .pdf])
  func whatStandsBehindTheEndIsCut(_ type: MediaType) throws {
    let clean = try CleanMedia(Sample.of(type)).bytes
    for tail in [Self.archive, Secret.script, [0x0a]] {
      #expect(try CleanMedia(Sample.of(type) + tail).bytes == clean, "\(type)")
    }
  }

  @Test func behindTheEndOfAnAVIFNothingMayStand() {
    #expect(throws: MediaError.self) { try CleanMedia(Sample.avif(after: Self.archive)) }
    #expect(throws: MediaError.self) {
      try CleanMedia(Sample.avif(after: Sample.box("uuid", Secret.script)))
    }
  }

  @Test(arguments: types) func whatStandsBeforeTheSignatureIsNoFile(_ type: MediaType) {
    for head in [Secret.script, [0x0a], Array("GIF89a".utf8)] {
      #expect(throws: MediaError.unknownType) { try CleanMedia(head + Sample.of(type)) }
    }
  }

  // media-1
  @Test(arguments: [
    "GIF89a\u{1}\u{0}\u{1}\u{0}", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "<html>",
    "PK\u{3}\u{4}",
    "BM", "", "MZ", "#!/bin/sh", "RIFF\u{4}\u{0}\u{0}\u{0}WAVE",
    "\u{0}\u{0}\u{0}\u{18}ftypisom\u{0}\u{0}\u{0}\u{0}isomiso2",
  ])
  func otherTypesAreRefused(_ text: String) {
    #expect(throws: MediaError.unknownType) { try CleanMedia(Array(text.utf8)) }
  }

  @Test(arguments: [MediaType.jpeg, .png, .webp, .avif, .pdf])
  func aSignatureAloneIsNoFile(_ type: MediaType) {
    let head = Array(Sample.of(type).prefix(12))
    for tail in [Secret.script, Self.archive, []] {
      #expect(throws: MediaError.self) { try CleanMedia(head + tail) }
    }
  }

  // MARK: - Broken files

  // media-6
  @Test(arguments: types) func everyCutOfAFileIsRefused(_ type: MediaType) throws {
    let whole = try CleanMedia(Sample.of(type)).bytes
    // The line end behind the end of a PDF is not needed.
    for count in 0..<(whole.count - (type == .pdf ? 1 : 0)) {
      #expect(throws: MediaError.self, "\(count)") { try CleanMedia(Array(whole.prefix(count))) }
    }
  }

  /// Whatever one byte says, the answer is a file that stays as it is, or a refusal; never a trap.
  @Test(arguments: types) func everyWrongByteIsRefusedOrHarmless(_ type: MediaType) throws {
    let whole = try CleanMedia(Sample.of(type)).bytes
    for index in whole.indices {
      for value: UInt8 in [0, 1, 0x7f, 0x80, 0xff] {
        var broken = whole
        broken[index] = value
        guard let media = try? CleanMedia(broken) else { continue }
        #expect(try CleanMedia(media.bytes).bytes == media.bytes, "\(index): \(value)")
      }
    }
  }

  @Test func aChunkWithAWrongSumIsRefused() {
    var sent = Sample.png()
    sent[sent.count - 20] ^= 1
    #expect(throws: MediaError.self) { try CleanMedia(sent) }
  }

  @Test func aPictureThatMovesIsRefused() {
    let moving = Sample.riff(
      Sample.piece("VP8X", [2, 0, 0, 0, 39, 0, 0, 29, 0, 0]) + Sample.piece("ANIM", [0, 0])
        + Sample.frame8(width: 40, height: 30))
    #expect(throws: MediaError.moving(.webp)) { try CleanMedia(moving) }
    #expect(throws: MediaError.moving(.avif)) { try CleanMedia(Sample.avif(brand: "avis")) }
  }

  // MARK: - Bombs

  // media-7
  @Test func aPictureWithTooManyPixelsIsRefused() {
    let (width, height) = (10_000, 5_001)
    let error = MediaError.tooManyPixels(width: width, height: height)
    for bomb in [
      Sample.jpeg(width: width, height: height), Sample.png(width: width, height: height),
      Sample.webp(width: width, height: height), Sample.avif(width: width, height: height),
    ] {
      #expect(throws: error) { try CleanMedia(bomb) }
    }
    #expect(throws: MediaError.tooManyPixels(width: 16_385, height: 1)) {
      try CleanMedia(Sample.png(width: 16_385, height: 1))
    }
    #expect(throws: MediaError.self) {
      try CleanMedia(Sample.png(width: 0xffff_ffff, height: 0xffff_ffff))
    }
  }

  @Test func thelargestPictureIsTaken() throws {
    #expect(try CleanMedia(Sample.jpeg(width: 10_000, height: 5_000)).facts.size?.width == 10_000)
  }

  @Test(arguments: [(0, 30), (40, 0)]) func aPictureWithoutAreaIsRefused(_ side: (Int, Int)) {
    #expect(throws: MediaError.noPixels) {
      try CleanMedia(Sample.png(width: side.0, height: side.1))
    }
  }

  @Test func aPictureOfTooManyScansIsRefused() {
    let scans = (0..<MediaLimits.scans).flatMap { _ in Sample.scan }
    let sent = Array(Sample.jpeg().dropLast(2)) + scans + [0xff, 0xd9]
    #expect(throws: MediaError.self) { try CleanMedia(sent) }
  }

  @Test func aFileThatIsTooLongIsRefusedByItsType() {
    let long = [UInt8](repeating: 0, count: MediaLimits.pictureBytes)
    #expect(
      throws: MediaError.tooLarge(
        bytes: long.count + Sample.png().count, limit: MediaLimits.pictureBytes)
    ) { try CleanMedia(Sample.png() + long) }
  }
}
