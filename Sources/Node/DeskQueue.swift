// The doorkeeper's own queue: hashes of passwords and what the desk writes about people, one after
// the other, beside the event loops.

import Desk
import Dispatch
import Synchronization
import Web

/// A doorkeeper and the queue that it works on.
///
/// `@unchecked Sendable`: the doorkeeper is touched on `queue` only.
final class DeskQueue: @unchecked Sendable {
  private let queue = DispatchQueue(label: "vesthub.desk", qos: .userInitiated)
  private let doorkeeper: Doorkeeper
  private let waiting = Mutex(0)

  /// Tasks that may wait. A hash takes 50 ms, so the last of them waits three seconds at most;
  /// whoever comes then is told to try again instead of filling the memory.
  static let mostWaiting = 64

  /// A queue over a store of its own; `words` are what no password is made of.
  init(directory: String, words: [String]) throws {
    doorkeeper = Doorkeeper(store: try DeskStore(directory: directory), words: words)
  }

  /// Runs `body` with the doorkeeper's store and waits for it: for the start of the node.
  func wait<Value>(_ body: (DeskStore) throws -> Value) rethrows -> Value {
    try queue.sync { try body(doorkeeper.store) }
  }

  /// What event loops call.
  var door: DeskDoor {
    DeskDoor { [self] task in
      let isTaken = waiting.withLock { count in
        guard count < DeskQueue.mostWaiting else { return false }
        count += 1
        return true
      }
      guard isTaken else { return task(nil) }
      queue.async { [self] in
        task(doorkeeper)
        waiting.withLock { $0 -= 1 }
      }
    }
  }
}
