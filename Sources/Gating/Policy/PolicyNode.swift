internal import Files
internal import Yams

/// A mapping of a policy's file, with its place for errors.
struct PolicyNode {
  private let node: Node.Mapping
  private let path: String
  private let place: String

  /// A whole file.
  /// - Throws: `GateInputError` where it is no YAML, or no mapping.
  init(yaml: String, path: String) throws {
    if let problem = YAMLAlias.problem(in: yaml, of: "policies") {
      throw GateInputError(path, problem)
    }
    let root: Node?
    do {
      root = try Yams.compose(yaml: yaml)
    } catch let problem as YamlError {
      throw Self.error(problem, path)
    } catch { throw GateInputError(path, "is no YAML") }
    guard let mapping = root?.mapping else {
      throw GateInputError(path, "is no policy: write 'metrics:' and below it '  accuracy: {}'")
    }
    self.init(mapping, path: path, place: "")
  }

  private init(_ node: Node.Mapping, path: String, place: String) {
    (self.node, self.path, self.place) = (node, path, place)
  }

  private static func error(_ problem: YamlError, _ path: String) -> GateInputError {
    switch problem {
    case .scanner(_, let text, let mark, _), .parser(_, let text, let mark, _),
      .composer(_, let text, let mark, _):
      GateInputError(path, place: "line \(mark.line)", "no YAML: \(text)")
    case .duplicatedKeysInMapping(let keys, let context):
      GateInputError(
        path, place: "line \(context.mark.line)",
        "\(keys.map { "\($0)" }.joined(separator: ", ")) is there twice; leave one of them out")
    default: GateInputError(path, "is no YAML")
    }
  }

  func error(_ message: String) -> GateInputError {
    GateInputError(path, (place.isEmpty ? "" : place + ": ") + message)
  }

  /// Refuses keys that mean nothing.
  func check(_ known: [String]) throws {
    for (key, _) in node {
      let name = key.string ?? ""
      guard known.contains(name) else {
        throw error("there is no key '\(name)'; there are \(known.joined(separator: ", "))")
      }
    }
  }

  private func inner(_ name: String) -> String { place.isEmpty ? name : place + ": " + name }

  func mapping(_ key: String) throws -> PolicyNode? {
    guard let value = node[key] else { return nil }
    guard let mapping = value.mapping else { throw error("\(key): is no mapping") }
    return PolicyNode(mapping, path: path, place: inner(key))
  }

  /// Names with their mappings; nil for one without a value.
  func members() throws -> [(String, PolicyNode?)] {
    try node.map { key, value in
      let name = key.string ?? ""
      if value.null != nil { return (name, nil) }
      guard let mapping = value.mapping else {
        throw error("\(name): is no mapping; write '\(name): {margin: …}'")
      }
      return (name, PolicyNode(mapping, path: path, place: inner(name)))
    }
  }

  func text(_ key: String) throws -> String? {
    guard let value = node[key] else { return nil }
    guard let text = value.scalar?.string, !text.isEmpty else {
      throw error("\(key): is no word or number")
    }
    return text
  }

  func number(_ key: String) throws -> Double? {
    guard let text = try text(key) else { return nil }
    guard let number = Double(text), number.isFinite else {
      throw error("\(key): '\(text)' is no number")
    }
    return number
  }

  func integer(_ key: String) throws -> Int? {
    guard let text = try text(key) else { return nil }
    guard let number = Int(text) else { throw error("\(key): '\(text)' is no whole number") }
    return number
  }

  func flag(_ key: String) throws -> Bool? {
    guard let value = node[key] else { return nil }
    guard let flag = value.bool else { throw error("\(key): is neither true nor false") }
    return flag
  }

  func list(_ key: String) throws -> [String] {
    guard let value = node[key] else { return [] }
    if let text = value.scalar?.string { return [text] }
    guard let entries = value.sequence else { throw error("\(key): is no list") }
    return try entries.map { entry in
      guard let text = entry.scalar?.string else { throw error("\(key): is no list of words") }
      return text
    }
  }

  func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, _ type: Choice.Type
  ) throws -> Choice? where Choice.RawValue == String {
    guard let text = try text(key) else { return nil }
    guard let choice = Choice(rawValue: text) else {
      let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw error("\(key): '\(text)' is none of \(known)")
    }
    return choice
  }
}
