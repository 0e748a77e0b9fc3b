// An event as text. What the scanner accepts is written again from its parts to the same bytes.

import Events

func test(_ data: [UInt8]) {
  // Form alone, so that the fuzzer is not stopped by hashes that it cannot compute.
  let form: Event
  do {
    form = try Event(scanning: data, checking: .stored(id: .zero))
  } catch {
    require((try? Event(scanning: data)) == nil, "the full check accepts less than the form")
    return
  }
  require(form.text == data, "an event keeps its bytes")
  // A later version may have members that this one does not know.
  let isKnown = form.version == Event.version
  require(!isKnown || Array(form.header) == header(of: form), "a header has one form")
  for field in form.fields {
    guard let text = form.valueText(of: field) else { continue }
    let value = try? FieldValue(canonical: Array(text))
    require(value.map { Array($0.canonicalText.utf8) } == Array(text), "a value has one form")
  }
  let whole = try? Event(scanning: data)
  let isCommitted = Event.commitment(to: form.fields) == form.commitment
  require((whole != nil) == isCommitted, "the full check adds the commitment alone")
  if let whole { require(whole.id == SHA256.hash(Array(form.header)), "the id is the hash") }
}

/// `Protocols/event.md` once more: the header line without its newline.
private func header(of event: Event) -> [UInt8] {
  var text = "{\"v\":\(event.version),\"site\":\"\(event.dot.site)\",\"seq\":\(event.dot.seq)"
  text += ",\"at\":\"\(event.at)\",\"type\":\(quoted(event.type))"
  if let item = event.item { text += ",\"item\":\"\(item)\"" }
  let seen = event.context.seen.entries.map { "\"\($0.site)\":\($0.seq)" }
  if !seen.isEmpty { text += ",\"seen\":{\(seen.joined(separator: ","))}" }
  let also = event.context.also.map { "\"\($0)\"" }
  if !also.isEmpty { text += ",\"also\":[\(also.joined(separator: ","))]" }
  if let by = event.by { text += ",\"by\":\(quoted(by))" }
  if let released = event.released { text += ",\"released\":\(quoted(released))" }
  if let original = event.reissues {
    text += ",\"reissues\":{\"id\":\"\(original.id.hex)\",\"at\":\"\(original.at)\"}"
  }
  text += ",\"prev\":\"\(event.prev.hex)\",\"fields\":\"\(event.commitment.hex)\""
  text += ",\"mac\":\"\(event.mac.hex)\"}"
  return Array(text.utf8)
}

private func quoted(_ text: String) -> String { FieldValue.string(text).canonicalText }
