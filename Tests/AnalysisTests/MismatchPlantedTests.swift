import Analysis
import Foundation
import StatisticalInference
import TestSupport
import Testing
import TokenStatistics

/// Planted causes are named, with their parameters; what none of them is, isn't.
@Suite struct MismatchPlantedTests {
  static let rules: [Truncation?] = [nil, .topP(0.8), .topK(20), .minP(0.05)]
  static let temperatures = [1.0, 0.7]

  /// Deviations of the trainer's logits' errors: none, and what bfloat16 products make.
  @Test(arguments: [0, 0.05], temperatures)
  func `temperature and truncations are named`(rounding: Double, temperature: Double) throws {
    for (index, rule) in Self.rules.enumerated() {
      let planted = PlantedGap(
        .init(temperature: temperature, rule: rule, rounding: rounding), seed: UInt64(index + 10))
      let found = try #require(Mismatch(planted.tokens))
      let words = "\(temperature), \(rule.map { "\($0)" } ?? "none"), \(found.sentence)"
      guard temperature != 1 || rule != nil else {
        #expect(found.verdict == .rounding && found.causes.isEmpty, "\(words)")
        continue
      }
      #expect(found.verdict == .explained && found.causes.count == 1, "\(words)")
      let cause = try #require(found.causes.first)
      let kind = rule.map {
        MismatchExplanation.Kind.truncation($0.kind, isTempered: temperature != 1)
      }
      #expect(cause.kind == kind ?? .temperature, "\(words)")
      if rule?.kind == .topP, temperature != 1 {
        #expect(cause.order == .temperatureFirst, "\(words)")
      }
      for parameter in cause.parameters {
        let (expected, tolerance) =
          parameter.name == "T"
          ? (temperature, 0.01) : (rule?.parameter ?? 0, 0.02)
        let estimate = parameter.estimate
        expectClose(
          estimate.value, expected, absolute: rule?.kind == .topK ? 0.01 : tolerance, words)
        let interval = try #require(estimate.interval)
        // A noiseless fit is as exact as the grid.
        #expect(
          interval.lowerBound - 0.002 <= expected && expected <= interval.upperBound + 0.002,
          "\(parameter.name) \(interval) \(words)")
      }
      // What is left is the rounding that was planted.
      #expect(found.remainder.logitError < max(1.3 * rounding, 1e-3), "\(words)")
      #expect((found.shareExplained?.lower ?? 0) > 0.9, "\(words)")
    }
  }

  /// llama.cpp truncates before the temperature: another p gives nearly the same tokens, but not all.
  ///
  /// Of min-p m^T gives the same, and of top-k k.
  @Test(arguments: [0, 0.05], [Truncation.topP(0.8), .minP(0.05), .topK(20)])
  func `truncation before the temperature is told apart`(rounding: Double, rule: Truncation) throws
  {
    for temperature in [0.7, 1.3] {
      let planted = PlantedGap(
        .init(temperature: temperature, rule: rule, truncatesFirst: true, rounding: rounding),
        seed: 40)
      let found = try #require(Mismatch(planted.tokens))
      let cause = try #require(found.causes.first, "\(found.sentence)")
      #expect(found.verdict == .explained && found.causes.count == 1, "\(found.sentence)")
      #expect(cause.kind == .truncation(rule.kind, isTempered: true), "\(found.sentence)")
      var expected = rule.parameter
      switch rule.kind {
      case .topK: #expect(cause.order == nil && cause.otherOrder == nil)
      case .minP:
        expected = pow(expected, 1 / temperature)
        #expect(cause.order == nil)
        let other = try #require(cause.otherOrder)
        #expect(other.order == .truncationFirst)
        expectClose(other.parameter, rule.parameter, absolute: 0.02, found.sentence)
      case .topP:
        #expect(cause.order == .truncationFirst, "\(found.sentence)")
        #expect(found.sentence.contains("before the temperature"))
      }
      for parameter in cause.parameters {
        expectClose(
          parameter.estimate.value, parameter.name == "T" ? temperature : expected,
          absolute: parameter.name == "T" ? 0.01 : 0.02, found.sentence)
      }
    }
  }

  /// Rounding makes small errors everywhere, not large ones in a few places.
  @Test(arguments: [0, 0.05]) func `a gap in few tokens is not rounding`(rounding: Double) throws {
    var planted = PlantedGap(.init(rounding: rounding), seed: 41)
    for row in stride(from: 7, to: planted.tokens.sampler.count, by: 100) {
      planted.tokens.sampler[row] -= 1.5
    }
    let found = try #require(Mismatch(planted.tokens))
    #expect(found.verdict == .unexplained, "\(found.sentence)")
    #expect(found.sentence.contains("in less than 2 % of the tokens, up to 1."))
  }

  @Test func `where the size of rounding is assumed the sentence says so`() throws {
    let known = PlantedGap(.init(rounding: 0.05), seed: 42).tokens
    let measured = try #require(Mismatch(known))
    #expect(measured.verdict == .rounding && measured.rounding.basis == .replicate)
    #expect(measured.sentence == "no gap beyond rounding: it is the size of bf16 rounding")
    var unknown = known
    unknown.replicate = nil
    let assumed = try #require(Mismatch(unknown))
    #expect(assumed.verdict == .rounding && assumed.rounding.basis == .assumed)
    #expect(
      assumed.sentence.hasPrefix("no gap larger than bf16 rounding may be")
        && assumed.sentence.contains("assumed (a log scored with --replicate has it)"))
    // What 32-bit products leave is rounding whatever bfloat16 has.
    let exact = try #require(Mismatch(PlantedGap(.init(), seed: 42).tokens))
    #expect(exact.rounding.basis == .assumed)
    #expect(exact.sentence == "no gap beyond rounding: it is the size of 32-bit rounding")
  }

  /// Ways to sample that are none of the explanations.
  static let others: [(name: String, cause: PlantedGap.Cause)] = [
    ("noise of 0.5", .init(heavyNoise: 0.5)),
    (
      "repetition penalty",
      .init(logitChange: { _, z, earlier in
        z.enumerated().map { earlier.contains($0) ? $1 > 0 ? $1 / 1.5 : $1 * 1.5 : $1 }
      })
    ),
    (
      "logit bias",
      .init(logitChange: { _, z, _ in
        z.enumerated().map { $0 % 7 == 1 ? $1 + 2 : $1 }
      })
    ),
    (
      "bias and rounding",
      .init(
        logitChange: { position, z, _ in
          z.enumerated().map { $0 < 2 ? $1 + (position % 2 == 0 ? 1.0 : -1) : $1 }
        }, rounding: 0.05)
    ),
  ]

  @Test(arguments: others.indices)
  func `what is none of them is unexplained`(index: Int) throws {
    let (name, cause) = Self.others[index]
    let found = try #require(Mismatch(PlantedGap(cause, seed: 5).tokens))
    #expect(found.verdict == .unexplained, "\(name): \(found.sentence)")
    #expect(found.causes.isEmpty, "\(name)")
    let best = found.explanations.compactMap { $0.shareRemoved?.value }.max() ?? 0
    print("UNEXPLAINED", name, "best share", best, "σ", found.gap.logitError)
  }

  @Test(arguments: [0, 0.05])
  func `ids misaligned by one are named, and what is left is judged again`(rounding: Double) throws
  {
    for places in [-1, 1] {
      for (index, rule) in [nil, Truncation.topP(0.8)].enumerated() {
        var tokens = PlantedGap(.init(rule: rule, rounding: rounding), seed: UInt64(20 + index))
          .tokens
        // The number of each token stands at a neighbour's place.
        let right = tokens.sampler
        for text in tokens.texts {
          for row in text.rows {
            let from = row - places
            tokens.sampler[row] = text.rows.contains(from) ? right[from] : 0
          }
        }
        let found = try #require(Mismatch(tokens))
        let kinds = found.causes.map(\.kind)
        #expect(
          kinds == [.shift(places)]
            + (rule.map { [.truncation($0.kind, isTempered: false)] } ?? []),
          "\(found.sentence)")
        #expect(found.verdict == .explained, "\(found.sentence)")
      }
    }
  }

  @Test func `another checkpoint is named, wholly and half`() throws {
    for (share, rounding) in [(1.0, 0.0), (0.5, 0), (1, 0.05)] {
      var random = SeededGenerator(seed: 8)
      var planted = PlantedGap(.init(rounding: rounding), seed: 7)
      let changes = planted.tokens.trainer.map { $0 < -0.01 ? Float(0.3 * random.normal()) : 0 }
      let exact = planted.tokens.sampler
      planted.tokens.others = [
        .init(name: "far", logProbabilities: exact.map { $0 + Float(0.2 * random.normal()) }),
        .init(name: "stale", logProbabilities: zip(exact, changes).map { $0 + $1 }),
      ]
      planted.tokens.sampler = zip(exact, changes).map { $0 + Float(share) * $1 }
      let found = try #require(Mismatch(planted.tokens))
      #expect(found.causes.map(\.kind) == [.checkpoint("stale")], "\(found.sentence)")
      let slope = try #require(found.causes.first?.parameters.first?.estimate)
      expectClose(slope.value, share, absolute: 0.03)
      #expect(found.verdict == .explained)
    }
  }

  @Test func `without profiles the distribution's explanations need the checkpoint`() throws {
    var tokens = PlantedGap(.init(temperature: 0.7), seed: 1).tokens
    tokens.profiles = [:]
    let found = try #require(Mismatch(tokens))
    #expect(found.verdict == .unexplained)
    #expect(found.explanations.count { $0.status == .needsCheckpoint } == 7)
    #expect(found.sentence.contains("need the checkpoint"))
  }
}
