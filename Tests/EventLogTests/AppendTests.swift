// Own events: what `append` promises.

import EventLog
import Events
import Foundation
import SQLite
import Testing

private struct NoRules: Error, CustomStringConvertible {
  let description = "the views are away"
}

@Suite struct Append {
  @Test func aLineCountsFromOneAndEachEventNamesTheOneBefore() throws {
    let events = try Region().write("Eins", "Zwei", "Drei")
    #expect(events.map(\.dot.seq) == [1, 2, 3])
    #expect(events.map(\.prev) == [.zero, events[0].id, events[1].id])
    #expect(events.allSatisfy { $0.isAuthentic(lineKey: key) })
  }

  @Test func aLineGoesOnAfterTheLogWasOpenedAgain() throws {
    let region = try Region()
    let first = try region.write("Eins")
    region.city.close()
    let again = try LogStore(
      directory: region.folder.path("city"), site: herten, lineKey: key, role: .city)
    let result = try again.append([draft("Zwei")], now: moment(-9_000), judge: applied)
    let event = try result[0].get().event
    #expect(event.dot.seq == 2)
    #expect(event.prev == first[0].id)
    #expect(event.at == first[0].at)
  }

  // log-25
  @Test func theTimeOfALineNeverRunsBack() throws {
    let region = try Region()
    _ = try region.city.append([draft("Eins")], now: moment(500), judge: applied)
    let late = try region.city.append([draft("Zwei")], now: moment(100), judge: applied)
    let later = try region.city.append([draft("Drei")], now: moment(600), judge: applied)
    #expect(try late[0].get().event.at == moment(500))
    #expect(try later[0].get().event.at == moment(600))
  }

  // log-33
  @Test func theTimeOfReceiptsNeverRunsBack() throws {
    let hub = try Region().hub
    _ = try hub.append([draft("Eins")], now: moment(500), judge: applied)
    let late = try hub.append([draft("Zwei")], now: moment(100), judge: applied)
    #expect(try late[0].get().receipt?.received == moment(500))
  }

  // log-27
  @Test func aDraftThatIsTooLargeFailsAlone() throws {
    let region = try Region()
    let large = draft(String(repeating: "x", count: EventLimits.fieldBytes))
    let results = try region.city.append(
      [draft("Eins"), large, draft("Zwei")], now: moment(0), judge: applied)
    #expect(try results[0].get().event.dot.seq == 1)
    #expect(try results[2].get().event.dot.seq == 2)
    let error = #expect(throws: LogError.self) { try results[1].get() }
    guard case .event(let reason) = error else {
      Issue.record("not an error of the event: \(String(describing: error))")
      return
    }
    #expect(reason.reason == .tooLarge)
    #expect(try region.reader("city").verify().fault == nil)
  }

