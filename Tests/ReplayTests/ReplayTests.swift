// What a rebuild promises: the same views as live folding, and a swap that is all or nothing.

import Catalogue
import EventLog
import Events
import Foundation
import Testing
import Views

@testable import Replay

@Suite struct Rebuild {
  /// State digest and rows of a node's live views, and of views rebuilt from its log.
  private func expectRebuiltIsLive(_ node: Node, _ seed: UInt64) throws {
    let outcome = try Replayer(directory: node.directory, kreis: kreis).rebuild()
    let rebuilt = try ViewReader(
      path: Generations(directory: node.directory).path(
        of: outcome.generation))
    #expect(outcome.isConsistent, "seed \(seed), \(node.site)")
    #expect(try rebuilt.digest() == node.views.digest(), "seed \(seed), \(node.site)")
    #expect(try rebuilt.position() == node.views.position(), "seed \(seed), \(node.site)")
    #expect(try rebuilt.rowsDigest() == node.views.rowsDigest(), "seed \(seed), \(node.site)")
    for row in try node.views.items(everything, at: Timestamp(milliseconds: 0)).rows {
      #expect(try rebuilt.state(row.id)?.encoded() == node.views.state(row.id)?.encoded())
    }
  }

  private var everything: ItemQuery {
    var query = ItemQuery()
    query.audience = .editors
    query.limit = 200
    return query
  }

  // view-4
  @Test(arguments: UInt64(1)...12)
  func liveAndRebuiltViewsAgreeInRandomHistories(_ seed: UInt64) throws {
    let region = try Region(seed: seed)
    for _ in 0..<60 { try region.act() }
    // With own events that nobody has answered yet.
    for node in region.cities + [region.hub] { try expectRebuiltIsLive(node, seed) }
    for city in region.cities + region.cities { try region.meet(city) }
    for node in region.cities + [region.hub] { try expectRebuiltIsLive(node, seed) }
    for city in region.cities {
      #expect(try city.views.digest() == region.hub.views.digest(), "seed \(seed)")
      #expect(try city.views.rowsDigest() == region.hub.views.rowsDigest(), "seed \(seed)")
    }
  }

  @Test func theRandomHistoriesHoldConflictsParkedEventsAndChangedVerdicts() throws {
    var changed = 0
    var parked = 0
    var conflicts = 0
    for seed in UInt64(1)...6 {
      let region = try Region(seed: seed)
      for _ in 0..<60 { try region.act() }
      for city in region.cities + region.cities { try region.meet(city) }
      for city in region.cities {
        for event in try city.reader.line(of: city.site, after: 0, limit: .max) {
          if event.provisional != event.verdict { changed += 1 }
          if event.verdict == .parked { parked += 1 }
        }
      }
      conflicts += try region.hub.views.conflicts().count
    }
    #expect(changed > 0 && parked > 0 && conflicts > 0, "\(changed), \(parked), \(conflicts)")
  }

  @Test func whatArrivesDuringARebuildIsCaughtUp() throws {
    let region = try Region(seed: 10)
    for _ in 0..<20 { try region.act() }
    var isWritten = false
    let outcome = try Replayer(directory: region.hub.directory, kreis: kreis).rebuild { progress in
      guard progress.step == .finishing, !isWritten else { return true }
      isWritten = true
      let draft = EventDraft(
        type: "news.created", item: ItemID("kreis-aaaaaaaa"), writes: [.init("title", "Spät")])
      #expect(throws: Never.self) { try region.hub.write(draft, now: region.tick()) }
      return true
    }
    #expect(isWritten)
    #expect(outcome.position == region.hub.log.position)
    #expect(outcome.oldDigest == outcome.digest)
  }

