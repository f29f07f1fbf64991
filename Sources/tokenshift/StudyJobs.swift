import ArgumentParser
import Files
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

  /// A process that a signal ended, which has said nothing.
  struct Killed: Error, CustomStringConvertible, SystemFaultError {
    let seeds: [String]
    let signal: Int32
    var description: String {
      "the process of seed \(seeds.joined(separator: ", ")) was ended by signal \(signal), perhaps for "
        + "want of memory; the same command goes on, with fewer --jobs if need be"
    }
    var systemFault: SystemFault? { .noMemory }
  }

  /// Tells a process who started it.
  private static let parentVariable = "TOKENSHIFT_PARENT"
  /// Between two looks, seconds.
  private static let interval: TimeInterval = 0.1

  /// Trains all seeds, and waits.
  ///
  /// - Throws: the exit code of the first process that failed, which has said why; `Killed`; `Interrupted`
  ///   after Ctrl-C, when all processes have ended with a checkpoint.
  func train(_ seeds: [UInt64]) throws {
    let jobs = min(count, seeds.count)
    let threads = max(1, Parallel.threadCount / jobs)
    Interruption.watch()
    defer { Interruption.unwatch() }
    var started: [(process: Process, seeds: [String])] = []
    do {
      for job in 0..<jobs {
        let own = seeds.indices.filter { $0 % jobs == job }.map { String(seeds[$0]) }
        started.append((try start(own, threads: threads), own))
      }
    } catch {
      // Those that could be started go no further alone.
      for (process, _) in started { process.interrupt() }
      throw error
    }
    var isTold = false
    while started.contains(where: \.process.isRunning) {
      // Each is in a process group of its own, which Ctrl-C on a terminal doesn't reach.
      if Interruption.isRequested, !isTold {
        isTold = true
        for (process, _) in started where process.isRunning { process.interrupt() }
      }
      Thread.sleep(forTimeInterval: Self.interval)
    }
    try Interruption.check("the same command goes on")
    for (process, seeds) in started {
      if process.terminationReason == .uncaughtSignal {
        throw Killed(seeds: seeds, signal: process.terminationStatus)
      }
      if process.terminationStatus != 0 { throw ExitCode(process.terminationStatus) }
    }
  }

  private func start(_ seeds: [String], threads: Int) throws -> Process {
    let process = Process()
    process.executableURL = Bundle.main.executableURL ?? URL(filePath: CommandLine.arguments[0])
    process.arguments =
      [
        "reproduce", presets, "--output", output, "--seeds", seeds.joined(separator: ","),
        "--train-only", "--threads", String(threads),
      ] + (isQuiet ? ["--quiet"] : [])
    process.environment = ProcessInfo.processInfo.environment
      .merging([Self.parentVariable: String(getpid())]) { $1 }
    process.standardInput = FileHandle.nullDevice
    // What a process trains isn't this one's result.
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    return process
  }

  /// Asks this process to end, with a checkpoint, where another one started it that is gone: nobody
  /// would know of its work.
  static func endWithParent() {
    guard let text = ProcessInfo.processInfo.environment[parentVariable], let parent = Int32(text),
      getppid() != parent
    else { return }
    kill(getpid(), SIGTERM)
  }
}
