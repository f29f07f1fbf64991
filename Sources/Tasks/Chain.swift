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
