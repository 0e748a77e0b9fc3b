// The JSON API as scenarios, and the table of what it refuses.

import Catalogue
import EventLog
import Events
import Foundation
import HTTP
import Testing

@testable import Web

@Suite struct APITests {
  private func json(_ reply: Reply) throws -> FieldValue {
    try JSONDecoder().decode(FieldValue.self, from: Data(reply.body.utf8))
  }

  // http-11
  @Test func itemsAreListedFilteredAndPaged() throws {
    let stage = try Seed.stage()
    let reply = try stage.get("/api/v1/items?kind=project&order=title&limit=2&counts=true")
    #expect(reply["Content-Type"] == "application/json")
    #expect(reply["Access-Control-Allow-Origin"] == "*")
    let page = try json(reply)
    #expect(page["total"]?.number == 3 && page["items"]?.elements?.count == 2)
    #expect(page["counts"]?["sites"]?["marl"]?.number == 2)
    let next = try #require(page["next"]?.text)
    #expect(reply["Link"] == "<\(next)>; rel=\"next\"")
    let rest = try json(try stage.get(next))
    #expect(rest["items"]?.elements?.count == 1 && rest["next"] == .null)
  }

  // http-15, http-16
  @Test func oneItemHasWinnersConflictsAndTheContextOfAnEdit() throws {
    let stage = try Seed.stage()
    try Conflicts.open(on: stage)
    let item = try json(try stage.get("/api/v1/items/\(Seed.onleihe)"))
    #expect(item["fields"]?["title"]?.text == "Onleihe Vest", "the lead's text is in force")
    let conflict = try #require(item["conflicts"]?.elements?.first)
    #expect(conflict["field"]?.text == "title")
    #expect(conflict["survivors"]?.elements?.count == 2)
    let context = try #require(item["context"].flatMap { Context($0) })
    #expect(try context == stage.state(Seed.onleihe).screen)
  }

  @Test func theRegionAndTheStandingAreTold() throws {
    let stage = try Seed.stage()
    let cities = try json(try stage.get("/api/v1/cities"))
    #expect(cities["cities"]?.elements?.count == 11)
    #expect(cities["cities"]?.elements?.contains { $0["label"] == "Stadt Recklinghausen" } == true)
    let fields = try json(try stage.get("/api/v1/fieldsOfAction"))
    #expect(fields["fieldsOfAction"]?.elements?.count == 5)
    let status = try json(try stage.get("/api/v1/status"))
    #expect(status["site"] == "marl" && status["heads"]?["gladbeck"]?.number == 4)
    #expect(status["digest"]?.text?.count == 64)
    let search = try json(try stage.get("/api/v1/search?q=onleihe"))
    #expect(search["total"]?.number == 1)
  }

  // http-17
  @Test func aWithdrawnItemIsGoneButForWhoWrites() throws {
    let stage = try Seed.stage()
    try stage.write("marl", "item.withdrawn", Seed.waste, ["state": "withdrawn"])
    let path = "/api/v1/items/\(Seed.waste)"
    #expect(try stage.get(path).status == 410)
    #expect(try stage.get(path, ["Authorization": "Bearer falsch"]).status == 410)
    #expect(try stage.get(path, ["Authorization": "Bearer \(Stage.token)"]).status == 200)
    let list = try stage.get("/api/v1/items")
    #expect(!list.body.contains(Seed.waste.description))
  }

