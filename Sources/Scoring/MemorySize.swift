internal import Foundation

/// Bytes as people write them: `12GB` and `800 MB` are of 1,000, `12GiB`, `12G` of 1,024.
package struct MemorySize: CustomStringConvertible {
  /// How many.
  package let bytes: Int

  /// So many.
  package init(bytes: Int) { self.bytes = bytes }

  /// As somebody writes it; nil for what is no size.
  package init?(_ written: String) {
    let text = written.filter { $0 != " " }.uppercased()
    let number = text.prefix { $0.isNumber || $0 == "." }
    let unit = text.dropFirst(number.count)
    guard let value = Double(number), value > 0,
      let power = "KMGT".firstIndex(of: unit.first ?? " "),
      ["", "B", "IB"].contains(String(unit.dropFirst()))
    else { return nil }
    let exponent = 1 + "KMGT".distance(from: "KMGT".startIndex, to: power)
    let base = unit.dropFirst() == "B" ? 1_000.0 : 1_024.0
    guard let bytes = Int(exactly: (value * pow(base, Double(exponent))).rounded()) else {
      return nil
    }
    self.bytes = bytes
  }

  /// In MB or GB of powers of ten.
  package var description: String {
    let (value, unit) =
      bytes >= 1_000_000_000 ? (Double(bytes) / 1e9, "GB") : (Double(bytes) / 1e6, "MB")
    return String(format: value < 10 ? "%.1f %@" : "%.0f %@", value, unit)
  }
}
