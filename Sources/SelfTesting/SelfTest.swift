internal import Analysis
internal import Files
package import Foundation
package import RunLogs

/// Plants known changes in a checkpoint and looks whether this build, on this machine, finds them, and
/// nothing else.
package struct SelfTest {
  /// What is tested with.
  package struct Inputs: Sendable, Equatable {
    /// A checkpoint's folder.
    package let model: String
    /// Checkpoints that were trained from it, with their names.
    package let trained: [Trained]
    /// JSON lines with prompts and responses.
    package let texts: String
    /// Whether these are the project's own, whose bounds are known.
    package let isDemo: Bool

    /// One that was trained from the other.
    package struct Trained: Sendable, Equatable {
      package let name: String
      package let directory: String
    }

    /// A user's own.
    package init(model: String, texts: String) {
      (self.model, self.texts, trained, isDemo) = (model, texts, [], false)
    }

    private init(demo folder: URL, isFull: Bool) {
      func path(_ name: String) -> String { folder.appending(path: name).path }
      (model, texts, isDemo) = (path("base"), path("responses.jsonl"), true)
      trained = (isFull ? ["rl", "sft"] : ["rl"]).map { Trained(name: $0, directory: path($0)) }
    }

    /// Those that come with the tool: share/tokenshift beside the folder of the executable, or Data/demo of
    /// the source tree that it was built in.
    ///
    /// - Parameters:
    ///   - executable: the tool's file.
    ///   - isFull: with all trained checkpoints.
    /// - Returns: paths; only that of the texts was looked for.
    /// - Throws: `SelfTestError` where neither is there.
    package static func demo(beside executable: URL, isFull: Bool) throws -> Inputs {
      let file = executable.resolvingSymlinksInPath()
      var folder = file.deletingLastPathComponent()
      var candidates = [
        folder.deletingLastPathComponent().appending(path: "share/tokenshift/demo")
      ]
      while folder.pathComponents.count > 1 {
        folder.deleteLastPathComponent()
        candidates.append(folder.appending(path: "Data/demo"))
      }
      let found = candidates.first {
        let texts = $0.appending(path: "responses.jsonl").path
        return FileManager.default.fileExists(atPath: texts)
      }
      guard let found else {
        throw SelfTestError(
          candidates[0].path,
          "is not there, nor Data/demo above \(file.path): run 'make install' again, or give --model DIR "
            + "--texts FILE")
      }
      return Inputs(demo: found, isFull: isFull)
    }
  }

  /// How.
  package struct Settings: Sendable {
    /// Of all random choices.
    package var seed: UInt64 = 1
    /// More sizes of edits.
    package var isFull = false
    /// Where a folder of the test's own is made.
    package var temporaryFolder = FileManager.default.temporaryDirectory
    /// Calls what scores a second time: a command does it by fewer threads, whose count is the whole
    /// process's and so none of a library's business.
    package var scoringAgain: @Sendable (_ score: () throws -> Void) throws -> Void = { try $0() }

    package init() {}
  }

  /// What is being done.
  package enum Stage: String, Sendable, CaseIterable {
    case exact = "scoring in 32 bits"
    case reduced = "scoring in bf16, with planted changes"
    case again = "scoring again, in other batches"
  }

  private let inputs: Inputs
  private let settings: Settings
  private let provenance: Provenance

  /// - Parameters:
  ///   - inputs: checkpoint and texts.
  ///   - settings: how.
  ///   - provenance: by which build.
  package init(_ inputs: Inputs, _ settings: Settings, provenance: Provenance) {
    (self.inputs, self.settings, self.provenance) = (inputs, settings, provenance)
  }

  /// Names of models in the logs.
  enum Name {
    static let base = "base"
    /// With edited weights.
    static let edited = "edited"
    /// With edited weights and shifted logits.
    static let planted = "planted"
    /// The base once more.
    static let again = "again"
  }

  /// Relative sizes of edits of weights, that of `edited` first.
  var edits: [(name: String, relative: Double)] {
    [(Name.edited, 0.01)] + (settings.isFull ? [("slightly", 0.003), ("strongly", 0.03)] : [])
  }

  /// Does all of it, in a temporary folder that is gone afterwards, whatever happens.
  ///
  /// - Parameter progress: called often with the stage, tokens that are done and all; what it throws ends
  ///   the test.
  /// - Returns: parts with their verdicts.
  /// - Throws: `SelfTestError` for texts of too few prompts; an error of the part that can't be read.
  package func run(
    progress: (Stage, _ done: Int, _ total: Int) throws -> Void
  ) throws -> SelfTestResult {
    try results(ofFactors: [1], progress: progress)[0]
  }

  /// The same under several rules for half-widths, from one scoring.
  ///
  /// - Parameters:
  ///   - factors: what half-widths are multiplied by: anything but 1 is a wrong rule, which has to be found.
  ///   - progress: as above.
  /// - Returns: a result for each factor.
  /// - Throws: the same.
  package func results(
    ofFactors factors: [Double], progress: (Stage, _ done: Int, _ total: Int) throws -> Void
  ) throws -> [SelfTestResult] {
    let folder = settings.temporaryFolder
      .appending(path: "tokenshift-selftest-\(UUID().uuidString)")
    try Folder.create(folder.path)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try withoutActuallyEscaping(progress) { progress in
      let runs = try SelfTestRuns(
        self, inputs, settings, folder: folder, provenance: provenance, progress: progress)
      do {
        return try factors.map {
          // What comes now takes a second or two: a signal is asked about once more.
          try progress(.again, 0, 0)
          return try result(of: runs, factor: $0)
        }
      } catch let refusal as BoundaryCheck.Refusal {
        throw SelfTestError(inputs.texts, refusal.reason)
      }
    }
  }

  private func result(of runs: SelfTestRuns, factor: Double) throws -> SelfTestResult {
    let checks = try runs.reduced.map {
      try BoundaryParts(runs, reduced: $0, inputs, factor: factor)
    }
    var parts = [try PlantedParts.sizes(runs, checks?.planted, isDemo: inputs.isDemo)]
    parts.append(try PlantedParts.closedForm(runs))
    if let checks, let reduced = runs.reduced {
      parts += [checks.weights, checks.boundary, checks.decisions, checks.wrongRules]
      parts.append(try TokenPart.part(runs, reduced: reduced, inputs))
    }
    parts.append(try SameModelPart.part(runs, checks?.again))
    let exact = runs.exact
    return SelfTestResult(
      subject: .init(
        version: provenance.version, seed: settings.seed, model: inputs.model, texts: inputs.texts,
        textCount: exact.textCount, promptCount: exact.texts.promptCount,
        positionCount: try exact.rows(of: runs.pair(Name.edited)).count,
        reducedType: runs.reduced == nil ? nil : "BF16", isDemo: inputs.isDemo), parts: parts)
  }
}
