// What the suites of HTTP share: a parser fed in pieces, a client over real sockets, a short-lived
// server.

import CLinux
import Foundation
import Glibc
import Testing

@testable import HTTP

/// What the parser made of some bytes.
struct Parsed: Equatable {
  var requests: [String] = []
  var refusal: Refusal?
  var hasEnded = false
}

/// Feeds bytes in pieces of the sizes given (the last size repeats), as a connection would.
func parse(_ wire: [UInt8], pieces: [Int] = [Int.max], limits: Limits = Limits()) -> Parsed {
  var parser = RequestParser(limits: limits)
  var parsed = Parsed()
  var inbox: [UInt8] = []
  var rest = wire[...]
  var sizes = pieces[...]
  while !rest.isEmpty {
    let size = min(sizes.count > 1 ? sizes.removeFirst() : sizes[sizes.startIndex], rest.count)
    inbox.append(contentsOf: rest.prefix(size))
    rest = rest.dropFirst(size)
    var position = 0
    let bytes = inbox
    stepping: while true {
      switch parser.step(bytes.span, &position) {
      case .needsMore: break stepping
      case .head: break
      case .complete:
        let fields = parser.head.headers.all.map { "\($0.name)=\($0.value)" }
        let body = String(decoding: parser.takeBody(), as: UTF8.self)
        parsed.requests.append(
          "\(parser.head.method) \(parser.head.target) \(fields) \(body)")
      case .failed(let refusal):
        parsed.refusal = refusal
        return parsed
      case .ended:
        parsed.hasEnded = true
        return parsed
      }
    }
    inbox.removeFirst(position)
  }
  return parsed
}

func parse(_ wire: String, limits: Limits = Limits()) -> Parsed {
  parse(Array(wire.utf8), limits: limits)
}

/// A blocking client of one connection on loopback; every wait ends after ten seconds.
final class Client {
  let descriptor: Int32
  private var buffer: [UInt8] = []

  /// - Parameter receiveBytes: the size of the kernel's buffer, for clients that fall behind.
  init(_ port: Int, receiveBytes: Int32? = nil) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    if var size = receiveBytes { setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, 4) }
    var patience = timeval(tv_sec: 10, tv_usec: 0)
    let length = socklen_t(MemoryLayout<timeval>.size)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, length)
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, length)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port)).bigEndian
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
    let result = withUnsafePointer(to: &address) { pointer in
      // Every address begins with the family, as `sockaddr` does: the C interface asks for it.
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    try #require(result == 0)
  }

  deinit { hangUp() }

  private var isOpen = true

  func hangUp() {
    if isOpen { close(descriptor) }
    isOpen = false
  }

  /// Ends our side only.
  func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

  func write(_ text: String) { write(Array(text.utf8)) }

  func write(_ bytes: [UInt8]) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count <= 0 { return }
      sent += count
    }
  }

  /// Reads some bytes; false at the end, after a reset or ten seconds.
  private func more() -> Bool {
    var piece = [UInt8](repeating: 0, count: 65_536)
    let count = Glibc.read(descriptor, &piece, piece.count)
    if count > 0 { buffer.append(contentsOf: piece[..<count]) }
    return count > 0
  }

  /// Reads to the end of the connection.
  func readToEnd() -> String {
    while more() {}
    defer { buffer = [] }
    return String(decoding: buffer, as: UTF8.self)
  }

  /// Reads at least so many bytes and gives all that came.
  func read(atLeast count: Int) -> [UInt8] {
    while buffer.count < count, more() {}
    defer { buffer = [] }
    return buffer
  }

  /// Reads until the text has come.
  func read(until text: String) -> String {
    let wanted = Array(text.utf8)
    while true {
      if let range = buffer.firstRange(of: wanted) {
        defer { buffer.removeFirst(range.upperBound) }
        return String(decoding: buffer[..<range.upperBound], as: UTF8.self)
      }
      if !more() { return String(decoding: buffer, as: UTF8.self) }
    }
  }

  /// Reads one response with Content-Length or without a body.
  func response(hasBody: Bool = true) -> Received {
    let lines = read(until: "\r\n\r\n").split(separator: "\r\n").map(String.init)
    var received = Received()
    received.status =
      lines.first.flatMap { Int($0.split(separator: " ").dropFirst().first ?? "") } ?? 0
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      received.fields[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
    }
    let length = received.fields["content-length"].flatMap(Int.init) ?? 0
    if hasBody, length > 0 {
      while buffer.count < length, more() {}
      received.body = String(decoding: buffer.prefix(length), as: UTF8.self)
      buffer.removeFirst(min(length, buffer.count))
    }
    return received
  }

  /// Asks for a target and reads the response.
  func get(_ target: String, _ fields: String = "") -> Received {
    write("GET \(target) HTTP/1.1\r\nHost: a\r\n\(fields)\r\n")
    return response()
  }
}

/// One response as the client saw it.
struct Received {
  var status = 0
  var fields: [String: String] = [:]
  var body = ""
}

/// Runs a server around a body and drains it.
func withServer(
  loops: Int = 1, limits: Limits = Limits(),
  _ makeHandler: @escaping @Sendable (Int) throws -> Handler, _ body: (Server) throws -> Void
) throws {
  let server = try Server(
    configuration: ServerConfiguration(loops: loops, limits: limits), makeHandler: makeHandler)
  server.start()
  defer { server.drain(deadlineSeconds: 0) }
  try body(server)
}

/// Waits for a condition, at most ten seconds.
func eventually(_ condition: () -> Bool) -> Bool {
  let end = Date().addingTimeInterval(10)
  while Date() < end {
    if condition() { return true }
    usleep(1_000)
  }
  return false
}
