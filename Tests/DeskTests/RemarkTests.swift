// What readers report: kept for a while, within limits, then gone.

import Events
import Foundation
import SQLite
import Testing

@testable import Desk

@Suite struct RemarkTests {
  private let now = Timestamp(milliseconds: 1_700_000_000_000)
  private static let day: Int64 = 86_400_000

  private func store() throws -> (DeskStore, () -> Void) {
    let directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("remarks-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true)
    return (
      try DeskStore(directory: directory),
      { try? FileManager.default.removeItem(atPath: directory) }
    )
  }

  private func remark(_ text: String) throws -> Remark {
    try #require(Remark(text: text, place: "/termine", mail: nil))
  }

  @Test func aRemarkIsKeptWithItsTimeAndCanBeDone() throws {
    let (store, remove) = try store()
    defer { remove() }
    #expect(try store.keep(try remark("Erstens"), now: now))
    #expect(try store.keep(try remark("Zweitens"), now: now.advanced(milliseconds: 1)))
    let kept = try store.remarks(now: now)
    #expect(kept.map(\.remark.text) == ["Zweitens", "Erstens"])
    #expect(kept.last?.at == now && kept.allSatisfy { !$0.isDone })
    try store.setRemark(kept[0].number, isDone: true)
    #expect(try store.remarks(now: now).map(\.remark.text) == ["Erstens", "Zweitens"])
    #expect(try store.remarks(now: now).last?.isDone == true)
  }

  // http-84
  @Test func aRemarkIsDeletedAfterItsDays() throws {
    let (store, remove) = try store()
    defer { remove() }
    #expect(try store.keep(try remark("Alt"), now: now))
    let last = now.advanced(milliseconds: Int64(DeskStore.remarkDays) * RemarkTests.day)
    #expect(try store.remarks(now: last).count == 1)
    #expect(try store.remarks(now: last.advanced(milliseconds: 1)).isEmpty)
    #expect(try store.connection.integer("SELECT count(*) FROM remarks") == 0)
  }

  // http-83
  @Test func moreThanALimitInAnHourIsNotKept() throws {
    let (store, remove) = try store()
    defer { remove() }
    for number in 1...DeskStore.remarksPerHour {
      #expect(try store.keep(try remark("Nummer \(number)"), now: now))
    }
    #expect(try !store.keep(try remark("Zu viel"), now: now))
    let later = now.advanced(milliseconds: 3_600_001)
    #expect(try store.keep(try remark("Später"), now: later))
    #expect(try store.remarks(now: later).count == DeskStore.remarksPerHour + 1)
  }

  @Test func aRemarkHasItsLimits() {
    let long = String(repeating: "x", count: Remark.maximumText)
    #expect(Remark(text: long, place: "", mail: nil) != nil)
    #expect(Remark(text: long + "x", place: "", mail: nil) == nil)
    #expect(Remark(text: "", place: "", mail: nil) == nil)
    let far = String(repeating: "y", count: Remark.maximumPlace + 1)
    #expect(Remark(text: "x", place: far, mail: nil) == nil)
  }
}
