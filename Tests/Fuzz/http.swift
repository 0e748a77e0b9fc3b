// Requests of a connection: the same requests, or the same refusal, however the bytes are cut.

@testable import HTTP

private struct Outcome: Equatable {
  var requests: [String] = []
  var bodies: [[UInt8]] = []
  var refusal: Refusal?
  var hasEnded = false
}

private func read(_ bytes: [UInt8], _ sizes: [Int]) -> Outcome {
  var limits = Limits()
  limits.requestLineBytes = 200
  limits.headerBytes = 600
  limits.headerFields = 12
  limits.bodyBytes = 300
  limits.chunkLineBytes = 40
  limits.trailerBytes = 60
  var parser = RequestParser(limits: limits)
  var outcome = Outcome()
  var inbox: [UInt8] = []
  for piece in pieces(bytes, sizes) {
    inbox += piece
    let input = inbox
    var position = 0
    stepping: while true {
      switch parser.step(input.span, &position) {
      case .needsMore: break stepping
      case .head: parser.bodyLimit = limits.bodyBytes
      case .complete:
        let head = parser.head
        outcome.requests.append(
          "\(head.method) \(head.target) \(head.minorVersion) \(head.keepsAlive) "
            + "\(head.headers.all.map { "\($0.name)=\($0.value)" }) \(head.host ?? "-")")
        outcome.bodies.append(parser.takeBody())
      case .failed(let refusal):
        outcome.refusal = refusal
        return outcome
      case .ended:
        outcome.hasEnded = true
        return outcome
      }
    }
    require(position <= input.count, "no more is consumed than there is")
    inbox.removeFirst(position)
  }
  require(outcome.bodies.allSatisfy { $0.count <= limits.bodyBytes }, "a body keeps its limit")
  return outcome
}

func test(_ data: [UInt8]) {
  let (sizes, bytes) = cut(data)
  let whole = read(bytes, [max(bytes.count, 1)])
  require(read(bytes, sizes) == whole, "cuts change nothing")
  require(read(bytes, [1]) == whole, "byte by byte changes nothing")
}
