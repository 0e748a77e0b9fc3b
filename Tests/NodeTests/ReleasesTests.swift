// Timed releases at a running node: at their moment, and made up for after a pause.

import Desk
import Events
import Foundation
import Synchronization
import Testing

@testable import Node

@Suite struct ReleasesTests {
  private let folder = NSTemporaryDirectory() + "releases-\(UUID().uuidString)"

  private func start() throws -> RunningNode {
    let configuration = Configuration(
      role: .hub, site: RegionFile.recklinghausen.kreis, listen: "127.0.0.1:0")
    let directory = try DataDirectory(path: folder, configuration: configuration)
    return try RunningNode(
      directory: directory, region: RegionFile.recklinghausen, note: { _ in })
  }

  /// A news whose release is due after so many milliseconds.
  private func plan(_ title: String, after milliseconds: Int64) throws -> ItemID {
    let store = try DeskStore(directory: folder)
    if try store.people().isEmpty {
      _ = try store.add(
        signInName: "freigabe", name: "Freigabe", role: .administrator, by: nil, now: .now)
    }
    var random = SystemRandom()
    let now = Timestamp.now
    let item = ItemID(at: RegionFile.recklinghausen.kreis, using: &random)
    let draft = try store.add(
      Draft(
        id: DraftID(using: &random), item: item, kind: "news", isNew: true, context: .empty,
        marks: [:], inputs: ["f.title.v": [title]], by: "r1", now: now))
    let text = ReleaseText(
      type: "news.created", context: .empty,
      writes: [.init("title", .string(title)), .init("language", "de")])
    try store.change(draft.id) { draft in
      try draft.release(
        seen: nil, text: text, by: "r1", due: now.advanced(milliseconds: milliseconds),
        fourEyes: false, now: now)
    }
    return item
  }

  private func status(_ item: ItemID, _ node: RunningNode) -> Int {
    let answer = HTTPClient.sendAndWait(
      "GET", "http://127.0.0.1:\(node.port)/api/v1/items/\(item)", deadlineSeconds: 5)
    return (try? answer.get())?.status ?? 0
  }

  /// Asks until the item is public.
  private func waitUntilPublic(_ item: ItemID, _ node: RunningNode) -> Bool {
    let end = ContinuousClock.now.advanced(by: .seconds(30))
    while ContinuousClock.now < end { if status(item, node) == 200 { return true } }
    return false
  }

  @Test func aReleaseComesAtItsMomentAndNotBefore() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let node = try start()
    let item = try plan("Zum Zeitpunkt", after: 1_500)
    let planned = Timestamp.now
    node.plansChanged()
    #expect(status(item, node) == 404)
    #expect(waitUntilPublic(item, node))
    #expect(Timestamp.now.milliseconds - planned.milliseconds >= 1_000, "not before its moment")
    node.stop()
    #expect(try DeskStore(directory: folder).drafts().isEmpty)
  }

  // desk-15
  @Test func whatWasMissedIsReleasedAtTheStart() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let item = try plan("Verpasst", after: 1)
    let node = try start()
    #expect(waitUntilPublic(item, node))
    node.stop()
    let trail = try DeskStore(directory: folder).audit(offset: 0, limit: 10).entries
    #expect(trail.contains { $0.action.rawValue == "news.created" && $0.by == "r1" })
  }

  // desk-17
  @Test func aReleaseOfSomebodyWhoMayNoLongerReleaseDoesNotHappen() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let store = try DeskStore(directory: folder)
    for name in ["freigabe", "leitung"] {
      _ = try store.add(
        signInName: name, name: name, role: .administrator, by: nil, now: .now)
    }
    let item = try plan("Gesperrt", after: 1)
    try store.lock("r1", by: "r2", now: .now)
    let node = try start()
    let end = ContinuousClock.now.advanced(by: .seconds(30))
    while try store.drafts().first?.step != .open, ContinuousClock.now < end {}
    #expect(try store.drafts().first?.remark?.text.contains("darf das nicht mehr") == true)
    #expect(status(item, node) == 404)
    node.stop()
  }
}
