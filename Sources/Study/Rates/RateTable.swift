internal import Foundation
internal import Training

/// What came of runs at several learning rates.
package struct RateTable: Sendable, Equatable {
  /// One run at one rate and seed.
  package struct Cell: Sendable, Codable, Equatable {
    /// The run.
    package var run: String
    /// The highest learning rate of its schedule.
    package var rate: Double
    /// The seed.
    package var seed: UInt64
    /// Share of right sampled responses to problems of the split `validation`; 0 where training diverged.
    package var accuracy: Double
    /// Tokens of all updates.
    package var tokens: Double
    /// Whether training diverged.
    package var diverged: Bool

    package init(
      run: String, rate: Double, seed: UInt64, accuracy: Double, tokens: Double,
      diverged: Bool = false
    ) {
      (self.run, self.rate, self.seed) = (run, rate, seed)
      (self.accuracy, self.tokens, self.diverged) = (accuracy, tokens, diverged)
    }
  }

  /// The best rate of a run.
  package struct Choice: Sendable, Equatable {
    /// The rate.
    package let rate: Double
    /// The mean accuracy over its seeds.
    package let accuracy: Double
    /// Whether no lower or no higher rate was tried, so that a better one may lie beyond.
    package let isAtEdge: Bool
  }

  /// All of them.
  package var cells: [Cell]

  package init(_ cells: [Cell]) { self.cells = cells }

  /// The runs, in the cells' order.
  package var runs: [String] {
    cells.reduce(into: []) { if !$0.contains($1.run) { $0.append($1.run) } }
  }

  /// The rates that a run was tried at, ascending.
  package func rates(of run: String) -> [Double] {
    Set(cells.filter { $0.run == run }.map(\.rate)).sorted()
  }

  /// The seeds of a run's cells, ascending.
  package func seeds(of run: String) -> [UInt64] {
    Set(cells.filter { $0.run == run }.map(\.seed)).sorted()
  }

  /// A run's cells at a rate.
  func cells(of run: String, at rate: Double) -> [Cell] {
    cells.filter { $0.run == run && $0.rate == rate }
  }

  /// The mean accuracy over seeds at a rate; NaN where there is none.
  package func accuracy(of run: String, at rate: Double) -> Double {
    let cells = cells(of: run, at: rate)
    return cells.reduce(0) { $0 + $1.accuracy } / Double(cells.count)
  }

  /// The rate with the highest mean accuracy, of equal ones the lowest; nil where a rate lacks a seed, or all
  /// diverged.
  package func best(of run: String) -> Choice? {
    let (rates, seeds) = (rates(of: run), seeds(of: run))
    guard rates.allSatisfy({ cells(of: run, at: $0).count == seeds.count }) else { return nil }
    let able = rates.filter { rate in cells(of: run, at: rate).contains { !$0.diverged } }
    // `max` takes the first of equal ones.
    guard
      let rate = able.max(by: {
        accuracy(of: run, at: $0) < accuracy(of: run, at: $1)
      })
    else { return nil }
    return Choice(
      rate: rate, accuracy: accuracy(of: run, at: rate),
      isAtEdge: rate == rates.first || rate == rates.last)
  }

  // MARK: Files

  private struct File: Codable {
    let cells: [Cell]
  }

  /// Reads a file that a search wrote.
  ///
  /// - Throws: `StudyError` where it is none.
  package init(path: String) throws {
    guard let data = try? Data(contentsOf: URL(filePath: path)) else {
      throw StudyError(path, "can't be read; name the rates.json of 'reproduce --search'")
    }
    do { cells = try JSONDecoder().decode(File.self, from: data).cells } catch {
      throw StudyError(path, "is no rates.json of 'reproduce --search'")
    }
  }
}

extension RateTable {
  /// Fewer rates or seeds choose by chance.
  private static let (leastRates, leastSeeds) = (4, 2)

  /// What keeps the rates of a study from being the best that were found, in words; empty where nothing does.
  ///
  /// Every run but base has to have been tried at enough rates and seeds, and has to have the best of them,
  /// which is not at the grid's edge. A variant counts as searched with its original where it starts from the
  /// same model, or a variant of it, and has that one's rate, or another one that was tried for it: a rate that
  /// it differs by on purpose.
  ///
  /// - Throws: `TrainingError` of a run's configuration.
  package func faults(of plan: StudyPlan) throws -> [String] {
    var unsearched: [String] = []
    var faults: [String] = []
    for stage in plan.stages where stage.name != plan.base.name {
      let rate = try plan.learningRate(of: stage)
      let (rates, seeds) = (rates(of: stage.name), seeds(of: stage.name))
      if rates.isEmpty {
        let original = stage.original.flatMap { plan.stage(named: $0) }
          .flatMap { plan.startsAlike(stage, $0) ? $0 : nil }
        let isSearched =
          try original.map { original in
            try plan.learningRate(of: original) == rate
              || self.rates(of: original.name).contains(rate)
          } ?? false
        if !isSearched { unsearched.append(stage.name) }
        continue
      }
      if rates.count < Self.leastRates { faults.append("\(stage.name): only \(rates.count) rates") }
      if seeds.count < Self.leastSeeds { faults.append("\(stage.name): only \(seeds.count) seeds") }
      guard let best = best(of: stage.name) else {
        faults.append("\(stage.name): a rate lacks a seed, or none is usable")
        continue
      }
      if best.isAtEdge {
        faults.append("\(stage.name): the best rate, \(best.rate), is at the edge of the grid")
      }
      if best.rate != rate {
        faults.append("\(stage.name): has \(rate), the best rate is \(best.rate)")
      }
    }
    return
      (unsearched.isEmpty ? [] : [unsearched.joined(separator: ", ") + ": no rates were tried"])
      + faults
  }
}

extension StudyPlan {
  /// Whether two runs start from one model, or from one and a variant of it: from any other another rate may be
  /// the best.
  fileprivate func startsAlike(_ stage: Stage, _ other: Stage) -> Bool {
    guard let parent = other.parent else { return stage.parent == nil }
    return stage.parent == parent
      || stage.parent.flatMap { self.stage(named: $0) }?.original == parent
  }

  /// The learning rate of a run as the study has it.
  func learningRate(of stage: Stage) throws -> Double {
    try configuration(of: stage, seed: 1, folder: "").optimizer.learningRate
  }
}
