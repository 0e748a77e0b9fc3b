// Sign-in: what is checked, what is limited, and what nobody learns from it.

import Events
import SQLite
import Testing

@testable import Desk

@Suite struct DoorkeeperTests {
  private let now = SampleDesk.now

  private func later(_ milliseconds: Int64) -> Timestamp {
    now.advanced(milliseconds: milliseconds)
  }

  // MARK: - Names and passwords

  @Test func theRightPasswordSignsIn() throws {
    let desk = try SampleDesk()
    let user = try desk.addWithPassword("anna", .releaser)
    let outcome = try desk.signIn("ANNA")
    let secret = try #require(outcome.secret)
    let session = try #require(try desk.store.session(secret, now: now))
    #expect(session.user == user && session.began == now)
    #expect(try desk.store.person("r1")?.lastSignIn == now)
    #expect(try desk.actions().first == .signedIn)
  }

  @Test(arguments: ["", "falsch falsch falsch", SampleDesk.password + " ", "a\u{0}b"])
  func aWrongPasswordDoesNot(password: String) throws {
    let desk = try SampleDesk()
    _ = try desk.addWithPassword("anna")
    #expect(try desk.signIn("anna", password) == .refused)
    #expect(try desk.store.person("r1")?.failures == 1)
  }

  @Test func aPasswordCountsHoweverItsLettersAreComposed() throws {
    let desk = try SampleDesk()
    let user = try desk.add("anna")
    try desk.keeper.setPassword(of: user.pseudonym, to: "übermütige Käfer", now: now)
    #expect(try desk.signIn("anna", "u\u{308}bermu\u{308}tige Ka\u{308}fer").secret != nil)
  }

  @Test func eachWayToBeRefusedTakesOneHash() throws {
    let desk = try SampleDesk()
    _ = try desk.addWithPassword("anna")
    _ = try desk.add("ohne")
    let locked = try desk.addWithPassword("gesperrt")
    _ = try desk.add("bea", .administrator)
    try desk.store.lock(locked.pseudonym, now: now)
    let long = String(repeating: "lang ", count: 200)
    let tries = [
      ("anna", "falsch falsch"), ("niemand", "falsch falsch"), ("ohne", "falsch falsch"),
      ("gesperrt", SampleDesk.password), ("anna", long), ("niemand", long), ("anna", ""),
      ("niemand", ""), ("anna", "a\u{0}b"),
    ]
    for (name, password) in tries {
      let (before, lines) = (desk.keeper.hashesComputed, try desk.actions().count)
      #expect(try desk.signIn(name, password) == .refused, "\(name)")
      #expect(desk.keeper.hashesComputed == before + 1, "\(name)")
      #expect(try desk.actions().count == lines + 1, "\(name)")
    }
  }

  @Test func theTrailDoesNotKeepWhatWasTypedAsAName() throws {
    let desk = try SampleDesk()
    _ = try desk.signIn("mein-passwort")
    let entry = try desk.store.audit(offset: 0, limit: 1).entries[0]
    #expect(entry.action == .signInFailed && entry.subject == nil && entry.detail == nil)
  }

  // MARK: - Limits

  @Test func aNameIsPutOffAfterFiveTriesFromAnywhere() throws {
    let desk = try SampleDesk()
    _ = try desk.addWithPassword("anna")
    for number in 0..<5 {
      #expect(try desk.signIn("anna", "falsch", peer: "192.0.2.\(number)") == .refused)
    }
    let hashes = desk.keeper.hashesComputed
    #expect(try desk.signIn("anna", peer: "192.0.2.9").seconds == 60)
    #expect(desk.keeper.hashesComputed == hashes, "who is put off costs nothing")
    #expect(try desk.signIn("anna", peer: "192.0.2.9", after: 59_999).seconds == 1)
    #expect(try desk.signIn("anna", peer: "192.0.2.9", after: 60_000).secret != nil)
  }

