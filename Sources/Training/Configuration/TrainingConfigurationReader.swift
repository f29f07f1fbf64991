internal import Files
internal import Yams

/// The values of a YAML file and of `--set`, by key, with the place each comes from.
struct TrainingConfigurationReader {
  /// A scalar as written.
  fileprivate struct Value {
    let text: String
    let isQuoted: Bool
    let place: String
    /// Those of a list, of which `text` is nothing.
    var elements: [Value] = []
  }

  private let path: String
  private var values: [String: Value] = [:]

  /// Takes in the file, then the overrides in their order.
  init(yaml text: String, path: String, overrides: [String]) throws(TrainingError) {
    self.path = path
    if let problem = YAMLAlias.problem(in: text, of: "configurations") {
      throw .malformed(place: path, problem)
    }
    if let node = try Self.node(text, place: path) {
      guard let mapping = node.mapping else {
        throw .malformed(place: path, "should be a mapping of keys to values, say 'steps: 100'")
      }
      try take(mapping, group: nil)
    }
    for override in overrides {
      let parts = override.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let place = "--set \(override)"
      guard parts.count == 2 else {
        throw .malformed(place: place, "write key=value, say --set steps=100")
      }
      let key = try Self.key(String(parts[0]), place: place)
      values[key] = try Self.value(
        Self.node(String(parts[1]), place: place), of: key, place: place)
    }
  }

  private static func node(_ text: String, place: String) throws(TrainingError) -> Node? {
    do {
      return try Yams.compose(yaml: text)
    } catch let error as YamlError {
      switch error {
      case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _):
        throw .malformed(place: "\(place), line \(mark.line)", "no YAML: \(problem)")
      case .duplicatedKeysInMapping(let duplicates, _):
        throw .malformed(place: place, "\(duplicates.joined(separator: ", ")) is there twice")
      default: throw .malformed(place: place, "no YAML")
      }
    } catch { throw .malformed(place: place, "no YAML") }
  }

  private mutating func take(
    _ mapping: Node.Mapping, group: String?
  ) throws(TrainingError) {
    for (name, node) in mapping {
      let place = name.mark.map { "\(path), line \($0.line)" } ?? path
      let own = name.scalar?.string ?? "?"
      let full = group.map { $0 + "." + own } ?? own
      if group == nil, ConfigurationField.groups.contains(own) {
        guard let members = node.mapping else {
          throw .configuration(place: place, key: own, "is a group; indent its keys below it")
        }
        try take(members, group: own)
        continue
      }
      let key = try Self.key(full, place: place)
      let value = try Self.value(node, of: full, place: place)
      guard values[key] == nil else {
        throw .configuration(place: place, key: full, "is there twice")
      }
      values[key] = value
    }
  }

  /// One value, or for some keys a list of them.
  private static func value(
    _ node: Node?, of key: String, place: String
  ) throws(TrainingError) -> Value {
    if ConfigurationField.named(key)?.isList == true {
      let scalars = node?.sequence?.map(\.scalar) ?? [nil]
      let values = scalars.compactMap { $0.map { Value($0, place: place) } }
      guard values.count == scalars.count else {
        throw .configuration(place: place, key: key, "needs a list, say [1, 2, 5]")
      }
      return Value(text: "", isQuoted: false, place: place, elements: values)
    }
    guard let scalar = node?.scalar else {
      throw .configuration(place: place, key: key, "needs one value")
    }
    return Value(scalar, place: place)
  }

  private static func key(_ name: String, place: String) throws(TrainingError) -> String {
    guard ConfigurationField.named(name) == nil else { return name }
    let nearest = ConfigurationField.nearest(to: name)
    throw .configuration(place: place, key: name, "no such key; did you mean '\(nearest)'?")
  }

  // MARK: Values

  /// Whether a key is given.
  func has(_ key: String) -> Bool { values[key] != nil }

  /// An error about a key, at its place.
  func error(_ key: String, _ reason: String) -> TrainingError {
    .configuration(place: values[key]?.place ?? path, key: key, reason)
  }

  /// A text as it stands; nil if the key isn't given.
  func text(_ key: String) throws(TrainingError) -> String? {
    guard let value = values[key] else { return nil }
    guard !value.text.isEmpty else { throw error(key, "is empty") }
    return value.text
  }

  /// Whether the value is the word for nothing.
  func isNone(_ key: String) -> Bool {
    values[key].map { !$0.isQuoted && $0.text == "none" } ?? false
  }

  /// A whole number in a range.
  func integer(_ key: String, in range: ClosedRange<Int>) throws(TrainingError) -> Int? {
    guard let value = values[key] else { return nil }
    return try integer(value, key, in: range)
  }

  /// Whole numbers in a range, each above the one before.
  func ascendingIntegers(
    _ key: String, in range: ClosedRange<Int>
  ) throws(TrainingError) -> [Int]? {
    guard let value = values[key] else { return nil }
    var numbers: [Int] = []
    for element in value.elements {
      let number = try integer(element, key, in: range)
      if let last = numbers.last, number <= last {
        throw error(key, "has \(number) after \(last); each should be above the one before")
      }
      numbers.append(number)
    }
    return numbers
  }

  private func integer(
    _ value: Value, _ key: String, in range: ClosedRange<Int>
  ) throws(TrainingError) -> Int {
    let digits = value.text.filter { $0 != "_" }
    guard !value.isQuoted, let number = Int(digits) else {
      throw error(key, "should be a whole number, not '\(value.text)'")
    }
    guard range.contains(number) else {
      throw error(key, "is \(number); it goes from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// A number in a range.
  func number(_ key: String, _ range: NumberRange) throws(TrainingError) -> Double? {
    guard let value = values[key] else { return nil }
    guard !value.isQuoted, let number = Double(value.text), number.isFinite else {
      throw error(key, "should be a number, not '\(value.text)'")
    }
    guard range.contains(number) else {
      throw error(key, "is \(value.text); it must be \(range.description)")
    }
    return number
  }

  /// true or false.
  func flag(_ key: String) throws(TrainingError) -> Bool? {
    guard let value = values[key] else { return nil }
    switch value.text {
    case "true" where !value.isQuoted: return true
    case "false" where !value.isQuoted: return false
    default: throw error(key, "should be true or false, not '\(value.text)'")
    }
  }

  /// One of some names.
  func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ key: String, of type: Choice.Type
  ) throws(TrainingError) -> Choice? {
    guard let value = values[key] else { return nil }
    guard let choice = Choice(rawValue: value.text) else {
      let names = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw error(key, "is '\(value.text)'; there are \(names)")
    }
    return choice
  }
}

extension TrainingConfigurationReader.Value {
  fileprivate init(_ scalar: Node.Scalar, place: String) {
    text = scalar.string
    isQuoted = scalar.style == .singleQuoted || scalar.style == .doubleQuoted
    self.place = place
  }
}
