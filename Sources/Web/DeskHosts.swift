// Under which names the desk answers. A page elsewhere can let its own name lead to this machine
// (DNS rebinding); a browser then takes the desk for a part of that page. Only the names that the
// node knows get through (OWASP ASVS 4.0.3 §14.5.3). Protocols/http-api.md §4.

import HTTP

/// The names under which browsers may reach the desk, and programs write through the API.
package struct DeskHosts: Sendable, Equatable {
  /// Names and addresses of this machine itself.
  package static let loopback: Set<String> = ["localhost", "127.0.0.1", "::1"]
  /// Addresses that mean all networks of a machine: no browser goes there.
  private static let anywhere: Set<String> = ["0.0.0.0", "::"]

  private let names: Set<String>

  /// Loopback and these.
  ///
  /// - Parameters:
  ///   - listen: the address on which the node listens.
  ///   - publicAddress: the address that links bear; nil for none.
  ///   - others: names without port, as `node.json` lists them.
  package init(listen: String, publicAddress: String?, others: [String]) {
    var names = DeskHosts.loopback
    if !DeskHosts.anywhere.contains(listen) { names.insert(listen.lowercased()) }
    if let address = publicAddress, let start = address.firstRange(of: "://") {
      names.insert(DeskHosts.name(address[start.upperBound...].prefix { !"/?#".contains($0) }))
    }
    for name in others { names.insert(name.lowercased()) }
    self.names = names
  }

  /// The name of an authority, without its port and the brackets of an IPv6 address.
  private static func name(_ authority: some StringProtocol) -> String {
    var name = authority.lowercased()
    if let colon = name.lastIndex(of: ":"), !name.hasSuffix("]"), !name[colon...].contains("]") {
      name = String(name[..<colon])
    }
    // A name with its root's dot is the same name (RFC 1034 §3.1).
    if name.hasSuffix(".") { name.removeLast() }
    return name.hasPrefix("[") ? String(name.dropFirst().dropLast()) : name
  }

  /// True if this node answers as the host of a request.
  func allow(_ authority: String) -> Bool { names.contains(DeskHosts.name(authority)) }

  /// The answer to a request for the desk, or one that writes, under a name that is not known here.
  func refusal(of request: Request) -> Response? {
    let isDesk = request.path == "/desk" || request.path.hasPrefix("/desk/")
    let isWrite =
      request.path.hasPrefix("/api/") && !["GET", "HEAD", "OPTIONS"].contains(request.method)
    guard isDesk || isWrite, !allow(request.authority) else { return nil }
    if isWrite { return Problem.misdirected.response }
    return Response.text(
      """
      Die Redaktion antwortet nicht unter dem Namen "\(request.authority)".

      Wenn das Ihr Knoten ist: Tragen Sie den Namen in node.json unter "hosts" ein, als
      "hosts": ["\(DeskHosts.name(request.authority))"], oder nennen Sie beim Start mit --public
      die öffentliche Adresse, und starten Sie den Knoten neu.

      """, status: 421
    ).with("Cache-Control", "no-store")
  }
}
