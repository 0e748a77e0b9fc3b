// Statements of RDF, written as Turtle (RDF 1.1) and as JSON-LD 1.1.

import Events

/// A small graph in the order in which it was stated.
struct RDFGraph {
  /// An object of a statement.
  enum Node {
    case iri(String)
    /// A text in German.
    case german(String)
    /// A text of a type; nil for a plain one.
    case literal(String, type: String? = nil)
  }

  private struct Statement {
    let predicate: String
    let object: Node
  }

  private struct Subject {
    let iri: String
    var statements: [Statement]
  }

  private var subjects: [Subject] = []

  static let type = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

  /// The names by which Turtle shortens addresses.
  private static let prefixes: [(name: String, iri: String)] = [
    ("adms", "http://www.w3.org/ns/adms#"), ("dcat", "http://www.w3.org/ns/dcat#"),
    ("dcatap", "http://data.europa.eu/r5r/"), ("dcatde", "http://dcat-ap.de/def/dcatde/"),
    ("dct", "http://purl.org/dc/terms/"), ("foaf", "http://xmlns.com/foaf/0.1/"),
    ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
    ("skos", "http://www.w3.org/2004/02/skos/core#"),
    ("vcard", "http://www.w3.org/2006/vcard/ns#"), ("xsd", "http://www.w3.org/2001/XMLSchema#"),
  ]

  /// The address that a short name such as `dct:title` stands for.
  static func iri(_ short: String) -> String {
    let parts = short.split(separator: ":", maxSplits: 1).map(String.init)
    guard parts.count == 2, let prefix = prefixes.first(where: { $0.name == parts[0] }) else {
      preconditionFailure("\(short) has no known prefix")
    }
    return prefix.iri + parts[1]
  }

  /// States something of `subject`; predicates are short names.
  mutating func state(_ subject: String, _ statements: [(String, Node)]) {
    let all = statements.map { Statement(predicate: RDFGraph.iri($0.0), object: $0.1) }
    if let index = subjects.firstIndex(where: { $0.iri == subject }) {
      subjects[index].statements += all
    } else {
      subjects.append(Subject(iri: subject, statements: all))
    }
  }

  // MARK: - Turtle

  var turtle: String {
    var text = ""
    for prefix in RDFGraph.prefixes { text += "@prefix \(prefix.name): <\(prefix.iri)> .\n" }
    for subject in subjects {
      let lines = subject.statements.map { statement in
        "  \(RDFGraph.name(statement.predicate)) \(RDFGraph.turtle(statement.object))"
      }
      text += "\n<\(RDFGraph.escapedIRI(subject.iri))>\n" + lines.joined(separator: " ;\n") + " .\n"
    }
    return text
  }

  private static func name(_ iri: String) -> String {
    for prefix in prefixes where iri.hasPrefix(prefix.iri) {
      let local = iri.dropFirst(prefix.iri.count)
      // Simple names only: Turtle §6.5 would have the others escaped.
      if !local.isEmpty, local.utf8.allSatisfy(isLetter) { return "\(prefix.name):\(local)" }
    }
    return "<\(escapedIRI(iri))>"
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
  }

  private static func turtle(_ node: Node) -> String {
    switch node {
    case .iri(let iri): name(iri)
    case .german(let text): "\"\(escaped(text))\"@de"
    case .literal(let text, nil): "\"\(escaped(text))\""
    case .literal(let text, let type?): "\"\(escaped(text))\"^^\(name(type))"
    }
  }

  /// Turtle §6.4.
  private static func escaped(_ text: String) -> String {
    var output = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": output += "\\\""
      case "\\": output += "\\\\"
      case "\n": output += "\\n"
      case "\r": output += "\\r"
      case "\t": output += "\\t"
      default: output.unicodeScalars.append(scalar)
      }
    }
    return output
  }

  /// What an address in Turtle may not hold, as escapes of addresses.
  private static func escapedIRI(_ iri: String) -> String {
    var output = ""
    for scalar in iri.unicodeScalars {
      if scalar.value <= 0x20 || "<>\"{}|^`\\".unicodeScalars.contains(scalar) {
        output += "%" + Hex.string([UInt8(truncatingIfNeeded: scalar.value)]).uppercased()
      } else {
        output.unicodeScalars.append(scalar)
      }
    }
    return output
  }

  // MARK: - JSON-LD

  /// Expanded, so that a reader needs no context from elsewhere.
  var jsonLD: FieldValue {
    .array(
      subjects.map { subject in
        var names: [String] = []
        for statement in subject.statements where !names.contains(statement.predicate) {
          names.append(statement.predicate)
        }
        let members = names.map { name -> (String, FieldValue) in
          let objects = subject.statements.filter { $0.predicate == name }.map(\.object)
          if name == RDFGraph.type { return ("@type", .array(objects.map(RDFGraph.typeName))) }
          return (name, .array(objects.map(RDFGraph.json)))
        }
        return .object(sorting: [("@id", .string(subject.iri))] + members)
      })
  }

  private static func typeName(_ node: Node) -> FieldValue {
    guard case .iri(let iri) = node else { preconditionFailure("a type is an address") }
    return .string(iri)
  }

  private static func json(_ node: Node) -> FieldValue {
    switch node {
    case .iri(let iri): ["@id": .string(iri)]
    case .german(let text): ["@value": .string(text), "@language": "de"]
    case .literal(let text, nil): ["@value": .string(text)]
    case .literal(let text, let type?): ["@value": .string(text), "@type": .string(type)]
    }
  }
}
