// What a handler gives back: status, fields and a body that may be a file or a stream.

/// The content of a response.
package enum Body: Sendable {
  /// No content.
  case empty
  /// Content in memory.
  case bytes([UInt8])
  /// A part of an open file, sent by the kernel.
  case file(FileSlice)
  /// Content that comes in time. The function is called once on the event loop and must return
  /// at once; it keeps the writer and may write from any thread. It is not called for HEAD.
  case stream(@Sendable (StreamWriter) -> Void)

  /// The length in bytes; `nil` for a stream.
  package var count: Int? {
    switch self {
    case .empty: 0
    case .bytes(let bytes): bytes.count
    case .file(let slice): slice.count
    case .stream: nil
    }
  }
}

/// A response. The server itself adds Date, Content-Length or Transfer-Encoding, and Connection.
package struct Response: Sendable {
  /// The status code, 200 to 599.
  package var status: Int
  /// The fields besides those that the server adds.
  package var headers: Headers
  /// The content.
  package var body: Body

  /// A response of these parts.
  package init(status: Int = 200, headers: Headers = Headers(), body: Body = .empty) {
    precondition((200...599).contains(status), "a final status lies between 200 and 599")
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// Plain text in UTF-8.
  package static func text(_ text: String, status: Int = 200) -> Response {
    of(Array(text.utf8), type: "text/plain; charset=utf-8", status: status)
  }

  /// An HTML page in UTF-8.
  package static func html(_ html: String, status: Int = 200) -> Response {
    self.html(Array(html.utf8), status: status)
  }

  /// An HTML page as bytes that are already UTF-8.
  package static func html(_ html: [UInt8], status: Int = 200) -> Response {
    of(html, type: "text/html; charset=utf-8", status: status)
  }

  /// JSON as bytes that are already encoded.
  package static func json(_ bytes: [UInt8], status: Int = 200) -> Response {
    of(bytes, type: "application/json", status: status)
  }

  /// Bytes of a named media type.
  package static func of(_ bytes: [UInt8], type: String, status: Int = 200) -> Response {
    Response(status: status, headers: ["Content-Type": type], body: .bytes(bytes))
  }

  /// Sends the client elsewhere; 303 turns a POST into a GET.
  package static func redirect(to location: String, status: Int = 303) -> Response {
    Response(status: status, headers: ["Location": location])
  }

  /// A status without content.
  package static func empty(_ status: Int) -> Response { Response(status: status) }

  /// Sets a field and gives the response back, for chains.
  package func with(_ name: String, _ value: String) -> Response {
    var copy = self
    copy.headers.set(name, value)
    return copy
  }
}

extension Headers: ExpressibleByDictionaryLiteral {
  /// The fields of a literal, in their order.
  package init(dictionaryLiteral elements: (String, String)...) {
    self.init()
    for (name, value) in elements { add(name, value) }
  }
}

/// How a handler answers.
package enum Answer {
  /// At once.
  case now(Response)
  /// Later and from any thread: the function is called at once and hands the reply on.
  case later(@Sendable (Reply) -> Void)
}

/// What serves the requests of one event loop. It is made on that loop and never leaves it, so it
/// may own what is not Sendable, such as a read-only SQLite connection.
package struct Handler {
  /// The largest body of a request; nil for the limit of the server.
  package let bodyLimit: (Request) -> Int?
  let respond: (Request) -> Answer

  /// - Parameters:
  ///   - bodyLimit: the largest body in bytes for a request of which only the header section was
  ///     read; `nil` for the server's limit.
  ///   - respond: answers a whole request; must not block.
  package init(
    bodyLimit: @escaping (Request) -> Int? = { _ in nil },
    respond: @escaping (Request) -> Answer
  ) {
    self.bodyLimit = bodyLimit
    self.respond = respond
  }

  /// Answers without a socket, for tests and command lines.
  package func callAsFunction(_ request: Request) -> Answer { respond(request) }
}
