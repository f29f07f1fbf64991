package import Tasks

/// The tasks as the tests see them.
package enum TaskSamples {
  package static let names = ["modular", "carry", "countdown", "gsm8k"]

  package static func task(
    _ name: String, mixture: BaseMixture? = nil
  ) throws -> any TrainingTask {
    switch name {
    case "modular": try TaskName.modularArithmetic.task(mixture: mixture)
    case "carry": try TaskName.carryArithmetic.task(mixture: mixture)
    case "countdown": try TaskName.countdown.task(mixture: mixture)
    default: try GSM8K(lines: wordLines(400), file: "made-up.jsonl")
    }
  }

  package static func generator(_ seed: UInt64, _ index: Int) -> CounterGenerator {
    CounterGenerator(seed: seed, stream: StableHash.value(of: "tests"), index: UInt64(index))
  }

  /// Made-up word problems of 2 to 8 calculations in the form of GSM8K's file.
  package static func wordLines(_ count: Int) -> [UInt8] {
    var text = ""
    for index in 0..<count {
      var generator = generator(77, index)
      var total = generator.integer(in: 5...400)
      var question = "A depot holds \(total) crates."
      var answer = ""
      for day in 1...generator.integer(in: 2...8) {
        let number = generator.integer(in: 2...60)
        question += " On day \(day), \(number) crates arrive."
        answer += "Day \(day): \(total) + \(number) = "
        answer += "<<\(total)+\(number)=\(total + number)>>\(total + number) crates.\\n"
        total += number
      }
      let final =
        total >= 1000 ? "\(total / 1000)," + "\(1000 + total % 1000)".dropFirst() : "\(total)"
      text += "{\"question\": \"\(question) How many crates are there?\", "
      text += "\"answer\": \"\(answer)#### \(final)\"}\n"
    }
    return Array(text.utf8)
  }
}
