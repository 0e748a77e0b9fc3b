// Who belongs to the region: read once by the hub on its first start, from then on only the events
// `site.admitted` and `site.left` count. Protocols/catalogue-fields.md, "Sites".

package import Events
import Foundation
package import Web

/// The publishers of a region, as the region file names them.
package struct RegionFile: Sendable, Equatable {
  /// The region's name in German.
  package let name: String
  /// The site that runs the hub.
  package let kreis: SiteID
  /// All sites, the hub's own first.
  package let sites: [Site]
  /// What the operator has written for imprint, privacy, accessibility and Leichte Sprache.
  package var notices = Region.Notices()

  /// One publisher.
  package struct Site: Sendable, Equatable {
    /// The id on events.
    package let id: SiteID
    /// The name with "Stadt" or "Kreis", which tells the two Recklinghausen apart.
    package let name: String
    /// The official municipality key (Amtlicher Gemeindeschlüssel).
    package let ags: String
    /// The public web site; nil where none is known.
    package let web: String?
  }

  /// Names of the place, of which nobody shall make a password at `site`.
  package func wordsOfPlace(_ site: SiteID) -> [String] {
    [name, site.description] + sites.filter { $0.id == site }.map(\.name)
  }

  /// The region of the node at `directory`: that of the file `asked`, which the directory then
  /// keeps, else the one that it keeps, else the built-in one.
  package static func settle(
    in directory: String, asked: String?
  ) throws(ConfigurationError) -> RegionFile {
    let kept = directory + "/region.json"
    if let asked {
      let region = try read(path: asked)
      guard let data = FileManager.default.contents(atPath: asked) else {
        throw .unreadable(path: asked)
      }
      try SecretFile.write([UInt8](data), to: kept)
      return region
    }
    return FileManager.default.fileExists(atPath: kept) ? try read(path: kept) : .recklinghausen
  }

  /// A region file of four hundred sites takes 60 KB.
  private static let maximumBytes = 1024 * 1024

  /// Reads a region file.
  ///
  /// - Throws: `ConfigurationError` that names the member that is wrong.
  package static func read(path: String) throws(ConfigurationError) -> RegionFile {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw .unreadable(path: path)
    }
    guard data.count <= maximumBytes else {
      throw .invalid(path: path, what: "the file is larger than 1 MiB")
    }
    do {
      return try JSONDecoder().decode(RegionText.self, from: data).region(path: path)
    } catch let error as ConfigurationError {
      throw error
    } catch {
      throw .invalid(path: path, what: ConfigurationError.describe(error))
    }
  }
}

private struct RegionText: Decodable {
  struct Site: Decodable {
    let id: String
    let name: String
    let ags: String
    let web: String?
  }
  let name: String
  let kreis: String
  let sites: [Site]
  let notices: Notices?

  struct Notices: Decodable {
    let imprint: String?
    let privacy: String?
    let accessibility: String?
    let plainLanguage: String?
    let feedback: String?
  }

  func region(path: String) throws(ConfigurationError) -> RegionFile {
    var all: [RegionFile.Site] = []
    for site in sites {
      guard let id = SiteID(site.id) else {
        throw .invalid(path: path, what: "\"\(site.id)\" is no site id (1 to 16 of a-z, 0-9, -)")
      }
      guard !all.contains(where: { $0.id == id }) else {
        throw .invalid(path: path, what: "site \"\(id)\" stands twice")
      }
      guard !site.name.isEmpty, site.name.count <= 100 else {
        throw .invalid(path: path, what: "site \"\(id)\" needs a name of 1 to 100 characters")
      }
      guard site.ags.count == 5 || site.ags.count == 8, site.ags.allSatisfy(\.isNumber) else {
        throw .invalid(path: path, what: "the AGS of \"\(id)\" has 5 or 8 digits")
      }
      all.append(.init(id: id, name: site.name, ags: site.ags, web: site.web))
    }
    guard let hub = all.first(where: { $0.id.description == kreis }) else {
      throw .invalid(path: path, what: "\"kreis\" must name one of the sites")
    }
    return RegionFile(
      name: name, kreis: hub.id, sites: [hub] + all.filter { $0.id != hub.id },
      notices: Region.Notices(
        imprint: notices?.imprint, privacy: notices?.privacy,
        accessibility: notices?.accessibility, plainLanguage: notices?.plainLanguage,
        feedback: notices?.feedback))
  }
}

extension RegionFile {
  /// Kreis Recklinghausen and its ten cities.
  package static let recklinghausen: RegionFile = {
    let rows: [(String, String, String, String?)] = [
      ("kreis", "Kreis Recklinghausen", "05562", "https://www.kreis-re.de/"),
      ("castrop-rauxel", "Stadt Castrop-Rauxel", "05562004", "https://www.castrop-rauxel.de/"),
      ("datteln", "Stadt Datteln", "05562008", "https://www.datteln.de/"),
      ("dorsten", "Stadt Dorsten", "05562012", nil),
      ("gladbeck", "Stadt Gladbeck", "05562014", "https://www.gladbeck.de/"),
      ("haltern-am-see", "Stadt Haltern am See", "05562016", "https://www.haltern-am-see.de/"),
      ("herten", "Stadt Herten", "05562020", "https://www.herten.de/"),
      ("marl", "Stadt Marl", "05562024", "https://www.marl.de/"),
      ("oer-erkenschwick", "Stadt Oer-Erkenschwick", "05562028", nil),
      ("recklinghausen", "Stadt Recklinghausen", "05562032", "https://www.recklinghausen.de/"),
      ("waltrop", "Stadt Waltrop", "05562036", "https://www.waltrop.de/"),
    ]
    let sites = rows.map { row in
      guard let id = SiteID(row.0) else { preconditionFailure("\(row.0) is a site id") }
      return Site(id: id, name: row.1, ags: row.2, web: row.3)
    }
    return RegionFile(name: "Kreis Recklinghausen", kreis: sites[0].id, sites: sites)
  }()
}
