// The beat that keeps silent streams open.

import Dispatch

/// Calls a function again and again until it is stopped.
///
/// `@unchecked Sendable`: the source is made once, and its calls may come from any thread.
final class Heartbeat: @unchecked Sendable {
  /// Proxies cut connections that are silent for a minute.
  private static let seconds = 20

  private let timer: any DispatchSourceTimer

  init(_ beat: @escaping @Sendable () -> Void) {
    timer = DispatchSource.makeTimerSource(queue: .global())
    timer.schedule(deadline: .now() + .seconds(Self.seconds), repeating: .seconds(Self.seconds))
    timer.setEventHandler(handler: beat)
    timer.activate()
  }

  func stop() { timer.cancel() }
}
