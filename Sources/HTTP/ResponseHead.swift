// The head of a response on the wire (RFC 9112 §4, §6.1; RFC 9110 §6.6.1, §8.6).

/// What the head of a response must know of its request.
struct Exchange {
  var id: ExchangeID
  var isHead: Bool
  var minorVersion: Int
  var keepsAlive: Bool
}

/// Writes heads of responses; keeps the Date field of the current second.
struct ResponseHead {
  private var dateLine: [UInt8] = []
  private var dateSecond = Int.min

  /// The fields that the server alone may set: a second one would break the framing.
  private static let owned = ["Content-Length", "Transfer-Encoding", "Connection", "Date"]

  /// Appends the head of a response with the empty line that ends it.
  mutating func append(_ response: Response, to exchange: Exchange, _ out: inout [UInt8]) {
    out.append("HTTP/1.1 ")
    out.append(decimal: response.status)
    out.append(UInt8(ascii: " "))
    out.append(reasonPhrase(response.status))
    out.append("\r\n")
    var headers = response.headers
    for name in ResponseHead.owned where headers.contains(name) { headers.remove(name) }
    out.append(contentsOf: headers.block)
    appendDate(&out)
    if let count = response.body.count {
      // RFC 9110 §8.6: no length with 204; with 304 it would have to be the whole one's.
      if response.status != 204, response.status != 304 {
        out.append("Content-Length: ")
        out.append(decimal: count)
        out.append("\r\n")
      }
    } else if exchange.minorVersion >= 1 {
      out.append("Transfer-Encoding: chunked\r\n")
    }
    if !exchange.keepsAlive {
      out.append("Connection: close\r\n")
    } else if exchange.minorVersion == 0 {
      out.append("Connection: keep-alive\r\n")
    }
    out.append("\r\n")
  }

  private mutating func appendDate(_ out: inout [UInt8]) {
    let second = wallClockSeconds()
    if second != dateSecond {
      dateSecond = second
      dateLine = Array("Date: \(HTTPDate.text(second))\r\n".utf8)
    }
    out.append(contentsOf: dateLine)
  }
}