  @Test func anUnknownNameIsPutOffAsAKnownOne() throws {
    let desk = try SampleDesk()
    for _ in 0..<5 { #expect(try desk.signIn("niemand") == .refused) }
    #expect(try desk.signIn("niemand").seconds == 60)
  }

  @Test func anAddressIsPutOffAfterTwentyTriesOfAnyNames() throws {
    let desk = try SampleDesk()
    _ = try desk.addWithPassword("anna")
    for number in 0..<20 { #expect(try desk.signIn("name\(number)", "x") == .refused) }
    #expect(try desk.signIn("anna").seconds == 10)
    #expect(try desk.signIn("anna", peer: "192.0.2.2").secret != nil)
  }

  @Test func aSignInForgivesTheTriesBeforeIt() throws {
    let desk = try SampleDesk()
    _ = try desk.addWithPassword("anna")
    for _ in 0..<3 {
      for _ in 0..<4 { #expect(try desk.signIn("anna", "falsch", peer: "a") == .refused) }
      #expect(try desk.signIn("anna", peer: "b").secret != nil)
    }
    #expect(try desk.store.person("r1")?.failures == 0)
  }

  @Test func manyNamesTakeNoMoreMemory() {
    var limit = RateLimit(burst: 2, intervalMilliseconds: 1_000)
    for number in 0..<100_000 { limit.take("name\(number)", now: Int64(number)) }
    #expect(MemoryLayout.size(ofValue: limit) <= 32)
    limit.take("a", now: 10_000_000)
    #expect(limit.wait("a", now: 10_000_000) == 0)
    limit.take("a", now: 10_000_000)
    #expect(limit.wait("a", now: 10_000_000) == 1_000)
    #expect(limit.wait("a", now: 10_001_000) == 0)
  }

  @Test func tooManyWrongPasswordsInARowLockOutUntilSomebodyHelps() throws {
    let desk = try SampleDesk()
    let user = try desk.addWithPassword("anna")
    var time: Int64 = 0
    for number in 0..<PeopleRules.mostFailures {
      time += 60_000
      #expect(try desk.signIn("anna", "falsch", peer: "p\(number)", after: time) == .refused)
    }
    #expect(try desk.actions().prefix(2) == [.lockedOut, .signInFailed])
    time += 600_000
    #expect(try desk.signIn("anna", after: time) == .refused, "the right password does not help")
    #expect(try desk.store.person("r1")?.failures == PeopleRules.mostFailures)
    try desk.store.unlock(user.pseudonym, now: later(time))
    #expect(try desk.signIn("anna", after: time).secret != nil)
  }

  @Test func aLinkHelpsWhoeverIsLockedOut() throws {
    let desk = try SampleDesk()
    let user = try desk.addWithPassword("anna")
    try desk.store.change {
      for _ in 0..<PeopleRules.mostFailures { _ = try desk.store.countFailure(of: "r1") }
    }
    #expect(try desk.store.person("r1")?.isLockedOut == true)
    let link = try desk.store.link(.password, for: user.pseudonym, now: now)
    let new = "neun Ziegen am Hang"
    #expect(try desk.keeper.choosePassword(link: link, new, now: now).secret != nil)
    #expect(try desk.signIn("anna", new).secret != nil)
  }

  // MARK: - Sessions

  @Test func eachSignInHasANewSecretAndEndsTheOldOne() throws {
    let desk = try SampleDesk()
    _ = try desk.addWithPassword("anna")
    let first = try #require(try desk.signIn("anna").secret)
    let second = try #require(try desk.signIn("anna", replacing: first).secret)
    #expect(first != second && second.count == 64)
    #expect(try desk.store.session(first, now: now) == nil)
    #expect(try desk.signIn("anna", replacing: "vorgegeben").secret != "vorgegeben")
    #expect(try desk.store.session("vorgegeben", now: now) == nil)
  }

  @Test func aSessionEndsWhenNobodyUsesIt() throws {
    let desk = try SampleDesk()
    _ = try desk.addWithPassword("anna")
    let secret = try #require(try desk.signIn("anna").secret)
    let idle = DeskStore.idleMilliseconds
    #expect(try desk.store.session(secret, now: later(idle)) != nil)
    #expect(try desk.store.session(secret, now: later(idle + 1)) == nil)
    try desk.store.touch(secret, now: later(idle))
    #expect(try desk.store.session(secret, now: later(2 * idle)) != nil)
  }

  @Test func aSessionEndsWithItsDayHoweverItIsUsed() throws {
    let desk = try SampleDesk()
    _ = try desk.addWithPassword("anna")
    let secret = try #require(try desk.signIn("anna").secret)
    var time: Int64 = 0
    while time < DeskStore.sessionMilliseconds {
      #expect(try desk.store.session(secret, now: later(time)) != nil)
      try desk.store.touch(secret, now: later(time))
      time += DeskStore.idleMilliseconds / 2
    }
    #expect(try desk.store.session(secret, now: later(time)) != nil)
    #expect(try desk.store.session(secret, now: later(time + 1)) == nil)
  }

  @Test func useIsNotedAtMostOnceAMinute() throws {
    let desk = try SampleDesk()
    _ = try desk.addWithPassword("anna")
    let secret = try #require(try desk.signIn("anna").secret)
    try desk.store.touch(secret, now: later(59_999))
    #expect(desk.store.connection.changes == 0)
    try desk.store.touch(secret, now: later(60_000))
    #expect(desk.store.connection.changes == 1)
    try desk.store.touch(secret, now: later(60_001))
    #expect(desk.store.connection.changes == 0)
  }

  @Test func aPersonHasAFewSessionsTheOldestEnd() throws {
    let desk = try SampleDesk()
    _ = try desk.addWithPassword("anna")
    let first = try #require(try desk.signIn("anna").secret)
    for number in 1...DeskStore.sessionsOfOne {
      _ = try desk.signIn("anna", after: Int64(number))
    }
    #expect(try desk.store.sessions(of: "r1", now: now).count == DeskStore.sessionsOfOne)
    #expect(try desk.store.session(first, now: now) == nil)
  }

  @Test func signOutEndsOneSessionAndEverywhereAll() throws {
    let desk = try SampleDesk()
    _ = try desk.addWithPassword("anna")
    let secrets = try (0..<3).map { _ in try #require(try desk.signIn("anna").secret) }
    try desk.store.end(session: secrets[0], now: now)
    let left = { try secrets.filter { try desk.store.session($0, now: now) != nil } }
    #expect(try left() == Array(secrets.dropFirst()))
    try desk.store.endAll(of: "r1", now: now)
    #expect(try left().isEmpty)
  }

  @Test func aNewPasswordEndsAllSessionsAndBeginsOne() throws {
    let desk = try SampleDesk()
    let user = try desk.addWithPassword("anna")
    let old = try #require(try desk.signIn("anna").secret)
    let link = try desk.store.link(.password, for: user.pseudonym, now: now)
    let new = "neun Ziegen am Hang"
    #expect(
      try desk.keeper.changePassword(of: user, from: "falsch", to: new, peer: "p", now: now)
        == .refused)
    let outcome = try desk.keeper.changePassword(
      of: user, from: SampleDesk.password, to: new, peer: "p", now: now)
    let secret = try #require(outcome.secret)
    #expect(try desk.store.session(old, now: now) == nil && secret != old)
    #expect(try desk.store.session(secret, now: now) != nil)
    #expect(try desk.store.link(link, now: now) == nil, "links made before have ended")
    #expect(try desk.signIn("anna", after: 60_000) == .refused)
    #expect(try desk.signIn("anna", new, after: 120_000).secret != nil)
  }

  @Test func anOpenSessionIsNoWayToGuessThePassword() throws {
    let desk = try SampleDesk()
    let user = try desk.addWithPassword("anna")
    for _ in 0..<5 {
      _ = try desk.keeper.changePassword(
        of: user, from: "falsch", to: "neun Ziegen am Hang", peer: "p", now: now)
    }
    #expect(try desk.store.person("r1")?.failures == 5)
    let next = try desk.keeper.changePassword(
      of: user, from: SampleDesk.password, to: "neun Ziegen am Hang", peer: "p", now: now)
    #expect(next.seconds == 60)
  }

  // MARK: - Beginning

  @Test func theFirstLinkMakesTheFirstAdministrator() throws {
    let desk = try SampleDesk()
    let link = try desk.store.firstLink(now: now)
    #expect(throws: DeskError.badPassword(.short)) {
      try desk.keeper.beginDesk(
        link: link, signInName: "presse", name: "Presse", password: "kurz", now: now)
    }
    #expect(throws: DeskError.badSignInName) {
      try desk.keeper.beginDesk(
        link: link, signInName: "?", name: "Presse", password: SampleDesk.password, now: now)
    }
    let outcome = try desk.keeper.beginDesk(
      link: link, signInName: "presse", name: "Presse", password: SampleDesk.password, now: now)
    let secret = try #require(outcome.secret)
    let session = try desk.store.session(secret, now: now)
    #expect(session?.user == DeskUser(pseudonym: "r1", name: "Presse", role: .administrator))
    #expect(throws: DeskError.linkEnded) {
      try desk.keeper.beginDesk(
        link: link, signInName: "zwei", name: "Zwei", password: SampleDesk.password, now: now)
    }
  }

