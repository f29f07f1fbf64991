internal import Files
internal import Foundation
internal import Tasks
internal import Training

/// Texts that a study makes to measure its runs on.
struct StudyTexts {
  let plan: StudyPlan
  let seed: UInt64
  let folder: String
  var evaluation = StudyEvaluation()

  /// The one task that base is evaluated on.
  func task() throws -> any TrainingTask {
    let configuration = try plan.configuration(of: plan.base, seed: seed, folder: folder)
    let name =
      configuration.evaluation.task ?? configuration.demonstrations.task ?? .modularArithmetic
    return try name.task(file: configuration.taskFile)
  }

  /// A run's own answers to held-out problems, sampled at temperature 1.
  ///
  /// - Returns: the file they are in.
  func answers(of name: String) throws -> String {
    let start = try StartingModel(directory: StudyPlan.model(name, seed, folder))
    var settings = HeldOutAccuracy.Settings()
    settings.problems = evaluation.textProblems
    settings.samples = evaluation.textSamples
    settings.includesGreedy = false
    settings.seed = seed
    settings.source = name
    return try write(
      HeldOutAccuracy(task(), settings).fillingContext(of: start).answers(of: start), name)
  }

  /// The file of a run's own answers, made again where only small files are left of a study.
  func ownTexts(of name: String) throws -> String {
    let path = path(of: name)
    return FileManager.default.fileExists(atPath: path) ? path : try answers(of: name)
  }

  /// What the near teacher writes on the same problems, once each.
  func demonstrations() throws -> String {
    try write(teacherLines("teacher", by: .near), "teacher")
  }

  /// A teacher's texts on the same problems, once each, as lines of a source.
  func teacherLines(_ source: String, by teacher: Teacher) throws -> [String] {
    var settings = HeldOutAccuracy.Settings()
    settings.problems = evaluation.textProblems
    settings.seed = seed
    let task = try task()
    return try HeldOutAccuracy(task, settings).problems.enumerated().map { index, problem in
      var generator = CounterGenerator(seed: seed, stream: 0, index: UInt64(index))
      let text = task.demonstration(of: problem, by: teacher, using: &generator)
      return try line(
        "\(source)/\(index)", prompt: text.prompt, response: text.response, source: source)
    }
  }

  /// A text as a line that is scored.
  func line(
    _ id: String, prompt: String, response: String, source: String
  ) throws -> String {
    let fields = ["id": id, "prompt": prompt, "response": response, "source": source]
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(fields), as: UTF8.self) + "\n"
  }

  /// Base, the teacher, and what reinforcement made of base: the axes of the map.
  func references() throws -> [(name: String, path: String)] {
    var references = [
      (plan.base.name, try ownTexts(of: plan.base.name)), ("teacher", try demonstrations()),
    ]
    // Where only small files are left of a study, rl may be there without its model.
    let places = [path(of: "rl"), StudyPlan.model("rl", seed, folder)]
    if plan.stages.contains(where: { $0.name == "rl" }),
      places.contains(where: FileManager.default.fileExists(atPath:))
    {
      references.append(("rl", try ownTexts(of: "rl")))
    }
    return references
  }

  func path(of name: String) -> String {
    "\(folder)/seed-\(seed)/\(name)-texts.jsonl"
  }

  /// Writes lines beside the seed's runs.
  ///
  /// - Returns: the file they are in.
  @discardableResult
  func write(_ lines: [String], _ name: String) throws -> String {
    let path = path(of: name)
    try OutputFile.write(lines.joined(), to: path)
    return path
  }
}

extension HeldOutAccuracy {
  /// A checkpoint's answers, as lines that are scored.
  ///
  /// - Throws: as `measure`.
  func answers(of start: StartingModel) throws -> [String] {
    var lines: [String] = []
    _ = try measure(start) { _ in
    } write: {
      lines.append($0.text)
    }
    return lines
  }
}
