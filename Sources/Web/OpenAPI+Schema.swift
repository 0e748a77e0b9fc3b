// The schemas of the OpenAPI document: what bodies and answers hold. Protocols/http-api.md §2, §3.

import Catalogue
import Events
import Importers

extension OpenAPI {
  /// Schemas by name, and the parts that they are made of.
  enum Schema {
    static let sitePattern = "^[a-z0-9]([a-z0-9-]{0,14}[a-z0-9])?$"
    static let itemPattern = "^[a-z0-9]([a-z0-9-]{0,14}[a-z0-9])?-[a-z0-9]{8,16}$"
    static let localPattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2})?$"
    private static let dotPattern = "^[a-z0-9-]{1,16}:[1-9][0-9]*$"
    private static let rangePattern = "^[a-z0-9-]{1,16}:[1-9][0-9]*(-[1-9][0-9]*)?$"
    private static let momentPattern =
      #"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$"#

    static let object: FieldValue = ["type": "object"]
    private static let string: FieldValue = ["type": "string"]
    private static let boolean: FieldValue = ["type": "boolean"]
    private static let count: FieldValue = ["type": "integer", "minimum": 0]
    private static let site = pattern(sitePattern)
    private static let item = pattern(itemPattern)
    private static let moment = pattern(momentPattern)
    private static let local = pattern(localPattern)
    static let kind = codes(ItemKind.allCases.map(\.rawValue))

    static let token: FieldValue = ["type": "http", "scheme": "bearer"]

    static func reference(_ name: String) -> FieldValue {
      ["$ref": .string("#/components/schemas/\(name)")]
    }

    static func pattern(_ pattern: String) -> FieldValue {
      ["type": "string", "pattern": .string(pattern)]
    }

    static func codes(_ codes: [String]) -> FieldValue {
      ["type": "string", "enum": .array(codes.map { .string($0) })]
    }

    static func text(_ limit: Int) -> FieldValue {
      ["type": "string", "minLength": 1, "maxLength": .integer(Int64(limit))]
    }

    private static func list(_ items: FieldValue) -> FieldValue {
      ["type": "array", "items": items]
    }

    private static func orNull(_ type: FieldValue) -> FieldValue {
      ["anyOf": [type, ["type": "null"]]]
    }

    private static func map(_ values: FieldValue) -> FieldValue {
      ["type": "object", "additionalProperties": values]
    }

    private static func members(
      _ required: KeyValuePairs<String, FieldValue>,
      optional: KeyValuePairs<String, FieldValue> = [:]
    ) -> FieldValue {
      let all = required.map { ($0.key, $0.value) } + optional.map { ($0.key, $0.value) }
      let names = required.map(\.key).sorted().map { FieldValue.string($0) }
      return .object(sorting: [
        ("type", "object"), ("required", .array(names)), ("properties", .object(sorting: all)),
      ])
    }

    // MARK: - Schemas

    /// Every schema that an operation or another schema names.
    static let all: [(String, FieldValue)] = reading + items + region + changes + writing

    private static let reading: [(String, FieldValue)] = [
      (
        "ItemList",
        members(
          ["items": list(reference("ItemRow")), "total": count, "next": orNull(string)],
          optional: ["counts": reference("Counts")])
      ),
      (
        "Counts",
        members([
          "kinds": map(count), "sites": map(count), "fieldsOfAction": map(count),
          "statuses": map(count),
        ])
      ),
      (
        "SearchResult",
        members(["hits": list(reference("Hit")), "total": count], optional: ["corrected": string])
      ),
      (
        "Hit",
        members([
          "item": reference("ItemRow"), "title": list(reference("Part")),
          "snippet": list(reference("Part")),
        ])
      ),
      ("Part", members(["text": string, "isMatch": boolean])),
    ]

    private static let items: [(String, FieldValue)] = [
      (
        "ItemRow",
        members(
          [
            "id": item, "kind": kind, "lead": site, "title": string, "summary": string,
            "fieldsOfAction": list(string), "sites": list(site), "keywords": list(string),
            "createdAt": moment, "changedAt": moment, "hasConflict": boolean, "page": string,
          ],
          optional: [
            "status": string, "released": local, "start": local, "end": local,
            "scheduleState": string, "oldStart": local, "expires": moment, "allDay": boolean,
          ])
      ),
      (
        "Item",
        members([
          "id": item, "kind": kind, "lead": orNull(site), "participants": list(site),
          "state": codes(["published", "withdrawn"]), "mergedInto": orNull(item),
          "fields": object, "conflicts": list(reference("Conflict")),
          "context": reference("Context"), "page": string,
        ])
      ),
      ("Conflict", members(["field": string, "survivors": list(reference("Survivor"))])),
      ("Survivor", members(["dot": pattern(dotPattern), "at": moment, "value": [:]])),
      (
        "Context",
        members([:], optional: ["seen": map(count), "also": list(pattern(rangePattern))])
      ),
    ]

    private static let region: [(String, FieldValue)] = [
      ("CityList", members(["cities": list(reference("City"))])),
      (
        "City",
        members([
          "id": site, "name": string, "label": string, "website": string, "isKreis": boolean,
        ])
      ),
      ("FieldOfActionList", members(["fieldsOfAction": list(reference("FieldOfAction"))])),
      (
        "FieldOfAction",
        members(["code": codes(FieldOfAction.allCases.map(\.rawValue)), "label": string])
      ),
      (
        "Status",
        members([
          "site": site, "heads": map(count), "position": count, "rules": count,
          "digest": pattern("^[0-9a-f]{64}$"),
        ])
      ),
      ("ProblemList", members(["problems": list(reference("ProblemType"))])),
      ("ProblemType", members(["slug": string, "status": count, "title": string])),
      (
        "Problem",
        members(
          ["type": string, "title": string, "status": count],
          optional: ["detail": string, "pointer": string])
      ),
    ]

    private static let changes: [(String, FieldValue)] = [
      ("ChangeList", list(reference("Change"))),
      (
        "Change",
        members([
          "specversion": codes(["1.0"]), "id": pattern(dotPattern), "source": string,
          "type": pattern("^vesthub\\."), "subject": item, "time": moment,
          "sequence": pattern("^[0-9]{16}$"), "datacontenttype": codes(["application/json"]),
          "data": reference("ChangeData"),
        ])
      ),
      (
        "ChangeData",
        members(["item": item, "kind": kind, "site": site, "page": string, "fields": list(string)])
      ),
      ("ChangeStream", string),
    ]

    private static let writing: [(String, FieldValue)] = [
      ("Creation", members(["kind": kind, "fields": object])),
      ("Edit", members(["type": string, "context": reference("Context"), "fields": object])),
      (
        "Written",
        members(["id": item, "event": pattern(dotPattern), "position": orNull(count)])
      ),
      ("Source", ["description": "RSS, Atom, iCalendar, CSV or JSON Lines"]),
      (
        "ImportReport",
        members([
          "source": string, "format": codes(ImportFormat.allCases.map(\.rawValue)),
          "dryRun": boolean, "summary": string, "stopped": orNull(string), "counts": map(count),
          "steps": list(reference("ImportStep")), "notes": list(string), "written": count,
          "failures": list(reference("ImportFailure")),
        ])
      ),
      (
        "ImportStep",
        members(
          [
            "action": codes(ImportPlan.Action.allCases.map(\.rawValue)), "entry": string,
            "title": string, "notes": list(string), "fields": list(string),
          ], optional: ["item": item])
      ),
      ("ImportFailure", members(["entry": string, "reason": string])),
    ]
  }
}
