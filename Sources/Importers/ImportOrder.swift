// What is asked of an importer. Protocols/import.md §6.

/// How far a source may go.
package struct ImportOrder: Sendable, Equatable {
  /// What the source is called in the field `source`; the same in every run.
  package let source: String
  /// True if removals are carried out however many there are.
  package var isForced = false
  /// True if a feed tells all that it has, so that what is missing is gone.
  package var isWhole = false
  /// True if items that other publishers lead are taken over as own ones.
  package var takesForeign = false

  private static let nameCharacters = 200

  /// Nil if `source` is no name: one line, not too long to be shown.
  package init?(source: String) {
    guard !source.isEmpty, source == SourceText.line(source),
      source.unicodeScalars.count <= ImportOrder.nameCharacters
    else { return nil }
    self.source = source
  }
}
