// The page on which people look after their own access: name, password, sessions.

import Desk
import Events
import HTTP

extension DeskSite {
  func registerAccount(in router: Router) {
    show(router, "/desk/account") { request, frame in try accountPage(request, frame) }
    post(router, "/desk/account/name") { _, visit, form in rename(visit, form) }
    post(router, "/desk/account/password") { changePassword($0, $1, $2) }
    post(router, "/desk/account/everywhere") { _, visit, _ in
      let now = now()
      let gone = Response.redirect(to: "/desk/signin").with("Set-Cookie", gate.cookie.expired)
      return later(busy: failed(frame(visit))) { keeper throws(DeskError) in
        try keeper.store.endAll(of: visit.user.pseudonym, now: now)
        return gone
      }
    }
  }

  private func accountPage(_ request: Request, _ frame: DeskFrame) throws -> Response? {
    var page = try AccountPage(frame, access.store, now())
    switch request.query("ok") {
    case "name": page?.done = "Ihr Name ist geändert."
    case "password":
      page?.done = "Ihr Passwort ist geändert. In anderen Browsern sind Sie jetzt abgemeldet."
    default: break
    }
    return page?.response()
  }

  private func rename(_ visit: DeskVisit, _ form: PostedForm) -> Answer {
    let now = now()
    let frame = frame(visit)
    let name = form["name"] ?? ""
    return later(busy: failed(frame)) { keeper throws(DeskError) in
      do throws(DeskError) {
        let pseudonym = visit.user.pseudonym
        try keeper.store.rename(pseudonym, to: name, by: pseudonym, now: now)
        return .redirect(to: "/desk/account?ok=name")
      } catch {
        var page = try AccountPage(frame, keeper.store, now)
        page?.nameError = Texts.error(error)
        return page?.response(status: 422) ?? .redirect(to: "/desk/signin")
      }
    }
  }

  private func changePassword(
    _ request: Request, _ visit: DeskVisit, _ form: PostedForm
  ) -> Answer {
    let (now, frame, cookie, peer) = (now(), frame(visit), gate.cookie, gate.peer(request))
    let (present, new) = (form["present"] ?? "", form["password"] ?? "")
    let isRepeated = form["repeat"] == new
    return later(busy: failed(frame)) { keeper throws(DeskError) in
      var page = try AccountPage(frame, keeper.store, now)
      guard isRepeated else {
        page?.repeatError = "Die beiden Eingaben sind verschieden."
        return page?.response(status: 422) ?? .redirect(to: "/desk/signin")
      }
      var status = 422
      do throws(DeskError) {
        switch try keeper.changePassword(
          of: visit.user, from: present, to: new, peer: peer, now: now)
        {
        case .signedIn(let secret, _):
          return Response.redirect(to: "/desk/account?ok=password")
            .with("Set-Cookie", cookie.setting(secret)).with("Cache-Control", "no-store")
        case .refused: page?.presentError = "Das ist nicht Ihr jetziges Passwort."
        case .wait(let seconds):
          page?.alert = SignInPages.wait(seconds)
          status = 429
        }
      } catch {
        page?.passwordError = Texts.error(error)
      }
      return page?.response(status: status) ?? .redirect(to: "/desk/signin")
    }
  }
}

/// The page of one person's access, with what is wrong in its forms.
struct AccountPage: Sendable {
  private let frame: DeskFrame
  private let person: Person
  private let sessions: [DeskSession]
  var done: String?
  var alert: String?
  var nameError: String?
  var presentError: String?
  var passwordError: String?
  var repeatError: String?

  /// Nil where the person is not there any more.
  init?(_ frame: DeskFrame, _ store: DeskStore, _ now: Timestamp) throws(DeskError) {
    let pseudonym = frame.visit.user.pseudonym
    guard let person = try store.person(pseudonym) else { return nil }
    self.frame = frame
    self.person = person
    sessions = try store.sessions(of: pseudonym, now: now)
  }

  func response(status: Int = 200) -> Response {
    let isWrong =
      nameError != nil || presentError != nil || passwordError != nil || repeatError != nil
    let message = isWrong ? "Noch nicht gespeichert. Bitte die markierten Angaben prüfen." : alert
    return frame.response(
      "Mein Zugang",
      """
      <h1>Mein Zugang</h1>
      \(HTML.done(done))\(HTML.alert(message))
      <p>Anmeldename: <b>\(person.signInName ?? "–")</b> · Rolle: \
      \(Texts.role(person.user.role)), \(Texts.roleHint(person.user.role)) · \
      In Ereignissen heißen Sie <b>\(person.user.pseudonym)</b>; Ihr Name verlässt diesen Knoten \
      nicht.</p>
      <form class="form" method="post" action="/desk/account/name">\(frame.token)
      <fieldset><legend>Name</legend>\(name.row)\
      <div class="acts"><button type="submit">Namen ändern</button></div></fieldset></form>
      \(passwordForm)
      <section><h2>Angemeldete Browser</h2>
      <ul>\(sessions.map(line))</ul>
      <p class="meta">Eine Anmeldung endet nach \
      \(AccountPage.hours(DeskStore.idleMilliseconds)) Stunden ohne Benutzung und spätestens nach \
      \(AccountPage.hours(DeskStore.sessionMilliseconds)) Stunden.</p>
      <form class="form" method="post" action="/desk/account/everywhere">\(frame.token)
      <div class="acts"><button class="quiet" type="submit">Überall abmelden</button></div></form>\
      </section>
      """, status: status)
  }

  private static func hours(_ milliseconds: Int64) -> String { "\(milliseconds / 3_600_000)" }

  private var name: DeskInput {
    DeskInput(
      name: "name", label: "So nennt Sie die Redaktion", value: person.user.name,
      autocomplete: "name", error: nameError)
  }

  private var passwordForm: HTML {
    let present: HTML? =
      person.hasPassword
      ? DeskInput(
        name: "present", label: "Jetziges Passwort", type: "password",
        autocomplete: "current-password", error: presentError
      ).row : nil
    let hint = "Mindestens \(PasswordRules.leastCharacters) Zeichen, gern mehrere Wörter."
    return """
      <form class="form" method="post" action="/desk/account/password">\(frame.token)
      <input type="hidden" name="signInName" value="\(person.signInName ?? "")" \
      autocomplete="username">
      <fieldset><legend>Passwort</legend>\(present)\
      \(DeskInput.newPassword(hint: hint, error: passwordError).row)\
      \(DeskInput.repeatedPassword(error: repeatError).row)\
      <div class="acts"><button type="submit">Passwort ändern</button></div></fieldset></form>
      """
  }

  private func line(_ session: DeskSession) -> HTML {
    """
    <li>Angemeldet \(BerlinTime.stamp(session.began)), zuletzt benutzt \
    \(BerlinTime.stamp(session.used))</li>

    """
  }
}
