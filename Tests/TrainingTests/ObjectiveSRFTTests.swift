import Foundation
import TestSupport
import Testing
import Training

@Suite struct ObjectiveSRFTTests {
  typealias Change = @Sendable (inout SRFT) -> Void

  /// What each case of the fixture changes about `.paper`.
  static var changes: [String: Change] {
    var all: [String: Change] = [:]
    all["paper"] = { _ in }
    all["releasedCode"] = { $0 = .releasedCode(maximumResponseLength: 8) }
    all["exponent plus"] = { $0.sftWeight = .sftOfReleasedCode }
    all["scope token"] = { $0.entropyScope = .token }
    all["scope sequence"] = { $0.entropyScope = .sequence }
    all["scope demonstrations"] = { $0.entropyScope = .batch(of: .demonstrations) }
    all["scope rollouts"] = { $0.entropyScope = .batch(of: .rollouts) }
    all["scope all"] = { $0.entropyScope = .batch(of: .all) }
    all["scope 0.37"] = { $0.entropyScope = .given(0.37) }
    all["shaping"] = { $0.ratioShaping = .releasedCode }
    all["separate"] = { $0.rolloutFeedback = .signsNormalizedApart }
    all["advantages"] = { $0.rolloutFeedback = .advantages }
    all["ratio"] = { $0.rolloutSurrogate = .importanceRatio(clip: nil) }
    all["ratio clipped"] = {
      $0.rolloutSurrogate = .importanceRatio(clip: ClipRange(low: 0.1, high: 0.1))
    }
    all["advantages ratio clipped"] = {
      $0.rolloutFeedback = .advantages
      $0.rolloutSurrogate = .importanceRatio(clip: ClipRange(low: 0.1, high: 0.05))
    }
    all["weigh all"] = { $0.rolloutWeightScope = .all }
    all["weigh all advantages"] = {
      $0.rolloutWeightScope = .all
      $0.rolloutFeedback = .advantages
    }
    all["constant sft"] = { $0.sftWeight = .constant(1) }
    all["constant rl"] = { $0.rolloutWeight = .constant(1) }
    all["constant both"] = {
      $0.sftWeight = .constant(0.4)
      $0.rolloutWeight = .constant(1)
    }
    all["membership rolloutsOnly"] = { $0.groupAdvantage.membership = .rolloutsOnly }
    all["membership rolloutBaseline"] = { $0.groupAdvantage.membership = .rolloutBaseline }
    all["scale none"] = { $0.groupAdvantage.scale = .none }
    all["scale bessel"] = { $0.groupAdvantage.scale = .deviation(.bessel, epsilon: 0) }
    all["without demo sft"] = { $0.sftWeight = .constant(0) }
    all["without demo rl"] = { $0.demonstrationCoefficient = 0 }
    all["without rollouts"] = { $0.rolloutCoefficient = 0 }
    return all.merging(normalizations) { one, _ in one }.merging(behaviors) { one, _ in one }
  }

  static var normalizations: [String: Change] {
    var all: [String: Change] = [:]
    for (name, aggregation) in ObjectiveSFTTests.aggregations {
      all["sft \(name)"] = { $0.sftNormalization = TermNormalization(aggregation) }
      all["demo \(name)"] = { $0.demonstrationNormalization = TermNormalization(aggregation) }
      all["rl \(name)"] = { $0.rolloutNormalization = TermNormalization(aggregation) }
      all["separate \(name)"] = {
        $0.rolloutNormalization = TermNormalization(aggregation)
        $0.rolloutFeedback = .signsNormalizedApart
      }
    }
    all["basis all sft"] = { $0.sftNormalization.rows = .all }
    all["basis all demo"] = { $0.demonstrationNormalization.rows = .all }
    all["basis all rl"] = { $0.rolloutNormalization.rows = .all }
    let sources: [(String, EntropySource)] = [
      ("all", .all), ("rollouts", .rollouts), ("demonstrations", .demonstrations),
    ]
    for (name, source) in sources {
      all["bonus \(name)"] = {
        $0.entropyBonus = EntropyBonus(coefficient: 0.01)
        $0.entropyBonusSource = source
      }
    }
    return all
  }

  static var behaviors: [String: Change] {
    var all: [String: Change] = [:]
    for behavior in DemonstrationBehavior.allCases {
      all["behavior \(behavior)"] = { $0.demonstrationBehavior = behavior }
      all["behavior \(behavior) clipped"] = {
        $0.demonstrationBehavior = behavior
        $0.demonstrationClip = ClipRange()
      }
      all["behavior \(behavior) shaped clipped"] = {
        $0.demonstrationBehavior = behavior
        $0.demonstrationClip = ClipRange(low: 0.5, high: 0.2)
        $0.ratioShaping = .probabilityOver(0.1)
      }
    }
    return all
  }

