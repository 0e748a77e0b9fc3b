// The pages of those who manage the desk: people, their roles and links, and the audit trail.

import Desk
import Events
import HTTP

extension DeskSite {
  func registerPeople(in router: Router) {
    show(router, "/desk/people", for: .administrator) { request, frame in
      var page = try PeoplePage(frame, access.store)
      page.done = request.query("ok").flatMap(PeoplePage.done)
      return page.response()
    }
    show(router, "/desk/people/audit", for: .administrator) { request, frame in
      try auditPage(request, frame)
    }
    post(router, "/desk/people", for: .administrator) { add($0, $1, $2) }
    change(router, "role") { keeper, pseudonym, by, form, now throws(DeskError) in
      guard let role = form["role"].flatMap({ DeskRole(rawValue: $0) }) else {
        throw .unknownPerson(pseudonym)
      }
      try keeper.store.setRole(pseudonym, to: role, by: by, now: now)
    }
    change(router, "lock") { keeper, pseudonym, by, _, now throws(DeskError) in
      try keeper.store.lock(pseudonym, by: by, now: now)
    }
    change(router, "unlock") { keeper, pseudonym, by, _, now throws(DeskError) in
      try keeper.store.unlock(pseudonym, by: by, now: now)
    }
    post(router, "/desk/people/:id/link", for: .administrator) { request, visit, _ in
      let (now, base) = (now(), base(request))
      let pseudonym = request.parameter("id") ?? ""
      return people(visit) { keeper, page throws(DeskError) in
        let secret = try keeper.store.link(
          .password, for: pseudonym, by: visit.user.pseudonym, now: now)
        page.link = "\(base)/desk/start?code=\(secret)"
        page.linkedName = try keeper.store.person(pseudonym)?.user.name
        return page.response()
      }
    }
  }

  /// `POST /desk/people/:id/<word>`: one change of one person.
  private func change(
    _ router: Router, _ word: String,
    _ run:
      @escaping @Sendable (Doorkeeper, String, String, PostedForm, Timestamp)
      throws(DeskError) -> Void
  ) {
    post(router, "/desk/people/:id/\(word)", for: .administrator) { request, visit, form in
      let now = now()
      let pseudonym = request.parameter("id") ?? ""
      return people(visit) { keeper, _ throws(DeskError) in
        try run(keeper, pseudonym, visit.user.pseudonym, form, now)
        return .redirect(to: "/desk/people?ok=\(word)")
      }
    }
  }

  /// Runs a change on the doorkeeper's queue; what it refuses is said above the page of people.
  private func people(
    _ visit: DeskVisit,
    _ run: @escaping @Sendable (Doorkeeper, inout PeoplePage) throws(DeskError) -> Response
  ) -> Answer {
    let frame = frame(visit)
    return later(busy: failed(frame)) { keeper throws(DeskError) in
      do throws(DeskError) {
        var page = try PeoplePage(frame, keeper.store)
        return try run(keeper, &page)
      } catch {
        var page = try PeoplePage(frame, keeper.store)
        page.alert = Texts.error(error)
        return page.response(status: error.isUnknown ? 404 : 422)
      }
    }
  }

  private func add(_ request: Request, _ visit: DeskVisit, _ form: PostedForm) -> Answer {
    let (now, base) = (now(), base(request))
    let role = form["role"].flatMap { DeskRole(rawValue: $0) } ?? .author
    let (signInName, name) = (form["signInName"] ?? "", form["name"] ?? "")
    return people(visit) { keeper, page throws(DeskError) in
      do throws(DeskError) {
        let by = visit.user.pseudonym
        let person = try keeper.store.add(
          signInName: signInName, name: name, role: role, by: by, now: now)
        let secret = try keeper.store.link(
          .password, for: person.user.pseudonym, by: by, now: now)
        page = try PeoplePage(page.frame, keeper.store)
        page.link = "\(base)/desk/start?code=\(secret)"
        page.linkedName = person.user.name
        return page.response()
      } catch {
        page.draft = (signInName, name, role)
        page.error = error
        return page.response(status: 422)
      }
    }
  }

