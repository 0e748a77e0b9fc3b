// The API's door for importers, keys that make a repeated request harmless, the desk's page of
// imports, and exports that are read back.

import Catalogue
import Desk
import Events
import Foundation
import Testing

@testable import Importers
@testable import Web

@Suite struct ImportDoorTests {
  private func json(_ reply: Reply) throws -> FieldValue {
    try JSONDecoder().decode(FieldValue.self, from: Data(reply.body.utf8))
  }

  private func post(
    _ stage: Stage, _ query: String, _ body: String, token: String = Stage.token
  ) throws -> Reply {
    try stage.send(
      "POST", "/api/v1/imports?" + query,
      ["Authorization": "Bearer \(token)", "Content-Type": "text/csv"], body: body)
  }

  // http-25
  @Test func aSourceIsAnsweredWithItsPlan() throws {
    let stage = try Seed.stage()
    let reply = try post(stage, "source=liste&kind=news&dryRun=true", "id,title\n1,a\n2,\n")
    #expect(reply.status == 200 && reply["Cache-Control"] == "no-store")
    let report = try json(reply)
    #expect(report["source"] == "liste" && report["format"] == "csv" && report["dryRun"] == true)
    #expect(report["summary"] == "1 created, 1 skipped" && report["stopped"] == .null)
    #expect(report["counts"]?["create"]?.number == 1 && report["written"]?.number == 0)
    let step = try #require(report["steps"]?.elements?.first)
    #expect(step["action"] == "create" && step["title"] == "a" && step["entry"] == "1")
    #expect(step["fields"]?.elements == ["source", "state", "title"])
  }

  // http-25
  @Test(
    arguments: [
      ("", 400, "source"), ("source=", 400, "source"), ("source=a%0Ab", 400, "source"),
      ("source=a&source=b", 400, "source"), ("source=a&kind=person", 400, "kind"),
      ("source=a&format=pdf", 400, "format"), ("source=a&force=ja", 400, "force"),
      ("source=a&dryrun=true", 400, "dryrun"), ("source=a", 422, nil),
    ] as [(String, Int, String?)])
  func aQuestionThatMakesNoSenseIsAProblem(query: String, status: Int, pointer: String?) throws {
    let reply = try post(try Seed.stage(), query, "Hallo")
    #expect(reply.status == status, "\(reply.body)")
    #expect(try json(reply)["pointer"]?.text == pointer)
  }

  // http-18
  @Test func importingNeedsAToken() throws {
    let stage = try Seed.stage()
    #expect(try post(stage, "source=a", "x", token: "falsch").status == 401)
    let cookie = try stage.send(
      "POST", "/api/v1/imports?source=a", ["Cookie": "vesthub=\(Stage.session)"], body: "x")
    #expect(cookie.status == 401)
  }

  // http-25, import-1
  @Test func moreThanTheBoundIsRefused() throws {
    let stage = try Seed.stage()
    let body = String(repeating: "x", count: ImportLimits.sourceBytes + 1)
    #expect(try post(stage, "source=a", body).status == 413)
    #expect(try post(stage, "source=a", String(body.dropLast(2_000_000))).status == 422)
  }

  @Test func theDeskTellsInWordsHowSourcesStand() throws {
    let stage = try Seed.stage()
    #expect(try stage.desk("/desk/importe").body.contains("keine Quelle eingerichtet"))
    #expect(try !stage.desk("/desk").body.contains("/desk/importe"))
    stage.importRecords = [
      ImportRecord(
        source: "www.marl.de#1", ranAt: Stage.moment, outcome: .stopped, detail: "3 of <5>"),
      ImportRecord(
        source: "termine", ranAt: Stage.moment, succeededAt: Stage.moment, outcome: .done,
        detail: ""),
    ]
    let page = try stage.desk("/desk/importe")
    #expect(page.status == 200 && page.body.contains("www.marl.de#1"))
    #expect(page.body.contains("Angehalten") && page.body.contains("3 of &lt;5&gt;"))
    #expect(page.body.contains("Noch nie gelungen"))
    #expect(try stage.desk("/desk").body.contains("1 Quelle mit Störung"))
    #expect(try stage.get("/desk/importe").status == 303)
  }
}

