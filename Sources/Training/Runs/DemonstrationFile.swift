internal import Foundation
internal import JSON

/// `demonstrations.jsonl`: what a model wrote to be learned from, in the folder of the run that did.
package enum DemonstrationFile {
  /// Of a line: tokens that were sampled since the line before it, refused samples included.
  static let sampledKey = "sampled_tokens"

  /// How many tokens were sampled to get them.
  ///
  /// - Parameter folder: of the run.
  /// - Returns: nil where the file isn't there, or an earlier version of `train` wrote it.
  /// - Throws: `TrainingError` naming the line that is no JSON.
  package static func sampledTokens(ofRun folder: String) throws -> Int? {
    let path = folder + "/demonstrations.jsonl"
    guard let bytes = FileManager.default.contents(atPath: path) else { return nil }
    var sum = 0
    for (index, line) in bytes.split(separator: UInt8(ascii: "\n")).enumerated() {
      guard let value = try? JSONValue(parsing: Array(line)) else {
        throw TrainingError.badLine(path: path, line: index + 1, "is no JSON")
      }
      guard let number = value[sampledKey]?.integerValue else { return nil }
      sum += Int(number)
    }
    return sum
  }
}
