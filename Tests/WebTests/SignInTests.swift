// Signing in and what stands between a request and the desk: names, passwords, links, cookies,
// hosts, limits, and forms that come when their session has ended.

import Desk
import Events
import HTTP
import Testing

@testable import Web

@Suite struct SignInTests {
  private static let password = "acht Kamele im Regen"
  private static let name = "releaser@stadt.example"

  /// A stage on which the one who may release has a password.
  private func stage() throws -> Stage {
    let stage = try Seed.stage()
    try stage.withDoorkeeper {
      try $0.setPassword(of: "r2", to: Self.password, now: Stage.moment)
      try stage.renewSessions($0.store)
    }
    return stage
  }

  private func signIn(
    _ stage: Stage, _ password: String = password, _ more: [(String, String)] = [],
    cookie: String? = nil
  ) throws -> Reply {
    try stage.post(
      "/desk/signin", [("signInName", Self.name), ("password", password)] + more, cookie: cookie)
  }

  private func secret(_ reply: Reply) throws -> String {
    let cookie = try #require(reply["Set-Cookie"])
    return String(try #require(cookie.split(separator: ";").first?.split(separator: "=").last))
  }

  // MARK: - Names and passwords

  // http-36
  @Test func nameAndPasswordSignIn() throws {
    let stage = try stage()
    let page = try stage.get("/desk/signin")
    #expect(page.body.contains("autocomplete=\"username\""))
    #expect(page.body.contains("type=\"password\"") && page["Set-Cookie"] == nil)
    let answer = try signIn(stage)
    #expect(answer.status == 303 && answer["Location"] == "/desk")
    #expect(answer["Cache-Control"] == "no-store")
    #expect(
      answer["Set-Cookie"]?.hasSuffix("; Path=/desk; HttpOnly; SameSite=Strict") == true)
    #expect(try stage.desk("/desk", as: secret(answer)).status == 200)
  }

  @Test func aWrongPasswordAndAnUnknownNameAreAnsweredAlike() throws {
    let stage = try stage()
    let wrong = try signIn(stage, "falsch falsch")
    let unknown = try stage.post(
      "/desk/signin", [("signInName", "niemand"), ("password", "falsch falsch")], cookie: nil)
    #expect(wrong.status == 403 && unknown.status == 403 && wrong["Set-Cookie"] == nil)
    #expect(wrong.body.replacing(Self.name, with: "niemand") == unknown.body)
    #expect(!wrong.body.contains("falsch falsch"), "a password is never shown again")
    let policy = try stage.get("/desk/signin")["Content-Security-Policy"]
    #expect(policy?.contains("script-src 'self'") == true)
    #expect(wrong["Content-Security-Policy"] == policy, "also when it is answered later")
  }

