// Why a source cannot be taken at all, and the bounds that it must keep. Protocols/import.md §1.

/// The bounds of one source. A city's feed has tens of entries, its largest table some thousands.
package enum ImportLimits {
  /// The whole text. An export of ten thousand items stays below.
  package static let sourceBytes = 10 * 1_048_576
  /// Entries of one source: each becomes an event, and one run should end within a minute.
  package static let entries = 10_000
  /// One text of an entry with its markup; the value of a field has at most half of it.
  static let textBytes = 512 * 1_024
  /// Nested elements of a feed; real ones have less than ten, and XHTML in them some more.
  static let xmlDepth = 64
  /// Nested components of a calendar; RFC 5545 knows three.
  static let calendarDepth = 8
  /// Columns of a table: ours has some fifty.
  static let columns = 1_000
  /// Notes that a plan tells one by one.
  package static let notes = 200
}

/// A source that is none; it is refused as a whole and nothing is written.
package enum ImportError: Error, Sendable, Equatable, CustomStringConvertible {
  /// More bytes than are taken.
  case tooLarge(limit: Int)
  /// More entries than are taken.
  case tooManyEntries(limit: Int)
  /// Neither UTF-8 nor Windows-1252, or an encoding that feeds do not use.
  case badEncoding(String)
  /// Nothing tells which format it is.
  case unknownFormat
  /// The format of that name is none.
  case noSuchFormat(String)
  /// The format cannot give items of that kind.
  case wrongKind(format: String, kind: String, takes: String)
  /// Tables and exports without a column `kind` need one.
  case kindNeeded
  /// The text breaks the rules of its format.
  case malformed(format: String, line: Int, what: String)
  /// A declaration of a document type: it could define entities that grow or read files.
  case documentType
  /// Elements or components stand too deep in each other.
  case tooDeep(format: String, limit: Int)
  /// The table lacks a column.
  case missingColumn(String)
  /// The name of the source is none.
  case badSourceName

  package var description: String {
    switch self {
    case .tooLarge(let limit):
      "the source has more than \(limit / 1_048_576) MiB: split it, or ask for fewer entries"
    case .tooManyEntries(let limit): "the source has more than \(limit) entries: split it"
    case .badEncoding(let what): "\(what): save the source as UTF-8"
    case .unknownFormat:
      "the format cannot be told: give it (rss, atom, ics, csv or jsonl)"
    case .noSuchFormat(let name): "\"\(name)\" is no format: rss, atom, ics, csv or jsonl"
    case .wrongKind(let format, let kind, let takes):
      "\(format) cannot give items of kind \(kind), only \(takes)"
    case .kindNeeded: "entries without a kind need one: news, date or project"
    case .malformed(let format, let line, let what): "no valid \(format), line \(line): \(what)"
    case .documentType:
      "the feed declares a document type, which is refused for safety: feeds need none"
    case .tooDeep(let format, let limit):
      "\(format) nested deeper than \(limit) levels is refused"
    case .missingColumn(let name):
      "the table has no column \"\(name)\": the first line must name the columns"
    case .badSourceName: "the name of a source is one line of 1 to 200 characters"
    }
  }
}
