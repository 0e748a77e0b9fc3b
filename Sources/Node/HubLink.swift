// A city's link to the hub: performs what CitySession decides, over URLSession.
// Protocols/sync.md.

import Dispatch
import EventLog
package import Events
import Foundation
import Sync
import Synchronization

/// Runs the sync of a city. Facts come in on one serial queue, effects run outside of any lock.
final class HubLink: Sendable {
  private struct State {
    var session: CitySession
    var tasks: [Ticket: HTTPTask] = [:]
    var isStopped = false
  }

  private let queue = DispatchQueue(label: "hub link")
  private let state: Mutex<State>
  private let writer: Writer
  private let upstream: String
  private let join: JoinFile
  private let note: @Sendable (String) -> Void
  private let restored: @Sendable () -> Void

  /// A link that has not begun.
  init(
    upstream: String, join: JoinFile, session: CitySession, writer: Writer,
    note: @escaping @Sendable (String) -> Void, restored: @escaping @Sendable () -> Void
  ) {
    self.restored = restored
    state = Mutex(State(session: session))
    self.upstream = upstream
    self.join = join
    self.writer = writer
    self.note = note
  }

  /// Says hello for the first time.
  func start() { tell(.start) }

  /// The own line has grown.
  func localAppend(_ head: LineHead) { tell(.localAppend(head)) }

  /// Ends all requests; nothing is sent any more.
  func stop() {
    let tasks = state.withLock { state in
      state.isStopped = true
      return Array(state.tasks.values)
    }
    for task in tasks { task.cancel() }
  }

  /// How the link stands.
  var status: SyncStatus { state.withLock { $0.session.status } }

  private func tell(_ input: CitySession.Input) {
    queue.async { [self] in
      let effects = state.withLock { state in
        state.isStopped ? [] : state.session.receive(input, at: .now)
      }
      for effect in effects { perform(effect) }
    }
  }

  private func perform(_ effect: CitySession.Effect) {
    switch effect {
    case .sendHello(let ticket, let hello):
      let body = Array(hello.text.utf8)
      send(ticket, "POST", "hello", body: body) { [self] answer throws(SyncError) in
        try greeted(ticket, answer)
      }
    case .push(let ticket, let request, let seq):
      push(ticket, request, afterSeq: seq)
    case .pull(let ticket, let request):
      send(
        ticket, "GET", "pull?\(request.query)", seconds: request.waitSeconds
      ) { body throws(SyncError) in .pullAnswer(ticket, try PullAnswer(body)) }
    case .order(let ticket, let request):
      send(ticket, "GET", "order?\(request.query)") { body throws(SyncError) in
        .pullAnswer(ticket, try PullAnswer(body))
      }
    case .accept(let ticket, let blocks, let tree):
      accept(ticket, blocks, tree)
    case .takeBack(let ticket, let blocks, let head):
      writer.takeBack(blocks, upTo: head) { [self] result in
        switch result {
        case .success(let part): tell(.tookBack(ticket, part))
        case .failure(let error): notStored(ticket, error)
        }
      }
    case .restored(let line):
      restored()
      note(
        "this node was restored from a backup: \(line.own) own events came back from the hub, "
          + "\(line.reissued) written since follow them; nothing is missing")
    case .abandon(let ticket):
      state.withLock { $0.tasks.removeValue(forKey: ticket) }?.cancel()
    case .schedule(let milliseconds):
      queue.asyncAfter(deadline: .now() + .milliseconds(Int(milliseconds))) { [weak self] in
        self?.tell(.tick)
      }
    case .alarm(let alarm):
      note("sync halted: \(alarm)")
    case .agreed:
      writer.witness()
    }
  }

  // MARK: - Requests

  private func greeted(
    _ ticket: Ticket, _ body: [UInt8]
  ) throws(SyncError) -> CitySession.Input {
    let answer = try HelloAnswer(body)
    return withOwnID(ticket, at: answer.head) { .helloAnswer(ticket, answer, ownIDAtHubHead: $0) }
  }

  private func pushed(
    _ ticket: Ticket, _ body: [UInt8]
  ) throws(SyncError) -> CitySession.Input {
    let answer = try PushAnswer(body)
    return withOwnID(ticket, at: answer.head) { .pushAnswer(ticket, answer, ownIDAtHubHead: $0) }
  }

