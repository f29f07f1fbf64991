package import StatisticalInference
package import Tasks

/// What a checkpoint made of the problems of one split.
package struct HeldOutResult: Sendable, Equatable {
  /// The split.
  package let split: ProblemSplit
  /// The most likely response to each problem; nil if not asked for.
  package let greedy: Grades?
  /// Sampled responses; nil if none were asked for.
  package let sampled: Grades?

  /// All parts given.
  package init(split: ProblemSplit, greedy: Grades?, sampled: Grades?) {
    (self.split, self.greedy, self.sampled) = (split, greedy, sampled)
  }

  /// How many problems were asked.
  package var problems: Int { (greedy ?? sampled)?.correct.count ?? 0 }

  /// The unbiased estimate of one problem's pass@k: that not all of k draws without putting back are wrong.
  ///
  /// - Parameters:
  ///   - k: from 1 to `samples`.
  ///   - correct: of the samples.
  ///   - samples: how many there are.
  /// - Returns: 1 − C(n − c, k) / C(n, k), from 0 to 1.
  package static func pass(at k: Int, correct: Int, of samples: Int) -> Double {
    var allWrong = 1.0
    for draw in 0..<k {
      allWrong *= Double(max(samples - correct - draw, 0)) / Double(samples - draw)
    }
    return 1 - allWrong
  }

  /// Verdicts on the responses to some problems, the same number to each.
  package struct Grades: Sendable, Equatable {
    /// Correct responses of each problem.
    package private(set) var correct: [Int] = []
    /// Responses to each problem.
    package let samples: Int
    /// How many responses got which verdict.
    package private(set) var verdicts: [Verification.Reason: Int] = [:]
    /// Responses of each problem that ended by themselves.
    private var stopped: [Int] = []
    /// Tokens of each problem's responses.
    private var tokens: [Int] = []
    /// Sum of the entropies at all of them, nats.
    private var entropySum = 0.0

    /// Nothing graded yet.
    package init(samples: Int) {
      precondition(samples > 0, "\(samples) samples")
      self.samples = samples
    }

    /// Takes in one more problem.
    ///
    /// - Parameters:
    ///   - reasons: the verdicts on its `samples` responses.
    ///   - stopped: how many of them ended by themselves.
    ///   - tokens: how long they are together.
    ///   - entropy: the sum of the entropies at their tokens, nats.
    package mutating func add(
      _ reasons: [Verification.Reason], stopped: Int, tokens: Int, entropy: Double = .nan
    ) {
      precondition(reasons.count == samples, "\(reasons.count) verdicts of \(samples) samples")
      correct.append(reasons.count { $0 == .correct })
      for reason in reasons { verdicts[reason, default: 0] += 1 }
      self.stopped.append(stopped)
      self.tokens.append(tokens)
      entropySum += entropy
    }

    /// Mean entropy per token of all responses, nats; NaN where one's isn't known.
    package var meanEntropy: Double { entropySum / Double(tokens.reduce(0, +)) }

    /// Share of responses that ended by themselves.
    package var stoppedShare: Estimate {
      share(stopped.map { Double($0) / Double(samples) })
    }

    /// Mean tokens of a response.
    package var responseLength: Estimate {
      var estimate = Estimate.mean(
        ofPrompts: tokens.map { Double($0) / Double(samples) }, within: 0...Double.infinity,
        observations: correct.count * samples)
      estimate.unit = .problems
      return estimate
    }

    /// Share of correct responses.
    package var accuracy: Estimate {
      share(correct.map { Double($0) / Double(samples) })
    }

    /// The mean over problems of a share: problems are what was drawn, responses to one of them only
    /// make its share more certain.
    ///
    /// Where each problem's share is 0 or 1 these are independent trials.
    private func share(_ values: [Double]) -> Estimate {
      var estimate =
        values.contains { $0 != 0 && $0 != 1 }
        ? Estimate.mean(ofPrompts: values, isShare: true)
        : Estimate.share(values.reduce(0, +), of: values.count)
      estimate.observations = values.count * samples
      estimate.unit = .problems
      return estimate
    }

    /// The unbiased estimate of pass@k, the probability that one of k responses is correct.
    ///
    /// With c correct of n samples it is 1 − C(n − c, k) / C(n, k), averaged over problems.
    ///
    /// - Parameter k: from 1 to `samples`.
    /// - Returns: the mean over problems with its interval.
    package func pass(at k: Int) -> Estimate {
      precondition(k > 0 && k <= samples, "pass@\(k) of \(samples) samples")
      return share(correct.map { HeldOutResult.pass(at: k, correct: $0, of: samples) })
    }

    /// The numbers of tries that are worth a look: 1, 2, 4, … and all samples.
    package var tries: [Int] {
      let powers = (0..<Int.bitWidth - 2).map { 1 << $0 }.prefix { $0 < samples }
      return powers + [samples]
    }
  }
}
