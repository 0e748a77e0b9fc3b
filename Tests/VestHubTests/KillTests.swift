// A city's node that is killed again and again while it acknowledges.

import Desk
import Events
import Foundation
import Glibc
import Node
import Synchronization
import Testing

@Suite struct KillTests {
  private static let kills = 50
  private static let writers = 4

  // http-22, log-39
  @Test func noAcknowledgedEventIsMissingAfterFiftyKills() throws {
    let folder = try Program.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let port = Program.port()
    let words = try Program.cityWords("herten", folder: folder, port: port)
    var acknowledged: Set<String> = []
    var token = ""
    for round in 0..<Self.kills {
      let node = try Program.Running(words, port: port)
      if token.isEmpty {
        token = try DeskStore(directory: folder + "/herten").token(now: .now)
      }
      let answered = write(to: node, token: token, killAfter: round % 7 + 1)
      #expect(answered.count > round % 7, "round \(round) was killed before it wrote")
      acknowledged.formUnion(answered)
    }
    let export = try Program.run(["export", "--data", folder + "/herten"])
    #expect(export.code == 0, "\(export.errors)")
    let blocks = try TransferText.blocks(Array(export.output.utf8))
    var held: Set<String> = []
    for block in blocks { if case .event(let event) = block { held.insert("\(event.dot)") } }
    #expect(acknowledged.subtracting(held).isEmpty)
    #expect(acknowledged.count >= Self.kills)
    let verify = try Program.run(["verify", "--data", folder + "/herten"])
    #expect(verify.code == 0, "\(verify.output)")
    let replay = try Program.run(["replay", "--data", folder + "/herten"])
    #expect(replay.code == 0, "\(replay.output) \(replay.errors)")
  }

  /// Several writers post until the node, killed after so many answers, is gone.
  private func write(
    to node: Program.Running, token: String, killAfter count: Int
  ) -> Set<String> {
    let answered = Mutex<Set<String>>([])
    let address = node.address + "/api/v1/items"
    let pid = node.process.processIdentifier
    DispatchQueue.concurrentPerform(iterations: Self.writers) { writer in
      while true {
        let body: FieldValue = [
          "kind": "news", "fields": ["title": "Meldung", "released": "2026-11-25"],
        ]
        let reply = HTTPClient.sendAndWait(
          "POST", address,
          headers: ["Authorization": "Bearer \(token)", "Content-Type": "application/json"],
          body: Array(body.canonicalText.utf8), deadlineSeconds: 5)
        guard let reply = try? reply.get(), reply.status == 201,
          let event = (try? FieldValue(canonical: reply.body))?["event"]?.text
        else { return }
        let isEnough = answered.withLock { answered in
          answered.insert(event)
          return answered.count >= count
        }
        if isEnough { Glibc.kill(pid, SIGKILL) }
      }
    }
    node.kill()
    return answered.withLock { $0 }
  }
}
