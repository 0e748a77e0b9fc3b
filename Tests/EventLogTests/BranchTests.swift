// A city whose log was restored from a backup and that wrote on: its line comes back from the hub.

import EventLog
import Events
import Foundation
import Testing

@Suite struct BranchTests {
  /// A region in which the city pushed one event, was copied, pushed two more, and was restored
  /// from the copy.
  private struct Restored {
    let region: Region
    let lost: [Event]
    let city: LogStore
    var path: String { region.folder.path("restored") }

    init(writing titles: String..., context: Context = .empty) throws {
      region = try Region()
      try region.push(try region.write("Eins"))
      try region.pull()
      region.city.close()
      let files = FileManager.default
      try files.copyItem(
        atPath: region.folder.path("city"), toPath: region.folder.path("restored"))
      let later = try LogStore(
        directory: region.folder.path("city"), site: herten, lineKey: key, role: .city)
      lost = try later.append([draft("Zwei"), draft("Drei")], now: moment(1), judge: applied)
        .map { try $0.get().event }
      try region.push(lost)
      later.close()
      city = try LogStore(
        directory: region.folder.path("restored"), site: herten, lineKey: key, role: .city)
      let drafts = titles.map { draft($0, context: context) }
      _ = try city.append(drafts, now: moment(2), judge: applied)
    }

    /// Takes back what the hub holds of the line.
    func takeBack(
      _ refolding: Refolding = .init(withdraw: { _, _ in }, apply: { _ in }, judge: applied)
    ) throws -> TakenBack {
      try city.takeBack(
        try region.blocks(after: city.position), upTo: Dot(herten, 3), now: moment(3),
        refolding: refolding)
    }

    func reader() throws -> LogReader { try LogReader(directory: path) }
  }

  // sync-67
  @Test func aLostTailComesBack() throws {
    let restored = try Restored()
    let taken = try restored.takeBack()
    #expect(taken == TakenBack(position: 3, own: 2, reissued: 0, isComplete: true))
    #expect(restored.city.headID(of: herten) == restored.lost.last?.id)
    try restored.city.checkInvariants()
    #expect(try restored.reader().verify(lineKey: key).fault == nil)
  }

  // sync-72, sync-73, sync-74, sync-76, log-44, log-45
  @Test func aTailIsWrittenAgainBehindTheHubsBranch() throws {
    let seen = Context(seen: VectorClock([Dot(herten, 1)]), dots: [])
    let restored = try Restored(writing: "Anders", context: seen)
    let old = try #require(try restored.reader().event(at: Dot(herten, 2))?.event)
    let next = draft("Weiter", context: Context(seen: VectorClock([Dot(herten, 2)]), dots: []))
    _ = try restored.city.append([next], now: moment(2), judge: applied)
    var withdrawn: (UInt64, Set<ItemID?>)?
    let taken = try restored.takeBack(
      Refolding(withdraw: { withdrawn = ($0, $1) }, apply: { _ in }, judge: applied))
    #expect(taken == TakenBack(position: 3, own: 2, reissued: 2, isComplete: true))
    #expect(withdrawn?.0 == 1 && withdrawn?.1 == [item()])
    try restored.city.checkInvariants()
    let reader = try restored.reader()
    #expect(try reader.verify(lineKey: key).fault == nil)
    let line = try reader.line(of: herten, after: 1, limit: 9).map(\.event)
    #expect(line.prefix(2).map(\.id) == restored.lost.map(\.id))
    let again = line[2]
    #expect(again.reissues == Event.Original(id: old.id, at: old.at))
    #expect(again.commitment == old.commitment && again.context == seen)
    #expect(line[3].context == Context(seen: seen.seen, dots: [Dot(herten, 4)]))
    #expect(try reader.pending().map(\.event.dot.seq) == [4, 5])
    #expect(try reader.branches() == 1)
  }

