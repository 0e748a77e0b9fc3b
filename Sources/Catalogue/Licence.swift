// The licences under which an item can be published. Protocols/catalogue-fields.md §3.

/// Codes of licences, as DCAT-AP.de names them.
package enum Licence {
  /// Datenlizenz Deutschland, attribution: the usual one.
  package static let attribution = "dl-by-de/2.0"
  /// Datenlizenz Deutschland, no conditions.
  package static let zero = "dl-zero-de/2.0"
  /// Creative Commons, attribution.
  package static let creativeCommons = "cc-by/4.0"
  /// All that the field takes.
  package static let all = [attribution, zero, creativeCommons]
}
