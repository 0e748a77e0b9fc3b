// One HTTP request at a time over URLSession, with the traps of its Linux version kept out.

import Foundation
import FoundationNetworking
import Synchronization

/// What came back.
package struct HTTPReply: Sendable {
  /// The status code.
  package let status: Int
  /// The media type, without parameters; empty where none was sent.
  package let mediaType: String
  /// `Retry-After` in seconds, where it was sent as a number.
  package let retryAfterSeconds: Int?
  /// The body.
  package let body: [UInt8]
}

/// Why nothing came back.
package enum HTTPFailure: Error, Sendable, Equatable {
  /// The address cannot be used.
  case badAddress(String)
  /// No answer within the deadline.
  case deadline
  /// The connection failed; URLSession's words.
  case connection(String)
}

/// Sends requests. One with a body has a session of its own: a reused connection that dies after
/// sending would be tried again without the body. The others share a session and its connections.
package enum HTTPClient {
  private static let shared = URLSession(configuration: settings)

  private static var settings: URLSessionConfiguration {
    let settings = URLSessionConfiguration.ephemeral
    settings.urlCache = nil
    settings.httpCookieStorage = nil
    // A long-poll and a short request to one hub run beside each other.
    settings.httpMaximumConnectionsPerHost = 16
    return settings
  }

  /// Sends a request and calls `completion` once, on a queue of URLSession's.
  ///
  /// - Parameters:
  ///   - deadlineSeconds: our own, for URLSession's limit of the whole is not kept on Linux.
  /// - Returns: what cancels the request.
  @discardableResult
  package static func send(
    _ method: String, _ address: String, headers: [String: String] = [:], body: [UInt8]? = nil,
    deadlineSeconds: Double,
    completion: @escaping @Sendable (Result<HTTPReply, HTTPFailure>) -> Void
  ) -> HTTPTask {
    guard let url = URL(string: address) else {
      completion(.failure(.badAddress(address)))
      return HTTPTask(cancel: {})
    }
    var request = URLRequest(url: url, timeoutInterval: deadlineSeconds)
    request.httpMethod = method
    for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
    if let body { request.httpBody = Data(body) }
    let session = body == nil ? shared : URLSession(configuration: settings)
    let exchange = Exchange(completion)
    let task = session.dataTask(with: request) { data, response, error in
      defer { if session !== shared { session.finishTasksAndInvalidate() } }
      guard let response = response as? HTTPURLResponse, error == nil else {
        return exchange.finish(.failure(.connection(error?.localizedDescription ?? "no answer")))
      }
      exchange.finish(.success(HTTPReply(response, data ?? Data())))
    }
    task.delegate = RedirectRefusal.shared
    exchange.begin(task)
    // The timer outlives most exchanges: it holds the exchange, which lets go of the task.
    DispatchQueue.global().asyncAfter(deadline: .now() + deadlineSeconds) { exchange.cancel() }
    return HTTPTask(cancel: { exchange.cancel() })
  }

  /// Sends a request and waits for its end. Not for event loops or the cooperative pool.
  package static func sendAndWait(
    _ method: String, _ address: String, headers: [String: String] = [:], body: [UInt8]? = nil,
    deadlineSeconds: Double
  ) -> Result<HTTPReply, HTTPFailure> {
    let result = Mutex<Result<HTTPReply, HTTPFailure>>(.failure(.deadline))
    let done = DispatchSemaphore(value: 0)
    send(method, address, headers: headers, body: body, deadlineSeconds: deadlineSeconds) { reply in
      result.withLock { $0 = reply }
      done.signal()
    }
    done.wait()
    return result.withLock { $0 }
  }
}

/// A request under way.
package struct HTTPTask: Sendable {
  /// Ends it; its completion is called with `.deadline` if it was not called before.
  package let cancel: @Sendable () -> Void
}

extension HTTPReply {
  fileprivate init(_ response: HTTPURLResponse, _ data: Data) {
    status = response.statusCode
    mediaType = (response.mimeType ?? "").lowercased()
    retryAfterSeconds = response.value(forHTTPHeaderField: "Retry-After").flatMap { Int($0) }
    body = [UInt8](data)
  }
}

/// Takes a redirect as the answer that it is: a key must not travel on to another address.
/// Protocols/sync.md §2.
private final class RedirectRefusal: NSObject, URLSessionTaskDelegate {
  static let shared = RedirectRefusal()

  func urlSession(
    _ session: URLSession, task: URLSessionTask,
    willPerformHTTPRedirection response: HTTPURLResponse, newRequest request: URLRequest,
    completionHandler: @escaping @Sendable (URLRequest?) -> Void
  ) {
    completionHandler(nil)
  }
}

/// A task and its completion, which is called once, whoever comes first; then both are let go.
private final class Exchange: Sendable {
  private struct State {
    var completion: (@Sendable (Result<HTTPReply, HTTPFailure>) -> Void)?
    var task: URLSessionDataTask?
  }

  private let state: Mutex<State>

  init(_ completion: @escaping @Sendable (Result<HTTPReply, HTTPFailure>) -> Void) {
    state = Mutex(State(completion: completion))
  }

  func begin(_ task: URLSessionDataTask) {
    state.withLock { $0.task = task }
    task.resume()
  }

  func cancel() {
    state.withLock { $0.task }?.cancel()
    finish(.failure(.deadline))
  }

  func finish(_ result: Result<HTTPReply, HTTPFailure>) {
    let first = state.withLock { held in
      defer { held = State() }
      return held.completion
    }
    first?(result)
  }
}
