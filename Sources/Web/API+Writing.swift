// The JSON API, writing: items and events by programs of the publisher. Protocols/http-api.md §3.

import Catalogue
import Desk
import Events
import Foundation
import HTTP

extension API {
  /// What a body holds once it was read.
  private struct Body {
    let value: FieldValue

    /// Takes a body of JSON with known members only.
    init(_ request: Request, members: Set<String>) throws(Problem) {
      let type = request.headers["Content-Type"]?.split(separator: ";").first?.lowercased() ?? ""
      guard type == "application/json" else { throw .notJSON }
      let value: FieldValue
      do {
        value = try JSONDecoder().decode(FieldValue.self, from: Data(request.body))
      } catch {
        throw .badBody("", "no JSON without fractions and with at most 8 levels")
      }
      guard case .object(let found) = value else { throw .badBody("", "an object is needed") }
      for member in found where !members.contains(member.name) {
        throw .badBody("/\(member.name)", "unknown member")
      }
      self.value = value
    }

    func text(_ name: String) throws(Problem) -> String {
      guard let text = value[name]?.text else { throw .badBody("/\(name)", "a string is needed") }
      return text
    }

    /// The writes in the order of the fields' names.
    func writes(of kind: ItemKind) throws(Problem) -> [EventDraft.Write] {
      guard case .object(let fields)? = value["fields"], !fields.isEmpty else {
        throw .badBody("/fields", "an object with at least one field is needed")
      }
      var writes: [EventDraft.Write] = []
      for field in fields {
        guard FieldName.isValid(field.name) else {
          throw .badBody("/fields", "not a field name: \(field.name)")
        }
        guard FieldRules.accept(field.value, in: field.name, of: kind) else {
          throw .badField(field.name, "not a value of this field on an item of kind \(kind)")
        }
        writes.append(.init(field.name, field.value))
      }
      return writes
    }
  }

  /// `POST /api/v1/items`: a new item of this node's site.
  func create(_ request: Request) -> Answer {
    write(request) { user throws(Problem) in
      let body = try Body(request, members: ["kind", "fields"])
      guard let kind = ItemKind(rawValue: try body.text("kind")) else {
        throw .badBody("/kind", "project, news or date")
      }
      let writes = try body.writes(of: kind)
      guard writes.contains(where: { $0.name == "title" }) else {
        throw .badField("title", "a new item needs a title")
      }
      guard !Embargo.isBroken(by: writes, at: now()) else { throw .early }
      return EventDraft(
        type: "\(kind.rawValue).created", item: port.newItem(), by: user.pseudonym, writes: writes)
    }
  }

  /// `POST /api/v1/items/:id/events`: an edit of what the client had on its screen.
  func append(_ request: Request) -> Answer {
    write(request) { user throws(Problem) in
      guard let id = request.parameter("id").flatMap({ ItemID($0) }),
        let state = try read({ try reads.state(id) }), let kind = state.kind
      else { throw .notFound }
      let body = try Body(request, members: ["type", "context", "fields"])
      let type = try body.text("type")
      guard EventType.writes.contains(type), EventType.creations[type] == nil else {
        throw .badBody("/type", "not the type of an edit")
      }
      // Never filled in here: only the client knows what was on its screen.
      guard let told = body.value["context"] else {
        throw .badBody("/context", "the context that the item was read with is needed")
      }
      guard let context = Context(told) else {
        throw .badBody("/context", #"{"seen":{"marl":3},"also":["marl:7-9"]} is needed"#)
      }
      let heads = try read({ try reads.standing() }).heads
      guard heads.covers(context.requires) else {
        throw .badBody("/context", "it names events that this node does not hold")
      }
      let writes = try body.writes(of: kind)
      guard !Embargo.isBroken(by: writes, at: now()) else { throw .early }
      guard EditRights(state: state, site: site, kreis: region.kreis).allow(writes.map(\.name))
      else { throw .noRight }
      return EventDraft(
        type: type, item: id, context: context, by: user.pseudonym, writes: writes)
    }
  }

  private func read<Value>(_ read: () throws -> Value) throws(Problem) -> Value {
    do {
      return try read()
    } catch {
      throw .unavailable
    }
  }

  /// Who, what, and then the log: the answer comes when the event is durable.
  private func write(
    _ request: Request, _ make: (DeskUser) throws(Problem) -> EventDraft
  ) -> Answer {
    guard let user = user(request) else { return .now(Problem.unauthorized.response) }
    let draft: EventDraft
    do {
      draft = try make(user)
    } catch {
      return .now(error.response)
    }
    guard let id = draft.item else { preconditionFailure("the API writes items only") }
    let append = port.append
    return .later { reply in
      append([draft]) { results in
        reply.send(API.answer(results.first ?? .failure(.unavailable), id: id))
      }
    }
  }

  private static func answer(
    _ result: Result<DeskPort.Written, DeskPort.Failure>, id: ItemID
  ) -> Response {
    switch result {
    case .success(let written):
      switch written.verdict {
      case .void(let reason):
        return Problem(withoutEffect: "\(written.dot): \(reason.rawValue)").response
      case .applied, .parked: break
      }
      return Response.json(
        .object(sorting: [
          ("id", .string(id.description)), ("event", .string(written.dot.description)),
          ("position", written.position.map { .integer(Int64($0)) } ?? .null),
        ]), status: 201
      ).with("Location", "/api/v1/items/\(id)")
    case .failure(.refused(let reason)): return Problem.badBody("/fields", reason).response
    case .failure(.unavailable): return Problem.unavailable.response
    }
  }
}

/// What a site may write on an item, so that nobody is offered a form without effect. The judge of
/// the catalogue decides in the end.
struct EditRights {
  let state: ItemState
  let site: SiteID
  let kreis: SiteID

  var isLead: Bool { state.lead == site }
  /// The lead and those who take part.
  var isEditor: Bool { isLead || state.takesPart(site) }
  var isInvited: Bool { state.isInvited(site) }

  func allow(_ fields: [String]) -> Bool { fields.allSatisfy(allow) }

  private func allow(_ field: String) -> Bool {
    if field.hasPrefix("kreis/") { return site == kreis }
    if field.hasPrefix("participant/") { return field == "participant/\(site)" && isInvited }
    if field.hasPrefix("invited/") || ["state", "mergedInto"].contains(field) { return isLead }
    if field == "lead" { return isLead || site == kreis }
    return isEditor
  }
}
