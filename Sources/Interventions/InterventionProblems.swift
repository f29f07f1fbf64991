internal import Tasks
package import Texts
package import Training

/// What both models are asked, and who says whether an answer is right.
package struct InterventionProblems: Sendable {
  /// Where the problems come from.
  package enum Source: Sendable {
    /// Held-out problems of a task.
    case task(HeldOutAccuracy)
    /// JSON lines of prompts with whole-number answers, as `train` takes them: the first so many, or all.
    case file(String, fields: TextFields, limit: Int? = nil)
  }

  /// All of them, or those of a file that are different.
  let prompts: [TrainingPrompt]
  /// What checks answers.
  let task: any TrainingTask
  /// For messages.
  let name: String

  /// Draws or reads.
  ///
  /// - Parameters:
  ///   - source: where they come from.
  ///   - start: whose tokenizer.
  ///   - maximumTokens: of a response.
  /// - Throws: `TrainingError` for a prompt that doesn't fit or a broken line.
  init(_ source: Source, _ start: StartingModel, maximumTokens: Int) throws {
    switch source {
    case .task(let evaluation):
      (task, name) = (evaluation.task, evaluation.task.name)
      prompts = try evaluation.prompts(start)
    case .file(let path, let fields, let limit):
      (task, name) = (CarryArithmetic(), path)
      // A prompt that stands several times, as in a file of responses, is one problem.
      var known = Set<[Int32]>()
      let all = try TrainingFile.prompts(path, start, maximumTokens: maximumTokens, fields: fields)
        .filter { known.insert($0.ids).inserted }
      prompts = Array(all.prefix(limit ?? all.count))
    }
  }
}
