// From the bytes of a source to entries in the fields of the catalogue. Protocols/import.md §1.

package import Catalogue
package import Events

/// The formats that are read.
package enum ImportFormat: String, Sendable, CaseIterable {
  /// RSS 2.0.
  case rss
  /// RFC 4287, with the tombstones of RFC 6721.
  case atom
  /// iCalendar, RFC 5545.
  case ics
  /// RFC 4180, with the column names of the export.
  case csv
  /// The export: an item a line.
  case jsonl

  /// True if the source tells all that it has; feeds tell the newest entries only.
  var isWhole: Bool { self != .rss && self != .atom }

  /// What people call it.
  var name: String {
    switch self {
    case .rss: "RSS"
    case .atom: "Atom"
    case .ics: "iCalendar"
    case .csv: "CSV"
    case .jsonl: "JSON Lines"
    }
  }
}

/// One entry of a source.
package struct SourceEntry: Sendable, Equatable {
  /// What the source calls it; unique within the source.
  package let id: String
  /// What it becomes.
  package let kind: ItemKind
  /// What it says, by field; each value is valid in its field.
  package var fields: [String: FieldValue]
  /// The item that the entry was exported from; nil in every other format.
  package var native: ItemID?
  /// What of the entry could not be taken, for people.
  package var notes: [String] = []
  /// The fields that the entry has and that could not be read: nothing is known of them.
  var unread: Set<String> = []
  /// The revision that the source counts (SEQUENCE of a calendar).
  var revision = 0

  /// The title, for people.
  package var title: String { fields["title"]?.text ?? id }
}

/// An entry that could not be taken.
package struct SkippedEntry: Sendable, Equatable {
  /// What the source calls it; nil where that cannot be read.
  package let id: String?
  /// Why, for people.
  package let reason: String
}

/// All that a source says.
package struct SourceContent: Sendable, Equatable {
  /// Its format.
  package let format: ImportFormat
  /// The entries in the order of the source.
  package var entries: [SourceEntry] = []
  /// What could not be taken.
  package var skipped: [SkippedEntry] = []
  /// What the source says to be gone, by id, and why.
  package var tombstones: [String: String] = [:]
  /// True if what is not among the entries is gone, unless a window says otherwise.
  package var isWhole: Bool
  /// A feed's oldest entry (local time): what is older has scrolled out. Nil where the feed's order
  /// does not tell.
  package var oldest: String?
  /// What concerns the whole, for people.
  package var notes: [String] = []
  /// Where each id stands among the entries.
  private var places: [String: Int] = [:]

  init(format: ImportFormat) {
    self.format = format
    isWhole = format.isWhole
  }

  /// Takes an entry whose values all fit; what does not fit is left out with a note, and an entry
  /// without title or with an id that was there is skipped.
  mutating func add(_ entry: SourceEntry) throws(ImportError) {
    guard entries.count + skipped.count < ImportLimits.entries else {
      throw .tooManyEntries(limit: ImportLimits.entries)
    }
    var entry = entry
    guard FieldRules.accept(["id": .string(entry.id), "importer": "x"], in: "source", of: .news),
      entry.id.unicodeScalars.count <= SourceContent.idCharacters
    else {
      skipped.append(SkippedEntry(id: nil, reason: "an entry without a usable id"))
      return
    }
    for (name, value) in entry.fields.sorted(by: { $0.key < $1.key })
    where !FieldName.isValid(name) || !FieldRules.accept(value, in: name, of: entry.kind) {
      entry.fields[name] = nil
      entry.unread.insert(name)
      entry.notes.append("\(name) left out: not a value of this field")
    }
    guard entry.fields["title"] != nil else {
      skipped.append(SkippedEntry(id: entry.id, reason: "without a usable title"))
      return
    }
    if let index = places[entry.id] {
      if entry.revision > entries[index].revision {
        entries[index] = entry
      } else if entry.revision == entries[index].revision {
        skipped.append(SkippedEntry(id: entry.id, reason: "the id stands twice; the first counts"))
      }
      return
    }
    places[entry.id] = entries.count
    entries.append(entry)
  }

  /// An id becomes a line of the catalogue that people see; addresses fit.
  private static let idCharacters = 2_000
}

/// How a source is to be read.
package struct SourceReader: Sendable {
  /// The kind of items that the entries become; nil for what they say themselves.
  package var kind: ItemKind?
  /// The format; nil to look.
  package var format: ImportFormat?
  /// Where relative links of the source lead from; nil for nowhere.
  package var address: String?

  /// A reader for that kind and format.
  package init(kind: ItemKind? = nil, format: ImportFormat? = nil, address: String? = nil) {
    self.kind = kind
    self.format = format
    self.address = address
  }

  /// Reads a source.
  ///
  /// - Throws: `ImportError` if it cannot be taken as a whole.
  package func read(_ bytes: [UInt8]) throws(ImportError) -> SourceContent {
    guard bytes.count <= ImportLimits.sourceBytes else {
      throw .tooLarge(limit: ImportLimits.sourceBytes)
    }
    let isCalendar = format == .ics || (format == nil && bytes.starts(with: SourceReader.calendar))
    let text = try SourceText.decode(isCalendar ? CalendarLine.unfolded(bytes) : bytes)
    guard let format = format ?? SourceReader.guess(text) else { throw .unknownFormat }
    switch format {
    case .rss, .atom:
      guard kind != .date else {
        throw .wrongKind(format: format.name, kind: "date", takes: "news or project")
      }
      return try FeedReader(kind: kind ?? .news, format: format, address: address).read(text)
    case .ics:
      guard kind == nil || kind == .date else {
        throw .wrongKind(format: format.name, kind: kind?.rawValue ?? "", takes: "date")
      }
      return try CalendarReader(address: address).read(text)
    case .csv: return try TableReader(kind: kind).read(text)
    case .jsonl: return try ExportReader(kind: kind).read(text)
    }
  }

  private static let calendar = Array("BEGIN:VCALENDAR".utf8)

  /// What the text begins like.
  static func guess(_ text: String) -> ImportFormat? {
    let head = text.utf8.prefix(4_096).drop { [0x20, 0x09, 0x0a, 0x0d].contains($0) }
    let start = String(decoding: head, as: UTF8.self)
    if start.hasPrefix("BEGIN:VCALENDAR") { return .ics }
    if start.hasPrefix("{") { return .jsonl }
    if start.hasPrefix("<") {
      if start.contains("<rss") { return .rss }
      return start.contains("<feed") || start.contains(":feed") ? .atom : nil
    }
    let line = start.prefix { $0 != "\n" && $0 != "\r\n" && $0 != "\r" }
    let names = line.split { ",;\t".contains($0) }
    return names.count >= 2 && names.contains { $0.filter { $0 != "\"" } == "title" } ? .csv : nil
  }
}
