// One client of one loop: what it sent, what it is owed, and until when.

/// The state of a connection. Only its loop touches it.
///
/// Invariants:
/// - In `.reading` no exchange is open; in `.answering` and `.streaming` there is one, and nothing
///   is read or parsed.
/// - `stream` is set in `.streaming` only.
/// - From `.closing` on no request is served any more.
final class Connection {
  /// What the connection waits for.
  enum Phase {
    /// Bytes of a request.
    case reading
    /// The reply of a deferred answer.
    case answering
    /// The bytes of a stream.
    case streaming
    /// The rest of the last answer to be sent; then the end.
    case closing
    /// The client's end: our side is shut, what still comes is dropped.
    case lingering
  }

  let descriptor: Int32
  /// Tells this connection from earlier ones with the same descriptor.
  let generation: UInt32
  let peer: String
  /// Whether it is over the limit and only gets its 503.
  let isRefused: Bool

  var phase = Phase.reading
  var parser: RequestParser
  /// Bytes that were read and not consumed.
  var inbox: [UInt8] = []
  /// Whether the inbox may hold whole requests that were not looked at.
  var isHeld = false
  var outbox = Outbox()
  /// The request of which the head was read.
  var request: Request?
  var exchange: Exchange?
  /// What the body of the open request may take of the loop's room for large bodies.
  var largeBodyBytes = 0
  var stream: StreamState?
  /// Whether the client has shut its side: no more requests will come.
  var hasReadEnd = false
  /// Whether the connection must go at once.
  var isBroken = false
  var served = 0
  /// What epoll watches now.
  var interest: UInt32 = 0

  // Moments in monotonic milliseconds.
  var messageStart: UInt64?
  var bodyStart: UInt64 = 0
  /// When the phase began, or when the connection became idle.
  var since: UInt64
  /// When the client last took bytes, or when bytes began to wait.
  var progress: UInt64
  /// When patience ends.
  var deadline = UInt64.max

  init(
    descriptor: Int32, generation: UInt32, peer: String, isRefused: Bool, limits: Limits,
    now: UInt64
  ) {
    self.descriptor = descriptor
    self.generation = generation
    self.peer = peer
    self.isRefused = isRefused
    parser = RequestParser(limits: limits)
    since = now
    progress = now
  }

  /// Whether no request is under way.
  var isIdle: Bool { phase == .reading && messageStart == nil && outbox.isEmpty }

  /// Moves to a phase.
  func enter(_ phase: Phase, now: UInt64) {
    self.phase = phase
    since = now
  }

  /// The moment until which the client may go on as it does.
  func deadline(_ limits: Limits, isDraining: Bool) -> UInt64 {
    func after(_ start: UInt64, _ seconds: Double) -> UInt64 {
      start + UInt64(seconds * 1_000)
    }
    if phase == .lingering { return after(since, limits.lingerSeconds) }
    if !outbox.isEmpty { return after(progress, limits.writeSeconds) }
    switch phase {
    case .reading:
      guard let messageStart else {
        return after(since, isDraining ? limits.drainIdleSeconds : limits.idleSeconds)
      }
      guard parser.isInBody else { return after(messageStart, limits.headerSeconds) }
      let earned = UInt64(parser.bodyReceived * 1_000 / limits.bodyBytesPerSecond)
      return after(bodyStart, limits.bodySeconds) + earned
    case .answering: return after(since, limits.answerSeconds)
    case .streaming: return .max
    case .closing, .lingering: return after(since, limits.lingerSeconds)
    }
  }

  /// Traps where an invariant does not hold.
  func checkInvariants() {
    switch phase {
    case .reading: precondition(exchange == nil && stream == nil, "reading: no exchange is open")
    case .answering: precondition(exchange != nil && stream == nil, "answering: one exchange")
    case .streaming: precondition(exchange != nil && stream != nil, "streaming: with its stream")
    case .closing, .lingering: precondition(stream == nil, "a stream ends before its connection")
    }
  }
}
