// The JSON API, reading: items, one item, cities, fields of action, search, status.
// Protocols/http-api.md §2.

import Catalogue
import Desk
import Events
import HTTP
import Importers
import Views

/// The routes below `/api/v1`.
struct API {
  let region: Region
  let reads: CatalogueReads
  let port: DeskPort
  let access: DeskAccess
  let site: SiteID
  let imports: ImportPort?
  let now: () -> Timestamp

  func register(in router: Router) {
    list(router, "items") { try items($0) }
    list(router, "search") { try search($0) }
    read(router, "items/:id") { try item($0) }
    read(router, "cities") { _ in .json(cities) }
    read(router, "fieldsOfAction") { _ in .json(fieldsOfAction) }
    read(router, "status") { _ in .json(try status()) }
    read(router, "problems") { _ in .json(Problem.list) }
    read(router, "openapi.json") { _ in .json(OpenAPI.text) }
    router.post("/api/v1/items") { create($0) }
    router.post("/api/v1/imports", bodyLimit: ImportLimits.sourceBytes) { importSource($0) }
    router.post("/api/v1/items/:id/events") { append($0) }
  }

  /// A resource without parameters.
  private func read(
    _ router: Router, _ path: String, _ build: @escaping (Request) throws -> Response
  ) {
    list(router, path) { request in
      if let item = request.query.first { throw Problem.badParameter(item.name, "unknown") }
      return try build(request)
    }
  }

  /// A resource that reads its parameters itself.
  private func list(
    _ router: Router, _ path: String, _ build: @escaping (Request) throws -> Response
  ) {
    router.get("/api/v1/" + path) { request in
      do {
        return .now(try build(request).with("Access-Control-Allow-Origin", "*"))
      } catch let problem as Problem {
        return .now(problem.response)
      } catch ViewError.badCursor {
        return .now(Problem.badParameter("cursor", "no page gave this cursor").response)
      } catch {
        return .now(Problem.unavailable.response)
      }
    }
  }

  // MARK: - Lists

  private func items(_ request: Request) throws -> Response {
    let query = try APIQuery.items(request)
    let page = try reads.items(query, now())
    var members: [(String, FieldValue)] = [
      ("items", .array(page.rows.map(APIRow.value))), ("total", .integer(Int64(page.total))),
    ]
    if query.wantsCounts { members.append(("counts", APIRow.counts(page.counts))) }
    var next: String?
    if let cursor = page.next {
      let kept = request.query.filter { $0.name != "cursor" }.map { ($0.name, Optional($0.value)) }
      next = "/api/v1/items" + Address.query(kept + [("cursor", cursor)])
    }
    members.append(("next", next.map { .string($0) } ?? .null))
    let response = Response.json(FieldValue.object(sorting: members))
    return next.map { response.with("Link", "<\($0)>; rel=\"next\"") } ?? response
  }

  private func search(_ request: Request) throws -> Response {
    let query = try APIQuery.search(request)
    let page = try reads.search(query, now())
    let hits = page.hits.map { hit -> FieldValue in
      .object(sorting: [
        ("item", APIRow.value(hit.row)), ("title", APIRow.parts(hit.title)),
        ("snippet", APIRow.parts(hit.snippet)),
      ])
    }
    var members: [(String, FieldValue)] = [
      ("hits", .array(hits)), ("total", .integer(Int64(page.total))),
    ]
    if let corrected = page.corrected { members.append(("corrected", .string(corrected))) }
    return .json(.object(sorting: members))
  }

  // MARK: - One item

  private func item(_ request: Request) throws -> Response {
    guard let id = request.parameter("id").flatMap({ ItemID($0) }),
      let state = try reads.state(id), state.exists
    else { throw Problem.notFound }
    // Who writes may see what the public does not, to restore it.
    let isEditor = user(request) != nil
    if state.isUnreleased(at: now()) && !isEditor { throw Problem.notFound }
    if (state.isWithdrawn || state.isHidden) && !isEditor { throw Problem.gone }
    return .json(API.value(of: state, id: id))
  }

