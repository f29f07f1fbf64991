package import Analysis
internal import Foundation
internal import RunLogs

/// The numbers that the page's script shows of single tokens, as compact JSON that can stand inside a
/// `script` element.
package struct TextNumbers {
  /// As many of the most likely tokens as the page shows at a position.
  static let topCount = 5
  /// A token's name in a list.
  private static let longestToken = 40

  /// Models and pairs of the log.
  private let models: [String]
  private let pairs: [PairName]
  private let margins: [PositionMeasure: Double]
  /// The page's own number of each token that occurs, and the tokens' texts in that order.
  private var places: [UInt32: Int] = [:]
  private var tokens: [String] = []

  /// - Parameters:
  ///   - pairs: of the log.
  ///   - margins: of verdicts, by measure.
  init(of pairs: [PairName], margins: [PositionMeasure: Double]) {
    self.pairs = pairs
    self.margins = margins
    models = TextStatistics.modelNames(of: pairs)
  }

  /// What is common to the texts that `json` was asked for: `models`, `pairs` as
  /// `[title, before, after]` with numbers of models, `tokens`, and `measures`, each with its key in a
  /// pair's numbers, its name, its unit and the margin of its verdicts.
  var names: String {
    func shown(_ name: String) -> String {
      Self.quoted(VisibleText.escaped(VisibleText.shortened(name, to: 40)))
    }
    let pairs = pairs.map { pair in
      let ends = [pair.before, pair.after].map { models.firstIndex(of: $0) ?? 0 }
      let title = [pair.before, pair.after].map { VisibleText.shortened($0, to: 40) }
        .joined(separator: PairName.arrow)
      return "[\(Self.quoted(VisibleText.escaped(title))),\(ends[0]),\(ends[1])]"
    }
    let measures = PageMeasure.allCases.map { measure in
      "{\"key\":\"\(measure.rawValue)\",\"name\":\(Self.quoted(measure.name)),"
        + "\"unit\":\(Self.quoted(measure.unit)),\"margin\":\(margins.margin(measure.measure))}"
    }
    return "{\"measures\":\(Self.list(measures)),\"models\":\(Self.list(models.map(shown))),"
      + "\"pairs\":\(Self.list(pairs)),\"tokens\":\(Self.list(tokens.map(Self.quoted)))}"
  }

  /// The numbers of one text.
  ///
  /// - Parameters:
  ///   - text: as read from the log.
  ///   - verdicts: under each pair.
  /// - Returns: an object of `tokens`, `leftOut`, `models` and `pairs`. A model has log-probabilities
  ///   `l`, ranks `r`, entropies `h` and the most likely tokens `t`, each followed by −1000 log p; a
  ///   pair has for each measure the change `x`, its half-width `e` (of the root of JS; one number where
  ///   all are alike) and the verdicts `v`, a letter for each token. A null is what was not measured, or
  ///   −∞.
  mutating func json(of text: TextStatistics, _ verdicts: [TextVerdicts]) -> String {
    let models = text.models.map { model in
      var top: [String] = []
      top.reserveCapacity(2 * model.topTokens.count)
      for (token, logProbability) in zip(model.topTokens, model.topLogProbabilities) {
        top.append("\(place(of: token, in: text))")
        top.append(
          logProbability.isFinite ? "\(Int((-1_000 * Double(logProbability)).rounded()))" : "null")
      }
      return "{\"l\":\(Self.numbers(model.logProbabilities, digits: 5)),"
        + "\"r\":\(Self.list(model.ranks.map(String.init))),"
        + "\"h\":\(Self.numbers(model.entropies)),\"t\":\(Self.list(top))}"
    }
    let pairs = verdicts.map { pair in
      let measures = PageMeasure.allCases.map { measure in
        "\"\(measure.rawValue)\":\(column(pair[measure.measure]))"
      }
      return "{" + measures.joined(separator: ",") + "}"
    }
    return "{\"tokens\":\(Self.list(text.tokens.map { "\(place(of: $0, in: text))" })),"
      + "\"leftOut\":\(Self.list(text.leftOut.map(String.init))),"
      + "\"models\":\(Self.list(models)),\"pairs\":\(Self.list(pairs))}"
  }

  private func column(_ column: TextVerdicts.Column) -> String {
    let letters = column.verdicts(margin: margins.margin(column.measure)).map(Self.letter)
    return "{\"x\":\(Self.numbers(column.values)),"
      + "\"e\":\(Self.halfWidths(column.halfWidths)),"
      + "\"v\":\"\(letters.joined())\"}"
  }

  /// A verdict in the page's JSON.
  package static func letter(_ verdict: Verdict?) -> String {
    switch verdict {
    case .changed: "c"
    case .unchanged: "u"
    case .undecidable: "?"
    case nil: "-"
    }
  }

  private static func halfWidths(_ values: [Float]) -> String {
    let measured = values.filter { !$0.isNaN }
    guard let first = measured.first, measured.allSatisfy({ $0 == first }) else {
      return numbers(values, digits: 2)
    }
    return rounded(Double(first), digits: 2)
  }

  private mutating func place(of token: UInt32, in text: TextStatistics) -> Int {
    if let known = places[token] { return known }
    places[token] = tokens.count
    tokens.append(
      TokenMarkup.seen(TokenText.shown(text.bytes[token], id: token, limit: Self.longestToken)))
    return tokens.count - 1
  }

  private static func list(_ values: [String]) -> String {
    "[" + values.joined(separator: ",") + "]"
  }

  private static func numbers(_ values: [Float], digits: Int = 4) -> String {
    list(values.map { rounded(Double($0), digits: digits) })
  }

  /// With so many significant digits.
  package static func rounded(_ value: Double, digits: Int) -> String {
    guard value.isFinite else { return "null" }
    if value == 0 { return "0" }
    let exponent = Int(floor(log10(abs(value)))) + 1 - digits
    // Divided by a power of ten rather than multiplied by its inverse: 0.1 is no number, 10 is one.
    let power = pow(10, Double(abs(exponent)))
    let result =
      exponent < 0
      ? (value * power).rounded() / power : (value / power).rounded() * power
    let text = "\(result)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// A JSON string that ends no element: `<` and the like are spelled out, and all that steers.
  package static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "<", ">", "&", "'", "\u{2028}", "\u{2029}": result += escape(scalar)
      default:
        if VisibleText.isSteering(scalar) {
          result += escape(scalar)
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }

  private static func escape(_ scalar: Unicode.Scalar) -> String {
    String(scalar).utf16.map { unit in
      let digits = String(unit, radix: 16)
      return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }.joined()
  }
}
