import Foundation
import RunLogs
import TestSupport
import Testing

/// Full disks, closed outputs and signals: the file under its final name is whole, or what it was.
@Suite(.timeLimit(.minutes(15)))
struct MachineFailureTests {
  /// 200 texts of the demo: a journal of about a megabyte.
  private static func texts() throws -> String {
    try String(contentsOfFile: Workplace.demoTexts, encoding: .utf8)
      .split(separator: "\n").prefix(200).joined(separator: "\n")
  }

  private static let score =
    "score --model 'a=\(Workplace.demo("base"))' --texts texts.jsonl --output"

  // MARK: No space

  /// Blocks of 512 bytes: too few for the header, enough for some of the texts.
  @Test(arguments: [8, 300])
  func `a log beyond the allowed file size keeps the old file`(blocks: Int) throws {
    try Workplace.with(texts: Self.texts()) { place in
      try place.write("old", to: "log.h5")
      let outcome = try Tool.shell(
        "ulimit -f \(blocks); exec \"$TOOL\" \(Self.score) log.h5", in: place.folder)
      expectRefusal(outcome, status: 3, ["log.h5", "File too large", "allowed file size"])
      #expect(try place.files() == ["log.h5", "texts.jsonl"])
      #expect(try String(contentsOfFile: place.path("log.h5"), encoding: .utf8) == "old")
    }
  }

  #if os(Linux)
    /// Too small for the header, for the journal, and for the journal with the log beside it: these
    /// texts need 790 and 230 kB.
    @Test(
      .enabled(
        if: canMountDisks, "needs the right to mount a small disk: root outside of containers"),
      arguments: ["16k", "600k", "850k"])
    func `a full disk keeps the old file`(size: String) throws {
      try Workplace.with(texts: Self.texts()) { place in
        try FileManager.default.createDirectory(
          at: place.folder.appending(path: "disk"), withIntermediateDirectories: false)
        let script = """
          unshare -m sh -c 'mount -t tmpfs -o size=\(size) tmpfs disk && printf old > disk/log.h5
          "$TOOL" \(Self.score.replacing("'", with: "\"")) disk/log.h5
          echo $? > status; ls disk > files; cat disk/log.h5 > kept'
          """
        let outcome = try Tool.shell(script, in: place.folder)
        func contents(_ name: String) throws -> String {
          try String(contentsOfFile: place.path(name), encoding: .utf8)
        }
        #expect(try contents("status") == "3\n")
        #expect(try contents("files") == "log.h5\n")
        #expect(try contents("kept") == "old")
        #expect(outcome.output == "")
        let last = try #require(outcome.error.split(separator: "\n").last)
        #expect(last.hasPrefix("tokenshift: disk/log.h5"))
        #expect(last.contains("No space left on device: free space or choose another disk"))
      }
    }

    @Test(
      .enabled(
        if: canMountDisks, "needs the right to mount a small disk: root outside of containers"),
      arguments: ["figures", "report"])
    func `a disk that fills while drawing is the machine's fault`(command: String) throws {
      try Workplace.with { place in
        #expect(try place.score().status == 0)
        try FileManager.default.createDirectory(
          at: place.folder.appending(path: "disk"), withIntermediateDirectories: false)
        let script = """
          unshare -m sh -c 'mount -t tmpfs -o size=12k tmpfs disk
          "$TOOL" \(command) log.h5 --output disk; echo $? > status'
          """
        let outcome = try Tool.shell(script, in: place.folder)
        #expect(try String(contentsOfFile: place.path("status"), encoding: .utf8) == "3\n")
        expectRefusal(
          Tool.Outcome(status: 3, output: outcome.output, error: outcome.error), status: 3,
          ["disk/", "free space or choose another disk"])
      }
    }

    @Test(arguments: ["audit log.h5", "audit log.h5 --json", "inspect log.h5", "--help"])
    func `results that standard output doesn't take are no success`(command: String) throws {
      try Workplace.with { place in
        #expect(try place.score().status == 0)
        let outcome = try Tool.shell("\"$TOOL\" \(command) > /dev/full", in: place.folder)
        expectRefusal(outcome, status: 3, ["standard output", "No space left on device"])
      }
    }
  #endif

  // MARK: Closed outputs

