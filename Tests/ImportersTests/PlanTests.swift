// Plans: what becomes of an entry, run after run, with editors and sources that change.

import Catalogue
import Events
import Testing

@testable import Importers

@Suite struct PlanTests {
  private static let fest = "UID:1\nSUMMARY:Fest\nDTSTART:20231005T173000\nLOCATION:Markt"

  // import-22
  @Test func aSecondRunHasNothingToDo() throws {
    for text in [
      Samples.rss, Samples.atom, Samples.calendar(Self.fest), Samples.table(["1": "a", "2": "b"]),
    ] {
      var town = Town()
      let first = try town.take(text)
      #expect(first.count(.create) == first.steps.count && !first.steps.isEmpty)
      let count = town.events.count
      let second = try town.take(text)
      #expect(second.count(.unchanged) == second.steps.count && town.events.count == count)
    }
  }

  @Test func aNewItemTellsItsSourceAndWhoWroteIt() throws {
    var town = Town()
    try town.take(Samples.rss)
    let (_, state) = try town.item("au-2")
    #expect(state.value("source") == ["id": "au-2", "importer": "test"])
    #expect(state.text("state") == "published")
    #expect(town.events.allSatisfy { $0.by == "import" })
  }

  // import-26
  @Test func aChangeAtTheSourceBecomesACorrectionWithANote() throws {
    var town = Town()
    try town.take(Samples.table(["1": "alt", "2": "b"]))
    let plan = try town.take(Samples.table(["1": "neu", "2": "b"]))
    #expect(plan.count(.correct) == 1 && plan.count(.unchanged) == 1)
    let (_, state) = try town.item("1")
    #expect(state.title == "neu" && town.events.last?.type == "news.corrected")
    #expect(state.text("correctionNote") == "An der Quelle geändert: Titel.")
  }

