/// Rules that put each token of a vocabulary in exactly one category, and the landmarks of responses.
///
/// The first rule that matches wins; what none matches is `other`. A token doesn't know its sentence:
/// " May" is a name for these rules, also where it begins a question. Rules are data, so that a study
/// of other texts, or in another language, brings its own.
package struct TokenCategories: Sendable {
  /// The last category: what no rule matches.
  package static let other = "other"

  /// The categories in the order of the rules, `other` last.
  package let names: [String]
  /// Where responses have their joints, such as think tags; `distances(of:inTokens:)` takes an index
  /// into these.
  package let landmarks: [Landmark]
  private let rules: [CategoryRule]

  /// Reads rules, and landmarks, that somebody wrote.
  ///
  /// A file may have `categories`, `landmarks` or both; what it lacks is as in `standard`.
  ///
  /// - Parameters:
  ///   - yaml: the file's text.
  ///   - path: its path, for errors.
  /// - Throws: `CategoryError` with the line, the category or landmark and the key, in one line.
  package init(yaml: String, path: String) throws {
    let file = try CategoryFile(yaml: yaml, path: path)
    self.init(
      rules: file.rules ?? Self.standard.rules, landmarks: file.landmarks ?? Self.standard.landmarks
    )
  }

  private init(rules: [CategoryRule], landmarks: [Landmark]) {
    self.rules = rules
    self.landmarks = landmarks
    names = rules.map(\.name) + [Self.other]
  }

  /// The rules that come with the tool: English reasoning about mathematics and code.
  package static let standard: TokenCategories = {
    do {
      let file = try CategoryFile(yaml: standardYAML, path: "categories.yaml")
      return TokenCategories(rules: file.rules ?? [], landmarks: file.landmarks ?? [])
    } catch {
      // A test reads them.
      preconditionFailure("\(error)")
    }
  }()

  /// The text of the standard rules, to begin one's own from.
  package static var standardYAML: String {
    String(decoding: PackageResources.categories_yaml, as: UTF8.self)
  }

  /// The category of a token: that of the first rule that matches.
  ///
  /// - Parameter bytes: the token's text as bytes; any will do, also half a character.
  /// - Returns: an index into `names`.
  package func category(of bytes: [UInt8]) -> Int {
    let token = TokenText(bytes)
    return rules.firstIndex { $0.matches(token) } ?? rules.count
  }

  /// For each token of a response the signed distance in tokens to the nearest landmark of a kind;
  /// see `Landmark.distances(inTokens:)`.
  package func distances(of landmark: Int, inTokens tokens: [[UInt8]]) -> [Int?] {
    landmarks[landmark].distances(inTokens: tokens)
  }
}
