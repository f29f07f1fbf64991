internal import Adapters
package import Files
internal import Foundation
internal import Kernels
internal import Reporting
internal import RunLogs
internal import Scoring
internal import Tasks
internal import Tokenization
internal import Training
internal import Transformer

/// Two checkpoints and problems: each writes its most likely answer, single tokens of it are replaced by the
/// other's choice, and the model of the text writes the rest again.
///
/// One swap in each swapped text: what comes after it is the model's own, so the answer's change has one
/// cause, and positions are ranked in texts that nobody has touched yet. The budget is the number of positions
/// of a text that are tried. `InterventionFolder` keeps every step, so that a stopped run goes on.
package struct Intervention {
  /// A checkpoint and its name.
  package struct Model: Sendable {
    /// In files and tables.
    package let name: String
    /// A folder, or BASEDIR+ADAPTERDIR.
    package let directory: String

    /// Both given.
    package init(name: String, directory: String) {
      (self.name, self.directory) = (name, directory)
    }
  }

  /// How far the work is.
  package struct Progress {
    /// What is being done, for people.
    package let label: String
    /// Of what `done` and `total` are.
    package let unit: String
    /// Finished and wanted.
    package let done, total: Int
  }

  let models: [Model]
  let starts: [StartingModel]
  let problems: InterventionProblems
  /// As asked.
  package let settings: InterventionSettings
  private let source: InterventionProblems.Source
  private let authors: [Int]
  private let folder: InterventionFolder

  /// Opens both checkpoints and checks that everything fits; nothing is written.
  ///
  /// - Parameters:
  ///   - models: before and after.
  ///   - source: what they are asked.
  ///   - authors: names of those whose texts are swapped in; nil for both.
  ///   - settings: what is swapped.
  ///   - folder: where everything goes.
  ///   - ignoresRemoteCode: whether code beside weights is left alone instead of refused.
  /// - Throws: `InterventionError` for models that can't be told apart or have other tokens,
  ///   `DestinationError` where an output may not go, `TrainingError`, an error of a checkpoint.
  package init(
    models: [Model], problems source: InterventionProblems.Source, authors: [String]?,
    settings: InterventionSettings, folder: String, ignoresRemoteCode: Bool
  ) throws {
    precondition(models.count == 2)
    (self.models, self.settings, self.source) = (models, settings, source)
    self.folder = InterventionFolder(path: folder)
    for model in models {
      try ModelRecord.checkName(model.name)
      // Of 'a' and 'a+a', swaps in one's texts would have the name of the other's own.
      guard !model.name.contains("+") else {
        throw InterventionError(
          "", "'\(model.name)' can't name a model here, A+B is a file's; name it, as in NAME=DIR")
      }
    }
    guard models[0].name != models[1].name else {
      throw InterventionError(
        "", "both checkpoints are called '\(models[0].name)'; name them, as in base=DIR rl=DIR")
    }
    self.authors = try (authors ?? models.map(\.name)).map { name in
      guard let index = models.firstIndex(where: { $0.name == name }) else {
        throw InterventionError(
          "--text-of \(name)", "the models are \(models[0].name) and \(models[1].name)")
      }
      return index
    }
    starts = try models.map {
      try StartingModel(directory: $0.directory, ignoresRemoteCode: ignoresRemoteCode)
    }
    guard starts[0].tokenizer.contentDigest == starts[1].tokenizer.contentDigest,
      starts[0].model.configuration.vocabularySize == starts[1].model.configuration.vocabularySize
    else {
      throw InterventionError(
        models[1].directory,
        "has other tokens than \(models[0].directory); a token of one can't be put into the other's text"
      )
    }
    self.problems = try InterventionProblems(
      source, starts[0], maximumTokens: settings.maximumTokens)
    for prompt in self.problems.prompts {
      try starts[1].check(
        prompt.ids, more: settings.maximumTokens, of: "a prompt with its response")
    }
    let spared = spared
    for path in outputs + [self.folder.record] { try spared.check(path) }
  }

  /// What is read, and so never written to.
  package var spared: SparedFiles {
    var files: [String] = []
    if case .file(let path, _, _) = source { files.append(path) }
    return SparedFiles(files, models: models.map(\.directory))
  }

  /// All that is written beside the record, the figure of whoever draws it as well.
  private var outputs: [String] {
    authors.flatMap {
      [
        folder.texts(of: models[$0].name),
        folder.swaps(of: models[$0].name, by: models[1 - $0].name),
      ]
    } + [folder.result] + DoseFigure.fileNames.map { "\(folder.path)/\($0)" }
  }

  /// Does what isn't done yet.
  ///
  /// - Parameters:
  ///   - resuming: whether finished parts of the same intervention are kept.
  ///   - overwriting: whether those of another one may be replaced.
  ///   - pause: called between some texts; what it throws ends the work, and what is finished stays.
  ///   - progress: sees how far it is.
  /// - Returns: what the swaps did; `InterventionFolder.result` has it as well.
  /// - Throws: `InterventionError`, `FileError`, `ScoringError`.
  package func run(
    resuming: Bool, overwriting: Bool, pause: () throws -> Void, progress: (Progress) -> Void
  ) throws -> InterventionResult {
    let record = try Record(self).text
    if try !folder.isBegun(
      record, files: outputs, resuming: resuming, overwriting: overwriting)
    {
      try folder.begin(record, files: outputs)
    }
    let directions = try authors.map { author in
      try Direction(self, author: author).run(in: folder, pause: pause, progress: progress)
    }
    let result = InterventionResult(
      before: models[0], after: models[1], problems: problems.name, settings: settings,
      directions: directions)
    try OutputFile.write(JSONText.text(of: result) + "\n", to: folder.result)
    return result
  }

  /// Tries a few problems, and says what all of them take; writes nothing.
  ///
  /// - Parameters:
  ///   - count: problems that are tried.
  ///   - pause: called now and then; what it throws ends the trial.
  /// - Returns: an estimate, as far as the others are alike.
  /// - Throws: as `run`.
  package func estimate(
    trying count: Int = 16, pause: () throws -> Void
  ) throws -> InterventionCost {
    InterventionCost(
      problems: problems.prompts.count, tried: min(count, problems.prompts.count),
      directions: try authors.map { author in
        try Direction(self, author: author).estimate(trying: count, pause: pause)
      })
  }

  private struct Record: Encodable {
    struct Side: Encodable {
      let name: String
      let directory: String
      /// SHA-256 of its files.
      let digests: [String: String]
    }

    let models: [Side]
    let texts: [String]
    let problems: [String: String]
    let settings: InterventionSettings

    init(_ intervention: Intervention) throws {
      settings = intervention.settings
      texts = intervention.authors.map { intervention.models[$0].name }
      models = try intervention.models.map { model in
        let place = try ModelFolder(model.directory)
        var digests: [String: String] = [:]
        for folder in [place.base] + place.adapters {
          for name in try FileManager.default.contentsOfDirectory(atPath: folder)
          where name.hasSuffix(".safetensors") || name.hasSuffix(".json") {
            digests["\(folder)/\(name)"] = try Digest.ofFile("\(folder)/\(name)")
          }
        }
        return Side(name: model.name, directory: model.directory, digests: digests)
      }
      switch intervention.source {
      case .task(let evaluation):
        problems = [
          "task": evaluation.task.name, "split": "\(evaluation.settings.split)",
          "problems": "\(evaluation.problems.count)",
        ]
      case .file(let path, _, let limit):
        problems = ["file": path, "digest": try Digest.ofFile(path)]
          .merging(limit.map { ["problems": "\($0)"] } ?? [:]) { $1 }
      }
    }

    var text: String { get throws { try JSONText.text(of: self) + "\n" } }
  }
}
