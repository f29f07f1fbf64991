import ArgumentParser
import Foundation
import Kernels

/// `tokenshift-bench`: ceilings, then every case as a share of its ceiling.
@main
struct Benchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenshift-bench",
    abstract: "Time kernels, scoring and training as ratios to ceilings measured in the same run.",
    discussion: """
      Run it from the repository's folder, which holds the demo, on a quiet machine and with \
      OPENBLAS_CORETYPE unset: `make bench`.
      """)

  @Option(help: "Only cases whose name contains this.")
  var filter: String?

  @Option(help: "Timed repeats of each case, after a warm-up.")
  var repeats = 7

  @Option(help: "Threads. Default: all processors.")
  var threads: Int?

  @Option(help: ArgumentHelp("The demo's folder.", valueName: "DIR"))
  var demo = "Data/demo"

  @Option(
    help: ArgumentHelp(
      "Only write a random checkpoint of a Qwen2.5's shape and texts for it, for the peers.",
      valueName: "DIR"))
  var makeCheckpoint: String?

  @Option(help: "Which Qwen2.5's: 15 GB of weights for 7b, 1 GB for 0.5b.")
  var shape = RandomCheckpoint.Shape.small

  @Option(help: "What random weights and draws start from.")
  var seed: UInt64 = 1

  @Option(
    help: ArgumentHelp(
      "A folder that --make-checkpoint wrote; default: written anew, and removed.", valueName: "DIR"
    ))
  var large: String?

  @Option(
    help: ArgumentHelp(
      "Only how often intervals over prompts hold the truth, on draws from a token log.",
      valueName: "LOG.h5"))
  var coverage: String?

  @Flag(help: "Only how often verdicts on tokens are false, in simulations: about half a minute.")
  var falseDiscoveries = false

  @Flag(help: "Only how often detectors of training logs fire, on healthy and on broken runs.")
  var detectors = false
  @Flag(
    help: "Only whether `gate` keeps its levels and announced power, in simulations: some minutes.")
  var gate = false

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Only whether half-widths of position verdicts hold; exits with 1 if not.",
      discussion: "Two logs of the same texts, scored with --compute f32 and with bf16.",
      valueName: "EXACT.h5 REDUCED.h5"))
  var boundary: [String] = []

  @Flag(help: "Times alone, without ceilings: for profiles.")
  var timesOnly = false

  @Flag(name: .customLong("json"), help: "Print the result as JSON.")
  var isJSON = false

  func validate() throws {
    guard repeats > 0 else { throw ValidationError("--repeats must be positive") }
    if let threads, !(1...1_024).contains(threads) {
      throw ValidationError("--threads goes from 1 to 1024")
    }
    guard boundary.isEmpty || boundary.count == 2 else {
      throw ValidationError("--boundary takes two logs, the one scored with --compute f32 first")
    }
  }

  func run() throws {
    if let threads { Parallel.threadCount = threads }
    if let makeCheckpoint {
      return try RandomCheckpoint(shape).write(to: makeCheckpoint, seed: seed)
    }
    if let coverage {
      for line in try Coverage(log: coverage, seed: seed).lines() { print(line) }
      return
    }
    if falseDiscoveries {
      for line in FalseDiscoveryRates(seed: seed).lines() { print(line) }
      return
    }
    if detectors {
      for line in try DetectorRates(seed: seed).lines() { print(line) }
      return
    }
    if gate {
      GateAcceptance(population: GatePopulation(seed: seed), seed: seed).run { print($0) }
      return
    }
    if !boundary.isEmpty {
      let (lines, holds) = try BoundaryLines(exact: boundary[0], reduced: boundary[1]).result()
      for line in lines { print(line) }
      if !holds { throw ExitCode(1) }
      return
    }
    var result = BenchmarkResult(machine: MachineFacts(), repeats: repeats)
    if !timesOnly { result.before = Ceilings.measured(repeats: repeats) }
    let (scoring, note) = ScoringCases.all(demo: demo)
    let (training, trainingNote) = TrainingCases.all(demo: demo)
    let largeCases = LargeCases(directory: large)
    defer { largeCases.removeFiles() }
    let cases =
      ProductCases.all + LayerCases.all + LogitCases.all + scoring + largeCases.all + training
    result.notes = [note, trainingNote].compactMap { $0 }
    for item in cases where filter.map(item.name.contains) ?? true {
      try FileHandle.standardError.write(contentsOf: Data("\(item.name) …\n".utf8))
      result.timings.append(try Timing(item, repeats: repeats))
    }
    // Once more: a machine that others use is not as fast at the end as at the beginning.
    if !timesOnly { result.after = Ceilings.measured(repeats: repeats) }
    print(isJSON ? try result.json() : result.table)
  }
}

extension RandomCheckpoint.Shape: ExpressibleByArgument {}