  /// An item with all that an edit needs: the values in force, what is in conflict, and the context
  /// to state.
  static func value(of state: ItemState, id: ItemID) -> FieldValue {
    let fields = state.registers.compactMap { register -> (String, FieldValue)? in
      state.value(register.field).map { (register.field, $0) }
    }
    let conflicts = state.conflicts.map { conflict -> FieldValue in
      .object(sorting: [
        ("field", .string(conflict.field)),
        ("survivors", .array(conflict.survivors.map(survivor))),
      ])
    }
    return .object(sorting: [
      ("id", .string(id.description)), ("kind", .string(state.kind?.rawValue ?? "")),
      ("lead", state.lead.map { .string($0.description) } ?? .null),
      ("participants", .array(state.participants.map { .string($0.description) })),
      ("state", .string(state.isWithdrawn ? "withdrawn" : "published")),
      ("mergedInto", state.mergedInto.map { .string($0.description) } ?? .null),
      ("fields", .object(sorting: fields)), ("conflicts", .array(conflicts)),
      ("context", state.screen.value),
      ("page", .string(Address.item(id, kind: state.kind?.rawValue ?? ""))),
    ])
  }

  private static func survivor(_ survivor: Survivor) -> FieldValue {
    .object(sorting: [
      ("dot", .string(survivor.dot.description)), ("at", .string(survivor.at.description)),
      ("value", survivor.value ?? .null),
    ])
  }

  // MARK: - The region and the node

  private var cities: FieldValue {
    .object(sorting: [
      (
        "cities",
        .array(
          region.sites.map { site in
            .object(sorting: [
              ("id", .string(site.id.description)), ("name", .string(site.name)),
              ("label", .string(site.label)), ("website", .string(site.website)),
              ("isKreis", .bool(site.id == region.kreis)),
            ])
          })
      )
    ])
  }

  private var fieldsOfAction: FieldValue {
    .object(sorting: [
      (
        "fieldsOfAction",
        .array(
          FieldOfAction.allCases.map { field in
            .object(sorting: [
              ("code", .string(field.rawValue)), ("label", .string(Texts.field(field.rawValue))),
            ])
          })
      )
    ])
  }

  private func status() throws -> FieldValue {
    let standing = try reads.standing()
    return .object(sorting: [
      ("site", .string(site.description)), ("position", .integer(Int64(standing.position))),
      ("digest", .string(standing.digest.hex)), ("rules", .integer(Int64(Receipt.rules))),
      (
        "heads",
        .object(
          sorting: standing.heads.entries.map {
            ($0.site.description, .integer(Int64($0.seq)))
          })
      ),
    ])
  }

  /// Who the bearer of the request's token is.
  func user(_ request: Request) -> DeskUser? {
    DeskGate(access: access, now: now).program(request)
  }
}

extension Response {
  /// A value in canonical JSON.
  static func json(_ value: FieldValue, status: Int = 200) -> Response {
    json(Array(value.canonicalText.utf8), status: status)
  }
}

/// Rows of lists as JSON.
enum APIRow {
  static func value(_ row: ItemRow) -> FieldValue {
    var members: [(String, FieldValue)] = [
      ("id", .string(row.id.description)), ("kind", .string(row.kind)),
      ("lead", .string(row.lead.description)), ("title", .string(row.title)),
      ("summary", .string(row.summary)),
      ("fieldsOfAction", .array(row.fieldsOfAction.map { .string($0) })),
      ("sites", .array(row.sites.map { .string($0.description) })),
      ("keywords", .array(row.keywords.map { .string($0) })),
      ("createdAt", .string(row.createdAt.description)),
      ("changedAt", .string(row.changedAt.description)), ("hasConflict", .bool(row.hasConflict)),
      ("page", .string(Address.item(row.id, kind: row.kind))),
    ]
    let optional: [(String, String?)] = [
      ("status", row.status), ("released", row.released), ("start", row.start), ("end", row.end),
      ("scheduleState", row.scheduleState), ("oldStart", row.oldStart),
      ("expires", row.expires?.description),
    ]
    for (name, text) in optional { if let text { members.append((name, .string(text))) } }
    if row.kind == "date" { members.append(("allDay", .bool(row.allDay))) }
    return .object(sorting: members)
  }

