/// What was measured of one run: for each prompt a sum X and how many things N it is over.
///
/// X/N is a prompt's own mean, and ΣX/ΣN the run's: correct answers over answers, nats over tokens.
package struct PromptValues: Sendable, Equatable {
  /// In ascending order, each once.
  package private(set) var prompts: [String] = []
  /// X; NaN where it isn't measured.
  package private(set) var sums: [Double] = []
  /// N.
  package private(set) var counts: [Double] = []

  /// Of samples in any order; those of one prompt are added up.
  ///
  /// - Parameter samples: prompt, X and N; a prompt with one that isn't finite, or with nothing to
  ///   count, isn't measured.
  package init(_ samples: some Sequence<(prompt: String, sum: Double, count: Double)>) {
    var places: [String: Int] = [:]
    var all: [(prompt: String, sum: Double, count: Double)] = []
    for sample in samples {
      if let place = places[sample.prompt] {
        all[place].sum += sample.sum
        all[place].count += sample.count
      } else {
        places[sample.prompt] = all.count
        all.append(sample)
      }
    }
    // The same bits whatever the order of the prompts.
    all.sort { $0.prompt < $1.prompt }
    prompts = all.map(\.prompt)
    sums = all.map(\.sum)
    counts = all.map(\.count)
  }

  private init() {}

  /// Of some of the prompts: a slice by source or task.
  package func restricted(to isIncluded: (String) -> Bool) -> PromptValues {
    var part = PromptValues()
    for index in prompts.indices where isIncluded(prompts[index]) {
      part.prompts.append(prompts[index])
      part.sums.append(sums[index])
      part.counts.append(counts[index])
    }
    return part
  }

  /// Beyond it a number is no measurement, and its third power no number.
  private static let largest = 1e60

  func isMeasured(_ index: Int) -> Bool {
    abs(sums[index]) < Self.largest && counts[index] > 1 / Self.largest
      && counts[index] < Self.largest
  }
}

/// Several runs on the prompts that all of them have.
struct MatchedPrompts {
  /// X and N by run, prompt by prompt.
  private(set) var runs: [RunSums]
  /// Prompts that a run lacks.
  private(set) var unmatched = 0
  /// Prompts that all runs have, of which one isn't measured.
  private(set) var unmeasured = 0

  /// X and N of one run.
  struct RunSums {
    var sums: [Double] = []
    var counts: [Double] = []
  }

  /// - Parameter values: of at least one run.
  init(_ values: [PromptValues]) {
    runs = values.map { _ in RunSums() }
    let first = values[0]
    let others = values.dropFirst()
    // Most runs have the same prompts, and need no search.
    let haveSame = others.allSatisfy { $0.prompts == first.prompts }
    let places =
      haveSame
      ? []
      : others.map { run in
        Dictionary(uniqueKeysWithValues: zip(run.prompts, run.prompts.indices))
      }
    if !haveSame { unmatched = Set(values.flatMap(\.prompts)).count }
    for (index, prompt) in first.prompts.enumerated() {
      let rows =
        haveSame ? values.map { _ in index } : [index] + places.compactMap { $0[prompt] }
      guard rows.count == values.count else { continue }
      if !haveSame { unmatched -= 1 }
      guard values.indices.allSatisfy({ values[$0].isMeasured(rows[$0]) }) else {
        unmeasured += 1
        continue
      }
      for run in values.indices {
        runs[run].sums.append(values[run].sums[rows[run]])
        runs[run].counts.append(values[run].counts[rows[run]])
      }
    }
  }

  var count: Int { runs[0].sums.count }
}
