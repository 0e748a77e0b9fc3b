// What a loop does with the bytes of a connection: requests in order, answers in the same order.

extension EventLoop {
  // MARK: - Requests

  /// Serves the requests in the bytes, until one is not whole, not answered, or too much waits.
  ///
  /// - Returns: how many bytes were consumed.
  func process(_ connection: Connection, _ bytes: [UInt8], _ count: Int) -> Int {
    let input = bytes.span.extracting(first: count)
    var position = 0
    if connection.messageStart == nil { connection.messageStart = now }
    connection.isHeld = true
    parsing: while connection.phase == .reading, waiting(connection) < limits.pipelineBytes {
      switch connection.parser.step(input, &position) {
      case .needsMore:
        connection.isHeld = false
        break parsing
      case .head:
        beginRequest(connection)
        if connection.phase == .reading, connection.parser.head.expectsContinue,
          position == input.count
        {
          out.append("HTTP/1.1 100 Continue\r\n\r\n")
        }
      case .complete: serve(connection)
      case .failed(let refusal): refuse(connection, refusal)
      case .ended: break parsing
      }
    }
    if connection.phase == .reading {
      let isIdle = position == count && connection.parser.isBetweenRequests
      connection.messageStart = isIdle ? nil : connection.messageStart ?? now
    }
    return connection.phase == .closing ? count : position
  }

  /// Bytes in memory that wait for the client.
  private func waiting(_ connection: Connection) -> Int {
    connection.outbox.byteCount + out.count
  }

  /// Checks what the head alone tells, and asks how large the body may be.
  private func beginRequest(_ connection: Connection) {
    let head = connection.parser.head
    do throws(Refusal) {
      let request = try Request(head: head, peer: connection.peer)
      if head.body != .length(0) {
        if let limit = handler.bodyLimit(request) { connection.parser.bodyLimit = limit }
        // Refused before the client is told to go on (RFC 9110 §10.1.1).
        var most = connection.parser.bodyLimit
        if case .length(let count) = head.body {
          guard count <= most else { throw .bodyTooLarge }
          most = count
        }
        try reserve(most, for: connection)
      }
      connection.request = request
      connection.bodyStart = now
    } catch {
      refuse(connection, error)
    }
  }

  /// Keeps room for a large body until its request is answered: many at once would fill the memory.
  private func reserve(_ bytes: Int, for connection: Connection) throws(Refusal) {
    guard bytes > limits.bodyBytes else { return }
    guard largeBodyBytes + bytes <= limits.largeBodiesBytes else { throw .tooManyLargeBodies }
    connection.largeBodyBytes = bytes
    largeBodyBytes += bytes
  }

  /// Gives the room of a large body back.
  func release(_ connection: Connection) {
    largeBodyBytes -= connection.largeBodyBytes
    connection.largeBodyBytes = 0
    precondition(largeBodyBytes >= 0, "what is given back was kept")
  }

  private func serve(_ connection: Connection) {
    guard var request = connection.request else {
      preconditionFailure("the head of a whole request was read")
    }
    connection.request = nil
    request.body = connection.parser.takeBody()
    let head = connection.parser.head
    lastExchange += 1
    let exchange = Exchange(
      id: ExchangeID(descriptor: connection.descriptor, number: lastExchange),
      isHead: head.method == "HEAD", minorVersion: head.minorVersion,
      keepsAlive: head.keepsAlive && !isDraining)
    connection.exchange = exchange
    connection.served += 1
    switch handler.respond(request) {
    case .now(let response): complete(connection, response)
    case .later(let body):
      connection.enter(.answering, now: now)
      body(Reply(mailbox: mailbox, exchange: exchange.id))
    }
  }

  // MARK: - Answers

  /// Answers the open exchange; the connection then reads on, streams, or closes.
  func complete(_ connection: Connection, _ response: Response, closes: Bool = false) {
    guard var exchange = connection.exchange else {
      preconditionFailure("an answer belongs to an exchange")
    }
    if closes || isDraining || connection.hasReadEnd { exchange.keepsAlive = false }
    let isStream = response.body.count == nil
    if isStream, exchange.minorVersion == 0 { exchange.keepsAlive = false }
    connection.exchange = exchange
    LoopCounters.add(1, to: counters.requests)
    counters.count(status: response.status)
    responseHead.append(response, to: exchange, &out)
    if !exchange.isHead, response.status != 204, response.status != 304 {
      switch response.body {
      case .empty: break
      case .bytes(let bytes):
        if bytes.count < EventLoop.copiedBytes {
          out.append(contentsOf: bytes)
        } else {
          queue(connection)
          connection.outbox.append(bytes)
        }
      case .file(let slice):
        queue(connection)
        connection.outbox.append(slice)
      case .stream(let body): return beginStream(connection, exchange, body)
      }
    }
    finishExchange(connection)
  }

