package import HDF5

/// One column of the schema: where it is, what it holds, in which unit, by which definition.
package struct TokenLogColumn: Equatable, Sendable {
  /// What a column has one row for, and where it is.
  package enum Scope: String, Equatable, Sendable {
    /// `/tok/<name>`, a row for each token.
    case token
    /// `/seq/<name>`, a row for each sequence.
    case sequence
    /// `/model/<model>/<name>`, a row for each token.
    case model
    /// `/pair/<before>:<after>/<name>`, a row for each token.
    case pair
  }

  /// What it has one row for.
  package let scope: Scope
  /// The name inside its group, say "logp" or "topk/id".
  package let name: String
  /// The type in the file.
  package let elementType: HDF5ElementType
  /// The unit: "nats", "nats^2", or "1" for probabilities, ids and counts.
  package let unit: String
  /// The name for people.
  package let longName: String
  /// The definition as a formula in a sentence.
  package let definition: String
  /// Where its values lie, rounding included; NaN, *not measured*, is outside and allowed.
  package let range: ClosedRange<Double>
  /// The codes of a column that has some, as the CF conventions name them.
  package let flags: [Flag]
  /// The dimension whose lengths it counts: the CF conventions' contiguous ragged array.
  package let sampleDimension: String?

  /// A code and what it means.
  package struct Flag: Equatable, Sendable {
    /// As it stands in the column.
    package let value: Int
    /// One word.
    package let meaning: String
  }

  /// The path in the file; `owner` is the model's or the pair's name.
  package func path(of owner: String = "") -> String {
    switch scope {
    case .token: "/tok/" + name
    case .sequence: "/seq/" + name
    case .model: "/model/\(owner)/\(name)"
    case .pair: "/pair/\(owner)/\(name)"
    }
  }

  init(
    _ scope: Scope, _ name: String, _ elementType: HDF5ElementType, _ unit: String,
    _ longName: String, _ definition: String, in range: ClosedRange<Double> = .anything,
    flags: [Flag] = [], sampleDimension: String? = nil
  ) {
    self.scope = scope
    self.name = name
    self.elementType = elementType
    self.unit = unit
    self.longName = longName
    self.definition = definition
    self.range = range
    self.flags = flags
    self.sampleDimension = sampleDimension
  }

  /// The column of that scope and name.
  package static func named(_ name: String, _ scope: Scope) -> TokenLogColumn {
    let known = all.first { $0.scope == scope && $0.name == name }
    guard let column = known ?? bounds.first(where: { $0.scope == scope && $0.name == name }) else {
      preconditionFailure("the schema has no \(scope.rawValue) column '\(name)'")
    }
    return column
  }

  /// Bytes that a token has in all columns of a scope.
  ///
  /// - Parameters:
  ///   - scope: tokens, models or pairs.
  ///   - topCount: k of the lists of most likely tokens.
  ///   - hasReplicate: whether models and pairs have the columns of a second precision.
  /// - Returns: for one model or one pair.
  package static func bytesPerToken(
    _ scope: Scope, topCount: Int, hasReplicate: Bool = false
  ) -> Int {
    (all + (hasReplicate ? replicate : [])).filter { $0.scope == scope }.reduce(0) {
      $0 + $1.elementType.byteCount * ($1.isList ? topCount : 1)
    }
  }

  /// Whether it has k values for each token.
  package var isList: Bool { ["topk/id", "topk/logp"].contains(name) }

  /// Every column of the schema but the string lists.
  ///
  /// In the definitions y is the token at t, p_v the model's probability of v at t given the tokens
  /// before t (from the logits at t-1), v runs over the full vocabulary; in a pair p is before and
  /// q is after.
  package static let all = tokenColumns + sequenceColumns + modelColumns + pairColumns

  /// The columns of models that were scored a second time, in another precision, and of their pairs.
  ///
  /// NaN in texts that were not. Logs before schema 2.1 lack the pairs'.
  package static let replicate = [
    Self(
      .model, "replicate/logp", .float32, "nats", "log-probability of the token, replicate",
      "log p_y as in logp, products computed in the replicate's compute_type",
      in: .logProbabilities),
    Self(
      .model, "replicate/entropy", .float32, "nats", "entropy, replicate",
      "H as in entropy, products computed in the replicate's compute_type",
      in: .entropies),
    Self(
      .pair, "replicate/js", .float32, "nats", "Jensen-Shannon divergence, replicate",
      "as in js, products of both models computed in the replicate's compute_type",
      in: .jensenShannon),
  ]

  private static let tokenColumns = [
    Self(.token, "id", .uint32, "1", "token id", "id of the token in the tokenizer"),
    Self(
      .token, "mask", .uint8, "1", "response mask",
      "1 if the token is one of the response; 0 if one of the prompt, or of the response but left out by "
        + "its mask, as output of a tool is",
      in: 0...1,
      flags: [.init(value: 0, meaning: "prompt_or_masked"), .init(value: 1, meaning: "response")]),
    Self(
      .token, "unmeasured", .uint8, "1", "reason why not measured",
      "0 if measured under all models; otherwise the reason of the first that lacks it: its floats are "
        + "NaN and its whole numbers 0",
      flags: UnmeasuredReason.flags),
  ]

  private static let sequenceColumns = [
    Self(
      .sequence, "offsets", .int64, "1", "sequence offsets",
      "sequence i is the tokens offsets[i] up to, not including, offsets[i+1]",
      in: .counts),
    Self(
      .sequence, "count", .int64, "1", "sequence length", "number of tokens of the sequence",
      in: .counts, sampleDimension: "token"),
    Self(
      .sequence, "response_start", .int64, "1", "start of the response",
      "index within the sequence of the first token of the response; equal to count if it is empty",
      in: .counts),
    Self(
      .sequence, "sample_id", .int64, "1", "sample number",
      "number of the response among those to the same prompt"),
    Self(
      .sequence, "correct", .uint8, "1", "correctness",
      "1 if the response is correct, 0 if not, 255 if unknown",
      in: 0...255,
      flags: [
        .init(value: 0, meaning: "incorrect"), .init(value: 1, meaning: "correct"),
        .init(value: 255, meaning: "unknown"),
      ]),
    Self(
      .sequence, "reward", .float64, "1", "reward", "reward of the response; NaN if unknown",
      in: .finite),
  ]

  private static let modelColumns = [
    Self(
      .model, "logp", .float32, "nats", "log-probability of the token",
      "log p_y, at the stated scoring temperature, over the full vocabulary",
      in: .logProbabilities),
    Self(
      .model, "entropy", .float32, "nats", "entropy of the next-token distribution",
      "H = -sum_v p_v log p_v",
      in: .entropies),
    Self(
      .model, "varentropy", .float32, "nats^2", "variance of the surprisal",
      "sum_v p_v (-log p_v - H)^2",
      in: .squaredNats),
    Self(
      .model, "top1_logp", .float32, "nats", "log-probability of the most likely token",
      "max_v log p_v",
      in: .largestLogProbabilities),
    Self(
      .model, "logZ", .float32, "nats", "log-partition",
      "log sum_v exp z_v of the raw logits z in 32-bit floating point",
      in: .finite),
    Self(
      .model, "extra_logmass", .float32, "nats", "log-mass of ids that not all models have",
      "log sum_v p_v over v from shared_vocabulary_size on: rows beyond a tokenizer or beyond another "
        + "model's; -inf if there are none",
      in: .logProbabilities),
    Self(
      .model, "unmeasured", .uint8, "1", "reason why not measured under this model",
      "0 if measured; otherwise floats are NaN and whole numbers 0, for the reason in flag_meanings",
      flags: UnmeasuredReason.flags),
    Self(
      .model, "rank", .uint32, "1", "rank of the token",
      "1 + number of tokens v with log p_v strictly greater than log p_y; 1 = most likely"),
    Self(.model, "top1", .uint32, "1", "most likely token", "id of argmax_v p_v"),
    Self(
      .model, "topk/id", .uint32, "1", "most likely tokens",
      "ids of the k most likely tokens, most likely first"),
    Self(
      .model, "topk/logp", .float32, "nats", "log-probabilities of the most likely tokens",
      "log p_v of the tokens in topk/id, over the full vocabulary",
      in: .logProbabilities),
    Self(
      .model, "topk/rest_logmass", .float32, "nats", "log of the mass outside the top k",
      "log(1 - sum of p_v over the tokens in topk/id)",
      in: .logProbabilities),
  ]

  private static let pairColumns = [
    Self(
      .pair, "dprob", .float32, "1", "change of the token's probability",
      "q_y - p_y, p before, q after",
      in: .probabilityChanges),
    Self(
      .pair, "dlogp", .float32, "nats", "change of the token's log-probability",
      "log q_y - log p_y, p before, q after"),
    Self(
      .pair, "dH", .float32, "nats", "change of entropy", "H(q) - H(p), p before, q after",
      in: .entropyChanges),
    Self(
      .pair, "kl_ab", .float32, "nats", "Kullback-Leibler divergence KL(before || after)",
      "KL(before || after) = sum_v p_v (log p_v - log q_v), p before, q after; where one model has "
        + "more ids, over those that both have, p and q renormalised to them",
      in: .divergences),
    Self(
      .pair, "kl_ba", .float32, "nats", "Kullback-Leibler divergence KL(after || before)",
      "KL(after || before) = sum_v q_v (log q_v - log p_v), p before, q after; where one model has "
        + "more ids, over those that both have, p and q renormalised to them",
      in: .divergences),
    Self(
      .pair, "js", .float32, "nats", "Jensen-Shannon divergence",
      "(KL(p || m) + KL(q || m)) / 2 with m = (p + q) / 2; at most log 2; ids that only one model "
        + "has are one outcome",
      in: .jensenShannon),
    Self(
      .pair, "tv", .float32, "1", "total variation distance",
      "sum_v |p_v - q_v| / 2; in [0, 1]; ids that only one model has are one outcome",
      in: 0...1),
    Self(
      .pair, "overlap", .float32, "1", "top-k overlap",
      "number of tokens in both models' k most likely, divided by k",
      in: 0...1),
    Self(
      .pair, "bucket_logmass", .float32, "nats", "log-mass of ids that only one model has",
      "log sum_v of the probability that the model with more ids gives to those that the other doesn't "
        + "have; -inf if both have the same",
      in: .logProbabilities),
  ]
}
