// Whether two items tell the same thing twice: points and reasons, for a person to decide on.
// Protocols/views.md §7. Nothing here, and nothing that calls it, merges.

package import Catalogue
package import Events

/// What two items are compared by.
package struct DuplicateFacts: Sendable, Hashable {
  /// The item.
  package let id: ItemID
  /// The site that leads it.
  package let lead: SiteID
  let kind: ItemKind
  /// Stems of the words of title and summary, ascending, each once.
  let title: [String]
  let summary: [String]
  /// The folded words of the title, by which others are looked for.
  let titleWords: [String]
  /// What lists go by, as local text; empty where there is none.
  let day: String
  /// The folded name of the place, and the town.
  let place: String
  let town: String
  let links: [String]

  /// The facts of a state; nil for what is no item yet.
  package init?(_ state: ItemState) {
    guard let id = state.id, let lead = state.lead, let kind = state.kind else { return nil }
    self.id = id
    self.lead = lead
    self.kind = kind
    titleWords = DuplicateFacts.words(state.title ?? "")
    title = DuplicateFacts.stems(titleWords)
    summary = DuplicateFacts.stems(DuplicateFacts.words(state.summary ?? ""))
    day =
      switch kind {
      case .date: state.when?["start"]?.text ?? ""
      case .news: state.text("released") ?? ""
      case .project: state.value("period")?["from"]?.text ?? ""
      }
    place = SearchText.key(state.venue?["name"]?.text ?? "")
    town = SearchText.key(state.venue?["town"]?.text ?? "")
    let fields = state.registers.map(\.field).filter { $0.hasPrefix("link/") }
    let single = ["registration", "participation"].compactMap { state.value($0)?["url"]?.text }
    links =
      (fields.compactMap { state.value($0)?["url"]?.text } + single
      + [state.text("onlineLink")].compactMap(\.self)).map(DuplicateFacts.address)
  }

  /// Articles and the like tell nothing.
  private static let leastLetters = 3

  private static func words(_ text: String) -> [String] {
    // The parts of a word, so that smartVEST-BarCamp is near to BarCamp smartVEST.
    SearchText.words(of: text)
      .flatMap { $0.parts.isEmpty ? [$0.folded] : $0.parts.map(\.folded) }
      .filter { $0.utf8.count >= leastLetters }
  }

  private static func stems(_ words: [String]) -> [String] {
    var stems: [String] = []
    for stem in words.map(SearchStem.stem(of:)).sorted() where stems.last != stem {
      stems.append(stem)
    }
    return stems
  }

  /// Addresses that differ in what leads to the same page.
  private static func address(_ url: String) -> String {
    var address = url.lowercased()
    if let anchor = address.firstIndex(of: "#") { address = String(address[..<anchor]) }
    while address.hasSuffix("/") { address.removeLast() }
    return address.replacing("https://www.", with: "https://", maxReplacements: 1)
  }
}

/// How much speaks for two items being one.
package struct DuplicateScore: Sendable, Hashable {
  /// Why.
  package enum Reason: Sendable, Hashable {
    /// The titles have the same words.
    case sameTitle
    /// So many of a hundred words of the titles are the same.
    case similarTitle(percent: Int)
    /// Both begin at the same local time, or were released or begun on the same day.
    case sameTime
    /// On the same day, at another time.
    case sameDay
    /// At most so many days apart.
    case nearDay(days: Int)
    /// Both name the same place.
    case samePlace
    /// Both lead to the same address.
    case sharedLink
    /// So many of a hundred words of the summaries are the same.
    case similarSummary(percent: Int)
  }

  /// At most 165; the least to be suggested is `minimum`.
  package let points: Int
  /// What speaks for it, the strongest first.
  package let reasons: [Reason]

  /// Equal titles alone are a suggestion, and little less is none.
  static let minimum = 60
  /// A site that tells two things of one name mostly means two: more has to speak for it.
  static let minimumWithinSite = 80

  /// Compares two items; nil if too little speaks for their being one.
  package init?(_ a: DuplicateFacts, _ b: DuplicateFacts) {
    guard a.id != b.id, a.kind == b.kind else { return nil }
    var points = 0
    var reasons: [Reason] = []
    let title = DuplicateScore.percent(a.title, b.title)
    if title == 100 {
      points += 60
      reasons.append(.sameTitle)
    } else if title >= 40 {
      points += title * 60 / 100
      reasons.append(.similarTitle(percent: title))
    }
    guard let time = DuplicateScore.time(a, b) else { return nil }
    points += time.points
    if let reason = time.reason { reasons.append(reason) }
    if !a.place.isEmpty, a.place == b.place, a.town == b.town {
      points += 15
      reasons.append(.samePlace)
    } else if !a.town.isEmpty, !b.town.isEmpty, a.town != b.town {
      // One event is not in two towns.
      points -= 40
    }
    if a.links.contains(where: b.links.contains) {
      points += 30
      reasons.append(.sharedLink)
    }
    let summary = DuplicateScore.percent(a.summary, b.summary)
    if summary >= 30 {
      points += summary * 30 / 100
      reasons.append(.similarSummary(percent: summary))
    }
    guard points >= (a.lead == b.lead ? Self.minimumWithinSite : Self.minimum) else { return nil }
    self.points = points
    self.reasons = reasons
  }

  /// Points for the time; nil where it alone tells that these are two.
  private static func time(
    _ a: DuplicateFacts, _ b: DuplicateFacts
  ) -> (points: Int, reason: Reason?)? {
    guard let first = number(a.day), let second = number(b.day) else { return (0, nil) }
    let days = abs(first - second)
    switch a.kind {
    case .date:
      if a.day == b.day { return (30, .sameTime) }
      if days == 0 { return (20, .sameDay) }
      return days <= 3 ? (5, .nearDay(days: days)) : nil
    case .news:
      if days == 0 { return (20, .sameTime) }
      if days <= 3 { return (10, .nearDay(days: days)) }
      return (days > 30 ? -30 : 0, nil)
    case .project: return days == 0 ? (10, .sameTime) : (0, nil)
    }
  }

  /// Days since 1970 of a local day or minute.
  private static func number(_ text: String) -> Int? {
    Timestamp(text.prefix(10) + "T00:00:00.000Z").map { Int($0.milliseconds / 86_400_000) }
  }

  /// Twice the common words over all words (Dice), of a hundred.
  private static func percent(_ a: [String], _ b: [String]) -> Int {
    if a.isEmpty || b.isEmpty { return 0 }
    return 200 * a.count(where: b.contains) / (a.count + b.count)
  }
}

/// Two items of which one may be the other.
package struct DuplicatePair: Sendable, Hashable {
  /// The one whose id is smaller.
  package let first: DuplicateFacts
  /// The other.
  package let second: DuplicateFacts
  /// Why they are suggested.
  package let score: DuplicateScore

  /// A suggestion, if enough speaks for it.
  package init?(_ a: DuplicateFacts, _ b: DuplicateFacts) {
    guard let score = DuplicateScore(a, b) else { return nil }
    first = a.id < b.id ? a : b
    second = a.id < b.id ? b : a
    self.score = score
  }
}
