// The API's door for importers: a whole source in, a report out. Protocols/http-api.md §3.

import Catalogue
import Desk
import Events
import HTTP
import Importers

extension API {
  /// `POST /api/v1/imports`: imports a source, or plans it.
  func importSource(_ request: Request) -> Answer {
    guard let user = user(request) else { return .now(Problem.unauthorized.response) }
    guard user.role >= .releaser else { return .now(Problem.noRight.response) }
    let task: ImportTask
    do {
      task = try API.importTask(request)
    } catch {
      return .now(error.response)
    }
    guard let imports else { return .now(Problem.unavailable.response) }
    return .later { reply in
      imports.run(task) { result in
        var response = API.answer(result)
        SecurityHeaders.add(to: &response)
        reply.send(response)
      }
    }
  }

  private static func answer(_ result: Result<ImportReport, ImportPort.Failure>) -> Response {
    switch result {
    case .success(let report): .json(report.value).with("Cache-Control", "no-store")
    case .failure(.source(let error)): Problem.badSource(error.description).response
    case .failure(.unavailable): Problem.unavailable.response
    }
  }

  private static func importTask(_ request: Request) throws(Problem) -> ImportTask {
    var reader = SourceReader()
    var values: [String: String] = [:]
    for item in request.query {
      guard values.updateValue(item.value, forKey: item.name) == nil else {
        throw .badParameter(item.name, "stands twice")
      }
    }
    func take(_ name: String) -> String? { values.removeValue(forKey: name) }
    func truth(_ name: String) throws(Problem) -> Bool {
      switch take(name) {
      case nil, "false": return false
      case "true": return true
      default: throw .badParameter(name, "true or false")
      }
    }
    guard var order = take("source").flatMap({ ImportOrder(source: $0) }) else {
      throw .badParameter("source", ImportError.badSourceName.description)
    }
    if let kind = take("kind") {
      guard let known = ItemKind(rawValue: kind) else {
        throw .badParameter("kind", "project, news or date")
      }
      reader.kind = known
    }
    if let format = take("format") {
      guard let known = ImportFormat(rawValue: format) else {
        throw .badParameter("format", ImportError.noSuchFormat(format).description)
      }
      reader.format = known
    }
    reader.address = take("address")
    order.isForced = try truth("force")
    order.isWhole = try truth("whole")
    order.takesForeign = try truth("foreign")
    let isDryRun = try truth("dryRun")
    if let unknown = values.keys.sorted().first { throw .badParameter(unknown, "unknown") }
    return ImportTask(bytes: request.body, reader: reader, order: order, isDryRun: isDryRun)
  }
}
