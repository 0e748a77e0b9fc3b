// A checkpoint is signed and checked by the scripts of `ops/`, where ssh-keygen is at hand.

import Events
import Foundation
import Testing

@Suite struct SignatureTests {
  private static let ops = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("ops").path

  private func write(_ text: String, _ path: String) throws -> String {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return path
  }

  private func run(_ words: [String]) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = words
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }

  @Test func aCheckpointIsSignedAndItsSignatureVerified() throws {
    guard try run(["bash", "-c", "command -v ssh-keygen"]) == 0 else {
      print("skipped: ssh-keygen is not there")
      return
    }
    let folder = try Program.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let region = String(repeating: "7a", count: 16)
    let file = try write(Checkpoint(region: region, head: .empty).text, folder + "/checkpoint.txt")
    let (key, stranger) = (folder + "/key", folder + "/stranger")
    for path in [key, stranger] {
      #expect(try run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path]) == 0)
    }
    func signers(_ key: String, _ name: String) throws -> String {
      let text = try String(contentsOfFile: key + ".pub", encoding: .utf8)
      return try write("hub@kreis.example \(text)", folder + "/\(name)")
    }
    let allowed = try signers(key, "allowed")
    func verify(_ signers: String, _ name: String = "hub@kreis.example") throws -> Int32 {
      try run([Self.ops + "/verify-checkpoint", file, signers, name])
    }
    #expect(try verify(allowed) == 3, "nothing was signed yet")
    #expect(try run([Self.ops + "/sign-checkpoint", file, key]) == 0)
    #expect(try verify(allowed) == 0)
    #expect(try verify(allowed, "other@kreis.example") == 1)
    #expect(try verify(try signers(stranger, "others")) == 1)
    _ = try write(
      Checkpoint(region: region, head: TreeHead(size: 1, root: .zero)).text, file)
    #expect(try verify(allowed) == 1, "another checkpoint")
    let note = try write("no checkpoint\n", folder + "/note.txt")
    #expect(try run([Self.ops + "/sign-checkpoint", note, key]) == 1)
  }
}
