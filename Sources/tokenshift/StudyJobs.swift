import Foundation
import Kernels

/// Processes of this same tool that train a study's seeds side by side.
///
/// Seeds share nothing but the presets, so that each process takes whole ones: runs of one seed start
/// from each other. Small models leave threads idle; processes don't.
struct StudyJobs {
  /// The folder of presets, and where runs go.
  let presets: String, output: String
  /// How many processes at most.
  let count: Int
  let isQuiet: Bool

  /// Between two looks, seconds.
  private static let interval: TimeInterval = 0.1

  /// Trains all seeds, and waits.
  ///
  /// - Returns: the exit code of the first process that failed; 0 where all ended well.
  /// - Throws: `Interrupted` after Ctrl-C, when all processes have ended with a checkpoint.
  func train(_ seeds: [UInt64]) throws -> Int32 {
    let jobs = min(count, seeds.count)
    let threads = max(1, Parallel.threadCount / jobs)
    Interruption.watch()
    defer { Interruption.unwatch() }
    let processes = try (0..<jobs).map { job in
      let own = seeds.indices.filter { $0 % jobs == job }.map { String(seeds[$0]) }
      let process = Process()
      process.executableURL = Bundle.main.executableURL ?? URL(filePath: CommandLine.arguments[0])
      process.arguments =
        [
          "reproduce", presets, "--output", output, "--seeds", own.joined(separator: ","),
          "--train-only", "--threads", String(threads),
        ] + (isQuiet ? ["--quiet"] : [])
      process.standardInput = FileHandle.nullDevice
      // What a process trains isn't this one's result.
      process.standardOutput = FileHandle.nullDevice
      try process.run()
      return process
    }
    var isTold = false
    while processes.contains(where: \.isRunning) {
      // From a terminal Ctrl-C reaches all of them; from elsewhere only this one.
      if Interruption.isRequested, !isTold {
        isTold = true
        for process in processes where process.isRunning { process.interrupt() }
      }
      Thread.sleep(forTimeInterval: Self.interval)
    }
    try Interruption.check("the same command goes on")
    return processes.map(\.terminationStatus).first { $0 != 0 } ?? 0
  }
}
