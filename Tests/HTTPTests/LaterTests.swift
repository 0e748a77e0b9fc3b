// What does not answer at once: deferred replies, streams, and the graceful end.

import Dispatch
import Foundation
import Testing

@testable import HTTP

@Suite struct LaterTests {
  static let get = ServerTests.get

  @Test func aDeferredReplyKeepsTheOrder() throws {
    let replies = Box<Reply>()
    let make: @Sendable (Int) -> Handler = { _ in
      Handler { request in
        request.path == "/later" ? .later { replies.put($0) } : .now(.text("now"))
      }
    }
    try withServer(make) { server in
      let client = try Client(server.port)
      client.write("GET /later HTTP/1.1\r\nHost: a\r\n\r\n\(LaterTests.get)")
      let reply = try replies.next()
      let other = try Client(server.port)
      #expect(other.get("/").body == "now")
      DispatchQueue.global().async { reply.send(.text("later")) }
      #expect(client.response().body == "later" && client.response().body == "now")
    }
  }

  @Test func aDroppedReplyIs500AndALateOne503() throws {
    var limits = Limits()
    limits.answerSeconds = 0.2
    let kept = Box<Reply>()
    let make: @Sendable (Int) -> Handler = { _ in
      Handler { request in
        request.path == "/drop" ? .later { _ in } : .later { kept.put($0) }
      }
    }
    try withServer(limits: limits, make) { server in
      let client = try Client(server.port)
      #expect(client.get("/drop").status == 500)
      #expect(client.get("/keep").status == 503 && client.readToEnd().isEmpty)
      try kept.next().send(.text("too late"))
      #expect(try Client(server.port).get("/drop").status == 500)
    }
  }

  @Test func aHalfClosedClientIsStillAnswered() throws {
    let replies = Box<Reply>()
    try withServer({ _ in Handler { _ in .later { replies.put($0) } } }) { server in
      let client = try Client(server.port)
      client.write(LaterTests.get)
      client.finishSending()
      try replies.next().send(.text("still here"))
      #expect(client.response().body == "still here" && client.readToEnd().isEmpty)
    }
  }

  @Test func aStreamIsChunkedAndTheConnectionGoesOn() throws {
    let writers = Box<StreamWriter>()
    try withServer(streaming(writers)) { server in
      let client = try Client(server.port)
      client.write("GET /s HTTP/1.1\r\nHost: a\r\n\r\n\(LaterTests.get)")
      #expect(client.read(until: "\r\n\r\n").contains("Transfer-Encoding: chunked"))
      let writer = try writers.next()
      #expect(writer.write(Array("data: 1\n\n".utf8)))
      #expect(client.read(until: "1\n\n\r\n") == "9\r\ndata: 1\n\n\r\n")
      #expect(writer.write(Array("ab".utf8)))
      writer.finish()
      #expect(client.read(until: "0\r\n\r\n") == "2\r\nab\r\n0\r\n\r\n")
      #expect(client.response().body == "plain")
      #expect(!writer.write([1]) && !writer.isOpen && server.snapshot.streams == 0)
    }
  }

  @Test func anOldClientGetsAStreamUpToTheEnd() throws {
    let writers = Box<StreamWriter>()
    try withServer(streaming(writers)) { server in
      let client = try Client(server.port)
      client.write("GET /s HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
      let head = client.read(until: "\r\n\r\n")
      #expect(head.contains("Connection: close") && !head.contains("chunked"))
      let writer = try writers.next()
      writer.write(Array("abc".utf8))
      writer.finish()
      #expect(client.readToEnd() == "abc")
    }
  }

  @Test func aClientThatFallsBehindIsNotedAndCatchesUp() throws {
    var limits = Limits()
    limits.streamBacklogBytes = 100_000
    let writers = Box<StreamWriter>()
    let drained = Box<Bool>()
    try withServer(limits: limits, streaming(writers)) { server in
      let client = try Client(server.port, receiveBytes: 4_096)
      client.write("GET /s HTTP/1.0\r\n\r\n")
      let writer = try writers.next()
      let piece = [UInt8](repeating: 120, count: 10_000)
      var taken = 0
      // The kernel's buffers take some megabytes at most before the backlog fills.
      #expect(
        eventually {
          if writer.write(piece) {
            taken += piece.count
            return false
          }
          return writer.isOpen && taken > limits.streamBacklogBytes
        })
      writer.onDrain { drained.put(writer.isOpen) }
      _ = client.read(until: "\r\n\r\n")
      var read = 0
      while drained.isEmpty, read < taken { read += client.read(atLeast: 1).count }
      #expect(try drained.next())
      writer.finish()
      #expect(read + client.readToEnd().utf8.count == taken)
    }
  }

