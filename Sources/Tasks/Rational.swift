/// A fraction in lowest terms with a positive denominator; what doesn't fit is nil, never rounded.
struct Rational: Sendable, Equatable {
  let numerator: Int64
  let denominator: Int64

  init(_ integer: Int64) { (numerator, denominator) = (integer, 1) }

  /// Nil for a denominator of zero and for what 63 bits can't hold.
  private init?(_ numerator: Int64, over denominator: Int64) {
    // Int64.min has no magnitude of its type: as good as an overflow.
    guard denominator != 0, numerator != .min, denominator != .min else { return nil }
    let divisor = Self.greatestCommonDivisor(abs(numerator), abs(denominator))
    let sign: Int64 = denominator < 0 ? -1 : 1
    self.numerator = sign * (numerator / divisor)
    self.denominator = sign * (denominator / divisor)
  }

  /// The result of one operation; nil if there is none or it doesn't fit.
  static func result(
    _ symbol: ArithmeticOperator, _ left: Rational, _ right: Rational
  ) -> Rational? {
    let (a, b, c, d) = (left.numerator, left.denominator, right.numerator, right.denominator)
    switch symbol {
    case .plus, .minus:
      guard let ad = product(a, d), let cb = product(c, b), let bd = product(b, d) else {
        return nil
      }
      let (sum, overflow) =
        symbol == .plus ? ad.addingReportingOverflow(cb) : ad.subtractingReportingOverflow(cb)
      return overflow ? nil : Rational(sum, over: bd)
    case .times:
      guard let ac = product(a, c), let bd = product(b, d) else { return nil }
      return Rational(ac, over: bd)
    case .dividedBy:
      guard let ad = product(a, d), let bc = product(b, c) else { return nil }
      return Rational(ad, over: bc)
    }
  }

  private static func product(_ left: Int64, _ right: Int64) -> Int64? {
    let (value, overflow) = left.multipliedReportingOverflow(by: right)
    return overflow ? nil : value
  }

  private static func greatestCommonDivisor(_ a: Int64, _ b: Int64) -> Int64 {
    var (a, b) = (a, b)
    while b != 0 { (a, b) = (b, a % b) }
    return max(a, 1)
  }
}
