internal import Foundation

/// A study as a YAML file writes it: which runs, over which seeds, and what of them is asked.
package struct StudyFile: Sendable {
  /// A run that is another one with some keys changed.
  struct Variant: Sendable {
    let name: String
    /// Whose configuration it takes, a preset or an earlier variant.
    let original: String
    /// Nil for all seeds of the study.
    let seeds: [UInt64]?
    /// Runs whose models it takes in place of the original's among them.
    let changes: [StudyChange]
    /// Where it stands, for errors.
    let place: String
  }

  /// The file itself.
  package let path: String
  /// What the study is called.
  package private(set) var title: String?
  /// What a reader of its tables has to know first, sentences.
  package private(set) var notes: [String] = []
  /// The folder of presets.
  let presets: String
  /// Which of them; nil for all.
  private(set) var runs: [(name: String, place: String)]?
  /// Nil where the file doesn't say.
  package private(set) var seeds: [UInt64]?
  /// Changed keys of every run.
  private(set) var commonChanges: [StudyChange] = []
  /// Changed keys by preset.
  private(set) var changes: [(run: String, place: String, changes: [StudyChange])] = []
  private(set) var variants: [Variant] = []
  /// The file of claims.
  package private(set) var claims: String?
  /// The file of numbers that stand beside the study's own.
  package private(set) var published: String?
  /// The run that tables compare the others with.
  package private(set) var reference: String?
  /// Where methods can be told apart; nil where the file doesn't say.
  package private(set) var regime: StudyRegime?
  /// Runs that it names itself, with the key.
  private(set) var regimeRuns: [(run: String, key: String)] = []
  /// How much is measured.
  package private(set) var evaluation = StudyEvaluation()
  /// Which learning rates are tried.
  package private(set) var search: StudySearch?
  /// The file of rates that were tried.
  package private(set) var rates: String?

  private static let keys = [
    "presets", "title", "notes", "seeds", "runs", "set", "variants", "claims", "reference",
    "regime",
    "evaluation", "search", "rates", "published",
  ]

  /// Reads a file.
  ///
  /// - Parameter path: of YAML; paths inside are relative to its folder.
  /// - Throws: `StudyError` with file, line and key; for an unknown key the nearest one.
  package init(path: String) throws {
    try self.init(StudyNode(file: path, of: "studies"), path: path)
  }

  /// Reads a text; `path` is named in messages, and paths inside are relative to its folder.
  ///
  /// - Throws: as the other.
  package init(yaml: String, path: String) throws {
    try self.init(StudyNode(yaml: yaml, path: path, of: "studies"), path: path)
  }

  private init(_ root: StudyNode, path: String) throws {
    let parts = try root.table(Self.keys)
    guard let folder = parts["presets"] else {
      throw root.error("presets: is missing: the folder of the runs' configurations")
    }
    func place(_ node: StudyNode?) throws -> String? {
      try node.map { Self.path(try $0.text(), beside: path) }
    }
    self.path = path
    presets = Self.path(try folder.text(), beside: path)
    title = try parts["title"]?.text()
    notes = try parts["notes"]?.elements().map { try $0.text() } ?? []
    seeds = try parts["seeds"]?.seeds()
    runs = try parts["runs"]?.elements().map { (try $0.text(), $0.place) }
    for (name, node) in try parts["set"]?.members() ?? [] {
      if name == "all" {
        commonChanges = try StudyChange.changes(node)
      } else {
        changes.append((name, node.place, try StudyChange.changes(node)))
      }
    }
    variants = try parts["variants"]?.elements().map(Self.variant) ?? []
    claims = try place(parts["claims"])
    published = try place(parts["published"])
    reference = try parts["reference"]?.text()
    if let node = parts["regime"] { (regime, regimeRuns) = try Self.regime(node) }
    evaluation = try parts["evaluation"].map(Self.evaluation) ?? evaluation
    search = try parts["search"].map { try StudySearch($0) }
    rates = try place(parts["rates"])
  }

  /// A path in a file, as seen from the working directory.
  private static func path(_ path: String, beside file: String) -> String {
    guard !path.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return path }
    return file[...slash] + path
  }

  private static func variant(_ node: StudyNode) throws -> Variant {
    let parts = try node.table(["name", "of", "seeds", "set"] + StudyLink.all.map(\.key))
    guard let name = parts["name"], let original = parts["of"] else {
      throw node.error("a variant needs a name, and 'of' which run it is one")
    }
    let links = try StudyLink.all.compactMap { link in
      try parts[link.key].map { part in
        StudyChange(
          key: link.configurationKey, value: "'\(try part.name())/final'", place: part.place)
      }
    }
    return Variant(
      name: try name.name(), original: try original.text(), seeds: try parts["seeds"]?.seeds(),
      changes: links + (try parts["set"].map(StudyChange.changes) ?? []), place: node.place)
  }

  private static func regime(
    _ node: StudyNode
  ) throws -> (StudyRegime, runs: [(run: String, key: String)]) {
    let parts = try node.table(["imitation", "accuracy", "reinforced", "degenerate-groups"])
    var regime = StudyRegime()
    regime.imitation = try parts["imitation"]?.text() ?? regime.imitation
    if let accuracy = parts["accuracy"] {
      let ends = try accuracy.elements().map { try $0.number(in: 0...1) }
      guard ends.count == 2, ends[0] <= ends[1] else {
        throw accuracy.error("should be the lowest and the highest accuracy, say [0.4, 0.85]")
      }
      regime.accuracy = ends[0]...ends[1]
    }
    regime.reinforced = try parts["reinforced"]?.text() ?? regime.reinforced
    regime.degenerateGroups =
      try parts["degenerate-groups"]?.number(in: 0...1) ?? regime.degenerateGroups
    let named = ["imitation": regime.imitation, "reinforced": regime.reinforced]
    return (
      regime,
      ["imitation", "reinforced"].compactMap { key in
        parts[key] == nil ? nil : named[key].map { ($0, key) }
      }
    )
  }

  private static func evaluation(_ node: StudyNode) throws -> StudyEvaluation {
    let parts = try node.table(StudyEvaluation.keys.map(\.name))
    var evaluation = StudyEvaluation()
    for (key, size, most) in StudyEvaluation.keys {
      if let part = parts[key] { evaluation[keyPath: size] = try part.integer(in: 1...most) }
    }
    return evaluation
  }
}

/// A key of a run's configuration that a study sets, as `train --set` would.
struct StudyChange: Sendable {
  let key: String
  /// As written, quotes included.
  let value: String
  /// Where, for errors.
  let place: String

  /// As `train --set` takes it.
  var override: String { key + "=" + value }

  /// The changes of a mapping.
  ///
  /// - Throws: `StudyError` for keys that the study itself decides.
  static func changes(_ node: StudyNode) throws -> [StudyChange] {
    try node.members().map { name, part in
      if ["output", "seed"].contains(name) {
        throw part.error("is the study's own: each seed and run has another; leave it out")
      }
      return StudyChange(key: name, value: try part.override(), place: part.place)
    }
  }
}
