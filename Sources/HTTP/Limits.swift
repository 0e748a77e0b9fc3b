// Every bound of the server in one place. What grows has a limit, and each limit has a reason.

/// The bounds that a server keeps towards its clients; all may be set by the configuration.
package struct Limits: Sendable {
  /// Longest request line in bytes. RFC 9112 §3 recommends at least 8000. Longer: 414.
  package var requestLineBytes = 8_192
  /// Longest header section in bytes. Cookies and proxies' fields fit ten times. Longer: 431.
  package var headerBytes = 32_768
  /// Most header fields. Browsers behind two proxies send about 30. More: 431.
  package var headerFields = 100
  /// Largest body where the route names no own bound: forms and JSON of an editor. Larger: 413.
  package var bodyBytes = 1_048_576
  /// Bytes of bodies above `bodyBytes` that one loop holds at once: three uploads of the largest
  /// size. One more is answered 503.
  package var largeBodiesBytes = 67_108_864
  /// Longest line with a chunk's size and extensions. Extensions are not used by anyone: 400.
  package var chunkLineBytes = 256
  /// Longest trailer section of a chunked body. Trailers are read and dropped. Longer: 431.
  package var trailerBytes = 4_096
  /// Open connections of the whole server. More are answered 503. Keep it below `ulimit -n`.
  package var connections = 8_192
  /// Connections beyond the limit that may wait for their 503 to arrive. More are just closed.
  package var refusedConnections = 128
  /// From the first byte of a request to the end of its header section. Slower: 408.
  package var headerSeconds = 10.0
  /// What a body may take besides the time its bytes need at the lowest rate. Slower: 408.
  package var bodySeconds = 20.0
  /// The lowest rate at which a body may trickle in: a slow phone sends ten times as much.
  package var bodyBytesPerSecond = 2_048
  /// How long a kept connection may be silent. nginx in front keeps 60 seconds: outlast it.
  package var idleSeconds = 75.0
  /// How long a client may take none of the bytes that wait for it. Then it is cut off.
  package var writeSeconds = 30.0
  /// How long a deferred answer may take; above it 503. Long polls end after 60 seconds.
  package var answerSeconds = 300.0
  /// How long the rest of a refused request is read and dropped, so that the answer arrives.
  package var lingerSeconds = 2.0
  /// Bytes that one stream may have waiting for a slow client; at the limit `write` says no.
  package var streamBacklogBytes = 262_144
  /// Answers to pipelined requests that may wait in memory before more requests are read.
  package var pipelineBytes = 262_144
  /// How long a connection without a request may stay when the server drains.
  package var drainIdleSeconds = 0.5

  /// The limits of a node on the open web behind a proxy.
  package init() {}
}
