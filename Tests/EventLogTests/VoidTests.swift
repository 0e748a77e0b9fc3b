// Events without effect are found by their line, whoever has judged them.

import EventLog
import Events
import Testing

@Suite struct VoidEvents {
  private func judge(_ event: Event) -> Verdict {
    event.value("title")?.text?.hasPrefix("Ohne") == true ? .void(.noRight) : .applied
  }

  private func append(_ region: Region, _ titles: String...) throws -> [Event] {
    try region.city.append(titles.map { draft($0) }, now: moment(0), judge: judge)
      .map { try $0.get().event }
  }

  @Test func whatThisNodeJudgedIsFoundUntilTheHubHasSpoken() throws {
    let region = try Region()
    let events = try append(region, "Eins", "Ohne Recht", "Drei")
    let waiting = try region.reader("city").voids(of: herten, after: 0)
    #expect(waiting.events.map(\.event) == [events[1]] && waiting.settled == 0)
    // The hub sees it otherwise.
    try region.push(events)
    try region.pull()
    let judged = try region.reader("city").voids(of: herten, after: 0)
    #expect(judged.events.isEmpty && judged.settled == 3)
  }

  @Test func whatTheHubJudgedIsFoundForGood() throws {
    let region = try Region()
    let events = try region.write("Eins", "Ohne Recht", "Drei")
    _ = try region.hub.ingest(events, admitted: [herten], now: moment(10), judge: judge)
    try region.pull()
    let reader = try region.reader("city")
    let found = try reader.voids(of: herten, after: 0)
    #expect(found.events.map(\.event.dot.seq) == [2] && found.settled == 3)
    #expect(found.events[0].verdict == .void(.noRight))
    #expect(try reader.voids(of: herten, after: 2).events.isEmpty)
    let later = try append(region, "Ohne alles")
    let next = try reader.voids(of: herten, after: found.settled)
    #expect(next.events.map(\.event) == later && next.settled == 3)
  }

  @Test func linesOfOthersAreApart() throws {
    let region = try Region()
    #expect(try region.reader().voids(of: marl, after: 0).settled == 0)
    let events = try region.write("Ohne Recht")
    _ = try region.hub.ingest(events, admitted: [herten], now: moment(10), judge: judge)
    #expect(try region.reader().voids(of: kreis, after: 0).events.isEmpty)
    #expect(try region.reader().voids(of: herten, after: 0).events.count == 1)
  }
}
