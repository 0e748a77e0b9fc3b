// The write path of a node without queues and clocks: the log first, then the views, which follow.
// The node's `Writer` runs it on its queue; a simulator runs it step by step.
//
// Invariants
// - While `fold` is there, it stands at the log's end: what is judged is judged on all of the log.
// - A batch that was taken is written, or given up, before the next one is taken.

import Catalogue
package import EventLog
package import Events
package import Replay
import SQLite
package import Sync
package import Views

/// Why the node did not write.
package enum WriteError: Error, Sendable, CustomStringConvertible {
  /// The log refused or failed.
  case log(LogError)
  /// The views failed; the log is whole.
  case views(ViewError)
  /// The views could not be brought to the log's end.
  case replay(ReplayError)

  package var description: String {
    switch self {
    case .log(let error): "\(error): \(error.hint)"
    case .views(let error): "\(error): \(error.hint)"
    case .replay(let error): "\(error): \(error.hint)"
    }
  }

  /// True if the disk has no room.
  package var isDiskFull: Bool {
    if case .log(.storage(.full)) = self { true } else { false }
  }

  /// What is wrong with the own line, where that is what the log refused.
  package func lineFault(of site: SiteID) -> LineFault? {
    switch self {
    case .log(.forged(let dot)): .forged(dot)
    case .log(.fork(let dot, _, _)), .log(.eventMissing(let dot)), .log(.ownFuture(let dot)):
      dot.site == site ? .differs : nil
    default: nil
    }
  }

  /// How a batch of the hub contradicts the own line.
  package enum LineFault: Equatable, Sendable {
    /// It names own events that are not held, or others than those that are.
    case differs
    /// It holds an own event that this site never wrote.
    case forged(Dot)
  }

  /// True if what was brought cannot be stored by anybody; false if trying again may help.
  package var isAboutTheBatch: Bool {
    switch self {
    case .log(.storage), .log(.judgeFailed), .log(.otherWriter), .views, .replay: false
    case .log: true
    }
  }
}

