/// Aliases of YAML files, which every reader refuses before it parses.
package enum YAMLAlias {
  /// The first alias of a text whose anchor the text has.
  ///
  /// Nine aliases of nine aliases … make a parser build, or as a key compare, more nodes than it ever could.
  /// Names are what libyaml takes as such; found also where a text merely looks like both, as in a comment,
  /// which no file needs.
  ///
  /// - Parameter yaml: a whole file.
  /// - Returns: its name without the star; nil where nothing is referred to.
  package static func name(in yaml: String) -> String? {
    let anchors = Set(yaml.matches(of: /&([0-9A-Za-z_-]+)/).map(\.1))
    guard !anchors.isEmpty else { return nil }
    return yaml.matches(of: /\*([0-9A-Za-z_-]+)/).first { anchors.contains($0.1) }
      .map { String($0.1) }
  }

  /// What is wrong with it, and the fix.
  ///
  /// - Parameters:
  ///   - yaml: a whole file.
  ///   - files: what can't have one, say `policies`.
  /// - Returns: nil where nothing is referred to.
  package static func problem(in yaml: String, of files: String) -> String? {
    name(in: yaml).map {
      "has an alias, '*\($0)', which \(files) can't have: write out what it stands for"
    }
  }
}
