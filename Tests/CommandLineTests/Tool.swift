import Foundation
import TestSupport
import Testing

/// The built executable, run as a process.
enum Tool {
  struct Missing: Error, CustomStringConvertible {
    let description: String
  }

  /// What a run left behind.
  struct Outcome {
    /// Exit status, or 128 + the signal that ended it, as shells say it.
    let status: Int32
    let output: String
    let error: String
  }

  /// Beside the test bundle, whatever the configuration and the system.
  static func path() throws -> String {
    let bundles = CommandLine.arguments.filter { $0.contains(".xctest") } + [Bundle.main.bundlePath]
    for bundle in bundles {
      // On macOS the bundle is a folder and the argument lies somewhere inside of it.
      var folder = URL(filePath: bundle)
      while folder.path.contains(".xctest") { folder.deleteLastPathComponent() }
      let candidate = folder.appending(path: "tokenshift").path
      if FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
    }
    throw Missing(description: "no tokenshift beside \(bundles): build the product first")
  }

  /// Runs it with these arguments.
  static func run(
    _ arguments: [String], in folder: URL? = nil, environment: [String: String] = [:]
  ) throws -> Outcome {
    try launch(path(), arguments, in: folder, environment: environment)
  }

  /// Runs a script of the shell; `"$TOOL"` is the executable.
  static func shell(
    _ script: String, in folder: URL, environment: [String: String] = [:]
  ) throws -> Outcome {
    let tool = try path()
    return try launch(
      "/bin/sh", ["-c", script], in: folder,
      environment: environment.merging(["TOOL": tool]) { old, _ in old })
  }

  /// Runs it with these arguments to its end, without its output, and looks at it all the while.
  ///
  /// - Returns: the most memory that it took, in bytes, as the system says it; 0 where it doesn't.
  static func watch(
    _ arguments: [String], in folder: URL, _ look: () throws -> Void = {}
  ) throws -> Int {
    let process = Process()
    process.executableURL = URL(filePath: try path())
    process.currentDirectoryURL = folder
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    var most = 0
    // The high-water mark only grows: what the last look misses is a few milliseconds.
    while process.isRunning {
      try look()
      let status = try? String(
        contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
      if let line = status?.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
        let kilobytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first
      {
        most = max(most, (Int(kilobytes) ?? 0) * 1_024)
      }
      Thread.sleep(forTimeInterval: 0.002)
    }
    #expect(process.terminationStatus == 0)
    return most
  }

  private static func launch(
    _ program: String, _ arguments: [String], in folder: URL?, environment: [String: String]
  ) throws -> Outcome {
    try withTemporaryFolder { scratch in
      let process = Process()
      process.executableURL = URL(filePath: program)
      process.arguments = arguments
      process.currentDirectoryURL = folder ?? scratch
      process.environment = ["PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8"]
        .merging(environment) { _, new in new }
      process.standardInput = FileHandle.nullDevice
      // Files rather than pipes: nobody has to read them while the process runs.
      let outputs = ["output", "error"].map { scratch.appending(path: $0) }
      for url in outputs { try Data().write(to: url) }
      let handles = try outputs.map { try FileHandle(forWritingTo: $0) }
      defer { for handle in handles { try? handle.close() } }
      process.standardOutput = handles[0]
      process.standardError = handles[1]
      try process.run()
      process.waitUntilExit()
      let texts = try outputs.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
      let offset: Int32 = process.terminationReason == .uncaughtSignal ? 128 : 0
      return Outcome(
        status: offset + process.terminationStatus, output: texts[0], error: texts[1])
    }
  }
}

/// Expects nothing on standard output, one line on standard error that holds all of `words`, and
/// the exit status.
func expectRefusal(
  _ outcome: Tool.Outcome, status: Int32 = 2, _ words: [String],
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(outcome.status == status, "\(outcome)", sourceLocation: sourceLocation)
  #expect(outcome.output == "", sourceLocation: sourceLocation)
  let lines = outcome.error.split(separator: "\n", omittingEmptySubsequences: false)
  let isOneLine = lines.count == 2 && lines[1] == "" && lines[0].hasPrefix("tokenshift: ")
  #expect(isOneLine, "\(outcome.error)", sourceLocation: sourceLocation)
  for word in words {
    #expect(
      outcome.error.contains(word), "\(outcome.error) lacks: \(word)",
      sourceLocation: sourceLocation)
  }
}

/// A folder with the smallest inputs that can be scored.
struct Workplace {
  let folder: URL

  /// A random Qwen2 of 83 tokens and no tokenizer.
  static let small = Places.fixture("transformer/qwen2-tied")

  static func demo(_ name: String) -> String { Places.data.appending(path: "demo/\(name)").path }

  static let demoTexts = Places.data.appending(path: "demo/responses.jsonl").path

  /// Two texts of ids below 83.
  static let ids = """
    {"id": "x", "source": "base", "prompt_ids": [1, 2], "response_ids": [3, 4, 5]}
    {"id": "y", "source": "rl", "prompt_ids": [6], "response_ids": [7, 8]}

    """

  /// Calls `body` with `texts.jsonl` in a new folder.
  static func with<Result>(
    texts: String = ids, _ body: (Workplace) throws -> Result
  ) throws -> Result {
    try withTemporaryFolder { folder in
      let workplace = Workplace(folder: folder)
      try workplace.write(texts, to: "texts.jsonl")
      return try body(workplace)
    }
  }

  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: folder.appending(path: name))
  }

  func path(_ name: String) -> String { folder.appending(path: name).path }

  /// Names of all files, sorted.
  func files() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  /// The small model with one thing changed.
  func spoiled(_ name: String, of source: String = small, _ edit: (CheckpointCopy) throws -> Void)
    throws -> String
  {
    let copy = try CheckpointCopy(of: source, to: folder.appending(path: name))
    try edit(copy)
    return copy.folder.path
  }

  /// Runs the tool here.
  func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Tool.Outcome {
    try Tool.run(arguments, in: folder, environment: environment)
  }

  /// `score` on the texts with these models into `log.h5`.
  func score(
    _ models: [String] = ["a=\(small)", "b=\(small)"], _ more: [String] = [],
    output: String = "log.h5", more options: [String] = []
  ) throws -> Tool.Outcome {
    try run(
      ["score"] + models.flatMap { ["--model", $0] }
        + ["--texts", "texts.jsonl", "--output", output] + more + options)
  }

  /// Bytes of a file; 0 if it isn't there.
  func size(of name: String) throws -> Int {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path(name))
    return attributes?[.size] as? Int ?? 0
  }
}

#if os(Linux)
  /// Whether a process may mount a disk of its own, in a namespace that goes with it.
  let canMountDisks: Bool = {
    let script = "unshare -m sh -c 'mount -t tmpfs -o size=64k tmpfs .' 2>&-"
    return (try? withTemporaryFolder { try Tool.shell(script, in: $0).status }) == 0
  }()
#endif
