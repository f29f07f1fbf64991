internal import Files
internal import Yams

/// A file of rules and landmarks, read and checked.
struct CategoryFile {
  /// The rules in their order; nil if the file has no `categories`.
  private(set) var rules: [CategoryRule]?
  /// The landmarks in their order; nil if the file has no `landmarks`.
  private(set) var landmarks: [Landmark]?
  private let path: String

  /// - Throws: `CategoryError`.
  init(yaml: String, path: String) throws(CategoryError) {
    self.path = path
    if let problem = YAMLAlias.problem(in: yaml, of: "categories") {
      throw CategoryError(path: path, place: "", message: problem)
    }
    let example = "begin with 'categories:' and below it '- name: digits'"
    guard let root = try Self.node(yaml, path: path) else {
      throw CategoryError(path: path, place: "", message: "is empty; \(example)")
    }
    let entry = CategoryEntry(root, path: path, label: "")
    guard root.mapping != nil else { throw entry.error("is no mapping; \(example)") }
    try entry.check(["categories", "landmarks"])
    if let list = try entry.list("categories") {
      rules = try unique(list, "category", read: Self.rule)
    }
    if let list = try entry.list("landmarks") {
      landmarks = try unique(list, "landmark", read: Self.landmark)
    }
    guard rules != nil || landmarks != nil else { throw entry.error("is empty; \(example)") }
  }

  private static func node(_ yaml: String, path: String) throws(CategoryError) -> Node? {
    func error(_ problem: String, line: Int? = nil) -> CategoryError {
      CategoryError(
        path: path, place: line.map { "line \($0)" } ?? "",
        message: "no YAML: \(problem); quote texts with ' where signs have a meaning in YAML")
    }
    do {
      return try Yams.compose(yaml: yaml)
    } catch let problem as YamlError {
      switch problem {
      case .scanner(_, let text, let mark, _), .parser(_, let text, let mark, _),
        .composer(_, let text, let mark, _):
        throw error(text, line: mark.line)
      case .duplicatedKeysInMapping(let keys, let context):
        throw CategoryError(
          path: path, place: "line \(context.mark.line)",
          message: "\(keys.joined(separator: ", ")) is there twice; put all values in one list")
      case .reader(let text, _, _, _): throw error(text)
      default: throw error("it can't be read")
      }
    } catch { throw CategoryError(path: path, place: "", message: "no YAML") }
  }

  /// Reads each entry under its name, which no other may have.
  private func unique<Value>(
    _ nodes: [Node], _ kind: String,
    read: (CategoryEntry) throws(CategoryError) -> Value
  ) throws(CategoryError) -> [Value] {
    var lines: [String: Int] = [:]
    var values: [Value] = []
    for node in nodes {
      var entry = CategoryEntry(node, path: path, label: kind)
      guard node.mapping != nil else {
        throw entry.error("is no mapping; write '- name: …' and its keys below")
      }
      guard let name = try entry.text("name"), !name.isEmpty else {
        throw entry.error("has no name; add 'name: …'")
      }
      entry.label = "\(kind) \(CategoryError.quoted(name))"
      guard name == TokenText.trimmed(name), CategoryError.quoted(name) == "'\(name)'" else {
        throw entry.error("shorten the name to at most 60 visible characters on one line")
      }
      if let line = lines[name] {
        throw entry.error("is on line \(line) already; join the two, or rename one")
      }
      lines[name] = entry.line
      values.append(try read(entry))
    }
    return values
  }

  private static func rule(_ entry: CategoryEntry) throws(CategoryError) -> CategoryRule {
    try entry.check(["name", "words", "case", "characters", "matches", "contains"])
    let name = try entry.text("name") ?? ""
    guard name != TokenCategories.other else {
      throw entry.error(
        "is the category of tokens that no rule matches; give this one another name")
    }
    let isCaseSensitive = try entry.flag("case")
    let words = try entry.texts("words").map(TokenText.trimmed)
    if isCaseSensitive != nil, words.isEmpty {
      throw entry.error(
        "is about words, and there are none; take it out, or add words", key: "case")
    }
    if words.contains("") {
      throw entry.error(
        "has white space alone, which words are compared without; use matches", key: "words")
    }
    let characters = try entry.texts("characters").joined().unicodeScalars
      .filter { !TokenText.isWhiteSpace($0) }
    if entry.has("characters"), characters.isEmpty {
      throw entry.error(
        "has white space alone, which isn't compared; use matches", key: "characters")
    }
    let patterns = try entry.texts("matches")
    let parts = try entry.texts("contains").map { Array($0.utf8) }
    guard !(words.isEmpty && characters.isEmpty && patterns.isEmpty && parts.isEmpty) else {
      throw entry.error("matches nothing; add words, characters, matches or contains")
    }
    return CategoryRule(
      name: name, words: Set(isCaseSensitive == true ? words : words.map { $0.lowercased() }),
      isCaseSensitive: isCaseSensitive ?? false, characters: Set(characters),
      expressions: try expressions(patterns, entry), parts: parts)
  }

  private static func expressions(
    _ patterns: [String], _ entry: CategoryEntry
  ) throws(CategoryError) -> TokenExpressions? {
    guard !patterns.isEmpty else { return nil }
    do throws(TokenExpressions.Failure) { return try TokenExpressions(patterns) } catch {
      throw entry.error(
        "\(CategoryError.quoted(error.pattern)) is no regular expression: \(error.reason); "
          + "where a sign such as ( or [ is meant, write \\ before it", key: "matches")
    }
  }

  private static func landmark(_ entry: CategoryEntry) throws(CategoryError) -> Landmark {
    try entry.check(["name", "texts", "line-starts"])
    let texts = try entry.texts("texts").map { Array($0.utf8) }
    let hasLineStarts = try entry.flag("line-starts") ?? false
    guard hasLineStarts || !texts.isEmpty else {
      throw entry.error("is nowhere; add texts, or 'line-starts: true'")
    }
    return Landmark(
      name: try entry.text("name") ?? "", texts: texts, hasLineStarts: hasLineStarts)
  }
}
