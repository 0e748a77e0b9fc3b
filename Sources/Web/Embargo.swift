// A news before its time: the one question that every public answer asks, and why no event is
// written before its time. Protocols/http-api.md §1, §3.

import Catalogue
import Events
import Views

extension ItemState {
  /// True for a news whose time of release has not come: the public sees nothing of it, not even
  /// that there is one.
  func isUnreleased(at moment: Timestamp) -> Bool {
    guard kind == .news, let released = LocalTime(text("released")) else { return false }
    return BerlinTime.moment(of: released) > moment
  }
}

/// An event goes to every node as soon as it is written: what is to wait for its release waits at
/// the desk.
enum Embargo {
  /// True if the writes would release a news in the future.
  static func isBroken(by writes: [EventDraft.Write], at moment: Timestamp) -> Bool {
    writes.contains { write in
      guard write.name == "released", let released = LocalTime(write.value.text) else {
        return false
      }
      return BerlinTime.moment(of: released) > moment
    }
  }
}
