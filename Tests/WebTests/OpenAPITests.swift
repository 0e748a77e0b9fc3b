// The OpenAPI document: it is the file of the specifications, it names every route, and what it
// says of parameters and answers is what the API does. Protocols/http-api.md §2.

import Catalogue
import Events
import Foundation
import HTTP
import Testing

@testable import Web

@Suite struct OpenAPITests {
  private func json(_ reply: Reply) throws -> FieldValue {
    try JSONDecoder().decode(FieldValue.self, from: Data(reply.body.utf8))
  }

  // http-13
  @Test func theServedDocumentIsTheFileOfTheSpecifications() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Protocols/openapi.json")
    let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
    #expect(text == String(decoding: OpenAPI.text, as: UTF8.self))
    let reply = try Seed.stage().get("/api/v1/openapi.json")
    #expect(reply.status == 200 && reply.body == text)
    #expect(reply["Content-Type"] == "application/json")
  }

  // http-14
  @Test func everyRouteOfTheAPIStandsInTheDocument() throws {
    let told = OpenAPI.operations.map { operation in
      let path = operation.path.replacing(/\{\w+\}/, with: ":")
      return "\(operation.method.uppercased()) /api/v1\(path)"
    }
    let routes = try Seed.stage().front().router.routes.filter { $0.contains(" /api/") }
    #expect(routes == told.sorted() && routes.count > 5)
  }

  @Test func everyReferenceLeadsSomewhere() throws {
    let references = String(decoding: OpenAPI.text, as: UTF8.self)
      .matches(of: /"\$ref": "#\/([^"]+)"/).map { String($0.1) }
    #expect(references.count > 20)
    for reference in references {
      let part = reference.split(separator: "/").reduce(FieldValue?.some(OpenAPI.document)) {
        $0?[String($1)]
      }
      #expect(part != nil, "\(reference)")
    }
    let named = Set(references.map { $0.split(separator: "/").last.map(String.init) })
    for (name, _) in OpenAPI.Schema.all { #expect(named.contains(name), "\(name) is not used") }
  }

  // http-12
  @Test(arguments: OpenAPI.operations.filter { $0.method == "get" && !$0.path.contains("{") })
  func everyParameterThatIsToldIsTakenAndNoOther(_ operation: OpenAPI.Operation) throws {
    let stage = try Seed.stage()
    for parameter in OpenAPI.parameters where operation.parameters.contains(parameter.key) {
      // Only a page gives a cursor.
      guard parameter.example != .null else { continue }
      let value = parameter.example.text ?? parameter.example.canonicalText
      let words = operation.path == "/search" && parameter.name != "q" ? "&q=onleihe" : ""
      let target = "/api/v1\(operation.path)?\(parameter.name)=\(value)\(words)"
      #expect(try stage.get(target).status == 200, "\(target)")
    }
    #expect(try stage.get("/api/v1\(operation.path)?nothing=1").status == 400)
  }

  // http-14
  @Test(arguments: [
    ("/items", "/items?counts=true"), ("/items", "/items?kind=date"), ("/items", "/items?limit=1"),
    ("/items/{id}", "/items/\(Seed.onleihe)"), ("/items/{id}", "/items/\(Seed.camp)"),
    ("/search", "/search?q=onleihe"), ("/cities", "/cities"), ("/status", "/status"),
    ("/fieldsOfAction", "/fieldsOfAction"), ("/problems", "/problems"),
    ("/changes", "/changes?limit=3"), ("/changes", "/changes?after=9999"),
  ])
  func anAnswerIsWhatItsSchemaTells(_ path: String, _ target: String) throws {
    let stage = try Seed.stage()
    try Conflicts.open(on: stage)
    let operation = try #require(
      OpenAPI.operations.first { $0.method == "get" && $0.path == path })
    let schema = OpenAPI.Schema.reference(try #require(operation.answer))
    let reply = try stage.get("/api/v1" + target)
    #expect(reply.status == operation.status)
    #expect(faults(in: try json(reply), schema) == [])
  }

  @Test func whatAWriteAnswersIsWhatItsSchemaTells() throws {
    let stage = try Seed.stage()
    let fields = #""fields":{"title":"Neu"}"#
    let seen = try stage.state(Seed.waste).screen.text
    let rows = [
      ("/items", "Creation", #"{"kind":"news",\#(fields)}"#, "items"),
      (
        "/items/{id}/events", "Edit",
        #"{"type":"project.revised","context":\#(seen),\#(fields)}"#, "items/\(Seed.waste)/events"
      ),
    ]
    for (path, body, text, target) in rows {
      let operation = try #require(
        OpenAPI.operations.first { $0.method == "post" && $0.path == path })
      #expect(operation.body == body)
      let sent = try JSONDecoder().decode(FieldValue.self, from: Data(text.utf8))
      #expect(faults(in: sent, OpenAPI.Schema.reference(body)) == [])
      let reply = try stage.send(
        "POST", "/api/v1/" + target,
        ["Authorization": "Bearer \(Stage.token)", "Content-Type": "application/json"], body: text)
      #expect(reply.status == operation.status)
      let answer = try json(reply)
      #expect(faults(in: answer, OpenAPI.Schema.reference(operation.answer ?? "")) == [])
    }
  }

  @Test(arguments: ["/items?limit=0", "/items/marl-unbekannt1", "/search"])
  func aProblemIsWhatItsSchemaTells(_ target: String) throws {
    let reply = try Seed.stage().get("/api/v1" + target)
    #expect(faults(in: try json(reply), OpenAPI.Schema.reference("Problem")) == [])
  }

  @Test func aMissingAndAnUntoldMemberAreFaults() {
    let schema = OpenAPI.Schema.reference("Part")
    #expect(faults(in: ["isMatch": true, "text": "a"], schema) == [])
    #expect(faults(in: ["isMatch": true], schema) == ["/text is missing"])
    #expect(faults(in: ["isMatch": 1, "text": "a", "more": 1], schema).count == 2)
  }

  // MARK: - Schemas

  /// What of a value is not as a schema tells: types, codes, members that are missing or not told.
  private func faults(in value: FieldValue, _ schema: FieldValue, at path: String = "") -> [String]
  {
    if let name = schema["$ref"]?.text?.split(separator: "/").last {
      let target = OpenAPI.Schema.all.first { $0.0 == name }?.1
      return target.map { faults(in: value, $0, at: path) } ?? ["\(path): no schema \(name)"]
    }
    if let choices = schema["anyOf"]?.elements {
      let all = choices.map { faults(in: value, $0, at: path) }
      return all.contains([]) ? [] : all[0]
    }
    if let codes = schema["enum"]?.elements, !codes.contains(value) {
      return ["\(path) is none of the codes"]
    }
    if let pattern = schema["pattern"]?.text, let text = value.text,
      text.range(of: pattern, options: .regularExpression) == nil
    {
      return ["\(path) is not of its form: \(text)"]
    }
    switch (schema["type"]?.text, value) {
    case (nil, _), ("null", .null), ("boolean", .bool), ("integer", .integer), ("string", .string):
      return []
    case ("array", .array(let elements)):
      return elements.enumerated().flatMap {
        faults(in: $1, schema["items"] ?? [:], at: "\(path)/\($0)")
      }
    case ("object", .object(let members)):
      return faults(in: members, schema, at: path)
    default: return ["\(path) is of another type"]
    }
  }

  private func faults(
    in members: [FieldValue.Member], _ schema: FieldValue, at path: String
  ) -> [String] {
    let required = schema["required"]?.elements?.compactMap(\.text) ?? []
    let missing = required.filter { name in !members.contains { $0.name == name } }
      .map { "\(path)/\($0) is missing" }
    guard schema["properties"] != nil || schema["additionalProperties"] != nil else {
      return missing
    }
    return missing
      + members.flatMap { member in
        let part = schema["properties"]?[member.name] ?? schema["additionalProperties"]
        let place = "\(path)/\(member.name)"
        return part.map { faults(in: member.value, $0, at: place) } ?? ["\(place) is not told"]
      }
  }
}
