/// Numbers joined by operators, such as 3 + 7 · 4 − 2, to be worked from the left.
package struct Chain: Sendable, Equatable {
  /// One operator with what stands right of it.
  package struct Link: Sendable, Equatable {
    package let symbol: ArithmeticOperator
    package let number: Int

    package init(symbol: ArithmeticOperator, number: Int) {
      (self.symbol, self.number) = (symbol, number)
    }
  }

  package let first: Int
  package let links: [Link]

  package init(first: Int, links: [Link]) { (self.first, self.links) = (first, links) }

  /// The text of the chain, with something between its parts.
  func text(separator: String) -> String {
    links.reduce("\(first)") { $0 + separator + $1.symbol.rawValue + separator + "\($1.number)" }
  }

  /// The steps from the left, each going on with the result of the one before.
  func steps(_ result: (ArithmeticOperator, Int, Int) -> Int) -> [ChainStep] {
    var left = first
    return links.map { link in
      let step = ChainStep(
        left: left, symbol: link.symbol, right: link.number,
        result: result(link.symbol, left, link.number))
      left = step.result
      return step
    }
  }

  /// The steps from the left with one wrong result, from which the others go on, so that the last one is
  /// wrong, too.
  ///
  /// - Parameters:
  ///   - result: of a step.
  ///   - generator: chooses the step, and may choose its result.
  ///   - wrong: another result than the right one.
  /// - Returns: as many as there are links.
  func mistakenSteps(
    _ result: (ArithmeticOperator, Int, Int) -> Int, using generator: inout CounterGenerator,
    wrong: (Int, inout CounterGenerator) -> Int
  ) -> [ChainStep] {
    func steps(wrongAt place: Int) -> [ChainStep] {
      var index = -1
      return self.steps { symbol, left, right in
        index += 1
        let value = result(symbol, left, right)
        return index == place ? wrong(value, &generator) : value
      }
    }
    let mistaken = steps(wrongAt: generator.integer(below: links.count))
    // A later step may have put it right, as a product with 0 does.
    guard mistaken.last?.result == self.steps(result).last?.result else { return mistaken }
    return steps(wrongAt: links.count - 1)
  }

  /// The steps from the right: the wrong order.
  func stepsFromTheRight(_ result: (ArithmeticOperator, Int, Int) -> Int) -> [ChainStep] {
    let numbers = [first] + links.map(\.number)
    guard var right = numbers.last else { return [] }
    return links.indices.reversed().map { index in
      let (left, symbol) = (numbers[index], links[index].symbol)
      let step = ChainStep(
        left: left, symbol: symbol, right: right, result: result(symbol, left, right))
      right = step.result
      return step
    }
  }
}

/// One operation with its result, right or wrong.
struct ChainStep: Sendable, Equatable {
  let left: Int
  let symbol: ArithmeticOperator
  let right: Int
  let result: Int
}

/// The four operations, by the character they are written with.
package enum ArithmeticOperator: String, CaseIterable, Sendable {
  case plus = "+"
  case minus = "-"
  case times = "*"
  case dividedBy = "/"
}
