// The desk's store on a queue of its own, for what waits for the disk.

import Desk
import Dispatch
import Web

extension DeskQueue {
  /// A store of its own in `directory`, on a queue of its own.
  static func open(directory: String) -> DeskQueue {
    let queue = DispatchQueue(label: "vesthub.desk", qos: .utility)
    let confined = ConfinedStore(directory: directory)
    return DeskQueue { task in queue.async { task(confined.store) } }
  }

  /// `@unchecked Sendable`: only the queue above calls it, one task at a time.
  private final class ConfinedStore: @unchecked Sendable {
    private let directory: String
    private var opened: DeskStore?

    init(directory: String) { self.directory = directory }

    /// Opened with the first task; nil where that fails, and tried again with the next.
    var store: DeskStore? {
      if opened == nil { opened = try? DeskStore(directory: directory) }
      return opened
    }
  }
}
