// Real nodes whose data directory is an earlier copy of itself: nothing is lost, nobody is asked.

import Desk
import Events
import Foundation
import Node
import Testing

@Suite struct RestoreTests {
  /// A hub and one of its cities as processes, with a folder of their own.
  private final class Pair {
    let folder: String
    let hubPort = Program.port()
    let cityPort = Program.port()
    var hub: Program.Running?
    var city: Program.Running?
    private var token = ""

    var hubData: String { folder + "/hub" }
    var cityData: String { folder + "/herten" }

    init() throws {
      folder = try Program.folder()
      try startHub()
      let key = try Program.run(["key", "herten", "--data", hubData])
      try Data(key.output.utf8).write(to: URL(fileURLWithPath: folder + "/key"))
      try startCity()
      token = try DeskStore(directory: cityData).token(now: .now)
    }

    deinit {
      hub?.kill()
      city?.kill()
      try? FileManager.default.removeItem(atPath: folder)
    }

    func startHub() throws {
      hub = try Program.Running(
        ["hub", "--data", hubData, "--listen", "127.0.0.1:\(hubPort)"], port: hubPort)
    }

    func startCity() throws {
      city = try Program.Running(
        [
          "city", "--site", "herten", "--hub", "http://127.0.0.1:\(hubPort)",
          "--key-file", folder + "/key", "--data", cityData, "--listen", "127.0.0.1:\(cityPort)",
        ], port: cityPort)
    }

    func stopCity() {
      city?.stop()
      city = nil
    }

    func post(_ title: String) throws {
      let body: FieldValue = [
        "kind": "news", "fields": ["title": .string(title), "released": "2026-11-25"],
      ]
      let reply = try HTTPClient.sendAndWait(
        "POST", "http://127.0.0.1:\(cityPort)/api/v1/items",
        headers: ["Authorization": "Bearer \(token)", "Content-Type": "application/json"],
        body: Array(body.canonicalText.utf8), deadlineSeconds: 20
      ).get()
      guard reply.status == 201 else {
        throw Program.Failure("\(reply.status) \(String(decoding: reply.body, as: UTF8.self))")
      }
    }

    /// Waits until both hold the same and nothing waits.
    func waitForAgreement(events: Int64) throws {
      let deadline = Date().addingTimeInterval(60)
      func stands(_ data: String) throws -> [FieldValue?] {
        let ended = try Program.run(["status", "--data", data, "--json"])
        let line = Array(ended.output.utf8).dropLast()
        guard let all = try? FieldValue(canonical: Array(line)) else { return [] }
        return [all["digest"], all["position"], all["heads"]?["herten"], all["waiting"]]
      }
      while true {
        let (hub, city) = (try stands(hubData), try stands(cityData))
        if hub == city, hub.count == 4, hub[2] == .integer(events), hub[3] == .integer(0) { return }
        guard Date() < deadline else { throw Program.Failure("hub \(hub), city \(city)") }
        usleep(50_000)
      }
    }

    func titles(of data: String) throws -> Set<String> {
      let export = try Program.run(["export", "--data", data])
      var titles: Set<String> = []
      for case .event(let event) in try TransferText.blocks(Array(export.output.utf8)) {
        if let title = event.value("title")?.text { titles.insert(title) }
      }
      return titles
    }

    func copyCity(from: String, to: String) throws {
      try? FileManager.default.removeItem(atPath: to)
      try FileManager.default.copyItem(atPath: from, toPath: to)
    }
  }

  // sync-65, sync-69
  @Test func aCityFromABackupTakesBackWhatItHadSent() throws {
    let pair = try Pair()
    try pair.post("Eins")
    try pair.waitForAgreement(events: 1)
    pair.stopCity()
    try pair.copyCity(from: pair.cityData, to: pair.folder + "/backup")
    try pair.startCity()
    try pair.post("Zwei")
    try pair.post("Drei")
    try pair.waitForAgreement(events: 3)
    pair.stopCity()
    try pair.copyCity(from: pair.folder + "/backup", to: pair.cityData)
    try pair.startCity()
    try pair.waitForAgreement(events: 3)
    #expect(try pair.titles(of: pair.cityData) == ["Eins", "Zwei", "Drei"])
    #expect(try Program.run(["verify", "--data", pair.cityData]).code == 0)
  }

  // sync-72
  @Test func aCityFromABackupThatWroteOnKeepsBothBranches() throws {
    let pair = try Pair()
    try pair.post("Eins")
    try pair.waitForAgreement(events: 1)
    pair.stopCity()
    try pair.copyCity(from: pair.cityData, to: pair.folder + "/backup")
    try pair.startCity()
    try pair.post("Zwei")
    try pair.waitForAgreement(events: 2)
    pair.stopCity()
    try pair.copyCity(from: pair.folder + "/backup", to: pair.cityData)
    pair.hub?.stop()
    pair.hub = nil
    try pair.startCity()
    try pair.post("Anders")
    try pair.startHub()
    try pair.waitForAgreement(events: 3)
    for data in [pair.hubData, pair.cityData] {
      #expect(try pair.titles(of: data) == ["Eins", "Zwei", "Anders"])
      #expect(try Program.run(["verify", "--data", data]).code == 0)
    }
    let evidence = try Program.run(["evidence", "--data", pair.cityData])
    #expect(evidence.output.hasPrefix("herten:2\n{\"v\":1,"))
    #expect(evidence.output.split(separator: "\n").count == 3)
    try pair.post("Weiter")
    try pair.waitForAgreement(events: 4)
    // The rows as they were kept are those of a rebuild.
    pair.stopCity()
    let replay = try Program.run(["replay", "--data", pair.cityData])
    #expect(replay.code == 0, "\(replay.output) \(replay.errors)")
  }
}
