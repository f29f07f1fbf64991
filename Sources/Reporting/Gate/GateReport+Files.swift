internal import Analysis

/// A gate's report as files for other programs.
extension GateReport {
  // MARK: JUnit

  /// JUnit XML: a test case for each metric and slice.
  package var junit: String {
    let cases = result.findings.map { finding in
      Self.testCase(GateWords.name(finding), junitBody(finding))
    }
    let gated = result.findings.filter { isFailure($0) }.count
    let skipped = result.findings.filter { !isFailure($0) && isSkipped($0) }.count
    return Self.junit(cases, failures: gated, errors: 0, skipped: skipped)
  }

  /// The same of a gate that couldn't be judged.
  ///
  /// - Parameter error: what is wrong, for people.
  /// - Returns: XML with one test case.
  package static func junit(unreadable error: String) -> String {
    let body = #"      <error message="\#(escaped(error))" type="input"/>"#
    return junit([testCase("input", body)], failures: 0, errors: 1, skipped: 0)
  }

  private func isFailure(_ finding: GateFinding) -> Bool {
    finding.role == .gated
      && (finding.outcome == .regressed || (isStrict && finding.outcome == .undecided))
  }

  private func isSkipped(_ finding: GateFinding) -> Bool {
    finding.outcome == .undecided || finding.outcome == .notMeasured
  }

  private func junitBody(_ finding: GateFinding) -> String {
    let text = Self.escaped(sentence(finding))
    if isFailure(finding) {
      return #"      <failure message="\#(text)" type="\#(finding.outcome.rawValue)"/>"#
    }
    return isSkipped(finding)
      ? #"      <skipped message="\#(text)"/>"# : "      <system-out>\(text)</system-out>"
  }

  private static func testCase(_ name: String, _ body: String) -> String {
    """
        <testcase name="\(escaped(name))" classname="tokenshift.gate" time="0">
    \(body)
        </testcase>
    """
  }

  private static func junit(
    _ cases: [String], failures: Int, errors: Int, skipped: Int
  ) -> String {
    let counts = #"tests="\#(cases.count)" failures="\#(failures)" errors="\#(errors)""#
    return
      ([
        #"<?xml version="1.0" encoding="UTF-8"?>"#,
        #"<testsuites name="tokenshift gate" \#(counts)>"#,
        #"  <testsuite name="tokenshift gate" \#(counts) skipped="\#(skipped)" time="0">"#,
      ] + cases + ["  </testsuite>", "</testsuites>"]).joined(separator: "\n") + "\n"
  }

  /// Text of files as XML may hold it: what steers a terminal is spelled out, which leaves no character
  /// that XML forbids but two.
  private static func escaped(_ text: String) -> String {
    VisibleText.escaped(text).unicodeScalars.map { scalar in
      switch scalar {
      case "&": "&amp;"
      case "<": "&lt;"
      case ">": "&gt;"
      case "\"": "&quot;"
      case "\u{FFFE}", "\u{FFFF}": "\u{FFFD}"
      default: String(scalar)
      }
    }.joined()
  }

  // MARK: Markdown

  /// More lines make nobody read a comment.
  private static let mostLines = 59

  /// For a pull request: the sentence, three numbers, a table and findings, in fewer than 60 lines.
  package var markdown: String {
    let mark = fails ? "❌" : "✅"
    let head =
      ["### \(mark) " + Table.escapedForMarkdown(headline), ""]
      + threeNumbers.map {
        "- \($0.name): **\(Table.escapedForMarkdown(Self.words($0.value, $0.unit)))**"
      } + [""]
    // Whole metrics, and of slices those that got worse.
    let slices = result.findings.filter { $0.slice != nil }
    let worse = slices.filter { $0.outcome == .regressed }
    let table = GateTable(result.headlines + worse).table
    let columns = [0, 1, 2, 3, 4, 5]
    func line(_ cells: [String]) -> String {
      "| " + cells.map(Table.escapedForMarkdown).joined(separator: " | ") + " |"
    }
    let rows = table.rows.map { row in
      line(columns.map { CellText(row[$0], .text).value })
    }
    let shown = rows.prefix(20)
    let hidden = rows.count - shown.count + slices.count - worse.count
    let cut = hidden > 0 ? ["", "… and \(hidden) more slices; see the JSON"] : []
    let top =
      head + [
        line(columns.map { table.columns[$0].name }), "| --- | --- | --: | --: | --: | --: |",
      ]
      + shown + cut + [""]
    let sentences = (ordered.map(sentence) + remarks).map { "- " + Table.escapedForMarkdown($0) }
    let room = Self.mostLines - top.count
    let list =
      sentences.count <= room
      ? sentences
      : sentences.prefix(room - 1) + [
        "- … and \(sentences.count - room + 1) more; see the JSON"
      ]
    return (top + list).joined(separator: "\n") + "\n"
  }

  // MARK: LaTeX

  /// A table of all that was measured.
  package var latex: String {
    var table = GateTable(result.findings).table
    table.caption = headline + " " + table.caption
    return table.latex + "\n"
  }
}
