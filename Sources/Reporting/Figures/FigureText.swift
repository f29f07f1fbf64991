import Foundation

/// Numbers in captions and notes.
package enum FigureText {
  /// A number with that many decimals and a true minus sign.
  package static func decimal(_ value: Double, decimals: Int) -> String {
    guard value.isFinite, abs(value) < 1e9 else { return "not measured" }
    let scale = pow(10, Double(decimals))
    let digits = String(Int64((abs(value) * scale).rounded()))
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    let sign = value < 0 && padded.contains { $0 != "0" } ? "\u{2212}" : ""
    return sign + padded.dropLast(decimals) + (decimals > 0 ? "." + padded.suffix(decimals) : "")
  }

  /// A share in [0, 1] as a percentage; a share that isn't zero never reads "0.0 %".
  package static func percent(_ share: Double) -> String {
    if share <= 0 { return "0 %" }
    if share >= 1 { return "100 %" }
    if share < 0.000_5 { return "< 0.1 %" }
    if share > 0.999_5 { return "> 99.9 %" }
    return decimal(share * 100, decimals: 1) + " %"
  }

  /// Says how many values there are, pair by pair unless all are alike.
  package static func sample(_ pairs: [(pair: PairLabel, measured: Int, missing: Int)]) -> String {
    let texts = pairs.map { pair in
      Phrase.count(pair.measured, "token")
        + (pair.missing > 0 ? " (\(Number.count(pair.missing)) more not measured)" : "")
    }
    if let first = texts.first, texts.allSatisfy({ $0 == first }) { return "n = \(first)." }
    return "n: "
      + zip(pairs, texts).map { "\($0.pair.text) \($1)" }.joined(separator: "; ") + "."
  }
}
