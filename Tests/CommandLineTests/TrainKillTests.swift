import Foundation
import RunLogs
import TestSupport
import Testing

/// Runs that are killed come out as those that aren't.
@Suite(.timeLimit(.minutes(15)))
struct TrainKillTests {
  private static let kills = 20

  @Test(arguments: [UInt64.random(in: 0..<1_000_000)])
  func `20 kills change no bit of any weight and any column but times`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    try TrainPlace.with { whole in
      let began = ContinuousClock.now
      let undisturbed = try whole.start()
      undisturbed.waitUntilExit()
      #expect(undisturbed.terminationStatus == 0)
      let duration = (ContinuousClock.now - began) / .seconds(1)
      var (kills, insideWrites) = (0, 0)
      // A run that gets to its end begins again in a new folder, until all kills are spent.
      while kills < Self.kills {
        try TrainPlace.with { killed in
          while true {
            let process = try killed.start(["--resume"])
            // Half of them anywhere in the process's life, half right when a write begins.
            if kills < Self.kills {
              if kills % 2 == 0 {
                Thread.sleep(forTimeInterval: generator.uniform() * duration / 2)
              } else {
                killed.waitForWrite(process, skipping: Int(generator.next() % 4))
                Thread.sleep(forTimeInterval: generator.uniform() * 0.004)
              }
              kill(process.processIdentifier, SIGKILL)
            }
            process.waitUntilExit()
            if process.terminationReason == .uncaughtSignal {
              kills += 1
              if killed.hasHalfFiles { insideWrites += 1 }
              continue
            }
            #expect(process.terminationStatus == 0, "seed \(seed): \(killed.error)")
            break
          }
          let (expected, found) = (try whole.contents(), try killed.contents())
          // No file too much: nothing half is left beside.
          #expect(found.keys.sorted() == expected.keys.sorted(), "seed \(seed)")
          for (name, data) in expected {
            #expect(found[name] == data, "\(name) differs, seed \(seed)")
          }
          try Self.expect(killed.log(), equals: whole.log(), seed)
        }
      }
      // Or the test would show less than it says.
      #expect(insideWrites > 0, "no kill fell into a write, seed \(seed)")
    }
  }

  private static func expect(_ found: TrainingLog, equals log: TrainingLog, _ seed: UInt64) {
    #expect(found.steps == log.steps && log.steps == Array(1...TrainPlace.steps))
    #expect(found.columns.map(\.name) == log.columns.map(\.name))
    for (column, expected) in zip(found.columns, log.columns) {
      #expect(
        column.values.map(\.bitPattern) == expected.values.map(\.bitPattern),
        "\(column.name), seed \(seed)")
    }
    #expect(log.rollouts.count == TrainPlace.steps * 8)
    #expect(found.rollouts == log.rollouts, "seed \(seed)")
  }
}

extension TrainPlace {
  /// Names of what is being written.
  fileprivate var halfFiles: [String] {
    let names = try? FileManager.default.contentsOfDirectory(atPath: place.path("run"))
    return (names ?? []).filter { $0.hasSuffix(".partial") }
  }

  fileprivate var hasHalfFiles: Bool { !halfFiles.isEmpty }

  /// Waits until the process begins to write a file or a folder, some of which are let pass.
  fileprivate func waitForWrite(_ process: Process, skipping count: Int) {
    // What an earlier kill left says nothing about this process.
    var known = Set(halfFiles)
    var seen = 0
    while process.isRunning {
      let now = Set(halfFiles)
      seen += now.subtracting(known).count
      if seen > count { return }
      known = now
      Thread.sleep(forTimeInterval: 0.000_2)
    }
  }
}
