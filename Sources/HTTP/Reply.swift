// How other threads speak to an event loop: a mailbox that wakes it through an eventfd(2), and the
// reply that completes a deferred answer.

import CLinux
import Glibc
import Synchronization

/// Names one exchange on one connection; never used twice by a loop.
struct ExchangeID: Sendable, Equatable {
  var descriptor: Int32
  var number: UInt64
}

/// What a loop can be told.
enum Message: Sendable {
  /// Begin to accept.
  case start
  /// Accept no more, finish what runs, end at the moment given (monotonic milliseconds).
  case drain(untilMilliseconds: UInt64)
  /// A deferred answer has come.
  case reply(ExchangeID, Response)
  /// The writer of this exchange has new bytes or has ended.
  case stream(ExchangeID)
}

/// A queue of messages to one loop. Any thread may post.
final class Mailbox: Sendable {
  private struct State {
    var messages: [Message] = []
    var isClosed = false
  }

  private let state = Mutex(State())
  /// Readable while messages wait.
  let descriptor: Int32

  /// - Throws: the error number where the process has no more descriptors.
  init() throws(ServerError) {
    descriptor = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
    guard descriptor >= 0 else { throw .system(call: "eventfd", code: errno) }
  }

  deinit { close(descriptor) }

  /// Adds a message and wakes the loop where it may sleep.
  func post(_ message: Message) {
    let wakes = state.withLock { state in
      guard !state.isClosed else { return false }
      state.messages.append(message)
      return state.messages.count == 1
    }
    guard wakes else { return }
    var one: UInt64 = 1
    // The counter cannot overflow: it is only raised when the queue was empty.
    _ = write(descriptor, &one, 8)
  }

  /// Takes all messages; the loop only.
  func take() -> [Message] {
    var count: UInt64 = 0
    _ = read(descriptor, &count, 8)
    return state.withLock { state in
      let messages = state.messages
      state.messages = []
      return messages
    }
  }

  /// Drops all messages from now on: the loop has ended.
  func shut() {
    state.withLock { state in
      state.isClosed = true
      state.messages = []
    }
  }
}

/// Completes a deferred answer, once and from any thread.
///
/// If it is released without having been called, the client gets status 500.
package final class Reply: Sendable {
  private let deliver: @Sendable (Response) -> Void
  private let isSent = Atomic(false)

  /// A reply that goes to a function: to a response that is changed on its way, or to a test.
  package init(_ deliver: @escaping @Sendable (Response) -> Void) { self.deliver = deliver }

  convenience init(mailbox: Mailbox, exchange: ExchangeID) {
    self.init { mailbox.post(.reply(exchange, $0)) }
  }

  deinit {
    if !isSent.load(ordering: .acquiring) { deliver(.text("Interner Fehler\n", status: 500)) }
  }

  /// Sends the response; a second call is our own broken promise and traps.
  package func send(_ response: Response) {
    let wasSent = isSent.exchange(true, ordering: .acquiringAndReleasing)
    precondition(!wasSent, "a reply is sent once")
    deliver(response)
  }
}
