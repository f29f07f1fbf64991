import ArgumentParser
import Tasks

/// `--task` with `--file`, and `--split`, of commands that ask held-out problems.
enum TaskArgument {
  /// The task of that name.
  ///
  /// - Parameters:
  ///   - name: of a task.
  ///   - file: of its problems, where it needs one.
  /// - Returns: ready to make problems.
  /// - Throws: `ValidationError` where there is no such task or the file is missing or superfluous;
  ///   `TaskError` for a broken file.
  static func task(_ name: String, file: String?) throws -> any TrainingTask {
    guard let known = TaskName(rawValue: name) else {
      let names = TaskName.allCases.map(\.rawValue)
      throw ValidationError("--task \(name): there are \(names.joined(separator: ", "))")
    }
    guard known.needsFile == (file != nil) else {
      throw ValidationError(
        known.needsFile
          ? "--task \(name) needs --file with the problems, JSON lines"
          : "--file: \(name) makes its own problems")
    }
    return try known.task(file: file)
  }

  /// A split of that task.
  ///
  /// - Parameters:
  ///   - name: of the split.
  ///   - task: that should have it.
  ///   - called: the name that the task was asked for by.
  /// - Returns: the split.
  /// - Throws: `ValidationError` where it has none of that name.
  static func split(
    _ name: String, of task: any TrainingTask, called: String
  ) throws -> ProblemSplit {
    guard let known = ProblemSplit(named: name), task.splits.contains(known) else {
      let names = task.splits.map(\.description).joined(separator: ", ")
      throw ValidationError("--split \(name): \(called) has \(names)")
    }
    return known
  }
}
