// What is known of a picture or a document: its type, its size, and the limits of both.
// Protocols/media.md §1.

package import Events

/// The types that are taken. A file is of the type that its content has, whatever it is called.
package enum MediaType: String, Sendable, CaseIterable {
  case jpeg = "image/jpeg"
  case png = "image/png"
  case webp = "image/webp"
  case avif = "image/avif"
  case pdf = "application/pdf"

  /// True for what browsers show within a page.
  package var isPicture: Bool { self != .pdf }

  /// What a file of this type is called at its end, with the dot.
  package var ending: String {
    switch self {
    case .jpeg: ".jpg"
    case .png: ".png"
    case .webp: ".webp"
    case .avif: ".avif"
    case .pdf: ".pdf"
    }
  }

  /// The type that a file of these first bytes claims to be; nil for all others.
  package init?(beginning bytes: [UInt8]) {
    if bytes.starts(with: JPEGFile.signature) {
      self = .jpeg
    } else if bytes.starts(with: PNGFile.signature) {
      self = .png
    } else if bytes.starts(with: "RIFF".utf8), bytes.holds("WEBP", at: 8) {
      self = .webp
    } else if bytes.holds("ftyp", at: 4) {
      self = .avif
    } else if bytes.starts(with: "%PDF-".utf8) {
      self = .pdf
    } else {
      return nil
    }
  }

  /// Bytes of which the type can be told.
  package static let beginningBytes = 16
}

/// The bounds of what is taken, each with its reason.
package enum MediaLimits {
  /// A photo of a phone in full size has 4 to 8 MB.
  package static let pictureBytes = 10_000_000
  /// A long report with pictures. The field of an item tells no more (`catalogue-fields.md` §3).
  package static let documentBytes = 20_000_000
  /// The largest file of any type.
  package static let fileBytes = documentBytes
  /// A photo of 48 megapixels. A browser that shows it holds 200 MB; a picture of a few bytes that
  /// unfolds to more is a bomb.
  package static let pixels = 50_000_000
  /// The largest side that all browsers decode.
  package static let side = 16_384
  /// Scans of one JPEG. Encoders make about ten; each more costs a reader the whole picture again.
  static let scans = 64
  /// Parts of one file: segments, chunks or boxes. A picture of the largest size has some thousand.
  static let parts = 100_000
  /// Files that are being transferred and not whole. The oldest goes when one more begins.
  package static let unfinished = 64
}

/// Width and height as a picture is shown.
package struct PixelSize: Sendable, Hashable {
  /// In pixels.
  package let width: Int
  /// In pixels.
  package let height: Int

  /// That size.
  package init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }

  var turned: PixelSize { PixelSize(width: height, height: width) }

  /// - Throws: `.noPixels` or `.tooManyPixels`.
  func checked() throws(MediaError) -> PixelSize {
    guard width > 0, height > 0 else { throw .noPixels }
    guard width <= MediaLimits.side, height <= MediaLimits.side,
      width * height <= MediaLimits.pixels
    else { throw .tooManyPixels(width: width, height: height) }
    return self
  }
}

/// What the field of an item says of a file.
package struct MediaFacts: Sendable, Hashable {
  /// Names the file: SHA-256 of its bytes.
  package let hash: Digest
  /// What it is.
  package let type: MediaType
  /// Its length.
  package let bytes: Int
  /// The size of a picture; nil for a document.
  package let size: PixelSize?
}

/// Why a file is not taken, or not kept.
package enum MediaError: Error, Sendable, Hashable {
  /// The content is of no type that is taken.
  case unknownType
  /// The file is longer than files of its type may be.
  case tooLarge(bytes: Int, limit: Int)
  /// The file breaks the format that it begins with, at this byte.
  case malformed(MediaType, at: Int)
  /// The file ends before its format says so.
  case truncated(MediaType)
  /// The picture has no area.
  case noPixels
  /// The picture is larger than browsers can hold.
  case tooManyPixels(width: Int, height: Int)
  /// The picture moves.
  case moving(MediaType)
  /// What was transferred is not the file of that name.
  case otherContent
  /// What was transferred holds something that intake takes out.
  case notClean
  /// A part does not begin where the last one ended; so many bytes are held.
  case otherOffset(held: Int)
  /// The disk has no room.
  case full
  /// The file system refused.
  case storage(call: String, code: Int32)

  /// What an operator can do.
  package var hint: String {
    switch self {
    case .full: "free space on the disk of the data directory"
    case .storage: "check the disk and who owns the data directory"
    default: "send another file"
    }
  }
}
