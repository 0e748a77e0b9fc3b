// A chunked body: the same data, end and refusal however it is cut; and what was decoded comes out
// the same when it is coded again.

@testable import HTTP

private struct Outcome: Equatable {
  var body: [UInt8] = []
  var consumed = 0
  var isWhole = false
  var refusal: Refusal?
}

private func read(_ bytes: [UInt8], _ sizes: [Int]) -> Outcome {
  let limits = Limits()
  var decoder = ChunkDecoder()
  var outcome = Outcome()
  for piece in pieces(bytes, sizes) {
    var position = 0
    do throws(Refusal) {
      outcome.isWhole = try decoder.read(
        piece.span, &position, into: &outcome.body, bodyLimit: 1_000, limits: limits)
    } catch {
      outcome.refusal = error
      return outcome
    }
    outcome.consumed += position
    if outcome.isWhole { return outcome }
    require(position == piece.count, "all is consumed before the end")
  }
  return outcome
}

func test(_ data: [UInt8]) {
  let (sizes, bytes) = cut(data)
  let whole = read(bytes, [max(bytes.count, 1)])
  let isRefused = whole.refusal != nil
  for others in [sizes, [1]] {
    let other = read(bytes, others)
    require(other.refusal == whole.refusal, "cuts change no refusal")
    require(isRefused || other == whole, "cuts change nothing")
  }
  require(whole.body.count <= 1_000, "a body keeps its limit")
  guard whole.isWhole else { return }
  var coded: [UInt8] = []
  for part in pieces(whole.body, sizes) {
    coded += Array("\(String(part.count, radix: 16))\r\n".utf8) + part + Array("\r\n".utf8)
  }
  coded += Array("0\r\n\r\n".utf8)
  let again = read(coded, sizes)
  require(again.isWhole && again.body == whole.body, "what is coded is decoded")
}