  // log-24, log-27
  @Test func aContextThatIsNotHeldFailsAlone() throws {
    let region = try Region()
    let seen = Context(seen: VectorClock([Dot(marl, 3)]), dots: [])
    let future = Context(seen: VectorClock([Dot(herten, 2)]), dots: [])
    let results = try region.city.append(
      [draft("Eins", context: seen), draft("Zwei", context: future), draft("Drei")],
      now: moment(0), judge: applied)
    #expect(throws: LogError.contextNotHeld(Dot(herten, 1), missing: Dot(marl, 3))) {
      try results[0].get()
    }
    #expect(throws: LogError.ownFuture(Dot(herten, 1))) { try results[1].get() }
    #expect(try results[2].get().event.dot == Dot(herten, 1))
  }

  @Test func anEventOfTheSameBatchMayStandInAContext() throws {
    let region = try Region()
    let seen = Context(seen: VectorClock([Dot(herten, 1)]), dots: [])
    let results = try region.city.append(
      [draft("Eins"), draft("Zwei", context: seen)], now: moment(0), judge: applied)
    #expect(try results[1].get().event.context == seen)
  }

  // log-26
  @Test func theHubGivesReceiptsAtOnceAndTheCityKeepsItsOwnVerdict() throws {
    let region = try Region()
    let void: (Event) -> Verdict = { _ in .void(.noRight) }
    let atHub = try region.hub.append([draft("Eins")], now: moment(0), judge: void)[0].get()
    let atCity = try region.city.append([draft("Eins")], now: moment(0), judge: void)[0].get()
    #expect(atHub.receipt?.position == 1)
    #expect(atHub.provisional == nil)
    #expect(atHub.verdict == .void(.noRight))
    #expect(atCity.receipt == nil)
    #expect(atCity.provisional == .void(.noRight))
    #expect(atCity.verdict == .void(.noRight))
    #expect(try region.reader("hub").event(at: Dot(kreis, 1)) == atHub)
    #expect(try region.reader("city").event(at: Dot(herten, 1)) == atCity)
  }

  @Test(arguments: [Verdict.applied, .parked] + Verdict.VoidReason.allCases.map { .void($0) })
  func everyProvisionalVerdictIsReadAsItWasWritten(verdict: Verdict) throws {
    let region = try Region()
    _ = try region.city.append([draft("Eins")], now: moment(0)) { _ in verdict }
    #expect(try region.reader("city").pending().map(\.provisional) == [verdict])
  }

  @Test func judgeIsAskedInOrderBeforeAnythingIsWritten() throws {
    let region = try Region()
    let reader = try region.reader("city")
    var asked: [UInt64] = []
    _ = try region.city.append([draft("Eins"), draft("Zwei")], now: moment(0)) { event in
      asked.append(event.dot.seq)
      let held = try reader.heads()
      #expect(held.isEmpty)
      return .applied
    }
    #expect(asked == [1, 2])
    #expect(try reader.heads() == VectorClock([Dot(herten, 2)]))
  }

  @Test func rulesThatCannotBeAskedStopTheWholeBatch() throws {
    let region = try Region()
    let failed = LogError.judgeFailed(Dot(herten, 2), reason: "the views are away")
    #expect(throws: failed) {
      try region.city.append([draft("Eins"), draft("Zwei")], now: moment(0)) { event in
        if event.dot.seq == 2 { throw NoRules() }
        return .applied
      }
    }
    #expect(region.city.heads.isEmpty)
    #expect(try region.write("Eins")[0].dot.seq == 1)
  }

  @Test func noDraftsAreNoTransaction() throws {
    let region = try Region()
    region.city.faults.beforeCommit = { throw SQLiteError.full }
    #expect(try region.city.append([], now: moment(0), judge: applied).isEmpty)
  }
}

@Suite struct FailedCommits {
  // log-40
  @Test func aCommitThatFailedLeavesTheLogAsItWas() throws {
    let region = try Region()
    try region.write("Eins")
    region.city.faults.beforeCommit = { throw SQLiteError.full }
    #expect(throws: LogError.storage(.full)) { try region.write("Zwei") }
    region.city.faults.beforeCommit = nil
    let event = try region.write("Zwei")[0]
    #expect(event.dot.seq == 2)
    #expect(try region.reader("city").verify().fault == nil)
  }

  // log-40
  @Test func aCommitThatFailedButHappenedIsFound() throws {
    let region = try Region()
    region.city.faults.afterCommit = { throw SQLiteError.ioError(code: 10) }
    #expect(throws: LogError.storage(.ioError(code: 10))) { try region.write("Eins") }
    region.city.faults.afterCommit = nil
    let event = try region.write("Zwei")[0]
    #expect(event.dot.seq == 2)
    let report = try region.reader("city").verify(lineKey: key)
    #expect(report.fault == nil)
    #expect(report.events == 2)
  }

  @Test func aPushWhoseCommitFailedButHappenedIsAnsweredWithItsReceipts() throws {
    let region = try Region()
    let events = try region.write("Eins", "Zwei")
    region.hub.faults.afterCommit = { throw SQLiteError.ioError(code: 10) }
    #expect(throws: LogError.self) { try region.push(events) }
    region.hub.faults.afterCommit = nil
    let outcome = try region.push(events)
    #expect(outcome.accepted.isEmpty)
    #expect(outcome.duplicates.map(\.position) == [1, 2])
  }

  @Test func aPullWhoseCommitFailedIsRepeated() throws {
    let region = try Region()
    try region.push(try region.write("Eins"))
    let blocks = try region.blocks()
    region.city.faults.beforeCommit = { throw SQLiteError.full }
    #expect(throws: LogError.storage(.full)) { try region.city.accept(blocks) }
    region.city.faults.beforeCommit = nil
    #expect(try region.city.accept(blocks).count == 1)
  }

