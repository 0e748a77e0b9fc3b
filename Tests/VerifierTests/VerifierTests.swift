// The verifier in Python and VestHub say the same: of the vectors, of random histories, and of the
// logs of a whole region. Where Python is missing these tests are skipped and say so.

import Catalogue
import Events
import Foundation
import Testing

@Suite(.enabled(if: Verifier.isThere, "python3, 3.11 or later, is missing"))
struct VerifierTests {
  @Test func itFindsInEachVectorWhatTheVectorStates() throws {
    let ended = try Verifier.run(["vectors"])
    #expect(ended.code == 0, "\(ended.text)")
    let count = ended.text.split(separator: "\n").last?.split(separator: " ").first
    #expect(count.flatMap { Int($0) } ?? 0 >= 140, "\(ended.text)")
  }

  @Test func itNamesAVectorThatStatesSomethingElse() throws {
    let folder = try Folder()
    let clocks = folder.path + "/clocks"
    try FileManager.default.createDirectory(atPath: clocks, withIntermediateDirectories: true)
    let vector = "why: wrong\na: herten:1\nb: herten:2\nexpect: after\nmerge: herten:2\n"
    _ = try folder.file("clocks/wrong.txt", Array(vector.utf8))
    let ended = try Verifier.run(["vectors", folder.path])
    #expect(ended.code == 1)
    #expect(ended.text.contains("wrong.txt: expect: stated ['after'], found ['before']"))
    #expect(ended.text.hasSuffix("0 passed, 1 failed\n"))
  }

  @Test func itTellsABadCommandLineByTheCode2() throws {
    #expect(try Verifier.run(["export"]).code == 2)
    #expect(try Verifier.run(["export", "/nowhere/at/all"]).code == 2)
  }

  @Test func anEmptyExportIsGood() throws {
    let folder = try Folder()
    let told = try Verifier.told(of: [try folder.file("empty.txt", [])])
    #expect(told.first?.digest == Digest.zero.hex)
    #expect(told.first?.fault == nil)
  }

  @Test func itSaysOfTwoHundredRandomHistoriesWhatVestHubSays() throws {
    let folder = try Folder()
    var files: [String] = []
    var pictures: [Picture] = []
    var seen = Set<String>()
    for seed in UInt64(1)...200 {
      let directory = folder.path + "/log-\(seed)"
      let history = try History(seed: seed, directory: directory)
      try history.run(steps: 70, isOneAway: seed % 2 == 0)
      files.append(try folder.file("\(seed).txt", try history.export()))
      pictures.append(try history.picture())
      seen.formUnion(history.verdicts.values.map(\.text))
      seen.formUnion(Self.marks(of: history))
      history.close()
    }
    let told = try Verifier.told(of: files, ["--kreis", "kreis"])
    #expect(told.count == files.count)
    for (index, told) in told.enumerated() {
      let found = Picture(told)
      let why = told.fault.map { "\($0.word) in line \($0.line): \($0.why)" } ?? ""
      #expect(
        found == pictures[index],
        "seed \(index + 1) \(why) \(found?.differences(from: pictures[index]) ?? [])")
    }
    // A history in which nothing happens would agree, too.
    let verdicts =
      Verdict.VoidReason.allCases.map { Verdict.void($0).text } + ["applied", "parked"]
    let marks = [
      "conflict", "erased", "pending", "withdrawn", "hidden", "merged", "handed", "left",
      "contradicted",
    ]
    if pictures.contains(where: { $0.lines.contains { $0.hasPrefix("contradicted") } }) {
      seen.insert("contradicted")
    }
    #expect(Set(verdicts + marks).subtracting(seen) == [])
  }

  /// Rare things that a history holds.
  private static func marks(of history: History) -> Set<String> {
    var marks = Set<String>()
    if history.hasPending { marks.insert("pending") }
    if history.state.membership.members.contains(where: \.hasLeft) { marks.insert("left") }
    for item in history.state.items {
      if item.hasConflict { marks.insert("conflict") }
      if item.registers.contains(where: { $0.survivors.contains(where: \.isErased) }) {
        marks.insert("erased")
      }
      if item.isWithdrawn { marks.insert("withdrawn") }
      if item.isHidden { marks.insert("hidden") }
      if item.mergedInto != nil { marks.insert("merged") }
      if item.lead != item.id?.site { marks.insert("handed") }
    }
    return marks
  }

  @Test func aPictureTellsStatesApart() throws {
    let folder = try Folder()
    let history = try History(seed: 1, directory: folder.path + "/log")
    let before = try history.picture()
    try history.run(steps: 40, isOneAway: false)
    #expect(try history.picture() != before)
    history.close()
  }

  @Test func itSaysOfTheDemosLogsWhatTheirNodesSay() throws {
    let folder = try Folder()
    try Demo.fill(folder.path + "/demo")
    let nodes = ["kreis", "herten", "marl", "waltrop"].map { folder.path + "/demo/\($0)" }
    let files = try nodes.enumerated().map { index, node in
      let export = try Verifier.run(Demo.program, ["export", "--data", node])
      return try folder.file("\(index).txt", Array(export.output))
    }
    for (node, told) in zip(nodes, try Verifier.told(of: files)) {
      let status = try Verifier.run(Demo.program, ["status", "--json", "--data", node])
      let said = try JSONDecoder().decode(Told.self, from: status.output)
      #expect(told.fault == nil)
      #expect(told.digest == said.digest)
      #expect(told.heads == said.heads)
      #expect(told.position == said.position)
      #expect(told.items?.count ?? 0 > 50)
    }
  }
}

/// The sample region, filled by the real program.
enum Demo {
  static let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appendingPathComponent("vesthub").path

  /// Runs the demo until it says that everything is published, and ends it.
  static func fill(_ directory: String) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    // A port that most likely is free, with ten behind it.
    let port = Int.random(in: 30_000...32_000)
    process.arguments = ["demo", "--data", directory, "--port", "\(port)"]
    let output = Pipe()
    process.standardOutput = output
    process.standardInput = FileHandle.nullDevice
    try process.run()
    var said = Data()
    while said.range(of: Data("Ctrl-C".utf8)) == nil {
      let piece = output.fileHandleForReading.availableData
      if piece.isEmpty { break }
      said += piece
    }
    process.terminate()
    process.waitUntilExit()
  }
}
