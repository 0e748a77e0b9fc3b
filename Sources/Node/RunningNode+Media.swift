// How files move between this node and the hub, by its role.

import Events
import Media
import Sync

extension RunningNode {
  /// The side of the transfer that the node's role gives it.
  static func transfer(
    of store: MediaStore, views path: String, directory: DataDirectory, site: SiteID,
    note: @escaping @Sendable (String) -> Void
  ) throws -> (MediaEndpoint?, MediaLink?) {
    let configuration = directory.configuration
    let named = NamedMedia(views: path)
    switch configuration.role {
    case .hub:
      let keys = KeyRing(directory: directory.path)
      return (MediaEndpoint(store: store, named: named, keys: keys, note: note), nil)
    case .city:
      let link = MediaLink(
        upstream: try configuration.upstreamURL(), join: try join(configuration, site),
        store: store, named: named, note: note)
      return (nil, link)
    }
  }

  /// The city's key, which must be its own.
  static func join(_ configuration: Configuration, _ site: SiteID) throws -> JoinFile {
    guard let keyFile = configuration.keyFile else {
      throw ConfigurationError.missing(
        option: "--key-file", why: "the file that `vesthub key` made on the hub")
    }
    let join = try JoinFile(path: keyFile)
    guard join.key.site == site else {
      throw ConfigurationError.invalid(
        path: keyFile, what: "the key is that of \(join.key.site), this node is \(site)")
    }
    return join
  }
}
