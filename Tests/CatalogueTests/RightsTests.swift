// Who may write what: the table of Protocols/merge.md §5, one row a verdict.

import Catalogue
import Events
import Testing

/// One attempt on a project that herten leads, in which marl takes part and datteln does not.
struct Attempt: Sendable, CustomTestStringConvertible {
  let site: SiteID
  let field: String
  let value: FieldValue
  let verdict: Verdict

  init(_ site: SiteID, _ field: String, _ value: FieldValue, _ verdict: Verdict) {
    self.site = site
    self.field = field
    self.value = value
    self.verdict = verdict
  }

  var testDescription: String { "\(site) writes \(field): \(verdict)" }
}

@Suite struct Rights {
  let item = sample(herten)

  func shared() -> Region {
    var region = Region()
    region.tell(herten, "project.created", item, ["title": "Onleihe"])
    region.tell(herten, "item.invited", item, ["invited/marl": true])
    region.tell(marl, "item.joined", item, ["participant/marl": ["status": "running"]])
    precondition(region.state[item]?.participants == [marl])
    return region
  }

  @Test(arguments: [
    Attempt(herten, "title", "B", .applied),
    Attempt(marl, "title", "B", .applied),
    Attempt(marl, "expires", "2026-12-31T23:00:00.000Z", .applied),
    Attempt(marl, "futureField", ["a": 1], .applied),
    Attempt(datteln, "title", "B", .void(.noRight)),
    Attempt(datteln, "futureField", 1, .void(.noRight)),
    Attempt(kreis, "title", "B", .void(.noRight)),
    Attempt(herten, "state", "withdrawn", .applied),
    Attempt(marl, "state", "withdrawn", .void(.noRight)),
    Attempt(herten, "mergedInto", .string(sample(marl).description), .applied),
    Attempt(marl, "mergedInto", .string(sample(marl).description), .void(.noRight)),
    Attempt(herten, "lead", "marl", .applied),
    Attempt(herten, "lead", "atlantis", .void(.invalidField)),
    Attempt(marl, "lead", "marl", .void(.noRight)),
    Attempt(kreis, "lead", "kreis", .void(.noRight)),
    Attempt(herten, "invited/datteln", true, .applied),
    Attempt(marl, "invited/datteln", true, .void(.noRight)),
    Attempt(herten, "invited/Datteln", true, .void(.invalidField)),
    Attempt(marl, "participant/marl", ["status": "done"], .applied),
    Attempt(herten, "participant/marl", ["status": "done"], .void(.noRight)),
    Attempt(datteln, "participant/datteln", ["status": "done"], .void(.noRight)),
    Attempt(kreis, "kreis/featured", true, .applied),
    Attempt(kreis, "kreis/futureField", "x", .applied),
    Attempt(herten, "kreis/featured", true, .void(.noRight)),
    Attempt(herten, "kreis/futureField", "x", .void(.noRight)),
    Attempt(kreis, "kreis/hidden", true, .void(.noRight)),
    Attempt(kreis, "kreis/hidden", .null, .applied),
    Attempt(herten, "kreis/hidden", .null, .void(.noRight)),
  ])
  func aSiteWritesWhatItMay(_ attempt: Attempt) {
    var region = shared()
    let verdict = region.tell(
      attempt.site, "item.annotated", item, [attempt.field: attempt.value])
    #expect(verdict == attempt.verdict)
  }

  @Test func oneFieldWithoutRightVoidsTheWholeEvent() {
    var region = shared()
    let writes: [String: FieldValue] = ["summary": "neu", "state": "withdrawn"]
    #expect(region.tell(marl, "project.revised", item, writes) == .void(.noRight))
    #expect(region.state[item]?.summary == nil)
  }

  @Test func hidingWithAReasonIsTheKreissRight() {
    var region = shared()
    let writes: [String: FieldValue] = ["kreis/hidden": true, "kreis/hiddenReason": "Werbung"]
    #expect(region.tell(herten, "item.annotated", item, writes) == .void(.noRight))
    #expect(region.tell(kreis, "item.annotated", item, writes) == .applied)
    #expect(region.state[item]?.isHidden == true)
  }

