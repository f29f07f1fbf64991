/// Reads an expression of whole numbers, `+ - * /` and parentheses, by recursive descent.
///
/// It is safe on any bytes: parentheses nest at most `maximumDepth` deep, at most `maximumNumbers`
/// numbers of nine digits are read, and each byte is looked at a bounded number of times. There is
/// no sign before a number: `-3` uses a number that wasn't given.
struct ExpressionParser {
  /// Why there is no value.
  enum Failure: Error, Equatable {
    /// The bytes are no expression, or nest too deep.
    case malformed
    /// More numbers than allowed, or one that is too long to be given.
    case tooManyNumbers
    /// Division by zero, or a value beyond 63 bits.
    case noValue
  }

  /// The numbers in the order of the text, and the exact value.
  struct Parsed: Equatable {
    let numbers: [Int]
    let value: Rational
  }

  private let bytes: [UInt8]
  private let maximumDepth: Int
  private let maximumNumbers: Int
  private var place = 0
  private var numbers: [Int] = []

  private init(_ bytes: [UInt8], maximumDepth: Int, maximumNumbers: Int) {
    self.bytes = bytes
    (self.maximumDepth, self.maximumNumbers) = (maximumDepth, maximumNumbers)
  }

  /// Evaluates all of the bytes; spaces between tokens are skipped.
  static func evaluate(
    _ bytes: [UInt8], maximumNumbers: Int, maximumDepth: Int = 32
  ) throws(Failure) -> Parsed {
    var parser = ExpressionParser(
      bytes, maximumDepth: maximumDepth, maximumNumbers: maximumNumbers)
    let value = try parser.sum(depth: 0)
    guard parser.place == bytes.count else { throw .malformed }
    return Parsed(numbers: parser.numbers, value: value)
  }

  private mutating func sum(depth: Int) throws(Failure) -> Rational {
    var value = try product(depth: depth)
    while let symbol = take([.plus, .minus]) {
      value = try Self.combine(symbol, value, product(depth: depth))
    }
    return value
  }

  private mutating func product(depth: Int) throws(Failure) -> Rational {
    var value = try factor(depth: depth)
    while let symbol = take([.times, .dividedBy]) {
      value = try Self.combine(symbol, value, factor(depth: depth))
    }
    return value
  }

  private mutating func factor(depth: Int) throws(Failure) -> Rational {
    skipSpaces()
    guard place < bytes.count else { throw .malformed }
    if bytes[place] == UInt8(ascii: "(") {
      guard depth < maximumDepth else { throw .malformed }
      place += 1
      let value = try sum(depth: depth + 1)
      guard place < bytes.count, bytes[place] == UInt8(ascii: ")") else { throw .malformed }
      place += 1
      skipSpaces()
      return value
    }
    return try number()
  }

  private mutating func number() throws(Failure) -> Rational {
    let start = place
    var value = 0
    while place < bytes.count, AnswerText.isDigit(bytes[place]) {
      guard place - start < 9 else { throw .tooManyNumbers }
      value = 10 * value + Int(bytes[place] - UInt8(ascii: "0"))
      place += 1
    }
    guard place > start else { throw .malformed }
    guard numbers.count < maximumNumbers else { throw .tooManyNumbers }
    numbers.append(value)
    skipSpaces()
    return Rational(Int64(value))
  }

  private mutating func take(_ symbols: [ArithmeticOperator]) -> ArithmeticOperator? {
    guard place < bytes.count else { return nil }
    for symbol in symbols where symbol.rawValue.utf8.first == bytes[place] {
      place += 1
      return symbol
    }
    return nil
  }

  private mutating func skipSpaces() {
    while place < bytes.count, bytes[place] == UInt8(ascii: " ") { place += 1 }
  }

  private static func combine(
    _ symbol: ArithmeticOperator, _ left: Rational, _ right: Rational
  ) throws(Failure) -> Rational {
    guard let value = Rational.result(symbol, left, right) else { throw .noValue }
    return value
  }
}
