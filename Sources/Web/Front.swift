// What a node answers over HTTP: the table of all addresses, and what every answer bears.
// Protocols/http-api.md.

package import Events
package import HTTP
package import Media

/// The door of this module: one value for each event loop.
package struct Front {
  let router: Router
  private let gate: DeskGate
  private let hosts: DeskHosts

  /// A front for one loop.
  ///
  /// - Parameters:
  ///   - site: the publisher whose node this is.
  ///   - region: all publishers.
  ///   - reads: what pages read, on this loop.
  ///   - port: how desk and API write.
  ///   - access: who may.
  ///   - statusStreams: who watches the line of status.
  ///   - media: pictures and documents.
  ///   - imports: how sources are imported; nil: they are not.
  ///   - openData: what feeds, exports and streams need.
  ///   - now: the clock.
  package init(
    site: SiteID, region: Region, reads: CatalogueReads, port: DeskPort, access: DeskAccess,
    media: MediaStore, statusStreams: StatusStreams, imports: ImportPort? = nil,
    openData: OpenDataSettings = OpenDataSettings(address: "http://127.0.0.1"),
    now: @escaping () -> Timestamp
  ) {
    let pages = PublicPages(region: region, reads: reads, media: media, now: now)
    var router = Router()
    let publicSite = PublicSite(pages: pages, layout: Layout(region: region))
    publicSite.register(in: router)
    MediaSite(store: media, reads: reads, now: now).register(in: router)
    OpenDataSite(region: region, reads: reads, settings: openData, now: now).register(in: router)
    API(
      region: region, reads: reads, port: port, access: access, site: site, imports: imports,
      now: now
    ).register(in: router)
    let desk = DeskSite(
      site: site, region: region, reads: reads, port: port, access: access,
      slowly: openData.slowly, media: media, imports: imports, now: now)
    desk.register(in: router)
    desk.registerStatus(statusStreams, in: router)
    router.fallback = { request in
      request.path.hasPrefix("/api/")
        ? .now(Problem.notFound.response)
        : .now(publicSite.answer(pages.notFound, status: 404))
    }
    self.router = router
    gate = DeskGate(access: access, now: now)
    hosts = access.hosts
  }

  /// Answers a request on its loop; what may wait is answered later.
  package func respond(to request: Request) -> Answer {
    if let refusal = hosts.refusal(of: request) {
      return .now(Front.finished(refusal, for: request))
    }
    switch router.respond(to: request) {
    case .now(let response): return .now(Front.finished(response, for: request))
    case .later(let run): return .later(run)
    }
  }

  /// What an event loop calls.
  package var handler: Handler {
    let limit = router.handler.bodyLimit
    return Handler(
      bodyLimit: { request in
        guard let most = limit(request) else { return nil }
        // Nobody but an editor or a program of the house may make the node hold a large body.
        let isSmall = most <= Limits().bodyBytes
        return isSmall || gate.visit(request) != nil || gate.program(request) != nil ? most : nil
      },
      respond: respond)
  }

  /// Adds what every answer bears, a strong tag where there is content, and 304 where it is known.
  static func finished(_ response: Response, for request: Request) -> Response {
    var response = response
    if response.status == 405 { response = explained405(response, for: request) }
    response = complete(response)
    guard response.status == 200, request.method == "GET" || request.method == "HEAD",
      case .bytes = response.body
    else { return response }
    if !response.headers.contains("Cache-Control") {
      response.headers.set("Cache-Control", "no-cache")
    }
    var answer = response.conditional(to: request)
    // A browser puts the fields of a 304 in the place of those that it has (RFC 9111 §4.3.4).
    if answer.status != 200 {
      let policy = response.headers["Content-Security-Policy"] ?? SecurityHeaders.policy
      SecurityHeaders.add(to: &answer, policy: policy)
    }
    return answer
  }

  /// Adds the fields that do not depend on the request: those of safety, and the strong tag of a
  /// content. A complete answer is left as it is, so that kept ones cost nothing.
  static func complete(_ response: Response) -> Response {
    var response = response
    if !response.headers.contains("X-Content-Type-Options") {
      // An embedded list brings a policy of its own.
      let policy = response.headers["Content-Security-Policy"] ?? SecurityHeaders.policy
      SecurityHeaders.add(to: &response, policy: policy)
    }
    guard response.status == 200, case .bytes(let bytes) = response.body,
      !response.headers.contains("ETag")
    else { return response }
    // Half of the hash: what a client may keep is named, not proved.
    response.headers.set("ETag", ETag.strong(String(SHA256.hash(bytes).hex.prefix(32))))
    return response
  }

  private static func explained405(_ response: Response, for request: Request) -> Response {
    guard request.path.hasPrefix("/api/") else {
      return Response.text("Diese Adresse kennt das nicht: \(request.method)\n", status: 405)
        .with("Allow", response.headers["Allow"] ?? "GET")
    }
    return Problem.methodNotAllowed.response.with("Allow", response.headers["Allow"] ?? "GET")
  }
}

