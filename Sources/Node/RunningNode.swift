// One running node: the seven stages of the data flow wired together, and their common end.

import Catalogue
import Desk
import Dispatch
import EventLog
import Events
import Foundation
import HTTP
import Media
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
  private let mediaLink: MediaLink?
  private let tree: TreeEndpoint?
  private let streams: ChangeStreams
  private let releases: Releases
  private let statusStreams: StatusStreams
  private let heartbeat: Heartbeat
  private let statusBeat: Heartbeat
  private let imports: ImportSchedule

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
    let site = try configuration.checkedSite()
    let role: LogRole = configuration.role == .hub ? .hub : .city
    // 1 append, 2 log
    let log = try LogStore(
      directory: directory.path, site: site, lineKey: directory.lineKey, role: role)
    let reader = try LogReader(directory: directory.path)
    // 4 merge, 5 view
    let views = try Replayer(directory: directory.path, kreis: region.kreis).openCurrent()
    writer = try Writer(log: log, reader: reader, views: views, note: note)
    let ends = try writer.ends()
    let media = try MediaStore(directory: directory.path)
    let mediaEndpoint: MediaEndpoint?
    (mediaEndpoint, mediaLink) = try RunningNode.transfer(
      of: media, views: views.path, directory: directory, site: site, note: note)
    // 3 sync
    var random = SystemRandom()
    let instance = InstanceID(using: &random)
    switch configuration.role {
    case .hub:
      endpoint = try RunningNode.endpoint(directory, region, instance, writer, note: note)
      link = nil
    case .city:
      link = try RunningNode.link(
        directory, site: site, instance: instance, ends: ends, writer: writer, note: note)
      endpoint = nil
    }
    tree = try TreeEndpoint.ofHub(directory, note: note)
    let slowly = SlowReads.open(views: views.path, directory: directory.path)
    streams = ChangeStreams(slowly: slowly, address: configuration.siteAddress, now: { .now })
    let statusStreams = StatusStreams()
    self.statusStreams = statusStreams
    // The first opening makes the desk's file; then each loop opens its own.
    let desk = try DeskQueue(directory: directory.path, words: region.wordsOfPlace(site))
    try desk.wait { try RunningNode.invite($0, configuration, note) }
    (heartbeat, statusBeat) = RunningNode.beats(streams, statusStreams, link, desk.door)
    writer.onCommit { [link, endpoint, mediaLink, streams] head, position in
      link?.localAppend(head)
      mediaLink?.advanced()
      endpoint?.advanced(to: position)
      streams.advanced()
    }
    // 6 read, 7 HTTP
    releases = try Releases(
      directory: directory.path, views: views.path, site: site, kreis: region.kreis,
      writer: writer, note: note)
    let port = RunningNode.deskPort(writer: writer, link: link, site: site, releases: releases)
    imports = try ImportSchedule(directory, region, views: views.path, port: port, note: note)
    let openData = try RunningNode.openData(configuration, region, slowly, streams)
    server = try Server(configuration: configuration.server()) {
      [
        endpoint, mediaEndpoint, tree, openData, imports, writer, path = views.path,
        door = desk.door
      ] _ in
      let front = Front(
        site: site, region: region.forPages,
        reads: try .open(
          views: path, directory: directory.path, rowsVersion: { writer.rowsVersion }),
        port: port, access: try .open(directory: directory.path, configuration, door: door),
        media: media, statusStreams: statusStreams, imports: imports.port, openData: openData,
        now: { .now })
      return RunningNode.handler(front: front, endpoint: endpoint, media: mediaEndpoint, tree: tree)
    }
    self.port = server.port
    server.start()
    releases.start()
    link?.start()
    mediaLink?.start()
    imports.start()
  }

  /// A release was planned by somebody beside the desk's pages.
  func plansChanged() { releases.plansChanged() }

  /// Ends requests that wait, lets the others finish, and stops.
  package func stop() {
    imports.stop()
    link?.stop()
    mediaLink?.stop()
    endpoint?.stop()
    heartbeat.stop()
    statusBeat.stop()
    releases.stop()
    streams.stop()
    statusStreams.stop()
    server.drain(deadlineSeconds: RunningNode.drainSeconds)
    tree?.close()
    writer.close()
  }

  /// The beats that keep streams open and the line of status fresh.
  private static func beats(
    _ streams: ChangeStreams, _ statusStreams: StatusStreams, _ link: HubLink?, _ door: DeskDoor
  ) -> (Heartbeat, Heartbeat) {
    let heartbeat = Heartbeat(seconds: Heartbeat.proxySeconds) {
      streams.beat()
      statusStreams.beat()
      door.run { try? $0?.store.deleteOldRemarks(now: .now) }
    }
    let statusBeat = Heartbeat(seconds: RunningNode.statusSeconds) {
      if statusStreams.hasWatchers { statusStreams.update(RunningNode.status(link)) }
    }
    return (heartbeat, statusBeat)
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

  /// Tells the operator how the first administrator comes in, while there is nobody, and warns
  /// where passwords would travel in the clear.
  private static func invite(
    _ desk: DeskStore, _ configuration: Configuration, _ note: @Sendable (String) -> Void
  ) throws {
    try warn(configuration, note)
    guard try !desk.hasPeople() else { return }
    let link = try desk.firstLink(now: .now)
    note("nobody can sign in yet: this link, good once and for a day, begins the desk")
    note("  \(configuration.siteAddress)/desk/start?code=\(link)")
  }

  private static func warn(
    _ configuration: Configuration, _ note: @Sendable (String) -> Void
  ) throws {
    let host = try configuration.address().host
    let isSecure = configuration.publicAddress?.hasPrefix("https://") == true
    guard !isSecure, !DeskHosts.loopback.contains(host) else { return }
    note(
      "\(host) is reached without TLS: passwords of the desk travel in the clear. Listen on "
        + "loopback, let nginx or Caddy do TLS, and say --public https://…")
  }

  private static func endpoint(
    _ directory: DataDirectory, _ region: RegionFile, _ instance: InstanceID, _ writer: Writer,
    note: @escaping @Sendable (String) -> Void
  ) throws -> SyncEndpoint {
    try admitAll(region, writer)
    let identity = NodeIdentity(
      region: try directory.ownRegion(), site: try directory.configuration.checkedSite(),
      instance: instance)
    return SyncEndpoint(
      session: HubSession(identity: identity, position: try writer.ends().place.position),
      writer: writer, keys: KeyRing(directory: directory.path), note: note)
  }

  private static func link(
    _ directory: DataDirectory, site: SiteID, instance: InstanceID,
    ends: (head: LineHead, heads: VectorClock, place: Place), writer: Writer,
    note: @escaping @Sendable (String) -> Void
  ) throws -> HubLink {
    try DraftContexts.follow(directory: directory.path)
    let configuration = directory.configuration
    let join = try RunningNode.join(configuration, site)
    let identity = NodeIdentity(region: join.region, site: site, instance: instance)
    let session = CitySession(
      identity: identity, head: ends.head, heads: ends.heads, place: ends.place,
      seed: .random(in: 0 ... .max))
    return HubLink(
      upstream: try configuration.upstreamURL(), join: join, session: session, writer: writer,
      note: note, restored: { DraftContexts.followOrSay(directory: directory.path, note) })
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

  private static func handler(
    front: Front, endpoint: SyncEndpoint?, media: MediaEndpoint?, tree: TreeEndpoint?
  ) -> Handler {
    var sync = Router()
    endpoint?.serve(on: &sync)
    media?.serve(on: &sync)
    tree?.serve(on: &sync)
    sync.get("/healthz") { _ in .now(.text("ok\n")) }
    let inner = sync.handler
    let outer = front.handler
    func handler(of request: Request) -> Handler {
      let isInner =
        request.path.hasPrefix("/sync/") || request.path == "/healthz"
        || tree != nil && TreeEndpoint.holds(request.path)
      return isInner ? inner : outer
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
      agreedAt: status.lastAgreement, note: status.note)
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

extension Configuration {
  fileprivate func server() throws(ConfigurationError) -> ServerConfiguration {
    let address = try address()
    return ServerConfiguration(host: address.host, port: address.port)
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
