// What changed, by poll and as a stream. Protocols/http-api.md §6.

import Events
import HTTP

/// The two resources of changes.
struct ChangeRoutes {
  let reads: CatalogueReads
  let settings: OpenDataSettings
  let now: () -> Timestamp

  /// Changes of one answer where the address does not say how many, and at most.
  static let defaultEvents = 100
  static let maximumEvents = 500

  func register(in router: Router) {
    router.get("/api/v1/changes") { request in .now(guarded { try poll(request) }) }
    router.get("/api/v1/changes/stream") { request in .now(guarded { try stream(request) }) }
  }

  private func guarded(_ build: () throws -> Response) -> Response {
    do {
      return try build().with("Access-Control-Allow-Origin", "*")
    } catch let problem as Problem {
      return problem.response
    } catch {
      return Problem.unavailable.response
    }
  }

  // MARK: - Poll

  private func poll(_ request: Request) throws -> Response {
    var after: UInt64 = 0
    var limit = ChangeRoutes.defaultEvents
    for item in request.query {
      switch item.name {
      case "after": after = try position(item.value, of: "after")
      case "limit":
        guard let number = Int(item.value), (1...ChangeRoutes.maximumEvents).contains(number)
        else { throw Problem.badParameter("limit", "1 to \(ChangeRoutes.maximumEvents)") }
        limit = number
      default: throw Problem.badParameter(item.name, "unknown")
      }
    }
    let batch = try ChangeBatch(
      reads, after: after, limit: limit, source: settings.address, at: now())
    let bytes = Array(batch.batch.canonicalText.utf8)
    let next =
      "/api/v1/changes"
      + Address.query([
        ("after", String(batch.last)), ("limit", String(limit)),
      ])
    return Response.of(bytes, type: "application/cloudevents-batch+json")
      .with("Link", "<\(next)>; rel=\"next\"")
  }

  private func position(_ text: String, of name: String) throws(Problem) -> UInt64 {
    guard text.utf8.count <= 16, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let position = UInt64(text)
    else { throw .badParameter(name, "the sequence of an event, or 0") }
    return position
  }

  // MARK: - Stream

  private func stream(_ request: Request) throws -> Response {
    guard let streams = settings.streams else { throw Problem.unavailable }
    var after = try reads.standing().position
    for item in request.query {
      guard item.name == "after" else { throw Problem.badParameter(item.name, "unknown") }
      after = try position(item.value, of: "after")
    }
    // A browser that connects again says what it has.
    if let last = request.headers["Last-Event-ID"] {
      after = try position(last, of: "Last-Event-ID")
    }
    let response = Response(
      headers: ["Content-Type": "text/event-stream", "X-Accel-Buffering": "no"],
      body: .stream { [after] writer in
        // The client sees at once that it is connected, and when to come again.
        writer.write(Array("retry: 5000\n\n".utf8))
        if !streams.add(writer, after: after) { writer.finish() }
      })
    return response.with("Cache-Control", "no-store")
  }
}
