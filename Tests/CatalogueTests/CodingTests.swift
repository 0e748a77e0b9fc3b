// The stored bytes of an item: they come back equal, and rubbish is refused with its reason.

import Catalogue
import Events
import Testing

@Suite struct Coding {
  /// An item with everything that a state can hold.
  static func full() -> ItemState {
    var region = Region()
    let item = sample(herten)
    region.tell(
      herten, "project.created", item,
      ["title": "Pegel", "status": "idea", "participation": ["kind": "Umfrage"]])
    let screen = region.state[item]?.screen
    region.tell(herten, "project.revised", item, ["title": "A"], seeing: screen)
    region.tell(herten, "project.revised", item, ["title": "B"], seeing: screen)
    region.tell(herten, "item.invited", item, ["invited/marl": true])
    region.tell(marl, "item.dreamt", item, ["title": "Traum"])
    let pending = region.draw(herten, "project.revised", item, ["cost": .null])
    region.state.apply(pending, stamp: nil)
    let void = region.draw(datteln, "project.revised", item, ["cost": "x"])
    region.state.fold(void, verdict: .void(.noRight), stamp: nil)
    _ = region.state.digest
    return region.state[item]!  // It was created above.
  }

  @Test func aStoredStateComesBackEqual() throws {
    let state = Coding.full()
    let bytes = state.encoded()
    let read = try ItemState(decoding: bytes)
    read.checkInvariants()
    #expect(read.encoded() == bytes)
    #expect(read.id == state.id)
    #expect(read.kind == state.kind)
    #expect(read.registers == state.registers)
    #expect(read.watermark == state.watermark)
    #expect(read.parked == state.parked)
    #expect(read.pendingVoids == state.pendingVoids)
    #expect(read.conflicts.map(\.field) == ["title"])
  }

  @Test func theMembershipIsStoredAsAnItemWithoutAddress() throws {
    var region = Region()
    let stored = try #require(region.state.takeTouched().last)
    var other = CatalogueState(kreis: kreis, digest: region.state.digest)
    other.load(try ItemState(decoding: stored.encoded()))
    #expect(other.membership == region.state.membership)
    #expect(other.digest == region.state.digest)
  }

  @Test func everyCutIsRefused() {
    let bytes = Coding.full().encoded()
    for length in 0..<bytes.count {
      #expect(throws: ItemStateError.self) {
        _ = try ItemState(decoding: Array(bytes[..<length]))
      }
    }
  }

  @Test func whatFollowsAStateIsRefused() {
    let bytes = Coding.full().encoded() + [0]
    #expect(throws: ItemStateError(.trailing, at: bytes.count - 1)) {
      _ = try ItemState(decoding: bytes)
    }
  }

  @Test func anotherVersionIsNamed() {
    var bytes = Coding.full().encoded()
    bytes[0] = 9
    #expect(throws: ItemStateError(.version(9), at: 1)) {
      _ = try ItemState(decoding: bytes)
    }
  }

  @Test func everyFlippedBitIsRefusedOrAnotherSoundState() {
    let bytes = Coding.full().encoded()
    for index in bytes.indices {
      for bit in 0..<8 {
        var changed = bytes
        changed[index] ^= 1 << UInt8(bit)
        guard let read = try? ItemState(decoding: changed) else { continue }
        // Reading must trap on nothing; the term alone cannot be checked without hashing.
        _ = read.conflicts
        _ = read.registers.map { read.value($0.field) }
        _ = read.screen
      }
    }
  }

  @Test func randomBytesAreRefused() {
    var random = Seeded(state: 5)
    for _ in 0..<2_000 {
      let count = Int(random.next() % 200)
      var bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      if !bytes.isEmpty { bytes[0] = ItemState.encodingVersion }
      #expect(throws: ItemStateError.self) { _ = try ItemState(decoding: bytes) }
    }
  }
}
