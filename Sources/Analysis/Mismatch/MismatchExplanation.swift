import Foundation
package import StatisticalInference
package import TokenStatistics

/// Something that may make a sampler's log-probabilities differ from a trainer's, and what it does to
/// the gap.
package struct MismatchExplanation: Sendable, Encodable {
  /// What it is.
  package enum Kind: Sendable, Hashable, Codable {
    /// The sampler's numbers are those of the token so many places on: ids are misaligned.
    case shift(Int)
    /// The sampler saw one beginning-of-sequence token more or less.
    case beginning(MismatchTokens.BeginningChange)
    /// b = ln softmax(z/T).
    case temperature
    /// b = ln p(y)/(kept mass), at T = 1 or, tempered, at T.
    case truncation(Truncation.Kind, isTempered: Bool)
    /// b = (1 − λ) a + λ a′, a′ of another model of our log.
    case checkpoint(String)

    /// Whether only the trainer's whole distribution can tell.
    package var needsCheckpoint: Bool {
      switch self {
      case .temperature, .truncation: true
      case .shift, .beginning, .checkpoint: false
      }
    }
  }

  /// What came of it.
  package enum Status: String, Sendable, Codable {
    /// Named as a cause of the gap.
    case cause
    /// Would be a cause, but another explanation leaves less.
    case lesser
    /// Tried, and not the cause.
    case rejected
    /// Not tried: the trainer's distribution isn't known.
    case needsCheckpoint
    /// Not tried: nothing of this kind was given.
    case notGiven
  }

  /// A number that was estimated along.
  package struct Parameter: Sendable, Encodable, Equatable {
    /// T, p, k, m or λ.
    package let name: String
    /// With its interval by prompts.
    package let estimate: Estimate
    /// The value that changes nothing.
    package let neutral: Double

    /// Whether the interval excludes that value.
    var isActive: Bool { estimate.side(of: neutral) != .open }
  }

  /// A fit with the other order of temperature and truncation that leaves no more, beyond chance.
  package struct OtherOrder: Sendable, Encodable, Equatable {
    package let order: TruncationOrder
    /// T.
    package let temperature: Double
    /// p or m.
    package let parameter: Double
  }

  /// What it is.
  package let kind: Kind
  /// Of the fit; empty where there is nothing to fit.
  package let parameters: [Parameter]
  /// Share of the gap's mean square, about zero, that it removes alone, of what the causes named before
  /// it left; nil if it wasn't tried.
  package let shareRemoved: Estimate?
  /// What it leaves; nil if it wasn't tried.
  package let remainder: MismatchRemainder?
  /// Share of tokens that it says couldn't be drawn; 0 but for truncations.
  package let excludedShare: Double
  /// What came of it.
  package internal(set) var status: Status
  /// Of a truncation with a temperature, which of them comes first; nil where the numbers don't tell, or
  /// where it makes no difference.
  package internal(set) var order: TruncationOrder?
  /// Where the numbers don't tell.
  package internal(set) var otherOrder: OtherOrder?

  /// Predicted sampler − trainer by token of the gap, NaN where unknown.
  let effects: [Double]
  /// σ² of what it leaves, on the gap's scales: explanations are compared by it.
  let left: Double

  private enum CodingKeys: String, CodingKey {
    case kind, parameters, shareRemoved, remainder, excludedShare, status, order, otherOrder
  }

  /// One that wasn't tried.
  init(untried kind: Kind, _ status: Status) {
    self.kind = kind
    (parameters, shareRemoved, remainder, excludedShare) = ([], nil, nil, 0)
    (self.status, effects, left) = (status, [], .infinity)
  }

  /// What effects do to a gap.
  ///
  /// - Parameters:
  ///   - kind: what it is.
  ///   - parameters: that were fitted.
  ///   - effects: by token of the gap, NaN where unknown.
  ///   - excludedShare: of tokens that couldn't be drawn.
  ///   - gap: that is explained.
  ///   - scales: of rounding in what is left, by token of the gap; nil for the gap's.
  init(
    _ kind: Kind, parameters: [Parameter] = [], effects: [Double], excludedShare: Double = 0,
    of gap: MismatchGap, scales: [Double]? = nil
  ) {
    let (before, after) = gap.removing(effects)
    let own = scales.map { scales in
      zip(scales, effects).compactMap { $1.isFinite ? $0 : nil }
    }
    self.kind = kind
    self.parameters = parameters
    self.excludedShare = excludedShare
    self.effects = effects
    shareRemoved = before.shareRemoved(leaving: after)
    remainder =
      before.rows.isEmpty
      ? nil : MismatchRemainder(after.values, scales: own ?? after.scales)
    left = before.rows.isEmpty ? .infinity : after.meanSquare
    status = .rejected
  }
}

/// How large rounding may be.
package struct RoundingLevel: Sendable, Encodable, Equatable {
  /// Where it comes from.
  package enum Basis: String, Sendable, Codable {
    /// The trainer's own numbers in another precision.
    case replicate
    /// A logit error that is typical of bfloat16 products.
    case assumed
    /// Given by the caller.
    case given
  }

  /// σ: the deviation of the logits' errors.
  package private(set) var logitError: Double
  /// The same over all tokens, those included that σ leaves out.
  package private(set) var wholeLogitError: Double
  package private(set) var basis: Basis

  /// What 32-bit products leave.
  package static let exact = 1e-3
  /// And over all tokens: the last bits of a sum are up to some 1e-4 nats, in units of s₀.
  package static let exactWhole = 1e-2
  /// Typical of bfloat16 products.
  package static let typical = 0.1
  /// Both sides round, and engines differ in how: twice σ still counts as rounding.
  static let tolerance = 2.0

  /// The largest σ that counts as rounding.
  package var mostLogitError: Double { max(Self.tolerance * logitError, Self.exact) }

  /// Whether what is left is of the size of rounding.
  ///
  /// - Parameters:
  ///   - remainder: what is left.
  ///   - isTruncated: whether a truncation was taken out of it, at whose edge rounding makes jumps.
  /// - Returns: whether it is no more than twice the level.
  package func covers(_ remainder: MismatchRemainder, isTruncated: Bool) -> Bool {
    let whole = max(Self.tolerance * wholeLogitError, Self.exactWhole)
    return remainder.logitError <= mostLogitError
      && (isTruncated || remainder.wholeLogitError <= whole)
  }

  init(_ tokens: MismatchTokens, given: Double?) {
    let assumed = given ?? Self.typical
    (logitError, wholeLogitError) = (assumed, Self.wholeShare * assumed)
    basis = given == nil ? .assumed : .given
    guard given == nil, let replicate = tokens.replicate else { return }
    var own = tokens
    own.sampler = replicate
    let gap = MismatchGap(own)
    guard gap.rows.count >= 200 else { return }
    let remainder = gap.remainder
    (logitError, wholeLogitError) = (remainder.logitError, remainder.wholeLogitError)
    basis = .replicate
  }

  /// How much more the largest 2 % of errors may make σ where no replicate says it.
  private static let wholeShare = 2.0
}
