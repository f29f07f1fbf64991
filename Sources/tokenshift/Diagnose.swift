import Analysis
import ArgumentParser
import Foundation
import Reporting
import Study

/// `tokenshift diagnose`: what went wrong in training runs.
struct Diagnose: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say what went wrong in training runs, since which step, and how sure that is.",
    discussion: """
      Looks for drops of the reward, entropy or length that collapse or explode, groups with one reward, a \
      gap between sampler and trainer, losses that aren't finite (these fail a run), spikes of the \
      gradient's norm and plateaus with rising variance (warnings). Each is wrong in about 1 % of healthy \
      runs: spikes in 0.4 to 1.3 % of simulated ones, in 2 % where norms jump by themselves, and of real \
      spikes to ten times the norm a third is found. A change that went away again, and entropy that \
      falls while the reward rises, are warnings.

      A detector needs 30 values of its column; what can't be judged is said. Imported logs have the same \
      columns. A run that is looked at more than once while it grows: say with --looks how many times in all.

      Exit code 1: a run fails.

      Examples:
        tokenshift diagnose runs/rl-1 runs/rl-2
        tokenshift import trainer_state.json --output run.h5 && tokenshift diagnose run.h5 --json
      """)

  @Argument(
    help: ArgumentHelp(
      "Training logs or folders of training runs; also "
        + LogSource.names.joined(separator: ", ") + ".", valueName: "RUN"), completion: .file())
  var runs: [String]

  @Option(
    help: ArgumentHelp(
      "How many times a growing run is looked at in all, this time included.", valueName: "N"))
  var looks = 1

  @Flag(name: .customLong("json"), help: "Print the result as JSON.")
  var isJSON = false

  func validate() throws {
    guard (1...1_000_000).contains(looks) else {
      throw ValidationError("--looks goes from 1 to 1000000")
    }
  }

  func run() throws {
    var thresholds = ChangeThresholds()
    // All are opened first: nothing is said if one is wrong.
    let logs = try runs.map { path in
      let source = try LogSource(path: path, label: nil)
      guard case .training(let run) = source else {
        throw ValidationError("\(path): is no training log; name a run's folder or its log.h5")
      }
      return (path, run.log)
    }
    let result = DiagnosisReport.Result(
      of: logs.map { path, log in
        DiagnosisReport(of: path, log, looks: looks, thresholds: &thresholds)
      })
    if isJSON {
      try Terminal.printResult(Verbosity.text(of: result))
    } else {
      for report in result.runs {
        for line in report.lines(width: Terminal.tableWidth) { try Terminal.printResult(line) }
      }
    }
    if result.fails { throw PrintedVerdict() }
  }
}
