// All public items as JSON Lines and as CSV (RFC 4180), without loss: what a reader gets back is
// what was written. Protocols/http-api.md §6.

import Catalogue
import Events
import Views

extension OpenData {
  /// One canonical JSON object a line: the item and its fields in force.
  func jsonLines(_ filter: OpenFilter) throws -> OpenOutput {
    var bytes: [UInt8] = []
    let changesAt = try eachPublic(filter) { row, state in
      let value = FieldValue.object(sorting: [
        ("id", .string(row.id.description)), ("kind", .string(row.kind)),
        ("lead", .string(row.lead.description)),
        ("sites", .array(row.sites.map { .string($0.description) })),
        ("created", .string(row.createdAt.description)),
        ("changed", .string(row.changedAt.description)), ("page", .string(page(row))),
        ("fields", .object(sorting: OpenData.fields(of: state))),
      ])
      bytes += value.canonicalText.utf8
      bytes.append(0x0a)
    }
    return OpenOutput(
      bytes: bytes, type: "application/jsonl; charset=utf-8", changesAt: changesAt,
      fields: [attachment("vesthub.jsonl")])
  }

  /// A header and one record an item.
  func csv(_ filter: OpenFilter) throws -> OpenOutput {
    var bytes: [UInt8] = []
    let names = CSV.fixedColumns + CSV.columns.map(\.name) + [CSV.moreColumn]
    CSV.append(names, to: &bytes)
    let changesAt = try eachPublic(filter) { row, state in
      let fixed = [
        row.id.description, row.kind, row.lead.description,
        row.sites.map(\.description).joined(separator: " "), row.createdAt.description,
        row.changedAt.description, page(row),
      ]
      CSV.append(fixed + CSV.cells(of: OpenData.fields(of: state)), to: &bytes)
    }
    return OpenOutput(
      bytes: bytes, type: "text/csv; charset=utf-8; header=present", changesAt: changesAt,
      fields: [attachment("vesthub.csv")])
  }

  /// Every item that the public sees now, ascending by day.
  private func eachPublic(
    _ filter: OpenFilter, _ body: (ItemRow, ItemState) -> Void
  ) throws -> Timestamp? {
    let rows = try rows(filter, order: .oldestFirst)
    for row in rows where standing(of: row) == .shown {
      if let state = try reads.state(row.id) { body(row, state) }
    }
    return nextChange(of: rows)
  }

  private static func fields(of state: ItemState) -> [(String, FieldValue)] {
    state.registers.compactMap { register in
      state.value(register.field).map { (register.field, $0) }
    }
  }

  private func attachment(_ name: String) -> OpenOutput.Field {
    OpenOutput.Field(name: "Content-Disposition", value: "attachment; filename=\"\(name)\"")
  }
}

/// The table that CSV puts items into.
///
/// A field whose value does not fit its columns exactly (an empty text, which a cell cannot tell
/// from none; a member without a column) stands whole in the last column, as JSON. So no value is
/// lost, and no column holds two kinds of thing.
enum CSV {
  /// A field, or a member of one.
  struct Column {
    let field: String
    var member: String?
    /// True if the cell holds the text itself, else canonical JSON.
    var isText = true

    var name: String { member.map { "\(field).\($0)" } ?? field }
  }

  static let fixedColumns = ["id", "kind", "lead", "sites", "created", "changed", "page"]
  static let moreColumn = "more"

  static let columns: [Column] =
    texts(["title", "subtitle", "placeLine", "summary", "body", "boilerplate"])
    + values(["fieldsOfAction", "keywords"])
    + texts(["language", "licence", "released", "expires", "status"])
    + members("period", ["from", "to"])
    + [Column(field: "when", member: "allDay", isText: false)]
    + members("when", ["start", "end", "zone"])
    + texts(["recurrence"]) + members("schedule", ["state", "oldStart"])
    + members("venue", ["name", "street", "postcode", "town"])
    + ["lat", "lon"].map { Column(field: "venue", member: $0, isText: false) }
    + texts(["onlineLink", "organiser"])
    + [Column(field: "price", member: "free", isText: false)] + members("price", ["text"])
    + members("registration", ["url", "deadline"]) + values(["programme", "partners"])
    + texts(["funding", "cost", "results"])
    + members("participation", ["kind", "url", "from", "until"])
    + members("contact", ["function", "person", "email", "phone"])
    + members("pressContact", ["function", "email", "phone"]) + texts(["correctionNote"])

  private static func texts(_ names: [String]) -> [Column] { names.map { Column(field: $0) } }

  private static func values(_ names: [String]) -> [Column] {
    names.map { Column(field: $0, isText: false) }
  }

  private static func members(_ field: String, _ names: [String]) -> [Column] {
    names.map { Column(field: field, member: $0) }
  }

  /// The cells of `columns` and the last one.
  static func cells(of fields: [(String, FieldValue)]) -> [String] {
    var cells = [String](repeating: "", count: columns.count)
    var more: [(String, FieldValue)] = []
    for (field, value) in fields {
      if let placed = place(field, value) {
        for (index, text) in placed { cells[index] = text }
      } else {
        more.append((field, value))
      }
    }
    return cells + [more.isEmpty ? "" : FieldValue.object(sorting: more).canonicalText]
  }

  /// The cells of one field; nil if it does not fit exactly.
  private static func place(_ field: String, _ value: FieldValue) -> [(Int, String)]? {
    let indices = columns.indices.filter { columns[$0].field == field }
    guard let first = indices.first else { return nil }
    if columns[first].member == nil { return cell(value, columns[first]).map { [(first, $0)] } }
    guard case .object(let members) = value, !members.isEmpty else { return nil }
    var placed: [(Int, String)] = []
    for member in members {
      guard let index = indices.first(where: { columns[$0].member == member.name }),
        let text = cell(member.value, columns[index])
      else { return nil }
      placed.append((index, text))
    }
    return placed
  }

  private static func cell(_ value: FieldValue, _ column: Column) -> String? {
    if case .string(let text) = value { return column.isText && !text.isEmpty ? text : nil }
    return column.isText ? nil : value.canonicalText
  }

  /// One record: every cell quoted, so that any text fits.
  static func append(_ cells: [String], to bytes: inout [UInt8]) {
    for (index, cell) in cells.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      guard !cell.isEmpty else { continue }
      bytes.append(UInt8(ascii: "\""))
      for byte in guarded(cell).utf8 {
        if byte == UInt8(ascii: "\"") { bytes.append(byte) }
        bytes.append(byte)
      }
      bytes.append(UInt8(ascii: "\""))
    }
    bytes += "\r\n".utf8
  }

  /// A cell that a spreadsheet would run begins with an apostrophe more, and so does one that
  /// begins with an apostrophe: a reader takes one away wherever there is one.
  static func guarded(_ cell: String) -> String {
    guard let first = cell.unicodeScalars.first, dangerous.contains(first) else { return cell }
    return "'" + cell
  }

  /// With the wide forms that some programs take for the narrow ones.
  private static let dangerous: Set<Unicode.Scalar> = [
    "=", "+", "-", "@", "\t", "\r", "\n", "'", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}",
  ]
}