/// Header fields that keep a browser from doing what no page of ours needs.
enum SecurityHeaders {
  /// Nothing inline, nothing from elsewhere, no scripts, no frames.
  static let policy = policy(frameAncestors: [])

  /// The same, but for the sites that may show the page in a frame.
  static func policy(frameAncestors: [String]) -> String {
    let ancestors = frameAncestors.isEmpty ? "'none'" : frameAncestors.joined(separator: " ")
    return """
      default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
      base-uri 'none'; frame-ancestors \(ancestors)
      """
  }

  /// The desk runs modules of its own and speaks to its own node.
  static let deskPolicy = policy + "; script-src 'self'; connect-src 'self'; worker-src 'self'"

  /// Adds them; a policy that the response brings stays where no other is told.
  static func add(to response: inout Response, policy told: String? = nil) {
    let policy = told ?? response.headers["Content-Security-Policy"] ?? policy
    response.headers.set("Content-Security-Policy", policy)
    response.headers.set("X-Content-Type-Options", "nosniff")
    // `no-referrer` would make browsers send `Origin: null` with the desk's own forms.
    response.headers.set("Referrer-Policy", "same-origin")
    response.headers.set("Cross-Origin-Opener-Policy", "same-origin")
    response.headers.set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
  }
}

/// The routes of the public pages.
struct PublicSite {
  let pages: PublicPages
  let layout: Layout
  let cache = AnswerCache()

  func register(in router: Router) {
    show(router, "/") { _ in try pages.start() }
    for kind in ["project", "news", "date"] {
      let path = Address.list(kind)
      show(router, path) { try pages.list($0, kind: kind) }
      keep(router, path + "/:id") { request in
        let found = try pages.item(request, kind: kind)
        return (answer(found, at: request.path), found.until)
      }
    }
    show(router, "/staedte/:site") { try pages.city($0) }
    show(router, "/felder/:code") { try pages.field($0) }
    show(router, "/suche") { try pages.search($0) }
    show(router, "/themen") { try pages.topics($0) }
    for notice in NoticePage.allCases { show(router, notice.path) { _ in pages.notice(notice) } }
    for asset in Assets.all { router.get(asset.path) { _ in .now(asset.response) } }
  }

  private func show(
    _ router: Router, _ pattern: String, _ build: @escaping (Request) throws -> Page?
  ) {
    keep(router, pattern) { request in
      let page = try build(request)
      return (page.map { answer($0) } ?? answer(pages.notFound, status: 404), page?.until)
    }
  }

  /// A route whose answers are kept while they hold.
  private func keep(
    _ router: Router, _ pattern: String,
    _ build: @escaping (Request) throws -> (response: Response, until: Timestamp?)
  ) {
    router.get(pattern) { request in
      .now(
        guarded {
          return try cache.response(
            to: request.target, version: try pages.reads.version(), at: pages.now()
          ) {
            let made = try build(request)
            return (Front.complete(made.response), made.until)
          }
        })
    }
  }

  private func answer(_ found: PublicPages.Found, at path: String) -> Response {
    switch found {
    case .page(var page):
      page.item = path
      return answer(page)
    case .gone(let page): return answer(page, status: 410)
    case .elsewhere(let path):
      // Joined items can be taken apart again: no browser may remember the way for good.
      return .redirect(to: path, status: 308).with("Cache-Control", "no-cache")
    case .nothing: return answer(pages.notFound, status: 404)
    }
  }

  /// A failed read becomes a page, not a closed connection.
  private func guarded(_ build: () throws -> Response) -> Response {
    do {
      return try build()
    } catch {
      return answer(pages.failed, status: 503).with("Retry-After", "10")
    }
  }

  func answer(_ page: Page, status: Int = 200) -> Response {
    .html(layout.document(page).text, status: status)
  }
}
