// The API as an OpenAPI document: every resource, its parameters, bodies, answers and problems.
// Protocols/http-api.md §2. `Protocols/openapi.json` is the same, byte for byte.

import Catalogue
import Events
import Importers
import Views

/// The description that a node serves of its own API.
enum OpenAPI {
  /// One method of one path.
  struct Operation {
    let method: String
    /// Below `/api/v1`; what is in braces is taken from the address.
    let path: String
    let summary: String
    var parameters: [String] = []
    /// The schema of the body; nil where there is none.
    var body: String?
    var bodyMedia = "application/json"
    /// True if a reader with a token is shown more.
    var mayBearToken = false
    /// The schema of the answer; nil for this document itself.
    let answer: String?
    var status = 200
    var media = "application/json"
    /// What may come instead.
    let problems: [Problem]
  }

  /// One parameter, with a value that it takes.
  struct Parameter {
    let name: String
    let description: String
    let schema: FieldValue
    let example: FieldValue
    var isInPath = false
    var isInHeader = false
    var isRequired = false
  }

  /// Every operation, in the order of the specification.
  static let operations: [Operation] = {
    let bad = Problem.badParameter("", "")
    let filters = [
      "kind", "site", "fieldOfAction", "status", "keyword", "q", "from", "until", "featured",
      "order", "limit", "cursor", "counts",
    ]
    let writing = [
      Problem.badBody("", ""), .unauthorized, .noRight, .notJSON, .misdirected,
      .badField("", ""), Problem(withoutEffect: ""), .unavailable,
    ]
    return [
      Operation(
        method: "get", path: "/items", summary: "A list of items, filtered and paged",
        parameters: filters, answer: "ItemList", problems: [bad, .unavailable]),
      Operation(
        method: "post", path: "/items", summary: "Create an item of the node's own site",
        parameters: ["Idempotency-Key"], body: "Creation", answer: "Written", status: 201,
        problems: writing + [bad, .keyInUse, .keyReused]),
      Operation(
        method: "post", path: "/imports", summary: "Import a source, or plan it",
        parameters: ["source", "kind", "format", "address", "dryRun", "force", "whole", "foreign"],
        body: "Source", bodyMedia: "application/octet-stream", answer: "ImportReport",
        problems: [bad, .unauthorized, .noRight, .misdirected, .badSource(""), .unavailable]),
      Operation(
        method: "get", path: "/items/{id}", summary: "One item, with conflicts and context",
        parameters: ["id"], mayBearToken: true, answer: "Item",
        problems: [bad, .notFound, .gone, .unavailable]),
      Operation(
        method: "post", path: "/items/{id}/events",
        summary: "Edit an item as it was on the client's screen", parameters: ["id"],
        body: "Edit", answer: "Written", status: 201, problems: writing + [.notFound]),
      Operation(
        method: "get", path: "/search", summary: "Items by their words, the best first",
        parameters: filters, answer: "SearchResult", problems: [bad, .unavailable]),
      Operation(
        method: "get", path: "/cities", summary: "All publishers of the region",
        answer: "CityList", problems: [bad, .unavailable]),
      Operation(
        method: "get", path: "/fieldsOfAction", summary: "The fields of action",
        answer: "FieldOfActionList", problems: [bad, .unavailable]),
      Operation(
        method: "get", path: "/status", summary: "What two nodes compare", answer: "Status",
        problems: [bad, .unavailable]),
      Operation(
        method: "get", path: "/problems", summary: "The types of problems", answer: "ProblemList",
        problems: [bad, .unavailable]),
      Operation(
        method: "get", path: "/changes",
        summary: "What changed after a position, as a batch of CloudEvents 1.0",
        parameters: ["after", "limit"], answer: "ChangeList",
        media: "application/cloudevents-batch+json", problems: [bad, .unavailable]),
      Operation(
        method: "get", path: "/changes/stream",
        summary: "The same as server-sent events, one CloudEvent each, as they come",
        parameters: ["after"], answer: "ChangeStream", media: "text/event-stream",
        problems: [bad, .unavailable]),
      Operation(
        method: "get", path: "/openapi.json", summary: "This document", answer: nil,
        problems: [bad, .unavailable]),
    ]
  }()

