// A desk of its own for each test, and the people whom tests name.

import Events
import Foundation
import SQLite

@testable import Desk

/// A store in a folder that ends with the value.
final class SampleDesk {
  static let now = Timestamp(milliseconds: 1_700_000_000_000)
  /// A password that the rules take.
  static let password = "acht Kamele im Regen"

  let directory: String
  let store: DeskStore
  let keeper: Doorkeeper

  init() throws {
    directory =
      FileManager.default.temporaryDirectory.appendingPathComponent("desk-\(UUID().uuidString)")
      .path
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    store = try DeskStore(directory: directory)
    keeper = Doorkeeper(store: store, words: ["Herten", "Stadt Herten"])
  }

  deinit { try? FileManager.default.removeItem(atPath: directory) }

  /// Adds somebody of that role.
  func add(_ name: String, _ role: DeskRole = .author) throws -> DeskUser {
    try store.add(
      signInName: "\(name)@stadt.example", name: name, role: role, now: SampleDesk.now
    ).user
  }

  /// Adds somebody with `SampleDesk.password`.
  func addWithPassword(_ name: String, _ role: DeskRole = .author) throws -> DeskUser {
    let user = try add(name, role)
    try keeper.setPassword(of: user.pseudonym, to: SampleDesk.password, now: SampleDesk.now)
    return user
  }

  func signIn(
    _ name: String, _ password: String = SampleDesk.password, peer: String = "192.0.2.1",
    replacing old: String? = nil, after milliseconds: Int64 = 0
  ) throws -> Doorkeeper.Outcome {
    try keeper.signIn(
      name: "\(name)@stadt.example", password: password, peer: peer, replacing: old,
      now: SampleDesk.now.advanced(milliseconds: milliseconds))
  }

  /// The actions of the trail, the newest first.
  func actions() throws -> [DeskAction] {
    try store.audit(offset: 0, limit: 100).entries.map(\.action)
  }
}

extension Doorkeeper.Outcome {
  /// The secret of the session that began.
  var secret: String? {
    if case .signedIn(let secret, _) = self { secret } else { nil }
  }

  /// How long to wait.
  var seconds: Int? {
    if case .wait(let seconds) = self { seconds } else { nil }
  }
}

/// The content of a file as text, each byte a character.
func bytes(of path: String) -> String? {
  FileManager.default.contents(atPath: path).map { data in
    String(String.UnicodeScalarView(data.map { Unicode.Scalar($0) }))
  }
}
