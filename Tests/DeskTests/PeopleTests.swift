// The table of people: pseudonyms that stay, roles, locks, links and tokens.

import Events
import SQLite
import Testing

@testable import Desk

@Suite struct PeopleTests {
  private let now = SampleDesk.now

  @Test func pseudonymsCountAndAreNeverGivenAgain() throws {
    let desk = try SampleDesk()
    #expect(try desk.add("anna").pseudonym == "r1")
    #expect(try desk.add("bea").pseudonym == "r2")
    // Nothing deletes a row; the number stays used even if somebody does so by hand.
    try desk.store.connection.execute("DELETE FROM people WHERE number = 2")
    #expect(try desk.add("clara").pseudonym == "r3")
  }

  @Test func aSignInNameIsOnePersonsInAnySpelling() throws {
    let desk = try SampleDesk()
    let user = try desk.add("müller")
    for name in ["Müller@Stadt.Example", " mu\u{308}ller@stadt.example "] {
      #expect(try desk.store.person(signInName: name)?.user == user)
      #expect(throws: DeskError.nameTaken("müller@stadt.example")) {
        try desk.store.add(signInName: name, name: "Zweite", role: .author, now: now)
      }
    }
  }

  @Test(arguments: ["", "a", "zwei Worte", "a\u{0}b", String(repeating: "a", count: 65), "a/b"])
  func aSignInNameOfAWrongFormIsRefused(name: String) throws {
    let desk = try SampleDesk()
    #expect(throws: DeskError.badSignInName) {
      try desk.store.add(signInName: name, name: "Name", role: .author, now: now)
    }
  }

  @Test(arguments: ["", "  ", "a\nb", String(repeating: "a", count: 81)])
  func aNameOfAWrongFormIsRefused(name: String) throws {
    let desk = try SampleDesk()
    #expect(throws: DeskError.badName) {
      try desk.store.add(signInName: "presse", name: name, role: .author, now: now)
    }
  }

  @Test func aNewRoleEndsTheSessionsOfItsPerson() throws {
    let desk = try SampleDesk()
    let user = try desk.addWithPassword("anna", .releaser)
    _ = try desk.add("bea", .administrator)
    let secret = try #require(try desk.signIn("anna").secret)
    try desk.store.setRole(user.pseudonym, to: .author, by: "r2", now: now)
    #expect(try desk.store.session(secret, now: now) == nil)
    #expect(try desk.store.person("r1")?.user.role == .author)
    #expect(try desk.store.audit(offset: 0, limit: 1).entries[0].detail == "author")
  }

  @Test func theLastAdministratorStays() throws {
    let desk = try SampleDesk()
    let first = try desk.add("anna", .administrator).pseudonym
    #expect(throws: DeskError.lastAdministrator) {
      try desk.store.setRole(first, to: .author, now: now)
    }
    #expect(throws: DeskError.lastAdministrator) { try desk.store.lock(first, now: now) }
    #expect(try desk.store.person(first)?.isLocked == false)
    _ = try desk.add("bea", .administrator)
    try desk.store.lock(first, now: now)
    #expect(throws: DeskError.lastAdministrator) { try desk.store.lock("r2", now: now) }
  }

  @Test func aLockedPersonHasNoSessionNoLinkAndNoSignIn() throws {
    let desk = try SampleDesk()
    let user = try desk.addWithPassword("anna")
    _ = try desk.add("bea", .administrator)
    let secret = try #require(try desk.signIn("anna").secret)
    let link = try desk.store.link(.password, for: user.pseudonym, now: now)
    try desk.store.lock(user.pseudonym, now: now)
    #expect(try desk.store.session(secret, now: now) == nil)
    #expect(try desk.store.link(link, now: now) == nil)
    #expect(throws: DeskError.linkEnded) {
      try desk.store.link(.password, for: user.pseudonym, now: now)
    }
    #expect(try desk.signIn("anna") == .refused)
    try desk.store.unlock(user.pseudonym, now: now)
    #expect(try desk.signIn("anna").secret != nil)
  }

  @Test func anUnknownPersonIsNamed() throws {
    let desk = try SampleDesk()
    for name in ["r9", "x", "", "r"] {
      #expect(throws: DeskError.unknownPerson(name)) { try desk.store.lock(name, now: now) }
    }
  }

  // MARK: - Links

  @Test func theFirstLinkEndsWithTheFirstPerson() throws {
    let desk = try SampleDesk()
    let old = try desk.store.firstLink(now: now)
    let link = try desk.store.firstLink(now: now)
    #expect(try desk.store.link(old, now: now) == nil, "only the newest is good")
    #expect(try desk.store.link(link, now: now)?.purpose == .first)
    _ = try desk.add("anna")
    #expect(try desk.store.link(link, now: now) == nil)
    #expect(throws: DeskError.notFirst) { try desk.store.firstLink(now: now) }
  }

  @Test func aLinkIsGoodForADay() throws {
    let desk = try SampleDesk()
    let user = try desk.add("anna")
    let link = try desk.store.link(.password, for: user.pseudonym, now: now)
    let end = now.advanced(milliseconds: DeskStore.linkMilliseconds)
    #expect(try desk.store.link(link, now: end) != nil)
    #expect(try desk.store.link(link, now: end.advanced(milliseconds: 1)) == nil)
  }

  @Test func aSignInLinkSignsInOnce() throws {
    let desk = try SampleDesk()
    let user = try desk.add("anna", .administrator)
    let link = try desk.store.link(.signIn, for: user.pseudonym, now: now)
    #expect(try desk.keeper.signIn(link: link, now: now).secret != nil)
    #expect(throws: DeskError.linkEnded) { try desk.keeper.signIn(link: link, now: now) }
  }

  @Test func ofTwoWhoUseALinkAtOnceOneIsRefused() throws {
    let desk = try SampleDesk()
    let user = try desk.add("anna")
    let link = try desk.store.link(.password, for: user.pseudonym, now: now)
    try desk.store.change { try desk.store.useUp(link) }
    #expect(throws: DeskError.linkEnded) {
      try desk.store.change { try desk.store.useUp(link) }
    }
  }

  @Test func aLinkForAPasswordDoesNotSignInWithoutOne() throws {
    let desk = try SampleDesk()
    let user = try desk.add("anna")
    let link = try desk.store.link(.password, for: user.pseudonym, now: now)
    #expect(throws: DeskError.linkEnded) { try desk.keeper.signIn(link: link, now: now) }
    #expect(try desk.store.link(link, now: now) != nil)
  }

  // MARK: - Programs

  @Test func aTokenIsThatOfItsProgramUntilItIsRevoked() throws {
    let desk = try SampleDesk()
    let first = try desk.store.token(for: "Importer", now: now)
    let second = try desk.store.token(for: "Importer", now: now)
    let user = try #require(try desk.store.user(ofToken: first))
    #expect(user.role == .releaser && user.name == "Importer")
    #expect(try desk.store.user(ofToken: second) == user, "one program, one pseudonym")
    #expect(try desk.store.session(first, now: now) == nil, "a token is no session")
    #expect(try !desk.store.hasPeople(), "a program is nobody who could manage the desk")
    try desk.store.revokeTokens(of: "Importer", now: now)
    #expect(try desk.store.user(ofToken: first) == nil)
  }

  @Test func aProgramHasNoLinkAndNoPassword() throws {
    let desk = try SampleDesk()
    _ = try desk.store.token(for: "Importer", now: now)
    #expect(throws: DeskError.isProgram("Importer")) {
      try desk.store.link(.password, for: "r1", now: now)
    }
    #expect(throws: DeskError.isProgram("Importer")) {
      try desk.keeper.setPassword(of: "r1", to: SampleDesk.password, now: now)
    }
  }

  @Test func noSecretStandsInTheFile() throws {
    let desk = try SampleDesk()
    let user = try desk.addWithPassword("anna", .administrator)
    let secrets = [
      SampleDesk.password, try #require(try desk.signIn("anna").secret),
      try desk.store.link(.password, for: user.pseudonym, now: now),
      try desk.store.token(for: "Importer", now: now),
    ]
    try desk.store.connection.checkpoint(.truncate)
    let file = try #require(bytes(of: desk.directory + "/desk.sqlite"))
    #expect(file.contains("anna@stadt.example"), "the names are there")
    for secret in secrets { #expect(!file.contains(secret)) }
  }

  // MARK: - Audit trail

  @Test func theTrailForgetsWhatIsOlderThanAYear() throws {
    let desk = try SampleDesk()
    for hour in 0..<3 {
      try desk.store.record(
        .signedIn, by: "r1", now: now.advanced(milliseconds: Int64(hour) * 3_600_000))
    }
    let later = now.advanced(milliseconds: DeskStore.auditMilliseconds + 3_600_000)
    try desk.store.record(.signedOut, by: "r1", now: later)
    #expect(try desk.actions() == [.signedOut, .signedIn, .signedIn])
  }

  @Test func theTrailIsReadInPagesTheNewestFirst() throws {
    let desk = try SampleDesk()
    for number in 0..<5 {
      try desk.store.record(
        DeskAction(rawValue: "news.created"), by: "r1", on: "herten-\(number)", now: now)
    }
    let page = try desk.store.audit(offset: 1, limit: 2)
    #expect(page.total == 5 && page.entries.map(\.subject) == ["herten-3", "herten-2"])
  }

  @Test func theSearchesOfASessionUseTheirKeys() throws {
    let desk = try SampleDesk()
    let plan = try desk.store.connection.plan(
      """
      SELECT 1 FROM sessions JOIN people ON people.number = sessions.person
      WHERE sessions.hash = x'00' AND sessions.used >= 1
      """)
    #expect(plan.allSatisfy { $0.hasPrefix("SEARCH") }, "\(plan)")
  }
}
