// What the benchmark writes: a seeded catalogue of ten cities, the same at every run.
//
// Of 100 events of a city so many create an item, usually 27, and the others revise the summary of
// one of its items. Words are made of syllables, some of them frequent.

import Events

/// SplitMix64: a generator that a seed replays.
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

/// The sites of the benchmark.
enum Sites {
  static let kreis = site("kreis")
  static let cities = (0..<10).map { site("stadt-\($0)") }
  /// The secret of every line here.
  static let lineKey = [UInt8](repeating: 7, count: 32)
  /// The clock of every node here: a fixed moment, so that every run writes the same bytes.
  static let now = Timestamp(milliseconds: 1_767_225_600_000)

  private static func site(_ name: String) -> SiteID {
    guard let site = SiteID(name) else { preconditionFailure("no site id: \(name)") }
    return site
  }
}

/// One city that writes its line.
struct City {
  private let site: SiteID
  private let creations: UInt64
  private var random: Seeded
  private var items: [(id: ItemID, kind: String)] = []
  private var written: UInt64 = 0
  private var prev = Digest.zero

  /// - Parameter creations: events of 100 that create an item.
  init(_ site: SiteID, seed: UInt64, creations: UInt64 = City.creationShares[0]) {
    self.site = site
    self.creations = creations
    random = Seeded(state: seed)
  }

  /// Creations among 100 events: 270,000 items of a million events, and 50,000 that are edited
  /// twenty times each.
  static let creationShares: [UInt64] = [27, 5]
  private static let kinds = ["project", "news", "date"]
  private static let codes: [FieldValue] = ["verwaltung", "mobilitaet", "wirtschaft", "klima"]

  /// What an editor says next; drafts must be written in this order.
  mutating func nextDraft() -> EventDraft {
    let isCreation = written * creations % 100 < creations
    written += 1
    return isCreation ? creation() : revision()
  }

  /// The next event of the line, written and ready to be pushed.
  mutating func nextEvent() -> Event {
    let draft = nextDraft()
    do {
      let event = try draft.event(
        at: Dot(site, written), time: Sites.now, prev: prev, lineKey: Sites.lineKey,
        using: &random)
      prev = event.id
      return event
    } catch {
      preconditionFailure("the workload keeps the limits of events: \(error)")
    }
  }

  private mutating func creation() -> EventDraft {
    let kind = City.kinds[items.count % City.kinds.count]
    let id = ItemID(at: site, using: &random)
    items.append((id, kind))
    var writes: [EventDraft.Write] = [
      .init("title", .string(words(4))),
      .init("summary", .string(words(8))),
      .init("fieldsOfAction", .array([pick(City.codes)])),
      .init("keywords", .array([.string(words(1)), .string(words(1))])),
    ]
    switch kind {
    case "date":
      let when: [(String, FieldValue)] = [
        ("allDay", true), ("start", .string(day())), ("zone", "Europe/Berlin"),
      ]
      writes.append(.init("when", .object(sorting: when)))
    case "news": writes.append(.init("released", .string(day())))
    default: writes.append(.init("status", "running"))
    }
    return EventDraft(type: "\(kind).created", item: id, by: "p1", writes: writes)
  }

  private mutating func revision() -> EventDraft {
    let item = pick(items)
    let seen = Context(seen: VectorClock([Dot(site, written - 1)]), dots: [])
    return EventDraft(
      type: "\(item.kind).revised", item: item.id, context: seen, by: "p1",
      writes: [.init("summary", .string(words(8)))])
  }

  private mutating func pick<T>(_ choices: [T]) -> T {
    choices[Int(random.next(upperBound: UInt64(choices.count)))]
  }

  private mutating func day() -> String {
    let month = 1 + random.next(upperBound: UInt64(9))
    let day = 10 + random.next(upperBound: UInt64(19))
    return "2026-0\(month)-\(day)"
  }

  private static let syllables = [
    "ba", "ber", "da", "de", "fahr", "ge", "haus", "kir", "lan", "le", "markt", "mo", "ner", "rat",
    "schul", "se", "stra", "tal", "tor", "weg",
  ]

  /// Words of three syllables: 8,000 of them, the first ones frequent.
  private mutating func words(_ count: Int) -> String {
    let limit = UInt64(City.syllables.count)
    return (0..<count).map { _ in
      (0..<3).map { _ in
        let index = min(random.next(upperBound: limit), random.next(upperBound: limit))
        return City.syllables[Int(index)]
      }.joined()
    }.joined(separator: " ")
  }
}

/// The lines of all cities, a batch of each in turn.
struct Region {
  private var cities: [City]
  private var turn = 0

  /// - Parameter creations: events of 100 that create an item.
  init(creations: UInt64 = City.creationShares[0]) {
    cities = Sites.cities.enumerated().map {
      City($1, seed: UInt64($0) + 1, creations: creations)
    }
  }

  /// The next events of the city whose turn it is.
  mutating func nextBatch(_ count: Int) -> [Event] {
    defer { turn = (turn + 1) % cities.count }
    return (0..<count).map { _ in cities[turn].nextEvent() }
  }
}
