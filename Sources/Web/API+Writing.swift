// The JSON API, writing: items and events by programs of the publisher. Protocols/http-api.md §3.

import Catalogue
import Desk
import EventLog
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

  /// `POST /api/v1/items`: a new item of this node's site. A request with a key that is sent again
  /// makes no second item: the key names the item.
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
      let id = try keyedItem(request, user) ?? port.newItem()
      return EventDraft(
        type: "\(kind.rawValue).created", item: id, by: user.pseudonym, writes: writes)
    } repeated: { draft throws(Problem) in
      guard request.headers.contains(API.keyField), let id = draft.item,
        let first = try read({ try reads.history(id) }).first
      else { return nil }
      let held = first.event.fields.map {
        EventDraft.Write($0.name, first.event.value($0.name) ?? .null)
      }
      guard first.event.type == draft.type, held == draft.writes else { throw .keyReused }
      return DeskPort.Written(
        dot: first.event.dot, verdict: first.verdict, position: first.receipt?.position)
    }
  }

  private static let keyField = "Idempotency-Key"
  /// Keys are random or made of a foreign id; longer ones are a mistake.
  private static let keyCharacters = 255

  /// The item that a request's key stands for; nil without one. It is made from the key, so nothing
  /// has to be kept, and a node that was restored still knows it.
  private func keyedItem(_ request: Request, _ user: DeskUser) throws(Problem) -> ItemID? {
    guard let key = request.headers[API.keyField] else { return nil }
    guard (1...API.keyCharacters).contains(key.utf8.count),
      key.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
    else { throw .badParameter(API.keyField, "1 to 255 visible characters of ASCII") }
    let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
    let hash = SHA256.hash(Array("vesthub item\0\(user.pseudonym)\0\(key)".utf8)).bytes
    let letters = hash.prefix(ItemID.maximumRandomCharacters).map { alphabet[Int($0 & 31)] }
    // A site, a hyphen and 16 letters and digits are an item id.
    return ItemID("\(site)-\(String(decoding: letters, as: UTF8.self))")!
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
  ///
  /// - Parameter repeated: what came of the same request before; nil if it is the first.
  private func write(
    _ request: Request, _ make: (DeskUser) throws(Problem) -> EventDraft,
    repeated: (EventDraft) throws(Problem) -> DeskPort.Written? = { _ throws(Problem) in nil }
  ) -> Answer {
    guard let user = user(request) else { return .now(Problem.unauthorized.response) }
    guard user.role >= .releaser else { return .now(Problem.noRight.response) }
    let draft: EventDraft
    do {
      draft = try make(user)
      guard let id = draft.item else { preconditionFailure("the API writes items only") }
      if let written = try repeated(draft) { return .now(API.answer(.success(written), id: id)) }
    } catch {
      return .now(error.response)
    }
    guard let id = draft.item else { preconditionFailure("the API writes items only") }
    let append = port.append
    let isKeyed = request.headers.contains(API.keyField)
    return .later { reply in
      append([draft]) { results in
        var response = API.answer(
          results.first ?? .failure(.unavailable), id: id, isKeyed: isKeyed)
        SecurityHeaders.add(to: &response)
        reply.send(response)
      }
    }
  }

  private static func answer(
    _ result: Result<DeskPort.Written, DeskPort.Failure>, id: ItemID, isKeyed: Bool = false
  ) -> Response {
    switch result {
    case .success(let written):
      switch written.verdict {
      // The same key came twice at once, and the other was first.
      case .void(.item) where isKeyed: return Problem.keyInUse.response
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