  // http-12, http-24
  @Test(arguments: [
    ("/api/v1/items?kind=person", 400, "kind"), ("/api/v1/items?site=MARL", 400, "site"),
    ("/api/v1/items?limit=0", 400, "limit"), ("/api/v1/items?limit=201", 400, "limit"),
    ("/api/v1/items?limit=x", 400, "limit"), ("/api/v1/items?order=random", 400, "order"),
    ("/api/v1/items?from=gestern", 400, "from"), ("/api/v1/items?featured=ja", 400, "featured"),
    ("/api/v1/items?fieldOfAction=x", 400, "fieldOfAction"), ("/api/v1/items?q=", 400, "q"),
    ("/api/v1/items?ort=marl", 400, "ort"), ("/api/v1/items?cursor=zzz", 400, "cursor"),
    ("/api/v1/status?x=1", 400, "x"), ("/api/v1/search", 400, "q"), ("/api/v1/items/x", 404, nil),
    ("/api/v1/items/marl-unbekannt1", 404, nil), ("/api/v1/nirgends", 404, nil),
  ])
  func badReadsAreProblems(_ target: String, _ status: Int, _ pointer: String?) throws {
    let reply = try Seed.stage().get(target)
    #expect(reply.status == status && reply["Content-Type"] == "application/problem+json")
    let problem = try json(reply)
    #expect(problem["status"]?.number == Int64(status) && problem["title"]?.text != nil)
    #expect(problem["pointer"]?.text == pointer)
    let type = try #require(problem["type"]?.text?.split(separator: "#"))
    let known = try Seed.stage().get(String(type[0])).body
    #expect(known.contains("\"slug\":\"\(type[1])\""), "a type's address explains it")
  }

  // MARK: - Writing

  private func post(
    _ stage: Stage, _ path: String, _ body: String, token: String = Stage.token,
    type: String = "application/json"
  ) throws -> Reply {
    try stage.send(
      "POST", "/api/v1/" + path, ["Authorization": "Bearer \(token)", "Content-Type": type],
      body: body)
  }

  // http-22, http-23
  @Test func aNewItemGetsAnAddressAndIsThere() throws {
    let stage = try Seed.stage()
    let reply = try post(
      stage, "items",
      #"{"kind":"news","fields":{"title":"Neu","released":"2023-09-12","language":"de"}}"#
    )
    #expect(reply.status == 201)
    let path = try #require(reply["Location"])
    let item = try json(try stage.get(path))
    #expect(item["fields"]?["title"] == "Neu" && item["lead"] == "marl")
  }

  // http-29
  @Test func aNewsIsNotWrittenBeforeItsTime() throws {
    let stage = try Seed.stage()
    let early = #"{"kind":"news","fields":{"title":"Früh","released":"2023-09-13T12:01"}}"#
    let reply = try post(stage, "items", early)
    #expect(reply.status == 422 && reply["Content-Type"] == "application/problem+json")
    #expect(try json(reply)["pointer"]?.text == "/fields/released")
    let now = #"{"kind":"news","fields":{"title":"Jetzt","released":"2023-09-13T12:00"}}"#
    let path = try #require(try post(stage, "items", now)["Location"])
    let id = try #require(ItemID(String(path.split(separator: "/").last ?? "")))
    let seen = try stage.state(id).screen.text
    let edit = #"{"type":"news.revised","context":\#(seen),"fields":{"released":"2023-12-24"}}"#
    #expect(try post(stage, "items/\(id)/events", edit).status == 422)
  }

