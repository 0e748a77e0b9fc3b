// The tree of the log: stored with the receipts, read again, proved from, and compared.
// Protocols/tree.md, Protocols/log.md §2.

import EventLog
import Events
import Foundation
import SQLite
import Testing

extension Region {
  /// Events of the hub's own line, some hundred in a commit.
  func fill(_ count: Int, step: Int = 200) throws {
    var left = count
    while left > 0 {
      let drafts = (0..<min(step, left)).map { draft("Nr. \(left - $0)") }
      _ = try hub.append(drafts, now: moment(5), judge: applied)
      left -= drafts.count
    }
    try hub.checkInvariants()
  }
}

/// The tree over receipt lines.
private func tree(_ lines: [[UInt8]]) -> TreeHead {
  var edge = TreeEdge()
  for line in lines { edge.append(Receipt.leaf(of: line)) }
  return edge.head
}

private func lines(_ reader: LogReader) throws -> [[UInt8]] {
  try reader.events(after: 0, limit: .max).compactMap { $0.receipt?.line }
}

@Suite struct TreeTests {
  // log-42
  @Test(arguments: [1, 7, 255, 256, 257, 600]) func theStoredTreeIsThatOfTheReceipts(
    step: Int
  ) throws {
    let region = try Region()
    try region.fill(step == 1 ? 300 : 1_300, step: step)
    let reader = try region.reader()
    let all = try lines(reader)
    #expect(region.hub.treeHead == tree(all))
    for size in [0, 1, 2, 255, 256, 257, 300, 511, 512, 513, 1_299, 1_300] where size <= all.count {
      #expect(try reader.treeHead(at: UInt64(size)) == tree(Array(all.prefix(size))))
    }
    #expect(try reader.verify().fault == nil)
    #expect(try reader.verify().tree == region.hub.treeHead)
  }

  @Test func aLogThatIsOpenedAgainGoesOnWithItsTree() throws {
    let region = try Region()
    try region.fill(400)
    region.hub.close()
    let hub = try LogStore(
      directory: region.folder.path("hub"), site: kreis, lineKey: key, role: .hub)
    _ = try hub.append([draft("Eins")], now: moment(9), judge: applied)
    try hub.checkInvariants()
    #expect(hub.treeHead == tree(try lines(region.reader())))
  }

  @Test func everyReceiptAndEveryEarlierOrderIsProved() throws {
    let region = try Region()
    try region.fill(600)
    let reader = try region.reader()
    for seq in stride(from: 1, through: 600, by: 37) as StrideThrough<UInt64> {
      let found = try #require(try reader.inclusion(of: Dot(kreis, seq)))
      let proof = InclusionProof(
        receipt: found.receipt.line, index: found.receipt.position - 1, path: found.path,
        checkpoint: Checkpoint(region: String(repeating: "0", count: 32), head: found.head))
      #expect(try proof.check().dot == Dot(kreis, seq))
      let grown = try #require(try reader.consistency(from: seq, to: 600))
      #expect(MerkleTree.isConsistent(grown.old, grown.new, path: grown.path))
      #expect(grown.new == region.hub.treeHead)
    }
    #expect(try reader.inclusion(of: Dot(kreis, 601)) == nil)
    #expect(try reader.consistency(from: 1, to: 601) == nil)
    #expect(try reader.consistency(from: 0, to: 1) == nil)
  }

