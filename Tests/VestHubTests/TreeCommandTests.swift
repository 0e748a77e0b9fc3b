// Checkpoints, proofs and tiles of a real hub.

import Events
import Foundation
import Node
import Testing

@Suite struct TreeCommandTests {
  /// A hub with its first events, running while `body` asks.
  private func withHub(
    _ body: (_ folder: String, _ data: String, _ address: String) throws -> Void
  ) throws {
    let folder = try Program.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let port = Program.port()
    let hub = try Program.Running(
      ["hub", "--data", folder + "/hub", "--listen", "127.0.0.1:\(port)"], port: port)
    defer { hub.stop() }
    try body(folder, folder + "/hub", hub.address)
  }

  private func write(_ text: String, _ path: String) throws -> String {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return path
  }

  private func get(_ address: String) throws -> (status: Int, body: [UInt8]) {
    let reply = try HTTPClient.sendAndWait("GET", address, deadlineSeconds: 20).get()
    return (reply.status, reply.body)
  }

  // tree-4
  @Test func theHubAnswersTheCheckpointThatTheCommandPrints() throws {
    try withHub { _, data, address in
      let printed = try Program.run(["checkpoint", "--data", data])
      #expect(printed.code == 0)
      let answered = try get(address + "/checkpoint")
      #expect(answered.status == 200)
      #expect(String(decoding: answered.body, as: UTF8.self) == printed.output)
      let checkpoint = try Checkpoint(printed.output)
      #expect(checkpoint.head.size == 11)
    }
  }

  // tree-12
  @Test func theHubAnswersItsTilesAndNothingElse() throws {
    try withHub { _, data, address in
      let tile = try get(address + "/tile/0/000.p/11")
      #expect(tile.status == 200 && tile.body.count == 11 * 32)
      var edge = TreeEdge()
      for start in stride(from: 0, to: tile.body.count, by: 32) {
        edge.append(try #require(Digest(bytes: tile.body[start..<start + 32])))
      }
      #expect(try Checkpoint(Program.run(["checkpoint", "--data", data]).output).head == edge.head)
      #expect(try get(address + "/tile/0/000.p/3").body == Array(tile.body.prefix(96)))
      for other in [
        "0/000", "0/000.p/12", "0/000.p/0", "0/000.p/256", "0/000.p/011", "0/0.p/3", "00/000.p/3",
        "0/x000/000.p/3", "0/001.p/1", "1/000.p/1", "8/000.p/1", "-1/000.p/1", "", "0", "0/000.p",
        "0/000.p/3/4", "0/x001.p/3", "entries/000.p/3", "7/x999/x999/x999/x999/x999/999",
      ] {
        #expect(try get(address + "/tile/" + other).status == 404, "\(other)")
      }
    }
  }

  // tree-6, tree-7, tree-8
  @Test func aProofIsCheckedWithoutTheLog() throws {
    try withHub { folder, data, _ in
      let proof = try Program.run(["prove", "kreis:3", "--data", data])
      #expect(proof.code == 0)
      let file = try write(proof.output, folder + "/kreis-3.proof")
      let good = try Program.run(["check-proof", file])
      #expect(good.code == 0 && good.output.hasPrefix("good: kreis:3 is at position 3\n"))
      let export = try Program.run(["export", "--data", data]).output
      let blocks = export.components(separatedBy: "\n\n")
      let own = try write(blocks[5] + "\n", folder + "/own.txt")
      let other = try write(blocks[3] + "\n", folder + "/other.txt")
      #expect(try Program.run(["check-proof", file, "--event", own]).code == 0)
      let foreign = try Program.run(["check-proof", file, "--event", other])
      #expect(foreign.code == 1 && foreign.output.contains("the receipt is of another event"))
      let changed = try write(
        proof.output.replacingOccurrences(
          of: "\"verdict\":\"applied\"", with: "\"verdict\":\"parked\""),
        folder + "/changed.proof")
      let bad = try Program.run(["check-proof", changed])
      #expect(bad.code == 1 && bad.output.contains("do not lead to the root"))
      #expect(try Program.run(["prove", "kreis:99", "--data", data]).code == 1)
      #expect(try Program.run(["prove", "kreis", "--data", data]).code == 2)
    }
  }

  // tree-9, tree-10
  @Test func aConsistencyProofIsCheckedWithoutTheLog() throws {
    try withHub { folder, data, _ in
      let proof = try Program.run(["prove", "--consistency", "4", "11", "--data", data])
      let file = try write(proof.output, folder + "/a.proof")
      let good = try Program.run(["check-proof", file])
      #expect(good.code == 0 && good.output.contains("of size 11 begins with that of size 4"))
      #expect(try Program.run(["prove", "--consistency", "4", "12", "--data", data]).code == 1)
      #expect(try Program.run(["prove", "--consistency", "5", "4", "--data", data]).code == 2)
    }
  }

  // log-19
  @Test func verifyComparesTheLogWithACheckpointThatWasKept() throws {
    try withHub { folder, data, _ in
      let text = try Program.run(["checkpoint", "--data", data]).output
      let kept = try write(text, folder + "/kept.txt")
      let good = try Program.run(["verify", "--data", data, "--checkpoint", kept])
      #expect(good.code == 0 && good.output.contains("tree of 11 receipts: "))
      let beyond = try write(
        text.replacingOccurrences(of: "\n11\n", with: "\n12\n"), folder + "/beyond.txt")
      let short = try Program.run(["verify", "--data", data, "--checkpoint", beyond])
      #expect(short.code == 1 && short.output.contains("its end is missing"))
      let other = try write(
        text.replacingOccurrences(of: "\n11\n", with: "\n10\n"), folder + "/other.txt")
      let rewritten = try Program.run(["verify", "--data", data, "--checkpoint", other])
      #expect(rewritten.code == 1 && rewritten.output.contains("is not that of this log"))
    }
  }
}
