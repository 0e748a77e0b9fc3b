// What each field holds: the vectors of Protocols/catalogue-fields.md, judged by the rules, by an
// event that writes them, and by the JSON Schemas; and that rules and schemas know the same fields.

import Events
import Foundation
import Testing

@testable import Catalogue

@Suite struct FieldTests {
  private static let vectors = VectorFile.all(in: "fields")
  private static let valid = vectors.filter { $0["expect"] == "valid" }

  /// What a vector says of a value.
  private struct Row {
    let kind: ItemKind
    let field: String
    let value: FieldValue
    let isValid: Bool

    init(_ vector: VectorFile) throws {
      kind = try #require(vector["kind"].flatMap { ItemKind(rawValue: $0) })
      field = try #require(vector["field"])
      value = try FieldValue(canonical: Array(vector.body.dropLast()))
      isValid = vector["expect"] == "valid"
      try #require(isValid || vector["expect"] == "invalid")
    }
  }

  // field-2
  @Test(arguments: vectors) func theRulesJudgeAsTheVectorTells(_ vector: VectorFile) throws {
    let row = try Row(vector)
    #expect(FieldRules.accept(row.value, in: row.field, of: row.kind) == row.isValid)
  }

  @Test(arguments: vectors) func anEventWithTheValueGetsTheVerdict(_ vector: VectorFile) throws {
    let row = try Row(vector)
    var region = Region()
    let item = sample(herten)
    region.tell(herten, "\(row.kind).created", item, ["title": "A"])
    region.tell(herten, "item.invited", item, ["invited/marl": true])
    let isEntry = row.field.hasPrefix("participant/")
    let author = isEntry ? marl : row.field.hasPrefix("kreis/") ? kreis : herten
    var writes = [row.field: row.value]
    if row.field == "kreis/hidden" { writes["kreis/hiddenReason"] = "Werbung" }
    let verdict = region.tell(author, "item.annotated", item, writes)
    // An entry under a name that tells no site is nobody's: rights are judged first.
    let isNobodys = isEntry && row.field != "participant/marl"
    #expect(verdict == (row.isValid ? .applied : .void(isNobodys ? .noRight : .invalidField)))
  }

  // field-71
  @Test(arguments: vectors) func theSchemaJudgesAlikeWhereItCan(_ vector: VectorFile) throws {
    let row = try Row(vector)
    let object = FieldValue.object([.init(name: row.field, value: row.value)])
    let isValid = row.isValid || vector["schema"] == "valid"
    #expect(try SchemaFolder.shared.accepts(object, file: "\(row.kind).json") == isValid)
  }

  @Test(arguments: valid.filter { $0["field"] != "title" })
  func everyFieldButTheTitleCanBeCleared(_ vector: VectorFile) throws {
    let row = try Row(vector)
    #expect(FieldRules.accept(.null, in: row.field, of: row.kind))
    let object = FieldValue.object([.init(name: row.field, value: .null)])
    #expect(try SchemaFolder.shared.accepts(object, file: "\(row.kind).json"))
  }

  @Test(arguments: ItemKind.allCases) func aCreationNeedsATitle(_ kind: ItemKind) throws {
    var region = Region()
    let item = sample(herten)
    let type = "\(kind).created"
    #expect(region.tell(herten, type, item, ["summary": "x"]) == .void(.invalidField))
    #expect(region.tell(herten, type, item, ["title": .null]) == .void(.invalidField))
    #expect(region.tell(herten, type, item, ["title": "x"]) == .applied)
    let creation = "\(kind).json#/$defs/creation"
    #expect(try !SchemaFolder.shared.accepts(["summary": "x"], file: creation))
    #expect(try SchemaFolder.shared.accepts(["title": "x"], file: creation))
  }

  @Test(arguments: ItemKind.allCases)
  func rulesAndSchemaKnowTheSameFields(_ kind: ItemKind) throws {
    let schema = try SchemaFolder.shared.document("\(kind).json")
    let properties = try #require(schema["properties"] as? [String: Any])
    #expect(Set(properties.keys) == Set(FieldRules.table.keys))
    for (name, rule) in FieldRules.table {
      let isHad = !(properties[name] as? Bool == false)
      #expect(isHad == rule.kinds.contains(kind), "\(name)")
    }
    let families = try #require(schema["patternProperties"] as? [String: Any]).keys
      .map { $0.dropFirst().prefix { $0 != "/" } }
    #expect(Set(families) == ["invited", "link", "media", "participant"])
  }

  @Test func everyFieldHasAValidAndAnInvalidVector() throws {
    let names = FieldRules.table.keys + ["invited/", "participant/", "link/", "media/"]
    for name in names {
      let own = Self.vectors.filter {
        $0["field"] == name || (name.hasSuffix("/") && $0["field"]?.hasPrefix(name) == true)
      }
      #expect(own.contains { $0["expect"] == "valid" }, "\(name)")
      // A plain text refuses nothing of its own: one vector stands for all of them.
      let isText = FieldRules.table[name].map { $0.shape("a\nb") && $0.shape("") } ?? false
      #expect(isText || own.contains { $0["expect"] == "invalid" }, "\(name)")
    }
  }

  @Test func aKeywordThatTheTestsDoNotKnowIsAnError() throws {
    #expect(throws: SchemaFolder.Unknown.self) {
      try SchemaFolder.shared.accepts(1, ["multipleOf": 2], in: "date.json")
    }
    #expect(try SchemaFolder.shared.accepts(1, ["type": "integer"], in: "date.json"))
    #expect(try !SchemaFolder.shared.accepts("1", ["type": "integer"], in: "date.json"))
  }
}