  // import-23
  @Test func whatWasEditedHereIsNeverOverwritten() throws {
    var town = Town()
    try town.take(Samples.table(["1": "alt"]))
    let (id, _) = try town.item("1")
    try town.edit(id, "news.revised", ["title": "besser"])
    let same = try town.take(Samples.table(["1": "alt"]))
    #expect(
      same.steps[0].action == .keep && same.steps[0].notes == ["title was edited here and stays"])
    let changed = try town.take(Samples.table(["1": "neu"]))
    #expect(changed.drafts.isEmpty)
    #expect(changed.steps[0].notes.first?.contains("changed at the source and here") == true)
    #expect(try town.item("1").state.title == "besser")
  }

  // import-23
  @Test func whatWasClearedHereStaysClear() throws {
    var town = Town()
    let text = "id,kind,title,summary\n1,news,a,kurz\n"
    try town.take(text)
    try town.edit(try town.item("1").id, "news.revised", ["summary": .null])
    #expect(try town.take(text).drafts.isEmpty)
    #expect(try town.item("1").state.summary == nil)
  }

  // import-23
  @Test func aConflictIsLeftToPeople() throws {
    var town = Town()
    try town.take(Samples.table(["1": "alt"]))
    let (id, _) = try town.item("1")
    // Somebody who did not see the item's own title.
    try town.append(
      EventDraft(
        type: "news.revised", item: id, by: "r1", writes: [.init("title", "anders")]))
    #expect(try town.item("1").state.hasConflict)
    #expect(try town.take(Samples.table(["1": "neu"])).drafts.isEmpty)
    #expect(try town.item("1").state.hasConflict)
  }

  // import-23
  @Test func missingFieldsAreFilledWithoutACorrection() throws {
    var town = Town()
    try town.take("id,kind,title\n1,news,a\n")
    try town.edit(try town.item("1").id, "news.revised", ["title": "eigener"])
    let plan = try town.take("id,kind,title,summary\n1,news,a,kurz\n")
    #expect(plan.steps[0].action == .fill && town.events.last?.type == "news.revised")
    let (_, state) = try town.item("1")
    #expect(state.summary == "kurz" && state.title == "eigener")
    #expect(state.text("correctionNote") == nil)
  }

  // import-26
  @Test func whatTheSourceDropsIsClearedButNotWhatEditorsAdded() throws {
    var town = Town()
    try town.take("id,kind,title,summary\n1,news,a,kurz\n")
    try town.edit(try town.item("1").id, "news.revised", ["fieldsOfAction": ["klima"]])
    let plan = try town.take("id,kind,title,summary\n1,news,a,\n")
    #expect(plan.steps[0].action == .correct)
    let (_, state) = try town.item("1")
    #expect(state.summary == nil && state.fieldsOfAction == ["klima"])
  }

  @Test func aValueThatCannotBeReadClearsNothing() throws {
    var town = Town()
    try town.take("id,kind,title,status\n1,project,a,running\n")
    let plan = try town.take("id,kind,title,status\n1,project,a,laufend\n")
    #expect(plan.drafts.isEmpty)
    #expect(try town.item("1").state.text("status") == "running")
  }

  // import-27
  @Test func whatIsGoneIsWithdrawnWithAReasonAndComesBack() throws {
    var town = Town()
    try town.take(Samples.table(["1": "a", "2": "b"]))
    let plan = try town.take(Samples.table(["2": "b"]))
    #expect(plan.count(.withdraw) == 1 && town.events.last?.type == "item.withdrawn")
    let (id, state) = try town.item("1")
    #expect(state.isWithdrawn && state.text("stateReason") == ImportTexts.gone)
    #expect(try town.take(Samples.table(["2": "b"])).drafts.isEmpty)
    let back = try town.take(Samples.table(["1": "neu", "2": "b"]))
    #expect(back.count(.restore) == 1 && back.count(.create) == 0)
    let restored = try town.item("1")
    #expect(restored.id == id && !restored.state.isWithdrawn && restored.state.title == "neu")
    #expect(restored.state.text("stateReason") == nil)
  }

  // import-27
  @Test func whatAPersonWithdrewStaysSo() throws {
    var town = Town()
    try town.take(Samples.table(["1": "a"]))
    try town.edit(try town.item("1").id, "item.withdrawn", ["state": "withdrawn"])
    let plan = try town.take(Samples.table(["1": "b"]))
    #expect(plan.drafts.isEmpty && plan.steps[0].notes == ["was withdrawn here"])
  }

  // import-27
  @Test func whatIsGoneButWasEditedHereIsLeftToAPerson() throws {
    var town = Town()
    try town.take(Samples.table(["1": "a", "2": "b", "3": "c"]))
    try town.edit(try town.item("1").id, "news.revised", ["title": "eigener"])
    try town.edit(try town.item("2").id, "news.revised", ["fieldsOfAction": ["klima"]])
    let plan = try town.take(Samples.table(["3": "c"]))
    #expect(plan.count(.keep) == 1 && plan.count(.withdraw) == 1)
    #expect(try !town.item("1").state.isWithdrawn, "its title is of here")
    #expect(try town.item("2").state.isWithdrawn, "only something was added")
  }

  // import-25
  @Test func aSourceThatIsEmptyTakesNothingBack() throws {
    for rows in [["1": "a"], ["1": "a", "2": "b", "3": "c", "4": "d", "5": "e", "6": "f"]] {
      var town = Town()
      let text = "id,kind,title\n" + rows.sorted(by: <).map { "\($0),news,\($1)\n" }.joined()
      try town.take(text)
      let plan = try town.take("id,kind,title\n")
      #expect(plan.stop == .wouldVanish(rows.count, of: rows.count) && plan.drafts.isEmpty)
      #expect(try town.take("id,kind,title\n", isForced: true).count(.withdraw) == rows.count)
    }
  }

  // import-25
  @Test func moreThanHalfTakesNothingBackAndWritesNothingElse() throws {
    var town = Town()
    try town.take(Samples.table(["1": "a", "2": "b", "3": "c", "4": "d", "5": "e"]))
    let plan = try town.take(Samples.table(["1": "neu", "2": "b", "9": "x"]))
    #expect(plan.stop == .wouldVanish(3, of: 5) && plan.drafts.isEmpty)
    #expect(try town.take(Samples.table(["1": "a", "2": "b", "3": "c"])).count(.withdraw) == 2)
    // Of what is left, two of three are no alarm, all three are.
    #expect(try town.take(Samples.table(["1": "a", "9": "x"])).count(.withdraw) == 2)
    var other = Town()
    try other.take(Samples.table(["1": "a", "2": "b"]))
    #expect(try other.take(Samples.table(["7": "x", "8": "y"])).stop == .wouldVanish(2, of: 2))
  }

  // import-27
  @Test func anEntryThatCannotBeReadIsNotGone() throws {
    var town = Town()
    try town.take(Samples.table(["1": "a", "2": "b", "3": "c"]))
    #expect(try town.take("id,kind,title\n1,news,a\n2,news,b\n3,news,\n").count(.withdraw) == 0)
    let plan = try town.take("id,kind,title\n1,news,a\n2,news,b\n,news,c\n")
    #expect(plan.count(.withdraw) == 0 && plan.notes.count == 1)
  }

  // import-24
  @Test func whatScrolledOutOfAFeedIsNotGone() throws {
    var town = Town()
    try town.take(Samples.feed(["c": "2023-09-12", "b": "2023-09-11", "a": "2023-09-10"]))
    let next = try town.take(
      Samples.feed(["d": "2023-09-13", "c": "2023-09-12", "b": "2023-09-11"]))
    #expect(next.count(.withdraw) == 0 && next.count(.create) == 1)
    let gone = try town.take(Samples.feed(["d": "2023-09-13", "b": "2023-09-11"]))
    #expect(gone.count(.withdraw) == 1)
    #expect(try town.item("c").state.isWithdrawn && !town.item("a").state.isWithdrawn)
    let whole = try town.plan(
      try read(Samples.feed(["d": "2023-09-13", "b": "2023-09-11"])), isWhole: true)
    #expect(whole.count(.withdraw) == 1, "a whole feed tells that a is gone, too")
  }

  // import-24
  @Test func aTombstoneTakesBackWithItsReason() throws {
    var town = Town()
    let entry =
      "<entry><id>urn:x:0</id><title>x</title><published>2023-09-10T10:00:00Z</published></entry>"
    try town.take(
      Samples.atom.replacing("<at:deleted", with: entry + "<at:deleted").replacing(
        "urn:x:0\" when", with: "urn:x:9\" when"))
    let plan = try town.take(Samples.atom)
    #expect(plan.count(.withdraw) == 1 && plan.stop == nil)
    #expect(try town.item("urn:x:0").state.text("stateReason") == "War falsch")
  }

  // import-28
  @Test func aDateThatIsOverLeavesACalendarInPeace() throws {
    var town = Town()
    let course = "UID:2\nSUMMARY:Kurs\nDTSTART:20231001T100000\nRRULE:FREQ=WEEKLY;UNTIL=20231101"
    let later = "UID:3\nSUMMARY:Später\nDTSTART:20240101T100000"
    try town.take(Samples.calendar(Self.fest, course, later))
    let plan = try town.take(Samples.calendar(later), now: "2023-11-02T12:00")
    #expect(plan.count(.withdraw) == 0)
    let early = try town.plan(try read(Samples.calendar(later)), now: "2023-10-04T12:00")
    #expect(early.count(.withdraw) == 2)
  }

  // import-29
  @Test func aDateThatMovesTellsWhereItWas() throws {
    var town = Town()
    try town.take(Samples.calendar(Self.fest))
    let moved = Self.fest.replacing("20231005", with: "20231012")
    try town.take(Samples.calendar(moved))
    var (_, state) = try town.item("1")
    #expect(town.events.last?.type == "date.rescheduled")
    #expect(state.schedule == ["oldStart": "2023-10-05T17:30", "state": "rescheduled"])
    #expect(try town.take(Samples.calendar(moved)).drafts.isEmpty)
    try town.take(Samples.calendar(moved + "\nSTATUS:CANCELLED"))
    state = try town.item("1").state
    #expect(town.events.last?.type == "date.cancelled" && state.schedule == ["state": "cancelled"])
    try town.take(Samples.calendar(moved))
    #expect(try town.item("1").state.schedule == ["state": "scheduled"])
  }

  // import-30
  @Test func whatIsNotReleasedYetComesInOnItsDay() throws {
    var town = Town()
    let text = Samples.feed(["b": "2023-09-21", "a": "2023-09-10"])
    let plan = try town.take(text)
    #expect(plan.count(.skip) == 1 && plan.isProvisional && town.events.count == 1)
    #expect(try town.take(text, now: "2023-09-21T10:00").count(.create) == 1)
  }

  // import-22
  @Test func anotherSourceMayUseTheSameIDs() throws {
    var town = Town()
    try town.take(Samples.table(["1": "a"]))
    let plan = try town.take(Samples.table(["1": "b"]), source: "andere")
    #expect(plan.count(.create) == 1 && plan.count(.withdraw) == 0)
  }

  // import-31
  @Test func anItemOfAnotherPublisherIsNoneOfOurs() throws {
    let line = #"{"fields":{"title":"x"},"id":"marl-fremdes01","kind":"project","lead":"marl"}"#
    var town = Town()
    #expect(try town.take(line).steps.map(\.action) == [.skip])
    #expect(try town.take(line, takesForeign: true).count(.create) == 1)
    #expect(try town.take(line, takesForeign: true).count(.unchanged) == 1)
    #expect(try town.item("marl-fremdes01").id.site == Town.site)
  }

  // import-31
  @Test func anOwnItemKeepsItsAddress() throws {
    let line = #"""
      {"fields":{"kreis/featured":true,"participant/marl":{"status":"done"},"title":"x"},\#
      "id":"au-eigenes01","kind":"project","lead":"au"}
      """#
    var town = Town()
    let plan = try town.take(line.replacing("\n", with: ""))
    #expect(plan.steps[0].notes.first?.contains("kreis/featured, participant/marl") == true)
    #expect(try town.item("au-eigenes01").id.description == "au-eigenes01")
  }

  @Test func whatWasFoldedIsLeft() throws {
    var town = Town()
    try town.take(Samples.table(["1": "a", "2": "b"]))
    let other = try town.item("2").id
    try town.edit(
      try town.item("1").id, "item.merged", ["mergedInto": .string(other.description)])
    let plan = try town.take(Samples.table(["1": "x", "2": "b"]))
    #expect(plan.drafts.isEmpty && plan.count(.keep) == 1)
    #expect(try town.take(Samples.table(["2": "b", "3": "z"])).count(.withdraw) == 0)
  }

  @Test func whatAnotherPublisherLeadsNowIsLeft() throws {
    var town = Town()
    try town.take(Samples.table(["1": "a"]))
    let (id, state) = try town.item("1")
    let marl = try #require(SiteID("marl"))
    // To marl the item is one that somebody else leads.
    let item = try #require(HeldItem(state, events: town.events, site: marl))
    let held = HeldCatalogue(site: marl, kreis: Town.kreis, items: [item], addresses: [id])
    let order = try #require(ImportOrder(source: "test"))
    for text in [Samples.table(["1": "x"]), "id,kind,title\n"] {
      let plan = ImportPlan(try read(text), on: held, by: order, now: Town.now)
      #expect(plan.drafts.isEmpty && plan.stop == nil && plan.count(.withdraw) == 0)
    }
  }
}
