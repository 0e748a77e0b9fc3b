// The laws of vector clocks and contexts, by exhaustion for small ones.

import Events
import Testing

struct ClockTests {
  /// Every clock of three lines up to three events each.
  private static let small: [VectorClock] = (0..<64).map { number in
    let sites: [SiteID] = ["a", "b", "c"]
    return VectorClock((0..<3).map { Dot(sites[$0], UInt64(number >> ($0 * 2) & 3)) })
  }

  private func merged(_ a: VectorClock, _ b: VectorClock) -> VectorClock {
    var result = a
    result.merge(b)
    return result
  }

  @Test func mergingIsIdempotentCommutativeAndAssociative() {
    var broken = 0
    for a in ClockTests.small {
      if merged(a, a) != a { broken += 1 }
      for b in ClockTests.small {
        if merged(a, b) != merged(b, a) { broken += 1 }
        for c in ClockTests.small where merged(merged(a, b), c) != merged(a, merged(b, c)) {
          broken += 1
        }
      }
    }
    #expect(broken == 0)
  }

  @Test func mergingIsTheLeastUpperBound() {
    for a in ClockTests.small {
      for b in ClockTests.small {
        let bound = merged(a, b)
        #expect(bound.covers(a) && bound.covers(b))
        for c in ClockTests.small where c.covers(a) && c.covers(b) && !c.covers(bound) {
          Issue.record("\(c) covers both and not their merge")
        }
      }
    }
  }

  // clock-2
  @Test func comparingAgreesWithTheDotsThatAreCovered() {
    let sites: [SiteID] = ["a", "b", "c"]
    let dots = sites.flatMap { site in (1...3).map { Dot(site, $0) } }
    for a in ClockTests.small {
      for b in ClockTests.small {
        let (inA, inB) = (Set(dots.filter(a.covers)), Set(dots.filter(b.covers)))
        let expected: ClockOrder =
          inA == inB
          ? .equal
          : inA.isStrictSuperset(of: inB)
            ? .after : inB.isStrictSuperset(of: inA) ? .before : .concurrent
        #expect(a.compare(b) == expected)
        #expect((a == b) == (expected == .equal))
      }
    }
  }

  @Test func entriesAscendAndAreNeverZero() {
    for clock in ClockTests.small {
      #expect(clock.entries.allSatisfy { $0.seq > 0 })
      #expect(zip(clock.entries, clock.entries.dropFirst()).allSatisfy { $0.site < $1.site })
    }
    #expect(VectorClock([Dot("a", 0)]).isEmpty)
    #expect(VectorClock([Dot("a", 3), Dot("a", 2)])["a"] == 3)
  }

  @Test(arguments: Vector.all("clocks").filter { $0.heads["merge"] != nil })
  func everyVectorComparesAndMergesAsItSays(vector: Vector) throws {
    let a = VectorClock(try dots(vector, "a"))
    let b = VectorClock(try dots(vector, "b"))
    #expect("\(a.compare(b))" == vector.heads["expect"])
    #expect(merged(a, b).entries == (try dots(vector, "merge")))
    #expect(merged(b, a).entries == (try dots(vector, "merge")))
  }
}

/// The dots that stand in a head of a vector.
private func dots(_ vector: Vector, _ head: String) throws -> [Dot] {
  try #require(vector.heads[head]).split(separator: " ").map { try #require(Dot(String($0))) }
}

struct ContextTests {
  @Test(arguments: Vector.all("clocks").filter { $0.heads["seen"] != nil })
  func everyVectorGivesTheContextThatItSays(vector: Vector) throws {
    let context = Context(
      seen: VectorClock(try dots(vector, "seen")), dots: try dots(vector, "dots"))
    #expect(context.seen.entries == (try dots(vector, "expect-seen")))
    let also = context.also.map(\.description).joined(separator: " ")
    #expect(also == vector.heads["expect-also"])
  }

  // clock-5
  @Test func aContextContainsWhatItWasMadeFromAndNothingElse() {
    // Every set of dots of two lines up to five events each, over every prefix of one line.
    let all = (["a", "b"] as [SiteID]).flatMap { site in (1...5).map { Dot(site, $0) } }
    for mask in 0..<1024 {
      let dots = all.indices.filter { mask >> $0 & 1 == 1 }.map { all[$0] }
      for prefix in UInt64(0)...3 {
        let seen = VectorClock([Dot("a", prefix)])
        let context = Context(seen: seen, dots: dots)
        let wrong = all.filter {
          context.contains($0) != (seen.covers($0) || dots.contains($0))
        }
        #expect(wrong.isEmpty, "mask \(mask), prefix \(prefix)")
      }
    }
  }

  @Test func overTheLimitAContextClaimsLessAndNeverMore() {
    let dots = (1...100).map { Dot("a", UInt64($0) * 2) }
    let context = Context(seen: VectorClock(), dots: dots)
    #expect(context.also.count == Context.maximumExceptions)
    for seq in UInt64(1)...300 where context.contains(Dot("a", seq)) {
      #expect(dots.contains(Dot("a", seq)))
    }
  }

  // clock-13
  @Test func whatIsRequiredIsTheHighestDotOfEachLine() {
    let context = Context(
      seen: VectorClock([Dot("a", 2), Dot("b", 7)]), dots: [Dot("a", 4), Dot("a", 6), Dot("c", 3)])
    #expect(context.requires == VectorClock([Dot("a", 6), Dot("b", 7), Dot("c", 3)]))
    #expect(!context.isEmpty && Context.empty.isEmpty)
  }

  @Test func aRandomContextIsWrittenAsTheReaderWantsIt() throws {
    var random = Seeded(21)
    let sites: [SiteID] = ["a", "herten", "kreis", "oer-erkenschwick"]
    for round in 0..<2_000 {
      let seen = VectorClock(
        sites.map { Dot($0, UInt64.random(in: 0...6, using: &random)) })
      let dots = (0..<Int.random(in: 0...60, using: &random)).map { _ in
        Dot(
          sites.randomElement(using: &random) ?? "a", UInt64.random(in: 1...40, using: &random))
      }
      var draft = Sample.draft
      draft.context = Context(seen: seen, dots: dots)
      draft.writes = []
      let event = try Sample.event(draft)
      #expect(event.context == draft.context, "round \(round)")
    }
  }
}
