// The life of an item on every surface: each file of `Scenarios` tells what happens to an item and
// what each public answer then holds and does not hold. Protocols/http-api.md §1, §6.

import Events
import Foundation
import HTTP
import Testing

@testable import Web

/// One file.
private struct Scenario: Decodable {
  struct Step: Decodable {
    let site: String
    let type: String
    let fields: [String: FieldValue]
  }

  let about: String
  let kind: String
  let steps: [Step]
  /// What searches ask for: the beginning of a word of the item.
  let query: String
  /// How many more items of the kind are counted afterwards.
  let counts: Int64
  /// Status by surface.
  let status: [String: Int]
  /// Words that a surface has or lacks. `ITEM` and `UUID` stand for the item's two ids.
  let present: [String: [String]]?
  let absent: [String: [String]]?
  /// Words that no public answer has.
  let nowhere: [String]?
  /// True if no public answer may change, not even in its tag.
  let unchanged: Bool?

  static let item = ItemID("marl-szenario1")!  // Valid by construction.
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Scenarios")

  /// The names of all files; none where the folder cannot be read, which a test says.
  static let names: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
    .filter { $0.hasSuffix(".json") }.sorted()

  static func read(_ name: String) throws -> Scenario {
    try JSONDecoder().decode(
      Scenario.self, from: Data(contentsOf: folder.appendingPathComponent(name)))
  }

  /// The addresses of the surfaces that files name.
  var surfaces: [String: String] {
    let list = Address.list(kind)
    let page = Address.item(Scenario.item, kind: kind)
    let site = steps[0].site
    let code = steps[0].fields["fieldsOfAction"]?.elements?.first?.text ?? "leben"
    return [
      "page": page, "list": list, "start": "/", "city": "/staedte/\(site)",
      "field": "/felder/\(code)", "month": "/termine?monat=2023-09",
      "search": "/suche?q=\(query)", "inList": "\(list)?q=\(query)",
      "api": "/api/v1/items/\(Scenario.item)",
      "apiList": "/api/v1/items?kind=\(kind)&counts=true",
      "apiSearch": "/api/v1/search?q=\(query)", "atom": "\(list).atom", "feed": "\(list).json",
      "allAtom": "/eintraege.atom?q=\(query)", "calendar": "/kalender.ics",
      "calendarItem": page + "/kalender.ics", "sitemap": "/sitemap.xml", "csv": "/export.csv",
      "jsonl": "/export.jsonl", "dcat": "/katalog.ttl", "embed": "/einbetten" + list,
      "schema": page + "/schema.jsonld", "changes": "/api/v1/changes",
    ]
  }

  func play(on stage: Stage) throws {
    for step in steps {
      let writes = step.fields.sorted { $0.key < $1.key }.map {
        EventDraft.Write($0.key, $0.value)
      }
      try stage.write(step.site, step.type, Scenario.item, writes: writes)
    }
  }

  /// The word as a surface would hold it.
  func spelled(_ word: String) -> String {
    word.replacing("ITEM", with: Scenario.item.description)
      .replacing("UUID", with: OpenData.uuid(Scenario.item))
  }
}

@Suite struct ScenarioTests {
  /// What a node tells other nodes: it names every event that it holds, by number alone.
  private static let forNodes: Set<String> = ["/api/v1/status"]

  /// Every address that the public can ask for: each route of the table with the item's own id, its
  /// site and field, and the surfaces that searches and filters make.
  private func publicTargets(_ stage: Stage, _ scenario: Scenario) throws -> [String] {
    var targets = Set(scenario.surfaces.values)
    for route in try stage.front().router.routes {
      guard route.hasPrefix("GET "), !route.hasPrefix("GET /desk") else { continue }
      let pattern = String(route.dropFirst(4)).replacing("/*", with: "/:")
      let surfaces = scenario.surfaces
      switch pattern {
      case "/staedte/:": targets.insert(surfaces["city"]!)  // Named above.
      case "/felder/:": targets.insert(surfaces["field"]!)  // Named above.
      default:
        let parts = pattern.split(separator: "/", omittingEmptySubsequences: false)
        targets.insert(
          parts.map { $0.hasPrefix(":") ? Scenario.item.description : String($0) }
            .joined(separator: "/"))
      }
    }
    return targets.subtracting(ScenarioTests.forNodes).sorted()
  }

  private func total(_ stage: Stage, _ kind: String) throws -> Int64? {
    let body = try stage.get("/api/v1/items?kind=\(kind)&limit=1").body
    return try JSONDecoder().decode(FieldValue.self, from: Data(body.utf8))["total"]?.number
  }

  @Test func thereAreScenarios() {
    #expect(Scenario.names.count >= 10)
  }

  // http-6, http-10, http-62, http-67, http-68, http-69
  @Test(arguments: Scenario.names)
  func everySurfaceShowsWhatTheItemIs(_ name: String) throws {
    let scenario = try Scenario.read(name)
    let stage = try Seed.stage()
    let before = try #require(try total(stage, scenario.kind))
    try scenario.play(on: stage)
    #expect(try total(stage, scenario.kind) == before + scenario.counts, "\(scenario.about)")
    func reply(_ surface: String) throws -> Reply {
      try stage.get(try #require(scenario.surfaces[surface], "no surface \(surface)"))
    }
    func text(_ surface: String) throws -> String {
      // RFC 5545 §3.1: a long line goes on after a line break and a space.
      try reply(surface).body.replacing("\r\n ", with: "")
    }
    for (surface, status) in scenario.status {
      #expect(try reply(surface).status == status, "\(surface)")
    }
    for (surface, words) in scenario.present ?? [:] {
      let text = try text(surface)
      for word in words.map(scenario.spelled) {
        #expect(text.contains(word), "\(surface) lacks \(word)")
      }
    }
    for (surface, words) in scenario.absent ?? [:] {
      let text = try text(surface)
      for word in words.map(scenario.spelled) {
        #expect(!text.contains(word), "\(surface) has \(word)")
      }
    }
  }

  @Test(arguments: Scenario.names)
  func whatIsNotToBeSeenIsInNoByte(_ name: String) throws {
    let scenario = try Scenario.read(name)
    let stage = try Seed.stage()
    let targets = try publicTargets(stage, scenario)
    #expect(targets.count > 40)
    let before = try targets.map { try stage.get($0) }
    try scenario.play(on: stage)
    for (target, old) in zip(targets, before) {
      let reply = try stage.get(target)
      let fields = reply.headers.map { "\($0.name): \($0.value)\n" }.joined()
      for word in (scenario.nowhere ?? []).map(scenario.spelled) {
        let text = (fields + reply.body).replacing("\r\n ", with: "")
        #expect(!text.contains(word), "\(target) has \(word)")
      }
      guard scenario.unchanged == true else { continue }
      #expect(reply.status == old.status && reply.body == old.body, "\(target)")
      #expect(reply["ETag"] == old["ETag"] && reply["Cache-Control"] == old["Cache-Control"])
    }
  }
}
