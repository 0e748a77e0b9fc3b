import CLinux
import Glibc
final class EventLoop {
  init(
    listener: Listener, share: Int, limits: Limits, mailbox: Mailbox, counters: LoopCounters,
    handler: Handler
  ) throws(ServerError) {}
  func run() {}
}
