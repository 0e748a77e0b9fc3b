// What an editor's program does over the API of one node.

import Events
import Foundation
import Node

/// The API of one node, with the token of its administrator.
struct DemoClient {
  let member: DemoNodes.Member

  private static let deadlineSeconds = 10.0

  /// A new item; its id and the event that created it.
  func create(_ kind: String, _ writes: [EventDraft.Write]) throws -> (id: String, event: Dot) {
    let answer = try post(
      "items", .object(sorting: [("kind", .string(kind)), ("fields", fields(writes))]))
    guard let id = answer["id"]?.text, let event = answer["event"]?.text.flatMap({ Dot($0) })
    else { throw DemoError("\(member.name) answered without id: \(answer.canonicalText)") }
    return (id, event)
  }

  /// An edit of what `context` says was on the screen.
  func edit(
    _ id: String, _ type: String, context: FieldValue, _ writes: [EventDraft.Write]
  ) throws -> Dot {
    let answer = try post(
      "items/\(id)/events",
      .object(sorting: [
        ("type", .string(type)), ("context", context), ("fields", fields(writes)),
      ]))
    guard let event = answer["event"]?.text.flatMap({ Dot($0) }) else {
      throw DemoError("\(member.name) answered without event: \(answer.canonicalText)")
    }
    return event
  }

  /// An item as an editor sees it; nil where the node does not have it.
  func item(_ id: String) -> FieldValue? {
    get("/api/v1/items/\(id)").flatMap { try? FieldValue(canonical: $0) }
  }

  /// An item once the node holds `events`.
  func item(_ id: String, holding events: [Dot], seconds: Double = 10) throws -> FieldValue {
    var found: FieldValue?
    let isThere = wait(seconds: seconds) {
      found = item(id)
      return found.map { item in events.allSatisfy { DemoClient.screen(item, holds: $0) } } ?? false
    }
    guard isThere, let found else {
      throw DemoError("\(member.name) does not have \(id) with \(events) after \(seconds) s")
    }
    return found
  }

  /// Heads and digest of the node, as one text that two nodes at the same state share.
  func standing() -> String? {
    guard let body = get("/api/v1/status"), let status = try? FieldValue(canonical: body),
      let heads = status["heads"], let digest = status["digest"]?.text
    else { return nil }
    return heads.canonicalText + " " + digest
  }

  /// The digest of the node's catalogue.
  func digest() -> String? {
    get("/api/v1/status").flatMap { try? FieldValue(canonical: $0) }?["digest"]?.text
  }

  /// The body of a page; nil for any other answer than 200.
  func get(_ path: String) -> [UInt8]? {
    let reply = HTTPClient.sendAndWait(
      "GET", member.address + path, headers: authorization,
      deadlineSeconds: DemoClient.deadlineSeconds)
    guard let reply = try? reply.get(), reply.status == 200 else { return nil }
    return reply.body
  }

  private func post(_ path: String, _ body: FieldValue) throws -> FieldValue {
    let reply = try HTTPClient.sendAndWait(
      "POST", "\(member.address)/api/v1/\(path)",
      headers: authorization.merging(["Content-Type": "application/json"]) { $1 },
      body: Array(body.canonicalText.utf8), deadlineSeconds: DemoClient.deadlineSeconds
    ).get()
    guard reply.status == 201, let answer = try? FieldValue(canonical: reply.body) else {
      throw DemoError(
        "\(member.name) refused \(path) with \(reply.status): "
          + String(decoding: reply.body, as: UTF8.self))
    }
    return answer
  }

  private var authorization: [String: String] { ["Authorization": "Bearer \(member.token)"] }

  private func fields(_ writes: [EventDraft.Write]) -> FieldValue {
    .object(sorting: writes.map { ($0.name, $0.value) })
  }

  /// True if the context of an item covers an event.
  private static func screen(_ item: FieldValue, holds event: Dot) -> Bool {
    guard let seen = item["context"]?["seen"]?[event.site.description]?.number else { return false }
    return seen >= event.seq
  }
}
