// What a handler gets: a checked request with its whole body (RFC 9110 §3, RFC 9112 §3).

/// One name and value of a query or a form.
package struct QueryItem: Sendable, Equatable {
  /// The decoded name.
  package var name: String
  /// The decoded value; empty where there was no `=`.
  package var value: String

  /// A pair as it was decoded.
  package init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}

/// A request whose framing, target and host were checked.
package struct Request: Sendable {
  /// The method as sent; methods are case-sensitive.
  package var method: String
  /// The target as sent, before any decoding.
  package var target: String
  /// The decoded path without dot segments. An encoded slash stays `%2F`, so that it does not
  /// part segments; it holds no control bytes. `*` for `OPTIONS *`.
  package var path: String
  /// The part of the target after `?`, not decoded; `nil` where there is no `?`.
  package var queryText: Substring?
  /// The host and port for which the request was meant: from the target, or else the Host field.
  package var authority: String
  /// The header fields.
  package var headers: Headers
  /// The whole body without its framing.
  package var body: [UInt8]
  /// The client's address in text, without its port; `unix` for a local socket.
  package var peer: String
  /// What the router's pattern took from the path.
  package var parameters: [QueryItem] = []

  /// A request made by hand: for tests and for calls without a socket.
  package init(
    method: String = "GET", target: String, headers: Headers = Headers(), body: [UInt8] = [],
    peer: String = "127.0.0.1"
  ) throws(Refusal) {
    let parts = try Target(target, method: method)
    self.init(
      method: method, target: target, parts: parts, authority: headers["Host"] ?? "localhost",
      headers: headers, peer: peer)
    self.body = body
  }

  init(
    method: String, target: String, parts: Target, authority: String, headers: Headers,
    peer: String
  ) {
    self.method = method
    self.target = target
    self.path = parts.path
    self.queryText = parts.query
    self.authority = parts.authority ?? authority
    self.headers = headers
    self.body = []
    self.peer = peer
  }

  /// The pairs of the query in their order, at most `Form.mostItems`; broken escapes stay as sent.
  package var query: [QueryItem] {
    queryText.map { Form.decodeLeniently($0.utf8) } ?? []
  }

  /// The first value of this name in the query, decoded; `nil` where there is none.
  package func query(_ name: String) -> String? {
    query.first { $0.name == name }?.value
  }

  /// The part of the path that the router's pattern names so (`:id`, `*rest`).
  package func parameter(_ name: String) -> String? {
    parameters.first { $0.name == name }?.value
  }
}
