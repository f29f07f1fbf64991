import ArgumentParser
import Foundation

/// The command: parses, runs a subcommand, and turns whatever goes wrong into one line and an exit
/// code.
@main
struct TokenShift: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenshift",
    abstract: "Shows what fine-tuning did to a language model, token by token.",
    discussion: """
      Example, from checkpoints to a page:
        tokenshift score --model base=DIR --model rl=DIR --texts responses.jsonl --output log.h5
        tokenshift report log.h5 --output report

      Exit codes: 0 done, 1 a gate was not met, 2 the command or its input is wrong, 3 the machine failed it (disk,
      memory).
      """,
    version: Version.current,
    subcommands: [
      Inspect.self, Score.self, Merge.self, Figures.self, Audit.self, Report.self, Generate.self,
      Train.self, Reproduce.self, Evaluate.self, Dynamics.self,
    ])

  static func main() {
    StandardDescriptors.occupy()
    // A write beyond the allowed file size then fails with a reason instead of killing the process.
    signal(SIGXFSZ, SIG_IGN)
    do {
      try CommandLine.checkEncoding()
      var command = try parseAsRoot()
      try command.run()
    } catch {
      Failure(error).exit()
    }
  }
}

/// The version that `--version` prints and logs keep.
enum Version {
  static let current = "0.1.0"
}
