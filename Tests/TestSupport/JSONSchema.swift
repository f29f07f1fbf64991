import Foundation
package import JSON

/// A JSON Schema (draft 2020-12), with the keywords that those of `Data/Schemas` use.
///
/// Any other keyword is an error: what isn't checked would be a test that can't fail.
package struct JSONSchema {
  /// Why a file is no schema that can be checked: its name, the place in it, and what is wrong.
  package struct Fault: Error, CustomStringConvertible {
    /// All of it on one line.
    package let description: String
  }

  private struct Problem {
    let place: String
    let reason: String
    var isWrongType = false
  }

  private let name: String
  /// Rules by the file's name, and by `FILE#/$defs/NAME`.
  private let rules: [String: [Rule]]

  /// Reads a schema and all files beside it that it refers to.
  ///
  /// - Throws: `Fault`.
  package init(path: String) throws {
    let file = URL(filePath: path)
    name = file.lastPathComponent
    var reader = SchemaReader(folder: file.deletingLastPathComponent())
    try reader.read(name)
    for (target, place) in reader.references where reader.rules[target] == nil {
      throw Fault(description: "\(place): there is no \(target)")
    }
    rules = reader.rules
  }

  /// What is wrong with a value, each with its place as a JSON pointer; nothing if it fits.
  package func problems(in value: JSONValue) -> [String] {
    check(value, .reference(name), at: "").map { "at '\($0.place)': \($0.reason)" }
  }

  private func check(_ value: JSONValue, _ rules: [Rule], at place: String) -> [Problem] {
    rules.flatMap { check(value, $0, at: place) }
  }

  /// Keywords say nothing about values of a type that they aren't for.
  private func check(_ value: JSONValue, _ rule: Rule, at place: String) -> [Problem] {
    func problem(_ reason: String) -> [Problem] { [Problem(place: place, reason: reason)] }
    switch (rule, value) {
    case (.types(let types), _):
      if types.contains(where: value.isOf) { return [] }
      let wanted = types.joined(separator: " or ")
      return [Problem(place: place, reason: "\(value.shown) is no \(wanted)", isWrongType: true)]
    case (.property(let key, let rules), .object):
      return value[key].map { check($0, rules, at: place + "/" + key.asPointer) } ?? []
    case (.others(let known, let rules), .object(let members)):
      return members.filter { !known.contains(where: $0.hasKey) }.flatMap { member in
        let place = place + "/" + member.key.asPointer
        return rules.map { check(member.value, $0, at: place) }
          ?? [Problem(place: place, reason: "no member may have this name")]
      }
    case (.required(let keys), .object):
      return keys.filter { value[$0] == nil }.flatMap { problem("lacks '\($0)'") }
    case (.items(let rules), .array(let elements)):
      return elements.enumerated().flatMap { check($1, rules, at: "\(place)/\($0)") }
    case (.leastItems(let least), .array(let elements)):
      return elements.count >= least ? [] : problem("\(elements.count) items, not \(least)")
    case (.oneOf(let allowed), _):
      if allowed.contains(where: value.isSame) { return [] }
      return problem("\(value.shown) is none of " + allowed.map(\.shown).joined(separator: ", "))
    case (.range(let range), _):
      guard let number = value.doubleValue, !range.contains(number) else { return [] }
      return problem("\(value.shown) is not within \(range.lowerBound) to \(range.upperBound)")
    case (.pattern(let expression), .string(let text)):
      let range = NSRange(text.startIndex..., in: text)
      return expression.firstMatch(in: text, range: range) != nil
        ? [] : problem("\(value.shown) doesn't match \(expression.pattern)")
    case (.anyOf(let choices), _):
      let found = choices.map { check(value, $0, at: place) }
      guard !found.contains(where: \.isEmpty) else { return [] }
      // What is of the right type and wrong inside says more than what is of another type.
      func distance(_ problems: [Problem]) -> Int {
        problems.contains { $0.isWrongType && $0.place == place } ? .max : problems.count
      }
      let closest = found.min { distance($0) < distance($1) } ?? []
      return problem("fits none of \(choices.count) schemas, of which the closest says") + closest
    case (.reference(let name), _): return check(value, rules[name] ?? [], at: place)
    default: return []
    }
  }
}

/// A keyword with its value.
private enum Rule {
  case types([String])
  case property(String, [Rule])
  /// Of all members but these; nil where there may be no other.
  case others(than: [String], [Rule]?)
  case required([String])
  case items([Rule])
  case leastItems(Int)
  case oneOf([JSONValue])
  case range(ClosedRange<Double>)
  case pattern(NSRegularExpression)
  case anyOf([[Rule]])
  case reference(String)
}

/// Reads the files of one folder.
private struct SchemaReader {
  let folder: URL
  var rules: [String: [Rule]] = [:]
  /// What is referred to, with a place for each.
  var references: [String: String] = [:]