@Suite struct IdempotencyTests {
  private func create(_ stage: Stage, _ title: String, key: String?) throws -> Reply {
    let body = #"{"kind":"news","fields":{"title":"\#(title)","released":"2023-09-12"}}"#
    let head: KeyValuePairs = [
      "Authorization": "Bearer \(Stage.token)", "Content-Type": "application/json",
      key == nil ? "X-None" : "Idempotency-Key": key ?? "x",
    ]
    return try stage.send("POST", "/api/v1/items", head, body: body)
  }

  // http-26
  @Test func aRequestWithAKeyThatIsSentAgainMakesNoSecondItem() throws {
    let stage = try Seed.stage()
    let first = try create(stage, "Neu", key: "schlüssel-1".replacing("ü", with: "ue"))
    let standing = try stage.get("/api/v1/status").body
    let second = try create(stage, "Neu", key: "schluessel-1")
    #expect(first.status == 201 && second.status == 201)
    #expect(first.body == second.body && first["Location"] == second["Location"])
    #expect(try stage.get("/api/v1/status").body == standing, "nothing was written")
  }

  // http-26
  @Test func anotherKeyOrNoneMakesAnotherItem() throws {
    let stage = try Seed.stage()
    let addresses = try ["a", "b", nil, nil].map { try create(stage, "Neu", key: $0)["Location"] }
    #expect(Set(addresses.compactMap { $0 }).count == 4)
  }

  // http-26
  @Test func aKeyStandsForOneRequestAlone() throws {
    let stage = try Seed.stage()
    #expect(try create(stage, "Neu", key: "a").status == 201)
    let other = try create(stage, "Anders", key: "a")
    #expect(other.status == 422 && other.body.contains("key-reused"))
    #expect(try create(stage, "x", key: "mit Leerzeichen").status == 400)
    #expect(try create(stage, "x", key: String(repeating: "k", count: 256)).status == 400)
  }

  // http-26
  @Test func ofTwoAtOnceOneMakesTheItem() throws {
    let stage = try Seed.stage()
    _ = try stage.start()
    let replies = Replies()
    DispatchQueue.concurrentPerform(iterations: 8) { _ in
      if let reply = try? create(stage, "Neu", key: "a") { replies.add(reply) }
    }
    let all = replies.all
    #expect(all.count == 8 && all.contains { $0.status == 201 })
    #expect(all.allSatisfy { $0.status == 201 || $0.status == 409 }, "\(all.map(\.status))")
    #expect(Set(all.compactMap { $0["Location"] }).count == 1)
  }

  /// `@unchecked Sendable`: the lock guards the array.
  private final class Replies: @unchecked Sendable {
    private let lock = NSLock()
    private var replies: [Reply] = []

    func add(_ reply: Reply) { lock.withLock { replies.append(reply) } }

    var all: [Reply] { lock.withLock { replies } }
  }
}

@Suite struct ExportImportTests {
  // import-21, http-70
  @Test(arguments: ["/export.csv", "/export.jsonl"])
  func anExportIsReadBackWithoutLoss(path: String) throws {
    let stage = try Seed.stage()
    try Nasty.write(on: stage)
    let content = try SourceReader().read(Array(try stage.body(path).utf8))
    #expect(content.skipped.isEmpty && content.notes.isEmpty && content.entries.count == 9)
    for entry in content.entries {
      let id = try #require(entry.native)
      let state = try stage.state(id)
      var expected: [String: FieldValue] = [:]
      for register in state.registers { expected[register.field] = state.value(register.field) }
      #expect(entry.fields == expected, "\(id)")
      #expect(entry.kind == state.kind && entry.notes.isEmpty)
    }
  }

  // import-21
  @Test func everyColumnOfTheExportIsKnown() {
    for name in CSV.columns.map(\.name) + [CSV.moreColumn] {
      #expect(TableColumn(name: name) != nil, "\(name)")
    }
    #expect(TableColumn.fixed == Set(CSV.fixedColumns))
  }
}
