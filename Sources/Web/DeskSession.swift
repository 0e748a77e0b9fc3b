// Who is at the desk, and that a form was sent from a page of ours: cookie, session, CSRF.
// OWASP ASVS 4.0.3 §3.4, §4.2.2.

import Desk
import Events
import Glibc
import HTTP

/// One signed-in request.
struct DeskVisit: Sendable {
  let user: DeskUser
  /// The session's secret.
  let secret: String

  /// What each form of this session carries. It proves that the page was made for the session and
  /// does not give the session's secret away.
  var formToken: String {
    HMAC.code(Array("vesthub form".utf8).span, key: Array(secret.utf8)).hex
  }
}

/// The cookie that holds a session's secret.
struct DeskCookie: Sendable {
  let isSecure: Bool

  /// Sent to the desk only, so that public pages stay without cookies in both directions. That
  /// rules out `__Host-`, which asks for the path `/`.
  var name: String { isSecure ? "__Secure-vesthub" : "vesthub" }

  func setting(_ secret: String) -> String { attributes("\(name)=\(secret)") }

  var expired: String { attributes("\(name)=; Max-Age=0") }

  private func attributes(_ pair: String) -> String {
    "\(pair); Path=/desk; HttpOnly; SameSite=Strict" + (isSecure ? "; Secure" : "")
  }

  /// The secrets that a request brings under this name; a browser may hold more than one.
  func secrets(_ request: Request) -> [String] {
    request.headers.values(for: "Cookie").flatMap { line in
      line.split(separator: ";").compactMap { pair in
        let pair = pair.drop { $0 == " " }
        guard pair.hasPrefix(name + "=") else { return nil }
        let secret = String(pair.dropFirst(name.count + 1))
        return secret.isEmpty ? nil : secret
      }
    }
  }
}

/// The checks before anything is shown or written.
struct DeskGate {
  let access: DeskAccess
  let now: () -> Timestamp

  var cookie: DeskCookie { DeskCookie(isSecure: access.isSecure) }

  /// The program whose token the request bears (RFC 6750 §2.1).
  func program(_ request: Request) -> DeskUser? {
    guard let value = request.headers["Authorization"], value.lowercased().hasPrefix("bearer ")
    else { return nil }
    let token = value.dropFirst("bearer ".count).drop { $0 == " " }
    return token.isEmpty ? nil : (try? access.store.user(ofToken: String(token))) ?? nil
  }

  /// The visit that the request's cookie proves. A store that cannot be read lets nobody in.
  func visit(_ request: Request) -> DeskVisit? {
    let now = now()
    for secret in cookie.secrets(request) {
      guard let found = try? access.store.session(secret, now: now) else { continue }
      if now.milliseconds - found.used.milliseconds >= DeskStore.touchMilliseconds {
        // Nobody waits for it: a session that is not touched ends earlier.
        access.door.run { keeper in try? keeper?.store.touch(secret, now: now) }
      }
      return DeskVisit(user: found.user, secret: secret)
    }
    return nil
  }

  /// The address of the browser, for the limits of sign-in. Of an IPv6 address the network alone:
  /// everybody has 2^64 of the rest.
  func peer(_ request: Request) -> String {
    var peer = request.peer
    if access.isBehindProxy, peer == "unix" || DeskHosts.loopback.contains(peer) {
      // The last one is what the program on this machine saw; those before it anybody can write.
      let told = request.headers.values(for: "X-Forwarded-For").last?.split(separator: ",").last
      if let told { peer = String(told).trimmed }
    }
    return DeskGate.network(of: peer)
  }

  static func network(of peer: String) -> String {
    var bytes = in6_addr()
    guard peer.contains(":"), inet_pton(AF_INET6, peer, &bytes) == 1 else {
      return String(peer.prefix(longestPeer))
    }
    return withUnsafeBytes(of: &bytes) { Hex.string(Array($0.prefix(8))) }
  }

  /// An IPv4 address in text has 15 characters; the rest is what somebody made up.
  private static let longestPeer = 45

  /// True if a page of this very site sent the request. A browser states one of the two fields with
  /// every POST; a request with neither is refused.
  static func isFromHere(_ request: Request) -> Bool {
    if let site = request.headers["Sec-Fetch-Site"] { return site == "same-origin" }
    guard let origin = request.headers["Origin"] else { return false }
    return origin == "https://\(request.authority)" || origin == "http://\(request.authority)"
  }

  /// True if the form was made for this session. The time does not tell how much was right.
  static func isGenuine(_ token: String?, for visit: DeskVisit) -> Bool {
    let told = Array((token ?? "").utf8)
    let right = Array(visit.formToken.utf8)
    guard told.count == right.count else { return false }
    return zip(told, right).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }
}

/// The pairs of a posted form.
struct PostedForm: Sendable {
  /// Values by name, each in the order of the page.
  var values: [String: [String]] = [:]
  /// The chosen file of each input that takes files; inputs without a choice are left out.
  var files: [String: UploadedFile] = [:]

  /// A file as a browser sends it.
  struct UploadedFile: Sendable {
    /// What it is called on the editor's disk.
    let name: String
    let content: ArraySlice<UInt8>
  }

  /// Inputs that were posted before.
  init(_ values: [String: [String]] = [:]) { self.values = values }

  /// Nil for a body that is no form.
  init?(_ request: Request) {
    let type = request.headers["Content-Type"] ?? ""
    if Multipart.isForm(type) {
      guard let parts = try? Multipart.decode(request.body, contentType: type) else { return nil }
      for part in parts {
        guard let name = part.fileName else {
          guard let text = String(validating: part.content, as: UTF8.self) else { return nil }
          values[part.name, default: []].append(PostedForm.normal(text))
          continue
        }
        if !name.isEmpty || !part.content.isEmpty {
          files[part.name] = UploadedFile(name: name, content: part.content)
        }
      }
      return
    }
    guard let items = try? Form.decode(request.body) else { return nil }
    for item in items { values[item.name, default: []].append(PostedForm.normal(item.value)) }
  }

  /// Browsers send CR LF for each line break of a text area (WHATWG HTML §4.10.22.7).
  static func normal(_ text: String) -> String {
    text.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
  }

  /// The first value of a name.
  subscript(name: String) -> String? { values[name]?.first }

  /// The first value without space around it; nil where nothing is left.
  func text(_ name: String) -> String? {
    guard let value = values[name]?.first else { return nil }
    let trimmed = value.trimmed
    return trimmed.isEmpty ? nil : trimmed
  }
}

extension String {
  /// Without white space at both ends.
  var trimmed: String {
    var text = self[...]
    while let first = text.first, first.isWhitespace { text.removeFirst() }
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text)
  }
}
