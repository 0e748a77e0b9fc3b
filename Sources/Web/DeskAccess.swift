// Who may work at the desk, and how the desk writes: what Node hands in.

package import Desk
package import Events

/// What stands between a request and the desk. One value for each event loop, which owns the store.
package struct DeskAccess {
  /// The loop's own store. Reading is fast; what writes and may wait belongs on `door`.
  package let store: DeskStore
  /// The doorkeeper on its own queue.
  package let door: DeskDoor
  /// True if browsers reach the node over TLS, so that the cookie can demand it.
  package let isSecure: Bool
  /// True if a program on this machine passes requests on: the browser's address is what it says.
  package let isBehindProxy: Bool
  /// The names under which the desk answers.
  package let hosts: DeskHosts

  /// Those parts.
  package init(
    store: DeskStore, door: DeskDoor, isSecure: Bool, isBehindProxy: Bool = false,
    hosts: DeskHosts
  ) {
    self.store = store
    self.door = door
    self.isSecure = isSecure
    self.isBehindProxy = isBehindProxy
    self.hosts = hosts
  }
}

/// A queue beside the event loops on which a doorkeeper computes hashes and writes.
package struct DeskDoor: Sendable {
  /// Runs a task later, once. It gets nil where too many wait or the desk's file cannot be opened.
  package let run: @Sendable (@escaping @Sendable (Doorkeeper?) -> Void) -> Void

  /// A queue that runs tasks by that function.
  package init(run: @escaping @Sendable (@escaping @Sendable (Doorkeeper?) -> Void) -> Void) {
    self.run = run
  }
}

/// What a node says of its connection, for the line on each page of the desk.
package struct DeskStatus: Sendable, Equatable {
  /// True if the hub could be reached at the last attempt; nil on the hub itself.
  package let isOnline: Bool?
  /// Own events that the hub has not answered yet.
  package let waiting: Int
  /// When this node and the hub last held the same; nil if never, and on the hub.
  package let agreedAt: Timestamp?
  /// What an editor should know besides, in one sentence; nil on most days.
  package let note: String?

  /// That standing.
  package init(isOnline: Bool?, waiting: Int, agreedAt: Timestamp?, note: String? = nil) {
    self.note = note
    self.isOnline = isOnline
    self.waiting = waiting
    self.agreedAt = agreedAt
  }
}

/// How the desk and the API write: drafts in, their fate out.
package struct DeskPort: Sendable {
  /// One event that is durable now.
  package struct Written: Sendable, Equatable {
    /// Its address.
    package let dot: Dot
    /// Its effect: the hub's verdict, or what this node says until that comes.
    package let verdict: Verdict
    /// The hub's position; nil while it waits to be transferred.
    package let position: UInt64?

    /// That event's fate.
    package init(dot: Dot, verdict: Verdict, position: UInt64?) {
      self.dot = dot
      self.verdict = verdict
      self.position = position
    }
  }

  /// Why nothing was written.
  package enum Failure: Error, Sendable, Equatable {
    /// The draft breaks a limit of the format, as `reason` says.
    case refused(reason: String)
    /// The log cannot be written now; the same may work later.
    case unavailable
  }

  /// What became of the drafts, one result each.
  package typealias Completion = @Sendable ([Result<Written, Failure>]) -> Void

  /// Appends drafts; the completion comes once, from any thread, when they are durable.
  package let append: @Sendable ([EventDraft], @escaping Completion) -> Void
  /// How the node stands now.
  package let status: @Sendable () -> DeskStatus
  /// A new address for an item of this site.
  package let newItem: @Sendable () -> ItemID
  /// Takes a draft to the log whose moment has come; calls back once, from any thread.
  package let release: @Sendable (DraftID, @escaping @Sendable (ReleaseOutcome) -> Void) -> Void
  /// A release was planned, or is not any more.
  package let plansChanged: @Sendable () -> Void

  /// Those functions.
  package init(
    append: @escaping @Sendable ([EventDraft], @escaping Completion) -> Void,
    status: @escaping @Sendable () -> DeskStatus,
    newItem: @escaping @Sendable () -> ItemID,
    release:
      @escaping @Sendable (DraftID, @escaping @Sendable (ReleaseOutcome) -> Void) -> Void,
    plansChanged: @escaping @Sendable () -> Void
  ) {
    self.append = append
    self.status = status
    self.newItem = newItem
    self.release = release
    self.plansChanged = plansChanged
  }
}
