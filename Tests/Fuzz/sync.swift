// The messages of sync; the first byte chooses which. What is read is written again to the same
// bytes.

import Events
import Sync

func test(_ data: [UInt8]) {
  guard let kind = data.first else { return }
  let body = Array(data.dropFirst())
  switch kind % 8 {
  case 0: check(body, (try? Hello(body))?.text)
  case 1: check(body, (try? HelloAnswer(body))?.text)
  case 2: check(body, (try? PushAnswer(body))?.text)
  case 3: check(body, (try? SyncRefusal(body))?.text)
  case 4:
    let query = String(decoding: body, as: UTF8.self)
    check(Array(query.utf8), (try? PushRequest(query: query))?.query)
  case 5:
    let query = String(decoding: body, as: UTF8.self)
    check(Array(query.utf8), (try? PullRequest(query: query))?.query)
  case 6: checkPush(body)
  default: checkPull(body)
  }
}

private func check(_ body: [UInt8], _ text: String?) {
  guard let text else { return }
  require(Array(text.utf8) == body, "a message has one form")
}

private func checkPush(_ body: [UInt8]) {
  guard case .event(let first)? = (try? TransferText.blocks(body))?.first else { return }
  guard let events = try? PushBatch.events(body, from: first.dot.site) else { return }
  var batch = PushBatch()
  for event in events { require(batch.add(eventText: event.text), "what is read fits") }
  require(batch.body == body, "a push has one form")
}

private func checkPull(_ body: [UInt8]) {
  guard let answer = try? PullAnswer(body) else { return }
  // Of a site without a line all events are foreign, so the empty answer has the first line alone.
  guard let nobody = SiteID("nobody") else { return }
  let empty = PullBatch(for: nobody, after: answer.tree.size, position: answer.position)
  var again = empty.body(root: answer.tree.root)
  for block in answer.blocks {
    switch block {
    case .receipt(let receipt): TransferText.append(receiptLine: receipt.line, to: &again)
    case .event(let event): TransferText.append(event, to: &again)
    }
  }
  require(again == body, "a pull answer has one form")
}
