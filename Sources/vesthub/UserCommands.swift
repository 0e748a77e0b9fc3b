// `user`: who may work at the desk of a node, and by which links, passwords and tokens.

import Desk
import Events
import Foundation
import Glibc
import Node

extension Command {
  /// Looks after the people of a node's desk. It works beside the running node.
  static let user = Command(
    name: "user",
    synopsis: "add|list|role|lock|unlock|link|password|token [NAME] --data DIR [OPTIONS]",
    summary: "Look after the people of the desk: roles, links, passwords, tokens for programs",
    options: [
      ("--data", "the node's data directory"),
      ("--name", "add: what the desk calls the person (the sign-in name)"),
      ("--role", "add, role: author, releaser or administrator (add: author)"),
    ],
    flags: [
      ("--json", "list, add, link, token: write JSON"),
      ("--revoke", "token: end all tokens of the program"),
    ],
    examples: [
      "vesthub user link --data DIR                # begins the desk, while there is nobody",
      "vesthub user add presse@stadt.example --name Pressestelle --role releaser --data DIR",
      "vesthub user list --data DIR",
      "vesthub user role presse@stadt.example administrator --data DIR",
      "vesthub user lock presse@stadt.example --data DIR",
      "vesthub user unlock presse@stadt.example --data DIR   # also after too many wrong passwords",
      "vesthub user link presse@stadt.example --data DIR     # to choose a new password",
      "vesthub user password presse@stadt.example --data DIR < FILE",
      "vesthub user token Importer --data DIR      # a program that publishes through the API",
    ]
  ) { arguments in
    let directory = try arguments.required("--data", "whose desk?")
    let task = try UserTask(directory: directory, arguments)
    switch arguments.operands.first {
    case "add": try task.add()
    case "list": try task.list()
    case "role": try task.role()
    case "lock": try task.desk.lock(task.person().user.pseudonym, now: .now)
    case "unlock": try task.desk.unlock(task.person().user.pseudonym, now: .now)
    case "link": try task.link()
    case "password": try task.password()
    case "token": try task.token()
    default:
      throw UsageError("say what to do: add, list, role, lock, unlock, link, password, token")
    }
    return .success
  }
}

/// One call of `user`.
private struct UserTask {
  let directory: String
  let arguments: Arguments
  let configuration: Configuration
  let desk: DeskStore

  init(directory: String, _ arguments: Arguments) throws {
    self.directory = directory
    self.arguments = arguments
    configuration = try DataDirectory.configuration(at: directory)
    desk = try DeskStore(directory: directory)
  }

  /// The operands behind the word that says what to do.
  private func operands(_ names: [String]) throws -> [String] {
    let rest = arguments.operands.dropFirst()
    guard rest.count == names.count else {
      throw UsageError("expected \(names.joined(separator: " ")) behind the first word")
    }
    return Array(rest)
  }

  /// The person whom the second operand names, by sign-in name or pseudonym.
  func person(among names: [String] = ["NAME"]) throws -> Person {
    let name = try operands(names)[0]
    guard let person = try desk.person(signInName: name) ?? desk.person(name) else {
      throw DeskError.unknownPerson(name)
    }
    return person
  }

  func add() throws {
    let name = try operands(["NAME"])[0]
    let person = try desk.add(
      signInName: name, name: arguments["--name"] ?? name, role: try role(or: .author), now: .now)
    try tell(link: .password, of: person)
  }

  func list() throws {
    _ = try operands([])
    let people = try desk.people()
    if arguments.has("--json") {
      let rows = people.map { person -> FieldValue in
        .object(sorting: [
          ("pseudonym", .string(person.user.pseudonym)), ("name", .string(person.user.name)),
          ("signInName", person.signInName.map { .string($0) } ?? .null),
          ("role", .string(person.user.role.rawValue)), ("state", .string(person.state)),
          ("lastSignIn", person.lastSignIn.map { .string("\($0)") } ?? .null),
        ])
      }
      return Terminal.print(FieldValue.array(rows).canonicalText)
    }
    for person in people {
      let seen = person.lastSignIn.map { "last signed in \($0)" } ?? "never signed in"
      let who = person.signInName.map { "\($0) (\(person.user.name))" } ?? person.user.name
      Terminal.print(
        "\(person.user.pseudonym)  \(person.user.role.rawValue)  \(who)  \(person.state)"
          + (person.isProgram ? "" : "  \(seen)"))
    }
  }

  func role() throws {
    let names = ["NAME", "ROLE"]
    guard let role = DeskRole(rawValue: try operands(names)[1]) else {
      throw UsageError("a role is author, releaser or administrator")
    }
    try desk.setRole(person(among: names).user.pseudonym, to: role, now: .now)
  }

  private func role(or other: DeskRole) throws -> DeskRole {
    guard let text = arguments["--role"] else { return other }
    guard let role = DeskRole(rawValue: text) else {
      throw UsageError("--role is author, releaser or administrator")
    }
    return role
  }

  func link() throws {
    if arguments.operands.count == 1 {
      return tell("link", "\(base)/desk/start?code=\(try desk.firstLink(now: .now))")
    }
    try tell(link: .password, of: person())
  }

  private func tell(link purpose: DeskStore.LinkPurpose, of person: Person) throws {
    let secret = try desk.link(purpose, for: person.user.pseudonym, now: .now)
    tell("link", "\(base)/desk/start?code=\(secret)")
    Terminal.note("good once and for a day: hand it over on a safe way")
  }

  func password() throws {
    let person = try person()
    guard let site = SiteID(configuration.site) else { throw UsageError("node.json has no site") }
    let region = try RegionFile.settle(in: directory, asked: nil)
    let keeper = Doorkeeper(store: desk, words: region.wordsOfPlace(site))
    let password = try HiddenLine.read(prompt: "new password of \(person.user.name): ")
    try keeper.setPassword(of: person.user.pseudonym, to: password, now: .now)
  }

  func token() throws {
    let program = arguments.operands.count == 1 ? "Programm" : try operands(["NAME"])[0]
    if arguments.has("--revoke") {
      try desk.revokeTokens(of: program, now: .now)
      return Terminal.note("the tokens of \(program) have ended")
    }
    tell("token", try desk.token(for: program, now: .now))
  }

  private func tell(_ name: String, _ value: String) {
    Terminal.print(
      arguments.has("--json")
        ? FieldValue.object(sorting: [(name, .string(value))]).canonicalText : value)
  }

  private var base: String { configuration.publicAddress ?? "http://\(configuration.listen)" }
}

extension Person {
  /// How the access stands, in a word.
  fileprivate var state: String {
    if isLocked { return "locked" }
    if isLockedOut { return "locked out" }
    return isProgram ? "program" : hasPassword ? "active" : "invited"
  }
}

/// A line of standard input that a terminal does not show.
private enum HiddenLine {
  static func read(prompt: String) throws -> String {
    var before = termios()
    let isTerminal = tcgetattr(STDIN_FILENO, &before) == 0
    if isTerminal {
      Terminal.write(prompt, to: STDERR_FILENO)
      var silent = before
      silent.c_lflag &= ~tcflag_t(ECHO)
      tcsetattr(STDIN_FILENO, TCSANOW, &silent)
    }
    defer {
      if isTerminal {
        tcsetattr(STDIN_FILENO, TCSANOW, &before)
        Terminal.note("")
      }
    }
    guard let line = readLine(strippingNewline: true) else {
      throw UsageError("the password comes as a line on standard input")
    }
    return line
  }
}