  @Test func aLinkLetsSomebodyChooseAPasswordOnce() throws {
    let desk = try SampleDesk()
    let user = try desk.add("anna")
    #expect(try desk.signIn("anna", "") == .refused, "no password is not an empty one")
    let link = try desk.store.link(.password, for: user.pseudonym, now: now)
    #expect(throws: DeskError.badPassword(.guessable)) {
      try desk.keeper.choosePassword(link: link, "Stadt-Herten-2026!", now: now)
    }
    #expect(
      try desk.keeper.choosePassword(link: link, SampleDesk.password, now: now).secret != nil)
    #expect(throws: DeskError.linkEnded) {
      try desk.keeper.choosePassword(link: link, SampleDesk.password, now: now)
    }
  }
}

@Suite struct PasswordTests {
  @Test(
    arguments: [
      ("elf Zeichen", .short), ("passwort1234", .guessable), ("Passwort2026!", .guessable),
      ("aaaaaaaaaaaaaaaa", .guessable), ("123456789012", .guessable),
      ("qwertzuiop12", .guessable), ("Herten-Herten-Herten", .guessable),
      ("presse@stadt.example", .guessable), ("vesthub vesthub 1", .guessable),
      ("zwölf\u{7}Zeichen hier", .control), (String(repeating: "ab cd ef", count: 51), .long),
    ] as [(String, PasswordFlaw)])
  func aPasswordThatEverybodyTriesIsRefused(password: String, flaw: PasswordFlaw) {
    let words = ["Stadt Herten", "presse@stadt.example", "Pressestelle"]
    #expect(PasswordRules.flaw(in: password, words: words) == flaw, "\(password)")
  }

  @Test(
    arguments: [
      "acht Kamele im Regen", "k7!mQ2#vX9pL", "Der Herten-Bus kommt nie", "🐫🐪🦙🐑🐐🦌🐎🐖🐄🐂🐃🦬",
      "korrekt Pferd Batterie", String(repeating: "ein langer Satz ", count: 25),
    ])
  func aLongOneOfAnyKindIsTaken(password: String) {
    #expect(PasswordRules.flaw(in: password, words: ["Stadt Herten"]) == nil)
  }

  @Test func aHashIsYescryptWithASaltOfItsOwn() {
    var hasher = PasswordHasher()
    let first = hasher.hash("acht Kamele im Regen")
    let second = hasher.hash("acht Kamele im Regen")
    #expect(first.hasPrefix("$y$jBT$") && first != second)
    let tries: [(String, String?, Bool)] = [
      ("acht Kamele im Regen", first, true), ("acht Kamele im Rege", first, false),
      ("", nil, false), ("*0", "*0", false),
    ]
    for (password, hash, isRight) in tries {
      let isAccepted = hasher.accepts(password, for: hash)
      #expect(isAccepted == isRight, "\(password)")
    }
    #expect(hasher.computed == 6, "one each, whatever came of it")
  }
}
