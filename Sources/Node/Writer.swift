// The node's one writer: log first, then views, on one serial queue, many callers per commit.
//
// Invariants
// - Only the queue touches log and views.
// - The views are at the log's end whenever a fold begins, else nothing is judged.

import Catalogue
import Dispatch
import EventLog
import Events
import Replay
import SQLite
import Sync
import Synchronization
import Views

/// Why the node did not write.
enum WriteError: Error, Sendable, CustomStringConvertible {
  /// The log refused or failed.
  case log(LogError)
  /// The views failed; the log is whole.
  case views(ViewError)
  /// The views could not be brought to the log's end.
  case replay(ReplayError)

  var description: String {
    switch self {
    case .log(let error): "\(error): \(error.hint)"
    case .views(let error): "\(error): \(error.hint)"
    case .replay(let error): "\(error): \(error.hint)"
    }
  }

  /// True if the disk has no room.
  var isDiskFull: Bool {
    if case .log(.storage(.full)) = self { true } else { false }
  }

  /// True if what was brought cannot be stored by anybody; false if trying again may help.
  var isAboutTheBatch: Bool {
    switch self {
    case .log(.storage), .log(.judgeFailed), .log(.otherWriter), .views, .replay: false
    case .log: true
    }
  }
}

/// Appends, ingests and accepts. Every function may be called from any thread and calls back once,
/// on the writer's queue.
final class Writer: Sendable {
  /// What an append came to: for each draft its event, or why it is none.
  typealias Appended = Result<[Result<LoggedEvent, LogError>], WriteError>

  private struct Waiting: Sendable {
    let drafts: [EventDraft]
    let completion: @Sendable (Appended) -> Void
  }

  /// What the queue alone touches.
  private final class Files {
    let log: LogStore
    let reader: LogReader
    let views: ViewWriter

    init(log: LogStore, reader: LogReader, views: ViewWriter) {
      self.log = log
      self.reader = reader
      self.views = views
    }
  }

  /// `Files` is not `Sendable`; only closures on `queue` use it, one after another.
  private struct Confined: @unchecked Sendable {
    let files: Files
  }

  private let queue = DispatchQueue(label: "writer", qos: .userInitiated)
  private let confined: Confined
  private let waiting = Mutex<[Waiting]>([])
  private let listeners = Mutex<[@Sendable (LineHead, UInt64) -> Void]>([])
  private let site: SiteID

  /// So many events at most share one commit: above it the gain of sharing is used up, and the
  /// first caller should not wait for the last.
  private static let commitEvents = 512

  /// A writer over open files.
  init(log: LogStore, reader: LogReader, views: ViewWriter) {
    site = log.site
    confined = Confined(
      files: Files(log: log, reader: reader, views: views))
  }

  /// Calls `listener` after each commit with the head of the own line and the log's position.
  func onCommit(_ listener: @escaping @Sendable (LineHead, UInt64) -> Void) {
    listeners.withLock { $0.append(listener) }
  }

  /// Writes own events. Callers that arrive while a commit is under way share the next one.
  func append(_ drafts: [EventDraft], completion: @escaping @Sendable (Appended) -> Void) {
    let isFirst = waiting.withLock { waiting in
      waiting.append(Waiting(drafts: drafts, completion: completion))
      return waiting.count == 1
    }
    if isFirst { queue.async { [self] in appendWaiting() } }
  }

  private func appendWaiting() {
    let (batch, hasMore) = waiting.withLock { waiting in
      var count = 0
      var events = 0
      while count < waiting.count, count == 0 || events < Writer.commitEvents {
        events += waiting[count].drafts.count
        count += 1
      }
      defer { waiting.removeFirst(count) }
      return (Array(waiting.prefix(count)), count < waiting.count)
    }
    let result = Result { () throws(WriteError) in try append(batch.flatMap(\.drafts)) }
    if hasMore { queue.async { [self] in appendWaiting() } }
    var next = 0
    for caller in batch {
      let own = next..<(next + caller.drafts.count)
      next = own.upperBound
      caller.completion(result.map { Array($0[own]) })
    }
  }

  private func append(
    _ drafts: [EventDraft]
  ) throws(WriteError) -> [Result<LoggedEvent, LogError>] {
    let files = confined.files
    let now = Timestamp.now
    let fold = try beginFold()
    let results: [Result<LoggedEvent, LogError>]
    do throws(LogError) {
      results = try files.log.append(drafts, now: now) { event in
        try fold.judge(event, received: files.log.role == .hub ? now : nil)
      }
    } catch {
      throw .log(error)
    }
    try finish(fold, results.compactMap { try? $0.get() })
    return results
  }

  /// Takes a push of a site, at the hub.
  func ingest(
    _ events: [Event], from site: SiteID,
    completion: @escaping @Sendable (Result<PushAnswer, WriteError>) -> Void
  ) {
    queue.async { [self] in
      completion(Result { () throws(WriteError) in try ingest(events, from: site) })
    }
  }

