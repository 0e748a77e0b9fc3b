// `hub` and `city`: run a node until a signal ends it.

import Events
import Foundation
import Glibc
import Node

extension Command {
  /// Runs the hub.
  static let hub = Command(
    name: "hub", synopsis: "--data DIR [--listen HOST:PORT] [--region FILE]",
    summary: "Run the hub of a region",
    options: [
      ("--data", "the data directory; made on the first start"),
      ("--listen", "where to listen (127.0.0.1:8080)"),
      ("--region", "a region file, which the directory keeps (Kreis Recklinghausen is built in)"),
      ("--public", "the public address, as https://vest.example"),
    ],
    examples: ["vesthub hub --data /var/lib/vesthub --listen 127.0.0.1:8080"]
  ) { arguments in
    _ = try arguments.exactly([])
    let region = try region(arguments)
    let configuration = Configuration(
      role: .hub, site: region.kreis,
      listen: arguments["--listen"] ?? "127.0.0.1:8080", publicAddress: arguments["--public"])
    return try run(configuration, arguments)
  }

  /// Runs a city's node.
  static let city = Command(
    name: "city",
    synopsis: "--site SITE --hub URL --key-file FILE --data DIR "
      + "[--listen HOST:PORT] [--region FILE]",
    summary: "Run the node of a city",
    options: [
      ("--site", "the city's id, as herten"),
      ("--hub", "the hub's address; https, or http on loopback"),
      ("--key-file", "the file that `vesthub key` made on the hub"),
      ("--data", "the data directory; made on the first start"),
      ("--listen", "where to listen (127.0.0.1:8081)"),
      ("--region", "the region file, if the hub has one; the directory keeps it"),
      ("--public", "the public address, as https://herten.example"),
    ],
    examples: [
      "vesthub city --site herten --hub https://vest.example --key-file herten.key "
        + "--data /var/lib/vesthub"
    ]
  ) { arguments in
    _ = try arguments.exactly([])
    let name = try arguments.required("--site", "whose node is it?")
    guard let site = SiteID(name), site != (try region(arguments)).kreis else {
      throw UsageError("\"\(name)\" is no city's id (1 to 16 of a-z, 0-9, -)")
    }
    let configuration = Configuration(
      role: .city, site: site, listen: arguments["--listen"] ?? "127.0.0.1:8081",
      upstream: try arguments.required("--hub", "which hub does the city follow?"),
      keyFile: try arguments.required("--key-file", "`vesthub key` makes it on the hub"),
      publicAddress: arguments["--public"])
    return try run(configuration, arguments)
  }

  /// The region that a start speaks of, before the directory is there.
  private static func region(_ arguments: Arguments) throws -> RegionFile {
    if let path = arguments["--region"] { return try RegionFile.read(path: path) }
    return try RegionFile.settle(in: arguments["--data"] ?? "", asked: nil)
  }

  private static func run(
    _ configuration: Configuration, _ arguments: Arguments
  ) throws -> ExitCode {
    // Threads that are started from here on leave these signals to `sigwait` below.
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGTERM)
    sigaddset(&signals, SIGINT)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    let path = try arguments.required("--data", "where are the node's files?")
    let directory = try DataDirectory(path: path, configuration: configuration)
    let region = try RegionFile.settle(in: path, asked: arguments["--region"])
    let node = try RunningNode(directory: directory, region: region) { Terminal.note($0) }
    let base = directory.configuration.publicAddress ?? "http://\(configuration.listen)"
    Terminal.note("\(configuration.role.rawValue) \(configuration.site) serves \(base)/")
    var signal: Int32 = 0
    sigwait(&signals, &signal)
    Terminal.note("stopping: requests under way are finished")
    node.stop()
    return .success
  }
}
