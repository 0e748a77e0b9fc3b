// Tables: CSV by RFC 4180 with the columns of the export, and what spreadsheets in German make of
// it. Protocols/import.md §5.

import Catalogue
import Events
import Foundation

struct TableReader {
  let kind: ItemKind?

  func read(_ text: String) throws(ImportError) -> SourceContent {
    var content = SourceContent(format: .csv)
    var records = TableRecords(text)
    guard let header = try records.next() else {
      throw .malformed(format: "CSV", line: 1, what: "the table is empty")
    }
    let names = header.cells.map { SourceText.line($0) }
    guard names.contains("id") else { throw .missingColumn("id") }
    guard names.contains("title") else { throw .missingColumn("title") }
    guard Set(names).count == names.count else {
      throw .malformed(format: "CSV", line: 1, what: "a column stands twice")
    }
    let columns = names.map { TableColumn(name: $0) }
    let unknown = zip(names, columns).filter { $1 == nil && !TableColumn.fixed.contains($0) }
    if !unknown.isEmpty {
      content.notes.append(
        "columns that mean nothing here: \(unknown.map(\.0).prefix(20).joined(separator: ", "))")
    }
    while let record = try records.next() {
      // An empty line, or what a spreadsheet keeps of deleted rows.
      if record.cells.allSatisfy({ $0.allSatisfy(\.isWhitespace) }) { continue }
      guard record.cells.count <= names.count else {
        throw .malformed(
          format: "CSV", line: record.line,
          what: "\(record.cells.count) cells under \(names.count) columns")
      }
      try take(record, names, columns, into: &content)
    }
    return content
  }

  private func take(
    _ record: TableRecords.Record, _ names: [String], _ columns: [TableColumn?],
    into content: inout SourceContent
  ) throws(ImportError) {
    func fixed(_ name: String) -> String? {
      guard let index = names.firstIndex(of: name), index < record.cells.count else { return nil }
      let cell = SourceText.line(TableReader.unguarded(record.cells[index]))
      return cell.isEmpty ? nil : cell
    }
    guard let id = fixed("id") else {
      content.skipped.append(SkippedEntry(id: nil, reason: "line \(record.line) has no id"))
      return
    }
    guard let kind = fixed("kind").map({ ItemKind(rawValue: $0.lowercased()) }) ?? self.kind else {
      if fixed("kind") == nil { throw .kindNeeded }
      content.skipped.append(
        SkippedEntry(id: id, reason: "line \(record.line): project, news and date are kinds"))
      return
    }
    var entry = SourceEntry(id: id, kind: kind, fields: [:])
    entry.native = names.contains("lead") ? ItemID(id) : nil
    var members: [String: [(String, FieldValue)]] = [:]
    for (raw, column) in zip(record.cells, columns) where !raw.isEmpty {
      guard let column else { continue }
      let cell = TableReader.unguarded(raw)
      guard let value = column.value(of: cell) else {
        entry.unread.insert(column.field)
        entry.notes.append("\(column.field) left out: \"\(cell.prefix(40))\" cannot be read")
        continue
      }
      if column.isRest {
        guard case .object(let more) = value else { continue }
        for member in more { entry.fields[member.name] = member.value }
      } else if let member = column.member {
        members[column.field, default: []].append((member, value))
      } else {
        entry.fields[column.field] = value
      }
    }
    for (field, values) in members { entry.fields[field] = TableReader.object(field, values) }
    try content.add(entry)
  }

  /// The members of one field, with those that a person leaves out because they go without saying.
  private static func object(_ field: String, _ values: [(String, FieldValue)]) -> FieldValue {
    var values = values
    func has(_ name: String) -> Bool { values.contains { $0.0 == name } }
    if field == "when", let start = values.first(where: { $0.0 == "start" })?.1.text {
      if !has("allDay") { values.append(("allDay", .bool(!start.contains("T")))) }
      if !has("zone") { values.append(("zone", "Europe/Berlin")) }
    }
    if field == "price", !has("free") { values.append(("free", false)) }
    return .object(sorting: values)
  }

  /// Takes the apostrophe away that keeps spreadsheets from running a cell.
  /// Protocols/http-api.md §6.
  static func unguarded(_ cell: String) -> String {
    cell.unicodeScalars.first == "'"
      ? String(String.UnicodeScalarView(cell.unicodeScalars.dropFirst())) : cell
  }
}

/// A column of the table.
struct TableColumn: Equatable {
  let field: String
  let member: String?

  static let fixed: Set<String> = ["id", "kind", "lead", "sites", "created", "changed", "page"]
  private static let rest = "more"

  /// Cells of these hold canonical JSON; all others hold the text itself.
  private static let lists: Set<String> = ["fieldsOfAction", "keywords", "programme", "partners"]
  private static let truths: Set<String> = ["when.allDay", "price.free"]
  private static let degrees: Set<String> = ["venue.lat", "venue.lon"]
  private static let times: Set<String> = [
    "released", "period.from", "period.to", "when.start", "when.end", "schedule.oldStart",
    "registration.deadline", "participation.from", "participation.until",
  ]
  private static let texts: Set<String> = [
    "title", "subtitle", "placeLine", "summary", "body", "boilerplate", "language", "licence",
    "expires", "status", "when.zone", "recurrence", "schedule.state", "venue.name",
    "venue.street", "venue.postcode", "venue.town", "onlineLink", "organiser", "price.text",
    "registration.url", "funding", "cost", "results", "participation.kind", "participation.url",
    "contact.function", "contact.person", "contact.email", "contact.phone",
    "pressContact.function", "pressContact.email", "pressContact.phone", "correctionNote",
  ]

