import Foundation
import RunLogs
import StatisticalInference
import TestSupport
import Testing

/// A small log and what is in it; Tests/Fixtures/forks/make_forks.py.
struct ForkFixture: Decodable {
  struct Row: Decodable {
    let author: String
    let prompt, place, length, token: Int
    let logp, entropy, listed: [Float]
    let js, dH, rest: Float
  }

  /// An estimate; ends are null where matrices give none.
  struct Number: Decodable {
    let value: Double
    let lower, upper, degrees: Double?
  }

  struct Overlap: Decodable {
    let margin: Double
    let changed: Int
    let forksAmongChanged, changedForks, changedOthers, overMatched: Number
    let largestPossible, matched, randomLogits: Double
    let probabilities: [Double]
  }

  struct Band: Decodable {
    let positions: Int
    let share, entropy, change, changedShare, carried: Number
  }

  struct Carried: Decodable {
    let positions: Double
    let ofLargest, ofUncertain: Number
  }

  struct Forks: Decodable {
    let threshold: Double
    let overlaps: [Overlap]
    let bands: [Band]
    let carried: [Carried]
    let remaining: Number
  }

  struct Steps: Decodable {
    let reversal, both, opposite, first, second, whole, concentration: Number
    let quadrants: [Int]
  }

  struct Expected: Decodable {
    let forks: Forks
    let steps: Steps
  }

  let tokens: [String]
  let rows: [Row]
  let expected: [String: Expected]

  static let shared = Result {
    try JSONDecoder().decode(
      ForkFixture.self, from: Data(contentsOf: URL(filePath: Places.fixture("forks/forks.json"))))
  }

  /// The log, each text behind a prompt of one token that isn't measured.
  var planted: PlantedLog {
    var log = PlantedLog()
    log.tokens = tokens.map { Array($0.utf8) }
    log.topK = 3
    var lists = TopK()
    for (number, text) in texts.enumerated() {
      let values = text.map { row in
        var values = PlantedLog.Values()
        for model in 0..<3 {
          values.models[model] = [
            .logProbability: row.logp[model], .entropy: row.entropy[model],
          ]
        }
        values.pairs[1] = [.jensenShannonDivergence: row.js, .entropyChange: row.dH]
        return values
      }
      log.add(
        "t\(number)", prompt: "p\(text[0].prompt)", source: text[0].author, responseStart: 1,
        tokens: [0] + text.map { UInt32($0.token) },
        values: [PlantedLog.Values(isMeasured: false)] + values)
      lists.ids += [0, 0, 0]
      lists.logProbabilities += [.nan, .nan, .nan]
      lists.restLogMass.append(.nan)
      for row in text {
        lists.ids += [0, 1, 2]
        lists.logProbabilities += row.listed
        lists.restLogMass.append(row.rest)
      }
    }
    for model in 0..<3 { log.block.models[model].topK = lists }
    return log
  }

  private var texts: [[Row]] {
    var texts: [[Row]] = []
    for row in rows {
      if row.place == 0 { texts.append([]) }
      texts[texts.count - 1].append(row)
    }
    return texts
  }

  /// Both ends, value and degrees of freedom; sums of some hundred doubles, so 1e-9.
  static func expect(_ estimate: Estimate?, is number: Number, _ what: String) throws {
    let estimate = try #require(estimate)
    expectClose(estimate.value, number.value, absolute: 1e-9, what)
    // A share without spread has Wilson's interval, and one prompt none; the script knows neither.
    guard estimate.method != .wilson, let degrees = estimate.degreesOfFreedom,
      estimate.interval != nil
    else { return }
    expectClose(degrees, number.degrees ?? .nan, relative: 1e-8, what)
    // An infinite end is null there.
    for (end, expected) in [(estimate.lower, number.lower), (estimate.upper, number.upper)] {
      expectClose(end ?? .nan, expected ?? .nan, absolute: 1e-8, what)
    }
  }
}
