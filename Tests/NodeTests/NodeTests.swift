// Configuration, region file and keys: what is fed and which clear error comes back.

import Desk
import Events
import Foundation
import Node
import Sync
import Testing
import Web

@Suite struct RegionFileTests {
  private func read(_ text: String) throws -> RegionFile {
    let path = NSTemporaryDirectory() + "/region-\(UUID().uuidString).json"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return try RegionFile.read(path: path)
  }

  private static let kreis = #"{"id":"kreis","name":"Kreis Muster","ags":"05999"}"#

  @Test func theHubsSiteComesFirst() throws {
    let region = try read(
      #"{"name":"Muster","kreis":"kreis","sites":[{"id":"au","name":"Stadt Au","ags":"05999001"},"#
        + Self.kreis + "]}")
    #expect(region.sites.map(\.id.description) == ["kreis", "au"])
  }

  @Test func theOperatorsWordsAreReadAndMayBeMissing() throws {
    let sites = #"{"name":"M","kreis":"kreis","sites":[\#(Self.kreis)]"#
    let region = try read(
      sites + #","notices":{"imprint":"Wir","feedback":"barrierefrei@kreis.example"}}"#)
    #expect(region.notices.imprint == "Wir")
    #expect(region.notices.feedback == "barrierefrei@kreis.example")
    #expect(region.notices.privacy == nil)
    #expect(try read(sites + "}").notices == .init())
  }

  @Test func theBuiltInRegionHasElevenSites() {
    let region = RegionFile.recklinghausen
    #expect(region.sites.count == 11)
    #expect(region.sites.allSatisfy { $0.ags.hasPrefix("05562") })
    #expect(Set(region.sites.map(\.id)).count == 11)
  }

  @Test(arguments: [
    ("", "not valid JSON"),
    ("[]", "wrong type"),
    ("{}", "is missing"),
    (#"{"name":"M","kreis":"kreis","sites":7}"#, "\"sites\" has the wrong type"),
    (#"{"name":"M","kreis":"x","sites":[\#(kreis)]}"#, "\"kreis\" must name one of the sites"),
    (#"{"name":"M","kreis":"kreis","sites":[\#(kreis),\#(kreis)]}"#, "stands twice"),
    (
      #"{"name":"M","kreis":"kreis","sites":[{"id":"Au","name":"A","ags":"05999"}]}"#,
      "\"Au\" is no site id"
    ),
    (
      #"{"name":"M","kreis":"kreis","sites":[{"id":"au","name":"","ags":"05999"}]}"#,
      "needs a name"
    ),
    (
      #"{"name":"M","kreis":"kreis","sites":[{"id":"au","name":"A","ags":"5x"}]}"#,
      "has 5 or 8 digits"
    ),
  ])
  func aWrongRegionFileSaysWhatIsWrong(text: String, says: String) {
    do {
      _ = try read(text)
      Issue.record("\(text) was accepted")
    } catch {
      #expect("\(error)".contains(says), "\(text): \(error)")
    }
  }

  @Test func aMissingRegionFileIsNamed() {
    #expect(throws: ConfigurationError.unreadable(path: "/none")) {
      try RegionFile.read(path: "/none")
    }
  }
}

@Suite struct ConfigurationTests {
  private let site = SiteID("herten")!  // A literal that is a site id.

  @Test(arguments: ["", "8080", ":8080", "host:", "host:70000", "host:x"])
  func anAddressThatIsNoneIsRefused(listen: String) {
    let configuration = Configuration(role: .hub, site: site, listen: listen)
    #expect(throws: ConfigurationError.self) { try configuration.address() }
  }

  @Test func anAddressOfVersionSixLosesItsBrackets() throws {
    let address = try Configuration(role: .hub, site: site, listen: "[::1]:80").address()
    #expect(address.host == "::1" && address.port == 80)
  }

  @Test(arguments: ["", "hub", "ftp://hub.example", "http://hub.example", "http://10.0.0.1:80"])
  func aHubThatCannotBeTrustedWithTheKeyIsRefused(upstream: String) {
    let configuration = Configuration(
      role: .city, site: site, listen: "127.0.0.1:1", upstream: upstream)
    #expect(throws: ConfigurationError.self) { try configuration.upstreamURL() }
  }

  @Test func aDirectoryBelongsToOneNode() throws {
    let path = NSTemporaryDirectory() + "/node-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let hub = Configuration(role: .hub, site: site, listen: "127.0.0.1:1")
    do {
      let directory = try DataDirectory(path: path, configuration: hub)
      #expect(throws: ConfigurationError.inUse(directory: path)) {
        try DataDirectory(path: path, configuration: hub)
      }
      withExtendedLifetime(directory) {}
    }
    let city = Configuration(role: .city, site: site, listen: "127.0.0.1:1")
    #expect(
      throws: ConfigurationError.otherNode(
        directory: path, holds: "hub herten", asked: "city herten")
    ) { try DataDirectory(path: path, configuration: city) }
    let modes = try ["node.json", "line.key", "lock"].map { name in
      try FileManager.default.attributesOfItem(atPath: path + "/" + name)[.posixPermissions]
        as? Int
    }
    #expect(modes == [0o600, 0o600, 0o600])
  }
}

@Suite struct KeptConfigurationTests {
  @Test func aStartKeepsWhatItsCommandLineDoesNotName() throws {
    let path = NSTemporaryDirectory() + "/node-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let site = try #require(SiteID("herten"))
    var first = Configuration(
      role: .hub, site: site, listen: "127.0.0.1:1", publicAddress: "https://vest.example")
    first.frameAncestors = ["https://www.herten.de"]
    first.hosts = ["vest.intern"]
    _ = try DataDirectory(path: path, configuration: first)
    let second = Configuration(role: .hub, site: site, listen: "127.0.0.1:2")
    let merged = try DataDirectory(path: path, configuration: second).configuration
    #expect(merged.listen == "127.0.0.1:2" && merged.publicAddress == "https://vest.example")
    #expect(merged.frameAncestors == first.frameAncestors && merged.hosts == first.hosts)
    #expect(try DataDirectory.configuration(at: path) == merged)
  }