  /// Below this a body is copied behind its head and both go out in one call.
  private static let copiedBytes = 32_768

  /// Moves what `out` holds to the outbox, so that what follows comes after it.
  private func queue(_ connection: Connection) {
    guard !out.isEmpty else { return }
    if connection.outbox.isEmpty { connection.progress = now }
    connection.outbox.append(out)
    out.removeAll(keepingCapacity: true)
  }

  private func finishExchange(_ connection: Connection) {
    release(connection)
    let keepsAlive = connection.exchange?.keepsAlive ?? false
    connection.exchange = nil
    connection.enter(keepsAlive ? .reading : .closing, now: now)
    connection.messageStart = nil
  }

  /// Answers what is not served, and closes.
  func refuse(_ connection: Connection, _ refusal: Refusal) {
    LoopCounters.add(1, to: counters.malformed)
    connection.request = nil
    let isHead = connection.parser.isInBody && connection.parser.head.method == "HEAD"
    close(connection, with: .text("\(refusal)\n", status: refusal.status), isHead: isHead)
  }

  /// Answers a client that is one too many.
  func refuseForCapacity(_ connection: Connection) {
    close(connection, with: Response.empty(503).with("Retry-After", "1"), isHead: false)
  }

  private func close(_ connection: Connection, with response: Response, isHead: Bool) {
    connection.exchange = Exchange(
      id: ExchangeID(descriptor: connection.descriptor, number: 0), isHead: isHead,
      minorVersion: 1, keepsAlive: false)
    complete(connection, response)
  }

  // MARK: - Streams

  private func beginStream(
    _ connection: Connection, _ exchange: Exchange, _ body: @Sendable (StreamWriter) -> Void
  ) {
    let stream = StreamState(
      mailbox: mailbox, exchange: exchange.id, limit: limits.streamBacklogBytes)
    connection.stream = stream
    connection.enter(.streaming, now: now)
    LoopCounters.add(1, to: counters.streams)
    body(StreamWriter(stream))
  }

  /// Takes what the writer has and frames it.
  func pump(_ connection: Connection) {
    guard let stream = connection.stream, let exchange = connection.exchange else {
      preconditionFailure("a stream belongs to an exchange")
    }
    let batch = stream.take()
    if batch.isAborted {
      connection.isBroken = true
      return
    }
    let isChunked = exchange.minorVersion >= 1
    if connection.outbox.isEmpty { connection.progress = now }
    if !batch.bytes.isEmpty {
      if isChunked {
        out.append(hexadecimal: batch.bytes.count)
        out.append("\r\n")
      }
      out.append(contentsOf: batch.bytes)
      if isChunked { out.append("\r\n") }
    }
    if batch.isFinished, isChunked { out.append("0\r\n\r\n") }
    flush(connection)
    stream.sent(remaining: connection.outbox.byteCount)
    if batch.isFinished {
      closeStream(connection)
      finishExchange(connection)
    }
  }

  /// Tells the writer that it is over.
  func closeStream(_ connection: Connection) {
    guard let stream = connection.stream else { return }
    connection.stream = nil
    LoopCounters.add(-1, to: counters.streams)
    stream.close()
  }
}

extension Request {
  /// The request of a head, its target and host checked (RFC 9112 §3.2).
  init(head: RequestHead, peer: String) throws(Refusal) {
    guard head.hostCount <= 1 else { throw .repeatedHost }
    if let host = head.host {
      guard Target.isHost(host), !host.isEmpty else { throw .malformedHost }
    } else if head.minorVersion >= 1 {
      throw .missingHost
    }
    let parts = try Target(head.target, method: head.method)
    self.init(
      method: head.method, target: head.target, parts: parts, authority: head.host ?? "",
      headers: head.headers, peer: peer)
  }
}
