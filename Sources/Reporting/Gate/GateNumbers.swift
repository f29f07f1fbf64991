package import Analysis
import Foundation

/// A metric's numbers in sentences: shares in percent and points, tokens with one decimal, others with
/// three digits.
package struct GateNumbers: Sendable {
  private let unit: GateMetric.Unit

  package init(_ unit: GateMetric.Unit) { self.unit = unit }

  /// `19.0 %`, `24.1 tokens`, `0.0651 nats`.
  package func level(_ value: Double) -> String {
    switch unit {
    case .share: Self.fixed(100 * value, 1) + " %"
    default: number(value) + suffix
    }
  }

  /// `4.9 points`, `0.4 tokens`.
  package func difference(_ value: Double) -> String { number(value) + suffix }

  /// `+0.4 tokens`.
  package func signed(_ value: Double) -> String {
    let text = difference(value)
    return value > 0 ? "+" + text : text
  }

  /// `2.6 to 7.2`; "no interval" without one.
  package func range(_ lower: Double?, _ upper: Double?) -> String {
    guard let lower, let upper else { return "no interval" }
    return "\(number(lower)) to \(number(upper))"
  }

  /// `2`, `2.4`, `0.005`: as short as it is.
  package func margin(_ value: Double) -> String {
    let scaled = unit == .share ? 100 * value : value
    guard unit == .share || unit == .tokens else {
      let text = Number.text(scaled)
      return text.contains("e") ? text : Self.trimmed(text)
    }
    return Self.trimmed(Self.fixed(scaled, abs(scaled) < 1 ? 3 : 1))
  }

  /// One digit that isn't 0: `0.00002`; below a millionth only that.
  package static func probability(_ p: Double) -> String {
    guard p >= 1e-6 else { return "< 0.000001" }
    return "= " + level(p)
  }

  /// What a p-value is compared with: `0.0004`.
  package static func level(_ value: Double) -> String {
    guard value > 0 else { return "0" }
    return trimmed(fixed(value, max(Int(-floor(log10(value))), 0)))
  }

  private var suffix: String {
    switch unit {
    case .share: " points"
    case .tokens: " tokens"
    case .nats: " nats"
    case .number: ""
    }
  }

  private func number(_ value: Double) -> String {
    switch unit {
    case .share: Self.fixed(100 * value, 1)
    case .tokens: Self.fixed(value, 1)
    case .nats, .number: Number.text(value)
    }
  }

  private static func fixed(_ value: Double, _ digits: Int) -> String {
    let text = Number.fixed(value, decimals: digits)
    // Minus nothing is nothing.
    let isZero = !text.contains { "123456789".contains($0) }
    return isZero ? text.replacing("−", with: "") : text
  }

  private static func trimmed(_ text: String) -> String {
    guard text.contains(".") else { return text }
    var text = text
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }
}
