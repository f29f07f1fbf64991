import Analysis
import Foundation
import Reporting
import RunLogs
import TestSupport
import Testing

/// A text in the terminal: what is known of each token, with colours and without.
@Suite struct ColouredTextTests {
  @Test(arguments: [true, false])
  func `each token has its verdict, in colours or in marks`(usesColor: Bool) throws {
    var distinct = DistinctLog(seed: 11)
    distinct.replicatedTexts = [0]
    distinct.calm()
    // One token is an end of a line.
    distinct.vocabulary[3] = [UInt8(ascii: "\n")]
    try withTemporaryFolder { folder in
      let log = try distinct.write(to: folder.appending(path: "log.h5").path)
      let table = try TokenTable(log)
      let verdicts = try PositionVerdicts(of: log.firstPair(), in: table, measures: [.probability])
      var seen: [Verdict?: Int] = [:]
      for text in 0..<24 {
        let shown = try ColouredText(
          ofText: text, verdicts, in: table, margin: 0.03, usesColor: usesColor)
        var expected = ""
        var counts: [Verdict?: Int] = [:]
        let tokens = distinct.tokens.filter { $0.text == text }
        for (row, token) in zip(log.tokens(ofSequence: text), tokens) {
          let letter = String(decoding: distinct.vocabulary[Int(token.id)], as: UTF8.self)
          let verdict = verdicts.verdict(.probability, at: row, margin: 0.03)
          guard token.isResponse else {
            expected += letter
            continue
          }
          counts[verdict, default: 0] += 1
          seen[verdict, default: 0] += 1
          guard verdict != .unchanged else {
            expected += letter
            continue
          }
          let visible = letter == "\n" ? "↵" : letter
          let change = Double(verdicts[.probability].values[row])
          if usesColor {
            let colours = change > 0 ? [195, 153, 75, 33] : [230, 223, 215, 208]
            let strength =
              abs(change) >= 0.5 ? 3 : abs(change) >= 0.25 ? 2 : abs(change) >= 0.1 ? 1 : 0
            let code =
              verdict == .undecidable
              ? "4" : verdict == nil ? "2" : "48;5;\(colours[strength]);38;5;16"
            expected += "\u{1B}[\(code)m\(visible)\u{1B}[0m"
          } else {
            let mark =
              verdict == .undecidable ? "?" : verdict == nil ? "–" : Number.signed(change)
            expected += "\(visible)[\(mark)]"
          }
          if letter == "\n" { expected += "\n" }
        }
        #expect(shown.text == expected)
        let line = shown.legend.joined(separator: "\n")
        #expect(line.contains("\(counts[.changed] ?? 0) changed ("))
        #expect(line.contains("\(counts[.unchanged] ?? 0) unchanged ("))
        #expect(line.contains("\(counts[.undecidable] ?? 0) undecidable ("))
        #expect(line.contains("\(counts[Verdict?.none] ?? 0) not measured ("))
        #expect(line.hasPrefix("Δp at margin 0.03, ") && line.contains("\nNot calibrated: "))
      }
      #expect(seen.count == 4, "every verdict occurs")
    }
  }
}