  @Test func aClientThatTakesNothingIsCutOff() throws {
    var limits = Limits()
    limits.writeSeconds = 0.3
    let closed = Box<Bool>()
    let writers = Box<StreamWriter>()
    try withServer(limits: limits, streaming(writers)) { server in
      let client = try Client(server.port, receiveBytes: 4_096)
      client.write("GET /s HTTP/1.1\r\nHost: a\r\n\r\n")
      let writer = try writers.next()
      writer.onClose { closed.put(true) }
      let piece = [UInt8](repeating: 120, count: 50_000)
      #expect(eventually { !writer.write(piece) && !writer.isOpen })
      #expect(try closed.next())
      #expect(eventually { server.snapshot.open == 0 })
    }
  }

  @Test func theWriterHearsThatTheClientHasGone() throws {
    let closed = Box<Bool>()
    let writers = Box<StreamWriter>()
    try withServer(streaming(writers)) { server in
      let client = try Client(server.port)
      client.write("GET /s HTTP/1.1\r\nHost: a\r\n\r\n")
      let writer = try writers.next()
      writer.onClose { closed.put(true) }
      client.hangUp()
      #expect(try closed.next())
      #expect(!writer.write([1]))
    }
  }

  @Test func aStreamReleasedUnfinishedCutsTheConnection() throws {
    try withServer({ _ in
      Handler { _ in .now(Response(body: .stream { $0.write([97]) })) }
    }) { server in
      let client = try Client(server.port)
      client.write(LaterTests.get)
      #expect(!client.readToEnd().contains("0\r\n\r\n"))
    }
  }

  @Test func drainingFinishesWhatRunsAndClosesWhatIsIdle() throws {
    let replies = Box<Reply>()
    let server = try Server(configuration: ServerConfiguration(loops: 1)) { _ in
      Handler { request in
        request.path == "/later" ? .later { replies.put($0) } : .now(.text("now"))
      }
    }
    server.start()
    let idle = try Client(server.port)
    #expect(idle.get("/").status == 200)
    let busy = try Client(server.port)
    busy.write("GET /later HTTP/1.1\r\nHost: a\r\n\r\n")
    let reply = try replies.next()
    let ended = Box<Bool>()
    Thread {
      server.drain(deadlineSeconds: 10)
      ended.put(true)
    }.start()
    #expect(idle.readToEnd().isEmpty)
    idle.hangUp()
    #expect(ended.isEmpty)
    reply.send(.text("finished"))
    let last = busy.response()
    #expect(last.body == "finished" && last.fields["connection"] == "close")
    #expect(busy.readToEnd().isEmpty)
    busy.hangUp()
    #expect(try ended.next())
    #expect(server.snapshot.open == 0)
  }

  @Test func drainingEndsAtItsDeadline() throws {
    let writers = Box<StreamWriter>()
    let server = try Server(
      configuration: ServerConfiguration(loops: 1), makeHandler: streaming(writers))
    server.start()
    let client = try Client(server.port)
    client.write("GET /s HTTP/1.1\r\nHost: a\r\n\r\n")
    let writer = try writers.next()
    server.drain(deadlineSeconds: 0.2)
    #expect(!writer.isOpen && server.snapshot.open == 0 && server.snapshot.streams == 0)
    #expect(client.readToEnd().hasSuffix("\r\n\r\n"))
  }

  /// `/s` streams, all else is plain.
  private func streaming(_ writers: Box<StreamWriter>) -> @Sendable (Int) -> Handler {
    { _ in
      Handler { request in
        guard request.path == "/s" else { return .now(.text("plain")) }
        return .now(Response(body: .stream { writers.put($0) }))
      }
    }
  }
}
