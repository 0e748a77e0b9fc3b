// Where files are kept: `<data>/media/ab/<sha256>`, each under the hash of its bytes.
// Protocols/media.md §3.
//
// Invariants
// - What stands under a hash is whole, clean, durable, and never changes.
// - `part/<sha256>.<peer>` holds the first bytes of a file as that peer sent them, nothing else:
//   who sends rubbish spoils no one else's transfer.

package import Events
import Glibc
import Synchronization

/// The files of one node. May be used from any thread; writes wait for the disk.
package final class MediaStore: Sendable {
  /// The folder.
  package let directory: String
  private let names = Atomic<UInt64>(0)
  /// Facts never change, so they are kept: looking a file through takes milliseconds.
  private let known = Mutex<[Digest: MediaFacts]>([:])

  /// Facts that are kept, some 100 bytes each.
  private static let knownFacts = 1_024

  /// Opens the folder below a node's data directory, and makes it on the first start.
  package init(directory data: String) throws(MediaError) {
    directory = data + "/media"
    for folder in [directory, directory + "/new", directory + "/part"] {
      try MediaStore.make(folder)
    }
    // What a process that died had begun to write.
    for name in MediaStore.names(in: directory + "/new") { unlink(directory + "/new/" + name) }
  }

  // MARK: - Reading

  /// The path of a file, if it is held.
  package func path(_ hash: Digest) -> String? {
    let path = place(hash)
    return access(path, R_OK) == 0 ? path : nil
  }

  /// The length of a file; nil if it is not held.
  package func bytes(_ hash: Digest) -> Int? { MediaStore.length(place(hash)) }

  /// True if a file is held whole.
  package func holds(_ hash: Digest) -> Bool { path(hash) != nil }

  /// What is known of a file; nil if it is not held. Reads the whole file once: not in a loop.
  package func facts(_ hash: Digest) -> MediaFacts? {
    if let facts = known.withLock({ $0[hash] }) { return facts }
    guard let path = path(hash),
      let bytes = try? MediaStore.read(path, most: MediaLimits.fileBytes),
      let media = try? CleanMedia(bytes), media.facts.hash == hash
    else { return nil }
    remember(media.facts)
    return media.facts
  }

  /// The type of a file by its first bytes; nil if it is not held.
  package func type(_ hash: Digest) -> MediaType? {
    guard let path = path(hash) else { return nil }
    return (try? MediaStore.read(path, most: MediaType.beginningBytes)).flatMap {
      MediaType(beginning: $0)
    }
  }

  // MARK: - Taking in

  /// Keeps a file: durable when this returns.
  package func keep(_ media: CleanMedia) throws(MediaError) {
    let hash = media.facts.hash
    if !holds(hash) {
      let number = names.add(1, ordering: .relaxed).newValue
      let aside = "\(directory)/new/\(hash.hex).\(number)"
      do throws(MediaError) {
        try MediaStore.write(media.bytes, to: aside, at: 0, replaces: true)
        // If the process dies here, the next start removes what stands aside.
        try move(aside, to: hash)
      } catch {
        unlink(aside)
        throw error
      }
    }
    remember(media.facts)
  }

  /// Puts a durable file under its hash. If the process dies before the folder is durable, the
  /// file may be missing, and nobody was told that it is there.
  private func move(_ aside: String, to hash: Digest) throws(MediaError) {
    let folder = "\(directory)/\(hash.hex.prefix(2))"
    if access(folder, F_OK) != 0 {
      try MediaStore.make(folder)
      try MediaStore.settle(directory)
    }
    guard rename(aside, place(hash)) == 0 else { throw MediaStore.failure("rename") }
    try MediaStore.settle(folder)
  }

  private func remember(_ facts: MediaFacts) {
    known.withLock { known in
      if known.count >= MediaStore.knownFacts { known.removeAll(keepingCapacity: true) }
      known[facts.hash] = facts
    }
  }

  // MARK: - Transfer

  /// How many bytes of an unfinished file of a peer are held.
  package func partBytes(_ hash: Digest, from peer: SiteID) -> Int {
    MediaStore.length(part(hash, peer)) ?? 0
  }

  /// Adds bytes to an unfinished file; one caller at a time.
  ///
  /// - Throws: `.otherOffset` where they do not begin at the end of what is held, `.tooLarge`.
  package func append(
    _ bytes: [UInt8], at offset: Int, to hash: Digest, from peer: SiteID
  ) throws(MediaError) {
    let path = part(hash, peer)
    let held = partBytes(hash, from: peer)
    guard offset == held else { throw .otherOffset(held: held) }
    guard held + bytes.count <= MediaLimits.fileBytes else {
      unlink(path)
      throw .tooLarge(bytes: held + bytes.count, limit: MediaLimits.fileBytes)
    }
    if held == 0 { forgetOldest() }
    try MediaStore.write(bytes, to: path, at: held, replaces: false)
  }

  /// Checks an unfinished file, of which all bytes are there, and keeps it.
  ///
  /// - Throws: `.otherContent` or what intake says of it; then what was transferred is gone.
  package func finish(_ hash: Digest, from peer: SiteID) throws(MediaError) {
    let path = part(hash, peer)
    let bytes = try MediaStore.read(path, most: MediaLimits.fileBytes + 1)
    do throws(MediaError) {
      guard SHA256.hash(bytes) == hash else { throw .otherContent }
      let media = try CleanMedia(bytes)
      guard media.facts.hash == hash else { throw .notClean }
      try move(path, to: hash)
      remember(media.facts)
    } catch {
      switch error {
      case .storage, .full: break
      default: unlink(path)
      }
      throw error
    }
  }

  /// Makes room for one more unfinished file.
  private func forgetOldest() {
    let folder = directory + "/part/"
    let names = MediaStore.names(in: folder)
    guard names.count >= MediaLimits.unfinished else { return }
    let ages = names.map { name -> (seconds: Int, name: String) in
      var status = stat()
      return (stat(folder + name, &status) == 0 ? status.st_mtim.tv_sec : 0, name)
    }
    for age in ages.sorted(by: { $0.seconds < $1.seconds }).prefix(
      names.count - MediaLimits.unfinished + 1)
    {
      unlink(folder + age.name)
    }
  }

  // MARK: - Files

  private func place(_ hash: Digest) -> String {
    let hex = hash.hex
    return "\(directory)/\(hex.prefix(2))/\(hex)"
  }

  private func part(_ hash: Digest, _ peer: SiteID) -> String {
    "\(directory)/part/\(hash.hex).\(peer)"
  }

  private static func length(_ path: String) -> Int? {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : nil
  }

  private static func failure(_ call: String) -> MediaError {
    errno == ENOSPC || errno == EDQUOT ? .full : .storage(call: call, code: errno)
  }

  private static func make(_ folder: String) throws(MediaError) {
    guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw failure("mkdir") }
  }

  /// Makes the names in a folder durable.
  private static func settle(_ folder: String) throws(MediaError) {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("open") }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw failure("fsync") }
  }

  private static func write(
    _ bytes: [UInt8], to path: String, at offset: Int, replaces: Bool
  ) throws(MediaError) {
    let flags = O_WRONLY | O_CREAT | O_CLOEXEC | (replaces ? O_TRUNC : 0)
    let descriptor = open(path, flags, 0o600)
    guard descriptor >= 0 else { throw failure("open") }
    defer { close(descriptor) }
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes {
        pwrite(descriptor, $0.baseAddress, $0.count, off_t(offset + written))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure("write") }
      written += count
    }
    guard fsync(descriptor) == 0 else { throw failure("fsync") }
  }

  /// A file, or its beginning.
  private static func read(_ path: String, most: Int) throws(MediaError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("open") }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure("stat") }
    var bytes = [UInt8](repeating: 0, count: min(most, Int(status.st_size)))
    var count = 0
    while count < bytes.count {
      let got = bytes[count...].withUnsafeMutableBytes {
        Glibc.read(descriptor, $0.baseAddress, $0.count)
      }
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else { throw failure("read") }
      if got == 0 { break }
      count += got
    }
    bytes.removeLast(bytes.count - count)
    return bytes
  }

  private static func names(in folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }
}
