// The desk's store: secrets are good for one purpose, for their time.

import Events
import Foundation
import Testing

@testable import Desk

@Suite struct DeskStoreTests {
  private let now = Timestamp(milliseconds: 1_700_000_000_000)

  private func store() throws -> (DeskStore, () -> Void) {
    let directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("desk-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true)
    return (
      try DeskStore(directory: directory),
      { try? FileManager.default.removeItem(atPath: directory) }
    )
  }

  @Test func aCodeSignsInOnce() throws {
    let (store, remove) = try store()
    defer { remove() }
    let code = try store.issue(.code, now: now)
    #expect(try store.signIn(code: code, now: now) != nil)
    #expect(try store.signIn(code: code, now: now) == nil)
  }

  @Test func aSessionEndsWithItsDay() throws {
    let (store, remove) = try store()
    defer { remove() }
    let session = try store.issue(.session, now: now)
    #expect(try store.accepts(session, for: .session, now: now))
    #expect(try !store.accepts(session, for: .token, now: now))
    let tomorrow = now.advanced(milliseconds: 86_400_000)
    #expect(try !store.accepts(session, for: .session, now: tomorrow))
  }
}
