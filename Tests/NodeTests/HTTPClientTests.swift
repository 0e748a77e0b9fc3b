// The client towards a server that sends it elsewhere.

import HTTP
import Node
import Testing

@Suite struct HTTPClientTests {
  // sync-6
  @Test(arguments: ["GET", "POST"])
  func aRedirectIsNotFollowed(method: String) throws {
    let server = try Server(configuration: ServerConfiguration(loops: 1)) { _ in
      let router = Router()
      router.get("/there") { _ in .now(.text("followed")) }
      router.get("/here") { _ in .now(.redirect(to: "/there")) }
      router.post("/here") { _ in .now(.redirect(to: "/there")) }
      return router.handler
    }
    server.start()
    defer { server.drain(deadlineSeconds: 1) }
    let reply = try HTTPClient.sendAndWait(
      method, "http://127.0.0.1:\(server.port)/here",
      headers: ["Authorization": "Bearer secret"], body: method == "POST" ? [0x31] : nil,
      deadlineSeconds: 5
    ).get()
    #expect(reply.status == 303)
  }
}
