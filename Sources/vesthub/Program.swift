// The command line of VestHub: finds the command, runs it, turns errors into words and exit codes.

/// The program.
enum Program {
  /// In the order in which the help lists them.
  static let commands: [Command] = [
    .demo, .hub, .city, .status, .importSource, .replay, .verify, .evidence, .export, .checkpoint,
    .prove, .checkProof, .key, .user,
  ]

  static func overview() -> String {
    let width = commands.map(\.name.count).max() ?? 0
    var text = "usage: vesthub COMMAND [OPTIONS]\n\n"
    text += "An event-sourced sync hub between a Kreis and its cities.\n\nCommands:\n"
    for command in commands {
      let gap = String(repeating: " ", count: width - command.name.count + 2)
      text += "  \(command.name)\(gap)\(command.summary)\n"
    }
    text +=
      "\n`vesthub help COMMAND` says more of one. Exit codes: 0 done, 1 something was found,\n"
    text += "2 the command line is wrong, 3 it could not be done.\n"
    return text
  }

  static func run(_ words: [String]) -> ExitCode {
    guard let name = words.first else {
      Terminal.note(overview())
      return .usage
    }
    if name == "help" || name == "--help" || name == "-h" {
      let command = commands.first { $0.name == words.dropFirst().first }
      Terminal.print(command?.help ?? overview())
      return .success
    }
    guard let command = commands.first(where: { $0.name == name }) else {
      Terminal.note("vesthub: unknown command \"\(name)\"; `vesthub help` lists them")
      return .usage
    }
    let rest = Array(words.dropFirst())
    if rest.contains("--help") || rest.contains("-h") {
      Terminal.print(command.help)
      return .success
    }
    do {
      let arguments = try Arguments(
        rest, options: command.options.map(\.name), flags: command.flags.map(\.name))
      return try command.run(arguments)
    } catch let error as UsageError {
      Terminal.note("vesthub \(name): \(error.text)\n`vesthub help \(name)` shows how it is called")
      return .usage
    } catch {
      Terminal.note("vesthub \(name): \(error)")
      return .failure
    }
  }
}
