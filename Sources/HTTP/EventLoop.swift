// One thread's loop (epoll(7)): accepts, reads, writes, keeps deadlines, hears its mailbox.
// What a request means is in `EventLoop+Requests.swift`.

import CLinux
import Glibc

/// An event loop with its connections. Made and used on one thread only.
final class EventLoop {
  let limits: Limits
  let mailbox: Mailbox
  let counters: LoopCounters
  let handler: Handler
  private let listener: Listener
  private let poll: Int32
  /// Connections that this loop may serve at a time.
  private let capacity: Int
  /// By descriptor.
  private var connections: [Connection?] = []
  private var openCount = 0
  private var refusedCount = 0
  private var lastGeneration: UInt32 = 0
  private var isAccepting = false
  /// Accepting stopped for want of descriptors; tried again at the next tick.
  private var isStarved = false
  private var drainUntil: UInt64?
  private var nextTick: UInt64 = 0
  private var readBuffer = [UInt8](repeating: 0, count: EventLoop.readBytes)

  /// The current moment, taken once per wake.
  var now = monotonicMilliseconds()
  var lastExchange: UInt64 = 0
  /// What the bodies above the usual size take that are coming in or being answered.
  var largeBodyBytes = 0
  var responseHead = ResponseHead()
  /// The answers of the connection in hand, before they are sent: reused, so never allocated.
  var out: [UInt8] = []

  /// One read: a whole form or many pipelined requests.
  private static let readBytes = 65_536
  /// Events taken at a time.
  private static let eventCount = 256
  /// Connections accepted before the open ones have their turn.
  private static let acceptCount = 64
  /// How exactly deadlines are kept.
  private static let tickMilliseconds: UInt64 = 100

  var isDraining: Bool { drainUntil != nil }

  init(
    listener: Listener, share: Int, limits: Limits, mailbox: Mailbox, counters: LoopCounters,
    handler: Handler
  ) throws(ServerError) {
    self.listener = listener
    self.limits = limits
    self.mailbox = mailbox
    self.counters = counters
    self.handler = handler
    capacity = max(1, limits.connections / share)
    poll = epoll_create1(Int32(EPOLL_CLOEXEC))
    guard poll >= 0 else { throw .system(call: "epoll_create1", code: errno) }
    guard watch(mailbox.descriptor, EPOLLIN.rawValue, EPOLL_CTL_ADD) else {
      throw .system(call: "epoll_ctl", code: errno)
    }
  }

  deinit { close(poll) }

  /// Runs until it has drained.
  func run() {
    var events = [epoll_event](repeating: epoll_event(), count: EventLoop.eventCount)
    while true {
      let count = epoll_wait(poll, &events, Int32(events.count), timeout)
      precondition(count >= 0 || errno == EINTR, "epoll_wait fails only on a broken loop")
      now = monotonicMilliseconds()
      for index in 0..<max(0, Int(count)) {
        handle(events[index].data.u64, events[index].events)
      }
      if now >= nextTick { tick() }
      if let until = drainUntil, openCount == 0 || now >= until { break }
    }
    for connection in connections { if let connection { end(connection) } }
  }

  /// Sleeps to the next tick while anything may time out, else until something happens.
  private var timeout: Int32 {
    guard openCount > 0 || isDraining || isStarved else { return -1 }
    return now >= nextTick ? 0 : Int32(nextTick - now)
  }

  private func handle(_ token: UInt64, _ events: UInt32) {
    let descriptor = Int32(truncatingIfNeeded: token)
    if descriptor == mailbox.descriptor { return hear() }
    if descriptor == listener.descriptor { return accept() }
    // Ended earlier in this batch, and the descriptor perhaps given anew.
    guard let connection = connections[Int(descriptor)],
      connection.generation == UInt32(truncatingIfNeeded: token >> 32)
    else { return }
    if events & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0 {
      connection.isBroken = true
    } else {
      // Watched in a stream only. It has nobody to read it once the client has shut its side;
      // nginx and Go take it so too.
      if events & EPOLLRDHUP.rawValue != 0 { connection.isBroken = true }
      if events & EPOLLOUT.rawValue != 0 { flush(connection) }
      if events & EPOLLIN.rawValue != 0 { receive(connection) }
    }
    settle(connection)
  }

  // MARK: - Mailbox

