// Listening sockets: socket(7), ip(7), ipv6(7), and the text of a client's address.

import CLinux
import Glibc
import Synchronization

/// A listening socket that closes with its last user.
final class Listener: Sendable {
  let descriptor: Int32
  let port: Int
  /// Whether several loops wait on this one socket.
  let isShared: Bool
  private let isShut = Atomic(false)

  /// Connections that may wait in the kernel until a loop accepts them; the kernel cuts it to
  /// `net.core.somaxconn`.
  private static let backlog: Int32 = 4_096

  private init(descriptor: Int32, port: Int, isShared: Bool) {
    self.descriptor = descriptor
    self.port = port
    self.isShared = isShared
  }

  deinit { shut() }

  /// Closes the socket now: who is not accepted yet is reset.
  func shut() {
    if !isShut.exchange(true, ordering: .acquiringAndReleasing) { close(descriptor) }
  }

  /// The listeners of a server: one per loop, or the inherited one for all.
  static func open(_ configuration: ServerConfiguration) throws(ServerError) -> [Listener] {
    if let inherited = configuration.inheritedDescriptor {
      guard fcntl(inherited, F_SETFL, fcntl(inherited, F_GETFL) | O_NONBLOCK) >= 0 else {
        throw .system(call: "fcntl", code: errno)
      }
      let port = try boundPort(inherited)
      return [Listener(descriptor: inherited, port: port, isShared: configuration.loops > 1)]
    }
    let host = configuration.host == "localhost" ? "127.0.0.1" : configuration.host
    // A trial without SO_REUSEPORT fails where another process listens; with it the two would
    // silently share the clients.
    if configuration.port != 0 {
      _ = try bind(host, configuration.port, reusesPort: false)
    }
    var listeners: [Listener] = []
    for _ in 0..<configuration.loops {
      let port = listeners.first?.port ?? configuration.port
      let listener = try bind(host, port, reusesPort: true)
      guard listen(listener.descriptor, backlog) == 0 else {
        throw .system(call: "listen", code: errno)
      }
      listeners.append(listener)
    }
    return listeners
  }

  private static func bind(
    _ host: String, _ port: Int, reusesPort: Bool
  ) throws(ServerError) -> Listener {
    var address = sockaddr_storage()
    let length = try fill(&address, host, port)
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = socket(Int32(address.ss_family), kind, 0)
    guard descriptor >= 0 else { throw .system(call: "socket", code: errno) }
    set(descriptor, SOL_SOCKET, SO_REUSEADDR)
    if reusesPort { set(descriptor, SOL_SOCKET, SO_REUSEPORT) }
    let result = withUnsafePointer(to: &address) { pointer in
      // Every address begins with the family, as `sockaddr` does: the C interface asks for it.
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.bind(descriptor, $0, length)
      }
    }
    guard result == 0 else {
      let code = errno
      close(descriptor)
      if code == EADDRINUSE { throw .addressInUse(host: host, port: port) }
      throw .system(call: "bind", code: code)
    }
    do {
      return Listener(descriptor: descriptor, port: try boundPort(descriptor), isShared: false)
    } catch {
      close(descriptor)
      throw error
    }
  }

  private static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32) {
    var one: Int32 = 1
    setsockopt(descriptor, level, option, &one, 4)
  }

  private static func fill(
    _ address: inout sockaddr_storage, _ host: String, _ port: Int
  ) throws(ServerError) -> socklen_t {
    guard (0...65_535).contains(port) else { throw .notAnAddress("\(host):\(port)") }
    let port = in_port_t(UInt16(port)).bigEndian
    var four = sockaddr_in()
    if inet_pton(AF_INET, host, &four.sin_addr) == 1 {
      four.sin_family = sa_family_t(AF_INET)
      four.sin_port = port
      withUnsafeMutableBytes(of: &address) { $0.storeBytes(of: four, as: sockaddr_in.self) }
      return socklen_t(MemoryLayout<sockaddr_in>.size)
    }
    var six = sockaddr_in6()
    guard inet_pton(AF_INET6, host, &six.sin6_addr) == 1 else { throw .notAnAddress(host) }
    six.sin6_family = sa_family_t(AF_INET6)
    six.sin6_port = port
    withUnsafeMutableBytes(of: &address) { $0.storeBytes(of: six, as: sockaddr_in6.self) }
    return socklen_t(MemoryLayout<sockaddr_in6>.size)
  }

  private static func boundPort(_ descriptor: Int32) throws(ServerError) -> Int {
    var address = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let result = withUnsafeMutablePointer(to: &address) { pointer in
      // As above: the C interface takes any address as `sockaddr`.
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getsockname(descriptor, $0, &length)
      }
    }
    guard result == 0 else { throw .system(call: "getsockname", code: errno) }
    switch Int32(address.ss_family) {
    case AF_INET, AF_INET6:
      // The port stands at the same place in both families.
      return withUnsafeBytes(of: &address) {
        Int(UInt16(bigEndian: $0.load(fromByteOffset: 2, as: UInt16.self)))
      }
    default: return 0
    }
  }

  /// Takes the next connection.
  ///
  /// - Returns: its descriptor (without blocking) and the client's address, or the error number.
  func accept() -> Result<(descriptor: Int32, peer: String), SystemCode> {
    var address = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let accepted = withUnsafeMutablePointer(to: &address) { pointer in
      // As above: the C interface takes any address as `sockaddr`.
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        accept4(descriptor, $0, &length, flags)
      }
    }
    guard accepted >= 0 else { return .failure(SystemCode(number: errno)) }
    Listener.set(accepted, Int32(IPPROTO_TCP), TCP_NODELAY)
    return .success((accepted, Listener.text(address)))
  }

  private static func text(_ address: sockaddr_storage) -> String {
    var address = address
    let family = Int32(address.ss_family)
    guard family == AF_INET || family == AF_INET6 else { return "unix" }
    let text = withUnsafeBytes(of: &address) { raw in
      [CChar](unsafeUninitializedCapacity: Int(INET6_ADDRSTRLEN)) { buffer, count in
        let offset = family == AF_INET ? 4 : 8
        // The address stands inside `raw`, and the buffer has room for the longest text.
        inet_ntop(
          family, raw.baseAddress! + offset, buffer.baseAddress!, socklen_t(INET6_ADDRSTRLEN))
        count = strlen(buffer.baseAddress!)
      }
    }
    let peer = String(decoding: text.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return peer.hasPrefix("::ffff:") ? String(peer.dropFirst(7)) : peer
  }
}

/// An error number of the system.
struct SystemCode: Error {
  let number: Int32
}