  // merge-2, view-3
  @Test func aVerdictThatTheHubSeesOtherwiseIsFoldedAnew() throws {
    let region = try Region(seed: 1)
    let city = region.cities[0]
    let marlNode = region.cities[1]
    let id = ItemID("marl-aaaaaaaa")!  // A valid id.
    for node in region.cities { try region.meet(node) }
    try marlNode.write(
      EventDraft(type: "project.created", item: id, writes: [.init("title", "Onleihe")]),
      now: region.tick())
    try marlNode.write(
      EventDraft(
        type: "item.invited", item: id, context: try marlNode.screen(id),
        writes: [.init("invited/herten", true)]), now: region.tick())
    try region.meet(marlNode)
    try region.meet(city)
    // While Herten joins, Marl takes the invitation back.
    try city.write(
      EventDraft(
        type: "item.joined", item: id, context: try city.screen(id),
        writes: [.init("participant/herten", ["status": "running"])]), now: region.tick())
    #expect(try city.views.row(id)?.sites == [herten, marl])
    try marlNode.write(
      EventDraft(
        type: "item.invited", item: id, context: try marlNode.screen(id),
        writes: [.init("invited/herten", .null)]), now: region.tick())
    try region.meet(marlNode)
    try region.meet(city)
    #expect(
      try city.reader.line(of: herten, after: 0, limit: .max).last?.verdict == .void(.noRight))
    #expect(try city.views.row(id)?.sites == [marl])
    #expect(try city.views.digest() == region.hub.views.digest())
    try expectRebuiltIsLive(city, 1)
  }

  // view-2
  @Test func whatIsFoldedInAlreadyIsPassedOver() throws {
    let region = try Region(seed: 3)
    for _ in 0..<20 { try region.act() }
    let writer = region.hub.writer
    let before = (writer.position, writer.digest, try region.hub.views.rowsDigest())
    let fold = try writer.begin()
    for event in try region.hub.reader.events(after: 0, limit: .max) { try fold.apply(event) }
    #expect(try fold.commit().isEmpty)
    #expect(writer.position == before.0 && writer.digest == before.1)
    #expect(try region.hub.views.rowsDigest() == before.2)
  }

  @Test func aFoldThatIsLetGoChangesNothing() throws {
    let region = try Region(seed: 4)
    let before = try region.hub.views.rowsDigest()
    let fold = try region.hub.writer.begin()
    let draft = EventDraft(
      type: "news.created", item: ItemID("kreis-aaaaaaaa"), writes: [.init("title", "Nie")])
    var random = Seeded(state: 1)
    let event = try draft.event(
      at: Dot(kreis, 3), time: region.tick(), prev: .zero, lineKey: lineKey, using: &random)
    #expect(try fold.judge(event) == .applied)
    #expect(try region.hub.views.rowsDigest() == before)
    #expect(try region.hub.writer.begin().commit().isEmpty)
  }

  @Test func anUninterruptedSwapKeepsOneGenerationToGoBackTo() throws {
    let region = try Region(seed: 5)
    let replayer = Replayer(directory: region.hub.directory, kreis: kreis)
    let first = try #require(replayer.generations.current())
    for _ in 0..<3 { _ = try replayer.rebuild() }
    #expect(replayer.generations.current() == first + 3)
    #expect(replayer.generations.all() == [first + 2, first + 3])
  }

  @Test func aCancelledRebuildLeavesNothingBehind() throws {
    let region = try Region(seed: 6)
    let replayer = Replayer(directory: region.hub.directory, kreis: kreis)
    let before = (replayer.generations.current(), replayer.generations.all())
    #expect(throws: ReplayError.cancelled) { _ = try replayer.rebuild { _ in false } }
    #expect(throws: ReplayError.cancelled) {
      _ = try replayer.rebuild { $0.step != .finishing }
    }
    #expect(replayer.generations.current() == before.0)
    #expect(replayer.generations.all() == before.1)
  }

  @Test func aCompanionOfARebuildThatDiedIsNotInTheWayOfTheNext() throws {
    let region = try Region(seed: 7)
    let replayer = Replayer(directory: region.hub.directory, kreis: kreis)
    let words = replayer.generations.path(of: replayer.generations.next()) + ".words"
    try Data("half".utf8).write(to: URL(filePath: words))
    #expect(try replayer.rebuild().isConsistent)
    #expect(!FileManager.default.fileExists(atPath: words))
  }

  @Test func aTornGenerationIsNeverOpenedAndSweptAway() throws {
    let region = try Region(seed: 7)
    let replayer = Replayer(directory: region.hub.directory, kreis: kreis)
    let torn = replayer.generations.next()
    try Data("half".utf8).write(to: URL(filePath: replayer.generations.path(of: torn)))
    #expect(try replayer.openCurrent().path != replayer.generations.path(of: torn))
    let outcome = try replayer.rebuild()
    #expect(outcome.generation == torn + 1)
    #expect(!replayer.generations.all().contains(torn) || replayer.generations.all().count == 2)
  }

  @Test func progressRunsThroughItsSteps() throws {
    let region = try Region(seed: 9)
    for _ in 0..<10 { try region.act() }
    var steps: [Replayer.Progress.Step] = []
    _ = try Replayer(directory: region.hub.directory, kreis: kreis).rebuild { progress in
      #expect(progress.done <= progress.total)
      if steps.last != progress.step { steps.append(progress.step) }
      return true
    }
    #expect(steps == [.folding, .inserting, .finishing])
  }
}
