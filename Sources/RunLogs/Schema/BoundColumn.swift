internal import HDF5

/// A bound on what a log would have of a model if its source had the whole distribution; raw values are
/// names in the file.
package enum ModelBound: String, CaseIterable, Sendable {
  case entropyLower = "entropy_lower"
  case entropyUpper = "entropy_upper"
}

/// A bound on what a log would have of a pair if its sources had whole distributions; raw values are names
/// in the file.
package enum PairBound: String, CaseIterable, Sendable {
  case jensenShannonLower = "js_lower"
  case jensenShannonUpper = "js_upper"
  case totalVariationLower = "tv_lower"
  case totalVariationUpper = "tv_upper"
  case entropyChangeLower = "dH_lower"
  case entropyChangeUpper = "dH_upper"
  case klBeforeAfterLower = "kl_ab_lower"
  case klBeforeAfterUpper = "kl_ab_upper"
  case klAfterBeforeLower = "kl_ba_lower"
  case klAfterBeforeUpper = "kl_ba_upper"
}

extension TokenLogColumn {
  /// The columns of models and pairs of whose distributions only the most likely tokens are known.
  package static let bounds =
    ModelBound.allCases.map { Self(bound: $0.rawValue, .model, in: 0...Double.infinity) }
    + PairBound.allCases.map { Self(bound: $0.rawValue, .pair, in: nil) }

  private init(bound name: String, _ scope: Scope, in range: ClosedRange<Double>?) {
    let isLower = name.hasSuffix("_lower")
    let exact = TokenLogColumn.named(String(name.dropLast("_lower".count)), scope)
    self.init(
      scope, name, .float32, exact.unit,
      (isLower ? "least possible " : "largest possible ") + exact.longName,
      (isLower ? "infimum" : "supremum")
        + " of \(exact.name) over all distributions with the listed "
        + "log-probabilities"
        + (scope == .model && !isLower ? "; inf where nobody knows how many tokens there are" : ""),
      // A change of entropy has no bound where one entropy has none.
      in: range ?? (exact.name == "dH" ? .anything : exact.range))
  }
}