  /// Nil for a name that no table of ours has.
  init?(name: String) {
    let known = [Self.lists, Self.truths, Self.degrees, Self.times, Self.texts]
    guard name == TableColumn.rest || known.contains(where: { $0.contains(name) }) else {
      return nil
    }
    let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
    field = parts[0]
    member = parts.count == 2 ? parts[1] : nil
  }

  var isRest: Bool { field == TableColumn.rest }

  private var name: String { member.map { "\(field).\($0)" } ?? field }

  /// What a cell says; nil where it cannot be read.
  func value(of cell: String) -> FieldValue? {
    if isRest { return TableColumn.json(cell) }
    if TableColumn.lists.contains(name) {
      if let value = TableColumn.json(cell) { return value }
      // Lists of objects have no short form.
      guard name == "keywords" || name == "fieldsOfAction", !cell.hasPrefix("[") else { return nil }
      let parts = cell.split { ",;|\n".contains($0) }.map { SourceText.line(String($0)) }
      return .array(parts.filter { !$0.isEmpty }.map { .string($0) })
    }
    if TableColumn.truths.contains(name) {
      switch SourceText.line(cell).lowercased() {
      case "true", "wahr", "ja", "1": return true
      case "false", "falsch", "nein", "0": return false
      default: return nil
      }
    }
    if TableColumn.degrees.contains(name) {
      let word = SourceText.line(cell)
      if let number = Int64(word) {
        // Nobody writes whole degrees: without a decimal sign they are millionths.
        return .integer(number)
      }
      return CalendarSource.microDegrees(word[...]).map { .integer($0) }
    }
    if TableColumn.times.contains(name) { return .string(TableColumn.time(cell)) }
    return .string(cell)
  }

  private static func json(_ text: String) -> FieldValue? {
    try? JSONDecoder().decode(FieldValue.self, from: Data(text.utf8))
  }

  /// `26.09.2023 10:00` and `26.09.2023`, as a spreadsheet in German rewrites our times; all else
  /// stays as it is.
  static func time(_ cell: String) -> String {
    guard
      let match = SourceText.line(cell).wholeMatch(
        of: /(\d{1,2})\.(\d{1,2})\.(\d{4})(?:,? (\d{1,2}):(\d{2})(?::\d{2})?(?: Uhr)?)?/)
    else { return cell }
    func two(_ text: Substring) -> String { (text.count == 1 ? "0" : "") + text }
    let day = "\(match.3)-\(two(match.2))-\(two(match.1))"
    guard let hour = match.4, let minute = match.5 else { return day }
    return "\(day)T\(two(hour)):\(minute)"
  }
}

/// The records of a table, one after the other. RFC 4180 §2, with `;` and tabs as separators.
struct TableRecords {
  struct Record {
    let cells: [String]
    /// Where it begins, counted from 1.
    let line: Int
  }

  private let bytes: [UInt8]
  private let separator: UInt8
  private var index = 0
  private var line = 1

  private static let quote = UInt8(ascii: "\"")

  init(_ text: String) {
    bytes = Array(text.utf8)
    separator = TableRecords.separator(bytes)
  }

  /// The separator that the first line has most of, outside of quotes.
  private static func separator(_ bytes: [UInt8]) -> UInt8 {
    var counts: [(byte: UInt8, count: Int)] =
      [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")].map { ($0, 0) }
    var isQuoted = false
    for byte in bytes {
      if byte == quote { isQuoted.toggle() }
      if isQuoted { continue }
      if byte == 0x0a || byte == 0x0d { break }
      for index in counts.indices where counts[index].byte == byte { counts[index].count += 1 }
    }
    // Equal counts, as in a table of one column: the first of the list.
    return counts.reduce(counts[0]) { $1.count > $0.count ? $1 : $0 }.byte
  }

  /// The next record; nil at the end.
  mutating func next() throws(ImportError) -> Record? {
    guard index < bytes.count else { return nil }
    let start = line
    var cells: [String] = []
    while true {
      guard cells.count < ImportLimits.columns else {
        throw .malformed(format: "CSV", line: start, what: "too many columns")
      }
      cells.append(try cell())
      guard index < bytes.count else { break }
      let byte = bytes[index]
      index += 1
      if byte == separator {
        // A separator at the very end leaves one empty cell more.
        if index == bytes.count { cells.append("") }
        continue
      }
      if byte == 0x0d, index < bytes.count, bytes[index] == 0x0a { index += 1 }
      line += 1
      break
    }
    return Record(cells: cells, line: start)
  }

  private mutating func cell() throws(ImportError) -> String {
    var cell: [UInt8] = []
    guard index < bytes.count, bytes[index] == TableRecords.quote else {
      while index < bytes.count, bytes[index] != separator, bytes[index] != 0x0a,
        bytes[index] != 0x0d
      {
        cell.append(bytes[index])
        index += 1
      }
      return String(decoding: cell, as: UTF8.self)
    }
    let start = line
    index += 1
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if byte == TableRecords.quote {
        guard index < bytes.count, bytes[index] == TableRecords.quote else {
          let isEnd =
            index == bytes.count || bytes[index] == separator || bytes[index] == 0x0a
            || bytes[index] == 0x0d
          guard isEnd else {
            throw .malformed(format: "CSV", line: line, what: "text behind a closing quote")
          }
          return String(decoding: cell, as: UTF8.self)
        }
        index += 1
      }
      if byte == 0x0a { line += 1 }
      cell.append(byte)
    }
    throw .malformed(format: "CSV", line: start, what: "a quote is not closed")
  }
}
