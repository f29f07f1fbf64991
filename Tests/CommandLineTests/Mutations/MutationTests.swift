import Foundation
import Synchronization
import TestSupport
import Testing

/// Whatever stands in a file, a command ends by itself: with its result, or with one line and exit
/// status 2 or 3; never by a signal, never not at all.
///
/// `make test` tries a few damages of every input. A campaign: `make mutations RUNS=100000`, which
/// begins at `SEED`. A failure prints input and seed; both give the same bytes again.
@Suite(.timeLimit(.minutes(600)))
struct MutationTests {
  /// How many damages each input gets.
  private static let runsPerInput =
    setting("TOKENSHIFT_MUTATIONS").map { max(1, $0 / MutatedInput.all.count) } ?? 6
  private static let firstSeed = setting("TOKENSHIFT_MUTATION_SEED") ?? 1

  /// More than any of these commands takes, on a loaded machine too.
  private static let timeLimit: TimeInterval = 60

  private static func setting(_ name: String) -> Int? {
    ProcessInfo.processInfo.environment[name].flatMap { Int($0) }
  }

  /// Made once, and written out for each run.
  private static let place = Result { try MutatedPlace() }

  @Test(arguments: MutatedInput.all)
  func `damage ends in a result or in one line`(input: MutatedInput) throws {
    let place = try Self.place.get()
    let bytes = [UInt8](try #require(place.files[input.file]))
    for run in 0..<Self.runsPerInput {
      let seed = UInt64(Self.firstSeed + run)
      var generator = SeededGenerator(seed: seed)
      let damaged = Mutation.damaged(bytes, using: &generator)
      let command = input.commands.randomElement(using: &generator) ?? ""
      try withTemporaryFolder { folder in
        try place.write(to: folder, with: Data(damaged), as: input.file)
        let ending = try Self.ending(of: command, in: folder)
        #expect(
          ending.isGood, "\(input.file), seed \(seed), \(command): \(ending.description)")
      }
    }
  }

  @Test func `the original of each input is taken by all of its commands`() throws {
    let place = try Self.place.get()
    for input in MutatedInput.all {
      for command in input.commands {
        try withTemporaryFolder { folder in
          try place.write(to: folder)
          let ending = try Self.ending(of: command, in: folder)
          #expect(ending.status == 0, "\(command): \(ending.description)")
        }
      }
    }
  }

  // MARK: Processes

  private struct Ending: CustomStringConvertible {
    /// Nil if it had to be killed.
    var status: Int32?
    var isSignal: Bool
    var error: String

    var isGood: Bool {
      guard let status, !isSignal else { return false }
      if status == 0 { return true }
      let lines = error.split(separator: "\n", omittingEmptySubsequences: false)
      let isOneLine = lines.count == 2 && lines[0].hasPrefix("tokenshift: ") && lines[1].isEmpty
      let isClean = error.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 }
      return (status == 2 || status == 3) && isOneLine && isClean && lines[0].utf8.count < 3_000
    }

    var description: String {
      let how = status.map { isSignal ? "signal \($0)" : "status \($0)" } ?? "hangs"
      return "\(how), said: \(error.debugDescription)"
    }
  }

  private static func ending(of command: String, in folder: URL) throws -> Ending {
    let process = Process()
    process.executableURL = URL(filePath: try Tool.path())
    process.arguments = MutatedPlace.arguments(command)
    process.currentDirectoryURL = folder
    process.environment = [
      "PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1",
      "OMP_NUM_THREADS": "1",
    ]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    let said = folder.appending(path: "said")
    try Data().write(to: said)
    let handle = try FileHandle(forWritingTo: said)
    defer { try? handle.close() }
    process.standardError = handle
    let ended = DispatchSemaphore(value: 0)
    process.terminationHandler = { _ in ended.signal() }
    try process.run()
    let isHanging = ended.wait(timeout: .now() + timeLimit) == .timedOut
    if isHanging {
      kill(process.processIdentifier, SIGKILL)
      ended.wait()
    }
    return Ending(
      status: isHanging ? nil : process.terminationStatus,
      isSignal: process.terminationReason == .uncaughtSignal,
      error: String(decoding: try Data(contentsOf: said), as: UTF8.self))
  }
}
