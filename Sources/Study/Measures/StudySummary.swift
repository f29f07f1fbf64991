internal import Foundation
package import StatisticalInference

/// All runs of a study.
package struct StudySummary: Sendable, Equatable {
  /// In the order of presets, seed by seed.
  package let runs: [StudyRun]

  /// Those runs.
  package init(runs: [StudyRun]) { self.runs = runs }

  /// What was measured before, from files of measures alone.
  ///
  /// - Parameter paths: of `measures.json`, in the order of the runs.
  /// - Throws: `StudyError` for a file that holds none.
  package init(measures paths: [String]) throws {
    runs = try paths.map { path in
      guard let data = try? Data(contentsOf: URL(filePath: path)) else {
        throw StudyError(path, "can't be read; name a run's measures.json")
      }
      do { return try JSONDecoder().decode(StudyRun.self, from: data) } catch {
        throw StudyError(path, "holds no measures of a run; measure the study anew")
      }
    }
  }

  /// Names of runs in their order.
  package var names: [String] {
    runs.reduce(into: []) { if !$0.contains($1.name) { $0.append($1.name) } }
  }

  /// The run from random weights that a run goes back to; nil where it is one itself.
  package func base(of name: String) -> String? { runs.first { $0.name == name }?.base }

  /// A seed's run; nil where there is none.
  func run(_ name: String?, seed: UInt64) -> StudyRun? {
    runs.first { $0.name == name && $0.seed == seed }
  }

  /// The runs of one name, seed by seed.
  package func runs(of name: String) -> [StudyRun] { runs.filter { $0.name == name } }

  /// One run's numbers by seed; seeds that haven't got it aren't there.
  package func values(_ quantity: StudyQuantity, of name: String) -> [UInt64: Double] {
    Dictionary(
      runs(of: name).map { ($0.seed, quantity.value(of: $0)) }.filter { !$0.1.isNaN }
    ) { first, _ in first }
  }

  /// How many problems a share is of, over some seeds; nil where it is no share of problems.
  package func problems(
    _ quantity: StudyQuantity, of name: String, seeds: [UInt64]
  ) -> Int? {
    let counts = runs(of: name).filter { seeds.contains($0.seed) }
      .compactMap { quantity.problems(of: $0) }
    return counts.isEmpty ? nil : counts.reduce(0, +)
  }

  /// A number of one run over the seeds; nil where a seed hasn't got it.
  package func estimate(_ quantity: StudyQuantity, of name: String) -> Estimate? {
    let runs = runs(of: name)
    let values = runs.map { quantity.value(of: $0) }
    guard !values.isEmpty, !values.contains(where: \.isNaN) else { return nil }
    return .mean(
      ofSeeds: values, within: quantity.bounds,
      trials: problems(quantity, of: name, seeds: runs.map(\.seed)))
  }

  /// A measure of one run over the seeds; nil where a seed hasn't got it.
  package func estimate(_ measure: StudyMeasure, of name: String) -> Estimate? {
    estimate(.measure(measure), of: name)
  }

  /// The accuracy on another split over the seeds.
  package func accuracy(on split: String, of name: String) -> Estimate? {
    estimate(.accuracy(split: split), of: name)
  }

  /// One run's number less another's, paired by seed, and the p-value of no difference.
  ///
  /// All runs of a seed answered the same problems, so this pairs by problem, too. Student's t of the seeds'
  /// differences; its interval is cut where the difference can't lie.
  ///
  /// - Returns: nil without a seed that has both; no p-value for fewer than three, or where all seeds are
  ///   alike.
  package func difference(
    _ quantity: StudyQuantity, of name: String, from other: String
  ) -> (estimate: Estimate, probability: Double?)? {
    let (first, second) = (values(quantity, of: name), values(quantity, of: other))
    let seeds = first.keys.filter { second[$0] != nil }.sorted()
    guard !seeds.isEmpty else { return nil }
    let differences = seeds.map { (first[$0] ?? .nan) - (second[$0] ?? .nan) }
    var estimate = Estimate.mean(ofSeeds: differences)
    // Seeds that all agree say nothing of how far they might not.
    if differences.allSatisfy({ $0 == differences.first }) { estimate.interval = nil }
    let width = quantity.bounds.upperBound - quantity.bounds.lowerBound
    estimate.interval = estimate.interval.flatMap {
      Estimate.kept($0, around: estimate.value, within: -width...width)
    }
    let test = seeds.count >= StudyClaims.fewestSeeds ? SeedTest(differences) : nil
    return (
      estimate,
      test.map { min(1, 2 * min($0.probabilityAtMost(0), $0.probabilityAtLeast(0))) }
    )
  }

  /// The splits beside those that choices were made on and that is reported first.
  package var splits: [String] {
    Set(runs.flatMap(\.splits.keys)).subtracting(["test", "validation"]).sorted()
  }
}
