// One item in the words of schema.org, as JSON-LD: Event, NewsArticle, Project.
// Protocols/http-api.md §6.

import Catalogue
import Events

extension OpenData {
  /// The item at an address of its kind; nil where its page would not be shown.
  func schemaOrg(of id: ItemID, kind: String) throws -> OpenOutput? {
    guard let state = try reads.state(id), state.kind?.rawValue == kind,
      !state.isWithdrawn, !state.isHidden, state.mergedInto == nil,
      !state.isUnreleased(at: moment),
      let changed = state.registers.flatMap({ $0.survivors.map(\.time) }).max()
    else { return nil }
    let page = absolute(Address.item(id, kind: kind))
    let title = ItemParts.title(state.title)
    var members: [(String, FieldValue)] = [
      ("@context", "https://schema.org"), ("@id", .string(page)), ("url", .string(page)),
      ("identifier", .string("urn:uuid:\(OpenData.uuid(id))")), ("inLanguage", "de"),
      ("dateModified", .string(changed.description)),
    ]
    if let summary = state.summary { members.append(("description", .string(summary))) }
    let pictures = ItemMedia.values(of: state).filter { $0["width"] != nil }
    if !pictures.isEmpty { members.append(("image", .array(pictures.map(picture)))) }
    if !state.keywords.isEmpty {
      members.append(("keywords", .array(state.keywords.map { .string($0) })))
    }
    switch kind {
    case "date": members += [("name", .string(title))] + event(state)
    case "news": members += [("headline", .string(title))] + article(state)
    default: members += [("name", .string(title))] + project(state)
    }
    // `inLanguage` and `dateModified` belong to works; events and projects have none.
    if kind == "project" { members.removeAll { ["inLanguage", "dateModified"].contains($0.0) } }
    if kind == "date" { members.removeAll { $0.0 == "dateModified" } }
    return OpenOutput(
      bytes: Array(FieldValue.object(sorting: members).canonicalText.utf8),
      type: "application/ld+json")
  }

  private func picture(_ value: FieldValue) -> FieldValue {
    var members: [(String, FieldValue)] = [
      ("@type", "ImageObject"),
      ("contentUrl", .string(absolute(MediaSite.path(value["sha256"]?.text ?? "")))),
    ]
    for (name, member) in [
      ("width", "width"), ("height", "height"), ("encodingFormat", "type"),
      ("description", "alt"), ("caption", "caption"), ("creditText", "credit"),
    ] {
      if let part = value[member] { members.append((name, part)) }
    }
    if let address = value["licence"]?.text.flatMap({ Texts.mediaLicence($0).address }) {
      members.append(("license", .string(address)))
    }
    return .object(sorting: members)
  }

  private func organisation(_ site: SiteID?) -> FieldValue {
    let site = site ?? region.kreis
    var members: [(String, FieldValue)] = [
      ("@type", "GovernmentOrganization"), ("name", .string(region.label(site))),
    ]
    if let address = WebAddress(region[site]?.website)?.text {
      members.append(("url", .string(address)))
    }
    return .object(sorting: members)
  }

  // MARK: - Kinds

  private func article(_ state: ItemState) -> [(String, FieldValue)] {
    let published =
      LocalTime(state.text("released")).map(OpenData.zoned)
      ?? state.created?.description ?? ""
    var members: [(String, FieldValue)] = [
      ("@type", "NewsArticle"), ("author", organisation(state.lead)),
      ("publisher", organisation(state.lead)), ("datePublished", .string(published)),
    ]
    if let note = state.text("correctionNote") { members.append(("correction", .string(note))) }
    if let subtitle = state.text("subtitle") {
      members.append(("alternativeHeadline", .string(subtitle)))
    }
    return members
  }

  private func project(_ state: ItemState) -> [(String, FieldValue)] {
    var members: [(String, FieldValue)] = [
      ("@type", "Project"), ("parentOrganization", organisation(state.lead)),
      ("member", .array(state.participants.map { organisation($0) })),
    ]
    for (name, member) in [("foundingDate", "from"), ("dissolutionDate", "to")] {
      if let day = state.value("period")?[member]?.text { members.append((name, .string(day))) }
    }
    return members
  }

  private func event(_ state: ItemState) -> [(String, FieldValue)] {
    let organiser: FieldValue =
      state.text("organiser").map { ["@type": "Organization", "name": .string($0)] }
      ?? organisation(state.lead)
    var members: [(String, FieldValue)] = [
      ("@type", "Event"), ("organizer", organiser),
      ("eventStatus", .string("https://schema.org/" + OpenData.status(state))),
      ("eventAttendanceMode", .string("https://schema.org/" + OpenData.attendance(state))),
    ]
    for (name, member) in [("startDate", "start"), ("endDate", "end")] {
      if let time = LocalTime(state.when?[member]?.text) {
        members.append((name, .string(OpenData.zoned(time))))
      }
    }
    if let old = LocalTime(state.schedule?["oldStart"]?.text) {
      members.append(("previousStartDate", .string(OpenData.zoned(old))))
    }
    var places: [FieldValue] = []
    if let venue = state.venue { places.append(OpenData.place(venue)) }
    if let link = state.text("onlineLink") {
      places.append(["@type": "VirtualLocation", "url": .string(link)])
    }
    if !places.isEmpty { members.append(("location", .array(places))) }
    if let isFree = state.value("price")?["free"]?.truth {
      members.append(("isAccessibleForFree", .bool(isFree)))
    }
    return members
  }

  private static func status(_ state: ItemState) -> String {
    switch state.schedule?["state"]?.text {
    case "cancelled": "EventCancelled"
    case "postponed": "EventPostponed"
    case "rescheduled": "EventRescheduled"
    default: "EventScheduled"
    }
  }

  private static func attendance(_ state: ItemState) -> String {
    switch (state.venue != nil, state.text("onlineLink") != nil) {
    case (true, true): "MixedEventAttendanceMode"
    case (false, true): "OnlineEventAttendanceMode"
    default: "OfflineEventAttendanceMode"
    }
  }

  private static func place(_ venue: FieldValue) -> FieldValue {
    var address: [(String, FieldValue)] = [("@type", "PostalAddress"), ("addressCountry", "DE")]
    for (name, member) in [
      ("streetAddress", "street"), ("postalCode", "postcode"), ("addressLocality", "town"),
    ] {
      if let text = venue[member]?.text { address.append((name, .string(text))) }
    }
    var members: [(String, FieldValue)] = [
      ("@type", "Place"), ("name", venue["name"] ?? ""), ("address", .object(sorting: address)),
    ]
    if let latitude = venue["lat"]?.number, let longitude = venue["lon"]?.number {
      members.append(
        (
          "geo",
          [
            "@type": "GeoCoordinates", "latitude": .string(CalendarText.degrees(latitude)),
            "longitude": .string(CalendarText.degrees(longitude)),
          ]
        ))
    }
    return .object(sorting: members)
  }

  /// ISO 8601 with the offset of that day: `2023-09-26T10:00:00+02:00`.
  private static func zoned(_ time: LocalTime) -> String {
    guard let minute = time.minute else { return time.iso }
    let local = Int64(time.day.daysSince1970) * 1_440 + Int64(minute)
    let hours = local - BerlinTime.moment(of: time).milliseconds / 60_000
    return "\(time.iso):00+0\(hours / 60):00"
  }
}
