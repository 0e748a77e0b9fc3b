// Exports that somebody changed: the verifier names the word, the line and the event of each.

import Catalogue
import EventLog
import Events
import Foundation
import Testing

/// A small export as blocks: receipts at even places, their events behind them, at the end an event
/// that has no receipt yet.
///
/// | place | event |
/// |---|---|
/// | 0 to 5 | kreis:1 to kreis:3 admit Kreis, Herten and Marl |
/// | 6, 7 | herten:1 creates a project with three fields |
/// | 8, 9 | herten:2 revises it |
/// | 10, 11 | marl:1 writes to it without a right |
/// | 12, 13 | herten:3 is of a type that nobody knows |
/// | 14 | herten:4 waits for the hub |
struct Blocks {
  var all: [String]

  /// The export as VestHub writes it.
  static func original() throws -> Blocks {
    var random = Seeded(state: 11)
    var state = CatalogueState(kreis: kreis)
    let item = ItemID(at: herten, using: &random)
    var lines: [SiteID: Line] = [:]
    var position: UInt64 = 0
    var text: [UInt8] = []
    func tell(_ site: SiteID, _ draft: EventDraft, isPending: Bool = false) throws {
      var line = lines[site] ?? Line()
      position += 1
      let now = Timestamp(milliseconds: 1_700_000_000_000 + Int64(position) * 1_000)
      let event = try draft.event(
        at: Dot(site, line.seq + 1), time: now, prev: line.id, lineKey: lineKey, using: &random)
      line.seq += 1
      line.id = event.id
      lines[site] = line
      let verdict = state.verdict(of: event)
      state.fold(event, verdict: verdict, stamp: Stamp(position: position, received: now))
      let receipt = Receipt(
        position: position, received: now, dot: event.dot, id: event.id, verdict: verdict)
      if !isPending { TransferText.append(receiptLine: receipt.line, to: &text) }
      TransferText.append(event, to: &text)
    }
    func seen(_ dots: [Dot]) -> Context { Context(seen: VectorClock(dots), dots: []) }
    for site in [kreis, herten, marl] {
      try tell(kreis, Membership.draft(site, name: "Stadt \(site)", .admitted))
    }
    let writes = [
      EventDraft.Write("title", "Glasfaser"), .init("summary", "für alle"), .init("cost", "viel"),
    ]
    try tell(herten, EventDraft(type: "project.created", item: item, writes: writes))
    for (site, type, clock) in [
      (herten, "project.revised", [Dot(herten, 1)]), (marl, "project.revised", [Dot(herten, 1)]),
      (herten, "item.dreamt", [Dot(herten, 2)]), (herten, "project.revised", [Dot(herten, 2)]),
    ] {
      let draft = EventDraft(
        type: type, item: item, context: seen(clock), writes: [.init("cost", "wenig")])
      try tell(site, draft, isPending: position == 7)
    }
    return Blocks(String(decoding: text, as: UTF8.self))
  }

  init(_ text: String) { all = text.components(separatedBy: "\n\n").dropLast() }

  var text: String { all.map { $0 + "\n\n" }.joined() }

  /// The line of the file at which a block begins.
  func line(of place: Int) -> Int {
    all[..<place].map { $0.components(separatedBy: "\n").count + 1 }.reduce(1, +)
  }

  /// Puts one text in the place of another, which must be there.
  mutating func change(_ place: Int, _ old: String, _ new: String) {
    guard let range = all[place].range(of: old) else {
      preconditionFailure("\(old) stands in block \(place)")
    }
    all[place].replaceSubrange(range, with: new)
  }

  /// Puts another digit in the place of the first one behind a mark.
  mutating func flip(_ place: Int, behind mark: String) {
    guard let range = all[place].range(of: mark) else {
      preconditionFailure("\(mark) stands in block \(place)")
    }
    let digit = range.upperBound
    let other = all[place][digit] == "a" ? "b" : "a"
    all[place].replaceSubrange(digit...digit, with: other)
  }