  // http-37
  @Test func whoTriesTooOftenIsToldHowLongToWait() throws {
    let stage = try stage()
    for _ in 0..<5 { #expect(try signIn(stage, "falsch").status == 403) }
    let answer = try signIn(stage)
    #expect(answer.status == 429 && answer["Retry-After"] == "60")
    #expect(answer.body.contains("Bitte warten Sie 60 Sekunden"))
    #expect(answer["X-Content-Type-Options"] == "nosniff")
    stage.wait(milliseconds: 60_000)
    #expect(try signIn(stage).status == 303)
  }

  @Test func behindAProxyTheLimitIsThatOfTheBrowsersAddress() throws {
    let stage = try stage()
    let plain = try stage.gate(isSecure: false)
    let proxied = try stage.gate(isSecure: true)
    func request(_ peer: String, _ forwarded: String...) throws -> Request {
      var headers = Headers()
      for line in forwarded { headers.add("X-Forwarded-For", line) }
      return try Request(target: "/desk/signin", headers: headers, peer: peer)
    }
    let told = try request("127.0.0.1", "203.0.113.9, 198.51.100.1", "192.0.2.7")
    #expect(proxied.peer(told) == "192.0.2.7")
    #expect(plain.peer(told) == "127.0.0.1", "nothing in front: anybody could write it")
    #expect(proxied.peer(try request("192.0.2.8", "192.0.2.7")) == "192.0.2.8")
    let network = proxied.peer(try request("::1", "2001:db8:1:2::5"))
    #expect(network == proxied.peer(try request("::1", "2001:db8:1:2:ffff::")))
    #expect(network != proxied.peer(try request("::1", "2001:db8:1:3::5")))
  }

  @Test func afterSignInThePageComesThatWasAskedFor() throws {
    let stage = try stage()
    let page = try stage.get("/desk/items/\(Seed.waste)?ok=1")
    let location = try #require(page["Location"])
    #expect(location == "/desk/signin?then=%2Fdesk%2Fitems%2F\(Seed.waste)%3Fok%3D1")
    let then = try stage.get(location).hidden("then")
    #expect(try signIn(stage, Self.password, [("then", then)])["Location"] == then)
  }

  @Test(arguments: [
    "https://evil.example", "//evil.example", "/desk\r\nX: y", "/deskevil", "/desk/\\evil",
    "javascript:alert(1)", "", "/", "/desk/ä",
  ])
  func anAddressElsewhereIsNoneToReturnTo(then: String) throws {
    #expect(ReturnPath(then).path == "/desk")
    #expect(ReturnPath("/desk/items/a?b=c").path == "/desk/items/a?b=c")
  }

  @Test(arguments: ["cross-site", "same-site", "none"])
  func aSignInFromElsewhereIsRefused(site: String) throws {
    let stage = try stage()
    let answer = try stage.post(
      "/desk/signin", [("signInName", Self.name), ("password", Self.password)], cookie: nil,
      site: site)
    #expect(answer.status == 403 && answer["Set-Cookie"] == nil)
  }

  // MARK: - Cookies and sessions

  // http-36
  @Test func aSessionIsNeverTheOneThatTheBrowserBrought() throws {
    let stage = try stage()
    let planted = String(repeating: "a", count: 64)
    let answer = try signIn(stage, cookie: "vesthub=\(planted)")
    let secret = try secret(answer)
    #expect(secret != planted && secret.count == 64)
    #expect(try stage.desk("/desk", as: planted).status == 303)
    let next = try signIn(stage, cookie: "vesthub=\(secret)")
    #expect(try self.secret(next) != secret)
    #expect(try stage.desk("/desk", as: secret).status == 303, "the old one has ended")
  }

  @Test func overTLSTheCookieIsSecureAndSaysSo() throws {
    let cookie = DeskCookie(isSecure: true)
    #expect(
      cookie.setting("s")
        == "__Secure-vesthub=s; Path=/desk; HttpOnly; SameSite=Strict; Secure")
    #expect(cookie.expired.hasPrefix("__Secure-vesthub=; Max-Age=0; Path=/desk"))
    let stage = try stage()
    stage.isSecure = true
    #expect(try stage.get("/desk", ["Cookie": "vesthub=\(Stage.session)"]).status == 303)
    let named = try stage.get("/desk", ["Cookie": "x=y; __Secure-vesthub=\(Stage.session)"])
    #expect(named.status == 200)
  }

  @Test func aSessionEndsIdleAndWithItsDay() throws {
    let stage = try stage()
    stage.wait(milliseconds: DeskStore.idleMilliseconds)
    #expect(try stage.desk("/desk").status == 200)
    // The request before was use: it is noted beside the loop.
    stage.withDoorkeeper { _ in }
    stage.wait(milliseconds: DeskStore.idleMilliseconds)
    #expect(try stage.desk("/desk").status == 200)
    stage.withDoorkeeper { _ in }
    stage.wait(milliseconds: DeskStore.idleMilliseconds + 1)
    #expect(try stage.desk("/desk").status == 303)
    let other = try stage.desk("/desk", as: secret(signIn(stage)))
    #expect(other.status == 200)
  }

  @Test func signOutEndsTheSession() throws {
    let stage = try stage()
    let token = try stage.desk("/desk").hidden("token")
    let answer = try stage.post("/desk/signout", [("token", token)])
    #expect(answer.status == 303 && answer["Set-Cookie"]?.contains("Max-Age=0") == true)
    #expect(try stage.desk("/desk").status == 303)
  }

  // http-38
  @Test func aFormThatComesAfterItsSessionIsGivenBackAfterSignIn() throws {
    let stage = try stage()
    let target = try stage.begin("/desk/items/\(Seed.waste)/edit")
    let text = "Drei \"Wörter\" & <mehr>\nauf zwei Zeilen"
    let form = try stage.desk(target).form(["f.title.v": "Neuer Titel", "f.body.v": text])
    stage.wait(milliseconds: DeskStore.sessionMilliseconds + 1)
    let page = try stage.post(target, form + [("do", "save")])
    #expect(page.status == 403 && page.body.contains("Ihre Eingaben sind noch da"))
    let wrong = try signIn(stage, "falsch", page.hiddenPairs)
    #expect(wrong.status == 403 && wrong.hiddenPairs.count == page.hiddenPairs.count)
    let back = try signIn(stage, Self.password, wrong.hiddenPairs)
    #expect(back.status == 200 && back.body.contains("action=\"\(target)\""))
    let cookie = "vesthub=\(try secret(back))"
    let saved = try stage.post(target, back.hiddenPairs, cookie: cookie)
    #expect(saved.status == 303, "\(saved.body)")
    let draft = try stage.drafts()[0]
    #expect(draft.inputs["f.title.v"] == ["Neuer Titel"] && draft.inputs["f.body.v"] == [text])
  }

