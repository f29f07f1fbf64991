internal import Analysis
internal import Scoring
internal import StatisticalInference
internal import TokenStatistics
internal import Tokenization

/// A token of a model's text, and what the other model would have written in its place.
package struct SwapPosition: Sendable, Equatable {
  /// Number of the text.
  package let text: Int
  /// Tokens of the response before it.
  package let place: Int
  /// The token.
  package let token: Int32
  /// The other model's most likely token there; may be the same.
  package let choice: Int32
  /// The other model's most likely token but this one: what a swap puts in.
  package let replacement: Int32
  /// Of the model of the text, nats.
  package let entropy: Double
  /// Jensen-Shannon divergence of both models, nats.
  package let divergence: Double
  /// |Δ ln p| of the token between both models, nats.
  package let change: Double
  /// Positions that can stand for each other have the same number.
  package internal(set) var cell = 0

  /// All parts given but the cell.
  package init(
    text: Int, place: Int, token: Int32, choice: Int32, replacement: Int32, entropy: Double,
    divergence: Double, change: Double
  ) {
    (self.text, self.place, self.token, self.choice) = (text, place, token, choice)
    self.replacement = replacement
    (self.entropy, self.divergence, self.change) = (entropy, divergence, change)
  }

  /// Whether the other model would write another token.
  package var differs: Bool { token != choice }
}

/// What a control has in common with the position that it stands for, beside the text's verdict.
package enum SwapMatch: String, Sendable, Codable, CaseIterable {
  /// The fifth of the entropy of the model of the text, among all positions.
  case entropy
  /// The fifth of the response.
  case place
  /// The category of the token.
  case category = "class"
}

/// All positions of the texts of one model.
package struct SwapPositions: Sendable {
  /// Text by text, each from its first token on.
  package let positions: [SwapPosition]
  /// The positions of each text.
  package let ofText: [Range<Int>]
  /// Whether each text is right.
  package let isCorrect: [Bool]

  /// Puts positions into cells.
  ///
  /// - Parameters:
  ///   - texts: positions of each text, in order.
  ///   - isCorrect: whether each text is right.
  ///   - match: what the positions of a cell have in common beside that.
  ///   - category: of a token.
  package init(
    _ texts: [[SwapPosition]], isCorrect: [Bool], match: [SwapMatch],
    category: (Int32) -> Int
  ) {
    precondition(
      texts.count == isCorrect.count, "\(texts.count) texts, \(isCorrect.count) verdicts")
    var positions: [SwapPosition] = []
    ofText = texts.map { text in
      positions += text
      return positions.count - text.count..<positions.count
    }
    self.isCorrect = isCorrect
    let entropies = positions.map(\.entropy).sorted()
    let limits =
      entropies.isEmpty
      ? [] : (1...4).map { SortedValues.quantile(Double($0) / 5, of: entropies) }
    var numbers: [[Int]: Int] = [:]
    for index in positions.indices {
      let position = positions[index]
      var key = [isCorrect[position.text] ? 1 : 0]
      for kind in match {
        switch kind {
        // A limit belongs to the fifth below it.
        case .entropy: key.append(limits.count { position.entropy > $0 })
        case .place:
          key.append(
            PositionClass(place: position.place, length: ofText[position.text].count).fifth)
        case .category: key.append(category(position.token))
        }
      }
      let number = numbers[key] ?? numbers.count
      numbers[key] = number
      positions[index].cell = number
    }
    self.positions = positions
  }

  /// Positions at which the other model would write another token.
  package var differingCount: Int { positions.count(where: \.differs) }
}

extension SwapPosition {
  /// What two models say about a token that the model of the text wrote.
  ///
  /// - Parameters:
  ///   - text: number of the text.
  ///   - place: tokens of the response before it.
  ///   - token: the token.
  ///   - found: of both models.
  ///   - isBefore: whether the model before wrote the text.
  init(text: Int, place: Int, token: Int32, _ found: PairScorer.Position, isBefore: Bool) {
    let (author, other) = isBefore ? (found.before, found.after) : (found.after, found.before)
    self.init(
      text: text, place: place, token: token, choice: other.topTokens[0],
      replacement: other.topTokens.first { $0 != token } ?? token, entropy: author.entropy,
      divergence: found.change.jensenShannon,
      change: abs(found.change.logProbabilityChange))
  }
}

/// The category of tokens, each looked up once.
struct SwapCategories {
  private let tokenizer: Tokenizer
  private let categories = TokenCategories.standard
  private var known: [Int32: Int] = [:]

  init(_ tokenizer: Tokenizer) { self.tokenizer = tokenizer }

  /// The category of a token; one without bytes is in the last.
  mutating func category(of token: Int32) -> Int {
    if let category = known[token] { return category }
    let category =
      tokenizer.bytes(of: token).map { categories.category(of: $0) } ?? categories.names.count - 1
    known[token] = category
    return category
  }
}
