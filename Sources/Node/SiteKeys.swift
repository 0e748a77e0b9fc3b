// Who may push which line: one key per site, kept as its hash. Protocols/sync.md §6.

package import Events
import Foundation

/// A site's key as the city holds it: `<site>.<64 hexadecimal digits>`.
package struct SiteKey: Sendable, Equatable {
  /// Whose line it may write.
  package let site: SiteID
  private let secret: [UInt8]

  private static let secretBytes = 32

  /// A new key for `site`: 256 random bits.
  package init(for site: SiteID) {
    self.site = site
    var random = SystemRandomNumberGenerator()
    secret = (0..<SiteKey.secretBytes).map { _ in UInt8.random(in: 0...255, using: &random) }
  }

  /// Reads the text of a key; nil for anything else.
  package init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, let site = SiteID(String(parts[0])),
      let secret = Hex.bytes(String(parts[1])), secret.count == SiteKey.secretBytes
    else { return nil }
    self.site = site
    self.secret = secret
  }

  /// The text, for the city's key file.
  package var text: String { "\(site).\(Hex.string(secret))" }

  var hash: Digest { SHA256.hash(secret) }
}

/// The keys that a hub accepts: `keys.json` in its data directory, site → hashes. It is read for
/// each hello, so that a key made or revoked on the command line counts at once.
package struct SiteKeys: Sendable {
  private let path: String
  /// The current key and the one before, while a city changes over.
  private static let maximumPerSite = 2

  /// The keys of the hub at `directory`.
  package init(directory: String) { path = directory + "/keys.json" }

  /// Makes a key for a site; the one before goes on working until the next is made.
  package func issue(for site: SiteID) throws(ConfigurationError) -> SiteKey {
    let key = SiteKey(for: site)
    var all = try read()
    all[site.description, default: []].insert(key.hash.hex, at: 0)
    all[site.description] = Array(all[site.description, default: []].prefix(Self.maximumPerSite))
    try write(all)
    return key
  }

  /// Ends every key of a site.
  package func revoke(_ site: SiteID) throws(ConfigurationError) {
    var all = try read()
    all[site.description] = nil
    try write(all)
  }

  /// True if the hub would accept `key`.
  package func accept(_ key: SiteKey) throws(ConfigurationError) -> Bool {
    let hashes = try read()[key.site.description] ?? []
    // Hashes of random keys are compared whole, so that the time says nothing of how much fits.
    var isKnown = false
    for text in hashes {
      let difference = zip(text.utf8, key.hash.hex.utf8).reduce(
        UInt8(text.utf8.count == 64 ? 0 : 1)
      ) {
        $0 | ($1.0 ^ $1.1)
      }
      if difference == 0 { isKnown = true }
    }
    return isKnown
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
