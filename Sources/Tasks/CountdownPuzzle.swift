/// Numbers to be joined to a target, with one way to do it.
package struct CountdownPuzzle: Sendable, Equatable {
  package let numbers: [Int]
  package let target: Int
  /// The steps by which the puzzle was made, in order.
  let construction: [Move]

  package init(numbers: [Int], target: Int, construction: [Move]) {
    (self.numbers, self.target, self.construction) = (numbers, target, construction)
  }

  /// One step: two of the values that are left are replaced by the result, which goes last.
  package struct Move: Sendable, Equatable {
    let first: Int
    let second: Int
    let symbol: ArithmeticOperator
  }

  /// A value with the expression that made it.
  struct Term: Sendable, Equatable {
    let value: Int
    let expression: String
    /// The outermost operator, nil for a number.
    let symbol: ArithmeticOperator?

    init(_ number: Int) {
      (value, expression, symbol) = (number, "\(number)", nil)
    }

    init(_ value: Int, of left: Term, _ symbol: ArithmeticOperator, _ right: Term) {
      let binds = symbol == .times || symbol == .dividedBy
      let leftNeeds = binds && (left.symbol == .plus || left.symbol == .minus)
      let rightNeeds =
        switch symbol {
        case .plus: false
        case .minus, .times: right.symbol == .plus || right.symbol == .minus
        case .dividedBy: right.symbol != nil
        }
      self.value = value
      self.symbol = symbol
      expression =
        (leftNeeds ? "(\(left.expression))" : left.expression) + symbol.rawValue
        + (rightNeeds ? "(\(right.expression))" : right.expression)
    }
  }

  /// One applied step, larger number first.
  struct Step: Sendable, Equatable {
    let left: Int
    let symbol: ArithmeticOperator
    let right: Int
    let result: Int
  }

  /// The result of an operation on positive numbers, nil unless it is a positive whole number
  /// below a million.
  static func result(_ symbol: ArithmeticOperator, _ larger: Int, _ smaller: Int) -> Int? {
    let value: Int
    switch symbol {
    case .plus: value = larger + smaller
    case .minus: value = larger - smaller
    case .times: value = larger * smaller
    case .dividedBy:
      guard smaller > 0, larger % smaller == 0 else { return nil }
      value = larger / smaller
    }
    return (1..<1_000_000).contains(value) ? value : nil
  }

  /// Replaces two terms by what they make, with `slip` added to make the result wrong; nil if the
  /// rules don't allow it.
  static func apply(
    _ move: Move, to terms: inout [Term], slip: Int = 0
  ) -> Step? {
    var (left, right) = (terms[move.first], terms[move.second])
    if left.value < right.value { swap(&left, &right) }
    guard let exact = result(move.symbol, left.value, right.value) else { return nil }
    let value = exact + slip > 0 ? exact + slip : exact + abs(slip)
    for index in [max(move.first, move.second), min(move.first, move.second)] {
      terms.remove(at: index)
    }
    terms.append(Term(value, of: left, move.symbol, right))
    return Step(left: left.value, symbol: move.symbol, right: right.value, result: value)
  }

  /// A random step that the rules allow; there always is one, as numbers are positive and any two
  /// can be added.
  static func randomMove(
    _ terms: [Term], _ symbols: [ArithmeticOperator], using generator: inout CounterGenerator
  ) -> Move {
    for _ in 0..<20 {
      let order = generator.shuffled(Array(terms.indices))
      let move = Move(first: order[0], second: order[1], symbol: generator.element(of: symbols))
      var copy = terms
      if apply(move, to: &copy) != nil { return move }
    }
    return Move(first: 0, second: 1, symbol: .plus)
  }

  /// The first solution in a fixed order that uses each number exactly once, nil if none does.
  ///
  /// The search is exhaustive over steps with positive whole results; five numbers take at most
  /// 233,280 of them.
  static func solve(
    _ numbers: [Int], target: Int, symbols: [ArithmeticOperator] = ArithmeticOperator.allCases
  ) -> [Move]? {
    var moves: [Move] = []
    return search(numbers.map { Term($0) }, target, symbols, &moves) ? moves : nil
  }

  private static func search(
    _ terms: [Term], _ target: Int, _ symbols: [ArithmeticOperator], _ moves: inout [Move]
  ) -> Bool {
    if terms.count == 1 { return terms[0].value == target }
    for first in terms.indices {
      for second in terms.indices where second > first {
        for symbol in symbols {
          let move = Move(first: first, second: second, symbol: symbol)
          var rest = terms
          guard apply(move, to: &rest) != nil else { continue }
          moves.append(move)
          if search(rest, target, symbols, &moves) { return true }
          moves.removeLast()
        }
      }
    }
    return false
  }
}
