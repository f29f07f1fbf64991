import Foundation
import Study
import TestSupport
import Testing

/// Claims as files write them.
@Suite struct StudyClaimsTests {
  private static let good = """
    level: 0.1
    claims:
    - name: sft-moves-far
      sentence: SFT moves base's own text more than five times as far as RL.
      source: SRFT paper, section 3
      measure: kl_run_base
      run: sft
      against: rl
      compare: ratio
      direction: above
      margin: 5
    - {name: same, sentence: No worse on longer problems., measure: accuracy/ood-length, run: srft,
       against: sft-rl, compare: difference, direction: within, margin: 0.02}
    - {name: falls, sentence: Entropy falls., measure: rollout_entropy_last, run: rl, against: rl,
       against-measure: rollout_entropy_first, compare: ratio, direction: below, margin: 0.5}
    - {name: high, sentence: It solves most., measure: accuracy, run: rl, compare: value,
       direction: above, margin: 0.5}

    """

  @Test func `a file is read as it stands`() throws {
    let claims = try StudyClaims(yaml: Self.good, path: "claims.yaml")
    #expect(claims.level == 0.1)
    #expect(claims.claims.map(\.name) == ["sft-moves-far", "same", "falls", "high"])
    #expect(
      claims.claims[0]
        == StudyClaim(
          "sft-moves-far", "SFT moves base's own text more than five times as far as RL.",
          source: "SRFT paper, section 3", measure: .measure(.klRunBase), run: "sft",
          against: "rl", compare: .ratio, direction: .above, margin: 5))
    #expect(claims.claims[1].measure == .accuracy(split: "ood-length"))
    #expect(claims.claims[1].condition == "within ±0.02")
    #expect(claims.claims[1].statistic == "accuracy/ood-length of srft − sft-rl")
    #expect(
      claims.claims[2].statistic == "rollout_entropy_last of rl / rollout_entropy_first of rl")
    #expect(claims.claims[0].condition == "above 5" && claims.claims[0].source.hasSuffix("3"))
    #expect(claims.claims[3].statistic == "accuracy of rl" && claims.claims[3].source == "")
  }

  /// What is replaced in the good file by what, and the whole message.
  static let wrong: [(String, String, String)] = [
    (
      "level: 0.1", "levels: 0.1",
      "c.yaml, line 1: levels: no such key; did you mean 'level'?"
    ),
    (
      "  measure: kl_run_base", "  mesure: kl_run_base",
      "c.yaml, line 6: claims.mesure: no such key; did you mean 'measure'?"
    ),
    (
      "measure: kl_run_base", "measure: kl_run_bas",
      "c.yaml, line 6: claims.measure: 'kl_run_bas' is no measure; did you mean 'kl_run_base'? "
        + "accuracy/SPLIT is one, too"
    ),
    (
      "accuracy/ood-length", "accuracy/ood-lenght",
      "c.yaml, line 12: claims.measure: there is no split 'ood-lenght'; did you mean "
        + "'accuracy/ood-length'?"
    ),
    (
      "compare: ratio\n", "compare: quotient\n",
      "c.yaml, line 9: claims.compare: 'quotient' is none of ratio, difference, value"
    ),
    (
      "  margin: 5\n", "  margin: -5\n",
      "c.yaml, line 11: claims.margin: should be a number from 1e-06 to 1000000.0, not '-5'"
    ),
    (
      "  margin: 5\n", "",
      "c.yaml, line 3: claims: a claim lacks 'margin'"
    ),
    (
      "  against: rl\n", "",
      "c.yaml, line 3: claims: compare: ratio needs 'against', the run to compare with"
    ),
    (
      "compare: value", "against: sft, compare: value",
      "c.yaml, line 16: claims: compare: value is of one run; leave 'against' out"
    ),
    (
      "against: sft-rl", "against: srft",
      "c.yaml, line 12: claims: compares 'srft' with itself; name another run in 'against'"
    ),
    (
      "name: same", "name: falls",
      "c.yaml, line 14: claims: the name 'falls' is there twice"
    ),
    (
      "direction: above, margin: 0.5", "direction: above, margin: 1",
      "c.yaml, line 17: claims.margin: should be a number from 1e-09 to 0.999999999, not '1'"
    ),
    (
      "level: 0.1", "level: 2",
      "c.yaml, line 1: level: should be a number from 0.0001 to 0.5, not '2'"
    ),
  ]

  @Test(arguments: wrong)
  func `what is wrong is one line with the place and the fix`(
    part: String, other: String, message: String
  ) throws {
    let yaml = Self.good.replacing(part, with: other)
    #expect(yaml != Self.good)
    let error = #expect(throws: StudyError.self) {
      try StudyClaims(yaml: yaml, path: "c.yaml")
    }
    #expect("\(error.map(String.init(describing:)) ?? "")" == message)
  }

  @Test(arguments: [
    "", "claims: []", "level: 0.05", "- a", "claims: {a: 1}", "a: [", "claims: [[]]",
  ])
  func `what is no list of claims is refused`(yaml: String) {
    let error = #expect(throws: StudyError.self) { try StudyClaims(yaml: yaml, path: "c.yaml") }
    #expect(error.map { !"\($0)".contains("\n") && "\($0)".hasPrefix("c.yaml") } == true)
  }

  @Test func `a file that isn't there, or is too long, is refused`() throws {
    let missing = #expect(throws: StudyError.self) { try StudyClaims(path: "/nowhere.yaml") }
    #expect(missing?.description == "/nowhere.yaml: no such file")
    try withTemporaryFolder { folder in
      let path = folder.path + "/claims.yaml"
      try Data((Self.good + String(repeating: "# x\n", count: 1 << 19)).utf8)
        .write(to: URL(filePath: path))
      let long = #expect(throws: StudyError.self) { try StudyClaims(path: path) }
      #expect(long?.message.contains("at most 1 MB") == true)
      try Data(Self.good.utf8).write(to: URL(filePath: path))
      #expect(try StudyClaims(path: path).claims.count == 4)
    }
  }

  @Test func `standard claims are those whose runs there are`() {
    #expect(StudyClaims.standard(among: ["base"]).claims.isEmpty)
    #expect(StudyClaims.standard(among: ["rl"]).claims.count == 2)
    #expect(StudyClaims.standard(among: ["sft", "rl"]).claims.count == 5)
    let all = StudyClaims.standard(among: ["sft", "rl", "sft-own"]).claims
    #expect(all.count == 8 && Set(all.map(\.name)).count == 8)
  }
}
