// Who may speak: one key per site. Protocols/sync.md §2.

package import Events

/// The secret by which a site shows the hub that it is that site: 256 random bits.
package struct SiteKey: Sendable {
  /// The site that holds it.
  package let site: SiteID
  private let secret: String

  /// A new key of a site.
  package init(of site: SiteID, using random: inout some RandomNumberGenerator) {
    let bytes = (0..<32).map { _ in UInt8.random(in: 0...255, using: &random) }
    self.site = site
    secret = Hex.string(bytes)
  }

  /// Reads `<site>.<64 hex>`, as it stands in the file of a city.
  package init(_ text: String) throws(SyncError) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, let site = SiteID(String(parts[0])),
      parts[1].utf8.count == 64, Hex.bytes(String(parts[1])) != nil
    else { throw .authorization }
    self.site = site
    secret = String(parts[1])
  }

  /// Reads the value of the header `Authorization`.
  package init(authorization header: String) throws(SyncError) {
    let scheme = "Bearer "
    guard header.utf8.count <= 128, header.hasPrefix(scheme) else { throw .authorization }
    try self.init(String(header.dropFirst(scheme.count)))
  }

  /// `<site>.<64 hex>`: to be shown once and kept in a file of mode 0600.
  package var text: String { "\(site).\(secret)" }

  /// The value of the header `Authorization`.
  package var authorization: String { "Bearer " + text }

  /// What the hub stores: SHA-256 of the text. 256 random bits need no slow hash.
  package var hash: Digest { SHA256.hash(Array(text.utf8)) }
}

/// The hub's stored keys: hashes only.
package struct SiteKeys: Sendable {
  private var hashes: [SiteID: [Digest]] = [:]

  /// The stored hashes. Of a site with more than `SyncLimits.keysPerSite` the last ones count.
  package init(_ stored: [(site: SiteID, hash: Digest)]) {
    for entry in stored {
      let all = hashes[entry.site, default: []] + [entry.hash]
      hashes[entry.site] = Array(all.suffix(SyncLimits.keysPerSite))
    }
  }

  /// The site that a header `Authorization` speaks for; nil if it is no key or none of ours. The
  /// time does not tell how much of a key is right, nor whether the site exists.
  package func site(authorization header: String?) -> SiteID? {
    guard let header, let key = try? SiteKey(authorization: header) else { return nil }
    let offered = key.hash
    let known = hashes[key.site] ?? []
    var matches = false
    for index in 0..<SyncLimits.keysPerSite {
      // A hash that is not there is compared like one that is; nothing hashes to it.
      let stored = index < known.count ? known[index] : .zero
      let equal = SiteKeys.equalInConstantTime(offered, stored)
      matches = matches || (equal && index < known.count)
    }
    return matches ? key.site : nil
  }

  /// Looks at all bytes whatever they are.
  static func equalInConstantTime(_ a: Digest, _ b: Digest) -> Bool {
    var difference: UInt8 = 0
    for (left, right) in zip(a.bytes, b.bytes) { difference |= left ^ right }
    return difference == 0
  }
}
