package import Tasks

/// The tasks that a run names; a file of problems is read once.
struct RunTasks: Sendable {
  private let tasks: [TaskName: any TrainingTask]

  /// Makes all that the run needs.
  ///
  /// - Throws: `TaskError` for a file that can't be read, `TrainingError` for a split that the task
  ///   doesn't have.
  init(_ configuration: TrainingConfiguration) throws {
    tasks = try Dictionary(
      uniqueKeysWithValues: configuration.taskNames.map {
        ($0, try $0.task(file: configuration.taskFile))
      })
    let evaluation = configuration.evaluation
    guard evaluation.every > 0, let name = configuration.evaluatedTask,
      let splits = tasks[name]?.splits, !splits.contains(evaluation.split)
    else { return }
    throw TrainingError.malformed(
      place: "evaluation.split",
      "\(name.rawValue) has no \(evaluation.split), only "
        + splits.map(\.description).joined(separator: ", "))
  }

  /// The task of that name; nil without a name.
  subscript(name: TaskName?) -> (any TrainingTask)? { name.flatMap { tasks[$0] } }
}

extension TrainingConfiguration {
  /// The task whose held-out problems are asked.
  package var evaluatedTask: TaskName? {
    evaluation.task ?? (objective.usesRollouts ? rollouts.task : nil)
  }

  /// Every task that the run makes problems of.
  var taskNames: Set<TaskName> {
    Set(
      [
        objective.usesDemonstrations ? demonstrations.task : nil,
        objective.usesRollouts ? rollouts.task : nil, evaluation.task,
      ].compactMap { $0 })
  }
}
