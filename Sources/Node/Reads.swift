// What one event loop reads: its own connections to views, log and desk.

import Desk
import Dispatch
import EventLog
import Events
import Views
import Web

extension CatalogueReads {
  /// The reads of one loop, over read-only connections of its own.
  static func open(views path: String, directory: String) throws -> CatalogueReads {
    let views = try ViewReader(path: path)
    return CatalogueReads(views: { views }, log: try LogReader(directory: directory))
  }
}

extension SlowReads {
  /// Reads over connections of their own, on a queue of their own.
  static func open(views path: String, directory: String) -> SlowReads {
    let queue = DispatchQueue(label: "vesthub.slow-reads", qos: .utility)
    let confined = ConfinedReads { try CatalogueReads.open(views: path, directory: directory) }
    return SlowReads { task in queue.async { task(confined.reads) } }
  }

  /// `@unchecked Sendable`: only the queue above calls it, one task at a time.
  private final class ConfinedReads: @unchecked Sendable {
    private let open: () throws -> CatalogueReads
    private var opened: CatalogueReads?

    init(open: @escaping () throws -> CatalogueReads) { self.open = open }

    /// Opened with the first task; nil where that fails, and tried again with the next.
    var reads: CatalogueReads? {
      if opened == nil { opened = try? open() }
      return opened
    }
  }
}

extension Configuration {
  /// Where others reach the public site.
  var siteAddress: String { publicAddress ?? "http://\(listen)" }
}

extension DeskAccess {
  /// What stands before the desk on one loop, over a store of its own.
  static func open(
    directory: String, _ configuration: Configuration, door: DeskDoor
  ) throws -> DeskAccess {
    DeskAccess(
      store: try DeskStore(directory: directory), door: door,
      isSecure: configuration.publicAddress?.hasPrefix("https://") == true,
      isBehindProxy: configuration.publicAddress != nil,
      hosts: DeskHosts(
        listen: try configuration.address().host, publicAddress: configuration.publicAddress,
        others: try configuration.checkedHosts()))
  }
}

extension RegionFile {
  /// The region as pages name it.
  var forPages: Region {
    if sites == RegionFile.recklinghausen.sites {
      var vest = Region.vest
      vest.notices = notices
      return vest
    }
    return Region(
      title: name, subtitle: "Digitale Projekte", kreis: kreis,
      sites: sites.map {
        .init(id: $0.id, name: $0.name, label: $0.name, website: $0.web ?? "", tile: nil)
      },
      notices: notices)
  }
}