  private func hear() {
    for message in mailbox.take() {
      switch message {
      case .start: startAccepting()
      case .drain(let until): drain(until)
      case .reply(let id, let response):
        guard let connection = find(id), connection.phase == .answering else { continue }
        complete(connection, response)
        settle(connection)
      case .stream(let id):
        guard let connection = find(id), connection.phase == .streaming else { continue }
        pump(connection)
        settle(connection)
      }
    }
  }

  private func find(_ id: ExchangeID) -> Connection? {
    guard Int(id.descriptor) < connections.count,
      let connection = connections[Int(id.descriptor)], connection.exchange?.id == id
    else { return nil }
    return connection
  }

  // MARK: - Accepting

  private func startAccepting() {
    guard !isAccepting, !isDraining else { return }
    // All loops that wait on one socket would wake for each client (epoll_ctl(2)).
    let exclusive = listener.isShared ? EPOLLEXCLUSIVE.rawValue : 0
    isAccepting = watch(listener.descriptor, EPOLLIN.rawValue | exclusive, EPOLL_CTL_ADD)
    isStarved = !isAccepting
  }

  private func stopAccepting() {
    guard isAccepting else { return }
    isAccepting = false
    _ = watch(listener.descriptor, 0, EPOLL_CTL_DEL)
  }

  private func accept() {
    for _ in 0..<EventLoop.acceptCount {
      switch listener.accept() {
      case .success(let client): add(client.descriptor, client.peer)
      case .failure(let code):
        switch code.number {
        case EAGAIN: return
        case EMFILE, ENFILE, ENOBUFS, ENOMEM:
          stopAccepting()
          isStarved = true
          return
        default: continue  // This one client went away before it was accepted.
        }
      }
    }
  }

  private func add(_ descriptor: Int32, _ peer: String) {
    LoopCounters.add(1, to: counters.accepted)
    let isRefused = openCount - refusedCount >= capacity
    if isRefused {
      LoopCounters.add(1, to: counters.refused)
      guard refusedCount < limits.refusedConnections else {
        close(descriptor)
        return
      }
      refusedCount += 1
    }
    lastGeneration &+= 1
    let connection = Connection(
      descriptor: descriptor, generation: lastGeneration, peer: peer, isRefused: isRefused,
      limits: limits, now: now)
    while connections.count <= Int(descriptor) { connections.append(nil) }
    connections[Int(descriptor)] = connection
    openCount += 1
    LoopCounters.add(1, to: counters.open)
    connection.interest = EPOLLIN.rawValue
    connection.isBroken = !watch(
      descriptor, connection.interest, EPOLL_CTL_ADD, connection.generation)
    if isRefused { refuseForCapacity(connection) }
    settle(connection)
  }

  // MARK: - Reading

  private func receive(_ connection: Connection) {
    let room = readBuffer.count
    let count = readBuffer.withUnsafeMutableBytes {
      read(connection.descriptor, $0.baseAddress, room)
    }
    guard count > 0 else {
      if count < 0, errno == EAGAIN || errno == EINTR { return }
      if count < 0 { connection.isBroken = true } else { hearEnd(connection) }
      return
    }
    LoopCounters.add(count, to: counters.bytesReceived)
    guard connection.phase == .reading else { return }
    if connection.inbox.isEmpty {
      let consumed = process(connection, readBuffer, count)
      if consumed < count { connection.inbox = Array(readBuffer[consumed..<count]) }
    } else {
      connection.inbox.append(contentsOf: readBuffer[..<count])
      processInbox(connection)
    }
  }

  private func processInbox(_ connection: Connection) {
    // Taken out, so that it shrinks and grows in place.
    var bytes = connection.inbox
    connection.inbox = []
    bytes.removeFirst(process(connection, bytes, bytes.count))
    connection.inbox = bytes
  }

  /// The client has shut its side: what it asked for before was answered or is on its way.
  private func hearEnd(_ connection: Connection) {
    connection.hasReadEnd = true
    if connection.phase == .reading {
      connection.enter(.closing, now: now)
    } else {
      connection.isBroken = true
    }
  }

  // MARK: - Ends

