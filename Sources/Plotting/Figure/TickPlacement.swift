import Foundation

/// Round values for the marks of an axis.
package enum TickPlacement {
  /// Multiples of 1, 2 or 5 times a power of ten, as dense as their numbers can be read.
  package static func linear(
    _ low: Double, _ high: Double, length: Double, isHorizontal: Bool, smallestStep: Double = 0
  ) -> [Axis.Tick] {
    var ticks: [Axis.Tick] = []
    // Of an axis without a length in numbers there is nothing to mark.
    guard (high - low).isFinite, (high - low) / 100 > 0 else { return [] }
    var exponent = Int(floor(log10((high - low) / 100)))
    while ticks.isEmpty || ticks.count > 1, exponent < 310 {
      for factor in [1.0, 2, 5] {
        let step = factor * pow(10, Double(exponent))
        guard step >= smallestStep else { continue }
        ticks = multiples(of: factor, exponent, low, high)
        let widest = ticks.map { TextMetrics.width($0.plainText, size: Typography.tickSize) }.max()
        let needed = isHorizontal ? max(24, 13 + (widest ?? 0)) : 20
        if step / (high - low) * length >= needed { return ticks }
      }
      exponent += 1
    }
    return ticks
  }

  private static func multiples(
    of factor: Double, _ exponent: Int, _ low: Double, _ high: Double
  ) -> [Axis.Tick] {
    let step = factor * pow(10, Double(exponent))
    let first = (low / step - 1e-9).rounded(.up)
    let last = (high / step + 1e-9).rounded(.down)
    guard first <= last, last - first < 1_000 else { return [] }
    return stride(from: first, through: last, by: 1).map { index in
      // Dividing keeps 3 steps of 0.1 from becoming 0.30000000000000004.
      let value =
        exponent < 0 && exponent > -300
        ? index * factor / pow(10, Double(-exponent)) : index * step
      // Nobody counts the zeros of 0.00000005.
      let text =
        exponent < -4 && max(abs(low), abs(high)) < 1e-3
        ? NumberText.scientific(index * factor, exponent: exponent)
        : NumberText.decimal(value, decimals: max(0, -exponent))
      return Axis.Tick(value, text)
    }
  }

  /// Powers of ten, thinned out to one for each 24 points, with minor marks between.
  package static func logarithmic(_ low: Double, _ high: Double, length: Double) -> [Axis.Tick] {
    let first = Int(floor(log10(low) + 1e-9))
    let last = Int(ceil(log10(high) - 1e-9))
    let decades = log10(high / low)
    let stride = max(1, Int((decades * 24 / max(length, 1)).rounded(.up)))
    var ticks: [Axis.Tick] = []
    for power in first...last {
      let decade = pow(10, Double(power))
      if contains(decade, low, high) {
        ticks.append(
          Axis.Tick(decade, text: power.isMultiple(of: stride) ? .powerOfTen(power) : .none))
      }
      guard stride == 1 else { continue }
      // Without two powers of ten in the range, 2 and 5 get numbers too.
      for factor in 2...9 {
        // Dividing keeps 7 tenths from becoming 0.7000000000000001.
        let value = power < 0 ? Double(factor) / pow(10, Double(-power)) : decade * Double(factor)
        guard contains(value, low, high) else { continue }
        let isNumbered = decades < 1.5 && (factor == 2 || factor == 5)
        ticks.append(
          Axis.Tick(value, text: isNumbered ? .plain(NumberText.short(value)) : .none))
      }
    }
    return ticks
  }

  private static func contains(_ value: Double, _ low: Double, _ high: Double) -> Bool {
    value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9)
  }
}

/// Numbers as text: a point for the decimals whatever the locale.
package enum NumberText {
  /// Digits enough to read the same number again; NaN and infinities as gnuplot spells them.
  package static func exact(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value > 0 ? "Inf" : "-Inf" }
    if value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
    return String(value)
  }

  /// A coordinate of the drawing, to 1/100,000.
  package static func coordinate(_ value: Double) -> String { exact((value * 1e5).rounded() / 1e5) }

  /// That many decimals, with a true minus sign.
  package static func decimal(_ value: Double, decimals: Int) -> String {
    guard decimals <= 9, abs(value) < 1e9 else { return short(value) }
    let scale = pow(10, Double(decimals))
    let scaled = Int64((abs(value) * scale).rounded())
    let digits = String(scaled)
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    let sign = value < 0 && scaled != 0 ? "\u{2212}" : ""
    guard decimals > 0 else { return sign + padded }
    return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
  }

  /// A whole number of up to three digits times a power of ten, as `5e−8` or `1.2e−7`.
  static func scientific(_ number: Double, exponent: Int) -> String {
    guard number != 0 else { return "0" }
    var (mantissa, power) = (abs(number), exponent)
    while mantissa >= 10 { (mantissa, power) = (mantissa / 10, power + 1) }
    let sign = number < 0 ? "\u{2212}" : ""
    return sign + exact(mantissa) + "e" + (power < 0 ? "\u{2212}\(-power)" : "\(power)")
  }

  /// At most six digits.
  package static func short(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return exact(value) }
    let power = pow(10, 5 - floor(log10(abs(value))))
    let rounded = power.isFinite ? (value * power).rounded() / power : value
    return exact(rounded).replacing("-", with: "\u{2212}")
  }
}
