// The laws of the merge, over every small history and many large ones. Protocols/merge.md §2.

import Catalogue
import Events
import Testing

@Suite struct Laws {
  /// Debug builds fold up to a hundred times slower.
  #if DEBUG
    static let largeHistories: UInt64 = 40
    static let smallHistories: UInt64 = 20
  #else
    static let largeHistories: UInt64 = 1_000
    static let smallHistories: UInt64 = 1_000
  #endif
  static let seed: UInt64 = 20_261_125

  static func fold(_ order: [Told]) -> Picture {
    var state = CatalogueState(kreis: kreis)
    for told in order { state.fold(told.event, verdict: told.verdict, stamp: told.stamp) }
    return Picture(state)
  }

  /// Folds batch by batch as the views do: every batch begins with nothing but the stored bytes of
  /// the items that it touches.
  static func foldInBatches(_ order: [Told], _ random: inout Seeded) -> Picture {
    var stored: [ItemID: ItemState] = [:]
    var membership: ItemState?
    var digest = Digest.zero
    var rest = order[...]
    while !rest.isEmpty {
      let batch = rest.prefix(Int.random(in: 1...60, using: &random))
      rest = rest.dropFirst(batch.count)
      var state = CatalogueState(kreis: kreis, digest: digest)
      if let membership { state.load(membership) }
      for told in batch {
        if let item = told.event.item, state[item] == nil, let held = stored[item] {
          state.load(held)
        }
        state.fold(told.event, verdict: told.verdict, stamp: told.stamp)
      }
      digest = state.digest
      for touched in state.takeTouched() {
        do throws(ItemStateError) {
          let read = try ItemState(decoding: touched.encoded())
          if let item = read.id { stored[item] = read } else { membership = read }
        } catch {
          Issue.record("a stored state is read again: \(error)")
        }
      }
      state.checkInvariants()
    }
    return Picture(digest: digest, items: Array(stored.values))
  }

  @Test func everyCausalOrderOfASmallHistoryGivesOneState() {
    print("seed \(Laws.seed)")
    var orders = 0
    for number in 0..<Laws.smallHistories {
      var simulation = Simulation(seed: Laws.seed + number, sites: [kreis, herten, marl])
      let admitted = simulation.log.count
      simulation.create(1)
      simulation.push(1)
      simulation.pull(0, limit: .max)
      simulation.pull(2, limit: .max)
      simulation.run(until: admitted + 6)
      let expected = Picture(simulation.hub)
      let head = Array(simulation.log[..<admitted])
      let tail = Array(simulation.log[admitted...])
      CausalOrder.all(after: head, tail) { order in
        orders += 1
        #expect(Laws.fold(order) == expected, "seed \(Laws.seed + number)")
      }
    }
    print("\(orders) orders of \(Laws.smallHistories) small histories")
    #expect(orders > 0)
  }

  /// In four parts, which run side by side.
  @Test(arguments: 0..<UInt64(4))
  func largeHistoriesKeepEveryLaw(part: UInt64) {
    print("seed \(Laws.seed)")
    var tally = Tally()
    for number in stride(from: part, to: Laws.largeHistories, by: 4) {
      let seed = Laws.seed &+ 1_000_000 &+ number
      var simulation = Simulation(seed: seed)
      simulation.run(until: 200)
      let expected = Picture(simulation.hub)
      for _ in 0..<2 {
        let order = CausalOrder.random(simulation.log, using: &simulation.random)
        #expect(Laws.fold(order) == expected, "another order, seed \(seed)")
      }
      let order = CausalOrder.random(simulation.log, using: &simulation.random)
      #expect(Laws.foldInBatches(order, &simulation.random) == expected, "in batches, seed \(seed)")
      for node in simulation.nodes {
        #expect(Picture(node.state) == expected, "node \(node.site), seed \(seed)")
      }
      checkNothingIsLost(simulation, seed)
      checkWhatWasSeenIsGone(simulation, seed)
      tally.add(simulation)
    }
    print(tally)
    #expect(tally.isTelling)
  }

  /// Every value is a survivor, or somebody who had it on the screen replaced it. A write that was
  /// void in the end may stand between: its own site showed it until the hub had spoken.
  private func checkNothingIsLost(_ simulation: Simulation, _ seed: UInt64) {
    for state in simulation.hub.items {
      let told = simulation.log.filter { $0.event.item == state.id }
      for written in told where written.verdict == .applied {
        for field in written.event.fields.map(\.name) {
          let dot = written.event.dot
          if state.survivors(field).contains(where: { $0.dot == dot }) { continue }
          let writers = told.filter { $0.event.fields.contains { $0.name == field } }
          let wasReplaced = writers.contains {
            $0.verdict == .applied && knows($0, of: dot, by: writers)
          }
          #expect(wasReplaced, "\(dot) \(field), seed \(seed)")
        }
      }
    }
  }

  private func knows(_ told: Told, of dot: Dot, by writers: [Told]) -> Bool {
    if told.shown.contains(dot) { return true }
    return writers.contains {
      $0.verdict != .applied && told.shown.contains($0.event.dot) && knows($0, of: dot, by: writers)
    }
  }

  /// No survivor was on the screen of another: edits one after the other make no conflict.
  private func checkWhatWasSeenIsGone(_ simulation: Simulation, _ seed: UInt64) {
    for state in simulation.hub.items {
      for conflict in state.conflicts {
        let dots = conflict.survivors.map(\.dot)
        for told in simulation.log where dots.contains(told.event.dot) {
          #expect(
            !told.shown.contains(where: dots.contains), "\(told.event.dot), seed \(seed)")
        }
      }
    }
  }

  /// What the histories were made of, so that a law is not kept by histories without events.
  private struct Tally: CustomStringConvertible {
    var applied = 0
    var void = 0
    var parked = 0
    var conflicts = 0
    var exceptions = 0
    var participants = 0
    var handedOver = 0
    var changedVerdicts = 0

    mutating func add(_ simulation: Simulation) {
      for told in simulation.log {
        switch told.verdict {
        case .applied: applied += 1
        case .void: void += 1
        case .parked: parked += 1
        }
        exceptions += told.event.context.also.isEmpty ? 0 : 1
      }
      changedVerdicts += simulation.changedVerdicts
      for item in simulation.hub.items {
        conflicts += item.conflicts.count
        participants += item.participants.count
        handedOver += item.lead == item.id?.site ? 0 : 1
      }
    }

    var isTelling: Bool {
      [
        applied, void, parked, conflicts, exceptions, participants, handedOver, changedVerdicts,
      ].allSatisfy { $0 > 0 }
    }

    var description: String {
      "applied \(applied), void \(void), parked \(parked), conflicts \(conflicts), "
        + "exceptions \(exceptions), participants \(participants), handed over \(handedOver), "
        + "changed verdicts \(changedVerdicts)"
    }
  }
}
