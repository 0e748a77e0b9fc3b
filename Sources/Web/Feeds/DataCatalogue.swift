// The catalogue as a catalogue of data sets, for portals of open data: DCAT-AP.de 3.0.
// Protocols/http-api.md §6.

import Catalogue
import Events
import Views

extension OpenData {
  /// The description as Turtle.
  func dcatTurtle() throws -> OpenOutput {
    let (graph, changesAt) = try dataCatalogue()
    return OpenOutput(
      bytes: Array(graph.turtle.utf8), type: "text/turtle; charset=utf-8", changesAt: changesAt)
  }

  /// The same as JSON-LD.
  func dcatJSON() throws -> OpenOutput {
    let (graph, changesAt) = try dataCatalogue()
    return OpenOutput(
      bytes: Array(graph.jsonLD.canonicalText.utf8), type: "application/ld+json",
      changesAt: changesAt)
  }

  private static let authority = "http://publications.europa.eu/resource/authority/"
  /// Data of the catalogue may be used by anybody who names the source.
  private static let licence = "http://dcat-ap.de/def/licenses/" + Licence.attribution

  private var catalogueIRI: String { absolute("/katalog#katalog") }
  private var publisherIRI: String { absolute("/katalog#herausgeber") }
  private var contactIRI: String { absolute("/katalog#kontakt") }
  private var serviceIRI: String { absolute("/katalog#api") }

  private func dataCatalogue() throws -> (graph: RDFGraph, changesAt: Timestamp?) {
    let rows = try rows(OpenFilter())
    let shown = rows.filter { standing(of: $0) == .shown }
    var graph = RDFGraph()
    let sets = ["project", "news", "date"].compactMap { ItemKind(rawValue: $0) }
    let modified = shown.map(\.changedAt).max()
    graph.state(
      catalogueIRI,
      [
        ("rdf:type", .iri(RDFGraph.iri("dcat:Catalog"))),
        ("dct:title", .german("\(region.title): offene Daten")),
        (
          "dct:description",
          .german("\(region.subtitle): Projekte, Meldungen und Termine als offene Daten.")
        ),
        ("dct:publisher", .iri(publisherIRI)), ("foaf:homepage", .iri(absolute("/"))),
        ("dct:license", .iri(OpenData.licence)),
        ("dcat:service", .iri(serviceIRI)),
      ] + language + place + changed(modified)
        + sets.map { ("dcat:dataset", .iri(datasetIRI($0))) })
    for case ("dct:spatial", .iri(let district)) in place {
      graph.state(district, [("rdf:type", .iri(RDFGraph.iri("dct:Location")))])
    }
    graph.state(absolute("/"), [("rdf:type", .iri(RDFGraph.iri("foaf:Document")))])
    stateAgents(in: &graph)
    for kind in sets {
      let changes = shown.filter { $0.kind == kind.rawValue }.map(\.changedAt)
      stateDataset(kind, modified: changes.max(), in: &graph)
    }
    stateService(sets, in: &graph)
    return (graph, nextChange(of: rows))
  }

  private var language: [(String, RDFGraph.Node)] {
    [("dct:language", .iri(OpenData.authority + "language/DEU"))]
  }

  private func changed(_ moment: Timestamp?) -> [(String, RDFGraph.Node)] {
    moment.map {
      [("dct:modified", .literal($0.description, type: RDFGraph.iri("xsd:dateTime")))]
    } ?? []
  }

  private var place: [(String, RDFGraph.Node)] {
    settings.districtKey.map { key in
      let level = "http://dcat-ap.de/def/politicalGeocoding/Level/administrativeDistrict"
      return [
        ("dct:spatial", .iri("http://dcat-ap.de/def/politicalGeocoding/districtKey/\(key)")),
        ("dcatde:politicalGeocodingLevelURI", .iri(level)),
      ]
    } ?? []
  }

  private func stateAgents(in graph: inout RDFGraph) {
    let name = region.label(region.kreis)
    var agent: [(String, RDFGraph.Node)] = [
      ("rdf:type", .iri(RDFGraph.iri("foaf:Agent"))), ("foaf:name", .german(name)),
      ("dct:type", .iri("http://purl.org/adms/publishertype/LocalAuthority")),
    ]
    if let site = WebAddress(region[region.kreis]?.website)?.text {
      agent.append(("foaf:homepage", .iri(site)))
      graph.state(site, [("rdf:type", .iri(RDFGraph.iri("foaf:Document")))])
    }
    graph.state(publisherIRI, agent)
    graph.state(
      contactIRI,
      [
        ("rdf:type", .iri(RDFGraph.iri("vcard:Organization"))), ("vcard:fn", .literal(name)),
        ("vcard:hasURL", .iri(absolute("/impressum"))),
      ])
  }

  // MARK: - Data sets

  private func datasetIRI(_ kind: ItemKind) -> String { absolute("/katalog#\(kind.rawValue)") }

