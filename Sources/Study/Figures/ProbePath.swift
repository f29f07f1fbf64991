internal import Foundation

/// What the models along a run make of texts that are the same for all, from base to its end, over seeds.
///
/// A run that starts from another one goes on from that one's end.
package struct ProbePath {
  /// A model of every seed.
  package struct Place {
    /// The run that it is a checkpoint of.
    package let run: String
    /// Its step in that run, 0 for base; of an end the mean over seeds, whose budgets end a step or two apart.
    package let step: Double
    /// Whether it is the run's last model.
    package let isEnd: Bool
    /// What it makes of each kind of text, seed by seed.
    package let probes: [[String: TextProbe]]

    /// Mean −log p of a token, nats, seed by seed; nil where a seed hasn't got the kind.
    package func costs(_ kind: String) -> [Double]? {
      let costs = probes.compactMap { $0[kind].map { -$0.logProbPerToken } }
      return costs.count == probes.count && !costs.isEmpty ? costs : nil
    }

    /// Their mean over seeds; NaN where there are none.
    package func meanCost(_ kind: String) -> Double {
      costs(kind).map { $0.reduce(0, +) / Double($0.count) } ?? .nan
    }
  }

  /// Whose path it is.
  package let name: String
  /// Seeds that have all of it.
  package let seeds: [UInt64]
  /// Base first.
  package let places: [Place]
  /// Whether base was measured on more texts than its successors: its own path isn't there.
  package let startsOnMoreTexts: Bool

  /// Takes the checkpoints that all seeds have, and each run's end; nil where no seed has them.
  ///
  /// - Parameters:
  ///   - name: of a run that goes back to a base.
  ///   - summary: with the runs that it starts from.
  package init?(of name: String, in summary: StudySummary) {
    self.name = name
    var line: [String] = []
    var next: String? = name
    while let run = next, !line.contains(run) {
      line.insert(run, at: 0)
      next = summary.runs.first { $0.name == run }?.parent
    }
    guard line.count > 1 else { return nil }
    let base = line.removeFirst()
    let seeds = summary.runs(of: name).map(\.seed).filter { seed in
      line.allSatisfy { summary.run($0, seed: seed)?.path.isEmpty == false }
        && summary.run(base, seed: seed)?.probes.isEmpty == false
    }
    guard !seeds.isEmpty else { return nil }
    let starts = seeds.compactMap { summary.run(base, seed: $0) }
    startsOnMoreTexts = starts.contains { $0.path.isEmpty }
    let isMore = startsOnMoreTexts
    var places = [
      Place(
        run: base, step: 0, isEnd: true,
        probes: starts.map { isMore ? $0.probes : $0.path.last?.probes ?? [:] })
    ]
    for stage in line {
      let paths = seeds.compactMap { summary.run(stage, seed: $0)?.path }
      let before = paths.map { Set($0.dropLast().map(\.step)) }
      let common = before.dropFirst().reduce(before.first ?? []) { $0.intersection($1) }
      places += common.sorted().map { step in
        Place(
          run: stage, step: Double(step), isEnd: false,
          probes: paths.compactMap { path in path.first { $0.step == step }?.probes })
      }
      let ends = paths.compactMap(\.last)
      places.append(
        Place(
          run: stage, step: Double(ends.map(\.step).reduce(0, +)) / Double(ends.count), isEnd: true,
          probes: ends.map(\.probes)))
    }
    (self.seeds, self.places) = (seeds, places)
  }

  /// The places of the run itself, after the one that it starts from.
  package var ownStage: [Place] {
    let first = places.firstIndex { $0.run == name } ?? 0
    return Array(places[max(0, first - 1)...])
  }

  /// The mean over seeds of −log p of a token at each place, nats; NaN where a kind is missing.
  package func meanCosts(_ kind: String) -> [Double] {
    places.map { $0.meanCost(kind) }
  }

  /// The longest segment as a share of the whole path, lengths by Euclid's over the mean costs of some kinds.
  ///
  /// - Returns: nil for a path that goes nowhere, or without one of the kinds.
  package func longestSegment(_ kinds: [String]) -> Double? {
    let costs = kinds.map(meanCosts)
    let lengths = places.indices.dropFirst().map { index in
      costs.map { ($0[index] - $0[index - 1]) * ($0[index] - $0[index - 1]) }.reduce(0, +)
        .squareRoot()
    }
    let whole = lengths.reduce(0, +)
    guard whole.isFinite, whole > 0 else { return nil }
    return (lengths.max() ?? 0) / whole
  }
}