  @Test func aFormFromElsewhereIsNotKept() throws {
    let stage = try stage()
    let target = "/desk/drafts/0000000000000000"
    let page = try stage.post(target, [("f.title.v", "Fremd")], cookie: nil, site: "cross-site")
    #expect(page.status == 403 && !page.body.contains("Fremd"))
  }

  @Test(arguments: [
    "/desk/account/password", "/desk/people", "/desk/drafts/a/autosave", "https://evil.example/",
    "/x",
  ])
  func aFormWithSecretsIsNotKept(path: String) throws {
    var form = PostedForm()
    form.values = ["password": ["geheim"]]
    #expect(KeptForm(form, to: path) == nil)
    form.values = ["keptFor": [path], "kept.a": ["b"]]
    #expect(KeptForm(again: form) == nil)
  }

  // MARK: - Links

  @Test func theFirstAdministratorBeginsByALink() throws {
    let stage = try Stage(hasPeople: false)
    #expect(try stage.get("/desk/signin").body.contains("Noch niemand angelegt"))
    let link = try stage.withDoorkeeper { try $0.store.firstLink(now: Stage.moment) }
    let page = try stage.get("/desk/start?code=\(link)")
    #expect(page.status == 200 && page.hidden("code") == link)
    let start: ([(String, String)]) throws -> Reply = { pairs in
      try stage.post(
        "/desk/start", [("code", link), ("signInName", "presse"), ("name", "Presse")] + pairs,
        cookie: nil)
    }
    let typo = try start([("password", Self.password), ("repeat", "anders")])
    #expect(typo.status == 422 && typo.body.contains("Die beiden Eingaben sind verschieden"))
    #expect(typo.body.contains("value=\"presse\"") && !typo.body.contains(Self.password))
    let short = try start([("password", "kurz"), ("repeat", "kurz")])
    #expect(short.status == 422 && short.body.contains("aria-describedby=\"e.password\""))
    let done = try start([("password", Self.password), ("repeat", Self.password)])
    #expect(done.status == 303)
    #expect(try stage.desk("/desk/people", as: secret(done)).status == 200)
    #expect(try start([("password", Self.password), ("repeat", Self.password)]).status == 403)
    #expect(try stage.get("/desk/start?code=\(link)").status == 403)
  }

  @Test func aLinkLeadsToANewPassword() throws {
    let stage = try stage()
    let link = try stage.withDoorkeeper {
      try $0.store.link(.password, for: "r3", now: Stage.moment)
    }
    let page = try stage.get("/desk/start?code=\(link)")
    #expect(page.body.contains("Werkstatt") && page.hidden("signInName") == "author@stadt.example")
    let pairs = [("code", link), ("password", Self.password), ("repeat", Self.password)]
    #expect(
      try stage.post("/desk/start", pairs, cookie: nil, site: "cross-site").status == 403)
    let done = try stage.post("/desk/start", pairs, cookie: nil)
    #expect(done.status == 303)
    #expect(try stage.desk("/desk", as: Stage.session(of: .author)).status == 303)
    #expect(try stage.desk("/desk", as: secret(done)).status == 200)
  }

  // MARK: - Hosts

  // http-39
  @Test(arguments: ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "marl.example"])
  func theDeskDoesNotAnswerUnderOtherNames(host: String) throws {
    let stage = try stage()
    for target in ["/desk", "/desk/signin", "/desk/items/\(Seed.waste)"] {
      let answer = try stage.send(
        "GET", target, ["Cookie": "vesthub=\(Stage.session)"], host: host)
      #expect(answer.status == 421 && answer.body.contains("\"hosts\": [\""), "\(target)")
      #expect(answer["Content-Type"] == "text/plain; charset=utf-8")
    }
    let write = try stage.send(
      "POST", "/api/v1/items",
      ["Authorization": "Bearer \(Stage.token)", "Content-Type": "application/json"],
      body: "{}", host: host)
    #expect(write.status == 421 && write.body.contains("misdirected"))
    #expect(try stage.send("GET", "/projekte", host: host).status == 200, "pages are for all")
    #expect(try stage.send("GET", "/api/v1/items", host: host).status == 200)
  }

  @Test func theDeskAnswersUnderTheNamesThatItKnows() {
    let hosts = DeskHosts(
      listen: "192.0.2.1", publicAddress: "https://Vest.Example:8443/x", others: ["Intern"])
    for host in [
      "localhost", "localhost:8080", "127.0.0.1:80", "[::1]:8080", "[::1]", "192.0.2.1",
      "vest.example", "VEST.example:1", "vest.example.", "intern:80",
    ] { #expect(hosts.allow(host), "\(host)") }
    for host in ["", "vest", "example", "x.vest.example", "0.0.0.0", "[::2]", "192.0.2.10"] {
      #expect(!hosts.allow(host), "\(host)")
    }
    let wide = DeskHosts(listen: "0.0.0.0", publicAddress: nil, others: [])
    #expect(!wide.allow("0.0.0.0") && wide.allow("localhost"))
  }
}
