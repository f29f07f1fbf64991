/// Learning rates to try, and on which seeds.
package struct StudySearch: Sendable {
  /// Seeds of the search, best none of the study's own.
  package let seeds: [UInt64]
  /// Rates by run, in the file's order.
  package let rates: [(run: String, rates: [Double])]
  /// Where each run's rates stand, for errors.
  let places: [String: String]
  /// Problems of the split `validation`, and samples of each, that a rate is judged by.
  package let problems: Int, samples: Int

  /// Reads a part of a study's file.
  ///
  /// - Throws: `StudyError`.
  init(_ node: StudyNode) throws {
    let parts = try node.table(["seeds", "rates", "problems", "samples"])
    guard let rates = parts["rates"] else {
      throw node.error("rates: is missing: runs with learning rates, say {sft: [1e-3, 3e-3]}")
    }
    seeds = try parts["seeds"]?.seeds() ?? [101, 102]
    problems = try parts["problems"]?.integer(in: 1...100_000) ?? 256
    samples = try parts["samples"]?.integer(in: 1...1_000) ?? 4
    var places: [String: String] = [:]
    self.rates = try rates.members().map { name, part in
      places[name] = part.place
      let values = try part.elements().map { try $0.number(in: 1e-12...1e3) }
      guard !values.isEmpty, Set(values).count == values.count else {
        throw part.error("should be different learning rates, say [1e-3, 3e-3]")
      }
      return (name, values.sorted())
    }
    self.places = places
  }

  /// Refuses rates of what is no run, or of base, which is trained until its gate opens.
  func check(_ plan: StudyPlan) throws {
    for (run, _) in rates {
      let place = places[run] ?? ""
      _ = try plan.stage(named: run, place)
      guard !run.contains("@") else {
        throw StudyError(
          place, "'\(run)' has an '@', which parts names and rates; rename the preset")
      }
      guard run != plan.base.name else {
        throw StudyError(place, "'\(run)' is the base, whose rate is no choice among methods")
      }
    }
  }
}
