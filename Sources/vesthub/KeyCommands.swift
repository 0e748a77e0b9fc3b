// `key`: who may speak for a site to the hub.

import Events
import Node

extension Command {
  /// Makes or ends the key with which a city speaks to the hub.
  static let key = Command(
    name: "key", synopsis: "SITE --data DIR [--revoke]",
    summary: "On the hub: make the key of a city, shown once, or end it",
    options: [("--data", "the hub's data directory")],
    flags: [("--revoke", "end every key of the site")],
    examples: ["vesthub key herten --data /var/lib/vesthub > herten.key"]
  ) { arguments in
    let operand = try arguments.exactly(["SITE"])[0]
    guard let site = SiteID(operand) else {
      throw UsageError("\"\(operand)\" is no site id, as herten")
    }
    let directory = try arguments.required("--data", "whose keys?")
    guard try DataDirectory.configuration(at: directory).role == .hub else {
      throw UsageError("\(directory) is not the hub's directory; keys are made on the hub")
    }
    let region = try RegionFile.settle(in: directory, asked: nil)
    guard site != region.kreis, region.sites.contains(where: { $0.id == site }) else {
      let cities = region.sites.dropFirst().map(\.id.description).joined(separator: ", ")
      throw UsageError("\(site) is no city of \(region.name); its cities: \(cities)")
    }
    let keys = KeyRing(directory: directory)
    if arguments.has("--revoke") {
      try keys.revoke(site)
      Terminal.note("the keys of \(site) have ended")
    } else {
      let id = try DataDirectory.region(at: directory)
      Terminal.write(JoinFile(region: id, key: try keys.issue(for: site)).text)
      Terminal.note("give this key to \(site) on a safe way; it is not shown again")
    }
    return .success
  }
}