  static func counts(_ counts: ItemCounts) -> FieldValue {
    func list(_ counts: [ItemCounts.Count]) -> FieldValue {
      .object(sorting: counts.map { ($0.value, .integer(Int64($0.count))) })
    }
    return .object(sorting: [
      ("kinds", list(counts.kinds)), ("sites", list(counts.sites)),
      ("fieldsOfAction", list(counts.fieldsOfAction)), ("statuses", list(counts.statuses)),
    ])
  }

  static func parts(_ parts: [SnippetPart]) -> FieldValue {
    .array(
      parts.map { .object(sorting: [("text", .string($0.text)), ("isMatch", .bool($0.isMatch))]) })
  }
}

/// The query of a list, strictly: an unknown name or value is an error and no silent default.
enum APIQuery {
  static func items(_ request: Request) throws(Problem) -> ItemQuery {
    var query = ItemQuery()
    query.wantsCounts = false
    for item in request.query { try read(item, into: &query) }
    if query.text != nil && query.order == .newestFirst { query.order = .relevance }
    return query
  }

  static func search(_ request: Request) throws(Problem) -> ItemQuery {
    let query = try items(request)
    guard query.text != nil else { throw .badParameter("q", "a search needs words") }
    return query
  }

  private static func read(_ item: QueryItem, into query: inout ItemQuery) throws(Problem) {
    let value = item.value
    switch item.name {
    case "kind":
      guard ItemKind(rawValue: value) != nil else {
        throw .badParameter("kind", "project, news or date")
      }
      query.kinds.insert(value)
    case "site":
      guard let site = SiteID(value) else { throw .badParameter("site", "the id of a publisher") }
      query.site = site
    case "fieldOfAction":
      guard FieldOfAction(rawValue: value) != nil else {
        throw .badParameter("fieldOfAction", "one of the codes of /api/v1/fieldsOfAction")
      }
      query.fieldOfAction = value
    case "status": query.status = try word(item, limit: 16)
    case "keyword": query.keyword = try word(item, limit: 100)
    case "q": query.text = try word(item, limit: ListState.maximumText)
    case "from", "until":
      guard LocalTime(value) != nil else {
        throw .badParameter(item.name, "a day or a minute: 2026-03-01 or 2026-03-01T10:00")
      }
      if item.name == "from" { query.from = value } else { query.until = value }
    case "featured": query.featuredOnly = try truth(item)
    case "counts": query.wantsCounts = try truth(item)
    case "order": query.order = try order(item)
    case "limit":
      guard let limit = Int(value), (1...ItemQuery.maximumLimit).contains(limit) else {
        throw .badParameter("limit", "1 to \(ItemQuery.maximumLimit)")
      }
      query.limit = limit
    case "cursor": query.cursor = try word(item, limit: 1_024)
    default: throw .badParameter(item.name, "unknown")
    }
  }

  private static func word(_ item: QueryItem, limit: Int) throws(Problem) -> String {
    guard !item.value.isEmpty, item.value.count <= limit else {
      throw .badParameter(item.name, "1 to \(limit) characters")
    }
    return item.value
  }

  private static func truth(_ item: QueryItem) throws(Problem) -> Bool {
    switch item.value {
    case "true": true
    case "false": false
    default: throw .badParameter(item.name, "true or false")
    }
  }

  private static func order(_ item: QueryItem) throws(Problem) -> ItemQuery.Order {
    switch item.value {
    case "newest": .newestFirst
    case "oldest": .oldestFirst
    case "changed": .changedFirst
    case "title": .title
    default: throw .badParameter("order", "newest, oldest, changed or title")
    }
  }
}
