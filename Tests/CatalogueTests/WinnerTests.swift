// Which of two values the public sees: the table of Protocols/merge.md §3.

import Catalogue
import Events
import Testing

/// Two writes of one field that did not know of each other, and who wins.
struct Duel: Sendable, CustomTestStringConvertible {
  let field: String
  let first: (site: SiteID, value: FieldValue, hour: Int)
  let second: (site: SiteID, value: FieldValue, hour: Int)
  let winner: FieldValue
  let rule: String

  init(
    _ rule: String, _ field: String, _ first: (SiteID, FieldValue, Int),
    _ second: (SiteID, FieldValue, Int), _ winner: FieldValue
  ) {
    self.rule = rule
    self.field = field
    self.first = first
    self.second = second
    self.winner = winner
  }

  var testDescription: String { "\(rule): \(field)" }
}

@Suite struct Winners {
  let item = sample(herten)

  /// Herten leads; marl and datteln take part. All are folded as applied: rights are not the
  /// matter.
  func duel(_ duel: Duel, secondFirst: Bool) -> ItemState? {
    var region = Region()
    region.tell(herten, "project.created", item, ["title": "A"])
    let screen = region.state[item]?.screen
    func hour(_ count: Int) -> Timestamp {
      region.time.advanced(milliseconds: Int64(count) * 3_600_000)
    }
    let times = (hour(duel.first.hour), hour(duel.second.hour))
    let first = region.draw(
      duel.first.site, "project.revised", item, [duel.field: duel.first.value], seeing: screen,
      at: times.0)
    let second = region.draw(
      duel.second.site, "project.revised", item, [duel.field: duel.second.value], seeing: screen,
      at: times.1)
    let far = region.time.advanced(milliseconds: 100 * 3_600_000)
    let order = secondFirst ? [second, first] : [first, second]
    for event in order {
      let position: UInt64 = event == first ? 51 : 52
      region.state.apply(event, stamp: Stamp(position: position, received: far))
    }
    return region.state[item]
  }

  @Test(arguments: [
    Duel("safe side", "state", (marl, "withdrawn", 1), (herten, "published", 9), "withdrawn"),
    Duel("safe side", "kreis/hidden", (kreis, true, 1), (kreis, .null, 9), true),
    Duel(
      "safe side", "expires", (marl, "2026-01-01T00:00:00.000Z", 1),
      (herten, "2027-01-01T00:00:00.000Z", 9), "2026-01-01T00:00:00.000Z"),
    Duel(
      "value before none", "expires", (marl, "2027-01-01T00:00:00.000Z", 1), (herten, .null, 9),
      "2027-01-01T00:00:00.000Z"),
    Duel("safe side", "mergedInto", (marl, .null, 1), (herten, "marl-aaaaaaaa", 9), .null),
    Duel("the Kreis's", "lead", (kreis, "marl", 1), (herten, "datteln", 9), "marl"),
    Duel("higher position", "lead", (marl, "marl", 9), (herten, "datteln", 1), "datteln"),
    Duel("higher position", "lead", (marl, "marl", 9), (herten, .null, 1), .null),
    Duel("value before none", "summary", (marl, "x", 1), (herten, .null, 9), "x"),
    Duel("the lead's", "summary", (herten, "x", 1), (marl, "y", 9), "x"),
    Duel("later", "summary", (datteln, "x", 1), (marl, "y", 9), "y"),
    Duel("site id", "summary", (marl, "x", 1), (datteln, "y", 1), "y"),
    Duel("seq", "summary", (marl, "x", 1), (marl, "y", 1), "y"),
  ])
  func theTableDecides(_ table: Duel) throws {
    for secondFirst in [false, true] where !secondFirst || table.first.site != table.second.site {
      let state = try #require(duel(table, secondFirst: secondFirst))
      #expect(state.winner(table.field)?.value == table.winner)
      #expect(state.conflicts.map(\.field) == [table.field])
      #expect(state.conflicts.first?.survivors.count == 2)
      #expect(state.conflicts.first?.survivors.first?.value == table.winner)
    }
  }

  @Test func aClockThatRunsAheadWinsNothing() {
    var region = Region()
    region.tell(herten, "project.created", item, ["title": "A"])
    let screen = region.state[item]?.screen
    let honest = region.time.advanced(milliseconds: 60_000)
    let wrong = region.time.advanced(milliseconds: 86_400_000 * 365)
    let ahead = region.draw(marl, "project.revised", item, ["cost": "x"], seeing: screen, at: wrong)
    let later = region.draw(
      datteln, "project.revised", item, ["cost": "y"], seeing: screen, at: honest)
    region.state.apply(ahead, stamp: Stamp(position: 51, received: Region.start))
    region.state.apply(later, stamp: Stamp(position: 52, received: honest))
    #expect(region.state[item]?.text("cost") == "y")
  }

  @Test func aReissuedEventCountsAtTheTimeOfItsOriginal() throws {
    var region = Region()
    region.tell(herten, "project.created", item, ["title": "A"])
    let screen = region.state[item]?.screen ?? .empty
    let early = region.time
    let other = region.draw(
      datteln, "project.revised", item, ["cost": "y"], seeing: screen,
      at: early.advanced(milliseconds: 1))
    let written = region.draw(
      marl, "project.revised", item, ["cost": "x"], seeing: screen,
      at: early.advanced(milliseconds: 999_999))
    let copy = try written.reissuing(.zero, at: early)
    let received = early.advanced(milliseconds: 9_999_999)
    region.state.apply(other, stamp: Stamp(position: 51, received: received))
    region.state.apply(copy, stamp: Stamp(position: 52, received: received))
    #expect(region.state[item]?.text("cost") == "y")
    #expect(region.state[item]?.winner("cost")?.dot == other.dot)
  }

  @Test func aCycleOfMergesEndsAtItsSmallestID() {
    let next = [
      sample(herten): sample(marl, 2), sample(marl, 2): sample(marl, 1),
      sample(marl, 1): sample(marl, 2), sample(datteln): sample(kreis),
    ]
    #expect(MergeChain.end(of: sample(herten)) { next[$0] } == sample(marl, 1))
    #expect(MergeChain.end(of: sample(datteln)) { next[$0] } == sample(kreis))
    #expect(MergeChain.end(of: sample(kreis)) { next[$0] } == sample(kreis))
  }
}

extension Event {
  /// The event as a copy of an original; its mac is of no interest here.
  fileprivate func reissuing(_ original: Digest, at: Timestamp) throws -> Event {
    let member = ",\"reissues\":{\"id\":\"\(original.hex)\",\"at\":\"\(at)\"}"
    let parts = String(decoding: text, as: UTF8.self).split(separator: ",\"prev\":")
    precondition(parts.count == 2, "a header has one prev, and the sample's values have none")
    return try Event(scanning: Array((parts[0] + member + ",\"prev\":" + parts[1]).utf8))
  }
}
