// JSON Lines as the export writes them: an item a line. Protocols/import.md §5.

import Catalogue
import Events
import Foundation

struct ExportReader {
  let kind: ItemKind?

  func read(_ text: String) throws(ImportError) -> SourceContent {
    var content = SourceContent(format: .jsonl)
    var number = 0
    for line in text.utf8.split(separator: 0x0a, omittingEmptySubsequences: false) {
      number += 1
      if line.allSatisfy({ $0 == 0x20 || $0 == 0x0d || $0 == 0x09 }) { continue }
      guard let value = try? JSONDecoder().decode(FieldValue.self, from: Data(line)),
        case .object = value
      else {
        throw .malformed(format: "JSON Lines", line: number, what: "no JSON object")
      }
      guard let id = value["id"]?.text, case .object(let fields)? = value["fields"] else {
        throw .malformed(
          format: "JSON Lines", line: number, what: "the members id and fields are needed")
      }
      guard let kind = value["kind"]?.text.map({ ItemKind(rawValue: $0) }) ?? self.kind else {
        if value["kind"] == nil { throw .kindNeeded }
        content.skipped.append(
          SkippedEntry(id: id, reason: "line \(number): project, news and date are kinds"))
        continue
      }
      var entry = SourceEntry(id: id, kind: kind, fields: [:])
      entry.native = value["lead"] == nil ? nil : ItemID(id)
      for field in fields where field.value != .null { entry.fields[field.name] = field.value }
      try content.add(entry)
    }
    return content
  }
}
