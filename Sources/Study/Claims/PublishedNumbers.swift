/// Numbers that a paper prints of runs like a study's, to stand beside the study's own.
package struct PublishedNumbers: Sendable, Equatable {
  /// One column of one of the study's tables.
  package struct Column: Sendable, Equatable {
    /// The table that it stands in.
    package var table: StudyTables.Name
    /// Its head.
    package var name: String
    /// What it is the share of.
    package var definition: String
    /// By run, in [0, 1].
    package var runs: [String: Double]
  }

  /// Whose they are.
  package let source: String
  /// In their order.
  package let columns: [Column]

  /// Reads a file.
  ///
  /// - Parameter path: of YAML: `source`, and `columns` with `table`, `name`, `definition` and `runs`.
  /// - Throws: `StudyError` naming the place, with what there can be.
  package init(path: String) throws {
    try self.init(StudyNode(file: path, of: "published numbers"))
  }

  /// Reads a text; `path` is named in messages.
  ///
  /// - Throws: as `init(path:)`.
  package init(yaml: String, path: String) throws {
    try self.init(StudyNode(yaml: yaml, path: path, of: "published numbers"))
  }

  private init(_ root: StudyNode) throws {
    let parts = try root.table(["source", "columns"])
    func needed(
      _ key: String, of parts: [String: StudyNode], _ node: StudyNode
    ) throws -> StudyNode {
      guard let part = parts[key] else { throw node.error("lacks '\(key)'") }
      return part
    }
    source = try needed("source", of: parts, root).text()
    columns = try needed("columns", of: parts, root).elements().map { node in
      let parts = try node.table(["table", "name", "definition", "runs"])
      let table = try needed("table", of: parts, node)
      let name = try table.text()
      guard let place = StudyTables.Name(rawValue: name) else {
        let known = StudyTables.Name.allCases.map(\.rawValue)
        throw table.error(
          "there is no table '\(name)'; did you mean '\(StudyNode.nearest(to: name, among: known))'?"
        )
      }
      let runs = try needed("runs", of: parts, node).members()
        .map { ($0.name, try $0.node.number(in: 0...1)) }
      return Column(
        table: place, name: try needed("name", of: parts, node).text(),
        definition: try needed("definition", of: parts, node).text(),
        runs: Dictionary(runs) { first, _ in first })
    }
  }
}
