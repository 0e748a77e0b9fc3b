// What the desk's pages read from the desk's own store: what was read and dismissed, and who is
// behind a pseudonym.

package import Desk
import Events

/// The desk's memory on one event loop. Not `Sendable`, as the store behind it is not.
package struct DeskMemory {
  let store: DeskStore
  /// The name of somebody of this house; nil for a pseudonym that is not known here.
  let name: (_ pseudonym: String) -> String?

  /// The memory of a loop with a store of its own.
  package init(store: DeskStore, name: @escaping (_ pseudonym: String) -> String? = { _ in nil }) {
    self.store = store
    self.name = name
  }

  /// What a page calls the author of an event: a name where it is one of this house, else the
  /// pseudonym, which only the author's house can tell.
  func author(_ pseudonym: String?, of author: SiteID, here site: SiteID) -> String {
    guard let pseudonym else { return "" }
    return author == site ? name(pseudonym) ?? pseudonym : pseudonym
  }
}
