// A stand-in for the node's write path, with its door.

import Catalogue
import EventLog
import Events
import Replay
import SQLite
import Sync
import Views

enum WriteError: Error, Sendable, CustomStringConvertible {
  case log(LogError)
  case views(ViewError)
  case replay(ReplayError)

  var description: String {
    switch self {
    case .log(let error): "\(error)"
    case .views(let error): "\(error)"
    case .replay(let error): "\(error)"
    }
  }

  var isDiskFull: Bool { if case .log(.storage(.full)) = self { true } else { false } }

  var isAboutTheBatch: Bool {
    switch self {
    case .log(.storage), .log(.judgeFailed), .log(.otherWriter), .views, .replay: false
    case .log: true
    }
  }
}

final class WritePath {
  let log: LogStore
  let reader: LogReader
  let views: ViewWriter
  let site: SiteID

  init(log: LogStore, reader: LogReader, views: ViewWriter) throws(WriteError) {
    self.log = log
    self.reader = reader
    self.views = views
    site = log.site
    try catchUp()
  }

  var end: (head: LineHead, position: UInt64) { (head(of: site), log.position) }
  var heads: VectorClock { log.heads }

  func append(
    _ drafts: [EventDraft], now: Timestamp
  ) throws(WriteError) -> [Result<LoggedEvent, LogError>] {
    let fold = try beginFold()
    let results: [Result<LoggedEvent, LogError>]
    do throws(LogError) {
      results = try log.append(drafts, now: now) { event in
        try fold.judge(event, received: log.role == .hub ? now : nil)
      }
    } catch {
      throw .log(error)
    }
    try finish(fold, results.compactMap { try? $0.get() })
    return results
  }

  func ingest(
    _ events: [Event], from site: SiteID, now: Timestamp
  ) throws(WriteError) -> PushAnswer {
    let fold = try beginFold()
    let outcome: IngestOutcome
    do throws(LogError) {
      outcome = try log.ingest(events, admitted: [site], now: now) { event in
        try fold.judge(event, received: now)
      }
    } catch {
      throw .log(error)
    }
    try finish(fold, outcome.accepted)
    let positions = (outcome.duplicates + outcome.accepted.compactMap(\.receipt)).map(\.position)
    var range: ClosedRange<UInt64>?
    if let first = positions.min(), let last = positions.max() { range = first...last }
    return PushAnswer(
      head: head(of: site), position: log.position, positions: range,
      refused: outcome.refused.map { PushRefusal(dot: $0.dot, reason: .init($0.error)) })
  }

  func accept(_ blocks: [TransferText.Block]) throws(WriteError) -> (Place, VectorClock) {
    let fold = try beginFold()
    let accepted: [LoggedEvent]
    do throws(LogError) {
      accepted = try log.accept(blocks)
    } catch {
      throw .log(error)
    }
    try finish(fold, accepted)
    return (try place(), log.heads)
  }

  private func beginFold() throws(WriteError) -> Fold {
    try catchUp()
    return views.begin()
  }

  private func catchUp() throws(WriteError) {
    guard views.position < log.position || views.ownSeq < log.heads[site] else { return }
    do throws(ReplayError) {
      try Replayer.catchUp(views, from: reader)
    } catch {
      throw .replay(error)
    }
  }

  private func finish(_ fold: Fold, _ logged: [LoggedEvent]) throws(WriteError) {
    do throws(ViewError) {
      for event in logged { try fold.apply(event) }
      _ = try fold.commit()
    } catch {
      throw .views(error)
    }
  }

  func head(of site: SiteID) -> LineHead {
    guard let id = log.headID(of: site) else { return .empty }
    return LineHead(seq: log.heads[site], id: id)
  }

  func place() throws(WriteError) -> Place {
    let position = log.position
    guard position > 0 else { return .start }
    guard let id = try receiptID(at: position) else {
      preconditionFailure("the log holds its last receipt")
    }
    return Place(position: position, id: id)
  }

  private func receiptID(at position: UInt64) throws(WriteError) -> Digest? {
    guard position > 0, position <= log.position else { return nil }
    do throws(LogError) {
      return try reader.events(after: position - 1, limit: 1).first?.event.id
    } catch {
      throw .log(error)
    }
  }

  func ownLine(after seq: UInt64, limit: Int) -> [Event] {
    let rows = try? reader.line(of: site, after: seq, limit: limit)
    return rows?.map(\.event) ?? []
  }

  func idOnOwnLine(_ seq: UInt64) throws(WriteError) -> Digest? {
    do throws(LogError) {
      return try reader.event(at: Dot(site, seq))?.event.id
    } catch {
      throw .log(error)
    }
  }

  func holdings(for hello: Hello) throws(WriteError) -> HubSession.Holdings {
    let head = Dot(hello.site, hello.head.seq)
    let heldHead: Digest?
    do throws(LogError) {
      heldHead = hello.head.seq > 0 ? try reader.event(at: head)?.event.id : nil
    } catch {
      throw .log(error)
    }
    return HubSession.Holdings(
      isAdmitted: views.membership[hello.site]?.hasLeft == false,
      heads: log.heads, position: log.position, cityHead: self.head(of: hello.site),
      idAtHelloHead: heldHead, idAtHelloPlace: try receiptID(at: hello.place.position))
  }

  func batch(for city: SiteID, after position: UInt64) -> [UInt8]? {
    guard let rows = try? reader.events(after: position, limit: SyncLimits.batchEvents)
    else { return nil }
    var batch = PullBatch(for: city, position: log.position)
    for row in rows {
      guard let receipt = row.receipt else { preconditionFailure("a position is a receipt") }
      guard batch.add(receipt: receipt, event: row.event) else { break }
    }
    return batch.body
  }

  func close() {
    reader.close()
    views.close()
    log.close()
  }
}

extension PushRefusal.Reason {
  fileprivate init(_ error: LogError) {
    self =
      switch error {
      case .gap: .gap
      case .fork: .fork
      case .contextNotHeld, .ownFuture: .context
      default: .chain
      }
  }
}
