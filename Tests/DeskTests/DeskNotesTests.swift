// What a desk remembers: read edits and dismissed suggestions.

import Events
import Foundation
import Testing

@testable import Desk

@Suite struct DeskNotes {
  private let now = Timestamp(milliseconds: 1_700_000_000_000)
  private let directory = FileManager.default.temporaryDirectory
    .appendingPathComponent("desk-notes-\(UUID().uuidString)").path
  // Valid by construction.
  private let herten = ItemID("herten-aaaaaaaa")!
  private let marl = ItemID("marl-aaaaaaaa")!
  private let edit = Dot(SiteID("marl")!, 7)

  private func store() throws -> DeskStore {
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true)
    return try DeskStore(directory: directory)
  }

  @Test func whatWasReadIsRememberedByTheFile() throws {
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let store = try store()
    #expect(try store.readEdits().isEmpty)
    try store.markRead(edit, by: "e7", now: now)
    try store.markRead(edit, by: "e8", now: now)
    #expect(try self.store().readEdits() == [edit])
  }

  @Test func aDismissalHoldsForBothOrdersUntilItIsRecalled() throws {
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let store = try store()
    try store.dismiss(marl, herten, by: "e7", now: now)
    try store.dismiss(herten, marl, by: "e8", now: now)
    let pair = DismissedPair(first: herten, second: marl, by: "e7", at: now)
    #expect(try store.dismissedPairs() == [pair])
    try store.recall(marl, herten)
    #expect(try store.dismissedPairs().isEmpty)
  }
}
