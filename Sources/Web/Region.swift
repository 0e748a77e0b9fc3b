// Who publishes, and what the fields of action are called: the facts of the region that pages and
// API name.

package import Events

/// The publishers of one region.
package struct Region: Sendable {
  /// One publisher.
  package struct Site: Sendable {
    /// Its id, as events name it.
    package let id: SiteID
    /// Its name without a word for its kind, such as "Recklinghausen".
    package let name: String
    /// Its name where it must not be mistaken: "Stadt Recklinghausen", "Kreis Recklinghausen".
    package let label: String
    /// Its public web site.
    package let website: String
    /// Where its tile lies on the start page, in half columns and rows from the north-west; nil
    /// for the Kreis.
    package let tile: (column: Int, row: Int)?

    /// A publisher of those facts.
    package init(
      id: SiteID, name: String, label: String, website: String, tile: (column: Int, row: Int)?
    ) {
      self.id = id
      self.name = name
      self.label = label
      self.website = website
      self.tile = tile
    }
  }

  /// The name of the platform on each page.
  package let title: String
  /// The region in one phrase.
  package let subtitle: String
  /// The publisher of the whole.
  package let kreis: SiteID
  /// All publishers, the Kreis first, then by name.
  package let sites: [Site]
  /// What the site must say about itself.
  package var notices: Notices

  /// Texts that the operator has to write, in the safe part of Markdown. Where one is missing, its
  /// page says so.
  package struct Notices: Sendable, Equatable {
    /// Who is responsible (§ 5 DDG).
    package var imprint: String?
    /// What is stored about visitors (Art. 13 DSGVO).
    package var privacy: String?
    /// The statement of accessibility (§ 10e BGG NRW).
    package var accessibility: String?
    /// What there is on these pages, in Leichte Sprache.
    package var plainLanguage: String?
    /// The mail address for remarks on accessibility.
    package var feedback: String?

    /// Those texts.
    package init(
      imprint: String? = nil, privacy: String? = nil, accessibility: String? = nil,
      plainLanguage: String? = nil, feedback: String? = nil
    ) {
      self.imprint = imprint
      self.privacy = privacy
      self.accessibility = accessibility
      self.plainLanguage = plainLanguage
      self.feedback = feedback
    }
  }

  /// A region of those publishers.
  package init(
    title: String, subtitle: String, kreis: SiteID, sites: [Site], notices: Notices
  ) {
    precondition(sites.contains { $0.id == kreis }, "the Kreis is one of the publishers")
    self.title = title
    self.subtitle = subtitle
    self.kreis = kreis
    self.sites = sites
    self.notices = notices
  }

  /// The ten cities.
  package var cities: [Site] { sites.filter { $0.id != kreis } }

  /// The publisher of that id.
  package subscript(id: SiteID) -> Site? { sites.first { $0.id == id } }

  /// What people call a publisher; its id where the region file does not know it.
  package func label(_ id: SiteID) -> String { self[id]?.label ?? id.description }
}

extension Region {
  /// The Kreis Recklinghausen and its ten cities.
  package static let vest: Region = {
    func site(
      _ id: String, _ name: String, _ website: String, _ column: Int, _ row: Int,
      label: String? = nil
    ) -> Site {
      Site(
        id: known(id), name: name, label: label ?? name, website: "https://www.\(website)",
        tile: (column, row))
    }
    let kreis = Site(
      id: known("kreis"), name: "Kreis Recklinghausen", label: "Kreis Recklinghausen",
      website: "https://www.kreis-re.de", tile: nil)
    return Region(
      title: "smartVEST", subtitle: "Digitale Projekte im Kreis Recklinghausen", kreis: kreis.id,
      sites: [
        kreis,
        site("castrop-rauxel", "Castrop-Rauxel", "castrop-rauxel.de", 7, 4),
        site("datteln", "Datteln", "datteln.de", 7, 2),
        site("dorsten", "Dorsten", "dorsten.de", 1, 2),
        site("gladbeck", "Gladbeck", "gladbeck.de", 2, 3),
        site("haltern-am-see", "Haltern am See", "haltern-am-see.de", 4, 1),
        site("herten", "Herten", "herten.de", 4, 3),
        site("marl", "Marl", "marl.de", 3, 2),
        site("oer-erkenschwick", "Oer-Erkenschwick", "oer-erkenschwick.de", 5, 2),
        site(
          "recklinghausen", "Recklinghausen", "recklinghausen.de", 6, 3,
          label: "Stadt Recklinghausen"),
        site("waltrop", "Waltrop", "waltrop.de", 8, 3),
      ],
      notices: Notices())
  }()

  private static func known(_ id: String) -> SiteID {
    guard let site = SiteID(id) else { preconditionFailure("\(id) is a site id") }
    return site
  }
}

/// The five fields of action.
enum FieldOfAction: String, CaseIterable, Sendable {
  case verwaltung
  case mobilitaet
  case wirtschaft
  case leben
  case klima
}

/// How far a project is.
enum ProjectStatus: String, CaseIterable, Sendable {
  case idea
  case planned
  case running
  case done
  case stopped
}
