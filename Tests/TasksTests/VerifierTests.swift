import Foundation
import Tasks
import TestSupport
import Testing

@Suite struct VerifierTests {
  /// What a response of a broken model, or a user's file, may hold.
  static let garbage: [[UInt8]] = [
    [], [0], [0xFF, 0xFE, 0x80], Array("#".utf8), Array("####".utf8), Array("[".utf8),
    Array("#\u{0}8".utf8), Array("#### 1e400".utf8), Array("#### -".utf8), Array("#### +-3".utf8),
    Array("#/".utf8), Array("#1/0".utf8), Array("#(((".utf8), Array("#-".utf8), Array("[{".utf8),
    Array("$$$$".utf8), Array("<|endoftext|>".utf8), Array("#### $".utf8), Array("#### ,".utf8),
    Array("#9223372036854775808".utf8), Array("#999999999*999999999*999999999".utf8),
    Array(("####" + String(repeating: "9", count: 1 << 20)).utf8),
    Array(("#" + String(repeating: "9", count: 1 << 20)).utf8),
    Array(("#" + String(repeating: "(", count: 1 << 20)).utf8),
    Array(("#" + String(repeating: "1+", count: 1 << 19)).utf8),
    [UInt8](repeating: 0x20, count: 1 << 20), [UInt8](repeating: 0x23, count: 1 << 20),
    [UInt8](repeating: 0xC3, count: 1 << 20),
  ]

  @Test(arguments: TaskSamples.names)
  func `garbage earns nothing and breaks nothing`(name: String) throws {
    let task = try TaskSamples.task(name)
    let problem = task.problem(0, of: .train, seed: 1)
    for bytes in Self.garbage {
      #expect(task.verify(bytes, of: problem, isComplete: true).reward == 0)
      #expect(task.verify(bytes, of: problem, isComplete: false).reason == .unfinished)
    }
  }

  /// Random bytes, random texts of the alphabet, and right answers with a few bytes changed.
  @Test(arguments: TaskSamples.names, [41, 42] as [UInt64])
  func `random responses get verdicts`(name: String, seed: UInt64) throws {
    let task = try TaskSamples.task(name)
    var random = SeededGenerator(seed: seed)
    var reasons: Set<Verification.Reason> = []
    for index in 0..<2000 {
      let problem = task.problem(index % 50, of: .train, seed: seed)
      var generator = TaskSamples.generator(seed, index)
      let right = task.demonstration(of: problem, by: .near, using: &generator).response
      var bytes = Array(right.utf8)
      let count = Int(random.next() % 60)
      switch index % 3 {
      case 0: bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      case 1: bytes = (0..<count).map { _ in task.alphabet[Int(random.next() % 13)] }
      default:
        for _ in 0...(count % 4) {
          let place = Int(random.next() % UInt64(bytes.count))
          bytes[place] = UInt8(truncatingIfNeeded: random.next())
        }
      }
      let verdict = task.verify(bytes, of: problem, isComplete: true)
      #expect(verdict == task.verify(bytes, of: problem, isComplete: true))
      reasons.insert(verdict.reason)
    }
    #expect(reasons.count >= 3, "\(reasons), seed \(seed)")
  }

  @Test(arguments: TaskSamples.names)
  func `another answer is refused`(name: String) throws {
    let task = try TaskSamples.task(name)
    let marker = name == "carry" || name == "gsm8k" ? "#### " : "#"
    for index in 0..<300 {
      let problem = task.problem(index, of: .test, seed: 2)
      #expect(task.verify(marker + problem.answer, of: problem).isCorrect)
      if name == "countdown" { continue }
      let right = Int(problem.answer.replacing(",", with: "")) ?? .min
      for other in [right + 1, right - 1, right + 10, -right] where other != right {
        let verdict = task.verify("\(marker)\(other)", of: problem)
        #expect(verdict.reward == 0, "\(other) for \(problem.prompt)")
      }
      let twice = marker + problem.answer + "\n" + marker + problem.answer
      #expect(task.verify(twice, of: problem).reason == .severalAnswers)
      #expect(task.verify(problem.answer, of: problem).reason == .noAnswer)
      #expect(task.verify(marker + problem.answer + " x", of: problem).reason == .malformedAnswer)
    }
  }

