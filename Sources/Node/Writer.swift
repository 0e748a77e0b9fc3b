// The node's one writer: the write path on a serial queue, many callers per commit, and the rows of
// the views written beside it on a queue of their own.

import Dispatch
package import EventLog
package import Events
package import Sync
import Synchronization
package import Views

/// Appends, ingests and accepts; the rows of the views follow. Every function may be called from
/// any thread and calls back once, on the writer's queue.
package final class Writer: Sendable {
  /// What an append came to: for each draft its event, or why it is none.
  package typealias Appended = Result<[Result<LoggedEvent, LogError>], WriteError>

  private struct Waiting: Sendable {
    let drafts: [EventDraft]
    let completion: @Sendable (Appended) -> Void
  }

  /// Whom to tell when the rows hold what was folded before.
  private final class Followers {
    /// Wait for the batch that is being written.
    var current: [@Sendable () -> Void] = []
    /// Wait for the one after it.
    var next: [@Sendable () -> Void] = []
    /// When the last batch was taken.
    var lastTaken = ContinuousClock.now
    /// True while the rows are to catch up after a pause.
    var isCatchingUp = false
    /// True once the files are being closed.
    var isClosed = false

    /// A batch was taken that holds what all of them wait for.
    func advance() {
      precondition(current.isEmpty, "one batch after the other")
      swap(&current, &next)
    }

    func callCurrent() {
      let calls = current
      current = []
      for call in calls { call() }
    }

    func callNext() {
      let calls = next
      next = []
      for call in calls { call() }
    }
  }

  /// The members are not `Sendable`: `path` and `followers` are used by closures on `queue` alone,
  /// `views` by those on `rows` alone; the path itself writes views only while no batch is under
  /// way, to catch up.
  private struct Confined: @unchecked Sendable {
    let path: WritePath
    let views: ViewWriter
    let followers = Followers()
  }

  private let queue = DispatchQueue(label: "writer", qos: .userInitiated)
  private let rows = DispatchQueue(label: "views")
  private let confined: Confined
  private let waiting = Mutex<[Waiting]>([])
  /// Pushes and pulled parts that wait for the queue.
  private let queued = Atomic<Int>(0)
  private let listeners = Mutex<[@Sendable (LineHead, UInt64) -> Void]>([])
  /// How the batch under way ended, until `endRows` has seen it.
  private let outcome = Mutex<Result<Void, ViewError>?>(nil)
  /// How often the rows may have changed. A reader that sees the same number sees the same rows.
  private let rowsWritten = Atomic<UInt64>(0)
  private let note: @Sendable (String) -> Void

  /// So many events at most share one commit: above it the gain of sharing is used up, and the
  /// first caller should not wait for the last.
  private static let commitEvents = 512

  /// While events keep coming, the rows are written so often: often enough for readers, and rarely
  /// enough that an item that is edited again and again is not written each time.
  private static let longestGap = Duration.seconds(5)
  /// A failure of the views is tried again so soon: an editor reloads a page about then, and a disk
  /// that stays full costs one attempt in that time.
  private static let catchUpSeconds = 1.0

  /// A writer over open files.
  ///
  /// - Parameter note: takes lines for the operator.
  package init(
    log: LogStore, reader: LogReader, views: ViewWriter, note: @escaping @Sendable (String) -> Void
  ) throws(WriteError) {
    confined = Confined(
      path: try WritePath(log: log, reader: reader, views: views), views: views)
    self.note = note
  }

  /// Calls `listener` after each commit with the head of the own line and the log's position.
  func onCommit(_ listener: @escaping @Sendable (LineHead, UInt64) -> Void) {
    listeners.withLock { $0.append(listener) }
  }

  /// A number that is another one once the rows have been written anew, and before anybody is told
  /// that they have. From any thread.
  var rowsVersion: UInt64 { rowsWritten.load(ordering: .acquiring) }

  /// Writes own events. Callers that arrive while a commit is under way share the next one. The
  /// rows of the views hold the events when this calls back.
  package func append(_ drafts: [EventDraft], completion: @escaping @Sendable (Appended) -> Void) {
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
    let result = written { path throws(WriteError) in
      try path.append(batch.flatMap(\.drafts), now: .now)
    }
    if hasMore { queue.async { [self] in appendWaiting() } }
    follow {
      var next = 0
      for caller in batch {
        let own = next..<(next + caller.drafts.count)
        next = own.upperBound
        caller.completion(result.map { Array($0[own]) })
      }
    }
  }

  /// Takes a push of a site, at the hub. The rows follow.
  package func ingest(
    _ events: [Event], from site: SiteID,
    completion: @escaping @Sendable (Result<PushAnswer, WriteError>) -> Void
  ) {
    enqueue { [self] in
      completion(
        written { path throws(WriteError) in try path.ingest(events, from: site, now: .now) })
    }
  }

  /// Takes a part of the hub's order, at a city, as `WritePath.accept` does. The rows follow.
  func accept(
    _ blocks: [TransferText.Block], as tree: TreeHead,
    completion: @escaping @Sendable (Result<(Place, VectorClock), WriteError>) -> Void
  ) {
    enqueue { [self] in
      completion(
        written { path throws(WriteError) in try path.accept(blocks, as: tree, now: .now) })
    }
  }

  /// Confirms the hub's tree, if it is time to.
  func witness() {
    enqueue { [self] in
      let result = written { path throws(WriteError) in _ = try path.witness(now: .now) }
      if case .failure(let error) = result { note("no tree was confirmed: \(error)") }
    }
  }

  /// Takes back a part of the own line, at a city. The rows follow.
  func takeBack(
    _ blocks: [TransferText.Block], upTo head: LineHead,
    completion: @escaping @Sendable (Result<LinePart, WriteError>) -> Void
  ) {
    enqueue { [self] in
      completion(
        written { path throws(WriteError) in
          try path.takeBack(blocks, upTo: head, now: .now)
        })
    }
  }

  /// Runs `work` in its turn; the rows follow.
  private func enqueue(_ work: @escaping @Sendable () -> Void) {
    queued.add(1, ordering: .relaxed)
    queue.async { [self] in
      work()
      queued.subtract(1, ordering: .relaxed)
      startRows()
    }
  }

  /// Calls back when the rows hold everything that the log holds now.
  package func whenRowsFollowed(_ completion: @escaping @Sendable () -> Void) {
    queue.async { [self] in follow(completion) }
  }

  /// Writes, and tells the listeners if the log has grown.
  private func written<T>(
    _ write: (WritePath) throws(WriteError) -> T
  ) -> Result<T, WriteError> {
    let path = confined.path
    makeWay()
    let before = path.end
    let result = Result { () throws(WriteError) in try write(path) }
    let end = path.end
    if end != before {
      for listener in listeners.withLock({ $0 }) { listener(end.head, end.position) }
    }
    return result
  }

  // MARK: - Rows

  /// Waits for the rows where the path cannot go on without them.
  private func makeWay() {
    while confined.path.mustWait {
      rows.sync {}
      endRows()
    }
  }

  /// Lets the rows follow, and calls back when they hold all that is folded now.
  private func follow(_ completion: (@Sendable () -> Void)? = nil) {
    if let completion { confined.followers.next.append(completion) }
    startRows()
  }

  /// Begins to write what the rows lack, unless a batch is under way: then `endRows` goes on. While
  /// more is to be folded and nobody waits for the rows, they wait, too: the more events share a
  /// batch, the fewer items are written twice.
  private func startRows() {
    let (path, followers) = (confined.path, confined.followers)
    if queued.load(ordering: .relaxed) > 0, followers.next.isEmpty, !path.hasMuchWaiting,
      followers.lastTaken.duration(to: .now) < Writer.longestGap
    {
      return
    }
    guard let batch = path.takeBatch() else {
      if !path.isWriting {
        if path.hasLostFold { catchUpLater() }
        followers.callNext()
      }
      return
    }
    followers.advance()
    followers.lastTaken = .now
    rows.async { [self] in
      let result = Result { () throws(ViewError) in try confined.views.write(batch) }
      rowsWritten.add(1, ordering: .releasing)
      outcome.withLock { $0 = result }
      queue.async { [self] in endRows() }
    }
  }

  /// After a failure the rows catch up without waiting for the next event: what was answered is
  /// soon to be seen.
  private func catchUpLater() {
    guard !confined.followers.isCatchingUp else { return }
    confined.followers.isCatchingUp = true
    queue.asyncAfter(deadline: .now() + Writer.catchUpSeconds) { [weak self] in
      guard let self, !confined.followers.isClosed else { return }
      confined.followers.isCatchingUp = false
      makeWay()
      do throws(WriteError) {
        try confined.path.catchUp()
      } catch {
        note("the views do not catch up: \(error)")
      }
      rowsWritten.add(1, ordering: .releasing)
      startRows()
    }
  }

  /// The batch is written, or failed. A second call for the same batch does nothing.
  private func endRows() {
    guard let result = outcome.withLock({ $0.take() }) else { return }
    switch result {
    case .success: confined.path.finished(isWritten: true)
    case .failure(let error):
      // The log holds the events, which is what their writers were promised.
      note("the views were not written: \(error): \(error.hint)")
      confined.path.finished(isWritten: false)
    }
    confined.followers.callCurrent()
    startRows()
  }
}

