// A part of an open file as the content of a response.

import Glibc

/// A part of an open regular file; the descriptor closes with its last user.
package struct FileSlice: Sendable {
  /// Owns a descriptor.
  private final class OpenFile: Sendable {
    let descriptor: Int32
    init(_ descriptor: Int32) { self.descriptor = descriptor }
    deinit { close(descriptor) }
  }

  /// Why a file cannot be served.
  package enum FileError: Error, Sendable, Equatable {
    /// The path cannot be opened; the error number says why.
    case cannotOpen(path: String, code: Int32)
    /// The path is a folder or a device.
    case notAFile(path: String)
  }

  private let file: OpenFile
  let offset: Int
  /// The length in bytes when it was opened.
  package let count: Int
  /// When the file was last changed, in seconds since 1970.
  package let modifiedSeconds: Int

  /// Opens a file as it is now.
  package init(path: String) throws(FileError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .cannotOpen(path: path, code: errno) }
    file = OpenFile(descriptor)
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw .notAFile(path: path)
    }
    offset = 0
    count = Int(status.st_size)
    modifiedSeconds = status.st_mtim.tv_sec
  }

  private init(_ slice: FileSlice, _ range: Range<Int>) {
    file = slice.file
    offset = slice.offset + range.lowerBound
    count = range.count
    modifiedSeconds = slice.modifiedSeconds
  }

  var descriptor: Int32 { file.descriptor }

  /// A part of this part.
  package func part(_ range: Range<Int>) -> FileSlice {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "a part lies inside")
    return FileSlice(self, range)
  }
}
