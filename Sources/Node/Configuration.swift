// What a node is told: `node.json` in its data directory, written by the first start.

package import Events
import Foundation

/// Why a node cannot start from what it was told.
package enum ConfigurationError: Error, Equatable, CustomStringConvertible {
  /// A file that must be there cannot be read.
  case unreadable(path: String)
  /// A file or directory cannot be written.
  case unwritable(path: String, reason: String)
  /// A file says something that it may not.
  case invalid(path: String, what: String)
  /// Another process uses the data directory.
  case inUse(directory: String)
  /// The directory belongs to another node.
  case otherNode(directory: String, holds: String, asked: String)
  /// Something is needed on the first start.
  case missing(option: String, why: String)

  package var description: String {
    switch self {
    case .unreadable(let path):
      "cannot read \(path): check that the file exists and belongs to this user"
    case .unwritable(let path, let reason):
      "cannot write \(path) (\(reason)): check the disk and who owns the directory"
    case .invalid(let path, let what):
      "\(path): \(what)"
    case .inUse(let directory):
      "another process uses \(directory): stop it first, or give this node its own directory"
    case .otherNode(let directory, let holds, let asked):
      "\(directory) belongs to \(holds), not to \(asked): give another --data directory"
    case .missing(let option, let why):
      "\(option) is missing: \(why)"
    }
  }

  /// Says in one line what Foundation's decoder found.
  static func describe(_ error: any Error) -> String {
    switch error {
    case DecodingError.keyNotFound(let key, _):
      "the member \"\(key.stringValue)\" is missing"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      "the member \"\(context.codingPath.map(\.stringValue).joined(separator: "."))\" has the "
        + "wrong type"
    case DecodingError.dataCorrupted(let context):
      "not valid JSON (\(context.debugDescription))"
    default: "\(error)"
    }
  }
}

/// The configuration of one node.
package struct Configuration: Sendable, Equatable, Codable {
  /// What the node does beside its own desk.
  package enum Role: String, Sendable, Codable {
    /// Gives the order, accepts the lines of all sites.
    case hub
    /// Follows a hub.
    case city
  }

  /// The role.
  package var role: Role
  /// Whose line the node writes.
  package var site: String
  /// The address to listen on: `host:port`.
  package var listen: String
  /// The hub's address; nil on the hub.
  package var upstream: String?
  /// The file with the site's sync key; nil on the hub.
  package var keyFile: String?
  /// The public address in links that leave the node; nil for `http://` and `listen`.
  package var publicAddress: String?
  /// The origins that may show lists for other sites in a frame, as `https://www.herten.de`; nil
  /// for none.
  package var frameAncestors: [String]?
  /// More names under which the desk answers, as `vest.intern`; nil for none.
  package var hosts: [String]?
  /// What is imported regularly; nil for nothing.
  package var imports: [ScheduledImport]?

  /// A configuration of those parts.
  package init(
    role: Role, site: SiteID, listen: String, upstream: String? = nil, keyFile: String? = nil,
    publicAddress: String? = nil, frameAncestors: [String]? = nil, hosts: [String]? = nil,
    imports: [ScheduledImport]? = nil
  ) {
    self.role = role
    self.site = site.description
    self.listen = listen
    self.upstream = upstream
    self.keyFile = keyFile
    self.publicAddress = publicAddress
    self.frameAncestors = frameAncestors
    self.hosts = hosts
    self.imports = imports
  }

  /// This configuration with what `held` says of members that no command line names.
  func keeping(_ held: Configuration) -> Configuration {
    var merged = self
    merged.frameAncestors = frameAncestors ?? held.frameAncestors
    merged.hosts = hosts ?? held.hosts
    merged.imports = imports ?? held.imports
    merged.publicAddress = publicAddress ?? held.publicAddress
    return merged
  }

  /// The publisher whose node it is.
  func checkedSite() throws(ConfigurationError) -> SiteID {
    guard let id = SiteID(site) else {
      throw .invalid(path: "node.json", what: "\"site\" is no site id")
    }
    return id
  }

  /// The parts of `listen`.
  ///
  /// - Throws: `ConfigurationError.invalid` if it is not `host:port`.
  package func address() throws(ConfigurationError) -> (host: String, port: Int) {
    guard let colon = listen.lastIndex(of: ":"),
      let port = Int(listen[listen.index(after: colon)...]), (0...65_535).contains(port),
      colon > listen.startIndex
    else {
      throw .invalid(path: "--listen", what: "\"\(listen)\" is not host:port, as 127.0.0.1:8080")
    }
    var host = String(listen[..<colon])
    if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
    return (host, port)
  }

  /// The origins of `frameAncestors`, checked: they become part of a header field.
  ///
  /// - Throws: `ConfigurationError.invalid` if one is no origin.
  package func checkedAncestors() throws(ConfigurationError) -> [String] {
    for origin in frameAncestors ?? [] {
      let pattern = /https?:\/\/[a-z0-9.\-]+(:[0-9]{1,5})?/
      guard origin.utf8.count <= 253, (try? pattern.wholeMatch(in: origin)) ?? nil != nil else {
        throw .invalid(
          path: "node.json",
          what: "\"\(origin)\" in \"frameAncestors\" is no origin, as https://www.herten.de")
      }
    }
    return frameAncestors ?? []
  }

  /// The names of `hosts`, checked.
  ///
  /// - Throws: `ConfigurationError.invalid` if one is no name or address of a host.
  package func checkedHosts() throws(ConfigurationError) -> [String] {
    for host in hosts ?? [] {
      let pattern = /[A-Za-z0-9.\-]+|[0-9A-Fa-f:.]+/
      guard host.utf8.count <= 253, (try? pattern.wholeMatch(in: host)) ?? nil != nil else {
        throw .invalid(
          path: "node.json",
          what: "\"\(host)\" in \"hosts\" is no host without port, as vest.intern")
      }
    }
    return hosts ?? []
  }

  /// The hub's address, checked: plain HTTP only to loopback, for the key travels with it.
  package func upstreamURL() throws(ConfigurationError) -> String {
    guard let upstream, let url = URL(string: upstream), let host = url.host,
      url.scheme == "https" || url.scheme == "http"
    else {
      throw .invalid(path: "--hub", what: "\"\(upstream ?? "")\" is no http or https address")
    }
    guard url.scheme == "https" || ["127.0.0.1", "localhost", "::1"].contains(host) else {
      throw .invalid(
        path: "--hub", what: "plain http would send the key in the clear: use https for \(host)")
    }
    return upstream.hasSuffix("/") ? String(upstream.dropLast()) : upstream
  }

  static func read(path: String) throws(ConfigurationError) -> Configuration {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw .unreadable(path: path)
    }
    do {
      return try JSONDecoder().decode(Configuration.self, from: data)
    } catch {
      throw .invalid(path: path, what: ConfigurationError.describe(error))
    }
  }

  func text() -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    // Strings and one enumeration: nothing that JSON cannot hold.
    guard let data = try? encoder.encode(self) else {
      preconditionFailure("a configuration is text")
    }
    return [UInt8](data) + [0x0a]
  }
}
