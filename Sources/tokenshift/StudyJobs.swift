import ArgumentParser
import Files
import Foundation
import Kernels

/// Processes of this same tool that do parts of a study side by side.
///
/// Small models leave threads idle; processes don't.
struct StudyJobs {
  /// What a process does.
  struct Task {
    /// What it is called when it fails, say `seed 3`.
    let label: String
    /// After `reproduce`.
    let arguments: [String]
  }

  /// How many processes at most at a time.
  let count: Int

  /// A process that a signal ended, which has said nothing.
  struct Killed: Error, CustomStringConvertible, SystemFaultError {
    let label: String
    let signal: Int32
    var description: String {
      "the process of \(label) was ended by signal \(signal), perhaps for want of memory; the same command "
        + "goes on, with fewer --jobs if need be"
    }
    var systemFault: SystemFault? { .noMemory }
  }

  /// Tells a process who started it.
  private static let parentVariable = "TOKENSHIFT_PARENT"
  /// Between two looks, seconds.
  private static let interval: TimeInterval = 0.1
  /// The exit code of a run that can't be finished, which keeps no other from it.
  private static let saysNo: Int32 = 1

  /// Does all tasks, in their order, and waits.
  ///
  /// - Returns: the exit code where a process found that a run can't be finished; nil where all could.
  /// - Throws: the exit code of the first process that failed otherwise, which has said why, after the
  ///   others; `Killed`; `Interrupted` after Ctrl-C, when all processes have ended with a checkpoint.
  func run(_ tasks: [Task]) throws -> ExitCode? {
    let places = min(count, tasks.count)
    guard places > 0 else { return nil }
    let threads = max(1, Parallel.threadCount / places)
    Interruption.watch()
    defer { Interruption.unwatch() }
    var waiting = tasks[...]
    var running: [(process: Process, task: Task)] = []
    var (first, no): ((any Error)?, ExitCode?)
    var isTold = false
    while !running.isEmpty || !waiting.isEmpty {
      // Each is in a process group of its own, which Ctrl-C on a terminal doesn't reach.
      if Interruption.isRequested || first != nil {
        waiting = []
        if Interruption.isRequested, !isTold {
          isTold = true
          for (process, _) in running where process.isRunning { process.interrupt() }
        }
      }
      while running.count < places, let task = waiting.popFirst() {
        do { running.append((try start(task, threads: threads), task)) } catch {
          // Those that could be started go on.
          first = first ?? error
          waiting = []
        }
      }
      for (process, task) in running where !process.isRunning {
        if process.terminationReason == .uncaughtSignal {
          first = first ?? Killed(label: task.label, signal: process.terminationStatus)
        } else if process.terminationStatus == Self.saysNo {
          no = ExitCode(Self.saysNo)
        } else if process.terminationStatus != 0 {
          first = first ?? ExitCode(process.terminationStatus)
        }
      }
      running.removeAll { !$0.process.isRunning }
      if !running.isEmpty { Thread.sleep(forTimeInterval: Self.interval) }
    }
    try Interruption.check("the same command goes on")
    if let first { throw first }
    return no
  }

  private func start(_ task: Task, threads: Int) throws -> Process {
    let process = Process()
    process.executableURL = Bundle.main.executableURL ?? URL(filePath: CommandLine.arguments[0])
    process.arguments = ["reproduce"] + task.arguments + ["--threads", String(threads)]
    // Lines that one process writes over would be another's on the same terminal.
    process.environment = ProcessInfo.processInfo.environment
      .merging([Self.parentVariable: String(getpid()), "TERM": "dumb"]) { $1 }
    process.standardInput = FileHandle.nullDevice
    // What a process trains isn't this one's result.
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    return process
  }

  /// Whether this process does a part for another one, which tells what concerns the whole.
  static var isPart: Bool { ProcessInfo.processInfo.environment[parentVariable] != nil }

  /// Asks this process to end, with a checkpoint, where another one started it that is gone: nobody
  /// would know of its work.
  static func endWithParent() {
    guard let text = ProcessInfo.processInfo.environment[parentVariable], let parent = Int32(text),
      getppid() != parent
    else { return }
    kill(getpid(), SIGTERM)
  }
}
