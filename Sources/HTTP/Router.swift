// From method and path to the function that answers (RFC 9110 §9, §15.5.5, §15.5.6).

/// A table of routes. Words win over parameters, parameters over a rest.
package struct Router {
  private struct Route {
    let names: [String]
    let bodyLimit: Int?
    let respond: (Request) -> Answer
  }

  /// One place in the tree of path segments.
  private final class Node {
    var words: [Substring: Node] = [:]
    var parameter: Node?
    /// Routes that end here, by method, in the order in which they were added.
    var routes: [(method: String, route: Route)] = []
    /// Routes that take all that follows (`*rest`).
    var restRoutes: [(method: String, route: Route)] = []

    func step(_ segment: Substring) -> Node {
      if segment.first == ":" {
        let next = parameter ?? Node()
        parameter = next
        return next
      }
      let next = words[segment] ?? Node()
      words[segment] = next
      return next
    }
  }

  private let root = Node()

  /// Answers what no route matches; a plain 404 unless set.
  package var fallback: (Request) -> Answer = { _ in
    .now(.text("Nicht gefunden\n", status: 404))
  }

  /// A router without routes.
  package init() {}

  /// Adds a route.
  ///
  /// - Parameters:
  ///   - method: the method. A GET route also answers HEAD; OPTIONS answers itself.
  ///   - pattern: `/projekte/:id` takes one segment, a trailing `/*rest` all that follows (also
  ///     nothing). What they take stands in `Request.parameters`.
  ///   - bodyLimit: the largest body in bytes; `nil` for the server's limit.
  ///   - respond: answers; must not block.
  package func on(
    _ method: String, _ pattern: String, bodyLimit: Int? = nil,
    _ respond: @escaping (Request) -> Answer
  ) {
    precondition(pattern.first == "/", "a pattern begins with a slash: \(pattern)")
    var node = root
    var names: [String] = []
    var takesRest = false
    for segment in Router.segments(pattern) {
      precondition(!takesRest, "a rest is the last part of a pattern: \(pattern)")
      if segment.first == ":" { names.append(String(segment.dropFirst())) }
      if segment.first == "*" {
        names.append(String(segment.dropFirst()))
        takesRest = true
      } else {
        node = node.step(segment)
      }
    }
    let taken = takesRest ? node.restRoutes : node.routes
    precondition(!taken.contains { $0.method == method }, "two routes for \(method) \(pattern)")
    let route = Route(names: names, bodyLimit: bodyLimit, respond: respond)
    if takesRest {
      node.restRoutes.append((method, route))
    } else {
      node.routes.append((method, route))
    }
  }

  /// Adds a GET route, which also answers HEAD.
  package func get(_ pattern: String, _ respond: @escaping (Request) -> Answer) {
    on("GET", pattern, respond)
  }

  /// Adds a POST route.
  package func post(
    _ pattern: String, bodyLimit: Int? = nil, _ respond: @escaping (Request) -> Answer
  ) {
    on("POST", pattern, bodyLimit: bodyLimit, respond)
  }

  /// Every route as its method and pattern, ascending.
  package var routes: [String] {
    var found: [String] = []
    func walk(_ node: Node, _ path: String) {
      for (method, _) in node.routes { found.append("\(method) \(path.isEmpty ? "/" : path)") }
      for (method, route) in node.restRoutes {
        found.append("\(method) \(path)/*\(route.names.last ?? "")")
      }
      for (word, next) in node.words { walk(next, "\(path)/\(word)") }
      if let next = node.parameter { walk(next, path + "/:") }
    }
    walk(root, "")
    return found.sorted()
  }

  /// What the event loop calls.
  package var handler: Handler {
    Handler(
      bodyLimit: { request in
        guard case .found(let route, _) = find(request) else { return nil }
        return route.bodyLimit
      },
      respond: respond)
  }

  /// Answers a request without a socket.
  package func respond(to request: Request) -> Answer {
    switch find(request) {
    case .found(let route, let values):
      var request = request
      request.parameters = zip(route.names, values).map { QueryItem(name: $0, value: $1) }
      return route.respond(request)
    case .otherMethods(let allowed):
      let status = request.method == "OPTIONS" ? 204 : 405
      return .now(Response.empty(status).with("Allow", allowed))
    case .nothing:
      return fallback(request)
    }
  }

  // MARK: - Search

  private enum Finding {
    case found(Route, [String])
    case otherMethods(String)
    case nothing
  }

  private typealias Place = (routes: [(method: String, route: Route)], values: [String])

  private func find(_ request: Request) -> Finding {
    if request.path == "*" { return .otherMethods("GET, HEAD, OPTIONS, POST, PUT, DELETE") }
    var places: [Place] = []
    Router.collect(root, Router.segments(request.path)[...], [], &places)
    for method in request.method == "HEAD" ? ["HEAD", "GET"] : [request.method] {
      for place in places {
        for entry in place.routes where entry.method == method {
          return .found(entry.route, place.values)
        }
      }
    }
    guard !places.isEmpty else { return .nothing }
    var allowed: [String] = []
    for entry in places.flatMap(\.routes) where !allowed.contains(entry.method) {
      allowed.append(entry.method)
      if entry.method == "GET", !allowed.contains("HEAD") { allowed.append("HEAD") }
    }
    if !allowed.contains("OPTIONS") { allowed.append("OPTIONS") }
    return .otherMethods(allowed.joined(separator: ", "))
  }

  /// All places that match, best first. The depth is the pattern's, not the path's.
  private static func collect(
    _ node: Node, _ rest: ArraySlice<Substring>, _ values: [String], _ places: inout [Place]
  ) {
    if let segment = rest.first {
      if let next = node.words[segment] { collect(next, rest.dropFirst(), values, &places) }
      if let next = node.parameter, !segment.isEmpty {
        collect(next, rest.dropFirst(), values + [String(segment)], &places)
      }
    } else if !node.routes.isEmpty {
      places.append((node.routes, values))
    }
    if !node.restRoutes.isEmpty {
      places.append((node.restRoutes, values + [rest.joined(separator: "/")]))
    }
  }

  /// The parts of a path between slashes; a slash at the end gives an empty last part.
  private static func segments(_ path: String) -> [Substring] {
    path == "/" ? [] : path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
  }
}
