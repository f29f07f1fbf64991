import Analysis
import Foundation
import RunLogs
import StatisticalInference
internal import Tasks
import Training

/// How often intervals over prompts hold the truth, on draws from a real log: each population is the
/// log's own prompts, so that its mean is known.
struct Coverage {
  /// How many intervals held the truth, and on which side the others were.
  private struct Tally {
    var count = 0
    var above = 0
    var below = 0

    mutating func add(_ estimate: Estimate, truth: Double) {
      guard let interval = estimate.interval else { return }
      count += 1
      if interval.lowerBound > truth { above += 1 }
      if interval.upperBound < truth { below += 1 }
    }

    var text: String {
      func percent(_ part: Int) -> String {
        String(format: "%.1f", 100 * Double(part) / Double(max(count, 1)))
      }
      return "\(percent(count - above - below)) (\(percent(above))/\(percent(below)))"
    }
  }

  private let table: TokenTable
  private let seed: UInt64
  /// Draws of each population.
  private static let (meanDraws, ratioDraws) = (100, 1_000)

  init(log: String, seed: UInt64) throws {
    table = try TokenTable(TokenLog(path: log))
    self.seed = seed
  }

  /// A line for each pair, measure and kind of estimate: shares of intervals that hold the truth, in
  /// parentheses those wholly above and wholly below it.
  func lines() throws -> [String] {
    var lines: [String] = []
    for pair in table.log.header.pairs {
      for measure in [PairColumn.jensenShannonDivergence, .logProbabilityChange] {
        let populations = try table.texts.sources.flatMap {
          try tokenPopulations(pair, measure, source: $0)
        }
        lines.append(
          "\(pair) \(measure.rawValue), means over prompts by token: \(means(populations))")
      }
      for name in ["js", "dlogp", "share"] {
        let populations = try table.texts.sources.map { try prompts(pair, name, source: $0) }
        for (kind, factor) in [("equal", 1.0), ("uneven", 6.0)] {
          lines.append(
            "\(pair) \(name), ratios, \(kind): \(ratios(populations, factor: factor, name))")
        }
      }
    }
    return lines
  }

  private func means(_ populations: [[Double]]) -> String {
    [10, 20, 30, 60, 128, 250].map { size in
      var tally = Tally()
      for (index, population) in populations.enumerated() {
        let truth = population.reduce(0, +) / Double(population.count)
        var generator = CounterGenerator(seed: seed, stream: UInt64(size), index: UInt64(index))
        for _ in 0..<Self.meanDraws {
          let draw = (0..<size).map { _ in
            population[Int(generator.next() % UInt64(population.count))]
          }
          // Draws of one value over and over say nothing about the method.
          guard draw.contains(where: { abs($0 - draw[0]) > 1e-12 }) else { continue }
          tally.add(.mean(ofPrompts: draw), truth: truth)
        }
      }
      return "G=\(size) \(tally.text)"
    }.joined(separator: " | ")
  }

  private func ratios(
    _ populations: [(sums: [Double], counts: [Double])], factor: Double, _ name: String
  ) -> String {
    [10, 20, 30, 60, 128].map { size in
      var tally = Tally()
      for (index, population) in populations.enumerated() {
        // As among long and short answers: a fifth of the prompts has so many times the tokens.
        let factors = population.sums.indices.map { $0 % 5 == 0 ? factor : 1 }
        let sums = zip(population.sums, factors).map(*)
        let counts = zip(population.counts, factors).map(*)
        let truth = sums.reduce(0, +) / counts.reduce(0, +)
        var generator = CounterGenerator(
          seed: seed, stream: 1_000 + UInt64(size), index: UInt64(index))
        for _ in 0..<Self.ratioDraws {
          let drawn = (0..<size).map { _ in Int(generator.next() % UInt64(sums.count)) }
          tally.add(
            .ratio(
              drawn.map { sums[$0] }, over: drawn.map { counts[$0] },
              within: name == "share" ? 0...1 : nil), truth: truth)
        }
      }
      return "G=\(size) \(tally.text)"
    }.joined(separator: " | ")
  }

  /// For each token that at least 40 prompts have, the mean at its occurrences in each of them.
  private func tokenPopulations(
    _ pair: PairName, _ measure: PairColumn, source: String
  ) throws -> [[Double]] {
    let (ids, values) = (try table.tokenIDs(), try table.values(measure, of: pair))
    var sums: [UInt32: [Int32: (sum: Double, count: Double)]] = [:]
    try table.rows(of: pair, source: source).visit { row, text, _ in
      let old = sums[ids[row]]?[table.texts.prompts[text]] ?? (0, 0)
      sums[ids[row], default: [:]][table.texts.prompts[text]] = (
        old.sum + Double(values[row]), old.count + 1
      )
    }
    return sums.sorted { $0.key < $1.key }.filter { $0.value.count >= 40 }.map { token in
      token.value.sorted { $0.key < $1.key }.map { $0.value.sum / $0.value.count }
    }
  }

  /// Sums and counts of each prompt; `share` is that of positions with a divergence above 0.01 nats.
  private func prompts(
    _ pair: PairName, _ name: String, source: String
  ) throws -> (sums: [Double], counts: [Double]) {
    let values = try table.values(
      name == "dlogp" ? .logProbabilityChange : .jensenShannonDivergence, of: pair)
    var sums = [Double](repeating: 0, count: table.texts.promptCount)
    var counts = sums
    try table.rows(of: pair, source: source).visit { row, text, _ in
      let prompt = Int(table.texts.prompts[text])
      sums[prompt] += name == "share" ? (values[row] > 0.01 ? 1 : 0) : Double(values[row])
      counts[prompt] += 1
    }
    let known = counts.indices.filter { counts[$0] > 0 }
    return (known.map { sums[$0] }, known.map { counts[$0] })
  }
}
