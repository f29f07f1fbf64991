import ArgumentParser
import Inspection

/// `tokenshift inspect`: what a path is.
struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tell what a checkpoint folder, a safetensors file or a token log is.",
    discussion: """
      Architecture, sizes, stored types and digests of a checkpoint; tensors of a safetensors file; \
      schema, origin, models and pairs of a log.

      Example:
        tokenshift inspect ckpt/base log.h5
      """)

  @Argument(help: ArgumentHelp("Folders or files.", valueName: "PATH"), completion: .file())
  var paths: [String]

  @Flag(name: .customLong("json"), help: "Print the result as JSON.")
  var isJSON = false

  @OptionGroup var remoteCode: RemoteCode

  func run() throws {
    let results = try paths.map {
      try Inspection(of: $0, ignoresRemoteCode: remoteCode.isIgnored)
    }
    try Terminal.printResult(
      isJSON ? Verbosity.text(of: results) : results.map(\.text).joined(separator: "\n\n"))
  }
}