  private static let types: Set<String> = [
    "null", "boolean", "integer", "number", "string", "array", "object",
  ]

  /// Reads a file, and those that it refers to.
  mutating func read(_ name: String) throws {
    guard rules[name] == nil else { return }
    rules[name] = []  // A schema may refer to itself.
    let value: JSONValue
    do {
      value = try JSONValue(parsing: Array(Data(contentsOf: folder.appending(path: name))))
    } catch { throw JSONSchema.Fault(description: "\(name): can't be read: \(error)") }
    rules[name] = try rules(of: value, at: name + "#")
  }

  /// The rules of a schema; `place` is `FILE#` and a JSON pointer.
  private mutating func rules(of schema: JSONValue, at place: String) throws -> [Rule] {
    guard let members = schema.objectValue else {
      throw JSONSchema.Fault(description: "\(place): is no schema")
    }
    var found: [Rule] = []
    for member in members {
      let here = place + "/" + member.key.asPointer
      found += try rules(member.key, member.value, at: here, in: schema)
    }
    return found
  }

  /// The rules of a keyword; none for what people read.
  private mutating func rules(
    _ key: String, _ value: JSONValue, at place: String, in schema: JSONValue
  ) throws -> [Rule] {
    let isRoot = place.hasSuffix("#/" + key)
    switch (key, value) {
    case ("title", .string), ("description", .string): return []
    case ("$schema", .string), ("$id", .string): if isRoot { return [] }
    case ("$defs", .object(let members)) where isRoot:
      for member in members {
        let here = place + "/" + member.key
        rules[here] = try rules(of: member.value, at: here)
      }
      return []
    case ("$ref", .string(let target)):
      let file = place.prefix { $0 != "#" }
      let name = target.hasPrefix("#/$defs/") ? file + target : target
      references[name] = place
      try read(String(name.prefix { $0 != "#" }))
      return [.reference(name)]
    case ("type", _):
      let types = value.strings ?? value.stringValue.map { [$0] } ?? []
      if !types.isEmpty, Self.types.isSuperset(of: types) { return [.types(types)] }
    case ("properties", .object(let members)):
      return try members.map { member in
        let here = place + "/" + member.key.asPointer
        return .property(member.key, try rules(of: member.value, at: here))
      }
    case ("additionalProperties", _):
      let known = schema["properties"]?.objectValue?.map(\.key) ?? []
      let isForbidden = value == .bool(false)
      return [.others(than: known, isForbidden ? nil : try rules(of: value, at: place))]
    case ("required", _): if let keys = value.strings { return [.required(keys)] }
    case ("items", .object): return [.items(try rules(of: value, at: place))]
    case ("minItems", .integer(let least)): return [.leastItems(Int(least))]
    case ("enum", .array(let values)) where !values.isEmpty && values.allSatisfy(\.isPlain):
      return [.oneOf(values)]
    case ("const", _) where value.isPlain: return [.oneOf([value])]
    case ("minimum", _): if let least = value.doubleValue { return [.range(least ... .infinity)] }
    case ("maximum", _): if let most = value.doubleValue { return [.range(-.infinity...most)] }
    case ("pattern", .string(let text)):
      if let expression = try? NSRegularExpression(pattern: text) { return [.pattern(expression)] }
    case ("anyOf", .array(let schemas)) where !schemas.isEmpty:
      return [.anyOf(try schemas.enumerated().map { try rules(of: $1, at: "\(place)/\($0)") })]
    default: break
    }
    throw JSONSchema.Fault(
      description: "\(place): isn't checked here, or not with the value \(value.shown)")
  }
}

extension JSONValue {
  /// A whole number is an integer however it is written.
  fileprivate func isOf(_ type: String) -> Bool {
    switch self {
    case .null: type == "null"
    case .bool: type == "boolean"
    case .integer: type == "integer" || type == "number"
    case .number, .otherNumber:
      switch (type, doubleValue) {
      case ("number", let number?): number.isFinite
      case ("integer", let number?): number.isFinite && number == number.rounded()
      default: false
      }
    case .string: type == "string"
    case .array: type == "array"
    case .object: type == "object"
    }
  }

  /// Whether both are one value: 1 and 1.0 are.
  fileprivate func isSame(_ other: JSONValue) -> Bool {
    self == other || doubleValue.map { $0 == other.doubleValue } ?? false
  }

  /// Whether it has no parts.
  fileprivate var isPlain: Bool { arrayValue == nil && objectValue == nil }

  fileprivate var strings: [String]? {
    let strings = arrayValue?.compactMap(\.stringValue)
    return strings?.count == arrayValue?.count ? strings : nil
  }

  fileprivate var shown: String {
    let text = serialized()
    return text.count <= 60 ? text : text.prefix(60) + "…"
  }
}

extension String {
  /// As a part of a JSON pointer.
  fileprivate var asPointer: String { replacing("~", with: "~0").replacing("/", with: "~1") }
}
