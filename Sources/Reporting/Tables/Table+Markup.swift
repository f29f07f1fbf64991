extension Table {
  /// A pipe table with its title above and its caption below.
  package var markdown: String {
    func line(_ cells: [String]) -> String {
      "| " + cells.map(Self.escapedForMarkdown).joined(separator: " | ") + " |"
    }
    let rule = columns.map { isWord($0) ? "---" : "--:" }
    return
      ([
        "### \(Self.escapedForMarkdown(title))", "", line(columns.map(\.name)),
        "| " + rule.joined(separator: " | ") + " |",
      ]
      + cellTexts.map { line($0.map(\.whole)) } + ["", Self.escapedForMarkdown(describedCaption)])
      .joined(separator: "\n")
  }

  /// A `table` environment with booktabs' rules.
  package var latex: String {
    func line(_ cells: [String]) -> String {
      "  " + cells.map(Self.escapedForLatex).joined(separator: " & ") + " \\\\"
    }
    let shape = columns.map { isWord($0) ? "l" : "r" }.joined()
    return
      ([
        "\\begin{table}", "\\centering",
        "\\caption{\(Self.escapedForLatex(title)). \(Self.escapedForLatex(describedCaption))}",
        "\\begin{tabular}{\(shape)}", "  \\toprule", line(columns.map(\.name)), "  \\midrule",
      ] + cellTexts.map { line($0.map(\.whole)) }
      + ["  \\bottomrule", "\\end{tabular}", "\\end{table}"])
      .joined(separator: "\n")
  }

  /// The caption, then what the columns are.
  package var describedCaption: String {
    let told = columns.filter { !$0.definition.isEmpty && !$0.isDefinedAbove }
    let definitions = told.map { column in
      let unit = ["", "1"].contains(column.unit) ? "" : ", \(column.unit)"
      // Some definitions are whole sentences already.
      let definition =
        column.definition.hasSuffix(".") ? column.definition.dropLast() : column.definition[...]
      return "\(column.name): \(definition)\(unit)."
    }
    return ([caption] + definitions + IntervalNote.sentences(about: estimates))
      .filter { !$0.isEmpty }.joined(separator: " ")
  }

  static func escapedForMarkdown(_ text: String) -> String {
    String(
      VisibleText.escaped(text).flatMap { "\\|<>*_`[]&~$".contains($0) ? ["\\", $0] : [$0] })
  }

  /// Text as Markdown's code, whatever backquotes it has.
  static func codeInMarkdown(_ text: String) -> String {
    let text = VisibleText.escaped(text)
    let runs = text.split { $0 != "`" }
    let fence = String(repeating: "`", count: (runs.map(\.count).max() ?? 0) + 1)
    return fence.count == 1 ? "`\(text)`" : "\(fence) \(text) \(fence)"
  }

  private static func escapedForLatex(_ text: String) -> String {
    VisibleText.escaped(text).map { latexReplacements[$0] ?? String($0) }.joined()
  }

  private static let latexReplacements: [Character: String] = [
    "\\": "\\textbackslash{}", "{": "\\{", "}": "\\}", "$": "\\$", "&": "\\&", "#": "\\#",
    "%": "\\%", "_": "\\_", "^": "\\textasciicircum{}", "~": "\\textasciitilde{}",
    "<": "\\textless{}", ">": "\\textgreater{}", "|": "\\textbar{}", "−": "$-$", "→": "$\\to$",
    "Δ": "$\\Delta$", "Σ": "$\\Sigma$", "∞": "$\\infty$", "≥": "$\\ge$", "≤": "$\\le$",
    "½": "$\\frac12$", "‖": "$\\Vert$", "·": "$\\cdot$", "–": "--", "…": "\\dots{}",
    "␣": "\\textvisiblespace{}", "↵": "$\\hookleftarrow$", "⇥": "$\\mapsto$",
    "⟨": "$\\langle$", "⟩": "$\\rangle$", "²": "$^2$", "\"": "''",
    "⁻": "$^{-}$", "⁰": "$^0$", "¹": "$^1$", "³": "$^3$", "⁴": "$^4$", "⁵": "$^5$", "⁶": "$^6$",
    "⁷": "$^7$", "⁸": "$^8$", "⁹": "$^9$", "[": "{[}", "]": "{]}", "×": "$\\times$", "±": "$\\pm$",
  ]
}
