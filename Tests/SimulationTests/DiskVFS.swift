// SQLite's way to a simulated disk: a VFS over the system's, for files in the folder of a `Disk`.
// Every other file of the process passes through as if it were not there.

import CSQLite
import Glibc
import Synchronization

/// The VFS, made the default one of the process once; and the disks by their folders.
enum DiskVFS {
  private static let disks = Mutex<[String: Disk]>([:])

  /// The system's VFS. A pointer is not `Sendable`; this one is written once and lives for ever.
  nonisolated(unsafe) fileprivate static let system: UnsafeMutablePointer<sqlite3_vfs> = {
    guard let found = sqlite3_vfs_find(nil) else { preconditionFailure("SQLite has a VFS") }
    return found
  }()

  /// Bytes before the system's own file: the methods, and the reference to a `DiskFile`.
  fileprivate static let headerBytes = 16

  private static let isInstalled: Bool = {
    let shim = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
    shim.initialize(to: system.pointee)
    shim.pointee.pNext = nil
    shim.pointee.zName = UnsafePointer(strdup("simulated disk"))
    shim.pointee.szOsFile += Int32(headerBytes)
    shim.pointee.xOpen = { _, name, file, flags, outFlags in
      DiskVFS.open(name, file, flags, outFlags)
    }
    shim.pointee.xDelete = { _, name, syncsFolder in
      guard let name, let disk = DiskVFS.disk(of: String(cString: name)) else {
        return DiskVFS.system.pointee.xDelete(DiskVFS.system, name, syncsFolder)
      }
      return disk.delete(DiskVFS.lastPart(of: String(cString: name)))
    }
    // Waiting for a lock costs no real time.
    shim.pointee.xSleep = { _, microseconds in microseconds }
    return sqlite3_vfs_register(shim, 1) == SQLITE_OK
  }()

  /// From now on files in the disk's folder are the disk's.
  static func attach(_ disk: Disk) {
    precondition(isInstalled, "SQLite takes a VFS")
    disks.withLock { $0[disk.directory] = disk }
  }

  static func detach(_ disk: Disk) {
    disks.withLock { $0[disk.directory] = nil }
  }

  fileprivate static func disk(of path: String) -> Disk? {
    guard let slash = path.lastIndex(of: "/") else { return nil }
    return disks.withLock { $0[String(path[..<slash])] }
  }

  fileprivate static func lastPart(of path: String) -> String {
    String(path[path.index(after: path.lastIndex(of: "/") ?? path.startIndex)...])
  }

  private static func open(
    _ name: UnsafePointer<CChar>?, _ file: UnsafeMutablePointer<sqlite3_file>?, _ flags: Int32,
    _ outFlags: UnsafeMutablePointer<Int32>?
  ) -> Int32 {
    guard let file else { return SQLITE_CANTOPEN }
    guard let name, let disk = disk(of: String(cString: name)) else {
      return system.pointee.xOpen(system, name, file, flags, outFlags)
    }
    file.pointee.pMethods = nil
    guard !disk.isDead else { return SQLITE_CANTOPEN }
    let inner = inner(of: file)
    inner.pointee.pMethods = nil
    let code = system.pointee.xOpen(system, name, inner, flags, outFlags)
    guard code == SQLITE_OK else { return code }
    let path = String(cString: name)
    let opened = DiskFile(disk: disk, name: lastPart(of: path), inner: inner)
    disk.noteOpened(opened.name, path: path)
    UnsafeMutableRawPointer(file).storeBytes(
      of: UInt(bitPattern: Unmanaged.passRetained(opened).toOpaque()), toByteOffset: 8,
      as: UInt.self)
    file.pointee.pMethods = UnsafePointer(methods)
    return SQLITE_OK
  }

  fileprivate static func inner(
    of file: UnsafeMutablePointer<sqlite3_file>
  ) -> UnsafeMutablePointer<sqlite3_file> {
    (UnsafeMutableRawPointer(file) + headerBytes).assumingMemoryBound(to: sqlite3_file.self)
  }

  fileprivate static func opened(_ file: UnsafeMutablePointer<sqlite3_file>?) -> DiskFile {
    guard let file, let address = UnsafeRawPointer(bitPattern: bits(of: file)) else {
      preconditionFailure("SQLite hands back what was opened")
    }
    return Unmanaged<DiskFile>.fromOpaque(address).takeUnretainedValue()
  }

  private static func bits(of file: UnsafeMutablePointer<sqlite3_file>) -> UInt {
    UnsafeRawPointer(file).load(fromByteOffset: 8, as: UInt.self)
  }

