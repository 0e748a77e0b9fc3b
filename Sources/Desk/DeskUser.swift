// Somebody who works at the desk, and what the person may do there.

import Events

/// What somebody may do at the desk; each role may also do what the ones before it may.
package enum DeskRole: String, Sendable, CaseIterable, Comparable {
  /// Writes drafts and hands them in.
  case author
  /// Releases, withdraws and settles.
  case releaser
  /// Manages people and keys.
  case administrator

  private var rank: Int {
    switch self {
    case .author: 0
    case .releaser: 1
    case .administrator: 2
    }
  }

  package static func < (left: DeskRole, right: DeskRole) -> Bool { left.rank < right.rank }
}

/// Somebody who works at the desk.
package struct DeskUser: Sendable, Equatable {
  /// What events call the person.
  package let pseudonym: String
  /// What the desk calls the person.
  package let name: String
  /// What the person may do.
  package let role: DeskRole

  /// That person.
  package init(pseudonym: String, name: String, role: DeskRole) {
    precondition(Pseudonym.isValid(pseudonym), "events name people by a pseudonym")
    self.pseudonym = pseudonym
    self.name = name
    self.role = role
  }
}