  /// Another event of the block's dot, in itself without a fault.
  mutating func fork(_ place: Int) throws {
    var random = Seeded(state: 12)
    let old = try Event(scanning: Array((all[place] + "\n").utf8))
    let draft = EventDraft(
      type: old.type, item: old.item, context: old.context, writes: [.init("cost", "nichts")])
    let event = try draft.event(
      at: old.dot, time: old.at, prev: old.prev, lineKey: lineKey, using: &random)
    all[place] = String(decoding: event.text.dropLast(), as: UTF8.self)
  }
}

/// One change, and what the verifier must say of it.
struct Tamper: Sendable, CustomTestStringConvertible {
  let name: String
  /// Where the fault is told: a block of the changed export, and a line in it.
  let word: String
  let block: Int
  var inner = 1
  var dot: String?
  let change: @Sendable (inout Blocks) throws -> Void

  var testDescription: String { name }

  init(
    _ name: String, _ word: String, _ block: Int, line inner: Int = 1, _ dot: String? = nil,
    change: @escaping @Sendable (inout Blocks) throws -> Void
  ) {
    (self.name, self.word, self.block, self.inner) = (name, word, block, inner)
    (self.dot, self.change) = (dot, change)
  }

  /// What the bytes of one event or receipt say.
  static let inOneBlock = [
    Tamper("a bit of a value", "commitment", 7, "herten:1") { $0.change(7, "viel", "vieL") },
    Tamper("a bit of a salt", "commitment", 7, "herten:1") { $0.flip(7, behind: "\"s\":\"") },
    Tamper("a bit of the commitment", "commitment", 7, "herten:1") {
      $0.flip(7, behind: "\"fields\":\"")
    },
    Tamper("a bit of a mac", "otherEvent", 7, "herten:1") { $0.flip(7, behind: "\"mac\":\"") },
    Tamper("two field lines swapped", "commitment", 7, "herten:1") {
      var lines = $0.all[7].components(separatedBy: "\n")
      lines.swapAt(1, 2)
      $0.all[7] = lines.joined(separator: "\n")
    },
    Tamper("a field line is missing", "commitment", 7, "herten:1") {
      $0.all[7] = $0.all[7].components(separatedBy: "\n").dropLast().joined(separator: "\n")
    },
    Tamper("a field line twice", "field-twice", 7, line: 5, "herten:1") {
      $0.all[7] += "\n" + ($0.all[7].components(separatedBy: "\n").last ?? "")
    },
    Tamper("a space behind a colon", "not-canonical", 7, line: 3, "herten:1") {
      $0.change(7, "\"für alle\"", " \"für alle\"")
    },
    Tamper("a space behind a comma of the header", "member", 9, "herten:2") {
      $0.change(9, ",\"at\"", ", \"at\"")
    },
    Tamper("a space at the end of a line", "not-canonical", 9, "herten:2") {
      $0.change(9, "\n", " \n")
    },
    Tamper("a carriage return", "not-canonical", 9, "herten:2") { $0.change(9, "\n", "\r\n") },
    Tamper("a space in a receipt", "number", 8, "herten:2") {
      $0.change(8, "\"pos\":", "\"pos\": ")
    },
    Tamper("a month that there is not", "time", 9, "herten:2") {
      $0.change(9, "2023-11", "2023-13")
    },
    Tamper("an unknown verdict", "verdict", 8, "herten:2") { $0.change(8, "applied", "perhaps") },
  ]