  private func ingest(_ events: [Event], from site: SiteID) throws(WriteError) -> PushAnswer {
    let files = confined.files
    let now = Timestamp.now
    let fold = try beginFold()
    let outcome: IngestOutcome
    do throws(LogError) {
      outcome = try files.log.ingest(events, admitted: [site], now: now) { event in
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
      head: head(of: site), position: files.log.position, positions: range,
      refused: outcome.refused.map { PushRefusal(dot: $0.dot, reason: .init($0.error)) })
  }

  /// Takes a part of the hub's order, at a city.
  func accept(
    _ blocks: [TransferText.Block],
    completion: @escaping @Sendable (Result<(Place, VectorClock), WriteError>) -> Void
  ) {
    queue.async { [self] in
      completion(Result { () throws(WriteError) in try accept(blocks) })
    }
  }

  private func accept(
    _ blocks: [TransferText.Block]
  ) throws(WriteError) -> (Place, VectorClock) {
    let files = confined.files
    let fold = try beginFold()
    let accepted: [LoggedEvent]
    do throws(LogError) {
      accepted = try files.log.accept(blocks)
    } catch {
      throw .log(error)
    }
    try finish(fold, accepted)
    return (try place(), files.log.heads)
  }

  // MARK: - Views

  /// A fold at the log's end. After a crash between the two commits the views are behind: they
  /// catch up first, by the same fold.
  private func beginFold() throws(WriteError) -> Fold {
    try catchUp()
    return confined.files.views.begin()
  }

  private func catchUp() throws(WriteError) {
    let files = confined.files
    guard
      files.views.position < files.log.position || files.views.ownSeq < files.log.heads[site]
    else { return }
    do throws(ReplayError) {
      try Replayer.catchUp(files.views, from: files.reader)
    } catch {
      throw .replay(error)
    }
  }

  private func finish(_ fold: Fold, _ logged: [LoggedEvent]) throws(WriteError) {
    do throws(ViewError) {
      for event in logged { try fold.apply(event) }
      _ = try fold.commit()
    } catch {
      // The log holds the events: the next write brings the views to its end first.
      throw .views(error)
    }
    if logged.isEmpty { return }
    let (head, position) = (head(of: site), confined.files.log.position)
    for listener in listeners.withLock({ $0 }) { listener(head, position) }
  }

  // MARK: - Reading for sync

  private func head(of site: SiteID) -> LineHead {
    let log = confined.files.log
    guard let id = log.headID(of: site) else { return .empty }
    return LineHead(seq: log.heads[site], id: id)
  }

  private func place() throws(WriteError) -> Place {
    let position = confined.files.log.position
    guard position > 0 else { return .start }
    guard let place = try place(at: position) else {
      preconditionFailure("the log holds its last receipt")
    }
    return place
  }

  /// The place at a position of the hub's order; nil if it is not held.
  private func place(at position: UInt64) throws(WriteError) -> Place? {
    guard position > 0, position <= confined.files.log.position else { return nil }
    do throws(LogError) {
      let row = try confined.files.reader.events(after: position - 1, limit: 1).first
      return row?.receipt.map { Place($0) }
    } catch {
      throw .log(error)
    }
  }
}

// MARK: - Facts for sync

extension Writer {
  /// Events of the own line after `seq`; none if the log cannot be read.
  func ownLine(
    after seq: UInt64, limit: Int, completion: @escaping @Sendable ([Event]) -> Void
  ) {
    queue.async { [self] in
      let rows = try? confined.files.reader.line(of: site, after: seq, limit: limit)
      completion(rows?.map(\.event) ?? [])
    }
  }

  /// The id of an event of the own line; nil if it is not held. Waits for the queue.
  func idOnOwnLine(_ seq: UInt64) -> Digest? {
    queue.sync { try? confined.files.reader.event(at: Dot(site, seq))?.event.id }
  }

  /// What the hub holds, for one hello.
  func holdings(
    for hello: Hello, completion: @escaping @Sendable (HubSession.Holdings) -> Void
  ) {
    queue.async { [self] in
      let files = confined.files
      let place = hello.place.position
      let head = Dot(hello.site, hello.head.seq)
      let heldHead = hello.head.seq > 0 ? try? files.reader.event(at: head)?.event.id : nil
      completion(
        HubSession.Holdings(
          isAdmitted: files.views.membership[hello.site]?.hasLeft == false,
          heads: files.log.heads, position: files.log.position, cityHead: self.head(of: hello.site),
          idAtHelloHead: heldHead, idAtHelloPlace: (try? self.place(at: place))?.id))
    }
  }

  /// The body of a pull answer for a city; nil if the log cannot be read.
  func batch(
    for city: SiteID, after position: UInt64, completion: @escaping @Sendable ([UInt8]?) -> Void
  ) {
    queue.async { [self] in
      let files = confined.files
      guard
        let rows = try? files.reader.events(after: position, limit: SyncLimits.batchEvents)
      else { return completion(nil) }
      var batch = PullBatch(for: city, position: files.log.position)
      for row in rows {
        guard let receipt = row.receipt else { preconditionFailure("a position is a receipt") }
        guard batch.add(receipt: receipt, event: row.event) else { break }
      }
      completion(batch.body)
    }
  }

  /// Closes the files. Waits for the queue; nothing may be called afterwards.
  func close() {
    queue.sync {
      confined.files.reader.close()
      confined.files.views.close()
      confined.files.log.close()
    }
  }

  /// Head of the own line, all heads, and the place in the hub's order. Waits for the queue.
  func ends() throws -> (head: LineHead, heads: VectorClock, place: Place) {
    try queue.sync {
      try catchUp()
      return (head(of: site), confined.files.log.heads, try place())
    }
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
