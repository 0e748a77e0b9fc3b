// One hub and three cities under faults, by seed: all agree in the end.

import Events
import Sync
import Testing

/// A history with faults, then a healed network.
private func simulate(seed: UInt64) throws -> Simulator {
  let world = try Simulator(seed: seed)
  // One in ten lasts four hours, so that the hub can be away for two.
  let isLong = seed.isMultiple(of: 10)
  let faultsEnd: UInt64 = isLong ? 14_400_000 : 1_200_000
  world.isFaulty = true
  world.at(0, .startHub)
  for city in 0..<3 { world.at(UInt64(city) * 10, .startCity(city)) }
  for city in 0..<3 {
    for _ in 0..<12 {
      let time = UInt64.random(in: 100..<faultsEnd, using: &world.random)
      // Now and then several at once.
      for _ in 0..<(world.random.chance(20) ? 5 : 1) { world.at(time, .append(city: city)) }
    }
    for _ in 0..<2 {
      let time = UInt64.random(in: 100..<faultsEnd, using: &world.random)
      world.at(time, .crashCity(city))
      world.at(time + .random(in: 1...600_000, using: &world.random), .startCity(city))
    }
  }
  for _ in 0..<3 {
    let time = UInt64.random(in: 100..<faultsEnd, using: &world.random)
    let isShort = world.random.chance(70)
    let pause = UInt64.random(in: 1...(isShort ? 20_000 : faultsEnd / 2), using: &world.random)
    world.at(time, .crashHub)
    world.at(min(time + pause, faultsEnd), .startHub)
  }
  try world.run(until: faultsEnd)
  world.isFaulty = false
  world.at(world.now, .startHub)
  for city in 0..<3 { world.at(world.now, .startCity(city)) }
  return world
}

/// Judges the end of a history.
private func settle(_ world: Simulator) throws {
  // The worst case: a request sent into the void just before the end (85 s), then the longest
  // pause (60 s), then a pull that was delayed beyond it.
  let bound = world.now + 200_000
  let agreed = try world.run(until: bound) {
    world.cities.allSatisfy {
      $0.log.order.count == world.hubLog.order.count
        && $0.log.head(of: $0.site) == world.hubLog.head(of: $0.site)
        && $0.session?.status.waitingEvents == 0
    }
  }
  guard agreed else { throw world.fail("no agreement 200 s after the faults ended") }
  let order = world.hubLog.order.map(\.receipt)
  for city in world.cities {
    guard city.log.order.map(\.receipt) == order else { throw world.fail("orders differ") }
    guard city.log.lines == world.hubLog.lines else { throw world.fail("lines differ") }
  }
  let written = world.seen.filter { $0.value["written"] != nil }
  guard written.count == order.count, order.allSatisfy({ written[$0.id] != nil }) else {
    throw world.fail("\(written.count) events written, \(order.count) received")
  }
  // While the hub is away each city asks once in half of the longest pause at most.
  let minutes = Int(world.hubDownMilliseconds / 60_000)
  let perMinute = Int(60_000 / (SyncLimits.longestPauseMilliseconds / 2))
  for city in world.cities where city.requestsWhileHubIsDown > perMinute * minutes + 100 {
    throw world.fail(
      "\(city.site) asked \(city.requestsWhileHubIsDown) times in \(minutes) minutes")
  }
}

/// Without optimisation a history takes twenty times as long.
#if DEBUG
  private let historiesPerCase: UInt64 = 5
#else
  private let historiesPerCase: UInt64 = 50
#endif

@Test("Histories with loss, doubles, delays and crashes end in agreement", arguments: 0..<10)
func histories(chunk: UInt64) throws {
  let first = chunk * historiesPerCase
  for seed in first..<first + historiesPerCase { try settle(try simulate(seed: seed)) }
}

@Test func anAppendIsInAnotherCityAfterTwoTripsAndTwoCommits() throws {
  let world = try Simulator(seed: 7)
  world.at(0, .startHub)
  for city in 0..<3 { world.at(1, .startCity(city)) }
  try world.run(until: 10_000)
  world.at(10_000, .append(city: 0))
  try world.run(until: 10_100)
  let event = try #require(world.cities[0].log.lines[world.cities[0].site]?.first)
  let times = try #require(world.seen[event.id])
  // A trip takes 5 ms, a commit 2 ms.
  #expect(times["hub"] == 10_007)
  #expect(times["herten"] == 10_014)
  #expect(times["marl"] == 10_014)
  #expect(world.cities[0].log.order.count == 1)
}

@Test func aBulkImportDoesNotDelayAnothersNews() throws {
  let world = try Simulator(seed: 8)
  world.at(0, .startHub)
  for city in 0..<3 { world.at(1, .startCity(city)) }
  for _ in 0..<1_700 { world.at(10_000, .append(city: 0)) }
  world.at(10_020, .append(city: 1))
  let isDone = try world.run(until: 11_000) { world.cities[2].log.order.count == 1_701 }
  #expect(isDone)
  // The news stands between the batches of the import.
  let news = try #require(
    world.hubLog.order.firstIndex { $0.event.dot.site == world.cities[1].site })
  #expect(news <= 1_001)
}

@Test func anIdleWorldOnlyRenewsItsLongPolls() throws {
  let world = try Simulator(seed: 9)
  world.at(0, .startHub)
  for city in 0..<3 { world.at(1, .startCity(city)) }
  try world.run(until: 3_600_000)
  for city in world.cities {
    // An hour has 144 waits of 25 s.
    #expect((140...144).contains(city.agreements.count))
    #expect(city.session?.status.isOnline == true)
  }
}