  // http-20
  @Test func anEditOverTheContextReplacesAndAStaleOneMakesAConflict() throws {
    let stage = try Seed.stage()
    let path = "items/\(Seed.waste)/events"
    let seen = try stage.state(Seed.waste).screen.text
    func edit(_ title: String) throws -> Reply {
      try post(
        stage, path,
        #"{"type":"project.revised","context":\#(seen),"fields":{"title":"\#(title)"}}"#)
    }
    #expect(try edit("Erste").status == 201)
    #expect(try stage.state(Seed.waste).title == "Erste")
    #expect(try !stage.state(Seed.waste).hasConflict)
    #expect(try edit("Zweite").status == 201)
    #expect(try stage.state(Seed.waste).survivors("title").count == 2)
  }

  static let badWrites: [(path: String, body: String, status: Int, pointer: String?)] = [
    ("items", "", 400, ""), ("items", "[]", 400, ""), ("items", "{\"kind\":1.5}", 400, ""),
    ("items", #"{"kind":"person","fields":{"title":"x"}}"#, 400, "/kind"),
    ("items", #"{"kind":"news"}"#, 400, "/fields"),
    ("items", #"{"kind":"news","fields":{}}"#, 400, "/fields"),
    ("items", #"{"kind":"news","fields":{"title":"x"},"by":"me"}"#, 400, "/by"),
    ("items", #"{"kind":"news","fields":{"a b":"x","title":"x"}}"#, 400, "/fields"),
    ("items", #"{"kind":"news","fields":{"summary":"x"}}"#, 422, "/fields/title"),
    ("items", #"{"kind":"news","fields":{"title":""}}"#, 422, "/fields/title"),
    ("items", #"{"kind":"news","fields":{"title":null}}"#, 422, "/fields/title"),
    ("items", #"{"kind":"news","fields":{"title":"x","status":"done"}}"#, 422, "/fields/status"),
    (
      "items", #"{"kind":"date","fields":{"title":"x","when":{"start":"heute"}}}"#, 422,
      "/fields/when"
    ),
    (
      "items", #"{"kind":"news","fields":{"title":"x","link/a":{"url":"javascript:x"}}}"#, 422,
      "/fields/link~1a"
    ),
    ("items/marl-unbekannt1/events", "{}", 404, nil),
    ("items/\(Seed.waste)/events", #"{"type":"x","context":{"seen":{}}}"#, 400, "/type"),
    (
      "items/\(Seed.waste)/events",
      #"{"type":"project.created","context":{"seen":{}},"fields":{"title":"x"}}"#, 400, "/type"
    ),
    (
      "items/\(Seed.waste)/events", #"{"type":"project.revised","fields":{"title":"x"}}"#, 400,
      "/context"
    ),
    (
      "items/\(Seed.waste)/events",
      #"{"type":"project.revised","context":{"seen":{"marl":999}},"fields":{"title":"x"}}"#, 400,
      "/context"
    ),
    (
      "items/\(Seed.waste)/events",
      #"{"type":"project.revised","context":{"seen":{"bochum":1}},"fields":{"title":"x"}}"#, 400,
      "/context"
    ),
    (
      "items/\(Seed.portal)/events",
      #"{"type":"project.revised","context":{"seen":{}},"fields":{"title":"x"}}"#, 403, nil
    ),
    (
      "items/\(Seed.onleihe)/events",
      #"{"type":"item.withdrawn","context":{"seen":{}},"fields":{"state":"withdrawn"}}"#, 403, nil
    ),
    (
      "items/\(Seed.waste)/events",
      #"{"type":"item.annotated","context":{"seen":{}},"fields":{"kreis/featured":true}}"#, 403,
      nil
    ),
  ]

  // http-19, http-21, http-24
  @Test func badWritesAreProblemsAndLeaveNothing() throws {
    let stage = try Seed.stage()
    let before = try stage.get("/api/v1/status").body
    for row in Self.badWrites {
      let reply = try post(stage, row.path, row.body)
      #expect(reply.status == row.status, "\(row.body): \(reply.body)")
      #expect(reply["Content-Type"] == "application/problem+json", "\(row.body)")
      if row.status != 404 {
        #expect(try json(reply)["pointer"]?.text == row.pointer, "\(row.body): \(reply.body)")
      }
    }
    #expect(try stage.get("/api/v1/status").body == before)
  }

  // http-18
  @Test func writingNeedsATokenAndJSON() throws {
    let stage = try Seed.stage()
    let body = #"{"kind":"news","fields":{"title":"x"}}"#
    let none = try stage.send("POST", "/api/v1/items", body: body)
    #expect(none.status == 401 && none["WWW-Authenticate"] == "Bearer")
    #expect(try post(stage, "items", body, token: "falsch").status == 401)
    #expect(try post(stage, "items", body, token: "").status == 401)
    #expect(try post(stage, "items", body, type: "text/plain").status == 415)
    let cookie = try stage.send(
      "POST", "/api/v1/items",
      ["Cookie": "vesthub=\(Stage.session)", "Content-Type": "application/json"], body: body)
    #expect(cookie.status == 401, "a browser's cookie is no token")
  }

  @Test func aFullLogIsSaid() throws {
    let stage = try Seed.stage()
    stage.fillLog()
    let reply = try post(stage, "items", #"{"kind":"news","fields":{"title":"x"}}"#)
    #expect(reply.status == 503 && reply["Retry-After"] != nil)
  }
}
