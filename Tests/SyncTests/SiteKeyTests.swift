// Keys of sites: read, stored as hashes, compared.

import Events
import Sync
import Testing

// sync-2
@Test func aKeySpeaksForItsSiteOnly() throws {
  var random = SeededGenerator(seed: 3)
  let herten = SiteKey(of: try site("herten"), using: &random)
  let marl = SiteKey(of: try site("marl"), using: &random)
  let keys = SiteKeys([(herten.site, herten.hash), (marl.site, marl.hash)])
  #expect(keys.site(authorization: herten.authorization) == herten.site)
  #expect(keys.site(authorization: marl.authorization) == marl.site)
  let mixed = herten.authorization.replacing("herten", with: "marl")
  #expect(keys.site(authorization: mixed) == nil)
  #expect(keys.site(authorization: nil) == nil)
}

@Test func aKeyIsRotatedWithOverlap() throws {
  var random = SeededGenerator(seed: 4)
  let all = try (0..<3).map { _ in SiteKey(of: try site("herten"), using: &random) }
  let keys = SiteKeys(all.map { ($0.site, $0.hash) })
  #expect(all.map { keys.site(authorization: $0.authorization) != nil } == [false, true, true])
}

// sync-2
@Test(arguments: [
  "", "Bearer ", "Bearer herten", "Bearer herten.", "bearer herten.\(zeros)",
  "Basic herten.\(zeros)", "Bearer  herten.\(zeros)", "Bearer herten.\(zeros)0",
  "Bearer Herten.\(zeros)", "Bearer herten.\(zeros).", "Bearer .\(zeros)",
  "Bearer herten.\(zeros.dropLast())A",
])
func anythingElseIsNoKey(header: String) throws {
  #expect(throws: SyncError.authorization) { try SiteKey(authorization: header) }
  #expect(SiteKeys([(try site("herten"), .zero)]).site(authorization: header) == nil)
}

private let zeros = String(repeating: "0", count: 64)