  /// A log that cannot be read says nothing of the lines.
  private func withOwnID(
    _ ticket: Ticket, at head: LineHead, _ input: (Digest?) -> CitySession.Input
  ) -> CitySession.Input {
    switch writer.idOnOwnLine(head.seq) {
    case .success(let id): return input(id)
    case .failure(let error):
      note("the own line cannot be read: \(error)")
      return .failed(ticket, .storage, retryAfterSeconds: nil)
    }
  }

  private func push(_ ticket: Ticket, _ request: PushRequest, afterSeq seq: UInt64) {
    writer.ownLine(after: seq, limit: SyncLimits.batchEvents) { [self] events in
      var batch = PushBatch()
      for event in events where !batch.add(eventText: event.text) { break }
      let body = batch.body
      queue.async { [self] in
        send(
          ticket, "POST", "push?\(request.query)", body: body
        ) { [self] answer throws(SyncError) in try pushed(ticket, answer) }
      }
    }
  }

  private func accept(_ ticket: Ticket, _ blocks: [TransferText.Block], _ tree: TreeHead) {
    writer.accept(blocks, as: tree) { [self] result in
      switch result {
      case .success(let (place, heads)): tell(.stored(ticket, place, heads: heads))
      case .failure(let error): notStored(ticket, error)
      }
    }
  }

  private func notStored(_ ticket: Ticket, _ error: WriteError) {
    note("a batch from the hub was not stored: \(error)")
    if case .log(.otherTree(let both)) = error {
      return tell(.otherTree(ticket, city: both.held, hub: both.told))
    }
    switch error.lineFault(of: join.key.site) {
    case .differs?: tell(.lineDiffers(ticket))
    case .forged(let dot)?: tell(.lineForged(ticket, dot))
    case nil: tell(error.isAboutTheBatch ? .batchRefused(ticket) : .notStored(ticket))
    }
  }

  /// Sends a request. On the queue, so that its end is seen after its beginning.
  private func send(
    _ ticket: Ticket, _ method: String, _ path: String, body: [UInt8]? = nil, seconds: Int = 0,
    decode: @escaping @Sendable ([UInt8]) throws(SyncError) -> CitySession.Input
  ) {
    var headers = ["Authorization": join.key.authorization]
    if body != nil {
      headers["Content-Type"] = path == "hello" ? "application/json" : TransferText.mediaType
    }
    let task = HTTPClient.send(
      method, "\(upstream)/sync/v1/\(path)", headers: headers, body: body,
      deadlineSeconds: Double(seconds + SyncLimits.answerSeconds)
    ) { [self] result in
      queue.async { [self] in _ = state.withLock { $0.tasks.removeValue(forKey: ticket) } }
      tell(HubLink.input(ticket, result, decode))
    }
    state.withLock { $0.tasks[ticket] = task }
  }

  private static func input(
    _ ticket: Ticket, _ result: Result<HTTPReply, HTTPFailure>,
    _ decode: ([UInt8]) throws(SyncError) -> CitySession.Input
  ) -> CitySession.Input {
    switch result {
    case .failure(.deadline): return .failed(ticket, .timeout, retryAfterSeconds: nil)
    case .failure: return .failed(ticket, .unreachable, retryAfterSeconds: nil)
    case .success(let reply):
      do throws(SyncError) {
        if reply.status == 200 { return try decode(reply.body) }
        // A proxy's own error page is no word of the hub.
        let refusal = try SyncRefusal(reply.body)
        return .failed(ticket, .refused(refusal), retryAfterSeconds: reply.retryAfterSeconds)
      } catch {
        return .failed(
          ticket, .malformedAnswer(error), retryAfterSeconds: reply.retryAfterSeconds)
      }
    }
  }
}

extension Moment {
  /// This machine's clocks.
  static var now: Moment {
    Moment(
      uptimeMilliseconds: DispatchTime.now().uptimeNanoseconds / 1_000_000, clock: .now)
  }
}

extension Timestamp {
  /// This machine's clock.
  package static var now: Timestamp {
    Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
  }
}
