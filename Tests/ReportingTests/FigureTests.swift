import Analysis
import Foundation
import Plotting
import Reporting
import TestSupport
import Testing

@Suite struct FigureTests {
  private static let sample = SampleInputs(responseCount: 12, seed: 7)

  private func everyFigure(pairs: Int) throws -> [(name: String, figure: Figure)] {
    let sample = Self.sample
    return [
      ("probability-change", try ProbabilityChangeHistogram.figure(sample.histogram(pairs: pairs))),
      ("entropy", try EntropyBeforeAfter.figure(sample.entropy(pairs: pairs))),
      ("divergence", try DivergenceSurvival.figure(sample.survival(pairs: pairs))),
      (
        "position",
        try ChangeByPosition.figure(sample.position(pairs: pairs), lengths: sample.lengths)
      ),
      (
        "tokens",
        try TokenHeatMap.figure(
          response: "rl-000-1", tokens: SampleInputs.tokens(140),
          sample.heatMap(pairs: pairs, tokenCount: 140))
      ),
    ]
  }

  @Test func `scripts and data of all figures are as recorded`() throws {
    for (name, figure) in try everyFigure(pairs: 2) {
      let text = try FigureScript(figure, name: name)
      try expectGolden(text.script, "plotting/\(name).gp")
      if name == "tokens" { try expectGolden(text.data, "plotting/\(name).tsv") }
    }
  }

  @Test func `the article lists the figures of a token log`() throws {
    let article = try String(
      contentsOf: Places.root.appending(path: "Sources/Documentation.docc/Report.md"),
      encoding: .utf8)
    let listed = article.prefix(upTo: try #require(article.range(of: "## Audit")).lowerBound)
      .matches(of: /\n\| `([a-z][\w-]+)` \|/).map { String($0.1) }
    try withTemporaryFolder { folder in
      let log = try DistinctLog(seed: 1).write(to: folder.appending(path: "log.h5").path)
      let names = try FigureSet(of: TokenTable(log)).entries.map(\.name)
        .filter { !$0.hasPrefix("tokens-") }
      #expect(listed == names + ["tokens-ID"])
    }
  }

  @Test(arguments: 1...4)
  func `gnuplot draws every figure of one to four pairs`(pairs: Int) throws {
    try withTemporaryFolder { folder in
      for (name, figure) in try everyFigure(pairs: pairs) {
        let files = try figure.write(named: name, to: folder)
        let svg = try String(contentsOf: files.svg, encoding: .utf8)
        #expect(svg.hasSuffix("</svg>\n\n") || svg.hasSuffix("</svg>\n"))
        #expect(try Data(contentsOf: files.pdf).starts(with: Data("%PDF".utf8)))
      }
    }
  }

  @Test func `every figure is the same bytes when made again`() throws {
    try withTemporaryFolder { folder in
      for (name, figure) in try everyFigure(pairs: 2) {
        let first = try figure.write(named: name, to: folder)
        let bytes = (try Data(contentsOf: first.svg), try Data(contentsOf: first.pdf))
        let second = try figure.write(named: name, to: folder)
        #expect(try Data(contentsOf: second.svg) == bytes.0)
        #expect(try Data(contentsOf: second.pdf) == bytes.1)
      }
    }
  }

  @Test func `one position and identical models still make figures`() throws {
    let pair = SampleInputs.names[0]
    let figures = [
      try ProbabilityChangeHistogram.figure([.init(pair: pair, changes: [0])]),
      try ProbabilityChangeHistogram.figure([.init(pair: pair, changes: [1, -1, .nan])]),
      try EntropyBeforeAfter.figure([.init(pair: pair, before: [0, 0], after: [0, 0])]),
      try EntropyBeforeAfter.figure([.init(pair: pair, before: [2, .nan], after: [2, 1])]),
      try DivergenceSurvival.figure([.init(pair: pair, divergences: [0, 0, 0])]),
      try DivergenceSurvival.figure([.init(pair: pair, divergences: [0.7, .nan])]),
      try ChangeByPosition.figure(
        [.init(pair: pair, divergences: [0.1], logProbabilityChanges: [0])], lengths: [1]),
      try ChangeByPosition.figure(
        [.init(pair: pair, divergences: [0, 0, .nan], logProbabilityChanges: [0, 0, 0])],
        lengths: [0, 2, 0, 1]),
      try TokenHeatMap.figure(
        response: "x", tokens: [[0x41]], [.init(pair: pair, changes: [0])], width: .single),
      try TokenHeatMap.figure(
        response: "x", tokens: [[0x41], []], [.init(pair: pair, changes: [.nan, 0.25])]),
    ]
    // How many numbers each draws: a figure of nothing would be drawn as well.
    let counts = try withTemporaryFolder { folder in
      try figures.map { figure in
        let files = try figure.write(named: "edge", to: folder)
        #expect(try Data(contentsOf: files.svg).count > 1_000)
        return try String(contentsOf: files.data, encoding: .utf8)
          .split(whereSeparator: \.isWhitespace).count { Double($0)?.isFinite == true }
      }
    }
    #expect(counts.allSatisfy { $0 > 0 }, "\(counts)")
  }

  @Test(arguments: [[Float](), [.nan, .nan], [.infinity]])
  func `a pair without a measured value is named`(values: [Float]) {
    let pair = SampleInputs.names[1]
    func expectRefusal(_ body: () throws(FigureError) -> Figure) {
      let error = #expect(throws: FigureError.self) { try body() }
      #expect(error?.description.contains("nothing measured for pair base → rl") == true)
    }
    expectRefusal { () throws(FigureError) in
      try ProbabilityChangeHistogram.figure([.init(pair: pair, changes: values)])
    }
    expectRefusal { () throws(FigureError) in
      try EntropyBeforeAfter.figure([.init(pair: pair, before: values, after: values)])
    }
    expectRefusal { () throws(FigureError) in
      try DivergenceSurvival.figure([.init(pair: pair, divergences: values)])
    }
    expectRefusal { () throws(FigureError) in
      try ChangeByPosition.figure(
        [.init(pair: pair, divergences: values, logProbabilityChanges: values)],
        lengths: [values.count])
    }
    expectRefusal { () throws(FigureError) in
      try TokenHeatMap.figure(
        response: "x", tokens: values.map { _ in [0x41] }, [.init(pair: pair, changes: values)])
    }
  }

  @Test func `columns of different lengths are refused with both lengths`() {
    let pair = SampleInputs.names[0]
    #expect(
      throws: FigureError.lengthsDiffer(
        figure: "change by position", pair: "base → sft", expected: 3, found: 2)
    ) {
      try ChangeByPosition.figure(
        [.init(pair: pair, divergences: [1, 2], logProbabilityChanges: [1, 2])], lengths: [3])
    }
    #expect(throws: FigureError.self) {
      try EntropyBeforeAfter.figure([.init(pair: pair, before: [1, 2], after: [1])])
    }
    #expect(throws: FigureError.noPairs(figure: "token heat map")) {
      try TokenHeatMap.figure(response: "x", tokens: [], [])
    }
  }

  @Test func `pairs keep their colours whatever stands beside them`() {
    let names = SampleInputs.names
    #expect(PairLabel.roles(of: names) == [.sft, .rl, .sftToRL, .other(0)])
    #expect(PairLabel.roles(of: [names[1]]) == [.rl])
    #expect(PairLabel.roles(of: [names[0], names[0]]) == [.sft, .other(0)])
  }
}
