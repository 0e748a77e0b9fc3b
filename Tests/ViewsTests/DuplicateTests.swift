// Which pairs of items are suggested as one, why, and that they are found by indexes.
// Protocols/views.md §7.

import Catalogue
import Events
import SQLite
import Testing

@testable import Views

@Suite struct DuplicateScores {
  private func facts(_ hub: Hub, _ name: String) throws -> DuplicateFacts {
    try #require(try hub.views.state(item(name)).flatMap { DuplicateFacts($0) })
  }

  private func score(_ hub: Hub, _ a: String, _ b: String) throws -> DuplicateScore? {
    let (first, second) = (try facts(hub, a), try facts(hub, b))
    let score = DuplicateScore(first, second)
    #expect(DuplicateScore(second, first) == score, "the order of the two does not count")
    return score
  }

  private let here = "herten-aaaaaaaa"
  private let there = "marl-aaaaaaaa"

  private func dates(
    _ title: String, _ start: String, _ other: String, _ otherStart: String,
    _ more: [EventDraft.Write] = [], _ otherMore: [EventDraft.Write] = []
  ) throws -> DuplicateScore? {
    let hub = try Hub()
    try hub.date(here, title, start: start, end: nil, more)
    try hub.date(there, other, start: otherStart, end: nil, at: marl, otherMore)
    return try score(hub, here, there)
  }

  private func venue(_ town: String) -> [EventDraft.Write] {
    [.init("venue", ["name": "Rathaus", "town": .string(town)])]
  }

  @Test func oneEventToldByTwoCitiesIsSuggested() throws {
    let start = "2026-03-05T18:00"
    let score = try dates(
      "BarCamp smartVEST in Herten", start, "smartVEST-BarCamp", start, venue("Herten"),
      venue("Herten"))
    #expect(score?.reasons.contains(.sameTime) == true)
    #expect(score?.reasons.contains(.samePlace) == true)
  }

  @Test func equalTitlesOnOtherDaysAreTwoDates() throws {
    #expect(
      try dates("Sprechstunde", "2026-03-05T18:00", "Sprechstunde", "2026-03-12T18:00") == nil)
  }

  @Test func oneEventIsNotInTwoTowns() throws {
    let start = "2026-03-05T18:00"
    #expect(
      try dates("Ratssitzung", start, "Ratssitzung", start, venue("Herten"), venue("Marl")) == nil)
    #expect(try dates("Ratssitzung", start, "Ratssitzung", start) != nil)
  }

  @Test func aSharedLinkCountsWhateverItsForm() throws {
    let day = "2026-03-05"
    func link(_ url: String) -> [EventDraft.Write] {
      [.init("link/a", ["kind": "other", "label": "Mehr", "url": .string(url)])]
    }
    let score = try dates(
      "Digitaltag der Region", day, "Digitaltag", day, link("https://www.tag.example/a/"),
      link("https://tag.example/a#oben"))
    #expect(score?.reasons.contains(.sharedLink) == true)
  }

  @Test func inflectedTitlesAreSimilar() throws {
    let hub = try Hub()
    try hub.project(here, "Digitale Bauanträge")
    try hub.project(there, "Digitaler Bauantrag", at: marl)
    #expect(
      try score(hub, here, there)?.reasons.first == .similarTitle(percent: 50)
        || (try score(hub, here, there)?.reasons.first == .sameTitle))
  }

  @Test func otherKindsAndOtherTitlesAreNone() throws {
    let hub = try Hub()
    try hub.project(here, "Glasfaser für Schulen")
    try hub.news(there, "Glasfaser für Schulen", at: marl)
    try hub.project("marl-bbbbbbbb", "Kita-Navigator", at: marl)
    #expect(try score(hub, here, there) == nil)
    #expect(try score(hub, here, "marl-bbbbbbbb") == nil)
    let one = try facts(hub, here)
    #expect(DuplicateScore(one, one) == nil)
  }

  @Test func withinASiteMoreHasToSpeakForIt() throws {
    let hub = try Hub()
    try hub.news(here, "Rat tagt öffentlich", released: "2026-01-10")
    try hub.news("herten-bbbbbbbb", "Rat tagt öffentlich", released: "2026-01-17")
    try hub.news(there, "Rat tagt öffentlich", at: marl, released: "2026-01-17")
    #expect(try score(hub, here, "herten-bbbbbbbb") == nil)
    #expect(try score(hub, here, there) != nil)
  }
}

