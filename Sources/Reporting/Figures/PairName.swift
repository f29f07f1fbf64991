import Foundation
public import Plotting

/// Two models that are compared, before and after a training step.
public struct PairName: Sendable, Equatable, Hashable {
  /// The model before.
  public let before: String
  /// The model after.
  public let after: String

  /// Names a pair.
  public init(before: String, after: String) {
    self.before = before
    self.after = after
  }

  /// As legends write it: `base → rl`.
  public var text: String { "\(before) → \(after)" }

  /// The same, with each name shortened in its middle until the whole is at most that wide.
  ///
  /// - Parameters:
  ///   - width: points.
  ///   - size: of the letters, points.
  public func text(within width: Double, size: Double) -> String {
    let free = width - TextMetrics.width(" → ", size: size)
    let (first, second) = (
      TextMetrics.width(before, size: size), TextMetrics.width(after, size: size)
    )
    // A short name leaves its room to the long one.
    let forBefore = max(free / 2, free - second)
    let forAfter = max(free / 2, free - first)
    return TextMetrics.shortened(before, to: forBefore, size: size) + " → "
      + TextMetrics.shortened(after, to: forAfter, size: size)
  }

  /// As the legend of a figure of that width writes it.
  func legendText(_ width: ColumnWidth) -> String { text(within: width.points - 70, size: 8) }

  /// The roles of pairs shown together; no two of them look the same.
  public static func roles(of pairs: [PairName]) -> [SeriesRole] {
    var taken: Set<SeriesRole> = []
    var spare = 0
    return pairs.map { pair in
      let role = pair.knownRole
      if let role, taken.insert(role).inserted { return role }
      spare += 1
      return .other(spare - 1)
    }
  }

  private var knownRole: SeriesRole? {
    switch (before.lowercased(), after.lowercased()) {
    case ("sft", "rl"), ("sft", "grpo"): .sftToRL
    case ("base", "sft"): .sft
    case ("base", "rl"), ("base", "grpo"): .rl
    case ("base", "srft"): .srft
    default: nil
    }
  }
}

/// Why a figure can't be made from what was measured.
public enum FigureError: Error, Equatable, CustomStringConvertible {
  /// There is no pair at all.
  case noPairs(figure: String)
  /// Every value of a pair is missing.
  case nothingMeasured(figure: String, pair: String)
  /// Columns that belong together differ in length.
  case lengthsDiffer(figure: String, pair: String, expected: Int, found: Int)

  /// One line: what, where, and the mend.
  public var description: String {
    switch self {
    case .noPairs(let figure): "\(figure): no pair of models to show"
    case .nothingMeasured(let figure, let pair):
      "\(figure): nothing measured for pair \(pair); leave the pair out or score texts with responses"
    case .lengthsDiffer(let figure, let pair, let expected, let found):
      "\(figure): pair \(pair) has \(found) values for \(expected) positions"
    }
  }
}

/// Numbers in captions and notes.
enum FigureText {
  /// 40,000.
  static func count(_ number: Int) -> String {
    var digits = String(abs(number))
    var groups: [String] = []
    while digits.count > 3 {
      groups.insert(String(digits.suffix(3)), at: 0)
      digits = String(digits.dropLast(3))
    }
    return (number < 0 ? "\u{2212}" : "") + ([digits] + groups).joined(separator: ",")
  }

  /// A number with that many decimals and a true minus sign.
  static func decimal(_ value: Double, decimals: Int) -> String {
    guard value.isFinite, abs(value) < 1e9 else { return "not measured" }
    let scale = pow(10, Double(decimals))
    let digits = String(Int64((abs(value) * scale).rounded()))
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    let sign = value < 0 && padded.contains { $0 != "0" } ? "\u{2212}" : ""
    return sign + padded.dropLast(decimals) + (decimals > 0 ? "." + padded.suffix(decimals) : "")
  }

  /// A share in [0, 1] as a percentage; a share that isn't zero never reads "0.0 %".
  static func percent(_ share: Double) -> String {
    if share <= 0 { return "0 %" }
    if share >= 1 { return "100 %" }
    if share < 0.000_5 { return "< 0.1 %" }
    if share > 0.999_5 { return "> 99.9 %" }
    return decimal(share * 100, decimals: 1) + " %"
  }

  /// Says how many values there are, pair by pair unless all are alike.
  static func sample(_ pairs: [(pair: PairName, measured: Int, missing: Int)]) -> String {
    let texts = pairs.map { pair in
      "\(count(pair.measured)) tokens"
        + (pair.missing > 0 ? " (\(count(pair.missing)) more not measured)" : "")
    }
    if let first = texts.first, texts.allSatisfy({ $0 == first }) { return "n = \(first)." }
    return "n: "
      + zip(pairs, texts).map { "\($0.pair.text) \($1)" }.joined(separator: "; ") + "."
  }
}
