internal import Files
internal import Foundation
internal import Training

/// The configuration that a run's folder was made by.
///
/// It has paths in the study's folder, as that was called when the run was begun; a study that was moved, or
/// is named by another path, is the same one.
struct KeptConfiguration {
  /// What the plan asks for, with the study's folder as it is called now.
  let wanted: TrainingConfiguration
  /// The same with the study's folder as the run's file calls it; nil where that has anything else in it, or
  /// isn't there.
  let kept: TrainingConfiguration?

  /// Compares a run's `config.yaml` with the plan.
  ///
  /// - Throws: an error of the preset.
  init(of stage: StudyPlan.Stage, _ plan: StudyPlan, seed: UInt64, folder: String) throws {
    wanted = try plan.configuration(of: stage, seed: seed, folder: folder)
    let path = Self.file(of: wanted)
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      kept = nil
      return
    }
    guard text != wanted.yaml else {
      kept = wanted
      return
    }
    let run = StudyPlan.run(stage.name, seed, "")
    guard let output = try? TrainingConfiguration(path: path).output, output.hasSuffix(run) else {
      kept = nil
      return
    }
    let then = try plan.configuration(
      of: stage, seed: seed, folder: String(output.dropLast(run.count)))
    kept = text == then.yaml ? then : nil
  }

  private static func file(of configuration: TrainingConfiguration) -> String {
    configuration.output + "/config.yaml"
  }

  /// Calls the study's folder in the run's file as it is called now, so that the run can go on.
  ///
  /// - Throws: an error of the file.
  func rename() throws {
    guard let kept, kept.yaml != wanted.yaml else { return }
    try OutputFile.write(wanted.yaml, to: Self.file(of: wanted))
  }
}
