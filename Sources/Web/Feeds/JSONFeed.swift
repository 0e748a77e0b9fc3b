// Feeds as JSON Feed 1.1. The format has no word for what is gone: that stands in an extension.
// Protocols/http-api.md §6.

import Events
import Views

extension OpenData {
  /// A list as a JSON feed.
  func jsonFeed(_ filter: OpenFilter, name: String) throws -> OpenOutput {
    let feed = try Syndication(filter, name: name, self)
    var members: [(String, FieldValue)] = [
      ("version", "https://jsonfeed.org/version/1.1"), ("title", .string(feed.title)),
      ("description", .string(region.subtitle)), ("language", "de"),
      ("home_page_url", .string(feed.page)), ("feed_url", .string(feed.json)),
      ("authors", [["name": .string(region.label(region.kreis))]]),
      ("items", .array(feed.entries.map(jsonItem))),
      (
        "_vesthub",
        .object(sorting: [
          ("about", .string(absolute("/api/v1/openapi.json"))),
          ("deleted", .array(feed.gone.map(jsonGone))),
        ])
      ),
    ]
    if let next = feed.next { members.append(("next_url", .string(feed.json(next)))) }
    let value = FieldValue.object(sorting: members)
    return OpenOutput(
      bytes: Array(value.canonicalText.utf8), type: "application/feed+json",
      changesAt: feed.changesAt)
  }

  private func jsonItem(_ entry: Syndication.Entry) -> FieldValue {
    let row = entry.row
    let tags = row.fieldsOfAction.map(Texts.field) + row.keywords
    var members: [(String, FieldValue)] = [
      ("id", .string("urn:uuid:\(OpenData.uuid(row.id))")), ("url", .string(page(row))),
      ("title", .string(row.title)), ("content_html", .string(entry.content.text)),
      ("date_published", .string(published(row).description)),
      ("date_modified", .string(row.changedAt.description)),
      ("authors", [["name": .string(region.label(row.lead))]]),
      ("tags", .array(tags.map { .string($0) })), ("language", "de"),
    ]
    if !row.summary.isEmpty { members.append(("summary", .string(row.summary))) }
    return .object(sorting: members)
  }

  private func jsonGone(_ gone: Syndication.Gone) -> FieldValue {
    .object(sorting: [
      ("id", .string("urn:uuid:\(OpenData.uuid(gone.row.id))")), ("url", .string(page(gone.row))),
      ("when", .string(gone.since.description)), ("comment", .string(gone.text)),
    ])
  }
}
