// What a picture or a document of an item must look like. Protocols/catalogue-fields.md §3.

import Events

extension Shape {
  /// Twenty megabytes are a long report with pictures; more is no page's attachment.
  static let mediaBytes: Int64 = 20_000_000
  /// The largest side that all browsers decode.
  static let mediaSide: Int64 = 16_384
  /// Screen readers read an alternative text without a pause: longer texts belong into the body.
  static let alternativeCharacters = 1_000
  static let captionCharacters = 1_000
  static let creditCharacters = 300
  static let labelCharacters = 300
  static let pictureTypes = ["image/jpeg", "image/png", "image/webp", "image/avif"]

  /// Codes of the field `licence` and those under which pictures of others may be shown.
  static let mediaLicences = [
    "dl-by-de/2.0", "dl-zero-de/2.0", "cc-by/4.0", "cc-by-sa/4.0", "cc0/1.0", "reserved",
  ]

  @Sendable static func media(_ value: FieldValue) -> Bool {
    value["type"] == "application/pdf" ? document(value) : picture(value)
  }

  private static func picture(_ value: FieldValue) -> Bool {
    // Exactly one of the two: a text, or the statement that there is nothing to tell.
    guard (value["alt"] == nil) != (value["decorative"] == nil) else { return false }
    return object(
      value,
      [
        "sha256": hash, "type": { code($0, of: pictureTypes) },
        "bytes": { from1(to: mediaBytes, $0) }, "height": { from1(to: mediaSide, $0) },
        "width": { from1(to: mediaSide, $0) },
        "alt": { line($0) && length($0) <= alternativeCharacters }, "decorative": yes,
        "caption": caption, "consent": yes, "credit": credit, "licence": mediaLicence,
      ], required: 5)
  }

  private static func document(_ value: FieldValue) -> Bool {
    object(
      value,
      [
        "sha256": hash, "type": any, "bytes": { from1(to: mediaBytes, $0) },
        "label": { line($0) && length($0) <= labelCharacters },
        "caption": caption, "credit": credit, "licence": mediaLicence,
      ], required: 4)
  }

  @Sendable private static func caption(_ value: FieldValue) -> Bool {
    line(value) && length(value) <= captionCharacters
  }

  @Sendable private static func credit(_ value: FieldValue) -> Bool {
    line(value) && length(value) <= creditCharacters
  }

  @Sendable private static func mediaLicence(_ value: FieldValue) -> Bool {
    code(value, of: mediaLicences)
  }

  /// Digest takes no capital letters.
  @Sendable private static func hash(_ value: FieldValue) -> Bool {
    value.text.flatMap { Digest(hex: $0) } != nil
  }

  private static func from1(to most: Int64, _ value: FieldValue) -> Bool {
    value.number.map { (1...most).contains($0) } ?? false
  }
}
