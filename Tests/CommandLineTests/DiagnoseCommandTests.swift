import Foundation
import JSON
import RunLogs
import TestSupport
import Testing

/// `diagnose`, from logs to sentences and exit codes.
@Suite(.timeLimit(.minutes(15)))
struct DiagnoseCommandTests {
  /// A log whose reward is the given function of the step, with little noise that is always the same.
  private func write(
    _ name: String, in place: Workplace, steps: Int = 90, _ reward: (Int) -> Double
  ) throws {
    var generator = SeededGenerator(seed: 3)
    try TrainingLog(
      steps: Array(1...steps),
      columns: [
        .init(.reward, values: (1...steps).map { reward($0) + 0.01 * generator.normal() })
      ]
    ).write(to: place.path(name))
  }

  @Test func `a run that fails is said, with exit code 1`() throws {
    try Workplace.with { place in
      try write("good.h5", in: place) { 0.3 + 0.004 * Double($0) }
      try write("bad.h5", in: place) { $0 < 60 ? 0.5 : 0.1 }
      let good = try place.run(["diagnose", "good.h5"])
      #expect(good.status == 0 && good.error == "", "\(good.error)")
      #expect(good.output.hasPrefix("good.h5: 90 steps, nothing found\n"))
      #expect(good.output.contains("  Not measured: loss, rollout_entropy, "))
      let both = try place.run(["diagnose", "good.h5", "bad.h5"])
      #expect(both.status == 1 && both.error == "", "\(both.error)")
      #expect(both.output.contains("good.h5: 90 steps, nothing found\n"))
      // The level after the fall is a plateau, too, of which more is said than this test is about.
      #expect(both.output.contains("bad.h5: 90 steps, 2 findings\n"))
      #expect(both.output.contains("FAILED reward drop: reward fell from 0.5"))
      #expect(both.output.contains("arXiv:2307.04964"))
      let again = try place.run(["diagnose", "good.h5", "bad.h5"])
      #expect(again.output == both.output)
    }
  }

  @Test func `JSON fits its schema`() throws {
    try Workplace.with { place in
      try write("good.h5", in: place, steps: 20) { _ in 0.5 }
      try expectFit(place.run(["diagnose", "good.h5", "--json"]), "diagnose")
      try write("bad.h5", in: place) { $0 < 60 ? 0.5 : 0.1 }
      let bad = try place.run(["diagnose", "bad.h5", "--json", "--looks", "3"])
      #expect(bad.status == 1)
      let json = try JSONValue(parsing: Array(bad.output.utf8))
      let schema = SchemaTests.folder.appending(path: "diagnose.schema.json").path
      #expect(try JSONSchema(path: schema).problems(in: json).isEmpty)
      #expect(json["fails"]?.boolValue == true)
      let run = json["runs"]?.arrayValue?.first
      #expect(run?["looks"]?.integerValue == 3)
      let finding = run?["findings"]?.arrayValue?.first
      #expect(finding?["detector"]?.stringValue == "reward-drop")
      #expect((57...63).contains(finding?["step"]?.integerValue ?? 0))
    }
  }

  @Test func `other files and numbers are refused`() throws {
    try Workplace.with { place in
      try write("log.h5", in: place) { _ in 0.5 }
      try place.write("{}", to: "some.json")
      for (arguments, words) in [
        (["diagnose", "none"], ["none"]),
        (["diagnose", "log.h5", "some.json"], ["some.json"]),
        (["diagnose", "log.h5", "--looks", "0"], ["--looks goes from 1"]),
        (["diagnose"], ["Missing expected argument"]),
      ] {
        let outcome = try place.run(arguments)
        #expect(outcome.status == 2 && outcome.output == "", "\(arguments)")
        for word in words { #expect(outcome.error.contains(word), "\(outcome.error)") }
      }
    }
  }
}
