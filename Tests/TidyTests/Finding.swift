// What a check reports. Each check is a function from text to findings, so that a sample can show
// that it passes and that it can fail.

/// One offence: where it stands and what to do about it.
struct Finding: CustomStringConvertible {
  let path: String
  /// Counts from 1; nil where the file as a whole is meant.
  let line: Int?
  let advice: String

  var description: String { path + (line.map { ":\($0)" } ?? "") + ": " + advice }
}