  // sync-75
  @Test func whatTheOtherBranchHoldsIsNotRepeated() throws {
    let restored = try Restored(writing: "Anders")
    let clone = restored.region.folder.path("clone")
    try FileManager.default.copyItem(atPath: restored.path, toPath: clone)
    _ = try restored.takeBack()
    try restored.region.push(
      try restored.reader().line(of: herten, after: 3, limit: 9).map(\.event))
    let other = try LogStore(directory: clone, site: herten, lineKey: key, role: .city)
    let taken = try other.takeBack(
      try restored.region.blocks(after: 1), upTo: Dot(herten, 4), now: moment(4),
      refolding: Refolding(withdraw: { _, _ in }, apply: { _ in }, judge: applied))
    #expect(taken == TakenBack(position: 4, own: 3, reissued: 0, isComplete: true))
    #expect(other.headID(of: herten) == restored.city.headID(of: herten))
    let numbers = try LogReader(directory: clone).renumberings(since: 0)
    #expect(numbers.count == 1 && numbers.first?.numbers[2] == 4)
  }

  // sync-72
  @Test func theOrderIsKeptAsideUntilTheHubsHeadHasCome() throws {
    let restored = try Restored(writing: "Anders")
    let head = restored.city.headID(of: herten)
    let blocks = try restored.region.blocks(after: 1)
    func take(_ part: ArraySlice<TransferText.Block>) throws -> TakenBack {
      try restored.city.takeBack(
        Array(part), upTo: Dot(herten, 3), now: moment(3),
        refolding: Refolding(withdraw: { _, _ in }, apply: { _ in }, judge: applied))
    }
    #expect(try take(blocks[..<2]) == TakenBack(position: 2))
    #expect(restored.city.headID(of: herten) == head && restored.city.position == 1)
    let whole = TakenBack(position: 3, own: 2, reissued: 1, isComplete: true)
    #expect(try take(blocks[2...]) == whole)
    #expect(try restored.reader().verify(lineKey: key).fault == nil)
  }

  // sync-72
  @Test func aFailureLeavesTheOldLine() throws {
    let restored = try Restored(writing: "Anders")
    let head = restored.city.headID(of: herten)
    restored.city.faults.beforeCommit = { throw LogError.otherWriter }
    #expect(throws: LogError.self) { try restored.takeBack() }
    restored.city.faults.beforeCommit = nil
    let reader = try restored.reader()
    #expect(try reader.headID(of: herten) == head)
    #expect(try reader.branches() == 0)
    #expect(try restored.takeBack().reissued == 1)
    #expect(try reader.verify(lineKey: key).fault == nil)
  }

  // sync-68
  @Test func aForgedTailIsNotTakenBack() throws {
    let restored = try Restored()
    var author = Author(herten)
    author.key = [1, 2, 3]
    let forged = try author.event(4, after: try #require(restored.lost.last?.id))
    try restored.region.push([forged])
    #expect(throws: LogError.forged(Dot(herten, 4))) { try restored.takeBack() }
    #expect(restored.city.heads[herten] == 1)
  }

  // sync-78
  @Test func aContextOfBeforeIsBroughtIntoTheNewNumbers() throws {
    let restored = try Restored(writing: "Anders")
    _ = try restored.takeBack()
    var page = draft("Seite", context: Context(seen: VectorClock([Dot(herten, 2)]), dots: []))
    page.branches = 0
    let written = try restored.city.append([page], now: moment(5), judge: applied)
    let context = Context(seen: VectorClock([Dot(herten, 1)]), dots: [Dot(herten, 4)])
    #expect(try written[0].get().event.context == context)
  }

  // sync-79
  @Test func bothHeadersOfAForkAreEvidence() throws {
    let restored = try Restored(writing: "Anders")
    let other = try #require(try restored.reader().event(at: Dot(herten, 2))?.event)
    let outcome = try restored.region.push([other])
    #expect(outcome.refused != nil)
    _ = try restored.takeBack()
    let proof = try #require(restored.lost.first)
    for reader in [try restored.region.reader(), try restored.reader()] {
      let proofs = try reader.forkProofs()
      #expect(proofs.count == 1)
      #expect(proofs.first?.dot == Dot(herten, 2))
      #expect(proofs.first?.held == Array(proof.header))
      #expect(proofs.first?.other == Array(other.header))
    }
  }
}
