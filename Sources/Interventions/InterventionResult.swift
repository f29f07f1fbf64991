package import StatisticalInference

/// What swaps did to the answers of both models.
package struct InterventionResult: Sendable, Encodable {
  /// What one way of ranking positions gave.
  package struct Selector: Sendable, Encodable {
    /// What ranked them.
    package let selector: SwapSelector
    /// By budget, ascending.
    package let doses: [DoseResponse]
  }

  /// Tokens that were decoded after swaps, and how long that took.
  package struct Speed: Sendable {
    /// Decoded tokens.
    package let tokens: Int
    /// Seconds.
    package let seconds: Double
  }

  /// One model's texts with the other's choices.
  package struct Direction: Sendable, Encodable {
    /// Who wrote the texts, and goes on after a swap.
    package let author: String
    /// Whose choices are put in.
    package let other: String
    /// Texts, one for each problem.
    package let texts: Int
    /// Tokens of all of them.
    package let tokens: Int
    /// Those where the other model's most likely token is another one.
    package let differing: Int
    /// Share of texts that are right as they were written.
    package let accuracy: Estimate
    /// In the order in which they were asked for.
    package let selectors: [Selector]
    /// Different swaps that were made.
    package let swappedTexts: Int
    /// Tokens that were decoded after them.
    package let decodedTokens: Int
    /// Of this run, no part of the result; nil where everything was done already.
    package let speed: Speed?

    init(
      author: String, other: String, positions: SwapPositions, selectors: [Selector],
      swappedTexts: Int, decodedTokens: Int, speed: Speed?
    ) {
      (self.author, self.other, self.selectors) = (author, other, selectors)
      texts = positions.ofText.count
      tokens = positions.positions.count
      differing = positions.differingCount
      var accuracy = Estimate.share(
        Double(positions.isCorrect.count { $0 }), of: positions.isCorrect.count)
      accuracy.unit = .problems
      self.accuracy = accuracy
      (self.swappedTexts, self.decodedTokens, self.speed) = (swappedTexts, decodedTokens, speed)
    }

    private enum CodingKeys: CodingKey {
      case author, other, texts, tokens, differing, accuracy, selectors, swappedTexts
      case decodedTokens
    }
  }

  /// A model's name and folder.
  package struct Side: Sendable, Encodable {
    let name: String
    let directory: String
  }

  let before: Side
  let after: Side
  /// The task's name, or the file.
  let problems: String
  /// As asked.
  package let settings: InterventionSettings
  /// One for each model whose texts were swapped in.
  package let directions: [Direction]

  init(
    before: Intervention.Model, after: Intervention.Model, problems: String,
    settings: InterventionSettings, directions: [Direction]
  ) {
    self.before = Side(name: before.name, directory: before.directory)
    self.after = Side(name: after.name, directory: after.directory)
    (self.problems, self.settings, self.directions) = (problems, settings, directions)
  }
}

/// What an intervention takes, from a trial.
package struct InterventionCost: Sendable, Encodable {
  /// One model's texts with the other's choices.
  package struct Direction: Sendable, Encodable {
    /// Who writes the texts.
    package let author: String
    /// Whose choices are put in.
    package let other: String
    /// Tokens of the texts.
    package let tokens: Int
    /// Those where the other model's most likely token is another one.
    package let differing: Int
    /// Swaps to make.
    package let swappedTexts: Int
    /// Tokens to decode after them.
    package let swappedTokens: Int
    /// Writing, scoring and swapping.
    package let seconds: Double
  }

  /// Problems in all.
  package let problems: Int
  /// Problems that were tried.
  package let tried: Int
  /// One for each model whose texts are swapped in.
  package let directions: [Direction]
}
