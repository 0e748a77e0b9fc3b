// What is kept of rendered answers, and what ends it.

import Events
import HTTP
import Testing

@testable import Web

@Suite struct AnswerCacheTests {
  private let start = Timestamp(milliseconds: 1_694_599_200_000)
  private let one = CatalogueReads.Version(commits: 1, position: 1)

  /// Asks for a page and tells whether it was rendered.
  @discardableResult private func isBuilt(
    _ cache: AnswerCache, _ key: String = "/", _ version: CatalogueReads.Version? = nil,
    at moment: Timestamp? = nil, until: Timestamp? = nil, status: Int = 200, bytes: Int = 10
  ) -> Bool {
    var isBuilt = false
    _ = cache.response(to: key, version: version ?? one, at: moment ?? start) {
      isBuilt = true
      return (.of(Array(repeating: 0x61, count: bytes), type: "text/html", status: status), until)
    }
    cache.checkInvariants()
    return isBuilt
  }

  // http-9
  @Test func anAnswerIsKeptUntilTheViewsChange() {
    let cache = AnswerCache()
    #expect(isBuilt(cache))
    #expect(!isBuilt(cache))
    #expect(isBuilt(cache, "/", .init(commits: 2, position: 1)))
    #expect(isBuilt(cache, "/", .init(commits: 2, position: 2)), "another generation")
    #expect(isBuilt(cache), "also back to the version before")
  }

  // http-9
  @Test func anAnswerIsKeptForItsMinute() {
    let cache = AnswerCache()
    #expect(isBuilt(cache))
    #expect(!isBuilt(cache, at: start.advanced(milliseconds: 59_999)))
    #expect(isBuilt(cache, at: start.advanced(milliseconds: 60_000)))
    #expect(isBuilt(cache, at: start), "a clock that was put back")
  }

  // http-9
  @Test func anAnswerEndsAtTheMomentAtWhichItsItemExpires() {
    let cache = AnswerCache()
    let end = start.advanced(milliseconds: 20_500)
    #expect(isBuilt(cache, until: end))
    #expect(!isBuilt(cache, at: start.advanced(milliseconds: 20_499)))
    #expect(isBuilt(cache, at: end, until: end))
    #expect(!isBuilt(cache, at: end.advanced(milliseconds: 1)), "what is past ends nothing")
  }

  @Test func onlySuccessesAreKept() {
    let cache = AnswerCache()
    #expect(isBuilt(cache, status: 404))
    #expect(isBuilt(cache, status: 404))
    #expect(cache.count == 0)
  }

  @Test func memoryIsBounded() {
    let cache = AnswerCache()
    for number in 0..<40 { #expect(isBuilt(cache, "/\(number)", bytes: 1_024 * 1_024)) }
    #expect(cache.count > 0 && cache.count < 16)
    #expect(isBuilt(cache, "/large", bytes: AnswerCache.maximumBytes))
    #expect(isBuilt(cache, "/large", bytes: AnswerCache.maximumBytes), "too large to be kept")
  }

  @Test func otherCachesMayNotGoBeyondTheEnd() {
    let cache = AnswerCache()
    func field(_ milliseconds: Int64) -> String? {
      cache.response(to: "/", version: one, at: start.advanced(milliseconds: milliseconds)) {
        (.of([0x61], type: "text/html"), nil)
      }.headers["Cache-Control"]
    }
    #expect(field(0) == "public, max-age=0, stale-while-revalidate=10")
    #expect(field(55_000) == "public, max-age=0, stale-while-revalidate=5")
  }

  // http-9
  @Test func aLoopShowsAWithdrawalAtOnce() throws {
    let stage = try Seed.stage()
    let front = try stage.front()
    func get(_ target: String) throws -> Reply {
      guard case .now(let response) = front.respond(to: try Request(target: target)) else {
        preconditionFailure("reads are answered at once")
      }
      return Reply(response)
    }
    #expect(try get("/projekte").body.contains("Abfall-App"))
    let kept = try get("/projekte")
    #expect(kept.body.contains("Abfall-App") && kept["ETag"] != nil)
    #expect(kept["Content-Security-Policy"] != nil)
    #expect(kept["Cache-Control"]?.hasPrefix("public, max-age=0, stale-while-revalidate=") == true)
    try stage.write(
      "marl", "item.withdrawn", Seed.waste, ["state": "withdrawn", "stateReason": "Ende."])
    #expect(try !get("/projekte").body.contains("Abfall-App"))
    #expect(try get("/projekte/\(Seed.waste)").status == 410)
  }
}
