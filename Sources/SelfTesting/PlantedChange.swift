internal import Foundation

/// One logit of a distribution was changed: that of token y, so that its log-probability is another one.
///
/// All other tokens keep their proportions, so every measure has a closed form from p_y and the entropy
/// alone: nothing of the forward pass or of sums over the vocabulary is in it.
package struct PlantedChange: Sendable {
  /// log p of the token without the change, nats, below 0.
  package let before: Double
  /// log p with it, nats, below 0.
  package let after: Double
  /// The entropy without it, nats.
  package let entropy: Double

  /// All in nats, log-probabilities below 0.
  package init(before: Double, after: Double, entropy: Double) {
    (self.before, self.after, self.entropy) = (before, after, entropy)
  }

  /// What has to be added to the logit: log(p′/(1 − p′)) − log(p/(1 − p)).
  package var shift: Double { after - Self.logRest(after) - (before - Self.logRest(before)) }

  /// p′ − p.
  package var probability: Double { exp(after) - exp(before) }

  /// The entropy with the change: h(p′) + (1 − p′)/(1 − p) (H − h(p)), h the entropy of a coin.
  package var entropyAfter: Double {
    Self.coin(after)
      + exp(Self.logRest(after) - Self.logRest(before)) * max(entropy - Self.coin(before), 0)
  }

  /// The Jensen-Shannon divergence of both, nats: that of two coins, since the rest is in proportion.
  package var divergence: Double {
    let (p, q) = (exp(before), -expm1(before))
    let (r, s) = (exp(after), -expm1(after))
    func term(_ a: Double, _ b: Double) -> Double { a > 0 ? a * log(2 * a / (a + b)) : 0 }
    return max((term(p, r) + term(r, p) + term(q, s) + term(s, q)) / 2, 0)
  }

  /// log(1 − p).
  private static func logRest(_ logProbability: Double) -> Double { log(-expm1(logProbability)) }

  private static func coin(_ logProbability: Double) -> Double {
    let rest = -expm1(logProbability)
    return -exp(logProbability) * logProbability - (rest > 0 ? rest * log(rest) : 0)
  }
}
