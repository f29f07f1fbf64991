import Foundation

/// Numbers as text, the same in every locale.
package enum Number {
  /// Three significant digits: `0.0123`, `1.23e−7`, `12300`; "–" for nil and NaN.
  package static func text(_ value: Double?) -> String {
    guard let value, !value.isNaN else { return "–" }
    if value.isInfinite { return value < 0 ? "−∞" : "∞" }
    if value == 0 { return "0" }
    let size = abs(value)
    if size < 1e-4 || size >= 1e6 { return scientific(value) }
    let exponent = Int(floor(log10(size)))
    return fixed(value, decimals: max(2 - exponent, 0))
  }

  /// `1.23e−7`: the exponent without leading zeros.
  private static func scientific(_ value: Double) -> String {
    let parts = formatted("%.2e", value).lowercased().split(separator: "e")
    guard parts.count == 2, let exponent = Int(parts[1]) else { return "\(value)" }
    return minus("\(parts[0])e\(exponent)")
  }

  /// The same with a sign, also a plus.
  package static func signed(_ value: Double?) -> String {
    guard let value, value > 0 else { return text(value) }
    return "+" + text(value)
  }

  /// A share in percent with one or two decimals; "–" for NaN.
  package static func percent(_ share: Double) -> String {
    guard !share.isNaN else { return "–" }
    let percent = share * 100
    return fixed(percent, decimals: abs(percent) < 1 && percent != 0 ? 2 : 1) + " %"
  }

  /// A whole number with thin groups of thousands: `70,703`.
  package static func count(_ value: Int) -> String {
    var digits = String(abs(value))
    var groups: [String] = []
    while digits.count > 3 {
      groups.insert(String(digits.suffix(3)), at: 0)
      digits.removeLast(3)
    }
    return (value < 0 ? "−" : "") + ([digits] + groups).joined(separator: ",")
  }

  /// So many decimals, with a true minus: a hyphen is too short beside a plus.
  static func fixed(_ value: Double, decimals: Int) -> String {
    minus(formatted("%.\(decimals)f", value))
  }

  /// Without a locale, which is as in C: naming one takes 24 times as long, most of the time of a large table.
  private static func formatted(_ format: String, _ value: Double) -> String {
    String(format: format, value)
  }

  private static func minus(_ text: String) -> String {
    text.utf8.contains(UInt8(ascii: "-")) ? text.replacing("-", with: "−") : text
  }
}