  @Test func aLogThatIsLockedIsRefusedWithWhatToDoNext() throws {
    let folder = try Folder()
    let store = try LogStore(
      directory: folder.path("city"), site: herten, lineKey: key, role: .city,
      busyTimeoutMilliseconds: 20)
    let other = try Connection(path: folder.path("city/log.sqlite"), mode: .readWrite)
    try other.execute("BEGIN IMMEDIATE")
    let error = #expect(throws: LogError.storage(.busy)) {
      try store.append([draft("Eins")], now: moment(0), judge: applied)
    }
    #expect(error?.hint.contains("fuser") == true)
    try other.execute("ROLLBACK")
    let results = try store.append([draft("Eins")], now: moment(0), judge: applied)
    #expect(try results[0].get().event.dot.seq == 1)
  }

  // log-3
  @Test func aSecondWriterIsFoundBeforeItDoesHarm() throws {
    let region = try Region()
    let second = try LogStore(
      directory: region.folder.path("city"), site: herten, lineKey: key, role: .city)
    try region.write("Eins")
    #expect(throws: LogError.otherWriter) {
      try second.append([draft("Zwei")], now: moment(0), judge: applied)
    }
  }
}

@Suite struct Opening {
  // log-1
  @Test func theFolderAndTheFilesAreTheOwnersAlone() throws {
    let region = try Region()
    try region.write("Eins")
    func mode(_ name: String) throws -> Int? {
      let attributes = try FileManager.default.attributesOfItem(atPath: region.folder.path(name))
      return attributes[.posixPermissions] as? Int
    }
    #expect(try mode("city") == 0o700)
    for name in ["log.sqlite", "log.sqlite-wal", "log.sqlite-shm"] {
      #expect(try mode("city/\(name)") == 0o600)
    }
  }

  // log-39
  @Test func aCommitIsDurable() throws {
    let region = try Region()
    let file = try Connection(path: region.folder.path("city/log.sqlite"), mode: .readOnly)
    let mode = try file.statement("PRAGMA journal_mode").first { $0.text(0) }
    #expect(mode == "wal")
  }

  @Test func theLogOfAnotherSiteIsRefused() throws {
    let region = try Region()
    #expect(throws: LogError.otherSite(held: "herten", told: marl)) {
      try LogStore(directory: region.folder.path("city"), site: marl, lineKey: key, role: .city)
    }
  }

  @Test func anotherDatabaseIsRefusedAndNotChanged() throws {
    let folder = try Folder()
    let path = folder.path("log.sqlite")
    let other = try Connection(path: path, mode: .readWrite)
    try other.execute("CREATE TABLE note(text TEXT)")
    #expect(throws: LogError.notALog(path: path)) {
      try LogStore(directory: folder.path(""), site: marl, lineKey: key, role: .city)
    }
    #expect(try other.integer("SELECT count(*) FROM sqlite_schema") == 1)
  }

  // log-2
  @Test func aLogOfALaterFormatIsRefused() throws {
    let region = try Region()
    region.city.close()
    let file = try Connection(path: region.folder.path("city/log.sqlite"), mode: .readWrite)
    try file.execute("PRAGMA user_version = 9")
    #expect(throws: LogError.newerFormat(9)) { try region.reader("city") }
  }

  @Test func aFolderWithoutAParentIsRefused() throws {
    let path = try Folder().path("none/city")
    let error = #expect(throws: LogError.self) {
      try LogStore(directory: path, site: marl, lineKey: key, role: .city)
    }
    #expect(error == .directory(path: path, reason: "No such file or directory"))
  }

  @Test func aReaderNeedsALog() throws {
    let folder = try Folder()
    let error = #expect(throws: LogError.self) {
      try LogReader(directory: folder.path("none"))
    }
    guard case .storage(.cannotOpen) = error else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
  }

  @Test(arguments: [LogError.storage(.full), .storage(.readOnly), .storage(.busy), .otherWriter])
  func everyFailureOfTheStorageSaysWhatToDoNext(error: LogError) {
    #expect(!error.description.isEmpty)
    #expect(error.hint.hasSuffix("."))
  }
}
