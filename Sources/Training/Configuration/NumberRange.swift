/// The numbers that a key takes, in words and as a test.
struct NumberRange: Sendable {
  let description: String
  let contains: @Sendable (Double) -> Bool

  private init(_ description: String, contains: @escaping @Sendable (Double) -> Bool) {
    (self.description, self.contains) = (description, contains)
  }

  static let any = NumberRange("any number") { _ in true }
  static let positive = NumberRange("above 0") { $0 > 0 }
  static let nonNegative = NumberRange("0 or more") { $0 >= 0 }
  static let share = NumberRange("from 0 to 1") { $0 >= 0 && $0 <= 1 }
  static let positiveShare = NumberRange("above 0, at most 1") { $0 > 0 && $0 <= 1 }
  static let belowOne = NumberRange("from 0 to below 1") { $0 >= 0 && $0 < 1 }
  static let betweenZeroAndOne = NumberRange("above 0 and below 1") { $0 > 0 && $0 < 1 }
}
