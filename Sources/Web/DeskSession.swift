// Who is at the desk, and that a form was sent from a page of ours: cookie, session, CSRF.
// OWASP ASVS 4.0.3 §3.4, §4.2.2.

import Desk
import Events
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

/// The cookie of the desk and the checks before anything is written.
struct DeskGate: Sendable {
  let access: DeskAccess

  /// Sent to the desk only, so that public pages stay without cookies in both directions.
  var cookieName: String { access.isSecure ? "__Secure-vesthub" : "vesthub" }

  func cookie(_ secret: String) -> String {
    attributes("\(cookieName)=\(secret)")
  }

  var expiredCookie: String { attributes("\(cookieName)=; Max-Age=0") }

  private func attributes(_ pair: String) -> String {
    "\(pair); Path=/desk; HttpOnly; SameSite=Strict" + (access.isSecure ? "; Secure" : "")
  }

  /// The visit that the request's cookie proves.
  func visit(_ request: Request) -> DeskVisit? {
    for line in request.headers.values(for: "Cookie") {
      for pair in line.split(separator: ";") {
        let pair = pair.drop { $0 == " " }
        guard pair.hasPrefix(cookieName + "=") else { continue }
        let secret = String(pair.dropFirst(cookieName.count + 1))
        if !secret.isEmpty, let user = access.session(secret) {
          return DeskVisit(user: user, secret: secret)
        }
      }
    }
    return nil
  }

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

  /// Inputs that were posted before.
  init(_ values: [String: [String]] = [:]) { self.values = values }

  /// Nil for a body that is no form.
  init?(_ request: Request) {
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
