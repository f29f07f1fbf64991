internal import Files
internal import Foundation
internal import Scoring
internal import Training

/// The configuration that a run's folder was made by.
///
/// It has paths in the study's folder, as that was called when the run was begun; a study that was moved, or
/// is named by another path, is the same one.
struct KeptConfiguration {
  /// What is asked for, with the study's folder as it is called now.
  let wanted: TrainingConfiguration
  /// The same with the study's folder as the run's file calls it; nil where that has anything else in it, or
  /// isn't there.
  let kept: TrainingConfiguration?

  /// Compares a run's `config.yaml` with what is asked for.
  ///
  /// - Parameters:
  ///   - folder: of the study.
  ///   - configuration: the run's for a study in some folder; its output is that folder's, with the same rest.
  /// - Throws: an error of the preset.
  init(
    inStudy folder: String, _ configuration: (_ folder: String) throws -> TrainingConfiguration
  ) throws {
    wanted = try configuration(folder)
    let path = Self.path(of: wanted)
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      kept = nil
      return
    }
    guard text != wanted.yaml else {
      kept = wanted
      return
    }
    let place = wanted.output.dropFirst(folder.count)
    guard let output = try? TrainingConfiguration(path: path).output, output.hasSuffix(place) else {
      kept = nil
      return
    }
    let then = try configuration(String(output.dropLast(place.count)))
    kept = text == then.yaml ? then : nil
  }

  private static func path(of configuration: TrainingConfiguration) -> String {
    configuration.output + "/config.yaml"
  }

  /// SHA-256 of the file as it is where it is this configuration's, else as it would be.
  var digest: String { Digest.ofText((kept ?? wanted).yaml) }

  /// Whether the run's file calls the study's folder as it is called now, or isn't this configuration's.
  var isNamedSo: Bool { kept.map { $0.yaml == wanted.yaml } ?? true }

  /// Calls the study's folder in the run's file as it is called now.
  ///
  /// - Throws: an error of the file.
  func rename() throws { try OutputFile.write(wanted.yaml, to: Self.path(of: wanted)) }
}