  @Test(arguments: ["vest.intern:80", "https://vest.intern", "a b", ""])
  func aHostThatIsNoneIsRefused(host: String) throws {
    var configuration = Configuration(
      role: .hub, site: try #require(SiteID("herten")), listen: "127.0.0.1:1")
    configuration.hosts = [host]
    #expect(throws: ConfigurationError.self) { try configuration.checkedHosts() }
  }
}

@Suite struct SecretTests {
  private func folder() throws -> String {
    let path = NSTemporaryDirectory() + "/secrets-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }

  @Test func aJoinFileSurvivesWritingAndReading() throws {
    let path = try folder()
    defer { try? FileManager.default.removeItem(atPath: path) }
    var random = SystemRandom()
    let site = try #require(SiteID("herten"))
    let region = RegionID(using: &random)
    let key = try KeyRing(directory: path).issue(for: site)
    try Data(JoinFile(region: region, key: key).text.utf8)
      .write(to: URL(fileURLWithPath: path + "/join"))
    let read = try JoinFile(path: path + "/join")
    #expect(read.region == region && read.key.text == key.text)
    let stored = try String(contentsOfFile: path + "/keys.json", encoding: .utf8)
    #expect(!stored.contains(key.text.suffix(64)), "only the hash of a key is stored")
  }

  @Test(arguments: ["", "key x", "region 1\nkey herten.2", "region\nkey\n"])
  func aFileThatIsNoJoinFileIsRefused(text: String) throws {
    let path = try folder()
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/join"))
    #expect(throws: ConfigurationError.self) { try JoinFile(path: path + "/join") }
  }
}
