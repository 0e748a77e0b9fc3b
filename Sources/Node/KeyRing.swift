// Where keys are kept: the hub's `keys.json` with their hashes, the city's key file with its own.
// Protocols/sync.md §2.

package import Events
import Foundation
package import Sync

/// The keys that a hub accepts, read from the file for each request's check, so that a key made or
/// revoked on the command line counts at once.
package struct KeyRing: Sendable {
  private let path: String

  /// The keys of the hub at `directory`.
  package init(directory: String) { path = directory + "/keys.json" }

  /// Makes a key for a site; the one before goes on working until the next is made.
  package func issue(for site: SiteID) throws(ConfigurationError) -> SiteKey {
    var random = SystemRandom()
    let key = SiteKey(of: site, using: &random)
    var all = try read()
    let hashes = all[site.description, default: []] + [key.hash.hex]
    all[site.description] = Array(hashes.suffix(SyncLimits.keysPerSite))
    try write(all)
    return key
  }

  /// Ends every key of a site.
  package func revoke(_ site: SiteID) throws(ConfigurationError) {
    var all = try read()
    all[site.description] = nil
    try write(all)
  }

  /// The keys as they stand in the file now.
  func keys() throws(ConfigurationError) -> SiteKeys {
    var stored: [(site: SiteID, hash: Digest)] = []
    for (site, hashes) in try read().sorted(by: { $0.key < $1.key }) {
      guard let id = SiteID(site) else { throw .invalid(path: path, what: "\(site) is no site") }
      for text in hashes {
        guard let hash = Digest(hex: text) else {
          throw .invalid(path: path, what: "a hash of \(site) is not 64 hexadecimal digits")
        }
        stored.append((id, hash))
      }
    }
    return SiteKeys(stored)
  }

  private func read() throws(ConfigurationError) -> [String: [String]] {
    guard FileManager.default.fileExists(atPath: path) else { return [:] }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw .unreadable(path: path)
    }
    do {
      return try JSONDecoder().decode([String: [String]].self, from: data)
    } catch {
      throw .invalid(path: path, what: ConfigurationError.describe(error))
    }
  }

  private func write(_ all: [String: [String]]) throws(ConfigurationError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    // Strings only: nothing that JSON cannot hold.
    guard let data = try? encoder.encode(all) else { preconditionFailure("keys are text") }
    try SecretFile.write([UInt8](data) + [0x0a], to: path)
  }
}

/// What a city gets from the Kreis to join: the region and its key, two lines of a file.
package struct JoinFile: Sendable {
  /// The region that the key is for.
  package let region: RegionID
  /// The city's key.
  package let key: SiteKey

  /// That region and key.
  package init(region: RegionID, key: SiteKey) {
    self.region = region
    self.key = key
  }

  /// The text of the file.
  package var text: String { "region \(region)\nkey \(key.text)\n" }

  /// Reads the file at `path`.
  package init(path: String) throws(ConfigurationError) {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw .unreadable(path: path)
    }
    let lines = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline)
    guard lines.count == 2, lines[0].hasPrefix("region "), lines[1].hasPrefix("key "),
      let region = RegionID(String(lines[0].dropFirst(7))),
      let key = try? SiteKey(String(lines[1].dropFirst(4)))
    else {
      throw .invalid(
        path: path, what: "not the two lines \"region …\" and \"key …\" of `vesthub key`")
    }
    self.region = region
    self.key = key
  }
}