  @Test(
    arguments: [
      ("#8", .correct), (" 3+7=0;#8", .correct), ("[8{8}", .correct), ("#8$", .correct),
      ("# 8 ", .correct), ("#08", .malformedAnswer), ("#8{8}", .malformedAnswer),
      ("[8{7}", .malformedAnswer), ("#7", .wrongAnswer), ("#8#8", .severalAnswers),
      ("#7[8", .severalAnswers), ("8", .noAnswer), ("#", .malformedAnswer),
      ("#8$$", .malformedAnswer),
    ] as [(String, Verification.Reason)])
  func `digits are read`(response: String, reason: Verification.Reason) {
    let chain = Chain(first: 3, links: [.init(symbol: .plus, number: 5)])
    let problem = Problem(
      prompt: "3+5:", canonicalPrompt: "3+5:", answer: "8", content: .chain(chain))
    #expect(ModularArithmetic().verify(response, of: problem).reason == reason)
  }

  @Test(
    arguments: [
      ("18", "18", "18"), ("-0", "0", "0"), ("+007", "7", "7"), ("1,234", nil, "1234"),
      ("$18", nil, "18"), ("-$5", nil, "-5"), ("$-5", nil, "-5"), ("-$-5", nil, nil),
      ("18.", nil, "18"), ("18.00", nil, "18"), ("0.50", nil, "0.5"), ("-0.0", nil, "0"),
      ("1.5.2", nil, nil), (",5", nil, nil), ("5,", nil, nil), ("1,,2", nil, nil), ("", nil, nil),
      ("--5", nil, nil), ("5 0", nil, nil), ("0x10", nil, nil), ("1e3", nil, nil), ("٣", nil, nil),
    ] as [(String, String?, String?)])
  func `numbers have one spelling`(text: String, integer: String?, everyday: String?) {
    let found = { (style: DecimalText.Style) in
      DecimalText.normalized(Array(text.utf8), style).map { String(decoding: $0, as: UTF8.self) }
    }
    #expect(found(.integer) == integer)
    #expect(found(.everyday) == everyday)
  }

  @Test(
    arguments: [
      ("#3*7+9", .correct), ("#9+(3*7)", .correct), ("#(((3)))*7+9", .correct),
      ("#9-3*(0-7)", .numbersMisused), ("#3*7", .numbersMisused), ("#3*7+9+9", .numbersMisused),
      ("#30", .numbersMisused), ("#3*9+7", .wrongAnswer), ("#7/(3*3-9)", .numbersMisused),
      ("#9/(7-7)", .noValue), ("#3*7+", .malformedAnswer), ("#3*-7", .malformedAnswer),
      ("#", .malformedAnswer), ("[3*7+9{30}", .correct), ("#3*7+9{30}", .malformedAnswer),
      ("[3*7+9{31}", .malformedAnswer), ("#3 * 7 + 9", .correct), ("3*7+9", .noAnswer),
    ] as [(String, Verification.Reason)])
  func `expressions are judged`(response: String, reason: Verification.Reason) {
    let puzzle = CountdownPuzzle(numbers: [3, 7, 9], target: 30, construction: [])
    let problem = Problem(
      prompt: "3,7,9=30:", canonicalPrompt: "3,7,9=30:", answer: "3*7+9",
      content: .countdown(puzzle))
    #expect(Countdown().verify(response, of: problem).reason == reason)
  }

  @Test func `fractions on the way are exact, and not all numbers need be used by that rule`() {
    let puzzle = CountdownPuzzle(numbers: [3, 3, 8, 8], target: 24, construction: [])
    let problem = Problem(
      prompt: "", canonicalPrompt: "", answer: "8/(3-8/3)", content: .countdown(puzzle))
    #expect(Countdown().verify("#8/(3-8/3)", of: problem).isCorrect)
    #expect(Countdown().verify("#8/(3-3)-8", of: problem).reason == .noValue)
    #expect(Countdown().verify("#8*3", of: problem).reason == .numbersMisused)
    #expect(Countdown(rule: .atMostOnce).verify("#8*3", of: problem).isCorrect)
  }
}
