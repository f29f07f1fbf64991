import ArgumentParser
import Files
import Foundation
import RunLogs

/// `tokenshift merge`: logs of shards in, one log out.
struct Merge: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make one token log of the logs of all shards.",
    discussion: """
      Checks that the shards are parts of one run (models, texts and settings, by digest), each once \
      and none missing. The columns of the merged log have the bits of a single run.

      Example:
        tokenshift merge log.shard-*-of-4.h5 --output log.h5
      """)

  @Argument(
    help: ArgumentHelp("The logs of the shards, in any order.", valueName: "SHARD.h5"),
    completion: .file())
  var shards: [String]

  @Option(help: ArgumentHelp("The token log to write.", valueName: "LOG.h5"), completion: .file())
  var output: String

  @Flag(help: "Whether columns are copied, or stay in the shards' files, which must then be kept.")
  var form = Form.copy

  @OptionGroup var verbosity: Verbosity

  enum Form: String, EnumerableFlag {
    case copy
    case virtual

    static func help(for value: Form) -> ArgumentHelp? {
      switch value {
      case .copy: "Copy all columns."
      case .virtual:
        "Make columns HDF5 virtual datasets: a small log that needs the shards at their places."
      }
    }
  }

  func validate() throws {
    guard !output.isEmpty else { throw ValidationError("--output is empty; name the log") }
  }

  func run() throws {
    Interruption.watch()
    try SparedFiles(shards).check(log: output)
    let merge = try TokenLogMerge(paths: shards)
    let progress = ProgressBar(label: "merging", unit: "columns", isQuiet: verbosity.isQuiet)
    try merge.write(
      to: output, as: form == .copy ? .copy : .virtual, created: Date().formatted(.iso8601),
      commandLine: CommandLine.pasted
    ) {
      try Interruption.check("no log was written")
      progress.update(done: $0, total: $1)
    }
    try verbosity.report(
      [
        "shards: \(merge.paths.count), texts: \(merge.sequenceCount), tokens: \(merge.tokenCount)"
      ],
      json: MergeResult(
        log: output, shards: merge.paths, sequences: merge.sequenceCount,
        tokens: merge.tokenCount), path: output)
  }

  private struct MergeResult: Encodable {
    let log: String
    let shards: [String]
    let sequences: Int
    let tokens: Int
  }
}