  // tree-2
  @Test func aTileHasItsHashesOnceTheyAreThere() throws {
    let region = try Region()
    try region.fill(600)
    let reader = try region.reader()
    let leaves = try lines(reader).map { Receipt.leaf(of: $0) }
    #expect(
      try reader.tile(level: 0, number: 1, width: 256) == leaves[256..<512].flatMap(\.bytes))
    #expect(try reader.tile(level: 0, number: 2, width: 88) == leaves[512...].flatMap(\.bytes))
    #expect(try reader.tile(level: 0, number: 2, width: 89) == nil)
    let roots = [0, 1].map { tile in
      tree(Array((try? lines(reader))?.dropFirst(tile * 256).prefix(256) ?? [])).root
    }
    #expect(try reader.tile(level: 1, number: 0, width: 2) == roots.flatMap(\.bytes))
    #expect(try reader.tile(level: 1, number: 0, width: 3) == nil)
    #expect(try reader.tile(level: 2, number: 0, width: 1) == nil)
    #expect(try reader.tile(level: 8, number: 0, width: 1) == nil)
    #expect(try reader.tile(level: 1, number: .max, width: 1) == nil)
  }

  /// What a test does to the file, and how it is named.
  // log-18
  @Test(
    arguments: [
      ("UPDATE tiles SET hash = zeroblob(32) WHERE number = 0", 1),
      ("UPDATE tiles SET hash = substr(hash, 1, 31) WHERE number = 1", 257),
      ("UPDATE tiles SET hash = CAST(hash || x'00' AS BLOB) WHERE number = 1", 257),
      ("DELETE FROM tiles", 1), ("DELETE FROM tiles WHERE number = 1", 257),
      ("UPDATE tiles SET number = number + 9", 1),
      ("INSERT INTO tiles VALUES(1, 2, zeroblob(32))", nil),
      ("INSERT INTO tiles VALUES(2, 0, zeroblob(32))", nil),
      ("INSERT INTO tiles VALUES(0, 0, zeroblob(32))", nil),
      ("INSERT INTO tiles VALUES(1, -1, zeroblob(32))", nil),
      ("INSERT INTO tiles VALUES(-1, -1, zeroblob(0))", nil),
      ("INSERT INTO witnesses VALUES(1, 1)", nil),
    ] as [(String, Int?)])
  func aChangedTileIsFoundAndTheFirstPositionNamed(sql: String, position: Int?) throws {
    let region = try Region()
    try region.fill(600)
    region.hub.close()
    let file = try Connection(path: region.folder.path("hub/log.sqlite"), mode: .readWrite)
    try file.execute(sql)
    let fault = try #require(try region.reader().verify().fault)
    switch fault.reason {
    case .tile, .witnesses: break
    default: Issue.record("\(fault)")
    }
    // What is too much is found behind all receipts.
    #expect(fault.position == position.map { UInt64($0) })
  }

  @Test func anyFlippedBitOfATileIsFound() throws {
    let region = try Region()
    try region.fill(300)
    region.hub.close()
    let file = try Connection(path: region.folder.path("hub/log.sqlite"), mode: .readWrite)
    let good = try #require(try file.statement("SELECT hash FROM tiles").first { $0.blob(0) })
    let update = try file.statement("UPDATE tiles SET hash = ?1")
    let reader = try region.reader()
    for bit in stride(from: 0, to: 256, by: 5) {
      var tile = good
      tile[bit / 8] ^= 1 << UInt8(bit % 8)
      try update.run(tile)
      #expect(try reader.verify().fault?.position == 1)
    }
  }
}

