// The desk's line of status, live: what it says, and who watches it by server-sent events.

import Events
import HTTP
import Synchronization
import Views

/// The words of the line of status.
struct StatusLine: Sendable, Equatable {
  let link: String
  /// True if the hub does not answer.
  let isOff: Bool
  let waiting: String
  let agreed: String
  /// What happened and what, if anything, is to be done.
  let note: String

  init(_ status: DeskStatus) {
    isOff = status.isOnline == false
    switch status.isOnline {
    case nil: link = "Zentraler Knoten"
    case true?: link = "Verbunden"
    case false?: link = "Ohne Verbindung – Sie können weiterarbeiten"
    }
    waiting =
      status.isOnline == nil
      ? ""
      : status.waiting == 0
        ? "Alles übertragen"
        : "\(Texts.count(status.waiting, one: "Änderung wartet", many: "Änderungen warten")) "
          + "auf Übertragung"
    note = status.note ?? ""
    agreed = status.agreedAt.map { "Abgeglichen: \(BerlinTime.stamp($0))" } ?? ""
  }

  /// One server-sent event.
  var event: [UInt8] {
    let value = FieldValue.object(sorting: [
      ("link", .string(link)), ("off", .bool(isOff)), ("waiting", .string(waiting)),
      ("agreed", .string(agreed)), ("note", .string(note)),
    ])
    return Array("data: \(value.canonicalText)\n\n".utf8)
  }
}

/// The desks that are open in browsers. Each is an entry here and a state of its loop, no thread.
package final class StatusStreams: Sendable {
  private struct State {
    var next = 0
    var writers: [Int: StreamWriter] = [:]
    var last: StatusLine?
    var isStopped = false
  }

  /// A house has a handful of desks; more are refused.
  private static let maximumWriters = 256

  private let state = Mutex(State())

  /// Nobody watches yet.
  package init() {}

  /// Adds a watcher, which learns the line at once; false if there are too many.
  func add(_ writer: StreamWriter, _ status: DeskStatus) -> Bool {
    let number = state.withLock { state -> Int? in
      guard !state.isStopped, state.writers.count < Self.maximumWriters else { return nil }
      state.next += 1
      state.writers[state.next] = writer
      return state.next
    }
    guard let number else { return false }
    writer.onClose { [self] in state.withLock { _ = $0.writers.removeValue(forKey: number) } }
    writer.write(StatusLine(status).event)
    return true
  }

  /// Tells the watchers if the words have changed. A watcher that is behind misses a line and gets
  /// the next.
  package func update(_ status: DeskStatus) {
    let line = StatusLine(status)
    let writers = state.withLock { state -> [StreamWriter] in
      guard state.last != line else { return [] }
      state.last = line
      return Array(state.writers.values)
    }
    for writer in writers { writer.write(line.event) }
  }

  /// True if somebody watches.
  package var hasWatchers: Bool { state.withLock { !$0.writers.isEmpty } }

  /// A comment to each watcher, so that nobody between cuts a silent connection.
  package func beat() {
    for writer in state.withLock({ Array($0.writers.values) }) {
      writer.write(Array(": \n\n".utf8))
    }
  }

  /// Ends all streams; browsers come again by themselves.
  package func stop() {
    let writers = state.withLock { state in
      state.isStopped = true
      return Array(state.writers.values)
    }
    for writer in writers { writer.finish() }
  }
}

extension DeskSite {
  /// `GET /desk/status`: the stream of the line of status, for whoever is signed in.
  func registerStatus(_ streams: StatusStreams, in router: Router) {
    router.get("/desk/status") { [port] request in
      guard gate.visit(request) != nil else { return .now(.empty(401)) }
      let response = Response(
        headers: ["Content-Type": "text/event-stream", "X-Accel-Buffering": "no"],
        body: .stream { writer in
          writer.write(Array("retry: 3000\n\n".utf8))
          if !streams.add(writer, port.status()) { writer.finish() }
        })
      return .now(response.with("Cache-Control", "no-store"))
    }
    // A worker governs the addresses below its own, so it has no place among the other files.
    router.get("/desk/worker.js") { _ in
      .now(
        Response.of(Array(DeskScript.worker.utf8), type: "text/javascript; charset=utf-8")
          .with("Cache-Control", "no-cache")
          // A worker asks under the policy that it came with.
          .with("Content-Security-Policy", SecurityHeaders.deskPolicy))
    }
    // A page that was open over the end of its sign-in needs the token of the new one.
    router.get("/desk/token") { request in
      guard let visit = gate.visit(request) else { return .now(.empty(401)) }
      return .now(
        Response.json(.object(sorting: [("token", .string(visit.formToken))]))
          .with("Cache-Control", "no-store"))
    }
  }
}