  @Test func `SRFT is PyTorch's in every choice`() throws {
    let changes = Self.changes
    let cases = try ObjectiveFixture.cases("srft")
    #expect(Set(cases.map { String($0.name.dropFirst(5)) }) == Set(changes.keys))
    for item in cases {
      var objective = SRFT.paper
      let change = try #require(changes[String(item.name.dropFirst(5))])
      change(&objective)
      var batch = try ObjectiveFixture.batch(item.batch)
      try objective.assignAdvantages(to: &batch)
      item.expect(try objective.evaluate(batch))
    }
  }

  @Test func `each choice makes a difference`() throws {
    // Otherwise a case of the fixture would prove nothing about it.
    let cases = try ObjectiveFixture.cases("srft")
    let paper = try #require(cases.first { $0.name == "srft paper" })
    let same = cases.filter {
      $0.dLogProbs == paper.dLogProbs && $0.dEntropies == paper.dEntropies
    }
    #expect(
      same.map(\.name).sorted() == [
        "srft behavior one", "srft demo sequenceMeanOfTokenSums", "srft paper",
        "srft rl sequenceMeanOfTokenSums", "srft sft sequenceMeanOfTokenSums",
      ])
  }

  @Test func `one token of each kind by hand`() throws {
    // A demonstration with p = 0.5, a right and a wrong rollout; all entropies are 0.
    let logHalf = -0.6931471805599453
    var batch = ObjectiveBatch(
      rows: [
        .init(tokens: 0..<1, kind: .demonstration, reward: 1), .init(tokens: 1..<2, reward: 1),
        .init(tokens: 2..<3, reward: 0),
      ], policyLogProbs: [logHalf, -1, -2], entropies: [0, 0, 0])
    let outcomes = try SRFT.paper.assignAdvantages(to: &batch)
    // Rewards 1, 1, 0: mean 2/3, population deviation √2/3, A = 1/√2 for the right ones.
    guard case .varied(let baseline, let deviation) = outcomes[0] else {
      Issue.record("\(outcomes)")
      return
    }
    // Each number is good to a few units in the last place of 1.
    expectClose(baseline, 2.0 / 3, absolute: 1e-15)
    expectClose(deviation, 2.0.squareRoot() / 3, absolute: 1e-15)
    let result = try SRFT.paper.evaluate(batch)
    let advantage = 0.5.squareRoot()
    expectClose(result.terms.demonstrationSFT, -0.5 * logHalf, absolute: 1e-15)
    expectClose(result.terms.demonstrationPolicy, -0.5 * advantage, absolute: 1e-15)
    expectClose(result.terms.rolloutPolicy, (0.1 * 1 - 2) / 2, absolute: 1e-15)
    let expected = [-0.5 - 0.5 * advantage, -0.05, 0.5]
    for (found, wanted) in zip(result.dTokenLogProbs, expected) {
      expectClose(found, wanted, absolute: 1e-15)
    }
    #expect(result.dEntropies == [0, 0, 0])
    #expect(result.diagnostics.sftWeight.mean == 0.5)
    #expect(result.diagnostics.rolloutWeight.count == 1)
  }

  @Test func `weights are the paper's at some entropies`() {
    // The table of the paper's notes, rounded to three places.
    let table = [
      (0.05, 0.476, 0.526, 0.105), (0.5, 0.303, 0.824, 0.165), (1.0, 0.184, 1.359, 0.272),
    ]
    for (entropy, paper, released, rollout) in table {
      expectClose(EntropyWeight.sftOfPaper.value(at: entropy), paper, absolute: 5e-4)
      expectClose(EntropyWeight.sftOfReleasedCode.value(at: entropy), released, absolute: 5e-4)
      expectClose(EntropyWeight.rolloutOfPaper.value(at: entropy), rollout, absolute: 5e-4)
    }
  }

  @Test func `the terms add up to the whole`() throws {
    var batch = try ObjectiveFixture.batch("mixed")
    let objective = SRFT.paper
    try objective.assignAdvantages(to: &batch)
    let whole = try objective.evaluate(batch)
    var sum = try objective.demonstrationSFT(batch)
    sum.add(try objective.demonstrationPolicy(batch))
    sum.add(try objective.selfRollout(batch))
    #expect(sum == whole)
  }

  @Test func `a demonstration takes a place or not`() {
    let additional = DemonstrationPlace.additional
    let replacing = DemonstrationPlace.replacesRollout
    #expect(additional.rolloutCount(groupSize: 8, demonstrationCount: 1) == 8)
    #expect(replacing.rolloutCount(groupSize: 8, demonstrationCount: 1) == 7)
    #expect(replacing.rolloutCount(groupSize: 2, demonstrationCount: 3) == 0)
  }

  @Test func `teachers that aren't recorded are refused only where they are needed`() throws {
    var batch = try ObjectiveFixture.batch("mixed")
    try SRFT.paper.assignAdvantages(to: &batch)
    for row in batch.rows where row.kind == .demonstration {
      for token in row.tokens { batch.behaviorLogProbs?[token] = .nan }
    }
    #expect(throws: Never.self) { try SRFT.paper.evaluate(batch) }
    var recorded = SRFT.paper
    recorded.demonstrationBehavior = .recordedTeacher
    #expect(throws: ObjectiveError.self) { try recorded.evaluate(batch) }
    batch.behaviorLogProbs = nil
    #expect(throws: ObjectiveError.missing(.behaviorLogProb)) { try recorded.evaluate(batch) }
  }

  @Test(arguments: [0, -0.1, .nan, .infinity])
  func `a shaping constant without meaning is refused`(constant: Double) throws {
    var objective = SRFT.paper
    objective.ratioShaping = .probabilityOver(constant)
    let batch = try ObjectiveFixture.batch("mixed")
    #expect(throws: ObjectiveError.self) { try objective.evaluate(batch) }
  }

  @Test func `the article has the same table as the presets`() throws {
    let folder = Places.root.appending(path: "Sources/Training")
    let code = try String(
      contentsOf: folder.appending(path: "Objectives/SRFT+Presets.swift"), encoding: .utf8)
    let article = try String(
      contentsOf: folder.appending(path: "Training.docc/SRFT.md"), encoding: .utf8)
    let table = code.split(separator: "\n").filter { $0.hasPrefix("/// |") }
      .map { $0.dropFirst(4) }.joined(separator: "\n")
    #expect(table.count > 500)
    #expect(article.contains(table))
  }

  @Test func `the presets are what the table says`() {
    let (paper, code) = (SRFT.paper, SRFT.releasedCode)
    #expect(paper.sftWeight == EntropyWeight(scale: 0.5, exponent: -1))
    #expect(code.sftWeight == EntropyWeight(scale: 0.5, exponent: 1))
    #expect(paper.rolloutWeight == EntropyWeight(scale: 0.1, exponent: 1))
    #expect(code.rolloutWeight == paper.rolloutWeight)
    #expect(paper.entropyScope == .batch(of: .ownTerm) && code.entropyScope == .token)
    #expect(paper.rolloutWeightScope == .positives && code.rolloutWeightScope == .positives)
    #expect(paper.demonstrationBehavior == .one && code.demonstrationBehavior == .one)
    #expect(paper.ratioShaping == .none && code.ratioShaping == .probabilityOver(0.1))
    #expect(paper.demonstrationClip == nil && code.demonstrationClip == nil)
    #expect(paper.demonstrationPlace == .additional)
    #expect(code.demonstrationPlace == .replacesRollout)
    #expect(paper.rolloutFeedback == .signs && code.rolloutFeedback == .advantages)
    #expect(paper.rolloutSurrogate == .logProbability)
    #expect(code.rolloutSurrogate == .importanceRatio(clip: nil))
    #expect(paper.groupAdvantage.scale == .deviation(.population, epsilon: 0))
    #expect(code.groupAdvantage.scale == .none)
    #expect(paper.groupAdvantage.membership == .augmented)
    #expect(code.groupAdvantage.membership == .augmented)
    let sequences = TermNormalization(.sequenceMeanOfTokenSums)
    #expect(paper.sftNormalization == sequences && paper.rolloutNormalization == sequences)
    #expect(paper.demonstrationNormalization == sequences)
    let fixed = TermNormalization(.sequenceMeanOverFixedLength(8192), rows: .all)
    #expect(code.sftNormalization == TermNormalization(.tokenMean))
    #expect(code.demonstrationNormalization == fixed && code.rolloutNormalization == fixed)
    #expect(paper.entropyBonus == nil)
    #expect(code.entropyBonus == EntropyBonus(coefficient: 0.001))
    #expect(code.entropyBonusSource == .all)
  }
}