  /// Every parameter, once.
  static let parameters: [Parameter] = [
    Parameter(
      name: "id", description: "The item", schema: Schema.pattern(Schema.itemPattern),
      example: "marl-abfall01", isInPath: true),
    Parameter(
      name: "kind", description: "May stand several times",
      schema: ["type": "array", "items": Schema.kind], example: "project"),
    Parameter(
      name: "site", description: "Leads the item or takes part in it",
      schema: Schema.pattern(Schema.sitePattern), example: "marl"),
    Parameter(
      name: "fieldOfAction", description: "A code of /api/v1/fieldsOfAction",
      schema: Schema.codes(FieldOfAction.allCases.map(\.rawValue)), example: "klima"),
    Parameter(
      name: "status", description: "Of a project, or the state of a date's schedule",
      schema: Schema.text(16), example: "running"),
    Parameter(
      name: "keyword", description: "Folded as search folds it", schema: Schema.text(100),
      example: "Pegel"),
    Parameter(
      name: "q", description: "Words that all must be found",
      schema: Schema.text(ListState.maximumText), example: "onleihe"),
    Parameter(
      name: "from", description: "A local day or minute: dates that are not over by then",
      schema: Schema.pattern(Schema.localPattern), example: "2023-01-01"),
    Parameter(
      name: "until", description: "A local day or minute: what begins before it",
      schema: Schema.pattern(Schema.localPattern), example: "2030-01-01T10:00"),
    Parameter(
      name: "featured", description: "Only what the Kreis features", schema: ["type": "boolean"],
      example: false),
    Parameter(
      name: "order", description: "newest unless told; with q the best first",
      schema: Schema.codes(["newest", "oldest", "changed", "title"]), example: "title"),
    Parameter(
      name: "limit", description: "Items of a page; 20 unless told",
      schema: [
        "type": "integer", "minimum": 1, "maximum": .integer(Int64(ItemQuery.maximumLimit)),
      ], example: 2),
    Parameter(
      name: "after", description: "The sequence of the last change that the client has",
      schema: Schema.pattern("^[0-9]{1,16}$"), example: "0"),
    Parameter(
      name: "cursor", description: "As the address in next holds it", schema: Schema.text(1_024),
      example: .null),
    Parameter(
      name: "counts", description: "True for counts beside each filter",
      schema: ["type": "boolean"], example: true),
    Parameter(
      name: "Idempotency-Key", description: "A request that is sent again makes no second item",
      schema: Schema.pattern("^[\\x21-\\x7e]{1,255}$"), example: "3f6c2a90-termin-17",
      isInHeader: true),
    Parameter(
      name: "source", description: "What the source is called, the same in every run",
      schema: Schema.text(200), example: "www.marl.de", isRequired: true),
    Parameter(
      name: "format", description: "Looked at, unless told",
      schema: Schema.codes(ImportFormat.allCases.map(\.rawValue)), example: "ics"),
    Parameter(
      name: "address", description: "Where relative links of the source lead from",
      schema: Schema.text(2_000), example: "https://www.marl.de/"),
    Parameter(
      name: "dryRun", description: "True for the plan alone", schema: ["type": "boolean"],
      example: true),
    Parameter(
      name: "force", description: "True to withdraw however much is gone",
      schema: ["type": "boolean"], example: false),
    Parameter(
      name: "whole", description: "True if a feed tells all that it has",
      schema: ["type": "boolean"], example: false),
    Parameter(
      name: "foreign", description: "True to take over items of other publishers",
      schema: ["type": "boolean"], example: false),
  ]

