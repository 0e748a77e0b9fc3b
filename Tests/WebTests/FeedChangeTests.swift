// Changes by poll and as a stream. Protocols/http-api.md §6.

import Events
import Foundation
import Glibc
import HTTP
import Testing

@testable import Web

@Suite struct FeedChangeTests {
  private func changes(_ reply: Reply) throws -> [FieldValue] {
    try JSONDecoder().decode(FieldValue.self, from: Data(reply.body.utf8)).elements ?? []
  }

  // http-74
  @Test func aChangeSaysWhatWasWrittenAndNotWhatItSays() throws {
    let stage = try Seed.stage()
    let reply = try stage.get("/api/v1/changes")
    #expect(reply["Content-Type"] == "application/cloudevents-batch+json")
    let first = try #require(try changes(reply).first)
    #expect(first["specversion"] == "1.0" && first["type"] == "vesthub.project.created")
    #expect(first["subject"] == .string(Seed.waste.description) && first["id"] == "marl:1")
    #expect(first["source"] == "https://vest.example")
    #expect(first["data"]?["fields"]?.elements?.contains("title") == true)
    #expect(!reply.body.contains("Abfall-App"))
  }

  // http-75
  @Test func pollingInSmallStepsGivesEveryChangeOnce() throws {
    let stage = try Seed.stage()
    let all = try changes(try stage.get("/api/v1/changes?limit=500"))
    var found: [FieldValue] = []
    var target = "/api/v1/changes?limit=2"
    for _ in 0..<100 {
      let reply = try stage.get(target)
      let some = try changes(reply)
      if some.isEmpty { break }
      found += some
      target = String(try #require(reply["Link"]).dropFirst().prefix { $0 != ">" })
    }
    #expect(found == all && all.count == 12)
    let sequences = all.compactMap { $0["sequence"]?.text }
    #expect(sequences == sequences.sorted() && Set(sequences).count == all.count)
    try stage.write(
      "marl", "news.created", ItemID("marl-spaeter01")!,
      ["title": "Später", "released": "2023-10-01"])
    try stage.write("marl", "project.revised", Seed.waste, ["cost": "1"])
    let last = try changes(try stage.get("/api/v1/changes?after=12&limit=1"))
    #expect(last.first?["sequence"] == "0000000000000014", "an empty answer is the end")
    #expect(try changes(try stage.get("/api/v1/changes?after=14")).isEmpty)
    #expect(try stage.get("/api/v1/changes?after=x").status == 400)
    #expect(try stage.get("/api/v1/changes?limit=501").status == 400)
  }

  /// Reads a stream until it holds `text`; the socket's deadline ends a stream that never does.
  private func readStream(
    _ port: Int, _ fields: String = "", until text: String, then: (() throws -> Void)? = nil
  ) throws -> String {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var deadline = timeval(tv_sec: 10, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &deadline, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
    let connected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    #expect(connected == 0)
    let request = Array("GET /api/v1/changes/stream HTTP/1.1\r\nHost: a\r\n\(fields)\r\n".utf8)
    #expect(request.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, 0) } > 0)
    var answer = ""
    var then = then
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while !answer.contains(text) {
      let count = read(descriptor, &buffer, buffer.count)
      guard count > 0 else { break }
      answer += String(decoding: buffer[..<count], as: UTF8.self)
      if answer.contains("retry:") {
        try then?()
        then = nil
      }
    }
    return answer
  }

  // http-76
  @Test func aListenerGetsWhatIsWrittenAndMissesNothingWhenItComesAgain() throws {
    let stage = try Seed.stage()
    let port = try stage.start()
    let live = try readStream(port, until: "vesthub.project.revised") {
      try stage.write("marl", "project.revised", Seed.waste, ["cost": "1"])
      stage.streams.advanced()
    }
    #expect(live.contains("Content-Type: text/event-stream"))
    #expect(live.contains("\"subject\":\"\(Seed.waste)\""))
    #expect(!live.contains("project.created"), "a new listener hears what comes")
    let again = try readStream(port, "Last-Event-ID: 2\r\n", until: "vesthub.project.revised")
    #expect(again.contains("id: 3\n") && !again.contains("id: 2\n"))
    #expect(again.ranges(of: "data: ").count == 11)
    stage.streams.stop()
  }
}