  @Test(arguments: ["audit log.h5", "audit log.h5 --json", "inspect log.h5"])
  func `a reader that has gone away is no reason for a trace`(command: String) throws {
    try Workplace.with { place in
      #expect(try place.score().status == 0)
      let script = "{ sleep 0.2; \"$TOOL\" \(command); echo $? > status; } | true"
      let outcome = try Tool.shell(script, in: place.folder)
      let status = try String(contentsOfFile: place.path("status"), encoding: .utf8)
      // 141 is the signal of a closed pipe; where a parent ignores it, it is an error like others.
      if status == "141\n" {
        #expect(outcome.error == "")
      } else {
        expectRefusal(
          Tool.Outcome(status: Int32(status.dropLast()) ?? -1, output: "", error: outcome.error),
          status: 3, ["standard output"])
      }
    }
  }

  @Test func `the first line can be taken by head`() throws {
    try Workplace.with { place in
      #expect(try place.score().status == 0)
      let outcome = try Tool.shell("\"$TOOL\" audit log.h5 | head -n 1", in: place.folder)
      #expect(outcome.status == 0)
      #expect(outcome.output.hasPrefix("log.h5, pair a:b"))
      #expect(!outcome.error.contains("Fatal"))
    }
  }

  @Test func `a closed standard error doesn't matter`() throws {
    try Workplace.with { place in
      let models = "--model a='\(Workplace.small)'"
      let done = try Tool.shell(
        "\"$TOOL\" score \(models) --texts texts.jsonl --output log.h5 2>&-", in: place.folder)
      #expect(done.status == 0 && done.output.hasSuffix("wrote log.h5\n"))
      #expect(try TokenLog(path: place.path("log.h5")).sequenceCount == 2)
      let wrong = try Tool.shell("\"$TOOL\" audit none.h5 2>&-", in: place.folder)
      #expect(wrong.status == 2 && wrong.output == "")
    }
  }

  // MARK: Signals

  @Test(arguments: [SIGKILL, SIGINT, SIGTERM])
  func `a run that is ended in the middle leaves the old file, and the next run works`(
    signal: Int32
  ) throws {
    try Workplace.with { place in
      try place.write("old", to: "log.h5")
      let process = Process()
      process.executableURL = URL(filePath: try Tool.path())
      process.currentDirectoryURL = place.folder
      process.arguments =
        ["score", "--texts", Workplace.demoTexts, "--output", "log.h5"]
        + ["base", "sft", "rl"].flatMap { ["--model", "\($0)=\(Workplace.demo($0))"] }
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      let journal = place.path("log.h5.journal")
      while process.isRunning, !FileManager.default.fileExists(atPath: journal) {
        Thread.sleep(forTimeInterval: 0.01)
      }
      kill(process.processIdentifier, signal)
      process.waitUntilExit()
      if process.terminationReason == .uncaughtSignal {
        #expect(process.terminationStatus == signal)
        #expect(try String(contentsOfFile: place.path("log.h5"), encoding: .utf8) == "old")
      } else {
        // Where whoever runs the tests ignores the signal, so does the run, and finishes.
        #expect(signal != SIGKILL)
        #expect(try TokenLog(path: place.path("log.h5")).sequenceCount == 1_536)
      }
      #expect(try place.score().status == 0)
      #expect(try TokenLog(path: place.path("log.h5")).sequenceCount == 2)
      #expect(try place.files() == ["log.h5", "texts.jsonl"])
    }
  }

  @Test func `two runs into one log don't mix`() throws {
    try Workplace.with(texts: Self.texts()) { place in
      let process = Process()
      process.executableURL = URL(filePath: try Tool.path())
      process.currentDirectoryURL = place.folder
      process.arguments = [
        "score", "--texts", Workplace.demoTexts, "--output", "log.h5", "--model",
        "a=\(Workplace.demo("base"))",
      ]
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      while process.isRunning,
        !FileManager.default.fileExists(atPath: place.path("log.h5.journal"))
      { Thread.sleep(forTimeInterval: 0.01) }
      let second = try place.score(["a=\(Workplace.demo("base"))"])
      expectRefusal(second, ["log.h5", "another run is writing this log", "another name"])
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
      #expect(try TokenLog(path: place.path("log.h5")).sequenceCount == 1_536)
    }
  }
}
