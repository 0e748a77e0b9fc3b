// The editors' desk: its routes, sign-in, and the checks that stand before every page and form.

import Catalogue
import Desk
import EventLog
import Events
import HTTP
import Media
import Views

/// The routes below `/desk`.
struct DeskSite {
  let site: SiteID
  let region: Region
  let reads: CatalogueReads
  let port: DeskPort
  let access: DeskAccess
  /// Where pages that take long are made; nil: on the loop.
  let slowly: SlowReads?
  /// Pictures and documents.
  let media: MediaStore
  var imports: ImportPort?
  let now: () -> Timestamp

  /// Drafts, settings and people of the house, on this loop.
  var store: DeskStore { access.store }
  var gate: DeskGate { DeskGate(access: access, now: now) }
  var parts: ItemParts { ItemParts(region: region) }

  func register(in router: Router) {
    registerSignIn(in: router)
    registerAccount(in: router)
    registerPeople(in: router)
    registerSettings(in: router)
    show(router, "/desk") { request, frame in try overview(request, frame) }
    show(router, "/desk/importe") { importPage($0, $1) }
    post(router, "/desk/new/:kind") { try beginNew($0, $1, $2) }
    show(router, "/desk/items/:id") { request, frame in try itemPage(request, frame) }
    post(router, "/desk/items/:id/edit") { try beginEdit($0, $1, $2) }
    show(router, "/desk/items/:id/settle", for: .releaser) { request, frame in
      try settlePage(request, frame)
    }
    post(router, "/desk/items/:id/settle", for: .releaser) { try settle($0, $1, $2) }
    post(router, "/desk/items/:id/act/:action", for: .releaser) { try act($0, $1, $2) }
    registerTogether(in: router)
    registerMedia(in: router)
    registerDrafts(in: router)
  }

  private func registerDrafts(in router: Router) {
    show(router, "/desk/drafts/:id") { request, frame in try draftPage(request, frame) }
    post(router, "/desk/drafts/:id") { try saveDraft($0, $1, $2) }
    show(router, "/desk/drafts/:id/preview") { request, frame in try previewPage(request, frame) }
    post(router, "/desk/drafts/:id/autosave") { .now(try autosave($0, $1, $2)) }
    post(router, "/desk/drafts/:id/rebase") { try rebase($0, $1, $2) }
    post(router, "/desk/drafts/:id/discard") { try discard($0, $1, $2) }
    post(router, "/desk/drafts/:id/submit") { try submit($0, $1, $2) }
    post(router, "/desk/drafts/:id/return", for: .releaser) { try handBack($0, $1, $2) }
    post(router, "/desk/drafts/:id/unplan") { try unplan($0, $1, $2) }
    post(router, "/desk/drafts/:id/release", for: .releaser) { try releaseSeen($0, $1, $2) }
  }

  // MARK: - Checks

  func frame(_ visit: DeskVisit) -> DeskFrame {
    DeskFrame(region: region, site: site, visit: visit, port: port)
  }

  /// A page for those who are signed in and have at least `role`.
  func show(
    _ router: Router, _ path: String, for role: DeskRole = .author,
    _ build: @escaping (Request, DeskFrame) throws -> Response?
  ) {
    router.get(path) { request in
      guard let visit = gate.visit(request) else {
        return .now(.redirect(to: ReturnPath.signIn(then: request.target)))
      }
      let frame = frame(visit)
      guard visit.user.role >= role else { return .now(forbidden(frame)) }
      return .now(answered(frame) { try build(request, frame) ?? notFound(frame) })
    }
  }

  /// A form: signed in, sent from here, made for this session, readable, and by somebody who may.
  func post(
    _ router: Router, _ path: String, for role: DeskRole = .author, bodyLimit: Int? = nil,
    _ run: @escaping (Request, DeskVisit, PostedForm) throws -> Answer?
  ) {
    router.post(path, bodyLimit: bodyLimit) { request in
      guard let form = PostedForm(request), DeskGate.isFromHere(request) else {
        return .now(strange)
      }
      guard let visit = gate.visit(request) else {
        return .now(signInPages.again(KeptForm(form, to: request.path)))
      }
      guard DeskGate.isGenuine(form["token"], for: visit) else { return .now(strange) }
      guard visit.user.role >= role else { return .now(forbidden(frame(visit))) }
      do {
        return try run(request, visit, form) ?? .now(notFound(frame(visit)))
      } catch {
        return .now(failed(frame(visit)))
      }
    }
  }

  /// Answers after `work` on the doorkeeper's queue; `busy` where that is full or fails.
  func later(
    busy: Response, _ work: @escaping @Sendable (Doorkeeper) throws(DeskError) -> Response
  ) -> Answer {
    let door = access.door
    return .later { reply in
      door.run { keeper in
        let made = keeper.flatMap { try? work($0) }
        var response = made ?? busy
        SecurityHeaders.add(to: &response)
        reply.send(response)
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

  var strange: Response {
    signInPages.refusal(
      "Dieses Formular kam nicht von dieser Seite",
      "Es wurde nichts gespeichert. Bitte laden Sie die Seite der Redaktion neu.")
  }

  func forbidden(_ frame: DeskFrame) -> Response {
    frame.response(
      "Nicht erlaubt",
      """
      <h1>Das darf Ihr Zugang nicht</h1>
      <p class="lead">Es wurde nichts geändert. Sie sind angemeldet als \(frame.visit.user.name), \
      Rolle: \(Texts.role(frame.visit.user.role)).</p><p><a href="/desk">Zur Redaktion</a></p>
      """,
      status: 403)
  }

  func notFound(_ frame: DeskFrame) -> Response {
    frame.response(
      "Nicht gefunden", "<h1>Diesen Eintrag gibt es nicht</h1><p><a href=\"/desk\">Zurück</a></p>",
      status: 404)
  }

  func failed(_ frame: DeskFrame) -> Response {
    frame.response(
      "Störung",
      """
      <h1>Das hat gerade nicht geklappt</h1>
      <p class="lead">Es wurde nichts gespeichert. Gehen Sie im Browser zurück und versuchen Sie \
      es noch einmal: Ihre Eingaben stehen dort noch.</p>
      """,
      status: 503)
  }

  // MARK: - Writing

  /// Appends one draft and notes it in the audit trail. `repeated` makes the page that shows what
  /// was typed, with a message.
  func write(
    _ draft: EventDraft, to target: String, _ repeated: @escaping @Sendable (String) -> Response
  ) -> Answer {
    write([draft], to: target, repeated)
  }

  /// Appends drafts of which each may rest on those before it; the first that fails is told.
  func write(
    _ drafts: [EventDraft], to target: String, _ repeated: @escaping @Sendable (String) -> Response
  ) -> Answer {
    let append = port.append
    let door = access.door
    let now = now()
    return .later { reply in
      append(drafts) { results in
        let told = results.first { !DeskSite.hasEffect($0) } ?? results.last
        for (draft, result) in zip(drafts, results) {
          guard case .success = result else { continue }
          door.run { keeper in
            try? keeper?.store.record(
              DeskAction(rawValue: draft.type), by: draft.by, on: draft.item?.description, now: now)
          }
        }
        var response = DeskSite.outcome(told ?? .failure(.unavailable), target, repeated)
        SecurityHeaders.add(to: &response)
        reply.send(response)
      }
    }
  }

  private static func hasEffect(_ result: Result<DeskPort.Written, DeskPort.Failure>) -> Bool {
    guard case .success(let written) = result, case .applied = written.verdict else { return false }
    return true
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