  private static func close(_ file: UnsafeMutablePointer<sqlite3_file>?) -> Int32 {
    let opened = opened(file)
    opened.disk.noteClosed(opened.name)
    let code = opened.system.xClose(opened.inner)
    Unmanaged.passUnretained(opened).release()
    file?.pointee.pMethods = nil
    return code
  }

  /// Without `xFetch`: mapped memory would bypass the disk. Written once, never freed.
  nonisolated(unsafe) private static let methods: UnsafeMutablePointer<sqlite3_io_methods> = {
    let table = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
    table.initialize(to: sqlite3_io_methods())
    table.pointee.iVersion = 2
    table.pointee.xClose = { DiskVFS.close($0) }
    table.pointee.xRead = { file, buffer, count, offset in
      let file = DiskVFS.opened(file)
      return file.disk.read(file, buffer, count, offset)
    }
    table.pointee.xWrite = { file, buffer, count, offset in
      guard let buffer else { return SQLITE_IOERR }
      let file = DiskVFS.opened(file)
      return file.disk.write(
        file, UnsafeRawBufferPointer(start: buffer, count: Int(count)), at: Int(offset))
    }
    table.pointee.xTruncate = { file, size in
      let file = DiskVFS.opened(file)
      return file.disk.truncate(file, to: Int(size))
    }
    table.pointee.xSync = { file, _ in
      let file = DiskVFS.opened(file)
      return file.disk.sync(file)
    }
    table.pointee.xFileSize = { file, size in
      let file = DiskVFS.opened(file)
      return file.system.xFileSize(file.inner, size)
    }
    table.pointee.xLock = { file, level in
      let file = DiskVFS.opened(file)
      return file.disk.isDead ? SQLITE_IOERR : file.system.xLock(file.inner, level)
    }
    table.pointee.xUnlock = { file, level in
      let file = DiskVFS.opened(file)
      return file.system.xUnlock(file.inner, level)
    }
    table.pointee.xCheckReservedLock = { file, result in
      let file = DiskVFS.opened(file)
      return file.system.xCheckReservedLock(file.inner, result)
    }
    table.pointee.xFileControl = { file, operation, argument in
      let file = DiskVFS.opened(file)
      return file.system.xFileControl(file.inner, operation, argument)
    }
    table.pointee.xSectorSize = { _ in Int32(Disk.sectorBytes) }
    table.pointee.xDeviceCharacteristics = { file in
      let file = DiskVFS.opened(file)
      return file.system.xDeviceCharacteristics(file.inner)
    }
    addSharedMemory(to: table)
    return table
  }()

  /// The shared memory is the system's: it is no part of the disk and vanishes with a crash.
  private static func addSharedMemory(to table: UnsafeMutablePointer<sqlite3_io_methods>) {
    table.pointee.xShmMap = { file, page, size, extends, result in
      let file = DiskVFS.opened(file)
      return file.disk.isDead
        ? SQLITE_IOERR : file.system.xShmMap(file.inner, page, size, extends, result)
    }
    table.pointee.xShmLock = { file, offset, count, flags in
      let file = DiskVFS.opened(file)
      return file.system.xShmLock(file.inner, offset, count, flags)
    }
    table.pointee.xShmBarrier = { file in
      let file = DiskVFS.opened(file)
      file.system.xShmBarrier(file.inner)
    }
    table.pointee.xShmUnmap = { file, deletes in
      let file = DiskVFS.opened(file)
      return file.system.xShmUnmap(file.inner, deletes)
    }
  }
}

/// One open file of a disk.
final class DiskFile {
  let disk: Disk
  let name: String
  let inner: UnsafeMutablePointer<sqlite3_file>

  init(disk: Disk, name: String, inner: UnsafeMutablePointer<sqlite3_file>) {
    self.disk = disk
    self.name = name
    self.inner = inner
  }

  /// The system's functions for the file.
  var system: sqlite3_io_methods { inner.pointee.pMethods.pointee }

  var size: Int {
    var size: Int64 = 0
    let code = system.xFileSize(inner, &size)
    precondition(code == SQLITE_OK, "the size of an open file is known")
    return Int(size)
  }

  /// Bytes of the file, fewer at its end.
  func bytes(_ range: Range<Int>) -> [UInt8] {
    let count = min(range.upperBound, size) - range.lowerBound
    guard count > 0 else { return [] }
    var result = [UInt8](repeating: 0, count: count)
    let code = system.xRead(inner, &result, Int32(count), Int64(range.lowerBound))
    precondition(code == SQLITE_OK, "the memory under the simulated disk does not fail")
    return result
  }
}
