// Open streams of changes: who listens, and how far each has come. Protocols/http-api.md §6.

package import Events
import HTTP
import Synchronization

/// The listeners of a node. A listener is an entry here and a state of its loop, no thread.
///
/// Invariant: the position of a listener is that of the last event that its writer took.
package final class ChangeStreams: Sendable {
  private struct Listener {
    let writer: StreamWriter
    var position: UInt64
    /// True while its client is behind; its writer calls back.
    var isBehind = false
  }

  private struct State {
    var next = 0
    var listeners: [Int: Listener] = [:]
    var isPumping = false
    var isStopped = false
  }

  /// More streams are refused: each costs a connection of the server's 8,192.
  package static let maximumListeners = 1_024
  /// Events that are read and written at once.
  private static let batchEvents = 100

  private let state = Mutex(State())
  private let slowly: SlowReads
  private let source: String
  private let now: @Sendable () -> Timestamp

  /// Streams over reads of their own.
  ///
  /// - Parameters:
  ///   - slowly: the queue on which they are read and written.
  ///   - address: the public address of the site, which events name as their source.
  ///   - now: the clock.
  package init(
    slowly: SlowReads, address: String, now: @escaping @Sendable () -> Timestamp
  ) {
    self.slowly = slowly
    self.now = now
    source = address
  }

  /// Adds a listener that has everything up to a position; false if there are too many.
  func add(_ writer: StreamWriter, after position: UInt64) -> Bool {
    let number = state.withLock { state -> Int? in
      guard !state.isStopped, state.listeners.count < Self.maximumListeners else { return nil }
      state.next += 1
      state.listeners[state.next] = Listener(writer: writer, position: position)
      return state.next
    }
    guard let number else { return false }
    writer.onClose { [self] in state.withLock { _ = $0.listeners.removeValue(forKey: number) } }
    advanced()
    return true
  }

  /// Something was written: sends what is new, later and on the queue of the slow reads.
  package func advanced() {
    let begins = state.withLock { state in
      let begins = !state.isPumping && !state.listeners.isEmpty
      if begins { state.isPumping = true }
      return begins
    }
    if begins { slowly.run { [self] reads in pump(reads) } }
  }

  /// A comment to each listener, so that nobody between cuts a silent connection.
  package func beat() {
    let writers = state.withLock { state in
      state.listeners.sorted { $0.key < $1.key }.map(\.value.writer)
    }
    for writer in writers { writer.write(Array(": \n\n".utf8)) }
  }

  /// Ends all streams; clients come again with the last id that they have.
  package func stop() {
    let writers = state.withLock { state in
      state.isStopped = true
      return state.listeners.sorted { $0.key < $1.key }.map(\.value.writer)
    }
    for writer in writers { writer.finish() }
  }

  private func pump(_ reads: CatalogueReads?) {
    // What comes from now on needs another round.
    state.withLock { $0.isPumping = false }
    guard let reads else { return }
    let moment = now()
    var batches: [UInt64: ChangeBatch] = [:]
    let waiting = state.withLock { state in
      state.listeners.filter { !$0.value.isBehind }.sorted { $0.key < $1.key }
    }
    for (number, listener) in waiting {
      var position = listener.position
      while true {
        let known = batches[position]
        guard
          let batch = try? known
            ?? ChangeBatch(
              reads, after: position, limit: Self.batchEvents, source: source, at: moment),
          batch.last > position
        else { break }
        batches[position] = batch
        guard batch.isEmpty || listener.writer.write(batch.serverSentEvents) else {
          wait(number, listener.writer)
          break
        }
        position = batch.last
        state.withLock { $0.listeners[number]?.position = position }
      }
    }
  }

  private func wait(_ number: Int, _ writer: StreamWriter) {
    state.withLock { $0.listeners[number]?.isBehind = true }
    writer.onDrain { [self] in
      state.withLock { $0.listeners[number]?.isBehind = false }
      advanced()
    }
  }
}
