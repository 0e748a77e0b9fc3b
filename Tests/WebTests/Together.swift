// What the tests of the desk's common pages share.

import Catalogue
import Events

@testable import Web

extension Stage {
  /// Sends a panel of an item's page as it was shown.
  func act(
    _ item: ItemID, _ action: String, _ pairs: [(String, String)] = [], context: String? = nil
  ) throws -> Reply {
    let page = try desk("/desk/items/\(item)")
    let hidden = [
      ("token", page.hidden("token")),
      ("context", try context ?? state(item).screen.text),
    ]
    return try post("/desk/items/\(item)/act/\(action)", pairs + hidden)
  }

  /// A site becomes part of the region.
  func admit(_ site: String) throws { try tell(site, "site.admitted", "admitted") }

  /// A site leaves the region.
  func leave(_ site: String) throws { try tell(site, "site.left", "left") }

  private func tell(_ site: String, _ type: String, _ state: String) throws {
    try write(
      "kreis", type, nil,
      writes: [.init("site/\(site)", ["name": .string(site), "state": .string(state)])])
  }
}

/// The box of grave actions.
let sure = ("sure", "1")

extension Reply {
  /// Controls that nothing names, and names that stand twice: what axe would complain of first.
  var unlabelled: [String] {
    var found: [String] = []
    var ids: Set<String> = []
    var isInLabel = false
    for part in body.split(separator: "<").dropFirst() {
      let tag = part.prefix { $0 != ">" }
      if tag.hasPrefix("label") { isInLabel = true }
      if tag.hasPrefix("/label") { isInLabel = false }
      let id = value("id", tag)
      if let id, !ids.insert(id).inserted { found.append("twice: \(id)") }
      let isControl = ["input ", "select ", "textarea "].contains { tag.hasPrefix($0) }
      guard isControl, !tag.contains("type=\"hidden\""), !isInLabel else { continue }
      let isNamed =
        tag.contains("aria-label=") || id.map { body.contains("for=\"\($0)\"") } ?? false
      if !isNamed { found.append(String(tag)) }
    }
    return found
  }

  private func value(_ name: String, _ tag: Substring) -> String? {
    guard let start = tag.firstRange(of: " \(name)=\"") else { return nil }
    return String(tag[start.upperBound...].prefix { $0 != "\"" })
  }
}