  /// Goes on with what was read earlier, sends what is ready, and sets what to wait for: called
  /// after each event of a connection.
  private func settle(_ connection: Connection) {
    flush(connection)
    while connection.isHeld, connection.phase == .reading, !connection.isBroken,
      connection.outbox.byteCount < limits.pipelineBytes
    {
      processInbox(connection)
      flush(connection)
    }
    if connection.phase == .closing, connection.outbox.isEmpty { linger(connection) }
    guard !connection.isBroken else { return end(connection) }
    connection.checkInvariants()
    connection.deadline = connection.deadline(limits, isDraining: isDraining)
    var interest: UInt32 = 0
    if connection.phase == .streaming { interest |= EPOLLRDHUP.rawValue }
    if !connection.outbox.isEmpty { interest |= EPOLLOUT.rawValue }
    if connection.phase == .lingering
      || connection.phase == .reading && connection.outbox.byteCount < limits.pipelineBytes
    {
      interest |= EPOLLIN.rawValue
    }
    guard interest != connection.interest else { return }
    connection.interest = interest
    if !watch(connection.descriptor, interest, EPOLL_CTL_MOD, connection.generation) {
      end(connection)
    }
  }

  /// RFC 9112 §9.6: shuts our side and waits for the client's end, lest a reset destroys the
  /// answer on its way.
  private func linger(_ connection: Connection) {
    guard !connection.hasReadEnd else {
      connection.isBroken = true
      return
    }
    shutdown(connection.descriptor, Int32(SHUT_WR))
    connection.inbox = []
    connection.enter(.lingering, now: now)
  }

  /// Sends what `out` and the outbox hold, as far as the kernel takes it.
  func flush(_ connection: Connection) {
    if !out.isEmpty {
      var sent = 0
      if connection.outbox.isEmpty, !connection.isBroken {
        sent = max(0, sendBytes(connection.descriptor, out, from: 0, hasMore: false))
        LoopCounters.add(sent, to: counters.bytesSent)
        connection.progress = now
      }
      if sent < out.count { connection.outbox.append(Array(out[sent...])) }
      out.removeAll(keepingCapacity: true)
    }
    guard !connection.outbox.isEmpty, !connection.isBroken else { return }
    switch connection.outbox.flush(to: connection.descriptor) {
    case .broken: connection.isBroken = true
    case .sent(let count):
      guard count > 0 else { return }
      LoopCounters.add(count, to: counters.bytesSent)
      connection.progress = now
      connection.stream?.sent(remaining: connection.outbox.byteCount)
    }
  }

  private func end(_ connection: Connection) {
    guard connections[Int(connection.descriptor)] === connection else { return }
    connections[Int(connection.descriptor)] = nil
    openCount -= 1
    release(connection)
    if connection.isRefused { refusedCount -= 1 }
    LoopCounters.add(-1, to: counters.open)
    closeStream(connection)
    close(connection.descriptor)
  }

  // MARK: - Time

  private func tick() {
    nextTick = now + EventLoop.tickMilliseconds
    if isStarved { startAccepting() }
    for connection in connections {
      guard let connection, connection.deadline <= now else { continue }
      expire(connection)
      settle(connection)
    }
  }

  private func expire(_ connection: Connection) {
    guard connection.outbox.isEmpty else {
      connection.isBroken = true
      return
    }
    switch connection.phase {
    case .reading where connection.messageStart != nil: refuse(connection, .slowRequest)
    case .answering: complete(connection, .empty(503), closes: true)
    case .reading, .streaming, .closing, .lingering: connection.isBroken = true
    }
  }

  private func drain(_ until: UInt64) {
    if isAccepting {
      // Who is already in the queue would be reset with the listener: they are served.
      accept()
      stopAccepting()
    }
    isStarved = false
    if !listener.isShared { listener.shut() }
    drainUntil = min(until, drainUntil ?? .max)
    for connection in connections {
      guard let connection else { continue }
      if connection.isIdle, connection.served > 0 { connection.enter(.closing, now: now) }
      if connection.isIdle { connection.since = now }
      settle(connection)
    }
  }

  private func watch(
    _ descriptor: Int32, _ events: UInt32, _ operation: Int32, _ generation: UInt32 = 0
  ) -> Bool {
    var event = epoll_event()
    event.events = events
    event.data.u64 = UInt64(generation) << 32 | UInt64(UInt32(bitPattern: descriptor))
    return epoll_ctl(poll, operation, descriptor, &event) == 0
  }
}
