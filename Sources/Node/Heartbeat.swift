// Beats: what keeps silent streams open and looks at what has changed.

import Dispatch

/// Calls a function again and again until it is stopped.
///
/// `@unchecked Sendable`: the source is made once, and its calls may come from any thread.
final class Heartbeat: @unchecked Sendable {
  /// Proxies cut connections that are silent for a minute.
  static let proxySeconds = 20

  private let timer: any DispatchSourceTimer

  init(seconds: Int, _ beat: @escaping @Sendable () -> Void) {
    timer = DispatchSource.makeTimerSource(queue: .global())
    timer.schedule(deadline: .now() + .seconds(seconds), repeating: .seconds(seconds))
    timer.setEventHandler(handler: beat)
    timer.activate()
  }

  func stop() { timer.cancel() }
}
