internal import Tasks

/// The claims that were written down before a study was run.
package struct StudyClaims: Sendable, Equatable {
  /// The probability of any wrong answer among all of them.
  package var level = 0.05
  /// In their order.
  package var claims: [StudyClaim]

  package init(level: Double = 0.05, _ claims: [StudyClaim]) {
    (self.level, self.claims) = (level, claims)
  }

  /// More are no list that anybody reads.
  private static let most = 1_000

  /// Reads a file.
  ///
  /// - Parameter path: of YAML.
  /// - Throws: `StudyError` naming the place, with what there can be.
  package init(path: String) throws {
    try self.init(StudyNode(file: path, of: "claims"))
  }

  /// Reads a text; `path` is named in messages.
  ///
  /// - Throws: as `init(path:)`.
  package init(yaml: String, path: String) throws {
    try self.init(StudyNode(yaml: yaml, path: path, of: "claims"))
  }

  private init(_ root: StudyNode) throws {
    let table = try root.table(["level", "claims"])
    if let level = table["level"] { self.level = try level.number(in: 0.0001...0.5) }
    guard let list = table["claims"] else {
      throw root.error("has no key 'claims'; list them there")
    }
    let entries = try list.elements()
    guard !entries.isEmpty, entries.count <= Self.most else {
      throw list.error("has \(entries.count) claims; give 1 to \(Self.most)")
    }
    claims = []
    for entry in entries {
      let claim = try Self.claim(entry)
      guard !claims.contains(where: { $0.name == claim.name }) else {
        throw entry.error("the name '\(claim.name)' is there twice")
      }
      claims.append(claim)
    }
  }

  private static let keys = [
    "name", "sentence", "source", "measure", "run", "against", "against-measure", "compare",
    "direction", "margin",
  ]

  private static func claim(_ node: StudyNode) throws -> StudyClaim {
    let table = try node.table(keys)
    func needed(_ key: String) throws -> StudyNode {
      guard let value = table[key] else { throw node.error("a claim lacks '\(key)'") }
      return value
    }
    let compare = try choice(needed("compare"), StudyClaim.Comparison.self)
    let direction = try choice(needed("direction"), StudyClaim.Direction.self)
    var claim = StudyClaim(
      try needed("name").name(), try needed("sentence").text(),
      source: try table["source"]?.text() ?? "", measure: try quantity(needed("measure")),
      run: try needed("run").name(), against: try table["against"]?.name(),
      againstMeasure: try table["against-measure"].map(quantity), compare: compare,
      direction: direction, margin: 0)
    guard (claim.against == nil) == (compare == .value) else {
      throw node.error(
        compare == .value
          ? "compare: value is of one run; leave 'against' out"
          : "compare: \(compare.rawValue) needs 'against', the run to compare with")
    }
    guard claim.againstMeasure == nil || claim.against != nil else {
      throw node.error("'against-measure' goes with 'against'")
    }
    guard claim.against != claim.run || claim.againstMeasure ?? claim.measure != claim.measure
    else { throw node.error("compares '\(claim.run)' with itself; name another run in 'against'") }
    claim.margin = try needed("margin").number(in: margins(of: claim))
    return claim
  }

  /// What a margin can be.
  private static func margins(of claim: StudyClaim) -> ClosedRange<Double> {
    switch (claim.compare, claim.direction) {
    case (.ratio, .within): 1.000_001...1e6
    case (.ratio, _): 1e-6...1e6
    case (_, .within): 1e-9...1e15
    case (.difference, _): -1e15...1e15
    case (.value, _): claim.measure.bounds.upperBound == 1 ? 1e-9...1 - 1e-9 : 0...1e15
    }
  }

  private static func choice<Choice: RawRepresentable & CaseIterable>(
    _ node: StudyNode, _ type: Choice.Type
  ) throws -> Choice where Choice.RawValue == String {
    let text = try node.text()
    guard let choice = Choice(rawValue: text) else {
      let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw node.error("'\(text)' is none of \(known)")
    }
    return choice
  }

  private static func quantity(_ node: StudyNode) throws -> StudyQuantity {
    let text = try node.text()
    guard let quantity = StudyQuantity(text) else {
      let known = StudyMeasure.allCases.map(\.rawValue)
      throw node.error(
        "'\(text)' is no measure; did you mean '\(StudyNode.nearest(to: text, among: known))'? "
          + "accuracy/SPLIT is one, too")
    }
    if case .accuracy(let split) = quantity, ProblemSplit(named: split) == nil {
      let known = ProblemSplit.allCases.map(\.description)
      throw node.error(
        "there is no split '\(split)'; did you mean "
          + "'accuracy/\(StudyNode.nearest(to: split, among: known))'?")
    }
    return quantity
  }
}

extension StudyClaims {
  /// What the SRFT paper says of imitation and reinforcement, where a study has the runs; and, where it has
  /// the run, the same with imitation of base's own right answers in the teacher's place: what then remains
  /// is the objective's.
  ///
  /// - Parameter names: of the study's runs.
  /// - Returns: those claims whose runs are among them.
  package static func standard(among names: [String]) -> StudyClaims {
    let all =
      of(imitation: "sft", text: "another's text") + reinforcement("rl")
      + of(imitation: "sft-own", text: "base's own right answers")
    return StudyClaims(
      all.filter { claim in
        names.contains(claim.run) && claim.against.map { names.contains($0) } ?? true
      })
  }

  private static func of(imitation run: String, text: String) -> [StudyClaim] {
    func claim(
      _ name: String, _ sentence: String, _ measure: StudyMeasure, _ margin: Double
    ) -> StudyClaim {
      StudyClaim(
        "\(run)-\(name)", sentence, source: "SRFT paper, section 3", measure: .measure(measure),
        run: run, against: "rl", compare: .ratio, direction: .above, margin: margin)
    }
    return [
      claim(
        "moves-far",
        "SFT on \(text) moves the model more than 5 times as far as RL, by KL(run‖base).",
        .klRunBase, 5),
      claim(
        "leaves-base",
        "SFT on \(text) moves the model more than 5 times as far as RL, by KL(base‖run).",
        .klBaseRun, 5),
      claim(
        "changes-certain-tokens",
        "SFT on \(text) changes more than 3 times as many low-entropy tokens as RL.",
        .lowEntropyChangedShare, 3),
    ]
  }

  private static func reinforcement(_ run: String) -> [StudyClaim] {
    [
      StudyClaim(
        "\(run)-loses-entropy", "Under RL the entropy of rollouts falls to less than half.",
        source: "SRFT paper, section 3", measure: .measure(.lastEntropy), run: run, against: run,
        againstMeasure: .measure(.firstEntropy), compare: .ratio, direction: .below, margin: 0.5),
      StudyClaim(
        "\(run)-degenerates", "Under RL the share of degenerate groups rises.",
        measure: .measure(.lastDegenerateGroups), run: run, against: run,
        againstMeasure: .measure(.firstDegenerateGroups), compare: .difference,
        direction: .above, margin: 0),
    ]
  }
}
