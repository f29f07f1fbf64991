import Foundation
import Tasks
import TestSupport
import Testing

@Suite struct TaskTextTests {
  @Test(arguments: TaskSamples.names)
  func `every demonstration is accepted in every split`(name: String) throws {
    let task = try TaskSamples.task(name)
    for split in task.splits {
      for index in 0..<100 {
        let problem = task.problem(index, of: split, seed: 21)
        for teacher in Teacher.allCases {
          var generator = TaskSamples.generator(21, index)
          let text = task.demonstration(of: problem, by: teacher, using: &generator)
          #expect(text.prompt == problem.prompt && text.style == .demonstration)
          for ending in ["", task.endOfText, " ", "\n"] {
            let verdict = task.verify(text.response + ending, of: problem)
            #expect(verdict.isCorrect, "\(text.prompt)\(text.response): \(verdict.reason)")
          }
          #expect(
            task.verify(text.response, of: problem, isComplete: false)
              == Verification(.unfinished))
        }
      }
    }
  }

  @Test(arguments: TaskSamples.names)
  func `base's text is right exactly where its last number is`(name: String) throws {
    let task = try TaskSamples.task(name)
    var (right, wrong) = (0, 0)
    for index in 0..<3000 {
      let problem = task.problem(index, of: .pretraining, seed: 22)
      var generator = TaskSamples.generator(22, index)
      let text = task.baseText(for: problem, using: &generator)
      if text.style == .drill {
        #expect(text.prompt.isEmpty && !text.response.isEmpty)
        continue
      }
      #expect(text.prompt.drop { $0 == " " } == problem.prompt)
      let verdict = task.verify(text.response, of: problem)
      if name == "countdown" {
        // Other expressions may hit the target as well.
        if text.style == .bare || (text.style == .stepwise && text.corruptedSteps == 0) {
          #expect(verdict.isCorrect, "\(text.prompt)\(text.response): \(verdict.reason)")
        }
        #expect(verdict.reason == .correct || verdict.reason == .wrongAnswer)
      } else {
        let last = text.response.split { $0 == "#" || $0.isWhitespace }.last.map(String.init)
        #expect(
          verdict.reason == (last == problem.answer ? .correct : .wrongAnswer),
          "\(text.prompt)\(text.response): \(verdict.reason)")
        if text.style == .bare || (text.style == .stepwise && text.corruptedSteps == 0) {
          #expect(verdict.isCorrect, "\(text.prompt)\(text.response)")
        }
      }
      right += verdict.isCorrect ? 1 : 0
      wrong += verdict.isCorrect ? 0 : 1
    }
    #expect(right > 500 && wrong > 300, "\(right) right, \(wrong) wrong")
  }

  @Test(arguments: TaskSamples.names, [31, 32] as [UInt64])
  func `styles and corruption have their shares`(name: String, seed: UInt64) throws {
    let task = try TaskSamples.task(name)
    let mixture =
      switch name {
      case "carry": BaseMixture.carries
      case "gsm8k": BaseMixture.words
      default: BaseMixture.characters
      }
    let count = 8000
    var styles: [TextStyle: Int] = [:]
    var (steps, corrupted, padded) = (0, 0, 0)
    for index in 0..<count {
      let problem = task.problem(index, of: .pretraining, seed: seed)
      var generator = TaskSamples.generator(seed, index)
      let text = task.baseText(for: problem, using: &generator)
      styles[text.style, default: 0] += 1
      if text.prompt.first == " " { padded += 1 }
      if text.style == .stepwise {
        steps += Self.stepCount(problem)
        corrupted += text.corruptedSteps
      }
    }
    let comment = "\(name), seed \(seed)"
    expectShare(styles[.stepwise] ?? 0, of: count, mixture.stepwise, comment)
    expectShare(styles[.wrongAlgorithm] ?? 0, of: count, mixture.wrongAlgorithm, comment)
    expectShare(styles[.bare] ?? 0, of: count, mixture.bare, comment)
    expectShare(styles[.drill] ?? 0, of: count, mixture.drill, comment)
    expectShare(corrupted, of: steps, mixture.corruption, comment)
    // Seven of eight paddings are not empty.
    expectShare(padded, of: count, mixture.spaced * (1 - mixture.drill) * 7 / 8, comment)
  }

  private static func stepCount(_ problem: Problem) -> Int {
    switch problem.content {
    case .chain(let chain): chain.links.count
    case .countdown(let puzzle): puzzle.numbers.count - 1
    case .word(let word): word.calculations.count
    }
  }

  @Test func `a corrupted step is gone on with`() throws {
    let always = try BaseMixture(
      stepwise: 1, wrongAlgorithm: 0, bare: 0, corruption: 1, spaced: 0)
    for task in [
      ModularArithmetic(mixture: always), CarryArithmetic(mixture: always),
    ] as [any TrainingTask] {
      for index in 0..<200 {
        let problem = task.problem(index, of: .train, seed: 5)
        var generator = TaskSamples.generator(5, index)
        let text = task.baseText(for: problem, using: &generator)
        let steps = text.response.matches(of: /(-?\d+) ?[-+*] ?\d+ ?= ?(-?\d+)/)
        #expect(steps.count == text.corruptedSteps)
        for (before, after) in zip(steps, steps.dropFirst()) { #expect(before.2 == after.1) }
        let answer = text.response.split { $0 == "#" || $0.isWhitespace }.last
        #expect(answer == steps.last?.2)
      }
    }
  }

  @Test(arguments: ["modular", "carry", "countdown"])
  func `the near teacher keeps lengths and changes delimiters`(name: String) throws {
    let plain = try BaseMixture(
      stepwise: 1, wrongAlgorithm: 0, bare: 0, corruption: 0, spaced: 0)
    let task = try TaskSamples.task(name, mixture: plain)
    var lengthens = 0
    for index in 0..<300 {
      let problem = task.problem(index, of: .train, seed: 6)
      var generator = TaskSamples.generator(6, index)
      let base = task.baseText(for: problem, using: &generator).response
      let near = task.demonstration(of: problem, by: .near, using: &generator).response
      let far = task.demonstration(of: problem, by: .far, using: &generator).response
      let (baseSteps, nearSteps) = (
        base.prefix { $0 != "#" && $0 != "\n" }, near.prefix { $0 != "[" && $0 != "\n" }
      )
      #expect(!nearSteps.contains { "=;#".contains($0) }, "\(near)")
      #expect(near != base && far != base && near != far)
      let translated = String(
        nearSteps.map { ["[": "#", "]": ";", ">": "=", "<": "=", "|": ";"][$0] ?? $0 })
      if name != "countdown" {
        #expect(translated.utf8.elementsEqual(String(baseSteps).utf8), "\(base) \(near)")
      } else {
        // The search may find another solution than the one that made the puzzle.
        #expect(translated.count { $0 == "=" } == baseSteps.count { $0 == "=" })
      }
      if far.count != base.count { lengthens += 1 }
    }
    // A far demonstration of base's length would be near.
    #expect(lengthens > 200)
  }

  @Test(arguments: ["modular", "carry"])
  func `the native teacher writes what base writes where it is right`(name: String) throws {
    let plain = try BaseMixture(
      stepwise: 1, wrongAlgorithm: 0, bare: 0, corruption: 0, spaced: 0)
    let task = try TaskSamples.task(name, mixture: plain)
    for index in 0..<300 {
      let problem = task.problem(index, of: .train, seed: 8)
      var generator = TaskSamples.generator(8, index)
      let base = task.baseText(for: problem, using: &generator).response
      #expect(task.demonstration(of: problem, by: .native, using: &generator).response == base)
    }
  }

  @Test(arguments: ["modular", "carry"], Teacher.allCases)
  func `a wrong demonstration has one wrong step and a wrong answer`(
    name: String, teacher: Teacher
  ) throws {
    let task = try TaskSamples.task(name)
    var places: Set<Int> = []
    for index in 0..<500 {
      let problem = task.problem(index, of: .train, seed: 9)
      var generator = TaskSamples.generator(9, index)
      let text = try #require(
        task.wrongDemonstration(of: problem, by: teacher, using: &generator))
      let verdict = task.verify(text.response, of: problem)
      #expect(verdict.reason == .wrongAnswer, "\(text.prompt)\(text.response)")
      guard teacher == .native else { continue }
      // Each step read back and worked anew: exactly one doesn't hold, and each goes on with the last.
      let steps = Self.steps(text.response)
      let wrong = steps.indices.filter { !steps[$0].holds(in: name) }
      #expect(wrong.count == 1, "\(text.response)")
      places.formUnion(wrong)
      for (step, next) in zip(steps, steps.dropFirst()) { #expect(next.left == step.result) }
    }
    if teacher == .native { #expect(places.isSuperset(of: [0, 1])) }
  }

  @Test func `puzzles and word problems have no wrong demonstrations`() throws {
    for name in ["countdown", "gsm8k"] {
      let task = try TaskSamples.task(name)
      var generator = TaskSamples.generator(9, 0)
      let problem = task.problem(0, of: .train, seed: 9)
      #expect(task.wrongDemonstration(of: problem, by: .near, using: &generator) == nil)
    }
  }

  /// `3+7=0` or `31 + 7 = 38`.
  private struct Step {
    let left: Int, symbol: String, right: Int, result: Int

    func holds(in task: String) -> Bool {
      let value =
        switch symbol {
        case "+": left + right
        case "-": left - right
        default: left * right
        }
      return task == "modular" ? (value - result) % 10 == 0 : value == result
    }
  }

  private static func steps(_ text: String) -> [Step] {
    text.matches(of: /(-?\d+) ?([-+*]) ?(-?\d+) ?= ?(-?\d+)/).compactMap { match in
      guard let left = Int(match.1), let right = Int(match.3), let result = Int(match.4) else {
        return nil
      }
      return Step(left: left, symbol: String(match.2), right: right, result: result)
    }
  }

  @Test(arguments: TaskSamples.names)
  func `goldens of problems and texts hold`(name: String) throws {
    let task = try TaskSamples.task(name)
    var lines = [
      "# split, prompt and answer; base, near, far, native: texts, | is the prompt's end"
    ]
    for split in task.splits {
      for index in 0..<4 {
        let problem = task.problem(index, of: split, seed: 1)
        var generator = TaskSamples.generator(1, index)
        let texts = [
          task.baseText(for: problem, using: &generator),
          task.demonstration(of: problem, by: .near, using: &generator),
          task.demonstration(of: problem, by: .far, using: &generator),
          task.demonstration(of: problem, by: .native, using: &generator),
        ]
        lines.append("\(split)\t\(problem.prompt.debugDescription)\t\(problem.answer)")
        for (label, text) in zip(["base", "near", "far", "native"], texts) {
          lines.append(
            "\(label)\t\(text.prompt.debugDescription) | \(text.response.debugDescription)"
              + "\t\(text.style.rawValue)\t\(text.corruptedSteps)")
        }
      }
    }
    try expectGolden(lines.joined(separator: "\n") + "\n", "tasks/samples-\(name).txt")
  }
}
