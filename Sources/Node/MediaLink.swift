// A city's side of the transfer of files: sends what the hub lacks, fetches what items name and
// this node lacks, in the background. Protocols/sync.md §13.
//
// Invariants
// - One request is under way at most, and one piece in memory.
// - Nothing here is waited for by events, pages or the desk.

import Dispatch
import Events
import Foundation
import Media
import Sync
import Synchronization

/// The pauses of the transfer, in milliseconds.
struct MediaPauses: Sendable {
  /// After a commit, so that what belongs together is looked at once.
  var settle: UInt64 = 200
  /// The rows of the views may come some seconds after the commit: so often and so long it is
  /// looked again.
  var again: UInt64 = 1_000
  var window: UInt64 = 8_000
  /// After a failure, doubled with each in a row.
  var first: UInt64 = 1_000
  /// A hub that comes back has its files within minutes; a door that stays closed costs little.
  var longest: UInt64 = 300_000
  /// Without a reason to look.
  var idle: UInt64 = 60_000
  /// After a day the hub is asked again for all files: it may have been restored without them.
  var confirmed: UInt64 = 86_400_000
}

/// Runs the transfer of a city's files on a serial queue.
final class MediaLink: Sendable {
  /// What became of one file in one attempt.
  private enum Outcome {
    /// Both sides hold it.
    case done
    /// This file cannot be moved now; others may.
    case later
    /// The hub cannot be reached or does not serve.
    case unreachable
  }

  private struct State {
    var isStopped = false
    var task: HTTPTask?
    /// When the next look is due; nil while one is under way.
    var wakeAt: UInt64?
    /// No look before this, after a failure of the connection.
    var pausedUntil: UInt64 = 0
    /// Until when rows may still follow a commit.
    var lookUntil: UInt64 = 0
    var failures = 0
    /// Files that the hub was seen to hold.
    var confirmed: Set<Digest> = []
    var confirmedSince: UInt64 = 0
    /// Files that failed by themselves, and when they are tried again.
    var resting: [Digest: (failures: Int, until: UInt64)] = [:]
  }

  private let queue = DispatchQueue(label: "media link", qos: .utility)
  private let state = Mutex(State())
  private let upstream: String
  private let key: SiteKey
  private let store: MediaStore
  private let named: NamedMedia
  private let pauses: MediaPauses
  private let note: @Sendable (String) -> Void

  /// A link that has not begun; `named` is its own.
  init(
    upstream: String, join: JoinFile, store: MediaStore, named: NamedMedia,
    pauses: MediaPauses = MediaPauses(), note: @escaping @Sendable (String) -> Void
  ) {
    self.upstream = upstream
    key = join.key
    self.store = store
    self.named = named
    self.pauses = pauses
    self.note = note
  }

  /// Looks for the first time.
  func start() { advanced() }

  /// The log has grown: an item may name a new file.
  func advanced() {
    let now = MediaLink.uptime
    state.withLock { $0.lookUntil = now + pauses.window }
    wake(at: now + pauses.settle)
  }

  /// Ends the request under way; nothing is sent any more.
  func stop() {
    let task = state.withLock { state in
      state.isStopped = true
      return state.task
    }
    task?.cancel()
  }

  private static var uptime: UInt64 { DispatchTime.now().uptimeNanoseconds / 1_000_000 }

  private var isStopped: Bool { state.withLock { $0.isStopped } }

  // MARK: - Time

  /// Sets the next look, unless an earlier one is set.
  private func wake(at moment: UInt64) {
    let due = state.withLock { state -> UInt64? in
      let due = max(moment, state.pausedUntil)
      if state.isStopped || state.wakeAt.map({ $0 <= due }) ?? false { return nil }
      state.wakeAt = due
      return due
    }
    guard let due else { return }
    let now = MediaLink.uptime
    queue.asyncAfter(deadline: .now() + .milliseconds(Int(due > now ? due - now : 0))) {
      [weak self] in self?.look(due)
    }
  }

  /// A look that was set for `due`; one that was set anew for an earlier moment has come already.
  private func look(_ due: UInt64) {
    let isDue = state.withLock { state in
      guard state.wakeAt == due, !state.isStopped else { return false }
      state.wakeAt = nil
      return true
    }
    guard isDue else { return }
    let isReachable = moveAll()
    let now = MediaLink.uptime
    let next = state.withLock { state -> UInt64 in
      if isReachable {
        state.failures = 0
      } else {
        state.failures += 1
        state.pausedUntil = now + pause(state.failures)
        return state.pausedUntil
      }
      let rested = state.resting.values.map(\.until).min() ?? .max
      let again = now < state.lookUntil ? now + pauses.again : .max
      return min(rested, again, now + pauses.idle)
    }
    wake(at: next)
  }

  /// Half of it by chance, so that cities do not come all at once.
  private func pause(_ failures: Int) -> UInt64 {
    let longest = min(pauses.longest, pauses.first << UInt64(min(failures - 1, 20)))
    return longest / 2 + UInt64.random(in: 0...max(1, longest / 2))
  }

