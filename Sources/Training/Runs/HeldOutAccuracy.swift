internal import Foundation
internal import Tokenization
internal import Transformer

/// How often a checkpoint solves problems that training never shows.
public struct HeldOutAccuracy: Sendable {
  /// What is asked.
  public struct Settings: Sendable, Equatable {
    /// The task.
    public var task = TaskName.carryArithmetic
    /// Which problems.
    public var split = ProblemSplit.test
    /// How many.
    public var problems = 256
    /// Responses to each.
    public var samples = 8
    /// Divides the logits; 0 takes the most likely token.
    public var temperature = 1.0
    /// Most tokens of a response.
    public var maximumTokens = 64
    /// Of problems and samples.
    public var seed: UInt64 = 0

    /// Defaults.
    public init() {}
  }

  /// What came out.
  public struct Result: Sendable, Equatable {
    /// Correct responses of each problem.
    public let correct: [Int]
    /// Responses to each problem.
    public let samples: Int
    /// Share of responses that ended by themselves.
    public let stoppedShare: Double
    /// Mean tokens of a response.
    public let responseLength: Double

    /// All parts given.
    public init(correct: [Int], samples: Int, stoppedShare: Double, responseLength: Double) {
      (self.correct, self.samples) = (correct, samples)
      (self.stoppedShare, self.responseLength) = (stoppedShare, responseLength)
    }

    /// Share of correct responses.
    public var accuracy: Double {
      Double(correct.reduce(0, +)) / Double(correct.count * samples)
    }

    /// Half the width of the accuracy's 95 % interval: 1.96 standard errors of the mean over
    /// problems, as samples of one problem aren't independent.
    public var halfWidth: Double {
      let shares = correct.map { Double($0) / Double(samples) }
      let count = Double(shares.count)
      guard count > 1 else { return .nan }
      let mean = shares.reduce(0, +) / count
      let squares = shares.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return 1.96 * (squares / (count - 1) / count).squareRoot()
    }

    /// The unbiased estimate of pass@k: 1 − C(n − c, k)/C(n, k), averaged over problems.
    ///
    /// - Parameter k: at most `samples`.
    /// - Returns: a share.
    public func pass(at k: Int) -> Double {
      precondition(k > 0 && k <= samples, "pass@\(k) of \(samples) samples")
      let sum = correct.reduce(0.0) { sum, count in
        // The probability that k draws without putting back are all wrong.
        let allWrong = (0..<k).reduce(1.0) { product, draw in
          product * Double(max(samples - count - draw, 0)) / Double(samples - draw)
        }
        return sum + 1 - allWrong
      }
      return sum / Double(correct.count)
    }
  }

  /// What is asked.
  public let settings: Settings

  /// An evaluation.
  public init(_ settings: Settings) {
    precondition(settings.task.task.splits.contains(settings.split))
    self.settings = settings
  }

  /// Asks a checkpoint.
  ///
  /// - Parameters:
  ///   - start: the checkpoint.
  ///   - progress: gets the number of finished responses.
  /// - Returns: verdicts and lengths.
  /// - Throws: an error naming what doesn't fit.
  public func measure(
    _ start: StartingModel, progress: (Int) -> Void = { _ in }
  ) throws -> Result {
    let task = settings.task.task
    let problems = (0..<settings.problems).map {
      task.problem($0, of: settings.split, seed: settings.seed)
    }
    let prompts = try problems.map { problem in
      let ids = try start.promptIDs(problem.prompt)
      try start.check(
        ids, more: settings.maximumTokens, of: "a prompt of \(task.name) with its response")
      return ids
    }
    var sampling = RolloutSampler.Settings()
    sampling.sampler = Sampler(temperature: settings.temperature)
    sampling.samplesPerPrompt = settings.samples
    sampling.maximumTokens = settings.maximumTokens
    sampling.stopTokens = start.stopTokens
    sampling.seed = settings.seed
    let rollouts = try RolloutSampler(sampling).rollouts(
      of: prompts, keys: prompts.indices.map { "held-out/\($0)" }, model: start.model,
      progress: progress)
    var correct = [Int](repeating: 0, count: problems.count)
    for rollout in rollouts {
      let text = start.tokenizer.decode(rollout.tokenIDs, skipSpecialTokens: true)
      let verdict = task.verify(
        text, of: problems[rollout.prompt], isComplete: rollout.finish == .stop)
      if verdict.isCorrect { correct[rollout.prompt] += 1 }
    }
    let count = Double(rollouts.count)
    return Result(
      correct: correct, samples: settings.samples,
      stoppedShare: Double(rollouts.count { $0.finish == .stop }) / count,
      responseLength: Double(rollouts.reduce(0) { $0 + $1.tokenIDs.count }) / count)
  }
}
