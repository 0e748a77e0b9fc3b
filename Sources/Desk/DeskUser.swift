// Somebody who works at the desk, and what the person may do there.

package import Events

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

/// Somebody, or a program, as those see it who manage the desk.
package struct Person: Sendable, Equatable {
  /// Whom events and pages name.
  package let user: DeskUser
  /// What the person signs in with; nil for a program, which has tokens.
  package let signInName: String?
  /// True once the person has chosen a password.
  package let hasPassword: Bool
  /// True if an administrator took the access away.
  package let isLocked: Bool
  /// Wrong passwords since the last right one.
  package let failures: Int
  /// When the person last signed in; nil if never.
  package let lastSignIn: Timestamp?

  /// True if too many wrong passwords came in a row; a new link or `unlock` ends it.
  package var isLockedOut: Bool { failures >= PeopleRules.mostFailures }
  /// True for what publishes through the API by tokens.
  package var isProgram: Bool { signInName == nil }
}

/// The limits of what stands in the table of people.
package enum PeopleRules {
  /// A press office has tens of people; a table of a thousand is a mistake or an attack.
  package static let mostPeople = 1_000
  /// What fits on a line of a page.
  package static let longestName = 80
  /// As in most directories; an e-mail address fits.
  package static let signInNameCount = 2...64
  /// Wrong passwords in a row after which a person is locked out. NIST SP 800-63B §5.2.2 allows
  /// 100; people who know their password need few, and with the waits before it 20 take a
  /// guesser a quarter of an hour.
  package static let mostFailures = 20
}
