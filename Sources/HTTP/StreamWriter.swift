// The writing end of a response that comes in time: server-sent events, exports, long downloads.
//
// Bytes go from the writer to the loop in batches. What waits (in the writer and in the loop) is
// bounded by `Limits.streamBacklogBytes`; beyond it `write` takes nothing and says so.

import Synchronization

/// What the writer and the connection share.
///
/// Invariants:
/// - `waiting` and `unsent` together never exceed the limit by more than the framing of chunks.
/// - Once `isClosed` no bytes are taken; the callbacks run once and then are gone.
final class StreamState: Sendable {
  struct Guarded {
    /// Bytes that the loop has not taken.
    var waiting: [UInt8] = []
    /// Bytes that the loop took and the client has not.
    var unsent = 0
    var isFinished = false
    var isAborted = false
    var isClosed = false
    /// Whether the loop knows that it should look.
    var isAnnounced = false
    var onClose: [@Sendable () -> Void] = []
    var onDrain: (@Sendable () -> Void)?
  }

  /// What the loop finds when it looks.
  struct Batch {
    var bytes: [UInt8]
    var isFinished: Bool
    var isAborted: Bool
  }

  let guarded = Mutex(Guarded())
  let mailbox: Mailbox
  let exchange: ExchangeID
  let limit: Int

  init(mailbox: Mailbox, exchange: ExchangeID, limit: Int) {
    self.mailbox = mailbox
    self.exchange = exchange
    self.limit = limit
  }

  /// Changes the state and tells the loop, unless it already knows.
  func change(_ body: (inout sending Guarded) -> Bool) -> Bool {
    let (result, announces) = guarded.withLock { state in
      let result = body(&state)
      let announces = result && !state.isAnnounced
      if announces { state.isAnnounced = true }
      return (result, announces)
    }
    if announces { mailbox.post(.stream(exchange)) }
    return result
  }

  /// Takes what waits; the loop only.
  func take() -> Batch {
    guarded.withLock { state in
      state.isAnnounced = false
      let batch = Batch(
        bytes: state.waiting, isFinished: state.isFinished, isAborted: state.isAborted)
      state.unsent += state.waiting.count
      state.waiting = []
      return batch
    }
  }

  /// Notes how much the client has not taken; calls the producer back below half the limit.
  func sent(remaining: Int) {
    let callback = guarded.withLock { state -> (@Sendable () -> Void)? in
      state.unsent = remaining
      guard state.unsent + state.waiting.count <= limit / 2 else { return nil }
      let callback = state.onDrain
      state.onDrain = nil
      return callback
    }
    callback?()
  }

  /// The connection is done with the stream, for whatever reason; the loop only.
  func close() {
    let callbacks = guarded.withLock { state -> [@Sendable () -> Void] in
      guard !state.isClosed else { return [] }
      state.isClosed = true
      state.waiting = []
      var callbacks = state.onClose
      if let onDrain = state.onDrain { callbacks.append(onDrain) }
      state.onClose = []
      state.onDrain = nil
      return callbacks
    }
    for callback in callbacks { callback() }
  }
}

/// Writes the content of a stream from any thread. Released without `finish`, it cuts the
/// connection, so that the client sees that the content is not whole.
package final class StreamWriter: Sendable {
  private let state: StreamState

  init(_ state: StreamState) { self.state = state }

  deinit { abort() }

  /// Hands bytes on without waiting.
  ///
  /// - Returns: whether they were taken, all of them. Not taken: the client is gone (`isOpen` is
  ///   false) or too far behind (wait for `onDrain`, or give the client up with `abort`).
  @discardableResult
  package func write(_ bytes: [UInt8]) -> Bool {
    state.change { guarded in
      guard !guarded.isClosed, !guarded.isFinished, !guarded.isAborted else { return false }
      let behind = guarded.waiting.count + guarded.unsent
      // A single write above the limit is taken when nothing waits, or it could never be sent.
      guard behind == 0 || behind + bytes.count <= state.limit else { return false }
      guarded.waiting.append(contentsOf: bytes)
      return true
    }
  }

  /// Whether the client may still take bytes.
  package var isOpen: Bool {
    state.guarded.withLock { !$0.isClosed && !$0.isFinished && !$0.isAborted }
  }

  /// Ends the content after all bytes taken.
  package func finish() {
    _ = state.change { guarded in
      guard !guarded.isClosed, !guarded.isAborted else { return false }
      guarded.isFinished = true
      return true
    }
  }

  /// Ends the connection at once without a proper end of the content.
  package func abort() {
    _ = state.change { guarded in
      guard !guarded.isClosed, !guarded.isFinished else { return false }
      guarded.isAborted = true
      return true
    }
  }

  /// Calls back once when the stream has ended, finished or not; at once where it has already.
  /// The call comes on the event loop or on this thread and must be short.
  package func onClose(_ body: @escaping @Sendable () -> Void) {
    let isClosed = state.guarded.withLock { guarded in
      if !guarded.isClosed { guarded.onClose.append(body) }
      return guarded.isClosed
    }
    if isClosed { body() }
  }

  /// Calls back once when at most half the backlog waits, or the stream has closed; at once where
  /// that holds already. One callback at a time: a later one takes the place of an earlier one.
  package func onDrain(_ body: @escaping @Sendable () -> Void) {
    let isReady = state.guarded.withLock { guarded in
      let behind = guarded.waiting.count + guarded.unsent
      if guarded.isClosed || behind <= state.limit / 2 { return true }
      guarded.onDrain = body
      return false
    }
    if isReady { body() }
  }
}