  private func stateDataset(
    _ kind: ItemKind, modified: Timestamp?, in graph: inout RDFGraph
  ) {
    let iri = datasetIRI(kind)
    let what = Texts.kinds(kind)
    let identifier = iri + "-kennung"
    let distributions = distributions(of: kind)
    graph.state(
      iri,
      [
        ("rdf:type", .iri(RDFGraph.iri("dcat:Dataset"))),
        ("dct:title", .german("\(what): \(region.title)")),
        (
          "dct:description",
          .german("\(what) des Kreises und der Städte, aus erster Hand und laufend gepflegt.")
        ),
        ("dct:identifier", .literal(iri)), ("adms:identifier", .iri(identifier)),
        ("dct:publisher", .iri(publisherIRI)), ("dcat:contactPoint", .iri(contactIRI)),
        ("dcat:theme", .iri(OpenData.authority + "data-theme/GOVE")),
        ("dcat:theme", .iri(OpenData.authority + "data-theme/TECH")),
        ("dcat:keyword", .german("Digitalisierung")), ("dcat:keyword", .german(what)),
        ("dcat:landingPage", .iri(absolute(Address.list(kind.rawValue)))),
        ("dct:accessRights", .iri(OpenData.authority + "access-right/PUBLIC")),
        ("dct:accrualPeriodicity", .iri(OpenData.authority + "frequency/CONT")),
      ] + language + place + changed(modified)
        + distributions.map { ("dcat:distribution", .iri($0.iri)) })
    graph.state(
      absolute(Address.list(kind.rawValue)), [("rdf:type", .iri(RDFGraph.iri("foaf:Document")))])
    graph.state(
      identifier,
      [
        ("rdf:type", .iri(RDFGraph.iri("adms:Identifier"))),
        ("skos:notation", .literal(iri, type: RDFGraph.iri("xsd:anyURI"))),
      ])
    for distribution in distributions { state(distribution, modified, in: &graph) }
  }

  private struct Distribution {
    let iri: String
    let title: String
    let path: String
    let mediaType: String
    /// A code of the European list of file types.
    let format: String
    var isFile = true
  }

  private func distributions(of kind: ItemKind) -> [Distribution] {
    let iri = datasetIRI(kind)
    let list = Address.list(kind.rawValue)
    let query = "?art=\(kind.rawValue)"
    var all = [
      Distribution(
        iri: iri + "-csv", title: "CSV", path: "/export.csv" + query, mediaType: "text/csv",
        format: "CSV"),
      Distribution(
        iri: iri + "-jsonl", title: "JSON Lines", path: "/export.jsonl" + query,
        mediaType: "application/jsonl", format: "JSON"),
      Distribution(
        iri: iri + "-api", title: "Schnittstelle", path: "/api/v1/items?kind=\(kind.rawValue)",
        mediaType: "application/json", format: "JSON", isFile: false),
      Distribution(
        iri: iri + "-atom", title: "Atom", path: list + ".atom",
        mediaType: "application/atom+xml", format: "ATOM", isFile: false),
    ]
    if kind == .date {
      all.append(
        Distribution(
          iri: iri + "-ics", title: "iCalendar", path: "/kalender.ics",
          mediaType: "text/calendar", format: "ICS"))
    }
    return all
  }

  private func state(
    _ distribution: Distribution, _ modified: Timestamp?, in graph: inout RDFGraph
  ) {
    let address = absolute(distribution.path)
    var statements: [(String, RDFGraph.Node)] = [
      ("rdf:type", .iri(RDFGraph.iri("dcat:Distribution"))),
      ("dct:title", .german(distribution.title)),
      ("dct:description", .german("\(distribution.title), in Echtzeit aus dem Verzeichnis.")),
      ("dcat:accessURL", .iri(address)), ("dct:license", .iri(OpenData.licence)),
      ("dcatde:licenseAttributionByText", .german(region.label(region.kreis))),
      ("dct:format", .iri(OpenData.authority + "file-type/\(distribution.format)")),
      (
        "dcat:mediaType",
        .iri("https://www.iana.org/assignments/media-types/\(distribution.mediaType)")
      ),
      ("dcatap:availability", .iri(OpenData.authority + "planned-availability/STABLE")),
    ]
    if distribution.isFile {
      statements.append(("dcat:downloadURL", .iri(address)))
    } else if distribution.path.hasPrefix("/api/") {
      statements.append(("dcat:accessService", .iri(serviceIRI)))
    }
    graph.state(distribution.iri, statements + language + changed(modified))
  }

  private func stateService(_ sets: [ItemKind], in graph: inout RDFGraph) {
    graph.state(
      serviceIRI,
      [
        ("rdf:type", .iri(RDFGraph.iri("dcat:DataService"))),
        ("dct:title", .german("Offene Schnittstelle")),
        ("dct:description", .german("Lesen aller Einträge mit Filtern und Suche, ohne Anmeldung.")),
        ("dcat:endpointURL", .iri(absolute("/api/v1"))),
        ("dcat:endpointDescription", .iri(absolute("/api/v1/openapi.json"))),
        ("dct:publisher", .iri(publisherIRI)), ("dcat:contactPoint", .iri(contactIRI)),
        ("dct:license", .iri(OpenData.licence)),
        ("dct:accessRights", .iri(OpenData.authority + "access-right/PUBLIC")),
      ] + sets.map { ("dcat:servesDataset", .iri(datasetIRI($0))) })
  }
}
