internal import Files
internal import Yams

/// A run's recorded YAML as names and values, in its order.
struct ConfigurationText: Sendable, Equatable {
  /// Names with dots, such as `optimizer.learning-rate`, and the values as written; items of a list
  /// under the list's own name.
  private(set) var values: [(key: String, value: String)] = []

  /// Nothing where the text is no YAML, or has aliases, which `train` writes none of: a run without a
  /// configuration is like no other.
  init(_ yaml: String) {
    guard YAMLAlias.name(in: yaml) == nil else { return }
    if let node = try? Yams.compose(yaml: yaml) { add(node, named: []) }
  }

  private mutating func add(_ node: Node, named path: [String]) {
    switch node {
    case .mapping(let mapping):
      for (key, value) in mapping { add(value, named: path + [key.string ?? ""]) }
    case .sequence(let items):
      for item in items { add(item, named: path) }
    case .scalar(let scalar):
      values.append((path.joined(separator: "."), scalar.string))
    case .alias(let alias):
      values.append((path.joined(separator: "."), alias.anchor.rawValue))
    }
  }

  static func == (a: Self, b: Self) -> Bool {
    a.values.elementsEqual(b.values) { $0.key == $1.key && $0.value == $1.value }
  }

  subscript(key: String) -> String? { values.first { $0.key == key }?.value }
}
