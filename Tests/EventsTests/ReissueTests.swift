// Contexts and events in the numbers of a line that was cut and written again.

import Events
import Testing

@Suite struct ReissueTests {
  private static func numbers(_ pairs: [(UInt64, UInt64)], fork: UInt64 = 3) -> Renumbering {
    var numbers = Renumbering(of: "a", fork: fork)
    for (old, new) in pairs { numbers.add(old, became: new) }
    return numbers
  }

  // sync-76
  @Test func aContextHoldsTheSameEventsUnderTheirNewNumbers() {
    let became: [UInt64: UInt64] = [4: 9, 5: 10, 6: 5, 7: 11, 8: 12]
    let numbers = Self.numbers(became.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    for mask in 0..<256 {
      let all: [UInt64] = [1, 2, 3, 4, 5, 6, 7, 8]
      let held = all.filter { mask >> Int($0 - 1) & 1 == 1 }
      for prefix in UInt64(0)...8 {
        let old = Context(
          seen: VectorClock([Dot("a", prefix), Dot("b", 2)]),
          dots: held.map { seq in Dot("a", seq) } + [Dot("b", 9)])
        let new = old.remapped(by: numbers)
        for seq in UInt64(1)...8 {
          let now = seq <= 3 ? seq : became[seq] ?? 0
          #expect(new.contains(Dot("a", now)) == old.contains(Dot("a", seq)))
        }
        for seq in [4, 6, 7, 8, 13] as [UInt64] { #expect(!new.contains(Dot("a", seq))) }
        #expect(new.contains(Dot("b", 9)) && new.seen["b"] == 2)
      }
    }
  }

  @Test func aDotWithoutANewNumberIsLeftOut() {
    let old = Context(seen: VectorClock([Dot("a", 5)]), dots: [])
    let new = old.remapped(by: Self.numbers([(4, 9)]))
    #expect(new == Context(seen: VectorClock([Dot("a", 3)]), dots: [Dot("a", 9)]))
  }

  @Test func overTheLimitARemappedContextClaimsLess() {
    let pairs: [(UInt64, UInt64)] = (0..<40).map { (4 + $0, 100 + 2 * $0) }
    let old = Context(seen: VectorClock([Dot("a", 50)]), dots: [])
    #expect(
      old.remapped(by: Self.numbers(pairs)).also.count == Context.maximumExceptions)
  }

  // sync-74
  @Test func aReissuedEventKeepsItsFieldsAndNamesItsOriginal() throws {
    let event = try Sample.event(Sample.draft)
    let dot = Dot(event.dot.site, event.dot.seq + 5)
    func again(_ event: Event) throws -> Event {
      try event.reissued(
        at: dot, time: event.at, prev: event.id, context: .empty, lineKey: [1, 2, 3])
    }
    let once = try again(event)
    #expect(once.isAuthentic(lineKey: [1, 2, 3]))
    #expect(once.reissues == Event.Original(id: event.id, at: event.at))
    #expect(once.text[once.headerLength...] == event.text[event.headerLength...])
    #expect(once.dot == dot && once.type == event.type && once.by == event.by)
    #expect(try again(once).reissues == once.reissues)
  }
}