  /// What stands before the path in links that people send each other. The host was checked.
  private func base(_ request: Request) -> String {
    "\(access.isSecure ? "https" : "http")://\(request.authority)"
  }

  // MARK: - Audit trail

  private func auditPage(_ request: Request, _ frame: DeskFrame) throws -> Response {
    var state = ListState(path: "/desk/people/audit")
    // As far as the trail can reach.
    let last = Int(DeskStore.mostAuditEntries) / ListState.pageRows + 1
    state.page = min(max(1, request.query("seite").flatMap { Int($0) } ?? 1), last)
    let (entries, total) = try access.store.audit(
      offset: (state.page - 1) * ListState.pageRows, limit: ListState.pageRows)
    var names: [String: String] = [:]
    for person in try access.store.people() { names[person.user.pseudonym] = person.user.name }
    let known = names
    func who(_ pseudonym: String) -> String {
      known[pseudonym].map { "\($0) (\(pseudonym))" } ?? pseudonym
    }
    let rows: [HTML] = entries.map { entry in
      let detail = entry.detail.flatMap { DeskRole(rawValue: $0) }.map(Texts.role) ?? entry.detail
      let subject: HTML? = entry.subject.map { subject in
        known[subject] == nil && ItemID(subject) != nil
          ? "<a href=\"/desk/items/\(subject)\">\(subject)</a>" : "\(who(subject))"
      }
      return """
        <tr><td>\(BerlinTime.stamp(entry.at))</td><td>\(entry.by.map(who) ?? "–")</td>\
        <td>\(Texts.action(entry.action))</td><td>\(subject)\
        \(detail.map { " · \($0)" as HTML })</td></tr>

        """
    }
    return frame.response(
      "Protokoll",
      """
      <p class="crumbs"><a href="/desk/people">Personen</a> › Protokoll</p>
      <h1>Protokoll</h1>
      <p class="meta">\(Texts.count(total, one: "Eintrag", many: "Einträge")). Das Protokoll \
      verlässt diesen Knoten nicht und wird nach einem Jahr gelöscht.</p>
      \(DeskFrame.table("Protokoll", ["Wann", "Wer", "Was", "Woran"], rows))
      \(parts.pager(state, total: total))
      """)
  }
}

extension DeskError {
  fileprivate var isUnknown: Bool { if case .unknownPerson = self { true } else { false } }
}

/// The page of all people.
struct PeoplePage: Sendable {
  let frame: DeskFrame
  private let people: [Person]
  var done: String?
  var alert: String?
  /// A link that was just made, for whom; shown once.
  var link: String?
  var linkedName: String?
  /// What was typed to add somebody, and what is wrong with it.
  var draft: (signInName: String, name: String, role: DeskRole) = ("", "", .author)
  var error: DeskError?

  init(_ frame: DeskFrame, _ store: DeskStore) throws(DeskError) {
    self.frame = frame
    people = try store.people()
  }

  static func done(_ word: String) -> String? {
    switch word {
    case "role": "Die Rolle ist geändert. Wer angemeldet war, meldet sich neu an."
    case "lock": "Der Zugang ist gesperrt."
    case "unlock": "Der Zugang ist wieder frei."
    default: nil
    }
  }

  func response(status: Int = 200) -> Response {
    let linkBox: HTML? = link.map { link in
      """
      <div class="note good" role="status"><p>Geben Sie diesen Link an \(linkedName ?? "–") weiter, \
      am besten persönlich. Er gilt einmal und einen Tag lang und wird nicht wieder gezeigt:</p>
      <p><code>\(link)</code></p></div>
      """
    }
    let programs = people.filter(\.isProgram)
    let programBox: HTML? =
      programs.isEmpty
      ? nil
      : """
      <section><h2>Programme</h2>
      <p class="meta">Sie veröffentlichen über die Schnittstelle, mit Schlüsseln, die \
      <code>vesthub user token</code> ausstellt.</p>
      \(programs.map(panel))</section>
      """
    return frame.response(
      "Personen",
      """
      <h1>Personen</h1>
      \(HTML.done(done))\(HTML.alert(error.map(Texts.error) ?? alert))\(linkBox)
      <p><a href="/desk/people/audit">Protokoll: wer hat wann was getan?</a></p>
      <section><h2>Wer hier arbeitet</h2>
      \(people.filter { !$0.isProgram }.map(panel))</section>
      \(programBox)
      \(addForm)
      """, status: status)
  }

