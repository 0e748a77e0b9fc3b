// `vesthub import` against a node that runs: plans, exit codes, and the demo's catalogue there and
// back.

import Events
import Foundation
import Importers
import Node
import Testing

@Suite struct ImportTests {
  /// A city's node without its hub, and a folder for its sources.
  private struct Town {
    let folder: String
    let node: Program.Running

    init(_ site: String = "marl") throws {
      folder = try Program.folder()
      let port = Program.port()
      node = try Program.Running(
        try Program.cityWords(site, folder: folder, port: port), port: port)
      data = folder + "/\(site)"
    }

    let data: String

    func end() {
      node.stop()
      try? FileManager.default.removeItem(atPath: folder)
    }

    func file(_ name: String, _ text: String) throws -> String {
      let path = folder + "/" + name
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
      return path
    }

    func take(_ name: String, _ text: String, _ words: String...) throws -> Program.Ended {
      try Program.run(["import", try file(name, text), "--data", data] + words)
    }

    func get(_ path: String) throws -> String {
      let reply = try HTTPClient.sendAndWait("GET", node.address + path, deadlineSeconds: 20).get()
      #expect(reply.status == 200, "\(path)")
      return String(decoding: reply.body, as: UTF8.self)
    }
  }

  // import-22, import-25
  @Test func aFileIsPlannedTakenCorrectedAndTakenBack() throws {
    let town = try Town()
    defer { town.end() }
    let head = "id,kind,title\n"
    let dry = try town.take("liste.csv", head + "1,news,Erste\n2,news,Zweite\n", "--dry-run")
    #expect(dry.code == 0 && dry.output.contains("Plan: 2 created. Nothing was written"))
    #expect(try town.get("/export.jsonl").isEmpty)
    let first = try town.take("liste.csv", head + "1,news,Erste\n2,news,Zweite\n")
    #expect(first.code == 0 && first.output.contains("create    Erste"), "\(first.errors)")
    #expect(first.output.contains("2 events written"))
    let same = try town.take("liste.csv", head + "1,news,Erste\n2,news,Zweite\n")
    #expect(same.code == 0 && same.output == "liste.csv: 2 unchanged; 0 events written\n")
    let changed = try town.take("liste.csv", head + "1,news,Neu\n2,news,Zweite\n")
    #expect(changed.code == 0 && changed.output.contains("correctionNote, title"))
    let empty = try town.take("liste.csv", head)
    #expect(empty.code == 1 && empty.output.contains("STOPPED   2 of 2 items"))
    #expect(try town.get("/export.jsonl").contains("Zweite"))
    let forced = try town.take("liste.csv", head, "--force", "--json")
    #expect(forced.code == 0)
    let report = try FieldValue(canonical: Array(forced.output.dropLast().utf8))
    #expect(report["counts"]?["withdraw"]?.number == 2 && report["written"]?.number == 2)
    #expect(try town.get("/export.jsonl").isEmpty)
    let skipped = try town.take("andere.csv", head + "1,news,\n2,news,b\n")
    #expect(skipped.code == 1 && skipped.output.contains("without a usable title"))
  }

  @Test func whatCannotBeDoneSaysWhatToDo() throws {
    let town = try Town()
    defer { town.end() }
    #expect(try town.take("x.txt", "Hallo").code == 3)
    let kind = try town.take("x.csv", "id,title\n1,a\n")
    #expect(kind.code == 3 && kind.errors.contains("need one: news, date or project"))
    let feed = try town.take("x.xml", "<!DOCTYPE rss><rss/>")
    #expect(feed.code == 3 && feed.errors.contains("document type"))
    let far = try Program.run(["import", "http://a.example/feed", "--data", town.data])
    #expect(far.code == 3 && far.errors.contains("https, or http on this machine"))
    let none = try Program.run(["import", town.folder + "/none", "--data", town.data])
    #expect(none.code == 3 && none.errors.contains("check that the file exists"))
    town.node.stop()
    let off = try town.take("x.csv", "id,title,kind\n1,a,news\n")
    #expect(off.code == 3 && off.errors.contains("start it with"))
  }

  @Test(arguments: [
    (["import"], "expected FILE|URL"), (["import", "x"], "--data is missing"),
    (["import", "x", "--data", "/none", "--kind", "person"], "is no kind"),
    (["import", "x", "--data", "/none", "--format", "pdf"], "is no format"),
    (["import", "x", "--data", "/none", "--source", ""], "the name of a source"),
  ])
  func aWrongCommandLineSaysWhatIsWrong(words: [String], says: String) throws {
    let ended = try Program.run(words)
    #expect(ended.code == 2 && ended.errors.contains(says), "\(words): \(ended.errors)")
  }

  /// The fields by what names the item in an export: its id, or the id that it was imported by.
  private func items(_ text: String, bySource: Bool) throws -> [String: [String: FieldValue]] {
    var items: [String: [String: FieldValue]] = [:]
    for line in text.utf8.split(separator: 0x0a) {
      let item = try FieldValue(canonical: Array(line))
      let source = item["fields"]?["source"]?["id"]?.text
      guard let id = bySource ? source : item["id"]?.text,
        case .object(let fields)? = item["fields"]
      else { continue }
      // How an item stands in the region is not told by its publisher.
      for field in fields
      where !["source", "lead"].contains(field.name) && !field.name.contains("participant/")
        && !field.name.hasPrefix("kreis/") && !field.name.hasPrefix("invited/")
      {
        items[id, default: [:]][field.name] = field.value
      }
    }
    return items
  }

  // import-21, import-22, import-31
  @Test func theDemosCatalogueGoesThereAndBack() throws {
    let folder = try Program.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let port = Program.port()
    let demo = Process()
    demo.executableURL = Program.url
    demo.arguments = ["demo", "--port", "\(port)", "--data", folder + "/demo"]
    let output = Pipe()
    demo.standardOutput = output
    demo.standardError = FileHandle.nullDevice
    try demo.run()
    defer {
      demo.terminate()
      demo.waitUntilExit()
    }
    var told = ""
    while !told.contains("Ctrl-C") {
      let piece = output.fileHandleForReading.availableData
      guard !piece.isEmpty else { throw Program.Failure("the demo ended: \(told)") }
      told += String(decoding: piece, as: UTF8.self)
    }
    let hub = "http://127.0.0.1:\(port)"
    func export(_ path: String) throws -> String {
      let reply = try HTTPClient.sendAndWait("GET", hub + path, deadlineSeconds: 20).get()
      return String(decoding: reply.body, as: UTF8.self)
    }
    let lines = try export("/export.jsonl")
    let expected = try items(lines, bySource: false)
    #expect(expected.count >= 75, "the demo publishes 81 items, some of which are taken back")
    // The node that published an item knows it.
    let own = try Program.run(
      ["import", hub + "/export.csv", "--data", folder + "/demo/kreis"])
    #expect(own.code == 0 && own.output.contains("\(expected.count) unchanged; 0 events written"))
    for (name, text) in [("alle.jsonl", lines), ("alle.csv", try export("/export.csv"))] {
      let town = try Town()
      defer { town.end() }
      let first = try town.take(name, text, "--foreign")
      #expect(first.code == 0, "\(first.output) \(first.errors)")
      let held = try items(try town.get("/export.jsonl"), bySource: true)
      #expect(held.count == expected.count)
      for (id, fields) in expected { #expect(held[id] == fields, "\(name): \(id)") }
      let again = try town.take(name, text, "--foreign")
      #expect(again.output == "\(name): \(expected.count) unchanged; 0 events written\n")
    }
  }
}
