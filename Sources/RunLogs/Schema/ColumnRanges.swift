/// Where the values of columns lie, with what rounding adds.
///
/// Sums over the logits of one position have a relative error below 1e-5 in single precision; where
/// they are divided or taken the logarithm of, that stays an absolute error below 1e-4. Values that
/// the definition bounds are clamped to their bound before they are stored.
extension ClosedRange<Double> {
  /// Any number, infinite ones too.
  static let anything = -Double.infinity...Double.infinity
  /// Any number but infinite ones.
  static let finite = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude
  /// Whole numbers that no sum of some of them overflows.
  static let counts = 0...0x1p53
  /// ln p ≤ 0, where logits that differ by more than 3.4e38 leave −∞ in 32 bits.
  static let logProbabilities = -Double.infinity...1e-4
  /// ln V ≤ ln 2³² = 22.181: the most that a distribution over 32-bit ids can have.
  static let entropies = 0...22.2
  /// The differences of two of them.
  static let entropyChanges = -22.2...22.2
  /// Of V tokens the most likely one has at least 1/V.
  static let largestLogProbabilities = -22.2...1e-4
  /// Σ p ln² p ≤ ln² V for V > e², and below 1.3 for fewer tokens.
  static let squaredNats = 0...500.0
  /// q − p from probabilities e^ln p with ln p ≤ 1e-4.
  static let probabilityChanges = -1.000_2...1.000_2
  /// Means of what a token gained, or lost, in probability; single-precision terms of one row may add
  /// up to a little more than 1.
  static let movedMass = 0...1.000_2
  /// Of all tokens: twice a total variation.
  static let droppedMass = 0...2.000_4
  /// Where q has next to no mass where p has some, there is no bound.
  static let divergences = 0...Double.infinity
  /// ln 2 = 0.693147181, in 32 bits 0.693147182.
  static let jensenShannon = 0...0.693_147_3
}
