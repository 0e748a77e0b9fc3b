// Drafts over a line that was cut and written again.

import Desk
import Events
import Foundation
import Testing

@Suite struct LineTests {
  // sync-78
  @Test func aDraftFollowsItsLineOnce() throws {
    let folder = NSTemporaryDirectory() + "/desk-line-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let store = try DeskStore(directory: folder)
    let site = try #require(SiteID("herten"))
    var random = SystemRandom()
    let seen = VectorClock([Dot(site, 5)])
    let draft = try store.add(
      Draft(
        id: DraftID(using: &random), item: ItemID(at: site, using: &random), kind: "news",
        isNew: false, context: Context(seen: seen, dots: []), marks: [:], inputs: [:],
        by: "r1", now: Timestamp(milliseconds: 0)))
    var numbers = Renumbering(of: site, fork: 3)
    numbers.add(4, became: 9)
    numbers.add(5, became: 10)
    let expected = Context(seen: VectorClock([Dot(site, 3)]), dots: [Dot(site, 9), Dot(site, 10)])
    for _ in 0..<2 {
      try store.follow([(1, numbers)])
      #expect(try store.draft(draft.id)?.context == expected)
    }
    #expect(try store.branches() == 1)
  }
}
