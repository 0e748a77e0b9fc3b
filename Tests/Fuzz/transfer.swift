// Transfer text: the same blocks, or the same error, however the stream is cut; and what was read
// is written again to the same bytes.

import Events

private struct Outcome: Equatable {
  var blocks: [TransferText.Block] = []
  var error: String?
}

private func read(_ bytes: [UInt8], _ sizes: [Int]) -> Outcome {
  var reader = TransferText.Reader()
  var outcome = Outcome()
  do {
    for piece in pieces(bytes, sizes) { try reader.feed(piece) { outcome.blocks.append($0) } }
    try reader.finish()
  } catch {
    outcome.error = "\(error)"
  }
  return outcome
}

func test(_ data: [UInt8]) {
  let (sizes, bytes) = cut(data)
  let whole = read(bytes, [max(bytes.count, 1)])
  require(read(bytes, sizes) == whole, "cuts change nothing")
  require(read(bytes, [1]) == whole, "byte by byte changes nothing")
  guard whole.error == nil else { return }
  var again: [UInt8] = []
  for block in whole.blocks {
    switch block {
    case .receipt(let receipt): TransferText.append(receiptLine: receipt.line, to: &again)
    case .event(let event): TransferText.append(event, to: &again)
    }
  }
  require(again == bytes, "a stream has one form")
}