  /// What blocks say of each other.
  static let betweenBlocks = [
    Tamper("void instead of applied", "wrongVerdict", 8, "herten:2") {
      $0.change(8, "\"applied\"", "\"void\",\"reason\":\"no-right\"")
    },
    Tamper("applied instead of void", "wrongVerdict", 10, "marl:1") {
      $0.change(10, "\"void\",\"reason\":\"no-right\"", "\"applied\"")
    },
    Tamper("another reason", "wrongVerdict", 10, "marl:1") { $0.change(10, "no-right", "kind") },
    Tamper("applied instead of parked", "wrongVerdict", 12, "herten:3") {
      $0.change(12, "parked", "applied")
    },
    Tamper("a bit of a receipt's id", "otherEvent", 9, "herten:2") {
      $0.flip(8, behind: "\"id\":\"")
    },
    Tamper("another dot in a receipt", "otherEvent", 9, "herten:2") {
      $0.change(8, "\"seq\":2", "\"seq\":3")
    },
    Tamper("a receipt's time runs back", "timeOrder", 8, "herten:2") {
      $0.change(8, "\"received\":\"2023", "\"received\":\"2022")
    },
    Tamper("a missing event", "eventMissing", 8, "herten:2") { $0.all.remove(at: 9) },
    Tamper("a missing receipt", "order", 9, "marl:1") { $0.all.remove(at: 8) },
    Tamper("a missing event with its receipt", "positionGap", 8, "marl:1") {
      $0.all.removeSubrange(8...9)
    },
    Tamper("two events swapped with their receipts", "positionGap", 8, "marl:1") {
      $0.all = Array($0.all[..<8] + $0.all[10...11] + $0.all[8...9] + $0.all[12...])
    },
    Tamper("two events swapped", "otherEvent", 9, "marl:1") { $0.all.swapAt(9, 11) },
    Tamper("an event twice with its receipt", "positionGap", 10, "herten:2") {
      $0.all.insert(contentsOf: $0.all[8...9], at: 10)
    },
    Tamper("an event twice with a receipt for each", "judgedTwice", 14, "herten:2") {
      $0.all.insert(contentsOf: $0.all[8...9], at: 14)
      $0.change(14, "\"pos\":5", "\"pos\":8")
      $0.change(14, "22:13:25", "22:13:59")
    },
    Tamper("a waiting event twice", "gap", 15, "herten:4") { $0.all.append($0.all[14]) },
    Tamper("another event of a dot", "fork", 15, "herten:4") {
      $0.all.append($0.all[14])
      try $0.fork(15)
    },
    Tamper("a bit of prev", "brokenChain", 14, "herten:4") { $0.flip(14, behind: "\"prev\":\"") },
    Tamper("a number left out on a line", "gap", 14, "herten:5") {
      $0.change(14, "\"seq\":4", "\"seq\":5")
    },
    Tamper("a context of what is not held", "contextNotHeld", 14, "herten:4") {
      $0.change(14, "{\"herten\":2}", "{\"herten\":2,\"marl\":2}")
    },
    Tamper("a context of the own future", "ownFuture", 14, "herten:4") {
      $0.change(14, "{\"herten\":2}", "{\"herten\":4}")
    },
    Tamper("a block that is none", "block", 9) { $0.all[9] = "{\"x\":1}" },
    Tamper("an empty line too many", "block", 9) { $0.all[9] = "\n" + $0.all[9] },
  ]
}

@Suite(.enabled(if: Verifier.isThere, "python3, 3.11 or later, is missing"))
struct TamperTests {
  /// What one process found in all the changed exports, by the change's name.
  static let found: [String: Result<Told, any Error>] = {
    do {
      let folder = try Folder()
      let all = Tamper.inOneBlock + Tamper.betweenBlocks
      let files = try all.enumerated().map { index, tamper in
        var blocks = try Blocks.original()
        try tamper.change(&blocks)
        return try folder.file("\(index).txt", Array(blocks.text.utf8))
      }
      let told = try Verifier.told(of: files).map { Result<Told, any Error>.success($0) }
      return Dictionary(uniqueKeysWithValues: zip(all.map(\.name), told))
    } catch {
      return ["": .failure(error)]
    }
  }()

