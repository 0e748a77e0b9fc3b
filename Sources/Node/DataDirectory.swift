// The files of one node: one process at a time, readable by its user only.

import Events
import Foundation
import Glibc
package import Sync

/// A node's data directory, held by a lock for as long as the value lives.
package final class DataDirectory: Sendable {
  /// Where it is.
  package let path: String
  /// What it was told on the first start.
  package let configuration: Configuration
  /// The secret of the line's `mac`.
  let lineKey: [UInt8]
  private let lock: Int32

  private static let lineKeyBytes = 32

  /// Opens the directory of a node, and makes it on the first start.
  ///
  /// - Parameters:
  ///   - path: the directory.
  ///   - configuration: what the command line says; nil to take what is there.
  package init(path: String, configuration asked: Configuration?) throws(ConfigurationError) {
    self.path = path
    if asked == nil {
      // Only a node that starts makes its directory.
      _ = try DataDirectory.configuration(at: path)
    } else if mkdir(path, 0o700) != 0, errno != EEXIST {
      throw .unwritable(path: path, reason: String(cString: strerror(errno)))
    }
    lock = try DataDirectory.acquire(path)
    do throws(ConfigurationError) {
      configuration = try DataDirectory.settle(path, asked)
      lineKey = try DataDirectory.secret(path + "/line.key")
    } catch {
      Glibc.close(lock)
      throw error
    }
  }

  deinit { Glibc.close(lock) }

  /// The secret of the line, without holding the directory.
  package static func lineKey(at path: String) throws(ConfigurationError) -> [UInt8] {
    guard access(path + "/line.key", F_OK) == 0 else { throw .unreadable(path: path + "/line.key") }
    return try secret(path + "/line.key")
  }

  /// The region's id: random, made by the hub on its first start.
  package static func region(at path: String) throws(ConfigurationError) -> RegionID {
    let file = path + "/region.id"
    guard let data = FileManager.default.contents(atPath: file) else {
      throw .unreadable(path: file)
    }
    let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    guard let region = RegionID(text) else {
      throw .invalid(path: file, what: "not 32 hexadecimal digits: restore it from a backup")
    }
    return region
  }

  /// The region's id on the hub, which makes it on the first start.
  func ownRegion() throws(ConfigurationError) -> RegionID {
    if access(file("region.id"), F_OK) == 0 { return try DataDirectory.region(at: path) }
    var random = SystemRandom()
    let region = RegionID(using: &random)
    try SecretFile.write(Array(region.description.utf8) + [0x0a], to: file("region.id"))
    return region
  }

  /// The configuration of a directory, without holding it.
  package static func configuration(at path: String) throws(ConfigurationError) -> Configuration {
    try Configuration.read(path: path + "/node.json")
  }

  /// The file of one part.
  func file(_ name: String) -> String { path + "/" + name }

  private static func acquire(_ path: String) throws(ConfigurationError) -> Int32 {
    let descriptor = open(path + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw .unwritable(path: path + "/lock", reason: String(cString: strerror(errno)))
    }
    // The kernel frees the lock with the process, also after kill -9.
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      Glibc.close(descriptor)
      throw .inUse(directory: path)
    }
    return descriptor
  }

  private static func settle(
    _ path: String, _ asked: Configuration?
  ) throws(ConfigurationError) -> Configuration {
    let file = path + "/node.json"
    guard access(file, F_OK) == 0 else {
      guard let asked else { throw .unreadable(path: file) }
      try SecretFile.write(asked.text(), to: file)
      return asked
    }
    let held = try Configuration.read(path: file)
    guard let asked else { return held }
    guard held.role == asked.role, held.site == asked.site else {
      throw .otherNode(
        directory: path, holds: "\(held.role.rawValue) \(held.site)",
        asked: "\(asked.role.rawValue) \(asked.site)")
    }
    let merged = asked.keeping(held)
    if merged != held { try SecretFile.write(merged.text(), to: file) }
    return merged
  }

  private static func secret(_ file: String) throws(ConfigurationError) -> [UInt8] {
    if let data = FileManager.default.contents(atPath: file) {
      let text = String(decoding: data, as: UTF8.self).trimmingCharacters(
        in: .whitespacesAndNewlines)
      guard let key = Hex.bytes(text), key.count == lineKeyBytes else {
        throw .invalid(path: file, what: "not 64 hexadecimal digits: restore it from a backup")
      }
      return key
    }
    var random = SystemRandom()
    let key = (0..<lineKeyBytes).map { _ in UInt8.random(in: 0...255, using: &random) }
    try SecretFile.write(Array(Hex.string(key).utf8) + [0x0a], to: file)
    return key
  }
}

/// Files that only the node's user may read, replaced as a whole or not at all.
enum SecretFile {
  static func write(_ bytes: [UInt8], to path: String) throws(ConfigurationError) {
    let aside = path + ".new"
    let descriptor = open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    func failure() -> ConfigurationError {
      .unwritable(path: path, reason: String(cString: strerror(errno)))
    }
    guard descriptor >= 0 else { throw failure() }
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      guard count > 0 else {
        let error = failure()
        Glibc.close(descriptor)
        throw error
      }
      written += count
    }
    // If the process dies before the rename, the old file is still whole.
    let durable = fsync(descriptor) == 0
    Glibc.close(descriptor)
    guard durable, rename(aside, path) == 0 else { throw failure() }
  }
}
