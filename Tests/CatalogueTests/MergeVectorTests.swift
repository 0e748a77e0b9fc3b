// The vectors of the merge: events in, verdicts and state out, in several orders.
// Protocols/README.md §4.

import Catalogue
import Events
import Testing

@Suite struct MergeVectorTests {
  private static let states = VectorFile.all(in: "merge").filter { $0["expect"] == "state" }
  private static let verdicts = VectorFile.all(in: "merge").filter { $0["expect"] == "verdict" }

  @Test(arguments: states) func everyVerdictIsTheOneOfItsReceipt(_ vector: VectorFile) throws {
    let history = try History(vector)
    var state = CatalogueState(kreis: history.kreis)
    for step in history.steps {
      #expect(state.verdict(of: step.event) == step.verdict, "\(step.event.dot)")
      state.fold(step.event, verdict: step.verdict, stamp: step.stamp)
      state.checkInvariants()
    }
  }

  @Test(arguments: states) func everyOrderGivesTheStateThatIsTold(_ vector: VectorFile) throws {
    let history = try History(vector)
    let own = history.steps.map(\.event.dot.description).joined(separator: " ")
    let told = vector.heads.filter { StateText.names.contains($0.name) }
      .map { "\($0.name): \($0.value)" }
    for order in [own] + vector.all("order") {
      var state = CatalogueState(kreis: history.kreis)
      for word in order.split(separator: " ") {
        let isEarly = word.hasPrefix("~")
        let step = try #require(history[isEarly ? word.dropFirst() : word])
        state.fold(step.event, verdict: step.verdict, stamp: isEarly ? nil : step.stamp)
      }
      state.checkInvariants()
      #expect(StateText.lines(of: &state) == told, "in the order \(order)")
    }
  }

  @Test(arguments: states) func everyOrderIsCausalAndWhole(_ vector: VectorFile) throws {
    let history = try History(vector)
    for order in vector.all("order") {
      var heads = VectorClock()
      for word in order.split(separator: " ") {
        let step = try #require(history[word.hasPrefix("~") ? word.dropFirst() : word])
        let dot = step.event.dot
        if heads.covers(dot) { continue }
        #expect(heads[dot.site] + 1 == dot.seq && heads.covers(step.event.context.requires))
        heads.include(dot)
      }
      #expect(heads == VectorClock(history.steps.map(\.event.dot)))
    }
  }

  @Test(arguments: verdicts) func aWrongVerdictIsFoundWhereItStands(_ vector: VectorFile) throws {
    let history = try History(vector)
    var state = CatalogueState(kreis: history.kreis)
    var found: UInt64?
    for step in history.steps where found == nil {
      if state.verdict(of: step.event) != step.verdict { found = step.stamp?.position }
      state.fold(step.event, verdict: step.verdict, stamp: step.stamp)
    }
    #expect(found.map { String($0) } == vector["position"])
  }
}

/// The events of a vector with their verdicts, in the order of its body.
private struct History {
  struct Step {
    let event: Event
    let verdict: Verdict
    let stamp: Stamp?
  }

  let kreis: SiteID
  let steps: [Step]

  subscript(dot: Substring) -> Step? { steps.first { $0.event.dot.description == dot } }

  init(_ vector: VectorFile) throws {
    kreis = try #require(vector["kreis"].flatMap { SiteID($0) })
    let provisional = vector.all("provisional").map { $0.split(separator: " ", maxSplits: 1) }
    var steps: [Step] = []
    var receipt: Receipt?
    for block in try TransferText.blocks(vector.body) {
      switch block {
      case .receipt(let read): receipt = read
      case .event(let event):
        if let receipt {
          try #require(receipt.dot == event.dot && receipt.id == event.id)
          steps.append(Step(event: event, verdict: receipt.verdict, stamp: Stamp(receipt)))
        } else {
          let word = try #require(provisional.first { $0[0] == event.dot.description }?.last)
          let verdict = try #require(Verdict(word: word))
          steps.append(Step(event: event, verdict: verdict, stamp: nil))
        }
        receipt = nil
      }
    }
    self.steps = steps
  }
}

extension Verdict {
  /// Reads `applied`, `parked` or `void <reason>`.
  fileprivate init?(word: Substring) {
    switch word {
    case "applied": self = .applied
    case "parked": self = .parked
    default:
      guard let reason = VoidReason(rawValue: String(word.dropFirst("void ".count))) else {
        return nil
      }
      self = .void(reason)
    }
  }
}

/// A state as the heads of a vector tell it.
private enum StateText {
  static let names = [
    "item", "participants", "watermark", "parked", "register", "winner", "conflict", "ends-at",
    "digest",
  ]

  static func lines(of state: inout CatalogueState) -> [String] {
    let digest = state.digest.hex
    // The membership has no id and is only handed out with what was touched.
    let all = state.takeTouched().sorted { name($0) < name($1) }
    let items = all.filter(\.exists)
    var lines: [String] = []
    func add(_ head: String, _ states: [ItemState], _ values: (ItemState) -> [[String]]) {
      for state in states {
        for value in values(state) {
          lines.append("\(head): " + ([name(state)] + value).joined(separator: " "))
        }
      }
    }
    add("item", items) { [[$0.kind?.rawValue ?? "", $0.lead?.description ?? ""]] }
    add("participants", items) {
      $0.participants.isEmpty ? [] : [$0.participants.map(\.description)]
    }
    add("watermark", all) {
      $0.watermark.isEmpty ? [] : [$0.watermark.entries.map(\.description)]
    }
    add("parked", all) { $0.parked.isEmpty ? [] : [$0.parked.map(\.description)] }
    add("register", all) { item in
      item.registers.map { [$0.field] + $0.survivors.map(\.dot.description) }
    }
    add("winner", all) { item in item.registers.map { [$0.field] + winner($0.field, item) } }
    add("conflict", all) { item in item.conflicts.map { [$0.field] } }
    let known = state
    add("ends-at", items) { item in
      guard let id = item.id, item.mergedInto != nil else { return [] }
      return [[MergeChain.end(of: id) { known[$0]?.mergedInto }.description]]
    }
    return lines + ["digest: \(digest)"]
  }

  private static func name(_ state: ItemState) -> String { state.id?.description ?? "-" }

  private static func winner(_ field: String, _ item: ItemState) -> [String] {
    guard let winner = item.winner(field), let text = winner.text else { return ["none"] }
    return [winner.dot.description, String(decoding: text, as: UTF8.self)]
  }
}
