/// The 32-bit numbers that a log has for each token and model; raw values are names in the file.
package enum ModelColumn: String, CaseIterable, Sendable {
  case logProbability = "logp"
  case entropy
  case varentropy
  case topLogProbability = "top1_logp"
  case logPartition = "logZ"
  case extraLogMass = "extra_logmass"
}

/// The whole numbers that a log has for each token and model; raw values are names in the file.
package enum ModelIndexColumn: String, CaseIterable, Sendable {
  case rank
  case topToken = "top1"
}

/// The 32-bit numbers that a log has for each token and pair; raw values are names in the file.
package enum PairColumn: String, CaseIterable, Sendable {
  case probabilityChange = "dprob"
  case logProbabilityChange = "dlogp"
  case entropyChange = "dH"
  case klBeforeAfter = "kl_ab"
  case klAfterBefore = "kl_ba"
  case jensenShannonDivergence = "js"
  case totalVariationDistance = "tv"
  case topKOverlap = "overlap"
  case bucketLogMass = "bucket_logmass"
}

/// The strings that a log has for each sequence; raw values are names in the file.
package enum SequenceText: String, CaseIterable, Sendable {
  case id
  case promptID = "prompt_id"
  case source
  case finish
  case metadata
}

/// Why no number is stored for a token.
package enum UnmeasuredReason: UInt8, CaseIterable, Sendable {
  /// A number is stored.
  case measured = 0
  /// The first token of its sequence: nothing before it predicts it.
  case firstToken = 1
  /// After the end of a model's context.
  case beyondContext = 2
  /// A model's logits were not all finite there.
  case notFinite = 3
  /// A model has no row for this token or for one before it.
  case beyondVocabulary = 4
  /// The program or engine that the log was imported from says nothing of it.
  case notInSource = 5
  /// A reason that only a newer version knows.
  case other = 255

  /// The reason in words that go on from a number of tokens.
  package var text: String {
    switch self {
    case .measured: "measured"
    case .firstToken: "first of their text"
    case .beyondContext: "after the end of a context"
    case .notFinite: "with logits that are not finite"
    case .beyondVocabulary: "that a model lacks, or after such"
    case .notInSource: "that the source says nothing of"
    case .other: "for a reason that only a newer version knows"
    }
  }

  /// The name in the file's `flag_meanings`.
  var flag: String {
    switch self {
    case .measured: "measured"
    case .firstToken: "first_token"
    case .beyondContext: "beyond_context"
    case .notFinite: "not_finite"
    case .beyondVocabulary: "beyond_vocabulary"
    case .notInSource: "not_in_source"
    case .other: "other"
    }
  }
}

extension UnmeasuredReason {
  /// All reasons as codes of a column.
  static let flags = allCases.map {
    TokenLogColumn.Flag(value: Int($0.rawValue), meaning: $0.flag)
  }
}
