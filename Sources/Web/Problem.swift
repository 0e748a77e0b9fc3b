// Errors of the API as problem details (RFC 9457).

import Events
import HTTP

/// One answer of the API that is no success.
struct Problem: Error, Sendable, Equatable {
  let status: Int
  /// The last part of the type's address.
  let slug: String
  let title: String
  /// What is wrong with this request.
  let detail: String?
  /// Where it is wrong: the name of a parameter, or a JSON pointer to a member.
  let pointer: String?

  init(
    status: Int, slug: String, title: String, detail: String? = nil, pointer: String? = nil
  ) {
    self.status = status
    self.slug = slug
    self.title = title
    self.detail = detail
    self.pointer = pointer
  }

  static let notFound = Problem(status: 404, slug: "not-found", title: "There is no such resource")
  static let gone = Problem(
    status: 410, slug: "withdrawn", title: "The item was withdrawn by its publisher")
  static let methodNotAllowed = Problem(
    status: 405, slug: "method-not-allowed", title: "The resource does not know this method")
  static let unauthorized = Problem(
    status: 401, slug: "unauthorized", title: "A valid bearer token is needed")
  static let noRight = Problem(
    status: 403, slug: "no-right",
    title: "This site or this token may not write these fields of the item")
  static let notJSON = Problem(
    status: 415, slug: "not-json", title: "The body must be application/json")
  static let unavailable = Problem(
    status: 503, slug: "unavailable", title: "The node cannot do this now; try again")

  static let misdirected = Problem(
    status: 421, slug: "misdirected", title: "This node does not answer under that name",
    detail: "Add the host to \"hosts\" in node.json, or set its public address by --public.")

  static func badParameter(_ name: String, _ detail: String) -> Problem {
    Problem(
      status: 400, slug: "bad-parameter", title: "A parameter of the query is not valid",
      detail: detail, pointer: name)
  }

  static func badBody(_ pointer: String, _ detail: String) -> Problem {
    Problem(
      status: 400, slug: "bad-body", title: "The body is not what this resource takes",
      detail: detail, pointer: pointer)
  }

  static func badSource(_ detail: String) -> Problem {
    Problem(
      status: 422, slug: "bad-source", title: "The source cannot be imported", detail: detail)
  }

  /// The key stands for another request, whose answer must not be given to this one.
  static let keyReused = Problem(
    status: 422, slug: "key-reused", title: "The Idempotency-Key was used for another request")
  static let keyInUse = Problem(
    status: 409, slug: "key-in-use", title: "A request with this Idempotency-Key is under way")

  static func badField(_ name: String, _ detail: String) -> Problem {
    Problem(
      status: 422, slug: "bad-field", title: "A field cannot hold this value", detail: detail,
      pointer: "/fields/\(name.replacing("~", with: "~0").replacing("/", with: "~1"))")
  }

  init(withoutEffect detail: String) {
    self.init(
      status: 422, slug: "without-effect", title: "The event is stored and has no effect",
      detail: detail)
  }

  /// One of each type, for the page that explains them.
  private static let samples = [
    badParameter("", ""), badBody("", ""), unauthorized, noRight, notFound, methodNotAllowed, gone,
    keyInUse, notJSON, misdirected, badField("", ""), badSource(""), keyReused,
    Problem(withoutEffect: ""), unavailable,
  ]

  /// What the addresses of the types lead to.
  static var list: FieldValue {
    .object(sorting: [
      (
        "problems",
        .array(
          samples.map { sample in
            .object(sorting: [
              ("slug", .string(sample.slug)), ("status", .integer(Int64(sample.status))),
              ("title", .string(sample.title)),
            ])
          })
      )
    ])
  }

  /// The answer. An address of a type is a path: it leads to where the types are explained.
  var response: Response {
    var members: [(String, FieldValue)] = [
      ("type", .string("/api/v1/problems#\(slug)")), ("title", .string(title)),
      ("status", .integer(Int64(status))),
    ]
    if let detail { members.append(("detail", .string(detail))) }
    if let pointer { members.append(("pointer", .string(pointer))) }
    let body = Array(FieldValue.object(sorting: members).canonicalText.utf8)
    var answer = Response.of(body, type: "application/problem+json", status: status)
      .with("Access-Control-Allow-Origin", "*").with("Cache-Control", "no-store")
    if status == 401 { answer.headers.set("WWW-Authenticate", "Bearer") }
    if status == 503 { answer.headers.set("Retry-After", "10") }
    return answer
  }
}