@Suite struct DuplicateSearch {
  // view-20
  @Test func pairsAreFoundByWordsAndByDayTheLikeliestFirst() throws {
    let hub = try Hub()
    for number in 0..<30 {
      try hub.news("herten-n\(number + 1_000_000)", "Meldung Nummer \(number)")
    }
    try hub.project("herten-aaaaaaaa", "Onleihe im Verbund der Büchereien")
    try hub.project("marl-aaaaaaaa", "Onleihe im Verbund der Büchereien", at: marl)
    let day = "2026-03-05T18:00"
    try hub.date("herten-bbbbbbbb", "BarCamp", start: day, end: nil)
    try hub.date("kreis-bbbbbbbb", "BarCamp", start: day, end: nil, at: kreis)
    let all = try hub.views.duplicates(lead: nil)
    let names = all.map { [$0.first.id.description, $0.second.id.description] }
    #expect(names.first == ["herten-bbbbbbbb", "kreis-bbbbbbbb"])
    #expect(names.contains(["herten-aaaaaaaa", "marl-aaaaaaaa"]))
    #expect(names.count == Set(names).count, "each pair once")
    let marls = try hub.views.duplicates(lead: marl)
    #expect(marls.map(\.second.id) == [item("marl-aaaaaaaa")])
  }

  @Test func whatIsMergedHiddenOrWithdrawnIsNoDuplicate() throws {
    for (type, field, value) in [
      ("item.merged", "mergedInto", "herten-aaaaaaaa" as FieldValue),
      ("item.withdrawn", "state", "withdrawn"),
    ] {
      let hub = try Hub()
      try hub.project("herten-aaaaaaaa", "Onleihe im Verbund")
      try hub.project("marl-aaaaaaaa", "Onleihe im Verbund", at: marl)
      #expect(try hub.views.duplicates(lead: nil).count == 1)
      try hub.tell(marl, type, item("marl-aaaaaaaa"), [.init(field, value)])
      #expect(try hub.views.duplicates(lead: nil).isEmpty)
    }
  }

  // view-21
  @Test func noSearchReadsAWholeTable() throws {
    let hub = try Hub()
    let connection = try Connection(path: hub.writer.path, mode: .readOnly)
    let marks = ViewReader.Mark.allCases.map(\.sql)
    for sql in [
      ViewReader.comparedSQL, ViewReader.sameWordsSQL, ViewReader.sameDaySQL,
      ViewReader.topicsSQL, ViewReader.invitationsSQL,
    ] + marks {
      for step in try connection.plan(sql) where step.hasPrefix("SCAN") {
        // The index of words by its own search; a partial index as a whole holds the marked only.
        let isOwn = step.contains("VIRTUAL TABLE INDEX")
        let isMarked = ["featured", "hidden", "merged", "topic"].contains {
          step.contains("INDEX items_\($0)")
        }
        #expect(isOwn || isMarked, "\(step): \(sql)")
      }
    }
  }

  @Test func aListOfATopicIsReadByItsIndex() throws {
    let hub = try Hub()
    let connection = try Connection(path: hub.writer.path, mode: .readOnly)
    var query = ItemQuery()
    query.topic = "Hitze"
    let topic = try ListSQL(query, at: noon, match: nil)
    #expect(try connection.plan(topic.page).contains { $0.contains("INDEX items_topic (topic=?") })
    #expect(
      try connection.plan(topic.counts).contains { $0.contains("INDEX items_topic (topic=?") })
    query.topic = nil
    query.featuredOnly = true
    query.order = .changedFirst
    let featured = try ListSQL(query, at: noon, match: nil)
    #expect(try connection.plan(featured.page).contains { $0.contains("INDEX items_featured") })
  }
}

@Suite struct Marks {
  @Test func markedItemsTopicsAndInvitationsFollowTheirFields() throws {
    let hub = try Hub()
    let id = item("herten-aaaaaaaa")
    try hub.project("herten-aaaaaaaa", "Onleihe")
    try hub.tell(herten, "item.invited", id, [.init("invited/marl", true)])
    #expect(try hub.views.invitations(of: marl).map(\.id) == [id])
    try hub.tell(
      kreis, "item.annotated", id, [.init("kreis/topic", "Lesen"), .init("kreis/featured", true)])
    #expect(try hub.views.topics(at: noon) == [.init(name: "Lesen", count: 1)])
    #expect(try hub.views.marked(.featured).map(\.id) == [id])
    #expect(try hub.page { $0.topic = "Lesen" }.rows.map(\.topic) == ["Lesen"])
    #expect(try hub.page { $0.topic = "lesen" }.rows.isEmpty)
    try hub.tell(marl, "item.left", id, [.init("participant/marl", .null)])
    #expect(try hub.views.invitations(of: marl).isEmpty)
    try hub.tell(
      kreis, "item.annotated", id,
      [.init("kreis/hidden", true), .init("kreis/hiddenReason", "Doppelt")])
    #expect(try hub.views.topics(at: noon).isEmpty, "nothing public is left under it")
    #expect(try hub.views.marked(.hidden).map(\.id) == [id])
  }
}
