// Sign-in: by name and password, by a one-time link, and the first administrator's beginning.

import Desk
import Events
import HTTP

extension DeskSite {
  var signInPages: SignInPages { SignInPages(region: region, cookie: gate.cookie) }

  func registerSignIn(in router: Router) {
    router.get("/desk/signin") { .now(signInPage($0)) }
    router.post("/desk/signin") { signIn($0) }
    router.get("/desk/start") { .now(startPage($0)) }
    router.post("/desk/start") { start($0) }
    post(router, "/desk/signout") { _, visit, _ in
      let now = now()
      let gone = Response.redirect(to: "/desk/signin").with("Set-Cookie", gate.cookie.expired)
      return later(busy: failed(frame(visit))) { keeper throws(DeskError) in
        try keeper.store.end(session: visit.secret, now: now)
        return gone
      }
    }
  }

  // MARK: - Name and password

  private func signInPage(_ request: Request) -> Response {
    let pages = signInPages
    // The link leads to a button, not at once into the desk: programs that look at links in mails
    // would use it up.
    if let code = request.query("code"), !code.isEmpty { return pages.button(code) }
    var form = SignInForm()
    form.then = ReturnPath(request.query("then"))
    if gate.visit(request) != nil { return .redirect(to: form.then.path) }
    let isEmpty = (try? access.store.hasPeople()) == false
    return isEmpty ? pages.nobody : pages.signIn(form)
  }

  private func signIn(_ request: Request) -> Answer {
    let pages = signInPages
    guard DeskGate.isFromHere(request), let posted = PostedForm(request) else {
      return .now(strange)
    }
    let now = now()
    let old = gate.cookie.secrets(request).first
    if let code = posted.text("code") {
      return later(busy: pages.linkEnded) { keeper throws(DeskError) in
        pages.answer(try keeper.signIn(link: code, replacing: old, now: now), SignInForm())
      }
    }
    var form = SignInForm()
    form.signInName = posted.text("signInName") ?? ""
    form.then = ReturnPath(posted["then"])
    form.kept = KeptForm(again: posted)
    let password = posted["password"] ?? ""
    let peer = gate.peer(request)
    let shown = form
    return later(busy: pages.busy(form)) { keeper throws(DeskError) in
      let outcome = try keeper.signIn(
        name: shown.signInName, password: password, peer: peer, replacing: old, now: now)
      return pages.answer(outcome, shown)
    }
  }

  // MARK: - Links that lead to a password

  private func startPage(_ request: Request) -> Response {
    let code = request.query("code") ?? ""
    let pages = signInPages
    do {
      guard let (purpose, person) = try access.store.link(code, now: now()) else {
        return pages.linkEnded
      }
      if purpose == .signIn { return .redirect(to: "/desk/signin?code=\(Address.encode(code))") }
      return pages.start(StartForm(code: code, person: person))
    } catch {
      return pages.busy(SignInForm())
    }
  }

  private func start(_ request: Request) -> Answer {
    let pages = signInPages
    guard DeskGate.isFromHere(request), let posted = PostedForm(request) else {
      return .now(strange)
    }
    let code = posted.text("code") ?? ""
    let now = now()
    let old = gate.cookie.secrets(request).first
    return later(busy: pages.busy(SignInForm())) { keeper throws(DeskError) in
      guard let (purpose, person) = try keeper.store.link(code, now: now), purpose != .signIn
      else { return pages.linkEnded }
      var form = StartForm(code: code, person: person)
      form.signInName = posted.text("signInName") ?? ""
      form.name = posted.text("name") ?? ""
      let password = posted["password"] ?? ""
      guard password == posted["repeat"] else {
        form.isRepeatWrong = true
        return pages.start(form, status: 422)
      }
      do throws(DeskError) {
        let outcome =
          purpose == .first
          ? try keeper.beginDesk(
            link: code, signInName: form.signInName, name: form.name, password: password,
            replacing: old, now: now)
          : try keeper.choosePassword(link: code, password, replacing: old, now: now)
        return pages.answer(outcome, SignInForm())
      } catch {
        if error == .linkEnded || error == .notFirst { return pages.linkEnded }
        form.error = error
        return pages.start(form, status: 422)
      }
    }
  }
}

/// What somebody typed to sign in, and where it is to lead. The password is never shown again.
struct SignInForm: Sendable {
  var signInName = ""
  var then = ReturnPath(nil)
  /// A form that was sent when the session had ended.
  var kept: KeptForm?
}

/// What somebody typed who begins by a link.
struct StartForm: Sendable {
  let code: String
  /// Whose password it will be; nil for the first administrator.
  let person: Person?
  var signInName = ""
  var name = ""
  var error: DeskError?
  var isRepeatWrong = false

  init(code: String, person: Person?) {
    self.code = code
    self.person = person
  }
}

/// A page of the desk to return to after sign-in; never one of another site.
struct ReturnPath: Sendable, Equatable {
  let path: String

  /// What is no address of the desk leads to its start.
  init(_ path: String?) {
    let isOurs =
      path.map { path in
        (path == "/desk" || path.hasPrefix("/desk/") || path.hasPrefix("/desk?"))
          && path.utf8.count <= WebAddress.maximumBytes
          && path.utf8.allSatisfy { (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "\\") }
      } ?? false
    self.path = isOurs ? path ?? "/desk" : "/desk"
  }

  /// Where those are led who are not signed in.
  static func signIn(then target: String) -> String {
    let path = ReturnPath(target).path
    return path == "/desk" ? "/desk/signin" : "/desk/signin?then=\(Address.encode(path))"
  }
}

/// A form that came after its session had ended: nothing of it is lost while its author signs in.
struct KeptForm: Sendable {
  /// Where it was sent.
  let path: String
  let pairs: [(name: String, value: String)]

  /// Forms that bear passwords or manage people are typed anew.
  private static let closed = ["/desk/account", "/desk/people", "/desk/sign", "/desk/start"]
  private static let mark = "kept."

  /// Nil for a form that cannot be kept.
  init?(_ form: PostedForm, to path: String) {
    // A script that saves reads no page, and keeps what was typed by itself.
    guard path.hasPrefix("/desk/"), !path.hasSuffix("/autosave"),
      !KeptForm.closed.contains(where: path.hasPrefix)
    else { return nil }
    self.path = path
    pairs = form.values.sorted { $0.key < $1.key }.filter { $0.key != "token" }
      .flatMap { name, values in values.map { (name, $0) } }
  }

  /// The form that stands in a page of sign-in; nil if none does.
  init?(again form: PostedForm) {
    guard let path = form["keptFor"] else { return nil }
    var inner = PostedForm()
    for (name, values) in form.values where name.hasPrefix(KeptForm.mark) {
      inner.values[String(name.dropFirst(KeptForm.mark.count))] = values
    }
    self.init(inner, to: path)
  }

  /// Inside a form of sign-in.
  var wrapped: HTML {
    """
    <input type="hidden" name="keptFor" value="\(path)">
    \(pairs.map { KeptForm.hidden(KeptForm.mark + $0.name, $0.value) })
    """
  }

  /// As it was sent.
  var inputs: HTML { pairs.map { KeptForm.hidden($0.name, $0.value) }.joined() }

  private static func hidden(_ name: String, _ value: String) -> HTML {
    "<input type=\"hidden\" name=\"\(name)\" value=\"\(value)\">\n"
  }
}
