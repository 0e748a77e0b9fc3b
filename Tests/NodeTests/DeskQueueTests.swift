// What a node does for its desk: the first link at its start, and the queue of the doorkeeper.

import Desk
import Events
import Foundation
import Synchronization
import Testing
import Web

@testable import Node

@Suite struct DeskQueueTests {
  private func folder() throws -> String {
    let path = NSTemporaryDirectory() + "/desk-node-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }

  /// Starts a hub and gives what it notes while it starts.
  private func start(
    _ path: String, listen: String = "127.0.0.1:0", _ body: (RunningNode) throws -> Void = { _ in }
  ) throws -> [String] {
    let region = RegionFile.recklinghausen
    let directory = try DataDirectory(
      path: path, configuration: Configuration(role: .hub, site: region.kreis, listen: listen))
    let notes = Mutex<[String]>([])
    let node = try RunningNode(directory: directory, region: region) { line in
      notes.withLock { $0.append(line) }
    }
    defer { node.stop() }
    try body(node)
    return notes.withLock { $0 }
  }

  @Test func aNodeWithoutPeopleTellsTheLinkThatBeginsItsDesk() throws {
    let path = try folder()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let notes = try start(path)
    let line = try #require(notes.first { $0.contains("/desk/start?code=") })
    let code = try #require(line.split(separator: "=").last.map(String.init))
    let desk = try DeskStore(directory: path)
    #expect(try desk.link(code, now: .now)?.purpose == .first)
    try desk.add(
      signInName: "presse@stadt.example", name: "Presse", role: .administrator, now: .now)
    #expect(try start(path).isEmpty, "somebody is there")
  }

  @Test func theFirstPersonComesInThroughTheRunningNode() throws {
    let path = try folder()
    defer { try? FileManager.default.removeItem(atPath: path) }
    _ = try start(path) { node in
      let code = try DeskStore(directory: path).firstLink(now: .now)
      let address = "http://127.0.0.1:\(node.port)"
      let form =
        "code=\(code)&signInName=presse&name=Presse&password=acht+Kamele+im+Regen"
        + "&repeat=acht+Kamele+im+Regen"
      let reply = try HTTPClient.sendAndWait(
        "POST", address + "/desk/start",
        headers: [
          "Content-Type": "application/x-www-form-urlencoded", "Origin": address,
        ], body: Array(form.utf8), deadlineSeconds: 20
      ).get()
      #expect(reply.status == 303)
      #expect(try DeskStore(directory: path).people().map(\.user.role) == [.administrator])
    }
  }

  @Test func aNodeThatIsReachedWithoutTLSWarns() throws {
    let path = try folder()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let notes = try start(path, listen: "0.0.0.0:0")
    #expect(notes.contains { $0.contains("passwords of the desk travel in the clear") })
  }

  @Test func moreThanMayWaitAreTurnedAway() throws {
    let path = try folder()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let queue = try DeskQueue(directory: path, words: [])
    let (begun, go, done) = (
      DispatchSemaphore(value: 0), DispatchSemaphore(value: 0), DispatchSemaphore(value: 0)
    )
    queue.door.run { _ in
      begun.signal()
      go.wait()
    }
    begun.wait()
    let served = Mutex((taken: 0, refused: 0))
    for _ in 0..<DeskQueue.mostWaiting {
      queue.door.run { keeper in
        served.withLock { if keeper == nil { $0.refused += 1 } else { $0.taken += 1 } }
        if keeper != nil { done.signal() }
      }
    }
    #expect(served.withLock { $0.refused } == 1, "the one at work counts, too")
    go.signal()
    for _ in 1..<DeskQueue.mostWaiting { done.wait() }
    #expect(served.withLock { $0.taken } == DeskQueue.mostWaiting - 1)
  }
}
