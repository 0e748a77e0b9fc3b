// What two programs must say alike of one log, as lines that can be compared.

import Catalogue
import Events

/// Digest, position, heads, verdicts, members, and every field's winner and survivors.
struct Picture: Equatable {
  let lines: [String]

  /// What VestHub says.
  init(
    _ state: CatalogueState, verdicts: [Dot: Verdict], heads: VectorClock, tree: TreeHead,
    contradicted: [Dot]
  ) {
    var state = state
    var lines = [
      "digest \(state.digest.hex)", "position \(tree.size)", "root \(tree.root.hex)",
    ]
    lines += contradicted.map { "contradicted \($0)" }
    lines += heads.entries.map { "line \($0.site) up to \($0.seq)" }
    lines += verdicts.map { "\($0.key) \($0.value.text)" }
    lines += state.membership.members.map {
      "member \($0.site) \($0.name) \($0.hasLeft ? "left" : "admitted")"
    }
    for item in state.items {
      guard let id = item.id, let kind = item.kind, let lead = item.lead else { continue }
      lines.append("\(id) \(kind.rawValue) \(lead)")
      lines += item.registers.map { register in
        let winner = item.winner(register.field)?.dot.description
        let survivors = register.survivors.map {
          Picture.survivor($0.dot.description, $0.stamp?.position, $0.isErased)
        }
        return Picture.field(
          id.description, register.field, winner, register.isInConflict, survivors)
      }
    }
    self.lines = lines.sorted()
  }

  /// What the verifier says; nil if it told a fault.
  init?(_ told: Told) {
    guard let digest = told.digest, let position = told.position, let heads = told.heads,
      let verdicts = told.verdicts, let items = told.items, let members = told.membership,
      let root = told.root, let contradicted = told.contradicted
    else { return nil }
    var lines = ["digest \(digest)", "position \(position)", "root \(root)"]
    lines += contradicted.map { "contradicted \($0)" }
    lines += heads.map { "line \($0.key) up to \($0.value)" }
    lines += verdicts.map { "\($0.key) \($0.value)" }
    lines += members.flatMap { member in
      member.value.survivors.map {
        "member \(member.key.dropFirst("site/".count)) \($0.value.name) \($0.value.state)"
      }
    }
    for (id, item) in items {
      lines.append("\(id) \(item.kind) \(item.lead)")
      lines += item.fields.map { name, field in
        let survivors = field.survivors.map {
          Picture.survivor($0.dot, $0.position, $0.erased ?? false)
        }
        return Picture.field(id, name, field.winner, field.conflict, survivors)
      }
    }
    self.lines = lines.sorted()
  }

  /// The lines that only one of two pictures has.
  func differences(from other: Picture) -> [String] {
    lines.filter { !Set(other.lines).contains($0) }
      + other.lines.filter { !Set(lines).contains($0) }
  }

  private static func survivor(_ dot: String, _ position: UInt64?, _ isErased: Bool) -> String {
    "\(dot)@\(position.map(String.init) ?? "-")\(isErased ? "x" : "")"
  }

  private static func field(
    _ item: String, _ name: String, _ winner: String?, _ conflict: Bool, _ survivors: [String]
  ) -> String {
    "\(item) \(name): \(winner ?? "none") of \(survivors.joined(separator: " ")), conflict \(conflict)"
  }
}

extension Verdict {
  /// As in a receipt: `applied`, `parked`, or `void` and the reason.
  var text: String {
    switch self {
    case .applied: "applied"
    case .parked: "parked"
    case .void(let reason): "void \(reason.rawValue)"
    }
  }
}
