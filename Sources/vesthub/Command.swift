// What every command of the program is: a name, a line of help, options, and what it does.

import Glibc

/// How a command ends. Scripts can rely on the numbers.
enum ExitCode: Int32 {
  /// Done, and all is well.
  case success = 0
  /// Done, and something was found that is not as it must be (`verify`, `demo --story`).
  case finding = 1
  /// The command line is wrong.
  case usage = 2
  /// It could not be done: a file, the disk, the network.
  case failure = 3
}

/// One command.
struct Command: Sendable {
  /// The word after `vesthub`.
  let name: String
  /// The words after it, as the help shows them.
  let synopsis: String
  /// One line for the list of commands.
  let summary: String
  /// Options with a value and what they mean.
  var options: [(name: String, meaning: String)] = []
  /// Options without a value and what they mean.
  var flags: [(name: String, meaning: String)] = []
  /// Command lines that work as they stand.
  var examples: [String] = []
  /// What it does.
  let run: @Sendable (Arguments) throws -> ExitCode

  /// The help of the command.
  var help: String {
    var text = "usage: vesthub \(name) \(synopsis)\n\n\(summary)\n"
    let rows =
      options.map { ($0.name + " VALUE", $0.meaning) } + flags.map { ($0.name, $0.meaning) }
    if !rows.isEmpty { text += "\nOptions:\n" }
    let width = rows.map(\.0.count).max() ?? 0
    for (name, meaning) in rows {
      text += "  " + name + String(repeating: " ", count: width - name.count + 2) + meaning + "\n"
    }
    if !examples.isEmpty { text += "\nExamples:\n" + examples.map { "  \($0)\n" }.joined() }
    return text
  }
}

/// Where the program speaks: results on standard output, everything else on standard error.
enum Terminal {
  /// A line of the result.
  static func print(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }

  /// A line beside the result.
  static func note(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

  /// Text of the result without a newline.
  static func write(_ text: String, to descriptor: Int32 = STDOUT_FILENO) {
    write(Array(text.utf8), to: descriptor)
  }

  /// Bytes of the result. A reader that went away ends the program as any filter ends.
  static func write(_ bytes: [UInt8], to descriptor: Int32 = STDOUT_FILENO) {
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      guard count > 0 else { return }
      written += count
    }
  }
}
