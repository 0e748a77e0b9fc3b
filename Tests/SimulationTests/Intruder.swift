// Somebody who holds a city's key and not the secret of its line, and pushes what that city never
// wrote. The hub lets in nothing that does not follow the line.

import EventLog
import Events
import Node
import Sync

extension World {
  /// One push of an event that is not the city's. It may be read as a repetition, never be stored.
  func intrude() throws {
    guard let session = hub.session, let log = hub.log, hub.isUp, session.status.count > 0 else {
      return
    }
    let city = random.pick(cities)
    let head = log.heads[city.site]
    let id = log.headID(of: city.site) ?? .zero
    let wrongID = SHA256.hash(Array("forged \(random.next())".utf8))
    let item = desk.items.randomElement(using: &random) ?? ItemID(at: city.site, using: &random)
    var draft = EventDraft(
      type: "project.revised", item: item, writes: [.init("title", "gefälscht")])
    var dot = Dot(city.site, head + 1)
    var prev = wrongID
    switch random.number(0...3) {
    case 0: dot = Dot(city.site, head + 2)
    case 1 where head > 0:
      // Another event where one stands.
      dot = Dot(city.site, head)
    case 2:
      // It follows, but claims to have seen what nobody wrote.
      prev = id
      draft.context = Context(seen: VectorClock([Dot(kreis, 1_000_000)]), dots: [])
    default: break
    }
    let event = try draft.event(
      at: dot, time: city.time, prev: prev, lineKey: [1, 2, 3], using: &random)
    var batch = PushBatch()
    _ = batch.add(eventText: event.text)
    note("somebody pushes \(dot) with the key of \(city.site)")
    record.forge(event.id)
    let body = batch.body
    hub.onQueue { [unowned self] path in
      let events = try PushBatch.events(body, from: city.site)
      let answer = try hub.written(path) { path throws(WriteError) in
        try path.ingest(events, from: city.site, now: hub.time)
      }
      guard !hub.disk.isDead, case .success(let pushed) = answer else { return }
      note("the hub says \(pushed.refused.map { "\($0.reason)" } ?? "nothing") to it")
      guard pushed.refused != nil else { throw failure("the hub took what somebody forged") }
      marks.insert(.forgeryRefused)
    }
  }
}
