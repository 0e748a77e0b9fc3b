// What folding does to one item.

import Catalogue
import Events
import Testing

@Test func aCreationMakesAnItemOfItsKind() {
  var region = Region()
  let item = sample(herten)
  #expect(region.tell(herten, "project.created", item, ["title": "Pegel"]) == .applied)
  #expect(region.state[item]?.kind == .project)
  #expect(region.state[item]?.title == "Pegel")
  #expect(region.state[item]?.lead == herten)
}

@Test func aStoredStateComesBackEqual() throws {
  var region = Region()
  let item = sample(herten)
  region.tell(herten, "project.created", item, ["title": "Pegel", "status": "idea"])
  let screen = region.state[item]?.screen
  region.tell(herten, "project.revised", item, ["title": "A"], seeing: screen)
  region.tell(herten, "project.revised", item, ["title": "B"], seeing: screen)
  _ = region.state.digest
  let stored = try #require(region.state[item])
  let bytes = stored.encoded()
  let read = try ItemState(decoding: bytes)
  read.checkInvariants()
  #expect(read.encoded() == bytes)
  #expect(read.conflicts == stored.conflicts)
  #expect(read.conflicts.map(\.field) == ["title"])
  #expect(read.title == "B")
}