/// Log and views of one node. What `append`, `ingest` and `accept` return is durable in the log
/// and folded in memory; the rows follow by `takeBatch`, `ViewWriter.write` and `written`. Not
/// `Sendable`: one serial queue uses it.
package final class WritePath {
  /// The own line.
  package let site: SiteID
  private let log: LogStore
  private let reader: LogReader
  private let views: ViewWriter
  private var fold: Fold?
  private let witnessRule: WitnessRule
  /// The last tree that this site has confirmed; nil where the log was not asked yet.
  private var witnessed: (size: UInt64, at: Timestamp)?
  /// True from `takeBatch` to `finished`.
  package private(set) var isWriting = false

  /// So many changed items at most wait for their rows, some 120 MB, while as many are written.
  package static let waitingItems = 60_000

  /// A path over open files; the views catch up with the log.
  package init(
    log: LogStore, reader: LogReader, views: ViewWriter, witnessRule: WitnessRule = .standard
  ) throws(WriteError) {
    site = log.site
    self.witnessRule = witnessRule
    self.log = log
    self.reader = reader
    self.views = views
    _ = try standing()
  }

  /// Closes the files; what the rows lack is folded in at the next start.
  package func close() {
    fold?.close()
    reader.close()
    views.close()
    log.close()
  }

  // MARK: - Events in

  /// Writes own events: for each draft its event, or why it is none.
  package func append(
    _ drafts: [EventDraft], now: Timestamp
  ) throws(WriteError) -> [Result<LoggedEvent, LogError>] {
    let received = log.role == .hub ? now : nil
    return try folding { judge throws(LogError) in
      let results = try log.append(drafts, now: now) { try judge($0, received) }
      return (results, results.compactMap { try? $0.get() })
    }
  }

  /// Takes a push of a site, at the hub.
  package func ingest(
    _ events: [Event], from site: SiteID, now: Timestamp
  ) throws(WriteError) -> PushAnswer {
    let outcome = try folding { judge throws(LogError) in
      let outcome = try log.ingest(events, admitted: [site], now: now) { try judge($0, now) }
      return (outcome, outcome.accepted)
    }
    let positions = (outcome.duplicates + outcome.accepted.compactMap(\.receipt)).map(\.position)
    var range: ClosedRange<UInt64>?
    if let first = positions.min(), let last = positions.max() { range = first...last }
    return PushAnswer(
      head: head(of: site), position: log.position, positions: range,
      refused: outcome.refused.map { PushRefusal(dot: $0.dot, reason: .init($0.error)) })
  }

  /// Takes a part of the hub's order, at a city, if it gives the tree that the hub states.
  package func accept(
    _ blocks: [TransferText.Block], as tree: TreeHead, now: Timestamp
  ) throws(WriteError) -> (Place, VectorClock) {
    try folding { _ throws(LogError) in ((), try log.accept(blocks, as: tree, now: now)) }
    return (try place(), log.heads)
  }

  /// Confirms the hub's tree on the own line, if it is time to. Whatever receipts a city holds were
  /// compared with that tree before they were stored: its own is what both have agreed on.
  ///
  /// - Returns: true if it was time.
  @discardableResult
  package func witness(now: Timestamp) throws(WriteError) -> Bool {
    let head = log.treeHead
    let last = try lastWitnessed()
    guard witnessRule.isDue(size: head.size, now: now, last: last.size, at: last.at) else {
      return false
    }
    witnessed = nil
    for result in try append([Witness.draft(head)], now: now) {
      if case .failure(let error) = result { throw .log(error) }
    }
    return true
  }

  private func lastWitnessed() throws(WriteError) -> (size: UInt64, at: Timestamp) {
    if let witnessed { return witnessed }
    do throws(LogError) {
      // A region that has just begun has nothing yet that could have been rewritten.
      let found =
        if let last = try reader.lastOwnWitness() { (last.head.size, last.at) } else {
          (UInt64(0), try reader.firstReceived() ?? Timestamp(milliseconds: 0))
        }
      if log.position > 0 { witnessed = found }
      return found
    } catch {
      throw .log(error)
    }
  }

  /// Takes back a part of the own line, at a city: the hub's order with all its events, until the
  /// hub's last event of the line. Where the line has parted, the hub's branch takes the place of
  /// the own tail, which is written again on top.
  package func takeBack(
    _ blocks: [TransferText.Block], upTo head: LineHead, now: Timestamp
  ) throws(WriteError) -> LinePart {
    // The last one may be on the tail.
    witnessed = nil
    let fold = try standing()
    let refolding = Refolding(
      withdraw: { [reader] fork, items in
        let branched = Branched(number: fold.branches + 1, fork: fork, items: items)
        let hasMembership = items.contains(nil)
        try fold.withdraw(
          branched, membership: hasMembership ? try reader.eventsOfNoItem() : [])
      }, apply: { try fold.apply($0) }, judge: { try fold.judge($0) })
    let part: TakenBack
    do throws(LogError) {
      part = try log.takeBack(blocks, upTo: Dot(site, head.seq), now: now, refolding: refolding)
    } catch {
      // What was folded in may not be stored.
      giveUp()
      throw .log(error)
    }
    return LinePart(
      head: self.head(of: site), place: try place(), heads: log.heads, after: part.position,
      own: part.own, reissued: part.reissued, isComplete: part.isComplete)
  }

  /// Lets the log store events that are judged at its end, and folds in what it stored.
  private func folding<T>(
    _ store: (_ judge: (Event, Timestamp?) throws -> Verdict) throws(LogError) -> (T, [LoggedEvent])
  ) throws(WriteError) -> T {
    let fold = try standing()
    let result: T
    let logged: [LoggedEvent]
    do throws(LogError) {
      (result, logged) = try store { try fold.judge($0, received: $1) }
    } catch {
      // What was judged may be folded in though it was not stored.
      giveUp()
      throw .log(error)
    }
    do throws(ViewError) {
      try fold.apply(logged)
    } catch {
      // The log holds the events, which is what was asked for: the next fold finds them there.
      giveUp()
    }
    return result
  }

  // MARK: - Views

  /// The fold at the log's end; begins one where the last was given up.
  private func standing() throws(WriteError) -> Fold {
    if let fold { return fold }
    precondition(!isWriting, "a fold begins where the rows end: see mustWait")
    do throws(ReplayError) {
      let fold = try Replayer.caughtUp(views, from: reader)
      self.fold = fold
      return fold
    } catch {
      throw .replay(error)
    }
  }

  /// True after a failure: the rows may lack what the log holds, and no batch will bring it.
  package var hasLostFold: Bool { fold == nil }

  /// Brings the rows to the log's end by themselves, where the fold was lost. Needs `mustWait` to
  /// be false, as every event does.
  package func catchUp() throws(WriteError) { _ = try standing() }

  private func giveUp() {
    fold?.close()
    fold = nil
  }

  /// True if so much waits for its rows that they should be written now.
  package var hasMuchWaiting: Bool { (fold?.waiting ?? 0) >= WritePath.waitingItems }

  /// True if the next event must wait for the batch that is being written: as much waits again, or
  /// a fold that was given up can only begin anew where the rows end.
  package var mustWait: Bool { isWriting && (fold == nil || hasMuchWaiting) }

  /// What the rows lack; nil if nothing, or while a batch is being written.
  package func takeBatch() -> ViewBatch? {
    guard !isWriting, let batch = fold?.take() else { return nil }
    isWriting = true
    return batch
  }

  /// The batch that was taken is in the rows, or could not be written; the views then catch up
  /// from the log before the next event.
  package func finished(isWritten: Bool) {
    isWriting = false
    if isWritten { fold?.written() } else { giveUp() }
  }

  // MARK: - Facts for sync

  private func head(of site: SiteID) -> LineHead {
    guard let id = log.headID(of: site) else { return .empty }
    return LineHead(seq: log.heads[site], id: id)
  }

  /// How far the log has come: head of the own line, and the end of the hub's order.
  package var end: (head: LineHead, position: UInt64) { (head(of: site), log.position) }

  /// Heads of all lines.
  package var heads: VectorClock { log.heads }

  /// Where this node stands in the hub's order.
  package func place() throws(WriteError) -> Place {
    guard log.position > 0 else { return .start }
    guard let place = try place(at: log.position) else {
      preconditionFailure("the log holds its last receipt")
    }
    return place
  }

  /// The place at a position of the hub's order; nil if it is not held.
  private func place(at position: UInt64) throws(WriteError) -> Place? {
    guard position > 0, position <= log.position else { return nil }
    do throws(LogError) {
      return try reader.events(after: position - 1, limit: 1).first?.receipt.map { Place($0) }
    } catch {
      throw .log(error)
    }
  }

  /// Events of the own line after `seq`; none if the log cannot be read.
  package func ownLine(after seq: UInt64, limit: Int) -> [Event] {
    (try? reader.line(of: site, after: seq, limit: limit))?.map(\.event) ?? []
  }

  /// The id of an event of the own line; nil if it is not held. A log that cannot be read throws:
  /// taken for an event that is not held, it would look like a fork.
  package func idOnOwnLine(_ seq: UInt64) throws(WriteError) -> Digest? {
    try id(at: Dot(site, seq))
  }

  private func id(at dot: Dot) throws(WriteError) -> Digest? {
    guard dot.seq > 0 else { return nil }
    do throws(LogError) {
      return try reader.event(at: dot)?.event.id
    } catch {
      throw .log(error)
    }
  }

  /// What the hub holds, for one hello. Needs `mustWait` to be false, as every event does. Throws
  /// where log or views cannot be read: that says nothing of the city.
  package func holdings(for hello: Hello) throws(WriteError) -> HubSession.Holdings {
    HubSession.Holdings(
      isAdmitted: try standing().membership[hello.site]?.hasLeft == false, heads: log.heads,
      position: log.position, cityHead: head(of: hello.site),
      idAtHelloHead: try id(at: Dot(hello.site, hello.head.seq)),
      idAtHelloPlace: try place(at: hello.place.position)?.id)
  }

  /// The root of the tree over the first receipts.
  private func root(at size: UInt64) throws(LogError) -> Digest {
    size == log.position ? log.treeHead.root : try reader.treeHead(at: size).root
  }

  /// The body of a pull answer for a city; nil if the log cannot be read.
  ///
  /// - Parameter isWhole: true if the city's own events go with their receipts, too.
  package func batch(
    for city: SiteID, after position: UInt64, isWhole: Bool = false
  ) -> [UInt8]? {
    guard
      let rows = try? reader.events(after: position, limit: SyncLimits.batchEvents)
    else { return nil }
    var batch = PullBatch(for: isWhole ? nil : city, after: position, position: log.position)
    for row in rows {
      guard let receipt = row.receipt else { preconditionFailure("a position is a receipt") }
      guard batch.add(receipt: receipt, event: row.event) else { break }
    }
    guard let root = try? root(at: batch.end) else { return nil }
    return batch.body(root: root)
  }
}

extension PushRefusal.Reason {
  /// The door's refusal in the words of sync.
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
