// The routes of the machine-readable outputs, and what all their answers bear.
// Protocols/http-api.md §6.

import Events
import HTTP

/// Serves the outputs over one loop's reads.
struct OpenDataSite {
  let region: Region
  let reads: CatalogueReads
  let settings: OpenDataSettings
  let now: () -> Timestamp

  /// How long others may keep an output without asking: a withdrawal is everywhere after it.
  private static let maximumAgeSeconds: Int64 = 60
  /// An output that was made while others wrote is made again so often.
  private static let maximumAttempts = 3

  /// Makes an output; nil: there is none at this address.
  typealias Making = @Sendable (OpenData, Request) throws -> OpenOutput?

  func register(in router: Router) {
    serve(router, "/kalender.ics") { try $0.calendar(OpenFilter($1, kind: "date")) }
    serve(router, "/termine/:id/kalender.ics") { data, request in
      try request.parameter("id").flatMap { ItemID($0) }.flatMap { try data.calendar(of: $0) }
    }
    for (name, kind) in [
      ("/aktuelles", "news"), ("/projekte", "project"), ("/termine", "date"), ("/eintraege", nil),
    ] as [(String, String?)] {
      serve(router, name + ".atom") { try $0.atom(OpenFilter($1, kind: kind), name: name) }
      serve(router, name + ".json") { try $0.jsonFeed(OpenFilter($1, kind: kind), name: name) }
    }
    serve(router, "/sitemap.xml") { data, _ in try data.sitemap() }
    serve(router, "/sitemap/:part") { data, request in
      try data.sitemap(part: request.parameter("part") ?? "")
    }
    serve(router, "/export.jsonl") { try $0.jsonLines(OpenFilter($1, kind: nil)) }
    serve(router, "/export.csv") { try $0.csv(OpenFilter($1, kind: nil)) }
    serve(router, "/katalog.ttl") { data, _ in try data.dcatTurtle() }
    serve(router, "/katalog.jsonld") { data, _ in try data.dcatJSON() }
    serve(router, "/einbetten/:list") { data, request in
      let filter = OpenFilter(request, kind: nil)
      return try data.embeddedList(filter, name: request.parameter("list") ?? "")
    }
    for kind in ["project", "news", "date"] {
      serve(router, Address.list(kind) + "/:id/schema.jsonld") { data, request in
        try request.parameter("id").flatMap { ItemID($0) }
          .flatMap { try data.schemaOrg(of: $0, kind: kind) }
      }
    }
    ChangeRoutes(reads: reads, settings: settings, now: now).register(in: router)
    serve(router, "/robots.txt") { data, _ in data.robots }
    serve(router, "/opensearch.xml") { data, _ in data.openSearch }
  }

  /// A resource that depends on path and filters alone.
  func serve(_ router: Router, _ pattern: String, _ make: @escaping Making) {
    router.get(pattern) { answer($0, make) }
  }

  private func answer(_ request: Request, _ make: @escaping Making) -> Answer {
    // What the filters do not read makes no other output, and shall take no other room.
    let key = request.path + " " + OpenFilter(request, kind: nil).key
    let moment = now()
    if let version = try? OpenDataSite.version(reads),
      let entry = settings.made.current(key, version, at: moment)
    {
      return .now(OpenDataSite.response(entry, at: moment))
    }
    guard let slowly = settings.slowly else {
      return .now(OpenDataSite.made(key, data(reads, moment), request, make))
    }
    let (region, settings) = (region, settings)
    return .later { reply in
      slowly.run { reads in
        let response = reads.map { reads in
          let data = OpenData(region: region, reads: reads, moment: moment, settings: settings)
          return OpenDataSite.made(key, data, request, make)
        }
        reply.send(response ?? OpenDataSite.unavailable)
      }
    }
  }

  private func data(_ reads: CatalogueReads, _ moment: Timestamp) -> OpenData {
    OpenData(region: region, reads: reads, moment: moment, settings: settings)
  }

  private static func version(_ reads: CatalogueReads) throws -> MadeOutputs.Version {
    let standing = try reads.standing()
    return MadeOutputs.Version(position: standing.position, digest: standing.digest)
  }

  /// Makes and keeps an output. Its pages are read one after another, so it is made again if the
  /// catalogue changed meanwhile.
  private static func made(
    _ key: String, _ data: OpenData, _ request: Request, _ make: Making
  ) -> Response {
    do {
      var before = try version(data.reads)
      for attempt in 1... {
        guard let output = try make(data, request) else {
          return .text("Nicht gefunden\n", status: 404)
        }
        let after = try version(data.reads)
        if before == after || attempt == maximumAttempts {
          let entry = data.settings.made.keep(key, output, before, at: data.moment)
          return response(entry, at: data.moment)
        }
        before = after
      }
      preconditionFailure("the last attempt returns")
    } catch {
      return unavailable
    }
  }

  private static var unavailable: Response {
    Response.text("Das geht gerade nicht, bitte noch einmal versuchen.\n", status: 503)
      .with("Retry-After", "10")
  }

  /// Never beyond the minute: news are released by the minute, so an age that ended with one that
  /// is to come would tell that there is one.
  static func maximumAge(at moment: Timestamp, changesAt: Timestamp?) -> Int64 {
    let minute = maximumAgeSeconds * 1_000
    let ends = moment.milliseconds / minute * minute + minute
    return max(0, min(ends, changesAt?.milliseconds ?? ends) - moment.milliseconds) / 1_000
  }

  private static func response(_ entry: MadeOutputs.Entry, at moment: Timestamp) -> Response {
    let output = entry.output
    var response = Response.of(output.bytes, type: output.type).with("ETag", entry.tag)
      .with("Access-Control-Allow-Origin", "*")
    let age = maximumAge(at: moment, changesAt: output.changesAt)
    response.headers.set("Cache-Control", "public, max-age=\(age)")
    // RFC 9110 §8.8.2.2: within its second a date cannot tell two contents apart.
    let seconds = entry.modified.milliseconds / 1_000
    if moment.milliseconds / 1_000 > seconds {
      response.headers.set("Last-Modified", HTTPDate.text(Int(seconds)))
    }
    for field in output.fields { response.headers.set(field.name, field.value) }
    return response
  }
}
