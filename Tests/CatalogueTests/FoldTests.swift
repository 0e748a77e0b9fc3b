// What folding does to one item: registers, screens, stamps, digest. Protocols/merge.md §2.

import Catalogue
import Events
import Testing

@Suite struct Folding {
  let item = sample(herten)

  func created(_ writes: [String: FieldValue] = ["title": "Pegel"]) -> Region {
    var region = Region()
    region.tell(herten, "project.created", item, writes)
    return region
  }

  @Test func aCreationMakesAnItemOfItsKind() {
    let region = created()
    #expect(region.state[item]?.kind == .project)
    #expect(region.state[item]?.title == "Pegel")
    #expect(region.state[item]?.lead == herten)
    #expect(region.state[item]?.isWithdrawn == false)
  }

  @Test func twoEditorsWhoDidNotKnowMakeAConflictAndOneWhoSawBothSettlesIt() {
    var region = created()
    let screen = region.state[item]?.screen
    region.tell(herten, "project.revised", item, ["title": "A"], seeing: screen)
    region.tell(herten, "project.revised", item, ["title": "B"], seeing: screen)
    #expect(region.state[item]?.conflicts.map(\.field) == ["title"])
    #expect(region.state[item]?.survivors("title").count == 2)
    region.tell(herten, "conflict.settled", item, ["title": "A und B"])
    #expect(region.state[item]?.hasConflict == false)
    #expect(region.state[item]?.title == "A und B")
  }

  @Test func equalValuesAreNoConflict() {
    var region = created()
    let screen = region.state[item]?.screen
    region.tell(herten, "project.revised", item, ["cost": "5"], seeing: screen)
    region.tell(herten, "project.revised", item, ["cost": "5"], seeing: screen)
    #expect(region.state[item]?.survivors("cost").count == 2)
    #expect(region.state[item]?.hasConflict == false)
  }

  @Test func clearingAgainstAValueIsAConflict() {
    var region = created(["title": "A", "cost": "5"])
    let screen = region.state[item]?.screen
    region.tell(herten, "project.revised", item, ["cost": .null], seeing: screen)
    region.tell(herten, "project.revised", item, ["cost": "6"], seeing: screen)
    #expect(region.state[item]?.conflicts.map(\.field) == ["cost"])
    #expect(region.state[item]?.text("cost") == "6")
  }

  /// Tab A opens, a colleague saves, tab A saves and goes on: its second save has seen its first,
  /// not the colleague's.
  @Test func aTabThatGoesOnReplacesItsOwnSaveAndNotTheColleagues() throws {
    var region = created()
    let opened = try #require(region.state[item]?.screen)
    region.tell(herten, "project.revised", item, ["title": "Kollegin"], seeing: opened)
    let first = region.draw(herten, "project.revised", item, ["title": "Tab 1"], seeing: opened)
    region.judge(first)
    let context = Context(seen: opened.seen, dots: [first.dot])
    #expect(!context.also.isEmpty)
    region.tell(herten, "project.revised", item, ["title": "Tab 2"], seeing: context)
    let texts = region.state[item]?.survivors("title").map { $0.value?.text }
    #expect(texts == ["Kollegin", "Tab 2"])
  }

  @Test func anErasedWriteReplacesWhatItSawAndNeverWins() throws {
    var region = created(["title": "A", "cost": "5"])
    let screen = region.state[item]?.screen
    let written = region.draw(herten, "project.revised", item, ["cost": "Name"], seeing: screen)
    let erased = try written.erasing("cost")
    #expect(region.judge(erased) == .applied)
    #expect(region.state[item]?.survivors("cost").map(\.isErased) == [true])
    #expect(region.state[item]?.value("cost") == nil)
    region.tell(herten, "project.revised", item, ["cost": "6"], seeing: screen)
    #expect(region.state[item]?.text("cost") == "6")
    #expect(region.state[item]?.hasConflict == false)
  }

  @Test func erasedBytesDoNotChangeTheDigest() throws {
    var region = created()
    var other = region
    let written = region.draw(herten, "project.revised", item, ["cost": "Name"])
    region.judge(written)
    other.judge(try written.erasing("cost"))
    #expect(region.state.digest == other.state.digest)
  }

  @Test func aControlFieldCannotBeErased() throws {
    var region = created()
    let written = region.draw(herten, "item.withdrawn", item, ["state": "withdrawn"])
    #expect(region.judge(try written.erasing("state")) == .void(.invalidField))
  }

