// The hub's side of sync over HTTP: performs what HubSession decides. Protocols/sync.md.

import Dispatch
import EventLog
import Events
import HTTP
import Sync
import Synchronization

/// Answers `/sync/v1/`. Requests come from the event loops; facts are told on one serial queue.
final class SyncEndpoint: Sendable {
  private struct State {
    var session: HubSession
    var lastTicket: UInt64 = 0
    var replies: [Ticket: Reply] = [:]
    var pushed: [Ticket: [Event]] = [:]
  }

  private let queue = DispatchQueue(label: "sync endpoint")
  private let state: Mutex<State>
  private let writer: Writer
  private let keys: KeyRing
  private let note: @Sendable (String) -> Void

  /// An endpoint whose order ends where the session says.
  init(
    session: HubSession, writer: Writer, keys: KeyRing, note: @escaping @Sendable (String) -> Void
  ) {
    state = Mutex(State(session: session))
    self.writer = writer
    self.keys = keys
    self.note = note
  }

  /// Adds the routes.
  func serve(on router: inout Router) {
    router.post("/sync/v1/hello", bodyLimit: SyncLimits.messageBytes) { [self] request in
      answer(request) { [self] site, ticket throws(SyncError) in
        let hello = try Hello(request.body)
        writer.holdings(for: hello) { [self] result in
          switch result {
          case .success(let holdings): tell(.hello(ticket, from: site, hello, holdings))
          case .failure(let error):
            note("a hello of \(site) cannot be judged: \(error)")
            if let reply = forget(ticket) { refuse(reply, .unavailable) }
          }
        }
      }
    }
    router.post("/sync/v1/push", bodyLimit: SyncLimits.bodyBytes) { [self] request in
      answer(request) { [self] site, ticket throws(SyncError) in
        let push = try PushRequest(query: request.queryText.map(String.init) ?? "")
        // Reading and hashing needs no order: it runs beside the queue.
        DispatchQueue.global().async { [self] in
          do throws(SyncError) {
            let events = try PushBatch.events(request.body, from: site)
            state.withLock { $0.pushed[ticket] = events }
            tell(.push(ticket, from: site, push))
          } catch {
            note("a push of \(site) is malformed: \(error)")
            if let reply = forget(ticket) { refuse(reply, HubSession.refusal(of: error)) }
          }
        }
      }
    }
    router.get("/sync/v1/pull") { [self] request in
      answer(request) { [self] site, ticket throws(SyncError) in
        let pull = try PullRequest(query: request.queryText.map(String.init) ?? "")
        tell(.pull(ticket, from: site, pull))
      }
    }
    router.get("/sync/v1/order") { [self] request in
      answer(request) { [self] site, ticket throws(SyncError) in
        let order = try OrderRequest(query: request.queryText.map(String.init) ?? "")
        tell(.order(ticket, from: site, order))
      }
    }
  }

  private func answerPull(
    _ ticket: Ticket, for site: SiteID, after position: UInt64, isWhole: Bool
  ) {
    writer.batch(for: site, after: position, isWhole: isWhole) { [self] body in
      if let body { return send(ticket, .of(body, type: TransferText.mediaType)) }
      if let reply = forget(ticket) { refuse(reply, .unavailable) }
    }
  }

  /// The hub's own line has grown: whoever waits gets it.
  func advanced(to position: UInt64) { tell(.advanced(position: position)) }

  /// Nobody waits any longer.
  func stop() { tell(.stop) }

  /// How the cities stand.
  var status: [CityStatus] { state.withLock { $0.session.status } }

  // MARK: - Facts in

  /// Checks the key, gives the request a ticket and hands it on.
  private func answer(
    _ request: Request, _ begin: @escaping @Sendable (SiteID, Ticket) throws(SyncError) -> Void
  ) -> Answer {
    let authorization = request.headers["Authorization"]
    return .later { [self] reply in
      queue.async { [self] in
        do {
          guard let site = try keys.keys().site(authorization: authorization) else {
            return refuse(reply, .unknownKey)
          }
          let ticket = state.withLock { state in
            state.lastTicket += 1
            let ticket = Ticket(state.lastTicket)
            state.replies[ticket] = reply
            return ticket
          }
          do throws(SyncError) {
            try begin(site, ticket)
          } catch {
            forget(ticket)
            refuse(reply, HubSession.refusal(of: error))
          }
        } catch {
          note("the keys cannot be read: \(error)")
          refuse(reply, .unavailable)
        }
      }
    }
  }

  private func tell(_ input: HubSession.Input) {
    queue.async { [self] in
      let effects = state.withLock { $0.session.receive(input, at: .now) }
      for effect in effects { perform(effect) }
    }
  }

  // MARK: - Effects out

  private func perform(_ effect: HubSession.Effect) {
    switch effect {
    case .answerHello(let ticket, let answer):
      send(ticket, .json(Array(answer.text.utf8)))
    case .ingest(let ticket, let site):
      ingest(ticket, from: site)
    case .answerPush(let ticket, let answer):
      send(ticket, .json(Array(answer.text.utf8)))
    case .answerPull(let ticket, let site, let position):
      answerPull(ticket, for: site, after: position, isWhole: false)
    case .answerOrder(let ticket, let site, let position):
      answerPull(ticket, for: site, after: position, isWhole: true)
    case .refuse(let ticket, let refusal, let seconds):
      if let reply = forget(ticket) { refuse(reply, refusal, retryAfterSeconds: seconds) }
    case .schedule(let milliseconds):
      queue.asyncAfter(deadline: .now() + .milliseconds(Int(milliseconds))) { [weak self] in
        self?.tell(.tick)
      }
    }
  }

  private func ingest(_ ticket: Ticket, from site: SiteID) {
    let events = state.withLock { $0.pushed.removeValue(forKey: ticket) } ?? []
    writer.ingest(events, from: site) { [self] result in
      switch result {
      case .success(let answer): tell(.ingested(ticket, answer))
      case .failure(let error):
        note("a push of \(site) was not stored: \(error)")
        tell(.notIngested(ticket, error.isDiskFull ? .storageFull : .unavailable))
      }
    }
  }

  private func send(_ ticket: Ticket, _ response: Response) {
    forget(ticket)?.send(response.with("Cache-Control", "no-store"))
  }

  private func refuse(_ reply: Reply, _ refusal: SyncRefusal, retryAfterSeconds: Int? = nil) {
    var response = Response.json(Array(refusal.text.utf8), status: refusal.httpStatus)
    if let retryAfterSeconds {
      response = response.with("Retry-After", String(retryAfterSeconds))
    }
    reply.send(response.with("Cache-Control", "no-store"))
  }

  @discardableResult
  private func forget(_ ticket: Ticket) -> Reply? {
    state.withLock { state in
      state.pushed[ticket] = nil
      return state.replies.removeValue(forKey: ticket)
    }
  }
}
