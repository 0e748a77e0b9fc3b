// A news before its time: the one question that every public answer asks. Protocols/http-api.md.

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