  // MARK: - Files

  /// Moves what lacks on either side; false once the hub cannot be reached.
  private func moveAll() -> Bool {
    let files: [Digest]
    do {
      files = try named.all()
    } catch {
      note("the files of the items cannot be read: \(error)")
      return true
    }
    let now = MediaLink.uptime
    let skipped = state.withLock { state -> Set<Digest> in
      if now - state.confirmedSince > pauses.confirmed {
        state.confirmed = []
        state.confirmedSince = now
      }
      return state.confirmed.union(state.resting.filter { $0.value.until > now }.keys)
    }
    let open = files.filter { !skipped.contains($0) }
    // What only this node has goes first: it is not safe before the hub has it, too.
    for hash in open.filter(store.holds) + open.filter({ !store.holds($0) }) {
      if isStopped { return true }
      switch store.holds(hash) ? send(hash) : fetch(hash) {
      case .done: settle(hash)
      case .later: rest(hash)
      case .unreachable: return false
      }
    }
    return true
  }

  private func settle(_ hash: Digest) {
    state.withLock { state in
      state.confirmed.insert(hash)
      state.resting[hash] = nil
    }
  }

  private func rest(_ hash: Digest) {
    let now = MediaLink.uptime
    state.withLock { state in
      let failures = (state.resting[hash]?.failures ?? 0) + 1
      state.resting[hash] = (failures, now + pause(failures))
    }
  }

  /// Sends a file, beginning with what the hub lacks of it.
  private func send(_ hash: Digest) -> Outcome {
    guard let path = store.path(hash),
      let bytes = FileManager.default.contents(atPath: path), !bytes.isEmpty
    else { return .later }
    guard let reply = ask("GET", "\(hash.hex)/held") else { return .unreachable }
    guard var holdings = MediaHoldings(reply.body) else { return outcome(of: reply) }
    // Each step brings the hub further, or it ends.
    while !holdings.whole {
      guard holdings.held <= bytes.count, !isStopped else { return .later }
      let piece = MediaPiece(offset: holdings.held, total: bytes.count)
      let end = min(bytes.count, piece.offset + MediaPiece.bytes)
      guard
        let reply = ask(
          "PUT", "\(hash.hex)?\(piece.query)", body: [UInt8](bytes[piece.offset..<end]))
      else { return .unreachable }
      guard let next = MediaHoldings(reply.body) else { return outcome(of: reply) }
      guard next.whole || next.held != holdings.held else { return .later }
      holdings = next
    }
    return .done
  }

  /// Fetches a file, beginning with what this node lacks of it.
  private func fetch(_ hash: Digest) -> Outcome {
    while !isStopped {
      let held = store.partBytes(hash, from: key.site)
      let range = "bytes=\(held)-\(held + MediaPiece.bytes - 1)"
      guard let reply = ask("GET", hash.hex, headers: ["Range": range]) else { return .unreachable }
      // A range that begins at the end does not exist: all is here.
      guard reply.status == 206 || (reply.status == 416 && held > 0) else {
        return outcome(of: reply)
      }
      do throws(MediaError) {
        if reply.status == 206 { try store.append(reply.body, at: held, to: hash, from: key.site) }
        guard reply.body.count == MediaPiece.bytes, reply.status == 206 else {
          try store.finish(hash, from: key.site)
          return .done
        }
      } catch {
        note("a file from the hub was not stored: \(hash): \(error): \(error.hint)")
        return .later
      }
    }
    return .later
  }

  /// What an answer means that is not the one that was asked for.
  private func outcome(of reply: HTTPReply) -> Outcome {
    switch MediaRefusal(reply.body) {
    case .unknownMedia, .unsoundMedia, .tooLarge: .later
    // The page of a proxy is no word of the hub.
    case .malformed, .unknownKey, .unavailable, .storageFull, nil: .unreachable
    }
  }

  /// Sends a request and waits on this queue; nil where no answer came.
  private func ask(
    _ method: String, _ path: String, headers: [String: String] = [:], body: [UInt8]? = nil
  ) -> HTTPReply? {
    let result = Mutex<Result<HTTPReply, HTTPFailure>>(.failure(.deadline))
    let done = DispatchSemaphore(value: 0)
    var headers = headers
    headers["Authorization"] = key.authorization
    if body != nil { headers["Content-Type"] = "application/octet-stream" }
    let task = HTTPClient.send(
      method, "\(upstream)/sync/v1/media/\(path)", headers: headers, body: body,
      deadlineSeconds: MediaLink.answerSeconds
    ) { reply in
      result.withLock { $0 = reply }
      done.signal()
    }
    let isStopped = state.withLock { state in
      state.task = task
      return state.isStopped
    }
    if isStopped { task.cancel() }
    done.wait()
    state.withLock { $0.task = nil }
    return try? result.withLock { $0 }.get()
  }

  /// A piece over the slowest line, or a hub whose disk is busy.
  private static let answerSeconds = 60.0
}
