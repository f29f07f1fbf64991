internal import Kernels

/// Which tokens a sampler may choose.
package enum Truncation: Sendable, Hashable {
  /// The smallest set of most likely tokens that has at least the probability p; the one that crosses
  /// it belongs to them.
  case topP(Double)
  /// The k most likely tokens, and those as likely as the last.
  case topK(Int)
  /// Tokens at least m times as likely as the most likely one.
  case minP(Double)

  /// What kind of rule it is.
  package var kind: Kind {
    switch self {
    case .topP: .topP
    case .topK: .topK
    case .minP: .minP
    }
  }

  /// p, k or m.
  package var parameter: Double {
    switch self {
    case .topP(let p): p
    case .topK(let k): Double(k)
    case .minP(let m): m
    }
  }

  /// The rule without its parameter.
  package enum Kind: String, Sendable, Codable, CaseIterable {
    case topP = "top-p"
    case topK = "top-k"
    case minP = "min-p"

    /// The rule with a parameter; k is rounded.
    package func rule(_ parameter: Double) -> Truncation {
      switch self {
      case .topP: .topP(parameter)
      case .topK: .topK(Int(parameter.rounded()))
      case .minP: .minP(parameter)
      }
    }

    var sums: TemperedSums.Rule {
      switch self {
      case .topP: .reaching
      case .topK: .mostLikely
      case .minP: .above
      }
    }
  }
}

/// What a sampler does first where it has both a temperature and a truncation.
package enum TruncationOrder: String, Sendable, Codable, CaseIterable {
  /// Truncation sees the distribution at the temperature, as in transformers and vLLM.
  case temperatureFirst
  /// It sees the one at T = 1, as in llama.cpp by default.
  case truncationFirst
}
