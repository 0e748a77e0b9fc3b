// Feeds of several pages (RFC 5005), and how long their answers may be kept.
// Protocols/http-api.md §6.

import Events
import Foundation
import HTTP
import Testing

@testable import Web

@Suite struct FeedPagingTests {
  private func json(_ reply: Reply) throws -> FieldValue {
    try JSONDecoder().decode(FieldValue.self, from: Data(reply.body.utf8))
  }

  @Test func pagesOfAFeedHoldEachEntryOnce() throws {
    let stage = try Seed.stage()
    var ids: [String] = []
    var next: String? = "/eintraege.json?anzahl=2"
    while let address = next {
      let feed = try json(try stage.get(address))
      ids += feed["items"]?.elements?.compactMap { $0["id"]?.text } ?? []
      next = feed["next_url"]?.text?.replacing("https://vest.example", with: "")
      #expect(ids.count <= 6)
    }
    #expect(ids.count == 6 && Set(ids).count == 6)
  }

  @Test func anAtomPageLeadsToTheOthers() throws {
    let stage = try Seed.stage()
    let feed = "https://vest.example/eintraege.atom?anzahl=2"
    let second = try stage.get("/eintraege.atom?anzahl=2&seite=2").body
    #expect(second.contains("<link rel=\"first\" href=\"\(feed)\"/>"))
    #expect(second.contains("<link rel=\"previous\" href=\"\(feed)\"/>"))
    #expect(second.contains("<link rel=\"next\" href=\"\(feed)&amp;seite=3\"/>"))
    let last = try stage.get("/eintraege.atom?anzahl=2&seite=3").body
    #expect(last.contains("rel=\"previous\"") && !last.contains("rel=\"next\""))
  }

  // http-69
  @Test func tombstonesStandOnTheFirstPage() throws {
    let stage = try Seed.stage()
    try stage.write("marl", "item.withdrawn", Seed.waste, ["state": "withdrawn"])
    #expect(try stage.get("/eintraege.atom?anzahl=2").body.contains("at:deleted-entry"))
    #expect(try !stage.get("/eintraege.atom?anzahl=2&seite=2").body.contains("at:deleted-entry"))
  }

  // http-65, http-68
  @Test func anAgeEndsWithTheMinuteWhetherOrNotANewsComesThen() {
    let moment = Stage.moment.advanced(milliseconds: 15_000)
    let release = Stage.moment.advanced(milliseconds: 60_000)
    #expect(OpenDataSite.maximumAge(at: moment, changesAt: nil) == 45)
    #expect(OpenDataSite.maximumAge(at: moment, changesAt: release) == 45)
    let expiry = moment.advanced(milliseconds: 7_900)
    #expect(OpenDataSite.maximumAge(at: moment, changesAt: expiry) == 7)
  }
}
