internal import Yams

/// A mapping of a rules file with its place, for errors.
struct CategoryEntry {
  /// What errors call it, such as `category 'digits'`; empty for the file's top.
  var label: String
  private let node: Node
  private let path: String

  init(_ node: Node, path: String, label: String) {
    self.node = node
    self.path = path
    self.label = label
  }

  /// Its line in the file, from 1.
  var line: Int { node.mark?.line ?? 1 }

  /// An error about it, or about one of its keys, on that key's line.
  func error(_ message: String, key: String? = nil) -> CategoryError {
    let name = node.mapping?.first { $0.key.string == key }?.key
    let place = ["line \(name?.mark?.line ?? line)", label, key.map { "key '\($0)'" } ?? ""]
    return CategoryError(
      path: path, place: place.filter { !$0.isEmpty }.joined(separator: ", "), message: message)
  }

  /// Throws at the first key that isn't one of those.
  func check(_ known: [String]) throws(CategoryError) {
    for (key, _) in node.mapping ?? [:] where !known.contains(key.string ?? "") {
      let shown = CategoryError.quoted(key.string ?? "?")
      let place = ["line \(key.mark?.line ?? line)", label].filter { !$0.isEmpty }
      throw CategoryError(
        path: path, place: place.joined(separator: ", "),
        message: "no key \(shown); there are \(known.joined(separator: ", "))")
    }
  }

  /// Whether the key is given.
  func has(_ key: String) -> Bool { node[key] != nil }

  /// The items of a list; nil if the key isn't given.
  func list(_ key: String) throws(CategoryError) -> [Node]? {
    guard let value = node[key] else { return nil }
    guard let items = value.sequence, !items.isEmpty else {
      throw error("needs a list; write each item on a line of its own, after '- '", key: key)
    }
    return Array(items)
  }

  /// One text as written, so that a word such as `no` stays one; nil if the key isn't given.
  func text(_ key: String) throws(CategoryError) -> String? {
    guard let value = node[key] else { return nil }
    guard let scalar = value.scalar else { throw error("needs one text", key: key) }
    return scalar.string
  }

  /// One text or a list of them; empty if the key isn't given.
  func texts(_ key: String) throws(CategoryError) -> [String] {
    guard let value = node[key] else { return [] }
    let nodes = value.sequence.map(Array.init) ?? [value]
    let texts = nodes.compactMap { $0.scalar?.string }
    guard texts.count == nodes.count else {
      throw error("needs a text, or a list of texts", key: key)
    }
    guard !texts.isEmpty, !texts.contains("") else {
      throw error("has an empty text or list; take it out, or write texts in quotes", key: key)
    }
    return texts
  }

  /// true or false; nil if the key isn't given.
  func flag(_ key: String) throws(CategoryError) -> Bool? {
    guard let value = try text(key) else { return nil }
    switch value {
    case "true": return true
    case "false": return false
    default: throw error("should be true or false, not \(CategoryError.quoted(value))", key: key)
    }
  }
}
