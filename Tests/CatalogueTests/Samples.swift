// Small histories by hand: sites, lines that grow, and events on them.

import Catalogue
import Events

let kreis = SiteID("kreis")!  // A literal that is a site id.
let herten = SiteID("herten")!  // A literal that is a site id.
let marl = SiteID("marl")!  // A literal that is a site id.
let datteln = SiteID("datteln")!  // A literal that is a site id.

/// A generator that repeats: SplitMix64.
struct Seeded: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

/// The sites' lines as they grow, and the hub that judges each event as it comes.
struct Region {
  var state = CatalogueState(kreis: kreis)
  var random = Seeded(state: 7)
  var heads = VectorClock()
  var position: UInt64 = 0
  var time = Timestamp(milliseconds: 1_700_000_000_000)

  static let start = Timestamp(milliseconds: 1_700_000_000_000)

  /// A region whose Kreis has admitted the sites.
  init(admitting sites: [SiteID] = [kreis, herten, marl, datteln]) {
    for site in sites {
      let event = write(kreis, Membership.draft(site, name: "Stadt \(site)", .admitted))
      precondition(judge(event) == .applied)
    }
  }

  /// The next event of a site's line.
  mutating func write(_ site: SiteID, _ draft: EventDraft, at: Timestamp? = nil) -> Event {
    let dot = Dot(site, heads[site] + 1)
    heads.include(dot)
    time = time.advanced(milliseconds: 1_000)
    do throws(EventError) {
      return try draft.event(
        at: dot, time: at ?? time, prev: .zero, lineKey: [1], using: &random)
    } catch {
      preconditionFailure("a sample is an event: \(error)")
    }
  }

  /// Judges and folds an event with the next receipt.
  @discardableResult
  mutating func judge(_ event: Event) -> Verdict {
    let verdict = state.verdict(of: event)
    position += 1
    state.fold(event, verdict: verdict, stamp: Stamp(position: position, received: time))
    state.checkInvariants()
    return verdict
  }

  /// Writes on the present screen of an item and judges at once.
  @discardableResult
  mutating func tell(
    _ site: SiteID, _ type: String, _ item: ItemID?, _ writes: [String: FieldValue],
    seeing screen: Context? = nil, at: Timestamp? = nil
  ) -> Verdict {
    judge(draw(site, type, item, writes, seeing: screen, at: at))
  }

  /// Writes on the present screen of an item, or another, and keeps the event back.
  mutating func draw(
    _ site: SiteID, _ type: String, _ item: ItemID?, _ writes: [String: FieldValue],
    seeing screen: Context? = nil, at: Timestamp? = nil
  ) -> Event {
    let shown = item.flatMap { state[$0]?.screen } ?? .empty
    let draft = EventDraft(
      type: type, item: item, context: item == nil ? .empty : screen ?? shown,
      writes: writes.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) })
    return write(site, draft, at: at)
  }
}

/// The address of a sample item of a site.
func sample(_ site: SiteID, _ number: Int = 1) -> ItemID {
  let digits = String(number)
  return ItemID("\(site)-item\(String(repeating: "0", count: 4 - digits.count))\(digits)")!
  // Eight characters of a-z and 0-9 behind a site id.
}
