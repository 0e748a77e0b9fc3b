// Why a text is not an event. Protocols/event.md §7 lists the words.

/// What is wrong with a text that should be an event, a receipt or a stream of both, and where.
package struct EventError: Error, Equatable, CustomStringConvertible {
  /// The fact; the raw value is the word that the vectors use.
  package enum Reason: String, Sendable, CaseIterable {
    /// The text ends before the value does.
    case truncated
    /// A byte stands where the canonical form has another.
    case notCanonical = "not-canonical"
    /// A member is missing, unknown, doubled or out of order.
    case member
    /// Bytes that are not UTF-8.
    case notUTF8 = "not-utf8"
    /// An escape that is not the shortest, or a raw control character.
    case escape
    /// A number that is no integer, has a leading zero or leaves its range.
    case number
    /// Nested deeper than `FieldValue.maximumDepth`.
    case depth
    /// Not a site id.
    case site
    /// A `seq` of zero or out of range.
    case seq
    /// Not a moment in the one form that is used.
    case time
    /// Not an event type.
    case type
    /// Not an item id.
    case item
    /// A context that is not in its shortest form or has too many exceptions.
    case context
    /// Not a pseudonym.
    case pseudonym
    /// Not the lower-case hexadecimal text of a hash.
    case hash
    /// Not a field name.
    case fieldName = "field-name"
    /// Two field lines of one name.
    case fieldTwice = "field-twice"
    /// Not 22 characters of base64url for 128 bits.
    case salt
    /// The field lines are not those that the header commits to.
    case commitment
    /// Larger than a limit of `EventLimits`.
    case tooLarge = "too-large"
    /// A receipt whose verdict is none.
    case verdict
    /// Something that is neither an event nor a receipt.
    case block
  }

  /// The fact.
  package let reason: Reason
  /// The line of the text, counted from 1 (1 is the header).
  package let line: Int
  /// The byte in that line, counted from 0.
  package let offset: Int

  /// That fact at that place.
  package init(_ reason: Reason, line: Int, offset: Int) {
    self.reason = reason
    self.line = line
    self.offset = offset
  }

  package var description: String { "\(reason.rawValue) in line \(line) at byte \(offset)" }
}

/// How large an event may be. Protocols/event.md §6.
package enum EventLimits {
  /// A header with a full context of 400 sites and 32 exceptions takes about 14 KB.
  package static let headerBytes = 16 * 1024
  /// A long article is 20 KB; 256 KiB leave room and keep one field from filling a batch.
  package static let fieldBytes = 256 * 1024
  /// One event fits into one batch of sync.
  package static let eventBytes = 1024 * 1024
  /// The fullest kind has about forty fields.
  package static let fields = 64
  /// `participant/` and a site id fit twice over.
  package static let fieldNameBytes = 64
  /// A type is two words.
  package static let typeBytes = 48
  /// A pseudonym names no one, so it can be short.
  package static let pseudonymBytes = 32
}