  /// The whole document.
  static let document: FieldValue = [
    "openapi": "3.1.0",
    "info": [
      "title": "VestHub", "version": "1",
      "description": "The catalogue of a region. Normative: Protocols/http-api.md.",
    ],
    "paths": paths,
    "components": [
      "parameters": .object(sorting: parameters.map { ($0.name, component($0)) }),
      "responses": .object(
        sorting: operations.flatMap(refusals).map { (name(of: $0), component($0)) }),
      "schemas": .object(sorting: Schema.all), "securitySchemes": ["token": Schema.token],
    ],
  ]

  /// The bytes that are served: members ascend, two spaces a level.
  static let text: [UInt8] = Array((indented(document, "") + "\n").utf8)

  // MARK: - Parts

  /// The problems of an operation, those of one status together.
  private static func refusals(of operation: Operation) -> [[Problem]] {
    Dictionary(grouping: operation.problems, by: \.status).sorted { $0.key < $1.key }.map(\.value)
  }

  private static func name(of problems: [Problem]) -> String {
    problems.map(\.slug).joined(separator: ".")
  }

  private static var paths: FieldValue {
    var methods: [String: [(String, FieldValue)]] = [:]
    for operation in operations {
      methods[operation.path, default: []].append((operation.method, value(of: operation)))
    }
    return .object(sorting: methods.map { ("/api/v1" + $0.key, .object(sorting: $0.value)) })
  }

  private static func value(of operation: Operation) -> FieldValue {
    var responses: [(String, FieldValue)] = [
      (String(operation.status), answer(operation))
    ]
    for problems in refusals(of: operation) {
      let reference = "#/components/responses/\(name(of: problems))"
      responses.append((String(problems[0].status), ["$ref": .string(reference)]))
    }
    var members: [(String, FieldValue)] = [
      ("summary", .string(operation.summary)), ("responses", .object(sorting: responses)),
    ]
    if !operation.parameters.isEmpty {
      let all = operation.parameters.map { name -> FieldValue in
        ["$ref": .string("#/components/parameters/\(name)")]
      }
      members.append(("parameters", .array(all)))
    }
    if let body = operation.body {
      members.append(
        ("requestBody", ["required": true, "content": content(body, operation.bodyMedia)]))
      members.append(("security", [["token": []]]))
    } else if operation.mayBearToken {
      members.append(("security", [[:], ["token": []]]))
    }
    return .object(sorting: members)
  }

  private static func answer(_ operation: Operation) -> FieldValue {
    guard let name = operation.answer else {
      return [
        "description": "OpenAPI 3.1", "content": ["application/json": ["schema": Schema.object]],
      ]
    }
    let content = content(name, operation.media)
    return .object(sorting: [("description", .string(name)), ("content", content)])
  }

  private static func content(
    _ schema: String, _ media: String = "application/json"
  ) -> FieldValue {
    let content: FieldValue = ["schema": Schema.reference(schema)]
    return .object(sorting: [(media, content)])
  }

  private static func component(_ parameter: Parameter) -> FieldValue {
    var members: [(String, FieldValue)] = [
      ("name", .string(parameter.name)),
      ("in", parameter.isInPath ? "path" : parameter.isInHeader ? "header" : "query"),
      ("description", .string(parameter.description)), ("schema", parameter.schema),
    ]
    if parameter.isInPath || parameter.isRequired { members.append(("required", true)) }
    return .object(sorting: members)
  }

  private static func component(_ problems: [Problem]) -> FieldValue {
    let titles = problems.map { "\($0.slug): \($0.title)" }
    return [
      "description": .string(titles.joined(separator: "; ")),
      "content": ["application/problem+json": ["schema": Schema.reference("Problem")]],
    ]
  }

  private static func indented(_ value: FieldValue, _ indent: String) -> String {
    let inner = indent + "  "
    switch value {
    case .object(let members) where !members.isEmpty:
      let lines = members.map { member in
        inner + FieldValue.string(member.name).canonicalText + ": "
          + indented(member.value, inner)
      }
      return "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
    case .array(let elements) where !elements.isEmpty:
      let lines = elements.map { inner + indented($0, inner) }
      return "[\n" + lines.joined(separator: ",\n") + "\n\(indent)]"
    default: return value.canonicalText
    }
  }
}
