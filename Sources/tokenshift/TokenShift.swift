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
        tokenshift compare base=DIR rl=DIR --texts prompts.jsonl --output comparison

      Exit codes: 0 done, 1 a gate was not met, a run fails its diagnosis, or a self-test finds a \
      fault, 2 the command or its input is wrong, 3 the machine failed it (disk, memory).
      """,
    version: Version.full,
    subcommands: [
      Compare.self, Inspect.self, Import.self, Score.self, Merge.self, Figures.self, Audit.self,
      ReportCommand.self, Export.self, MismatchCommand.self,
      Weights.self, Generate.self, Train.self, Reproduce.self, Evaluate.self, Intervene.self,
      Dynamics.self, Diagnose.self, GateCommand.self, SelfTestCommand.self, ManualCommand.self,
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

/// What `--version` prints and logs keep.
enum Version {
  /// The release, which logs keep: a log of one release is the same whatever the commit.
  static let current = "0.2.0"

  /// With the commit, where the build knows it.
  static var full: String {
    Stamp.commit.isEmpty ? current : "\(current) (\(Stamp.commit))"
  }
}
