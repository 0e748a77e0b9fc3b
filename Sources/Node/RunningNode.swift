// One running node: the seven stages of the data flow wired together, and their common end.

import Catalogue
import Desk
import Dispatch
import EventLog
import Events
import Foundation
import HTTP
import Replay
import Sync
import Synchronization
import Views
import Web

/// A node at work. It starts with `init` and ends with `stop`.
package final class RunningNode: Sendable {
  /// The port on which it listens.
  package let port: Int
  private let server: Server
  private let writer: Writer
  private let link: HubLink?
  private let endpoint: SyncEndpoint?
  private let streams: ChangeStreams
  private let releases: Releases
  private let statusStreams: StatusStreams
  private let heartbeat: Heartbeat
  private let statusBeat: Heartbeat

  /// How long requests under way may take when the node stops.
  private static let drainSeconds = 10.0
  /// The desk's line of status is so old at most.
  private static let statusSeconds = 1

  /// Opens everything in `directory`, serves, and begins to sync.
  ///
  /// - Parameters:
  ///   - region: who is admitted by a hub that starts for the first time.
  ///   - note: takes lines for the operator.
  package init(
    directory: DataDirectory, region: RegionFile, note: @escaping @Sendable (String) -> Void
  ) throws {
    let configuration = directory.configuration
    guard let site = SiteID(configuration.site) else {
      throw ConfigurationError.invalid(path: "node.json", what: "\"site\" is no site id")
    }
    let role: LogRole = configuration.role == .hub ? .hub : .city
    // 1 append, 2 log
    let log = try LogStore(
      directory: directory.path, site: site, lineKey: directory.lineKey, role: role)
    let reader = try LogReader(directory: directory.path)
    // 4 merge, 5 view
    let views = try Replayer(directory: directory.path, kreis: region.kreis).openCurrent()
    writer = try Writer(log: log, reader: reader, views: views, note: note)
    let ends = try writer.ends()
    // 3 sync
    var random = SystemRandom()
    let instance = InstanceID(using: &random)
    switch configuration.role {
    case .hub:
      try RunningNode.admitAll(region, writer)
      let identity = NodeIdentity(
        region: try directory.ownRegion(), site: site, instance: instance)
      endpoint = SyncEndpoint(
        session: HubSession(identity: identity, position: try writer.ends().place.position),
        writer: writer, keys: KeyRing(directory: directory.path), note: note)
      link = nil
    case .city:
      link = try RunningNode.link(
        configuration, site: site, instance: instance, ends: ends, writer: writer, note: note)
      endpoint = nil
    }
    let slowly = SlowReads.open(views: views.path, directory: directory.path)
    streams = ChangeStreams(
      slowly: slowly, address: configuration.siteAddress, now: { .now })
    let statusStreams = StatusStreams()
    self.statusStreams = statusStreams
    heartbeat = Heartbeat(seconds: Heartbeat.proxySeconds) { [streams] in
      streams.beat()
      statusStreams.beat()
    }
    statusBeat = Heartbeat(seconds: RunningNode.statusSeconds) { [link] in
      if statusStreams.hasWatchers { statusStreams.update(RunningNode.status(link)) }
    }
    writer.onCommit { [link, endpoint, streams] head, position in
      link?.localAppend(head)
      endpoint?.advanced(to: position)
      streams.advanced()
    }
    // 6 read, 7 HTTP. The first opening makes the desk's file; then each loop opens its own.
    releases = try Releases(
      directory: directory.path, views: views.path, site: site, kreis: region.kreis,
      writer: writer, note: note)
    let address = try configuration.address()
    let port = RunningNode.deskPort(writer: writer, link: link, site: site, releases: releases)
    let openData = try RunningNode.openData(configuration, region, slowly, streams)
    server = try Server(
      configuration: ServerConfiguration(host: address.host, port: address.port)
    ) { [endpoint, openData, path = views.path] _ in
      let front = Front(
        site: site, region: region.forPages,
        reads: try .open(views: path, directory: directory.path), port: port,
        access: try .open(directory: directory.path, configuration),
        store: try DeskStore(directory: directory.path), statusStreams: statusStreams,
        openData: openData,
        now: { .now })
      return RunningNode.handler(front: front, endpoint: endpoint)
    }
    self.port = server.port
    server.start()
    releases.start()
    link?.start()
  }

  /// A release was planned by somebody beside the desk's pages.
  func plansChanged() { releases.plansChanged() }

  /// Ends requests that wait, lets the others finish, and stops.
  package func stop() {
    link?.stop()
    endpoint?.stop()
    heartbeat.stop()
    statusBeat.stop()
    releases.stop()
    streams.stop()
    statusStreams.stop()
    server.drain(deadlineSeconds: RunningNode.drainSeconds)
    writer.close()
  }

  /// On its first start the hub admits the sites of the region file; from then on events count.
  private static func admitAll(_ region: RegionFile, _ writer: Writer) throws {
    guard try writer.ends().head == .empty else { return }
    let drafts = region.sites.map { Membership.draft($0.id, name: $0.name, .admitted) }
    let result = Mutex<Writer.Appended?>(nil)
    let done = DispatchSemaphore(value: 0)
    writer.append(drafts) { appended in
      result.withLock { $0 = appended }
      done.signal()
    }
    done.wait()
    for event in try result.withLock({ $0 })?.get() ?? [] { _ = try event.get() }
  }

  private static func link(
    _ configuration: Configuration, site: SiteID, instance: InstanceID,
    ends: (head: LineHead, heads: VectorClock, place: Place), writer: Writer,
    note: @escaping @Sendable (String) -> Void
  ) throws -> HubLink {
    guard let keyFile = configuration.keyFile else {
      throw ConfigurationError.missing(
        option: "--key-file", why: "the file that `vesthub key` made on the hub")
    }
    let join = try JoinFile(path: keyFile)
    guard join.key.site == site else {
      throw ConfigurationError.invalid(
        path: keyFile, what: "the key is that of \(join.key.site), this node is \(site)")
    }
    let identity = NodeIdentity(region: join.region, site: site, instance: instance)
    let session = CitySession(
      identity: identity, head: ends.head, heads: ends.heads, place: ends.place,
      seed: .random(in: 0 ... .max))
    return HubLink(
      upstream: try configuration.upstreamURL(), join: join, session: session, writer: writer,
      note: note)
  }

  private static func openData(
    _ configuration: Configuration, _ region: RegionFile, _ slowly: SlowReads,
    _ streams: ChangeStreams
  ) throws -> OpenDataSettings {
    var openData = OpenDataSettings(address: configuration.siteAddress)
    openData.frameAncestors = try configuration.checkedAncestors()
    openData.districtKey = region.sites.first { $0.id == region.kreis }?.ags
    openData.slowly = slowly
    openData.streams = streams
    return openData
  }

  private static func handler(front: Front, endpoint: SyncEndpoint?) -> Handler {
    var sync = Router()
    endpoint?.serve(on: &sync)
    sync.get("/healthz") { _ in .now(.text("ok\n")) }
    let inner = sync.handler
    let outer = front.handler
    func handler(of request: Request) -> Handler {
      request.path.hasPrefix("/sync/") || request.path == "/healthz" ? inner : outer
    }
    return Handler(
      bodyLimit: { handler(of: $0).bodyLimit($0) }, respond: { handler(of: $0)($0) })
  }

  /// How the desk and the API write.
  static func append(
    _ writer: Writer
  ) -> @Sendable ([EventDraft], @escaping DeskPort.Completion) -> Void {
    { drafts, completion in
      writer.append(drafts) { result in
        switch result {
        case .success(let events): completion(events.map { $0.map(\.written).mapError(\.failure) })
        case .failure: completion(drafts.map { _ in .failure(.unavailable) })
        }
      }
    }
  }

  private static func status(_ link: HubLink?) -> DeskStatus {
    guard let status = link?.status else {
      return DeskStatus(isOnline: nil, waiting: 0, agreedAt: nil)
    }
    return DeskStatus(
      isOnline: status.isOnline, waiting: Int(clamping: status.waitingEvents),
      agreedAt: status.lastAgreement, note: status.restored.map(\.sentence))
  }

  private static func deskPort(
    writer: Writer, link: HubLink?, site: SiteID, releases: Releases
  ) -> DeskPort {
    DeskPort(
      append: append(writer), status: { status(link) },
      newItem: {
        var random = SystemRandom()
        return ItemID(at: site, using: &random)
      },
      release: { releases.release($0, completion: $1) },
      plansChanged: { releases.plansChanged() })
  }
}

extension RestoredLine {
  /// What an editor reads.
  var sentence: String {
    func entries(_ count: Int) -> String { count == 1 ? "1 Eintrag" : "\(count) Einträge" }
    func were(_ count: Int) -> String { count == 1 ? "wurde" : "wurden" }
    var parts = ["\(entries(own)) \(were(own)) vom Kreis zurückgeholt"]
    if reissued > 0 {
      parts.append("\(entries(reissued)) von seither \(were(reissued)) dahinter eingereiht")
    }
    return "Dieser Knoten war aus einer Sicherung wiederhergestellt: "
      + parts.joined(separator: ", ") + ", es fehlt nichts."
  }
}

extension LoggedEvent {
  fileprivate var written: DeskPort.Written {
    DeskPort.Written(dot: event.dot, verdict: verdict, position: receipt?.position)
  }
}

extension LogError {
  fileprivate var failure: DeskPort.Failure {
    switch self {
    case .storage, .otherWriter, .damaged, .judgeFailed: .unavailable
    default: .refused(reason: "\(self)")
    }
  }
}
