// Who lets people in: passwords and links against sessions, with all that makes guessing slow.
// NIST SP 800-63B §5.1.1.2, §5.2.2; OWASP ASVS 4.0.3 §2.2.1, §3.2.1.
//
// Invariants
// - A sign-in that is not put off computes exactly one hash, whether the name is somebody's or not.
// - A secret that a browser brought never becomes a session: each session has a new one.
// - A password that changes ends all sessions and links of its person.

package import Events
import SQLite

/// Checks passwords, one at a time. A hash takes 50 ms: never on an event loop. Used by one thread
/// at a time; a process has one, so that its limits hold for all.
package final class Doorkeeper {
  /// The store that this doorkeeper's thread uses.
  package let store: DeskStore

  /// Five tries for typing errors, then one a minute: a guesser gets 1,440 a day for one person.
  private var names = RateLimit(burst: 5, intervalMilliseconds: 60_000)
  /// An office behind one address signs in within a minute at eight o'clock; a guesser who goes
  /// through many names gets six a minute.
  private var peers = RateLimit(burst: 20, intervalMilliseconds: 10_000)
  private var hasher = PasswordHasher()
  /// What no password is made of: the names of the place.
  private let words: [String]

  /// Hashes computed so far.
  var hashesComputed: Int { hasher.computed }

  /// A doorkeeper of that store; `words` are names of the place.
  package init(store: DeskStore, words: [String]) {
    self.store = store
    self.words = words
  }

  /// What came of a sign-in.
  package enum Outcome: Sendable, Equatable {
    /// Signed in; the secret is for the cookie.
    case signedIn(secret: String, user: DeskUser)
    /// The name or the password is wrong, or the person is locked: it is not told which.
    case refused
    /// Too many tries; the next may be made after so many seconds.
    case wait(seconds: Int)
  }

  // MARK: - Sign-in

  /// Signs in by name and password.
  ///
  /// - Parameters:
  ///   - peer: the address of the browser.
  ///   - replacing: the secret of the session that the browser had; it ends.
  package func signIn(
    name: String, password: String, peer: String, replacing old: String? = nil, now: Timestamp
  ) throws(DeskError) -> Outcome {
    let name = DeskStore.normal(name)
    if let seconds = putOff(name: name, peer: peer, now: now) { return .wait(seconds: seconds) }
    let person = try store.person(signInName: name)
    let isWelcome = person.map { !$0.isLocked && !$0.isLockedOut } ?? false
    let hash = try isWelcome ? person.flatMap(passwordHash) : nil
    // Always one hash: the time does not tell whether there is such a person.
    let isRight = hasher.accepts(PasswordRules.normal(password), for: hash)
    guard let person, isWelcome, isRight else {
      try fail(person, isCounted: isWelcome, now)
      return .refused
    }
    names.forgive(name)
    peers.giveBack(peer)
    return try store.change {
      try store.countSignIn(of: person.user.pseudonym, now: now)
      return try begin(person.user, replacing: old, now)
    }
  }

  private func passwordHash(of person: Person) throws(DeskError) -> String? {
    try store.passwordHash(of: person.user.pseudonym)
  }

  /// Seconds to wait before the next try; nil for none, and then the try is counted.
  private func putOff(name: String, peer: String, now: Timestamp) -> Int? {
    let now = now.milliseconds
    let wait = max(names.wait(name, now: now), peers.wait(peer, now: now))
    // Rounded up, so that who waits so long is let through.
    guard wait == 0 else { return Int((wait + 999) / 1_000) }
    names.take(name, now: now)
    peers.take(peer, now: now)
    return nil
  }

  /// Every failure writes once, so that all take as long.
  private func fail(
    _ person: Person?, isCounted: Bool, _ now: Timestamp
  ) throws(DeskError) {
    try store.change {
      let subject = person?.user.pseudonym
      try store.note(.signInFailed, by: nil, on: subject, now: now)
      guard let subject, isCounted else { return }
      if try store.countFailure(of: subject) == PeopleRules.mostFailures {
        try store.note(.lockedOut, by: nil, on: subject, now: now)
      }
    }
  }

  private func begin(
    _ user: DeskUser, replacing old: String?, _ now: Timestamp
  ) throws -> Outcome {
    if let old { try store.deleteSession(old) }
    try store.note(.signedIn, by: user.pseudonym, on: nil, now: now)
    return .signedIn(secret: try store.insertSession(user.pseudonym, now: now), user: user)
  }

  // MARK: - Links

  /// Signs in by a link that needs no password.
  ///
  /// - Throws: `DeskError.linkEnded`, also to a link of another purpose.
  package func signIn(
    link secret: String, replacing old: String? = nil, now: Timestamp
  ) throws(DeskError) -> Outcome {
    try store.change {
      guard let (purpose, person) = try store.link(secret, now: now), purpose == .signIn,
        let person
      else { throw DeskError.linkEnded }
      try store.useUp(secret)
      try store.countSignIn(of: person.user.pseudonym, now: now)
      return try begin(person.user, replacing: old, now)
    }
  }

  /// Makes the first administrator, who is signed in then.
  ///
  /// - Throws: what is wrong with the names or the password; the link stays good then.
  package func beginDesk(
    link secret: String, signInName: String, name: String, password: String,
    replacing old: String? = nil, now: Timestamp
  ) throws(DeskError) -> Outcome {
    guard try store.link(secret, now: now)?.purpose == .first else { throw .linkEnded }
    let hash = try hash(password, of: [signInName, name])
    return try store.change {
      try store.useUp(secret)
      guard try !store.hasPeople() else { throw DeskError.notFirst }
      let person = try store.insert(
        signInName: signInName, name: name, role: .administrator, now: now)
      let user = person.user
      try store.note(.personAdded, by: user.pseudonym, on: user.pseudonym, now: now)
      try store.keep(passwordHash: hash, of: user.pseudonym)
      try store.countSignIn(of: user.pseudonym, now: now)
      return try begin(user, replacing: old, now)
    }
  }

  /// Lets somebody who has a link choose a password, and signs in.
  ///
  /// - Throws: what is wrong with the password; the link stays good then.
  package func choosePassword(
    link secret: String, _ password: String, replacing old: String? = nil, now: Timestamp
  ) throws(DeskError) -> Outcome {
    guard let (purpose, person) = try store.link(secret, now: now), purpose == .password,
      let person
    else { throw .linkEnded }
    let user = person.user
    let hash = try hash(password, of: [person.signInName ?? "", user.name])
    if let name = person.signInName { names.forgive(name) }
    return try store.change {
      try store.useUp(secret)
      try store.keep(passwordHash: hash, of: user.pseudonym)
      try store.note(.passwordChanged, by: user.pseudonym, on: nil, now: now)
      try store.countSignIn(of: user.pseudonym, now: now)
      return try begin(user, replacing: old, now)
    }
  }

  // MARK: - Passwords

  /// Changes the password of somebody who is signed in and knows the present one. All sessions of
  /// the person end; the answer bears a new one.
  ///
  /// - Throws: what is wrong with the new password.
  package func changePassword(
    of user: DeskUser, from present: String, to new: String, peer: String, now: Timestamp
  ) throws(DeskError) -> Outcome {
    let person = try store.known(user.pseudonym)
    guard let name = person.signInName else { throw .isProgram(user.name) }
    // A session that was left open must not become a way to guess.
    if let seconds = putOff(name: name, peer: peer, now: now) { return .wait(seconds: seconds) }
    if person.hasPassword {
      let hash = try person.isLockedOut ? nil : store.passwordHash(of: user.pseudonym)
      guard hasher.accepts(PasswordRules.normal(present), for: hash) else {
        try fail(person, isCounted: true, now)
        return .refused
      }
    }
    names.forgive(name)
    peers.giveBack(peer)
    let made = try hash(new, of: [name, user.name])
    return try store.change {
      try store.keep(passwordHash: made, of: user.pseudonym)
      try store.note(.passwordChanged, by: user.pseudonym, on: nil, now: now)
      return .signedIn(secret: try store.insertSession(user.pseudonym, now: now), user: user)
    }
  }

  /// Sets the password of somebody from the command line.
  package func setPassword(
    of pseudonym: String, to password: String, now: Timestamp
  ) throws(DeskError) {
    let person = try store.known(pseudonym)
    guard let name = person.signInName else { throw .isProgram(person.user.name) }
    let made = try hash(password, of: [name, person.user.name])
    try store.change {
      try store.keep(passwordHash: made, of: pseudonym)
      try store.note(.passwordChanged, by: nil, on: pseudonym, now: now)
    }
  }

  private func hash(_ password: String, of names: [String]) throws(DeskError) -> String {
    if let flaw = PasswordRules.flaw(in: password, words: words + names) {
      throw .badPassword(flaw)
    }
    return hasher.hash(PasswordRules.normal(password))
  }
}
