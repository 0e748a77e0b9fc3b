// The generations of the views in a data folder: which one serves, and how another takes its
// place. Protocols/views.md §5.
//
// Invariants
// - `views.current` names a complete generation, or there is none. It is only ever replaced by a
//   rename, so a reader finds the old name or the new one.
// - At most one generation besides the current one is kept, to go back to.

import Glibc
import Views

/// The files `views-<n>.sqlite` and `views.current` of a node.
package struct Generations: Sendable {
  /// The data folder.
  package let directory: String

  /// Those of a data folder.
  package init(directory: String) { self.directory = directory }

  /// The file of a generation.
  package func path(of generation: UInt64) -> String { "\(directory)/views-\(generation).sqlite" }

  private var currentPath: String { "\(directory)/views.current" }

  /// The generation that serves; nil before the first.
  package func current() -> UInt64? {
    guard let descriptor = fopen(currentPath, "r") else { return nil }
    defer { fclose(descriptor) }
    var line = [CChar](repeating: 0, count: 24)
    guard fgets(&line, Int32(line.count), descriptor) != nil else { return nil }
    let digits = line.prefix { (0x30...0x39).contains($0) }.map { UInt8($0) }
    return UInt64(String(decoding: digits, as: UTF8.self))
  }

  /// All generations of which there is a file, ascending.
  package func all() -> [UInt64] {
    guard let folder = opendir(directory) else { return [] }
    defer { closedir(folder) }
    var found: [UInt64] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard name.hasPrefix("views-"), name.hasSuffix(".sqlite") else { continue }
      if let number = UInt64(name.dropFirst(6).dropLast(7)) { found.append(number) }
    }
    return found.sorted()
  }

  /// A number that no generation had, complete or not.
  package func next() -> UInt64 { max(all().last ?? 0, current() ?? 0) + 1 }

  /// Makes a complete generation the one that serves. If the process dies here, the old one or the
  /// new one serves.
  package func swap(to generation: UInt64) throws(ReplayError) {
    let temporary = currentPath + ".new"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure(temporary) }
    let text = Array("\(generation)\n".utf8)
    let isWritten =
      text.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) } == text.count
      && fsync(descriptor) == 0
    close(descriptor)
    guard isWritten, rename(temporary, currentPath) == 0 else { throw failure(temporary) }
    let folder = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    defer { if folder >= 0 { close(folder) } }
    guard folder >= 0, fsync(folder) == 0 else { throw failure(directory) }
  }

  /// Removes torn and old generations: all but the current one and the one before it. Readers that
  /// have a removed file open may go on reading it.
  package func sweep() {
    guard let current = current() else { return }
    let older = all().filter { $0 < current }
    for generation in all() where generation != current && generation != older.last {
      remove(generation)
    }
  }

  /// Removes one generation's files.
  package func remove(_ generation: UInt64) {
    for suffix in ["", "-wal", "-shm", ".words"] { unlink(path(of: generation) + suffix) }
  }

  private func failure(_ path: String) -> ReplayError {
    .file(path: path, reason: String(cString: strerror(errno)))
  }
}
