/// One key of a configuration: what it means, how it is read, how it is written.
///
/// The tables of fields are all that knows about keys: reading, writing, messages and the list that
/// `train --keys` prints come from them.
struct ConfigurationField: Sendable {
  typealias Configuration = TrainingConfiguration
  /// When a key means something.
  typealias Condition = @Sendable (Configuration) -> Bool

  /// The name; a group and its member are joined by a dot.
  let key: String
  /// One line for people.
  let definition: String
  /// What it can be, for people.
  let allowed: String
  /// Whether it means something in a run like this; if not, giving it is an error.
  let applies: Condition
  /// Takes the value, if there is one.
  let read:
    @Sendable (TrainingConfigurationReader, inout Configuration) throws(TrainingError) -> Void
  /// The value as a file has it; nil for nothing.
  let text: @Sendable (Configuration) -> String?
  /// Whether it has a list of values in place of one.
  var isList = false

  /// The same, written only where it says something: older versions don't know the key, and a run of
  /// theirs can be gone on with.
  func written(if isSaid: @escaping Condition) -> Self {
    Self(
      key: key, definition: definition, allowed: allowed, applies: applies, read: read,
      text: { [text] in isSaid($0) ? text($0) : nil }, isList: isList)
  }

  /// The group's name, nil at the top.
  var group: String? {
    key.firstIndex(of: ".").map { String(key[..<$0]) }
  }

  /// The name within its group.
  var name: String { key.split(separator: ".").last.map(String.init) ?? key }
}

// MARK: The kinds of fields

extension ConfigurationField {
  static let always: Condition = { _ in true }

  static func text(
    _ key: String, _ path: any WritableKeyPath<Configuration, String> & Sendable,
    _ definition: String
  ) -> Self {
    Self(key: key, definition: definition, allowed: "text, needed", applies: always) {
      reader, configuration throws(TrainingError) in
      guard let value = try reader.text(key) else { throw reader.error(key, "is missing") }
      configuration[keyPath: path] = value
    } text: {
      quoted($0[keyPath: path])
    }
  }

  static func text(
    _ key: String, _ path: any WritableKeyPath<Configuration, String?> & Sendable,
    _ definition: String, if applies: @escaping Condition = always
  ) -> Self {
    Self(key: key, definition: definition, allowed: "text", applies: applies) {
      reader, configuration throws(TrainingError) in
      if let value = try reader.text(key) { configuration[keyPath: path] = value }
    } text: {
      $0[keyPath: path].map(quoted)
    }
  }

  static func integer(
    _ key: String, _ path: any WritableKeyPath<Configuration, Int> & Sendable,
    in range: ClosedRange<Int>, _ definition: String,
    if applies: @escaping Condition = always
  ) -> Self {
    let allowed = "\(range.lowerBound) to \(range.upperBound)"
    return Self(key: key, definition: definition, allowed: allowed, applies: applies) {
      reader, configuration throws(TrainingError) in
      if let value = try reader.integer(key, in: range) { configuration[keyPath: path] = value }
    } text: {
      String($0[keyPath: path])
    }
  }

  /// Whole numbers, each above the one before.
  static func ascendingIntegers(
    _ key: String, _ path: any WritableKeyPath<Configuration, [Int]> & Sendable,
    in range: ClosedRange<Int>, _ definition: String
  ) -> Self {
    let allowed = "a list of \(range.lowerBound) to \(range.upperBound), ascending"
    return Self(
      key: key, definition: definition, allowed: allowed, applies: always,
      read: { reader, configuration throws(TrainingError) in
        if let values = try reader.ascendingIntegers(key, in: range) {
          configuration[keyPath: path] = values
        }
      },
      text: { "[\($0[keyPath: path].map(String.init).joined(separator: ", "))]" }, isList: true)
  }

  static func number(
    _ key: String, _ path: any WritableKeyPath<Configuration, Double> & Sendable,
    _ range: NumberRange, _ definition: String, if applies: @escaping Condition = always
  ) -> Self {
    Self(key: key, definition: definition, allowed: range.description, applies: applies) {
      reader, configuration throws(TrainingError) in
      if let value = try reader.number(key, range) { configuration[keyPath: path] = value }
    } text: {
      "\($0[keyPath: path])"
    }
  }