  private func panel(_ person: Person) -> HTML {
    let user = person.user
    let state: HTML? =
      person.isLocked
      ? " <span class=\"badge stopped\">Gesperrt</span>"
      : person.isLockedOut
        ? " <span class=\"badge stopped\">Ausgesperrt nach zu vielen Versuchen</span>"
        : person.hasPassword || person.isProgram
          ? nil : " <span class=\"badge open\">Noch kein Passwort</span>"
    let seen = person.lastSignIn.map { "zuletzt angemeldet \(BerlinTime.stamp($0))" }
    let signIn: HTML? = person.signInName.map { name in
      "<p>Anmeldename <b>\(name)</b>, \(seen ?? "noch nie angemeldet")</p>\n"
    }
    let role: HTML? =
      person.isProgram ? nil : roleForm(user)
    let link: HTML? =
      person.isProgram || person.isLocked
      ? nil : act(user, "link", "Neuer Link für ein Passwort", "quiet")
    let lock = act(user, "lock", "Sperren", "stop")
    let unlock = act(user, "unlock", "Freigeben", "quiet")
    let isShut = person.isLocked || person.isLockedOut
    return """
      <details class="panel"><summary>\(user.name) – \(Texts.role(user.role)) \
      <small>(\(user.pseudonym))</small>\(state)</summary>
      \(signIn)\(role)<div class="acts">\(link)\(isShut ? unlock : lock)</div></details>

      """
  }

  private func roleForm(_ user: DeskUser) -> HTML {
    """
    <form class="form" method="post" action="/desk/people/\(user.pseudonym)/role">\(frame.token)
    <div class="row"><label for="role.\(user.pseudonym)">Rolle</label>
    <select id="role.\(user.pseudonym)" name="role">\(PeoplePage.options(user.role))</select></div>
    <div class="acts"><button type="submit">Rolle ändern</button></div></form>

    """
  }

  private func act(_ user: DeskUser, _ word: String, _ label: String, _ look: String) -> HTML {
    """
    <form class="form" method="post" action="/desk/people/\(user.pseudonym)/\(word)">\
    \(frame.token)<button class="\(look)" type="submit">\(label)</button></form>
    """
  }

  private static func options(_ chosen: DeskRole) -> [HTML] {
    DeskRole.allCases.map { role in
      let mark: HTML = role == chosen ? " selected" : ""
      return """
        <option value="\(role.rawValue)"\(mark)>\(Texts.role(role)): \
        \(Texts.roleHint(role))</option>
        """
    }
  }

  private var addForm: HTML {
    let text = error.map(Texts.error)
    let isName = error == .badName
    let isSignIn: Bool =
      switch error {
      case .badSignInName, .nameTaken: true
      default: false
      }
    let name = DeskInput(
      name: "name", label: "Name", value: draft.name,
      hint: "So nennt die Redaktion die Person. Er verlässt diesen Knoten nicht.",
      error: isName ? text : nil)
    let signInName = DeskInput(
      name: "signInName", label: "Anmeldename", value: draft.signInName,
      hint: "Zum Beispiel die dienstliche Mailadresse.", error: isSignIn ? text : nil)
    return """
      <section><h2>Person anlegen</h2>
      <form class="form" method="post" action="/desk/people">\(frame.token)
      <fieldset><legend>Neue Person</legend>\(name.row)\(signInName.row)\
      <div class="row"><label for="role">Rolle</label>
      <select id="role" name="role">\(PeoplePage.options(draft.role))</select></div>
      <div class="acts"><button type="submit">Anlegen und Link ausstellen</button></div>\
      </fieldset></form></section>
      """
  }
}
