import Foundation
import JSON
import RunLogs
import Scoring
import TestSupport
import Testing

/// The demo, scored once for all tests: three checkpoints on all of its texts.
enum DemoRun {
  static let models = ["base", "sft", "rl"]
  static let pairs = ["base:sft", "base:rl", "sft:rl"]

  /// The log of the run; its file is already gone, the open log reads on.
  static func log() throws -> TokenLog { try run.get() }

  private static let run = Result {
    try withTemporaryFolder { folder in
      let scorer = try Scorer(
        checkpoints: models.map { try Checkpoint(name: $0, directory: Samples.demo($0)) },
        texts: TextFile(path: Samples.demoTexts),
        pairs: pairs.map { try PairName(parsing: $0) })
      return try Samples.log(scorer, in: folder).log
    }
  }

  /// What transformers gave for each token: log-probabilities of prompts by prompt, of responses by
  /// text.
  struct Expected {
    var prompts: [String: [Double]] = [:]
    var responses: [String: [Double]] = [:]

    init(model: String) throws {
      let path = Places.fixture("demo/logprobs-\(model).tsv")
      for line in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
      where !line.hasPrefix("#") {
        let fields = line.split(separator: "\t")
        let values = try fields.dropFirst(2).map { try #require(Double($0)) }
        if fields[0] == "prompt" { prompts[String(fields[1])] = values }
        if fields[0] == "response" { responses[String(fields[1])] = values }
      }
    }
  }

  /// A fixture of the demo.
  static func json(_ name: String) throws -> JSONValue {
    let data = try Data(contentsOf: URL(filePath: Places.fixture("demo/\(name)")))
    return try JSONValue(parsing: Array(data))
  }
}

extension JSONValue {
  /// All numbers of a list.
  var doubles: [Double] { (arrayValue ?? []).compactMap(\.doubleValue) }
}
