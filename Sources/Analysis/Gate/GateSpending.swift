/// How much of α each look may use, so that all of them together use no more.
///
/// Every new candidate is another hypothesis on the same prompts: a sequence of tests of one
/// hypothesis, and products of e-values, answer another question. So α is divided: flat up to the
/// expected number of looks N, a tail that never ends after it.
package enum GateSpending {
  /// α_l = 0.9 α/N up to look N, then 0.1 αN/(l(l − 1)), whose sum from N + 1 on is 0.1 α.
  ///
  /// - Parameters:
  ///   - look: from 1.
  ///   - looks: N.
  ///   - alpha: of all looks.
  /// - Returns: α_l.
  package static func level(look: Int, looks: Int, alpha: Double) -> Double {
    precondition(look > 0 && looks > 0, "look \(look) of \(looks)")
    let (l, n) = (Double(look), Double(looks))
    return look <= looks ? 0.9 * alpha / n : 0.1 * alpha * n / (l * (l - 1))
  }

  /// The level for all looks of a block of N at baselines of several seeds: α, and half as much for
  /// each further block, so that endless looks use at most 2α.
  package static func blockLevel(look: Int, looks: Int, alpha: Double) -> Double {
    precondition(look > 0 && looks > 0, "look \(look) of \(looks)")
    var level = alpha
    for _ in 0..<(look - 1) / looks { level /= 2 }
    return level
  }

  /// The share of α of each test: headline metrics divide 0.8, slices 0.2; the one that stands alone
  /// has all.
  static func weights(headlines: Int, slices: Int) -> (headline: Double, slice: Double) {
    if slices == 0 { return (1 / Double(max(headlines, 1)), 0) }
    if headlines == 0 { return (0, 1 / Double(slices)) }
    return (0.8 / Double(headlines), 0.2 / Double(slices))
  }
}
