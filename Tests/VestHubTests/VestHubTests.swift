// The command line as a person or a script meets it.

import Foundation
import Testing

@Suite struct CommandLineTests {
  @Test func theStoryHolds() throws {
    let story = try Program.run(["demo", "--story", "--port", "\(Program.port())"])
    #expect(story.code == 0, "\(story.output)\n\(story.errors)")
    #expect(!story.output.contains("FAILED"))
  }

  @Test(
    arguments: [
      ([], 2, "usage: vesthub COMMAND"),
      (["frobnicate"], 2, "unknown command \"frobnicate\""),
      (["hub"], 2, "--data is missing"),
      (["hub", "--data"], 2, "--data needs a value"),
      (["hub", "--data", "/tmp/x", "--data", "/tmp/y"], 2, "--data stands twice"),
      (["hub", "--dat", "/tmp/x"], 2, "unknown option --dat; known here: --data"),
      (["hub", "extra", "--data", "/tmp/x"], 2, "expected no operands, found: extra"),
      (["hub", "--data", "/proc/none"], 3, "cannot write /proc/none"),
      (["hub", "--data", "/tmp/x", "--region", "/none"], 3, "cannot read /none"),
      (["city", "--data", "/tmp/x"], 2, "--site is missing"),
      (["city", "--site", "Herten!", "--data", "/tmp/x"], 2, "is no city's id"),
      (["city", "--site", "kreis", "--data", "/tmp/x"], 2, "is no city's id"),
      (["city", "--site", "herten", "--data", "/tmp/x"], 2, "--hub is missing"),
      (["key", "herten"], 2, "--data is missing"),
      (["key", "--data", "/tmp/x"], 2, "expected SITE"),
      (["key", "herten", "--data", "/none"], 3, "cannot read /none/node.json"),
      (["user", "door", "--data", "/none"], 3, "cannot read /none/node.json"),
      (["status", "--data", "/none"], 3, "cannot read /none/node.json"),
      (["verify"], 2, "--data is missing"),
      (["verify", "--data", "/none"], 3, "/none"),
      (["export", "--data", "/none"], 3, "/none"),
      (["checkpoint", "--data", "/none"], 3, "/none"),
      (["prove", "herten:1"], 2, "--data is missing"),
      (["check-proof"], 2, "expected FILE"),
      (["check-proof", "/none"], 2, "/none cannot be read"),
      (["evidence", "--data", "/none"], 3, "/none"),
      (["replay", "--data", "/none"], 3, "/none"),
      (["demo", "--port", "99"], 2, "--port is a number"),
    ] as [([String], Int32, String)])
  func aWrongCommandLineSaysWhatIsWrong(words: [String], code: Int32, says: String) throws {
    let ended = try Program.run(words)
    #expect(ended.code == code)
    #expect(ended.errors.contains(says), "\(words): \(ended.errors)")
    #expect(ended.output.isEmpty)
  }

  @Test(
    arguments: [
      "demo", "hub", "city", "status", "replay", "verify", "evidence", "export", "checkpoint",
      "prove", "check-proof", "key", "user",
    ])
  func everyCommandExplainsItself(command: String) throws {
    let help = try Program.run(["help", command])
    #expect(help.code == 0)
    #expect(help.output.hasPrefix("usage: vesthub \(command)"))
    let overview = try Program.run(["help"])
    #expect(overview.output.contains("  \(command) "))
  }

  @Test func aSecondProcessOnTheSameDirectoryIsRefused() throws {
    let folder = try Program.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let port = Program.port()
    let words = try Program.cityWords("marl", folder: folder, port: port)
    let node = try Program.Running(words, port: port)
    defer { node.stop() }
    let second = try Program.run(words)
    #expect(second.code == 3)
    #expect(second.errors.contains("another process uses"))
  }

  @Test func aKeyIsMadeForACityOfTheRegionOnly() throws {
    let folder = try Program.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let port = Program.port()
    let node = try Program.Running(
      ["hub", "--data", folder + "/hub", "--listen", "127.0.0.1:\(port)"], port: port)
    defer { node.stop() }
    for stranger in ["kreis", "bottrop"] {
      let ended = try Program.run(["key", stranger, "--data", folder + "/hub"])
      #expect(ended.code == 2)
      #expect(ended.errors.contains("its cities: castrop-rauxel, datteln"))
    }
    let ended = try Program.run(["key", "herten", "--data", folder + "/hub"])
    #expect(ended.code == 0 && ended.output.contains("key herten."))
  }

  // sync-5
  @Test func plainHTTPToAHubElsewhereIsRefused() throws {
    let folder = try Program.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var words = try Program.cityWords("marl", folder: folder, port: Program.port())
    words[words.firstIndex(of: "http://127.0.0.1:9")!] = "http://hub.example"
    let ended = try Program.run(words)
    #expect(ended.code == 3)
    #expect(ended.errors.contains("plain http would send the key in the clear"))
  }
}
