package import TokenStatistics

/// Two log-probabilities of each token of some texts: the sampler's, which drew it, and the trainer's.
///
/// Columns have an entry for each token of responses, text after text; what wasn't measured is NaN.
package struct MismatchTokens: Sendable {
  /// A text's part of the columns.
  package struct Text: Sendable, Equatable {
    /// Its tokens.
    package var rows: Range<Int>
    /// The prompt, from 0 on.
    package var prompt: Int
    /// The author, from 0 on.
    package var author: Int

    package init(rows: Range<Int>, prompt: Int, author: Int = 0) {
      (self.rows, self.prompt, self.author) = (rows, prompt, author)
    }
  }

  /// Another model's log-probabilities of the same tokens.
  package struct Column: Sendable {
    /// The model's name.
    package var name: String
    /// ln p at T = 1, nats.
    package var logProbabilities: [Float]

    package init(name: String, logProbabilities: [Float]) {
      (self.name, self.logProbabilities) = (name, logProbabilities)
    }
  }

  /// The same texts with another beginning, scored by the trainer.
  package struct Variant: Sendable {
    /// What was changed.
    package var change: BeginningChange
    /// ln p at T = 1, nats.
    package var logProbabilities: [Float]

    package init(_ change: BeginningChange, logProbabilities: [Float]) {
      (self.change, self.logProbabilities) = (change, logProbabilities)
    }
  }

  /// What the sampler saw at the front of a text beside what the trainer saw.
  package enum BeginningChange: String, Sendable, Codable, CaseIterable {
    /// One beginning-of-sequence token more.
    case added
    /// One less.
    case removed
  }

  /// In the order of their rows.
  package var texts: [Text]
  /// a: the trainer's ln p at T = 1, nats.
  package var trainer: [Float]
  /// b: what the sampler said of the token that it drew, nats.
  package var sampler: [Float]
  /// Place of each token in its response, from 0 on.
  package var positions: [Int32]
  /// Names of authors; empty if there is one.
  package var authors: [String] = []
  /// Other models of our log, such as neighbouring checkpoints.
  package var others: [Column] = []
  /// The trainer's log-probabilities in another precision; nil if there are none.
  package var replicate: [Float]?
  /// s: how far the trainer's ln p moves when logits have errors of deviation 1; nil for its bound
  /// √2 (1 − p), or the profile's where there is one.
  package var scales: [Float]?
  /// With one beginning-of-sequence token more or less.
  package var variants: [Variant] = []
  /// The trainer's distribution at some tokens, by row; empty without a checkpoint.
  package var profiles: [Int: DistributionProfile] = [:]

  /// Texts with both columns.
  ///
  /// - Parameters:
  ///   - texts: their rows follow each other.
  ///   - trainer: a.
  ///   - sampler: b, as many.
  ///   - positions: place of each token in its response; nil for its place in the text's rows.
  package init(texts: [Text], trainer: [Float], sampler: [Float], positions: [Int32]? = nil) {
    precondition(trainer.count == sampler.count, "one value of each for a token")
    precondition(texts.allSatisfy { $0.rows.upperBound <= trainer.count }, "rows beyond columns")
    (self.texts, self.trainer, self.sampler) = (texts, trainer, sampler)
    self.positions =
      positions
      ?? texts.reduce(into: [Int32](repeating: 0, count: trainer.count)) { places, text in
        for (place, row) in text.rows.enumerated() { places[row] = Int32(place) }
      }
  }
}
