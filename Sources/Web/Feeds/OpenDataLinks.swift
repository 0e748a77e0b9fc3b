// What each page says in its head about the machine-readable outputs.

/// Links in the head of all pages.
enum OpenDataLinks {
  static let all: HTML = """
    <link rel="alternate" type="application/atom+xml" title="Aktuelles" href="/aktuelles.atom">
    <link rel="alternate" type="application/feed+json" title="Aktuelles" href="/aktuelles.json">
    <link rel="alternate" type="application/atom+xml" title="Alle Einträge" href="/eintraege.atom">
    <link rel="alternate" type="text/calendar" title="Termine" href="/kalender.ics">
    <link rel="search" type="application/opensearchdescription+xml" title="Suche" \
    href="/opensearch.xml">
    """

  /// Links in the head of an item's page.
  static func item(_ path: String) -> HTML {
    let data: HTML = """

      <link rel="alternate" type="application/ld+json" href="\(path)/schema.jsonld">
      """
    let calendar: HTML? =
      path.hasPrefix(Address.list("date") + "/")
      ? """

      <link rel="alternate" type="text/calendar" href="\(path)/kalender.ics">
      """ : nil
    return "\(data)\(calendar)"
  }
}