@Suite struct HubTreeAtACity {
  // tree-22
  @Test func anAnswerWithAnotherTreeIsNotStoredAndBothTreesAreKept() throws {
    let region = try Region()
    try region.push(try region.write("Eins", "Zwei"))
    let before = region.city.treeHead
    let other = TreeHead(size: 2, root: .zero)
    let both = Contradiction(told: other, held: region.hub.treeHead)
    #expect(throws: LogError.otherTree(both)) {
      try region.city.accept(region.blocks(), as: other, now: moment(70))
    }
    #expect(region.city.treeHead == before)
    let kept = try region.reader("city").contradictions()
    #expect(kept.map(\.1) == [both])
    #expect(kept.map(\.at) == [moment(70).description])
    // A second time adds nothing, and the truth is taken.
    #expect(throws: LogError.otherTree(both)) {
      try region.city.accept(region.blocks(), as: other, now: moment(90))
    }
    #expect(try region.reader("city").contradictions().count == 1)
    #expect(
      try region.city.accept(region.blocks(), as: region.hub.treeHead, now: moment(99)).count == 2)
    #expect(region.city.treeHead == region.hub.treeHead)
  }

  @Test func anAnswerWithoutReceiptsIsComparedToo() throws {
    let region = try Region()
    try region.push(try region.write("Eins"))
    try region.pull()
    #expect(try region.city.accept([], as: region.hub.treeHead, now: moment(99)).isEmpty)
    #expect(throws: LogError.self) {
      try region.city.accept([], as: TreeHead(size: 1, root: .zero), now: moment(99))
    }
    #expect(throws: LogError.self) { try region.city.accept([], as: .empty, now: moment(99)) }
  }

  /// The hub gives the same events other receipts, with a tree that fits them.
  @Test func aHubThatRewroteItsReceiptsIsFoundByTheCityAtTheNextPull() throws {
    let region = try Region()
    let events = try region.write("Eins", "Zwei", "Drei")
    try region.push(Array(events.prefix(2)))
    try region.pull()
    // A second hub tells another story: the verdict on the first event is another one.
    let liar = try LogStore(
      directory: region.folder.path("liar"), site: kreis, lineKey: key, role: .hub)
    _ = try liar.ingest(events, admitted: [herten], now: moment(10)) { event in
      event.dot.seq == 1 ? .void(.noRight) : .applied
    }
    let reader = try LogReader(directory: region.folder.path("liar"))
    #expect(try reader.verify().fault == nil)
    var text: [UInt8] = []
    try reader.rows(after: 2, limit: 10).appendTransferText(to: &text)
    let blocks = try TransferText.blocks(text)
    #expect(throws: LogError.self) {
      try region.city.accept(blocks, as: liar.treeHead, now: moment(99))
    }
    #expect(region.city.position == 2)
  }
}

@Suite struct WitnessTests {
  private func witness(_ region: Region, _ head: TreeHead, at now: Int64 = 30) throws -> Event {
    let result = try region.city.append([Witness.draft(head)], now: moment(now), judge: applied)
    return try result[0].get().event
  }

  // log-43
  @Test func theLogTellsWhoConfirmedWhatAndWhen() throws {
    let region = try Region()
    try region.push(try region.write("Eins", "Zwei"))
    try region.pull()
    let reader = try region.reader("city")
    #expect(try reader.lastOwnWitness() == nil)
    #expect(try reader.firstReceived() == moment(10))
    try region.push([try witness(region, region.city.treeHead)])
    let told = try region.reader("hub").witnesses()
    #expect(told.map(\.dot) == [Dot(herten, 3)])
    #expect(told.map(\.head.size) == [2])
    #expect(try reader.lastOwnWitness()?.head.size == 2)
    #expect(try reader.lastOwnWitness()?.at == moment(30))
    #expect(try region.reader("hub").lastOwnWitness() == nil)
    #expect(try region.reader("hub").verify().contradicted == [])
  }

  // log-19, tree-24
  @Test func aWitnessOfAnotherTreeIsNamedAndTheLogIsWholeAllTheSame() throws {
    let region = try Region()
    try region.push(try region.write("Eins", "Zwei"))
    let good = region.hub.treeHead
    let stated = [
      good, TreeHead(size: 2, root: .zero), TreeHead(size: 1, root: good.root),
      TreeHead(size: 90, root: good.root),
    ]
    for head in stated { try region.push([try witness(region, head)]) }
    // Nobody confirms a tree that holds his own word.
    let all = region.hub.treeHead
    try region.push([try witness(region, TreeHead(size: 7, root: all.root))])
    let report = try region.reader("hub").verify()
    #expect(report.fault == nil)
    #expect(Set(report.contradicted) == Set([4, 5, 6, 7].map { Dot(herten, $0) }))
  }

  /// The hub gives all receipts anew, with a fresh tree; the witness is on the city's line.
  @Test func anOrderThatWasRewrittenIsContradictedByTheWitnessInIt() throws {
    let region = try Region()
    let events = try region.write("Eins", "Zwei")
    try region.push(events)
    try region.pull()
    let witness = try witness(region, region.city.treeHead)
    let liar = try LogStore(
      directory: region.folder.path("liar"), site: kreis, lineKey: key, role: .hub)
    _ = try liar.ingest(events + [witness], admitted: [herten], now: moment(999), judge: applied)
    let report = try LogReader(directory: region.folder.path("liar")).verify()
    #expect(report.fault == nil)
    #expect(report.contradicted == [Dot(herten, 3)])
  }
}
