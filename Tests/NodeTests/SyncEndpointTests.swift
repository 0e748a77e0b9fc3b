// What the hub's side of sync answers over HTTP before any decision is asked for.

import EventLog
import Events
import Foundation
import HTTP
import Sync
import Testing
import Views

@testable import Node

@Suite struct SyncEndpointTests {
  /// Asks a hub that holds nothing; the key is herten's, or none.
  private func ask(
    _ method: String, _ target: String, body: String?, withKey hasKey: Bool
  ) throws -> HTTPReply {
    let folder = NSTemporaryDirectory() + "/endpoint-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let kreis = try #require(SiteID("kreis"))
    let log = try LogStore(
      directory: folder, site: kreis, lineKey: Array(repeating: 7, count: 32), role: .hub)
    let reader = try LogReader(directory: folder)
    let views = try ViewWriter(path: folder + "/views.sqlite", kreis: kreis) {
      try reader.events(of: $0)
    }
    let writer = try Writer(log: log, reader: reader, views: views, note: { _ in })
    defer { writer.close() }
    var random = SystemRandom()
    let identity = NodeIdentity(
      region: RegionID(using: &random), site: kreis, instance: InstanceID(using: &random))
    let keys = KeyRing(directory: folder)
    let key = try keys.issue(for: try #require(SiteID("herten")))
    let endpoint = SyncEndpoint(
      session: HubSession(identity: identity, position: 0), writer: writer, keys: keys,
      note: { _ in })
    let server = try Server(
      configuration: ServerConfiguration(port: 0, loops: 1),
      makeHandler: { _ in
        var router = Router()
        endpoint.serve(on: &router)
        return router.handler
      })
    server.start()
    defer { server.drain(deadlineSeconds: 0) }
    return try HTTPClient.sendAndWait(
      method, "http://127.0.0.1:\(server.port)/sync/v1/\(target)",
      headers: hasKey ? ["Authorization": key.authorization] : [:],
      body: body.map { Array($0.utf8) },
      deadlineSeconds: 30
    ).get()
  }

  private static let rubbish: [(method: String, target: String, body: String?)] = [
    ("POST", "hello", "rubbish"), ("POST", "push?hub=x", "rubbish"), ("GET", "pull?hub=x", nil),
  ]

  // sync-7
  @Test(arguments: rubbish)
  func withoutAKeyNothingElseIsLookedAt(_ method: String, _ target: String, _ body: String?) throws
  {
    let reply = try ask(method, target, body: body, withKey: false)
    #expect(reply.status == 401)
    #expect(reply.body == Array(#"{"refused":"unknown-key"}"#.utf8))
  }

  @Test(arguments: rubbish)
  func withAKeyRubbishIsMalformed(_ method: String, _ target: String, _ body: String?) throws {
    let reply = try ask(method, target, body: body, withKey: true)
    #expect(reply.status == 400)
    #expect(reply.body == Array(#"{"refused":"malformed"}"#.utf8))
  }

  // sync-52
  @Test func aHelloBeyondItsLimitIsNotReadToItsEnd() throws {
    let body = String(repeating: "x", count: SyncLimits.messageBytes + 1)
    #expect(try ask("POST", "hello", body: body, withKey: true).status == 413)
  }
}