// MARK: - Facts for sync

extension Writer {
  /// Events of the own line after `seq`; none if the log cannot be read.
  func ownLine(
    after seq: UInt64, limit: Int, completion: @escaping @Sendable ([Event]) -> Void
  ) {
    queue.async { [self] in completion(confined.path.ownLine(after: seq, limit: limit)) }
  }

  /// The id of an event of the own line; nil if it is not held. Waits for the queue.
  func idOnOwnLine(_ seq: UInt64) -> Result<Digest?, WriteError> {
    queue.sync { Result { () throws(WriteError) in try confined.path.idOnOwnLine(seq) } }
  }

  /// What the hub holds, for one hello.
  func holdings(
    for hello: Hello,
    completion: @escaping @Sendable (Result<HubSession.Holdings, WriteError>) -> Void
  ) {
    queue.async { [self] in
      makeWay()
      completion(Result { () throws(WriteError) in try confined.path.holdings(for: hello) })
    }
  }

  /// The body of a pull answer for a city; nil if the log cannot be read.
  func batch(
    for city: SiteID, after position: UInt64, isWhole: Bool,
    completion: @escaping @Sendable ([UInt8]?) -> Void
  ) {
    queue.async { [self] in
      completion(confined.path.batch(for: city, after: position, isWhole: isWhole))
    }
  }

  /// Head of the own line, all heads, and the place in the hub's order. Waits for the queue.
  func ends() throws -> (head: LineHead, heads: VectorClock, place: Place) {
    try queue.sync {
      (confined.path.end.head, confined.path.heads, try confined.path.place())
    }
  }

  /// Waits for what is under way and closes the files; nothing may be called afterwards.
  package func close() {
    queue.sync {
      confined.followers.isClosed = true
      repeat {
        startRows()
        rows.sync {}
        endRows()
      } while confined.path.isWriting
      confined.path.close()
    }
  }
}