  @Test func aSiteCreatesItemsOfItsOwnOnly() {
    var region = Region()
    #expect(
      region.tell(marl, "news.created", sample(herten), ["title": "A"]) == .void(.noRight))
    #expect(region.state[sample(herten)] == nil)
  }

  @Test func anItemIsCreatedOnce() {
    var region = shared()
    #expect(region.tell(herten, "project.created", item, ["title": "B"]) == .void(.item))
    #expect(region.tell(herten, "date.created", item, ["title": "B"]) == .void(.item))
    #expect(region.state[item]?.title == "Onleihe")
  }

  @Test func whatWasNeverCreatedCannotBeWritten() {
    var region = Region()
    #expect(region.tell(herten, "item.withdrawn", sample(herten), [:]) == .void(.item))
    #expect(region.tell(herten, "item.withdrawn", nil, [:]) == .void(.item))
  }

  @Test func aTypeOfAnotherKindIsVoid() {
    var region = shared()
    #expect(region.tell(herten, "date.postponed", item, [:]) == .void(.kind))
    #expect(region.tell(herten, "news.corrected", item, ["title": "B"]) == .void(.kind))
  }

  @Test func aParticipantLosesItsRightsWithTheInvitation() {
    var region = shared()
    region.tell(herten, "item.invited", item, ["invited/marl": .null])
    #expect(region.tell(marl, "project.revised", item, ["summary": "x"]) == .void(.noRight))
    #expect(region.state[item]?.participants == [])
    #expect(region.state[item]?.invited == [])
  }

  @Test func aParticipantThatClearsItsEntryLeaves() {
    var region = shared()
    #expect(region.tell(marl, "item.left", item, ["participant/marl": .null]) == .applied)
    #expect(region.tell(marl, "project.revised", item, ["summary": "x"]) == .void(.noRight))
    #expect(
      region.tell(marl, "item.joined", item, ["participant/marl": ["status": "idea"]]) == .applied)
  }

  @Test func theLeadIsHandedOverAndWithItTheRights() {
    var region = shared()
    #expect(region.tell(herten, "item.handed", item, ["lead": "datteln"]) == .applied)
    #expect(region.state[item]?.lead == datteln)
    #expect(region.tell(herten, "project.revised", item, ["summary": "x"]) == .void(.noRight))
    #expect(region.tell(datteln, "item.withdrawn", item, ["state": "withdrawn"]) == .applied)
    #expect(region.tell(datteln, "item.handed", item, ["lead": .null]) == .applied)
    #expect(region.state[item]?.lead == herten)
  }

  @Test func theKreisFindsALeadForASiteThatLeft() {
    var region = shared()
    let reasoned: [String: FieldValue] = ["lead": "kreis", "kreis/leadReason": "Austritt"]
    #expect(region.tell(kreis, "item.handed", item, reasoned) == .void(.noRight))
    let leaving = region.write(kreis, Membership.draft(herten, name: "Stadt Herten", .left))
    #expect(region.judge(leaving) == .applied)
    #expect(region.tell(herten, "project.revised", item, ["summary": "x"]) == .void(.siteLeft))
    #expect(region.tell(kreis, "item.handed", item, ["lead": "kreis"]) == .void(.noRight))
    #expect(region.tell(kreis, "item.handed", item, reasoned) == .applied)
    #expect(region.tell(kreis, "item.handed", item, ["lead": "herten"]) == .void(.invalidField))
    #expect(region.state[item]?.lead == kreis)
  }

  @Test func onlyTheKreisAdmitsSites() {
    var region = Region()
    let draft = Membership.draft(marl, name: "Marl", .left)
    #expect(region.judge(region.write(marl, draft)) == .void(.noRight))
    #expect(region.state.membership[marl]?.hasLeft == false)
    #expect(region.state.membership[marl]?.name == "Stadt marl")
  }

  @Test func aMembershipEventSaysWhatItsTypeSays() {
    var region = Region()
    let value: FieldValue = ["name": "Stadt Marl", "state": "left"]
    let admitted = EventDraft(type: "site.admitted", writes: [.init("site/marl", value)])
    #expect(region.judge(region.write(kreis, admitted)) == .void(.invalidField))
    let nameless = EventDraft(type: "site.left", writes: [.init("site/marl", ["state": "left"])])
    #expect(region.judge(region.write(kreis, nameless)) == .void(.invalidField))
    let kreisLeft = Membership.draft(kreis, name: "Kreis", .left)
    #expect(region.judge(region.write(kreis, kreisLeft)) == .void(.invalidField))
    let empty = EventDraft(type: "site.admitted", writes: [])
    #expect(region.judge(region.write(kreis, empty)) == .void(.invalidField))
  }

  @Test func aSiteThatComesBackMayWriteAgain() {
    var region = shared()
    region.judge(region.write(kreis, Membership.draft(herten, name: "Herten", .left)))
    region.judge(region.write(kreis, Membership.draft(herten, name: "Herten", .admitted)))
    #expect(region.tell(herten, "project.revised", item, ["summary": "x"]) == .applied)
  }

  // MARK: - Parked

  @Test func anUnknownTypeIsParkedAndHoldsBackItsLineOnTheItem() {
    var region = shared()
    let other = sample(herten, 2)
    #expect(region.tell(herten, "item.dreamt", item, ["title": "Traum"]) == .parked)
    #expect(region.tell(herten, "project.revised", item, ["title": "B"]) == .parked)
    #expect(region.tell(marl, "project.revised", item, ["summary": "C"]) == .applied)
    #expect(region.tell(herten, "project.created", other, ["title": "D"]) == .applied)
    #expect(region.state[item]?.title == "Onleihe")
    #expect(region.state[item]?.parked.count == 2)
  }

  // merge-45
  @Test func aParkedEventThatIsAppliedLaterFreesItsLine() {
    var region = shared()
    let first = region.draw(herten, "item.dreamt", item, ["title": "Traum"])
    let second = region.draw(herten, "project.revised", item, ["summary": "B"])
    region.judge(first)
    region.judge(second)
    #expect(region.state.verdict(of: second) == .parked)
    let stamp = Stamp(position: 90, received: region.time)
    region.state.fold(first, verdict: .applied, stamp: stamp)
    #expect(region.state.verdict(of: second) == .applied)
    region.state.fold(second, verdict: .applied, stamp: stamp)
    region.state.checkInvariants()
    #expect(region.state[item]?.title == "Traum")
    #expect(region.state[item]?.parked == [])
  }

  @Test func aVoidEventFreezesNothing() {
    var region = shared()
    #expect(region.tell(datteln, "project.revised", item, ["title": "B"]) == .void(.noRight))
    region.tell(herten, "item.invited", item, ["invited/datteln": true])
    let entry: FieldValue = ["status": "planned"]
    #expect(region.tell(datteln, "item.joined", item, ["participant/datteln": entry]) == .applied)
    #expect(region.state[item]?.participants == [datteln, marl])
  }

  @Test func anUnknownEventAboutNoItemHoldsNothingBack() {
    var region = Region()
    #expect(region.tell(kreis, "region.dreamt", nil, [:]) == .parked)
    let draft = Membership.draft(marl, name: "Marl", .left)
    #expect(region.judge(region.write(kreis, draft)) == .applied)
  }
}
