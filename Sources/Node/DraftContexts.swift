// What editors have open follows a line that was replaced. Protocols/sync.md §4.1.

import Desk
import EventLog

/// The drafts of a node and the branches of its line.
enum DraftContexts {
  /// Brings the drafts in a data directory into the numbers of the own line as it is now.
  static func follow(directory: String) throws {
    let reader = try LogReader(directory: directory)
    defer { reader.close() }
    let store = try DeskStore(directory: directory)
    try store.follow(try reader.renumberings(since: try store.branches()))
  }

  /// The same beside a node at work: what fails now is done at the next start.
  static func followOrSay(directory: String, _ note: (String) -> Void) {
    do {
      try follow(directory: directory)
    } catch {
      note("the drafts do not follow the line: \(error)")
    }
  }
}
