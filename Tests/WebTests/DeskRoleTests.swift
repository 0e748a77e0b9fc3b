// Who may what at the desk: every route by a table, and what a script without rights achieves.

import Desk
import Events
import HTTP
import Testing

@testable import Web

@Suite struct DeskRoleTests {
  /// A route of the desk as `Router.routes` tells it, and the least role that it serves; nil for
  /// routes that are open to those who are not signed in.
  static let table: [(route: String, least: DeskRole?)] = [
    ("GET /desk", .author),
    ("GET /desk/account", .author),
    ("GET /desk/drafts/:", .author),
    ("GET /desk/drafts/:/media", .author),
    ("GET /desk/drafts/:/preview", .author),
    ("GET /desk/importe", .author),
    ("GET /desk/items/:", .author),
    ("GET /desk/items/:/settle", .releaser),
    ("GET /desk/conflicts", .author),
    ("GET /desk/duplicates", .author),
    ("GET /desk/duplicates/:/:", .author),
    ("GET /desk/items/:/history", .author),
    ("GET /desk/kreis", .author),
    ("GET /desk/media/:", .author),
    ("GET /desk/people", .administrator),
    ("GET /desk/people/audit", .administrator),
    ("GET /desk/settings", .administrator),
    ("GET /desk/signin", nil),
    ("GET /desk/start", nil),
    ("GET /desk/status", .author),
    ("GET /desk/token", .author),
    ("GET /desk/worker.js", nil),
    ("POST /desk/account/everywhere", .author),
    ("POST /desk/account/name", .author),
    ("POST /desk/account/password", .author),
    ("POST /desk/conflicts/read", .releaser),
    ("POST /desk/duplicates/:/:/dismiss", .releaser),
    ("POST /desk/duplicates/:/:/recall", .releaser),
    ("POST /desk/drafts/:", .author),
    ("POST /desk/drafts/:/autosave", .author),
    ("POST /desk/drafts/:/discard", .author),
    ("POST /desk/drafts/:/media", .author),
    ("POST /desk/drafts/:/rebase", .author),
    ("POST /desk/drafts/:/release", .releaser),
    ("POST /desk/drafts/:/return", .releaser),
    ("POST /desk/drafts/:/submit", .author),
    ("POST /desk/drafts/:/unplan", .author),
    ("POST /desk/items/:/act/:", .releaser),
    ("POST /desk/items/:/copy", .author),
    ("POST /desk/items/:/edit", .author),
    ("POST /desk/items/:/settle", .releaser),
    ("POST /desk/media", .author),
    ("POST /desk/new/:", .author),
    ("POST /desk/people", .administrator),
    ("POST /desk/people/:/link", .administrator),
    ("POST /desk/people/:/lock", .administrator),
    ("POST /desk/people/:/role", .administrator),
    ("POST /desk/people/:/unlock", .administrator),
    ("POST /desk/settings", .administrator),
    ("POST /desk/signin", nil),
    ("POST /desk/signout", .author),
    ("POST /desk/start", nil),
  ]

  /// What only the Kreis's node shows; the stage is a city's.
  private static let ofTheKreis = ["GET /desk/kreis"]

  /// What scripts read, which are told of a missing session and not led to a page.
  private static let scripts = ["GET /desk/status", "GET /desk/token"]

  /// An address that a route answers.
  private static func target(_ route: String, _ draft: String) -> String {
    let path = String(route.split(separator: " ")[1])
    let filled = path.replacing("/items/:", with: "/items/\(Seed.onleihe)")
      .replacing("/desk/drafts/:", with: draft).replacing("/people/:", with: "/people/r3")
      .replacing("/act/:", with: "/act/withdraw")
      .replacing("/new/:", with: "/new/news")
      .replacing("/duplicates/:/:", with: "/duplicates/\(Seed.waste)/\(Seed.onleihe)")
      .replacing("/media/:", with: "/media/\(SHA256.hash(Files.png()).hex)")
    precondition(!filled.contains(":"), "a parameter without a value: \(route)")
    return filled
  }

  /// All that a form can change.
  private struct Standing: Equatable {
    let heads: VectorClock
    let people: [Person]
    let drafts: [Draft]
    let trail: Int
  }

  private static func standing(_ stage: Stage) throws -> Standing {
    let heads = try stage.reads().standing().heads
    return try stage.withDoorkeeper { keeper in
      Standing(
        heads: heads, people: try keeper.store.people(), drafts: try keeper.store.drafts(),
        trail: try keeper.store.audit(offset: 0, limit: 1).total)
    }
  }

