// The editors' desk: its routes, sign-in, and the checks that stand before every page and form.

import Catalogue
import Desk
import EventLog
import Events
import HTTP
import Views

/// The routes below `/desk`.
struct DeskSite {
  let site: SiteID
  let region: Region
  let reads: CatalogueReads
  let port: DeskPort
  let access: DeskAccess
  let now: () -> Timestamp

  var gate: DeskGate { DeskGate(access: access) }
  var parts: ItemParts { ItemParts(region: region) }

  func register(in router: Router) {
    router.get("/desk/signin") { signInPage($0) }
    router.post("/desk/signin") { signIn($0) }
    post(router, "/desk/signout") { _, visit, _ in
      access.signOut(visit.secret)
      return .now(
        Response.redirect(to: "/desk/signin").with("Set-Cookie", gate.expiredCookie))
    }
    show(router, "/desk") { request, frame in try overview(request, frame) }
    show(router, "/desk/new/:kind") { request, frame in newItem(request, frame) }
    post(router, "/desk/new/:kind") { try create($0, $1, $2) }
    show(router, "/desk/items/:id") { request, frame in try itemPage(request, frame) }
    show(router, "/desk/items/:id/edit") { request, frame in try editPage(request, frame) }
    post(router, "/desk/items/:id/edit") { try edit($0, $1, $2) }
    show(router, "/desk/items/:id/settle") { request, frame in try settlePage(request, frame) }
    post(router, "/desk/items/:id/settle") { try settle($0, $1, $2) }
    post(router, "/desk/items/:id/act/:action") { try act($0, $1, $2) }
  }

  // MARK: - Checks

  func frame(_ visit: DeskVisit) -> DeskFrame {
    DeskFrame(region: region, site: site, visit: visit, port: port)
  }

  private func show(
    _ router: Router, _ path: String,
    _ build: @escaping (Request, DeskFrame) throws -> Response?
  ) {
    router.get(path) { request in
      guard let visit = gate.visit(request) else {
        return .now(.redirect(to: "/desk/signin"))
      }
      return .now(
        answered(frame(visit)) {
          try build(request, frame(visit)) ?? notFound(frame(visit))
        })
    }
  }

  /// A form: signed in, sent from here, made for this session, and readable.
  func post(
    _ router: Router, _ path: String,
    _ run: @escaping (Request, DeskVisit, PostedForm) throws -> Answer?
  ) {
    router.post(path) { request in
      guard let visit = gate.visit(request) else {
        return .now(
          refusal(
            "Ihre Anmeldung ist abgelaufen",
            """
            Öffnen Sie in einem zweiten Fenster einen neuen Anmelde-Link und laden Sie dann \
            diese Seite neu: Ihr Browser bietet an, das Formular noch einmal zu senden.
            """))
      }
      guard let form = PostedForm(request), DeskGate.isFromHere(request),
        DeskGate.isGenuine(form["token"], for: visit)
      else {
        return .now(
          refusal(
            "Dieses Formular kam nicht von dieser Seite",
            "Es wurde nichts gespeichert. Bitte laden Sie die Seite der Redaktion neu."))
      }
      do {
        return try run(request, visit, form) ?? .now(notFound(frame(visit)))
      } catch {
        return .now(failed(frame(visit)))
      }
    }
  }

  private func answered(_ frame: DeskFrame, _ build: () throws -> Response) -> Response {
    do {
      return try build()
    } catch {
      return failed(frame)
    }
  }

  private func refusal(_ title: String, _ text: String) -> Response {
    let page = Page(
      title: title, content: "<h1>\(title)</h1><p class=\"lead\">\(text)</p>", isUnlisted: true)
    return DeskFrame.response(region, page, status: 403)
  }

  func notFound(_ frame: DeskFrame) -> Response {
    frame.response(
      "Nicht gefunden", "<h1>Diesen Eintrag gibt es nicht</h1><p><a href=\"/desk\">Zurück</a></p>",
      status: 404)
  }

  private func failed(_ frame: DeskFrame) -> Response {
    frame.response(
      "Störung",
      """
      <h1>Das hat gerade nicht geklappt</h1>
      <p class="lead">Es wurde nichts gespeichert. Gehen Sie im Browser zurück und versuchen Sie \
      es noch einmal: Ihre Eingaben stehen dort noch.</p>
      """,
      status: 503)
  }

  // MARK: - Sign-in

  /// The link leads to a button, not at once into the desk: programs that look at links in mails
  /// would use the code up.
  private func signInPage(_ request: Request) -> Answer {
    let code = request.query("code") ?? ""
    let content: HTML =
      code.isEmpty
      ? """
      <h1>Anmeldung</h1>
      <p class="lead">Zur Redaktion kommen Sie mit einem Link, der einmal gilt. Die Verwaltung \
      dieses Knotens stellt ihn aus.</p>
      """
      : """
      <h1>Anmeldung</h1>
      <form class="form" method="post" action="/desk/signin">
      <input type="hidden" name="code" value="\(code)">
      <p><button type="submit">Bei der Redaktion anmelden</button></p></form>
      """
    return .now(
      DeskFrame.response(
        region, Page(title: "Anmeldung", content: content, isUnlisted: true), status: 200))
  }

  private func signIn(_ request: Request) -> Answer {
    guard DeskGate.isFromHere(request), let code = PostedForm(request)?.text("code"),
      let secret = access.signIn(code)
    else {
      return .now(
        refusal(
          "Dieser Link gilt nicht mehr",
          "Er wurde schon benutzt oder ist abgelaufen. Bitte lassen Sie sich einen neuen geben."))
    }
    return .now(
      Response.redirect(to: "/desk").with("Set-Cookie", gate.cookie(secret))
        .with("Cache-Control", "no-store"))
  }

  // MARK: - Writing

  /// Appends one draft. `repeated` makes the page that shows what was typed, with a message.
  func write(
    _ draft: EventDraft, to target: String, _ repeated: @escaping @Sendable (String) -> Response
  ) -> Answer {
    let append = port.append
    return .later { reply in
      append([draft]) { results in
        reply.send(
          DeskSite.outcome(results.first ?? .failure(.unavailable), target, repeated))
      }
    }
  }

  private static func outcome(
    _ result: Result<DeskPort.Written, DeskPort.Failure>, _ target: String,
    _ repeated: (String) -> Response
  ) -> Response {
    switch result {
    case .success(let written):
      guard case .void(let reason) = written.verdict else { return .redirect(to: target) }
      return repeated(DeskSite.words(for: reason))
    case .failure(.refused(let reason)):
      return repeated("Das ist zu groß oder hat eine falsche Form: \(reason)")
    case .failure(.unavailable):
      return repeated(
        "Das Speichern hat gerade nicht geklappt. Bitte versuchen Sie es gleich noch einmal.")
    }
  }

  static func words(for reason: Verdict.VoidReason) -> String {
    switch reason {
    case .noRight: "Ohne Wirkung: Dazu hat Ihr Haus an diesem Eintrag kein Recht (mehr)."
    case .invalidField: "Ohne Wirkung: Eine Angabe passt nicht zu ihrem Feld."
    case .item: "Ohne Wirkung: Den Eintrag gibt es nicht, oder es gibt ihn schon."
    case .kind: "Ohne Wirkung: Das passt nicht zur Art des Eintrags."
    case .siteLeft: "Ohne Wirkung: Ihr Haus nimmt nicht mehr teil."
    }
  }
}