  /// A number or `none`.
  static func number(
    _ key: String, _ path: any WritableKeyPath<Configuration, Double?> & Sendable,
    _ range: NumberRange, _ definition: String, if applies: @escaping Condition = always
  ) -> Self {
    let allowed = "none, or \(range.description)"
    return Self(key: key, definition: definition, allowed: allowed, applies: applies) {
      reader, configuration throws(TrainingError) in
      if reader.isNone(key) {
        configuration[keyPath: path] = nil
      } else if let value = try reader.number(key, range) {
        configuration[keyPath: path] = value
      }
    } text: {
      $0[keyPath: path].map { "\($0)" } ?? "none"
    }
  }

  static func flag(
    _ key: String, _ path: any WritableKeyPath<Configuration, Bool> & Sendable,
    _ definition: String, if applies: @escaping Condition = always
  ) -> Self {
    Self(key: key, definition: definition, allowed: "true, false", applies: applies) {
      reader, configuration throws(TrainingError) in
      if let value = try reader.flag(key) { configuration[keyPath: path] = value }
    } text: {
      $0[keyPath: path] ? "true" : "false"
    }
  }

  static func choice<Choice: RawRepresentable<String> & CaseIterable & SendableMetatype>(
    _ key: String, _ path: any WritableKeyPath<Configuration, Choice> & Sendable,
    _ definition: String, if applies: @escaping Condition = always
  ) -> Self {
    Self(key: key, definition: definition, allowed: names(of: Choice.self), applies: applies) {
      reader, configuration throws(TrainingError) in
      if let value = try reader.choice(key, of: Choice.self) {
        configuration[keyPath: path] = value
      }
    } text: {
      $0[keyPath: path].rawValue
    }
  }

  /// One of some names, or nothing.
  static func choice<Choice: RawRepresentable<String> & CaseIterable & SendableMetatype>(
    _ key: String, _ path: any WritableKeyPath<Configuration, Choice?> & Sendable,
    _ definition: String, if applies: @escaping Condition = always
  ) -> Self {
    Self(key: key, definition: definition, allowed: names(of: Choice.self), applies: applies) {
      reader, configuration throws(TrainingError) in
      if let value = try reader.choice(key, of: Choice.self) {
        configuration[keyPath: path] = value
      }
    } text: {
      $0[keyPath: path]?.rawValue
    }
  }

  /// A value with a spelling of its own.
  static func spelled<Value>(
    _ key: String, _ path: any WritableKeyPath<Configuration, Value> & Sendable, allowed: String,
    _ definition: String, if applies: @escaping Condition = always,
    parse: @escaping @Sendable (String) -> Value?, spell: @escaping @Sendable (Value) -> String
  ) -> Self {
    Self(key: key, definition: definition, allowed: allowed, applies: applies) {
      reader, configuration throws(TrainingError) in
      guard let text = try reader.text(key) else { return }
      guard let value = parse(text) else {
        throw reader.error(key, "is '\(text)'; there are \(allowed)")
      }
      configuration[keyPath: path] = value
    } text: {
      spell($0[keyPath: path])
    }
  }

  private static func names<Choice: RawRepresentable<String> & CaseIterable>(
    of type: Choice.Type
  ) -> String {
    Choice.allCases.map(\.rawValue).joined(separator: ", ")
  }

  /// Texts go in single quotes, in which YAML doubles the quote and escapes nothing else.
  static func quoted(_ text: String) -> String {
    "'\(text.replacing("'", with: "''"))'"
  }
}

// MARK: All of them

extension ConfigurationField {
  /// Every key, in the order in which a file has them.
  static let all =
    general + optimizer + newModel + demonstrations + rollouts + sft + distillation + sum + grpo
    + srft
    + evaluation + stop + diagnostics + checkpoints + taskFile

  /// Names of groups.
  static let groups = Set(all.compactMap(\.group))

  private static let byKey = Dictionary(uniqueKeysWithValues: all.map { ($0.key, $0) })

  /// The field of that name.
  static func named(_ key: String) -> Self? { byKey[key] }

  /// The key whose name, with or without its group, takes the fewest edits.
  static func nearest(to name: String) -> String {
    func distance(to field: Self) -> Int {
      min(EditDistance.between(name, field.key), EditDistance.between(name, field.name))
    }
    return all.min { distance(to: $0) < distance(to: $1) }?.key ?? name
  }
}