  @Test func theTableNamesEveryRoute() throws {
    let routes = try Stage().front().router.routes.filter { $0.contains(" /desk") }
    #expect(routes == Self.table.map(\.route).sorted())
  }

  @Test func eachPageIsShownToItsRolesOnly() throws {
    let stage = try Seed.stage()
    try stage.keep(Files.png())
    let draft = try stage.begin("/desk/items/\(Seed.waste)/edit")
    for (route, least) in Self.table where route.hasPrefix("GET ") {
      guard let least else { continue }
      let target = Self.target(route, draft)
      let stranger = try stage.get(target)
      #expect(stranger.body.isEmpty, "\(route)")
      if Self.scripts.contains(route) {
        #expect(stranger.status == 401, "\(route)")
      } else {
        #expect(stranger.status == 303, "\(route)")
        #expect(stranger["Location"]?.hasPrefix("/desk/signin") == true, "\(route)")
      }
      for role in DeskRole.allCases {
        let page = try stage.desk(target, as: Stage.session(of: role))
        let found = Self.ofTheKreis.contains(route) ? 404 : 200
        #expect(page.status == (role < least ? 403 : found), "\(route) as \(role)")
        #expect(page["Cache-Control"] == "no-store", "\(route) as \(role)")
      }
    }
  }

  // http-31, http-32, http-33
  @Test func aScriptWithoutRightsChangesNothing() throws {
    let stage = try Seed.stage()
    let draft = try stage.begin("/desk/items/\(Seed.waste)/edit")
    let before = try Self.standing(stage)
    for (route, least) in Self.table where route.hasPrefix("POST ") {
      guard let least else { continue }
      let target = Self.target(route, draft)
      let pairs = [
        ("context", #"{"seen":{}}"#), ("reason", "x"), ("name", "x"), ("signInName", "xyz"),
        ("role", "administrator"), ("f.title.v", "x"),
      ]
      var answers = [
        try stage.post(target, pairs, cookie: nil),
        try stage.post(target, pairs, cookie: "vesthub=falsch"),
        try stage.post(target, pairs), try stage.post(target, pairs, site: "cross-site"),
        try stage.post(target, pairs + [("token", String(repeating: "0", count: 64))]),
        try stage.send("POST", target, ["Cookie": "vesthub=\(Stage.session)"]),
        try stage.send("POST", target, ["Authorization": "Bearer \(Stage.token)"]),
      ]
      for role in DeskRole.allCases where role < least {
        let session = Stage.session(of: role)
        let token = try stage.desk("/desk", as: session).hidden("token")
        answers.append(
          try stage.post(target, pairs + [("token", token)], cookie: "vesthub=\(session)"))
      }
      #expect(answers.allSatisfy { $0.status == 403 }, "\(route): \(answers.map(\.status))")
    }
    #expect(try Self.standing(stage) == before)
  }

  @Test(arguments: DeskRole.allCases) func eachFormServesItsRoles(role: DeskRole) throws {
    let stage = try Seed.stage()
    let session = Stage.session(of: role)
    for (route, least) in Self.table where route.hasPrefix("POST ") {
      guard let least, role >= least else { continue }
      // Some forms end sessions.
      try stage.withDoorkeeper { try stage.renewSessions($0.store) }
      let draft = try stage.begin("/desk/items/\(Seed.waste)/edit")
      let token = try stage.desk("/desk", as: session).hidden("token")
      let answer = try stage.post(
        Self.target(route, draft),
        [("token", token), ("reason", "x"), ("context", #"{"seen":{}}"#)],
        cookie: "vesthub=\(session)")
      #expect(![401, 403, 503].contains(answer.status), "\(route): \(answer.status)")
    }
  }

  @Test func anOthersFormTokenIsNone() throws {
    let stage = try Seed.stage()
    let token = try stage.desk("/desk", as: Stage.session(of: .administrator)).hidden("token")
    let answer = try stage.post("/desk/account/name", [("token", token), ("name", "Fremd")])
    #expect(answer.status == 403)
  }

  @Test func aProgramThatIsLockedWritesNothing() throws {
    let stage = try Seed.stage()
    func create() throws -> Int {
      try stage.send(
        "POST", "/api/v1/items",
        ["Authorization": "Bearer \(Stage.token)", "Content-Type": "application/json"],
        body: #"{"kind":"news","fields":{"title":"Meldung","released":"2023-09-01"}}"#
      ).status
    }
    #expect(try create() == 201)
    try stage.withDoorkeeper { try $0.store.lock("r4", now: Stage.moment) }
    #expect(try create() == 401)
  }
}
