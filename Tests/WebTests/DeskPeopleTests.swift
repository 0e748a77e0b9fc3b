// The pages of the own access and of those who manage people.

import Desk
import Events
import HTTP
import Testing

@testable import Web

@Suite struct DeskPeopleTests {
  private static let password = "acht Kamele im Regen"
  private static let administrator = Stage.session(of: .administrator)

  private func post(
    _ stage: Stage, _ target: String, _ pairs: [(String, String)] = [],
    as session: String = administrator
  ) throws -> Reply {
    let token = try stage.desk("/desk", as: session).hidden("token")
    return try stage.post(target, pairs + [("token", token)], cookie: "vesthub=\(session)")
  }

  private func person(_ stage: Stage, _ pseudonym: String) throws -> Person {
    try stage.withDoorkeeper { try #require(try $0.store.person(pseudonym)) }
  }

  // MARK: - Own access

  @Test func aNewPasswordSignsOutEveryOtherBrowser() throws {
    let stage = try Stage()
    let other = try stage.withDoorkeeper { keeper in
      try keeper.setPassword(of: "r2", to: Self.password, now: Stage.moment)
      func signIn() throws -> String {
        let outcome = try keeper.signIn(
          name: "releaser@stadt.example", password: Self.password, peer: "a", now: Stage.moment)
        guard case .signedIn(let secret, _) = outcome else { return "" }
        return secret
      }
      return (try signIn(), try signIn())
    }
    let new = "neun Ziegen am Hang"
    let pairs = [("password", new), ("repeat", new)]
    let wrong = try post(
      stage, "/desk/account/password", pairs + [("present", "falsch")], as: other.0)
    #expect(wrong.status == 422 && wrong.body.contains("Das ist nicht Ihr jetziges Passwort"))
    #expect(try stage.desk("/desk", as: other.1).status == 200)
    let done = try post(
      stage, "/desk/account/password", pairs + [("present", Self.password)], as: other.0)
    #expect(done.status == 303)
    let cookie = try #require(done["Set-Cookie"])
    let secret = String(cookie.dropFirst("vesthub=".count).prefix { $0 != ";" })
    #expect(try stage.desk("/desk/account?ok=password", as: secret).status == 200)
    for old in [other.0, other.1] { #expect(try stage.desk("/desk", as: old).status == 303) }
  }

  @Test func aNameIsChangedByItsPerson() throws {
    let stage = try Stage()
    #expect(
      try post(stage, "/desk/account/name", [("name", "Presse & Funk")], as: Stage.session).status
        == 303)
    #expect(try stage.desk("/desk/account").body.contains("Presse &amp; Funk"))
    let wrong = try post(stage, "/desk/account/name", [("name", " ")], as: Stage.session)
    #expect(wrong.status == 422 && wrong.body.contains("aria-invalid=\"true\""))
  }

  @Test func signOutEverywhereEndsEverySession() throws {
    let stage = try Stage()
    #expect(try post(stage, "/desk/account/everywhere", as: Stage.session).status == 303)
    #expect(try stage.desk("/desk").status == 303)
    #expect(try stage.desk("/desk", as: Self.administrator).status == 200, "only the own ones")
  }

  // MARK: - People

  @Test func somebodyIsAddedAndComesInByTheLink() throws {
    let stage = try Stage()
    let page = try post(
      stage, "/desk/people",
      [("signInName", "neu@stadt.example"), ("name", "<Neu>"), ("role", "releaser")])
    #expect(page.status == 200 && page.body.contains("&lt;Neu&gt;"))
    let start = try #require(page.body.firstRange(of: "/desk/start?code="))
    let code = String(page.body[start.upperBound...].prefix { $0 != "<" })
    let done = try stage.post(
      "/desk/start", [("code", code), ("password", Self.password), ("repeat", Self.password)],
      cookie: nil)
    #expect(done.status == 303)
    #expect(try person(stage, "r5").user.role == .releaser)
    #expect(!(try stage.desk("/desk/people", as: Self.administrator)).body.contains(code))
  }

  @Test func whatCannotBeAddedIsSaidAtItsInput() throws {
    let stage = try Stage()
    let taken = try post(
      stage, "/desk/people", [("signInName", "Author@stadt.example"), ("name", "Zwei")])
    #expect(taken.status == 422 && taken.body.contains("aria-describedby=\"e.signInName\""))
    #expect(taken.body.contains("value=\"Zwei\""))
  }

  @Test func aRoleAndALockEndTheSessionsOfTheirPerson() throws {
    let stage = try Stage()
    #expect(try post(stage, "/desk/people/r2/role", [("role", "author")]).status == 303)
    #expect(try stage.desk("/desk").status == 303)
    #expect(try person(stage, "r2").user.role == .author)
    #expect(try post(stage, "/desk/people/r3/lock").status == 303)
    #expect(try stage.desk("/desk", as: Stage.session(of: .author)).status == 303)
    #expect(try post(stage, "/desk/people/r3/link").status == 422, "no link for who is locked")
    #expect(try post(stage, "/desk/people/r3/unlock").status == 303)
    #expect(try post(stage, "/desk/people/r3/link").status == 200)
    #expect(try post(stage, "/desk/people/r99/lock").status == 404)
  }

  @Test func theLastAdministratorCannotGoAway() throws {
    let stage = try Stage()
    for (word, pairs) in [("role", [("role", "author")]), ("lock", [])] {
      let page = try post(stage, "/desk/people/r1/\(word)", pairs)
      #expect(page.status == 422 && page.body.contains("Mindestens eine Person"))
    }
    #expect(try stage.desk("/desk/people", as: Self.administrator).status == 200)
  }

  @Test func theTrailSaysWhoDidWhat() throws {
    let stage = try Seed.stage()
    _ = try post(stage, "/desk/people/r3/lock")
    let item = try stage.desk("/desk/items/\(Seed.waste)")
    let context = item.hidden("context")
    #expect(
      try post(
        stage, "/desk/items/\(Seed.waste)/act/withdraw",
        [("context", context), ("reason", "Ende")], as: Stage.session
      ).status == 303)
    // The trail is written beside the loop.
    stage.withDoorkeeper { _ in }
    let page = try stage.desk("/desk/people/audit", as: Self.administrator)
    #expect(page.body.contains("Zugang gesperrt</td><td>Werkstatt (r3)"))
    #expect(
      page.body.contains(
        "Redaktion im Haus (r2)</td><td>Zurückgezogen</td><td><a href=\"/desk/items/\(Seed.waste)\""
      ))
    #expect(!page.body.contains("Ende"), "no text of an item")
  }

  @Test func theTrailIsReadInPages() throws {
    let stage = try Stage()
    try stage.withDoorkeeper { keeper in
      for _ in 0..<60 { try keeper.store.record(.signedIn, by: "r3", now: Stage.moment) }
    }
    let first = try stage.desk("/desk/people/audit", as: Self.administrator)
    #expect(first.body.contains("href=\"/desk/people/audit?seite=2\""))
    for page in ["0", "-1", "99999999999999999999", "9223372036854775807", "x"] {
      let answer = try stage.desk("/desk/people/audit?seite=\(page)", as: Self.administrator)
      #expect(answer.status == 200, "\(page)")
    }
  }

  @Test func namesStayText() throws {
    let stage = try Stage()
    let evil = "\"><script>alert(1)</script>"
    for (target, pairs) in [
      ("/desk/account/name", [("name", evil)]),
      ("/desk/people", [("name", evil), ("signInName", evil)]),
      ("/desk/people", [("name", evil), ("signInName", "xss")]),
    ] { #expect(!(try post(stage, target, pairs)).body.contains("<script>")) }
    for target in ["/desk", "/desk/account", "/desk/people", "/desk/people/audit"] {
      let page = try stage.desk(target, as: Self.administrator)
      #expect(page.status == 200 && !page.body.contains("<script>"), "\(target)")
    }
    let form = try stage.post(
      "/desk/signin", [("signInName", evil), ("password", evil), ("then", evil)], cookie: nil)
    #expect(form.status == 403 && !form.body.contains("<script>"))
  }
}
