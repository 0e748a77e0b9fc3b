// Why a request is refused, and with which status (RFC 9110 §15.5, §15.6; RFC 9112 §2.2 to §7).
// After a refusal the framing can no longer be trusted or is unwanted: the connection closes.

/// A fact for which the server refuses a request. Each case has one status.
package enum Refusal: Error, Sendable, Equatable, CaseIterable {
  // Lines and fields
  case bareLineFeed
  case bareCarriageReturn
  case malformedRequestLine
  case malformedMethod
  case malformedVersion
  case tooManyEmptyLines
  case lineFolding
  case spaceBeforeColon
  case malformedFieldName
  case controlInFieldValue
  // Target and host
  case malformedTarget
  case malformedEscape
  case controlInPath
  case pathIsNotUTF8
  case missingHost
  case repeatedHost
  case malformedHost
  // Framing
  case malformedContentLength
  case repeatedContentLength
  case lengthAndCoding
  case codingInOldVersion
  case chunkedIsNotLast
  case malformedChunkSize
  case malformedChunkExtension
  case chunkLineTooLong
  case malformedChunkEnd
  // Limits and abilities
  case slowRequest
  case bodyTooLarge
  case tooManyLargeBodies
  case targetTooLong
  case unknownExpectation
  case headersTooLarge
  case unknownMethod
  case unknownCoding
  case unsupportedVersion

  /// The status of the answer.
  package var status: Int {
    switch self {
    case .slowRequest: 408
    case .bodyTooLarge: 413
    case .targetTooLong: 414
    case .unknownExpectation: 417
    case .headersTooLarge: 431
    case .unknownMethod, .unknownCoding: 501
    case .tooManyLargeBodies: 503
    case .unsupportedVersion: 505
    default: 400
    }
  }
}

/// The reason phrase of a status; empty for one without a registered phrase (RFC 9110 §15).
func reasonPhrase(_ status: Int) -> StaticString {
  switch status {
  case 200: "OK"
  case 201: "Created"
  case 202: "Accepted"
  case 204: "No Content"
  case 206: "Partial Content"
  case 301: "Moved Permanently"
  case 302: "Found"
  case 303: "See Other"
  case 304: "Not Modified"
  case 307: "Temporary Redirect"
  case 308: "Permanent Redirect"
  case 400: "Bad Request"
  case 401: "Unauthorized"
  case 403: "Forbidden"
  case 404: "Not Found"
  case 405: "Method Not Allowed"
  case 406: "Not Acceptable"
  case 408: "Request Timeout"
  case 409: "Conflict"
  case 410: "Gone"
  case 412: "Precondition Failed"
  case 413: "Content Too Large"
  case 414: "URI Too Long"
  case 415: "Unsupported Media Type"
  case 416: "Range Not Satisfiable"
  case 417: "Expectation Failed"
  case 421: "Misdirected Request"
  case 422: "Unprocessable Content"
  case 428: "Precondition Required"
  case 429: "Too Many Requests"
  case 431: "Request Header Fields Too Large"
  case 500: "Internal Server Error"
  case 501: "Not Implemented"
  case 502: "Bad Gateway"
  case 503: "Service Unavailable"
  case 504: "Gateway Timeout"
  case 505: "HTTP Version Not Supported"
  default: ""
  }
}
