// Fetches a source over HTTP: conditional, with a bound on its size, and never in the clear but
// from this machine. Protocols/import.md §7.

package import Foundation
import FoundationNetworking
import Importers
import Synchronization

/// What came back from a source.
package enum FetchedSource: Sendable, Equatable {
  /// It has not changed since the version that was named.
  case unchanged
  /// Its bytes, where they came from in the end, and what names this version.
  case content([UInt8], address: String, entityTag: String, modified: String)
}

/// Why a source cannot be fetched.
package enum FetchFailure: Error, Sendable, Equatable, CustomStringConvertible {
  /// No address, or one that is not asked in the clear.
  case badAddress(String)
  /// Another status than 200 or 304.
  case status(Int)
  /// It leads on and on, or to an address that is not asked.
  case badRedirect
  /// More bytes than are taken.
  case tooLarge
  /// No whole answer in time.
  case deadline
  /// The connection failed; URLSession's words.
  case connection(String)

  package var description: String {
    switch self {
    case .badAddress(let address):
      "\"\(address)\" is no address that is asked: https, or http on this machine"
    case .status(let code): "the source answered with status \(code)"
    case .badRedirect: "the source leads on to an address that is not asked"
    case .tooLarge: ImportError.tooLarge(limit: ImportLimits.sourceBytes).description
    case .deadline: "the source did not answer in time"
    case .connection(let words): "the source cannot be reached: \(words)"
    }
  }
}

/// Fetches sources, each with a session of its own.
package enum SourceFetch {
  /// A slow site may take its time; a run is in no hurry.
  package static let deadlineSeconds = 60.0
  /// Old addresses of feeds lead to new ones, seldom over more than two stations.
  static let redirects = 5

  /// True for an address that is asked: https, or http on this machine.
  package static func isSafe(_ url: URL?) -> Bool {
    guard let url, let host = url.host, url.user == nil else { return false }
    switch url.scheme?.lowercased() {
    case "https": return true
    case "http": return ["127.0.0.1", "localhost", "::1"].contains(host)
    default: return false
    }
  }

  /// Fetches; calls `completion` once, from any thread.
  ///
  /// - Parameters:
  ///   - entityTag: of the version that is known; empty for none.
  ///   - modified: `Last-Modified` of that version; empty for none.
  /// - Returns: what cancels the request.
  @discardableResult
  package static func get(
    _ address: String, entityTag: String = "", modified: String = "",
    deadlineSeconds: Double = deadlineSeconds,
    completion: @escaping @Sendable (Result<FetchedSource, FetchFailure>) -> Void
  ) -> HTTPTask {
    guard let url = URL(string: address), isSafe(url) else {
      completion(.failure(.badAddress(address)))
      return HTTPTask(cancel: {})
    }
    var request = URLRequest(url: url, timeoutInterval: deadlineSeconds)
    request.setValue("VestHub", forHTTPHeaderField: "User-Agent")
    if !entityTag.isEmpty { request.setValue(entityTag, forHTTPHeaderField: "If-None-Match") }
    if !modified.isEmpty { request.setValue(modified, forHTTPHeaderField: "If-Modified-Since") }
    let settings = URLSessionConfiguration.ephemeral
    settings.urlCache = nil
    settings.httpCookieStorage = nil
    let receiver = SourceReceiver(isLocal: url.scheme == "http", completion)
    let session = URLSession(configuration: settings, delegate: receiver, delegateQueue: nil)
    let task = session.dataTask(with: request)
    task.resume()
    // The session lives until the task has ended.
    session.finishTasksAndInvalidate()
    // URLSession's own limit of the whole is not kept on Linux.
    DispatchQueue.global().asyncAfter(deadline: .now() + deadlineSeconds) {
      receiver.end(.failure(.deadline))
      task.cancel()
    }
    return HTTPTask {
      receiver.end(.failure(.deadline))
      task.cancel()
    }
  }

  /// Fetches and waits for the end. Not for event loops or the cooperative pool.
  package static func getAndWait(_ address: String) -> Result<FetchedSource, FetchFailure> {
    let result = Mutex<Result<FetchedSource, FetchFailure>>(.failure(.deadline))
    let done = DispatchSemaphore(value: 0)
    get(address) { fetched in
      result.withLock { $0 = fetched }
      done.signal()
    }
    done.wait()
    return result.withLock { $0 }
  }
}

/// Takes an answer in pieces, so that one without end is cut off at the bound.
private final class SourceReceiver: NSObject, URLSessionDataDelegate, Sendable {
  private struct State {
    var completion: (@Sendable (Result<FetchedSource, FetchFailure>) -> Void)?
    var bytes: [UInt8] = []
    var redirects = 0
  }

  private let state: Mutex<State>
  /// Plain http may stay on this machine and must not come from elsewhere.
  private let isLocal: Bool

  init(
    isLocal: Bool, _ completion: @escaping @Sendable (Result<FetchedSource, FetchFailure>) -> Void
  ) {
    self.isLocal = isLocal
    state = Mutex(State(completion: completion))
  }

  func end(_ result: Result<FetchedSource, FetchFailure>) {
    let completion = state.withLock { state in
      defer { state = State() }
      return state.completion
    }
    completion?(result)
  }

  func urlSession(
    _ session: URLSession, task: URLSessionTask,
    willPerformHTTPRedirection response: HTTPURLResponse, newRequest request: URLRequest,
    completionHandler: @escaping @Sendable (URLRequest?) -> Void
  ) {
    let count = state.withLock { state in
      state.redirects += 1
      return state.redirects
    }
    let isSafe =
      SourceFetch.isSafe(request.url) && (isLocal || request.url?.scheme?.lowercased() == "https")
    guard isSafe, count <= SourceFetch.redirects else {
      end(.failure(.badRedirect))
      return completionHandler(nil)
    }
    completionHandler(request)
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    let isTooLarge = state.withLock { state in
      guard state.completion != nil else { return false }
      state.bytes += data
      return state.bytes.count > ImportLimits.sourceBytes
    }
    if isTooLarge {
      end(.failure(.tooLarge))
      dataTask.cancel()
    }
  }

  func urlSession(
    _ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?
  ) {
    guard let response = task.response as? HTTPURLResponse, error == nil else {
      return end(.failure(.connection(error?.localizedDescription ?? "no answer")))
    }
    switch response.statusCode {
    case 304: end(.success(.unchanged))
    case 200:
      let bytes = state.withLock { $0.bytes }
      end(
        .success(
          .content(
            bytes, address: response.url?.absoluteString ?? "",
            entityTag: response.value(forHTTPHeaderField: "ETag") ?? "",
            modified: response.value(forHTTPHeaderField: "Last-Modified") ?? "")))
    default: end(.failure(.status(response.statusCode)))
    }
  }
}
