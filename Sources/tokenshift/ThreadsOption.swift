import ArgumentParser
import Kernels

/// `--threads`, of every command that computes.
struct ThreadsOption: ParsableArguments {
  @Option(
    name: .customLong("threads"),
    help: ArgumentHelp(
      "Threads; results do not depend on it. Default: all processors.", valueName: "N"))
  var count: Int?

  func validate() throws {
    if let count, !(1...1_024).contains(count) {
      throw ValidationError("--threads goes from 1 to 1024")
    }
  }

  /// Makes it so, for all that follows.
  func apply() {
    if let count { Parallel.threadCount = count }
  }
}
