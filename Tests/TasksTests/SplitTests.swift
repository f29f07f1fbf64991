import Foundation
import Tasks
import TestSupport
import Testing

@Suite struct SplitTests {
  /// Fifty thousand problems of each task (fewer of the slow ones), spread over its splits.
  @Test(arguments: TaskSamples.names)
  func `splits share no problem`(name: String) throws {
    let task = try TaskSamples.task(name)
    // Puzzles are searched for solutions, which takes its time without optimisation.
    let counts = ["gsm8k": 500, "countdown": 8_000]
    let perSplit = counts[name, default: 50_000] / task.splits.count
    var owners: [[UInt8]: ProblemSplit] = [:]
    var distinct: [ProblemSplit: Int] = [:]
    for split in task.splits where split != .pretraining {
      for index in 0..<perSplit {
        let problem = task.problem(index, of: split, seed: 3)
        let key = Array(problem.canonicalPrompt.utf8)
        if owners[key] == nil { distinct[split, default: 0] += 1 }
        #expect(owners[key, default: split] == split, "\(problem.canonicalPrompt)")
        owners[key] = split
      }
    }
    for index in 0..<perSplit {
      let problem = task.problem(index, of: .pretraining, seed: 3)
      let owner = owners[Array(problem.canonicalPrompt.utf8)]
      #expect(owner == nil || owner == .train, "\(problem.canonicalPrompt)")
    }
    // Splits of a handful of problems would be measured on repetitions.
    for split in task.splits where split != .pretraining && name != "gsm8k" {
      #expect(distinct[split, default: 0] >= 30, "\(split): \(distinct[split] ?? 0)")
    }
  }

  @Test func `buckets take their shares of prompts`() {
    let count = 100_000
    var found: [ProblemSplit: Int] = [:]
    for index in 0..<count {
      let prompt = "\(index % 10)+\(index / 10 % 10)*\(index / 100 % 10)-\(index / 1000):"
      let owners = ProblemSplit.allCases.filter { $0.contains(canonicalPrompt: prompt) }
      #expect(owners.count == (owners.contains(.train) ? 2 : 1))
      for split in owners { found[split, default: 0] += 1 }
    }
    expectShare(found[.train] ?? 0, of: count, 0.6, "train")
    #expect(found[.pretraining] == found[.train])
    expectShare(found[.test] ?? 0, of: count, 0.05, "test")
    expectShare(found[.validation] ?? 0, of: count, 0.05, "validation")
    expectShare(found[.harder] ?? 0, of: count, 0.05, "harder")
    for shift in ProblemShift.allCases {
      expectShare(found[.outOfDistribution(shift)] ?? 0, of: count, 0.05, shift.rawValue)
    }
  }

  @Test func `splits are found by their names`() {
    for split in ProblemSplit.allCases { #expect(ProblemSplit(named: split.description) == split) }
    #expect(ProblemSplit(named: "exam") == nil)
    #expect(Set(ProblemSplit.allCases.map(\.description)).count == 10)
  }

  @Test(arguments: TaskSamples.names)
  func `a problem depends on its index alone`(name: String) throws {
    let task = try TaskSamples.task(name)
    let forwards = (0..<50).map { task.problem($0, of: .train, seed: 9) }
    let backwards = (0..<50).reversed().map { task.problem($0, of: .train, seed: 9) }
    #expect(forwards == backwards.reversed())
    #expect(forwards != (0..<50).map { task.problem($0, of: .train, seed: 10) })
    #expect(Set(forwards.map(\.prompt)).count > 30)
  }

  @Test func `held-out facts occur in one split only`() {
    let task = ModularArithmetic()
    for split in task.splits {
      let usesHeldOut = (0..<500).map { index in
        let prompt = task.problem(index, of: split, seed: 1).canonicalPrompt
        return Self.facts(prompt).contains { ModularArithmetic.isHeldOut($0, $1, $2) }
      }
      switch split {
      case .outOfDistribution(.facts): #expect(usesHeldOut.allSatisfy { $0 })
      case .pretraining: #expect(usesHeldOut.contains(true))
      default: #expect(!usesHeldOut.contains(true), "\(split)")
      }
    }
    let held = (0..<300).count { index in
      ModularArithmetic.isHeldOut(
        [ArithmeticOperator.plus, .minus, .times][index / 100], index / 10 % 10, index % 10)
    }
    expectShare(held, of: 300, 0.15, "held-out facts")
  }

  /// The facts that working a prompt from the left needs.
  private static func facts(_ prompt: String) -> [(ArithmeticOperator, Int, Int)] {
    let characters = Array(prompt.dropLast())
    var left = characters[0].wholeNumberValue ?? 0
    return stride(from: 1, to: characters.count, by: 2).compactMap { place in
      guard let symbol = ArithmeticOperator(rawValue: String(characters[place])),
        let right = characters[place + 1].wholeNumberValue
      else { return nil }
      defer {
        left =
          switch symbol {
          case .plus: (left + right) % 10
          case .minus: (10 + left - right) % 10
          default: left * right % 10
          }
      }
      return (symbol, left, right)
    }
  }

  @Test func `splits differ as they say`() {
    let (modular, carry, countdown) = (ModularArithmetic(), CarryArithmetic(), Countdown())
    func prompts(_ task: any TrainingTask, _ split: ProblemSplit) -> [String] {
      (0..<200).map { task.problem($0, of: split, seed: 4).prompt }
    }
    func operations(_ prompt: String) -> Int { prompt.count { "+-*".contains($0) } }
    #expect(Set(prompts(modular, .pretraining).map(operations)) == [1, 2, 3, 4])
    #expect(Set(prompts(modular, .test).map(operations)) == [2, 3, 4])
    #expect(Set(prompts(modular, .harder).map(operations)) == [5])
    #expect(Set(prompts(modular, .outOfDistribution(.length)).map(operations)) == [6, 7])
    #expect(prompts(modular, .outOfDistribution(.surface)).allSatisfy { $0.contains(" ") })
    let starred = prompts(modular, .outOfDistribution(.operators)).joined()
    #expect(starred.count { $0 == "*" } > 5 * starred.count { $0 == "+" || $0 == "-" })
    #expect(Set(prompts(carry, .harder).map(operations)) == [3])
    #expect(Set(prompts(carry, .outOfDistribution(.length)).map(operations)) == [4])
    #expect(prompts(carry, .outOfDistribution(.operators)).allSatisfy { $0.contains(" * ") })
    #expect(!prompts(carry, .outOfDistribution(.surface)).contains { $0.contains(" - ") })
    #expect(prompts(carry, .outOfDistribution(.magnitude)).contains { $0.contains(/[1-9]\d\d/) })
    #expect(prompts(countdown, .harder).allSatisfy { $0.count { $0 == "," } == 3 })
    #expect(
      prompts(countdown, .outOfDistribution(.length)).allSatisfy { $0.count { $0 == "," } == 4 })
    #expect(prompts(countdown, .outOfDistribution(.surface)).allSatisfy { $0.contains(" , ") })
  }
}
