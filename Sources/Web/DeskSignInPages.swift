// The pages of sign-in. They are values of their own, since the doorkeeper's queue makes them, too.

import Desk
import Events
import HTTP

/// Makes the pages that somebody sees who is not signed in.
struct SignInPages: Sendable {
  let region: Region
  let cookie: DeskCookie

  private func page(_ title: String, _ content: HTML, status: Int = 200) -> Response {
    DeskFrame.response(
      region, Page(title: title, content: content, isUnlisted: true), status: status)
  }

  /// A page that says why something was not done.
  func refusal(_ title: String, _ text: String) -> Response {
    page(title, "<h1>\(title)</h1><p class=\"lead\">\(text)</p>", status: 403)
  }

  /// The answer to an attempt to sign in.
  func answer(_ outcome: Doorkeeper.Outcome, _ form: SignInForm) -> Response {
    switch outcome {
    case .signedIn(let secret, let user):
      let response =
        form.kept.map { resumed($0, DeskVisit(user: user, secret: secret)) }
        ?? Response.redirect(to: form.then.path).with("Cache-Control", "no-store")
      return response.with("Set-Cookie", cookie.setting(secret))
    case .refused:
      return signIn(
        form,
        message: """
          Anmeldename oder Passwort stimmt nicht, oder der Zugang ist gesperrt. Nach vielen \
          falschen Versuchen hilft nur ein neuer Link der Verwaltung.
          """, status: 403)
    case .wait(let seconds):
      return signIn(form, message: SignInPages.wait(seconds), status: 429)
        .with("Retry-After", "\(seconds)")
    }
  }

  static func wait(_ seconds: Int) -> String {
    """
    Zu viele Versuche. Bitte warten Sie \(Texts.duration(seconds: seconds)) und versuchen Sie es \
    dann noch einmal.
    """
  }

  func busy(_ form: SignInForm) -> Response {
    signIn(
      form, message: "Das hat gerade nicht geklappt. Bitte versuchen Sie es gleich noch einmal.",
      status: 503
    ).with("Retry-After", "5")
  }

  // MARK: - Name and password

  func signIn(_ form: SignInForm, message: String? = nil, status: Int = 200) -> Response {
    let password = DeskInput(
      name: "password", label: "Passwort", type: "password", autocomplete: "current-password")
    let isAgain = form.kept != nil
    let lead: HTML? =
      isAgain
      ? """
      <p class="lead">Ihre Anmeldung war abgelaufen. Ihre Eingaben sind noch da: Melden Sie sich \
      an, dann geht es damit weiter.</p>
      """
      : nil
    return page(
      "Anmeldung",
      """
      <h1>Anmeldung</h1>
      \(lead)\(HTML.alert(message))
      <form class="form" method="post" action="/desk/signin">
      \(DeskInput.signInName(form.signInName).row)\(password.row)\
      <input type="hidden" name="then" value="\(form.then.path)">
      \(form.kept?.wrapped)\
      <div class="acts"><button type="submit">Anmelden</button></div></form>
      <p class="meta">Passwort vergessen? Wer bei Ihnen die Redaktion verwaltet, stellt Ihnen einen \
      Link aus, mit dem Sie ein neues wählen.</p>
      """, status: status)
  }

  /// The answer to a form that came after its session had ended.
  func again(_ kept: KeptForm?) -> Response {
    var form = SignInForm()
    form.kept = kept
    guard kept == nil else { return signIn(form, status: 403) }
    return signIn(
      form, message: "Ihre Anmeldung war abgelaufen. Es wurde nichts geändert.", status: 403)
  }

  /// Gives a kept form back to its author, for the new session.
  private func resumed(_ kept: KeptForm, _ visit: DeskVisit) -> Response {
    page(
      "Wieder angemeldet",
      """
      <h1>Wieder angemeldet</h1>
      <p class="lead">Ihre Eingaben sind noch nicht gespeichert. Senden Sie sie jetzt ab.</p>
      <form class="form" method="post" action="\(kept.path)">
      <input type="hidden" name="token" value="\(visit.formToken)">
      \(kept.inputs)<div class="acts"><button type="submit">Eingaben absenden</button>\
      <a class="button quiet" href="/desk">Verwerfen</a></div></form>
      """)
  }

  // MARK: - Links

  func button(_ code: String) -> Response {
    page(
      "Anmeldung",
      """
      <h1>Anmeldung</h1>
      <form class="form" method="post" action="/desk/signin">
      <input type="hidden" name="code" value="\(code)">
      <p><button type="submit">Bei der Redaktion anmelden</button></p></form>
      """)
  }

  /// Nobody can sign in yet.
  var nobody: Response {
    page(
      "Anmeldung",
      """
      <h1>Noch niemand angelegt</h1>
      <p class="lead">Die erste Person kommt mit einem Link herein, der einmal gilt. Er steht in \
      der Ausgabe des Programms beim Start.</p>
      <p>Einen neuen macht auf dem Rechner des Knotens: <code>vesthub user link --data …</code></p>
      """)
  }

  var linkEnded: Response {
    refusal(
      "Dieser Link gilt nicht mehr",
      "Er wurde schon benutzt oder ist abgelaufen. Bitte lassen Sie sich einen neuen geben.")
  }

  func start(_ form: StartForm, status: Int = 200) -> Response {
    let error = form.error.map(Texts.error)
    var (nameError, signInError, passwordError): (String?, String?, String?) = (nil, nil, nil)
    switch form.error {
    case .badName: nameError = error
    case .badSignInName, .nameTaken: signInError = error
    case .badPassword: passwordError = error
    default: break
    }
    let who: HTML
    if let person = form.person {
      // A browser that keeps passwords learns the name from this input.
      who = """
        <p class="lead">Guten Tag, \(person.user.name). Wählen Sie ein Passwort. Ihr Anmeldename \
        ist <b>\(person.signInName ?? "")</b>.</p>
        <input type="hidden" name="signInName" value="\(person.signInName ?? "")" \
        autocomplete="username">
        """
    } else {
      let name = DeskInput(
        name: "name", label: "Name", value: form.name, autocomplete: "name",
        hint: "So nennt Sie die Redaktion. Er verlässt diesen Knoten nicht.", error: nameError)
      who = """
        <p class="lead">Sie richten die Redaktion ein und verwalten dann die Zugänge der anderen.</p>
        \(DeskInput.signInName(form.signInName, error: signInError).row)\(name.row)
        """
    }
    let hint = "Mindestens \(PasswordRules.leastCharacters) Zeichen, gern mehrere Wörter."
    let repeated = form.isRepeatWrong ? "Die beiden Eingaben sind verschieden." : nil
    let isAtField = nameError != nil || signInError != nil || passwordError != nil
    let message =
      isAtField || form.isRepeatWrong
      ? "Noch nicht gespeichert. Bitte die markierten Angaben prüfen." : error
    return page(
      "Zugang einrichten",
      """
      <h1>Zugang einrichten</h1>
      \(HTML.alert(message))
      <form class="form" method="post" action="/desk/start">
      <input type="hidden" name="code" value="\(form.code)">
      \(who)\(DeskInput.newPassword(hint: hint, error: passwordError).row)\
      \(DeskInput.repeatedPassword(error: repeated).row)\
      <div class="acts"><button type="submit">Zugang einrichten</button></div></form>
      """, status: status)
  }
}
