// The door of the module: listeners, one event loop per core, and their common end.
//
// Each loop has its own thread, its own listener on the same port (SO_REUSEPORT), its own
// connections and its own handler. Under socket activation all loops share one descriptor.

import CLinux
import Dispatch
import Glibc
import Synchronization

/// Why a server cannot start.
package enum ServerError: Error, Sendable, Equatable {
  /// A call of the system failed with this error number.
  case system(call: String, code: Int32)
  /// Another process listens on this address.
  case addressInUse(host: String, port: Int)
  /// The host is not an address of IPv4 or IPv6.
  case notAnAddress(String)
  /// The handler of a loop could not be made.
  case handler(loop: Int, reason: String)
}

/// Where and how a server listens.
package struct ServerConfiguration: Sendable {
  /// An address of IPv4 or IPv6, or `localhost`.
  package var host: String
  /// The port; 0 for any that is free.
  package var port: Int
  /// The number of event loops.
  package var loops: Int
  /// The bounds.
  package var limits: Limits
  /// A listening socket from the service manager; then host and port are not used. The server
  /// closes it.
  package var inheritedDescriptor: Int32?

  /// A server on loopback with one loop per core unless told otherwise.
  package init(
    host: String = "127.0.0.1", port: Int = 0,
    loops: Int = sysconf(Int32(_SC_NPROCESSORS_ONLN)), limits: Limits = Limits(),
    inheritedDescriptor: Int32? = nil
  ) {
    self.host = host
    self.port = port
    self.loops = loops
    self.limits = limits
    self.inheritedDescriptor = inheritedDescriptor
  }
}

/// An HTTP/1.1 server. All methods may be called from any thread.
package final class Server: Sendable {
  private let mailboxes: [Mailbox]
  private let counters: [LoopCounters]
  private let ended: DispatchGroup
  /// The port on which the server listens; 0 for a local socket.
  package let port: Int

  /// Listens and makes the handlers; connections wait in the kernel until `start`.
  ///
  /// - Parameters:
  ///   - configuration: where and how.
  ///   - makeHandler: makes the handler of the loop with this number, on that loop's thread.
  package init(
    configuration: ServerConfiguration,
    makeHandler: @escaping @Sendable (_ loop: Int) throws -> Handler
  ) throws(ServerError) {
    precondition(configuration.loops > 0, "a server needs an event loop")
    // Writing to a socket whose client has gone must be an error of that call, not a signal.
    signal(SIGPIPE, SIG_IGN)
    let listeners = try Listener.open(configuration)
    port = listeners[0].port
    var mailboxes: [Mailbox] = []
    for _ in 0..<configuration.loops { mailboxes.append(try Mailbox()) }
    self.mailboxes = mailboxes
    counters = mailboxes.map { _ in LoopCounters() }
    ended = DispatchGroup()
    let launch = Launch()
    for loop in 0..<configuration.loops {
      run(loop, listeners[loop % listeners.count], configuration, makeHandler, launch)
    }
    if let error = launch.wait(for: configuration.loops) {
      drain(deadlineSeconds: 0)
      throw error
    }
  }

  deinit {
    for mailbox in mailboxes { mailbox.post(.drain(untilMilliseconds: 0)) }
  }

  /// Begins to accept.
  package func start() {
    for mailbox in mailboxes { mailbox.post(.start) }
  }

  /// Accepts no more, closes idle connections, finishes the requests that run, and ends the loops.
  /// Blocks until they have ended, so it must not be called on one of them.
  ///
  /// - Parameter deadlineSeconds: when connections that still run, streams among them, are cut.
  package func drain(deadlineSeconds: Double) {
    let until = monotonicMilliseconds() + UInt64(max(0, deadlineSeconds) * 1_000)
    for mailbox in mailboxes { mailbox.post(.drain(untilMilliseconds: until)) }
    ended.wait()
  }

  /// What the server has done so far, over all loops.
  package var snapshot: CounterSnapshot {
    counters.reduce(into: CounterSnapshot()) { $0.add($1) }
  }

  private func run(
    _ loop: Int, _ listener: Listener, _ configuration: ServerConfiguration,
    _ makeHandler: @escaping @Sendable (Int) throws -> Handler, _ launch: Launch
  ) {
    let mailbox = mailboxes[loop]
    let counters = counters[loop]
    let ended = ended
    ended.enter()
    LoopThread.start(named: "http-\(loop)") {
      defer {
        mailbox.shut()
        ended.leave()
      }
      do {
        let handler = try makeHandler(loop)
        let eventLoop = try EventLoop(
          listener: listener, share: configuration.loops, limits: configuration.limits,
          mailbox: mailbox, counters: counters, handler: handler)
        launch.report(nil)
        eventLoop.run()
      } catch let error as ServerError {
        launch.report(error)
      } catch {
        launch.report(.handler(loop: loop, reason: String(describing: error)))
      }
    }
  }
}

/// A thread of POSIX for one loop.
private enum LoopThread {
  /// The stack: handlers render pages on it.
  private static let stackBytes = 4 << 20

  /// What the new thread runs.
  private final class Start {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
      self.name = name
      self.body = body
    }
  }

  /// Runs `body` on a thread of its own.
  static func start(named name: String, _ body: @escaping @Sendable () -> Void) {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setstacksize(&attributes, stackBytes)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    defer { pthread_attr_destroy(&attributes) }
    var thread = pthread_t()
    let start = Unmanaged.passRetained(Start(name: name, body: body))
    let code = pthread_create(
      &thread, &attributes,
      { argument in
        // `argument` is what `passRetained` gave: pthread hands it on once, never nil.
        let start = Unmanaged<Start>.fromOpaque(argument!).takeRetainedValue()
        name_this_thread(start.name)
        start.body()
        return nil
      }, start.toOpaque())
    precondition(code == 0, "the system gives a thread to each event loop of a starting server")
  }
}

/// Collects from the loops whether they came up.
private final class Launch: Sendable {
  private let failure = Mutex<ServerError?>(nil)
  private let reports = DispatchSemaphore(value: 0)

  func report(_ error: ServerError?) {
    if let error { failure.withLock { $0 = $0 ?? error } }
    reports.signal()
  }

  func wait(for count: Int) -> ServerError? {
    for _ in 0..<count { reports.wait() }
    return failure.withLock { $0 }
  }
}