  @Test(arguments: Tamper.inOneBlock + Tamper.betweenBlocks)
  func itNamesWordLineAndEvent(_ tamper: Tamper) throws {
    if let failed = Self.found[""] { _ = try failed.get() }
    let fault = try #require(try Self.found[tamper.name]?.get().fault)
    var blocks = try Blocks.original()
    try tamper.change(&blocks)
    #expect(fault.word == tamper.word, "\(fault)")
    #expect(fault.line == blocks.line(of: tamper.block) + tamper.inner - 1, "\(fault)")
    if let dot = tamper.dot { #expect(fault.dot == dot, "\(fault)") }
    // The byte of the file is the same place as line and offset.
    let before = Array(blocks.text.utf8).prefix(fault.byte)
    #expect(before.count { $0 == 0x0a } + 1 == fault.line, "\(fault)")
    #expect(before.reversed().prefix { $0 != 0x0a }.count == fault.offset, "\(fault)")
  }

  private func told(
    _ options: [String] = [], _ change: (inout Blocks) throws -> Void
  ) throws -> Told? {
    let folder = try Folder()
    var blocks = try Blocks.original()
    try change(&blocks)
    return try Verifier.told(
      of: [try folder.file("export.txt", Array(blocks.text.utf8))], options
    ).first
  }

  @Test func whatNobodyChangedIsGood() throws {
    let told = try #require(try told { _ in })
    #expect(told.fault == nil)
    #expect(told.verdicts?["herten:4"] == "parked", "its line is held back by herten:3")
  }

  @Test func aCutBetweenTwoBlocksIsGoodByItself() throws {
    #expect(try told { $0.all.removeSubrange(12...) }?.fault == nil)
  }

  @Test func aCutInsideABlockIsNamed() throws {
    let folder = try Folder()
    let text = try Blocks.original().text
    for count in [1, 2, 40] {
      let file = try folder.file("cut", Array(text.utf8.dropLast(count)))
      #expect(try Verifier.told(of: [file]).first?.fault?.word == "truncated", "\(count)")
    }
  }

  @Test func aBitOfTheLastMacIsFoundWithTheKeyOfTheLine() throws {
    let key = ["--line-key", "herten=" + Hex.string(lineKey)]
    #expect(try told(key, { _ in })?.fault == nil)
    let fault = try told(key, { $0.flip(14, behind: "\"mac\":\"") })?.fault
    #expect(fault?.word == "forged")
    #expect(fault?.dot == "herten:4")
  }

  @Test func aParkedEventMayBeJudgedAgain() throws {
    let again = try told {
      $0.all.insert(contentsOf: $0.all[12...13], at: 14)
      $0.change(14, "\"pos\":7", "\"pos\":8")
    }
    #expect(again?.fault == nil)
    #expect(again?.position == 8)
  }

  @Test func aVerdictByOtherRulesIsTakenAsTold() throws {
    let other = try told {
      $0.change(10, "\"void\",\"reason\":\"no-right\",\"rules\":1", "\"applied\",\"rules\":2")
    }
    #expect(other?.fault == nil)
    #expect(other?.verdicts?["marl:1"] == "applied")
  }

  @Test func anErasedLineChangesNoDigest() throws {
    let before = try told { _ in }
    let after = try told { blocks in
      let event = try Event(scanning: Array((blocks.all[9] + "\n").utf8))
      let line = blocks.all[9].components(separatedBy: "\n")[1]
      blocks.change(9, line, "{\"f\":\"cost\",\"x\":\"\(event.fields[0].hash.hex)\"}")
    }
    #expect(after?.fault == nil)
    #expect(after?.digest == before?.digest)
    let winner = after?.items?.values.first?.fields["cost"]
    #expect(winner?.survivors.first?.erased == true)
    #expect(winner?.winner == nil)
  }

  @Test func peopleReadTheStateAndTheFault() throws {
    let folder = try Folder()
    var blocks = try Blocks.original()
    let good = try Verifier.run([
      "export", try folder.file("good.txt", Array(blocks.text.utf8)),
    ])
    #expect(good.code == 0)
    #expect(good.text.contains("title                \"Glasfaser\"  [herten:1]\n"))
    #expect(good.text.hasSuffix("good.txt: good, 8 events\n"))
    blocks.change(7, "viel", "vieL")
    let bad = try Verifier.run([
      "export", try folder.file("bad.txt", Array(blocks.text.utf8)),
    ])
    #expect(bad.code == 1)
    let line = blocks.line(of: 7)
    #expect(bad.text.contains("bad.txt:\(line):"))
    #expect(bad.text.contains(": commitment: herten:1: "))
  }
}
