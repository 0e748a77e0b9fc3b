// A hub with its log and views, in a folder that goes away with it.

import Catalogue
import EventLog
import Events
import Foundation
import Testing
import Views

// The names are valid site ids.
let kreis = SiteID("kreis")!
let herten = SiteID("herten")!
let marl = SiteID("marl")!
let lineKey = [UInt8](repeating: 7, count: 32)

func moment(_ text: String) -> Timestamp {
  guard let moment = Timestamp(text + ":00.000Z") else { preconditionFailure("no moment: \(text)") }
  return moment
}

/// Noon in winter: 13:00 on the clocks of the region.
let noon = moment("2026-03-01T12:00")

func item(_ name: String) -> ItemID {
  guard let id = ItemID(name) else { preconditionFailure("no item: \(name)") }
  return id
}

final class Folder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "views-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// Events of several sites, judged, logged and folded as the hub does.
final class Hub {
  let folder: Folder
  let log: LogStore
  let reader: LogReader
  let writer: ViewWriter
  private var heads: [SiteID: (seq: UInt64, id: Digest)] = [:]
  private var random = SystemRandom()
  var now = moment("2026-02-01T08:00")

  init() throws {
    folder = try Folder()
    log = try LogStore(directory: folder.path + "/hub", site: kreis, lineKey: lineKey, role: .hub)
    let reader = try LogReader(directory: folder.path + "/hub")
    self.reader = reader
    writer = try ViewWriter(path: folder.path + "/views.sqlite", kreis: kreis) {
      try reader.events(of: $0)
    }
  }

  var views: ViewReader { get throws { try ViewReader(path: writer.path) } }

  /// One event; it has seen what the views show of the item unless told otherwise.
  @discardableResult
  func tell(
    _ site: SiteID, _ type: String, _ id: ItemID?, _ writes: [EventDraft.Write],
    seeing context: Context? = nil
  ) throws -> Verdict {
    now = now.advanced(milliseconds: 60_000)
    var seen = context ?? .empty
    if context == nil, let id { seen = try views.state(id)?.screen ?? .empty }
    let draft = EventDraft(
      type: type, item: id, context: seen, by: "p1", writes: writes)
    let fold = try writer.begin()
    let logged: [LoggedEvent]
    if site == kreis {
      logged = [
        try log.append([draft], now: now) { try fold.judge($0, received: now) }[0].get()
      ]
    } else {
      let head = heads[site] ?? (0, .zero)
      let event = try draft.event(
        at: Dot(site, head.seq + 1), time: now, prev: head.id, lineKey: lineKey, using: &random)
      let outcome = try log.ingest([event], admitted: [site], now: now) {
        try fold.judge($0, received: now)
      }
      #expect(outcome.refused == nil)
      heads[site] = (event.dot.seq, event.id)
      logged = outcome.accepted
    }
    for event in logged { try fold.apply(event) }
    _ = try fold.commit()
    return logged[0].verdict
  }

  func news(
    _ name: String, _ title: String, at site: SiteID = herten, released: String = "2026-01-10",
    _ more: [EventDraft.Write] = []
  ) throws {
    let writes: [EventDraft.Write] = [
      .init("title", .string(title)), .init("released", .string(released)),
    ]
    #expect(try tell(site, "news.created", item(name), writes + more) == .applied)
  }

  func date(
    _ name: String, _ title: String, start: String, end: String?, at site: SiteID = herten,
    _ more: [EventDraft.Write] = []
  ) throws {
    var when: [(String, FieldValue)] = [
      ("allDay", .bool(start.utf8.count == 10)), ("start", .string(start)),
      ("zone", "Europe/Berlin"),
    ]
    if let end { when.append(("end", .string(end))) }
    let writes: [EventDraft.Write] = [
      .init("title", .string(title)), .init("when", .object(sorting: when)),
    ]
    #expect(try tell(site, "date.created", item(name), writes + more) == .applied)
  }

  func project(
    _ name: String, _ title: String, at site: SiteID = herten, status: String = "running",
    _ more: [EventDraft.Write] = []
  ) throws {
    let writes: [EventDraft.Write] = [
      .init("title", .string(title)), .init("status", .string(status)),
    ]
    #expect(try tell(site, "project.created", item(name), writes + more) == .applied)
  }

  func admit(_ sites: SiteID...) throws {
    for site in sites {
      let draft = Membership.draft(site, name: "Stadt \(site)", .admitted)
      #expect(try tell(kreis, draft.type, nil, draft.writes) == .applied)
    }
  }

  func page(_ change: (inout ItemQuery) -> Void = { _ in }, at moment: Timestamp = noon) throws
    -> ItemPage
  {
    var query = ItemQuery()
    change(&query)
    return try views.items(query, at: moment)
  }
}
