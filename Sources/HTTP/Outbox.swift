// What waits for a client: bytes and parts of files, in order.
//
// Invariants:
// - `byteCount` is the sum of the unsent bytes in memory; parts of files do not count.
// - No segment is empty.

import CLinux
import Glibc

/// The queue of unsent bytes of one connection.
struct Outbox {
  private enum Segment {
    case bytes([UInt8], sent: Int)
    case file(FileSlice, sent: Int)
  }

  /// What came of an attempt to send.
  enum Progress {
    /// All is sent, or the kernel takes no more now; so many bytes went.
    case sent(Int)
    /// The client is gone or the file shorter than promised.
    case broken
  }

  private var segments: [Segment] = []
  private var first = 0
  /// Unsent bytes in memory.
  private(set) var byteCount = 0

  /// Below this a piece joins the one before it: one call of the system for many small ones.
  private static let joinedBytes = 16_384
  /// What one connection may send from files before the others have their turn.
  private static let turnBytes = 1_048_576

  var isEmpty: Bool { first == segments.count }

  /// Adds bytes at the end.
  mutating func append(_ bytes: [UInt8]) {
    guard !bytes.isEmpty else { return }
    byteCount += bytes.count
    if bytes.count < Outbox.joinedBytes, case .bytes(var last, let sent)? = segments.last,
      !isEmpty, last.count < Outbox.joinedBytes
    {
      // Taken out first, so that it grows in place.
      segments.removeLast()
      last.append(contentsOf: bytes)
      segments.append(.bytes(last, sent: sent))
    } else {
      segments.append(.bytes(bytes, sent: 0))
    }
  }

  /// Adds a part of a file at the end.
  mutating func append(_ slice: FileSlice) {
    if slice.count > 0 { segments.append(.file(slice, sent: 0)) }
  }

  /// Sends until the kernel takes no more.
  mutating func flush(to descriptor: Int32) -> Progress {
    var total = 0
    while !isEmpty, total < Outbox.turnBytes {
      let count: Int
      let hasMore = first + 1 < segments.count
      switch segments[first] {
      case .bytes(let bytes, let sent):
        count = sendBytes(descriptor, bytes, from: sent, hasMore: hasMore)
        if count > 0 { byteCount -= count }
      case .file(let slice, let sent):
        var offset = off_t(slice.offset + sent)
        let wanted = min(slice.count - sent, Outbox.turnBytes)
        count = sendfile(descriptor, slice.descriptor, &offset, wanted)
        // The file has become shorter: the length that was promised cannot be kept.
        if count == 0 { return .broken }
      }
      if count < 0 {
        if errno == EINTR { continue }
        return errno == EAGAIN ? .sent(total) : .broken
      }
      total += count
      advance(count)
    }
    return .sent(total)
  }

  private mutating func advance(_ count: Int) {
    switch segments[first] {
    case .bytes(let bytes, let sent):
      if sent + count < bytes.count {
        segments[first] = .bytes(bytes, sent: sent + count)
        return
      }
    case .file(let slice, let sent):
      if sent + count < slice.count {
        segments[first] = .file(slice, sent: sent + count)
        return
      }
    }
    // The place is emptied at once, the array when its end is reached or much of it is past.
    segments[first] = .bytes([], sent: 0)
    first += 1
    if first == segments.count {
      segments.removeAll()
      first = 0
    } else if first >= Outbox.mostSentSegments {
      segments.removeFirst(first)
      first = 0
    }
  }

  /// Segments already sent that may stand in the array before it is moved up.
  private static let mostSentSegments = 64
}

/// Sends bytes from an index on without blocking; -1 and `errno` where that fails.
func sendBytes(_ descriptor: Int32, _ bytes: [UInt8], from start: Int, hasMore: Bool) -> Int {
  precondition(start < bytes.count, "there is something to send")
  let flags = Int32(MSG_NOSIGNAL) | (hasMore ? Int32(MSG_MORE) : 0)
  return bytes.withUnsafeBytes { buffer in
    // The array is not empty, so it has an address; the length ends at its end.
    send(descriptor, buffer.baseAddress! + start, buffer.count - start, flags)
  }
}
