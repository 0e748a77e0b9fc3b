// The exports, read back by small readers, and the catalogue of data sets.
// Protocols/http-api.md §6.

import Catalogue
import Events
import Foundation
import Testing

@testable import Web

@Suite struct FeedExportTests {
  /// The records of a CSV text by RFC 4180.
  private func records(_ text: String) throws -> [[String]] {
    var records: [[String]] = []
    var record: [String] = []
    var cell: [UInt8] = []
    var isQuoted = false
    let bytes = Array(text.utf8)
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if isQuoted {
        guard byte == UInt8(ascii: "\"") else {
          cell.append(byte)
          continue
        }
        if index < bytes.count, bytes[index] == byte {
          cell.append(byte)
          index += 1
        } else {
          isQuoted = false
        }
      } else if byte == UInt8(ascii: "\"") {
        isQuoted = true
      } else if byte == UInt8(ascii: ",") || byte == 0x0d {
        record.append(try #require(String(validating: cell, as: UTF8.self)))
        cell = []
        guard byte == 0x0d else { continue }
        #expect(bytes[index] == 0x0a, "a record ends with both")
        index += 1
        records.append(record)
        record = []
      } else {
        cell.append(byte)
      }
    }
    #expect(record.isEmpty && cell.isEmpty && !isQuoted, "the last record has its end")
    return records
  }

  /// The fields of a record, as the document says that it is read.
  private func fields(_ names: [String], _ record: [String]) throws -> FieldValue {
    var values: [(String, FieldValue)] = []
    var members: [String: [(String, FieldValue)]] = [:]
    for (name, raw) in zip(names, record).dropFirst(CSV.fixedColumns.count) where !raw.isEmpty {
      let isGuarded = raw.unicodeScalars.first == "'"
      let cell = isGuarded ? String(String.UnicodeScalarView(raw.unicodeScalars.dropFirst())) : raw
      if name == CSV.moreColumn {
        guard case .object(let more) = try FieldValue(canonical: Array(cell.utf8)) else { continue }
        values += more.map { ($0.name, $0.value) }
        continue
      }
      let column = try #require(CSV.columns.first { $0.name == name })
      let value = column.isText ? .string(cell) : try FieldValue(canonical: Array(cell.utf8))
      if let member = column.member {
        members[column.field, default: []].append((member, value))
      } else {
        values.append((column.field, value))
      }
    }
    return .object(sorting: values + members.map { ($0.key, .object(sorting: $0.value)) })
  }

  private func stage() throws -> Stage {
    let stage = try Seed.stage()
    try Nasty.write(on: stage)
    try stage.write(
      "herten", "date.revised", Seed.talk,
      [
        "price": ["free": false, "text": "5 €"], "recurrence": "FREQ=DAILY;COUNT=3",
        "schedule": ["state": "rescheduled", "oldStart": "2023-10-01T10:00"],
        "registration": ["url": "https://a.example/", "deadline": "2023-10-01"],
      ])
    return stage
  }

  /// What the API says of each item.
  private func expected(_ stage: Stage) throws -> [(ItemID, FieldValue)] {
    try [
      Seed.waste, Seed.portal, Seed.onleihe, Seed.release, Seed.camp, Seed.talk, Nasty.project,
      Nasty.news, Nasty.date,
    ].map { id in
      let state = try stage.state(id)
      let fields = state.registers.compactMap { register in
        state.value(register.field).map { (register.field, $0) }
      }
      return (id, .object(sorting: fields))
    }
  }

  // http-70
  @Test func jsonLinesGiveEveryValueBack() throws {
    let stage = try stage()
    let reply = try stage.get("/export.jsonl")
    #expect(reply["Content-Type"] == "application/jsonl; charset=utf-8")
    var found: [String: FieldValue] = [:]
    for line in reply.body.utf8.split(separator: 0x0a) {
      let item = try JSONDecoder().decode(FieldValue.self, from: Data(line))
      found[item["id"]?.text ?? ""] = item["fields"]
    }
    let expected = try expected(stage)
    #expect(found.count == expected.count)
    for (id, fields) in expected { #expect(found[id.description] == fields, "\(id)") }
  }

  // http-70
  @Test func csvGivesEveryValueBackAndRunsNothing() throws {
    let stage = try stage()
    let reply = try stage.get("/export.csv")
    #expect(reply["Content-Type"] == "text/csv; charset=utf-8; header=present")
    let records = try records(reply.body)
    let names = records[0]
    #expect(names.prefix(7) == CSV.fixedColumns[...] && names.last == CSV.moreColumn)
    #expect(records.allSatisfy { $0.count == names.count })
    let found = try records.dropFirst().map { ($0[0], try fields(names, $0)) }
    let expected = try expected(stage)
    #expect(found.count == expected.count)
    for (id, fields) in expected {
      #expect(found.first { $0.0 == id.description }?.1 == fields, "\(id)")
    }
    for cell in records.joined() {
      let first = cell.unicodeScalars.first
      #expect(first.map { !"=+-@\t\r\n＝＋－＠".unicodeScalars.contains($0) } ?? true, "\(cell)")
    }
  }

  // http-60
  @Test func anExportTakesFiltersAndAKind() throws {
    let stage = try stage()
    #expect(try records(try stage.body("/export.csv?art=news")).count == 3)
    #expect(try records(try stage.body("/export.csv?art=project&ort=herten")).count == 2)
    #expect(try stage.body("/export.jsonl?schlagwort=nichts").isEmpty)
  }

  // http-71
  @Test func theCatalogueOfDataSetsNamesEveryDistribution() throws {
    let stage = try stage()
    let turtle = try stage.get("/katalog.ttl")
    #expect(turtle["Content-Type"] == "text/turtle; charset=utf-8")
    for address in ["export.csv?art=news", "export.jsonl?art=date", "kalender.ics"] {
      #expect(turtle.body.contains("dcat:downloadURL <https://vest.example/\(address)>"))
    }
    #expect(turtle.body.contains("districtKey/05562>"))
    let json = try JSONDecoder().decode(
      FieldValue.self, from: Data(try stage.body("/katalog.jsonld").utf8))
    let types = (json.elements ?? []).flatMap { $0["@type"]?.elements ?? [] }
    #expect(types.count { $0 == "http://www.w3.org/ns/dcat#Dataset" } == 3)
    #expect(types.count { $0 == "http://www.w3.org/ns/dcat#Distribution" } == 13)
  }
}