  @Test func anErasedEntryKeepsItsSiteAmongTheParticipants() throws {
    var region = created()
    region.tell(herten, "item.invited", item, ["invited/marl": true])
    let entry = region.draw(
      marl, "item.joined", item, ["participant/marl": ["contact": "Name", "status": "running"]])
    #expect(region.judge(try entry.erasing("participant/marl")) == .applied)
    #expect(region.state[item]?.participants == [marl])
  }

  @Test func aDuplicateChangesNothing() {
    var region = created()
    let first = region.draw(herten, "project.revised", item, ["title": "A"])
    region.judge(first)
    region.tell(herten, "project.revised", item, ["title": "B"])
    let digest = region.state.digest
    region.state.apply(first, stamp: Stamp(position: 99, received: region.time))
    #expect(region.state.digest == digest)
    #expect(region.state[item]?.title == "B")
  }

  @Test func theReceiptOfAnEventThatWasFoldedBeforeIsItsStamp() {
    var region = created()
    let event = region.draw(herten, "project.revised", item, ["title": "A"])
    region.state.apply(event, stamp: nil)
    #expect(region.state[item]?.winner("title")?.stamp == nil)
    let stamp = Stamp(position: 99, received: Region.start)
    var other = region.state
    region.state.apply(event, stamp: stamp)
    other.stamp(event.dot, item: item, stamp)
    #expect(region.state[item]?.winner("title")?.stamp == stamp)
    #expect(other[item]?.winner("title")?.stamp == stamp)
  }

  // merge-11
  @Test func aScreenDoesNotClaimWhatIsVoidForNowOnly() throws {
    var region = created()
    let void = region.draw(marl, "project.revised", item, ["cost": "x"])
    region.state.fold(void, verdict: .void(.noRight), stamp: nil)
    let next = region.draw(marl, "project.revised", item, ["funding": "y"])
    region.state.apply(next, stamp: nil)
    let screen = try #require(region.state[item]?.screen)
    #expect(!screen.contains(void.dot))
    #expect(screen.contains(next.dot))
    region.state.fold(
      void, verdict: .void(.noRight), stamp: Stamp(position: 9, received: Region.start))
    #expect(region.state[item]?.pendingVoids == [])
  }

  // MARK: - Partial states

  @Test func theDigestOfAPartialStateIsKeptByDifference() throws {
    var region = created()
    region.tell(herten, "news.created", sample(herten, 2), ["title": "B"])
    let whole = region.state.digest
    var partial = CatalogueState(kreis: kreis, digest: whole)
    partial.load(try #require(region.state[item]))
    #expect(partial.digest == whole)
    let event = region.draw(herten, "project.revised", item, ["title": "C"])
    region.judge(event)
    partial.apply(event, stamp: nil)
    partial.checkInvariants()
    #expect(partial.digest == region.state.digest)
    #expect(partial.takeTouched().map(\.id) == [item])
    #expect(partial.takeTouched().isEmpty)
  }

  @Test func whatIsForgottenAndFoldedAnewIsAsItWas() {
    var region = Region()
    let event = region.draw(herten, "project.created", item, ["title": "A"])
    let before = region.state.digest
    region.judge(event)
    let after = region.state.digest
    #expect(before != after)
    region.state.forget(item)
    #expect(region.state.digest == before)
    region.state.apply(event, stamp: nil)
    #expect(region.state.digest == after)
    region.state.checkInvariants()
  }

  @Test func theDigestIsTheSumThatTheSpecStates() throws {
    var region = Region(admitting: [])
    let event = region.draw(herten, "project.created", item, ["cost": "5", "title": "A"])
    region.judge(event)
    var sum = Digest.zero
    for field in event.fields {
      let text = Array("\(item)\0\(field.name)\0\(event.dot)\0".utf8) + field.hash.bytes
      sum = sum &+ SHA256.hash(text)
    }
    #expect(region.state.digest == sum)
  }

  @Test func theMembershipIsPartOfTheDigest() {
    var region = Region()
    let before = region.state.digest
    region.judge(region.write(kreis, Membership.draft(marl, name: "Marl", .left)))
    #expect(region.state.digest != before)
    #expect(region.state.membership.members.map(\.site) == [datteln, herten, kreis, marl])
    #expect(region.state.membership.members.map(\.hasLeft) == [false, false, false, true])
    #expect(region.state.takeTouched().last?.id == nil)
  }
}

extension Event {
  /// The event with one field line erased, as every node would keep it.
  func erasing(_ name: String) throws -> Event {
    var lines = text.split(separator: 0x0a).map { Array($0) }
    for (index, field) in fields.enumerated() where field.name == name {
      lines[index + 1] = Array("{\"f\":\"\(name)\",\"x\":\"\(field.hash.hex)\"}".utf8)
    }
    return try Event(scanning: lines.flatMap { $0 + [0x0a] })
  }
}
