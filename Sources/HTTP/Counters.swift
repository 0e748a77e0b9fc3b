// What a loop counts, for metrics. Only its own loop adds; any thread reads.

import Synchronization

/// The counters of one loop.
final class LoopCounters: Sendable {
  let accepted = Atomic(0)
  let refused = Atomic(0)
  let open = Atomic(0)
  let requests = Atomic(0)
  let malformed = Atomic(0)
  let bytesReceived = Atomic(0)
  let bytesSent = Atomic(0)
  let streams = Atomic(0)
  let status2xx = Atomic(0)
  let status3xx = Atomic(0)
  let status4xx = Atomic(0)
  let status5xx = Atomic(0)

  func count(status: Int) {
    switch status {
    case ..<300: LoopCounters.add(1, to: status2xx)
    case ..<400: LoopCounters.add(1, to: status3xx)
    case ..<500: LoopCounters.add(1, to: status4xx)
    default: LoopCounters.add(1, to: status5xx)
    }
  }

  @inline(__always)
  static func add(_ amount: Int, to counter: borrowing Atomic<Int>) {
    counter.wrappingAdd(amount, ordering: .relaxed)
  }
}

/// What a server has done since it began, and what it does now.
package struct CounterSnapshot: Sendable, Equatable {
  /// Connections accepted.
  package var accepted = 0
  /// Connections answered 503 or closed because there were too many.
  package var refused = 0
  /// Connections open now.
  package var open = 0
  /// Requests answered, refused ones among them.
  package var requests = 0
  /// Requests refused by the parser, the target or a limit.
  package var malformed = 0
  /// Bytes read from clients.
  package var bytesReceived = 0
  /// Bytes that the kernel took for clients.
  package var bytesSent = 0
  /// Streams open now.
  package var streams = 0
  /// Answers by class of status.
  package var status2xx = 0
  /// Answers by class of status.
  package var status3xx = 0
  /// Answers by class of status.
  package var status4xx = 0
  /// Answers by class of status.
  package var status5xx = 0

  mutating func add(_ loop: LoopCounters) {
    accepted += loop.accepted.load(ordering: .relaxed)
    refused += loop.refused.load(ordering: .relaxed)
    open += loop.open.load(ordering: .relaxed)
    requests += loop.requests.load(ordering: .relaxed)
    malformed += loop.malformed.load(ordering: .relaxed)
    bytesReceived += loop.bytesReceived.load(ordering: .relaxed)
    bytesSent += loop.bytesSent.load(ordering: .relaxed)
    streams += loop.streams.load(ordering: .relaxed)
    status2xx += loop.status2xx.load(ordering: .relaxed)
    status3xx += loop.status3xx.load(ordering: .relaxed)
    status4xx += loop.status4xx.load(ordering: .relaxed)
    status5xx += loop.status5xx.load(ordering: .relaxed)
  }
}
