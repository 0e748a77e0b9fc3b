// The desk's store beside the event loops: what is written there waits for the disk.

package import Desk

/// A queue with a store of its own.
package struct DeskQueue: Sendable {
  /// Runs a task later, once, from any thread. It gets nil where the store cannot be opened now.
  package let run: @Sendable (@escaping @Sendable (DeskStore?) -> Void) -> Void

  /// A queue that runs tasks by that function.
  package init(run: @escaping @Sendable (@escaping @Sendable (DeskStore?) -> Void) -> Void) {
    self.run = run
  }
}
