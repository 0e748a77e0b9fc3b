// An echo server for conformance suites: `http-echo PORT` (see `ops/http-echo`).

import Dispatch
import Glibc
import HTTP

/// One `Name: value` per line, as the request had them.
func fields(of request: Request) -> Answer {
  let lines = request.headers.all.map { "\($0.name): \($0.value)\n" }
  return .now(.text(lines.joined()))
}

/// The body as it came.
func echo(_ request: Request) -> Answer {
  .now(.of(request.body, type: "application/octet-stream"))
}

let greeting = Response.text("OK").with("ETag", ETag.strong("ok-1"))

guard CommandLine.arguments.count == 2, let port = Int(CommandLine.arguments[1]) else {
  print("usage: http-echo PORT")
  exit(64)
}
do {
  let server = try Server(configuration: ServerConfiguration(port: port)) { _ in
    let router = Router()
    router.get("/") { request in
      request.body.isEmpty ? .now(greeting.conditional(to: request)) : echo(request)
    }
    for method in ["POST", "PUT", "PATCH"] {
      router.on(method, "/", echo)
      router.on(method, "/*rest", echo)
    }
    router.get("/echo", fields)
    router.post("/echo", echo)
    return router.handler
  }
  server.start()
  print("listening on 127.0.0.1:\(server.port)")
  signal(SIGTERM, SIG_IGN)
  let stop = DispatchSource.makeSignalSource(signal: SIGTERM, queue: .global())
  stop.setEventHandler {
    server.drain(deadlineSeconds: 5)
    exit(0)
  }
  stop.resume()
  dispatchMain()
} catch {
  print("cannot start: \(error)")
  exit(69)
}
