// swift-tools-version: 6.2
// VestHub: an event-sourced sync hub between the Kreis and ten city sites.
// No dependencies: Foundation, Dispatch, the system's libsqlite3, the C library's libcrypt.

import PackageDescription

let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .enableUpcomingFeature("InferIsolatedConformances"),
  .enableUpcomingFeature("ImmutableWeakCaptures"),
]

/// The modules in the order of the data flow. A module may import only what its row names.
let modules: [(name: String, imports: [Target.Dependency])] = [
  // What an event is: ids, vector clock, canonical text, hashes, receipts.
  ("Events", ["CSHA"]),
  // The only place that speaks to libsqlite3: connections, statements, transactions.
  ("SQLite", ["CSQLite"]),
  // How events are stored durably and proved: append, ingest, receipts, read, verify.
  ("EventLog", ["Events", "SQLite"]),
  // How peers agree: who needs what, in which batches. No sockets, no clock.
  ("Sync", ["Events"]),
  // How concurrent events become one catalogue. No SQL, no clock, no I/O.
  ("Catalogue", ["Events"]),
  // Pictures and documents: what a file is, what is taken out of it, where it is kept.
  ("Media", ["Events"]),
  // From feeds, calendars and tables of a city's own site to a plan of events. No I/O, no clock.
  ("Importers", ["Events", "Catalogue"]),
  // The read schema: incremental apply, search, queries.
  ("Views", ["Events", "SQLite", "EventLog", "Catalogue"]),
  // Rebuilding: generations of the views, swap, digests.
  ("Replay", ["Events", "EventLog", "Catalogue", "Views"]),
  // What editors have that is no event yet: people, sessions, drafts, releases to come. desk.sqlite.
  ("Desk", ["CCrypt", "Events", "SQLite", "Catalogue"]),
  // HTTP/1.1 over epoll: parser, limits, event loops, router, streams. Knows nothing of events.
  ("HTTP", ["CLinux"]),
  // What people and programs see: pages, JSON API, desk.
  (
    "Web",
    [
      "Events", "EventLog", "Catalogue", "Media", "Importers", "Views", "Replay", "Desk", "HTTP",
    ]
  ),
  // One running node: configuration, roles, queues, the client that speaks to the hub.
  (
    "Node",
    [
      "Events", "SQLite", "EventLog", "Sync", "Catalogue", "Media", "Importers", "Views", "Replay",
      "Desk", "HTTP", "Web",
    ]
  ),
]

/// The programs: the command line, the benchmark, and an echo server for conformance suites.
let programs: [(name: String, imports: [Target.Dependency])] = [
  (
    "vesthub",
    ["Events", "EventLog", "Sync", "Catalogue", "Importers", "Views", "Replay", "Desk", "Node"]
  ),
  (
    "VestHubBench",
    [
      "CSQLite", "Events", "SQLite", "EventLog", "Sync", "Catalogue", "Views", "Replay", "HTTP",
      "Node",
    ]
  ),
  ("HTTPEcho", ["HTTP"]),
]

/// One test target a module, then those that look at the whole.
let suites: [(name: String, imports: [Target.Dependency])] =
  modules.map { ($0.name + "Tests", [.byName(name: $0.name)] + $0.imports) } + [
    // A region in one process, by seed: virtual time, network, disks.
    (
      "SimulationTests",
      [
        "CSQLite", "Events", "SQLite", "EventLog", "Sync", "Catalogue", "Views", "Replay", "Node",
      ]
    ),
    // The verifier in Python, which shares no code with the rest, says what the rest says.
    ("VerifierTests", ["Events", "EventLog", "Catalogue"]),
    // The real program: processes, sockets, kill -9.
    ("VestHubTests", ["Events", "EventLog", "Sync", "Importers", "Desk", "Node"]),
    // What a machine can enforce of the house style.
    ("TidyTests", []),
  ]

let package = Package(
  name: "VestHub",
  targets: [
    .systemLibrary(
      name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CLinux"),
    .systemLibrary(name: "CSHA"),
    .systemLibrary(name: "CCrypt"),
  ]
    + modules.map { .target(name: $0.name, dependencies: $0.imports, swiftSettings: strict) }
    + programs.map {
      .executableTarget(name: $0.name, dependencies: $0.imports, swiftSettings: strict)
    }
    + suites.map {
      .testTarget(
        name: $0.name, dependencies: $0.imports,
        exclude: $0.name == "SimulationTests" ? ["planted"] : [], swiftSettings: strict)
    },
  swiftLanguageModes: [.v6]
)
